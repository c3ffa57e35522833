#include "core/op.h"

#include <string.h>

#include "core/queries.h"

#define KEEP_USEC USEC_PER_DAY

struct stored {
	struct bytes fingerprint;
	int64_t status;
	const char *location, *etag;
	struct bytes body;
};

static const struct field stored_v[] = {
	FIELD(struct stored, fingerprint), FIELD(struct stored, status),
	FIELD(struct stored, location),    FIELD(struct stored, etag),
	FIELD(struct stored, body),
};

/* IGNORE, because a duplicate is an answer here and must not spoil the transaction. */
static const struct db_query insert = {
	.text = "INSERT IGNORE INTO op (op_id, fingerprint, at) VALUES (?, ?, ?)",
};
static const struct db_query find = {
	.text = "SELECT fingerprint, status, location, etag, body FROM op WHERE op_id = ?",
	DB_ROWS(stored_v),
};
static const struct db_query answer_of = {
	.text = "UPDATE op SET status = ?, location = ?, etag = ?, body = ? WHERE op_id = ?",
};
static const struct db_query forget = {
	.text = "DELETE FROM op WHERE at < ? ORDER BY at LIMIT ?",
};

const struct db_query *const op_queries[] = { &insert, &find, &answer_of, &forget, NULL };

enum err op_begin(struct ctx *c, const struct op *op, bool *done, struct op_answer *answer)
{
	struct stored st = { 0 };
	int64_t made = 0;
	enum err e = db_exec(c->db, &insert,
	                     DB_ARGS(db_bytes(op->id, HASH_BYTES),
	                             db_bytes(op->fingerprint, HASH_BYTES), db_stamp(c->now)),
	                     &made);

	if (e)
		return e;
	if (made) {
		*done = false;
		return OK;
	}
	e = db_one(c->db, &find, DB_ARGS(db_bytes(op->id, HASH_BYTES)), c->mem, &st);
	if (e == ERR_NOT_FOUND) /* swept this moment */
		return ERR_RETRY;
	if (e)
		return e;
	if (st.fingerprint.n != HASH_BYTES ||
	    memcmp(st.fingerprint.p, op->fingerprint, HASH_BYTES) != 0)
		return FAIL(c, ERR_INVALID, "idempotency-key-reused",
		            "This Idempotency-Key was used for another request.");
	*answer = (struct op_answer){ st.status, st.location, st.etag, st.body };
	*done = true;
	return OK;
}

enum err op_finish(struct ctx *c, const struct op *op, const struct op_answer *answer)
{
	return db_exec(c->db, &answer_of,
	               DB_ARGS(db_i64(answer->status), db_str(answer->location),
	                       db_str(answer->etag),
	                       db_bytes(answer->body.n ? answer->body.p : NULL, answer->body.n),
	                       db_bytes(op->id, HASH_BYTES)),
	               NULL);
}

enum err op_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	return db_exec(c->db, &forget,
	               DB_ARGS(db_stamp(stamp_add(c->now, -KEEP_USEC)), db_i64(max)), out);
}
