#include "people/guard.h"

#include <string.h>

#include "core/access.h"
#include "people/queries.h"

struct facts {
	const char *roles, *adjusted, *account_kind;
};
static const struct field facts_v[] = {
	FIELD(struct facts, roles),
	FIELD(struct facts, adjusted),
	FIELD(struct facts, account_kind),
};
struct account_row {
	const char *kind, *class;
};
static const struct field account_v[] = {
	FIELD(struct account_row, kind),
	FIELD(struct account_row, class),
};
struct count_row {
	int64_t active, invited; /* owners beside him */
	bool is_owner, is_active;
};
static const struct field count_v[] = {
	FIELD(struct count_row, active),
	FIELD(struct count_row, invited),
	FIELD(struct count_row, is_owner),
	FIELD(struct count_row, is_active),
};

static const struct db_query facts_of = {
	.text = "SELECT (SELECT GROUP_CONCAT(r.base, ';', r.effective SEPARATOR '|')"
		" FROM membership_role mr JOIN role r ON r.id = mr.role_id"
		" WHERE mr.membership_id = m.id) AS roles,"
		" (SELECT GROUP_CONCAT(IF(x.effect = 'deny', '-', '+'), x.permission)"
		" FROM member_permission x WHERE x.membership_id = m.id) AS adjusted,"
		" a.kind AS account_kind"
		" FROM membership m JOIN account a ON a.id = m.account_id WHERE m.id = ?",
	DB_ROWS(facts_v),
};
#define ACCOUNT "SELECT kind, class FROM account WHERE id = ?"
static const struct db_query lock_account = {
	.text = ACCOUNT " FOR UPDATE",
	DB_ROWS(account_v),
};
static const struct db_query read_account = { .text = ACCOUNT, DB_ROWS(account_v) };
/* Owners for good: who ends, or ends with another, is no owner to count on. */
#define OWNERS \
	" FROM membership m JOIN person p ON p.id = m.person_id" \
	" JOIN membership_role mr ON mr.membership_id = m.id" \
	"  AND mr.scope_account_id = m.account_id" \
	" JOIN role r ON r.id = mr.role_id WHERE m.account_id = ? AND m.state = 'active'" \
	" AND p.state IN ('active', 'invited') AND m.expires_at IS NULL AND m.kind <> 'sub'" \
	" AND r.builtin = ?"
#define COUNT_OWNERS \
	"SELECT COUNT(DISTINCT IF(m.id <> ? AND p.state = 'active', m.id, NULL))" \
	" AS active, COUNT(DISTINCT IF(m.id <> ? AND p.state = 'invited', m.id, NULL))" \
	" AS invited, IFNULL(MAX(m.id = ?), 0) AS is_owner," \
	" IFNULL(MAX(m.id = ? AND p.state = 'active'), 0) AS is_active" OWNERS
/* Locking, so that it sees what was committed while this waited for the account. */
static const struct db_query owners = {
	.text = COUNT_OWNERS " LOCK IN SHARE MODE",
	DB_ROWS(count_v),
};
static const struct db_query read_owners = { .text = COUNT_OWNERS, DB_ROWS(count_v) };

#define PLACES_MAX 500

struct place_row {
	int64_t id;
	bool seen;
};
static const struct field place_v[] = {
	FIELD(struct place_row, id),
	FIELD(struct place_row, seen),
};
static const struct db_query places = {
	.text = "SELECT m.id, (SELECT v.descendant_id FROM account_tree v"
		" WHERE v.ancestor_id = ? AND v.descendant_id = m.account_id LIMIT 1)"
		" IS NOT NULL AS seen FROM membership m"
		" WHERE m.person_id = ? AND m.state <> 'removed'",
	DB_ROWS(place_v),
};

const struct db_query *const guard_queries[] = {
	&facts_of, &lock_account, &read_account, &owners, &read_owners, &places, NULL,
};

static bool is_system(const struct ctx *c)
{
	return c->actor.kind == ACTOR_SYSTEM;
}

