/*
 * op.h - every writing request happens once.
 *
 * Its transaction writes its op_id first.  A repeat, whether the client's
 * (Idempotency-Key) or ours after a lost COMMIT, collides with that row and
 * is answered with what was answered.
 */
#ifndef CORE_OP_H
#define CORE_OP_H

#include "core/ctx.h"

struct op {
	unsigned char id[HASH_BYTES];
	unsigned char fingerprint[HASH_BYTES]; /* of method, path and body */
	bool keyed; /* the client chose the key */
};

struct op_answer {
	int64_t status;
	const char *location, *etag;
	struct bytes body;
};

/*
 * Begins: OK and *done false to go on; OK and *done true when it happened
 * before (then *answer is filled).  ERR_INVALID "idempotency-key-reused" when
 * the fingerprint differs.
 */
enum err op_begin(struct ctx *c, const struct op *op, bool *done,
                  struct op_answer *answer) MUST_CHECK;
enum err op_finish(struct ctx *c, const struct op *op, const struct op_answer *answer) MUST_CHECK;

/* Forgets answers older than 24 hours, at most max rows; counts them. */
enum err op_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

#endif
