#include "web/openapi.h"

#include <stdio.h>
#include <string.h>

#include "base/token.h"
#include "http/problem.h"
#include "signin/session.h"
#include "web/match.h"

#define SHAPES_MAX 120
#define TEXT_MAX   (8u * 1024 * 1024)
#define ETAG_BYTES 8 /* of the hash */

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0"
#endif

struct document {
	struct buf *b;
	const struct shape *shapes[SHAPES_MAX];
	size_t nshapes;
};

static bool is_recorded_post(const struct route *r)
{
	return r->method == METHOD_POST && (r->mode == ROUTE_WRITE || r->mode == ROUTE_QUIET);
}

static void param(struct buf *b, const char *name, const char *in, bool need, const char *help)
{
	schema_text(b, "name", name);
	schema_text(b, "in", in);
	json_key(b, "required");
	json_bool(b, need);
	if (help)
		schema_text(b, "description", help);
	json_key(b, "schema");
}

static void put_header_param(struct buf *b, const char *name, bool need, const char *help)
{
	json_open(b, '{');
	param(b, name, "header", need, help);
	json_raw(b, "{\"type\":\"string\"}");
	json_close(b, '}');
}

static void put_path_params(struct buf *b, const char *path)
{
	char name[64];
	enum id_kind kind;
	size_t n;

	for (const char *s = strchr(path, '{'); s; s = strchr(s, '{')) {
		s++;
		n = strcspn(s, "}");
		snprintf(name, sizeof(name), "%.*s", (int)n, s);
		kind = match_id_kind(s, n);
		json_open(b, '{');
		param(b, name, "path", true, NULL);
		if (kind == ID_NONE)
			json_raw(b, "{\"type\":\"string\",\"maxLength\":64}");
		else
			schema_of_id(b, kind, false);
		json_close(b, '}');
	}
}

static void put_params(struct buf *b, const struct route *r)
{
	json_key(b, "parameters");
	json_open(b, '[');
	put_path_params(b, r->path);
	for (size_t i = 0; r->args && i < r->args->n; i++) {
		json_open(b, '{');
		param(b, r->args->v[i].name, "query", r->args->v[i].need, r->args->v[i].help);
		schema_of_input(b, &r->args->v[i]);
		json_close(b, '}');
	}
	if (r->versioned)
		put_header_param(b, "If-Match", true,
		                 "the version to be changed, as ETag named it");
	if (is_recorded_post(r))
		put_header_param(b, "Idempotency-Key", true,
		                 "the same key again answers what was answered, for 24 hours");
	json_close(b, ']');
}

static void put_body(struct buf *b, const struct route *r)
{
	if (r->method == METHOD_GET || (r->method == METHOD_DELETE && !r->in))
		return;
	json_key(b, "requestBody");
	json_open(b, '{');
	json_key(b, "required");
	json_bool(b, r->in || r->raw_body);
	json_key(b, "content");
	json_open(b, '{');
	json_key(b, "application/json");
	json_open(b, '{');
	json_key(b, "schema");
	if (r->in)
		schema_of_table(b, r->in);
	else
		json_raw(b, "{\"type\":\"object\"}");
	json_close(b, '}');
	json_close(b, '}');
	json_close(b, '}');
}

static void open_number(struct buf *b, int n)
{
	char key[12];

	snprintf(key, sizeof(key), "%d", n);
	json_key(b, key);
}

static void put_content(struct buf *b, const struct route *r)
{
	json_key(b, "content");
	json_open(b, '{');
	json_key(b, r->produces ? r->produces : "application/json");
	json_open(b, '{');
	json_key(b, "schema");
	if (r->produces || !r->out)
		json_raw(b, r->produces ? "{\"type\":\"string\"}" : "{\"type\":\"object\"}");
	else if (r->list)
		schema_of_list(b, r->out);
	else
		schema_ref(b, r->out->name);
	json_close(b, '}');
	json_close(b, '}');
}

static void put_problem(struct buf *b, enum err e)
{
	open_number(b, problem_status(e));
	json_open(b, '{');
	schema_text(b, "description", problem_title(e));
	json_key(b, "content");
	json_raw(b, "{\"application/problem+json\":{\"schema\":"
	            "{\"$ref\":\"#/components/schemas/Problem\"}}}");
	json_close(b, '}');
}

