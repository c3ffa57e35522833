/*
 * lockout.h - after a hundred failures in a row a password proves nothing any more.
 *
 * Failures of a known person are counted over all networks, however long they
 * take, until he is in.  A try counts before it is judged, so of many at once
 * no more are judged than one after the other.  Who is locked out is not a
 * state of its own but this count: LOCKOUT_FAILURES and more.  The surprising
 * rule: nobody is told by an answer, because it is that to a login nobody has;
 * the person is told by mail (signin/unlock.h), and sessions he has go on.
 */
#ifndef PEOPLE_LOCKOUT_H
#define PEOPLE_LOCKOUT_H

#include "core/ctx.h"

#define LOCKOUT_FAILURES 100

/* SQL: whether a person is locked out. */
#define LOCKOUT_IS(person) \
	"EXISTS (SELECT 1 FROM lockout lo WHERE lo.person_id = " person \
	" AND lo.failures >= " STRINGIFY(LOCKOUT_FAILURES) ")"

/* SQL: whether this try, counted already, is one too many. */
#define LOCKOUT_STOPS(person) \
	"EXISTS (SELECT 1 FROM lockout lo WHERE lo.person_id = " person \
	" AND lo.failures > " STRINGIFY(LOCKOUT_FAILURES) ")"

/* In a transaction: one try more; by login that of a known person, else of nobody. */
enum err lockout_count(struct ctx *c, int64_t person_id) MUST_CHECK;
enum err lockout_count_login(struct ctx *c, const char *login) MUST_CHECK;

/* In a transaction: that try was right or was not judged. */
enum err lockout_take_back(struct ctx *c, const char *login) MUST_CHECK;

/* Whether a try that was counted may not be judged any more. */
enum err lockout_stops(struct ctx *c, int64_t person_id, bool *out) MUST_CHECK;

/* In a transaction: counts anew.  was (or NULL): whether the person was locked out. */
enum err lockout_forget(struct ctx *c, int64_t person_id, bool *was) MUST_CHECK;

#endif
