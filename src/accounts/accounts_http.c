#include "accounts/accounts_http.h"

#include <assert.h>

#include "accounts/accounts.h"
#include "accounts/inputs_http.h"
#include "accounts/list.h"
#include "holds/holds.h"

static const struct shape item_shape = {
	.name = "AccountItem",
	.fields = { account_item_fields, ACCOUNT_ITEM_FIELDS },
};

struct list_args {
	const char *q, *sort, *cursor;
	int64_t limit;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, q, .max = QUERY_MAX,
	        .help = "words, and kind:, status:, parent: and group: tokens; all must match"),
	JSON_IN(struct list_args, sort, .words = account_sorts,
	        .help = "relevance when there are words, else name"),
	JSON_IN(struct list_args, cursor, .max = 600, .help = "next or prev of another page"),
	JSON_IN(struct list_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct page_end end = { .total = -1 };
	struct db_list rows;
	struct query q;
	struct page page;
	enum err e = query_parse(c, a->q, &q);

	if (!e)
		e = page_read(c, a->limit, a->cursor, a->sort ? a->sort : accounts_sort_of(&q),
		              account_sorts, &page);
	if (!e)
		e = accounts_list(c, &q, &page, &rows);
	if (!e && !page.at.set && rows.n <= (size_t)page.limit) {
		end.total = (int64_t)rows.n; /* all of them */
		end.exact = true;
	} else if (!e) {
		e = accounts_count(c, &q, &end.total, &end.exact);
	}
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct account_item), accounts_page_key, &end);
	answer_items(rs, &item_shape, rows.v, rows.n, sizeof(struct account_item), &end);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return account_answer(c, rq->ids[0], rs);
}

static const char *const kinds_made[] = { "reseller", "customer", NULL };

static const struct json_in create_in[] = {
	JSON_IN_ID(struct account_new, parent_id, ID_ACCOUNT, .need = true),
	JSON_IN(struct account_new, kind, .need = true, .words = kinds_made),
	JSON_IN(struct account_new, class, .need = true, .words = account_classes),
	JSON_IN(struct account_new, name, .min = 1, .max = NAME_MAX_CHARS,
	        .help = "the e-mail address when absent"),
	JSON_IN(struct account_new, login, .nullable = true, .min = 1, .max = 190,
	        .help = "of the main person, who is invited; any text"),
	JSON_IN(struct account_new, email, .nullable = true, .min = 3, .max = 254,
	        .check = check_email),
	JSON_IN(struct account_new, phone, .nullable = true, .min = 3, .max = 50,
	        .check = check_phone),
	JSON_IN(struct account_new, locale, .nullable = true, .min = 2, .max = 16,
	        .check = check_locale),
	JSON_IN(struct account_new, time_zone, .nullable = true, .min = 1, .max = 64,
	        .check = check_time_zone),
	JSON_IN(struct account_new, contract_no, .nullable = true, .min = 1, .max = 64),
	JSON_IN(struct account_new, expires_at, .nullable = true,
	        .help = "of a temporary account: from then on a hold of kind expiry stops it"),
};
static const struct json_table create_table = JSON_TABLE(struct account_new, create_in);

/* A temporary account ends by a hold that begins by itself: releasing it prolongs the account. */
static enum err put_expiry(struct ctx *c, int64_t id, struct stamp at)
{
	const struct hold_new hold = { .account_id = id,
		                       .kind = "expiry",
		                       .reason_code = "temporary",
		                       .reason_text = "Temporary account",
		                       .starts_at = at,
		                       .ends_at = STAMP_NONE };
	int64_t hold_id;

	if (!stamp_is_set(at))
		return OK;
	if (at.usec <= c->now.usec)
		return FAIL_FIELD(c, "/expires_at", "in-the-past");
	return holds_place(c, &hold, &hold_id);
}

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct account_new in = *(const struct account_new *)rq->in;
	char text[ID_TEXT];
	int64_t id;
	enum err e;

	if (!in.name)
		in.name = in.email;
	if (!in.name)
		return FAIL_FIELD(c, "/name", "required");
	e = accounts_create(c, &in, &id);
	if (!e)
		e = put_expiry(c, id, in.expires_at);
	if (e)
		return e;
	id_write(ID_ACCOUNT, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/accounts/%s", text);
	return account_answer(c, id, rs);
}

/* In the order of enum account_edit_field: an entry's bit in seen is its bit in the mask. */
static const struct json_in edit_in[] = {
	[EDIT_NAME] = JSON_IN(struct account_edit, name, .min = 1, .max = NAME_MAX_CHARS),
	[EDIT_CLASS] = JSON_IN(struct account_edit, class, .words = account_classes),
	[EDIT_CONTRACT_NO] = JSON_IN(struct account_edit, contract_no, .nullable = true, .min = 1,
	                             .max = 64),
	[EDIT_LOCALE] = JSON_IN(struct account_edit, locale, .nullable = true, .min = 2, .max = 16,
	                        .check = check_locale),
	[EDIT_TIME_ZONE] = JSON_IN(struct account_edit, time_zone, .nullable = true, .min = 1,
	                           .max = 64, .check = check_time_zone),
	[EDIT_PAYER] = JSON_IN(struct account_edit, payer, .nullable = true, .min = 1, .max = 200),
	[EDIT_TAX_INCLUDED] = JSON_IN(struct account_edit, tax_included),
	[EDIT_TAX_NUMBER] = JSON_IN(struct account_edit, tax_number, .nullable = true, .min = 1,
	                            .max = 64),
	ADDRESS_IN(struct account_edit),
};
static_assert(ARRAY_LEN(edit_in) == EDIT_LONGITUDE + 1, "the order of the mask");
static const struct json_table edit_table = JSON_TABLE(struct account_edit, edit_in);

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = accounts_update(c, rq->ids[0], rq->in, rq->seen.bits, rq->if_match);

	return e ? e : account_answer(c, rq->ids[0], rs);
}

const struct route accounts_routes[] = {
	{ .method = METHOD_GET, .path = "/api/v1/accounts", .run = list, .perm = PERM_ACCOUNT_LIST,
	  .mode = ROUTE_READ, .name = "listAccounts",
	  .summary = "Accounts below the acting one, filtered, searched and sorted",
	  .args = &list_args, .out = &item_shape, .list = true },
	{ .method = METHOD_POST, .path = "/api/v1/accounts", .run = create,
	  .perm = PERM_ACCOUNT_CREATE, .mode = ROUTE_WRITE, .name = "createAccount",
	  .summary = "Makes a reseller or a customer", .in = &create_table, .out = &account_shape,
	  .body_max = 16384, .status = 201 },
	{ .method = METHOD_GET, .path = "/api/v1/accounts/{acc}", .run = show,
	  .perm = PERM_ACCOUNT_VIEW, .mode = ROUTE_READ, .name = "getAccount",
	  .summary = "An account with its state, reasons and locks", .out = &account_shape },
	/* Which permission more it takes depends on the fields: accounts_update() asks. */
	{ .method = METHOD_PATCH, .path = "/api/v1/accounts/{acc}", .run = update,
	  .perm = PERM_ACCOUNT_VIEW, .mode = ROUTE_WRITE, .name = "updateAccount",
	  .summary = "Changes profile, billing information or location", .in = &edit_table,
	  .out = &account_shape, .versioned = true, .body_max = 16384 },
	{ .path = NULL },
};
