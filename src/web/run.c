#include <string.h>

#include "signin/session.h"
#include "web/pass.h"

#define BODY_MAX (8u * 1024 * 1024)

/* A fault is large: it is wiped only when there is one. */
static void forget_fault(struct ctx *c)
{
	if (c->fault.code || c->fault.nfields || c->fault.retry_after_sec)
		c->fault = (struct fault){ 0 };
}

/* One try of the handler.  A deadlock brings us here again: start clean. */
static enum err run_handler(struct pass *p, const struct route *route, struct response *rs)
{
	const struct response clean = { .body = rs->body };
	struct ctx *c = &p->c;
	enum err e;

	*rs = clean;
	rs->body.len = 0;
	rs->body.failed = false;
	rs->status = route->status ? route->status : 200;
	rs->type = route->produces;
	c->audited = 0;
	forget_fault(c);
	e = route->run(c, p->rq, rs);
	if (e)
		return e;
	if (route->mode == ROUTE_WRITE && c->audited == 0)
		return FAIL(c, ERR_INTERNAL, "unaudited", "A change left no line in the log.");
	if (rs->body.failed)
		return FAIL(c, ERR_INTERNAL, "answer-too-long", "The answer did not fit.");
	return OK;
}

static enum err run_read(void *arg)
{
	struct pass *p = arg;

	return run_handler(p, p->route, p->rs);
}

static void replay(struct pass *p, const struct op_answer *a)
{
	struct response *rs = p->rs;

	rs->status = (int)a->status;
	rs->type = p->route->produces;
	rs->location = a->location;
	rs->etag = a->etag;
	rs->body.len = 0;
	buf_put(&rs->body, (const char *)a->body.p, a->body.n);
	if (p->op.keyed)
		pass_header(rs, "Idempotency-Replayed: true");
}

/* Who calls and what he may is found anew, where it changed on the way here. */
static enum err look_again(struct pass *p)
{
	enum err e;

	if (!p->stale)
		return OK;
	e = actor_resolve(p);
	return e ? e : stage_permission(p);
}

/*
 * Its own mark first, then what the caller came with: whoever ends or changes
 * that waits for us, or we find it so and begin again.
 */
static enum err run_write(void *arg)
{
	struct pass *p = arg;
	struct ctx *c = &p->c;
	struct response *rs = p->rs;
	struct op_answer a = { 0 };
	bool done = false;
	enum err e;

	forget_fault(c);
	e = look_again(p);
	if (!e)
		e = op_begin(c, &p->op, &done, &a);
	if (e)
		return e;
	if (done) {
		replay(p, &a);
		return OK;
	}
	e = session_hold(c, &p->stale);
	if (!e && p->stale)
		return ERR_RETRY;
	if (!e)
		e = run_handler(p, p->route, rs);
	if (e)
		return e;
	a.status = rs->status;
	a.location = rs->location;
	a.etag = rs->etag;
	a.body = (struct bytes){ (const unsigned char *)rs->body.p, rs->body.len };
	return op_finish(c, &p->op, &a);
}

enum err stage_run(struct pass *p)
{
	buf_init(&p->rs->body, p->c.mem, BODY_MAX);
	switch (p->route->mode) {
	case ROUTE_READ:
		return db_tx(p->c.db, DB_READ, run_read, p);
	case ROUTE_WRITE:
	case ROUTE_QUIET:
		return db_tx(p->c.db, DB_WRITE, run_write, p);
	case ROUTE_FREE:
		return run_handler(p, p->route, p->rs);
	case ROUTE_NONE:
		break;
	}
	return FAIL(&p->c, ERR_INTERNAL, "no-mode", "A route has no mode.");
}

struct look {
	struct pass *p;
	const struct route *route;
	struct response rs;
};

static enum err run_look(void *arg)
{
	struct look *l = arg;

	return run_handler(l->p, l->route, &l->rs);
}

/* Reads in a transaction of its own; the fault that brought us here is kept. */
const char *run_current(struct pass *p)
{
	struct look l = { .p = p, .route = match_sibling(p->w->tables, p->route, METHOD_GET) };
	struct fault told = p->c.fault;
	enum err e;

	if (!l.route || l.route->args || l.route->list || !ctx_may(&p->c, l.route->perm))
		return NULL;
	buf_init(&l.rs.body, p->c.mem, BODY_MAX);
	e = db_tx(p->c.db, DB_READ, run_look, &l);
	p->c.fault = told;
	return e ? NULL : buf_str(&l.rs.body);
}
