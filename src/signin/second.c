#include "signin/second.h"

#include <string.h>

#include "core/change.h"
#include "people/lockout.h"
#include "policy/policy.h"
#include "signin/factor.h"
#include "signin/notice.h"
#include "signin/password.h"
#include "signin/queries.h"
#include "signin/signin.h"
#include "signin/throttle.h"

struct tries_row {
	int64_t tries;
};
static const struct field tries_v[] = { FIELD(struct tries_row, tries) };

struct hash_row {
	const char *password_hash;
};
static const struct field hash_v[] = { FIELD(struct hash_row, password_hash) };

static const struct db_query lock = {
	.text = "SELECT tries FROM session WHERE token_hash = ? AND revoked_at IS NULL FOR UPDATE",
	DB_ROWS(tries_v),
};
static const struct db_query find = {
	.text = "SELECT tries FROM session WHERE token_hash = ?",
	DB_ROWS(tries_v),
};
static const struct db_query count_try = {
	.text = "UPDATE session SET tries = tries + 1 WHERE token_hash = ?",
};
static const struct db_query proved = {
	.text = "UPDATE session SET proved_at = ? WHERE token_hash = ? AND revoked_at IS NULL",
};
static const struct db_query hash_of = {
	.text = "SELECT password_hash FROM person WHERE id = ?",
	DB_ROWS(hash_v),
};

const struct db_query *const second_queries[] = {
	&lock, &find, &count_try, &proved, &hash_of, NULL,
};

struct second {
	struct ctx *c;
	const char *code, *token;
	const unsigned char *old; /* the hash of the session that calls */
	enum factor_used used;
	bool ended, stopped; /* the session is; the person is locked out */
	struct recovery_codes *codes;
	struct factor_setup *setup;
};

static enum err put_log(struct ctx *c, enum action action, const char *failure)
{
	const struct session *s = c->session;
	struct change ch = {
		.action = action,
		.target_kind = ID_PERSON,
		.target_id = s->person_id,
		.target_label = s->name,
		.account_id = s->account_id,
		.account_label = s->account_name,
		.failure = failure,
	};

	return change_put(c, &ch);
}

static const char *subject(struct ctx *c)
{
	return arena_printf(c->mem, "\x01second %s", c->session->login);
}

static void start(struct second *s)
{
	s->c->audited = 0;
	s->c->actor.session_hash = s->old;
}

static enum err refuse_code(struct second *s, int64_t tries)
{
	struct ctx *c = s->c;
	enum err e = db_exec(c->db, &count_try, DB_ARGS(db_bytes(s->old, HASH_BYTES)), NULL);

	s->ended = s->stopped || tries + 1 >= CODE_TRIES_MAX;
	if (!e)
		e = put_log(c, ACTION_SESSION_REFUSE, s->stopped ? "locked-out" : "wrong-code");
	return e || !s->ended ? e : session_end(c, "wrong-codes");
}

static enum err enter(struct second *s)
{
	struct ctx *c = s->c;
	const struct session *was = c->session;
	struct signin_done done = {
		.person_id = was->person_id,
		.name = was->name,
		.membership_id = was->membership_id,
		.account_id = was->account_id,
		.account_name = was->account_name,
	};
	bool made;
	enum err e = session_rotate(c, s->token, true, "second-step", &made);

	if (!e)
		e = signin_finish(c, &done);
	if (!e && s->used == FACTOR_RECOVERY)
		e = factor_notify(c, was->person_id, "recovery");
	return e ? e : throttle_clear(c, subject(c), c->actor.ip);
}

/* A run before this one may have committed: then the new session is there. */
static enum err find_made(struct second *s)
{
	unsigned char hash[HASH_BYTES];
	struct tries_row row;
	enum err e;

	if (!session_hash(s->token, hash))
		return ERR_INTERNAL;
	e = db_one(s->c->db, &find, DB_ARGS(db_bytes(hash, HASH_BYTES)), s->c->mem, &row);
	if (e)
		return e == ERR_NOT_FOUND ? session_nobody(s->c) : e;
	s->used = FACTOR_TOTP;
	return OK;
}

