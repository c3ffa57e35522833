/*
 * one_time.h - secrets sent by mail that work once.
 *
 * A link's token is 256 random bits of which the hash alone is kept; it is
 * bound to its purpose, and taking it is one compare-and-set.  A code is six
 * digits, so it is sealed to its person, ends after ten minutes or five wrong
 * tries, and is never found by its value.
 */
#ifndef SIGNIN_ONE_TIME_H
#define SIGNIN_ONE_TIME_H

#include "core/ctx.h"

#define CODE_DIGITS 6
#define CODE_MIN    10
#define CODE_TRIES  5

struct one_time {
	int64_t person_id, account_id;
	const char *subject; /* what it is for: an address; or NULL */
	struct stamp created_at;
};

struct one_time_new {
	const char *purpose;           /* "reset", "email_new", "email_old", "registration" */
	int64_t person_id, account_id; /* 0: none */
	const char *subject;
	int64_t minutes;
};

/* In a transaction; token is for the link. */
enum err one_time_put(struct ctx *c, const struct one_time_new *in,
                      char token[TOKEN_TEXT]) MUST_CHECK;

/* One that may still be used; ERR_NOT_FOUND without a story for all others. */
enum err one_time_find(struct ctx *c, const char *purpose, const char *token,
                       struct one_time *out) MUST_CHECK;

/* In a transaction: uses it up.  ERR_NOT_FOUND when somebody was faster. */
enum err one_time_take(struct ctx *c, const char *purpose, const char *token) MUST_CHECK;

/* In a transaction: those of a person that are open. */
enum err one_time_cancel(struct ctx *c, int64_t person_id, const char *purpose) MUST_CHECK;

/* How many were made for a person in the last day. */
enum err one_time_count(struct ctx *c, int64_t person_id, const char *purpose,
                        int64_t *out) MUST_CHECK;

/* In a transaction: a new code of a person, the older are void. */
enum err one_time_put_code(struct ctx *c, int64_t person_id,
                           char code[CODE_DIGITS + 1]) MUST_CHECK;

/* In a transaction that is to be committed either way: counts a try; *right says. */
enum err one_time_try_code(struct ctx *c, int64_t person_id, const char *code,
                           bool *right) MUST_CHECK;

/* In a transaction: uses up the open code.  ERR_NOT_FOUND when somebody was faster. */
enum err one_time_take_code(struct ctx *c, int64_t person_id) MUST_CHECK;

/* ERR_NOT_FOUND "link-not-valid", in one wording for whatever is wrong with it. */
enum err one_time_refused(struct ctx *c);

/* Forgets those that ended a day ago, at most max rows; counts them. */
enum err one_time_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

extern const struct db_query *const one_time_queries[];

#endif
