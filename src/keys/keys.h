/*
 * keys.h - API keys: a program works in a person's name, with less than he has.
 *
 * A key belongs to the membership it was made through and holds a list of
 * permissions; what it may do is what the person may do now and the list,
 * both.  It is shown once and kept as a hash.  Whatever ends the sessions of
 * somebody for good revokes his keys too: bringing him back revives none.
 * This module stands below people, which calls keys_revoke_...().
 */
#ifndef KEYS_KEYS_H
#define KEYS_KEYS_H

#include "core/ctx.h"
#include "core/page.h"
#include "json/json_in.h"

#define KEY_PREFIX   "gh_"
#define KEY_TEXT     (sizeof(KEY_PREFIX) - 1 + TOKEN_TEXT)
#define KEY_NAME_MAX 100
#define KEYS_MAX     50  /* live ones of one membership */
#define KEY_DAYS_MAX 366 /* how long one may live */

/* A row of the list: never the key itself, only how it begins. */
struct key_row {
	int64_t id;
	const char *name, *hint; /* hint: the first six characters behind KEY_PREFIX */
	int64_t account_id;      /* where it acts: there and below */
	int64_t person_id, membership_id;
	const char *person_name;
	const char *permissions; /* "a.b,c.d" */
	const char *state;       /* active, expired, revoked */
	struct stamp created_at, expires_at, last_used_at, revoked_at;
	const char *revoked_why;
	int64_t ver;
};

struct key_new {
	const char *name;
	struct str_list permissions;
	struct stamp expires_at;
};

/* Those that act at an account the caller sees, newest first. */
enum err keys_list(struct ctx *c, int64_t account_id, const struct page *p,
                   struct db_list *out) MUST_CHECK;
void keys_page_key(const void *row, const struct page *p, struct cursor *out);
enum err keys_count(struct ctx *c, int64_t account_id, int64_t *out) MUST_CHECK;
enum err keys_find(struct ctx *c, int64_t account_id, int64_t id,
                   struct key_row *out) MUST_CHECK;

/*
 * Makes a key of the caller that acts at the account.  Opens its own
 * transaction, because the answer holds the key and is kept nowhere.
 * ERR_INVALID at /name, /permissions, /expires_at, ERR_DENIED "more-than-own",
 * ERR_CONFLICT "too-many-keys".
 */
enum err keys_create(struct ctx *c, int64_t account_id, const struct key_new *in,
                     char key[KEY_TEXT], struct key_row *out) MUST_CHECK;

/* In a writing transaction; what was revoked before stays as it is.  ERR_VERSION. */
enum err keys_revoke(struct ctx *c, int64_t account_id, int64_t id, int64_t ver) MUST_CHECK;

/* In the transaction of the change that demands it; why as in people/revoke.h. */
enum err keys_revoke_person(struct ctx *c, int64_t person_id, const char *why) MUST_CHECK;
enum err keys_revoke_membership(struct ctx *c, int64_t membership_id,
                                const char *why) MUST_CHECK;
/* All of people of this account and those below it. */
enum err keys_revoke_under(struct ctx *c, int64_t account_id, const char *why) MUST_CHECK;

extern const struct db_query *const keys_queries[];

#endif
