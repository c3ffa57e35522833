#include <assert.h>
#include <string.h>

#include "registrations/inner.h"
#include "registrations/queries.h"

const char *const registration_states[] = { "pending", "approved", "rejected", NULL };

const struct field registration_fields[] = {
	FIELD_KEY(struct registration, id, ID_REGISTRATION),
	FIELD(struct registration, email),
	FIELD(struct registration, name),
	FIELD(struct registration, company),
	FIELD(struct registration, language),
	FIELD(struct registration, state, .words = registration_states),
	FIELD_KEY(struct registration, parent_account_id, ID_ACCOUNT),
	FIELD(struct registration, parent_name),
	FIELD_KEY(struct registration, account_id, ID_ACCOUNT),
	FIELD(struct registration, decided_by),
	FIELD(struct registration, decided_at),
	FIELD(struct registration, ver),
	FIELD(struct registration, created_at),
	/* from here on only between SQL and C */
	FIELD(struct registration, password_hash),
};
static_assert(ARRAY_LEN(registration_fields) == REGISTRATION_FIELDS + 1, "one is not answered");

struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

/* Who has not confirmed his address asks for nothing yet. */
#define FROM \
	" FROM registration g JOIN account a ON a.id = g.parent_account_id" \
	" WHERE g.state <> 'new' AND " SCOPE_SEES("g.parent_account_id")
#define COLUMNS \
	"SELECT g.id, g.email, g.name, g.company, g.language, g.state, g.parent_account_id," \
	" a.name AS parent_name, g.account_id, g.decided_by_label AS decided_by, g.decided_at," \
	" g.ver, g.created_at, g.password_hash" FROM
/* Takes the state or "" twice. */
#define IN_STATE " AND (? = '' OR g.state = ?)"

static const struct db_query find = {
	.text = COLUMNS " AND g.id = ?",
	DB_ROWS(registration_fields),
};
static const struct db_query list_down = {
	.text = COLUMNS IN_STATE " AND g.id < ? ORDER BY g.id DESC LIMIT ?",
	DB_ROWS(registration_fields),
};
static const struct db_query list_up = {
	.text = COLUMNS IN_STATE " AND g.id > ? ORDER BY g.id LIMIT ?",
	DB_ROWS(registration_fields),
};
static const struct db_query count_all = {
	.text = "SELECT COUNT(*) AS n" FROM IN_STATE,
	DB_ROWS(count_v),
};

const struct db_query *const registration_queries[] = {
	&find, &list_down, &list_up, &count_all, NULL,
};

enum err registrations_find(struct ctx *c, int64_t id, struct registration *out)
{
	enum err e = db_one(c->db, &find, DB_ARGS(db_i64(c->actor.account_id), db_i64(id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err registrations_list(struct ctx *c, const char *state, const struct page *p,
                            struct db_list *out)
{
	bool up = p->at.set && p->at.back;
	struct db_arg which = db_str(state ? state : "");

	return db_all(c->db, up ? &list_up : &list_down,
	              DB_ARGS(db_i64(c->actor.account_id), which, which,
	                      db_i64(p->at.set ? p->at.id : INT64_MAX), db_i64(p->limit + 1)),
	              c->mem, sizeof(struct registration), (size_t)p->limit + 1, out);
}

void registrations_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct registration *)row)->id;
}

enum err registrations_count(struct ctx *c, const char *state, int64_t *out)
{
	struct db_arg which = db_str(state ? state : "");
	struct count row;
	enum err e = db_one(c->db, &count_all,
	                    DB_ARGS(db_i64(c->actor.account_id), which, which), c->mem, &row);

	if (!e)
		*out = row.n;
	return e;
}

const char *registration_label(const struct registration *r)
{
	return r->company ? r->company : r->name;
}
