#include <string.h>

#include "accounts/accounts.h"
#include "billing/effects.h"
#include "holds/holds.h"
#include "json/json_out.h"

#define REASON_DEFAULT "billing"

static const char *module_of(const struct in_hold *in)
{
	return in->module ? in->module : "";
}

void registers_hold(struct work *w)
{
	const struct in_hold *in = w->in;

	if (in->module)
		work_reg_of(w, "hold.module", in->module, "");
	else
		work_reg(w, "hold.account");
}

enum err check_pause(struct arena *mem, struct fault *f, const void *data)
{
	const struct in_hold *in = data;

	(void)mem;
	if (stamp_is_set(in->until) && stamp_is_set(in->effective_at) &&
	    in->until.usec <= in->effective_at.usec)
		return fault_field(f, "/until", "before-its-start");
	return OK;
}

static enum err place(struct work *w, const struct in_hold *in, bool *changed)
{
	struct hold_new new = {
		.account_id = w->account.id,
		.kind = "billing",
		.module = module_of(in),
		.reason_code = in->reason && *in->reason ? in->reason : REASON_DEFAULT,
		.reason_text = in->note,
		.starts_at = in->effective_at,
		.ends_at = in->until,
		.event_id = w->ev.seq,
		.head = w->locked ? &w->head : NULL,
	};
	enum hold_did did;
	int64_t id;
	enum err e = holds_put(w->c, &new, &id, &did);

	if (e)
		return e;
	*changed = did == HOLD_PLACED;
	if (did == HOLD_PLACED)
		work_changed(
			w, in->module ? arena_printf(w->c->mem, "hold.%s", in->module) : "hold",
			NULL, new.reason_code);
	else if (did == HOLD_UPDATED)
		work_changed(w, "hold.reason", NULL, new.reason_code);
	return OK;
}

static enum err release(struct work *w, const struct in_hold *in, bool *changed,
                        struct hold_left *left)
{
	struct hold_end end = {
		.account_id = w->account.id,
		.module = module_of(in),
		.text = in->note,
		.head = w->locked ? &w->head : NULL,
	};
	enum err e = holds_release_billing(w->c, &end, left);

	if (e)
		return e;
	*changed = left->released > 0;
	if (*changed)
		work_changed(
			w, in->module ? arena_printf(w->c->mem, "hold.%s", in->module) : "hold",
			"open", "released");
	return OK;
}

enum err hold_set(struct work *w, const struct in_hold *in, bool blocked, bool *changed)
{
	struct hold_left left;

	return blocked ? place(w, in, changed) : release(w, in, changed, &left);
}

/* "effective" and "remaining": what still stops the account after a release. */
static enum err answer(struct work *w, const struct hold_left *left)
{
	int64_t above;
	enum err e = holds_count_above(w->c, w->account.id, &above);

	if (e)
		return e;
	json_key(&w->answer, "effective");
	json_str(&w->answer, left->n > 0 || above > 0 ? "suspended" : "active");
	json_key(&w->answer, "remaining");
	json_open(&w->answer, '[');
	for (size_t i = 0; i < left->n; i++)
		json_str(&w->answer, left->kinds[i]);
	for (int64_t i = 0; i < above; i++)
		json_str(&w->answer, "parent");
	json_close(&w->answer, ']');
	return OK;
}

enum err effect_pause(struct work *w)
{
	const struct in_hold *in = w->in;
	bool over = stamp_is_set(in->until) && in->until.usec <= w->c->now.usec;
	bool changed;
	enum err e = hold_set(w, in, !over, &changed);

	if (!e && over && !changed)
		return work_noop(w, "over");
	return e ? e : work_done(w, changed);
}

enum err effect_unpause(struct work *w)
{
	struct hold_left left;
	bool changed;
	enum err e = release(w, w->in, &changed, &left);

	if (!e)
		e = answer(w, &left);
	if (e)
		return e;
	return changed ? work_applied(w) : work_noop(w, "not_paused");
}

enum err effect_module_status(struct work *w)
{
	struct in_hold hold = *(const struct in_hold *)w->in;
	bool changed;
	enum err e;

	/* No times of its own: from now until it is set back. */
	hold.effective_at = STAMP_NONE;
	hold.until = STAMP_NONE;
	e = hold_set(w, &hold, strcmp(hold.status, "blocked") == 0, &changed);
	return e ? e : work_done(w, changed);
}
