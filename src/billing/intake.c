#include "billing/intake.h"

#include <string.h>

#include "accounts/accounts.h"
#include "billing/apply.h"
#include "billing/inputs.h"
#include "billing/order.h"
#include "billing/refusal.h"
#include "billing/types.h"
#include "core/change.h"
#include "people/people.h"
#include "signin/password.h"

#define WOKEN_MAX      20
#define HASH_RETRY_SEC 2
#define LATER_BYTES    4096 /* a list of cameras longer than this is the worker's */

struct intake {
	struct ctx *c;
	const struct billing_source *source;
	const char *body;
	size_t len;
	struct envelope env;
	const struct event_type *type; /* NULL: unknown */
	const void *in;
	struct json_seen seen;
	struct event ev;  /* as it arrived */
	struct event out; /* as it stands */
	unsigned char hash[HASH_BYTES];
	bool rejected, later;
	enum err refused;
	/* what the transaction found */
	bool duplicate, remembered, outdated;
	int runs; /* of the transaction */
	struct applied applied;
};

static const char *const secret_names[] = { "password", "old_password", "new_password",
	                                    "secret",   "token",        NULL };

/* --- before the transaction --------------------------------------------------- */

/* The id of a sender who has none: what he says is what it is known by. */
static const char *legacy_id(struct intake *in)
{
	struct arena *mem = in->c->mem;
	const struct envelope_subject *s = &in->env.subject;
	const char *key = s->external_id ? s->external_id : s->login;
	const char *text = arena_printf(mem, "%s\n%s\n%s %s\n", in->source->name, in->env.type,
	                                s->kind, key);
	size_t n = strlen(text);
	char *all = arena_alloc(mem, n + in->len), *hex = arena_alloc(mem, 2 * HASH_BYTES + 1);
	unsigned char hash[HASH_BYTES];

	memcpy(all, text, n);
	memcpy(all + n, in->body, in->len);
	token_sha256(all, n + in->len, hash);
	hex_write(hash, sizeof(hash), hex);
	return hex;
}

static enum err read_envelope(struct intake *in, const char *webhook_id)
{
	struct ctx *c = in->c;
	bool legacy = strcmp(in->source->mode, "legacy") == 0;
	enum err e = envelope_read(c->mem, &c->fault, in->body, in->len, legacy, &in->env);

	if (e)
		return e;
	if (webhook_id && strcmp(webhook_id, in->env.id) != 0) {
		(void)!FAIL_FIELD(c, "/id", "not-the-header");
		c->fault.code = "invalid-envelope";
		return ERR_MALFORMED;
	}
	if (legacy)
		in->env.id = legacy_id(in);
	if (!stamp_is_set(in->env.occurred_at))
		in->env.occurred_at = c->now;
	return OK;
}

static enum err read_data(struct intake *in)
{
	struct fault f = { 0 };
	enum err e;

	in->type = type_find(in->env.type);
	if (!in->type)
		return OK;
	e = type_read(in->c->mem, &f, in->type, in->env.data.s, &in->in, &in->seen);
	if (e == ERR_INVALID) {
		in->rejected = true;
		in->ev.answer.s = refusal_write(in->c->mem, &f);
		return OK;
	}
	if (e)
		in->c->fault = f;
	return e;
}

/* A subject named by login alone may be one that has an external id. */
static enum err find_key(struct intake *in)
{
	const struct envelope_subject *s = &in->env.subject;
	struct work_account a = { 0 };
	const char *login;
	struct work w;
	enum err e = OK;

	in->ev.subject_key = s->external_id;
	if (s->external_id)
		return OK;
	login = login_canonical(in->c->mem, s->login);
	in->ev.subject_key = envelope_login_key(in->c->mem, login ? login : s->login);
	if (strcmp(s->kind, "entity") != 0)
		return OK;
	work_init(&w, in->c, in->source);
	e = work_find_login(&w, s->login, &a);
	if (!e && a.id && a.external_id)
		in->ev.subject_key = a.external_id;
	return e;
}

