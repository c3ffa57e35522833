/*
 * code.h - the first password of an invited person, by a code sent by mail.
 *
 * Asking costs and says the same whether there is such a person or not, and a
 * wrong code reads like no code at all.  Setting the password does not sign in.
 */
#ifndef SIGNIN_CODE_H
#define SIGNIN_CODE_H

#include "core/ctx.h"
#include "core/outbox.h"

/* Outside a transaction. */
enum err code_ask(struct ctx *c, const char *login) MUST_CHECK;

struct code_use_in {
	const char *login, *code, *password;
};

/*
 * Outside a transaction.  ERR_UNAUTHENTICATED "wrong-code", ERR_LIMITED,
 * ERR_INVALID at /password, which leaves the code usable.
 */
enum err code_use(struct ctx *c, const struct code_use_in *in) MUST_CHECK;

/* In a transaction: a new code to an invited person.  Errors as reset_send(). */
enum err code_send(struct ctx *c, int64_t person_id) MUST_CHECK;

/* The outbox's kind "code-ask". */
outbox_run code_ask_run;
#define CODE_OUTBOX "code-ask"

#endif
