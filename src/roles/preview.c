#include "roles/preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/access.h"
#include "core/access_sql.h"
#include "roles/inner.h"
#include "roles/queries.h"

#define GROUPS_MAX 2000

/* Members who have the same: what a change does to one it does to all. */
struct group {
	const char *account_kind, *roles, *adjusted, *main_roles, *main_adjusted;
	bool is_sub;
	int64_t n;
	const char *ids; /* "3,17": the first of them */
};
static const struct field group_v[] = {
	FIELD(struct group, account_kind),
	FIELD(struct group, roles),
	FIELD(struct group, adjusted),
	FIELD(struct group, main_roles),
	FIELD(struct group, main_adjusted),
	FIELD(struct group, is_sub),
	FIELD(struct group, n),
	FIELD(struct group, ids),
};
struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };
struct named {
	const char *name, *account_name;
};
static const struct field named_v[] = {
	FIELD(struct named, name),
	FIELD(struct named, account_name),
};

/* clang-format off */
/* Members the caller sees who have the role or one that inherits from it. */
#define HOLDERS \
	"WITH RECURSIVE d (id, depth) AS (SELECT o.id, 0 FROM role o WHERE o.id = ?" \
	" UNION ALL SELECT k.id, d.depth + 1 FROM role k JOIN d ON k.parent_role_id = d.id" \
	" WHERE d.depth < 10), w (id) AS (SELECT DISTINCT m.id FROM d" \
	" JOIN membership_role mr ON mr.role_id = d.id" \
	" JOIN membership m ON m.id = mr.membership_id AND m.state <> 'removed'" \
	" WHERE " SCOPE_SEES("m.account_id")
/* "3:base;+a|..." of all that is assigned to a member. */
#define ROLES_OF(membership) \
	"(SELECT GROUP_CONCAT(r.id, ':', r.base, ';', r.effective ORDER BY r.id SEPARATOR '|')" \
	" FROM membership_role mr JOIN role r ON r.id = mr.role_id" \
	" WHERE mr.membership_id = " membership ")"

static const struct db_query total = {
	.text = HOLDERS ") SELECT COUNT(*) AS n FROM w",
	DB_ROWS(count_v),
};
/* With the sub-users of those who have it; grouped by hash, because texts are long. */
static const struct db_query groups = {
	.text = HOLDERS " ORDER BY m.id LIMIT " STRINGIFY(ROLE_PREVIEW_MAX) "), t (id) AS"
		" (SELECT id FROM w UNION SELECT s.id FROM w JOIN membership s"
		" ON s.parent_membership_id = w.id AND s.state <> 'removed')"
		" SELECT MAX(x.account_kind) AS account_kind, MAX(x.roles) AS roles,"
		" MAX(x.adjusted) AS adjusted, MAX(x.main_roles) AS main_roles,"
		" MAX(x.main_adjusted) AS main_adjusted, MAX(x.is_sub) AS is_sub, COUNT(*) AS n,"
		" SUBSTRING_INDEX(GROUP_CONCAT(x.id ORDER BY x.id), ',', "
		STRINGIFY(ROLE_PREVIEW_MEMBERS) ") AS ids FROM (SELECT m.id, a.kind AS account_kind,"
		" " ROLES_OF("m.id") " AS roles, " ACCESS_ADJUSTED_OF("m.id") " AS adjusted,"
		" m.kind = 'sub' AS is_sub, " ROLES_OF("m.parent_membership_id") " AS main_roles,"
		" " ACCESS_ADJUSTED_OF("m.parent_membership_id") " AS main_adjusted"
		" FROM t JOIN membership m ON m.id = t.id JOIN account a ON a.id = m.account_id) x"
		" GROUP BY SHA2(CONCAT_WS('#', x.account_kind, x.is_sub, IFNULL(x.roles, ''),"
		" IFNULL(x.adjusted, ''), IFNULL(x.main_roles, ''), IFNULL(x.main_adjusted, '')),"
		" 256) LIMIT " STRINGIFY(GROUPS_MAX),
	DB_ROWS(group_v),
};
/* clang-format on */
static const struct db_query name_of = {
	.text = "SELECT p.name, a.name AS account_name FROM membership m"
		" JOIN person p ON p.id = m.person_id JOIN account a ON a.id = m.account_id"
		" WHERE m.id = ?",
	DB_ROWS(named_v),
};

const struct db_query *const role_preview_queries[] = { &total, &groups, &name_of, NULL };

