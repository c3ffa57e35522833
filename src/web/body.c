#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "web/pass.h"

#define KEY_MAX 255

static const char *content_type(const struct request *rq)
{
	const char *type = request_param(rq, "CONTENT_TYPE");

	return type && *type ? type : request_param(rq, "HTTP_CONTENT_TYPE");
}

static bool is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t n = sizeof(json) - 1;

	return type && !strncasecmp(type, json, n) && (!type[n] || strchr("; \t", type[n]));
}

/* Where a route takes no body, an empty one or {} may come all the same. */
static enum err read_none(struct pass *p)
{
	static const struct json_table none = { .size = 1 };
	char nothing;

	if (p->rq->body_len == 0)
		return OK;
	return json_read(p->c.mem, &p->c.fault, p->rq->body, p->rq->body_len, &none, &nothing,
	                 NULL);
}

enum err stage_body(struct pass *p)
{
	const struct json_table *t = p->route->in;
	struct request *rq = p->rq;
	struct ctx *c = &p->c;
	void *in;
	enum err e;

	if (p->route->raw_body || rq->method == METHOD_GET)
		return OK;
	if ((rq->method != METHOD_DELETE || rq->body_len > 0) && !is_json(content_type(rq)))
		return FAIL(c, ERR_MEDIA_TYPE, "not-json",
		            "The body must be JSON and say so (Content-Type: application/json).");
	if (!t)
		return read_none(p);
	in = arena_alloc(c->mem, t->size);
	e = json_read(c->mem, &c->fault, rq->body ? rq->body : "", rq->body_len, t, in, &rq->seen);
	if (!e)
		rq->in = in;
	return e;
}

/* "v7" or "v7-0123456789abcdef" with its quotes; -1 for a tag no version of ours has. */
static int64_t version_of(const char *tag)
{
	char *end;
	long long v;

	if (tag[0] != '"' || tag[1] != 'v' || tag[2] < '1' || tag[2] > '9')
		return -1;
	v = strtoll(tag + 2, &end, 10);
	if (*end == '-')
		end += 1 + strspn(end + 1, "0123456789abcdef");
	return strcmp(end, "\"") == 0 ? (int64_t)v : -1;
}

enum err stage_version(struct pass *p)
{
	const char *tag = request_param(p->rq, "HTTP_IF_MATCH");

	if (p->rq->method == METHOD_GET)
		return OK;
	if (tag && *tag && strcmp(tag, "*") != 0) {
		p->rq->if_match = version_of(tag);
		return OK;
	}
	if (!p->route->versioned)
		return OK;
	return FAIL(&p->c, ERR_UNVERSIONED, "if-match-missing",
	            "Say in If-Match which version is to be changed, as ETag named it.");
}

/* A key may come as a string of structured fields (RFC 8941), that is quoted, or bare. */
static const char *key_read(struct arena *mem, const char *s)
{
	size_t n = strlen(s);

	if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
		s++;
		n -= 2;
	}
	if (n == 0 || n > KEY_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || s[i] == '"' || s[i] == '\\')
			return NULL;
	return arena_copy(mem, s, n);
}

static bool is_recorded(const struct route *r)
{
	return r->mode == ROUTE_WRITE || r->mode == ROUTE_QUIET;
}

static void make_op(struct pass *p)
{
	struct arena *mem = p->c.mem;
	const struct request *rq = p->rq;
	unsigned char body[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	const char *text;

	token_hash(rq->body ? rq->body : "", rq->body_len, body);
	hex_write(body, sizeof(body), hex);
	text = arena_printf(mem, "%s %s?%s %s", method_text(rq->method), rq->path, rq->query, hex);
	token_hash(text, strlen(text), p->op.fingerprint);
	p->op.keyed = p->key != NULL;
	if (!p->key) {
		token_random(p->op.id, sizeof(p->op.id));
		return;
	}
	text = arena_printf(mem, "person %lld %s", (long long)p->c.actor.person_id, p->key);
	token_hash(text, strlen(text), p->op.id);
}

enum err stage_key(struct pass *p)
{
	const char *key = request_param(p->rq, "HTTP_IDEMPOTENCY_KEY");

	if (!is_recorded(p->route))
		return OK;
	if (key) {
		p->key = key_read(p->c.mem, key);
		if (!p->key)
			return FAIL(&p->c, ERR_MALFORMED, "bad-idempotency-key",
			            "An Idempotency-Key has 1 to %d printable characters.",
			            KEY_MAX);
	} else if (p->rq->method == METHOD_POST) {
		return FAIL(&p->c, ERR_MALFORMED, "idempotency-key-missing",
		            "A POST here needs an Idempotency-Key.");
	}
	make_op(p);
	return OK;
}
