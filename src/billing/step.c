#include "billing/step.h"

#include "billing/apply.h"

#define SWEEP_ROWS 500
#define WOKEN_MAX  100

struct due {
	int64_t seq;
};
static const struct field due_v[] = { FIELD(struct due, seq) };

static const char *const open_states[] = { "received", "deferred", "failed" };
static const char *const final_states[] = { "applied", "noop", "rejected", "dismissed",
	                                    "replayed" };

static const struct db_query next_due = {
	.text = "SELECT seq FROM billing_event WHERE state = ? AND due_at <= ?"
		" ORDER BY due_at, seq LIMIT 1",
	DB_ROWS(due_v),
};
/* The first of the same subject: its number, not its arrival, says who goes first. */
static const struct db_query first_of_subject = {
	.text = "SELECT f.seq AS seq FROM billing_event e JOIN billing_event f"
		" ON f.source_id = e.source_id AND f.subject_kind = e.subject_kind"
		" AND f.subject_key = e.subject_key"
		" WHERE e.seq = ? AND f.state IN ('received', 'deferred', 'failed')"
		" AND f.due_at <= ? ORDER BY f.subject_seq IS NULL, f.subject_seq, f.seq LIMIT "
		"1",
	DB_ROWS(due_v),
};

struct old {
	int64_t seq;
};
static const struct field old_v[] = { FIELD(struct old, seq) };
static const struct db_query old_events = {
	.text = "SELECT seq FROM billing_event WHERE state = ? AND due_at <= ?"
		" ORDER BY due_at LIMIT 500",
	DB_ROWS(old_v),
};
static const struct db_query remember = {
	.text = "INSERT IGNORE INTO billing_event_memory (source_id, event_id, body_sha256, "
		"state,"
		" received_at) SELECT source_id, event_id, body_sha256, state, received_at"
		" FROM billing_event WHERE seq = ?",
};
static const struct db_query drop_event = {
	.text = "DELETE FROM billing_event WHERE seq = ? AND state = ? AND due_at <= ?",
};
static const struct db_query drop_memory = {
	.text = "DELETE FROM billing_event_memory WHERE received_at < ? LIMIT 500",
};

const struct db_query *const step_queries[] = {
	&next_due, &first_of_subject, &old_events, &remember, &drop_event, &drop_memory, NULL,
};

enum err billing_due_step(struct ctx *c, bool *did)
{
	struct applied done;
	struct due due;
	enum err e = ERR_NOT_FOUND;

	*did = false;
	for (size_t i = 0; i < ARRAY_LEN(open_states) && e == ERR_NOT_FOUND; i++)
		e = db_one(c->db, &next_due, DB_ARGS(db_str(open_states[i]), db_stamp(c->now)),
		           c->mem, &due);
	if (!e)
		e = db_one(c->db, &first_of_subject, DB_ARGS(db_i64(due.seq), db_stamp(c->now)),
		           c->mem, &due);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = apply_stored(c, due.seq, false, &done);
	*did = done.did;
	return e ? e : apply_woken(c, &done, WOKEN_MAX);
}

struct sweep {
	struct ctx *c;
	const char *state;
	int64_t n;
};

static enum err run_sweep(void *arg)
{
	struct sweep *s = arg;
	struct ctx *c = s->c;
	const struct old *v;
	struct db_list rows;
	enum err e = db_all(c->db, &old_events, DB_ARGS(db_str(s->state), db_stamp(c->now)),
	                    c->mem, sizeof(struct old), SWEEP_ROWS, &rows);

	s->n = 0;
	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n && !e; i++) {
		e = db_exec(c->db, &remember, DB_ARGS(db_i64(v[i].seq)), NULL);
		if (!e)
			e = db_exec(c->db, &drop_event,
			            DB_ARGS(db_i64(v[i].seq), db_str(s->state),
			                    db_stamp(c->now)),
			            NULL);
	}
	s->n = (int64_t)rows.n;
	return e;
}

static enum err run_forget(void *arg)
{
	struct sweep *s = arg;
	struct stamp before = stamp_add(s->c->now, -EVENT_MEMORY_DAYS * USEC_PER_DAY);

	return db_exec(s->c->db, &drop_memory, DB_ARGS(db_stamp(before)), &s->n);
}

enum err billing_sweep_step(struct ctx *c, bool *did)
{
	struct sweep s = { .c = c };
	enum err e = OK;

	*did = false;
	for (size_t i = 0; i < ARRAY_LEN(final_states) && !e; i++) {
		s.state = final_states[i];
		e = db_tx(c->db, DB_WRITE, run_sweep, &s);
		*did = *did || (!e && s.n > 0);
	}
	if (!e)
		e = db_tx(c->db, DB_WRITE, run_forget, &s);
	*did = *did || (!e && s.n > 0);
	return e;
}
