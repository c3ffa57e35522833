#include "holds/exempt.h"

#include <string.h>

#include "accounts/index.h"
#include "accounts/sure.h"
#include "holds/inner.h"
#include "people/revoke.h"

static const struct db_query set = {
	.text = "UPDATE account SET exempt_until = ?, exempt_reason = ?, exempt_by_label = ?,"
		" ver = ver + 1, updated_at = ? WHERE id = ?",
};
/* due_at: when the worker looks again. */
static const struct db_query put_off = {
	.text = "UPDATE hold SET planned_at = IFNULL(planned_at, starts_at),"
		" starts_at = GREATEST(planned_at, ?),"
		" due_at = IF(starts_at > ?, starts_at, ends_at), ver = ver + 1"
		" WHERE account_id = ? AND open_slot = 1 AND kind = 'billing'",
};
static const struct db_query bring_back = {
	.text = "UPDATE hold SET starts_at = planned_at, planned_at = NULL,"
		" due_at = IF(starts_at > ?, starts_at, ends_at), ver = ver + 1"
		" WHERE account_id = ? AND open_slot = 1 AND kind = 'billing'"
		" AND planned_at IS NOT NULL",
};

const struct db_query *const exempt_queries[] = { &set, &put_off, &bring_back, NULL };

/* What the log keeps. */
struct exemption {
	struct stamp exempt_until;
};
static const struct field exemption_v[] = { FIELD(struct exemption, exempt_until) };
static const struct fields exemption = FIELDS(exemption_v);

static enum err put(struct ctx *c, const struct account_head *head, struct stamp until,
                    const char *reason)
{
	struct exemption was = { head->exempt_until }, is = { until };
	bool begins = stamp_is_set(until);
	struct change ch = {
		.action = begins ? ACTION_ACCOUNT_EXEMPT : ACTION_ACCOUNT_EXEMPT_END,
		.target_kind = ID_ACCOUNT,
		.target_id = head->id,
		.target_label = head->name,
		.account_id = head->id,
		.account_label = head->name,
		.reason = reason,
	};
	enum err e = db_exec(c->db, &set,
	                     DB_ARGS(db_stamp(until), db_str(begins ? reason : NULL),
	                             db_str(begins ? c->actor.label : NULL), db_stamp(c->now),
	                             db_i64(head->id)),
	                     NULL);

	change_diff(c->mem, exemption, &was, &is, &ch);
	return e ? e : change_put(c, &ch);
}

static enum err begin(struct ctx *c, int64_t account_id, struct account_head *head)
{
	enum err e = accounts_lock(c, account_id, head);

	if (!e)
		e = hold_check_target(c, head);
	if (!e && strcmp(head->base_state, "active") != 0)
		e = FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	return e;
}

enum err exempt_begin(struct ctx *c, int64_t account_id, struct stamp until, const char *reason)
{
	struct account_head head;
	enum err e;

	if (until.usec <= c->now.usec)
		return FAIL_FIELD(c, "/until_at", "in-the-past");
	if (until.usec > c->now.usec + EXEMPT_DAYS_MAX * USEC_PER_DAY)
		return FAIL_FIELD(c, "/until_at", "too-far");
	e = begin(c, account_id, &head);
	if (!e)
		e = put(c, &head, until, reason);
	if (!e)
		e = db_exec(c->db, &put_off,
		            DB_ARGS(db_stamp(until), db_stamp(c->now), db_i64(account_id)),
		            NULL);
	if (!e)
		e = states_unsettle(c, head.kind, until);
	return e ? e : accounts_reindex_state(c, account_id);
}

enum err exempt_end(struct ctx *c, int64_t account_id, const char *reason)
{
	struct account_head head;
	int64_t back = 0;
	enum err e = begin(c, account_id, &head);

	if (!e && (!stamp_is_set(head.exempt_until) || head.exempt_until.usec <= c->now.usec))
		e = FAIL(c, ERR_CONFLICT, "not-exempt", "There is no exemption to end.");
	if (!e)
		e = put(c, &head, STAMP_NONE, reason);
	if (!e)
		e = db_exec(c->db, &bring_back, DB_ARGS(db_stamp(c->now), db_i64(account_id)),
		            &back);
	if (!e)
		e = accounts_reindex_state(c, account_id);
	if (!e)
		e = states_unsettle(c, head.kind, STAMP_NONE);
	return e || back == 0 ? e : sessions_revoke_under(c, account_id, "suspended", NULL);
}
