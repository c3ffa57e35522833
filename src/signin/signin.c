#include "signin/signin.h"

#include <string.h>

#include "accounts/index.h"
#include "core/change.h"
#include "people/lockout.h"
#include "people/people.h"
#include "signin/notice.h"
#include "signin/password.h"
#include "signin/queries.h"
#include "signin/stopped.h"
#include "signin/throttle.h"

#define MEMBERSHIPS_MAX 200

struct credential {
	int64_t id;
	const char *name, *password_hash, *state;
	bool has_factor, locked_out;
};
static const struct field credential_v[] = {
	FIELD(struct credential, id),
	FIELD(struct credential, name),
	FIELD(struct credential, password_hash),
	FIELD(struct credential, state),
	FIELD(struct credential, has_factor),
	FIELD(struct credential, locked_out),
};

struct held {
	int64_t id;
};
static const struct field held_v[] = { FIELD(struct held, id) };
static const struct field membership_v[] = {
	FIELD(struct membership, id),           FIELD(struct membership, account_id),
	FIELD(struct membership, account_name), FIELD(struct membership, account_kind),
	FIELD(struct membership, kind),         FIELD(struct membership, role),
	FIELD(struct membership, stops),        FIELD(struct membership, ends),
};

static const struct db_query by_login = {
	.text = "SELECT p.id, p.name, p.password_hash, p.state, EXISTS (SELECT 1 FROM factor f"
		" WHERE f.person_id = p.id AND f.confirmed_at IS NOT NULL) AS has_factor,"
		" " LOCKOUT_STOPS("p.id") " AS locked_out FROM person p WHERE p.login = ?",
	DB_ROWS(credential_v),
};
/* clang-format off */
static const struct db_query memberships_of = {
	.text = "SELECT DISTINCT m.id, a.id AS account_id, a.name AS account_name,"
	        " a.kind AS account_kind, m.kind, m.role,"
	        " " ACCOUNT_STOPS("m.account_id") " AS stops,"
	        " " ACCOUNT_ENDS("m.account_id") " AS ends"
	        " FROM membership m LEFT JOIN membership_role mr ON mr.membership_id = m.id"
	        " JOIN account a ON a.id = IFNULL(mr.scope_account_id, m.account_id)"
	        " WHERE m.person_id = ? AND " MEMBERSHIP_LIVES
	        " ORDER BY m.kind, m.id, a.id <> m.account_id, a.id",
	DB_ROWS(membership_v),
};
/* clang-format on */
static const struct db_query note_login = {
	.text = "UPDATE person SET last_login_at = ?, last_login_ip = ? WHERE id = ?",
};
static const struct db_query first_login = {
	.text = "UPDATE membership SET first_login_at = ? WHERE id = ? AND first_login_at IS NULL",
};
/* Locking: who changes the password waits for this, or this finds it changed. */
static const struct db_query hold_password = {
	.text = "SELECT p.id FROM person p WHERE p.id = ? AND p.password_hash IN (?, ?)"
		" FOR UPDATE",
	DB_ROWS(held_v),
};
static const struct db_query set_hash = {
	.text = "UPDATE person SET password_hash = ? WHERE id = ? AND password_hash = ?",
};
static const struct db_query update_me = {
	.text = "UPDATE person SET locale = ?, time_zone = ?, theme = ?, density = ?,"
		" shortcuts = ?, ver = ver + 1, updated_at = ? WHERE id = ?",
};

const struct db_query *const signin_queries[] = {
	&by_login,      &memberships_of, &note_login, &first_login,
	&hold_password, &set_hash,       &update_me,  NULL,
};

/* One sign-in under way. */
struct signin {
	struct ctx *c;
	const char *login, *old_token, *token;
	struct credential who; /* id 0: nobody */
	struct db_list memberships;
	const struct membership *acting; /* the one acted through, else the first, else NULL */
	const char *new_hash;            /* when the stored one is outdated */
	const char *failure;
	bool denied;
};

