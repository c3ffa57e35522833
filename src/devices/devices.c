#include "devices/devices.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "devices/inner.h"

static const char *const kinds[] = { "camera", "intercom", "panel", "serviced", NULL };
static const char *const statuses[] = { "active", "partial", "inactive", "empty", "initial", NULL };

const struct field device_fields[] = {
	FIELD_KEY(struct device, id, ID_DEVICE),
	FIELD(struct device, kind, .words = kinds),
	FIELD(struct device, name),
	FIELD(struct device, status, .words = statuses),
	FIELD_KEY(struct device, site_id, ID_SITE),
	FIELD(struct device, site_name),
	FIELD(struct device, vendor),
	FIELD(struct device, model),
	FIELD(struct device, mac),
	FIELD(struct device, serial),
	FIELD(struct device, external_id),
	FIELD(struct device, service),
	FIELD(struct device, archive_days),
	FIELD(struct device, enabled),
	FIELD(struct device, attached_at),
	/* only between SQL and C */
	FIELD(struct device, account_id),
	FIELD(struct device, billing_source_id),
	FIELD(struct device, purchase_order),
	FIELD(struct device, ver),
};
static_assert(ARRAY_LEN(device_fields) == DEVICE_FIELDS + 4, "four are not answered");

/* The status is never stored: it follows from the streams. */
#define COLUMNS \
	"SELECT d.id AS id, d.kind AS kind, d.name AS name," \
	" CASE WHEN d.streams_total = 0 THEN 'empty' WHEN d.initialising = 1 THEN 'initial'" \
	" WHEN d.streams_active >= d.streams_total THEN 'active'" \
	" WHEN d.streams_active = 0 THEN 'inactive' ELSE 'partial' END AS status," \
	" d.site_id AS site_id, s.name AS site_name, d.vendor AS vendor, d.model AS model," \
	" d.mac AS mac, d.serial AS serial, d.external_id AS external_id," \
	" d.service AS service, d.archive_days AS archive_days, d.enabled AS enabled," \
	" d.attached_at AS attached_at, d.account_id AS account_id," \
	" d.billing_source_id AS billing_source_id, d.purchase_order AS purchase_order," \
	" d.ver AS ver FROM device d "
#define SITE "LEFT JOIN site s ON s.id = d.site_id"
/* Locks the device alone. */
#define TAKE(where) \
	"SELECT d.id AS id, d.kind AS kind, d.name AS name, 'empty' AS status," \
	" d.site_id AS site_id, CAST(NULL AS CHAR) AS site_name, d.vendor AS vendor," \
	" d.model AS model, d.mac AS mac, d.serial AS serial, d.external_id AS external_id," \
	" d.service AS service, d.archive_days AS archive_days, d.enabled AS enabled," \
	" d.attached_at AS attached_at, d.account_id AS account_id," \
	" d.billing_source_id AS billing_source_id, d.purchase_order AS purchase_order," \
	" d.ver AS ver FROM device d WHERE " where " AND d.removed_at IS NULL FOR UPDATE"

static const struct db_query list = {
	.text = COLUMNS SITE " WHERE d.account_id = ? AND " SCOPE_SEES("d.account_id")
		" AND d.id > ? AND d.removed_at IS NULL ORDER BY d.id LIMIT ?",
	DB_ROWS(device_fields),
};

static const struct db_query list_back = {
	.text = COLUMNS SITE " WHERE d.account_id = ? AND " SCOPE_SEES("d.account_id")
		" AND d.id < ? AND d.removed_at IS NULL ORDER BY d.id DESC LIMIT ?",
	DB_ROWS(device_fields),
};

static const struct db_query stream = {
	.text = COLUMNS SITE " WHERE " SCOPE_SEES("d.account_id")
		" AND (? = 0 OR d.account_id = ?) AND d.removed_at IS NULL ORDER BY d.id",
	DB_ROWS(device_fields),
};

