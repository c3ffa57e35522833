#include <assert.h>

#include "accounts/accounts.h"
#include "accounts/accounts_http.h"
#include "accounts/inputs_http.h"
#include "accounts/sites.h"

static const struct shape site_shape = {
	.name = "Site",
	.fields = { site_fields, SITE_FIELDS },
};

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	const char *name;
	struct db_list rows;
	enum err e = accounts_name(c, rq->ids[0], &name);

	if (!e)
		e = sites_list(c, rq->ids[0], &rows);
	if (e)
		return e;
	end.total = (int64_t)rows.n;
	end.exact = rows.n < SITES_LIST_MAX;
	answer_items(rs, &site_shape, rows.v, rows.n, sizeof(struct site), &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs)
{
	struct site row;
	enum err e = sites_find(c, account_id, id, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	answer_row(rs, &site_shape, &row);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rq->ids[1], rs);
}

static const char *check_code(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return "not-a-code";
	return NULL;
}

/* In the order of enum site_edit_field. */
#define SITE_IN(needed) \
	{ \
		[SITE_PARENT] = JSON_IN_ID(struct site_edit, parent_site_id, ID_SITE, \
		                           .nullable = true), \
		[SITE_KIND] = JSON_IN(struct site_edit, kind, .need = (needed), \
		                      .words = site_kinds), \
		[SITE_NAME] = JSON_IN(struct site_edit, name, .need = (needed), .min = 1, \
		                      .max = NAME_MAX_CHARS), \
		[SITE_CONTRACT_NO] = JSON_IN(struct site_edit, contract_no, .nullable = true, \
		                             .min = 1, .max = 64), \
		ADDRESS_IN(struct site_edit), \
		[SITE_EXTERNAL_ID] = JSON_IN(struct site_edit, external_id, .nullable = true, \
		                             .min = 1, .max = 190), \
		[SITE_CSA_CODE] = JSON_IN(struct site_edit, csa_code, .nullable = true, \
		                          .min = 1, .max = 40, .check = check_code), \
	}
static const struct json_in create_in[] = SITE_IN(true);
static const struct json_table create_table = JSON_TABLE(struct site_edit, create_in);
static const struct json_in edit_in[] = SITE_IN(false);
static const struct json_table edit_table = JSON_TABLE(struct site_edit, edit_in);
static_assert(ARRAY_LEN(edit_in) == SITE__MAX, "the order of the mask");

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char account[ID_TEXT], text[ID_TEXT];
	int64_t id;
	enum err e = sites_create(c, rq->ids[0], rq->in, &id);

	if (e)
		return e;
	id_write(ID_ACCOUNT, rq->ids[0], account);
	id_write(ID_SITE, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/accounts/%s/sites/%s", account, text);
	return answer(c, rq->ids[0], id, rs);
}

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = sites_update(c, rq->ids[0], rq->ids[1], rq->in, rq->seen.bits, rq->if_match);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return sites_remove(c, rq->ids[0], rq->ids[1], rq->if_match);
}

#define LIST "/api/v1/accounts/{acc}/sites"
#define ONE "/api/v1/accounts/{acc}/sites/{sit}"

const struct route sites_routes[] = {
	{ .method = METHOD_GET, .path = LIST, .run = list, .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ, .name = "listSites", .summary = "The places of an account",
	  .out = &site_shape, .list = true },
	{ .method = METHOD_POST, .path = LIST, .run = create, .perm = PERM_ACCOUNT_EDIT_LOCATION,
	  .mode = ROUTE_WRITE, .name = "createSite", .summary = "Adds a site",
	  .in = &create_table, .out = &site_shape, .body_max = 8192, .status = 201 },
	{ .method = METHOD_GET, .path = ONE, .run = show, .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ, .name = "getSite", .summary = "A site", .out = &site_shape },
	{ .method = METHOD_PATCH, .path = ONE, .run = update, .perm = PERM_ACCOUNT_EDIT_LOCATION,
	  .mode = ROUTE_WRITE, .name = "updateSite", .summary = "Changes a site",
	  .in = &edit_table, .out = &site_shape, .versioned = true, .body_max = 8192 },
	{ .method = METHOD_DELETE, .path = ONE, .run = drop, .perm = PERM_ACCOUNT_EDIT_LOCATION,
	  .mode = ROUTE_WRITE, .name = "deleteSite", .summary = "Removes an unused site",
	  .versioned = true, .status = 204 },
	{ .path = NULL },
};
