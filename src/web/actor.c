#include <string.h>

#include "signin/recall.h"
#include "web/pass.h"

#define BEARER "Bearer "

const char *actor_key(const struct request *rq)
{
	const char *s = request_param(rq, "HTTP_AUTHORIZATION");

	return s && !strncmp(s, BEARER, strlen(BEARER)) ? s + strlen(BEARER) : NULL;
}

static enum err by_cookie(struct pass *p, struct session *s)
{
	struct ctx *c = &p->c;
	const char *token;
	enum err e = request_cookie(p->rq, c->mem, &c->fault,
	                            session_cookie_name(c->config->base_path), &token);

	if (e)
		return e;
	if (!token)
		return session_nobody(c);
	return p->rq->method == METHOD_GET ? session_recall(c, token, s)
	                                   : session_resolve(c, token, s);
}

/* The operator's page of a visit says so in a header; his own session comes first. */
static enum err by_visit(struct pass *p, struct session *s)
{
	struct ctx *c = &p->c;
	const char *text = request_param(p->rq, "HTTP_X_GATEHOUSE_VISIT");
	int64_t id;

	if (!text)
		return OK;
	if (!id_read(ID_VISIT, text, strlen(text), &id))
		return FAIL(c, ERR_NOT_FOUND, "visit-ended", "This visit has ended.");
	if (!ctx_may(c, PERM_SUPPORT_IMPERSONATE))
		return ctx_need(c, PERM_SUPPORT_IMPERSONATE);
	return session_visit(c, id, s);
}

/*
 * The one place that says who is calling; handlers, exports and repeats all
 * come through here.  A person is known by the session cookie, a program by its
 * key: anything else in the request that claims to be somebody is not looked
 * at.  What changes something is asked for anew each time; what reads may go
 * by what the worker remembers.
 */
enum err actor_resolve(struct pass *p)
{
	struct ctx *c = &p->c;
	struct session *s = arena_new(c->mem, struct session);
	const char *key = actor_key(p->rq);
	enum err e = key ? session_of_key(c, key, s) : by_cookie(p, s);

	if (!e && !key)
		e = by_visit(p, s);
	if (!e)
		c->session = s;
	return e;
}
