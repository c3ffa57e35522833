/*
 * What an invented account has beside its own row: contacts, sites, cameras,
 * its rows of the tree, and the words it is found by.
 */
#include <string.h>

#include "accounts/words.h"
#include "main/demo_put.h"
#include "search/query.h"

#define WORDS_MAX 100 /* of one account */

static const char *const contact_roles[] = { "owner", "billing", "technical", "emergency" };

static const char *contact_name(const struct demo_load *l, const struct demo_row *r, int i)
{
	uint64_t x = demo_chance(l->set->seed, (uint64_t)r->row, 110 + (uint64_t)i, 1000);
	const struct demo_culture *k = r->culture;
	const char *first = k->first[x / DEMO_NAMES % DEMO_NAMES].text;
	const char *last = k->last[x % DEMO_NAMES].text;

	return k->family_first ? arena_printf(l->c->mem, "%s%s", last, first)
	                       : arena_printf(l->c->mem, "%s %s", first, last);
}

static const char *contact_email(const struct demo_load *l, const struct demo_row *r, int i)
{
	return arena_printf(l->c->mem, "office%lld%c@example.org", (long long)r->row, 'a' + i);
}

static const char *contact_phone(const struct demo_load *l, const struct demo_row *r, int i)
{
	return arena_printf(l->c->mem, "%s55%d%06lld", r->culture->dial, i,
	                    (long long)(r->row * 7 % 1000000));
}

void demo_put_contact(struct demo_load *l, const struct demo_row *r)
{
	for (int i = 0; i < r->contacts; i++) {
		demo_put(l, db_i64(r->id));
		demo_put(l, db_str(contact_roles[(r->row + i) % 4]));
		demo_put(l, db_str(contact_name(l, r, i)));
		demo_put(l, db_str(contact_email(l, r, i)));
		demo_put(l, db_str(contact_phone(l, r, i)));
		demo_put(l, db_stamp(r->created_at));
		demo_put(l, db_stamp(r->created_at));
	}
}

static void put_site(struct demo_load *l, const struct demo_row *r, bool hq)
{
	struct arena *mem = l->c->mem;
	long long row = (long long)r->row;

	demo_put(l, db_i64(r->id));
	demo_put(l, db_str(hq ? "hq" : "building"));
	demo_put(l, db_str(hq ? r->name : r->culture->streets[r->place]));
	demo_put(l, db_str(hq ? NULL : arena_printf(mem, "L-%lld", row)));
	demo_put(l, db_str(hq ? NULL : arena_printf(mem, "77%011lld", row)));
	demo_put(l, db_str(r->billing ? "billing" : "manual"));
	demo_put_address(l, r);
	demo_put(l, db_key(hq));
	demo_put(l, db_stamp(r->created_at));
	demo_put(l, db_stamp(r->created_at));
}

void demo_put_site(struct demo_load *l, const struct demo_row *r)
{
	if (r->organisation && r->state != DEMO_PURGED)
		put_site(l, r, true);
	for (int i = 0; i < r->sites; i++)
		put_site(l, r, false);
}

static const char *camera_mac(const struct demo_load *l, const struct demo_row *r, int i)
{
	return arena_printf(l->c->mem, "02:%02x:%02x:%02x:%02x:%02x",
	                    (unsigned)(r->row >> 24 & 0xff), (unsigned)(r->row >> 16 & 0xff),
	                    (unsigned)(r->row >> 8 & 0xff), (unsigned)(r->row & 0xff),
	                    (unsigned)i);
}

static const char *camera_serial(const struct demo_load *l, const struct demo_row *r, int i)
{
	return arena_printf(l->c->mem, "SN%lld%c", (long long)r->row + 100000, 'A' + i);
}

