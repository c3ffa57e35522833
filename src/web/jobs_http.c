#include "web/jobs_http.h"

const struct shape job_shape = { .name = "Job", .fields = FIELDS(job_fields) };

static const char *const sorts[] = { "-created", NULL };

struct list_args {
	int64_t limit;
	const char *cursor;
};
static const struct json_in list_in[] = {
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
	struct page_end end = { 0 };
	struct db_list rows;
	struct page page;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e)
		e = jobs_list(c, &page, &rows);
	if (!e)
		e = jobs_count(c, &end.total);
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

/* An export is asked for anew rather than retried; no other kind of job exists yet. */
static enum err retry(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct job job;
	enum err e = jobs_find(c, rq->ids[0], &job);

	(void)rs;
	if (e)
		return e;
	return FAIL(c, ERR_CONFLICT, "job-cannot-retry", "A job of kind %s cannot be retried.",
	            job.kind);
}

const struct route jobs_routes[] = {
	{ .method = METHOD_GET, .path = "/api/v1/jobs", .run = list, .perm = PERM_JOB_LIST,
	  .mode = ROUTE_READ, .name = "listJobs", .summary = "Long work, newest first",
	  .args = &list_args, .out = &job_shape, .list = true },
	{ .method = METHOD_GET, .path = "/api/v1/jobs/{job}", .run = get, .perm = PERM_JOB_LIST,
	  .mode = ROUTE_READ, .name = "getJob", .summary = "One job with its progress",
	  .out = &job_shape },
	{ .method = METHOD_POST, .path = "/api/v1/jobs/{job}/cancel", .run = cancel,
	  .perm = PERM_JOB_CANCEL, .mode = ROUTE_WRITE, .name = "cancelJob",
	  .summary = "Stops a job at its next step", .out = &job_shape, .body_max = 1024 },
	{ .method = METHOD_POST, .path = "/api/v1/jobs/{job}/retry", .run = retry,
	  .perm = PERM_JOB_RETRY, .mode = ROUTE_WRITE, .name = "retryJob",
	  .summary = "Does the failed rows of a job again", .out = &job_shape,
	  .body_max = 1024 },
	{ .path = NULL },
};
