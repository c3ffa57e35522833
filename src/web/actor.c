#include "signin/recall.h"
#include "web/pass.h"

/*
 * The one place that says who is calling; handlers, exports and repeats all
 * come through here.  A person is known by the session cookie alone: anything
 * else in the request that claims to be somebody is not looked at.  What
 * changes something is asked for anew each time; what reads may go by what
 * the worker remembers.
 */
enum err actor_resolve(struct pass *p)
{
	struct ctx *c = &p->c;
	struct session *s = arena_new(c->mem, struct session);
	const char *token;
	enum err e = request_cookie(p->rq, c->mem, &c->fault,
	                            session_cookie_name(c->config->base_path), &token);

	if (e)
		return e;
	if (!token)
		return FAIL(c, ERR_UNAUTHENTICATED, "not-signed-in", "Please sign in.");
	e = p->rq->method == METHOD_GET ? session_recall(c, token, s) :
	                                  session_resolve(c, token, s);
	if (!e)
		c->session = s;
	return e;
}