static void put_camera(struct demo_load *l, const struct demo_row *r, int i)
{
	static const char *const names[] = { "Gate", "Entrance", "Yard", "Garage" };
	static const char *const vendors[] = { "Lumen", "Argus", "Northeye" };
	uint64_t x = demo_chance(l->set->seed, (uint64_t)r->row, 120 + (uint64_t)i, 1000);
	char *uuid = arena_str(l->c->mem, r->tenant);

	uuid[0] = (char)('0' + i);
	demo_put(l, db_i64(r->id));
	demo_put(l, db_key(r->billing ? l->set->source_id : 0));
	demo_put(l, db_str(r->billing ? arena_printf(l->c->mem, "CAM-%lld-%d",
	                                             (long long)r->row, i)
	                              : NULL));
	demo_put(l, db_str(names[x % 4]));
	demo_put(l, db_str(vendors[x % 3]));
	demo_put(l, db_str(x % 2 ? "N-8" : "N-4 mini"));
	demo_put(l, db_str(camera_mac(l, r, i)));
	demo_put(l, db_str(camera_serial(l, r, i)));
	demo_put(l, db_str(uuid));
	demo_put(l, db_str(x % 2 ? "8MP" : "4MP"));
	demo_put(l, db_i64(x % 2 ? 30 : 7));
	demo_put(l, db_i64(x % 20 == 0 ? 0 : 2));
	demo_put(l, db_i64(x % 7 == 0 ? 0 : x % 5 == 0 ? 1 : 2));
	demo_put(l, db_i64(x % 31 == 0));
	for (int n = 0; n < 3; n++) /* attached, made, changed */
		demo_put(l, db_stamp(r->created_at));
}

void demo_put_camera(struct demo_load *l, const struct demo_row *r)
{
	for (int i = 0; i < r->cameras; i++)
		put_camera(l, r, i);
}

/* --- what it is looked up by: as accounts_reindex() makes it ------------------- */

static const char *own_state(const struct demo_load *l, const struct demo_row *r)
{
	if (r->state == DEMO_TERMINATED)
		return "terminated";
	if (r->state == DEMO_PURGED)
		return "purged";
	if (r->state == DEMO_SUSPENDED || demo_is_held_reseller(l->set, r))
		return "suspended";
	return r->reseller || stamp_is_set(r->confirmed_at) ? "active" : "not_confirmed";
}

/* Itself, and those above it up to the platform. */
void demo_put_ancestor(struct demo_load *l, const struct demo_row *r)
{
	const char *state = own_state(l, r);
	int64_t id = r->id;

	for (int depth = 0;; depth++) {
		demo_put(l, db_i64(id));
		demo_put(l, db_i64(r->id));
		demo_put(l, db_i64(depth));
		demo_put(l, db_str(r->reseller ? "reseller" : "customer"));
		demo_put(l, db_str(state));
		demo_put(l, db_str(r->name));
		demo_put(l, db_stamp(r->last_login_at));
		if (id == ACCOUNT_ROOT)
			return;
		id = demo_parent_of(l->set, id - l->set->base);
	}
}

static void add_words(const struct demo_load *l, const struct demo_row *r, struct words *w)
{
	words_add(w, r->name);
	words_add(w, arena_printf(l->c->mem, "%lld", (long long)r->id + ACCOUNT_NUMBER_BASE));
	words_add(w, r->external_id);
	words_add(w, r->contract_no);
	words_add_joined(w, r->tenant);
	if (r->state == DEMO_PURGED)
		return;
	words_add(w, r->login);
	words_add(w, r->person_name);
	words_add(w, r->email);
	words_add_joined(w, r->phone);
	words_add(w, r->phone);
	for (int i = 0; i < r->contacts; i++) {
		words_add(w, contact_name(l, r, i));
		words_add(w, contact_email(l, r, i));
		words_add_joined(w, contact_phone(l, r, i));
		words_add(w, contact_phone(l, r, i));
	}
	for (int i = 0; i < r->cameras; i++) {
		words_add_joined(w, camera_mac(l, r, i));
		words_add(w, camera_serial(l, r, i));
	}
}

static void words_of(const struct demo_load *l, const struct demo_row *r, struct words *w)
{
	words_init(w, l->c->mem, WORDS_MAX);
	add_words(l, r, w);
	words_sort(w);
}

const char *demo_words(struct demo_load *l, const struct demo_row *r)
{
	struct words w;

	words_of(l, r, &w);
	return words_text(&w);
}

void demo_put_word(struct demo_load *l, const struct demo_row *r)
{
	struct words w;

	words_of(l, r, &w);
	for (size_t i = 0; i < w.n; i++) {
		demo_put(l, db_str(w.v[i].word));
		demo_put(l, db_i64(r->id));
	}
}

/* As people_reindex() makes it. */
void demo_put_person_word(struct demo_load *l, const struct demo_row *r)
{
	struct words w;

	if (r->state == DEMO_PURGED)
		return;
	words_init(&w, l->c->mem, WORDS_MAX);
	words_add(&w, r->login);
	words_add(&w, r->person_name);
	words_add(&w, r->email);
	words_sort(&w);
	for (size_t i = 0; i < w.n; i++) {
		demo_put(l, db_str(w.v[i].word));
		demo_put(l, db_i64(r->person_id));
	}
}
