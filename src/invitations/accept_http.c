#include "invitations/accept.h"
#include "invitations/invitations.h"
#include "invitations/invitations_http.h"
#include "signin/password.h"

struct look_in {
	const char *token;
};
static const struct json_in look_in[] = {
	JSON_IN(struct look_in, token, .need = true, .raw = true, .min = 1, .max = 200,
	        .help = "from the link in the mail"),
};
static const struct json_table look_table = JSON_TABLE(struct look_in, look_in);
static const struct shape look_shape = {
	.name = "InvitationLook",
	.fields = { invitation_look_fields, INVITATION_LOOK_FIELDS },
};

static enum err look(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct look_in *in = rq->in;
	struct invitation_look row;
	enum err e = invitations_look(c, in->token, &row);

	if (!e)
		answer_row(rs, &look_shape, &row);
	return e;
}

static const struct json_in accept_in[] = {
	JSON_IN(struct invitation_accept, token, .need = true, .raw = true, .min = 1,
	        .max = 200, .help = "from the link in the mail"),
	JSON_IN(struct invitation_accept, password, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_BYTES, .help = "a new one; one's own when one is known"),
	JSON_IN(struct invitation_accept, name, .nullable = true, .min = 1,
	        .max = 2 * INVITATION_NAME_MAX, .help = "of somebody new, as he wants it"),
};
static const struct json_table accept_table = JSON_TABLE(struct invitation_accept, accept_in);

static enum err accept(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return invitations_accept(c, rq->in);
}

const struct route invited_routes[] = {
	{ .method = METHOD_POST,
	  .path = "/api/v1/invitations/look",
	  .run = look,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "lookAtInvitation",
	  .summary = "What a link of an invitation is good for; changes nothing",
	  .in = &look_table,
	  .out = &look_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/invitations/accept",
	  .run = accept,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "acceptInvitation",
	  .summary = "Accepts an invitation, once; signs nobody in",
	  .in = &accept_table,
	  .body_max = 4096,
	  .status = 204 },
	{ .path = NULL },
};
