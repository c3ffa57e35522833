#include <string.h>

#include "billing/effects.h"
#include "devices/devices.h"
#include "json/json_out.h"

#define GRACE_DAYS 7
#define LEVELS     4

void registers_licences(struct work *w)
{
	work_reg(w, "licences");
}

struct level {
	const char *member, *item;
	struct opt value; /* not set: none */
	bool named;
};

/* Of an event null is none; of a part of a snapshot it is nothing said. */
static void levels_of(const struct work *w, const struct in_licences *in,
                      struct level out[LEVELS])
{
	bool own = w->in == in;

	out[0] = (struct level){ "analytic_l1", "analytics.l1", in->analytic_l1, false };
	out[1] = (struct level){ "analytic_l2", "analytics.l2", in->analytic_l2, false };
	out[2] = (struct level){ "analytic_l3", "analytics.l3", in->analytic_l3, false };
	out[3] = (struct level){ "analytic_l4", "analytics.l4", in->analytic_l4, false };
	for (size_t i = 0; i < LEVELS; i++)
		out[i].named = own ? work_has(w, out[i].member) : out[i].value.set;
}

static int64_t quantity_of(const struct db_list *list, const char *item)
{
	const struct entitlement *v = list->v;

	for (size_t i = 0; i < list->n; i++)
		if (strcmp(v[i].item, item) == 0)
			return strcmp(v[i].state, "active") == 0 ? v[i].quantity : 0;
	return 0;
}

enum err licences_set(struct work *w, int64_t account_id, const struct in_licences *in,
                      bool *changed)
{
	struct level level[LEVELS];
	struct db_list have;
	bool did;
	enum err e = entitlements_list(w->c, account_id, &have);

	levels_of(w, in, level);
	for (size_t i = 0; i < LEVELS && !e; i++) {
		if (!level[i].named)
			continue;
		e = entitlements_set(w->c, account_id, level[i].item, level[i].value.v,
		                     GRACE_DAYS, &did);
		if (e || !did)
			continue;
		*changed = true;
		work_changed_i64(w, level[i].item, quantity_of(&have, level[i].item),
		                 level[i].value.v);
	}
	return e;
}

enum err effect_set_licences(struct work *w)
{
	bool changed = false;
	enum err e = licences_set(w, w->account.id, w->in, &changed);

	return e ? e : work_done(w, changed);
}

static const char *effect_of(int64_t from, int64_t to)
{
	if (from == to)
		return "none";
	if (to == 0)
		return "removed";
	return to < from ? "decreased" : "increased";
}

enum err effect_check_licences(struct work *w)
{
	struct level level[LEVELS];
	struct db_list have;
	enum err e = entitlements_list(w->c, w->account.id, &have);

	if (e)
		return e;
	levels_of(w, w->in, level);
	json_key(&w->answer, "would");
	json_open(&w->answer, '{');
	for (size_t i = 0; i < LEVELS; i++) {
		int64_t from = quantity_of(&have, level[i].item);

		if (!level[i].named)
			continue;
		json_key(&w->answer, level[i].member);
		json_open(&w->answer, '{');
		json_key(&w->answer, "from");
		json_i64(&w->answer, from);
		json_key(&w->answer, "to");
		json_i64(&w->answer, level[i].value.v);
		json_key(&w->answer, "effect");
		json_str(&w->answer, effect_of(from, level[i].value.v));
		json_close(&w->answer, '}');
	}
	json_close(&w->answer, '}');
	return work_noop(w, "dry_run");
}
