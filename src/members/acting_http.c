#include "members/acting.h"
#include "members/members_http.h"
#include "signin/signin_http.h"

static const struct json_in switch_in[] = {
	JSON_IN_ID(struct acting_in, membership_id, ID_MEMBERSHIP, .need = true,
	           .help = "one of the caller's own"),
	JSON_IN_ID(struct acting_in, account_id, ID_ACCOUNT, .need = true,
	           .help = "its account, or one where a role of it is assigned"),
};
static const struct json_table switch_table = JSON_TABLE(struct acting_in, switch_in);

static enum err run_switch(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct session *s = arena_new(c->mem, struct session);
	char token[TOKEN_TEXT];
	enum err e = acting_switch(c, rq->in, token, s);

	if (e)
		return e;
	c->session = s;
	rs->cookie = session_cookie(c, token, "");
	return session_answer(c, s, rs);
}

const struct route acting_routes[] = {
	{ .method = METHOD_POST,
	  .path = "/api/v1/session/acting",
	  .run = run_switch,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_FREE,
	  .own = true,
	  .name = "actFor",
	  .summary = "Goes on for another of one's own accounts, with a new session",
	  .in = &switch_table,
	  .out = &session_shape,
	  .body_max = 1024 },
	{ .path = NULL },
};
