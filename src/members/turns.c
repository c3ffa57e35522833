#include "members/turns.h"

#include <stdio.h>
#include <string.h>

#include "members/asker.h"

struct step {
	struct ctx *c;
	const struct turns *turns;
	struct job_turn turn;
	bool taken, ended;
	const char *failure; /* of the item, to be written down */
};

static enum err run_turn(struct step *s)
{
	enum err e = asker_become(s->c, s->turn.membership_id, s->turn.account_id);

	return e ? e : s->turns->run(s->c, &s->turn);
}

static enum err do_item(void *arg)
{
	struct step *s = arg;
	struct ctx *c = s->c;
	const struct actor system = c->actor;
	char own_id[sizeof(c->request_id)];
	enum err e;

	c->audited = 0;
	s->taken = false;
	e = job_items_take(c, s->turns->target, &s->turn, &s->ended);
	if (e || s->ended)
		return e;
	s->taken = true;
	/* It stands in the log under the request that asked for it; what comes after does not. */
	memcpy(own_id, c->request_id, sizeof(own_id));
	snprintf(c->request_id, sizeof(c->request_id), "%s", s->turn.correlation_id);
	e = run_turn(s);
	memcpy(c->request_id, own_id, sizeof(own_id));
	c->actor = system;
	return e ? e : job_items_done(c, &s->turn, NULL);
}

static enum err write_failure(void *arg)
{
	struct step *s = arg;

	return job_items_done(s->c, &s->turn, s->failure);
}

/* What another try by the worker would not mend is the item's own failure. */
static bool is_refusal(enum err e)
{
	return e == ERR_DENIED || e == ERR_CONFLICT || e == ERR_NOT_FOUND || e == ERR_INVALID ||
	       e == ERR_LIMITED || e == ERR_INTERNAL;
}

enum err turns_step(struct ctx *c, const struct turns *t, bool *did)
{
	struct step s = { .c = c, .turns = t };
	enum err e;

	c->now = stamp_now();
	c->fault = (struct fault){ 0 };
	e = db_tx(c->db, DB_WRITE, do_item, &s);
	if (e == ERR_NOT_FOUND && !s.taken) {
		*did = false;
		return OK;
	}
	if (s.taken && is_refusal(e)) {
		s.failure = c->fault.code ? c->fault.code : err_name(e);
		e = db_tx(c->db, DB_WRITE, write_failure, &s);
	}
	c->fault = (struct fault){ 0 };
	if (!e)
		*did = true;
	return e;
}
