#include "main/demo_load.h"

#include "json/json_out.h"
#include "main/demo_put.h"
#include "main/demo_sql.h"

#define JSON_MAX ((size_t)16 * 1024 * 1024)

void demo_put_time(struct buf *b, struct stamp t)
{
	char text[STAMP_TEXT];

	if (!stamp_is_set(t)) {
		json_null(b);
		return;
	}
	stamp_write(t, text);
	text[10] = ' ';
	json_str_n(b, text, 26);
}

static void put_key(struct buf *b, int64_t key)
{
	if (key)
		json_i64(b, key);
	else
		json_null(b);
}

static const char *state_word(enum demo_state s)
{
	return s == DEMO_TERMINATED ? "terminated" : s == DEMO_PURGED ? "purged" : "active";
}

static void put_address(const struct demo_load *l, const struct demo_row *r, struct buf *b)
{
	const struct demo_culture *k = r->culture;
	uint64_t x = demo_chance(l->set->seed, (uint64_t)r->row, 100, 200);
	bool gone = r->state == DEMO_PURGED;

	json_str(b, k->country);
	json_str(b, gone ? NULL : k->places[r->place].region);
	json_str(b, gone ? NULL : k->places[r->place].city);
	json_str(b, gone ? NULL : k->places[r->place].postcode);
	json_str(b, gone ? NULL : k->streets[x % DEMO_PLACES]);
	json_str(b, gone ? NULL : arena_printf(l->c->mem, "%u", 1 + (unsigned)x));
	if (gone) {
		json_null(b);
		json_null(b);
		return;
	}
	json_i64(b, k->places[r->place].latitude + (int64_t)x * 137);
	json_i64(b, k->places[r->place].longitude - (int64_t)x * 211);
}

static void put_account(struct demo_load *l, const struct demo_row *r)
{
	struct buf *b = &l->json;

	json_i64(b, r->id);
	json_i64(b, r->parent_id);
	json_str(b, r->reseller ? "reseller" : "customer");
	json_str(b, r->organisation ? "organisation" : "person");
	json_str(b, r->billing ? "billing" : "manual");
	json_str(b, r->name);
	json_str(b, r->tenant);
	put_key(b, r->billing ? l->set->source_id : 0);
	json_str(b, r->external_id);
	json_str(b, r->contract_no);
	json_str(b, r->billing ? (r->organisation ? "b2b" : "b2c") : NULL);
	json_str(b, state_word(r->state));
	demo_put_time(b, r->confirmed_at);
	demo_put_time(b, r->last_login_at);
	demo_put_time(b, r->terminated_at);
	demo_put_time(b, r->purge_at);
	json_i64(b, r->person_id);
	json_str(b, r->culture->locale);
	json_str(b, r->culture->time_zone);
	put_address(l, r, b);
	demo_put_time(b, r->created_at);
	json_str(b, r->billing ? "Demo billing" : "Ada Admin");
}

static void put_person(struct demo_load *l, const struct demo_row *r)
{
	struct buf *b = &l->json;

	json_i64(b, r->person_id);
	json_str(b, r->login);
	json_str(b, r->email);
	json_str(b, r->person_name);
	json_str(b, r->phone);
	json_str(b, r->billing ? "billing" : "manual");
	json_str(b, r->state == DEMO_PURGED ? "removed" :
	            r->state == DEMO_NEW    ? "invited" :
	                                      "active");
	demo_put_time(b, r->last_login_at);
	json_str(b, r->culture->locale);
	json_str(b, r->culture->time_zone);
	demo_put_time(b, r->created_at);
}

/* --- what stands beside an account: rows of its own --------------------------------- */

void demo_row_begin(struct demo_load *l)
{
	json_open(&l->json, '[');
}

void demo_row_end(struct demo_load *l)
{
	json_close(&l->json, ']');
}

/* Why it is stopped; the last is over, and one more is to come. */
static const struct {
	const char *module, *kind, *code, *why;
	int until_days; /* 0: until released */
	bool open;
} holds[] = {
	{ "", "billing", "non_payment", "Invoice overdue", 0, true },
	{ "", "admin", "customer_request", "Asked for by telephone", 0, true },
	{ "", "security", "security_incident", "Password seen in a leak", 0, true },
	{ "", "abuse", "misuse", "Camera pointed at the neighbours", 0, true },
	{ "", "vacation", "customer_request", "Away for the season", 40, true },
	{ "cameras", "admin", "contract", "Cameras not part of the contract", 0, true },
	{ "", "admin", "non_payment", "Paid in the meantime", 0, false },
};

static void put_hold(struct demo_load *l, const struct demo_row *r, size_t which,
                     struct stamp since)
{
	struct buf *b = &l->json;
	int64_t days = holds[which].until_days;