/* "base;+a|..." by the roles of the tree where it has them; t NULL: as they are. */
static const char *roles_text(struct arena *mem, const char *roles, const struct role_tree *t)
{
	const struct role_node *node;
	struct buf b;
	char *rest;
	size_t n;

	buf_init(&b, mem, 1u << 20);
	for (const char *s = roles; s && *s; s += n + (s[n] == '|')) {
		int64_t id = strtoll(s, &rest, 10);

		n = strcspn(s, "|");
		node = t ? role_tree_at(t, id) : NULL;
		if (b.len > 0)
			buf_putc(&b, '|');
		if (node)
			buf_printf(&b, "%s;%s", node->base, node->effective);
		else
			buf_put(&b, rest + 1, n - (size_t)(rest + 1 - s));
	}
	return buf_str(&b);
}

static struct perm_set given(struct arena *mem, const struct group *g,
                             const struct role_tree *t)
{
	const struct access_facts f = {
		.account_kind = g->account_kind,
		.roles = roles_text(mem, g->roles, t),
		.adjusted = g->adjusted,
		.is_sub = g->is_sub,
		.main_roles = g->is_sub ? roles_text(mem, g->main_roles, t) : NULL,
		.main_adjusted = g->is_sub ? g->main_adjusted : NULL,
	};
	struct access a;

	access_evaluate(&f, &a);
	a.step[ACCESS_AREA] = perm_set_all();
	return access_perms(&a);
}

static int by_id(const void *a, const void *b)
{
	const struct role_preview_member *x = a, *y = b;

	return (x->membership_id > y->membership_id) - (x->membership_id < y->membership_id);
}

/* Its members in order among those found before; the last ones fall out. */
static void put_group(const struct group *g, struct perm_set gain, struct perm_set lose,
                      struct role_preview *out)
{
	char *rest;

	for (const char *s = g->ids; s && *s; s = *rest ? rest + 1 : rest)
		out->members[out->n++] = (struct role_preview_member){
			.membership_id = strtoll(s, &rest, 10),
			.is_sub = g->is_sub,
			.gain = gain,
			.lose = lose,
		};
	qsort(out->members, out->n, sizeof(*out->members), by_id);
	if (out->n > ROLE_PREVIEW_MEMBERS)
		out->n = ROLE_PREVIEW_MEMBERS;
}

static void count_group(struct arena *mem, const struct group *g, const struct role_tree *new,
                        struct role_preview *out)
{
	struct perm_set was = given(mem, g, NULL), is = given(mem, g, new);
	struct perm_set gain = perm_less(is, was), lose = perm_less(was, is);
	bool gains = (gain.w[0] | gain.w[1]) != 0, loses = (lose.w[0] | lose.w[1]) != 0;

	out->gaining += gains ? g->n : 0;
	out->losing += loses ? g->n : 0;
	if (gains || loses)
		put_group(g, gain, lose, out);
}

static enum err put_names(struct ctx *c, struct role_preview *out)
{
	struct named row;
	enum err e = OK;

	for (size_t i = 0; !e && i < out->n; i++) {
		e = db_one(c->db, &name_of, DB_ARGS(db_i64(out->members[i].membership_id)),
		           c->mem, &row);
		if (e)
			return e;
		out->members[i].name = row.name;
		out->members[i].account_name = row.account_name;
	}
	return e;
}

static enum err members(struct ctx *c, int64_t id, const struct role_tree *new,
                        struct role_preview *out)
{
	struct db_arg args[] = { db_i64(id), db_i64(c->actor.account_id) };
	struct count_row count;
	struct db_list rows;
	enum err e = db_one(c->db, &total, args, ARRAY_LEN(args), c->mem, &count);

	if (!e)
		e = db_all(c->db, &groups, args, ARRAY_LEN(args), c->mem, sizeof(struct group),
		           GROUPS_MAX, &rows);
	if (e)
		return e;
	out->members_total = count.n;
	out->complete = count.n <= ROLE_PREVIEW_MAX && rows.n < GROUPS_MAX;
	out->members =
		arena_array(c->mem, struct role_preview_member, 2 * ROLE_PREVIEW_MEMBERS);
	for (size_t i = 0; i < rows.n; i++)
		count_group(c->mem, (const struct group *)rows.v + i, new, out);
	return put_names(c, out);
}

enum err roles_preview(struct ctx *c, int64_t id, const struct role_edit *in, uint64_t mask,
                       struct role_preview *out)
{
	struct role_preview p = { 0 };
	struct perm_set was, is;
	struct role_card card;
	struct role_tree new;
	enum err e = roles_find(c, id, &card);

	if (!e)
		e = role_tree_plan(c, id, in, mask, &new);
	if (e)
		return e;
	was = role_node_perms(c->mem, &(struct role_node){ .base = card.base,
	                                                   .effective = card.effective });
	is = role_node_perms(c->mem, &new.v[0]);
	p.gain = perm_less(is, was);
	p.lose = perm_less(was, is);
	e = members(c, id, &new, &p);
	if (!e)
		*out = p;
	return e;
}
