#include <assert.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "core/access.h"
#include "people/people.h"
#include "registrations/inner.h"
#include "registrations/queries.h"
#include "roles/roles.h"

#define ROLES_MAX_LISTED 1000

struct main_row {
	int64_t person_id, membership_id;
};
static const struct field main_v[] = {
	FIELD(struct main_row, person_id),
	FIELD(struct main_row, membership_id),
};
const struct field registration_role_fields[] = {
	FIELD_KEY(struct registration_role, role_id, ID_ROLE),
	FIELD(struct registration_role, name),
	FIELD(struct registration_role, builtin),
	FIELD(struct registration_role, grantable),
	/* from here on only between SQL and C */
	FIELD(struct registration_role, says),
};
static_assert(ARRAY_LEN(registration_role_fields) == REGISTRATION_ROLE_FIELDS + 1,
              "one is not");
struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

static const struct db_query count_login = {
	.text = "SELECT COUNT(*) AS n FROM person WHERE login = ?",
	DB_ROWS(count_v),
};
static const struct db_query main_of = {
	.text = "SELECT person_id, id AS membership_id FROM membership"
		" WHERE account_id = ? AND kind = 'main'",
	DB_ROWS(main_v),
};
/* What a customer's main user can be given: of customers, and no guard's.  Takes an account. */
#define ROLES \
	"SELECT r.id AS role_id, r.name, r.builtin, 0 AS grantable," \
	" CONCAT(r.base, ';', r.effective) AS says FROM role r WHERE r.kind = 'admin'" \
	" AND r.base NOT LIKE 'platform-%' AND r.base NOT LIKE 'reseller-%'" \
	" AND (r.builtin LIKE 'customer-%' OR (r.builtin IS NULL AND EXISTS (SELECT 1" \
	"  FROM account_tree up WHERE up.ancestor_id = r.owner_account_id" \
	"  AND up.descendant_id = ?)))"

static const struct db_query role = {
	.text = ROLES " AND r.id = ?",
	DB_ROWS(registration_role_fields),
};
static const struct db_query roles = {
	.text = ROLES
	" ORDER BY r.builtin IS NULL, IF(r.builtin IS NULL, 0, r.id), r.name LIMIT ?",
	DB_ROWS(registration_role_fields),
};
static const struct db_query confirm_email = {
	.text = "UPDATE person SET email_verified_at = ?, ver = ver + 1, updated_at = ?"
		" WHERE id = ?",
};
static const struct db_query drop_roles = {
	.text = "DELETE FROM membership_role WHERE membership_id = ?",
};
static const struct db_query give_role = {
	.text = "INSERT INTO membership_role (membership_id, role_id, scope_account_id,"
		" created_at) VALUES (?, ?, ?, ?)",
};

const struct db_query *const registration_open_queries[] = {
	&count_login, &main_of, &role, &roles, &confirm_email, &drop_roles, &give_role, NULL,
};

/* Somebody may have become known between asking and now. */
static enum err check_free(struct ctx *c, const struct registration *r)
{
	struct count row;
	enum err e = db_one(c->db, &count_login, DB_ARGS(db_bytes(r->email, strlen(r->email))),
	                    c->mem, &row);

	if (e || row.n == 0)
		return e;
	return FAIL(c, ERR_CONFLICT, "login-taken", "Somebody has this login already.");
}

/* The account is the company's, its main user is the person. */
static enum err finish_person(struct ctx *c, const struct registration *r, int64_t account_id,
                              int64_t person_id)
{
	const struct person_place at = { account_id, registration_label(r) };
	const struct person_edit edit = { .name = r->name, .email = r->email };
	bool changed;
	enum err e = persons_update(c, &at, person_id, &edit, &changed);

	if (!e)
		e = db_exec(c->db, &confirm_email,
		            DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(person_id)),
		            NULL);
	return e ? e : accounts_reindex(c, account_id);
}

/* An organisation keeps its owner: the role comes beside it. */
static enum err give(struct ctx *c, const struct opening *o, int64_t account_id,
                     int64_t membership_id)
{
	struct db_arg member = db_i64(membership_id);
	struct registration_role row;
	enum err e = db_one(c->db, &role, DB_ARGS(db_i64(account_id), db_i64(o->role_id)),
	                    c->mem, &row);

	if (e == ERR_NOT_FOUND)
		return o->by_default ? OK : FAIL_FIELD(c, "/role_id", "not-allowed");
	if (e || (row.builtin && !strcmp(row.builtin, role_text(ROLE_CUSTOMER_OWNER))))
		return e;
	if (!o->from->company)
		e = db_exec(c->db, &drop_roles, DB_ARGS(member), NULL);
	if (!e)
		e = db_exec(c->db, &give_role,
		            DB_ARGS(member, db_i64(o->role_id), db_i64(account_id),
		                    db_stamp(c->now)),
		            NULL);
	return e ? e : roles_relabel(c, membership_id);
}

static enum err check_gift(struct ctx *c, const struct opening *o, int64_t account_id)
{
	const struct role_gift gift = { .account_id = account_id,
		                        .role_id = o->role_id,
		                        .pointer = "/role_id" };
	const char *kind;

	return o->role_id && !o->by_default ? roles_check(c, &gift, &kind) : OK;
}

enum err registration_open(struct ctx *c, const struct opening *o, int64_t *account_id)
{
	const struct registration *r = o->from;
	const struct account_new in = {
		.parent_id = r->parent_account_id,
		.kind = "customer",
		.class = r->company ? "organisation" : "person",
		.name = registration_label(r),
		.origin = "self",
		.login = r->email,
		.email = r->email,
		.locale = r->language,
		.password_hash = r->password_hash,
	};
	struct main_row who;
	int64_t id = 0;
	enum err e = check_free(c, r);

	if (!e)
		e = accounts_create(c, &in, &id);
	if (!e)
		e = check_gift(c, o, id);
	if (!e)
		e = db_one(c->db, &main_of, DB_ARGS(db_i64(id)), c->mem, &who);
	if (!e)
		e = finish_person(c, r, id, who.person_id);
	if (!e && o->role_id)
		e = give(c, o, id, who.membership_id);
	if (!e)
		*account_id = id;
	return e;
}

enum err registrations_roles(struct ctx *c, int64_t id, struct db_list *out)
{
	struct registration_role *v;
	struct registration r;
	enum err e = registrations_find(c, id, &r);

	if (!e)
		e = db_all(c->db, &roles,
		           DB_ARGS(db_i64(r.parent_account_id), db_i64(ROLES_MAX_LISTED)),
		           c->mem, sizeof(struct registration_role), ROLES_MAX_LISTED, out);
	if (e)
		return e;
	v = out->v;
	for (size_t i = 0; i < out->n; i++) {
		struct perm_set allow, deny;

		access_roles(v[i].says, &allow, &deny);
		perm_drop(&allow, PERM_SUPPORT_APPROVE);
		v[i].grantable = perm_within(perm_less(allow, deny), c->actor.rank);
	}
	return OK;
}
