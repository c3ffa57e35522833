/*
 * Stopping a member, letting him on, and his end; what stands above is never
 * touched, and what he had acted through is gone for good.
 */
#include <string.h>

#include "accounts/index.h"
#include "mail/mail.h"
#include "members/inner.h"
#include "members/queries.h"
#include "people/guard.h"
#include "people/leave.h"
#include "people/lockout.h"
#include "people/revoke.h"
#include "roles/roles.h"
#include "signin/reset.h"
#include "signin/unlock.h"

#define SUBS_MAX 10000

static const struct db_query set_state = {
	.text = "UPDATE membership SET state = ?, ver = ver + 1, updated_at = ? WHERE id = ?",
};
static const struct db_query forget_main = {
	.text = "UPDATE account SET main_person_id = NULL WHERE id = ? AND main_person_id = ?",
};
static const struct db_query put_owner = {
	.text = "INSERT IGNORE INTO membership_role (membership_id, role_id, scope_account_id,"
		" created_at) SELECT ?, r.id, ?, ? FROM role r WHERE r.builtin = ?",
};
static const struct db_query count_up = {
	.text = "UPDATE membership SET ver = ver + 1, updated_at = ? WHERE id = ?",
};
struct key_row {
	int64_t id;
};
static const struct field key_v[] = { FIELD(struct key_row, id) };
static const struct db_query subs_of = {
	.text = "SELECT s.id FROM membership s WHERE s.parent_membership_id = ?",
	DB_ROWS(key_v),
};

const struct db_query *const member_life_queries[] = {
	&set_state, &forget_main, &put_owner, &count_up, &subs_of, NULL,
};

enum err member_end_access(struct ctx *c, int64_t id, const char *why)
{
	const struct key_row *v;
	struct db_list subs;
	enum err e = sessions_revoke_membership(c, id, why);

	if (!e)
		e = db_all(c->db, &subs_of, DB_ARGS(db_i64(id)), c->mem, sizeof(struct key_row),
		           SUBS_MAX, &subs);
	if (e)
		return e;
	v = subs.v;
	for (size_t i = 0; !e && i < subs.n; i++)
		e = sessions_revoke_membership(c, v[i].id, why);
	return e;
}

static enum err write_state(struct ctx *c, const struct member *m, const char *state)
{
	return db_exec(c->db, &set_state,
	               DB_ARGS(db_str(state), db_stamp(c->now), db_i64(m->id)), NULL);
}

enum err members_suspend(struct ctx *c, const struct member_at *at, const char *reason)
{
	struct account_head head;
	struct member m;
	enum err e = member_begin(c, at, &head, &m);

	if (!e && !strcmp(m.base_state, "suspended"))
		e = FAIL(c, ERR_CONFLICT, "member-suspended",
		         "This person is suspended already.");
	if (!e)
		e = member_check_who(c, &m);
	if (!e)
		e = guard_last_owner(c, at->account_id, at->id);
	if (!e)
		e = write_state(c, &m, "suspended");
	if (!e)
		e = member_end_access(c, m.id, "suspended");
	return e ? e : member_log(c, ACTION_USER_SUSPEND, &m, reason);
}

enum err members_resume(struct ctx *c, const struct member_at *at, const char *reason)
{
	struct account_head head;
	struct member m;
	enum err e = member_begin(c, at, &head, &m);

	if (!e && strcmp(m.base_state, "suspended") != 0)
		e = FAIL(c, ERR_CONFLICT, "member-not-suspended",
		         "This person is not suspended.");
	if (!e)
		e = member_check_who(c, &m);
	if (!e)
		e = write_state(c, &m, "active");
	return e ? e : member_log(c, ACTION_USER_RESUME, &m, reason);
}

enum err members_remove(struct ctx *c, const struct member_at *at)
{
	struct account_head head;
	struct member m;
	enum err e = member_begin(c, at, &head, &m);

	if (e)
		return e;
	if (m.by_billing)
		return FAIL(c, ERR_DENIED, "set-by-billing",
		            "Billing keeps this account's main user.");
	e = member_check_who(c, &m);
	if (!e)
		e = guard_last_owner(c, at->account_id, at->id);
	if (!e)
		e = write_state(c, &m, "removed");
	if (!e)
		e = member_end_access(c, m.id, "removed");
	if (!e && !strcmp(m.kind, "main"))
		e = db_exec(c->db, &forget_main, DB_ARGS(db_i64(head.id), db_i64(m.person_id)),
		            NULL);
	if (!e)
		e = persons_leave(c, m.person_id);
	if (!e)
		e = accounts_reindex(c, head.id);
	if (e)
		return e;
	return member_log(
		c, strcmp(m.kind, "support") ? ACTION_USER_REMOVE : ACTION_SUPPORT_USER_REMOVE,
		&m, NULL);
}

