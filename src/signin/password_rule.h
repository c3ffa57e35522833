/*
 * password_rule.h - which passwords people may choose (NIST SP 800-63B-4 3.1.1).
 *
 * Length counts, in code points: 15, or 8 where the account asks for two-step
 * verification.  No rules about kinds of characters.  Refused are common
 * passwords, with the usual replacements of letters undone, one piece said
 * over and over, and what is little more than the person's own login, name,
 * account or our name.
 */
#ifndef SIGNIN_PASSWORD_RULE_H
#define SIGNIN_PASSWORD_RULE_H

#include "core/ctx.h"

#define PASSWORD_MIN_ALONE    15
#define PASSWORD_MIN_TWO_STEP 8

/* Whose it is to be; any text may be NULL. */
struct password_of {
	const char *login, *name, *email, *account;
	bool two_step; /* his account asks for it */
};

/* Why not: "too-short", "too-long", "too-common", "too-plain", "has-own-name"; or NULL. */
const char *password_complaint(const char *password, const struct password_of *who);

/* The same as ERR_INVALID at a pointer ("/password"). */
enum err password_rule(struct ctx *c, const char *pointer, const char *password,
                       const struct password_of *who) MUST_CHECK;

/* Of a person who exists: reads what it needs.  Outside or inside a transaction. */
enum err password_rule_of(struct ctx *c, const char *pointer, const char *password,
                          int64_t person_id) MUST_CHECK;

extern const struct db_query *const password_rule_queries[];

#endif
