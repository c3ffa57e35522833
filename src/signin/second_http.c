#include "signin/factor.h"
#include "signin/password.h"
#include "signin/second.h"
#include "signin/signin_http.h"

#define CODE_MAX 64

struct code_in {
	const char *code;
};
static const struct json_in code_v[] = {
	JSON_IN(struct code_in, code, .need = true, .min = 6, .max = CODE_MAX,
	        .help = "of the app, or a recovery code"),
};
static const struct json_table code_table = JSON_TABLE(struct code_in, code_v);

static enum err enter(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct session *s = arena_new(c->mem, struct session);
	const struct code_in *in = rq->in;
	char token[TOKEN_TEXT];
	enum err e = second_step(c, in->code, token, s);

	if (e)
		return e;
	c->session = s;
	rs->cookie = session_cookie(c, token, "");
	return session_answer(c, s, rs);
}

static const struct json_in proof_v[] = {
	JSON_IN(struct proof_in, password, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_BYTES, .help = "exactly as it was set"),
	JSON_IN(struct proof_in, code, .min = 6, .max = CODE_MAX,
	        .help = "where two-step verification is set up"),
};
static const struct json_table proof_table = JSON_TABLE(struct proof_in, proof_v);

static enum err prove(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return second_prove(c, rq->in);
}

static const struct field setup_v[] = {
	FIELD(struct factor_setup, secret),
	FIELD(struct factor_setup, uri),
};
static const struct shape setup_shape = { .name = "FactorSetup", .fields = FIELDS(setup_v) };

static enum err begin(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct factor_setup setup;
	enum err e = second_begin(c, &setup);

	(void)rq;
	if (e)
		return e;
	answer_row(rs, &setup_shape, &setup);
	return OK;
}

static const struct shape_part codes_parts[] = {
	{ "recovery_codes", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape codes_shape = { .name = "RecoveryCodes", .parts = codes_parts };

static void answer_codes(struct response *rs, const struct recovery_codes *codes)
{
	struct buf *b = &rs->body;

	json_open(b, '{');
	json_key(b, "recovery_codes");
	json_open(b, '[');
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		json_str(b, codes->v[i]);
	json_close(b, ']');
	json_close(b, '}');
}

static enum err confirm(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct code_in *in = rq->in;
	struct recovery_codes codes;
	char token[TOKEN_TEXT];
	enum err e = second_confirm(c, in->code, token, &codes);

	if (e)
		return e;
	rs->cookie = session_cookie(c, token, "");
	answer_codes(rs, &codes);
	return OK;
}

static enum err renew(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct recovery_codes codes;
	enum err e = second_renew(c, &codes);

	(void)rq;
	if (e)
		return e;
	answer_codes(rs, &codes);
	return OK;
}

static enum err take_away(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rq;
	(void)rs;
	return second_remove(c);
}

const struct route second_routes[] = {
	{ .method = METHOD_POST,
	  .path = "/api/v1/session/otp",
	  .run = enter,
	  .perm = PERM_PENDING,
	  .mode = ROUTE_FREE,
	  .own = true,
	  .name = "enterSecondStep",
	  .summary = "Makes a half session whole by a code, under a new token",
	  .in = &code_table,
	  .out = &session_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/session/proof",
	  .run = prove,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_FREE,
	  .own = true,
	  .name = "proveSession",
	  .summary = "Proves again who one is, for five minutes",
	  .in = &proof_table,
	  .body_max = 8192,
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/me/factor",
	  .run = begin,
	  .perm = PERM_PENDING,
	  .mode = ROUTE_FREE,
	  .own = true,
	  .name = "setUpFactor",
	  .summary = "Begins to set up two-step verification; wants a proof in a whole session",
	  .out = &setup_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/me/factor/confirm",
	  .run = confirm,
	  .perm = PERM_PENDING,
	  .mode = ROUTE_FREE,
	  .own = true,
	  .name = "confirmFactor",
	  .summary = "Ends setting up by a code of the app; shows the recovery codes this once",
	  .in = &code_table,
	  .out = &codes_shape,
	  .body_max = 1024 },
	{ .method = METHOD_DELETE,
	  .path = "/api/v1/me/factor",
	  .run = take_away,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .proof = true,
	  .name = "removeFactor",
	  .summary = "Removes two-step verification where no account asks for it",
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/me/recovery-codes",
	  .run = renew,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_FREE,
	  .own = true,
	  .proof = true,
	  .name = "renewRecoveryCodes",
	  .summary = "New recovery codes, shown this once; the older are void",
	  .out = &codes_shape,
	  .body_max = 1024 },
	{ .path = NULL },
};
