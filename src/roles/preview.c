#include "roles/preview.h"

#include <string.h>

#include "base/buf.h"
#include "roles/holder.h"
#include "roles/inner.h"
#include "roles/queries.h"

#define ROWS_MAX (ROLE_PREVIEW_MEMBERS * 64)

/* One role of one member. */
struct part {
	int64_t membership_id, role_id;
	const char *name, *account_name, *account_kind, *adjusted, *base, *effective;
};
static const struct field part_v[] = {
	FIELD(struct part, membership_id), FIELD(struct part, role_id),
	FIELD(struct part, name),          FIELD(struct part, account_name),
	FIELD(struct part, account_kind),  FIELD(struct part, adjusted),
	FIELD(struct part, base),          FIELD(struct part, effective),
};
struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

/* Members the caller sees who have the role or one that inherits from it. */
#define HOLDERS \
	"WITH RECURSIVE d (id, depth) AS (SELECT o.id, 0 FROM role o WHERE o.id = ?" \
	" UNION ALL SELECT k.id, d.depth + 1 FROM role k JOIN d ON k.parent_role_id = d.id" \
	" WHERE d.depth < 10), w (id) AS (SELECT DISTINCT m.id FROM d" \
	" JOIN membership_role mr ON mr.role_id = d.id" \
	" JOIN membership m ON m.id = mr.membership_id AND m.state <> 'removed'" \
	" WHERE " SCOPE_SEES("m.account_id")

static const struct db_query total = {
	.text = HOLDERS ") SELECT COUNT(*) AS n FROM w",
	DB_ROWS(count_v),
};
/* clang-format off */
static const struct db_query parts = {
	.text = HOLDERS " ORDER BY m.id LIMIT " STRINGIFY(ROLE_PREVIEW_MEMBERS) ")"
		" SELECT m.id AS membership_id, r.id AS role_id, p.name, a.name AS account_name,"
		" a.kind AS account_kind, (SELECT GROUP_CONCAT(IF(x.effect = 'deny', '-', '+'),"
		" x.permission) FROM member_permission x WHERE x.membership_id = m.id) AS adjusted,"
		" r.base, r.effective FROM w JOIN membership m ON m.id = w.id"
		" JOIN person p ON p.id = m.person_id JOIN account a ON a.id = m.account_id"
		" JOIN membership_role mr ON mr.membership_id = m.id JOIN role r ON r.id = mr.role_id"
		" ORDER BY m.id, r.id",
	DB_ROWS(part_v),
};
/* clang-format on */

const struct db_query *const role_preview_queries[] = { &total, &parts, NULL };

/* "base;+a|..." of the rows of one member, by the roles of the tree where it has them. */
static const char *roles_text(struct arena *mem, const struct part *v, size_t n,
                              const struct role_tree *t)
{
	const struct role_node *node;
	struct buf b;

	buf_init(&b, mem, 1u << 20);
	for (size_t i = 0; i < n; i++) {
		node = t ? role_tree_at(t, v[i].role_id) : NULL;
		buf_printf(&b, "%s%s;%s", i ? "|" : "", node ? node->base : v[i].base,
		           node ? node->effective : v[i].effective);
	}
	return buf_str(&b);
}

static void put_member(struct arena *mem, const struct part *v, size_t n,
                       const struct role_tree *new, struct role_preview *out)
{
	const char *kind = v->account_kind, *adjusted = v->adjusted;
	struct perm_set was = holder_given(kind, roles_text(mem, v, n, NULL), adjusted);
	struct perm_set is = holder_given(kind, roles_text(mem, v, n, new), adjusted);

	out->members[out->n++] = (struct role_preview_member){
		.membership_id = v->membership_id,
		.name = v->name,
		.account_name = v->account_name,
		.gain = perm_less(is, was),
		.lose = perm_less(was, is),
	};
}

static enum err members(struct ctx *c, int64_t id, const struct role_tree *new,
                        struct role_preview *out)
{
	struct db_arg args[] = { db_i64(id), db_i64(c->actor.account_id) };
	struct count_row count;
	const struct part *v;
	struct db_list rows;
	enum err e = db_one(c->db, &total, args, ARRAY_LEN(args), c->mem, &count);

	if (!e)
		e = db_all(c->db, &parts, args, ARRAY_LEN(args), c->mem, sizeof(struct part),
		           ROWS_MAX, &rows);
	if (e)
		return e;
	out->members_total = count.n;
	out->members =
		arena_array(c->mem, struct role_preview_member, ROLE_PREVIEW_MEMBERS + 1);
	v = rows.v;
	for (size_t i = 0, n; i < rows.n && out->n < ROLE_PREVIEW_MEMBERS; i += n) {
		for (n = 1; i + n < rows.n; n++)
			if (v[i + n].membership_id != v[i].membership_id)
				break;
		put_member(c->mem, &v[i], n, new, out);
	}
	return OK;
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
