#include "roles/roles.h"

#include <assert.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "base/buf.h"
#include "core/access.h"
#include "roles/inner.h"
#include "roles/queries.h"
#include "json/json_out.h"

#define PARTS_MAX 64 /* roles of one membership */

static const char *const kinds[] = { "admin", "guard", NULL };

const struct field role_card_v[] = {
	FIELD_KEY(struct role_card, id, ID_ROLE),
	FIELD(struct role_card, builtin),
	FIELD(struct role_card, name),
	FIELD(struct role_card, description),
	FIELD(struct role_card, kind, .words = kinds),
	FIELD_KEY(struct role_card, owner_account_id, ID_ACCOUNT),
	FIELD(struct role_card, owner_name),
	FIELD_KEY(struct role_card, parent_role_id, ID_ROLE),
	FIELD(struct role_card, parent_name),
	FIELD(struct role_card, members),
	FIELD(struct role_card, children),
	FIELD(struct role_card, editable),
	FIELD(struct role_card, ver),
	FIELD(struct role_card, created_at),
	FIELD(struct role_card, created_by),
	FIELD(struct role_card, base),
	FIELD(struct role_card, effective),
	FIELD(struct role_card, owner_id),
	FIELD(struct role_card, seen),
	FIELD(struct role_card, held),
};
static_assert(ARRAY_LEN(role_card_v) == ROLE_CARD_FIELDS + 5, "these are not answered");

const struct field role_given_v[ROLE_GIVEN_FIELDS] = {
	FIELD_KEY(struct role_given, role_id, ID_ROLE),
	FIELD(struct role_given, name),
	FIELD(struct role_given, builtin),
	FIELD(struct role_given, kind, .words = kinds),
	FIELD_KEY(struct role_given, scope_account_id, ID_ACCOUNT),
	FIELD(struct role_given, scope_name),
};

/*
 * Who made a role above the caller is not told.  Takes the acting account
 * twice, then the caller's person.
 */
#define MINE "(r.builtin IS NULL AND vis.descendant_id IS NOT NULL)"
#define CARD \
	"SELECT r.id, r.builtin, r.name, r.description, r.kind," \
	" IF(" MINE ", r.owner_account_id, NULL) AS owner_account_id," \
	" IF(" MINE \
	", oa.name, NULL) AS owner_name, r.parent_role_id, pr.name AS parent_name," \
	" IF(r.builtin IS NULL, (SELECT COUNT(DISTINCT mr.membership_id) FROM membership_role mr" \
	"  JOIN membership m ON m.id = mr.membership_id AND m.state <> 'removed'" \
	"  JOIN account_tree mt ON mt.ancestor_id = ? AND mt.descendant_id = m.account_id" \
	"  WHERE mr.role_id = r.id), NULL) AS members," \
	" (SELECT COUNT(*) FROM role ch LEFT JOIN account_tree ct ON ct.ancestor_id = ?" \
	"  AND ct.descendant_id = ch.owner_account_id WHERE ch.parent_role_id = r.id" \
	"  AND ct.descendant_id IS NOT NULL) AS children," \
	" " MINE " AS editable, r.ver, r.created_at," \
	" IF(" MINE ", r.created_by_label, NULL) AS created_by, r.base, r.effective," \
	" r.owner_account_id AS owner_id, vis.descendant_id IS NOT NULL AS seen," \
	" EXISTS (SELECT 1 FROM membership hm JOIN membership_role hr ON hr.membership_id = hm.id" \
	"  WHERE hm.person_id = ? AND hm.state <> 'removed' AND hr.role_id = r.id)" \
	"  AS held FROM role r" \
	" JOIN account oa ON oa.id = r.owner_account_id" \
	" LEFT JOIN role pr ON pr.id = r.parent_role_id" \
	" LEFT JOIN account_tree vis ON vis.ancestor_id = ?" \
	"  AND vis.descendant_id = r.owner_account_id"
#define CARD_ARGS(c) \
	db_i64((c)->actor.account_id), db_i64((c)->actor.account_id), \
		db_i64((c)->actor.person_id), db_i64((c)->actor.account_id)
