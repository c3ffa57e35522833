#include "bulk/bulk_http.h"

#include <string.h>

#include "bulk/bulk.h"
#include "search/query.h"
#include "web/jobs_http.h"

#define TEXT_MAX_CHARS 500
#define BODY_MAX       16384

struct work_in {
	struct str_list account_ids;
	const char *q;
	int64_t expected;
	const char *reason_text;
};
#define SET_IN(T) \
	JSON_IN(T, account_ids, .min = 1, .max = BULK_IDS_MAX, \
	        .help = "these; or all of a list"), \
		JSON_IN(T, q, .nullable = true, .max = QUERY_MAX, \
	                .help = "all that this filter of the list of accounts leaves")
#define WORK_IN \
	SET_IN(struct work_in), JSON_IN(struct work_in, expected, .need = true, .min = 1, \
	                                .help = "how many they are, as the preview said")
#define REASON_IN(...) \
	JSON_IN(struct work_in, reason_text, __VA_ARGS__, .max = TEXT_MAX_CHARS, .lines = true)

static const struct json_in reasoned_in[] = {
	WORK_IN,
	REASON_IN(.need = true, .min = 1),
};
static const struct json_table reasoned = JSON_TABLE(struct work_in, reasoned_in);
static const struct json_in enable_in[] = { WORK_IN, REASON_IN(.nullable = true) };
static const struct json_table enable_table = JSON_TABLE(struct work_in, enable_in);
static const struct json_in reset_in[] = { WORK_IN };
static const struct json_table reset_table = JSON_TABLE(struct work_in, reset_in);

static enum err start(struct ctx *c, const struct request *rq, struct response *rs,
                      enum bulk_act act)
{
	const struct work_in *in = rq->in;
	const struct bulk_new work = {
		.act = act,
		.set = { in->account_ids, in->q },
		.expected = in->expected,
		.reason = in->reason_text,
	};
	char text[ID_TEXT];
	struct job job;
	int64_t id;
	enum err e = bulk_create(c, &work, &id);

	if (!e)
		e = jobs_find(c, id, &job);
	if (e)
		return e;
	id_write(ID_JOB, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/jobs/%s", text);
	answer_etag(rs, c->mem, job.ver);
	answer_row(rs, &job_shape, &job);
	return OK;
}

static enum err suspend(struct ctx *c, const struct request *rq, struct response *rs)
{
	return start(c, rq, rs, BULK_SUSPEND);
}

static enum err enable(struct ctx *c, const struct request *rq, struct response *rs)
{
	return start(c, rq, rs, BULK_ENABLE);
}

static enum err terminate(struct ctx *c, const struct request *rq, struct response *rs)
{
	return start(c, rq, rs, BULK_TERMINATE);
}

static enum err reset(struct ctx *c, const struct request *rq, struct response *rs)
{
	return start(c, rq, rs, BULK_RESET);
}

struct preview_in {
	const char *action;
	struct str_list account_ids;
	const char *q;
};
static const struct json_in preview_in[] = {
	JSON_IN(struct preview_in, action, .need = true, .words = bulk_acts),
	SET_IN(struct preview_in),
};
static const struct json_table preview_table = JSON_TABLE(struct preview_in, preview_in);

static const struct shape reason_shape = {
	.name = "BulkReason",
	.fields = { bulk_reason_fields, BULK_REASON_FIELDS },
};
static const struct shape example_shape = {
	.name = "BulkExample",
	.fields = { bulk_example_fields, BULK_EXAMPLE_FIELDS },
};
static const struct shape_part preview_parts[] = {
	{ "reasons", &reason_shape, true },
	{ "examples", &example_shape, true },
	{ NULL, NULL, false },
};
static const struct shape preview_shape = {
	.name = "BulkPreview",
	.fields = { bulk_preview_fields, BULK_PREVIEW_FIELDS },
	.parts = preview_parts,
};

static void put_rows(struct buf *b, const char *name, const struct shape *shape,
                     const struct db_list *rows, size_t row_size)
{
	json_key(b, name);
	json_open(b, '[');
	for (size_t i = 0; i < rows->n; i++)
		json_row(b, shape->fields, (const char *)rows->v + i * row_size);
	json_close(b, ']');
}

static enum bulk_act act_of(const char *word)
{
	size_t act = 0;

	while (strcmp(bulk_acts[act], word) != 0)
		act++;
	return (enum bulk_act)act;
}

static enum err preview(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct preview_in *in = rq->in;
	const struct bulk_set set = { in->account_ids, in->q };
	struct db_list reasons, examples;
	struct buf *b = &rs->body;
	struct bulk_preview row;
	enum err e = bulk_preview(c, act_of(in->action), &set, &row, &reasons, &examples);

	if (e)
		return e;
	json_open(b, '{');
	json_members(b, preview_shape.fields, &row);
	put_rows(b, "reasons", &reason_shape, &reasons, sizeof(struct bulk_reason));
	put_rows(b, "examples", &example_shape, &examples, sizeof(struct bulk_example));
	json_close(b, '}');
	return OK;
}

#define JOBS "/api/v1/account-jobs"
/* What all that begin one have in common. */
#define STARTS(word, permission, table) \
	.method = METHOD_POST, .path = JOBS "/" #word, .run = word, .perm = permission, \
	.mode = ROUTE_WRITE, .unvisited = true, .in = &table, .out = &job_shape, \
	.body_max = BODY_MAX, .status = 202

const struct route bulk_routes[] = {
	{ .method = METHOD_POST,
	  .path = JOBS "/preview",
	  .run = preview,
	  .perm = PERM_ACCOUNT_LIST,
	  .mode = ROUTE_QUIET,
	  .unvisited = true,
	  .name = "previewAccountJob",
	  .summary = "What an act on many accounts would do, and to which it cannot be done",
	  .in = &preview_table,
	  .out = &preview_shape,
	  .body_max = BODY_MAX },
	{ STARTS(suspend, PERM_ACCOUNT_SUSPEND, reasoned), .name = "suspendAccounts",
	  .summary = "Suspends many accounts: a job" },
	{ STARTS(enable, PERM_ACCOUNT_RESUME, enable_table), .name = "enableAccounts",
	  .summary = "Releases the holds of many accounts that the caller may release: a job" },
	{ STARTS(terminate, PERM_ACCOUNT_TERMINATE, reasoned), .proof = true,
	  .key_proves = true, .name = "terminateAccounts",
	  .summary = "Ends many accounts, which can come back until their purge: a job" },
	{ .method = METHOD_POST,
	  .path = JOBS "/reset-password",
	  .run = reset,
	  .perm = PERM_MEMBER_RESET_PASSWORD,
	  .mode = ROUTE_WRITE,
	  .unvisited = true,
	  .name = "resetPasswordsOfAccounts",
	  .summary = "Mails the main users of many accounts a link for a new password: a job",
	  .in = &reset_table,
	  .out = &job_shape,
	  .body_max = BODY_MAX,
	  .status = 202 },
	{ .path = NULL },
};
