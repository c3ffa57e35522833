/*
 * What a person does about an event: replay, dismiss, map.
 */
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/sites.h"
#include "billing/apply.h"
#include "billing/events.h"
#include "billing/inputs.h"
#include "billing/order.h"
#include "billing/slice.h"
#include "billing/types.h"
#include "core/change.h"
#include "json/json_out.h"

#define PAYLOAD_MAX (512u * 1024)
#define WAITING_MAX 10001
#define NAMES_MAX   2048

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };

#define OWNER "COALESCE(e.account_id, s.parent_account_id)"

/* What no sender sent (a remainder) is for a person to read, not to run. */
static const struct db_query waiting = {
	.text = "SELECT e.seq AS n FROM billing_event e FORCE INDEX (ix_event_state)"
		" JOIN billing_source s ON s.id = e.source_id"
		" WHERE e.state = 'quarantined' AND (e.type = ? OR e.original_type = ?)"
		" AND FIND_IN_SET(e.original_type, ?) > 0 AND (? = '' OR s.name = ?)"
		" AND e.event_id NOT LIKE 'remainder:%' AND " SCOPE_SEES(
			OWNER) " ORDER BY e.due_at, e.seq LIMIT 10001",
	DB_ROWS(number_v),
};

const struct db_query *const actions_queries[] = { &waiting, NULL };

/* The event and its source, its subject locked; what the caller does not see is not there. */
static enum err open_seen(struct ctx *c, int64_t seq, struct event_row *seen, struct event *ev,
                          struct billing_source *source)
{
	struct work w;
	enum err e = events_find(c, seq, seen);

	if (!e)
		e = event_find(c, seq, ev);
	if (!e)
		e = sources_find(c, ev->source_id, source);
	if (e)
		return e;
	work_init(&w, c, source);
	w.ev = *ev;
	w.ev.subject_seq = (struct opt){ 0 }; /* only the lock is wanted */
	w.env = &(struct envelope){ 0 };
	e = order_open(&w);
	return e ? e : event_lock(c, seq, ev);
}

static enum err open_event(struct ctx *c, int64_t seq, struct event *ev,
                           struct billing_source *source)
{
	struct event_row seen;

	return open_seen(c, seq, &seen, ev, source);
}

static enum err put_log(struct ctx *c, enum action action, const struct event *ev,
                        const struct billing_source *source, const char *reason)
{
	struct change ch = {
		.action = action,
		.target_kind = ID_EVENT,
		.target_id = ev->seq,
		.target_label =
			arena_printf(c->mem, "%s %s", type_label(ev->type), ev->event_id),
		.account_id = ev->account_id ? ev->account_id : source->parent_account_id,
		.before = arena_printf(c->mem, "{\"state\":\"%s\"}", ev->state),
		.reason = reason,
	};
	enum err e = accounts_name(c, ch.account_id, &ch.account_label);

	return e ? e : change_put(c, &ch);
}

/* The old row keeps what it was; the new one is what happens now, or when it is due. */
static enum err new_attempt(struct ctx *c, struct event *ev, const char *payload,
                            struct stamp due_at, struct event *out)
{
	struct event old = *ev;
	bool fresh;
	enum err e;

	*out = *ev;
	out->event_id = event_replay_id(c->mem, ev->seq);
	out->type = ev->original_type;
	out->payload = payload ? payload : ev->payload;
	out->verified_by = payload ? NULL : ev->verified_by;
	out->received_at = c->now;
	out->state = "received";
	out->state_reason = NULL;
	out->answer.s = NULL;
	out->changes.s = NULL;
	out->due_at = due_at;
	out->tries = 0;
	out->replay_of = ev->seq;
	out->correlation_id = c->request_id;
	old.state = "replayed";
	old.due_at = event_forget_at(c->now);
	old.sealed_password = NULL;
	e = event_finish(c, &old);
	if (!e)
		e = event_insert(c, out, &out->seq, &fresh);
	if (!e && !fresh)
		return FAIL(c, ERR_CONFLICT, "not-replayable", "It was replayed already.");
	return e;
}

static enum err run_attempt(struct ctx *c, const struct billing_source *source,
                            struct event *ev)
{
	struct actor asker = c->actor;
	struct work w;
	enum err e;

	work_init(&w, c, source);
	w.ev = *ev;
	w.forced = true;
	source_act(c, source, asker.ip);
	e = apply_read(&w);
	if (!e)
		e = apply_run(&w);
	c->actor = asker;
	*ev = w.ev;
	return e;
}

static enum err replay(struct ctx *c, struct event *ev, const struct billing_source *source,
                       const char *payload, int64_t *attempt)
{
	struct event next;
	enum err e;

	if (!event_is_replayable(ev))
		return FAIL(c, ERR_CONFLICT, "not-replayable",
		            "Only what waits for a person can be replayed.");
	e = put_log(c, ACTION_EVENT_REPLAY, ev, source, ev->state_reason);
	if (!e)
		e = new_attempt(c, ev, payload, STAMP_NONE, &next);
	if (!e)
		e = run_attempt(c, source, &next);
	if (!e)
		e = event_wake_subject(c, &next);
	if (!e)
		*attempt = next.seq;
	return e;
}

enum err events_replay(struct ctx *c, int64_t seq, int64_t *attempt)
{
	struct billing_source source = { 0 };
	struct event ev;
	enum err e = open_event(c, seq, &ev, &source);

	return e ? e : replay(c, &ev, &source, NULL, attempt);
}

