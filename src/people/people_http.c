#include "people/people_http.h"

#include "people/list.h"

static const struct shape place_shape = {
	.name = "PersonMembership",
	.fields = { person_place_fields + 1, PERSON_PLACE_FIELDS },
};
static const struct shape_part parts[] = {
	{ "memberships", &place_shape, true },
	{ NULL, NULL, false },
};
static const struct shape item_shape = {
	.name = "PersonItem",
	.fields = { person_item_fields, PERSON_ITEM_FIELDS },
	.parts = parts,
};
static const struct shape card_shape = {
	.name = "Person",
	.fields = { person_card_fields, PERSON_CARD_FIELDS },
	.parts = parts,
};

static void put_places(struct buf *b, int64_t person_id, const struct db_list *places)
{
	const struct person_place_row *v = places->v;

	json_key(b, "memberships");
	json_open(b, '[');
	for (size_t i = 0; i < places->n; i++)
		if (v[i].person_id == person_id)
			json_row(b, place_shape.fields, &v[i]);
	json_close(b, ']');
}

struct list_args {
	const char *q, *kind, *sort, *cursor;
	int64_t limit;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, q, .max = ASKED_TEXT,
	        .help = "beginnings of words of name, login and e-mail; of a sub-user also of"
	                " the main user's"),
	JSON_IN(struct list_args, kind, .words = people_kinds,
	        .help = "by whom they were made, or sub-users"),
	JSON_IN(struct list_args, sort, .words = people_sorts, .help = "name when absent"),
	JSON_IN(struct list_args, cursor, .max = 600, .help = "next or prev of another page"),
	JSON_IN(struct list_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
};
static const struct json_table list_table = JSON_TABLE(struct list_args, list_in);

static enum err read_page(struct ctx *c, const struct list_args *a, struct db_list *rows,
                          struct page_end *end)
{
	struct people_filter f = { .kind = a->kind };
	struct page page;
	enum err e = asked_parse(c, a->q, &f.words);

	if (!e)
		e = page_read(c, a->limit, a->cursor, a->sort, people_sorts, &page);
	if (!e)
		e = people_list(c, &f, &page, rows);
	if (!e)
		e = people_count(c, &f, &end->total, &end->exact);
	if (e)
		return e;
	page_close(c->mem, &page, rows, sizeof(struct person_item), people_page_key, end);
	return OK;
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .total = -1 };
	const struct person_item *v;
	struct db_list rows, places;
	enum err e = read_page(c, rq->args, &rows, &end);

	if (!e)
		e = people_places(c, rows.v, rows.n, &places);
	if (e)
		return e;
	v = rows.v;
	answer_items_begin(rs);
	for (size_t i = 0; i < rows.n; i++) {
		json_open(&rs->body, '{');
		json_members(&rs->body, item_shape.fields, &v[i]);
		put_places(&rs->body, v[i].id, &places);
		json_close(&rs->body, '}');
	}
	answer_items_end(rs, &end);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct person_item one = { .id = rq->ids[0] };
	struct person_card card;
	struct db_list places;
	enum err e = people_find(c, rq->ids[0], &card);

	if (!e)
		e = people_places(c, &one, 1, &places);
	if (e)
		return e;
	answer_etag(rs, c->mem, card.ver);
	json_open(&rs->body, '{');
	json_members(&rs->body, card_shape.fields, &card);
	put_places(&rs->body, card.id, &places);
	json_close(&rs->body, '}');
	return OK;
}

const struct route people_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/people",
	  .run = list,
	  .perm = PERM_MEMBER_LIST,
	  .mode = ROUTE_READ,
	  .name = "listPeople",
	  .summary = "Everybody in the accounts seen, each once with his memberships",
	  .args = &list_table,
	  .out = &item_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = "/api/v1/people/{per}",
	  .run = show,
	  .perm = PERM_MEMBER_VIEW,
	  .mode = ROUTE_READ,
	  .name = "getPerson",
	  .summary = "A person with the memberships seen",
	  .out = &card_shape },
	{ .path = NULL },
};