static enum role owners_role(const char *account_kind)
{
	if (!strcmp(account_kind, "platform"))
		return ROLE_PLATFORM_ADMIN;
	return strcmp(account_kind, "reseller") ? ROLE_CUSTOMER_OWNER : ROLE_RESELLER_PROGRAM;
}

/* An owner is there for good, and not a guard. */
static enum err check_owner(struct ctx *c, const struct member *m)
{
	if (!strcmp(m->kind, "sub") || !strcmp(m->kind, "support") ||
	    stamp_is_set(m->expires_at) || strcmp(m->base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "cannot-own",
		            "An owner is an active main user or staff member without an end.");
	return roles_check_kind(c, m->account_id, m->person_id, 0, "admin");
}

enum err members_make_owner(struct ctx *c, const struct member_at *at)
{
	struct perm_set gives;
	struct account_head head;
	struct member m;
	enum role role;
	enum err e = member_begin(c, at, &head, &m);

	if (!e)
		e = member_check_who(c, &m);
	if (!e)
		e = check_owner(c, &m);
	if (e)
		return e;
	role = owners_role(head.kind);
	gives = perm_set_of_role(role);
	/* His word on visits is his account's, and nobody's above it. */
	perm_drop(&gives, PERM_SUPPORT_APPROVE);
	e = guard_grantable(c, gives);
	if (!e)
		e = db_exec(c->db, &put_owner,
		            DB_ARGS(db_i64(m.id), db_i64(head.id), db_stamp(c->now),
		                    db_str(role_text(role))),
		            NULL);
	if (!e)
		e = db_exec(c->db, &count_up, DB_ARGS(db_stamp(c->now), db_i64(m.id)), NULL);
	if (!e)
		e = roles_relabel(c, m.id);
	if (!e)
		e = accounts_reindex(c, head.id);
	return e ? e : member_log(c, ACTION_ROLE_GRANT, &m, role_text(role));
}

/* --- password and second step ----------------------------------------------------- */

enum err members_reset_password(struct ctx *c, const struct member_at *at)
{
	struct account_head head;
	struct member m;
	enum err e = member_begin(c, at, &head, &m);

	if (!e)
		e = member_check_who(c, &m);
	if (!e && !m.email)
		e = FAIL(c, ERR_CONFLICT, "no-email", "This person has no e-mail address.");
	if (!e)
		e = strcmp(m.person_state, "invited") ? reset_send(c, m.person_id)
		                                      : member_welcome(c, &m);
	return e ? e : member_log(c, ACTION_PERSON_RESET_PASSWORD, &m, NULL);
}

enum err members_unlock(struct ctx *c, const struct member_at *at)
{
	struct account_head head;
	struct member m;
	bool was = false;
	enum err e = member_begin(c, at, &head, &m);

	if (!e)
		e = member_check_who(c, &m);
	if (!e)
		e = lockout_forget(c, m.person_id, &was);
	if (!e && !was)
		e = FAIL(c, ERR_CONFLICT, "not-locked", "This person is not locked out.");
	if (!e)
		e = unlock_cancel(c, m.person_id);
	return e ? e : member_log(c, ACTION_PERSON_UNLOCK, &m, NULL);
}

static enum err tell_two_step(struct ctx *c, const struct member *m)
{
	char now[STAMP_TEXT];

	if (!m->email)
		return OK;
	stamp_write(c->now, now);
	return mail_put(c, &(struct mail_new){ .to = m->email,
	                                       .locale = m->locale,
	                                       .kind = MAIL_TWO_STEP_CHANGED,
	                                       .account_id = m->account_id,
	                                       .person_id = m->person_id,
	                                       .values = { { "name", m->name },
	                                                   { "login", m->login },
	                                                   { "state", "reset" },
	                                                   { "changed_at", now } } });
}

enum err members_reset_two_step(struct ctx *c, const struct member_at *at, const char *reason)
{
	struct account_head head;
	struct member m;
	bool had = false;
	enum err e = member_begin(c, at, &head, &m);

	if (!e)
		e = member_check_who(c, &m);
	if (!e)
		e = guard_whole_person(c, m.person_id);
	if (!e)
		e = persons_drop_factor(c, m.person_id, &had);
	if (!e && !had)
		e = FAIL(c, ERR_CONFLICT, "no-two-step",
		         "This person has not set up two-step verification.");
	if (!e)
		e = db_exec(c->db, &count_up, DB_ARGS(db_stamp(c->now), db_i64(m.id)), NULL);
	if (!e)
		e = sessions_revoke_person(c, m.person_id, NULL, "two-step");
	if (!e)
		e = tell_two_step(c, &m);
	return e ? e : member_log(c, ACTION_TWO_STEP_RESET, &m, reason);
}
