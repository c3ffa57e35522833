#include "exports/exports_http.h"

#include <string.h>

#include "signin/gate.h"
#include "signin/session.h"
#include "web/jobs_http.h"
#include "web/match.h"
#include "web/web.h"

/* Longest that one export's statement may run. */
#define STATEMENT_SEC 3600

/* All an export needs; it may go on after its request was answered. */
struct later {
	struct ctx c;
	struct export x;
	int slot;
};

static bool wants_async(const struct request *rq)
{
	const char *prefer = request_param(rq, "HTTP_PREFER");

	return prefer && strstr(prefer, "respond-async");
}

static void release(struct later *l)
{
	db_free(l->x.db);
	gate_leave(l->c.config->export_gate, l->slot);
}

/* The client has its answer: how it ends is for the job to tell. */
static void write_later(void *arg)
{
	struct later *l = arg;
	enum err e = exports_write(&l->c, &l->x);

	(void)e;
	release(l);
}

struct job_work {
	struct ctx *c;
	int64_t id;
	struct job job;
};

static enum err find_job(void *arg)
{
	struct job_work *w = arg;

	return jobs_find(w->c, w->id, &w->job);
}

static enum err answer_job(struct ctx *c, struct response *rs, struct later *l)
{
	struct job_work w = { .c = c, .id = l->x.job_id };
	char id[ID_TEXT];
	enum err e = db_tx(c->db, DB_READ, find_job, &w);

	if (e)
		return e;
	id_write(ID_JOB, l->x.job_id, id);
	rs->status = 202;
	rs->location = arena_printf(c->mem, "/api/v1/jobs/%s", id);
	answer_row(rs, &job_shape, &w.job);
	rs->type = "application/json"; /* the route produces CSV */
	rs->then = write_later;
	rs->then_arg = l;
	return OK;
}

static void answer_file(struct ctx *c, struct response *rs, const char *file, const char *name,
                        int64_t bytes)
{
	rs->type = "text/csv; charset=utf-8; header=present";
	rs->file = file;
	rs->file_bytes = bytes;
	rs->headers[0] =
		arena_printf(c->mem, "Content-Disposition: attachment; filename=\"%s\"", name);
}

static const char *filter_text(struct ctx *c, const struct request *rq)
{
	size_t n = strlen(rq->query);

	return arena_copy(c->mem, rq->query, n > 1000 ? 1000 : n);
}

static struct later *prepare(struct ctx *c, const struct request *rq,
                             const struct export_ask *ask)
{
	struct later *l = arena_new(c->mem, struct later);

	l->c = *c;
	l->x = (struct export){
		.kind = ask->kind,
		.filter = ask->filter,
		.filter_text = filter_text(c, rq),
		.account_id = ask->account_id,
		.account_label = ask->account_label,
		.zone_min = (int)ask->zone_min,
		.beat = rq->beat,
		.beat_to = rq->peer,
	};
	return l;
}

enum err export_answer(struct ctx *c, const struct request *rq, struct response *rs,
                       const struct export_ask *ask)
{
	struct later *l = prepare(c, rq, ask);
	enum err e;

	l->slot = gate_enter(c->config->export_gate);
	if (l->slot < 0) {
		c->fault.retry_after_sec = 10;
		return FAIL(c, ERR_LIMITED, "exports-busy",
		            "Too many exports are running; please try again soon.");
	}
	e = exports_begin(c, &l->x);
	if (e) {
		gate_leave(c->config->export_gate, l->slot);
		return e;
	}
	l->x.db = db_new_like(c->db, STATEMENT_SEC);
	if (wants_async(rq)) {
		e = answer_job(c, rs, l);
		if (!e)
			return OK;
	} else {
		e = exports_write(c, &l->x);
	}
	release(l);
	if (!e)
		answer_file(c, rs, l->x.file, arena_printf(c->mem, "%s.csv", ask->kind->name),
		            l->x.bytes);
	return e;
}

/* Whoever could not have it made now, nor a key or a visit of his, does not fetch it either. */
static enum err check_list(struct ctx *c, const char *list)
{
	const struct route *r = match_find(web_tables(POOL_BILLING), METHOD_GET,
	                                   arena_printf(c->mem, "/export/v1/%s.csv", list));

	if (!r)
		return ctx_not_found(c);
	if (r->unvisited && c->session->visit_id != 0)
		return FAIL(c, ERR_DENIED, "visit-own",
		            "This is for the person himself, not for a visit.");
	return ctx_need(c, r->perm);
}

static enum err file(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct export_file f;
	enum err e = exports_file(c, rq->ids[0], &f);

	if (!e)
		e = check_list(c, f.list);
	if (!e)
		answer_file(c, rs, f.path, f.name, f.bytes);
	return e;
}

const struct route exports_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/export/v1/files/{job}",
	  .run = file,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_READ,
	  .name = "getExportFile",
	  .summary = "The file of a finished export of one's own",
	  .produces = "text/csv" },
	{ .path = NULL },
};
