#include "billing/events.h"

#include <string.h>

#include "accounts/accounts.h"
#include "billing/types.h"

#define ROW_FIELDS \
	FIELD(struct event_row, id), FIELD(struct event_row, event_id), \
		FIELD(struct event_row, type), FIELD(struct event_row, original_type), \
		FIELD(struct event_row, subject_kind), FIELD(struct event_row, subject_key), \
		FIELD(struct event_row, subject_seq), FIELD(struct event_row, occurred_at), \
		FIELD(struct event_row, received_at), FIELD(struct event_row, attempts), \
		FIELD(struct event_row, state), FIELD(struct event_row, state_reason), \
		FIELD(struct event_row, account_id), FIELD(struct event_row, account_name), \
		FIELD(struct event_row, source_name), FIELD(struct event_row, log_extra), \
		FIELD(struct event_row, applied_at), FIELD(struct event_row, gap_before), \
		FIELD(struct event_row, replay_of), FIELD(struct event_row, dismissed_why), \
		FIELD(struct event_row, ver)

static const struct field row_v[] = { ROW_FIELDS };

#define EVENT_LIST \
	"e.seq AS id, COALESCE(o.event_id, e.event_id) AS event_id, e.type AS type," \
	" e.original_type AS original_type, e.subject_kind AS subject_kind," \
	" e.subject_key AS subject_key, e.subject_seq AS subject_seq," \
	" e.occurred_at AS occurred_at, e.received_at AS received_at," \
	" e.attempts AS attempts, e.state AS state, e.state_reason AS state_reason," \
	" e.account_id AS account_id, a.name AS account_name, s.label AS source_name," \
	" e.log_extra AS log_extra, e.applied_at AS applied_at, e.gap_before AS gap_before," \
	" e.replay_of AS replay_of, e.dismissed_why AS dismissed_why, e.ver AS ver"
#define EVENT_JOINS \
	" JOIN billing_source s ON s.id = e.source_id" \
	" LEFT JOIN account a ON a.id = e.account_id" \
	" LEFT JOIN billing_event o ON o.seq = e.replay_of"
#define OWNER "COALESCE(e.account_id, s.parent_account_id)"

/* seq above, below; from; to; types; states; subject; correlation: each twice or more. */
#define BOUNDS \
	" AND e.seq > ? AND e.seq < ? AND e.received_at >= ? AND e.received_at < ?" \
	" AND (? = '' OR FIND_IN_SET(e.type, ?) > 0)" \
	" AND (? = '' OR FIND_IN_SET(e.state, ?) > 0)" \
	" AND (? = '' OR e.subject_key = ?)" \
	" AND (? = '' OR INSTR(e.log_extra, ?) > 0 OR e.correlation_id = ?)"

#define OF_ACCOUNT \
	" FROM billing_event e FORCE INDEX (ix_event_account)" EVENT_JOINS \
	" WHERE e.account_id = ?"
#define OF_ALL \
	" FROM billing_event e FORCE INDEX (PRIMARY)" EVENT_JOINS " WHERE " SCOPE_SEES(OWNER)
/* The work list: few rows are open, so they are gathered from the index of states. */
#define OF_STATE \
	" FROM billing_event e FORCE INDEX (ix_event_state)" EVENT_JOINS \
	" WHERE e.state = ? AND " SCOPE_SEES(OWNER)

#define OLDER " ORDER BY e.seq DESC LIMIT ?"
#define NEWER " ORDER BY e.seq ASC LIMIT ?"

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };

enum driver { BY_ACCOUNT, BY_ALL, BY_STATE, BY__MAX };

#define PAGES(from) \
	{ \
		{ .text = "SELECT " EVENT_LIST from BOUNDS OLDER, DB_ROWS(row_v) }, \
			{ .text = "SELECT " EVENT_LIST from BOUNDS NEWER, DB_ROWS(row_v) }, \
	}
