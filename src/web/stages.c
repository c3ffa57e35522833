#include <string.h>

#include "signin/session.h"
#include "web/pass.h"

enum err stage_route(struct pass *p)
{
	struct ctx *c = &p->c;

	if (match_route(p->w->tables, p->rq, c->mem, &p->match)) {
		p->route = p->match.route;
		return OK;
	}
	if (!p->match.allowed)
		return FAIL(c, ERR_NOT_FOUND, "not-found", "There is nothing here.");
	return FAIL(c, ERR_METHOD, "method", "This address has other methods; see Allow.");
}

/* Web servers differ in what they make of a repeated header: none may come twice. */
static const struct param_name once[] = {
	PARAM_NAME("HTTP_HOST"),
	PARAM_NAME("HTTP_ORIGIN"),
	PARAM_NAME("HTTP_COOKIE"),
	PARAM_NAME("HTTP_AUTHORIZATION"),
	PARAM_NAME("HTTP_SEC_FETCH_SITE"),
	PARAM_NAME("CONTENT_TYPE"),
	PARAM_NAME("HTTP_CONTENT_TYPE"),
	PARAM_NAME("HTTP_IF_MATCH"),
	PARAM_NAME("HTTP_IF_NONE_MATCH"),
	PARAM_NAME("HTTP_X_GATEHOUSE_VISIT"),
	PARAM_NAME("HTTP_IDEMPOTENCY_KEY"),
	PARAM_NAME("HTTP_WEBHOOK_ID"),
	PARAM_NAME("HTTP_WEBHOOK_TIMESTAMP"),
	PARAM_NAME("HTTP_WEBHOOK_SIGNATURE"),
	PARAM_NAME("HTTP_X_REQUEST_ID"),
};

enum err stage_headers(struct pass *p)
{
	return request_params_once(p->rq, &p->c.fault, once, ARRAY_LEN(once));
}

static bool is_safe(const struct request *rq)
{
	return rq->method == METHOD_GET;
}

static enum err foreign(struct ctx *c)
{
	return FAIL(c, ERR_DENIED, "foreign-origin",
	            "The request does not come from a page of this site.");
}

/* "https://host" of public_url, which may have a path behind. */
static bool is_our_origin(const char *origin, const char *public_url)
{
	const char *host = strstr(public_url, "://");
	size_t n;

	if (!host)
		return false;
	n = (size_t)(host - public_url) + 3;
	n += strcspn(public_url + n, "/");
	return strlen(origin) == n && !strncmp(origin, public_url, n);
}

/* The browser's own word that page and target are one site stands for both. */
static bool is_same_host(const char *origin, const char *host)
{
	const char *at = strstr(origin, "://");

	return host && at && !strcmp(at + 3, host);
}

/*
 * Against forged requests: what changes something must say that it comes from
 * a page of ours, by Sec-Fetch-Site where the browser sends it, else by
 * Origin.  Callbacks are signed and bring no cookie.
 */
enum err stage_origin(struct pass *p)
{
	const struct request *rq = p->rq;
	const char *site = request_param(rq, "HTTP_SEC_FETCH_SITE");
	const char *origin = request_param(rq, "HTTP_ORIGIN");
	const char *host = request_param(rq, "HTTP_HOST"), *url = p->c.config->public_url;
	/* Without a public_url the name people use is the one they asked for. */
	bool ours = origin && (*url ? is_our_origin(origin, url) : is_same_host(origin, host));

	if (p->route->raw_body || (p->route->perm == PERM_PUBLIC && is_safe(rq)))
		return OK;
	if (actor_key(rq)) /* no page of another site can make a browser send one */
		return OK;
	if (is_safe(rq))
		return !site || !strcmp(site, "same-origin") || !strcmp(site, "none")
		               ? OK
		               : foreign(&p->c);
	if (!site)
		return ours ? OK : foreign(&p->c);
	if (strcmp(site, "same-origin") != 0)
		return foreign(&p->c);
	if (origin && !ours && !is_same_host(origin, host))
		return foreign(&p->c);
	return OK;
}

enum err stage_actor(struct pass *p)
{
	enum err e;

	if (p->route->perm == PERM_PUBLIC)
		return OK;
	e = actor_resolve(p);
	if (e != ERR_UNAUTHENTICATED || !p->route->or_nobody)
		return e;
	p->c.fault = (struct fault){ 0 };
	return OK;
}

/* What neither a key nor an operator does as somebody else, whatever that person may. */
static enum err check_visit(struct pass *p)
{
	const struct session *s = p->c.session;

	if (p->route->own && s->key)
		return FAIL(&p->c, ERR_DENIED, "key-refused",
		            "This is not done with an API key.");
	if (s->visit_id == 0)
		return OK;
	if (p->route->own || p->route->unvisited)
		return FAIL(&p->c, ERR_DENIED, "visit-own",
		            "This is for the person himself, not for a visit.");
	if (!is_safe(p->rq) && !s->visit_writes)
		return FAIL(&p->c, ERR_DENIED, "visit-read-only", "This visit may only look.");
	return OK;
}

static enum err check_proof(struct pass *p)
{
	const struct session *s = p->c.session;

	if (!p->route->proof || (s->key && p->route->key_proves))
		return OK;
	if (s->key)
		return FAIL(&p->c, ERR_DENIED, "key-refused",
		            "This is not done with an API key.");
	return session_need_proof(&p->c);
}

enum err stage_permission(struct pass *p)
{
	bool nobody = p->route->or_nobody && !p->c.session;
	enum err e;

	if (p->route->perm == PERM_PUBLIC || nobody)
		return OK;
	/* Half a session: the page shows what is missing. */
	e = p->route->perm == PERM_PENDING ? OK : session_need_whole(&p->c);
	if (!e)
		e = check_visit(p);
	if (!e)
		e = ctx_need(&p->c, p->route->perm);
	return e ? e : check_proof(p);
}

enum err stage_query(struct pass *p)
{
	static const struct json_table none = { .n = 0 };
	const struct json_table *t = p->route->args;
	void *args;

	if (!t && !*p->rq->query)
		return OK;
	args = t ? arena_alloc(p->c.mem, t->size) : NULL;
	p->rq->args = args;
	return query_read(p->c.mem, &p->c.fault, p->rq->query, t ? t : &none, args);
}
