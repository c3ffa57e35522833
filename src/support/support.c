/* Asking for leave, giving and ending it. */
#include <string.h>

#include "accounts/accounts.h"
#include "people/guard.h"
#include "policy/policy.h"
#include "support/inner.h"
#include "support/queries.h"

struct target {
	int64_t membership_id, person_id;
	const char *name;
};
static const struct field target_v[] = {
	FIELD(struct target, membership_id),
	FIELD(struct target, person_id),
	FIELD(struct target, name),
};
struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };

/* Arguments: now, the account, the membership twice (0: the main user). */
static const struct db_query find_target = {
	.text = "SELECT m.id AS membership_id, m.person_id AS person_id, p.name AS name"
		" FROM membership m JOIN person p ON p.id = m.person_id"
		" WHERE m.state = 'active' AND (m.expires_at IS NULL OR m.expires_at > ?)"
		" AND p.state IN ('active', 'invited') AND m.account_id = ?"
		" AND IF(? = 0, m.kind = 'main', m.id = ?) ORDER BY m.id LIMIT 1",
	DB_ROWS(target_v),
};
static const struct db_query count_open = {
	.text = "SELECT COUNT(*) AS n FROM support_grant WHERE operator_id = ?"
		" AND target_membership_id = ? AND (state = 'active' AND expires_at > ?"
		" OR state = 'requested' AND created_at > ?)",
	DB_ROWS(number_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO support_grant (account_id, operator_id, operator_label,"
		" operator_membership_id, target_membership_id, may_write, reason, ticket_no,"
		" minutes, state, decided_by_label, decided_at, starts_at, expires_at, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query decide = {
	.text = "UPDATE support_grant SET state = ?, decided_by_label = ?, decided_at = ?,"
		" starts_at = ?, expires_at = ?, ver = ver + 1"
		" WHERE id = ? AND state = 'requested'",
};
static const struct db_query revoke = {
	.text = "UPDATE support_grant SET state = 'revoked', decided_by_label = ?,"
		" decided_at = ?, ver = ver + 1 WHERE id = ? AND state IN ('requested', 'active')",
};

const struct db_query *const support_queries[] = {
	&find_target, &count_open, &insert, &decide, &revoke, NULL,
};

enum err grant_check(struct ctx *c, int64_t account_id, int64_t person_id,
                     int64_t membership_id)
{
	if (account_id == c->actor.account_id)
		return FAIL(c, ERR_DENIED, "only-downwards",
		            "Only users of accounts below one's own are visited.");
	if (person_id == c->actor.person_id)
		return FAIL(c, ERR_DENIED, "visit-self", "Nobody visits himself.");
	return guard_rank(c, membership_id);
}

static enum err read_target(struct ctx *c, const struct support_new *in, struct target *out)
{
	enum err e = db_one(c->db, &find_target,
	                    DB_ARGS(db_stamp(c->now), db_i64(in->account_id),
	                            db_i64(in->membership_id), db_i64(in->membership_id)),
	                    c->mem, out);

	if (e != ERR_NOT_FOUND)
		return e;
	FAIL_FIELD(c, "/membership_id", "not-found");
	return FAIL(c, ERR_INVALID, "invalid-input", "There is no such user in this account.");
}

static enum err check_open(struct ctx *c, int64_t membership_id)
{
	struct number open;
	enum err e = db_one(c->db, &count_open,
	                    DB_ARGS(db_i64(c->actor.person_id), db_i64(membership_id),
	                            db_stamp(c->now),
	                            db_stamp(stamp_add(c->now, -SUPPORT_ASKED_USEC))),
	                    c->mem, &open);

	if (e || open.n == 0)
		return e;
	return FAIL(c, ERR_CONFLICT, "grant-open",
	            "You have asked for access to this user already.");
}

static enum err log_grant(struct ctx *c, enum action action, const struct support_grant *g,
                          const char *reason, const char *after)
{
	struct change ch = {
		.action = action,
		.target_kind = ID_MEMBERSHIP,
		.target_id = g->membership_id,
		.target_label = g->member_name,
		.account_id = g->account_id,
		.account_label = g->account_name,
		.reason = reason,
		.after = after,
	};

	return change_put(c, &ch);
}

/* Always: the policy has answered already. */
static enum err store(struct ctx *c, const struct support_new *in, int64_t membership_id,
                      bool at_once)
{
	int64_t minutes = in->minutes > 0 ? in->minutes : SUPPORT_MINUTES;
	struct stamp from = at_once ? c->now : STAMP_NONE, to = STAMP_NONE;

	if (at_once)
		to = stamp_add(c->now, minutes * USEC_PER_MIN);
	return db_exec(c->db, &insert,
	               DB_ARGS(db_i64(in->account_id), db_i64(c->actor.person_id),
	                       db_str(c->actor.label), db_i64(c->actor.membership_id),
	                       db_i64(membership_id), db_bool(in->may_write),
	                       db_str(in->reason), db_str(in->ticket_no), db_i64(minutes),
	                       db_str(at_once ? "active" : "requested"),
	                       db_str(at_once ? "policy" : NULL), db_stamp(from),
	                       db_stamp(from), db_stamp(to), db_stamp(c->now)),
	               NULL);
}

static enum err check_request(struct ctx *c, const struct support_new *in, struct target *t,
                              const char **mode)
{
	struct account_head head;
	enum err e = accounts_lock(c, in->account_id, &head);

	if (!e && strcmp(head.base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active", "The account is not active.");
	if (!e)
		e = read_target(c, in, t);
	if (!e)
		e = grant_check(c, in->account_id, t->person_id, t->membership_id);
	if (!e && in->may_write)
		e = ctx_need(c, PERM_SUPPORT_IMPERSONATE_WRITE);
	if (!e)
		e = policy_support_access(c, in->account_id, mode);
	if (!e && !strcmp(*mode, "never"))
		return FAIL(c, ERR_DENIED, "support-never",
		            "This account does not let anybody act as its users.");
	if (!e)
		e = check_open(c, t->membership_id);
	/* A request that nobody can see would lapse a week later, unanswered. */
	if (!e && strcmp(*mode, "always") != 0)
		e = support_check_decider(c, in->account_id);
	return e;
}

enum err support_request(struct ctx *c, const struct support_new *in, int64_t *id)
{
	struct support_grant g;
	struct target t;
	const char *mode;
	enum err e = check_request(c, in, &t, &mode);

	if (!e)
		e = store(c, in, t.membership_id, !strcmp(mode, "always"));
	if (e)
		return e;
	*id = db_insert_id(c->db);
	e = support_find(c, in->account_id, *id, &g);
	if (!e && !strcmp(g.state, "requested"))
		e = support_tell_asked(c, &g);
	if (e)
		return e;
	return log_grant(
		c, ACTION_SUPPORT_REQUEST, &g, g.reason,
		arena_printf(c->mem, "{\"state\":\"%s\",\"minutes\":%lld,\"may_write\":%s}",
	                     g.state, (long long)g.minutes, g.may_write ? "true" : "false"));
}

/* What a person of the account may decide, and nobody else, however high. */
static enum err lock_asked(struct ctx *c, int64_t account_id, int64_t id,
                           struct support_grant *out)
{
	enum err e = grant_lock(c, account_id, id, out);

	if (e)
		return e;
	if (!grant_is_own(c, out->account_id))
		return FAIL(c, ERR_DENIED, "customer-decides",
		            "Only the account's own people decide about this.");
	if (out->operator_id == c->actor.person_id)
		return FAIL(c, ERR_DENIED, "visit-self", "Somebody else decides about this.");
	if (strcmp(out->state, "requested") != 0)
		return FAIL(c, ERR_CONFLICT, "grant-decided", "This has been decided already.");
	return OK;
}

static enum err write_decision(struct ctx *c, const struct support_grant *g, bool yes)
{
	struct stamp from = yes ? c->now : STAMP_NONE, to = STAMP_NONE;

	if (yes)
		to = stamp_add(c->now, g->minutes * USEC_PER_MIN);
	return db_exec(c->db, &decide,
	               DB_ARGS(db_str(yes ? "active" : "refused"), db_str(c->actor.label),
	                       db_stamp(c->now), db_stamp(from), db_stamp(to), db_i64(g->id)),
	               NULL);
}

enum err support_approve(struct ctx *c, int64_t account_id, int64_t id)
{
	struct support_grant g;
	enum err e = lock_asked(c, account_id, id, &g);

	if (!e)
		e = write_decision(c, &g, true);
	return e ? e : log_grant(c, ACTION_SUPPORT_APPROVE, &g, g.reason, NULL);
}

enum err support_refuse(struct ctx *c, int64_t account_id, int64_t id, const char *reason)
{
	struct support_grant g;
	enum err e = lock_asked(c, account_id, id, &g);

	if (!e)
		e = write_decision(c, &g, false);
	return e ? e : log_grant(c, ACTION_SUPPORT_REFUSE, &g, reason, NULL);
}

enum err support_revoke(struct ctx *c, int64_t account_id, int64_t id)
{
	struct support_grant g;
	enum err e = grant_lock(c, account_id, id, &g);

	if (e)
		return e;
	if (strcmp(g.state, "requested") != 0 && strcmp(g.state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "grant-closed", "This access is over already.");
	if (!g.can_revoke)
		return ctx_need(c, ctx_may(c, PERM_SUPPORT_APPROVE) ? PERM_SUPPORT_REQUEST
		                                                    : PERM_SUPPORT_APPROVE);
	e = db_exec(c->db, &revoke,
	            DB_ARGS(db_str(c->actor.label), db_stamp(c->now), db_i64(id)), NULL);
	if (!e)
		e = visits_close_grant(c, id, "revoked");
	return e ? e : log_grant(c, ACTION_SUPPORT_REVOKE, &g, NULL, NULL);
}
