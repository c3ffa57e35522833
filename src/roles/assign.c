#include <string.h>

#include "accounts/accounts.h"
#include "core/change.h"
#include "people/guard.h"
#include "people/people.h"
#include "roles/holder.h"
#include "roles/inner.h"
#include "roles/queries.h"
#include "json/json_out.h"

struct usable {
	int64_t id;
	const char *builtin, *name, *kind, *base, *effective, *account_kind;
	bool reaches;    /* its owner is the account or above it */
	bool scope_fits; /* the scope is the account or below it */
	const char *scope_name;
};
static const struct field usable_v[] = {
	FIELD(struct usable, id),           FIELD(struct usable, builtin),
	FIELD(struct usable, name),         FIELD(struct usable, kind),
	FIELD(struct usable, base),         FIELD(struct usable, effective),
	FIELD(struct usable, account_kind), FIELD(struct usable, reaches),
	FIELD(struct usable, scope_fits),   FIELD(struct usable, scope_name),
};

/* Locked, so that a role cannot be removed or changed while it is being given. */
static const struct db_query find = {
	.text = "SELECT r.id, r.builtin, r.name, r.kind, r.base, r.effective,"
		" a.kind AS account_kind, (r.builtin IS NOT NULL OR EXISTS"
		" (SELECT 1 FROM account_tree up WHERE up.ancestor_id = r.owner_account_id"
		" AND up.descendant_id = a.id)) AS reaches, EXISTS (SELECT 1 FROM account_tree dn"
		" WHERE dn.ancestor_id = a.id AND dn.descendant_id = sa.id) AS scope_fits,"
		" sa.name AS scope_name FROM role r JOIN account a ON a.id = ?"
		" JOIN account sa ON sa.id = ? WHERE r.id = ? LOCK IN SHARE MODE",
	DB_ROWS(usable_v),
};
static const struct db_query take = {
	.text = "DELETE FROM membership_role WHERE membership_id = ? AND role_id = ?"
		" AND scope_account_id = ?",
};
static const struct db_query give = {
	.text = "INSERT INTO membership_role (membership_id, role_id, scope_account_id,"
		" created_at) VALUES (?, ?, ?, ?)",
};

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };
static const struct db_query other_kinds = {
	.text = "SELECT COUNT(*) AS n FROM membership m"
		" JOIN membership_role mr ON mr.membership_id = m.id"
		" JOIN role r ON r.id = mr.role_id WHERE m.person_id = ? AND m.account_id = ?"
		" AND m.state <> 'removed' AND m.id <> ? AND r.kind <> ?",
	DB_ROWS(count_v),
};

const struct db_query *const role_assign_queries[] = { &find, &take, &give, &other_kinds,
	                                               NULL };

enum err roles_check_kind(struct ctx *c, int64_t account_id, int64_t person_id,
                          int64_t but_membership_id, const char *kind)
{
	struct count_row row;
	enum err e = db_one(c->db, &other_kinds,
	                    DB_ARGS(db_i64(person_id), db_i64(account_id),
	                            db_i64(but_membership_id), db_str(kind)),
	                    c->mem, &row);

	if (e || row.n == 0)
		return e;
	return FAIL(c, ERR_CONFLICT, "kinds-mixed",
	            "Roles of administrators and of guards are not mixed.");
}

/* An owner's word on visits comes with the owner's role, whoever makes him one. */
static struct perm_set gives(struct ctx *c, const struct usable *u)
{
	const struct role_node n = { .base = u->base, .effective = u->effective };
	struct perm_set s = role_node_perms(c->mem, &n);

	if (u->builtin)
		perm_drop(&s, PERM_SUPPORT_APPROVE);
	return s;
}

static enum err check(struct ctx *c, const struct role_gift *gift, struct usable *out)
{
	int64_t scope = gift->scope_account_id ? gift->scope_account_id : gift->account_id;
	struct usable u;
	enum err e =
		db_one(c->db, &find,
	               DB_ARGS(db_i64(gift->account_id), db_i64(scope), db_i64(gift->role_id)),
	               c->mem, &u);

	if (e == ERR_NOT_FOUND)
		return FAIL_FIELD(c, gift->pointer, "not-found");
	if (e)
		return e;
	if (!u.reaches || !u.scope_fits ||
	    !role_fits(u.base, gift->account_kind ? gift->account_kind : u.account_kind))
		return FAIL_FIELD(c, gift->pointer, u.reaches ? "not-allowed" : "not-found");
	e = guard_grantable(c, gives(c, &u));
	if (!e)
		*out = u;
	return e;
}

enum err roles_check(struct ctx *c, const struct role_gift *gift, const char **kind)
{
	struct usable u;
	enum err e = check(c, gift, &u);

	if (!e && kind)
		*kind = u.kind;
	return e;
}

/* --- the roles of one membership ------------------------------------------ */

struct assigning {
	struct holder holder;
	const struct role_given *was;
	size_t nwas;
	struct role_given *is;
	size_t nis;
	const char *kind;
};

static bool same(const struct role_given *a, const struct role_given *b)
{
	return a->role_id == b->role_id && a->scope_account_id == b->scope_account_id;
}

static bool has(const struct role_given *v, size_t n, const struct role_given *one)
{
	for (size_t i = 0; i < n; i++)
		if (same(&v[i], one))
			return true;
	return false;
}