/* A wrong code is a failure as a wrong password is: a right one before it forgave nothing. */
static enum err judge(struct second *s)
{
	struct ctx *c = s->c;
	int64_t person_id = c->session->person_id;
	enum err e = lockout_count(c, person_id);

	s->used = FACTOR_WRONG;
	if (!e)
		e = lockout_stops(c, person_id, &s->stopped);
	return e || s->stopped ? e : factor_use(c, person_id, s->code, &s->used);
}

static enum err try_code(void *arg)
{
	struct second *s = arg;
	struct ctx *c = s->c;
	struct tries_row row;
	enum err e;

	start(s);
	s->ended = false;
	e = db_one(c->db, &lock, DB_ARGS(db_bytes(s->old, HASH_BYTES)), c->mem, &row);
	if (e == ERR_NOT_FOUND)
		return find_made(s);
	if (!e)
		e = judge(s);
	if (e)
		return e;
	return s->used == FACTOR_WRONG ? refuse_code(s, row.tries) : enter(s);
}

enum err second_step(struct ctx *c, const char *code, char token[TOKEN_TEXT],
                     struct session *out)
{
	struct second s = {
		.c = c, .code = code, .token = token, .old = c->actor.session_hash
	};
	enum err e;

	if (session_step(c->session) != SESSION_OTP)
		return FAIL(c, ERR_CONFLICT, "no-second-step", "No code is asked for now.");
	e = throttle_take(c, subject(c), c->actor.ip);
	if (e)
		return e;
	token_new(token);
	e = db_tx(c->db, DB_WRITE, try_code, &s);
	if (e)
		return e;
	if (s.ended)
		return FAIL(c, ERR_UNAUTHENTICATED, "not-signed-in",
		            "Too many wrong codes: please sign in again.");
	if (s.used == FACTOR_WRONG)
		return FAIL(c, ERR_UNAUTHENTICATED, "wrong-code",
		            "The code is wrong, has expired or was used before.");
	return session_resolve(c, token, out);
}

static enum err write_proof(void *arg)
{
	struct second *s = arg;
	struct ctx *c = s->c;
	int64_t n = 0;
	enum err e = OK;

	start(s);
	s->used = FACTOR_TOTP;
	if (c->session->has_factor)
		e = factor_use(c, c->session->person_id, s->code, &s->used);
	if (e)
		return e;
	if (s->used == FACTOR_WRONG)
		return put_log(c, ACTION_SESSION_REFUSE, "wrong-code");
	e = db_exec(c->db, &proved, DB_ARGS(db_stamp(c->now), db_bytes(s->old, HASH_BYTES)),
	            &n);
	if (!e && n != 1)
		return session_nobody(c);
	if (!e && s->used == FACTOR_RECOVERY)
		e = factor_notify(c, c->session->person_id, "recovery");
	if (!e)
		e = throttle_clear(c, c->session->login, c->actor.ip);
	return e ? e : lockout_forget(c, c->session->person_id, NULL);
}

static enum err write_refusal(void *arg)
{
	struct second *s = arg;

	start(s);
	return put_log(s->c, ACTION_SESSION_REFUSE,
	               s->stopped ? "locked-out" : "wrong-password");
}

static enum err check_password(struct second *s, const char *password)
{
	struct ctx *c = s->c;
	const char *login = c->session->login;
	int64_t person_id = c->session->person_id;
	struct hash_row row;
	enum err undone, e = throttle_take(c, login, c->actor.ip);

	if (!e)
		e = db_one(c->db, &hash_of, DB_ARGS(db_i64(person_id)), c->mem, &row);
	if (!e)
		e = lockout_stops(c, person_id, &s->stopped);
	if (e)
		return e;
	e = password_check(c, s->stopped ? NULL : row.password_hash, password);
	if (e == ERR_DENIED) {
		e = db_tx(c->db, DB_WRITE, write_refusal, s);
		return e ? e : FAIL_FIELD(c, "/password", "wrong-password");
	}
	if (!e)
		return OK;
	undone = throttle_undo(c, login, c->actor.ip);
	return undone == ERR_INTERNAL ? undone : e;
}

