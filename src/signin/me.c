#include "signin/me.h"

#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "core/change.h"
#include "people/lockout.h"
#include "people/people.h"
#include "policy/policy.h"
#include "signin/email.h"
#include "signin/factor.h"
#include "signin/notice.h"
#include "signin/password.h"
#include "signin/password_rule.h"
#include "signin/queries.h"
#include "signin/throttle.h"

static const struct field own_session_v[] = {
	FIELD(struct own_session, id),           FIELD(struct own_session, created_at),
	FIELD(struct own_session, last_seen_at), FIELD(struct own_session, expires_at),
	FIELD(struct own_session, ip),           FIELD(struct own_session, user_agent),
	FIELD(struct own_session, current),
};

struct hash_row {
	const char *password_hash;
};
static const struct field hash_v[] = { FIELD(struct hash_row, password_hash) };

static const struct db_query sessions = {
	.text = "SELECT s.id, s.created_at, s.last_seen_at, s.expires_at, s.ip, s.user_agent,"
		" s.token_hash = ? AS `current` FROM session s WHERE s.person_id = ?"
		" AND s.revoked_at IS NULL AND s.expires_at > ? AND s.last_seen_at > ?"
		" ORDER BY s.created_at DESC, s.id DESC LIMIT ?",
	DB_ROWS(own_session_v),
};
static const struct db_query end_one = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = 'ended'"
		" WHERE id = ? AND person_id = ? AND revoked_at IS NULL",
};
static const struct db_query hash_of = {
	.text = "SELECT password_hash FROM person WHERE id = ?",
	DB_ROWS(hash_v),
};

const struct db_query *const me_queries[] = { &sessions, &end_one, &hash_of, NULL };

static struct person_place place(const struct ctx *c)
{
	return (struct person_place){ c->session->account_id, c->session->account_name };
}

static bool is_billing(const struct person *p)
{
	return !strcmp(p->origin, "billing");
}

enum err me_find(struct ctx *c, struct me_details *out)
{
	const struct session *s = c->session;
	struct person_policy policy;
	struct me_details me;
	struct person p;
	enum err e = persons_find(c, s->person_id, &p);

	if (!e)
		e = policy_of_person(c, p.id, &policy);
	if (e)
		return e;
	me = (struct me_details){
		.id = p.id,
		.login = p.login,
		.name = p.name,
		.email = p.email,
		.phone = p.phone,
		.origin = p.origin,
		.locale = s->locale,
		.time_zone = s->time_zone,
		.theme = s->theme,
		.density = s->density,
		.shortcuts = s->shortcuts,
		.last_login_at = p.last_login_at,
		.may_change_name = !is_billing(&p),
		.may_change_email = !is_billing(&p) && policy.may_change_email,
		.may_change_password = p.can_change_password && policy.may_change_password,
		.two_step = s->has_factor,
		.two_step_required = policy.require_two_step,
		.password_min =
			policy.require_two_step ? PASSWORD_MIN_TWO_STEP : PASSWORD_MIN_ALONE,
	};
	e = email_pending(c, p.id, &me.email_pending);
	if (!e)
		e = recovery_count(c, p.id, &me.recovery_left);
	if (!e)
		*out = me;
	return e;
}

/* Lists and the search know a main person's name. */
static enum err reindex(struct ctx *c, int64_t person_id)
{
	int64_t account_id;
	enum err e = accounts_find_main_of(c, person_id, &account_id);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return accounts_reindex(c, account_id);
}

enum err me_rename(struct ctx *c, const char *name)
{
	struct person_place at = place(c);
	struct person_edit edit = { .name = name };
	bool changed = false;
	struct person p;
	enum err e = persons_find(c, c->actor.person_id, &p);

	if (e || !strcmp(p.name, name))
		return e;
	if (is_billing(&p))
		return FAIL_FIELD(c, "/name", "set-by-billing");
	edit.email = p.email;
	edit.phone = p.phone;
	edit.keep_password = !p.can_change_password;
	e = persons_update(c, &at, p.id, &edit, &changed);
	return e || !changed ? e : reindex(c, p.id);
}

struct changing {
	struct ctx *c;
	const char *hash, *token;
	const unsigned char *old;
	struct recipient r;
};

static enum err check_may_change(struct ctx *c, const struct recipient *r)
{
	struct person_policy policy;
	enum err e;

	if (session_step(c->session) == SESSION_PASSWORD)
		return OK; /* whoever set it for him wants him to */
	e = session_need_whole(c);
	if (!e)
		e = policy_of_person(c, r->person_id, &policy);
	if (e || (policy.may_change_password && r->can_change_password))
		return e;
	return FAIL(c, ERR_DENIED, "password-locked",
	            "Your password is set by your administrators.");
}

