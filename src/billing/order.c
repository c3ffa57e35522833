#include "billing/order.h"

#include <string.h>

#include "billing/types.h"
#include "people/people.h"

#define REGS_FEW   4
#define STATE_ROWS (REGS_MAX + 1)

/*
 * LAST_INSERT_ID(x) tells us the number the row had before: one statement
 * makes the subject, locks it, advances it and says where it was.
 */
static const struct db_query lock_subject = {
	.text = "INSERT INTO billing_subject (source_id, kind, subject_key, highest_seq)"
		" VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
		" tombstone_seq = IF(LAST_INSERT_ID(highest_seq) < 0, NULL, tombstone_seq),"
		" highest_seq = GREATEST(highest_seq, VALUES(highest_seq))",
};

struct state_row {
	int64_t source_ver;
	bool remembered;
	struct opt tombstone_seq;
	struct stamp tombstone_at;
	const char *register_name;
	struct opt applied_seq;
	struct stamp applied_at;
	int64_t event_seq;
	struct work_account a;
};

#define IN_ACCOUNT(m) \
	{ \
		FIELD_NAME("a_" #m), .type = FIELD_TYPE(((struct work_account *)0)->m), \
		.offset = offsetof(struct state_row, a.m) \
	}

#define STATE_FIELDS \
	FIELD(struct state_row, source_ver), FIELD(struct state_row, remembered), \
		FIELD(struct state_row, tombstone_seq), FIELD(struct state_row, tombstone_at), \
		FIELD(struct state_row, register_name), FIELD(struct state_row, applied_seq), \
		FIELD(struct state_row, applied_at), FIELD(struct state_row, event_seq)

static const struct field held_v[] = { STATE_FIELDS };
static const struct field state_v[] = {
	STATE_FIELDS,
	IN_ACCOUNT(id),
	IN_ACCOUNT(name),
	IN_ACCOUNT(state),
	IN_ACCOUNT(kind),
	IN_ACCOUNT(main_person_id),
	IN_ACCOUNT(terminated_at),
	IN_ACCOUNT(external_id),
};

#define STATE_COLUMNS \
	"SELECT src.ver AS source_ver, EXISTS (SELECT 1 FROM billing_event_memory m" \
	" WHERE m.source_id = ? AND m.event_id = ?) AS remembered," \
	" s.tombstone_seq AS tombstone_seq, s.tombstone_at AS tombstone_at," \
	" r.name AS register_name, r.applied_seq AS applied_seq," \
	" r.applied_at AS applied_at, r.event_seq AS event_seq"
#define ACCOUNT_COLUMNS \
	", a.id AS a_id, a.name AS a_name, a.state AS a_state, a.kind AS a_kind," \
	" a.main_person_id AS a_main_person_id, a.terminated_at AS a_terminated_at," \
	" a.external_id AS a_external_id"
#define JOIN_ACCOUNT \
	" LEFT JOIN account a ON s.kind = 'entity' AND a.billing_source_id = s.source_id" \
	" AND a.external_id = s.subject_key"
#define STATE_OF_SUBJECT(columns, join, names) \
	STATE_COLUMNS columns \
		" FROM billing_subject s" \
		" JOIN billing_source src ON src.id = s.source_id" join \
		" LEFT JOIN billing_register r ON r.source_id = s.source_id AND r.kind = s.kind" \
		" AND r.subject_key = s.subject_key AND r.name IN ('!', " names ")" \
		" WHERE s.source_id = ? AND s.kind = ? AND s.subject_key = ?"
#define FOUR "?, ?, ?, ?"

/* Most events write one register or two. */
static const struct db_query state_few = {
	.text = STATE_OF_SUBJECT(ACCOUNT_COLUMNS, JOIN_ACCOUNT, FOUR),
	DB_ROWS(state_v),
};
static const struct db_query state_many = {
	.text = STATE_OF_SUBJECT(ACCOUNT_COLUMNS, JOIN_ACCOUNT,
	                         FOUR ", " FOUR ", " FOUR ", " FOUR),
	DB_ROWS(state_v),
};
/* Of one register, and of an account that is read already. */
static const struct db_query state_held = {
	.text = STATE_OF_SUBJECT("", "", "?"),
	DB_ROWS(held_v),
};

const struct db_query *const order_queries[] = {
	&lock_subject, &state_few, &state_many, &state_held, NULL,
};

static enum err lock(struct work *w)
{
	const struct event *ev = &w->ev;
	enum err e = db_exec(w->c->db, &lock_subject,
	                     DB_ARGS(db_i64(ev->source_id), db_str(ev->subject_kind),
	                             db_str(ev->subject_key), db_i64(ev->subject_seq.v)),
	                     NULL);

	if (!e)
		w->highest_before = db_insert_id(w->c->db);
	return e;
}

/*
 * Holds are judged by all the account's holds: its row is locked before the
 * transaction reads anything, so that what it reads is how they stand.  One
 * that is not plainly below the source's own account goes the long way.
 */
static enum err lock_account(struct work *w)
{
	const struct event *ev = &w->ev;
	enum err e;

	w->locked = false;
	if (!w->type || !(w->type->flags & TYPE_HOLD) ||
	    strcmp(ev->subject_kind, "entity") != 0)
		return OK;
	e = accounts_lock_external(w->c, ev->source_id, ev->subject_key, &w->head);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	w->locked = w->c->actor.account_id == ACCOUNT_ROOT ||
	            w->c->actor.account_id == w->head.parent_id;
	return OK;
}

static void take_register(struct work *w, const struct state_row *row)
{
	if (!row->register_name)
		return;
	if (strcmp(row->register_name, ORDER_MARK) == 0) {
		w->marked = row->event_seq == ORDER_MARK_SET;
		return;
	}
	for (size_t i = 0; i < w->nregs; i++) {
		struct reg *r = &w->regs[i];

		if (strcmp(r->name, row->register_name) != 0)
			continue;
		r->known = true;
		r->seq = row->applied_seq;
		r->at = row->applied_at;
		/* What it wrote itself, before a person asked again, does not count. */
		r->newer = row->event_seq == w->ev.replay_of || row->event_seq == w->ev.seq ||
		           work_is_after(w, r->seq, r->at);
	}
}

static struct work_account account_of(const struct work *w)
{
	const struct account_head *h = &w->head;

	return (struct work_account){ .id = h->id,
		                      .name = h->name,
		                      .state = h->base_state,
		                      .kind = h->kind,
		                      .main_person_id = h->main_person_id,
		                      .terminated_at = h->terminated_at,
		                      .external_id = w->ev.subject_key };
}

static enum err load(struct work *w)
{
	const struct event *ev = &w->ev;
	struct db_arg args[REGS_MAX + 5] = { 0 };
	const struct state_row *v;
	const struct db_query *q = w->locked ? &state_held : &state_few;
	struct db_list rows;
	size_t n = 0, names = w->locked ? 1 : REGS_FEW;
	enum err e;

	if (w->nregs > names) {
		q = &state_many;
		names = REGS_MAX;
	}

	args[n++] = db_i64(ev->source_id);
	args[n++] = db_str(ev->event_id);
	for (size_t i = 0; i < names; i++)
		args[n++] = db_str(i < w->nregs ? w->regs[i].name : ORDER_MARK);
	args[n++] = db_i64(ev->source_id);
	args[n++] = db_str(ev->subject_kind);
	args[n++] = db_str(ev->subject_key);
	e = db_all(w->c->db, q, args, n, w->c->mem, sizeof(struct state_row), STATE_ROWS,
	           &rows);
	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++)
		take_register(w, &v[i]);
	if (rows.n == 0)
		return OK;
	w->remembered = v[0].remembered;
	w->outdated = v[0].source_ver != w->source->ver;
	w->account = w->locked ? account_of(w) : v[0].a;
	w->tomb = (struct tombstone){ .set = stamp_is_set(v[0].tombstone_at),
		                      .seq = v[0].tombstone_seq,
		                      .at = v[0].tombstone_at };
	return OK;
}