static void put_responses(struct buf *b, const struct route *r)
{
	bool guarded = r->perm != PERM_PUBLIC, unsafe = r->method != METHOD_GET;

	json_key(b, "responses");
	json_open(b, '{');
	open_number(b, r->status ? r->status : 200);
	json_open(b, '{');
	schema_text(b, "description", r->status == 201 ? "Made" : "Done");
	if (r->status != 204)
		put_content(b, r);
	json_close(b, '}');
	put_problem(b, ERR_MALFORMED);
	if (guarded || !strcmp(r->name, "signIn"))
		put_problem(b, ERR_UNAUTHENTICATED);
	if (guarded || unsafe)
		put_problem(b, ERR_DENIED);
	if (strchr(r->path, '{') || r->perm == PERM_PUBLIC)
		put_problem(b, ERR_NOT_FOUND);
	if (unsafe)
		put_problem(b, ERR_CONFLICT);
	if (r->versioned)
		put_problem(b, ERR_VERSION);
	if (unsafe && r->body_max)
		put_problem(b, ERR_TOO_LARGE);
	if (unsafe)
		put_problem(b, ERR_MEDIA_TYPE);
	if (unsafe || r->args)
		put_problem(b, ERR_INVALID);
	if (r->versioned)
		put_problem(b, ERR_UNVERSIONED);
	put_problem(b, ERR_LIMITED);
	put_problem(b, ERR_UNAVAILABLE);
	json_close(b, '}');
}

static void keep_shape(struct document *d, const struct shape *s)
{
	for (size_t i = 0; i < d->nshapes; i++)
		if (d->shapes[i] == s || !strcmp(d->shapes[i]->name, s->name))
			return;
	if (d->nshapes == SHAPES_MAX)
		return;
	d->shapes[d->nshapes++] = s;
	for (const struct shape_part *p = s->parts; p && p->name; p++)
		if (p->shape)
			keep_shape(d, p->shape);
}

static void put_no_security(struct buf *b)
{
	json_key(b, "security");
	json_raw(b, "[]");
}

static void put_operation(struct document *d, const char *tag, const struct route *r)
{
	static const char *const words[] = {
		[METHOD_GET] = "get",     [METHOD_POST] = "post",     [METHOD_PUT] = "put",
		[METHOD_PATCH] = "patch", [METHOD_DELETE] = "delete", [METHOD_OTHER] = "trace",
	};
	struct buf *b = d->b;

	json_key(b, words[r->method]);
	json_open(b, '{');
	schema_text(b, "operationId", r->name);
	schema_text(b, "summary", r->summary);
	json_key(b, "tags");
	json_open(b, '[');
	json_str(b, tag);
	json_close(b, ']');
	schema_text(b, "x-permission", perm_text(r->perm));
	if (r->perm == PERM_PUBLIC)
		put_no_security(b);
	put_params(b, r);
	put_body(b, r);
	put_responses(b, r);
	json_close(b, '}');
	if (r->out)
		keep_shape(d, r->out);
}

struct at_path {
	struct document *d;
	const char *path;
};

static void operation_at(void *to, const struct route_table *table, const struct route *route,
                         int index)
{
	struct at_path *at = to;

	(void)index;
	if (!strcmp(route->path, at->path))
		put_operation(at->d, table->tag, route);
}

struct first {
	const char *path;
	int index; /* of its first route, -1 */
};

static void find_first(void *to, const struct route_table *table, const struct route *route,
                       int index)
{
	struct first *f = to;

	(void)table;
	if (f->index < 0 && !strcmp(route->path, f->path))
		f->index = index;
}

struct pool_paths {
	struct document *d;
	const struct route_table *tables;
};

/* All methods of a path stand together, where its first route does. */
static void put_path(void *to, const struct route_table *table, const struct route *route,
                     int index)
{
	struct pool_paths *pp = to;
	struct first f = { route->path, -1 };
	struct at_path at = { pp->d, route->path };

	(void)table;
	match_all(pp->tables, find_first, &f);
	if (f.index != index)
		return;
	json_key(pp->d->b, route->path);
	json_open(pp->d->b, '{');
	match_all(pp->tables, operation_at, &at);
	json_close(pp->d->b, '}');
}

/* Whether a table before this one, of either pool, has its tag. */
static bool is_told(const struct route_table *const pools[2], size_t p,
                    const struct route_table *t)
{
	for (size_t q = 0; q <= p; q++)
		for (const struct route_table *o = pools[q]; o->tag && o != t; o++)
			if (!strcmp(o->tag, t->tag))
				return true;
	return false;
}

