#include "devices/inner.h"

static const struct db_query insert = {
	.text = "INSERT INTO device (kind, name, vendor, model, mac, serial, external_id,"
	        " billing_source_id, uuid, created_at, updated_at)"
	        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static const struct db_query write = {
	.text = "UPDATE device SET account_id = ?, site_id = ?, name = ?, service = ?,"
	        " archive_days = ?, purchase_order = ?, external_id = ?, billing_source_id = ?,"
	        " enabled = ?, attached_at = ?, ver = ver + 1, updated_at = ? WHERE id = ?",
};

/* Its numbers become free for the device that may come back. */
static const struct db_query retire = {
	.text = "UPDATE device SET account_id = NULL, site_id = NULL, mac = NULL, serial = NULL,"
	        " external_id = NULL, removed_at = ?, ver = ver + 1, updated_at = ? WHERE id = ?",
};

static const struct field owner_row[] = {
	FIELD(struct device_owner, id),
	FIELD(struct device_owner, name),
};

static const struct db_query owner = {
	.text = "SELECT id AS id, name AS name FROM account WHERE id = ?",
	DB_ROWS(owner_row),
};

static const struct field log_v[] = {
	FIELD_KEY(struct device, account_id, ID_ACCOUNT),
	FIELD_KEY(struct device, site_id, ID_SITE),
	FIELD(struct device, kind),
	FIELD(struct device, name),
	FIELD(struct device, vendor),
	FIELD(struct device, model),
	FIELD(struct device, mac),
	FIELD(struct device, serial),
	FIELD(struct device, external_id),
	FIELD(struct device, service),
	FIELD(struct device, archive_days),
	FIELD(struct device, purchase_order),
	FIELD(struct device, enabled),
};
static const struct fields log_fields = FIELDS(log_v);

enum err device_owner(struct ctx *c, int64_t account_id, struct device_owner *out)
{
	return db_one(c->db, &owner, DB_ARGS(db_i64(account_id ? account_id : ACCOUNT_ROOT)),
	              c->mem, out);
}

enum err device_write(struct ctx *c, const struct device *d)
{
	return db_exec(c->db, &write,
	               DB_ARGS(db_key(d->account_id), db_key(d->site_id), db_str(d->name),
	                       db_str(d->service), db_opt(d->archive_days),
	                       db_str(d->purchase_order), db_str(d->external_id),
	                       db_key(d->billing_source_id), db_bool(d->enabled),
	                       db_stamp(d->attached_at), db_stamp(c->now), db_i64(d->id)),
	               NULL);
}

enum err device_log(struct ctx *c, enum action action, const struct device_owner *in,
                    const struct device *was, const struct device *is, const char *reason,
                    bool *changed)
{
	const struct device *named = is ? is : was;
	struct change ch = { .action = action, .target_kind = ID_DEVICE, .target_id = named->id,
		             .target_label = named->name, .account_id = in->id,
		             .account_label = in->name, .reason = reason };
	bool differs = change_diff(c->mem, log_fields, was, is, &ch);

	if (changed)
		*changed = differs;
	return differs ? change_put(c, &ch) : OK;
}

static enum err check_free(struct ctx *c, const struct device_new *in)
{
	struct device other;
	enum err e = ERR_NOT_FOUND;

	if (in->mac)
		e = devices_find_mac(c, in->mac, &other);
	if (e == ERR_NOT_FOUND && in->serial && in->vendor)
		e = devices_find_serial(c, in->vendor, in->serial, &other);
	if (e == ERR_NOT_FOUND && in->external_id && in->billing_source_id)
		e = devices_find_external(c, in->billing_source_id, in->external_id, &other);
	if (e == ERR_NOT_FOUND)
		return OK;
	return e ? e : FAIL(c, ERR_CONFLICT, "device-exists",
	                    "There is a device of this address, serial number or id.");
}

enum err devices_create(struct ctx *c, const struct device_new *in, int64_t *id)
{
	struct device is = { .kind = in->kind ? in->kind : "camera",
		             .name = in->name,
		             .vendor = in->vendor,
		             .model = in->model,
		             .mac = in->mac,
		             .serial = in->serial,
		             .external_id = in->external_id,
		             .enabled = true };
	struct device_owner at;
	char uuid[UUID_TEXT];
	enum err e = check_free(c, in);

	if (!e)
		e = device_owner(c, 0, &at);
	if (e)
		return e;
	if (!is.name)
		is.name = in->model ? in->model : in->mac ? in->mac : in->serial ? in->serial : "?";
	token_uuid(uuid);
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_str(is.kind), db_str(is.name), db_str(in->vendor),
	                    db_str(in->model), db_str(in->mac), db_str(in->serial),
	                    db_str(in->external_id), db_key(in->billing_source_id), db_str(uuid),
	                    db_stamp(c->now), db_stamp(c->now)),
	            NULL);
	if (e)
		return e;
	is.id = db_insert_id(c->db);
	*id = is.id;
	return device_log(c, ACTION_DEVICE_CREATE, &at, NULL, &is, NULL, NULL);
}

enum err devices_update(struct ctx *c, int64_t id, const struct device_edit *in, bool *changed)
{
	struct device was, is;
	struct device_owner at;
	enum err e = devices_find(c, id, &was);

	if (!e)
		e = device_owner(c, was.account_id, &at);
	if (e)
		return e;
	is = was;
	device_merge(&is, in);
	e = device_log(c, ACTION_DEVICE_UPDATE, &at, &was, &is, NULL, changed);
	return e || !*changed ? e : device_write(c, &is);
}

void device_merge(struct device *is, const struct device_edit *in)
{
	if (in->name)
		is->name = in->name;
	if (in->service)
		is->service = in->service;
	if (in->purchase_order)
		is->purchase_order = in->purchase_order;
	if (in->external_id) {
		is->external_id = in->external_id;
		is->billing_source_id = in->billing_source_id;
	}
	if (in->archive_days.set)
		is->archive_days = in->archive_days;
	if (in->site_id)
		is->site_id = in->site_id;
	if (in->enabled.set)
		is->enabled = in->enabled.v != 0;
}

enum err devices_remove(struct ctx *c, int64_t id)
{
	struct device was;
	struct device_owner at;
	enum err e = devices_detach(c, id, NULL);

	if (!e)
		e = devices_find(c, id, &was);
	if (!e)
		e = device_owner(c, 0, &at);
	if (!e)
		e = db_exec(c->db, &retire, DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(id)),
		            NULL);
	return e ? e : device_log(c, ACTION_DEVICE_REMOVE, &at, &was, NULL, NULL, NULL);
}

const struct db_query *const device_write_queries[] = { &insert, &write, &retire, &owner, NULL };
