#include "members/members_http.h"
#include "members/resets.h"
#include "web/jobs_http.h"

static const struct json_in create_in[] = {
	JSON_IN(struct resets_new, membership_ids, .min = 1, .max = RESETS_IDS_MAX,
	        .help = "these; or all of an account"),
	JSON_IN_ID(struct resets_new, account_id, ID_ACCOUNT,
	           .help = "everybody of this account and those below it"),
	JSON_IN(struct resets_new, q, .nullable = true, .max = 200,
	        .help = "of them those with these words"),
};
static const struct json_table create_table = JSON_TABLE(struct resets_new, create_in);

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char text[ID_TEXT];
	struct job job;
	int64_t id;
	enum err e = resets_create(c, rq->in, &id);

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

const struct route resets_routes[] = {
	{ .method = METHOD_POST,
	  .path = "/api/v1/password-resets",
	  .run = create,
	  .unvisited = true,
	  .perm = PERM_MEMBER_RESET_PASSWORD,
	  .mode = ROUTE_WRITE,
	  .name = "resetPasswords",
	  .summary = "Mails many people a link for a new password and signs them out: a job",
	  .in = &create_table,
	  .out = &job_shape,
	  .body_max = 16384,
	  .status = 202 },
	{ .path = NULL },
};
