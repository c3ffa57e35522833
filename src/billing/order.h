/*
 * order.h - one event of a subject at a time, the last writer wins.
 *
 * Each thing an event writes has a register with the number and the instant
 * of its last writer, so that an old password change does not hold up a newer
 * pause, and a late pause after an unpause changes nothing.  The surprising
 * rule: an event that changed nothing advances its registers too.
 */
#ifndef BILLING_ORDER_H
#define BILLING_ORDER_H

#include "billing/work.h"

/* A register no event writes: the subject has deferred or quarantined events. */
#define ORDER_MARK     "!"
#define ORDER_MARK_SET 1

#define CLOCK_AHEAD_MAX (5 * USEC_PER_MIN)
#define CLOCK_BACK_MAX  USEC_PER_DAY

/* Locks the subject and reads what the event's order depends on. */
enum err order_open(struct work *w) MUST_CHECK;

/* Gives a verdict when the event's place in order decides it; else VERDICT_NONE. */
enum err order_decide(struct work *w) MUST_CHECK;

/* Advances the registers, or marks the subject when the event is not settled. */
enum err order_close(struct work *w) MUST_CHECK;

/* From now on only a later new_entity counts for the subject. */
enum err order_bury(struct work *w) MUST_CHECK;

extern const struct db_query *const order_queries[], *const order_close_queries[];

#endif
