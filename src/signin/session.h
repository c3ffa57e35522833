/*
 * session.h - who is calling: the one function that says so.
 *
 * The cookie holds 256 random bits, the table their hash.  session_resolve()
 * reads person, membership, acting account and all that may stop them in one
 * statement; what is revoked, expired, idle, suspended, terminated or removed
 * is no session.
 */
#ifndef SIGNIN_SESSION_H
#define SIGNIN_SESSION_H

#include "core/ctx.h"
#include "people/revoke.h"

struct session {
	int64_t person_id;
	const char *login, *name, *email, *locale, *time_zone, *theme, *density;
	bool shortcuts;
	struct stamp last_login_at;
	int64_t membership_id;
	const char *membership_kind, *role;
	int64_t account_id;
	const char *account_name, *account_kind;
	bool more; /* the person has other memberships */
	bool must_change;
	struct stamp last_seen_at, expires_at;
	const char *adjusted; /* "+permission,-permission" beside the role, or NULL */
	int64_t person_ver, member_ver;
	struct stamp member_until; /* the membership's end, or STAMP_NONE */
};
#define SESSION_FIELDS 24
extern const struct field session_v[SESSION_FIELDS];


/*
 * OK with the session and c->actor filled, or ERR_UNAUTHENTICATED.  Outside a
 * transaction; marks the session as seen, at most once a minute.
 */
enum err session_resolve(struct ctx *c, const char *token, struct session *out) MUST_CHECK;

/* The pieces of it: a token's hash (false: it is none), the caller made known, the refusal. */
bool session_hash(const char *token, unsigned char out[HASH_BYTES]) MUST_CHECK;
enum err session_accept(struct ctx *c, const struct session *s,
                        const unsigned char hash[HASH_BYTES]) MUST_CHECK;
enum err session_nobody(struct ctx *c);

/* In a writing transaction: locks the session's row; ERR_UNAUTHENTICATED when it ended. */
enum err session_hold(struct ctx *c) MUST_CHECK;

struct session_new {
	int64_t person_id, membership_id;
	const char *ip, *user_agent;
};

/*
 * In a writing transaction, as its first statement.  The token is one of
 * token_new(), never one a client brought; *made is false when a run before
 * this one committed after all.
 */
enum err session_create(struct ctx *c, const struct session_new *in, const char *token,
                        bool *made) MUST_CHECK;

/* Ends the session of a token, if there is one. */
enum err session_revoke_token(struct ctx *c, const char *token, const char *why) MUST_CHECK;

/* Ends the session that calls, and logs it. */
enum err session_end(struct ctx *c, const char *why) MUST_CHECK;

/* Removes sessions that ended long ago, at most max rows. */
enum err sessions_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

/* "__Host-gatehouse", or "__Secure-gatehouse" below a sub-path. */
const char *session_cookie_name(const char *base_path);

#endif
