#include "billing/event.h"

#include <string.h>

#define UNSETTLED_MAX 200

#define EVENT_FIELDS \
	FIELD(struct event, seq), FIELD(struct event, source_id), \
		FIELD(struct event, event_id), FIELD(struct event, type), \
		FIELD(struct event, original_type), FIELD(struct event, subject_kind), \
		FIELD(struct event, subject_key), FIELD(struct event, subject_seq), \
		FIELD(struct event, occurred_at), FIELD(struct event, received_at), \
		FIELD(struct event, attempts), FIELD(struct event, body_sha256), \
		FIELD(struct event, payload), FIELD(struct event, sealed_password), \
		FIELD(struct event, account_id), FIELD(struct event, state), \
		FIELD(struct event, state_reason), FIELD(struct event, answer), \
		FIELD(struct event, tries), FIELD(struct event, due_at), \
		FIELD(struct event, applied_at), FIELD(struct event, changes), \
		FIELD(struct event, log_extra), FIELD(struct event, gap_before), \
		FIELD(struct event, replay_of), FIELD(struct event, dismissed_why), \
		FIELD(struct event, correlation_id), FIELD(struct event, verified_by), \
		FIELD(struct event, ver)

#define EVENT_COLUMNS \
	"SELECT seq, source_id, event_id, type, original_type, subject_kind, subject_key," \
	" subject_seq, occurred_at, received_at, attempts, body_sha256, payload," \
	" sealed_password, account_id, state, state_reason, answer, tries, due_at," \
	" applied_at, changes, log_extra, gap_before, replay_of, dismissed_why," \
	" correlation_id, verified_by, ver FROM billing_event"

static const struct field event_v[] = { EVENT_FIELDS };

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };

/* ver always moves, so that "changed" tells a new row (1) from a known one (2). */
static const struct db_query insert = {
	.text = "INSERT INTO billing_event (source_id, event_id, type, original_type,"
		" subject_kind, subject_key, subject_seq, occurred_at, received_at, "
		"body_sha256,"
		" payload, sealed_password, account_id, state, state_reason, answer, due_at,"
		" log_extra, replay_of, correlation_id, verified_by)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE"
		" attempts = attempts + (correlation_id <> VALUES(correlation_id)), ver = ver "
		"+ 1",
};
static const struct db_query by_id = {
	.text = EVENT_COLUMNS " WHERE source_id = ? AND event_id = ?",
	DB_ROWS(event_v),
};
static const struct db_query by_seq = {
	.text = EVENT_COLUMNS " WHERE seq = ?",
	DB_ROWS(event_v),
};
static const struct db_query by_seq_locked = {
	.text = EVENT_COLUMNS " WHERE seq = ? FOR UPDATE",
	DB_ROWS(event_v),
};
static const struct db_query finish = {
	.text = "UPDATE billing_event SET type = ?, account_id = ?, state = ?, state_reason = "
		"?,"
		" answer = ?, tries = ?, due_at = ?, applied_at = ?, changes = ?, gap_before = "
		"?,"
		" sealed_password = ?, dismissed_why = ?, ver = ver + 1 WHERE seq = ?",
};
static const struct db_query unsettled = {
	.text = EVENT_COLUMNS " WHERE source_id = ? AND subject_kind = ? AND subject_key = ?"
			      " AND state IN ('deferred', 'quarantined')"
			      " ORDER BY subject_seq IS NULL, subject_seq, seq LIMIT 200",
	DB_ROWS(event_v),
};
static const struct db_query pending = {
	.text = "SELECT COUNT(*) AS n FROM billing_event WHERE source_id = ?"
		" AND subject_kind IN ('entity', 'location') AND subject_key = ? AND type = ?"
		" AND state IN ('received', 'deferred', 'failed')",
	DB_ROWS(number_v),
};
static const struct db_query deferred = {
	.text = "SELECT seq AS n FROM billing_event WHERE source_id = ? AND subject_kind = ?"
		" AND subject_key = ? AND state = 'deferred' AND state_reason <> 'scheduled'"
		" ORDER BY subject_seq IS NULL, subject_seq, seq LIMIT ?",
	DB_ROWS(number_v),
};
/* Among so many only: an account that is made must not wait for a heap of orphans. */
static const struct db_query naming = {
	.text = "SELECT x.seq AS n FROM (SELECT seq, payload FROM billing_event"
		" WHERE state = 'deferred' AND source_id = ? AND subject_kind <> 'entity'"
		" LIMIT 1000) x WHERE INSTR(x.payload, ?) > 0 OR INSTR(x.payload, ?) > 0"
		" OR INSTR(x.payload, ?) > 0"
		" ORDER BY x.seq LIMIT ?",
	DB_ROWS(number_v),
};
static const struct db_query wake_subject = {
	.text = "UPDATE billing_event SET due_at = ?, ver = ver + 1 WHERE source_id = ?"
		" AND subject_kind = ? AND subject_key = ? AND state = 'deferred'"
		" AND state_reason <> 'scheduled'",
};

