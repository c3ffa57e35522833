/*
 * factor.h - the second step: an authenticator app, and codes for when it is lost.
 *
 * The secret is sealed to its row, a recovery code is kept as a hash.  Each
 * code works once: what took it counts the row changed, so of two requests
 * with one code one loses.  Whoever changes a factor counts person.ver up,
 * because workers remember whether a session needs a second step.
 */
#ifndef SIGNIN_FACTOR_H
#define SIGNIN_FACTOR_H

#include "core/ctx.h"

#define RECOVERY_CODES 10
#define RECOVERY_TEXT  33 /* 26 digits in groups of four between dashes, and NUL */

/* Of the one who calls; in whose change log it stands. */
struct factor_setup {
	const char *secret, *uri;
};

/* A new secret, in use only when a code of it was shown.  In a transaction. */
enum err factor_begin(struct ctx *c, struct factor_setup *out) MUST_CHECK;

struct recovery_codes {
	char v[RECOVERY_CODES][RECOVERY_TEXT];
};

/*
 * A code of the new secret: it is the factor from now on, older recovery codes
 * are void.  ERR_INVALID "wrong-code" at /code, ERR_CONFLICT "no-enrolment".
 */
enum err factor_confirm(struct ctx *c, const char *code, struct recovery_codes *out) MUST_CHECK;

/* New ones; the older are void.  ERR_CONFLICT "no-two-step". */
enum err recovery_renew(struct ctx *c, struct recovery_codes *out) MUST_CHECK;
enum err recovery_count(struct ctx *c, int64_t person_id, int64_t *left) MUST_CHECK;

enum factor_used { FACTOR_WRONG, FACTOR_TOTP, FACTOR_RECOVERY };

/* In a transaction: takes a code of either kind, or finds it wrong. */
enum err factor_use(struct ctx *c, int64_t person_id, const char *code,
                    enum factor_used *used) MUST_CHECK;

/*
 * In a transaction: takes the factor and all codes away, ends what was half
 * done; *had says whether there was one.  For the person himself and for staff;
 * the caller writes the log and the mail.
 */
enum err factor_remove(struct ctx *c, int64_t person_id, bool *had) MUST_CHECK;

/* In a transaction: tells the person; state "on", "off", "reset", "recovery". */
enum err factor_notify(struct ctx *c, int64_t person_id, const char *state) MUST_CHECK;

extern const struct db_query *const factor_queries[];

#endif