	demo_row_begin(l);
	json_i64(b, r->id);
	json_str(b, r->reseller ? "reseller" : "customer");
	json_str(b, holds[which].module);
	json_str(b, holds[which].kind);
	json_str(b, holds[which].code);
	json_str(b, holds[which].why);
	demo_put_time(b, since);
	json_str(b, which == 0 ? "Demo billing" : "Ada Admin");
	demo_put_time(b, days ? stamp_add(l->set->now, days * USEC_PER_DAY) : STAMP_NONE);
	if (holds[which].open)
		json_i64(b, 1);
	else
		json_null(b);
	demo_put_time(b, holds[which].open ? STAMP_NONE : stamp_add(since, USEC_PER_HOUR));
	demo_row_end(l);
}

static void put_holds(struct demo_load *l, const struct demo_row *r)
{
	uint64_t x = demo_chance(l->set->seed, (uint64_t)r->row, 101, 100);
	struct stamp since = stamp_add(l->set->now, -(int64_t)(x + 1) * 3 * USEC_PER_HOUR);

	if (since.usec < r->created_at.usec)
		since = r->created_at;
	if (r->state == DEMO_SUSPENDED) {
		put_hold(l, r, x % 5, since);
		if (x % 5 == 0 && x > 50)
			put_hold(l, r, 1, since);
	} else if (r->state == DEMO_ACTIVE && !r->reseller) {
		if (x < 2)
			put_hold(l, r, 5, since);
		else if (x < 10)
			put_hold(l, r, 6, since);
	}
	/* One reseller near the leaves: what is below inherits it. */
	if (l->set->n <= 20000 && r->reseller && r->row == l->set->tops + l->set->subs)
		put_hold(l, r, 1, since);
}


static void put_account_row(struct demo_load *l, const struct demo_row *r)
{
	demo_row_begin(l);
	put_account(l, r);
	demo_row_end(l);
}

static void put_person_row(struct demo_load *l, const struct demo_row *r)
{
	demo_row_begin(l);
	put_person(l, r);
	demo_row_end(l);
}

/* --- the batch ------------------------------------------------------------------------ */

/* In the order of foreign keys; a range statement stands after what it reads. */
static const struct {
	demo_put_row *put; /* NULL: q takes the batch's range of keys */
	const struct db_query *q;
} steps[] = {
	{ put_account_row, &demo_put_accounts }, { put_person_row, &demo_put_persons },
	{ NULL, &demo_put_members },             { put_holds, &demo_put_holds },
	{ demo_put_contact, &demo_put_contacts }, { demo_put_site, &demo_put_sites },
	{ demo_put_camera, &demo_put_devices },  { NULL, &demo_put_grants },
	{ demo_put_word, &demo_put_words },      { demo_put_change, &demo_put_changes },
	{ demo_put_event, &demo_put_events },
};

static enum err put_rows(struct demo_load *l, demo_put_row *put, const struct db_query *q)
{
	struct arena_mark mark = arena_mark(l->c->mem);
	enum err e = OK;
	size_t empty;

	buf_init(&l->json, l->c->mem, JSON_MAX);
	json_open(&l->json, '[');
	empty = l->json.len;
	for (int64_t i = 0; i < l->n; i++)
		put(l, &l->rows[i]);
	if (l->json.failed)
		return FAIL(l->c, ERR_INTERNAL, "too-long", "A batch does not fit.");
	if (l->json.len > empty) {
		json_close(&l->json, ']');
		e = db_exec(l->c->db, q, DB_ARGS(db_str(buf_str(&l->json))), NULL);
	}
	arena_rewind(l->c->mem, mark);
	return e;
}

static enum err put_range(struct demo_load *l, const struct db_query *q, int64_t base)
{
	int64_t from = base + l->rows[0].row;

	return db_exec(l->c->db, q, DB_ARGS(db_i64(from), db_i64(from + l->n)), NULL);
}

static enum err plant(struct demo_load *l)
{
	struct db_arg now = db_stamp(l->c->now);
	struct db_arg from = db_i64(l->rows[0].id), to = db_i64(l->rows[0].id + l->n);

	enum err e = db_exec(l->c->db, &demo_put_self, DB_ARGS(now, now, from, to), NULL);

	return e ? e : db_exec(l->c->db, &demo_put_tree, DB_ARGS(from, to), NULL);
}

enum err demo_load(struct ctx *c, const struct demo_set *set, int64_t first, int64_t n)
{
	struct demo_load l = { .c = c, .set = set, .n = n };
	enum err e = OK;

	l.rows = arena_array(c->mem, struct demo_row, (size_t)n);
	for (int64_t i = 0; i < n; i++)
		demo_row_make(c->mem, set, first + i, &l.rows[i]);
	for (size_t i = 0; !e && i < ARRAY_LEN(steps); i++)
		e = steps[i].put ? put_rows(&l, steps[i].put, steps[i].q) :
		                   put_range(&l, steps[i].q, set->base);
	if (!e)
		e = plant(&l);
	if (!e)
		e = put_range(&l, &demo_put_subjects, set->event_base);
	return e ? e : put_range(&l, &demo_put_origins, set->event_base);
}