#define REACHES(column) \
	"EXISTS (SELECT 1 FROM account_tree up WHERE up.ancestor_id = r.owner_account_id" \
	" AND up.descendant_id = " column ")"

static const struct db_query by_id = {
	.text = CARD
	" WHERE r.id = ? AND (r.builtin IS NOT NULL OR vis.descendant_id IS NOT NULL"
	" OR " REACHES("?") ")",
	DB_ROWS(role_card_v),
};
static const struct db_query usable = {
	.text = CARD " WHERE (r.builtin IS NOT NULL OR " REACHES(
		"?") ") AND (? IS NULL"
		     " OR LOCATE(?, r.name) > 0 OR LOCATE(?, IFNULL(pr.name, '')) > 0"
		     " OR (" MINE " AND LOCATE(?, r.created_by_label) > 0))"
		     " ORDER BY r.builtin IS NULL, IF(r.builtin IS NULL, r.name, ''), r.id",
	DB_ROWS(role_card_v),
};
static const struct db_query given = {
	.text = "SELECT mr.role_id, r.name, r.builtin, r.kind, mr.scope_account_id,"
		" sa.name AS scope_name FROM membership_role mr JOIN role r ON r.id = mr.role_id"
		" JOIN account sa ON sa.id = mr.scope_account_id WHERE mr.membership_id = ?"
		" ORDER BY r.builtin IS NULL, mr.role_id, mr.scope_account_id",
	DB_ROWS(role_given_v),
};
#define LABEL \
	"LEFT(IFNULL((SELECT GROUP_CONCAT(DISTINCT IFNULL(r.builtin, r.name)" \
	" ORDER BY r.builtin IS NULL, r.id SEPARATOR ', ') FROM membership_role mr" \
	" JOIN role r ON r.id = mr.role_id WHERE mr.membership_id = m.id), ''), 200)"
static const struct db_query relabel = {
	.text = "UPDATE membership m SET m.role = " LABEL " WHERE m.id = ?",
};
static const struct db_query relabel_all = {
	.text = "UPDATE membership m SET m.role = " LABEL " WHERE m.id IN"
		" (SELECT w.membership_id FROM membership_role w WHERE w.role_id = ?)",
};

const struct db_query *const roles_queries[] = {
	&by_id, &usable, &given, &relabel, &relabel_all, NULL,
};

bool role_fits(const char *base, const char *account_kind)
{
	if (!strncmp(base, "platform-", 9))
		return !strcmp(account_kind, "platform");
	if (!strncmp(base, "reseller-", 9))
		return strcmp(account_kind, "customer") != 0;
	if (!strncmp(base, "customer-", 9))
		return !strcmp(account_kind, "customer");
	return true;
}

static void finish(const struct ctx *c, struct role_card *r)
{
	r->editable = r->editable && !r->held && ctx_may(c, PERM_ROLE_EDIT);
}

enum err roles_find(struct ctx *c, int64_t id, struct role_card *out)
{
	struct role_card r;
	enum err e = db_one(c->db, &by_id,
	                    DB_ARGS(CARD_ARGS(c), db_i64(id), db_i64(c->actor.account_id)),
	                    c->mem, &r);

	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	finish(c, &r);
	*out = r;
	return OK;
}

enum err roles_list(struct ctx *c, int64_t account_id, const char *q, struct db_list *out)
{
	struct account a;
	struct db_list rows;
	struct role_card *v;
	size_t n = 0;
	enum err e = accounts_find(c, account_id, &a);

	if (q && !*q)
		q = NULL;
	if (!e)
		e = db_all(c->db, &usable,
		           DB_ARGS(CARD_ARGS(c), db_i64(account_id), db_str(q), db_str(q),
		                   db_str(q), db_str(q)),
		           c->mem, sizeof(struct role_card), ROLES_LIST_MAX, &rows);
	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++) {
		if (!role_fits(v[i].base, a.kind))
			continue;
		finish(c, &v[i]);
		v[n++] = v[i];
	}
	*out = (struct db_list){ v, n };
	return OK;
}

/* --- one role, permission by permission ----------------------------------- */

/* The chain from the role up, nearest first. */
static enum err chain(struct ctx *c, int64_t id, struct role_node *v, size_t *n)
{
	size_t i = 0;
	enum err e = OK;

