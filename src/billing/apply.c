#include "billing/apply.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "accounts/accounts.h"
#include "billing/inputs.h"
#include "billing/order.h"
#include "billing/types.h"
#include "core/change.h"
#include "json/json_out.h"

static const char *const states[] = {
	[VERDICT_NONE] = "failed",
	[VERDICT_APPLIED] = "applied",
	[VERDICT_NOOP] = "noop",
	[VERDICT_DEFERRED] = "deferred",
	[VERDICT_QUARANTINED] = "quarantined",
	[VERDICT_REJECTED] = "rejected",
};
static_assert(ARRAY_LEN(states) == VERDICT__MAX, "every verdict is a state");

/* Minutes between the tries of an event that failed. */
static const int retry_min[EVENT_TRIES] = { 1, 5, 30, 120, 720 };

static const char *members_object(struct arena *mem, struct buf *members)
{
	if (members->len == 0 || members->failed)
		return "{}";
	return arena_printf(mem, "{%s}", buf_str(members));
}

static void write_outcome(struct work *w)
{
	struct event *ev = &w->ev;
	struct arena *mem = w->c->mem;
	bool finished = w->verdict == VERDICT_APPLIED || w->verdict == VERDICT_NOOP;

	ev->state = states[w->verdict];
	ev->state_reason = w->reason;
	if (w->derived)
		ev->type = w->derived;
	if (w->account.id)
		ev->account_id = w->account.id;
	if (w->answer.len > 0)
		ev->answer.s = members_object(mem, &w->answer);
	if (w->before.len > 0 || w->after.len > 0)
		ev->changes.s = arena_printf(mem, "{\"before\":%s,\"after\":%s}",
		                             members_object(mem, &w->before),
		                             members_object(mem, &w->after));
	ev->due_at = w->due_at;
	if (finished || w->verdict == VERDICT_REJECTED)
		ev->due_at = event_forget_at(ev->received_at);
	if (finished)
		ev->sealed_password = NULL;
	if (w->verdict == VERDICT_APPLIED)
		ev->applied_at = w->c->now;
}

/* Whoever looks after billing must see it, whichever account it is about. */
static enum err log_quarantine(struct work *w)
{
	struct ctx *c = w->c;
	struct change ch = {
		.action = ACTION_EVENT_QUARANTINE,
		.target_kind = ID_EVENT,
		.target_id = w->ev.seq,
		.target_label =
			arena_printf(c->mem, "%s %s", type_label(w->ev.type), w->ev.event_id),
		.account_id =
			w->ev.account_id ? w->ev.account_id : w->source->parent_account_id,
		.reason = w->reason,
	};
	enum err e = accounts_name(c, ch.account_id, &ch.account_label);

	return e ? e : change_put(c, &ch);
}

/* What was missed is here, whatever became of it. */
static enum err close_gap(struct work *w)
{
	if (!w->first || !w->ev.subject_seq.set || w->ev.subject_seq.v >= w->highest_before)
		return OK;
	return event_close_gap(w->c, &w->ev);
}

static enum err finish(struct work *w)
{
	enum err e = order_close(w);

	write_outcome(w);
	if (!e)
		e = event_finish(w->c, &w->ev);
	if (!e && w->verdict == VERDICT_QUARANTINED)
		e = log_quarantine(w);
	return e ? e : close_gap(w);
}

enum err apply_run(struct work *w)
{
	enum err e = OK;

	if (w->verdict != VERDICT_REJECTED) {
		e = order_open(w);
		if (!e && w->first && (w->remembered || w->outdated))
			return ERR_VERSION;
		if (!e)
			e = order_decide(w);
		if (!e && w->verdict == VERDICT_NONE)
			e = w->type->effect(w);
	}
	return e ? e : finish(w);
}

enum err apply_read(struct work *w)
{
	struct ctx *c = w->c;
	struct envelope *env = arena_new(c->mem, struct envelope);
	struct fault f = { 0 };
	enum err e = envelope_read(c->mem, &f, w->ev.payload, strlen(w->ev.payload), true, env);