static enum err make_event(struct intake *in)
{
	struct ctx *c = in->c;
	struct event *ev = &in->ev;
	const char *type = in->type ? in->type->name : TYPE_UNKNOWN;
	enum err e;

	token_sha256(in->body, in->len, in->hash);
	ev->source_id = in->source->id;
	ev->event_id = in->env.id;
	ev->type = type;
	ev->original_type = in->env.type;
	ev->subject_kind = in->env.subject.kind;
	ev->subject_seq = in->env.subject.seq;
	ev->occurred_at = in->env.occurred_at;
	ev->received_at = c->now;
	ev->attempts = 1;
	ev->body_sha256 = (struct bytes){ in->hash, sizeof(in->hash) };
	ev->state = in->rejected ? "rejected" : "received";
	ev->state_reason = in->rejected ? "invalid_data" : NULL;
	ev->due_at = in->rejected ? event_forget_at(c->now) : c->now;
	ev->applied_at = STAMP_NONE;
	ev->log_extra = in->env.log_extra;
	ev->correlation_id = c->request_id;
	ev->verified_by = strcmp(in->source->mode, "legacy") == 0 ? "token" : "signature";
	e = find_key(in);
	if (!e)
		e = json_mask(c->mem, in->body, in->len, secret_names, &ev->payload);
	if (!e && ev->log_extra.s)
		e = json_mask(c->mem, ev->log_extra.s, strlen(ev->log_extra.s), secret_names,
		              &ev->log_extra.s);
	return e;
}

/* A list the sender should not have to wait for. */
static bool is_for_later(const struct intake *in)
{
	if (!in->type || in->rejected)
		return false;
	if (in->type->flags & TYPE_LATER)
		return true;
	return in->type->in == &sync_table && in->len > LATER_BYTES;
}

static const char *password_of(const struct intake *in)
{
	if (in->type->in == &password_table)
		return ((const struct in_password *)in->in)->password;
	return ((const struct in_entity *)in->in)->password;
}

/* Before the transaction, for it takes time; not for what was sent before. */
static enum err hash_password(struct intake *in)
{
	struct event known;
	enum err e;

	if (in->rejected || !in->type || !(in->type->flags & TYPE_PASSWORD))
		return OK;
	e = event_find_id(in->c, in->source->id, in->env.id, &known);
	if (e != ERR_NOT_FOUND)
		return e;
	e = password_hash_make(in->c, password_of(in), &in->ev.sealed_password);
	if (e != ERR_LIMITED)
		return e;
	/* The gate is full: nothing the sender does too often. */
	in->c->fault = (struct fault){ .retry_after_sec = HASH_RETRY_SEC };
	return FAIL(in->c, ERR_UNAVAILABLE, "busy", "Passwords cannot be hashed just now.");
}

/* --- the transactions ---------------------------------------------------------- */

static enum err other_body(struct intake *in)
{
	return FAIL(in->c, ERR_CONFLICT, "other-body",
	            "An event with this id and another body was sent before.");
}

/* Sent before: answered as it stands. */
static enum err take_known(struct intake *in)
{
	struct event *ev = &in->out;
	enum err e = event_find_id(in->c, in->source->id, in->env.id, ev);

	if (e)
		return e;
	if (ev->body_sha256.n != HASH_BYTES ||
	    memcmp(ev->body_sha256.p, in->hash, HASH_BYTES) != 0)
		return other_body(in);
	/* Ours, run again after a COMMIT whose answer was lost. */
	in->duplicate = in->runs == 1 || strcmp(ev->correlation_id, in->c->request_id) != 0;
	while (!e && strcmp(ev->state, "replayed") == 0)
		e = event_find_id(in->c, ev->source_id, event_replay_id(in->c->mem, ev->seq),
		                  ev);
	return e;
}

/* Its row is gone, but it is remembered. */
static enum err take_remembered(struct intake *in)
{
	struct event_memory m;
	enum err e = event_recall(in->c, in->source->id, in->env.id, &m);