enum err signin_memberships(struct ctx *c, int64_t person_id, struct db_list *out)
{
	return db_all(c->db, &memberships_of,
	              DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(person_id),
	                      db_stamp(c->now)),
	              c->mem, sizeof(struct membership), MEMBERSHIPS_MAX, out);
}

static enum err put(struct signin *s, enum action action)
{
	struct ctx *c = s->c;
	bool known = s->who.id != 0;
	struct change ch = {
		.action = action,
		.target_kind = known ? ID_PERSON : ID_NONE,
		.target_id = s->who.id,
		.target_label = known ? s->who.name : "unknown login",
		.account_id = s->acting ? s->acting->account_id : ACCOUNT_ROOT,
		.account_label = s->acting ? s->acting->account_name : "",
		.failure = s->failure,
		.denied = s->denied,
	};

	c->actor.kind = ACTOR_PERSON;
	c->actor.person_id = s->who.id;
	c->actor.label = ch.target_label;
	return change_put(c, &ch);
}

static enum err write_refusal(void *arg)
{
	struct signin *s = arg;
	enum err e = OK;

	s->c->audited = 0;
	if (s->denied) /* the password was right */
		e = throttle_clear(s->c, s->login, s->c->actor.ip);
	return e ? e : put(s, ACTION_SESSION_REFUSE);
}

/* The log first; then the one answer for all who may not know why. */
static enum err refuse(struct signin *s, const char *failure)
{
	enum err e;

	s->failure = failure;
	e = db_tx(s->c->db, DB_WRITE, write_refusal, s);
	if (e)
		return e;
	return FAIL(s->c, ERR_UNAUTHENTICATED, "wrong-login",
	            "Login and password do not belong together.");
}

static enum err deny(struct signin *s, const char *code, const char *text)
{
	enum err e;

	s->failure = code;
	s->denied = true;
	e = db_tx(s->c->db, DB_WRITE, write_refusal, s);
	return e ? e : FAIL(s->c, ERR_DENIED, code, "%s", text);
}

/* Everything is read before the password is looked at, for anybody. */
static enum err read_who(struct signin *s)
{
	struct ctx *c = s->c;
	const struct membership *v;
	enum err e = db_one(c->db, &by_login, DB_ARGS(db_bytes(s->login, strlen(s->login))),
	                    c->mem, &s->who);

	if (e && e != ERR_NOT_FOUND)
		return e;
	e = signin_memberships(c, s->who.id, &s->memberships);
	if (e)
		return e;
	v = s->memberships.v;
	s->acting = s->memberships.n ? v : NULL;
	for (size_t i = s->memberships.n; i > 0; i--)
		if (v[i - 1].stops == 0)
			s->acting = &v[i - 1];
	return OK;
}

static enum err check_password(struct signin *s, const char *password)
{
	struct ctx *c = s->c;
	bool usable = s->who.id && !strcmp(s->who.state, "active") && !s->who.locked_out;
	enum err undone, e = password_check(c, usable ? s->who.password_hash : NULL, password);

	if (e == ERR_DENIED)
		return refuse(s, s->who.locked_out ? "locked-out"
		                 : s->who.id       ? "wrong-password"
		                                   : "unknown-login");
	if (e) {
		undone = throttle_undo(c, s->login, c->actor.ip);
		return undone == ERR_INTERNAL ? undone : e;
	}
	if (!s->acting)
		return deny(s, "no-membership", "You are a member of no account.");
	if (s->acting->ends)
		return deny(s, "account-ended", "The account has been removed.");
	if (s->acting->stops)
		return deny(s, "account-suspended", "The account is suspended.");
	if (password_is_outdated(s->who.password_hash) &&
	    password_hash_make(c, password, &s->new_hash) != OK)
		s->new_hash = NULL; /* the next sign-in does it */
	return OK;
}

