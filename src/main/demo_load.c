#include "main/demo_load.h"

#include <string.h>

#include "main/demo_put.h"
#include "main/demo_sql.h"

void demo_put(struct demo_load *l, struct db_arg cell)
{
	struct db_arg *more;

	if (l->ncells == l->max) {
		l->max = l->max ? l->max * 2 : 4096;
		more = arena_array(l->c->mem, struct db_arg, l->max);
		if (l->ncells > 0)
			memcpy(more, l->cells, l->ncells * sizeof(*more));
		l->cells = more;
	}
	l->cells[l->ncells++] = cell;
}

static const char *state_word(enum demo_state s)
{
	return s == DEMO_TERMINATED ? "terminated" : s == DEMO_PURGED ? "purged" : "active";
}

static const char *number_text(struct demo_load *l, uint64_t n)
{
	return arena_printf(l->c->mem, "%u", (unsigned)n);
}

void demo_put_address(struct demo_load *l, const struct demo_row *r)
{
	const struct demo_culture *k = r->culture;
	uint64_t x = demo_chance(l->set->seed, (uint64_t)r->row, 100, 200);
	bool gone = r->state == DEMO_PURGED;
	struct db_arg none = db_str(NULL);

	demo_put(l, db_str(k->country));
	demo_put(l, gone ? none : db_str(k->places[r->place].region));
	demo_put(l, gone ? none : db_str(k->places[r->place].city));
	demo_put(l, gone ? none : db_str(k->places[r->place].postcode));
	demo_put(l, gone ? none : db_str(k->streets[x % DEMO_PLACES]));
	demo_put(l, gone ? none : db_str(number_text(l, 1 + x)));
	demo_put(l, gone ? none : db_i64(k->places[r->place].latitude + (int64_t)x * 137));
	demo_put(l, gone ? none : db_i64(k->places[r->place].longitude - (int64_t)x * 211));
}

/* What some main users are called in the list. */
static const char *label_of(const struct demo_load *l, const struct demo_row *r)
{
	static const char *const labels[] = { "Key customer", "Main office", "Pilot", "24/7" };
	uint64_t x = demo_chance(l->set->seed, (uint64_t)r->row, 102, 20);

	return x < ARRAY_LEN(labels) ? labels[x] : NULL;
}

/* As accounts_reindex() has them; parents stand before their children. */
static void put_list_columns(struct demo_load *l, const struct demo_row *r)
{
	struct demo_row parent = { .name = l->set->root_name };

	if (r->parent_id >= l->set->base)
		demo_row_make(l->c->mem, l->set, r->parent_id - l->set->base, &parent);
	demo_put(l, db_str(r->login));
	demo_put(l, db_str(r->email));
	demo_put(l, db_str(r->reseller ? "reseller-program" : "customer-owner"));
	demo_put(l, db_str(parent.name));
	demo_put(l, db_str(label_of(l, r)));
	demo_put(l, db_str(demo_words(l, r)));
}

static void put_account(struct demo_load *l, const struct demo_row *r)
{
	demo_put(l, db_i64(r->id));
	demo_put(l, db_i64(r->parent_id));
	demo_put(l, db_str(r->reseller ? "reseller" : "customer"));
	demo_put(l, db_str(r->organisation ? "organisation" : "person"));
	demo_put(l, db_str(r->billing ? "billing" : "manual"));
	demo_put(l, db_str(r->name));
	demo_put(l, db_str(r->tenant));
	demo_put(l, db_key(r->billing ? l->set->source_id : 0));
	demo_put(l, db_str(r->external_id));
	demo_put(l, db_str(r->contract_no));
	demo_put(l, db_str(r->billing ? (r->organisation ? "b2b" : "b2c") : NULL));
	demo_put(l, db_str(state_word(r->state)));
	demo_put(l, db_stamp(r->confirmed_at));
	demo_put(l, db_stamp(r->last_login_at));
	demo_put(l, db_stamp(r->terminated_at));
	demo_put(l, db_stamp(r->purge_at));
	demo_put(l, db_i64(r->person_id));
	demo_put(l, db_str(r->culture->locale));
	demo_put(l, db_str(r->culture->time_zone));
	demo_put_address(l, r);
	demo_put(l, db_stamp(r->created_at));
	demo_put(l, db_str(r->billing ? "Demo billing" : "Ada Admin"));
	demo_put(l, db_stamp(r->created_at));
	put_list_columns(l, r);
}

static void put_person(struct demo_load *l, const struct demo_row *r)
{
	demo_put(l, db_i64(r->person_id));
	demo_put(l, db_str(r->login));
	demo_put(l, db_str(r->email));
	demo_put(l, db_str(r->person_name));
	demo_put(l, db_str(r->phone));
	demo_put(l, db_str(r->billing ? "billing" : "manual"));
	demo_put(l, db_str(r->state == DEMO_PURGED ? "removed"
	                   : r->state == DEMO_NEW  ? "invited"
	                                           : "active"));
	demo_put(l, db_stamp(r->last_login_at));
	demo_put(l, db_str(r->culture->locale));
	demo_put(l, db_str(r->culture->time_zone));
	demo_put(l, db_stamp(r->created_at));
	demo_put(l, db_stamp(r->created_at));
}