	if (e)
		return e;
	if (m.body_sha256.n != HASH_BYTES || memcmp(m.body_sha256.p, in->hash, HASH_BYTES) != 0)
		return other_body(in);
	in->out = in->ev;
	in->out.state = m.state;
	in->duplicate = true;
	return OK;
}

static void work_of(struct intake *in, struct work *w)
{
	work_init(w, in->c, in->source);
	w->ev = in->out;
	w->type = in->type;
	w->env = &in->env;
	w->in = in->in;
	w->seen = in->seen;
	w->first = true;
	if (in->rejected) {
		w->verdict = VERDICT_REJECTED;
		w->reason = "invalid_data";
	}
}

/* Inserts the row; *fresh false when the answer is in in->out already. */
static enum err store(struct intake *in, bool *fresh)
{
	struct event row;
	enum err e;

	in->out = in->ev;
	in->remembered = false;
	in->outdated = false;
	in->runs++;
	/* Most are applied: so said from the start, fewer indexes are written twice. */
	row = in->ev;
	if (!in->later && !in->rejected) {
		row.state = "applied";
		row.due_at = event_forget_at(row.received_at);
	}
	e = event_insert(in->c, &row, &in->out.seq, fresh);
	if (e || *fresh)
		return e;
	return take_known(in);
}

static enum err run_intake(void *arg)
{
	struct intake *in = arg;
	struct work w;
	bool fresh;
	enum err e = store(in, &fresh);

	in->applied = (struct applied){ 0 };
	if (e || !fresh || in->later)
		return e;
	work_of(in, &w);
	e = apply_run(&w);
	in->out = w.ev;
	in->remembered = w.remembered;
	in->outdated = w.outdated;
	if (!e)
		applied_of(&w, &in->applied);
	return e;
}

/* The effect refused and all was rolled back: the event is kept with the reason. */
static enum err run_refused(void *arg)
{
	struct intake *in = arg;
	struct work w;
	bool fresh;
	enum err e = store(in, &fresh);

	if (e || !fresh)
		return e;
	work_of(in, &w);
	e = apply_note(&w, in->refused);
	in->out = w.ev;
	return e;
}

/* For the security of both sides: somebody reuses ids. */
static enum err log_conflict(void *arg)
{
	struct intake *in = arg;
	struct change ch = {
		.action = ACTION_EVENT_CONFLICT,
		.target_kind = ID_EVENT,
		.target_id = in->out.seq,
		.target_label = in->env.id,
		.account_id =
			in->out.account_id ? in->out.account_id : in->source->parent_account_id,
		.failure = "other-body",
	};
	enum err e = accounts_name(in->c, ch.account_id, &ch.account_label);

	return e ? e : change_put(in->c, &ch);
}

static enum err conflict(struct intake *in)
{
	struct ctx *c = in->c;
	enum err e = db_tx(c->db, DB_WRITE, log_conflict, in);

	if (e == ERR_UNAVAILABLE)
		return e;
	c->fault = (struct fault){ 0 };
	return other_body(in);
}

static bool is_other_body(const struct ctx *c, enum err e)
{
	return e == ERR_CONFLICT && c->fault.code && strcmp(c->fault.code, "other-body") == 0;
}

static enum err run(struct intake *in)
{
	struct ctx *c = in->c;
	enum err e = db_tx(c->db, DB_WRITE, run_intake, in);

	if (apply_has_raced(c, e)) {
		c->fault = (struct fault){ 0 };
		e = db_tx(c->db, DB_WRITE, run_intake, in);
	}
	if (in->outdated)
		return FAIL(c, ERR_VERSION, "source-changed", "The source was changed.");
	if (in->remembered)
		return take_remembered(in);
	if (!e || e == ERR_UNAVAILABLE || e == ERR_LIMITED || is_other_body(c, e))
		return e;
	in->refused = e;
	e = db_tx(c->db, DB_WRITE, run_refused, in);
	if (!e)
		c->fault = (struct fault){ 0 };
	return e;
}

