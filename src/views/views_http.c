#include "views/views_http.h"

#include <assert.h>
#include <string.h>

#include "search/query.h"
#include "views/views.h"

/* As it is printed: columns as an array. */
static const struct field view_v[] = {
	FIELD_KEY(struct view_row, id, ID_VIEW),
	FIELD(struct view_row, list, .words = view_lists),
	FIELD(struct view_row, name),
	FIELD(struct view_row, q),
	FIELD(struct view_row, sort),
	FIELD(struct view_row, page_size),
	FIELD(struct view_row, shared),
	FIELD(struct view_row, mine),
	FIELD(struct view_row, may_edit),
	FIELD(struct view_row, is_default),
	FIELD(struct view_row, owner),
	FIELD(struct view_row, ver),
	FIELD(struct view_row, created_at),
	FIELD(struct view_row, updated_at),
};
static const struct shape_part parts[] = {
	{ "columns", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape view_shape = {
	.name = "SavedView",
	.fields = FIELDS(view_v),
	.parts = parts,
};

/* Names of columns need no escapes. */
static void put_view(struct buf *b, const struct view_row *v)
{
	json_open(b, '{');
	json_members(b, view_shape.fields, v);
	json_key(b, "columns");
	json_open(b, '[');
	for (const char *s = v->columns; *s; s += strspn(s, ",")) {
		size_t n = strcspn(s, ",");

		json_str_n(b, s, n);
		s += n;
	}
	json_close(b, ']');
	json_close(b, '}');
}

struct list_args {
	const char *list;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, list, .words = view_lists, .help = "of this list alone"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct page_end end = { .exact = true };
	struct db_list rows;
	enum err e = views_list(c, a->list, &rows);

	if (e)
		return e;
	answer_items_begin(rs);
	for (size_t i = 0; i < rows.n; i++)
		put_view(&rs->body, (const struct view_row *)rows.v + i);
	end.total = (int64_t)rows.n;
	answer_items_end(rs, &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t id, struct response *rs)
{
	struct view_row row;
	enum err e = views_find(c, id, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	put_view(&rs->body, &row);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rs);
}

/* In the order of the mask of views_update(). */
#define VIEW_IN(needed) \
	[VIEW_NAME] = JSON_IN(struct view_edit, name, .need = (needed), .min = 1, \
	                      .max = VIEW_NAME_MAX), \
	[VIEW_Q] = JSON_IN(struct view_edit, q, .nullable = true, .max = QUERY_MAX, \
	                   .help = "words and tokens, as the list takes them"), \
	[VIEW_SORT] = JSON_IN(struct view_edit, sort, .nullable = true, .max = 20, \
	                      .help = "as the list takes it"), \
	[VIEW_COLUMNS] = JSON_IN(struct view_edit, columns, .max = VIEW_COLUMNS_MAX, \
	                         .help = "names of columns; none: the usual ones"), \
	[VIEW_PAGE_SIZE] = \
		JSON_IN(struct view_edit, page_size, .min = 1, .help = "10, 25, 50 or 100"), \
	[VIEW_SHARED] = JSON_IN(struct view_edit, shared, \
	                        .help = "seen by all who act for the account")

static const struct json_in create_in[] = {
	VIEW_IN(true),
	[VIEW_LIST] = JSON_IN(struct view_edit, list, .need = true, .words = view_lists),
};
static const struct json_table create_table = JSON_TABLE(struct view_edit, create_in);
static const struct json_in edit_in[] = { VIEW_IN(false) };
static const struct json_table edit_table = JSON_TABLE(struct view_edit, edit_in);
static_assert(ARRAY_LEN(edit_in) == VIEW__MAX, "the order of the mask");

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char text[ID_TEXT];
	int64_t id;
	enum err e = views_create(c, rq->in, &id);

	if (e)
		return e;
	id_write(ID_VIEW, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/views/%s", text);
	return answer(c, id, rs);
}

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = views_update(c, rq->ids[0], rq->in, rq->seen.bits, rq->if_match);

	return e ? e : answer(c, rq->ids[0], rs);
}

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return views_remove(c, rq->ids[0], rq->if_match);
}

struct default_in {
	bool on;
};
static const struct json_in default_in[] = {
	JSON_IN(struct default_in, on, .need = true, .help = "the list opens with it"),
};
static const struct json_table default_table = JSON_TABLE(struct default_in, default_in);

static enum err set_default(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct default_in *in = rq->in;
	enum err e = views_set_default(c, rq->ids[0], in->on);

	return e ? e : answer(c, rq->ids[0], rs);
}

#define LIST "/api/v1/views"
#define ONE  "/api/v1/views/{viw}"

const struct route views_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_READ,
	  .name = "listViews",
	  .summary = "One's own saved views of lists, and those shared in the acting account",
	  .args = &list_args,
	  .out = &view_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = LIST,
	  .run = create,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_QUIET,
	  .own = true,
	  .name = "createView",
	  .summary = "Keeps a view of a list, a hundred for a person at an account",
	  .in = &create_table,
	  .out = &view_shape,
	  .body_max = 16384,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_READ,
	  .name = "getView",
	  .summary = "A saved view",
	  .out = &view_shape },
	{ .method = METHOD_PATCH,
	  .path = ONE,
	  .run = update,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_QUIET,
	  .own = true,
	  .name = "updateView",
	  .summary = "Changes, renames or shares a view",
	  .in = &edit_table,
	  .out = &view_shape,
	  .versioned = true,
	  .body_max = 16384 },
	{ .method = METHOD_DELETE,
	  .path = ONE,
	  .run = drop,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_QUIET,
	  .own = true,
	  .name = "deleteView",
	  .summary = "Deletes a view",
	  .versioned = true,
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = ONE "/default",
	  .run = set_default,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_QUIET,
	  .own = true,
	  .name = "setDefaultView",
	  .summary = "One's own list opens with the view, or with it no more",
	  .in = &default_table,
	  .out = &view_shape,
	  .body_max = 1024 },
	{ .path = NULL },
};
