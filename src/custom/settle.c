/*
 * What a change of a definition means for the accounts that have a value in
 * it, however many: batches in the order of their keys, each its own
 * transaction, which promises the next.
 */
#include <stdlib.h>

#include "accounts/index.h"
#include "custom/inner.h"

#define BATCH 100

struct key {
	int64_t id;
};
static const struct field key_v[] = { FIELD(struct key, id) };

struct state {
	bool removed, searchable;
};
static const struct field state_v[] = {
	FIELD(struct state, removed),
	FIELD(struct state, searchable),
};
static const struct db_query state_of = {
	.text = "SELECT (removed_at IS NOT NULL) AS removed, searchable FROM custom_field"
		" WHERE id = ?",
	DB_ROWS(state_v),
};
static const struct db_query next = {
	.text = "SELECT account_id AS id FROM custom_value WHERE field_id = ? AND account_id > ?"
		" ORDER BY account_id LIMIT 100",
	DB_ROWS(key_v),
};
static const struct db_query lock_account = {
	.text = "SELECT id AS id FROM account WHERE id = ? FOR UPDATE",
	DB_ROWS(key_v),
};
static const struct db_query drop_value = {
	.text = "DELETE FROM custom_value WHERE field_id = ? AND account_id = ?",
};
static const struct db_query drop_field = {
	.text = "DELETE FROM custom_field WHERE id = ? AND removed_at IS NOT NULL",
};

const struct db_query *const custom_settle_queries[] = {
	&state_of, &next, &lock_account, &drop_value, &drop_field, NULL,
};

enum err custom_settle(struct ctx *c, int64_t field_id)
{
	return outbox_put(c, CUSTOM_OUTBOX, field_id, "0");
}

struct batch {
	struct ctx *c;
	int64_t field_id, after;
};

static enum err settle_account(struct batch *b, int64_t account_id, const struct state *s)
{
	struct ctx *c = b->c;
	struct key locked;
	enum err e = db_one(c->db, &lock_account, DB_ARGS(db_i64(account_id)), c->mem, &locked);

	if (!e && s->removed)
		e = db_exec(c->db, &drop_value,
		            DB_ARGS(db_i64(b->field_id), db_i64(account_id)), NULL);
	return e ? e : accounts_reindex(c, account_id);
}

static enum err settle_batch(void *arg)
{
	struct batch *b = arg;
	struct ctx *c = b->c;
	const struct key *v;
	struct db_list rows;
	struct state s;
	enum err e = db_one(c->db, &state_of, DB_ARGS(db_i64(b->field_id)), c->mem, &s);

	if (e == ERR_NOT_FOUND)
		return OK; /* done before */
	if (!e)
		e = db_all(c->db, &next, DB_ARGS(db_i64(b->field_id), db_i64(b->after)), c->mem,
		           sizeof(struct key), BATCH, &rows);
	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++)
		e = settle_account(b, v[i].id, &s);
	if (!e && rows.n == BATCH)
		return outbox_put(c, CUSTOM_OUTBOX, b->field_id,
		                  arena_printf(c->mem, "%lld", (long long)v[BATCH - 1].id));
	if (!e && s.removed)
		e = db_exec(c->db, &drop_field, DB_ARGS(db_i64(b->field_id)), NULL);
	return e;
}

enum err custom_settle_run(struct ctx *c, const struct outbox_row *row)
{
	struct batch b = { c, row->ref_id, row->payload ? strtoll(row->payload, NULL, 10) : 0 };

	return db_tx(c->db, DB_WRITE, settle_batch, &b);
}