static enum err put_refusal(void *arg)
{
	struct changing *s = arg;
	struct change ch = {
		.action = ACTION_PERSON_PASSWORD,
		.target_kind = ID_PERSON,
		.target_id = s->r.person_id,
		.target_label = s->r.name,
		.account_id = s->c->session->account_id,
		.account_label = s->c->session->account_name,
		.failure = "wrong-password",
	};

	s->c->audited = 0;
	return change_put(s->c, &ch);
}

/* Guessing here is guessing the login's password: one throttle for both. */
static enum err check_old(struct changing *s, const char *old)
{
	struct ctx *c = s->c;
	bool stopped = false;
	struct hash_row row;
	enum err undone, e = throttle_take(c, s->r.login, c->actor.ip);

	if (!e)
		e = db_one(c->db, &hash_of, DB_ARGS(db_i64(s->r.person_id)), c->mem, &row);
	if (!e)
		e = lockout_stops(c, s->r.person_id, &stopped);
	if (e)
		return e;
	e = password_check(c, stopped ? NULL : row.password_hash, old);
	if (e == ERR_DENIED) {
		e = db_tx(c->db, DB_WRITE, put_refusal, s);
		return e ? e : FAIL_FIELD(c, "/old", "wrong-password");
	}
	if (!e)
		return OK;
	undone = throttle_undo(c, s->r.login, c->actor.ip);
	return undone == ERR_INTERNAL ? undone : e;
}

static enum err write_password(void *arg)
{
	struct changing *s = arg;
	struct ctx *c = s->c;
	struct person_place at = place(c);
	bool made;
	enum err e;

	c->audited = 0;
	c->actor.session_hash = s->old;
	e = session_rotate(c, s->token, false, "password", &made);
	if (e || !made)
		return e;
	e = persons_set_password_hash(c, &at, s->r.person_id, s->hash);
	if (!e)
		e = throttle_clear(c, s->r.login, c->actor.ip);
	return e ? e : notice_password_changed(c, &s->r);
}

enum err me_set_password(struct ctx *c, const struct password_in *in, char token[TOKEN_TEXT])
{
	struct changing s = { .c = c, .token = token, .old = c->actor.session_hash };
	enum err e = recipient_find(c, c->actor.person_id, &s.r);

	if (!e)
		e = check_may_change(c, &s.r);
	if (!e)
		e = password_rule_of(c, "/new", in->new, s.r.person_id);
	if (!e)
		e = check_old(&s, in->old);
	if (!e && !strcmp(in->old, in->new))
		return FAIL_FIELD(c, "/new", "unchanged");
	if (!e)
		e = password_hash_make(c, in->new, &s.hash);
	if (e)
		return e;
	token_new(token);
	return db_tx(c->db, DB_WRITE, write_password, &s);
}

enum err me_sessions(struct ctx *c, struct db_list *out)
{
	static const unsigned char none[HASH_BYTES];
	const unsigned char *own = c->actor.session_hash ? c->actor.session_hash : none;
	struct stamp idle = stamp_add(c->now, -c->config->session_idle_min * USEC_PER_MIN);

	return db_all(c->db, &sessions,
	              DB_ARGS(db_bytes(own, HASH_BYTES), db_i64(c->actor.person_id),
	                      db_stamp(c->now), db_stamp(idle), db_i64(OWN_SESSIONS_MAX)),
	              c->mem, sizeof(struct own_session), OWN_SESSIONS_MAX, out);
}

static enum err put_ended(struct ctx *c)
{
	struct change ch = {
		.action = ACTION_SESSION_REVOKE,
		.target_kind = ID_PERSON,
		.target_id = c->actor.person_id,
		.target_label = c->actor.label,
		.account_id = c->session->account_id,
		.account_label = c->session->account_name,
	};

	return change_put(c, &ch);
}

enum err me_end_session(struct ctx *c, int64_t id)
{
	int64_t n = 0;
	enum err e =
		db_exec(c->db, &end_one,
	                DB_ARGS(db_stamp(c->now), db_i64(id), db_i64(c->actor.person_id)), &n);

	if (e)
		return e;
	return n == 1 ? put_ended(c) : ctx_not_found(c);
}

enum err me_end_others(struct ctx *c)
{
	enum err e =
		sessions_revoke_person(c, c->actor.person_id, c->actor.session_hash, "ended");

	return e ? e : put_ended(c);
}