	if (e)
		return FAIL(c, ERR_INTERNAL, "payload", "A stored payload cannot be read.");
	w->env = env;
	w->type = type_find(w->ev.original_type);
	if (!w->type)
		return OK;
	e = type_read(c->mem, &f, w->type, env->data.s, &w->in, &w->seen);
	if (e == ERR_INVALID) {
		w->verdict = VERDICT_REJECTED;
		w->reason = "invalid_data";
		return OK;
	}
	return e;
}

bool apply_has_raced(const struct ctx *c, enum err e)
{
	return e == ERR_CONFLICT && *db_violated_key(c->db) != '\0';
}

/* A person must look at it; false for what will pass or is our own bug. */
static bool is_refusal(enum err e)
{
	return e == ERR_CONFLICT || e == ERR_INVALID || e == ERR_DENIED || e == ERR_NOT_FOUND ||
	       e == ERR_VERSION;
}

/* "login-taken" becomes "login_conflict", others their own word with underscores. */
static const char *reason_of(struct arena *mem, const char *code)
{
	char *reason;

	if (!code)
		return "refused";
	if (strcmp(code, "login-taken") == 0)
		return "login_conflict";
	reason = arena_copy(mem, code, strlen(code) < 60 ? strlen(code) : 60);
	for (char *p = reason; *p; p++)
		if (*p == '-')
			*p = '_';
	return reason;
}

static void refuse(struct ctx *c, struct event *ev, enum err e)
{
	if (is_refusal(e)) {
		ev->state = "quarantined";
		ev->state_reason = reason_of(c->mem, c->fault.code);
		ev->due_at = STAMP_NONE;
		return;
	}
	ev->state_reason = "internal_error";
	if (ev->tries >= EVENT_TRIES) {
		ev->state = "dead";
		ev->due_at = STAMP_NONE;
		return;
	}
	ev->state = "failed";
	ev->due_at = stamp_add(c->now, retry_min[ev->tries] * USEC_PER_MIN);
	ev->tries++;
}

static enum err note_locked(struct work *w, enum err e)
{
	refuse(w->c, &w->ev, e);
	w->reason = w->ev.state_reason;
	if (strcmp(w->ev.state, "quarantined") == 0)
		w->verdict = VERDICT_QUARANTINED;
	e = event_finish(w->c, &w->ev);
	if (!e && w->verdict == VERDICT_QUARANTINED)
		e = order_close(w);
	if (!e && w->verdict == VERDICT_QUARANTINED)
		e = log_quarantine(w);
	return e ? e : close_gap(w);
}

enum err apply_note(struct work *w, enum err e)
{
	enum err opened = order_open(w);

	w->verdict = VERDICT_NONE;
	return opened ? opened : note_locked(w, e);
}

void applied_of(const struct work *w, struct applied *out)
{
	const struct in_entity *in = w->created ? w->in : NULL;

	*out = (struct applied){
		.did = true,
		.settled = w->verdict == VERDICT_APPLIED || w->verdict == VERDICT_NOOP,
		.marked = w->marked,
		.created = w->created,
		.ev = w->ev,
		.login = in ? in->login : NULL,
		.contract_no = in ? in->contract_no : NULL,
	};
}

struct stored {
	struct ctx *c;
	struct event ev;
	struct billing_source source;
	enum err refused; /* what the first transaction ended with */
	bool woken;       /* whenever it is due */
	struct applied out;
};

/* The row as it is now that its subject is ours; false when there is nothing to do. */
static enum err take_due(struct stored *s, struct work *w, bool *due)
{
	enum err e = event_lock(s->c, s->ev.seq, &w->ev);

	*due = !e && event_is_open(&w->ev) && (s->woken || w->ev.due_at.usec <= s->c->now.usec);
	return e;
}

/* Waited long enough for what did not come: a person decides. */
static bool is_orphan(const struct work *w)
{
	return w->verdict == VERDICT_DEFERRED && strcmp(w->reason, "scheduled") != 0 &&
	       w->due_at.usec <= w->c->now.usec;
}

