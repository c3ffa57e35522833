#include "web/web.h"

#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "billing/recall.h"
#include "core/load.h"
#include "http/problem.h"
#include "signin/recall.h"
#include "web/metrics.h"
#include "web/pass.h"

#define WORKER_MEMORY_MAX (1u << 20)
#define TAG_BYTES         8 /* of the hash in an ETag */
#define AGENT_MAX         300
#define NO_BODY_MAX       256 /* where no body is wanted, {} may come */

static stage *const stages[] = {
	stage_route, stage_headers, stage_origin,  stage_actor, stage_permission,
	stage_query, stage_body,    stage_version, stage_key,   stage_run,
};

const struct route_table *web_tables(enum pool_kind kind)
{
	return kind == POOL_BILLING ? billing_tables : portal_tables;
}

struct web_worker *web_worker_new(const struct web_config *config)
{
	struct arena mem;
	struct web_worker *w;

	arena_init(&mem, WORKER_MEMORY_MAX);
	w = arena_new(&mem, struct web_worker);
	w->kind = config->kind;
	w->tables = config->tables ? config->tables : web_tables(config->kind);
	w->core = *config->core;
	w->core.metrics_allow = config->metrics_allow;
	w->core.metrics = config->metrics;
	w->core.openapi = config->openapi;
	w->db = db_new(&config->db);
	w->memo = config->memo;
	w->sessions = session_memo_new(&mem);
	w->sources = source_memo_new(&mem);
	w->mem = mem;
	return w;
}

void web_worker_free(struct web_worker *w)
{
	struct arena mem;

	if (!w)
		return;
	db_free(w->db);
	mem = w->mem;
	arena_release(&mem);
}

int64_t web_body_max(struct web_worker *w, const struct request *rq)
{
	const struct route *r = match_find(w->tables, rq->method, rq->path);

	if (!r)
		return -1;
	return r->body_max > NO_BODY_MAX ? (int64_t)r->body_max : NO_BODY_MAX;
}

void pass_header(struct response *rs, const char *line)
{
	for (size_t i = 0; i + 1 < ARRAY_LEN(rs->headers); i++) {
		if (rs->headers[i])
			continue;
		rs->headers[i] = line;
		return;
	}
}

static bool is_request_id(const char *s)
{
	return s && strlen(s) == REQUEST_ID_TEXT - 1 &&
	       strspn(s, "0123456789abcdef") == REQUEST_ID_TEXT - 1;
}

