#include "accounts/card.h"

#include <assert.h>

#include "accounts/queries.h"

#define LOCKED_MAX 100
#define PATH_MAX_STEPS 20

const struct field account_step_fields[] = {
	FIELD_KEY(struct account_step, id, ID_ACCOUNT),
	FIELD(struct account_step, name),
	FIELD(struct account_step, kind),
};
static_assert(ARRAY_LEN(account_step_fields) == ACCOUNT_STEP_FIELDS, "all are answered");

static const struct db_query path = {
	.text = "SELECT a.id AS id, a.name AS name, a.kind AS kind"
	        " FROM account_tree up JOIN account a ON a.id = up.ancestor_id"
	        " WHERE up.descendant_id = ? AND " SCOPE_SEES("up.ancestor_id")
	        " ORDER BY up.depth DESC",
	DB_ROWS(account_step_fields),
};

const struct field account_lock_fields[] = {
	FIELD(struct account_lock, field),
	FIELD_KEY(struct account_lock, event_id, ID_EVENT),
	FIELD(struct account_lock, event_type),
	FIELD(struct account_lock, set_at),
};
static_assert(ARRAY_LEN(account_lock_fields) == ACCOUNT_LOCK_FIELDS, "all are answered");

static const struct db_query locked = {
	.text = "SELECT o.field AS field, o.event_id AS event_id, e.type AS event_type,"
	        " o.set_at AS set_at FROM account_origin o"
	        " LEFT JOIN billing_event e ON e.seq = o.event_id"
	        " WHERE o.account_id = ? ORDER BY o.field",
	DB_ROWS(account_lock_fields),
};

const struct field account_counts_fields[] = {
	FIELD(struct account_counts, contacts),
	FIELD(struct account_counts, sites),
	FIELD(struct account_counts, cameras),
	FIELD(struct account_counts, members),
	FIELD(struct account_counts, open_events),
};
static_assert(ARRAY_LEN(account_counts_fields) == ACCOUNT_COUNTS_FIELDS, "all are answered");

static const struct db_query counts = {
	.text = "SELECT (SELECT COUNT(*) FROM account_contact WHERE account_id = ?) AS contacts,"
	        " (SELECT COUNT(*) FROM site WHERE account_id = ?) AS sites,"
	        " (SELECT COUNT(*) FROM device WHERE account_id = ? AND kind = 'camera'"
	        " AND removed_at IS NULL) AS cameras,"
	        " (SELECT COUNT(*) FROM membership WHERE account_id = ? AND state = 'active')"
	        " AS members,"
	        " (SELECT COUNT(*) FROM billing_event WHERE account_id = ?"
	        " AND state IN ('deferred', 'quarantined', 'failed', 'dead')) AS open_events",
	DB_ROWS(account_counts_fields),
};

enum err accounts_path(struct ctx *c, int64_t id, struct db_list *out)
{
	return db_all(c->db, &path, DB_ARGS(db_i64(id), db_i64(c->actor.account_id)), c->mem,
	              sizeof(struct account_step), PATH_MAX_STEPS, out);
}

enum err accounts_locked(struct ctx *c, int64_t id, struct db_list *out)
{
	return db_all(c->db, &locked, DB_ARGS(db_i64(id)), c->mem, sizeof(struct account_lock),
	              LOCKED_MAX, out);
}

enum err accounts_counts(struct ctx *c, int64_t id, struct account_counts *out)
{
	return db_one(c->db, &counts,
	              DB_ARGS(db_i64(id), db_i64(id), db_i64(id), db_i64(id), db_i64(id)), c->mem,
	              out);
}

const struct db_query *const account_card_queries[] = { &path, &locked, &counts, NULL };
