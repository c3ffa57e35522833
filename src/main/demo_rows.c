#include "main/demo_rows.h"

#include <stdio.h>

#include "core/ctx.h"

/* What a chance is for; a number each, so that they do not depend on each other. */
enum purpose {
	P_CULTURE = 1,
	P_PLACE,
	P_FIRST,
	P_LAST,
	P_COMPANY,
	P_CLASS,
	P_ORIGIN,
	P_STATE,
	P_PARENT,
	P_DEPTH,
	P_PHONE,
	P_LOGIN,
	P_CAMERAS,
	P_CONTACTS,
	P_SITES,
	P_CONTRACT,
	P_TENANT,
	P_AGO
};

#define YEARS_OF_HISTORY 3
#define RETENTION_DAYS   31
#define SMALL_SET        20000

void demo_divide(struct demo_set *set)
{
	int64_t resellers = 3 + set->n / 300;

	if (resellers > 3000)
		resellers = 3000;
	if (resellers > set->n)
		resellers = set->n;
	set->tops = (resellers + 2) / 3;
	set->subs = (resellers + 1) / 3;
	set->subsubs = resellers - set->tops - set->subs;
}

static uint64_t chance(const struct demo_set *s, int64_t row, enum purpose p, uint64_t n)
{
	return demo_chance(s->seed, (uint64_t)row, p, n);
}

static int64_t among(const struct demo_set *s, int64_t row, enum purpose p, int64_t first,
                     int64_t n)
{
	return s->base + first + (int64_t)chance(s, row, p, (uint64_t)n);
}

bool demo_is_shown(const struct demo_set *s, int64_t row)
{
	return row == s->tops + s->subs + s->subsubs;
}

/* Resellers hang below those of the depth above; customers below any, few below the platform. */
int64_t demo_parent_of(const struct demo_set *s, int64_t row)
{
	int64_t resellers = s->tops + s->subs + s->subsubs;

	if (row < s->tops)
		return ACCOUNT_ROOT;
	if (row < s->tops + s->subs)
		return among(s, row, P_PARENT, 0, s->tops);
	if (row < resellers)
		return among(s, row, P_PARENT, s->tops, s->subs);
	if (demo_is_shown(s, row))
		return s->base;
	if (resellers == 0 || chance(s, row, P_DEPTH, 50) == 0)
		return ACCOUNT_ROOT;
	return among(s, row, P_PARENT, 0, resellers);
}

/* One near the leaves. */
bool demo_is_held_reseller(const struct demo_set *s, const struct demo_row *r)
{
	return s->n <= SMALL_SET && r->reseller && r->row == s->tops + s->subs;
}

static enum demo_state state_of(const struct demo_set *s, const struct demo_row *r)
{
	uint64_t x = chance(s, r->row, P_STATE, 100);

	if (r->reseller || demo_is_shown(s, r->row))
		return DEMO_ACTIVE;
	if (x < 9)
		return DEMO_NEW;
	if (x < 16)
		return DEMO_SUSPENDED;
	if (x < 20)
		return DEMO_TERMINATED;
	return x == 20 ? DEMO_PURGED : DEMO_ACTIVE;
}

static void make_times(const struct demo_set *s, struct demo_row *r)
{
	int64_t span = YEARS_OF_HISTORY * 365 * USEC_PER_DAY;
	int64_t age = span / s->n * (s->n - r->row), ago;

	r->created_at = stamp_add(s->now, -age - USEC_PER_HOUR);
	r->confirmed_at = r->last_login_at = r->terminated_at = r->purge_at = STAMP_NONE;
	if (r->state != DEMO_NEW && !r->reseller)
		r->confirmed_at = stamp_add(r->created_at, 10 * USEC_PER_MIN);
	ago = (int64_t)chance(s, r->row, P_AGO, (uint64_t)(age / USEC_PER_SEC + 1));
	if (r->state != DEMO_NEW)
		r->last_login_at = stamp_add(s->now, -(ago * USEC_PER_SEC));
	if (r->state == DEMO_TERMINATED) {
		ago = 1 + (int64_t)chance(s, r->row, P_AGO, RETENTION_DAYS - 2);
		r->terminated_at = stamp_add(s->now, -ago * USEC_PER_DAY);
		r->purge_at = stamp_add(r->terminated_at, RETENTION_DAYS * USEC_PER_DAY);
	}
	if (r->state == DEMO_PURGED)
		r->terminated_at = stamp_add(r->created_at, USEC_PER_DAY);
}