/* A subject known by login alone, or an account that has no external id yet. */
static enum err load_by_login(struct work *w)
{
	const char *login = w->env ? w->env->subject.login : NULL;
	struct work_account a;
	enum err e;

	if (w->account.id || !login || strcmp(w->ev.subject_kind, "entity") != 0)
		return OK;
	e = work_find_login(w, login, &a);
	if (!e && (!a.external_id || !w->env->subject.external_id))
		w->account = a;
	return e;
}

enum err order_open(struct work *w)
{
	enum err e;

	w->nregs = 0;
	if (w->type && w->type->registers)
		w->type->registers(w);
	e = lock(w);
	if (!e)
		e = lock_account(w);
	if (!e)
		e = load(w);
	if (!e)
		e = load_by_login(w);
	if (!e && w->account.id && strcmp(w->account.state, "purged") == 0)
		w->account = (struct work_account){ 0 };
	return e;
}

/* Only senders without numbers are judged by their clocks. */
static bool clock_is_wrong(const struct work *w)
{
	if (w->ev.subject_seq.set || w->forced)
		return false;
	if (w->ev.occurred_at.usec > w->ev.received_at.usec + CLOCK_AHEAD_MAX)
		return true;
	for (size_t i = 0; i < w->nregs; i++)
		if (w->regs[i].known &&
		    w->ev.occurred_at.usec < w->regs[i].at.usec - CLOCK_BACK_MAX)
			return true;
	return false;
}

