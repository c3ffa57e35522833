/*
 * outbox.h - work promised in a transaction and done after it, at least once.
 *
 * The row commits with the change that demands it.  A step takes one due row
 * with FOR UPDATE SKIP LOCKED, pushes due_at ahead (that is the lease: a dead
 * worker's row comes back by itself), commits, does the work outside, then
 * marks it done, later or dead.
 */
#ifndef CORE_OUTBOX_H
#define CORE_OUTBOX_H

#include "core/ctx.h"

struct outbox_row {
	int64_t id;
	const char *kind;
	int64_t ref_id;
	const char *payload;
	int64_t tries;
	const char *correlation_id;
	int64_t *wait_usec; /* what fails may say when to try again, or OUTBOX_NEVER */
};
#define OUTBOX_NEVER INT64_C(-1)

typedef enum err outbox_run(struct ctx *c, const struct outbox_row *row);

struct outbox_kind {
	const char *kind;
	outbox_run *run;
	int tries_max; /* 0: as long as the work itself wants */
};

enum err outbox_put(struct ctx *c, const char *kind, int64_t ref_id,
                    const char *payload) MUST_CHECK;

/*
 * Does one due row of each of these kinds, if there is one; *did says so.  Rows
 * of other kinds are left to who knows them.  kinds is ended by a NULL kind.
 */
enum err outbox_step(struct ctx *c, const struct outbox_kind *kinds, bool *did) MUST_CHECK;

/* Forgets what was done a week ago and given up a month ago: at most max rows; counts them. */
enum err outbox_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

#endif
