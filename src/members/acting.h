/*
 * acting.h - one person, several accounts: acting for another of them.
 *
 * A switch is a new session with a token of its own, in place of the one that
 * asks; it proves nothing anew and lasts no longer than that one would have.
 */
#ifndef MEMBERS_ACTING_H
#define MEMBERS_ACTING_H

#include "signin/session.h"

struct acting_in {
	int64_t membership_id, account_id;
};

/*
 * Outside a transaction.  ERR_NOT_FOUND when it is not the caller's,
 * ERR_DENIED "account-suspended", "account-ended", "address-not-allowed", "key-refused".
 */
enum err acting_switch(struct ctx *c, const struct acting_in *in, char token[TOKEN_TEXT],
                       struct session *out) MUST_CHECK;

#endif