static enum err run_stored(void *arg)
{
	struct stored *s = arg;
	struct work w;
	bool due;
	enum err e;

	s->out.did = false;
	work_init(&w, s->c, &s->source);
	w.ev = s->ev;
	e = apply_read(&w);
	if (!e && w.verdict == VERDICT_NONE)
		e = order_open(&w);
	if (!e)
		e = take_due(s, &w, &due);
	if (e || !due)
		return e;
	w.first = strcmp(w.ev.state, "received") == 0;
	w.forced = w.ev.replay_of != 0;
	if (w.verdict == VERDICT_NONE)
		e = order_decide(&w);
	if (!e && w.verdict == VERDICT_NONE)
		e = w.type->effect(&w);
	if (!e && is_orphan(&w))
		e = work_quarantine(&w, strcmp(w.reason, "unknown_entity") == 0 ? "orphan"
		                                                                : w.reason);
	if (!e)
		e = finish(&w);
	if (!e)
		applied_of(&w, &s->out);
	return e;
}

/* The effect was rolled back: say so in the row. */
static enum err note_refusal(void *arg)
{
	struct stored *s = arg;
	struct work w;
	bool due;
	enum err e;

	s->out.did = false;
	work_init(&w, s->c, &s->source);
	w.ev = s->ev;
	if (apply_read(&w)) { /* unreadable it is noted, too: else it stays the next for ever */
		w.type = NULL;
		w.env = NULL;
	}
	e = order_open(&w);
	if (!e)
		e = take_due(s, &w, &due);
	if (e || !due)
		return e;
	w.first = strcmp(w.ev.state, "received") == 0;
	w.verdict = VERDICT_NONE;
	e = note_locked(&w, s->refused);
	if (!e)
		applied_of(&w, &s->out);
	return e;
}

enum err apply_stored(struct ctx *c, int64_t seq, bool woken, struct applied *out)
{
	struct stored s = { .c = c, .woken = woken };
	struct actor asker = c->actor;
	char own_id[sizeof(c->request_id)];
	enum err e = event_find(c, seq, &s.ev);

	*out = (struct applied){ 0 };
	if (!e)
		e = sources_find(c, s.ev.source_id, &s.source);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	source_act(c, &s.source, NULL);
	/* What it changes stands in the log under the request that brought it. */
	memcpy(own_id, c->request_id, sizeof(own_id));
	snprintf(c->request_id, sizeof(c->request_id), "%s", s.ev.correlation_id);
	e = db_tx(c->db, DB_WRITE, run_stored, &s);
	if (apply_has_raced(c, e))
		e = db_tx(c->db, DB_WRITE, run_stored, &s);
	if (e && e != ERR_UNAVAILABLE) {
		s.refused = e;
		e = db_tx(c->db, DB_WRITE, note_refusal, &s);
		c->fault = (struct fault){ 0 };
	}
	c->actor = asker;
	memcpy(c->request_id, own_id, sizeof(own_id));
	if (!e)
		*out = s.out;
	return e;
}

static enum err run_all(struct ctx *c, const struct db_list *seqs)
{
	const int64_t *v = seqs->v;
	struct applied ignored;
	enum err e = OK;

	for (size_t i = 0; i < seqs->n && !e; i++)
		e = apply_stored(c, v[i], true, &ignored);
	return e;
}

enum err apply_woken(struct ctx *c, const struct applied *by, size_t max)
{
	const struct event *ev = &by->ev;
	const char *words[3] = { ev->subject_key, by->login, by->contract_no };
	struct db_list seqs;
	enum err e = OK;

	if (by->settled && by->marked) {
		e = event_list_deferred(c, ev, max, &seqs);
		if (!e)
			e = run_all(c, &seqs);
	}
	if (e || !by->created)
		return e;
	e = event_list_naming(c, ev->source_id, words, max, &seqs);
	return e ? e : run_all(c, &seqs);
}
