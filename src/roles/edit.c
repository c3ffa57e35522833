#include <string.h>

#include "accounts/accounts.h"
#include "core/access.h"
#include "core/change.h"
#include "core/epoch.h"
#include "people/guard.h"
#include "roles/inner.h"
#include "roles/queries.h"

/* What the log says of a role. */
struct logged {
	const char *name, *description, *kind, *parent, *permissions;
};
static const struct field logged_v[] = {
	FIELD(struct logged, name),        FIELD(struct logged, description),
	FIELD(struct logged, kind),        FIELD(struct logged, parent),
	FIELD(struct logged, permissions),
};
static const struct fields logged = FIELDS(logged_v);

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

static const struct db_query count_of = {
	.text = "SELECT COUNT(*) AS n FROM role r WHERE r.owner_account_id = ?"
		" AND r.builtin IS NULL",
	DB_ROWS(count_v),
};
static const struct db_query named = {
	.text = "SELECT COUNT(*) AS n FROM role r WHERE r.owner_account_id = ? AND r.name = ?"
		" AND r.id <> ?",
	DB_ROWS(count_v),
};
/*
 * Who has it, inherits from it, is invited with it or would be registered with it.
 * Locking, so that what was given while this waited for the role is seen.
 */
#define LOCKING " LOCK IN SHARE MODE)"
static const struct db_query uses = {
	.text = "SELECT (SELECT COUNT(*) FROM membership_role mr JOIN membership m"
		"  ON m.id = mr.membership_id AND m.state <> 'removed'"
		"  WHERE mr.role_id = r.id" LOCKING
		" + (SELECT COUNT(*) FROM role ch WHERE ch.parent_role_id = r.id" LOCKING
		" + (SELECT COUNT(*) FROM invitation i WHERE i.role_id = r.id"
		"  AND i.state = 'sent' AND i.expires_at > ?" LOCKING
		" + (SELECT COUNT(*) FROM account_policy po"
		"  WHERE po.registration_role_id = r.id" LOCKING
		" AS n FROM role r WHERE r.id = ?",
	DB_ROWS(count_v),
};
/* The caller has the role itself or one that inherits from it. */
static const struct db_query held_under = {
	.text = "WITH RECURSIVE d (id, depth) AS (SELECT o.id, 0 FROM role o WHERE o.id = ?"
		" UNION ALL SELECT k.id, d.depth + 1 FROM role k JOIN d ON k.parent_role_id = d.id"
		" WHERE d.depth < 10) SELECT COUNT(*) AS n FROM d"
		" JOIN membership_role mr ON mr.role_id = d.id"
		" JOIN membership m ON m.id = mr.membership_id AND m.state <> 'removed'"
		" WHERE m.person_id = ?",
	DB_ROWS(count_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO role (owner_account_id, kind, name, description, parent_role_id,"
		" created_at, created_by_label, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query update = {
	.text = "UPDATE role SET kind = ?, name = ?, description = ?, parent_role_id = ?,"
		" ver = ver + 1, updated_at = ? WHERE id = ?",
};
static const struct db_query forget_said = {
	.text = "DELETE FROM role_permission WHERE role_id = ?",
};
static const struct db_query say = {
	.text = "INSERT INTO role_permission (role_id, permission, effect) VALUES (?, ?, ?)",
};
/* Those who were removed have it no more either. */
static const struct db_query forget_holders = {
	.text = "DELETE FROM membership_role WHERE role_id = ?",
};
static const struct db_query drop = {
	.text = "DELETE FROM role WHERE id = ?",
};
static const struct db_query reaches = {
	.text = "SELECT COUNT(*) AS n FROM account_tree t JOIN role r"
		" ON r.owner_account_id = t.ancestor_id WHERE r.id = ? AND t.descendant_id = ?",
	DB_ROWS(count_v),
};

const struct db_query *const role_edit_queries[] = {
	&count_of,    &named, &uses,           &held_under, &insert,  &update,
	&forget_said, &say,   &forget_holders, &drop,       &reaches, NULL,
};

static enum err count(struct ctx *c, const struct db_query *q, const struct db_arg *args,
                      size_t nargs, int64_t *out)
{
	struct count_row r;
	enum err e = db_one(c->db, q, args, nargs, c->mem, &r);

	if (!e)
		*out = r.n;
	return e;
}

static enum err in_use(struct ctx *c)
{
	return FAIL(c, ERR_CONFLICT, "role-in-use",
	            "Somebody has this role, or another role inherits from it.");
}

static enum err exists(struct ctx *c)
{
	return FAIL(c, ERR_CONFLICT, "role-exists", "The account has a role of this name.");
}

static enum err check_name(struct ctx *c, int64_t owner_id, const char *name, int64_t but_id)
{
	int64_t n = 0;
	enum err e =
		count(c, &named, DB_ARGS(db_i64(owner_id), db_str(name), db_i64(but_id)), &n);

	return !e && n > 0 ? exists(c) : e;
}

enum err role_parent_check(struct ctx *c, const struct role_parent *in)
{
	struct role_card parent;
	int64_t n = 0;
	enum err e = roles_find(c, in->parent_role_id, &parent);

	if (e == ERR_NOT_FOUND)
		return FAIL_FIELD(c, "/parent_role_id", "not-found");
	if (!e && !parent.builtin)
		e = count(c, &reaches, DB_ARGS(db_i64(parent.id), db_i64(in->account_id)), &n);
	if (e)
		return e;
	if ((!parent.builtin && n == 0) || !role_fits(parent.base, in->account_kind))
		return FAIL_FIELD(c, "/parent_role_id", "not-allowed");
	if (strcmp(parent.kind, in->kind) != 0)
		return FAIL_FIELD(c, "/kind", "other-kind");
	return OK;
}

/* What each role of the tree gives, the caller must hold. */
static enum err check_grantable(struct ctx *c, const struct role_tree *t)
{
	enum err e = OK;

	for (size_t i = 0; i < t->n && !e; i++)
		e = guard_grantable(c, role_node_perms(c->mem, &t->v[i]));
	return e;
}

static enum err check_depth(struct ctx *c, const struct role_tree *t)
{
	int64_t above = 0;
	enum err e = t->has_parent ? role_depth(c, t->parent.id, &above) : OK;

	if (e || above + 1 + t->v[t->n - 1].depth <= ROLE_DEPTH_MAX)
		return e;
	return FAIL_FIELD(c, "/parent_role_id", "too-deep");
}

static enum err write_says(struct ctx *c, int64_t id, const struct role_says *says)
{
	struct db_arg *args = arena_array(c->mem, struct db_arg, 3 * says->n + 1);
	enum err e = db_exec(c->db, &forget_said, DB_ARGS(db_i64(id)), NULL);

	if (e || says->n == 0)
		return e;
	for (size_t i = 0; i < says->n; i++) {
		args[3 * i] = db_i64(id);
		args[3 * i + 1] = db_str(says->v[i].permission);
		args[3 * i + 2] = db_str(says->v[i].effect);
	}
	return db_exec_rows(c->db, &say, args, 3, says->n);
}

static struct logged logged_of(const struct role_edit *in, const struct role_tree *t)
{
	return (struct logged){ .name = in->name,
		                .description = in->description,
		                .kind = in->kind,
		                .parent = t->has_parent ? t->parent.name : NULL,
		                .permissions = t->v[0].said ? t->v[0].said : "" };
}

struct place {
	int64_t account_id;
	const char *account_name;
};

static enum err put(struct ctx *c, const struct place *at, int64_t id, const struct logged *was,
                    const struct logged *is)
{
	struct change ch = {
		.action = !was ? ACTION_ROLE_ADD
		          : is ? ACTION_ROLE_UPDATE
		               : ACTION_ROLE_REMOVE,
		.target_kind = ID_ROLE,
		.target_id = id,
		.target_label = is ? is->name : was->name,
		.account_id = at->account_id,
		.account_label = at->account_name,
	};

	change_diff(c->mem, logged, was, is, &ch);
	return change_put(c, &ch);
}

static enum err make(struct ctx *c, int64_t account_id, const struct role_edit *in, int64_t *id)
{
	enum err e =
		db_exec(c->db, &insert,
	                DB_ARGS(db_i64(account_id), db_str(in->kind), db_str(in->name),
	                        db_str(in->description), db_key(in->parent_role_id),
	                        db_stamp(c->now), db_str(c->actor.label), db_stamp(c->now)),
	                NULL);

	if (e == ERR_CONFLICT)
		return exists(c);
	if (!e)
		*id = db_insert_id(c->db);
	return e;
}

static enum err check_new(struct ctx *c, const struct account_head *head,
                          const struct role_edit *in)
{
	const struct role_parent parent = { head->id, in->parent_role_id, head->kind,
		                            in->kind };
	const char *ignored;
	int64_t n = 0;
	enum err e = OK;

	if (strcmp(head->base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active",
		            "A removed account cannot be changed.");
	e = role_says_text(c, &in->says, "/permissions", &ignored);
	if (!e && in->parent_role_id)
		e = role_parent_check(c, &parent);
	if (!e)
		e = check_name(c, head->id, in->name, 0);
	if (!e)
		e = count(c, &count_of, DB_ARGS(db_i64(head->id)), &n);
	if (!e && n >= ROLES_MAX)
		e = FAIL(c, ERR_CONFLICT, "too-many-roles",
		         "It has %d roles; that is the most.", ROLES_MAX);
	return e;
}

enum err roles_create(struct ctx *c, int64_t account_id, const struct role_edit *in,
                      int64_t *id)
{
	struct account_head head;
	struct role_tree t;
	struct logged is;
	int64_t made = 0;
	enum err e = access_changed(c);

	if (!e)
		e = accounts_lock(c, account_id, &head);
	if (!e)
		e = check_new(c, &head, in);
	if (!e)
		e = make(c, account_id, in, &made);
	if (!e)
		e = write_says(c, made, &in->says);
	if (!e)
		e = role_tree_load(c, made, &t);
	if (!e)
		e = check_depth(c, &t);
	if (e)
		return e;
	role_tree_compute(c->mem, &t);
	is = logged_of(in, &t);
	e = check_grantable(c, &t);
	if (!e)
		e = role_tree_write(c, NULL, &t);
	if (!e)
		e = put(c, &(struct place){ head.id, head.name }, made, NULL, &is);
	if (!e)
		*id = made;
	return e;
}

/* --- changing one --------------------------------------------------------- */

struct editing {
	struct role_card card;
	struct role_tree old, new;
	struct role_edit was, is;
	struct account_head owner;
	uint64_t mask;
};

/* Whether the caller may touch the role at all. */
static enum err begin(struct ctx *c, int64_t id, int64_t ver, struct editing *out)
{
	int64_t held = 0;
	enum err e = access_changed(c);

	if (!e)
		e = roles_find(c, id, &out->card);
	if (e)
		return e;
	if (out->card.builtin || !out->card.seen)
		return FAIL(c, ERR_DENIED, "role-locked",
		            "This role belongs to the platform or to an account above yours.");
	if (ver && out->card.ver != ver)
		return FAIL(c, ERR_VERSION, "changed-meanwhile",
		            "Somebody else changed it meanwhile.");
	e = count(c, &held_under, DB_ARGS(db_i64(id), db_i64(c->actor.person_id)), &held);
	if (!e && held > 0)
		e = FAIL(c, ERR_DENIED, "own-role",
		         "Nobody changes a role that he himself has.");
	if (!e)
		e = accounts_lock(c, out->card.owner_id, &out->owner);
	if (!e)
		e = role_tree_load(c, id, &out->old);
	return e ? e : check_grantable(c, &out->old);
}

static void merge(struct editing *ed, const struct role_edit *in)
{
	const struct role_card *r = &ed->card;

	ed->was = (struct role_edit){ .name = r->name,
		                      .description = r->description,
		                      .kind = r->kind,
		                      .parent_role_id = r->parent_role_id };
	ed->is = ed->was;
	if (ed->mask & ROLE_EDIT_BIT(ROLE_EDIT_NAME))
		ed->is.name = in->name;
	if (ed->mask & ROLE_EDIT_BIT(ROLE_EDIT_DESCRIPTION))
		ed->is.description = in->description;
	if (ed->mask & ROLE_EDIT_BIT(ROLE_EDIT_KIND))
		ed->is.kind = in->kind;
	if (ed->mask & ROLE_EDIT_BIT(ROLE_EDIT_PARENT))
		ed->is.parent_role_id = in->parent_role_id;
	ed->is.says = in->says;
}

/* The roles as they would be, in ed->new. */
static enum err plan(struct ctx *c, struct editing *ed)
{
	const struct role_parent parent = { ed->owner.id, ed->is.parent_role_id, ed->owner.kind,
		                            ed->is.kind };
	enum err e = role_tree_plan(c, ed->card.id, &ed->is, ed->mask, &ed->new);

	if (e)
		return e;
	ed->new.v[0].name = ed->is.name;
	if (!ed->new.has_parent)
		return OK;
	e = role_parent_check(c, &parent);
	return e ? e : check_depth(c, &ed->new);
}

static enum err check_edit(struct ctx *c, const struct editing *ed)
{
	int64_t n = 0;
	enum err e = check_grantable(c, &ed->new);

	if (!e && strcmp(ed->is.name, ed->was.name) != 0)
		e = check_name(c, ed->card.owner_id, ed->is.name, ed->card.id);
	if (e || !strcmp(ed->is.kind, ed->was.kind))
		return e;
	e = count(c, &uses, DB_ARGS(db_stamp(c->now), db_i64(ed->card.id)), &n);
	return !e && n > 0 ? in_use(c) : e;
}

static enum err write_edit(struct ctx *c, const struct editing *ed)
{
	enum err e = db_exec(c->db, &update,
	                     DB_ARGS(db_str(ed->is.kind), db_str(ed->is.name),
	                             db_str(ed->is.description), db_key(ed->is.parent_role_id),
	                             db_stamp(c->now), db_i64(ed->card.id)),
	                     NULL);

	if (e == ERR_CONFLICT)
		return exists(c);
	if (!e && ed->mask & ROLE_EDIT_BIT(ROLE_EDIT_SAYS))
		e = write_says(c, ed->card.id, &ed->is.says);
	if (!e)
		e = role_tree_write(c, &ed->old, &ed->new);
	if (!e && strcmp(ed->is.name, ed->was.name) != 0)
		e = roles_relabel_all(c, ed->card.id);
	return e;
}

enum err roles_update(struct ctx *c, int64_t id, const struct role_edit *in, uint64_t mask,
                      int64_t ver)
{
	struct editing ed = { .mask = mask };
	struct change ignored;
	struct logged was, is;
	enum err e = begin(c, id, ver, &ed);

	if (e)
		return e;
	merge(&ed, in);
	e = plan(c, &ed);
	if (!e)
		e = check_edit(c, &ed);
	if (e)
		return e;
	was = logged_of(&ed.was, &ed.old);
	is = logged_of(&ed.is, &ed.new);
	if (!change_diff(c->mem, logged, &was, &is, &ignored)) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	e = write_edit(c, &ed);
	return e ? e : put(c, &(struct place){ ed.owner.id, ed.owner.name }, id, &was, &is);
}

enum err roles_remove(struct ctx *c, int64_t id, int64_t ver)
{
	struct editing ed = { 0 };
	struct logged was;
	int64_t n = 0;
	enum err e = begin(c, id, ver, &ed);

	if (!e)
		e = count(c, &uses, DB_ARGS(db_stamp(c->now), db_i64(id)), &n);
	if (!e && n > 0)
		e = in_use(c);
	if (!e)
		e = db_exec(c->db, &forget_said, DB_ARGS(db_i64(id)), NULL);
	if (!e)
		e = db_exec(c->db, &forget_holders, DB_ARGS(db_i64(id)), NULL);
	if (!e)
		e = db_exec(c->db, &drop, DB_ARGS(db_i64(id)), NULL);
	if (e)
		return e;
	merge(&ed, &ed.is);
	was = logged_of(&ed.was, &ed.old);
	return put(c, &(struct place){ ed.owner.id, ed.owner.name }, id, &was, NULL);
}
