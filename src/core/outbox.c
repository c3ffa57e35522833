#include "core/outbox.h"

#include <stdio.h>
#include <string.h>

#include "core/queries.h"

#define LEASE_USEC     (5 * USEC_PER_MIN)
#define DELAY_USEC     (10 * USEC_PER_SEC)
#define DELAY_MAX_USEC USEC_PER_HOUR
#define KEEP_DONE_USEC (7 * USEC_PER_DAY)
#define KEEP_DEAD_USEC (30 * USEC_PER_DAY) /* as long as a mail that failed */

static const struct field row_v[] = {
	FIELD(struct outbox_row, id),     FIELD(struct outbox_row, kind),
	FIELD(struct outbox_row, ref_id), FIELD(struct outbox_row, payload),
	FIELD(struct outbox_row, tries),  FIELD(struct outbox_row, correlation_id),
};

static const struct db_query insert = {
	.text = "INSERT INTO outbox (kind, ref_id, payload, due_at, correlation_id, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?)",
};
static const struct db_query take_one = {
	.text = "SELECT id, kind, ref_id, payload, tries, correlation_id"
		"  FROM outbox FORCE INDEX (ix_outbox_kind)"
		" WHERE state = 'waiting' AND kind = ? AND due_at <= ? ORDER BY due_at LIMIT 1"
		" FOR UPDATE SKIP LOCKED",
	DB_ROWS(row_v),
};
static const struct db_query lease = {
	.text = "UPDATE outbox SET due_at = ?, tries = tries + 1 WHERE id = ?",
};
static const struct db_query mark = {
	.text = "UPDATE outbox SET state = ?, due_at = ?, last_error = ?"
		" WHERE id = ? AND state = 'waiting'",
};
static const struct db_query forget = {
	.text = "DELETE FROM outbox WHERE state = 'done' AND due_at < ? ORDER BY due_at LIMIT ?",
};
static const struct db_query forget_dead = {
	.text = "DELETE FROM outbox WHERE state = 'dead' AND due_at < ? ORDER BY due_at LIMIT ?",
};

const struct db_query *const outbox_queries[] = {
	&insert, &take_one, &lease, &mark, &forget, &forget_dead, NULL,
};

enum err outbox_put(struct ctx *c, const char *kind, int64_t ref_id, const char *payload)
{
	return db_exec(c->db, &insert,
	               DB_ARGS(db_str(kind), db_i64(ref_id), db_str(payload), db_stamp(c->now),
	                       db_str(c->request_id), db_stamp(c->now)),
	               NULL);
}

struct step {
	struct ctx *c;
	const struct outbox_kind *kind;
	struct outbox_row row;
	const char *state, *error;
	struct stamp due_at;
};

static enum err take(void *arg)
{
	struct step *s = arg;
	struct ctx *c = s->c;
	enum err e = db_one(c->db, &take_one, DB_ARGS(db_str(s->kind->kind), db_stamp(c->now)),
	                    c->mem, &s->row);

	if (e)
		return e;
	return db_exec(c->db, &lease,
	               DB_ARGS(db_stamp(stamp_add(c->now, LEASE_USEC)), db_i64(s->row.id)),
	               NULL);
}

static enum err mark_row(void *arg)
{
	struct step *s = arg;

	return db_exec(s->c->db, &mark,
	               DB_ARGS(db_str(s->state), db_stamp(s->due_at), db_str(s->error),
	                       db_i64(s->row.id)),
	               NULL);
}

static int64_t delay_usec(int64_t tries)
{
	int64_t delay = DELAY_USEC;

	for (int64_t i = 0; i < tries && delay < DELAY_MAX_USEC; i++)
		delay *= 2;
	return delay < DELAY_MAX_USEC ? delay : DELAY_MAX_USEC;
}

/* Runs it and says what becomes of the row. */
static void run_row(struct step *s)
{
	struct ctx *c = s->c;
	int64_t wait = delay_usec(s->row.tries);
	enum err e;

	s->state = "dead";
	s->due_at = c->now;
	s->row.wait_usec = &wait;
	c->fault = (struct fault){ 0 };
	c->audited = 0;
	/* What the work changes stands in the log under the request that asked for it. */
	snprintf(c->request_id, sizeof(c->request_id), "%s", s->row.correlation_id);
	e = s->kind->run(c, &s->row);
	c->now = stamp_now();
	s->due_at = c->now;
	if (!e) {
		s->state = "done";
		return;
	}
	s->error =
		arena_printf(c->mem, "%s %s", err_name(e), c->fault.code ? c->fault.code : "");
	if (wait < 0 || (s->kind->tries_max && s->row.tries + 1 >= s->kind->tries_max))
		return;
	s->state = "waiting";
	s->due_at = stamp_add(c->now, wait);
}

static enum err step_kind(struct ctx *c, const struct outbox_kind *kind, bool *did)
{
	struct step s = { .c = c, .kind = kind };
	char own_id[sizeof(c->request_id)];
	enum err e;

	c->now = stamp_now();
	e = db_tx(c->db, DB_WRITE, take, &s);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	memcpy(own_id, c->request_id, sizeof(own_id));
	run_row(&s);
	memcpy(c->request_id, own_id, sizeof(own_id));
	e = db_tx(c->db, DB_WRITE, mark_row, &s);
	if (e)
		return e;
	*did = true;
	return OK;
}

enum err outbox_step(struct ctx *c, const struct outbox_kind *kinds, bool *did)
{
	enum err e = OK;

	*did = false;
	for (; !e && kinds->kind; kinds++)
		e = step_kind(c, kinds, did);
	return e;
}

enum err outbox_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	struct stamp done = stamp_add(c->now, -KEEP_DONE_USEC);
	struct stamp dead = stamp_add(c->now, -KEEP_DEAD_USEC);
	int64_t n = 0, more = 0;
	enum err e = db_exec(c->db, &forget, DB_ARGS(db_stamp(done), db_i64(max)), &n);

	if (!e && n < max)
		e = db_exec(c->db, &forget_dead, DB_ARGS(db_stamp(dead), db_i64(max - n)),
		            &more);
	if (!e)
		*out = n + more;
	return e;
}
