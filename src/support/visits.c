/* Beginning a visit, and the lists of them. */
#include <assert.h>
#include <string.h>

#include "signin/stopped.h"
#include "support/inner.h"
#include "support/queries.h"

#define VISIT_USEC (30 * USEC_PER_MIN)

static const char *const end_reasons[] = { "stopped",  "replaced", "expired", "revoked",
	                                   "operator", "user",     "account", NULL };

const struct field visit_fields[] = {
	FIELD_KEY(struct visit, id, ID_VISIT),
	FIELD_KEY(struct visit, grant_id, ID_SUPPORT_GRANT),
	FIELD_KEY(struct visit, account_id, ID_ACCOUNT),
	FIELD(struct visit, account_name),
	FIELD(struct visit, operator_label),
	FIELD(struct visit, mine),
	FIELD_KEY(struct visit, membership_id, ID_MEMBERSHIP),
	FIELD(struct visit, member_name),
	FIELD(struct visit, may_write),
	FIELD(struct visit, live),
	FIELD(struct visit, reason),
	FIELD(struct visit, started_at),
	FIELD(struct visit, expires_at),
	FIELD(struct visit, ended_at),
	FIELD(struct visit, end_reason, .words = end_reasons, .may_lack = true),
};
static_assert(ARRAY_LEN(visit_fields) == VISIT_FIELDS, "all are answered");

/* Arguments: the caller's person, now. */
#define COLUMNS \
	"SELECT v.id AS id, v.grant_id AS grant_id, m.account_id AS account_id," \
	" a.name AS account_name, v.operator_label AS operator_label," \
	" v.operator_id = ? AS mine, v.membership_id AS membership_id," \
	" p.name AS member_name, v.may_write AS may_write," \
	" v.ended_at IS NULL AND v.expires_at > ? AS live, g.reason AS reason," \
	" v.started_at AS started_at, v.expires_at AS expires_at, v.ended_at AS ended_at," \
	" v.end_reason AS end_reason FROM support_grant g JOIN visit v ON v.grant_id = g.id" \
	" JOIN membership m ON m.id = v.membership_id JOIN person p ON p.id = m.person_id" \
	" JOIN account a ON a.id = m.account_id"

static const struct db_query find = {
	.text = COLUMNS " WHERE v.id = ? AND " SCOPE_SEES("m.account_id"),
	DB_ROWS(visit_fields),
};
static const struct db_query list_down = {
	.text = COLUMNS " WHERE g.account_id = ? AND v.id < ? ORDER BY v.id DESC LIMIT ?",
	DB_ROWS(visit_fields),
};
static const struct db_query list_up = {
	.text = COLUMNS " WHERE g.account_id = ? AND v.id > ? ORDER BY v.id LIMIT ?",
	DB_ROWS(visit_fields),
};
struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query count_all = {
	.text = "SELECT COUNT(*) AS n FROM support_grant g JOIN visit v ON v.grant_id = g.id"
		" WHERE g.account_id = ?",
	DB_ROWS(number_v),
};
/* Whether the user could act himself: 0 is yes. */
static const struct db_query stops = {
	.text = "SELECT IF(" MEMBERSHIP_LIVES " AND p.state = 'active', " ACCOUNT_STOPS(
		"m.account_id") ", 1) AS n FROM membership m JOIN person p"
				" ON p.id = m.person_id WHERE m.id = ?",
	DB_ROWS(number_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO visit (grant_id, operator_id, operator_label, operator_hash,"
		" membership_id, may_write, started_at, expires_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};
const struct db_query *const visit_queries[] = {
	&find, &list_down, &list_up, &count_all, &stops, &insert, NULL,
};

static enum err check_grant(struct ctx *c, const struct support_grant *g)
{
	struct number stop;
	enum err e;

	if (!g->mine)
		return ctx_not_found(c);
	if (!strcmp(g->state, "requested"))
		return FAIL(c, ERR_CONFLICT, "grant-requested",
		            "Nobody has agreed to this yet.");
	if (strcmp(g->state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "grant-closed", "This access is over already.");
	e = grant_check(c, g->account_id, g->person_id, g->membership_id);
	if (!e)
		e = db_one(c->db, &stops,
		           DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_stamp(c->now),
		                   db_i64(g->membership_id)),
		           c->mem, &stop);
	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	if (stop.n != 0)
		return FAIL(c, ERR_CONFLICT, "not-active",
		            "The user or the account is not active.");
	return OK;
}

enum err visits_start(struct ctx *c, int64_t grant_id, int64_t *id)
{
	struct stamp until = stamp_add(c->now, VISIT_USEC);
	struct support_grant g;
	struct visit_open v;
	bool writes;
	enum err e = grant_lock(c, 0, grant_id, &g);

	if (!e)
		e = check_grant(c, &g);
	if (!e)
		e = visits_close_grant(c, grant_id, "replaced");
	if (e)
		return e;
	if (g.expires_at.usec < until.usec)
		until = g.expires_at;
	writes = g.may_write && ctx_may(c, PERM_SUPPORT_IMPERSONATE_WRITE);
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_i64(grant_id), db_i64(c->actor.person_id),
	                    db_str(c->actor.label), db_bytes(c->actor.session_hash, HASH_BYTES),
	                    db_i64(g.membership_id), db_bool(writes), db_stamp(c->now),
	                    db_stamp(until)),
	            NULL);
	if (e)
		return e;
	*id = db_insert_id(c->db);
	v = (struct visit_open){
		.id = *id,
		.account_id = g.account_id,
		.account_name = g.account_name,
		.membership_id = g.membership_id,
		.member_name = g.member_name,
		.operator_label = g.operator_label,
		.operator_home_id = g.operator_home_id,
		.operator_home_name = g.operator_home_name,
		.may_write = writes,
	};
	e = visit_log(c, ACTION_VISIT_START, &v, g.reason);
	return e ? e : support_tell_started(c, &g, until);
}

enum err visits_find(struct ctx *c, int64_t id, struct visit *out)
{
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(db_i64(c->actor.person_id), db_stamp(c->now), db_i64(id),
	                            db_i64(c->actor.account_id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err visits_list(struct ctx *c, int64_t account_id, const struct page *p,
                     struct db_list *out)
{
	bool up = p->at.set && p->at.back;
	size_t max = (size_t)p->limit + 1;

	return db_all(c->db, up ? &list_up : &list_down,
	              DB_ARGS(db_i64(c->actor.person_id), db_stamp(c->now), db_i64(account_id),
	                      db_i64(p->at.set ? p->at.id : INT64_MAX), db_i64((int64_t)max)),
	              c->mem, sizeof(struct visit), max, out);
}

enum err visits_count(struct ctx *c, int64_t account_id, int64_t *out)
{
	struct number n;
	enum err e = db_one(c->db, &count_all, DB_ARGS(db_i64(account_id)), c->mem, &n);

	if (!e)
		*out = n.n;
	return e;
}

void visits_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct visit *)row)->id;
}
