/*
 * What is personal goes: names, numbers, addresses, what billing sent, and the
 * values and labels of the change log.  Rows that others refer to stay, under
 * a pseudonym made of their key.
 */
#include <string.h>

#include "accounts/index.h"
#include "devices/devices.h"
#include "holds/inner.h"
#include "holds/life.h"
#include "holds/queries.h"
#include "people/leave.h"
#include "people/people.h"
#include "search/query.h"

#define PERSONS_MAX    10000
#define POSTPONE_HOURS 1

struct member {
	int64_t person_id;
};
static const struct field member_row[] = { FIELD(struct member, person_id) };

/*
 * Those who belong to no other account that is not purged.  Who left keeps his
 * name for the logs of all the accounts he was in: it goes with the last.
 */
static const struct db_query persons = {
	.text = "SELECT DISTINCT m.person_id AS person_id FROM membership m"
		" JOIN person p ON p.id = m.person_id"
		" AND (p.state <> 'removed' OR p.name <> CONCAT('removed-', p.id))"
		" WHERE m.account_id = ? AND NOT EXISTS (SELECT 1 FROM membership o"
		" JOIN account a ON a.id = o.account_id AND a.state <> 'purged'"
		" WHERE o.person_id = m.person_id AND o.account_id <> m.account_id"
		" AND (o.state = 'active' OR p.state = 'removed'))",
	DB_ROWS(member_row),
};

static const struct db_query drop_grants = {
	.text = "DELETE g FROM device_grant g JOIN membership m ON m.id = g.membership_id"
		" WHERE m.account_id = ?",
};
static const struct db_query end_members = {
	.text = "UPDATE membership SET state = 'removed', ver = ver + 1, updated_at = ?"
		" WHERE account_id = ? AND state <> 'removed'",
};
static const struct db_query drop_contacts = {
	.text = "DELETE FROM account_contact WHERE account_id = ?",
};
static const struct db_query drop_notes = {
	.text = "DELETE FROM account_note WHERE account_id = ?",
};
static const struct db_query drop_values = {
	.text = "DELETE FROM custom_value WHERE account_id = ?",
};
static const struct db_query lift_sites = {
	.text = "UPDATE site SET parent_site_id = NULL WHERE account_id = ?",
};
static const struct db_query drop_sites = { .text = "DELETE FROM site WHERE account_id = ?" };
static const struct db_query drop_origins = {
	.text = "DELETE FROM account_origin WHERE account_id = ?",
};
static const struct db_query drop_invitations = {
	.text = "DELETE FROM invitation WHERE account_id = ?",
};
static const struct db_query blank_members = {
	.text = "UPDATE membership SET label = NULL, created_by_label = '' WHERE account_id = ?",
};
static const struct db_query blank_keys = {
	.text = "UPDATE api_key k JOIN membership m ON m.id = k.membership_id SET k.name = ''"
		" WHERE m.account_id = ?",
};
static const struct db_query blank_support = {
	.text = "UPDATE support_grant SET reason = '', ticket_no = NULL WHERE account_id = ?",
};
static const struct db_query drop_views = {
	.text = "DELETE FROM saved_view WHERE account_id = ?",
};
static const struct db_query drop_own_views = {
	.text = "DELETE FROM saved_view WHERE person_id = ? AND shared = 0",
};
static const struct db_query drop_mails = { .text = "DELETE FROM mail WHERE account_id = ?" };
static const struct db_query leave_groups = {
	.text = "DELETE FROM party_group_member WHERE kind = 'account' AND member_id = ?",
};
static const struct db_query empty_groups = {
	.text = "DELETE n FROM party_group_member n JOIN party_group g ON g.id = n.group_id"
		" WHERE g.account_id = ?",
};
static const struct db_query drop_groups = {
	.text = "DELETE FROM party_group WHERE account_id = ?",
};
static const struct db_query blank_holds = {
	.text = "UPDATE hold SET reason_text = NULL, release_text = NULL WHERE account_id = ?",
};
static const struct db_query blank_events = {
	.text = "UPDATE billing_event SET payload = '{\"purged\":true}', changes = NULL,"
		" log_extra = NULL, sealed_password = NULL WHERE account_id = ?",
};

static const struct db_query blank_account = {
	.text = "UPDATE account SET state = 'purged', name = ?, external_id = NULL,"
		" contract_no = NULL, type = NULL, payer = NULL, tax_number = NULL,"
		" billing_extra = NULL, region = NULL, city = NULL, postcode = NULL, street = NULL,"
		" house = NULL, latitude = NULL, longitude = NULL, purge_at = NULL,"
		" exempt_until = NULL, exempt_reason = NULL, exempt_by_label = NULL,"
		" ver = ver + 1, updated_at = ? WHERE id = ?",
};

/* The one change that is ever made to the change log; only the worker may make it. */
static const struct db_query blank_log = {
	.text = "UPDATE change_log SET account_label = ?, target_label ="
		" CASE WHEN target_kind = 'account' THEN ?"
		" ELSE CONCAT(target_kind, '-', COALESCE(target_id, 0)) END,"
		" before_values = NULL, after_values = NULL, reason = NULL"
		" WHERE account_id = ?",
};
/* Who put it into a group, and whom it was moved away from, has that in his own log. */
static const struct db_query blank_elsewhere = {
	.text = "UPDATE change_log SET target_label = ? WHERE action IN ('group.assign',"
		" 'group.unassign', 'account.move') AND target_kind = 'account'"
		" AND target_id = ?",
};
static const struct db_query blank_actor = {
	.text = "UPDATE change_log SET actor_label = ?, ip = NULL, user_agent = NULL"
		" WHERE actor_id = ? AND actor_kind IN ('person', 'api')",
};

