#include "billing/camera.h"

#include <string.h>

struct served {
	int64_t source_id;
};
static const struct field served_v[] = { FIELD(struct served, source_id) };

static const struct db_query source_of = {
	.text = "SELECT billing_source_id AS source_id FROM account WHERE id = ?",
	DB_ROWS(served_v),
};

const struct db_query *const camera_queries[] = { &source_of, NULL };

/* Turns "not there" into id 0. */
static enum err maybe(enum err e, struct device *d)
{
	if (e == ERR_NOT_FOUND) {
		*d = (struct device){ 0 };
		return OK;
	}
	return e;
}

static bool same_serial(const struct device *d, const char *serial)
{
	return !d->serial || strcmp(d->serial, serial) == 0;
}

enum err camera_find(struct work *w, const struct camera_name *name, struct device *out,
                     enum camera_found *found)
{
	struct ctx *c = w->c;
	const char *mac = name->mac && *name->mac ? devices_mac(c->mem, name->mac) : NULL;
	const char *serial = name->serial && *name->serial ? name->serial : NULL;
	struct device by_id = { 0 }, by_mac = { 0 }, by_serial = { 0 };
	const struct device *d;
	enum err e = OK;

	if (name->external_id)
		e = maybe(devices_find_external(c, w->source->id, name->external_id, &by_id),
		          &by_id);
	if (!e && mac)
		e = maybe(devices_find_mac(c, mac, &by_mac), &by_mac);
	if (!e && serial)
		e = maybe(devices_find_serial(c, name->vendor, serial, &by_serial), &by_serial);
	if (e)
		return e;
	d = by_id.id ? &by_id : by_mac.id ? &by_mac : &by_serial;
	*found = d->id ? CAMERA_FOUND : CAMERA_NONE;
	*out = *d;
	if (!d->id)
		return OK;
	if ((by_mac.id && by_mac.id != d->id) || (by_serial.id && by_serial.id != d->id) ||
	    (mac && d->mac && strcmp(d->mac, mac) != 0) || (serial && !same_serial(d, serial)))
		*found = CAMERA_CONFLICT;
	return OK;
}

enum err camera_is_foreign(struct work *w, const struct device *d, bool *foreign)
{
	struct served s;
	enum err e;

	*foreign = d->billing_source_id && d->billing_source_id != w->source->id;
	if (*foreign || !d->account_id)
		return OK;
	e = db_one(w->c->db, &source_of, DB_ARGS(db_i64(d->account_id)), w->c->mem, &s);
	if (!e)
		*foreign = s.source_id != w->source->id;
	return e;
}