static enum err write_session(void *arg)
{
	struct signin *s = arg;
	struct ctx *c = s->c;
	struct session_new in = {
		.person_id = s->who.id,
		.membership_id = s->acting->id,
		.account_id = s->acting->account_id,
		.ip = c->actor.ip,
		.user_agent = c->actor.user_agent ? c->actor.user_agent : "",
	};
	struct held held;
	bool made = false;
	enum err e = db_one(c->db, &hold_password,
	                    DB_ARGS(db_i64(s->who.id), db_str(s->who.password_hash),
	                            db_str(s->new_hash)),
	                    c->mem, &held);

	c->audited = 0;
	if (e)
		return e;
	e = session_create(c, &in, s->token, &made);
	if (e || !made)
		return e;
	if (s->old_token)
		e = session_revoke_token(c, s->old_token, "signed-in-again");
	if (!e && s->new_hash)
		e = db_exec(c->db, &set_hash,
		            DB_ARGS(db_str(s->new_hash), db_i64(s->who.id),
		                    db_str(s->who.password_hash)),
		            NULL);
	if (!e)
		e = throttle_clear(c, s->login, c->actor.ip);
	if (e || s->who.has_factor)
		return e; /* the second step does the rest */
	return signin_finish(c,
	                     &(struct signin_done){ .person_id = s->who.id,
	                                            .name = s->who.name,
	                                            .membership_id = s->acting->id,
	                                            .account_id = s->acting->account_id,
	                                            .account_name = s->acting->account_name });
}

/* The device first: it is new as long as no session of it is remembered. */
enum err signin_finish(struct ctx *c, const struct signin_done *d)
{
	struct change ch = {
		.action = ACTION_SESSION_CREATE,
		.target_kind = ID_PERSON,
		.target_id = d->person_id,
		.target_label = d->name,
		.account_id = d->account_id,
		.account_label = d->account_name,
	};
	struct recipient r;
	enum err e = recipient_find(c, d->person_id, &r);

	if (!e)
		e = notice_new_device(c, &r, c->actor.user_agent ? c->actor.user_agent : "");
	if (!e)
		e = db_exec(c->db, &note_login,
		            DB_ARGS(db_stamp(c->now), db_str(c->actor.ip),
		                    db_i64(d->person_id)),
		            NULL);
	if (!e)
		e = db_exec(c->db, &first_login,
		            DB_ARGS(db_stamp(c->now), db_i64(d->membership_id)), NULL);
	if (!e)
		e = lockout_forget(c, d->person_id, NULL);
	if (!e)
		e = accounts_seen(c, d->account_id);
	c->actor.kind = ACTOR_PERSON;
	c->actor.person_id = d->person_id;
	c->actor.label = d->name;
	return e ? e : change_put(c, &ch);
}

enum err signin_password(struct ctx *c, const struct signin_in *in, const char *old_token,
                         char token[TOKEN_TEXT], struct session *out)
{
	struct signin s = { .c = c, .old_token = old_token, .token = token };
	enum err e;

	s.login = login_canonical(c->mem, in->login);
	if (!s.login)
		s.login = "";
	e = throttle_take(c, s.login, c->actor.ip);
	if (!e)
		e = read_who(&s);
	if (!e)
		e = check_password(&s, in->password);
	if (e)
		return e;
	token_new(token);
	e = db_tx(c->db, DB_WRITE, write_session, &s);
	if (e == ERR_NOT_FOUND) /* right when it was looked at, but no more */
		return refuse(&s, "wrong-password");
	return e ? e : session_resolve(c, token, out);
}

enum err signin_update_me(struct ctx *c, const struct me_edit *edit)
{
	return db_exec(c->db, &update_me,
	               DB_ARGS(db_str(edit->locale), db_str(edit->time_zone),
	                       db_str(edit->theme), db_str(edit->density),
	                       db_bool(edit->shortcuts), db_stamp(c->now),
	                       db_i64(c->actor.person_id)),
	               NULL);
}
