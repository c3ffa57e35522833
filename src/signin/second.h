/*
 * second.h - what a person shows besides his password, and shows again.
 *
 * The second step makes a new session out of the half one: a token known
 * before it is worth nothing after.  Five wrong codes end the half session, and
 * tries are counted over sessions as well (throttle.h), so the password alone
 * buys no endless guessing.
 */
#ifndef SIGNIN_SECOND_H
#define SIGNIN_SECOND_H

#include "signin/session.h"

#define CODE_TRIES_MAX 5

/*
 * Outside a transaction, by a session that waits for it.  ERR_UNAUTHENTICATED
 * "wrong-code", and with the last try "not-signed-in"; ERR_CONFLICT
 * "no-second-step".
 */
enum err second_step(struct ctx *c, const char *code, char token[TOKEN_TEXT],
                     struct session *out) MUST_CHECK;

struct proof_in {
	const char *password, *code; /* code NULL: none given */
};

/*
 * Outside a transaction: proved_at of the session is now.  ERR_INVALID
 * "wrong-password" at /password, "required" or "wrong-code" at /code: not 401,
 * because the session goes on.
 */
enum err second_prove(struct ctx *c, const struct proof_in *in) MUST_CHECK;

/* Starts and ends setting up; outside a transaction, because secrets are answered. */
struct factor_setup;
struct recovery_codes;
enum err second_begin(struct ctx *c, struct factor_setup *out) MUST_CHECK;
enum err second_confirm(struct ctx *c, const char *code, char token[TOKEN_TEXT],
                        struct recovery_codes *out) MUST_CHECK;
enum err second_renew(struct ctx *c, struct recovery_codes *out) MUST_CHECK;

/* In a transaction.  ERR_DENIED "two-step-required", ERR_CONFLICT "no-two-step". */
enum err second_remove(struct ctx *c) MUST_CHECK;

extern const struct db_query *const second_queries[];

#endif
