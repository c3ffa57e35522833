#include "moves/move.h"

#include <assert.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "accounts/state.h"
#include "core/change.h"
#include "core/epoch.h"

const struct field move_preview_fields[] = {
	FIELD_KEY(struct move_preview, parent_id, ID_ACCOUNT),
	FIELD(struct move_preview, parent_name),
	FIELD(struct move_preview, accounts),
	FIELD(struct move_preview, members),
	FIELD(struct move_preview, cameras),
	FIELD(struct move_preview, roles),
	FIELD(struct move_preview, assignments),
	FIELD(struct move_preview, supports),
	FIELD(struct move_preview, sources),
};
static_assert(ARRAY_LEN(move_preview_fields) == MOVE_PREVIEW_FIELDS, "all are answered");

struct shape_row {
	int64_t accounts, height, parent_depth;
	bool inside;
};
static const struct field shape_v[] = {
	FIELD(struct shape_row, accounts),
	FIELD(struct shape_row, height),
	FIELD(struct shape_row, parent_depth),
	FIELD(struct shape_row, inside),
};

#define FEW_MAX 5001
#define FEW \
	"(SELECT s.descendant_id, s.depth FROM account_tree s WHERE s.ancestor_id = ?" \
	" LIMIT " STRINGIFY(FEW_MAX) ") x"
static_assert(FEW_MAX == MOVE_ACCOUNTS_MAX + 1, "one more than may be moved is counted");

/* Arguments: the account, the same, the parent, the account, the parent. */
static const struct db_query shape = {
	.text = "SELECT (SELECT COUNT(*) FROM " FEW ") AS accounts,"
		" (SELECT MAX(x.depth) FROM " FEW ") AS height,"
		" (SELECT MAX(depth) FROM account_tree WHERE descendant_id = ?) AS parent_depth,"
		" EXISTS (SELECT 1 FROM account_tree WHERE ancestor_id = ? AND descendant_id = ?)"
		" AS inside",
	DB_ROWS(shape_v),
};

struct ties {
	int64_t members, cameras, roles, assignments, supports, sources;
};
static const struct field ties_v[] = {
	FIELD(struct ties, members), FIELD(struct ties, cameras),
	FIELD(struct ties, roles),   FIELD(struct ties, assignments),
	FIELD(struct ties, supports), FIELD(struct ties, sources),
};

/* An account that is neither moved nor above the new place.  Arguments: the account, the parent. */
#define ELSEWHERE(id) \
	NONE("SELECT 1 FROM account_tree ei WHERE ei.ancestor_id = ? AND ei.descendant_id = " id) \
	" AND " NONE( \
		"SELECT 1 FROM account_tree ea WHERE ea.ancestor_id = " id \
		" AND ea.descendant_id = ?")

/* Each part begins with the account; those with ELSEWHERE go on with it and the parent. */
static const struct db_query ties = {
	.text = "SELECT (SELECT COUNT(*) FROM " FEW
		" STRAIGHT_JOIN membership m FORCE INDEX (ix_membership_account)"
		" ON m.account_id = x.descendant_id AND m.state <> 'removed') AS members,"
		" (SELECT COUNT(*) FROM " FEW
		" STRAIGHT_JOIN device d ON d.account_id = x.descendant_id"
		" AND d.kind = 'camera' AND d.removed_at IS NULL) AS cameras,"
		" (SELECT COUNT(*) FROM " FEW
		" STRAIGHT_JOIN membership m FORCE INDEX (ix_membership_account)"
		" ON m.account_id = x.descendant_id AND m.state <> 'removed'"
		" STRAIGHT_JOIN membership_role mr ON mr.membership_id = m.id"
		" STRAIGHT_JOIN role r ON r.id = mr.role_id AND r.builtin IS NULL"
		" WHERE " ELSEWHERE("r.owner_account_id") ") AS roles,"
		" (SELECT COUNT(*) FROM " FEW
		" STRAIGHT_JOIN membership_role mr FORCE INDEX (ix_membership_role_scope)"
		" ON mr.scope_account_id = x.descendant_id"
		" STRAIGHT_JOIN membership m ON m.id = mr.membership_id"
		" AND m.state <> 'removed'"
		" WHERE " ELSEWHERE("m.account_id") ") AS assignments,"
		" (SELECT COUNT(*) FROM " FEW
		" STRAIGHT_JOIN support_grant g FORCE INDEX (ix_support_account)"
		" ON g.account_id = x.descendant_id"
		" AND (g.state = 'requested' OR (g.state = 'active' AND g.expires_at > ?))"
		" STRAIGHT_JOIN membership m ON m.id = g.operator_membership_id"
		" WHERE " ELSEWHERE("m.account_id") ") AS supports,"
		" (SELECT COUNT(*) FROM " FEW
		" STRAIGHT_JOIN account a ON a.id = x.descendant_id"
		" STRAIGHT_JOIN billing_source b ON b.id = a.billing_source_id"
		" WHERE " ELSEWHERE("b.parent_account_id") ") AS sources",
	DB_ROWS(ties_v),
};