static const struct db_query pages[BY__MAX][2] = {
	[BY_ACCOUNT] = PAGES(OF_ACCOUNT),
	[BY_ALL] = PAGES(OF_ALL),
	[BY_STATE] = PAGES(OF_STATE),
};
#define COUNT(from) \
	{ \
		.text = "SELECT COUNT(*) AS n FROM (SELECT 1" from BOUNDS " LIMIT 1001) x", \
		DB_ROWS(number_v) \
	}
static const struct db_query counts[BY__MAX] = {
	[BY_ACCOUNT] = COUNT(OF_ACCOUNT),
	[BY_ALL] = COUNT(OF_ALL),
	[BY_STATE] = COUNT(OF_STATE),
};
static const struct db_query stream_account = {
	.text = "SELECT " EVENT_LIST OF_ACCOUNT BOUNDS " ORDER BY e.seq DESC",
	DB_ROWS(row_v),
};
static const struct db_query stream_all = {
	.text = "SELECT " EVENT_LIST OF_ALL BOUNDS " ORDER BY e.seq DESC",
	DB_ROWS(row_v),
};

static const struct field one_v[] = {
	ROW_FIELDS,
	FIELD(struct event_row, payload),
	FIELD(struct event_row, changes),
	FIELD(struct event_row, answer),
	FIELD(struct event_row, correlation_id),
	FIELD(struct event_row, verified_by),
};
static const struct db_query by_seq = {
	.text = "SELECT " EVENT_LIST ", e.payload AS payload, e.changes AS changes,"
		" e.answer AS answer, e.correlation_id AS correlation_id,"
		" e.verified_by AS verified_by"
		" FROM billing_event e" EVENT_JOINS " WHERE e.seq = ? AND " SCOPE_SEES(OWNER),
	DB_ROWS(one_v),
};

static const struct db_query count_open = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM billing_event e"
		" JOIN billing_source s ON s.id = e.source_id"
		" WHERE e.state IN ('quarantined', 'dead') AND " SCOPE_SEES(
			OWNER) " LIMIT 10000) x",
	DB_ROWS(number_v),
};

#define TWO(d) &pages[d][0], &pages[d][1]
const struct db_query *const events_queries[] = {
	TWO(BY_ACCOUNT),
	TWO(BY_ALL),
	TWO(BY_STATE),
	&stream_account,
	&counts[BY_ACCOUNT],
	&counts[BY_ALL],
	&counts[BY_STATE],
	&stream_all,
	&by_seq,
	&count_open,
	NULL,
};

#define ARGS_MAX 16

/* DATETIME's own first and last day stand for "open". */
static const struct stamp ever_from = { INT64_C(-30610224000000000) };
static const struct stamp ever_to = { INT64_C(253370764800000000) };

static const char *set_of(struct arena *mem, const struct str_list *list)
{
	struct buf b;

	buf_init(&b, mem, 4096);
	for (size_t i = 0; i < list->n; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_puts(&b, list->v[i]);
	}
	return buf_str(&b);
}

static size_t bounds_args(struct ctx *c, const struct event_filter *f, const struct page *p,
                          struct db_arg *args)
{
	bool back = p && p->at.set && p->at.back, on = p && p->at.set && !p->at.back;
	const char *types = set_of(c->mem, &f->types), *states = set_of(c->mem, &f->states);
	const char *subject = f->subject ? f->subject : "";
	const char *correlation = f->correlation ? f->correlation : "";
	size_t n = 0;

	args[n++] = db_i64(back ? p->at.id : 0);
	args[n++] = db_i64(on ? p->at.id : INT64_MAX);
	args[n++] = db_stamp(stamp_is_set(f->from) ? f->from : ever_from);
	args[n++] = db_stamp(stamp_is_set(f->to) ? f->to : ever_to);
	args[n++] = db_str(types);
	args[n++] = db_str(types);
	args[n++] = db_str(states);
	args[n++] = db_str(states);
	args[n++] = db_str(subject);
	args[n++] = db_str(subject);
	args[n++] = db_str(correlation);
	args[n++] = db_str(correlation);
	args[n++] = db_str(correlation);
	return n;
}

static size_t driver_args(struct ctx *c, const struct event_filter *f, enum driver d,
                          struct db_arg *args)
{
	size_t n = 0;

