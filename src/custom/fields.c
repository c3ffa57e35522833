/* The definitions: what there is to read of them. */
#include <string.h>

#include "accounts/accounts.h"
#include "custom/inner.h"

#define LIST_MAX  60 /* as many as a race of two levels could leave, and some */
#define COUNT_MAX 10000

const char *const custom_types[] = { "text", "number", "date", "choice", "yes_no", NULL };

const struct field custom_field_v[] = {
	FIELD_KEY(struct custom_field, id, ID_FIELD),
	FIELD(struct custom_field, key),
	FIELD(struct custom_field, label),
	FIELD(struct custom_field, type, .words = custom_types),
	FIELD(struct custom_field, required),
	FIELD(struct custom_field, searchable),
	FIELD(struct custom_field, position),
	FIELD(struct custom_field, own),
	FIELD_KEY(struct custom_field, account_id, ID_ACCOUNT),
	FIELD(struct custom_field, account_name),
	FIELD(struct custom_field, in_use),
	FIELD(struct custom_field, ver),
	FIELD(struct custom_field, created_at),
	FIELD(struct custom_field, updated_at),
	FIELD(struct custom_field, choices),
};
#define ROWS .row = { custom_field_v, CUSTOM_FIELD_FIELDS + 1 }

const struct field custom_impact_v[CUSTOM_IMPACT_FIELDS] = {
	FIELD(struct custom_impact, accounts),
	FIELD(struct custom_impact, exact),
};

/* clang-format off */
#define COLUMNS \
	"SELECT f.id AS id, f.field_key AS `key`, f.label AS label, f.type AS type," \
	" f.required AS required, f.searchable AS searchable, f.position AS position," \
	" (t.depth = 0) AS own, vis.descendant_id AS account_id," \
	" IF(vis.descendant_id IS NULL, NULL, u.name) AS account_name," \
	" EXISTS (SELECT 1 FROM custom_value v WHERE v.field_id = f.id) AS in_use," \
	" f.ver AS ver, f.created_at AS created_at, f.updated_at AS updated_at," \
	" f.choices AS choices FROM account_tree t" \
	" JOIN custom_field f ON f.account_id = t.ancestor_id AND f.removed_at IS NULL" \
	" JOIN account u ON u.id = f.account_id" \
	" LEFT JOIN account_tree vis ON vis.ancestor_id = ? AND vis.descendant_id = f.account_id" \
	" WHERE t.descendant_id = ?"
/* clang-format on */

static const struct db_query list = {
	.text = COLUMNS " ORDER BY t.depth DESC, f.position, f.id LIMIT 60",
	ROWS,
};
static const struct db_query find = {
	.text = COLUMNS " AND t.depth = 0 AND f.id = ?",
	ROWS,
};

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };
static const struct db_query used = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM custom_value WHERE field_id = ?"
		" LIMIT 10001) x",
	DB_ROWS(count_v),
};

const struct db_query *const custom_queries[] = { &list, &find, &used, NULL };

enum err custom_list(struct ctx *c, int64_t account_id, struct db_list *out)
{
	const char *name;
	enum err e = accounts_name(c, account_id, &name);

	if (e)
		return e;
	return db_all(c->db, &list, DB_ARGS(db_i64(c->actor.account_id), db_i64(account_id)),
	              c->mem, sizeof(struct custom_field), LIST_MAX, out);
}

enum err custom_find(struct ctx *c, int64_t account_id, int64_t id, struct custom_field *out)
{
	const char *name;
	enum err e = accounts_name(c, account_id, &name);

	if (!e)
		e = db_one(c->db, &find,
		           DB_ARGS(db_i64(c->actor.account_id), db_i64(account_id), db_i64(id)),
		           c->mem, out);
	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err custom_impact(struct ctx *c, int64_t account_id, int64_t id, struct custom_impact *out)
{
	struct custom_field f;
	struct count_row row;
	enum err e = custom_find(c, account_id, id, &f);

	if (!e)
		e = db_one(c->db, &used, DB_ARGS(db_i64(id)), c->mem, &row);
	if (e)
		return e;
	out->exact = row.n <= COUNT_MAX;
	out->accounts = out->exact ? row.n : COUNT_MAX;
	return OK;
}
