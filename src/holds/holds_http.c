#include "holds/holds_http.h"

#include "accounts/accounts_http.h"
#include "holds/exempt.h"
#include "holds/holds.h"

#define TEXT_MAX_CHARS 500

static const struct shape hold_shape = {
	.name = "Hold",
	.fields = { hold_fields, HOLD_FIELDS },
};

static const char *const kinds[] = { "admin", "security", "abuse", "vacation", NULL };
static const char *const modules[] = { "", "cameras", "intercoms", NULL };

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	const char *name;
	struct db_list rows;
	enum err e = accounts_name(c, rq->ids[0], &name);

	if (!e)
		e = holds_list(c, rq->ids[0], &rows);
	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &hold_shape, rows.v, rows.n, sizeof(struct hold), &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs)
{
	struct hold row;
	enum err e = holds_find(c, account_id, id, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	answer_row(rs, &hold_shape, &row);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rq->ids[1], rs);
}

static const char *check_word(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '_')
			return "not-a-word";
	return NULL;
}

static const struct json_in place_in[] = {
	JSON_IN(struct hold_new, kind, .need = true, .words = kinds),
	JSON_IN(struct hold_new, reason_code, .nullable = true, .min = 1, .max = 40,
	        .check = check_word, .help = "a stable word; other when absent"),
	JSON_IN(struct hold_new, reason_text, .need = true, .min = 1, .max = TEXT_MAX_CHARS,
	        .lines = true),
	JSON_IN(struct hold_new, starts_at, .nullable = true, .help = "now when absent"),
	JSON_IN(struct hold_new, ends_at, .nullable = true,
	        .help = "until released when absent"),
	JSON_IN(struct hold_new, module, .nullable = true, .words = modules,
	        .help = "empty: the whole account"),
};
static const struct json_table place_table = JSON_TABLE(struct hold_new, place_in);

static enum err place(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct hold_new in = *(const struct hold_new *)rq->in;
	char account[ID_TEXT], text[ID_TEXT];
	int64_t id;
	enum err e;

	in.account_id = rq->ids[0];
	e = holds_place(c, &in, &id);
	if (e)
		return e;
	id_write(ID_ACCOUNT, rq->ids[0], account);
	id_write(ID_HOLD, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/accounts/%s/holds/%s", account, text);
	return answer(c, rq->ids[0], id, rs);
}

struct release_in {
	const char *reason_text;
};
static const struct json_in release_in[] = {
	JSON_IN(struct release_in, reason_text, .nullable = true, .max = TEXT_MAX_CHARS,
	        .lines = true),
};
static const struct json_table release_table = JSON_TABLE(struct release_in, release_in);

static enum err release(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct release_in *in = rq->in;
	enum err e = holds_release(c, rq->ids[0], rq->ids[1], in->reason_text);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

struct exempt_in {
	struct stamp until_at;
	const char *reason_text;
};
static const struct json_in exempt_in[] = {
	JSON_IN(struct exempt_in, until_at, .need = true, .help = "at most 366 days ahead"),
	JSON_IN(struct exempt_in, reason_text, .need = true, .min = 1, .max = TEXT_MAX_CHARS,
	        .lines = true),
};
static const struct json_table exempt_table = JSON_TABLE(struct exempt_in, exempt_in);

static enum err exempt(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct exempt_in *in = rq->in;
	enum err e = exempt_begin(c, rq->ids[0], in->until_at, in->reason_text);

	return e ? e : account_answer(c, rq->ids[0], rs);
}

static enum err end_exemption(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct release_in *in = rq->in;
	enum err e = exempt_end(c, rq->ids[0], in->reason_text);

	return e ? e : account_answer(c, rq->ids[0], rs);
}

#define EXEMPTION "/api/v1/accounts/{acc}/exemption"
#define LIST      "/api/v1/accounts/{acc}/holds"
#define ONE       "/api/v1/accounts/{acc}/holds/{hld}"

const struct route holds_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ,
	  .name = "listHolds",
	  .summary = "The holds of an account, open and released, newest first",
	  .out = &hold_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = LIST,
	  .run = place,
	  .perm = PERM_ACCOUNT_SUSPEND,
	  .mode = ROUTE_WRITE,
	  .name = "placeHold",
	  .summary = "Suspends an account or a module",
	  .in = &place_table,
	  .out = &hold_shape,
	  .body_max = 8192,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ,
	  .name = "getHold",
	  .summary = "A hold",
	  .out = &hold_shape },
	{ .method = METHOD_POST,
	  .path = ONE "/release",
	  .run = release,
	  .perm = PERM_ACCOUNT_RESUME,
	  .mode = ROUTE_WRITE,
	  .name = "releaseHold",
	  .summary = "Releases a hold; nothing else changes",
	  .in = &release_table,
	  .out = &hold_shape,
	  .body_max = 4096 },
	{ .method = METHOD_POST,
	  .path = EXEMPTION,
	  .run = exempt,
	  .perm = PERM_ACCOUNT_EXEMPT,
	  .mode = ROUTE_WRITE,
	  .unvisited = true, .name = "exemptAccount",
	  .summary = "Keeps holds of billing from stopping the account until a time",
	  .in = &exempt_table,
	  .out = &account_shape,
	  .body_max = 4096 },
	{ .method = METHOD_POST,
	  .path = EXEMPTION "/end",
	  .run = end_exemption,
	  .perm = PERM_ACCOUNT_EXEMPT,
	  .mode = ROUTE_WRITE,
	  .unvisited = true, .name = "endExemption",
	  .summary = "Ends an exemption: holds of billing stop the account again",
	  .in = &release_table,
	  .out = &account_shape,
	  .body_max = 4096 },
	{ .path = NULL },
};
