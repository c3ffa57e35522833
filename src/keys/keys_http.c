#include "keys/keys_http.h"

#include "keys/keys.h"

static const char *const states[] = { "active", "expired", "revoked", NULL };

/* As it is printed: permissions as an array, and the key where it was just made. */
struct key_out {
	struct key_row row;
	struct json_text list;
	const char *key;
};
#define OUT(m, ...) \
	{ \
		FIELD_NAME(#m), .type = FIELD_TYPE(((struct key_row *)0)->m), \
		.offset = offsetof(struct key_out, row) + offsetof(struct key_row, m), \
		__VA_ARGS__ \
	}
#define OUT_KEY(m, kind) \
	{ \
		FIELD_NAME(#m), .type = FIELD_ID, .id = (kind), \
		.offset = offsetof(struct key_out, row) + offsetof(struct key_row, m) \
	}
#define COMMON \
	OUT_KEY(id, ID_API_KEY), OUT(name), OUT(hint), OUT_KEY(account_id, ID_ACCOUNT), \
		OUT_KEY(person_id, ID_PERSON), OUT_KEY(membership_id, ID_MEMBERSHIP), \
		OUT(person_name), OUT(state, .words = states), OUT(created_at), \
		OUT(expires_at), OUT(last_used_at), OUT(revoked_at), OUT(revoked_why), \
		OUT(ver)
#define PERMISSIONS \
	{ \
		FIELD_NAME("permissions"), .type = FIELD_JSON, \
		.offset = offsetof(struct key_out, list) \
	}

/* What the description says and what is printed: the same members. */
static const struct field said_v[] = { COMMON };
static const struct field said_new_v[] = { COMMON, FIELD(struct key_out, key) };
static const struct field printed_v[] = { COMMON, PERMISSIONS };
static const struct field printed_new_v[] = { COMMON, FIELD(struct key_out, key), PERMISSIONS };
static const struct shape_part parts[] = {
	{ "permissions", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape said = { .name = "ApiKey", .fields = FIELDS(said_v), .parts = parts };
static const struct shape said_new = { .name = "NewApiKey",
	                               .fields = FIELDS(said_new_v),
	                               .parts = parts };
static const struct shape printed = { .fields = FIELDS(printed_v) };
static const struct shape printed_new = { .fields = FIELDS(printed_new_v) };

/* "a.b,c.d" as an array; the names need no escapes. */
static struct json_text list_text(struct ctx *c, const char *permissions)
{
	struct buf b;

	buf_init(&b, c->mem, 8192);
	buf_puts(&b, "[\"");
	for (const char *s = permissions; *s; s++)
		if (*s == ',')
			buf_puts(&b, "\",\"");
		else
			buf_put(&b, s, 1);
	buf_puts(&b, "\"]");
	return (struct json_text){ buf_str(&b) };
}

struct list_args {
	int64_t limit;
	const char *cursor;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
	JSON_IN(struct list_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);
static const char *const sorts[] = { "-created", NULL };

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct page_end end = { .exact = true };
	const struct key_row *v;
	struct key_out *out;
	struct db_list rows;
	struct page page;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e)
		e = keys_list(c, rq->ids[0], &page, &rows);
	if (!e)
		e = keys_count(c, rq->ids[0], &end.total);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct key_row), keys_page_key, &end);
	v = rows.v;
	out = arena_alloc(c->mem, (rows.n + 1) * sizeof(*out));
	for (size_t i = 0; i < rows.n; i++)
		out[i] = (struct key_out){ v[i], list_text(c, v[i].permissions), NULL };
	answer_items(rs, &printed, out, rows.n, sizeof(*out), &end);
	return OK;
}

static enum err get(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct key_out out = { .key = NULL };
	enum err e = keys_find(c, rq->ids[0], rq->ids[1], &out.row);

	if (e)
		return e;
	out.list = list_text(c, out.row.permissions);
	answer_etag(rs, c->mem, out.row.ver);
	answer_row(rs, &printed, &out);
	return OK;
}

static const struct json_in create_in[] = {
	JSON_IN(struct key_new, name, .need = true, .min = 1, .max = KEY_NAME_MAX,
	        .help = "what it is for"),
	JSON_IN(struct key_new, permissions, .need = true, .min = 1, .max = 128,
	        .help = "what it may do, of what its maker may do"),
	JSON_IN(struct key_new, expires_at, .need = true, .help = "at most 366 days from now"),
};
static const struct json_table create_table = JSON_TABLE(struct key_new, create_in);

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char id[ID_TEXT], account[ID_TEXT];
	struct key_out out = { .key = NULL };
	char key[KEY_TEXT];
	enum err e = keys_create(c, rq->ids[0], rq->in, key, &out.row);

	if (e)
		return e;
	out.key = key;
	out.list = list_text(c, out.row.permissions);
	id_write(ID_API_KEY, out.row.id, id);
	id_write(ID_ACCOUNT, out.row.account_id, account);
	rs->location = arena_printf(c->mem, "/api/v1/accounts/%s/api-keys/%s", account, id);
	answer_etag(rs, c->mem, out.row.ver);
	answer_row(rs, &printed_new, &out);
	return OK;
}

static enum err revoke(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return keys_revoke(c, rq->ids[0], rq->ids[1], rq->if_match);
}

const struct route keys_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/accounts/{acc}/api-keys",
	  .run = list,
	  .perm = PERM_API_KEY_LIST,
	  .mode = ROUTE_READ,
	  .name = "listApiKeys",
	  .summary = "Keys that act at an account, newest first",
	  .args = &list_args,
	  .out = &said,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = "/api/v1/accounts/{acc}/api-keys",
	  .run = create,
	  .perm = PERM_API_KEY_CREATE,
	  .mode = ROUTE_FREE,
	  .own = true,
	  .proof = true,
	  .name = "createApiKey",
	  .summary = "Makes a key of one's own, shown this once",
	  .in = &create_table,
	  .out = &said_new,
	  .body_max = 8192,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = "/api/v1/accounts/{acc}/api-keys/{key}",
	  .run = get,
	  .perm = PERM_API_KEY_LIST,
	  .mode = ROUTE_READ,
	  .name = "getApiKey",
	  .summary = "One key, without itself",
	  .out = &said },
	{ .method = METHOD_DELETE,
	  .path = "/api/v1/accounts/{acc}/api-keys/{key}",
	  .run = revoke,
	  .perm = PERM_API_KEY_REVOKE,
	  .mode = ROUTE_WRITE,
	  .versioned = true,
	  .unvisited = true,
	  .name = "revokeApiKey",
	  .summary = "Revokes a key for good",
	  .status = 204 },
	{ .path = NULL },
};
