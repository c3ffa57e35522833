/*
 * exempt.h - an account that billing does not stop for a while.
 *
 * Until the exemption ends, holds of billing are recorded but not in force:
 * each is put off to the end of the exemption and remembers when billing
 * wanted it.  Ending the exemption earlier brings them into force at once.
 * Other kinds of holds are not concerned.
 */
#ifndef HOLDS_EXEMPT_H
#define HOLDS_EXEMPT_H

#include "core/ctx.h"

#define EXEMPT_DAYS_MAX 366

/* ERR_INVALID "/until_at" "in-the-past", "too-far"; ERR_CONFLICT "not-active". */
enum err exempt_begin(struct ctx *c, int64_t account_id, struct stamp until,
                      const char *reason) MUST_CHECK;

/* ERR_CONFLICT "not-exempt". */
enum err exempt_end(struct ctx *c, int64_t account_id, const char *reason) MUST_CHECK;

extern const struct db_query *const exempt_queries[];

#endif
