#include "devices/devices_http.h"

#include "accounts/accounts.h"
#include "devices/devices.h"
#include "exports/exports_http.h"

static const struct shape device_shape = {
	.name = "Device",
	.fields = { device_fields, DEVICE_FIELDS },
};
static const struct shape entitlement_shape = {
	.name = "Entitlement",
	.fields = { entitlement_fields, ENTITLEMENT_FIELDS },
};

static const char *const sorts[] = { "created", NULL };

struct list_args {
	int64_t limit;
	const char *cursor;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
	JSON_IN(struct list_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static void device_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct device *)row)->id;
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct page_end end = { .exact = true };
	const char *name;
	struct db_list rows;
	struct page page;
	size_t max;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e)
		e = accounts_name(c, rq->ids[0], &name);
	if (e)
		return e;
	max = (size_t)page.limit + 1;
	e = page.at.set && page.at.back ?
		    devices_list_back(c, rq->ids[0], page.at.id, max, &rows) :
		    devices_list(c, rq->ids[0], page.at.id, max, &rows);
	if (!e)
		e = devices_count(c, rq->ids[0], &end.total);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct device), device_key, &end);
	answer_items(rs, &device_shape, rows.v, rows.n, sizeof(struct device), &end);
	return OK;
}

static enum err list_entitlements(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	const char *name;
	struct db_list rows;
	enum err e = accounts_name(c, rq->ids[0], &name);

	if (!e)
		e = entitlements_list(c, rq->ids[0], &rows);
	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &entitlement_shape, rows.v, rows.n, sizeof(struct entitlement), &end);
	return OK;
}

const struct route devices_routes[] = {
	{ .method = METHOD_GET, .path = "/api/v1/accounts/{acc}/devices", .run = list,
	  .perm = PERM_DEVICE_LIST, .mode = ROUTE_READ, .name = "listDevices",
	  .summary = "The cameras and other devices of an account", .args = &list_args,
	  .out = &device_shape, .list = true },
	{ .method = METHOD_GET, .path = "/api/v1/accounts/{acc}/entitlements",
	  .run = list_entitlements, .perm = PERM_ACCOUNT_VIEW, .mode = ROUTE_READ,
	  .name = "listEntitlements", .summary = "What an account is entitled to",
	  .out = &entitlement_shape, .list = true },
	{ .path = NULL },
};

/* --- CSV ------------------------------------------------------------------------ */

static const struct field csv_v[] = {
	FIELD_KEY(struct device, id, ID_DEVICE, .label = "Id"),
	FIELD(struct device, kind, .label = "Kind"),
	FIELD(struct device, name, .label = "Name"),
	FIELD(struct device, status, .label = "Status"),
	FIELD_KEY(struct device, account_id, ID_ACCOUNT, .label = "Account id"),
	FIELD(struct device, site_name, .label = "Site"),
	FIELD(struct device, vendor, .label = "Vendor"),
	FIELD(struct device, model, .label = "Model"),
	FIELD(struct device, mac, .label = "MAC"),
	FIELD(struct device, serial, .label = "Serial number"),
	FIELD(struct device, external_id, .label = "External id"),
	FIELD(struct device, service, .label = "Service"),
	FIELD(struct device, archive_days, .label = "Archive days"),
	FIELD(struct device, enabled, .label = "Enabled"),
	FIELD(struct device, attached_at, .label = "Attached at"),
};
static const struct fields csv = FIELDS(csv_v);

struct export_args {
	int64_t account, zone;
};
static const struct json_in export_in[] = {
	JSON_IN_ID(struct export_args, account, ID_ACCOUNT, .help = "of one account alone"),
	JSON_IN(struct export_args, zone, .min = -1080, .max = 1080,
	        .help = "minutes east of UTC, for the times in the file"),
};
static const struct json_table export_args = JSON_TABLE(struct export_args, export_in);

static enum err open_rows(struct ctx *c, struct db *db, const void *filter, struct db_rows *out)
{
	return devices_open(c, db, *(const int64_t *)filter, out);
}

static bool next_row(struct ctx *c, struct db_rows *rows, struct arena *mem, void *row)
{
	(void)c;
	return db_next(rows, mem, row);
}

static const struct export_kind devices_kind = {
	.name = "devices",
	.csv = &csv,
	.row_size = sizeof(struct device),
	.open = open_rows,
	.next = next_row,
};

static enum err export(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct export_args *a = rq->args;
	struct export_ask ask = { .kind = &devices_kind, .filter = &a->account,
		                  .zone_min = a->zone };
	enum err e;

	ask.account_id = a->account ? a->account : c->actor.account_id;
	e = accounts_name(c, ask.account_id, &ask.account_label);
	return e ? e : export_answer(c, rq, rs, &ask);
}

const struct route devices_exports[] = {
	{ .method = METHOD_GET, .path = "/export/v1/devices.csv", .run = export,
	  .perm = PERM_DEVICE_LIST, .mode = ROUTE_FREE, .name = "exportDevices",
	  .summary = "The devices of all visible accounts, or of one, as CSV",
	  .args = &export_args, .produces = "text/csv" },
	{ .path = NULL },
};