static const char *user_agent(struct arena *mem, const struct request *rq)
{
	const char *s = request_param(rq, "HTTP_USER_AGENT");
	size_t n = s ? strlen(s) : 0;

	if (n == 0 || !utf8_valid(s, n) || !utf8_printable(s, n, false))
		return NULL;
	if (n > AGENT_MAX)
		for (n = AGENT_MAX; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
			continue;
	return arena_copy(mem, s, n);
}

static void pass_init(struct pass *p, struct web_worker *w, struct request *rq,
                      struct response *rs, struct arena *mem)
{
	const char *id = request_param(rq, "HTTP_X_REQUEST_ID");
	struct ctx *c = &p->c;

	p->w = w;
	p->rq = rq;
	p->rs = rs;
	p->match.index = -1;
	c->mem = mem;
	c->db = w->db;
	c->now = stamp_now();
	c->config = &w->core;
	c->sessions = w->sessions;
	c->sources = w->sources;
	c->memo = w->memo;
	load_begin(w->core.load);
	c->actor.kind = ACTOR_PERSON;
	c->actor.label = "";
	c->actor.ip = rq->remote_addr;
	c->actor.user_agent = user_agent(mem, rq);
	if (!is_request_id(id))
		id = rq->id;
	if (is_request_id(id))
		memcpy(c->request_id, id, REQUEST_ID_TEXT);
	else
		request_id_new(c->request_id);
}

static void say_allowed(struct pass *p)
{
	struct buf b;
	bool first = true;

	buf_init(&b, p->c.mem, 200);
	buf_puts(&b, "Allow: ");
	for (int m = METHOD_GET; m < METHOD_OTHER; m++) {
		if (!(p->match.allowed >> m & 1))
			continue;
		if (!first)
			buf_puts(&b, ", ");
		buf_puts(&b, m == METHOD_GET ? "GET, HEAD" : method_text((enum method)m));
		first = false;
	}
	pass_header(p->rs, buf_str(&b));
}

static void refuse(struct pass *p, enum err e)
{
	struct response *rs = p->rs;

	if (e == ERR_VERSION)
		p->current = run_current(p);
	*rs = (struct response){ .status = 500 };
	problem_write(rs, p->c.mem, e, &p->c.fault, p->c.config->base_path, p->c.request_id,
	              p->current);
	if (e == ERR_METHOD)
		say_allowed(p);
}

/* RFC 9110 13.1.2: a list of tags, compared weakly, or "*". */
static bool names_tag(const char *list, const char *etag)
{
	size_t n = strlen(etag), len, weak;

	for (; *list; list += len) {
		list += strspn(list, ", \t");
		len = strcspn(list, ", \t");
		if (len == 1 && *list == '*')
			return true;
		weak = !strncmp(list, "W/", 2) ? 2 : 0;
		if (len - weak == n && !strncmp(list + weak, etag, n))
			return true;
	}
	return false;
}

/*
 * What an answer shows depends on more than its object's version: on holds of
 * accounts above, on the time, on who asks.  So the tag names the text, too; for
 * a change the version in it counts.
 */
static void complete_tag(struct pass *p)
{
	struct response *rs = p->rs;
	unsigned char hash[HASH_BYTES];
	char hex[2 * TAG_BYTES + 1];
	size_t n = rs->etag ? strlen(rs->etag) : 0;

	if (n < 2 || rs->body.len == 0 || rs->is_tagged)
		return;
	token_hash(rs->body.p, rs->body.len, hash);
	hex_write(hash, TAG_BYTES, hex);
	rs->etag = arena_printf(p->c.mem, "%.*s-%s\"", (int)n - 1, rs->etag, hex);
}

static void shorten_unchanged(struct pass *p)
{
	const char *known = request_param(p->rq, "HTTP_IF_NONE_MATCH");
	struct response *rs = p->rs;

	if (!known || !rs->etag || p->rq->method != METHOD_GET || rs->status != 200)
		return;
	if (names_tag(known, rs->etag)) {
		rs->status = 304;
		rs->body = (struct buf){ 0 };
	}
}

/* The query as it was, but for its cursor. */
static const char *query_with(struct arena *mem, const char *query, const char *cursor)
{
	struct buf b;
	size_t n;

	buf_init(&b, mem, 16384);
	for (const char *s = query; *s; s += n + (s[n] == '&')) {
		n = strcspn(s, "&");
		if (n == 0 || !strncmp(s, "cursor=", 7))
			continue;
		buf_put(&b, s, n);
		buf_putc(&b, '&');
	}
	buf_puts(&b, "cursor=");
	buf_puts(&b, cursor);
	return b.failed ? NULL : buf_str(&b);
}

static const char *link_to(struct pass *p, const char *cursor, const char *rel)
{
	const char *query = cursor ? query_with(p->c.mem, p->rq->query, cursor) : NULL;

	if (!query)
		return "";
	return arena_join(p->c.mem, "<", p->c.config->base_path, p->rq->path + 1, "?", query,
	                  ">; rel=\"", rel, "\"", NULL);
}

/* RFC 8288. */
static void say_links(struct pass *p)
{
	const char *next = link_to(p, p->rs->next, "next");
	const char *prev = link_to(p, p->rs->prev, "prev");

	if (*next || *prev)
		pass_header(p->rs, arena_join(p->c.mem, "Link: ", next,
		                              *next && *prev ? ", " : "", prev, NULL));
}

/* The line a request leaves; user text only where log_write() quotes it. */
static void log_line(struct pass *p, enum err e, int64_t usec)
{
	const struct actor *a = &p->c.actor;
	struct db *db = p->w->db;
	const char *detail = *db_error(db) ? db_error(db) : p->c.fault.detail;
	const struct log_pair pairs[] = {
		LOG_S("id", p->c.request_id),
		LOG_S("method", method_text(p->rq->method)),
		LOG_S("route", p->route ? p->route->path : "-"),
		LOG_N("status", p->rs->status),
		LOG_N("usec", usec),
		LOG_N("db_usec", db_take_usec(db)),
		LOG_N("statements", db_take_count(db)),
		LOG_N("actor", a->person_id),
		LOG_N("account", a->account_id),
		LOG_S("ip", a->ip),
		LOG_S("err", err_name(e)),
		LOG_S("code", p->c.fault.code),
		LOG_S("detail", detail),
	};
	size_t n = ARRAY_LEN(pairs);

	if (p->rs->status < 500)
		n -= e ? 1 : 3;
	log_write(p->rs->status < 500 ? LOG_INFO : LOG_ERROR, "request", pairs, n);
}

void web_serve(struct web_worker *w, struct request *rq, struct response *rs, struct arena *mem)
{
	int64_t began = stamp_monotonic_usec(), usec;
	struct pass *p = arena_new(mem, struct pass);
	enum err e = OK;

	pass_init(p, w, rq, rs, mem);
	metrics_begin(w->core.metrics);
	for (size_t i = 0; !e && i < ARRAY_LEN(stages); i++)
		e = stages[i](p);
	if (e) {
		refuse(p, e);
	} else {
		complete_tag(p);
		shorten_unchanged(p);
		say_links(p);
	}
	pass_header(rs, arena_join(mem, "X-Request-Id: ", p->c.request_id, NULL));
	usec = stamp_monotonic_usec() - began;
	metrics_end(w->core.metrics, p->match.index, rs->status, usec,
	            e == ERR_UNAVAILABLE || e == ERR_INTERNAL);
	log_line(p, e, usec);
}
