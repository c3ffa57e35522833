/* How visits end: by the operator, with their grant, or because what carried them is gone. */
#include "signin/stopped.h"
#include "support/inner.h"
#include "support/queries.h"
#include "json/json_out.h"

#define OPEN_MAX 100

static const struct field open_v[] = {
	FIELD(struct visit_open, id),
	FIELD(struct visit_open, account_id),
	FIELD(struct visit_open, account_name),
	FIELD(struct visit_open, membership_id),
	FIELD(struct visit_open, member_name),
	FIELD(struct visit_open, operator_label),
	FIELD(struct visit_open, operator_home_id),
	FIELD(struct visit_open, operator_home_name),
	FIELD(struct visit_open, may_write),
	FIELD(struct visit_open, why),
};

#define JOINS \
	" FROM visit v JOIN support_grant g ON g.id = v.grant_id" \
	" JOIN membership m ON m.id = v.membership_id JOIN person p ON p.id = m.person_id" \
	" JOIN account a ON a.id = m.account_id" \
	" LEFT JOIN membership om ON om.id = g.operator_membership_id" \
	" LEFT JOIN account oa ON oa.id = om.account_id"
#define COLUMNS(why) \
	"SELECT v.id AS id, m.account_id AS account_id, a.name AS account_name," \
	" v.membership_id AS membership_id, p.name AS member_name," \
	" v.operator_label AS operator_label, om.account_id AS operator_home_id," \
	" oa.name AS operator_home_name, v.may_write AS may_write, " why " AS why" JOINS

static const struct db_query of_grant = {
	.text = COLUMNS("NULL") " WHERE v.grant_id = ? AND v.ended_at IS NULL",
	DB_ROWS(open_v),
};
static const struct db_query of_operator = {
	.text = COLUMNS("NULL")
	" WHERE v.id = ? AND v.operator_id = ? AND v.ended_at IS NULL AND v.expires_at > ?",
	DB_ROWS(open_v),
};
/*
 * Those that no request can use any more, and why (signin/who.c refuses them
 * already); what cut one short said why (people/revoke.c).  Arguments: now six times.
 */
#define OVER \
	"CASE WHEN v.end_reason IS NOT NULL THEN v.end_reason" \
	" WHEN g.state <> 'active' THEN 'revoked'" \
	" WHEN s.token_hash IS NULL OR s.revoked_at IS NOT NULL OR s.expires_at <= ?" \
	" THEN 'operator' WHEN NOT (" MEMBERSHIP_LIVES ") OR p.state <> 'active' THEN 'user'" \
	" WHEN " ACCOUNT_STOPS( \
		"m.account_id") " > 0 THEN 'account'" \
				" WHEN v.expires_at <= ? OR g.expires_at <= ? THEN 'expired' END"
/* clang-format off */
static const struct db_query next_over = {
	.text = COLUMNS(OVER)
	" LEFT JOIN session s ON s.token_hash = v.operator_hash"
	" WHERE v.ended_at IS NULL HAVING why IS NOT NULL LIMIT 1",
	DB_ROWS(open_v),
};
/* clang-format on */
static const struct db_query close_row = {
	.text = "UPDATE visit SET ended_at = ?, end_reason = ? WHERE id = ?"
		" AND ended_at IS NULL",
};

const struct db_query *const visit_end_queries[] = {
	&of_grant, &of_operator, &next_over, &close_row, NULL,
};

static const char *said(struct ctx *c, const struct visit_open *v)
{
	struct buf b;

	buf_init(&b, c->mem, 2000);
	json_open(&b, '{');
	json_key(&b, "operator");
	json_str(&b, v->operator_label);
	json_key(&b, "may_write");
	json_bool(&b, v->may_write);
	json_close(&b, '}');
	return b.failed ? NULL : buf_str(&b);
}

static enum err log_in(struct ctx *c, enum action action, const struct visit_open *v,
                       const char *reason, int64_t account_id, const char *account_name)
{
	const struct change ch = {
		.action = action,
		.target_kind = ID_MEMBERSHIP,
		.target_id = v->membership_id,
		.target_label = v->member_name,
		.account_id = account_id,
		.account_label = account_name,
		.reason = reason,
		.after = said(c, v),
	};

	return change_put(c, &ch);
}

enum err visit_log(struct ctx *c, enum action action, const struct visit_open *v,
                   const char *reason)
{
	enum err e = log_in(c, action, v, reason, v->account_id, v->account_name);

	if (e || v->operator_home_id == 0 || v->operator_home_id == v->account_id)
		return e;
	return log_in(c, action, v, reason, v->operator_home_id, v->operator_home_name);
}

/* Once: who comes second finds it closed, and logs nothing. */
static enum err close_visit(struct ctx *c, const struct visit_open *v, const char *why,
                            bool *did)
{
	int64_t n = 0;
	enum err e = db_exec(c->db, &close_row,
	                     DB_ARGS(db_stamp(c->now), db_str(why), db_i64(v->id)), &n);

	if (e)
		return e;
	*did = n == 1;
	return n == 1 ? visit_log(c, ACTION_VISIT_END, v, why) : OK;
}

enum err visits_close_grant(struct ctx *c, int64_t grant_id, const char *why)
{
	const struct visit_open *v;
	struct db_list rows;
	bool did;
	enum err e = db_all(c->db, &of_grant, DB_ARGS(db_i64(grant_id)), c->mem,
	                    sizeof(struct visit_open), OPEN_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++)
		e = close_visit(c, &v[i], why, &did);
	return e;
}

enum err visits_end(struct ctx *c, int64_t id)
{
	struct visit_open v;
	bool did = false;
	enum err e = db_one(c->db, &of_operator,
	                    DB_ARGS(db_i64(id), db_i64(c->actor.person_id), db_stamp(c->now)),
	                    c->mem, &v);

	if (!e)
		e = close_visit(c, &v, "stopped", &did);
	if (e == ERR_NOT_FOUND || (!e && !did))
		return FAIL(c, ERR_NOT_FOUND, "visit-ended", "This visit has ended.");
	return e;
}

struct step {
	struct ctx *c;
	bool did;
};

static enum err close_one(void *arg)
{
	struct step *s = arg;
	struct ctx *c = s->c;
	struct visit_open v;
	struct db_arg now = db_stamp(c->now);
	enum err e =
		db_one(c->db, &next_over, DB_ARGS(now, now, now, now, now, now), c->mem, &v);

	s->did = false;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return close_visit(c, &v, v.why, &s->did);
}

enum err visits_due_step(struct ctx *c, bool *did)
{
	struct step s = { .c = c };
	enum err e = db_tx(c->db, DB_WRITE, close_one, &s);

	*did = s.did;
	return e;
}