struct gap {
	int64_t subject_seq, gap_before;
};
static const struct field gap_v[] = {
	FIELD(struct gap, subject_seq),
	FIELD(struct gap, gap_before),
};
static const struct db_query gap_over = {
	.text = "SELECT subject_seq, gap_before FROM billing_event WHERE source_id = ?"
		" AND subject_kind = ? AND subject_key = ? AND gap_before <= ? AND subject_seq "
		"> ?"
		" ORDER BY subject_seq LIMIT 1",
	DB_ROWS(gap_v),
};
static const struct db_query numbers_between = {
	.text = "SELECT COUNT(DISTINCT subject_seq) AS n FROM billing_event WHERE source_id = ?"
		" AND subject_kind = ? AND subject_key = ? AND subject_seq >= ? AND "
		"subject_seq < ?",
	DB_ROWS(number_v),
};
/* Of every attempt at it. */
static const struct db_query clear_gap = {
	.text = "UPDATE billing_event SET gap_before = NULL, ver = ver + 1 WHERE source_id = ?"
		" AND subject_kind = ? AND subject_key = ? AND subject_seq = ?",
};

static const struct field memory_v[] = {
	FIELD(struct event_memory, body_sha256),
	FIELD(struct event_memory, state),
};
static const struct db_query recall = {
	.text = "SELECT body_sha256, state FROM billing_event_memory"
		" WHERE source_id = ? AND event_id = ?",
	DB_ROWS(memory_v),
};

const struct db_query *const event_queries[] = {
	&insert,    &by_id,           &by_seq,    &by_seq_locked, &finish,
	&unsettled, &pending,         &deferred,  &naming,        &wake_subject,
	&gap_over,  &numbers_between, &clear_gap, &recall,        NULL,
};

static bool state_in(const char *state, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (strcmp(state, words[i]) == 0)
			return true;
	return false;
}

bool event_is_open(const struct event *ev)
{
	return state_in(ev->state,
	                (const char *const[]){ "received", "deferred", "failed", NULL });
}

bool event_is_waiting(const struct event *ev)
{
	return state_in(ev->state,
	                (const char *const[]){ "quarantined", "dead", "rejected", NULL });
}

bool event_is_replayable(const struct event *ev)
{
	if (event_is_waiting(ev))
		return !event_is_remainder(ev);
	return strcmp(ev->state, "noop") == 0 && ev->state_reason &&
	       strcmp(ev->state_reason, "auto_provisioning_off") == 0;
}

bool event_is_mappable(const struct event *ev)
{
	return strcmp(ev->state, "quarantined") == 0 && ev->state_reason &&
	       strcmp(ev->state_reason, "unknown_csa") == 0;
}

bool event_is_remainder(const struct event *ev)
{
	return strncmp(ev->event_id, "remainder:", strlen("remainder:")) == 0;
}

struct stamp event_forget_at(struct stamp received_at)
{
	return stamp_add(received_at, EVENT_KEEP_DAYS * USEC_PER_DAY);
}

static struct db_arg text_of(struct json_text t)
{
	return db_str(t.s);
}

enum err event_insert(struct ctx *c, const struct event *ev, int64_t *seq, bool *fresh)
{
	int64_t changed;
	enum err e = db_exec(
		c->db, &insert,
		DB_ARGS(db_i64(ev->source_id), db_str(ev->event_id), db_str(ev->type),
	                db_str(ev->original_type), db_str(ev->subject_kind),
	                db_str(ev->subject_key), db_opt(ev->subject_seq),
	                db_stamp(ev->occurred_at), db_stamp(ev->received_at),
	                db_bytes(ev->body_sha256.p, ev->body_sha256.n), db_str(ev->payload),
	                db_str(ev->sealed_password), db_key(ev->account_id), db_str(ev->state),
	                db_str(ev->state_reason), text_of(ev->answer), db_stamp(ev->due_at),
	                text_of(ev->log_extra), db_key(ev->replay_of),
	                db_str(ev->correlation_id), db_str(ev->verified_by)),
		&changed);