	if (d == BY_ACCOUNT)
		args[n++] = db_i64(f->account_id);
	if (d == BY_STATE)
		args[n++] = db_str(f->states.v[0]);
	if (d != BY_ACCOUNT)
		args[n++] = db_i64(c->actor.account_id);
	return n;
}

/* States few events are in; the others are most of them. */
static bool is_rare(const char *state)
{
	static const char *const many[] = { "applied", "noop", NULL };

	for (size_t i = 0; many[i]; i++)
		if (strcmp(many[i], state) == 0)
			return false;
	return true;
}

static enum driver driver_of(const struct event_filter *f)
{
	if (f->account_id)
		return BY_ACCOUNT;
	return f->states.n == 1 && is_rare(f->states.v[0]) ? BY_STATE : BY_ALL;
}

static void finish_row(struct event_row *r)
{
	r->label = type_label(r->type);
}

enum err events_list(struct ctx *c, const struct event_filter *f, const struct page *p,
                     struct db_list *out)
{
	struct db_arg args[ARGS_MAX + 2];
	enum driver d = driver_of(f);
	size_t n = driver_args(c, f, d, args);
	struct event_row *v;
	enum err e;

	n += bounds_args(c, f, p, args + n);
	args[n++] = db_i64(p->limit + 1);
	e = db_all(c->db, &pages[d][p->at.set && p->at.back], args, n, c->mem,
	           sizeof(struct event_row), (size_t)p->limit + 1, out);
	if (e)
		return e;
	v = out->v;
	for (size_t i = 0; i < out->n; i++)
		finish_row(&v[i]);
	return OK;
}

enum err events_count(struct ctx *c, const struct event_filter *f, int64_t *out)
{
	struct db_arg args[ARGS_MAX + 2];
	enum driver d = driver_of(f);
	size_t n = driver_args(c, f, d, args);
	struct number row;
	enum err e;

	n += bounds_args(c, f, NULL, args + n);
	e = db_one(c->db, &counts[d], args, n, c->mem, &row);
	if (!e)
		*out = row.n;
	return e;
}

void events_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct event_row *)row)->id;
}

enum err events_open(struct ctx *c, struct db *db, const struct event_filter *f,
                     struct db_rows *out)
{
	struct db_arg args[ARGS_MAX + 2];
	enum driver d = f->account_id ? BY_ACCOUNT : BY_ALL;
	size_t n = driver_args(c, f, d, args);

	n += bounds_args(c, f, NULL, args + n);
	return db_open(db, d == BY_ACCOUNT ? &stream_account : &stream_all, args, n, out);
}

bool events_next(struct ctx *c, struct db_rows *rows, struct arena *mem, struct event_row *out)
{
	(void)c;
	if (!db_next(rows, mem, out))
		return false;
	finish_row(out);
	return true;
}

enum err events_find(struct ctx *c, int64_t seq, struct event_row *out)
{
	struct event_row r = { 0 };
	struct event ev;
	enum err e = db_one(c->db, &by_seq, DB_ARGS(db_i64(seq), db_i64(c->actor.account_id)),
	                    c->mem, &r);

	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	finish_row(&r);
	if (!ctx_may(c, PERM_BILLING_EVENT_PAYLOAD)) {
		r.payload.s = NULL;
		r.changes.s = NULL;
	}
	ev = (struct event){ .event_id = r.event_id,
		             .state = r.state,
		             .state_reason = r.state_reason };
	r.replayable = event_is_replayable(&ev) && ctx_may(c, PERM_BILLING_EVENT_REPLAY);
	r.dismissible = event_is_waiting(&ev) && ctx_may(c, PERM_BILLING_EVENT_DISMISS);
	r.mappable = event_is_mappable(&ev) && ctx_may(c, PERM_BILLING_EVENT_MAP);
	*out = r;
	return OK;
}

enum err events_count_open(struct ctx *c, int64_t *out)
{
	struct number n;
	enum err e =
		db_one(c->db, &count_open, DB_ARGS(db_i64(c->actor.account_id)), c->mem, &n);

	if (!e)
		*out = n.n;
	return e;
}
