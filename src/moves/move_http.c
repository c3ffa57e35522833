#include "accounts/accounts_http.h"
#include "moves/move.h"
#include "moves/move_http.h"

#define TEXT_MAX_CHARS 500

static const struct shape_part preview_parts[] = {
	{ "blockers", NULL, true },
	{ "warnings", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape preview_shape = {
	.name = "MovePreview",
	.fields = { move_preview_fields, MOVE_PREVIEW_FIELDS },
	.parts = preview_parts,
};

struct preview_args {
	int64_t parent_id;
};
static const struct json_in preview_in[] = {
	JSON_IN_ID(struct preview_args, parent_id, ID_ACCOUNT, .need = true,
	           .help = "the account it would stand below"),
};
static const struct json_table preview_args = JSON_TABLE(struct preview_args, preview_in);

static void put_words(struct buf *b, const char *key, const struct db_list *words)
{
	json_key(b, key);
	json_open(b, '[');
	for (size_t i = 0; i < words->n; i++)
		json_str(b, ((const char *const *)words->v)[i]);
	json_close(b, ']');
}

static enum err preview(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct preview_args *a = rq->args;
	const struct move move = { .account_id = rq->ids[0], .parent_id = a->parent_id };
	struct db_list blockers, warnings;
	struct move_preview row;
	struct buf *b = &rs->body;
	enum err e = account_move_preview(c, &move, &row, &blockers, &warnings);

	if (e)
		return e;
	json_open(b, '{');
	json_members(b, preview_shape.fields, &row);
	put_words(b, "blockers", &blockers);
	put_words(b, "warnings", &warnings);
	json_close(b, '}');
	return OK;
}

struct move_in {
	int64_t parent_id;
	const char *reason_text;
};
static const struct json_in move_in[] = {
	JSON_IN_ID(struct move_in, parent_id, ID_ACCOUNT, .need = true,
	           .help = "the account it stands below from now on"),
	JSON_IN(struct move_in, reason_text, .need = true, .min = 1, .max = TEXT_MAX_CHARS,
	        .lines = true),
};
static const struct json_table move_table = JSON_TABLE(struct move_in, move_in);

static enum err move(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct move_in *in = rq->in;
	const struct move move = { rq->ids[0], in->parent_id, in->reason_text };
	enum err e = account_move(c, &move);

	return e ? e : account_answer(c, rq->ids[0], rs);
}

#define ONE "/api/v1/accounts/{acc}/move"

const struct route move_routes[] = {
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = preview,
	  .perm = PERM_ACCOUNT_MOVE,
	  .mode = ROUTE_READ,
	  .unvisited = true,
	  .name = "getMove",
	  .summary = "What moving an account would mean, before it is done",
	  .args = &preview_args,
	  .out = &preview_shape },
	{ .method = METHOD_POST,
	  .path = ONE,
	  .run = move,
	  .perm = PERM_ACCOUNT_MOVE,
	  .mode = ROUTE_WRITE,
	  .unvisited = true,
	  .proof = true,
	  .key_proves = true,
	  .name = "moveAccount",
	  .summary = "Puts an account and all below it under another one",
	  .in = &move_table,
	  .out = &account_shape,
	  .body_max = 4096 },
	{ .path = NULL },
};
