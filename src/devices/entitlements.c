#include <assert.h>
#include <string.h>

#include "devices/inner.h"

#define LIST_MAX 200

const struct field entitlement_fields[] = {
	FIELD(struct entitlement, item),       FIELD(struct entitlement, quantity),
	FIELD(struct entitlement, source),     FIELD(struct entitlement, state),
	FIELD(struct entitlement, removed_at), FIELD(struct entitlement, purge_at),
	FIELD(struct entitlement, ver),
};
static_assert(ARRAY_LEN(entitlement_fields) == ENTITLEMENT_FIELDS, "all are answered");

#define COLUMNS \
	"SELECT item AS item, quantity AS quantity, source AS source, state AS state," \
	" removed_at AS removed_at, purge_at AS purge_at, ver AS ver FROM entitlement" \
	" WHERE account_id = ?"

static const struct db_query list = { .text = COLUMNS " ORDER BY item",
	                              DB_ROWS(entitlement_fields) };

static const struct db_query take = {
	.text = COLUMNS " AND item = ? FOR UPDATE",
	DB_ROWS(entitlement_fields),
};

static const struct db_query put = {
	.text = "INSERT INTO entitlement (account_id, item, quantity, source, state, removed_at,"
	        " purge_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
	        " ON DUPLICATE KEY UPDATE quantity = VALUES(quantity), source = VALUES(source),"
	        " state = VALUES(state), removed_at = VALUES(removed_at),"
	        " purge_at = VALUES(purge_at), ver = ver + 1, updated_at = VALUES(updated_at)",
};

static const struct db_query end = {
	.text = "UPDATE entitlement SET state = 'removed', removed_at = ?, purge_at = ?,"
	        " ver = ver + 1, updated_at = ? WHERE account_id = ? AND state = 'active'",
};

/* Only what ended with the account comes back: what had no quantity had ended before. */
static const struct db_query revive = {
	.text = "UPDATE entitlement SET state = 'active', removed_at = NULL, purge_at = NULL,"
	        " ver = ver + 1, updated_at = ? WHERE account_id = ? AND state = 'removed'"
	        " AND quantity > 0",
};

static const struct db_query keep = {
	.text = "UPDATE entitlement SET purge_at = ?, ver = ver + 1, updated_at = ?"
		" WHERE account_id = ? AND state = 'removed' AND quantity > 0",
};

enum err entitlements_list(struct ctx *c, int64_t account_id, struct db_list *out)
{
	return db_all(c->db, &list, DB_ARGS(db_i64(account_id)), c->mem, sizeof(struct entitlement),
	              LIST_MAX, out);
}

static enum err put_log(struct ctx *c, int64_t account_id, const struct entitlement *was,
                        const struct entitlement *is)
{
	static const struct fields log_fields = { entitlement_fields, 6 };
	struct change ch = { .action = ACTION_LICENCE_CHANGE, .target_kind = ID_ACCOUNT,
		             .target_id = account_id, .account_id = account_id };
	struct device_owner at;
	enum err e = device_owner(c, account_id, &at);

	if (e)
		return e;
	ch.target_label = at.name;
	ch.account_label = at.name;
	change_diff(c->mem, log_fields, was, is, &ch);
	return change_put(c, &ch);
}

enum err entitlements_set(struct ctx *c, int64_t account_id, const char *item, int64_t quantity,
                          int64_t grace_days, bool *changed)
{
	struct entitlement was = { .state = "removed" }, is;
	bool found;
	enum err e = db_one(c->db, &take, DB_ARGS(db_i64(account_id), db_str(item)), c->mem, &was);

	found = !e;
	if (e && e != ERR_NOT_FOUND)
		return e;
	is = (struct entitlement){ .item = item, .quantity = quantity, .state = "active",
		                   .source = c->actor.kind == ACTOR_BILLING ? "billing" : "manual",
		                   .removed_at = STAMP_NONE, .purge_at = STAMP_NONE };
	*changed = was.quantity != quantity || (quantity > 0) != !strcmp(was.state, "active");
	if (!*changed)
		return OK;
	if (quantity == 0) {
		is.state = "removed";
		is.removed_at = c->now;
		is.purge_at = stamp_add(c->now, grace_days * USEC_PER_DAY);
	}
	e = db_exec(c->db, &put,
	            DB_ARGS(db_i64(account_id), db_str(item), db_i64(quantity), db_str(is.source),
	                    db_str(is.state), db_stamp(is.removed_at), db_stamp(is.purge_at),
	                    db_stamp(c->now)),
	            NULL);
	return e ? e : put_log(c, account_id, found ? &was : NULL, &is);
}

enum err entitlements_end(struct ctx *c, int64_t account_id, struct stamp purge_at)
{
	return db_exec(c->db, &end,
	               DB_ARGS(db_stamp(c->now), db_stamp(purge_at), db_stamp(c->now),
	                       db_i64(account_id)),
	               NULL);
}

enum err entitlements_revive(struct ctx *c, int64_t account_id)
{
	return db_exec(c->db, &revive, DB_ARGS(db_stamp(c->now), db_i64(account_id)), NULL);
}

enum err entitlements_keep(struct ctx *c, int64_t account_id, struct stamp purge_at)
{
	return db_exec(c->db, &keep,
	               DB_ARGS(db_stamp(purge_at), db_stamp(c->now), db_i64(account_id)), NULL);
}

const struct db_query *const entitlements_queries[] = {
	&list, &take, &put, &end, &revive, &keep, NULL,
};
