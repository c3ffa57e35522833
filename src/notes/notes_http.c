#include "notes/notes_http.h"

#include <assert.h>

#include "notes/notes.h"

static const struct shape note_shape = {
	.name = "Note",
	.fields = { note_fields, NOTE_FIELDS },
};

static const char *const sorts[] = { "pinned", NULL };

struct list_args {
	int64_t limit;
	const char *cursor;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
	JSON_IN(struct list_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static void note_key(const void *row, const struct page *p, struct cursor *out)
{
	const struct note *n = row;

	(void)p;
	out->number = n->pinned;
	out->id = n->id;
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct page_end end;
	struct db_list rows;
	struct page page;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e)
		e = notes_list(c, rq->ids[0], &page, &rows, &end);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct note), note_key, &end);
	answer_items(rs, &note_shape, rows.v, rows.n, sizeof(struct note), &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs)
{
	struct note row;
	enum err e = notes_find(c, account_id, id, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	answer_row(rs, &note_shape, &row);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rq->ids[1], rs);
}

/* In the order of the mask of notes_update(). */
#define NOTE_IN(needed) \
	{ \
		[NOTE_TEXT] = JSON_IN(struct note_edit, text, .need = (needed), .min = 1, \
		                      .max = 4000, .lines = true), \
		[NOTE_PINNED] = JSON_IN(struct note_edit, pinned), \
	}
static const struct json_in create_in[] = NOTE_IN(true);
static const struct json_table create_table = JSON_TABLE(struct note_edit, create_in);
static const struct json_in edit_in[] = NOTE_IN(false);
static const struct json_table edit_table = JSON_TABLE(struct note_edit, edit_in);
static_assert(ARRAY_LEN(edit_in) == NOTE__MAX, "the order of the mask");

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char account[ID_TEXT], text[ID_TEXT];
	int64_t id;
	enum err e = notes_create(c, rq->ids[0], rq->in, &id);

	if (e)
		return e;
	id_write(ID_ACCOUNT, rq->ids[0], account);
	id_write(ID_NOTE, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/accounts/%s/notes/%s", account, text);
	return answer(c, rq->ids[0], id, rs);
}

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e =
		notes_update(c, rq->ids[0], rq->ids[1], rq->in, rq->seen.bits, rq->if_match);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return notes_remove(c, rq->ids[0], rq->ids[1], rq->if_match);
}

#define LIST     "/api/v1/accounts/{acc}/notes"
#define ONE      "/api/v1/accounts/{acc}/notes/{not}"
#define BODY_MAX 32768

const struct route notes_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_ACCOUNT_NOTES,
	  .mode = ROUTE_READ,
	  .name = "listNotes",
	  .summary = "Notes about an account, pinned ones first; never for its own people",
	  .args = &list_args,
	  .out = &note_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = LIST,
	  .run = create,
	  .perm = PERM_ACCOUNT_NOTES,
	  .mode = ROUTE_WRITE,
	  .name = "createNote",
	  .summary = "Writes a note",
	  .in = &create_table,
	  .out = &note_shape,
	  .body_max = BODY_MAX,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_ACCOUNT_NOTES,
	  .mode = ROUTE_READ,
	  .name = "getNote",
	  .summary = "A note",
	  .out = &note_shape },
	{ .method = METHOD_PATCH,
	  .path = ONE,
	  .run = update,
	  .perm = PERM_ACCOUNT_NOTES,
	  .mode = ROUTE_WRITE,
	  .name = "updateNote",
	  .summary = "Changes a note of one's own; pins any",
	  .in = &edit_table,
	  .out = &note_shape,
	  .versioned = true,
	  .body_max = BODY_MAX },
	{ .method = METHOD_DELETE,
	  .path = ONE,
	  .run = drop,
	  .perm = PERM_ACCOUNT_NOTES,
	  .mode = ROUTE_WRITE,
	  .name = "deleteNote",
	  .summary = "Removes a note",
	  .versioned = true,
	  .status = 204 },
	{ .path = NULL },
};