/* One that shall be: kept as it is, or new and checked. */
static enum err plan_one(struct ctx *c, struct assigning *as, const struct role_at *at,
                         const char *pointer)
{
	struct role_gift gift = { .account_id = as->holder.account_id,
		                  .role_id = at->role_id,
		                  .scope_account_id = at->scope_account_id,
		                  .pointer = pointer };
	struct role_given one = { .role_id = at->role_id,
		                  .scope_account_id = at->scope_account_id };
	struct usable u;
	enum err e = OK;

	if (!gift.scope_account_id)
		gift.scope_account_id = one.scope_account_id = gift.account_id;
	if (has(as->is, as->nis, &one))
		return FAIL_FIELD(c, pointer, "duplicate-member");
	for (size_t i = 0; i < as->nwas; i++)
		if (same(&as->was[i], &one))
			one = as->was[i];
	if (!one.kind) {
		e = check(c, &gift, &u);
		if (e)
			return e;
		one.name = u.name;
		one.builtin = u.builtin;
		one.kind = u.kind;
		one.scope_name = u.scope_name;
	}
	if (as->kind && strcmp(as->kind, one.kind) != 0)
		return FAIL_FIELD(c, pointer, "other-kind");
	as->kind = one.kind;
	as->is[as->nis++] = one;
	return OK;
}

static enum err plan(struct ctx *c, struct assigning *as, const struct role_at *v, size_t n)
{
	struct db_list was;
	enum err e = roles_of(c, as->holder.id, &was);

	if (e)
		return e;
	as->was = was.v;
	as->nwas = was.n;
	as->is = arena_array(c->mem, struct role_given, n + 1);
	for (size_t i = 0; i < n && !e; i++)
		e = plan_one(c, as, &v[i], arena_printf(c->mem, "/roles/%zu/role_id", i));
	if (e || !as->kind)
		return e;
	return roles_check_kind(c, as->holder.account_id, as->holder.person_id, as->holder.id,
	                        as->kind);
}

static bool is_owner(const struct assigning *as, const struct role_given *v, size_t n)
{
	const char *owner = role_text(role_of_main(as->holder.account_kind));

	for (size_t i = 0; i < n; i++)
		if (v[i].builtin && !strcmp(v[i].builtin, owner) &&
		    v[i].scope_account_id == as->holder.account_id)
			return true;
	return false;
}

static enum err put(struct ctx *c, const struct assigning *as, enum action action,
                    const struct role_given *one)
{
	struct change ch = {
		.action = action,
		.target_kind = ID_MEMBERSHIP,
		.target_id = as->holder.id,
		.target_label = as->holder.name,
		.account_id = as->holder.account_id,
		.account_label = as->holder.account_name,
	};
	struct buf b;

	buf_init(&b, c->mem, 4096);
	json_open(&b, '{');
	json_key(&b, "role");
	json_str(&b, one->builtin ? one->builtin : one->name);
	json_key(&b, "scope");
	json_str(&b, one->scope_name);
	json_close(&b, '}');
	if (action == ACTION_ROLE_GRANT)
		ch.after = buf_str(&b);
	else
		ch.before = buf_str(&b);
	return change_put(c, &ch);
}

static enum err change(struct ctx *c, const struct assigning *as, const struct role_given *one,
                       bool grant)
{
	struct db_arg ids[] = { db_i64(as->holder.id), db_i64(one->role_id),
		                db_i64(one->scope_account_id), db_stamp(c->now) };
	enum err e = grant ? db_exec(c->db, &give, ids, 4, NULL)
	                   : db_exec(c->db, &take, ids, 3, NULL);

	return e ? e : put(c, as, grant ? ACTION_ROLE_GRANT : ACTION_ROLE_REVOKE, one);
}

static enum err write(struct ctx *c, const struct assigning *as)
{
	enum err e = OK;

	for (size_t i = 0; i < as->nwas && !e; i++)
		if (!has(as->is, as->nis, &as->was[i]))
			e = change(c, as, &as->was[i], false);
	for (size_t i = 0; i < as->nis && !e; i++)
		if (!has(as->was, as->nwas, &as->is[i]))
			e = change(c, as, &as->is[i], true);
	if (!e)
		e = roles_relabel(c, as->holder.id);
	return e ? e : holders_count_up(c, as->holder.id);
}

/* Taking a role that denies gives, too: what he has more now, the caller must hold. */
static enum err check_gain(struct ctx *c, const struct assigning *as)
{
	struct holder now;
	struct perm_set gain;
	enum err e = holders_find(c, as->holder.account_id, as->holder.id, &now);

	if (e)
		return e;
	gain = perm_less(holder_own(&now), holder_own(&as->holder));
	if (is_owner(as, as->is, as->nis))
		perm_drop(&gain, PERM_SUPPORT_APPROVE);
	return guard_grantable(c, gain);
}

enum err roles_assign(struct ctx *c, int64_t account_id, int64_t membership_id,
                      const struct role_at *v, size_t n, int64_t ver)
{
	struct assigning as = { 0 };
	size_t kept = 0;
	enum err e = holders_lock(c, account_id, membership_id, ver, &as.holder);

	if (!e)
		e = guard_not_self(c, as.holder.person_id);
	if (!e)
		e = guard_rank(c, membership_id);
	if (!e)
		e = plan(c, &as, v, n);
	if (e)
		return e;
	for (size_t i = 0; i < as.nis; i++)
		kept += has(as.was, as.nwas, &as.is[i]);
	if (kept == as.nwas && kept == as.nis) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	if (is_owner(&as, as.was, as.nwas) && !is_owner(&as, as.is, as.nis))
		e = guard_last_owner(c, account_id, membership_id);
	if (!e)
		e = write(c, &as);
	return e ? e : check_gain(c, &as);
}
