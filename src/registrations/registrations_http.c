#include "registrations/registrations_http.h"

#include <string.h>

#include "registrations/registrations.h"

#define TEXT_MAX_CHARS 500

static const struct shape_part parts[] = {
	{ "allowed", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape registration_shape = {
	.name = "Registration",
	.fields = { registration_fields, REGISTRATION_FIELDS },
	.parts = parts,
};

static void put(const struct ctx *c, const struct registration *r, struct buf *b)
{
	json_open(b, '{');
	json_members(b, registration_shape.fields, r);
	json_key(b, "allowed");
	json_open(b, '[');
	if (!strcmp(r->state, "pending") && ctx_may(c, PERM_REGISTRATION_DECIDE)) {
		json_str(b, "approve");
		json_str(b, "reject");
	}
	json_close(b, ']');
	json_close(b, '}');
}

struct list_args {
	const char *state, *cursor;
	int64_t limit;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, state, .words = registration_states, .help = "only these"),
	JSON_IN(struct list_args, limit, .help = "10, 25, 50 or 100"),
	JSON_IN(struct list_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	static const char *const sorts[] = { "-created", NULL };
	const struct list_args *a = rq->args;
	struct page_end end = { .exact = true };
	const struct registration *v;
	struct db_list rows;
	struct page page;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e)
		e = registrations_list(c, a->state, &page, &rows);
	if (!e)
		e = registrations_count(c, a->state, &end.total);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct registration), registrations_page_key,
	           &end);
	v = rows.v;
	answer_items_begin(rs);
	for (size_t i = 0; i < rows.n; i++)
		put(c, &v[i], &rs->body);
	answer_items_end(rs, &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t id, struct response *rs)
{
	struct registration r;
	enum err e = registrations_find(c, id, &r);

	if (e)
		return e;
	answer_etag(rs, c->mem, r.ver);
	put(c, &r, &rs->body);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rs);
}

static const struct shape role_shape = {
	.name = "RegistrationRole",
	.fields = { registration_role_fields, REGISTRATION_ROLE_FIELDS },
};

static enum err roles(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	struct db_list rows;
	enum err e = registrations_roles(c, rq->ids[0], &rows);

	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &role_shape, rows.v, rows.n, sizeof(struct registration_role), &end);
	return OK;
}

struct approve_in {
	int64_t role_id;
};
static const struct json_in approve_in[] = {
	JSON_IN_ID(struct approve_in, role_id, ID_ROLE, .nullable = true,
	           .help = "of the main user; the default one when absent"),
};
static const struct json_table approve_table = JSON_TABLE(struct approve_in, approve_in);

static enum err approve(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct approve_in *in = rq->in;
	enum err e = registrations_approve(c, rq->ids[0], in->role_id);

	return e ? e : answer(c, rq->ids[0], rs);
}

struct reject_in {
	const char *reason_text;
};
static const struct json_in reject_in[] = {
	JSON_IN(struct reject_in, reason_text, .need = true, .min = 1, .max = TEXT_MAX_CHARS,
	        .lines = true, .help = "told to who registered"),
};
static const struct json_table reject_table = JSON_TABLE(struct reject_in, reject_in);

static enum err reject(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct reject_in *in = rq->in;
	enum err e = registrations_reject(c, rq->ids[0], in->reason_text);

	return e ? e : answer(c, rq->ids[0], rs);
}

#define LIST "/api/v1/registrations"
#define ONE  LIST "/{reg}"

const struct route registrations_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_REGISTRATION_LIST,
	  .mode = ROUTE_READ,
	  .name = "listRegistrations",
	  .summary = "Who asked for an account and confirmed his address, newest first",
	  .args = &list_args,
	  .out = &registration_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_REGISTRATION_LIST,
	  .mode = ROUTE_READ,
	  .name = "getRegistration",
	  .summary = "A request for an account",
	  .out = &registration_shape },
	{ .method = METHOD_GET,
	  .path = ONE "/roles",
	  .run = roles,
	  .perm = PERM_REGISTRATION_DECIDE,
	  .mode = ROUTE_READ,
	  .name = "listRegistrationRoles",
	  .summary = "Roles that the main user of the account to be can be given",
	  .out = &role_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = ONE "/approve",
	  .run = approve,
	  .perm = PERM_REGISTRATION_DECIDE,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .name = "approveRegistration",
	  .summary = "Makes the account with its main user",
	  .in = &approve_table,
	  .out = &registration_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = ONE "/reject",
	  .run = reject,
	  .perm = PERM_REGISTRATION_DECIDE,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .name = "rejectRegistration",
	  .summary = "Makes no account, and says why",
	  .in = &reject_table,
	  .out = &registration_shape,
	  .body_max = 4096 },
	{ .path = NULL },
};
