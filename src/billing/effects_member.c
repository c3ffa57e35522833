#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "base/utf8.h"
#include "billing/effects.h"
#include "billing/order.h"
#include "core/change.h"
#include "devices/devices.h"
#include "holds/life.h"
#include "mail/mail.h"
#include "people/leave.h"
#include "people/people.h"
#include "roles/switches.h"
#include "json/json_out.h"

struct member {
	int64_t id;
};
static const struct field member_v[] = { FIELD(struct member, id) };

static const struct db_query main_member = {
	.text = "SELECT id FROM membership WHERE account_id = ? AND kind = 'main'"
		" AND state = 'active' ORDER BY id LIMIT 1",
	DB_ROWS(member_v),
};
static const struct db_query must_change = {
	.text = "UPDATE person SET must_change = ?, ver = ver + 1 WHERE id = ?",
};
static const struct db_query switched = {
	.text = "SELECT COUNT(*) AS id FROM member_permission WHERE membership_id = ?"
		" AND permission = ? AND effect = ?",
	DB_ROWS(member_v),
};
static const struct db_query signalling = {
	.text = "SELECT COUNT(*) AS id FROM device WHERE account_id = ?"
		" AND kind IN ('panel', 'intercom') AND removed_at IS NULL",
	DB_ROWS(member_v),
};

/* What billing set itself has the instant of one of its events. */
static const struct db_query changed_since = {
	.text = "SELECT COUNT(*) AS id FROM person p WHERE p.id = ?"
		" AND p.password_changed_at > ? AND NOT EXISTS (SELECT 1 FROM billing_event e"
		" WHERE e.account_id = ? AND e.applied_at = p.password_changed_at"
		" AND e.original_type IN ('billing.new_entity', 'billing.update_password'))",
	DB_ROWS(member_v),
};

const struct db_query *const effects_queries[] = {
	&main_member, &must_change, &switched, &signalling, &changed_since, NULL,
};

/* --- permissions and limits ------------------------------------------------- */

static enum err set_permissions(struct work *w, int64_t member, const struct str_list *list,
                                const char *effect, bool *did)
{
	struct ctx *c = w->c;
	struct member so;
	enum err e = OK;

	for (size_t i = 0; i < list->n && !e; i++) {
		if (strlen(list->v[i]) > 60)
			continue;
		e = db_one(c->db, &switched,
		           DB_ARGS(db_i64(member), db_str(list->v[i]), db_str(effect)), c->mem,
		           &so);
		if (e || so.id > 0)
			continue;
		*did = true;
		e = switches_set(c, member, list->v[i], effect);
		work_changed(w, arena_printf(c->mem, "permission.%s", list->v[i]), NULL,
		             effect);
	}
	return e;
}

static enum err log_permissions(struct work *w)
{
	struct change ch = {
		.action = ACTION_MEMBER_PERMISSION,
		.target_kind = ID_ACCOUNT,
		.target_id = w->account.id,
		.target_label = w->account.name,
		.account_id = w->account.id,
		.account_label = w->account.name,
		.after = arena_printf(w->c->mem, "{%s}", buf_str(&w->after)),
	};

	return change_put(w->c, &ch);
}

static enum err apply_permissions(struct work *w, const struct in_entity *in, bool *changed)
{
	struct member m;
	bool did = false;
	enum err e;

	if (in->permissions_to_attach.n + in->permissions_to_detach.n == 0 ||
	    !work_may_write(w, "profile.permissions"))
		return OK;
	e = db_one(w->c->db, &main_member, DB_ARGS(db_i64(w->account.id)), w->c->mem, &m);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = set_permissions(w, m.id, &in->permissions_to_attach, "allow", &did);
	if (!e)
		e = set_permissions(w, m.id, &in->permissions_to_detach, "deny", &did);
	if (e || !did)
		return e;
	*changed = true;
	e = holders_count_up(w->c, m.id);
	return e ? e : log_permissions(w);
}

