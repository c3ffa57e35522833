#include "support/support_http.h"

#include "accounts/accounts.h"
#include "support/support.h"

static const struct shape_part grant_parts[] = {
	{ "allowed", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape grant_shape = {
	.name = "SupportGrant",
	.fields = { support_grant_fields, SUPPORT_GRANT_FIELDS },
	.parts = grant_parts,
};
static const struct shape visit_shape = {
	.name = "Visit",
	.fields = { visit_fields, VISIT_FIELDS },
};

static const char *const sorts[] = { "-created", NULL };

struct list_args {
	int64_t limit;
	const char *cursor;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, limit, .help = "10, 25, 50 or 100"),
	JSON_IN(struct list_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static enum err read_page(struct ctx *c, const struct request *rq, struct page *out)
{
	const struct list_args *a = rq->args;
	const char *name;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, out);

	return e ? e : accounts_name(c, rq->ids[0], &name);
}

static void put_grant(struct buf *b, const struct support_grant *g)
{
	json_open(b, '{');
	json_members(b, grant_shape.fields, g);
	json_key(b, "allowed");
	json_open(b, '[');
	if (g->can_decide) {
		json_str(b, "approve");
		json_str(b, "refuse");
	}
	if (g->can_revoke)
		json_str(b, "revoke");
	if (g->can_start)
		json_str(b, "start");
	json_close(b, ']');
	json_close(b, '}');
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	struct db_list rows;
	const struct support_grant *v;
	struct page page;
	enum err e = read_page(c, rq, &page);

	if (!e)
		e = support_count(c, rq->ids[0], &end.total);
	if (!e)
		e = support_list(c, rq->ids[0], &page, &rows);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct support_grant), support_page_key, &end);
	v = rows.v;
	answer_items_begin(rs);
	for (size_t i = 0; i < rows.n; i++)
		put_grant(&rs->body, &v[i]);
	answer_items_end(rs, &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs)
{
	struct support_grant row;
	enum err e = support_find(c, account_id, id, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	put_grant(&rs->body, &row);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rq->ids[1], rs);
}

static const struct json_in request_in[] = {
	JSON_IN_ID(struct support_new, membership_id, ID_MEMBERSHIP, .nullable = true,
	           .help = "the user to act as; the account's main user when absent"),
	JSON_IN(struct support_new, reason, .need = true, .min = 1, .max = SUPPORT_REASON_MAX,
	        .lines = true, .help = "the customer reads it"),
	JSON_IN(struct support_new, ticket_no, .nullable = true, .min = 1, .max = 64),
	JSON_IN(struct support_new, minutes, .min = 1, .max = SUPPORT_MINUTES_MAX,
	        .help = "60 when absent"),
	JSON_IN(struct support_new, may_write, .help = "not only to look"),
};
static const struct json_table request_table = JSON_TABLE(struct support_new, request_in);

static enum err request(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct support_new in = *(const struct support_new *)rq->in;
	char account[ID_TEXT], text[ID_TEXT];
	int64_t id;
	enum err e;

	in.account_id = rq->ids[0];
	e = support_request(c, &in, &id);
	if (e)
		return e;
	id_write(ID_ACCOUNT, in.account_id, account);
	id_write(ID_SUPPORT_GRANT, id, text);
	rs->location =
		arena_printf(c->mem, "/api/v1/accounts/%s/support-grants/%s", account, text);
	return answer(c, in.account_id, id, rs);
}

static enum err approve(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = support_approve(c, rq->ids[0], rq->ids[1]);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

struct refuse_in {
	const char *reason_text;
};
static const struct json_in refuse_in[] = {
	JSON_IN(struct refuse_in, reason_text, .nullable = true, .min = 1,
	        .max = SUPPORT_REASON_MAX, .lines = true),
};
static const struct json_table refuse_table = JSON_TABLE(struct refuse_in, refuse_in);

static enum err refuse(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct refuse_in *in = rq->in;
	enum err e = support_refuse(c, rq->ids[0], rq->ids[1], in->reason_text);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

static enum err revoke(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = support_revoke(c, rq->ids[0], rq->ids[1]);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

struct start_in {
	int64_t grant_id;
};
static const struct json_in start_in[] = {
	JSON_IN_ID(struct start_in, grant_id, ID_SUPPORT_GRANT, .need = true),
};
static const struct json_table start_table = JSON_TABLE(struct start_in, start_in);

static enum err start(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct start_in *in = rq->in;
	struct visit row;
	int64_t id;
	enum err e = visits_start(c, in->grant_id, &id);

	if (!e)
		e = visits_find(c, id, &row);
	if (e)
		return e;
	answer_row(rs, &visit_shape, &row);
	return OK;
}

static enum err end_visit(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return visits_end(c, rq->ids[0]);
}

static enum err list_visits(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	struct db_list rows;
	struct page page;
	enum err e = read_page(c, rq, &page);

	if (!e)
		e = visits_count(c, rq->ids[0], &end.total);
	if (!e)
		e = visits_list(c, rq->ids[0], &page, &rows);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct visit), visits_page_key, &end);
	answer_items(rs, &visit_shape, rows.v, rows.n, sizeof(struct visit), &end);
	return OK;
}

#define LIST "/api/v1/accounts/{acc}/support-grants"
#define ONE  "/api/v1/accounts/{acc}/support-grants/{sup}"

const struct route support_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_SUPPORT_LIST,
	  .mode = ROUTE_READ,
	  .name = "listSupportGrants",
	  .summary = "Who asked to act as users of an account, and what became of it",
	  .args = &list_args,
	  .out = &grant_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = LIST,
	  .run = request,
	  .perm = PERM_SUPPORT_REQUEST,
	  .mode = ROUTE_WRITE,
	  .unvisited = true,
	  .name = "requestSupport",
	  .summary = "Asks to act as a user; active at once where the account's policy says so",
	  .in = &request_table,
	  .out = &grant_shape,
	  .body_max = 4096,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_SUPPORT_LIST,
	  .mode = ROUTE_READ,
	  .name = "getSupportGrant",
	  .summary = "One of them",
	  .out = &grant_shape },
	{ .method = METHOD_POST,
	  .path = ONE "/approve",
	  .run = approve,
	  .perm = PERM_SUPPORT_APPROVE,
	  .mode = ROUTE_WRITE,
	  .unvisited = true,
	  .name = "approveSupport",
	  .summary = "Agrees, for as long as was asked",
	  .out = &grant_shape },
	{ .method = METHOD_POST,
	  .path = ONE "/refuse",
	  .run = refuse,
	  .perm = PERM_SUPPORT_APPROVE,
	  .mode = ROUTE_WRITE,
	  .unvisited = true,
	  .name = "refuseSupport",
	  .summary = "Does not agree",
	  .in = &refuse_table,
	  .out = &grant_shape,
	  .body_max = 4096 },
	/* By either side: which of three permissions it takes, support_revoke() asks. */
	{ .method = METHOD_POST,
	  .path = ONE "/revoke",
	  .run = revoke,
	  .perm = PERM_SUPPORT_LIST,
	  .mode = ROUTE_WRITE,
	  .unvisited = true,
	  .name = "revokeSupport",
	  .summary = "Ends it, and whoever acts as a user by it",
	  .out = &grant_shape },
	{ .path = NULL },
};

const struct route visit_routes[] = {
	{ .method = METHOD_POST,
	  .path = "/api/v1/visits",
	  .run = start,
	  .perm = PERM_SUPPORT_IMPERSONATE,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .proof = true,
	  .name = "startVisit",
	  .summary =
	          "Begins to act as a user; the page then names the visit in X-Gatehouse-Visit",
	  .in = &start_table,
	  .out = &visit_shape,
	  .body_max = 1024,
	  .status = 201 },
	/* Whoever began it: also when he may not begin another. */
	{ .method = METHOD_DELETE,
	  .path = "/api/v1/visits/{vis}",
	  .run = end_visit,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .name = "endVisit",
	  .summary = "Stops acting as a user",
	  .status = 204 },
	{ .method = METHOD_GET,
	  .path = "/api/v1/accounts/{acc}/visits",
	  .run = list_visits,
	  .perm = PERM_SUPPORT_LIST,
	  .mode = ROUTE_READ,
	  .name = "listVisits",
	  .summary = "Who acted as users of an account",
	  .args = &list_args,
	  .out = &visit_shape,
	  .list = true },
	{ .path = NULL },
};