/* What comes down from an account and those above it. */
struct over {
	bool held, two_step;
	int64_t areas_off;
};
static const struct field over_v[] = {
	FIELD(struct over, held),
	FIELD(struct over, two_step),
	FIELD(struct over, areas_off),
};
static const struct db_query over = {
	.text = "SELECT (" STATE_HELD("a.id") " OR " STATE_ABOVE("a.id") ") AS held,"
		" EXISTS (SELECT 1 FROM account_tree t JOIN account_policy p"
		" ON p.account_id = t.ancestor_id AND p.require_two_step = 1"
		" WHERE t.descendant_id = a.id) AS two_step,"
		" (SELECT COUNT(DISTINCT f.area) FROM account_tree t JOIN account_area f"
		" ON f.account_id = t.ancestor_id AND f.is_on = 0"
		" WHERE t.descendant_id = a.id) AS areas_off FROM account a WHERE a.id = ?",
	DB_ROWS(over_v),
};

struct above {
	bool stands_above;
};
static const struct field above_v[] = { FIELD(struct above, stands_above) };
static const struct db_query stands_above = {
	.text = "SELECT EXISTS (SELECT 1 FROM account_tree WHERE ancestor_id = ?"
		" AND descendant_id = ?) AS stands_above",
	DB_ROWS(above_v),
};

const struct db_query *const move_queries[] = { &shape, &ties, &over, &stands_above, NULL };

/* What is asked for, as it stands. */
struct moving {
	struct account_head head, parent;
	struct shape_row shape;
	struct ties ties;
	bool out_of_sight; /* of who works for the account that stands above it now */
};

/* To look only, nothing is locked. */
static enum err find_head(struct ctx *c, int64_t id, struct account_head *out)
{
	struct account a;
	enum err e = accounts_find(c, id, &a);

	*out = (struct account_head){ 0 };
	if (e)
		return e;
	out->id = a.id;
	out->parent_id = a.parent_id;
	out->kind = a.kind;
	out->name = a.name;
	out->base_state = a.base_state;
	return OK;
}

/* To move it, neither may end or move away meanwhile. */
static enum err take(struct ctx *c, bool only_look, int64_t id, struct account_head *out)
{
	return only_look ? find_head(c, id, out) : accounts_lock(c, id, out);
}

static enum err take_parent(struct ctx *c, bool only_look, int64_t id, struct account_head *out)
{
	enum err e = take(c, only_look, id, out);

	if (e == ERR_NOT_FOUND) {
		c->fault = (struct fault){ 0 };
		return FAIL_FIELD(c, "/parent_id", "not-found");
	}
	return e;
}

static enum err check_parent(struct ctx *c, const struct moving *m)
{
	if (strcmp(m->parent.kind, "customer") == 0)
		return FAIL_FIELD(c, "/parent_id", "cannot-have-accounts");
	if (strcmp(m->parent.base_state, "active") != 0)
		return FAIL_FIELD(c, "/parent_id", "not-active");
	if (m->parent.id == m->head.parent_id)
		return FAIL_FIELD(c, "/parent_id", "same");
	if (m->shape.inside)
		return FAIL_FIELD(c, "/parent_id", "below-itself");
	if (m->shape.parent_depth + 1 + m->shape.height > ACCOUNT_DEPTH_MAX)
		return FAIL_FIELD(c, "/parent_id", "too-deep");
	return OK;
}

static enum err read_ties(struct ctx *c, const struct move *in, struct ties *out)
{
	struct db_arg top = db_i64(in->account_id), to = db_i64(in->parent_id);

	return db_one(c->db, &ties,
	              DB_ARGS(top, top, top, top, to, top, top, to, top, db_stamp(c->now), top,
	                      to, top, top, to),
	              c->mem, out);
}

static enum err see_out_of_sight(struct ctx *c, struct moving *m)
{
	struct above row;
	enum err e = db_one(c->db, &stands_above,
	                    DB_ARGS(db_i64(m->head.parent_id), db_i64(m->parent.id)), c->mem,
	                    &row);

	if (!e)
		m->out_of_sight = !row.stands_above;
	return e;
}

static enum err look(struct ctx *c, const struct move *in, bool only_look, struct moving *m)
{
	struct db_arg top = db_i64(in->account_id), to = db_i64(in->parent_id);
	enum err e = take(c, only_look, in->account_id, &m->head);

	if (!e && in->account_id == c->actor.account_id)
		return FAIL(c, ERR_DENIED, "own-account",
		            "Nobody moves the account he signed in by.");
	if (!e)
		e = take_parent(c, only_look, in->parent_id, &m->parent);
	if (!e)
		e = db_one(c->db, &shape, DB_ARGS(top, top, to, top, to), c->mem, &m->shape);
	if (!e)
		e = check_parent(c, m);
	if (!e)
		e = see_out_of_sight(c, m);
	return e ? e : read_ties(c, in, &m->ties);
}