static enum err apply_limits(struct work *w, const struct in_entity *in, bool *changed)
{
	const struct {
		const char *item;
		struct opt value;
	} limits[] = {
		{ "sessions.cctv", in->session_limits.cctv },
		{ "sessions.intercom", in->session_limits.intercom },
		{ "sessions.total", in->session_limits.total },
	};
	bool did;
	enum err e = OK;

	if (!work_has(w, "session_limits") || !work_may_write(w, "profile.session_limits"))
		return OK;
	for (size_t i = 0; i < ARRAY_LEN(limits) && !e; i++) {
		if (!limits[i].value.set)
			continue;
		e = entitlements_set(w->c, w->account.id, limits[i].item, limits[i].value.v, 0,
		                     &did);
		*changed = *changed || (!e && did);
	}
	return e;
}

enum err members_update(struct work *w, const struct in_entity *in, bool *changed)
{
	enum err e = apply_permissions(w, in, changed);

	return e ? e : apply_limits(w, in, changed);
}

/* --- login and password ----------------------------------------------------- */

void registers_login(struct work *w)
{
	work_reg(w, "login");
}

void registers_password(struct work *w)
{
	work_reg(w, "password");
}

/* Both addresses hear of it, when the login was one and still is one. */
static enum err tell_login(struct work *w, const struct person *was, const char *login)
{
	const char *const to[] = { was->login, login };
	char at[STAMP_TEXT];
	enum err e = OK;

	stamp_write(w->c->now, at);
	if (!utf8_is_email(was->login, strlen(was->login)) ||
	    !utf8_is_email(login, strlen(login)))
		return OK;
	for (size_t i = 0; !e && i < ARRAY_LEN(to); i++) {
		const struct mail_new m = {
			.to = to[i],
			.locale = was->locale,
			.kind = MAIL_LOGIN_CHANGED,
			.account_id = w->account.id,
			.person_id = was->id,
			.values = { { "name", was->name },
			            { "old_login", was->login },
			            { "login", login },
			            { "changed_at", at } },
		};

		e = mail_put(w->c, &m);
	}
	return e;
}

enum err effect_update_login(struct work *w)
{
	const struct in_login *in = w->in;
	struct person_place at = { w->account.id, w->account.name };
	struct ctx *c = w->c;
	const char *login = login_canonical(c->mem, in->login);
	struct person p, other;
	enum err e = persons_main_of(c, w->account.id, &p);

	if (e == ERR_NOT_FOUND)
		return work_quarantine(w, "no_main_person");
	if (e)
		return e;
	if (!login)
		return work_quarantine(w, "bad_login");
	if (strcmp(p.login, login) == 0)
		return work_noop(w, "already_so");
	e = persons_by_login(c, login, &other);
	if (!e)
		return work_quarantine(w, "login_conflict");
	if (e != ERR_NOT_FOUND)
		return e;
	e = persons_set_login(c, &at, p.id, login);
	if (!e)
		e = accounts_mark_origin(c, w->account.id, "login", w->ev.seq);
	if (!e)
		e = accounts_reindex(c, w->account.id);
	if (!e)
		e = tell_login(w, &p, login);
	if (e)
		return e;
	if (strncmp(w->ev.subject_key, SUBJECT_LOGIN_PREFIX, strlen(SUBJECT_LOGIN_PREFIX)) == 0)
		w->new_key = envelope_login_key(c->mem, login);
	work_changed(w, "login", p.login, login);
	return work_applied(w);
}

/* He, or somebody for him, chose another one after billing's was set. */
static enum err is_outlived(struct work *w, bool *outlived)
{
	struct member n;
	enum err e = db_one(w->c->db, &changed_since,
	                    DB_ARGS(db_i64(w->account.main_person_id),
	                            db_stamp(w->ev.occurred_at), db_i64(w->account.id)),
	                    w->c->mem, &n);