	for (; id && i < ROLE_DEPTH_MAX + 1 && !e; i++) {
		e = role_node_find(c, id, &v[i]);
		if (!e)
			id = v[i].parent_id;
	}
	if (!e)
		*n = i;
	return e;
}

/* 1 when it allows, -1 when it denies, 0 when it says nothing. */
static int says(const struct role_node *n, enum perm p)
{
	struct perm_set allow = { { 0, 0 } }, deny = { { 0, 0 } };

	access_apply(n->said, &allow, &deny);
	return perm_has(&allow, p) - perm_has(&deny, p);
}

static const char *from(const struct role_node *v, size_t n, enum perm p)
{
	struct perm_set base;

	for (size_t i = 0; i < n; i++) {
		if (says(&v[i], p) != 0)
			return v[i].name;
		if (!v[i].builtin)
			continue;
		base = perm_set_of_role(role_of_text(v[i].builtin));
		return perm_has(&base, p) ? v[i].name : NULL;
	}
	return NULL;
}

enum err roles_lines(struct ctx *c, const struct role_card *role, struct db_list *out)
{
	static const char *const words[] = { "deny", "inherit", "allow" };
	struct role_node v[ROLE_DEPTH_MAX + 1];
	struct role_line *lines = arena_array(c->mem, struct role_line, PERM__MAX);
	struct perm_set open;
	size_t n = 0, k = 0;
	enum err e = chain(c, role->id, v, &n);

	if (e)
		return e;
	open = role_node_perms(c->mem, &v[0]);
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++) {
		const char *text = perm_text((enum perm)p);

		lines[k++] = (struct role_line){
			.permission = text,
			.section = arena_copy(c->mem, text, strcspn(text, ".")),
			.own = words[says(&v[0], (enum perm)p) + 1],
			.effective = perm_has(&open, (enum perm)p),
			.from = from(v, n, (enum perm)p),
		};
	}
	*out = (struct db_list){ lines, k };
	return OK;
}

/* --- who has what --------------------------------------------------------- */

enum err roles_of(struct ctx *c, int64_t membership_id, struct db_list *out)
{
	return db_all(c->db, &given, DB_ARGS(db_i64(membership_id)), c->mem,
	              sizeof(struct role_given), PARTS_MAX, out);
}

enum err roles_relabel(struct ctx *c, int64_t membership_id)
{
	enum err e = db_exec(c->db, &relabel, DB_ARGS(db_i64(membership_id)), NULL);

	return e ? e : accounts_reindex_role(c, membership_id);
}

enum err roles_relabel_all(struct ctx *c, int64_t role_id)
{
	enum err e = db_exec(c->db, &relabel_all, DB_ARGS(db_i64(role_id)), NULL);

	return e ? e : accounts_reindex_roles(c, role_id);
}

/* --- what a request says -------------------------------------------------- */

enum err role_says_text(struct ctx *c, const struct role_says *in, const char *pointer,
                        const char **out)
{
	struct perm_set seen = { { 0, 0 } };
	struct buf b;
	enum err e = OK;

	buf_init(&b, c->mem, 16384);
	for (size_t i = 0; i < in->n; i++) {
		const char *text = in->v[i].permission;
		const char *at = arena_printf(c->mem, "%s/%zu/permission", pointer, i);
		enum perm p = perm_of_text(text, strlen(text));

		if (p == PERM_NONE || perm_has(&seen, p)) {
			e = FAIL_FIELD(c, at,
			               p == PERM_NONE ? "not-one-of" : "duplicate-member");
			continue;
		}
		perm_add(&seen, p);
		buf_printf(&b, "%s%c%s", b.len ? "," : "", *in->v[i].effect == 'd' ? '-' : '+',
		           text);
	}
	if (!e)
		*out = buf_str(&b);
	return e;
}

void perms_put(struct buf *b, const char *name, const struct perm_set *s)
{
	json_key(b, name);
	json_open(b, '[');
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++)
		if (perm_has(s, (enum perm)p))
			json_str(b, perm_text((enum perm)p));
	json_close(b, ']');
}
