#include "accounts/accounts.h"

#include <assert.h>

#include "accounts/queries.h"
#include "accounts/state.h"
#include "search/query.h"

const struct field account_fields[] = {
	FIELD_KEY(struct account, id, ID_ACCOUNT),
	FIELD(struct account, number),
	FIELD(struct account, kind, .words = account_kinds),
	FIELD(struct account, class, .words = account_classes),
	FIELD(struct account, origin, .words = account_origins),
	FIELD(struct account, name),
	FIELD(struct account, login),
	FIELD(struct account, email),
	FIELD(struct account, role),
	FIELD(struct account, label),
	FIELD(struct account, external_id),
	FIELD(struct account, contract_no),
	FIELD_KEY(struct account, parent_id, ID_ACCOUNT),
	FIELD(struct account, parent_name),
	FIELD(struct account, state, .words = account_states),
	FIELD(struct account, last_login_at),
	FIELD(struct account, created_at),
	FIELD(struct account, created_by),
	FIELD(struct account, ver),
	FIELD(struct account, tenant_id),
	FIELD(struct account, generation),
	FIELD(struct account, type),
	FIELD(struct account, purge_at),
	FIELD(struct account, terminated_at),
	FIELD(struct account, confirmed_at),
	FIELD(struct account, locale),
	FIELD(struct account, time_zone),
	FIELD(struct account, payer),
	FIELD(struct account, tax_included),
	FIELD(struct account, tax_number),
	FIELD(struct account, billing_extra),
	FIELD(struct account, country),
	FIELD(struct account, region),
	FIELD(struct account, city),
	FIELD(struct account, postcode),
	FIELD(struct account, street),
	FIELD(struct account, house),
	FIELD(struct account, latitude),
	FIELD(struct account, longitude),
	FIELD(struct account, updated_at),
	FIELD(struct account, source_name),
	FIELD(struct account, phone),
	FIELD(struct account, exempt_until),
	FIELD(struct account, exempt_reason),
	FIELD(struct account, exempt_by),
	/* from here on only between SQL and C */
	FIELD(struct account, main_person_id),
	FIELD(struct account, billing_source_id),
	FIELD(struct account, base_state),
};
static_assert(ARRAY_LEN(account_fields) == ACCOUNT_FIELDS + 3, "three are not answered");

/* Arguments: STATE_ARGS, the acting account (its parent is not told), the same, the account. */
static const struct db_query find = {
	.text = "SELECT a.id AS id, a.id + " STRINGIFY(ACCOUNT_NUMBER_BASE) " AS number,"
	        " a.kind AS kind, a.class AS class, a.origin AS origin, a.name AS name,"
	        " p.login AS login, p.email AS email, m.role AS role, m.label AS label,"
	        " a.external_id AS external_id, a.contract_no AS contract_no, u.id AS parent_id,"
	        " u.name AS parent_name, " STATE_OF("t") " AS state,"
	        " a.last_login_at AS last_login_at, a.created_at AS created_at,"
	        " a.created_by_label AS created_by, a.ver AS ver, a.tenant_id AS tenant_id,"
	        " a.generation AS generation, a.type AS type, a.purge_at AS purge_at,"
	        " a.terminated_at AS terminated_at, a.confirmed_at AS confirmed_at,"
	        " a.locale AS locale, a.time_zone AS time_zone, a.payer AS payer,"
	        " a.tax_included AS tax_included, a.tax_number AS tax_number,"
	        " a.billing_extra AS billing_extra, a.country AS country, a.region AS region,"
	        " a.city AS city, a.postcode AS postcode, a.street AS street, a.house AS house,"
	        " a.latitude AS latitude, a.longitude AS longitude, a.updated_at AS updated_at,"
	        " s.label AS source_name, p.phone AS phone, a.exempt_until AS exempt_until,"
	        " a.exempt_reason AS exempt_reason, a.exempt_by_label AS exempt_by,"
	        " a.main_person_id AS main_person_id,"
	        " a.billing_source_id AS billing_source_id, a.state AS base_state"
	        " FROM account a JOIN account_tree t ON t.descendant_id = a.id"
	        " LEFT JOIN account u ON u.id = a.parent_id AND a.id <> ?"
	        " LEFT JOIN person p ON p.id = a.main_person_id"
	        " LEFT JOIN membership m ON m.person_id = a.main_person_id"
	        " AND m.account_id = a.id AND m.kind = 'main'"
	        " LEFT JOIN billing_source s ON s.id = a.billing_source_id"
	        " WHERE t.ancestor_id = ? AND a.id = ?",
	DB_ROWS(account_fields),
};

