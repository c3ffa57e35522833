/*
 * From stock to an account and back, and from one device to its successor.
 */
#include "accounts/index.h"
#include "devices/inner.h"

#define BATCH 500

/* From now on: who had the device before is nobody's business. */
static const struct db_query grant = {
	.text = "INSERT INTO device_grant (membership_id, device_id, verbs, archive_days,"
	        " history_from, created_at, updated_at)"
	        " SELECT m.id, ?, 'view,archive,clip,share,ptz,configure', ?, ?, ?, ?"
	        " FROM account a JOIN membership m ON m.person_id = a.main_person_id"
	        " AND m.account_id = a.id AND m.kind = 'main' AND m.state = 'active'"
	        " WHERE a.id = ? ON DUPLICATE KEY UPDATE state = 'active',"
	        " history_from = VALUES(history_from), updated_at = VALUES(updated_at)",
};

static const struct db_query revoke = { .text = "DELETE FROM device_grant WHERE device_id = ?" };

static const struct db_query move_grants = {
	.text = "UPDATE device_grant SET device_id = ?, ver = ver + 1, updated_at = ?"
	        " WHERE device_id = ?",
};

struct key {
	int64_t id;
};
static const struct field key_row[] = { FIELD(struct key, id) };

static const struct db_query of_account = {
	.text = "SELECT id AS id FROM device WHERE account_id = ? ORDER BY id LIMIT 500",
	DB_ROWS(key_row),
};

static enum err owned_by_other(struct ctx *c)
{
	return FAIL(c, ERR_CONFLICT, "owned-by-other", "The device belongs to another account.");
}

enum err devices_attach(struct ctx *c, int64_t id, int64_t account_id, const struct device_edit *in)
{
	struct device was, is;
	struct device_owner at;
	enum err e = devices_find(c, id, &was);

	if (e)
		return e;
	if (was.account_id && was.account_id != account_id)
		return owned_by_other(c);
	e = device_owner(c, account_id, &at);
	if (e)
		return e;
	is = was;
	device_merge(&is, in);
	is.account_id = account_id;
	if (!was.account_id)
		is.attached_at = c->now;
	e = device_write(c, &is);
	if (!e && !was.account_id)
		e = db_exec(c->db, &grant,
		            DB_ARGS(db_i64(id), db_opt(is.archive_days), db_stamp(c->now),
		                    db_stamp(c->now), db_stamp(c->now), db_i64(account_id)),
		            NULL);
	if (!e)
		e = accounts_reindex(c, account_id);
	return e ? e : device_log(c, ACTION_DEVICE_ASSIGN, &at, &was, &is, NULL, NULL);
}

/* What it is called and set to is the owner's, and does not stay behind. */
static struct device in_stock(const struct device *was)
{
	struct device is = *was;

	is.account_id = 0;
	is.site_id = 0;
	is.name = was->model ? was->model : was->mac ? was->mac : was->serial ? was->serial : "?";
	is.service = NULL;
	is.archive_days = (struct opt){ 0 };
	is.purchase_order = NULL;
	is.attached_at = STAMP_NONE;
	is.enabled = true;
	return is;
}

enum err devices_detach(struct ctx *c, int64_t id, const char *reason)
{
	struct device was, is;
	struct device_owner at;
	enum err e = devices_find(c, id, &was);

	if (e || !was.account_id)
		return e;
	is = in_stock(&was);
	e = device_owner(c, was.account_id, &at);
	if (!e)
		e = db_exec(c->db, &revoke, DB_ARGS(db_i64(id)), NULL);
	if (!e)
		e = device_write(c, &is);
	if (!e)
		e = accounts_reindex(c, was.account_id);
	return e ? e : device_log(c, ACTION_DEVICE_UNASSIGN, &at, &was, &is, reason, NULL);
}

enum err devices_replace(struct ctx *c, int64_t old_id, int64_t new_id)
{
	struct device old, new, stock, is;
	struct device_owner at;
	enum err e = devices_find(c, old_id, &old);

	if (!e)
		e = devices_find(c, new_id, &new);
	if (e)
		return e;
	if (new.account_id && new.account_id != old.account_id)
		return owned_by_other(c);
	e = device_owner(c, old.account_id, &at);
	if (e)
		return e;
	stock = in_stock(&old);
	is = old;
	is.id = new.id;
	is.external_id = new.external_id;
	is.billing_source_id = new.billing_source_id;
	e = db_exec(c->db, &revoke, DB_ARGS(db_i64(new_id)), NULL);
	if (!e)
		e = db_exec(c->db, &move_grants,
		            DB_ARGS(db_i64(new_id), db_stamp(c->now), db_i64(old_id)), NULL);
	if (!e)
		e = device_write(c, &stock);
	if (!e)
		e = device_write(c, &is);
	if (!e && old.account_id)
		e = accounts_reindex(c, old.account_id);
	is.mac = new.mac;
	is.serial = new.serial;
	is.vendor = new.vendor;
	is.model = new.model;
	if (!e)
		e = device_log(c, ACTION_DEVICE_UNASSIGN, &at, &old, &stock, "replaced", NULL);
	return e ? e
	         : device_log(c, ACTION_DEVICE_ASSIGN, &at, &new, &is, "replaces another",
	                      NULL);
}

enum err devices_detach_all(struct ctx *c, int64_t account_id, int64_t *n)
{
	struct db_list list = { .n = BATCH };
	int64_t count = 0;
	enum err e = OK;

	while (!e && list.n == BATCH) {
		e = db_all(c->db, &of_account, DB_ARGS(db_i64(account_id)), c->mem,
		           sizeof(struct key), BATCH, &list);
		for (size_t i = 0; !e && i < list.n; i++, count++)
			e = devices_detach(c, ((const struct key *)list.v + i)->id, "purged");
	}
	if (!e)
		*n = count;
	return e;
}

const struct db_query *const device_place_queries[] = {
	&grant, &revoke, &move_grants, &of_account, NULL,
};