enum err second_prove(struct ctx *c, const struct proof_in *in)
{
	struct second s = { .c = c, .code = in->code, .old = c->actor.session_hash };
	enum err e;

	if (c->session->has_factor && (!in->code || !*in->code))
		return FAIL_FIELD(c, "/code", "required");
	e = check_password(&s, in->password);
	if (!e)
		e = db_tx(c->db, DB_WRITE, write_proof, &s);
	if (e)
		return e;
	return s.used == FACTOR_WRONG ? FAIL_FIELD(c, "/code", "wrong-code") : OK;
}

static enum err write_begin(void *arg)
{
	struct second *s = arg;
	bool changed;
	enum err e;

	start(s);
	e = session_hold(s->c, &changed);
	return e ? e : factor_begin(s->c, s->setup);
}

/* Half a session sets up what its account asks for; nobody sets up what he has to show. */
static enum err check_may_set_up(struct ctx *c)
{
	enum err e;

	if (session_step(c->session) == SESSION_ENROL)
		return OK;
	e = session_need_whole(c);
	return e ? e : session_need_proof(c);
}

enum err second_begin(struct ctx *c, struct factor_setup *out)
{
	struct second s = { .c = c, .setup = out, .old = c->actor.session_hash };
	enum err e = check_may_set_up(c);

	return e ? e : db_tx(c->db, DB_WRITE, write_begin, &s);
}

/* Sessions elsewhere are half ones from now on, until they show a code. */
static enum err write_confirm(void *arg)
{
	struct second *s = arg;
	struct ctx *c = s->c;
	bool made;
	enum err e;

	start(s);
	e = session_rotate(c, s->token, true, "second-step", &made);
	if (e || !made) /* an earlier run did it all, and has the codes */
		return e;
	e = factor_confirm(c, s->code, s->codes);
	if (!e)
		e = put_log(c, ACTION_TWO_STEP_ENROL, NULL);
	return e ? e : factor_notify(c, c->session->person_id, "on");
}

enum err second_confirm(struct ctx *c, const char *code, char token[TOKEN_TEXT],
                        struct recovery_codes *out)
{
	struct second s = {
		.c = c, .code = code, .token = token, .codes = out, .old = c->actor.session_hash
	};

	enum session_step step = session_step(c->session);

	if (step == SESSION_OTP || step == SESSION_PASSWORD)
		return session_need_whole(c);
	token_new(token);
	return db_tx(c->db, DB_WRITE, write_confirm, &s);
}

static enum err write_renew(void *arg)
{
	struct second *s = arg;
	bool changed;
	enum err e;

	start(s);
	e = session_hold(s->c, &changed);
	if (!e)
		e = recovery_renew(s->c, s->codes);
	return e ? e : put_log(s->c, ACTION_RECOVERY_CODES, NULL);
}

enum err second_renew(struct ctx *c, struct recovery_codes *out)
{
	struct second s = { .c = c, .codes = out, .old = c->actor.session_hash };

	return db_tx(c->db, DB_WRITE, write_renew, &s);
}

enum err second_remove(struct ctx *c)
{
	int64_t person_id = c->session->person_id;
	struct person_policy policy;
	bool had = false;
	enum err e = policy_of_person(c, person_id, &policy);

	if (e)
		return e;
	if (policy.require_two_step)
		return FAIL(c, ERR_DENIED, "two-step-required",
		            "An account of yours asks for two-step verification.");
	e = factor_remove(c, person_id, &had);
	if (!e && !had)
		return FAIL(c, ERR_CONFLICT, "no-two-step",
		            "Two-step verification is not set up.");
	if (!e)
		e = put_log(c, ACTION_TWO_STEP_REMOVE, NULL);
	return e ? e : factor_notify(c, person_id, "off");
}