static bool has_ties(const struct ties *t)
{
	return t->roles + t->assignments + t->supports + t->sources > 0;
}

struct words {
	const char *v[8];
	size_t n;
};

static void say(struct words *w, bool really, const char *word)
{
	if (really && w->n < ARRAY_LEN(w->v))
		w->v[w->n++] = word;
}

static void give(struct arena *mem, const struct words *w, struct db_list *out)
{
	const char **v = arena_array(mem, const char *, w->n + 1);

	memcpy(v, w->v, w->n * sizeof(w->v[0]));
	*out = (struct db_list){ .v = v, .n = w->n };
}

static enum err read_over(struct ctx *c, int64_t id, struct over *out)
{
	struct db_arg now = db_stamp(c->now);

	return db_one(c->db, &over, DB_ARGS(now, now, now, now, db_i64(id)), c->mem, out);
}

static enum err warn(struct ctx *c, const struct moving *m, struct db_list *out)
{
	struct words w = { .n = 0 };
	struct over was, is;
	enum err e = read_over(c, m->head.parent_id, &was);

	if (!e)
		e = read_over(c, m->parent.id, &is);
	if (e)
		return e;
	say(&w, m->out_of_sight, "out_of_sight");
	say(&w, is.held && !was.held, "becomes_suspended");
	say(&w, was.held && !is.held, "no_longer_held");
	say(&w, is.two_step && !was.two_step, "two_step");
	say(&w, is.areas_off > 0, "areas_off");
	give(c->mem, &w, out);
	return OK;
}

enum err account_move_preview(struct ctx *c, const struct move *in, struct move_preview *out,
                              struct db_list *blockers, struct db_list *warnings)
{
	struct words w = { .n = 0 };
	struct moving m;
	enum err e = look(c, in, true, &m);

	if (e)
		return e;
	*out = (struct move_preview){ .parent_id = m.parent.id,
		                      .parent_name = m.parent.name,
		                      .accounts = m.shape.accounts,
		                      .members = m.ties.members,
		                      .cameras = m.ties.cameras,
		                      .roles = m.ties.roles,
		                      .assignments = m.ties.assignments,
		                      .supports = m.ties.supports,
		                      .sources = m.ties.sources };
	say(&w, strcmp(m.head.base_state, "active") != 0, "not_active");
	say(&w, m.shape.accounts > MOVE_ACCOUNTS_MAX, "too_many_accounts");
	say(&w, m.ties.roles > 0, "roles");
	say(&w, m.ties.assignments > 0, "assignments");
	say(&w, m.ties.supports > 0, "supports");
	say(&w, m.ties.sources > 0, "sources");
	give(c->mem, &w, blockers);
	return warn(c, &m, warnings);
}

struct place {
	int64_t parent_id;
	const char *parent_name;
};
static const struct field place_v[] = {
	FIELD_KEY(struct place, parent_id, ID_ACCOUNT),
	FIELD(struct place, parent_name),
};
static const struct fields place_fields = FIELDS(place_v);

/* In the log of the account, and of the one it left when its own is out of sight there. */
static enum err put_log(struct ctx *c, const struct moving *m, const char *from,
                        const char *reason)
{
	struct place was = { m->head.parent_id, from }, is = { m->parent.id, m->parent.name };
	struct change ch = { .action = ACTION_ACCOUNT_MOVE,
		             .target_kind = ID_ACCOUNT,
		             .target_id = m->head.id,
		             .target_label = m->head.name,
		             .account_id = m->head.id,
		             .account_label = m->head.name,
		             .reason = reason };
	enum err e;

	change_diff(c->mem, place_fields, &was, &is, &ch);
	e = change_put(c, &ch);
	if (e || !m->out_of_sight)
		return e;
	ch.account_id = m->head.parent_id;
	ch.account_label = from;
	return change_put(c, &ch);
}

enum err account_move(struct ctx *c, const struct move *in)
{
	struct moving m;
	const char *from;
	enum err e = look(c, in, false, &m);

	if (e)
		return e;
	if (strcmp(m.head.base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	if (m.shape.accounts > MOVE_ACCOUNTS_MAX)
		return FAIL(c, ERR_CONFLICT, "too-many-accounts",
		            "More than %d accounts are not moved at once.", MOVE_ACCOUNTS_MAX);
	if (has_ties(&m.ties))
		return FAIL(c, ERR_CONFLICT, "has-ties",
		            "Roles, people or billing of accounts above reach into it.");
	e = accounts_name(c, m.head.parent_id, &from);
	if (!e)
		e = accounts_replant(c, m.head.id, &m.parent);
	if (!e)
		e = access_changed(c);
	return e ? e : put_log(c, &m, from, in->reason);
}
