#include "accounts/accounts_http.h"
#include "holds/holds_http.h"
#include "holds/life.h"

#define TEXT_MAX_CHARS 500

static const char *const actions[] = { "suspend", "enable", "terminate", "restore", NULL };

static const struct shape effect_shape = {
	.name = "Effect",
	.fields = { impact_effect_fields, IMPACT_EFFECT_FIELDS },
};
static const struct shape_part impact_parts[] = {
	{ "effects", &effect_shape, true },
	{ "warnings", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape impact_shape = {
	.name = "Impact",
	.fields = { impact_fields, IMPACT_FIELDS },
	.parts = impact_parts,
};

struct impact_args {
	const char *action;
};
static const struct json_in impact_in[] = {
	JSON_IN(struct impact_args, action, .need = true, .words = actions),
};
static const struct json_table impact_args = JSON_TABLE(struct impact_args, impact_in);

static enum err impact(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct impact_args *a = rq->args;
	struct db_list effects, warnings;
	struct buf *b = &rs->body;
	struct impact row;
	enum err e = life_impact(c, rq->ids[0], a->action, &row, &effects, &warnings);

	if (e)
		return e;
	json_open(b, '{');
	json_members(b, impact_shape.fields, &row);
	json_key(b, "effects");
	json_open(b, '[');
	for (size_t i = 0; i < effects.n; i++)
		json_row(b, effect_shape.fields, (const struct impact_effect *)effects.v + i);
	json_close(b, ']');
	json_key(b, "warnings");
	json_open(b, '[');
	for (size_t i = 0; i < warnings.n; i++)
		json_str(b, ((const char *const *)warnings.v)[i]);
	json_close(b, ']');
	json_close(b, '}');
	return OK;
}

struct end_in {
	const char *reason_text, *confirm_name;
};
static const struct json_in end_in[] = {
	JSON_IN(struct end_in, reason_text, .need = true, .min = 1, .max = TEXT_MAX_CHARS,
	        .lines = true),
	JSON_IN(struct end_in, confirm_name, .need = true, .min = 1, .max = 200,
	        .help = "the account's name, typed"),
};
static const struct json_table end_table = JSON_TABLE(struct end_in, end_in);

static enum err terminate(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct end_in *in = rq->in;
	struct life_end end = { .account_id = rq->ids[0], .reason = in->reason_text,
		                .confirm_name = in->confirm_name };
	enum err e = life_terminate(c, &end);

	return e ? e : account_answer(c, rq->ids[0], rs);
}

static enum err delete(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct life_end end = { .account_id = rq->ids[0], .ver = rq->if_match };
	enum err e = life_terminate(c, &end);

	return e ? e : account_answer(c, rq->ids[0], rs);
}

struct return_in {
	const char *reason_text;
};
static const struct json_in return_in[] = {
	JSON_IN(struct return_in, reason_text, .need = true, .min = 1, .max = TEXT_MAX_CHARS,
	        .lines = true),
};
static const struct json_table return_table = JSON_TABLE(struct return_in, return_in);

static enum err restore(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct return_in *in = rq->in;
	enum err e = life_restore(c, rq->ids[0], in->reason_text);

	return e ? e : account_answer(c, rq->ids[0], rs);
}

#define ONE "/api/v1/accounts/{acc}"

const struct route life_routes[] = {
	{ .method = METHOD_GET, .path = ONE "/impact", .run = impact, .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ, .name = "getImpact",
	  .summary = "What an act would do, before it is done", .args = &impact_args,
	  .out = &impact_shape },
	{ .method = METHOD_POST, .path = ONE "/terminate", .run = terminate,
	  .perm = PERM_ACCOUNT_TERMINATE, .mode = ROUTE_WRITE, .unvisited = true,
	  .proof = true, .key_proves = true, .name = "terminateAccount",
	  .summary = "Ends an account; it can come back until its purge", .in = &end_table,
	  .out = &account_shape, .body_max = 4096 },
	{ .method = METHOD_DELETE, .path = ONE, .run = delete, .perm = PERM_ACCOUNT_TERMINATE,
	  .mode = ROUTE_WRITE, .unvisited = true, .proof = true, .key_proves = true,
	  .name = "deleteAccount",
	  .summary = "Ends an account with the usual retention", .out = &account_shape,
	  .versioned = true },
	{ .method = METHOD_POST, .path = ONE "/restore", .run = restore,
	  .perm = PERM_ACCOUNT_RESTORE, .mode = ROUTE_WRITE, .name = "restoreAccount",
	  .summary = "Brings an account back as its next generation", .in = &return_table,
	  .out = &account_shape, .body_max = 4096 },
	{ .path = NULL },
};
