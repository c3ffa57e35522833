#include "holds/life.h"

#include <string.h>

#include "accounts/index.h"
#include "devices/devices.h"
#include "holds/inner.h"
#include "holds/queries.h"
#include "invitations/close.h"
#include "people/revoke.h"

#define RETENTION_DAYS 31 /* when the configuration does not say */

static const struct db_query write_end = {
	.text = "UPDATE account SET state = 'terminated', terminated_at = ?, purge_at = ?,"
	        " ver = ver + 1, updated_at = ? WHERE id = ? AND state = 'active'",
};

static const struct db_query write_return = {
	.text = "UPDATE account SET state = 'active', terminated_at = NULL, purge_at = NULL,"
	        " generation = generation + 1, ver = ver + 1, updated_at = ?"
	        " WHERE id = ? AND state = 'terminated'",
};

static const struct db_query write_keep = {
	.text = "UPDATE account SET purge_at = ?, ver = ver + 1, updated_at = ?"
		" WHERE id = ? AND state = 'terminated'",
};

struct number {
	int64_t n;
};
static const struct field number_row[] = { FIELD(struct number, n) };

static const struct db_query living_below = {
	.text = "SELECT COUNT(*) AS n FROM account_tree t JOIN account a ON a.id = t.descendant_id"
	        " WHERE t.ancestor_id = ? AND t.depth > 0 AND a.state = 'active'",
	DB_ROWS(number_row),
};

static const struct db_query parent_ended = {
	.text = "SELECT COUNT(*) AS n FROM account WHERE id = ? AND state <> 'active'",
	DB_ROWS(number_row),
};

/* What the log says: the base state and the dates. */
struct ended {
	const char *state;
	int64_t generation;
	struct stamp terminated_at, purge_at;
};
static const struct field ended_v[] = {
	FIELD(struct ended, state),
	FIELD(struct ended, generation),
	FIELD(struct ended, terminated_at),
	FIELD(struct ended, purge_at),
};
static const struct fields ended_fields = FIELDS(ended_v);

static enum err put_log(struct ctx *c, enum action action, const struct account_head *head,
                        const struct ended *is, const char *reason)
{
	struct ended was = { head->base_state, head->generation, head->terminated_at,
		             head->purge_at };
	struct change ch = { .action = action, .target_kind = ID_ACCOUNT, .target_id = head->id,
		             .target_label = head->name, .account_id = head->id,
		             .account_label = head->name, .reason = reason };

	change_diff(c->mem, ended_fields, &was, is, &ch);
	return change_put(c, &ch);
}

static enum err count(struct ctx *c, const struct db_query *q, int64_t id, int64_t *out)
{
	struct number row;
	enum err e = db_one(c->db, q, DB_ARGS(db_i64(id)), c->mem, &row);

	if (!e)
		*out = row.n;
	return e;
}

static enum err check_end(struct ctx *c, const struct life_end *in, const struct account_head *head)
{
	int64_t living = 0;
	enum err e = hold_check_target(c, head);

	if (!e && c->actor.kind != ACTOR_BILLING)
		e = ctx_need(c, PERM_ACCOUNT_TERMINATE);
	if (!e)
		e = accounts_check_version(c, head, in->ver);
	if (e)
		return e;
	if (strcmp(head->base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "already-terminated",
		            "The account is removed already.");
	if (in->confirm_name && strcmp(in->confirm_name, head->name) != 0)
		return FAIL_FIELD(c, "/confirm_name", "does-not-match");
	e = count(c, &living_below, head->id, &living);
	if (!e && living > 0)
		e = FAIL(c, ERR_CONFLICT, "has-accounts", "It has living accounts below it.");
	return e;
}

struct stamp life_purge_date(const struct ctx *c, int64_t asked_days)
{
	int64_t days = c->config && c->config->retention_days > 0 ? c->config->retention_days :
	                                                            RETENTION_DAYS;

	if (asked_days > days)
		days = asked_days;
	return stamp_add(c->now, days * USEC_PER_DAY);
}

enum err life_terminate(struct ctx *c, const struct life_end *in)
{
	struct account_head head;
	struct ended is = { .state = "terminated", .terminated_at = c->now };
	enum err e = accounts_lock(c, in->account_id, &head);

	if (!e)
		e = check_end(c, in, &head);
	if (e)
		return e;
	is.generation = head.generation;
	is.purge_at = life_purge_date(c, in->retention_days);
	e = db_exec(c->db, &write_end,
	            DB_ARGS(db_stamp(c->now), db_stamp(is.purge_at), db_stamp(c->now),
	                    db_i64(head.id)),
	            NULL);
	if (!e)
		e = sessions_revoke_under(c, head.id, "terminated", NULL);
	if (!e)
		e = entitlements_end(c, head.id, is.purge_at);
	if (!e)
		e = invitations_close(c, head.id, head.name);
	if (!e)
		e = accounts_reindex_state(c, head.id);
	return e ? e : put_log(c, ACTION_ACCOUNT_TERMINATE, &head, &is, in->reason);
}

enum err life_keep(struct ctx *c, int64_t account_id, int64_t days, bool *changed)
{
	struct account_head head;
	struct ended is;
	enum err e = accounts_lock(c, account_id, &head);

	*changed = false;
	if (e || strcmp(head.base_state, "terminated") != 0)
		return e;
	is = (struct ended){ head.base_state, head.generation, head.terminated_at,
		             stamp_add(head.terminated_at, days * USEC_PER_DAY) };
	if (is.purge_at.usec <= head.purge_at.usec)
		return OK;
	*changed = true;
	e = db_exec(c->db, &write_keep,
	            DB_ARGS(db_stamp(is.purge_at), db_stamp(c->now), db_i64(head.id)), NULL);
	if (!e)
		e = entitlements_keep(c, head.id, is.purge_at);
	return e ? e : put_log(c, ACTION_ACCOUNT_UPDATE, &head, &is, NULL);
}

static enum err check_return(struct ctx *c, const struct account_head *head)
{
	int64_t ended = 0;
	enum err e = OK;

	if (c->actor.kind != ACTOR_BILLING)
		e = ctx_need(c, PERM_ACCOUNT_RESTORE);
	if (e)
		return e;
	if (strcmp(head->base_state, "terminated") != 0)
		return FAIL(c, ERR_CONFLICT, "not-terminated",
		            "The account is not removed, or purged.");
	if (stamp_is_set(head->purge_at) && head->purge_at.usec <= c->now.usec)
		return FAIL(c, ERR_CONFLICT, "purge-due", "Its time to come back is over.");
	e = count(c, &parent_ended, head->parent_id, &ended);
	if (!e && ended > 0)
		e = FAIL(c, ERR_CONFLICT, "parent-terminated", "The account above it is removed.");
	return e;
}

enum err life_restore(struct ctx *c, int64_t account_id, const char *reason)
{
	struct account_head head;
	struct ended is = { .state = "active",
		            .terminated_at = STAMP_NONE,
		            .purge_at = STAMP_NONE };
	enum err e = accounts_lock(c, account_id, &head);

	if (!e)
		e = check_return(c, &head);
	if (e)
		return e;
	is.generation = head.generation + 1;
	e = db_exec(c->db, &write_return, DB_ARGS(db_stamp(c->now), db_i64(head.id)), NULL);
	if (!e)
		e = entitlements_revive(c, head.id);
	if (!e)
		e = accounts_reindex_state(c, head.id);
	return e ? e : put_log(c, ACTION_ACCOUNT_RESTORE, &head, &is, reason);
}

const struct db_query *const life_queries[] = {
	&write_end, &write_return, &write_keep, &living_below, &parent_ended, NULL,
};
