/*
 * accept.h - the invited person's side: looking at an invitation, accepting it.
 *
 * Whoever has the token has read the mail, so he is told what he is invited to
 * and whether he is known already; nobody else is told anything, not even that
 * a token was once good.  Who is known proves himself by his own password.
 * Accepting signs nobody in.
 */
#ifndef INVITATIONS_ACCEPT_H
#define INVITATIONS_ACCEPT_H

#include "core/ctx.h"

struct invitation_look {
	const char *account_name, *invited_by, *email, *first_name, *last_name, *language,
		*role_name, *kind;
	struct stamp expires_at, member_until;
	bool known;           /* sign with the password one has */
	int64_t password_min; /* code points of a new one */
};
#define INVITATION_LOOK_FIELDS 12
extern const struct field invitation_look_fields[];

/* ERR_NOT_FOUND "link-not-valid"; ERR_DENIED "account-suspended". */
enum err invitations_look(struct ctx *c, const char *token,
                          struct invitation_look *out) MUST_CHECK;

struct invitation_accept {
	const char *token, *password;
	const char *name; /* NULL: as it was invited */
};

/*
 * Once: of any number of tries at the same time one wins.  Opens its own
 * transactions.  As above, and ERR_UNAUTHENTICATED "wrong-login", ERR_LIMITED,
 * ERR_CONFLICT "already-member", "login-taken", ERR_INVALID "/password".
 */
enum err invitations_accept(struct ctx *c, const struct invitation_accept *in) MUST_CHECK;

#endif