/* Types that are applied, not only kept; a new attempt of another would end as the first. */
static const char *known_types(struct arena *mem)
{
	struct buf b;

	buf_init(&b, mem, NAMES_MAX);
	for (const struct event_type *t = event_types; t->name; t++) {
		if (t->flags & TYPE_RECORDED)
			continue;
		buf_puts(&b, b.len > 0 ? "," : "");
		buf_puts(&b, t->name);
	}
	return buf_str(&b);
}

/* The attempt as the lists show it, before the worker has seen it. */
static struct event_row row_of(struct event_row was, const struct event *next)
{
	was.replay_of = next->replay_of;
	was.id = next->seq;
	was.type = next->type;
	was.label = type_label(next->type);
	was.received_at = next->received_at;
	was.attempts = 1;
	was.state = next->state;
	was.state_reason = NULL;
	was.ver = 1;
	return was;
}

/* Left to the worker: one that refuses must not hold up the others. */
static enum err ask_again(struct ctx *c, int64_t seq, struct event_row *v, size_t *n)
{
	struct billing_source source = { 0 };
	struct event_row seen;
	struct event ev, next;
	enum err e = open_seen(c, seq, &seen, &ev, &source);

	if (e || !event_is_replayable(&ev)) /* somebody was faster */
		return e;
	e = put_log(c, ACTION_EVENT_REPLAY, &ev, &source, ev.state_reason);
	if (!e)
		e = new_attempt(c, &ev, NULL, c->now, &next);
	if (!e)
		v[(*n)++] = row_of(seen, &next);
	return e;
}

enum err events_replay_all(struct ctx *c, const struct event_which *which, struct db_list *out,
                           int64_t *total)
{
	const char *source = which->source ? which->source : "";
	struct event_row *v = arena_array(c->mem, struct event_row, REPLAY_ALL_MAX);
	const struct number *seqs;
	struct db_list rows;
	size_t n = 0;
	enum err e = db_all(c->db, &waiting,
	                    DB_ARGS(db_str(which->type), db_str(which->type),
	                            db_str(known_types(c->mem)), db_str(source), db_str(source),
	                            db_i64(c->actor.account_id)),
	                    c->mem, sizeof(struct number), WAITING_MAX, &rows);

	if (e)
		return e;
	seqs = rows.v;
	for (size_t i = 0; !e && i < rows.n && n < REPLAY_ALL_MAX; i++)
		e = ask_again(c, seqs[i].n, v, &n);
	if (e)
		return e;
	if (n == 0)
		c->audited++; /* nothing was done: there is nothing to say */
	*out = (struct db_list){ v, n };
	*total = (int64_t)rows.n;
	return OK;
}

enum err events_dismiss(struct ctx *c, int64_t seq, const char *why)
{
	struct billing_source source = { 0 };
	struct event ev;
	enum err e = open_event(c, seq, &ev, &source);

	if (e)
		return e;
	if (!event_is_waiting(&ev))
		return FAIL(c, ERR_CONFLICT, "not-dismissible",
		            "Only what waits for a person can be dismissed.");
	e = put_log(c, ACTION_EVENT_DISMISS, &ev, &source, why);
	if (e)
		return e;
	ev.state = "dismissed";
	ev.dismissed_why = why;
	ev.due_at = event_forget_at(c->now);
	ev.sealed_password = NULL;
	e = event_finish(c, &ev);
	/* What stood behind it may go on. */
	return e ? e : event_wake_subject(c, &ev);
}

/* The payload with another address code in its data. */
static enum err rewrite_csa(struct ctx *c, const char *payload, const char *csa,
                            const char **out)
{
	struct slice all = { payload, strlen(payload) }, data, value;
	struct buf b;

	if (!slice_member(all, "data", &data) || !slice_member(data, "csa", &value))
		return FAIL(c, ERR_CONFLICT, "not-mappable",
		            "The event names no address code.");
	buf_init(&b, c->mem, PAYLOAD_MAX);
	buf_put(&b, payload, (size_t)(value.p - payload));
	buf_putc(&b, '"');
	buf_puts(&b, csa);
	buf_putc(&b, '"');
	buf_put(&b, value.p + value.n, all.n - (size_t)(value.p + value.n - payload));
	if (b.failed)
		return FAIL(c, ERR_TOO_LARGE, "too-large", "The payload is too large.");
	*out = buf_str(&b);
	return OK;
}

static enum err know_csa(struct ctx *c, const struct event_map *in)
{
	struct csa row = { in->csa_code, in->country, in->region,   in->city,     in->postcode,
		           in->street,   in->house,   in->latitude, in->longitude };
	struct csa found;
	enum err e = csa_find(c, in->csa_code, &found);

	if (e != ERR_NOT_FOUND)
		return e;
	c->fault = (struct fault){ 0 };
	if (!in->add)
		return FAIL_FIELD(c, "/csa_code", "not-found");
	return csa_add(c, &row);
}

enum err events_map(struct ctx *c, int64_t seq, const struct event_map *in, int64_t *attempt)
{
	struct billing_source source = { 0 };
	const char *payload;
	struct event ev;
	enum err e = open_event(c, seq, &ev, &source);

	if (e)
		return e;
	if (!event_is_mappable(&ev))
		return FAIL(c, ERR_CONFLICT, "not-mappable",
		            "Only an event with an unknown address code can be mapped.");
	e = know_csa(c, in);
	if (!e)
		e = rewrite_csa(c, ev.payload, in->csa_code, &payload);
	if (!e)
		e = put_log(c, ACTION_EVENT_MAP, &ev, &source,
		            arena_printf(c->mem, "address code %s", in->csa_code));
	return e ? e : replay(c, &ev, &source, payload, attempt);
}
