/*
 * What an invented account has beside its own row: contacts, sites, cameras,
 * and the words it is found by.
 */
#include <string.h>

#include "accounts/words.h"
#include "json/json_out.h"
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

	return k->family_first ? arena_printf(l->c->mem, "%s%s", last, first) :
	                         arena_printf(l->c->mem, "%s %s", first, last);
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
	struct buf *b = &l->json;

	for (int i = 0; i < r->contacts; i++) {
		demo_row_begin(l);
		json_i64(b, r->id);
		json_str(b, contact_roles[(r->row + i) % 4]);
		json_str(b, contact_name(l, r, i));
		json_str(b, contact_email(l, r, i));
		json_str(b, contact_phone(l, r, i));
		demo_put_time(b, r->created_at);
		demo_row_end(l);
	}
}

void demo_put_site(struct demo_load *l, const struct demo_row *r)
{
	struct buf *b = &l->json;

	for (int i = r->organisation && r->state != DEMO_PURGED ? -1 : 0; i < r->sites; i++) {
		demo_row_begin(l);
		json_i64(b, r->id);
		json_str(b, i < 0 ? "hq" : "building");
		json_str(b, i < 0 ? r->name : r->culture->streets[r->place]);
		json_str(b, i < 0 ? NULL : arena_printf(l->c->mem, "L-%lld", (long long)r->row));
		json_str(b, i < 0 ? NULL :
		            arena_printf(l->c->mem, "77%011lld", (long long)r->row));
		if (i < 0)
			json_i64(b, 1);
		else
			json_null(b);
		demo_row_end(l);
	}
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

void demo_put_camera(struct demo_load *l, const struct demo_row *r)
{
	static const char *const names[] = { "Gate", "Entrance", "Yard", "Garage" };
	static const char *const vendors[] = { "Lumen", "Argus", "Northeye" };
	struct buf *b = &l->json;

	for (int i = 0; i < r->cameras; i++) {
		uint64_t x = demo_chance(l->set->seed, (uint64_t)r->row, 120 + (uint64_t)i, 1000);
		char uuid[37];

		memcpy(uuid, r->tenant, sizeof(uuid));
		uuid[0] = (char)('0' + i);
		demo_row_begin(l);
		json_i64(b, r->id);
		json_str(b, r->billing ? arena_printf(l->c->mem, "CAM-%lld-%d",
		                                      (long long)r->row, i)
		                       : NULL);
		json_str(b, names[x % 4]);
		json_str(b, vendors[x % 3]);
		json_str(b, x % 2 ? "N-8" : "N-4 mini");
		json_str(b, camera_mac(l, r, i));
		json_str(b, camera_serial(l, r, i));
		json_str(b, uuid);
		json_str(b, x % 2 ? "8MP" : "4MP");
		json_i64(b, x % 2 ? 30 : 7);
		json_i64(b, x % 20 == 0 ? 0 : 2);
		json_i64(b, x % 7 == 0 ? 0 : x % 5 == 0 ? 1 : 2);
		json_i64(b, x % 31 == 0);
		demo_row_end(l);
	}
}

static void words_of(const struct demo_load *l, const struct demo_row *r, struct words *w)
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

void demo_put_word(struct demo_load *l, const struct demo_row *r)
{
	struct words w;

	words_init(&w, l->c->mem, WORDS_MAX);
	words_of(l, r, &w);
	words_sort(&w);
	for (size_t i = 0; i < w.n; i++) {
		demo_row_begin(l);
		json_i64(&l->json, r->id);
		json_str(&l->json, w.v[i].word);
		demo_row_end(l);
	}
}
