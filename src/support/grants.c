/* Reading grants. */
#include <assert.h>
#include <string.h>

#include "support/inner.h"
#include "support/queries.h"

static const char *const states[] = { "requested", "active",  "refused",
	                              "revoked",   "expired", NULL };

const struct field support_grant_fields[] = {
	FIELD_KEY(struct support_grant, id, ID_SUPPORT_GRANT),
	FIELD_KEY(struct support_grant, account_id, ID_ACCOUNT),
	FIELD(struct support_grant, operator_label),
	FIELD(struct support_grant, mine),
	FIELD_KEY(struct support_grant, membership_id, ID_MEMBERSHIP),
	FIELD(struct support_grant, member_name),
	FIELD(struct support_grant, may_write),
	FIELD(struct support_grant, reason),
	FIELD(struct support_grant, ticket_no),
	FIELD(struct support_grant, minutes),
	FIELD(struct support_grant, state, .words = states),
	FIELD(struct support_grant, decided_by),
	FIELD(struct support_grant, decided_at),
	FIELD(struct support_grant, starts_at),
	FIELD(struct support_grant, expires_at),
	FIELD(struct support_grant, visits),
	FIELD(struct support_grant, ver),
	FIELD(struct support_grant, created_at),
	/* from here on only between SQL and C */
	FIELD(struct support_grant, can_decide),
	FIELD(struct support_grant, can_revoke),
	FIELD(struct support_grant, can_start),
	FIELD(struct support_grant, operator_id),
	FIELD(struct support_grant, operator_home_id),
	FIELD(struct support_grant, person_id),
	FIELD(struct support_grant, account_name),
	FIELD(struct support_grant, operator_home_name),
};
static_assert(ARRAY_LEN(support_grant_fields) == SUPPORT_GRANT_FIELDS + 8,
              "eight are not answered");

/* Arguments: the caller's person, now, the instant before which requests are too old. */
#define COLUMNS \
	"SELECT g.id AS id, g.account_id AS account_id, g.operator_label AS operator_label," \
	" g.operator_id = ? AS mine, g.target_membership_id AS membership_id," \
	" p.name AS member_name, g.may_write AS may_write, g.reason AS reason," \
	" g.ticket_no AS ticket_no, g.minutes AS minutes," \
	" CASE WHEN g.state = 'active' AND g.expires_at <= ? THEN 'expired'" \
	" WHEN g.state = 'requested' AND g.created_at <= ? THEN 'expired'" \
	" ELSE g.state END AS state, g.decided_by_label AS decided_by," \
	" g.decided_at AS decided_at, g.starts_at AS starts_at, g.expires_at AS expires_at," \
	" (SELECT COUNT(*) FROM visit v WHERE v.grant_id = g.id) AS visits," \
	" g.ver AS ver, g.created_at AS created_at, 0 AS can_decide, 0 AS can_revoke," \
	" 0 AS can_start, g.operator_id AS operator_id," \
	" om.account_id AS operator_home_id, m.person_id AS person_id," \
	" a.name AS account_name, oa.name AS operator_home_name" \
	" FROM support_grant g JOIN account a ON a.id = g.account_id" \
	" LEFT JOIN membership m ON m.id = g.target_membership_id" \
	" LEFT JOIN person p ON p.id = m.person_id" \
	" LEFT JOIN membership om ON om.id = g.operator_membership_id" \
	" LEFT JOIN account oa ON oa.id = om.account_id"

static const struct db_query find = {
	.text = COLUMNS " WHERE g.id = ? AND (? = 0 OR g.account_id = ?)"
			" AND " SCOPE_SEES("g.account_id"),
	DB_ROWS(support_grant_fields),
};
struct key {
	int64_t id;
};
static const struct field key_v[] = { FIELD(struct key, id) };
/* The row alone: what stands beside it is read after, and stays unlocked. */
static const struct db_query lock_row = {
	.text = "SELECT id AS id FROM support_grant WHERE id = ? FOR UPDATE",
	DB_ROWS(key_v),
};
static const struct db_query list_down = {
	.text = COLUMNS " WHERE g.account_id = ? AND g.id < ? ORDER BY g.id DESC LIMIT ?",
	DB_ROWS(support_grant_fields),
};
static const struct db_query list_up = {
	.text = COLUMNS " WHERE g.account_id = ? AND g.id > ? ORDER BY g.id LIMIT ?",
	DB_ROWS(support_grant_fields),
};
struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query count_all = {
	.text = "SELECT COUNT(*) AS n FROM support_grant WHERE account_id = ?",
	DB_ROWS(number_v),
};

const struct db_query *const support_grant_queries[] = {
	&find, &lock_row, &list_down, &list_up, &count_all, NULL,
};

#define COLUMNS_ARGS(c) \
	db_i64((c)->actor.person_id), db_stamp((c)->now), \
		db_stamp(stamp_add((c)->now, -SUPPORT_ASKED_USEC))

bool grant_is_own(const struct ctx *c, int64_t account_id)
{
	return c->actor.account_id == account_id && c->actor.home_id == account_id;
}

/* What the caller may do with it; the verbs ask again. */
static void say_allowed(const struct ctx *c, struct support_grant *g)
{
	bool asked = !strcmp(g->state, "requested"), active = !strcmp(g->state, "active");
	bool here = grant_is_own(c, g->account_id);

	if (c->actor.impersonator_id != 0)
		return;
	g->can_decide = asked && here && !g->mine && ctx_may(c, PERM_SUPPORT_APPROVE);
	g->can_revoke = (asked || active) && (g->mine || ctx_may(c, PERM_SUPPORT_REQUEST) ||
	                                      (here && ctx_may(c, PERM_SUPPORT_APPROVE)));
	g->can_start = active && g->mine && !here && ctx_may(c, PERM_SUPPORT_IMPERSONATE);
}

enum err support_find(struct ctx *c, int64_t account_id, int64_t id, struct support_grant *out)
{
	struct support_grant g;
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(COLUMNS_ARGS(c), db_i64(id), db_i64(account_id),
	                            db_i64(account_id), db_i64(c->actor.account_id)),
	                    c->mem, &g);

	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	say_allowed(c, &g);
	*out = g;
	return OK;
}

enum err grant_lock(struct ctx *c, int64_t account_id, int64_t id, struct support_grant *out)
{
	struct key row;
	enum err e = db_one(c->db, &lock_row, DB_ARGS(db_i64(id)), c->mem, &row);

	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	return support_find(c, account_id, id, out);
}

enum err support_list(struct ctx *c, int64_t account_id, const struct page *p,
                      struct db_list *out)
{
	bool up = p->at.set && p->at.back;
	size_t max = (size_t)p->limit + 1;
	struct support_grant *v;
	enum err e =
		db_all(c->db, up ? &list_up : &list_down,
	               DB_ARGS(COLUMNS_ARGS(c), db_i64(account_id),
	                       db_i64(p->at.set ? p->at.id : INT64_MAX), db_i64((int64_t)max)),
	               c->mem, sizeof(struct support_grant), max, out);

	if (e)
		return e;
	v = out->v;
	for (size_t i = 0; i < out->n; i++)
		say_allowed(c, &v[i]);
	return OK;
}

enum err support_count(struct ctx *c, int64_t account_id, int64_t *out)
{
	struct number n;
	enum err e = db_one(c->db, &count_all, DB_ARGS(db_i64(account_id)), c->mem, &n);

	if (!e)
		*out = n.n;
	return e;
}

void support_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct support_grant *)row)->id;
}
