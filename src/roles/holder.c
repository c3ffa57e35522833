#include "roles/holder.h"

#include <string.h>

#include "accounts/accounts.h"
#include "core/access_sql.h"
#include "core/stopped.h"
#include "roles/queries.h"

#define SUBS_MAX  100
#define NAMED_MAX 200

static const struct field holder_v[] = {
	FIELD(struct holder, id),
	FIELD(struct holder, person_id),
	FIELD(struct holder, account_id),
	FIELD(struct holder, name),
	FIELD(struct holder, email),
	FIELD(struct holder, locale),
	FIELD(struct holder, kind),
	FIELD(struct holder, role),
	FIELD(struct holder, state),
	FIELD(struct holder, person_state),
	FIELD(struct holder, parent_id),
	FIELD(struct holder, main_name),
	FIELD(struct holder, account_name),
	FIELD(struct holder, account_kind),
	FIELD(struct holder, account_class),
	FIELD(struct holder, expires_at),
	FIELD(struct holder, ver),
	FIELD(struct holder, roles),
	FIELD(struct holder, all_roles),
	FIELD(struct holder, adjusted),
	FIELD(struct holder, is_sub),
	FIELD(struct holder, main_roles),
	FIELD(struct holder, main_adjusted),
	FIELD(struct holder, areas),
	FIELD(struct holder, main_lives),
	FIELD(struct holder, has_factor),
	FIELD(struct holder, require_two_step),
	FIELD(struct holder, stops),
};

struct ver_row {
	int64_t ver;
};
static const struct field ver_v[] = { FIELD(struct ver_row, ver) };

/* clang-format off */
#define ALL_ROLES \
	"(SELECT GROUP_CONCAT(r.base, ';', r.effective SEPARATOR '|') FROM membership_role mr" \
	" JOIN role r ON r.id = mr.role_id WHERE mr.membership_id = m.id)"
/* Takes now three times. */
#define HOLDER \
	"SELECT m.id, m.person_id, m.account_id, p.name, p.email, p.locale, m.kind, m.role," \
	" m.state," \
	" p.state AS person_state, m.parent_membership_id AS parent_id, mp.name AS main_name," \
	" h.name AS account_name," \
	" h.kind AS account_kind, h.class AS account_class, m.expires_at, m.ver," \
	" " ACCESS_ROLES_AT("m.id", "ta.id") " AS roles, " ALL_ROLES " AS all_roles," \
	" " ACCESS_ADJUSTED_OF("m.id") " AS adjusted, m.kind = 'sub' AS is_sub," \
	" IF(mm.id IS NULL, NULL, " ACCESS_ROLES_AT("mm.id", "ta.id") ") AS main_roles," \
	" IF(mm.id IS NULL, NULL, " ACCESS_ADJUSTED_OF("mm.id") ") AS main_adjusted," \
	" " ACCESS_AREAS_OVER("m.account_id") " AS areas," \
	" IFNULL(mm.state = 'active' AND (mm.expires_at IS NULL OR mm.expires_at > ?)" \
	"  AND mp.state = 'active', 0) AS main_lives," \
	" EXISTS (SELECT 1 FROM factor f WHERE f.person_id = p.id" \
	"  AND f.confirmed_at IS NOT NULL) AS has_factor," \
	" IFNULL((SELECT MAX(po.require_two_step) FROM account_tree pt JOIN account_policy po" \
	"  ON po.account_id = pt.ancestor_id WHERE pt.descendant_id = m.account_id), 0)" \
	"  AS require_two_step, " ACCOUNT_STOPS("m.account_id") " AS stops" \
	" FROM membership m JOIN person p ON p.id = m.person_id" \
	" JOIN account h ON h.id = m.account_id JOIN account ta ON ta.id = "
#define HOLDER_JOINS \
	" LEFT JOIN membership mm ON mm.id = m.parent_membership_id" \
	" LEFT JOIN person mp ON mp.id = mm.person_id WHERE m.state <> 'removed' AND "
#define HOLDER_ARGS(c) db_stamp((c)->now), db_stamp((c)->now), db_stamp((c)->now)

static const struct db_query by_id = {
	.text = HOLDER "?" HOLDER_JOINS "m.id = ? AND m.account_id = ?"
		" AND " SCOPE_SEES("m.account_id"),
	DB_ROWS(holder_v),
};
static const struct db_query subs = {
	.text = HOLDER "m.account_id" HOLDER_JOINS "m.parent_membership_id = ?"
		" ORDER BY m.id LIMIT " STRINGIFY(SUBS_MAX),
	DB_ROWS(holder_v),
};
static const struct db_query any = {
	.text = HOLDER "?" HOLDER_JOINS "m.id = ? AND EXISTS (SELECT 1 FROM account_tree at"
		" WHERE at.ancestor_id = m.account_id AND at.descendant_id = ta.id)",
	DB_ROWS(holder_v),
};
static const struct db_query named = {
	.text = HOLDER "m.account_id" HOLDER_JOINS "m.account_id = ? AND m.kind <> 'sub'"
		" AND (EXISTS (SELECT 1 FROM membership_role nr JOIN role r ON r.id = nr.role_id"
		"  WHERE nr.membership_id = m.id AND (FIND_IN_SET(r.base, ?)"
		"  OR INSTR(r.effective, ?) > 0))"
		" OR EXISTS (SELECT 1 FROM member_permission np WHERE np.membership_id = m.id"
		"  AND np.permission = ?))"
		" ORDER BY m.id LIMIT " STRINGIFY(NAMED_MAX),
	DB_ROWS(holder_v),
};
/* clang-format on */
static const struct db_query lock = {
	.text = "SELECT ver FROM membership WHERE id = ? AND account_id = ? FOR UPDATE",
	DB_ROWS(ver_v),
};
static const struct db_query count_up = {
	.text = "UPDATE membership SET ver = ver + 1, updated_at = ? WHERE id = ?",
};

