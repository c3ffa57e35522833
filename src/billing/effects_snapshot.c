/*
 * A snapshot says how everything should be.  It is compared first; only when
 * the differences are few does it apply itself, and then only where no later
 * event has spoken.
 */
#include <string.h>

#include "billing/effects.h"
#include "billing/order.h"
#include "billing/types.h"
#include "devices/devices.h"
#include "holds/holds.h"
#include "json/json_out.h"

#define DIFFERENCES_MAX 10 /* more than this a person decides */

struct tally {
	int64_t differences, unknown;
};

static const char *key_of(struct work *w, const struct in_snap_entity *s)
{
	return s->external_id ? s->external_id : envelope_login_key(w->c->mem, s->login);
}

static enum err is_blocked(struct work *w, int64_t account_id, bool *blocked)
{
	const struct hold *v;
	struct db_list rows;
	enum err e = holds_open(w->c, account_id, &rows);

	*blocked = false;
	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++)
		if (strcmp(v[i].kind, "billing") == 0 && !*v[i].module)
			*blocked = true;
	return OK;
}

static enum err count_cameras(struct work *w, int64_t account_id, const struct row_list *list,
                              int64_t *n)
{
	const struct in_cam_status *cam = list->v;
	struct db_list rows;
	const struct device *v;
	size_t both = 0, ours = 0;
	enum err e = devices_list(w->c, account_id, 0, SYNC_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++) {
		if (!v[i].external_id || v[i].billing_source_id != w->source->id)
			continue;
		ours++;
		for (size_t j = 0; j < list->n; j++)
			both += strcmp(cam[j].external_id, v[i].external_id) == 0;
	}
	*n += (int64_t)(ours + list->n - 2 * both);
	return OK;
}

static enum err count_licences(struct work *w, int64_t account_id, const struct in_licences *in,
                               int64_t *n)
{
	const struct {
		const char *item;
		struct opt v;
	} levels[] = {
		{ "analytics.l1", in->analytic_l1 },
		{ "analytics.l2", in->analytic_l2 },
		{ "analytics.l3", in->analytic_l3 },
		{ "analytics.l4", in->analytic_l4 },
	};
	const struct entitlement *v;
	struct db_list rows;
	enum err e = entitlements_list(w->c, account_id, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		int64_t have = 0;

		for (size_t j = 0; j < rows.n; j++)
			if (strcmp(v[j].item, levels[i].item) == 0 &&
			    strcmp(v[j].state, "active") == 0)
				have = v[j].quantity;
		*n += levels[i].v.set && levels[i].v.v != have;
	}
	return OK;
}

/* A work of its own for one entity, as if the snapshot were its event. */
static enum err open_entity(struct work *w, const struct in_snap_entity *s, struct work *out,
                            struct envelope *env)
{
	static const struct event_type none = { .name = "snapshot" };

	*env = *w->env;
	env->subject.kind = "entity";
	env->subject.external_id = s->external_id;
	env->subject.login = s->login;
	work_init(out, w->c, w->source);
	out->ev = w->ev;
	out->ev.subject_kind = "entity";
	out->ev.subject_key = key_of(w, s);
	out->ev.subject_seq = (struct opt){ 0 };
	out->ev.occurred_at = ((const struct in_snapshot *)w->in)->as_of;
	out->env = env;
	out->type = &none;
	return order_open(out);
}

static enum err compare(struct work *w, const struct in_snap_entity *s, struct tally *t)
{
	struct envelope env;
	struct work one;
	bool blocked;
	enum err e = open_entity(w, s, &one, &env);

	if (e)
		return e;
	if (!one.account.id) {
		t->unknown++;
		return OK;
	}
	e = is_blocked(w, one.account.id, &blocked);
	if (!e && s->status)
		t->differences += blocked != (strcmp(s->status, "blocked") == 0);
	if (!e && s->cameras.v)
		e = count_cameras(w, one.account.id, &s->cameras, &t->differences);
	return e ? e : count_licences(w, one.account.id, &s->licences, &t->differences);
}

static void note(struct work *w, const char *key, struct work *one)
{
	json_key(&w->before, key);
	json_raw(&w->before, arena_printf(w->c->mem, "{%s}", buf_str(&one->before)));
	json_key(&w->after, key);
	json_raw(&w->after, arena_printf(w->c->mem, "{%s}", buf_str(&one->after)));
}

static bool names_licences(const struct in_licences *in)
{
	return in->analytic_l1.set || in->analytic_l2.set || in->analytic_l3.set ||
	       in->analytic_l4.set;
}

static void registers_share(struct work *w)
{
	const struct in_snap_entity *s = w->in;

	if (s->status)
		work_reg(w, "hold.account");
	if (s->cameras.v)
		work_reg(w, "cameras");
	if (names_licences(&s->licences))
		work_reg(w, "licences");
}

/* One entity's share, under the registers of that entity: what is newer stays. */
static enum err apply_one(struct work *w, const struct in_snap_entity *s, bool *changed)
{
	static const struct event_type share_type = { .name = "snapshot",
		                                      .registers = registers_share };
	struct in_hold hold = { .reason = "snapshot" };
	struct envelope env;
	struct work one;
	bool held = false;
	int64_t unresolved;
	enum err e = open_entity(w, s, &one, &env);

	if (e || !one.account.id || strcmp(one.account.state, "active") != 0)
		return e;
	hold.effective_at = STAMP_NONE;
	hold.until = STAMP_NONE;
	one.in = s;
	one.type = &share_type;
	one.verdict = VERDICT_APPLIED;
	e = order_open(&one);
	if (!e && s->status && work_may_write(&one, "hold.account"))
		e = hold_set(&one, &hold, strcmp(s->status, "blocked") == 0, &held);
	*changed = *changed || held;
	if (!e && s->cameras.v && work_may_write(&one, "cameras"))
		e = cameras_set(&one, one.account.id, &s->cameras, changed, &unresolved);
	if (!e && names_licences(&s->licences) && work_may_write(&one, "licences"))
		e = licences_set(&one, one.account.id, &s->licences, changed);
	if (one.after.len > 0)
		note(w, one.ev.subject_key, &one);
	return e ? e : order_close(&one);
}

static void tell(struct work *w, const struct tally *t)
{
	json_key(&w->answer, "differences");
	json_i64(&w->answer, t->differences);
	json_key(&w->answer, "unknown");
	json_i64(&w->answer, t->unknown);
}

enum err effect_snapshot(struct work *w)
{
	const struct in_snapshot *in = w->in;
	const struct in_snap_entity *v = in->entities.v;
	struct tally t = { 0 };
	bool changed = false;
	enum err e = OK;

	for (size_t i = 0; i < in->entities.n && !e; i++)
		if (v[i].external_id || v[i].login)
			e = compare(w, &v[i], &t);
	if (e)
		return e;
	tell(w, &t);
	if (t.differences == 0 && t.unknown == 0)
		return work_noop(w, "already_so");
	if (t.differences + t.unknown > DIFFERENCES_MAX && !w->forced)
		return work_quarantine(w, "too_many_differences");
	for (size_t i = 0; i < in->entities.n && !e; i++)
		if (v[i].external_id || v[i].login)
			e = apply_one(w, &v[i], &changed);
	return e ? e : work_done(w, changed);
}
