#include "custom/custom_http.h"

#include <assert.h>
#include <string.h>

#include "custom/custom.h"
#include "custom/inner.h"

static const struct shape_part choice_parts[] = {
	{ "choices", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape field_shape = {
	.name = "CustomField",
	.fields = { custom_field_v, CUSTOM_FIELD_FIELDS },
	.parts = choice_parts,
};
static const struct shape impact_shape = {
	.name = "CustomFieldImpact",
	.fields = { custom_impact_v, CUSTOM_IMPACT_FIELDS },
};
static const struct shape value_shape = {
	.name = "CustomValue",
	.fields = { custom_value_v, CUSTOM_VALUE_FIELDS },
	.parts = choice_parts,
};

struct ver_row {
	int64_t ver;
};
static const struct field ver_v[] = { FIELD(struct ver_row, ver) };
static const struct shape_part values_parts[] = {
	{ "fields", &value_shape, true },
	{ NULL, NULL, false },
};
static const struct shape values_shape = {
	.name = "CustomValues",
	.fields = FIELDS(ver_v),
	.parts = values_parts,
};

/* A row with its choices. */
static void put_row(struct ctx *c, struct buf *b, const struct shape *shape, const void *row,
                    const char *choices)
{
	const char *const *lines = custom_lines(c->mem, choices);

	json_open(b, '{');
	json_members(b, shape->fields, row);
	json_key(b, "choices");
	json_open(b, '[');
	for (; *lines; lines++)
		json_str(b, *lines);
	json_close(b, ']');
	json_close(b, '}');
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	const struct custom_field *v;
	struct db_list rows;
	enum err e = custom_list(c, rq->ids[0], &rows);

	if (e)
		return e;
	v = rows.v;
	answer_items_begin(rs);
	for (size_t i = 0; i < rows.n; i++)
		put_row(c, &rs->body, &field_shape, &v[i], v[i].choices);
	end.total = (int64_t)rows.n;
	answer_items_end(rs, &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs)
{
	struct custom_field row;
	enum err e = custom_find(c, account_id, id, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	put_row(c, &rs->body, &field_shape, &row, row.choices);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rq->ids[1], rs);
}

static const struct json_in new_in[] = {
	JSON_IN(struct custom_new, key, .need = true, .min = 1, .max = 40,
	        .check = custom_check_key,
	        .help = "small letters, digits and _; never changes"),
	JSON_IN(struct custom_new, label, .need = true, .min = 1, .max = 100),
	JSON_IN(struct custom_new, type, .need = true, .words = custom_types),
	JSON_IN(struct custom_new, choices, .max = 50, .help = "of a choice alone"),
	JSON_IN(struct custom_new, required),
	JSON_IN(struct custom_new, searchable, .help = "found by the search for accounts"),
};
static const struct json_table new_table = JSON_TABLE(struct custom_new, new_in);

static const struct json_in edit_in[] = {
	[CUSTOM_LABEL] = JSON_IN(struct custom_edit, label, .min = 1, .max = 100),
	[CUSTOM_CHOICES] = JSON_IN(struct custom_edit, choices, .max = 50),
	[CUSTOM_REQUIRED] = JSON_IN(struct custom_edit, required),
	[CUSTOM_SEARCHABLE] = JSON_IN(struct custom_edit, searchable),
	[CUSTOM_POSITION] = JSON_IN(struct custom_edit, position, .min = 1, .max = CUSTOM_MAX),
};
static const struct json_table edit_table = JSON_TABLE(struct custom_edit, edit_in);
static_assert(ARRAY_LEN(edit_in) == CUSTOM_EDIT__MAX, "the order of the mask");

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char account[ID_TEXT], text[ID_TEXT];
	int64_t id;
	enum err e = custom_create(c, rq->ids[0], rq->in, &id);

	if (e)
		return e;
	id_write(ID_ACCOUNT, rq->ids[0], account);
	id_write(ID_FIELD, id, text);
	rs->location =
		arena_printf(c->mem, "/api/v1/accounts/%s/custom-fields/%s", account, text);
	return answer(c, rq->ids[0], id, rs);
}

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e =
		custom_update(c, rq->ids[0], rq->ids[1], rq->in, rq->seen.bits, rq->if_match);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

struct drop_args {
	bool drop_values;
};
static const struct json_in drop_in[] = {
	JSON_IN(struct drop_args, drop_values, .help = "the values of accounts go with it"),
};
static const struct json_table drop_table = JSON_TABLE(struct drop_args, drop_in);

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct drop_args *a = rq->args;

	(void)rs;
	return custom_remove(c, rq->ids[0], rq->ids[1], a->drop_values, rq->if_match);
}

static enum err impact(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct custom_impact row;
	enum err e = custom_impact(c, rq->ids[0], rq->ids[1], &row);

	if (!e)
		answer_row(rs, &impact_shape, &row);
	return e;
}

static enum err values(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct custom_value *v;
	struct buf *b = &rs->body;
	struct db_list rows;
	struct ver_row row;
	enum err e = custom_values(c, rq->ids[0], &rows, &row.ver);

	if (e)
		return e;
	v = rows.v;
	answer_etag(rs, c->mem, row.ver);
	json_open(b, '{');
	json_members(b, values_shape.fields, &row);
	json_key(b, "fields");
	json_open(b, '[');
	for (size_t i = 0; i < rows.n; i++)
		put_row(c, b, &value_shape, &v[i], v[i].choices);
	json_close(b, ']');
	json_close(b, '}');
	return OK;
}

struct values_in {
	struct json_text values;
};
static const struct json_in values_in[] = {
	JSON_IN(struct values_in, values, .need = true,
	        .help = "by key: a text, or null for nothing; what is not named stays"),
};
static const struct json_table values_table = JSON_TABLE(struct values_in, values_in);

static enum err set_values(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct values_in *in = rq->in;
	enum err e = custom_values_update(c, rq->ids[0], in->values.s, rq->if_match);

	return e ? e : values(c, rq, rs);
}

#define LIST     "/api/v1/accounts/{acc}/custom-fields"
#define ONE      "/api/v1/accounts/{acc}/custom-fields/{fld}"
#define VALUES   "/api/v1/accounts/{acc}/custom-values"
#define BODY_MAX 65536

const struct route custom_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ,
	  .name = "listCustomFields",
	  .summary = "The fields accounts below have: from above, and the account's own",
	  .out = &field_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = LIST,
	  .run = create,
	  .perm = PERM_ACCOUNT_DEFINE_FIELDS,
	  .mode = ROUTE_WRITE,
	  .name = "createCustomField",
	  .summary = "Defines a field for all accounts below",
	  .in = &new_table,
	  .out = &field_shape,
	  .body_max = BODY_MAX,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ,
	  .name = "getCustomField",
	  .summary = "A field the account defined",
	  .out = &field_shape },
	{ .method = METHOD_PATCH,
	  .path = ONE,
	  .run = update,
	  .perm = PERM_ACCOUNT_DEFINE_FIELDS,
	  .mode = ROUTE_WRITE,
	  .name = "updateCustomField",
	  .summary = "Changes a field; key and type stay",
	  .in = &edit_table,
	  .out = &field_shape,
	  .versioned = true,
	  .body_max = BODY_MAX },
	{ .method = METHOD_DELETE,
	  .path = ONE,
	  .run = drop,
	  .perm = PERM_ACCOUNT_DEFINE_FIELDS,
	  .mode = ROUTE_WRITE,
	  .name = "deleteCustomField",
	  .summary = "Removes a field; one in use only together with its values",
	  .args = &drop_table,
	  .versioned = true,
	  .status = 204 },
	{ .method = METHOD_GET,
	  .path = ONE "/impact",
	  .run = impact,
	  .perm = PERM_ACCOUNT_DEFINE_FIELDS,
	  .mode = ROUTE_READ,
	  .name = "getCustomFieldImpact",
	  .summary = "What would go with it",
	  .out = &impact_shape },
	{ .method = METHOD_GET,
	  .path = VALUES,
	  .run = values,
	  .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ,
	  .name = "getCustomValues",
	  .summary = "The fields that are valid for an account, and what stands in them",
	  .out = &values_shape },
	{ .method = METHOD_PATCH,
	  .path = VALUES,
	  .run = set_values,
	  .perm = PERM_ACCOUNT_EDIT,
	  .mode = ROUTE_WRITE,
	  .name = "updateCustomValues",
	  .summary = "Sets values; all of them are one form",
	  .in = &values_table,
	  .out = &values_shape,
	  .versioned = true,
	  .body_max = BODY_MAX },
	{ .path = NULL },
};