static const struct field head_row[] = {
	FIELD(struct account_head, id),
	FIELD(struct account_head, parent_id),
	FIELD(struct account_head, kind),
	FIELD(struct account_head, class),
	FIELD(struct account_head, name),
	FIELD(struct account_head, base_state),
	FIELD(struct account_head, main_person_id),
	FIELD(struct account_head, billing_source_id),
	FIELD(struct account_head, generation),
	FIELD(struct account_head, ver),
	FIELD(struct account_head, terminated_at),
	FIELD(struct account_head, purge_at),
	FIELD(struct account_head, confirmed_at),
	FIELD(struct account_head, last_login_at),
	FIELD(struct account_head, exempt_until),
};

#define HEAD_COLUMNS \
	"SELECT a.id AS id, a.parent_id AS parent_id, a.kind AS kind, a.class AS class," \
	" a.name AS name, a.state AS base_state, a.main_person_id AS main_person_id," \
	" a.billing_source_id AS billing_source_id, a.generation AS generation," \
	" a.ver AS ver, a.terminated_at AS terminated_at, a.purge_at AS purge_at," \
	" a.confirmed_at AS confirmed_at, a.last_login_at AS last_login_at," \
	" a.exempt_until AS exempt_until FROM account a"

static const struct db_query lock = {
	.text = HEAD_COLUMNS " WHERE a.id = ? AND " SCOPE_SEES("a.id") " FOR UPDATE",
	DB_ROWS(head_row),
};

static const struct db_query lock_external = {
	.text = HEAD_COLUMNS " WHERE a.billing_source_id = ? AND a.external_id = ? FOR UPDATE",
	DB_ROWS(head_row),
};

struct key {
	int64_t id;
};
static const struct field key_row[] = { FIELD(struct key, id) };

static const struct db_query find_external = {
	.text = "SELECT id AS id FROM account WHERE billing_source_id = ? AND external_id = ?",
	DB_ROWS(key_row),
};

static const struct db_query find_main_of = {
	.text = "SELECT account_id AS id FROM membership"
	        " WHERE person_id = ? AND kind = 'main' AND state = 'active' ORDER BY id LIMIT 1",
	DB_ROWS(key_row),
};

enum err accounts_find(struct ctx *c, int64_t id, struct account *out)
{
	int64_t acting = c->actor.account_id;
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(STATE_ARGS(c->now), db_i64(acting), db_i64(acting), db_i64(id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err accounts_lock(struct ctx *c, int64_t id, struct account_head *out)
{
	enum err e = db_one(c->db, &lock, DB_ARGS(db_i64(id), db_i64(c->actor.account_id)), c->mem,
	                    out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err accounts_lock_external(struct ctx *c, int64_t source_id, const char *external_id,
                                struct account_head *out)
{
	return db_one(c->db, &lock_external, DB_ARGS(db_i64(source_id), db_str(external_id)),
	              c->mem, out);
}

enum err accounts_check_version(struct ctx *c, const struct account_head *head, int64_t ver)
{
	if (ver == 0 || ver == head->ver)
		return OK;
	return FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody else changed it meanwhile.");
}

static enum err find_key(struct ctx *c, const struct db_query *q, const struct db_arg *args,
                         size_t nargs, int64_t *id)
{
	struct key row;
	enum err e = db_one(c->db, q, args, nargs, c->mem, &row);

	if (!e)
		*id = row.id;
	return e;
}

enum err accounts_find_external(struct ctx *c, int64_t source_id, const char *external_id,
                                int64_t *id)
{
	return find_key(c, &find_external, DB_ARGS(db_i64(source_id), db_str(external_id)), id);
}

enum err accounts_find_main_of(struct ctx *c, int64_t person_id, int64_t *id)
{
	return find_key(c, &find_main_of, DB_ARGS(db_i64(person_id)), id);
}

const struct db_query *const accounts_queries[] = {
	&find, &lock, &lock_external, &find_external, &find_main_of, NULL,
};