enum err intake_event(struct ctx *c, const struct billing_source *s, const char *webhook_id,
                      const char *body, size_t len, struct intake_result *out)
{
	struct intake in = { .c = c, .source = s, .body = body, .len = len };
	enum err e = read_envelope(&in, webhook_id);

	if (!e)
		e = read_data(&in);
	if (!e)
		e = make_event(&in);
	if (!e)
		e = hash_password(&in);
	if (e)
		return e;
	in.later = is_for_later(&in);
	e = run(&in);
	if (is_other_body(c, e))
		return conflict(&in);
	if (e)
		return e;
	*out = (struct intake_result){
		.id = in.env.id,
		.state = in.out.state,
		.reason = in.out.state_reason,
		.duplicate = in.duplicate,
		.answer = in.out.answer,
		.gap = in.out.gap_before,
	};
	/* What waited for this looks for itself later, should this fail. */
	if (apply_woken(c, &in.applied, WOKEN_MAX))
		c->fault = (struct fault){ 0 };
	return OK;
}

int intake_status(const struct intake_result *r)
{
	static const char *const done[] = { "applied", "noop", "dismissed", NULL };

	if (strcmp(r->state, "rejected") == 0)
		return 422;
	for (size_t i = 0; done[i]; i++)
		if (strcmp(r->state, done[i]) == 0)
			return 200;
	return 202;
}

/* --- rate ---------------------------------------------------------------------- */

struct pace {
	struct stamp next_at;
};
static const struct field pace_v[] = { FIELD(struct pace, next_at) };

/*
 * One row a source says when the next event would be due at an even pace; it
 * may run ahead by a minute, and what comes sooner is told to wait.
 */
static const struct db_query pace_insert = {
	.text = "INSERT INTO throttle (subject, failures, last_at, next_at) VALUES (?, 0, ?, ?)"
		" ON DUPLICATE KEY UPDATE last_at = VALUES(last_at)",
};
static const struct db_query pace_read = {
	.text = "SELECT next_at FROM throttle WHERE subject = ? FOR UPDATE",
	DB_ROWS(pace_v),
};
static const struct db_query pace_write = {
	.text = "UPDATE throttle SET next_at = ? WHERE subject = ?",
};

const struct db_query *const intake_queries[] = {
	&pace_insert,
	&pace_read,
	&pace_write,
	NULL,
};

struct rate {
	struct ctx *c;
	const struct billing_source *source;
	int64_t events;
	unsigned char subject[HASH_BYTES];
};

static enum err run_rate(void *arg)
{
	struct rate *r = arg;
	struct ctx *c = r->c;
	int64_t step = USEC_PER_MIN / r->source->rate_per_min * r->events;
	int64_t share = step < USEC_PER_MIN ? step : USEC_PER_MIN, over;
	struct pace p;
	enum err e = db_exec(c->db, &pace_insert,
	                     DB_ARGS(db_bytes(r->subject, HASH_BYTES), db_stamp(c->now),
	                             db_stamp(c->now)),
	                     NULL);

	if (!e)
		e = db_one(c->db, &pace_read, DB_ARGS(db_bytes(r->subject, HASH_BYTES)), c->mem,
		           &p);
	if (e)
		return e;
	if (p.next_at.usec < c->now.usec)
		p.next_at = c->now;
	over = p.next_at.usec - c->now.usec + share - USEC_PER_MIN;
	if (over > 0) {
		c->fault.retry_after_sec = (int)(over / USEC_PER_SEC) + 1;
		return FAIL(c, ERR_LIMITED, "rate", "The source sends more than it may.");
	}
	return db_exec(c->db, &pace_write,
	               DB_ARGS(db_stamp(stamp_add(p.next_at, step)),
	                       db_bytes(r->subject, HASH_BYTES)),
	               NULL);
}

enum err intake_rate(struct ctx *c, const struct billing_source *s, int64_t events)
{
	struct rate r = { .c = c, .source = s, .events = events };
	const char *name = arena_printf(c->mem, "billing:%lld", (long long)s->id);

	if (s->rate_per_min <= 0)
		return OK;
	token_hash(name, strlen(name), r.subject);
	return db_tx(c->db, DB_WRITE, run_rate, &r);
}