	if (e)
		return e;
	*fresh = changed == 1;
	if (*fresh)
		*seq = db_insert_id(c->db);
	return OK;
}

/* No sender's id has a colon. */
const char *event_replay_id(struct arena *mem, int64_t seq)
{
	return arena_printf(mem, "replay:%lld", (long long)seq);
}

enum err event_find_id(struct ctx *c, int64_t source_id, const char *event_id,
                       struct event *out)
{
	return db_one(c->db, &by_id, DB_ARGS(db_i64(source_id), db_str(event_id)), c->mem, out);
}

enum err event_find(struct ctx *c, int64_t seq, struct event *out)
{
	return db_one(c->db, &by_seq, DB_ARGS(db_i64(seq)), c->mem, out);
}

enum err event_lock(struct ctx *c, int64_t seq, struct event *out)
{
	return db_one(c->db, &by_seq_locked, DB_ARGS(db_i64(seq)), c->mem, out);
}

enum err event_finish(struct ctx *c, const struct event *ev)
{
	return db_exec(c->db, &finish,
	               DB_ARGS(db_str(ev->type), db_key(ev->account_id), db_str(ev->state),
	                       db_str(ev->state_reason), text_of(ev->answer), db_i64(ev->tries),
	                       db_stamp(ev->due_at), db_stamp(ev->applied_at),
	                       text_of(ev->changes), db_opt(ev->gap_before),
	                       db_str(ev->sealed_password), db_str(ev->dismissed_why),
	                       db_i64(ev->seq)),
	               NULL);
}

enum err event_list_unsettled(struct ctx *c, const struct event *of, struct db_list *out)
{
	return db_all(c->db, &unsettled,
	              DB_ARGS(db_i64(of->source_id), db_str(of->subject_kind),
	                      db_str(of->subject_key)),
	              c->mem, sizeof(struct event), UNSETTLED_MAX, out);
}

enum err event_pending(struct ctx *c, int64_t source_id, const char *type,
                       const char *subject_key, bool *found)
{
	struct number n;
	enum err e = db_one(c->db, &pending,
	                    DB_ARGS(db_i64(source_id), db_str(subject_key), db_str(type)),
	                    c->mem, &n);

	if (!e)
		*found = n.n > 0;
	return e;
}

enum err event_wake_subject(struct ctx *c, const struct event *of)
{
	return db_exec(c->db, &wake_subject,
	               DB_ARGS(db_stamp(c->now), db_i64(of->source_id),
	                       db_str(of->subject_kind), db_str(of->subject_key)),
	               NULL);
}

enum err event_list_deferred(struct ctx *c, const struct event *of, size_t max,
                             struct db_list *out)
{
	return db_all(c->db, &deferred,
	              DB_ARGS(db_i64(of->source_id), db_str(of->subject_kind),
	                      db_str(of->subject_key), db_i64((int64_t)max)),
	              c->mem, sizeof(struct number), max, out);
}

enum err event_list_naming(struct ctx *c, int64_t source_id, const char *const words[3],
                           size_t max, struct db_list *out)
{
	return db_all(c->db, &naming,
	              DB_ARGS(db_i64(source_id), db_str(words[0]), db_str(words[1]),
	                      db_str(words[2]), db_i64((int64_t)max)),
	              c->mem, sizeof(struct number), max, out);
}

enum err event_close_gap(struct ctx *c, const struct event *late)
{
	struct gap gap;
	struct number n;
	enum err e = db_one(c->db, &gap_over,
	                    DB_ARGS(db_i64(late->source_id), db_str(late->subject_kind),
	                            db_str(late->subject_key), db_opt(late->subject_seq),
	                            db_opt(late->subject_seq)),
	                    c->mem, &gap);

	if (e == ERR_NOT_FOUND)
		return OK;
	if (!e)
		e = db_one(c->db, &numbers_between,
		           DB_ARGS(db_i64(late->source_id), db_str(late->subject_kind),
		                   db_str(late->subject_key), db_i64(gap.gap_before),
		                   db_i64(gap.subject_seq)),
		           c->mem, &n);
	if (e || n.n < gap.subject_seq - gap.gap_before)
		return e;
	return db_exec(c->db, &clear_gap,
	               DB_ARGS(db_i64(late->source_id), db_str(late->subject_kind),
	                       db_str(late->subject_key), db_i64(gap.subject_seq)),
	               NULL);
}

enum err event_recall(struct ctx *c, int64_t source_id, const char *event_id,
                      struct event_memory *out)
{
	return db_one(c->db, &recall, DB_ARGS(db_i64(source_id), db_str(event_id)), c->mem,
	              out);
}
