#include <string.h>

#include "base/buf.h"
#include "core/access.h"
#include "core/epoch.h"
#include "roles/inner.h"
#include "roles/queries.h"

#define TEXT_MAX_BYTES 16384
#define DEPTH_STOP     10 /* a circle, which cannot be, ends here too */

static const struct field node_v[] = {
	FIELD(struct role_node, id),      FIELD(struct role_node, parent_id),
	FIELD(struct role_node, builtin), FIELD(struct role_node, name),
	FIELD(struct role_node, base),    FIELD(struct role_node, effective),
	FIELD(struct role_node, said),    FIELD(struct role_node, depth),
};

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

#define NODE(depth) \
	"SELECT r.id, r.parent_role_id AS parent_id, r.builtin, r.name, r.base, r.effective," \
	" (SELECT GROUP_CONCAT(IF(rp.effect = 'deny', '-', '+'), rp.permission)" \
	" FROM role_permission rp WHERE rp.role_id = r.id) AS said, " depth " AS depth"

static const struct db_query by_id = {
	.text = NODE("0") " FROM role r WHERE r.id = ?",
	DB_ROWS(node_v),
};
static const struct db_query under = {
	.text = "WITH RECURSIVE d (id, depth) AS (SELECT o.id, 0 FROM role o WHERE o.id = ?"
		" UNION ALL SELECT k.id, d.depth + 1 FROM role k JOIN d ON k.parent_role_id = d.id"
		" WHERE d.depth < " STRINGIFY(DEPTH_STOP) ") " NODE(
			"d.depth") " FROM d JOIN role r ON r.id = d.id ORDER BY d.depth, r.id",
	DB_ROWS(node_v),
};
static const struct db_query above = {
	.text = "WITH RECURSIVE u (id, parent_role_id, depth) AS (SELECT o.id, o.parent_role_id, 1"
		" FROM role o WHERE o.id = ? UNION ALL SELECT p.id, p.parent_role_id, u.depth + 1"
		" FROM role p JOIN u ON p.id = u.parent_role_id"
		" WHERE u.depth < " STRINGIFY(DEPTH_STOP) ") SELECT COUNT(*) AS n FROM u",
	DB_ROWS(count_v),
};
static const struct db_query write = {
	.text = "UPDATE role SET base = ?, effective = ? WHERE id = ?",
};

const struct db_query *const role_tree_queries[] = { &by_id, &under, &above, &write, NULL };

enum err role_node_find(struct ctx *c, int64_t id, struct role_node *out)
{
	return db_one(c->db, &by_id, DB_ARGS(db_i64(id)), c->mem, out);
}

enum err role_tree_load(struct ctx *c, int64_t id, struct role_tree *out)
{
	struct role_tree t = { 0 };
	struct db_list rows;
	enum err e = db_all(c->db, &under, DB_ARGS(db_i64(id)), c->mem,
	                    sizeof(struct role_node), ROLE_UNDER_MAX, &rows);

	if (e)
		return e;
	if (rows.n == 0)
		return ERR_NOT_FOUND;
	t.v = rows.v;
	t.n = rows.n;
	t.has_parent = t.v[0].parent_id != 0;
	if (t.has_parent)
		e = role_node_find(c, t.v[0].parent_id, &t.parent);
	if (!e)
		*out = t;
	return e;
}

const struct role_node *role_tree_at(const struct role_tree *t, int64_t id)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].id == id)
			return &t->v[i];
	return NULL;
}

static const char *said_text(struct arena *mem, const struct perm_set *allow,
                             const struct perm_set *deny)
{
	struct buf b;

	buf_init(&b, mem, TEXT_MAX_BYTES);
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++) {
		bool yes = perm_has(allow, (enum perm)p), no = perm_has(deny, (enum perm)p);

		if (yes || no)
			buf_printf(&b, "%s%c%s", b.len ? "," : "", no ? '-' : '+',
			           perm_text((enum perm)p));
	}
	return buf_str(&b);
}

static void compute(struct arena *mem, const struct role_node *parent, struct role_node *n)
{
	struct perm_set allow = { { 0, 0 } }, deny = { { 0, 0 } };

	n->base = n->builtin ? n->builtin : "";
	n->effective = "";
	if (n->builtin)
		return;
	if (parent) {
		n->base = parent->base;
		access_apply(parent->effective, &allow, &deny);
	}
	access_apply(n->said, &allow, &deny);
	n->effective = said_text(mem, &allow, &deny);
}

void role_tree_compute(struct arena *mem, struct role_tree *t)
{
	compute(mem, t->has_parent ? &t->parent : NULL, &t->v[0]);
	for (size_t i = 1; i < t->n; i++)
		compute(mem, role_tree_at(t, t->v[i].parent_id), &t->v[i]);
}

enum err role_tree_write(struct ctx *c, const struct role_tree *old,
                         const struct role_tree *new)
{
	enum err e = OK;

	for (size_t i = 0; i < new->n && !e; i++) {
		const struct role_node *is = &new->v[i];
		const struct role_node *was = old ? role_tree_at(old, is->id) : NULL;

		if (was && !strcmp(was->base, is->base) &&
		    !strcmp(was->effective, is->effective))
			continue;
		e = db_exec(c->db, &write,
		            DB_ARGS(db_str(is->base), db_str(is->effective), db_i64(is->id)),
		            NULL);
	}
	return e;
}

enum err roles_reindex(struct ctx *c, int64_t id)
{
	struct role_tree t;
	enum err e = access_changed(c);

	if (!e)
		e = role_tree_load(c, id, &t);
	if (e)
		return e;
	role_tree_compute(c->mem, &t);
	return role_tree_write(c, NULL, &t);
}

enum err role_depth(struct ctx *c, int64_t id, int64_t *out)
{
	struct count_row r;
	enum err e = db_one(c->db, &above, DB_ARGS(db_i64(id)), c->mem, &r);

	if (!e)
		*out = r.n;
	return e;
}

const char *role_node_text(struct arena *mem, const struct role_node *n)
{
	return arena_printf(mem, "%s;%s", n->base, n->effective);
}

struct perm_set role_node_perms(struct arena *mem, const struct role_node *n)
{
	struct perm_set allow, deny;

	access_roles(role_node_text(mem, n), &allow, &deny);
	return perm_less(allow, deny);
}

enum err role_tree_plan(struct ctx *c, int64_t id, const struct role_edit *in, uint64_t mask,
                        struct role_tree *out)
{
	struct role_card parent; /* read for whether the caller sees it */
	struct role_tree t;
	enum err e = role_tree_load(c, id, &t);

	if (!e && mask & ROLE_EDIT_BIT(ROLE_EDIT_SAYS))
		e = role_says_text(c, &in->says, "/permissions", &t.v[0].said);
	if (e)
		return e;
	if (mask & ROLE_EDIT_BIT(ROLE_EDIT_PARENT)) {
		if (in->parent_role_id && role_tree_at(&t, in->parent_role_id))
			return FAIL_FIELD(c, "/parent_role_id", "goes-round");
		t.v[0].parent_id = in->parent_role_id;
		t.has_parent = in->parent_role_id != 0;
		if (t.has_parent)
			e = roles_find(c, in->parent_role_id, &parent);
		if (!e && t.has_parent)
			e = role_node_find(c, in->parent_role_id, &t.parent);
		if (e == ERR_NOT_FOUND)
			return FAIL_FIELD(c, "/parent_role_id", "not-found");
	}
	if (e)
		return e;
	role_tree_compute(c->mem, &t);
	*out = t;
	return OK;
}