static void make_tenant(const struct demo_set *s, struct demo_row *r)
{
	uint64_t a = demo_chance(s->seed, (uint64_t)r->row, P_TENANT, UINT64_MAX);
	uint64_t b = demo_chance(s->seed ^ a, (uint64_t)r->row, P_TENANT, UINT64_MAX);

	snprintf(r->tenant, sizeof(r->tenant), "%08x-%04x-4%03x-%04x-%04x%08x",
	         (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
	         (unsigned)(0x8000 | (b >> 48 & 0x3fff)), (unsigned)(b >> 32 & 0xffff),
	         (unsigned)(b & 0xffffffff));
}

static void make_names(struct arena *mem, const struct demo_set *s, struct demo_row *r)
{
	const struct demo_culture *k = r->culture;
	const struct demo_name *first = &k->first[chance(s, r->row, P_FIRST, DEMO_NAMES)];
	const struct demo_name *last = &k->last[chance(s, r->row, P_LAST, DEMO_NAMES)];
	const char *company = k->companies[chance(s, r->row, P_COMPANY, DEMO_PLACES)];
	const char *at = company;

	r->person_name = k->family_first ? arena_printf(mem, "%s%s", last->text, first->text)
	                                 : arena_printf(mem, "%s %s", first->text, last->text);
	r->name = r->person_name;
	if (r->organisation) {
		while (*at && *at != '%')
			at++;
		r->name = arena_printf(mem, "%.*s%s%s", (int)(at - company), company,
		                       last->text, *at ? at + 2 : "");
	}
	r->email = arena_printf(mem, "%s.%s%lld@example.org", first->ascii, last->ascii,
	                        (long long)r->row);
	r->login = chance(s, r->row, P_LOGIN, 3) == 0
	                   ? arena_printf(mem, "%s%lld", last->ascii, (long long)r->row)
	                   : r->email;
	r->phone = arena_printf(mem, r->row % 4 ? "%s%03u%03u%03u" : "%s %03u %03u %03u",
	                        k->dial, 100 + (unsigned)chance(s, r->row, P_PHONE, 900),
	                        (unsigned)chance(s, r->row, P_PHONE, 999),
	                        (unsigned)chance(s, r->row, P_PHONE, 997));
}

static void forget(struct arena *mem, struct demo_row *r)
{
	r->name = arena_printf(mem, "purged-%lld", (long long)r->id + 100000);
	r->person_name = arena_printf(mem, "removed-%lld", (long long)r->person_id);
	r->login = r->person_name;
	r->email = NULL;
	r->phone = NULL;
	r->external_id = NULL;
	r->contract_no = NULL;
	r->cameras = r->contacts = r->sites = 0;
}

void demo_row_make(struct arena *mem, const struct demo_set *s, int64_t row,
                   struct demo_row *out)
{
	struct demo_row r = { .row = row,
		              .id = s->base + row,
		              .person_id = s->person_base + row };
	bool shown = demo_is_shown(s, row);

	r.reseller = row < s->tops + s->subs + s->subsubs;
	r.parent_id = demo_parent_of(s, row);
	r.culture = &demo_cultures[chance(s, row, P_CULTURE, demo_ncultures)];
	r.place = chance(s, row, P_PLACE, DEMO_PLACES);
	r.organisation = r.reseller || shown || chance(s, row, P_CLASS, 4) == 0;
	r.billing = !r.reseller && !shown && s->source_id && chance(s, row, P_ORIGIN, 10) < 6;
	r.state = state_of(s, &r);
	make_times(s, &r);
	make_tenant(s, &r);
	make_names(mem, s, &r);
	if (r.billing) {
		r.external_id = arena_printf(mem, "C-%06lld", (long long)row);
		r.login = arena_printf(mem, "c%06lld", (long long)row);
	}
	if (chance(s, row, P_CONTRACT, 3) > 0)
		r.contract_no = arena_printf(mem, "K%u-%06lld",
		                             2020 + (unsigned)chance(s, row, P_CONTRACT, 6),
		                             (long long)row);
	if (!r.reseller) {
		r.cameras = (int)chance(s, row, P_CAMERAS, 4) - 1;
		r.contacts = (int)chance(s, row, P_CONTACTS, 4) - 1;
		r.sites = (int)chance(s, row, P_SITES, 3) == 0;
	}
	r.cameras = r.cameras < 0 ? 0 : r.cameras;
	r.contacts = r.contacts < 0 ? 0 : r.contacts;
	if (r.state == DEMO_PURGED)
		forget(mem, &r);
	*out = r;
}
