#include <string.h>

#include "billing/order.h"

#define REG_ROWS 8 /* of the statement that writes several */

#define REG_INSERT \
	"INSERT INTO billing_register (source_id, kind, subject_key, name, applied_seq," \
	" applied_at, event_seq) VALUES (?, ?, ?, ?, ?, ?, ?)"
#define REG_UPDATE \
	" ON DUPLICATE KEY UPDATE applied_seq = COALESCE(VALUES(applied_seq), applied_seq)," \
	" applied_at = VALUES(applied_at), event_seq = VALUES(event_seq)"
#define MORE ", (?, ?, ?, ?, ?, ?, ?)"

static const struct db_query put_one = { .text = REG_INSERT REG_UPDATE };
static const struct db_query put_eight = {
	.text = REG_INSERT MORE MORE MORE MORE MORE MORE MORE REG_UPDATE,
};
static const struct db_query bury = {
	.text = "UPDATE billing_subject SET tombstone_seq = ?, tombstone_at = ?"
		" WHERE source_id = ? AND kind = ? AND subject_key = ?",
};
static const struct db_query copy_subject = {
	.text = "INSERT INTO billing_subject (source_id, kind, subject_key, highest_seq,"
		" tombstone_seq, tombstone_at) SELECT source_id, kind, ?, highest_seq,"
		" tombstone_seq, tombstone_at FROM billing_subject"
		" WHERE source_id = ? AND kind = ? AND subject_key = ?"
		" ON DUPLICATE KEY UPDATE billing_subject.highest_seq = VALUES(highest_seq),"
		" billing_subject.tombstone_seq = VALUES(tombstone_seq),"
		" billing_subject.tombstone_at = VALUES(tombstone_at)",
};
static const struct db_query copy_registers = {
	.text = "INSERT INTO billing_register (source_id, kind, subject_key, name, applied_seq,"
		" applied_at, event_seq) SELECT source_id, kind, ?, name, applied_seq, "
		"applied_at,"
		" event_seq FROM billing_register WHERE source_id = ? AND kind = ?"
		" AND subject_key = ? ON DUPLICATE KEY UPDATE"
		" applied_seq = VALUES(applied_seq), applied_at = VALUES(applied_at),"
		" event_seq = VALUES(event_seq)",
};

const struct db_query *const order_close_queries[] = {
	&put_one, &put_eight, &bury, &copy_subject, &copy_registers, NULL,
};

static size_t reg_args(const struct work *w, const struct reg *r, struct db_arg *to)
{
	to[0] = db_i64(w->ev.source_id);
	to[1] = db_str(w->ev.subject_kind);
	to[2] = db_str(w->ev.subject_key);
	to[3] = db_str(r->name);
	to[4] = db_opt(w->ev.subject_seq);
	to[5] = db_stamp(w->ev.occurred_at);
	to[6] = db_i64(w->ev.seq);
	return 7;
}

/* Eight at a time; the last is repeated to fill the statement. */
static enum err put_registers(struct work *w)
{
	const struct reg *due[REGS_MAX];
	struct db_arg args[REG_ROWS * 7];
	size_t n = 0, at = 0;
	enum err e = OK;

	for (size_t i = 0; i < w->nregs; i++)
		if (w->regs[i].newer && !w->regs[i].reads)
			due[n++] = &w->regs[i];
	if (n == 1) {
		reg_args(w, due[0], args);
		return db_exec(w->c->db, &put_one, args, 7, NULL);
	}
	if (n == 0)
		return OK;
	while (!e && at < n) {
		for (size_t i = 0; i < REG_ROWS; i++, at += at < n)
			reg_args(w, due[at < n ? at : n - 1], args + 7 * i);
		e = db_exec(w->c->db, &put_eight, args, REG_ROWS * 7, NULL);
	}
	return e;
}

static enum err put_mark(struct work *w, int64_t value)
{
	const struct event *ev = &w->ev;

	return db_exec(w->c->db, &put_one,
	               DB_ARGS(db_i64(ev->source_id), db_str(ev->subject_kind),
	                       db_str(ev->subject_key), db_str(ORDER_MARK),
	                       db_opt((struct opt){ 0 }), db_stamp(w->c->now), db_i64(value)),
	               NULL);
}

/* A subject known by its login alone goes on under the new one, with all its registers. */
static enum err rename_subject(struct work *w)
{
	const struct event *ev = &w->ev;
	enum err e = db_exec(w->c->db, &copy_subject,
	                     DB_ARGS(db_str(w->new_key), db_i64(ev->source_id),
	                             db_str(ev->subject_kind), db_str(ev->subject_key)),
	                     NULL);

	if (!e)
		e = db_exec(w->c->db, &copy_registers,
		            DB_ARGS(db_str(w->new_key), db_i64(ev->source_id),
		                    db_str(ev->subject_kind), db_str(ev->subject_key)),
		            NULL);
	return e;
}

enum err order_close(struct work *w)
{
	enum err e;

	switch (w->verdict) {
	case VERDICT_APPLIED:
	case VERDICT_NOOP:
		if (w->reason && (strncmp(w->reason, "stale", 5) == 0 ||
		                  strcmp(w->reason, "informational") == 0))
			return OK;
		e = put_registers(w);
		return !e && w->new_key ? rename_subject(w) : e;
	case VERDICT_DEFERRED:
	case VERDICT_QUARANTINED:
		return w->marked ? OK : put_mark(w, ORDER_MARK_SET);
	case VERDICT_NONE:
	case VERDICT_REJECTED:
	case VERDICT__MAX:
		break;
	}
	return OK;
}

enum err order_bury(struct work *w)
{
	const struct event *ev = &w->ev;

	return db_exec(w->c->db, &bury,
	               DB_ARGS(db_opt(ev->subject_seq), db_stamp(ev->occurred_at),
	                       db_i64(ev->source_id), db_str(ev->subject_kind),
	                       db_str(ev->subject_key)),
	               NULL);
}