enum err guard_not_self(struct ctx *c, int64_t person_id)
{
	if (is_system(c) || c->actor.person_id != person_id)
		return OK;
	return FAIL(c, ERR_DENIED, "own-membership",
	            "Nobody changes his own role, state or end.");
}

enum err guard_grantable(struct ctx *c, struct perm_set wanted)
{
	if (is_system(c) || perm_within(wanted, c->actor.rank))
		return OK;
	return FAIL(c, ERR_DENIED, "more-than-own",
	            "Nobody gives more than he may do himself.");
}

bool guard_outranks(const struct ctx *c, const struct access_facts *f)
{
	struct access access;

	if (is_system(c))
		return true;
	access_evaluate(f, &access);
	access.step[ACCESS_AREA] = perm_set_all();
	/* An owner's word on visits is his account's, not a rank. */
	perm_drop(&access.step[ACCESS_ROLES], PERM_SUPPORT_APPROVE);
	return perm_within(access_perms(&access), c->actor.rank);
}

enum err guard_rank(struct ctx *c, int64_t membership_id)
{
	struct facts f;
	enum err e;

	if (is_system(c))
		return OK;
	e = db_one(c->db, &facts_of, DB_ARGS(db_i64(membership_id)), c->mem, &f);
	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	if (guard_outranks(c, &(struct access_facts){ .account_kind = f.account_kind,
	                                              .roles = f.roles,
	                                              .adjusted = f.adjusted }))
		return OK;
	return FAIL(c, ERR_DENIED, "higher-member",
	            "This person may do what you may not: somebody else must do this.");
}

enum err guard_whole_person(struct ctx *c, int64_t person_id)
{
	const struct place_row *v;
	struct db_list rows;
	enum err e = OK;

	if (is_system(c))
		return OK;
	e = db_all(c->db, &places, DB_ARGS(db_i64(c->actor.account_id), db_i64(person_id)),
	           c->mem, sizeof(struct place_row), PLACES_MAX, &rows);
	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++)
		if (!v[i].seen)
			return FAIL(c, ERR_DENIED, "belongs-elsewhere",
			            "This person belongs to other accounts too: only he himself"
			            " changes this.");
	for (size_t i = 0; !e && i < rows.n; i++)
		e = guard_rank(c, v[i].id);
	return e;
}

static const char *owners_role(const struct account_row *a)
{
	if (!strcmp(a->kind, "platform"))
		return role_text(ROLE_PLATFORM_ADMIN);
	if (!strcmp(a->kind, "reseller"))
		return role_text(ROLE_RESELLER_PROGRAM);
	return strcmp(a->class, "organisation") == 0 ? role_text(ROLE_CUSTOMER_OWNER) : NULL;
}

static enum err is_last(struct ctx *c, int64_t account_id, int64_t but_membership_id,
                        bool locking, bool *last)
{
	const struct db_arg but = db_i64(but_membership_id);
	struct account_row a;
	struct count_row r;
	enum err e = db_one(c->db, locking ? &lock_account : &read_account,
	                    DB_ARGS(db_i64(account_id)), c->mem, &a);
	const char *role = e ? NULL : owners_role(&a);

	*last = false;
	if (e || !role)
		return e;
	e = db_one(c->db, locking ? &owners : &read_owners,
	           DB_ARGS(but, but, but, but, db_i64(account_id), db_str(role)), c->mem, &r);
	/* Who has never signed in stands in for nobody who has. */
	*last = !e && r.is_owner && r.active + (r.is_active ? 0 : r.invited) == 0;
	return e;
}

enum err guard_is_last_owner(struct ctx *c, int64_t account_id, int64_t membership_id,
                             bool *last)
{
	return is_last(c, account_id, membership_id, false, last);
}

enum err guard_last_owner(struct ctx *c, int64_t account_id, int64_t but_membership_id)
{
	bool last;
	enum err e = is_last(c, account_id, but_membership_id, true, &last);

	if (e || !last)
		return e;
	return FAIL(
		c, ERR_CONFLICT, "last-owner",
		"This is the last owner of the account: make somebody else an owner first.");
}
