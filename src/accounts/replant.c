#include "accounts/accounts.h"
#include "accounts/index.h"
#include "accounts/queries.h"

struct above {
	int64_t id, depth;
};
static const struct field above_v[] = {
	FIELD(struct above, id),
	FIELD(struct above, depth),
};

/* Locked: who makes an account below waits, and so does who moves one of these. */
static const struct db_query above = {
	.text = "SELECT ancestor_id AS id, depth FROM account_tree WHERE descendant_id = ?"
		" AND depth >= ? ORDER BY depth FOR UPDATE",
	DB_ROWS(above_v),
};
/* One account above at a time: what is read and what is written are never the same rows. */
static const struct db_query uproot = {
	.text = "DELETE t FROM account_tree s JOIN account_tree t"
		" ON t.ancestor_id = ? AND t.descendant_id = s.descendant_id"
		" WHERE s.ancestor_id = ?",
};
static const struct db_query plant = {
	.text = "INSERT INTO account_tree (ancestor_id, descendant_id, depth, kind, own_state,"
		" name_key, last_login_at) SELECT ?, s.descendant_id, s.depth + ?, s.kind,"
		" s.own_state, s.name_key, s.last_login_at FROM account_tree s"
		" WHERE s.ancestor_id = ?",
};
static const struct db_query set_parent = {
	.text = "UPDATE account SET parent_id = ?, list_parent = ?, ver = ver + 1,"
		" updated_at = ? WHERE id = ?",
};

const struct db_query *const account_replant_queries[] = {
	&above, &uproot, &plant, &set_parent, NULL,
};

static enum err list_above(struct ctx *c, int64_t id, int64_t least, struct db_list *out)
{
	return db_all(c->db, &above, DB_ARGS(db_i64(id), db_i64(least)), c->mem,
	              sizeof(struct above), ACCOUNT_DEPTH_MAX + 1, out);
}

enum err accounts_replant(struct ctx *c, int64_t id, const struct account_head *parent)
{
	struct db_list was, is;
	const struct above *v;
	enum err e = list_above(c, id, 1, &was);

	if (!e)
		e = list_above(c, parent->id, 0, &is);
	if (e)
		return e;
	/* Read under the lock: another move may have put the parent below it meanwhile. */
	v = is.v;
	for (size_t i = 0; i < is.n; i++)
		if (v[i].id == id)
			return FAIL_FIELD(c, "/parent_id", "below-itself");
	v = was.v;
	for (size_t i = 0; i < was.n && !e; i++)
		e = db_exec(c->db, &uproot, DB_ARGS(db_i64(v[i].id), db_i64(id)), NULL);
	v = is.v;
	for (size_t i = 0; i < is.n && !e; i++)
		e = db_exec(c->db, &plant,
		            DB_ARGS(db_i64(v[i].id), db_i64(v[i].depth + 1), db_i64(id)), NULL);
	if (e)
		return e;
	return db_exec(c->db, &set_parent,
	               DB_ARGS(db_i64(parent->id), db_str(parent->name), db_stamp(c->now),
	                       db_i64(id)),
	               NULL);
}
