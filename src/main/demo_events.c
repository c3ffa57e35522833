#include "main/demo_events.h"

#include <string.h>

#include "billing/intake.h"

#define CUSTOMERS 8
#define FIRST_SEQ 100

struct customer {
	const char *external_id;
};
static const struct field customer_v[] = { FIELD(struct customer, external_id) };

static const struct db_query customers = {
	.text = "SELECT external_id FROM account WHERE billing_source_id = ? AND state = 'active'"
	        " AND external_id IS NOT NULL ORDER BY id DESC LIMIT ?",
	DB_ROWS(customer_v),
};

/* One event: whose (-1: a customer nobody knows), what, and its data. */
struct script {
	int customer;
	const char *kind, *type, *data;
};

static const struct script scripts[] = {
	{ 0, "entity", "billing.pause_entity",
	  "{\"reason\":\"non_payment\",\"note\":\"Invoice 4711\"}" },
	{ 1, "entity", "billing.pause_entity", "{\"reason\":\"non_payment\"}" },
	{ 1, "entity", "billing.unpause_entity", "{\"note\":\"paid\"}" },
	{ 1, "entity", "billing.unpause_entity", "{}" },
	{ 2, "entity", "billing.create_location",
	  "{\"location_external_id\":\"L-5001\",\"csa\":\"7700000009999\",\"kind\":\"private\"}" },
	{ 3, "entity", "billing.attach_camera",
	  "{\"mac\":\"02:00:5e:10:00:01\",\"serial_number\":\"DEMO-1\",\"csa\":\"7700000008888\","
	  "\"archive_days\":30,\"name\":\"Gate\"}" },
	{ 4, "entity", "billing.attach_camera",
	  "{\"mac\":\"02:00:5e:10:00:02\",\"serial_number\":\"DEMO-2\",\"archive_days\":14,"
	  "\"name\":\"Entrance\"}" },
	{ 4, "entity", "billing.set_licenses", "{\"analytic_l1\":2}" },
	{ 5, "entity", "billing.loyalty_points", "{\"points\":250}" },
	{ 5, "entity", "billing.pause_entity",
	  "{\"module\":\"cameras\",\"reason\":\"downgrade\"}" },
	{ 6, "entity", "billing.update_entity", "{\"contract_no\":\"K-2026/77\"}" },
	{ 7, "entity", "billing.terminate_entity", "{\"reason\":\"contract_end\"}" },
	{ 7, "entity", "billing.unpause_entity", "{}" },
	{ -1, "entity", "billing.pause_entity", "{\"reason\":\"non_payment\"}" },
};

static const char *body_of(struct ctx *c, const struct script *s, const char *external_id,
                           size_t i, const char *id)
{
	int64_t ago_min = (int64_t)ARRAY_LEN(scripts) - (int64_t)i;
	struct stamp at = stamp_add(c->now, -ago_min * USEC_PER_MIN);
	char text[STAMP_TEXT];

	stamp_write(at, text);
	return arena_printf(c->mem,
	                    "{\"id\":\"%s\",\"type\":\"%s\",\"occurred_at\":\"%s\",\"version\":1,"
	                    "\"subject\":{\"kind\":\"%s\",\"external_id\":\"%s\",\"seq\":%zu},"
	                    "\"data\":%s,\"log_extra\":{\"crm_ticket\":\"%zu\"}}",
	                    id, s->type, text, s->kind, external_id, FIRST_SEQ + i, s->data,
	                    88100 + i);
}

static enum err take(struct ctx *c, const struct billing_source *source, size_t i,
                     const struct db_list *known)
{
	const struct script *s = &scripts[i];
	const struct customer *v = known->v;
	const char *external_id = s->customer < 0 ? "C-NOBODY" : v[s->customer].external_id;
	const char *id = arena_printf(c->mem, "demo_day_%02zu", i);
	const char *body = body_of(c, s, external_id, i, id);
	struct intake_result result;

	return intake_event(c, source, id, body, strlen(body), &result);
}

struct find {
	struct ctx *c;
	const char *name;
	struct billing_source source;
	struct db_list known;
};

static enum err find_work(void *arg)
{
	struct find *f = arg;
	struct ctx *c = f->c;
	enum err e = sources_find_by_name(c, f->name, &f->source);

	if (e)
		return e;
	return db_all(c->db, &customers, DB_ARGS(db_i64(f->source.id), db_i64(CUSTOMERS)), c->mem,
	              sizeof(struct customer), CUSTOMERS, &f->known);
}

enum err demo_events(struct ctx *c, const char *source)
{
	struct find f = { .c = c, .name = source };
	struct actor before = c->actor;
	enum err e = db_tx(c->db, DB_READ, find_work, &f);

	if (e == ERR_NOT_FOUND)
		return OK;
	if (e || f.known.n < CUSTOMERS)
		return e;
	source_act(c, &f.source, "127.0.0.1");
	for (size_t i = 0; !e && i < ARRAY_LEN(scripts); i++)
		e = take(c, &f.source, i, &f.known);
	c->actor = before;
	return e;
}
