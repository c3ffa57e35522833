#include "web/jobs_http.h"

#include "core/job_items.h"

const struct shape job_shape = { .name = "Job", .fields = FIELDS(job_fields) };

static const char *const sorts[] = { "-created", NULL };

struct list_args {
	const char *state, *kind, *cursor;
	int64_t limit;
	bool own;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, state, .words = job_states, .help = "only these"),
	JSON_IN(struct list_args, kind, .min = 1, .max = 40, .help = "only these"),
	JSON_IN(struct list_args, own, .help = "only what the caller asked for"),
	JSON_IN(struct list_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
	JSON_IN(struct list_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static void job_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct job *)row)->id;
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	const struct job_filter filter = { a->state, a->kind, a->own };
	struct page_end end = { 0 };
	struct db_list rows;
	struct page page;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e)
		e = jobs_list(c, &filter, &page, &rows);
	if (!e)
		e = jobs_count(c, &filter, &end.total);
	if (e)
		return e;
	end.exact = end.total <= JOBS_COUNT_MAX;
	end.total = end.exact ? end.total : JOBS_COUNT_MAX;
	page_close(c->mem, &page, &rows, sizeof(struct job), job_key, &end);
	answer_items(rs, &job_shape, rows.v, rows.n, sizeof(struct job), &end);
	return OK;
}

static enum err answer_job(struct ctx *c, int64_t id, struct response *rs)
{
	struct job job;
	enum err e = jobs_find(c, id, &job);

	if (e)
		return e;
	answer_etag(rs, c->mem, job.ver);
	answer_row(rs, &job_shape, &job);
	return OK;
}

static enum err get(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer_job(c, rq->ids[0], rs);
}

static enum err cancel(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = jobs_cancel(c, rq->ids[0]);

	return e ? e : answer_job(c, rq->ids[0], rs);
}

/* An export is asked for anew rather than retried. */
static enum err retry(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct job job;
	enum err e = jobs_find(c, rq->ids[0], &job);

	if (!e)
		e = job_items_retry(c, rq->ids[0]);
	return e ? e : answer_job(c, rq->ids[0], rs);
}

static const struct shape item_shape = {
	.name = "JobItem",
	.fields = { job_item_fields, JOB_ITEM_FIELDS },
};

static const char *const item_sorts[] = { "seq", NULL };

struct items_args {
	const char *state, *cursor;
	int64_t limit;
};
static const struct json_in items_in[] = {
	JSON_IN(struct items_args, state, .words = job_item_states, .help = "only these"),
	JSON_IN(struct items_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
	JSON_IN(struct items_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table items_args = JSON_TABLE(struct items_args, items_in);

static enum err items(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct items_args *a = rq->args;
	struct page_end end = { .exact = true };
	struct db_list rows;
	struct page page;
	enum err e = page_read(c, a->limit, a->cursor, NULL, item_sorts, &page);

	if (!e)
		e = job_items_list(c, rq->ids[0], a->state, &page, &rows);
	if (!e)
		e = job_items_count(c, rq->ids[0], a->state, &end.total);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct job_item), job_items_page_key, &end);
	answer_items(rs, &item_shape, rows.v, rows.n, sizeof(struct job_item), &end);
	return OK;
}

const struct route jobs_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/jobs",
	  .run = list,
	  .perm = PERM_JOB_LIST,
	  .mode = ROUTE_READ,
	  .name = "listJobs",
	  .summary = "Long work, newest first",
	  .args = &list_args,
	  .out = &job_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = "/api/v1/jobs/{job}",
	  .run = get,
	  .perm = PERM_JOB_LIST,
	  .mode = ROUTE_READ,
	  .name = "getJob",
	  .summary = "One job with its progress",
	  .out = &job_shape },
	{ .method = METHOD_GET,
	  .path = "/api/v1/jobs/{job}/items",
	  .run = items,
	  .perm = PERM_JOB_LIST,
	  .mode = ROUTE_READ,
	  .name = "listJobItems",
	  .summary = "What a job does one after the other, and what became of each",
	  .args = &items_args,
	  .out = &item_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = "/api/v1/jobs/{job}/cancel",
	  .run = cancel,
	  .perm = PERM_JOB_CANCEL,
	  .mode = ROUTE_WRITE,
	  .name = "cancelJob",
	  .summary = "Stops a job at its next step",
	  .out = &job_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/jobs/{job}/retry",
	  .run = retry,
	  .perm = PERM_JOB_RETRY,
	  .mode = ROUTE_WRITE,
	  .name = "retryJob",
	  .summary = "Does the failed rows of a job again",
	  .out = &job_shape,
	  .body_max = 1024 },
	{ .path = NULL },
};
