/*
 * throttle.h - guessing gets slower; where it goes on, people/lockout.h ends it.
 *
 * Failures are counted by login and network (/24, or /64 of IPv6): after five
 * the pair waits 2, 4, 8 ... seconds, at most 15 minutes.  A network may fail
 * 20 times a minute in all.  A login that fails often from many networks makes
 * each network wait after its first failure instead of its fifth: the owner,
 * who knows the password, still gets in at once from an address of his own.
 * A try is counted before its hash is made and forgiven when it was right, so
 * a thousand tries at once do not slip through together.  A subject of another
 * kind than a login begins with a character no login has.
 */
#ifndef SIGNIN_THROTTLE_H
#define SIGNIN_THROTTLE_H

#include "core/ctx.h"

/* Counts a try, in a transaction of its own.  ERR_LIMITED with the time to wait. */
enum err throttle_take(struct ctx *c, const char *login, const char *ip) MUST_CHECK;

/* The password was right: the pair starts anew, the counts of all take it back. */
enum err throttle_clear(struct ctx *c, const char *login, const char *ip) MUST_CHECK;

/* The try was not judged (no room, no memory): it did not happen. */
enum err throttle_undo(struct ctx *c, const char *login, const char *ip) MUST_CHECK;

/* Forgets what has been quiet for a day, at most max rows; counts them. */
enum err throttle_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

#endif
