/*
 * signin.h - from login and password to a session.
 *
 * Who has no such login, a wrong password, no password or is locked out gets
 * one answer at one price.  What is known only to the owner (suspended, ended) is told only
 * after the right password.  Not to be called inside a transaction.
 */
#ifndef SIGNIN_SIGNIN_H
#define SIGNIN_SIGNIN_H

#include "signin/session.h"

struct signin_in {
	const char *login, *password;
};

/*
 * A new session; token is for the cookie, the session the caller came with
 * (old_token, or NULL) ends.  ERR_UNAUTHENTICATED "wrong-login", ERR_LIMITED,
 * ERR_DENIED "account-suspended", "account-ended", "no-membership".
 */
enum err signin_password(struct ctx *c, const struct signin_in *in, const char *old_token,
                         char token[TOKEN_TEXT], struct session *out) MUST_CHECK;

/* Who is in now, and where. */
struct signin_done {
	int64_t person_id;
	const char *name;
	int64_t membership_id, account_id;
	const char *account_name;
};

/*
 * In the transaction that made a whole session: notes the sign-in, logs it, tells
 * the person of a new device and counts failures anew.  A session that waits for its second step
 * comes here only with it.
 */
enum err signin_finish(struct ctx *c, const struct signin_done *done) MUST_CHECK;

struct membership {
	int64_t id;
	int64_t account_id; /* where it acts: one row for each account a role is assigned at */
	const char *account_name, *account_kind, *kind, *role;
	int64_t stops, ends; /* how many accounts above are held or ended; ended */
};
/* Those of the person that have not expired; the first one that can act is acted through. */
enum err signin_memberships(struct ctx *c, int64_t person_id, struct db_list *out) MUST_CHECK;

struct me_edit {
	const char *locale, *time_zone, *theme, *density;
	bool shortcuts;
};

/* The caller's own settings: as they shall be. */
enum err signin_update_me(struct ctx *c, const struct me_edit *edit) MUST_CHECK;

#endif