/* --- what stands beside an account: rows of its own --------------------------------- */

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
	const char *who = which == 0 ? "Demo billing" : "Ada Admin";
	int64_t days = holds[which].until_days;
	struct stamp until = days ? stamp_add(l->set->now, days * USEC_PER_DAY) : STAMP_NONE;
	bool open = holds[which].open;

	demo_put(l, db_i64(r->id));
	demo_put(l, db_str(r->reseller ? "reseller" : "customer"));
	demo_put(l, db_str(holds[which].module));
	demo_put(l, db_str(holds[which].kind));
	demo_put(l, db_str(holds[which].code));
	demo_put(l, db_str(holds[which].why));
	demo_put(l, db_stamp(since));
	demo_put(l, db_str(who));
	demo_put(l, db_stamp(since));
	demo_put(l, db_stamp(until));
	demo_put(l, db_key(open));
	demo_put(l, db_stamp(open ? STAMP_NONE : stamp_add(since, USEC_PER_HOUR)));
	demo_put(l, db_str(open ? NULL : who));
	demo_put(l, db_stamp(open ? until : STAMP_NONE));
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
	} else if (r->state == DEMO_ACTIVE && !r->reseller && !demo_is_shown(l->set, r->row)) {
		if (x < 2)
			put_hold(l, r, 5, since);
		else if (x < 10)
			put_hold(l, r, 6, since);
	}
	if (demo_is_held_reseller(l->set, r))
		put_hold(l, r, 1, since);
}

/* --- the batch ------------------------------------------------------------------------ */

struct step {
	demo_put_row *put; /* NULL: q takes the batch's range of keys */
	const struct db_query *q;
	size_t cells; /* of a row */
	void (*sort)(struct demo_load *l);
};

/* In the order of foreign keys; a range statement stands after what it reads. */
static const struct step facts[] = {
	{ put_account, &demo_put_accounts, 36, NULL },
	{ put_person, &demo_put_persons, 12, NULL },
	{ NULL, &demo_put_members, 0, NULL },
	{ NULL, &demo_put_roles, 0, NULL },
	{ NULL, &demo_put_areas, 0, NULL },
	{ put_holds, &demo_put_holds, 14, NULL },
	{ demo_put_contact, &demo_put_contacts, 7, NULL },
	{ demo_put_site, &demo_put_sites, 17, NULL },
	{ demo_put_camera, &demo_put_devices, 17, NULL },
	{ NULL, &demo_put_grants, 0, NULL },
	{ demo_put_change, &demo_put_changes, 13, demo_sort_changes },
	{ demo_put_event, &demo_put_events, 16, NULL },
};

/* No foreign key leads to what is looked up in: it can be written beside the facts. */
static const struct step lookups[] = {
	{ demo_put_ancestor, &demo_put_tree, 7, NULL },
	{ demo_put_word, &demo_put_words, 2, NULL },
	{ demo_put_person_word, &demo_put_person_words, 2, NULL },
};

static enum err put_rows(struct demo_load *l, const struct step *s)
{
	struct arena_mark mark = arena_mark(l->c->mem);
	enum err e;

	l->cells = NULL;
	l->ncells = l->max = 0;
	for (int64_t i = 0; i < l->n; i++)
		s->put(l, &l->rows[i]);
	if (s->sort)
		s->sort(l);
	e = db_exec_rows(l->c->db, s->q, l->cells, s->cells, l->ncells / s->cells);
	arena_rewind(l->c->mem, mark);
	return e;
}

static enum err put_range(struct demo_load *l, const struct db_query *q, int64_t base)
{
	int64_t from = base + l->rows[0].row;

	return db_exec(l->c->db, q, DB_ARGS(db_i64(from), db_i64(from + l->n)), NULL);
}

static enum err put_steps(struct demo_load *l, const struct step *steps, size_t n)
{
	enum err e = OK;

	for (size_t i = 0; !e && i < n; i++)
		e = steps[i].put ? put_rows(l, &steps[i])
		                 : put_range(l, steps[i].q, l->set->base);
	return e;
}

static struct demo_load load_of(struct ctx *c, const struct demo_set *set, int64_t first,
                                int64_t n)
{
	struct demo_load l = { .c = c, .set = set, .n = n };

	l.rows = arena_array(c->mem, struct demo_row, (size_t)n);
	for (int64_t i = 0; i < n; i++)
		demo_row_make(c->mem, set, first + i, &l.rows[i]);
	return l;
}

enum err demo_load_facts(struct ctx *c, const struct demo_set *set, int64_t first, int64_t n)
{
	struct demo_load l = load_of(c, set, first, n);
	enum err e = put_steps(&l, facts, ARRAY_LEN(facts));

	if (!e)
		e = put_range(&l, &demo_put_subjects, set->event_base);
	return e ? e : put_range(&l, &demo_put_origins, set->event_base);
}

enum err demo_load_index(struct ctx *c, const struct demo_set *set, int64_t first, int64_t n)
{
	struct demo_load l = load_of(c, set, first, n);

	return put_steps(&l, lookups, ARRAY_LEN(lookups));
}
