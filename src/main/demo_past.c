/*
 * What is remembered of an invented account: lines of the change log, and the
 * events by which billing made it.
 */
#include <stdlib.h>

#include "main/demo_put.h"
#include "json/json_out.h"

#define REMEMBERED_MAX 200000

/* Of larger sets, one account in ten is remembered. */
static bool is_remembered(const struct demo_load *l, const struct demo_row *r)
{
	return l->set->n <= REMEMBERED_MAX || r->row % 10 == 0;
}

/* One line; the person who did it is not known by a key. */
struct line {
	struct stamp at;
	const char *action, *values, *reason;
	bool billing;
};

static void put_line(struct demo_load *l, const struct demo_row *r, const struct line *line)
{
	bool gone = r->state == DEMO_PURGED;

	demo_put(l, db_stamp(line->at));
	demo_put(l, db_str(line->action));
	demo_put(l, db_str(line->billing ? "billing" : "person"));
	demo_put(l, db_key(line->billing ? l->set->source_id : 0));
	demo_put(l, db_str(line->billing ? "Demo billing" : "Ada Admin"));
	demo_put(l, db_i64(r->id));
	demo_put(l, db_str(r->name));
	demo_put(l, db_i64(r->id));
	demo_put(l, db_str(r->name));
	demo_put(l, db_str(gone ? NULL : line->values));
	demo_put(l, db_str(gone ? NULL : line->reason));
	demo_put(l, db_str(line->action)); /* and id: what its correlation is made of */
	demo_put(l, db_i64(r->id));
}

#define LINE_CELLS 13

static int by_time(const void *a, const void *b)
{
	const struct db_arg *x = a, *y = b;

	if (x[0].i != y[0].i)
		return x[0].i < y[0].i ? -1 : 1;
	return x[5].i < y[5].i ? -1 : x[5].i > y[5].i;
}

void demo_sort_changes(struct demo_load *l)
{
	if (l->ncells > 0)
		qsort(l->cells, l->ncells / LINE_CELLS, LINE_CELLS * sizeof(*l->cells),
		      by_time);
}

static const char *values_of(struct demo_load *l, const struct demo_row *r)
{
	struct buf b;

	buf_init(&b, l->c->mem, 2000);
	json_open(&b, '{');
	json_key(&b, "kind");
	json_str(&b, r->reseller ? "reseller" : "customer");
	json_key(&b, "name");
	json_str(&b, r->name);
	json_key(&b, "login");
	json_str(&b, r->login);
	json_close(&b, '}');
	return buf_str(&b);
}

void demo_put_change(struct demo_load *l, const struct demo_row *r)
{
	struct line made = { r->created_at, "account.create", NULL, NULL, r->billing };
	struct line held = { stamp_add(l->set->now, -USEC_PER_HOUR), "account.suspend",
		             "{\"kind\":\"admin\"}", "Asked for by telephone", false };
	struct line ended = { r->terminated_at, "account.terminate",
		              "{\"state\":\"terminated\"}", "End of contract", r->billing };
	struct line moved = { stamp_add(r->created_at, USEC_PER_HOUR), "account.update",
		              "{\"contract_no\":\"K-1\"}", NULL, r->billing };

	if (!is_remembered(l, r))
		return;
	made.values = values_of(l, r);
	put_line(l, r, &made);
	if (r->row % 5 == 0)
		put_line(l, r, &moved);
	if (r->state == DEMO_SUSPENDED)
		put_line(l, r, &held);
	if (stamp_is_set(r->terminated_at))
		put_line(l, r, &ended);
}

static const char *payload_of(struct demo_load *l, const struct demo_row *r, const char *id)
{
	struct buf b;

	buf_init(&b, l->c->mem, 4000);
	json_open(&b, '{');
	json_key(&b, "id");
	json_str(&b, id);
	json_key(&b, "type");
	json_str(&b, "billing.new_entity");
	json_key(&b, "occurred_at");
	json_stamp(&b, r->created_at);
	json_key(&b, "version");
	json_i64(&b, 1);
	json_key(&b, "subject");
	json_open(&b, '{');
	json_key(&b, "kind");
	json_str(&b, "entity");
	json_key(&b, "external_id");
	json_str(&b, r->external_id);
	json_key(&b, "seq");
	json_i64(&b, 1);
	json_close(&b, '}');
	json_key(&b, "data");
	json_open(&b, '{');
	json_key(&b, "login");
	json_str(&b, r->login);
	json_key(&b, "password");
	json_str(&b, "[set]");
	json_key(&b, "type");
	json_str(&b, r->organisation ? "b2b" : "b2c");
	json_key(&b, "name");
	json_str(&b, r->name);
	json_close(&b, '}');
	json_close(&b, '}');
	return buf_str(&b);
}

/* One in fifty could not be placed: it waits for a person, and has no account. */
void demo_put_event(struct demo_load *l, const struct demo_row *r)
{
	bool stray = r->row % 50 == 49;
	const char *id, *subject, *payload;

	if (!r->billing || r->state == DEMO_PURGED || !is_remembered(l, r))
		return;
	id = arena_printf(l->c->mem, "demo_%lld", (long long)r->row);
	subject =
		stray ? arena_printf(l->c->mem, "X-%06lld", (long long)r->row) : r->external_id;
	payload = payload_of(l, r, id);
	demo_put(l, db_i64(l->set->event_base + r->row));
	demo_put(l, db_i64(l->set->source_id));
	demo_put(l, db_str(id));
	for (int i = 0; i < 2; i++) /* as it is, and as it came */
		demo_put(l, db_str(stray ? "billing.unknown_type" : "billing.new_entity"));
	demo_put(l, db_str(subject));
	demo_put(l, db_i64(1));
	demo_put(l, db_stamp(r->created_at));
	demo_put(l, db_stamp(r->created_at));
	demo_put(l, db_str(payload)); /* for its hash */
	demo_put(l, db_str(payload));
	demo_put(l, db_key(stray ? 0 : r->id));
	demo_put(l, db_str(stray ? "quarantined" : "applied"));
	demo_put(l, db_str(stray ? "unknown_type" : NULL));
	demo_put(l, db_stamp(stray ? STAMP_NONE : r->created_at));
	demo_put(l, db_str(id)); /* what its correlation is made of */
}
