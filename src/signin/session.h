/*
 * session.h - who is calling: the one place that says so.
 *
 * The cookie holds 256 random bits, the table their hash.  session_resolve()
 * reads person, membership, roles, policies, acting account and all that may
 * stop them in one statement; what is revoked, expired, idle, suspended,
 * terminated or removed is no session.  An API key and a visit (an operator
 * acting as a user) are resolved from the same pieces, so what stops a person
 * stops them too.
 */
#ifndef SIGNIN_SESSION_H
#define SIGNIN_SESSION_H

#include "core/access.h"
#include "core/ctx.h"
#include "people/revoke.h"

struct session {
	int64_t person_id;
	const char *login, *name, *email, *locale, *time_zone, *theme, *density;
	bool shortcuts;
	struct stamp last_login_at;
	int64_t membership_id;
	const char *membership_kind, *role;
	int64_t home_id;    /* the membership's account */
	int64_t account_id; /* where it acts: that account or one below, root of all it sees */
	const char *account_name, *account_kind;
	bool more; /* the person can act elsewhere too */
	bool must_change;
	struct stamp created_at, last_seen_at, expires_at, factor_at, proved_at;
	/* What decides what he may do (core/access.h). */
	const char *home_kind, *home_class, *roles, *adjusted, *main_roles, *main_adjusted,
		*areas;
	const char *key; /* permissions of an API key, or NULL */
	int64_t key_id;
	bool is_sub, has_factor;
	/* The strictest of what the accounts on the way up ask. */
	bool require_two_step;
	int64_t idle_min, absolute_min; /* 0: nothing is asked */
	const char *ip_allow;           /* lists, '|' between; every one must allow; or NULL */
	/* For what is remembered: versions of what it was read from. */
	int64_t person_ver, member_ver, main_ver, epoch;
	struct stamp member_until; /* the membership's end, or STAMP_NONE */
	/* An operator looking through this person's eyes; 0: it is himself. */
	int64_t visit_id, operator_id;
	const char *operator_label;
	bool visit_writes;
	int64_t operator_ver; /* of his own membership; not read with the rest */
	struct perm_set perms, rank; /* made of the above by session_judge() */
};
#define SESSION_FIELDS 48
extern const struct field session_v[SESSION_FIELDS];

enum session_step { SESSION_DONE, SESSION_OTP, SESSION_PASSWORD, SESSION_ENROL };

/* What is missing before the session is whole. */
enum session_step session_step(const struct session *s);

/*
 * Nothing is missing; else ERR_DENIED "second-factor-needed",
 * "password-change-needed" or "enrolment-needed".
 */
enum err session_need_whole(struct ctx *c) MUST_CHECK;

/* What decides; the texts are the session's. */
struct access_facts session_facts(const struct session *s);

/* What he may do: again when session_step() or a text changed. */
void session_judge(struct session *s);

/*
 * OK with the session and c->actor filled, or ERR_UNAUTHENTICATED.  Outside a
 * transaction; marks the session as seen, at most once a minute.
 */
enum err session_resolve(struct ctx *c, const char *token, struct session *out) MUST_CHECK;

/*
 * A key of api_key ("gh_..."): as above, with c->actor an ACTOR_API of the key's
 * person, his permissions as they are now and the key's, both.
 */
enum err session_of_key(struct ctx *c, const char *key, struct session *out) MUST_CHECK;

/*
 * After the operator's own session was resolved into *out: acts as the visited user.
 * ERR_NOT_FOUND when the visit is not this session's, ended or expired.
 */
enum err session_visit(struct ctx *c, int64_t visit_id, struct session *out) MUST_CHECK;

/* What the policies ask for: ERR_UNAUTHENTICATED, ERR_DENIED "address-not-allowed". */
enum err session_check(struct ctx *c, const struct session *s) MUST_CHECK;

/* The pieces of it: a token's hash (false: it is none), one judged made known, the refusal. */
bool session_hash(const char *token, unsigned char out[HASH_BYTES]) MUST_CHECK;
enum err session_accept(struct ctx *c, const struct session *s,
                        const unsigned char hash[HASH_BYTES]) MUST_CHECK;
enum err session_nobody(struct ctx *c);

/*
 * In a writing transaction: locks what the caller came with (session, key, visit
 * and its grant) and his membership; who ends or changes one of them waits for
 * the write, or it is seen here.  ERR_UNAUTHENTICATED, ERR_NOT_FOUND when it
 * ended; *changed: he may do something else now than when he was resolved.
 */
enum err session_hold(struct ctx *c, bool *changed) MUST_CHECK;

struct session_new {
	int64_t person_id, membership_id;
	int64_t account_id;     /* where it acts; 0: the membership's account */
	bool proved_factor;     /* the second factor was shown */
	struct stamp proved_at; /* when he proved who he is; zero: now */
	const char *ip, *user_agent;
};

/*
 * In a writing transaction, as its first statement.  The token is one of
 * token_new(), never one a client brought; *made is false when a run before
 * this one committed after all.
 */
enum err session_create(struct ctx *c, const struct session_new *in, const char *token,
                        bool *made) MUST_CHECK;

/*
 * As the first statement of a transaction: a new session instead of the one
 * that calls, which ends, with another token and the same rights; it carries
 * on in c->actor, so a second run sets session_hash back first.  *made as above.
 */
enum err session_rotate(struct ctx *c, const char *token, bool proved_factor, const char *why,
                        bool *made) MUST_CHECK;

/* The caller proved who he is a moment ago; else ERR_DENIED "proof-needed". */
enum err session_need_proof(struct ctx *c) MUST_CHECK;

/* Ends the session of a token, if there is one. */
enum err session_revoke_token(struct ctx *c, const char *token, const char *why) MUST_CHECK;

/* Ends the session that calls, and logs it. */
enum err session_end(struct ctx *c, const char *why) MUST_CHECK;

/* Removes sessions that ended long ago, at most max rows. */
enum err sessions_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

/* "__Host-gatehouse", or "__Secure-gatehouse" below a sub-path. */
const char *session_cookie_name(const char *base_path);

#endif