	*outlived = !e && n.id > 0;
	return e;
}

static enum err set_password(struct work *w, const struct in_password *in)
{
	struct person_place at = { w->account.id, w->account.name };
	struct ctx *c = w->c;
	enum err e = persons_put_password_hash(c, &at, w->account.main_person_id,
	                                       w->ev.sealed_password, in->keep_sessions);
	/* Who keeps his sessions has no use for a link to a new password either. */
	if (!e && in->keep_sessions)
		e = persons_void_mailed(c, w->account.main_person_id);
	if (!e && work_has(w, "must_change"))
		e = db_exec(c->db, &must_change,
		            DB_ARGS(db_bool(in->must_change),
		                    db_i64(w->account.main_person_id)),
		            NULL);
	if (e)
		return e;
	work_changed(w, "password", "[set]", "[set]");
	return work_applied(w);
}

enum err effect_update_password(struct work *w)
{
	bool outlived;
	enum err e;

	if (!w->ev.sealed_password)
		return work_quarantine(w, "password_missing");
	if (!w->account.main_person_id)
		return work_quarantine(w, "no_main_person");
	e = is_outlived(w, &outlived);
	if (e)
		return e;
	return outlived ? work_noop(w, "stale") : set_password(w, w->in);
}

/* --- the end ---------------------------------------------------------------- */

void registers_life(struct work *w)
{
	work_reg(w, "life");
}

/* The life-safety floor: a person confirms that signalling may be switched off. */
static enum err confirm_signalling(struct work *w)
{
	struct member n;
	enum err e =
		db_one(w->c->db, &signalling, DB_ARGS(db_i64(w->account.id)), w->c->mem, &n);

	if (e || n.id == 0)
		return e;
	json_key(&w->answer, "confirm_shutdown");
	json_bool(&w->answer, true);
	return remainder_put(w, "confirm_shutdown", "{}");
}

static enum err end_account(struct work *w, const struct in_terminate *in)
{
	struct life_end end = {
		.account_id = w->account.id,
		.reason = in->reason && *in->reason ? in->reason : "contract_end",
		.retention_days = in->retention_days.v,
	};
	int64_t n;
	enum err e = life_terminate(w->c, &end);

	if (!e && work_has(w, "keep_devices") && !in->keep_devices)
		e = devices_detach_all(w->c, w->account.id, &n);
	if (!e)
		e = confirm_signalling(w);
	if (!e)
		work_changed(w, "state", "active", "terminated");
	return e;
}

/* Whoever ended it, the longer time counts: what is kept is never purged sooner. */
static enum err keep_longer(struct work *w, const struct in_terminate *in, bool *longer)
{
	enum err e = life_keep(w->c, w->account.id, in->retention_days.v, longer);

	if (!e && *longer)
		work_changed(w, "retention_days", NULL,
		             arena_printf(w->c->mem, "%lld", (long long)in->retention_days.v));
	return e;
}

enum err effect_terminate(struct work *w)
{
	const struct in_terminate *in = w->in;
	bool live = w->account.id && strcmp(w->account.state, "active") == 0;
	bool longer = false;
	enum err e = OK;

	if (w->tomb.set && !work_is_after(w, w->tomb.seq, w->tomb.at))
		return work_noop(w, "stale_terminated");
	if (stamp_is_set(in->effective_at) && in->effective_at.usec > w->c->now.usec)
		return work_defer(w, "scheduled", in->effective_at);
	if (live)
		e = end_account(w, in);
	else if (w->account.id)
		e = keep_longer(w, in, &longer);
	if (!e)
		e = order_bury(w);
	if (e)
		return e;
	if (live)
		return work_applied(w);
	if (w->account.id)
		return work_done(w, longer);
	/* Nobody yet: a new_entity that comes late must not make a dead customer. */
	work_applied(w);
	w->reason = "tombstone";
	return OK;
}