static bool is_stale(const struct work *w)
{
	size_t writes = 0, newer = 0;

	for (size_t i = 0; i < w->nregs; i++) {
		const struct reg *r = &w->regs[i];

		if (r->reads && !r->newer)
			return true;
		writes += !r->reads;
		newer += !r->reads && r->newer;
	}
	return writes > 0 && newer == 0;
}

/* After the end of an account only a later beginning counts. */
static bool is_buried(const struct work *w)
{
	bool dead = w->account.id ? strcmp(w->account.state, "active") != 0 : w->tomb.set;
	bool late = w->tomb.set && !work_is_after(w, w->tomb.seq, w->tomb.at);

	if (w->type->flags & TYPE_LIFE)
		return false; /* they look at the tombstone themselves */
	return late || dead;
}

/* Both write it: what is only read holds nobody up. */
static bool shares_register(const struct work *a, const struct work *b)
{
	for (size_t i = 0; i < a->nregs; i++)
		for (size_t j = 0; j < b->nregs; j++)
			if (!a->regs[i].reads && !b->regs[j].reads &&
			    strcmp(a->regs[i].name, b->regs[j].name) == 0)
				return true;
	return false;
}

/* The registers another event of the subject would write. */
static void registers_of(const struct work *w, const struct event *ev, struct work *out)
{
	struct fault ignored = { 0 };
	struct envelope env;

	*out = (struct work){ .c = w->c, .ev = *ev, .type = type_find(ev->original_type) };
	out->env = &env;
	if (!out->type || !out->type->registers)
		return;
	if (!envelope_read(w->c->mem, &ignored, ev->payload, strlen(ev->payload), true, &env) &&
	    !type_read(w->c->mem, &ignored, out->type, env.data.s, &out->in, &out->seen))
		out->type->registers(out);
	out->env = NULL;
}

static bool is_before(const struct event *a, const struct event *b)
{
	if (a->subject_seq.set && b->subject_seq.set)
		return a->subject_seq.v < b->subject_seq.v;
	return a->occurred_at.usec < b->occurred_at.usec;
}

/* Of those in quarantine only what comes before it; a remainder writes nothing. */
static bool may_hold_up(const struct work *w, const struct event *other)
{
	return other->seq != w->ev.seq && strcmp(other->state, "quarantined") == 0 &&
	       !event_is_remainder(other) && !is_before(&w->ev, other);
}

static enum err find_block(struct work *w, bool *blocked)
{
	struct db_list rows;
	const struct event *v;
	struct work other;
	enum err e = OK;

	*blocked = false;
	if (!w->marked)
		return OK;
	e = event_list_unsettled(w->c, &w->ev, &rows);
	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n && !*blocked; i++) {
		if (!may_hold_up(w, &v[i]))
			continue;
		registers_of(w, &v[i], &other);
		*blocked = shares_register(w, &other);
	}
	return OK;
}

/* Notes a gap; true while the numbers missing are still waited for. */
static bool gap_waits(struct work *w)
{
	struct event *ev = &w->ev;

	if (w->first && ev->subject_seq.set && w->highest_before > 0 &&
	    ev->subject_seq.v > w->highest_before + 1)
		ev->gap_before = (struct opt){ true, w->highest_before + 1 };
	return ev->gap_before.set && (w->type->flags & TYPE_WAITS) && !w->forced &&
	       w->c->now.usec < ev->received_at.usec + EVENT_GAP_SEC * USEC_PER_SEC;
}

enum err order_decide(struct work *w)
{
	bool blocked, wait;
	enum err e;

	if (!w->type) {
		w->derived = TYPE_UNKNOWN;
		return work_quarantine(w, "unknown_type");
	}
	if (w->type->flags & TYPE_RECORDED)
		return work_noop(w, "informational");
	if (clock_is_wrong(w))
		return work_quarantine(w, "clock");
	if (is_buried(w))
		return work_noop(w, "stale_terminated");
	if (is_stale(w))
		return work_noop(w, "stale");
	wait = gap_waits(w);
	if (!w->account.id && (w->type->flags & TYPE_NEEDS_ENTITY))
		return work_defer_orphan(w, "unknown_entity");
	e = find_block(w, &blocked);
	if (e)
		return e;
	if (blocked)
		return work_defer_orphan(w, "blocked");
	if (wait)
		return work_defer(w, "gap",
		                  stamp_add(w->ev.received_at, EVENT_GAP_SEC * USEC_PER_SEC));
	return OK;
}