static void put_tags(struct buf *b)
{
	const struct route_table *const pools[2] = { portal_tables, billing_tables };

	json_key(b, "tags");
	json_open(b, '[');
	for (size_t p = 0; p < ARRAY_LEN(pools); p++) {
		for (const struct route_table *t = pools[p]; t->tag; t++) {
			if (is_told(pools, p, t))
				continue;
			json_open(b, '{');
			schema_text(b, "name", t->tag);
			if (t->help)
				schema_text(b, "description", t->help);
			json_close(b, '}');
		}
	}
	json_close(b, ']');
}

static void put_components(struct document *d, const char *base_path)
{
	struct buf *b = d->b;

	json_key(b, "components");
	json_open(b, '{');
	json_key(b, "securitySchemes");
	json_open(b, '{');
	json_key(b, "session");
	json_open(b, '{');
	schema_text(b, "type", "apiKey");
	schema_text(b, "in", "cookie");
	schema_text(b, "name", session_cookie_name(base_path));
	json_close(b, '}');
	json_close(b, '}');
	json_key(b, "schemas");
	json_open(b, '{');
	json_key(b, "Problem");
	json_raw(b, "{\"type\":\"object\",\"description\":\"RFC 9457\",\"properties\":{"
	            "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
	            "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
	            "\"instance\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\","
	            "\"items\":{\"type\":\"object\",\"properties\":{\"pointer\":"
	            "{\"type\":\"string\"},\"code\":{\"type\":\"string\"}},"
	            "\"required\":[\"pointer\",\"code\"]}},\"current\":{\"type\":\"object\"}},"
	            "\"required\":[\"type\",\"title\",\"status\",\"detail\"]}");
	for (size_t i = 0; i < d->nshapes; i++) {
		json_key(b, d->shapes[i]->name);
		schema_of_shape(b, d->shapes[i]);
	}
	json_close(b, '}');
	json_close(b, '}');
}

void openapi_write(struct buf *b, const char *base_path)
{
	size_t n = strlen(base_path);
	struct document d = { .b = b };
	struct pool_paths portal = { &d, portal_tables }, billing = { &d, billing_tables };

	json_open(b, '{');
	schema_text(b, "openapi", "3.1.0");
	json_key(b, "info");
	json_open(b, '{');
	schema_text(b, "title", "Gatehouse");
	schema_text(b, "version", PACKAGE_VERSION);
	schema_text(b, "summary", "Customer accounts, their people, devices and billing.");
	json_key(b, "license");
	json_raw(b, "{\"name\":\"Apache 2.0\",\"identifier\":\"Apache-2.0\"}");
	json_close(b, '}');
	json_key(b, "servers");
	json_open(b, '[');
	json_open(b, '{');
	json_key(b, "url");
	json_str_n(b, base_path, n > 1 ? n - 1 : n); /* paths bring their own slash */
	json_close(b, '}');
	json_close(b, ']');
	json_key(b, "security");
	json_raw(b, "[{\"session\":[]}]");
	put_tags(b);
	json_key(b, "paths");
	json_open(b, '{');
	match_all(portal_tables, put_path, &portal);
	match_all(billing_tables, put_path, &billing);
	json_close(b, '}');
	put_components(&d, base_path);
	json_close(b, '}');
}

/* Written once, read by all threads after that. */
struct openapi {
	struct arena mem; /* holds the document itself */
	struct buf text;
	char etag[2 * ETAG_BYTES + 3];
};

struct openapi *openapi_new(const char *base_path)
{
	unsigned char hash[HASH_BYTES];
	char hex[2 * ETAG_BYTES + 1];
	struct openapi *o;
	struct arena mem;

	arena_init(&mem, 2 * TEXT_MAX);
	o = arena_new(&mem, struct openapi);
	o->mem = mem;
	buf_init(&o->text, &o->mem, TEXT_MAX);
	openapi_write(&o->text, base_path);
	token_hash(o->text.p, o->text.len, hash);
	hex_write(hash, ETAG_BYTES, hex);
	snprintf(o->etag, sizeof(o->etag), "\"%s\"", hex);
	return o;
}

void openapi_free(struct openapi *o)
{
	struct arena mem;

	if (!o)
		return;
	mem = o->mem;
	arena_release(&mem);
}

static enum err describe(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct openapi *o = c->config->openapi;

	(void)rq;
	rs->body = o->text;
	rs->etag = o->etag;
	rs->is_tagged = true;
	return OK;
}

const struct route openapi_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/openapi.json",
	  .run = describe,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "getOpenApi",
	  .summary = "This description" },
	{ .path = NULL },
};