const struct db_query *const holder_queries[] = {
	&by_id, &subs, &any, &named, &lock, &count_up, NULL,
};

enum err holders_find_at(struct ctx *c, int64_t account_id, int64_t membership_id,
                         int64_t target_id, struct holder *out)
{
	enum err e = db_one(c->db, &by_id,
	                    DB_ARGS(HOLDER_ARGS(c), db_i64(target_id), db_i64(membership_id),
	                            db_i64(account_id), db_i64(c->actor.account_id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err holders_find(struct ctx *c, int64_t account_id, int64_t membership_id,
                      struct holder *out)
{
	return holders_find_at(c, account_id, membership_id, account_id, out);
}

enum err holders_lock(struct ctx *c, int64_t account_id, int64_t membership_id, int64_t ver,
                      struct holder *out)
{
	struct account_head head;
	struct holder h;
	struct ver_row r;
	enum err e = accounts_lock(c, account_id, &head);

	if (!e)
		e = db_one(c->db, &lock, DB_ARGS(db_i64(membership_id), db_i64(account_id)),
		           c->mem, &r);
	if (e == ERR_NOT_FOUND)
		return ctx_not_found(c);
	if (!e)
		e = holders_find(c, account_id, membership_id, &h);
	if (e)
		return e;
	if (strcmp(head.base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	if (ver && h.ver != ver)
		return FAIL(c, ERR_VERSION, "changed-meanwhile",
		            "Somebody else changed it meanwhile.");
	*out = h;
	return OK;
}

enum err holders_subs(struct ctx *c, const struct holder *main, struct db_list *out)
{
	return db_all(c->db, &subs, DB_ARGS(HOLDER_ARGS(c), db_i64(main->id)), c->mem,
	              sizeof(struct holder), SUBS_MAX, out);
}

enum err holders_find_any(struct ctx *c, int64_t membership_id, int64_t target_id,
                          struct holder *out)
{
	return db_one(c->db, &any,
	              DB_ARGS(HOLDER_ARGS(c), db_i64(target_id), db_i64(membership_id)), c->mem,
	              out);
}

/* "platform-admin,customer-owner": the built-in roles that hold it. */
static const char *roles_with(struct ctx *c, enum perm perm)
{
	const char *out = "";

	for (unsigned i = ROLE_NONE + 1; i < ROLE__MAX; i++) {
		const struct perm_set set = perm_set_of_role((enum role)i);

		if (perm_has(&set, perm))
			out = arena_printf(c->mem, "%s%s%s", out, *out ? "," : "",
			                   role_text((enum role)i));
	}
	return out;
}

enum err holders_named(struct ctx *c, int64_t account_id, enum perm perm, struct db_list *out)
{
	const char *text = perm_text(perm);

	return db_all(c->db, &named,
	              DB_ARGS(HOLDER_ARGS(c), db_i64(account_id), db_str(roles_with(c, perm)),
	                      db_str(text), db_str(text)),
	              c->mem, sizeof(struct holder), NAMED_MAX, out);
}

bool holder_lives(const struct ctx *c, const struct holder *h)
{
	return !strcmp(h->state, "active") && !strcmp(h->person_state, "active") &&
	       (!stamp_is_set(h->expires_at) || h->expires_at.usec > c->now.usec) &&
	       (!h->is_sub || h->main_lives) && h->stops == 0;
}

struct access_facts holder_facts(const struct holder *h)
{
	return (struct access_facts){
		.pending = h->require_two_step && !h->has_factor,
		.account_kind = h->account_kind,
		.account_class = h->account_class,
		.roles = h->roles,
		.adjusted = h->adjusted,
		.is_sub = h->is_sub,
		.main_roles = h->main_roles,
		.main_adjusted = h->main_adjusted,
		.areas = h->areas,
	};
}

struct perm_set holder_given(const char *account_kind, const char *roles, const char *adjusted)
{
	const struct access_facts f = { .account_kind = account_kind,
		                        .roles = roles,
		                        .adjusted = adjusted };
	struct access a;

	access_evaluate(&f, &a);
	a.step[ACCESS_AREA] = perm_set_all();
	return access_perms(&a);
}

struct perm_set holder_own(const struct holder *h)
{
	return holder_given(h->account_kind, h->all_roles, h->adjusted);
}

enum err holders_count_up(struct ctx *c, int64_t membership_id)
{
	return db_exec(c->db, &count_up, DB_ARGS(db_stamp(c->now), db_i64(membership_id)),
	               NULL);
}
