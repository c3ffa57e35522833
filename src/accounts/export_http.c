#include "accounts/accounts.h"
#include "accounts/accounts_http.h"
#include "accounts/list.h"
#include "exports/exports_http.h"

static const struct field csv_v[] = {
	FIELD_KEY(struct account_item, id, ID_ACCOUNT, .label = "Id"),
	FIELD(struct account_item, number, .label = "Number"),
	FIELD(struct account_item, kind, .label = "Kind"),
	FIELD(struct account_item, class, .label = "Class"),
	FIELD(struct account_item, name, .label = "Name"),
	FIELD(struct account_item, state, .label = "Status"),
	FIELD(struct account_item, login, .label = "Login"),
	FIELD(struct account_item, email, .label = "E-mail"),
	FIELD(struct account_item, role, .label = "Role"),
	FIELD(struct account_item, label, .label = "Label"),
	FIELD(struct account_item, external_id, .label = "External id"),
	FIELD(struct account_item, contract_no, .label = "Contract number"),
	FIELD_KEY(struct account_item, parent_id, ID_ACCOUNT, .label = "Parent id"),
	FIELD(struct account_item, parent_name, .label = "Parent"),
	FIELD(struct account_item, origin, .label = "Origin"),
	FIELD(struct account_item, last_login_at, .label = "Last login"),
	FIELD(struct account_item, created_at, .label = "Created at"),
	FIELD(struct account_item, created_by, .label = "Created by"),
};
static const struct fields csv = FIELDS(csv_v);

static enum err open_rows(struct ctx *c, struct db *db, const void *filter, struct db_rows *out)
{
	return accounts_open(c, db, filter, out);
}

static bool next_row(struct ctx *c, struct db_rows *rows, struct arena *mem, void *row)
{
	if (!db_next(rows, mem, row))
		return false;
	account_item_finish(c, row);
	return true;
}

static const struct export_kind accounts_kind = {
	.name = "accounts",
	.csv = &csv,
	.row_size = sizeof(struct account_item),
	.open = open_rows,
	.next = next_row,
};

struct export_args {
	const char *q;
	int64_t zone;
};
static const struct json_in export_in[] = {
	JSON_IN(struct export_args, q, .max = QUERY_MAX, .help = "as in the list"),
	JSON_IN(struct export_args, zone, .min = -1080, .max = 1080,
	        .help = "minutes east of UTC, for the times in the file"),
};
static const struct json_table export_args = JSON_TABLE(struct export_args, export_in);

static enum err export(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct export_args *a = rq->args;
	struct export_ask ask = { .kind = &accounts_kind, .zone_min = a->zone,
		                  .account_id = c->actor.account_id };
	struct query *q = arena_new(c->mem, struct query);
	enum err e = query_parse(c, a->q, q);

	if (!e)
		e = accounts_name(c, ask.account_id, &ask.account_label);
	if (e)
		return e;
	ask.filter = q;
	return export_answer(c, rq, rs, &ask);
}

const struct route accounts_exports[] = {
	{ .method = METHOD_GET, .path = "/export/v1/accounts.csv", .run = export,
	  .perm = PERM_ACCOUNT_EXPORT, .mode = ROUTE_FREE, .name = "exportAccounts",
	  .summary = "The list of accounts as CSV", .args = &export_args,
	  .produces = "text/csv" },
	{ .path = NULL },
};
