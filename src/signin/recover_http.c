#include "signin/code.h"
#include "signin/email.h"
#include "signin/password.h"
#include "signin/reset.h"
#include "signin/signin_http.h"
#include "signin/unlock.h"

struct login_in {
	const char *login;
};
static const struct json_in login_v[] = {
	JSON_IN(struct login_in, login, .need = true, .min = 1, .max = 190,
	        .help = "in any spelling of its letters"),
};
static const struct json_table login_table = JSON_TABLE(struct login_in, login_v);

static enum err forgot(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct login_in *in = rq->in;

	(void)rs;
	return reset_ask(c, in->login);
}

static enum err ask_code(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct login_in *in = rq->in;

	(void)rs;
	return code_ask(c, in->login);
}

struct reset_in {
	const char *token, *password;
};
static const struct json_in reset_v[] = {
	JSON_IN(struct reset_in, token, .need = true, .min = 1, .max = 100,
	        .help = "of the link"),
	JSON_IN(struct reset_in, password, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_BYTES),
};
static const struct json_table reset_table = JSON_TABLE(struct reset_in, reset_v);

static enum err reset(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct reset_in *in = rq->in;

	(void)rs;
	return reset_use(c, in->token, in->password);
}

static const struct json_in use_v[] = {
	JSON_IN(struct code_use_in, login, .need = true, .min = 1, .max = 190),
	JSON_IN(struct code_use_in, code, .need = true, .min = 1, .max = 20),
	JSON_IN(struct code_use_in, password, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_BYTES),
};
static const struct json_table use_table = JSON_TABLE(struct code_use_in, use_v);

static enum err use_code(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return code_use(c, rq->in);
}

struct token_in {
	const char *token;
};
static const struct json_in token_v[] = {
	JSON_IN(struct token_in, token, .need = true, .min = 1, .max = 100,
	        .help = "of the link"),
};
static const struct json_table token_table = JSON_TABLE(struct token_in, token_v);

static const char *const email_states[] = { "changed", "waiting", NULL };
struct email_state {
	const char *state;
};
static const struct field email_state_v[] = {
	FIELD(struct email_state, state, .words = email_states),
};
static const struct shape email_shape = { .name = "EmailChange",
	                                  .fields = FIELDS(email_state_v) };

static enum err confirm_email(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct token_in *in = rq->in;
	struct email_state out;
	bool done = false;
	enum err e = email_confirm(c, in->token, &done);

	if (e)
		return e;
	out.state = done ? "changed" : "waiting";
	answer_row(rs, &email_shape, &out);
	return OK;
}

static enum err unlock(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct token_in *in = rq->in;

	(void)rs;
	return unlock_use(c, in->token);
}

const struct route recover_routes[] = {
	{ .method = METHOD_POST,
	  .path = "/api/v1/session/forgot",
	  .run = forgot,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "forgotPassword",
	  .summary =
	          "Asks for a link for a new password; the answer is the same for anybody",
	  .in = &login_table,
	  .body_max = 1024,
	  .status = 202 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/session/reset",
	  .run = reset,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "resetPassword",
	  .summary = "Sets a password by a link, once; does not sign in",
	  .in = &reset_table,
	  .body_max = 8192,
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/session/code",
	  .run = ask_code,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "askCode",
	  .summary =
	          "Asks for a code to set the first password; the answer is the same for anybody",
	  .in = &login_table,
	  .body_max = 1024,
	  .status = 202 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/session/code/use",
	  .run = use_code,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "useCode",
	  .summary = "Sets the first password by a code, once; does not sign in",
	  .in = &use_table,
	  .body_max = 8192,
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/session/unlock",
	  .run = unlock,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_QUIET,
	  .name = "unlockSignIn",
	  .summary = "Lets who was locked out try again, by a link, once; does not sign in",
	  .in = &token_table,
	  .body_max = 1024,
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/me/email/confirm",
	  .run = confirm_email,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_QUIET,
	  .name = "confirmEmail",
	  .summary = "One of the two mailboxes says yes to a new address",
	  .in = &token_table,
	  .out = &email_shape,
	  .body_max = 1024 },
	{ .path = NULL },
};
