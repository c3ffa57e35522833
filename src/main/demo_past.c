/*
 * What is remembered of an invented account: lines of the change log, and the
 * events by which billing made it.
 */
#include "json/json_out.h"
#include "main/demo_put.h"

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
	struct buf *b = &l->json;

	demo_row_begin(l);
	demo_put_time(b, line->at);
	json_str(b, line->action);
	json_str(b, line->billing ? "billing" : "person");
	if (line->billing)
		json_i64(b, l->set->source_id);
	else
		json_null(b);
	json_str(b, line->billing ? "Demo billing" : "Ada Admin");
	json_i64(b, r->id);
	json_str(b, r->name);
	json_str(b, r->state == DEMO_PURGED ? NULL : line->values);
	json_str(b, r->state == DEMO_PURGED ? NULL : line->reason);
	demo_row_end(l);
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
	struct buf *b = &l->json;
	bool stray = r->row % 50 == 49;
	const char *id, *subject;

	if (!r->billing || r->state == DEMO_PURGED || !is_remembered(l, r))
		return;
	id = arena_printf(l->c->mem, "demo_%lld", (long long)r->row);
	subject = stray ? arena_printf(l->c->mem, "X-%06lld", (long long)r->row) : r->external_id;
	demo_row_begin(l);
	json_i64(b, l->set->event_base + r->row);
	json_i64(b, l->set->source_id);
	json_str(b, id);
	json_str(b, stray ? "billing.unknown_type" : "billing.new_entity");
	json_str(b, subject);
	json_i64(b, 1);
	demo_put_time(b, r->created_at);
	json_str(b, payload_of(l, r, id));
	if (stray)
		json_null(b);
	else
		json_i64(b, r->id);
	json_str(b, stray ? "quarantined" : "applied");
	json_str(b, stray ? "unknown_type" : NULL);
	demo_row_end(l);
}
