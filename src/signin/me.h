/*
 * me.h - what a person sees and changes of himself.
 *
 * Changing the password asks for the old one, ends every other session and all
 * API keys, and gives the own session another token.  What billing says of a
 * person stays billing's.
 */
#ifndef SIGNIN_ME_H
#define SIGNIN_ME_H

#include "signin/session.h"

struct me_details {
	int64_t id;
	const char *login, *name, *email, *email_pending, *phone, *origin;
	const char *locale, *time_zone, *theme, *density;
	bool shortcuts;
	struct stamp last_login_at;
	bool may_change_name, may_change_email, may_change_password;
	bool two_step, two_step_required;
	int64_t recovery_left;
	int64_t password_min; /* characters a new password needs */
};

enum err me_find(struct ctx *c, struct me_details *out) MUST_CHECK;

/* In a transaction.  ERR_INVALID at /name "set-by-billing". */
enum err me_rename(struct ctx *c, const char *name) MUST_CHECK;

struct password_in {
	const char *old, *new;
};

/*
 * Outside a transaction; token is the new one of the own session, which may be
 * half a one that wants nothing else.  ERR_DENIED "password-locked";
 * ERR_INVALID "wrong-password" at /old, and at /new.
 */
enum err me_set_password(struct ctx *c, const struct password_in *in,
                         char token[TOKEN_TEXT]) MUST_CHECK;

struct own_session {
	int64_t id;
	struct stamp created_at, last_seen_at, expires_at;
	const char *ip, *user_agent;
	bool current;
};
#define OWN_SESSIONS_MAX 200

/* Those that live, newest first. */
enum err me_sessions(struct ctx *c, struct db_list *out) MUST_CHECK;
enum err me_end_session(struct ctx *c, int64_t id) MUST_CHECK;
enum err me_end_others(struct ctx *c) MUST_CHECK;

extern const struct db_query *const me_queries[];

#endif