static enum err purge_persons(struct ctx *c, const struct account_head *head, const char *name)
{
	struct person_place at = { head->id, name };
	struct db_list list;
	bool had;
	enum err e = db_all(c->db, &persons, DB_ARGS(db_i64(head->id)), c->mem,
	                    sizeof(struct member), PERSONS_MAX, &list);

	for (size_t i = 0; !e && i < list.n; i++) {
		int64_t id = ((const struct member *)list.v + i)->person_id;

		e = persons_purge(c, &at, id);
		if (!e)
			e = persons_drop_factor(c, id, &had);
		if (!e)
			e = db_exec(c->db, &drop_own_views, DB_ARGS(db_i64(id)), NULL);
		if (!e)
			e = db_exec(c->db, &blank_actor,
			            DB_ARGS(db_str(arena_printf(c->mem, "removed-%lld",
			                                        (long long)id)),
			                    db_i64(id)),
			            NULL);
	}
	return e;
}

static enum err purge_rows(struct ctx *c, int64_t id)
{
	static const struct db_query *const steps[] = {
		&drop_grants, &drop_contacts, &lift_sites,   &drop_sites,       &drop_origins,
		&drop_mails,  &blank_holds,   &blank_events, &drop_invitations, &blank_members,
		&blank_keys,  &blank_support, &drop_views,   &drop_notes,       &drop_values,
		&leave_groups, &empty_groups, &drop_groups,
	};
	int64_t devices;
	enum err e = devices_detach_all(c, id, &devices);

	for (size_t i = 0; !e && i < ARRAY_LEN(steps); i++)
		e = db_exec(c->db, steps[i], DB_ARGS(db_i64(id)), NULL);
	if (!e)
		e = db_exec(c->db, &end_members, DB_ARGS(db_stamp(c->now), db_i64(id)), NULL);
	return e;
}

enum err life_purge(struct ctx *c, int64_t account_id)
{
	struct change ch = { .action = ACTION_ACCOUNT_PURGE,
		             .target_kind = ID_ACCOUNT,
		             .target_id = account_id,
		             .account_id = account_id };
	const char *name = arena_printf(c->mem, "purged-%lld",
	                                (long long)account_id + ACCOUNT_NUMBER_BASE);
	struct account_head head;
	enum err e = accounts_lock(c, account_id, &head);

	if (e)
		return e;
	if (strcmp(head.base_state, "terminated") != 0)
		return FAIL(c, ERR_CONFLICT, "not-terminated", "The account is not removed.");
	e = purge_persons(c, &head, name);
	if (!e)
		e = purge_rows(c, account_id);
	if (!e)
		e = db_exec(c->db, &blank_account,
		            DB_ARGS(db_str(name), db_stamp(c->now), db_i64(account_id)), NULL);
	if (!e)
		e = db_exec(c->db, &blank_log,
		            DB_ARGS(db_str(name), db_str(name), db_i64(account_id)), NULL);
	if (!e)
		e = db_exec(c->db, &blank_elsewhere, DB_ARGS(db_str(name), db_i64(account_id)),
		            NULL);
	if (!e)
		e = accounts_reindex(c, account_id);
	if (e)
		return e;
	ch.target_label = name;
	ch.account_label = name;
	return change_put(c, &ch);
}

static const struct db_query next = {
	.text = "SELECT id AS person_id FROM account WHERE state = 'terminated' AND purge_at <= ?"
		" ORDER BY purge_at LIMIT 1",
	DB_ROWS(member_row),
};

static const struct db_query postpone = {
	.text = "UPDATE account SET purge_at = ? WHERE id = ? AND state = 'terminated'",
};

struct step {
	struct ctx *c;
	int64_t account_id;
};

static enum err run(void *arg)
{
	struct step *s = arg;

	return life_purge(s->c, s->account_id);
}

/* One that cannot be purged now must not keep the others waiting. */
enum err life_purge_step(struct ctx *c, bool *did)
{
	struct step s = { .c = c };
	struct member row;
	enum err e = db_one(c->db, &next, DB_ARGS(db_stamp(c->now)), c->mem, &row), later;

	*did = false;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	*did = true;
	s.account_id = row.person_id;
	e = db_tx(c->db, DB_WRITE, run, &s);
	if (e && e != ERR_UNAVAILABLE) {
		later = db_exec(
			c->db, &postpone,
			DB_ARGS(db_stamp(stamp_add(c->now, POSTPONE_HOURS * USEC_PER_HOUR)),
		                db_i64(s.account_id)),
			NULL);
		return later ? later : e;
	}
	return e;
}

const struct db_query *const purge_queries[] = {
	&persons,       &drop_grants,    &end_members,
	&drop_contacts, &lift_sites,     &drop_sites,
	&drop_origins,  &blank_holds,    &blank_events,
	&blank_account, &blank_log,      &blank_actor,
	&next,          &postpone,       &drop_mails,
	&drop_views,    &drop_own_views, &drop_invitations,
	&blank_members, &blank_keys,     &blank_support,
	&drop_notes,    &drop_values,
	&leave_groups,  &empty_groups,   &drop_groups,
	&blank_elsewhere, NULL,
};