struct number {
	int64_t n;
};
static const struct field number_row[] = { FIELD(struct number, n) };

static const struct db_query count = {
	.text = "SELECT COUNT(*) AS n FROM device d WHERE d.account_id = ? AND "
		SCOPE_SEES("d.account_id") " AND d.removed_at IS NULL",
	DB_ROWS(number_row),
};

static const struct db_query take = { .text = TAKE("d.id = ?"), DB_ROWS(device_fields) };
static const struct db_query by_mac = { .text = TAKE("d.mac = ?"), DB_ROWS(device_fields) };
static const struct db_query by_serial = {
	.text = TAKE("d.serial = ? AND d.vendor = ?"),
	DB_ROWS(device_fields),
};
static const struct db_query by_any_serial = {
	.text = TAKE("d.serial = ?"),
	DB_ROWS(device_fields),
};
static const struct db_query by_external = {
	.text = TAKE("d.billing_source_id = ? AND d.external_id = ?"),
	DB_ROWS(device_fields),
};

enum err devices_list(struct ctx *c, int64_t account_id, int64_t after, size_t max,
                      struct db_list *out)
{
	return db_all(c->db, &list,
	              DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id), db_i64(after),
	                      db_i64((int64_t)max)),
	              c->mem, sizeof(struct device), max, out);
}

enum err devices_list_back(struct ctx *c, int64_t account_id, int64_t before, size_t max,
                           struct db_list *out)
{
	return db_all(c->db, &list_back,
	              DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id), db_i64(before),
	                      db_i64((int64_t)max)),
	              c->mem, sizeof(struct device), max, out);
}

enum err devices_open(struct ctx *c, struct db *db, int64_t account_id, struct db_rows *out)
{
	return db_open(db, &stream,
	               DB_ARGS(db_i64(c->actor.account_id), db_i64(account_id),
	                       db_i64(account_id)),
	               out);
}

enum err devices_count(struct ctx *c, int64_t account_id, int64_t *out)
{
	struct number row;
	enum err e = db_one(c->db, &count, DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id)),
	                    c->mem, &row);

	if (!e)
		*out = row.n;
	return e;
}

enum err devices_find(struct ctx *c, int64_t id, struct device *out)
{
	return db_one(c->db, &take, DB_ARGS(db_i64(id)), c->mem, out);
}

enum err devices_find_mac(struct ctx *c, const char *mac, struct device *out)
{
	return db_one(c->db, &by_mac, DB_ARGS(db_str(mac)), c->mem, out);
}

enum err devices_find_serial(struct ctx *c, const char *vendor, const char *serial,
                             struct device *out)
{
	if (!vendor)
		return db_one(c->db, &by_any_serial, DB_ARGS(db_str(serial)), c->mem, out);
	return db_one(c->db, &by_serial, DB_ARGS(db_str(serial), db_str(vendor)), c->mem, out);
}

enum err devices_find_external(struct ctx *c, int64_t source_id, const char *external_id,
                               struct device *out)
{
	return db_one(c->db, &by_external, DB_ARGS(db_i64(source_id), db_str(external_id)), c->mem,
	              out);
}

/* With ":" or "-" between pairs, "." between fours, or nothing at all. */
const char *devices_mac(struct arena *mem, const char *s)
{
	char *out = arena_alloc(mem, 18);
	size_t n = 0;

	for (; s && *s; s++) {
		if (n > 0 && (*s == ':' || *s == '-' || *s == '.'))
			continue;
		if (!isxdigit((unsigned char)*s) || n == 17)
			return NULL;
		if (n % 3 == 2)
			out[n++] = ':';
		if (n == 17)
			return NULL;
		out[n++] = (char)tolower((unsigned char)*s);
	}
	return n == 17 ? out : NULL;
}

const struct db_query *const devices_queries[] = {
	&list,      &list_back,     &stream,      &count, &take, &by_mac,
	&by_serial, &by_any_serial, &by_external, NULL,
};
