#include "agenda/agenda_http.h"

#include "agenda/agenda.h"

#define DAYS 30

static const struct shape item_shape = { .name = "AgendaItem",
	                                 .fields = { agenda_fields, AGENDA_FIELDS } };

struct list_args {
	int64_t days;
	struct str_list kind;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, days, .min = 1, .max = AGENDA_DAYS_MAX,
	        .help = "how far ahead; 30 when absent"),
	JSON_IN(struct list_args, kind, .max = 6, .words = agenda_kinds,
	        .help = "only these; all when absent"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static const char *joined(struct arena *mem, const struct str_list *kinds)
{
	const char *out = "";

	for (size_t i = 0; i < kinds->n; i++)
		out = arena_join(mem, out, i > 0 ? "," : "", kinds->v[i], NULL);
	return out;
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct page_end end = { 0 };
	struct db_list rows;
	bool more;
	enum err e = agenda_list(c, a->days ? a->days : DAYS, joined(c->mem, &a->kind), &rows,
	                         &more);

	if (e)
		return e;
	end.total = (int64_t)rows.n;
	end.exact = !more;
	answer_items(rs, &item_shape, rows.v, rows.n, sizeof(struct agenda_item), &end);
	return OK;
}

const struct route agenda_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/agenda",
	  .run = list,
	  .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ,
	  .name = "listAgenda",
	  .summary = "What begins, ends or is purged soon, the nearest first; 200 at most",
	  .args = &list_args,
	  .out = &item_shape,
	  .list = true },
	{ .path = NULL },
};
