#include <string.h>

#include "core/access.h"
#include "core/access_sql.h"
#include "core/stopped.h"
#include "invitations/inner.h"
#include "invitations/queries.h"
#include "roles/roles.h"

static const struct field account_v[] = {
	FIELD(struct invited_account, id),         FIELD(struct invited_account, name),
	FIELD(struct invited_account, kind),       FIELD(struct invited_account, class),
	FIELD(struct invited_account, base_state), FIELD(struct invited_account, stops),
	FIELD(struct invited_account, managed),    FIELD(struct invited_account, two_step),
};
const struct field invitation_role_fields[] = {
	FIELD_KEY(struct invitation_role, role_id, ID_ROLE),
	FIELD(struct invitation_role, name),
	FIELD(struct invitation_role, builtin),
	FIELD(struct invitation_role, kind),
	FIELD(struct invitation_role, advise_against),
	FIELD(struct invitation_role, grantable),
};

struct inviter {
	int64_t person_id;
	const char *account_kind, *account_class, *roles, *adjusted, *main_roles,
		*main_adjusted, *areas;
	bool is_sub;
};
static const struct field inviter_v[] = {
	FIELD(struct inviter, person_id),     FIELD(struct inviter, account_kind),
	FIELD(struct inviter, account_class), FIELD(struct inviter, roles),
	FIELD(struct inviter, adjusted),      FIELD(struct inviter, main_roles),
	FIELD(struct inviter, main_adjusted), FIELD(struct inviter, areas),
	FIELD(struct inviter, is_sub),
};

/* clang-format off */
/* Takes two times now. */
#define ACCOUNT \
	"SELECT a.id, a.name, a.kind, a.class, a.state AS base_state," \
	" " ACCOUNT_STOPS("a.id") " AS stops," \
	" (a.kind = 'customer' AND a.origin <> 'self') AS managed," \
	" IFNULL((SELECT MAX(po.require_two_step) FROM account_tree pt JOIN account_policy po" \
	"  ON po.account_id = pt.ancestor_id WHERE pt.descendant_id = a.id), 0) AS two_step" \
	" FROM account a WHERE a.id = ?"

static const struct db_query lock = {
	.text = "SELECT id FROM account WHERE id = ? FOR UPDATE",
	.row = { account_v, 1 },
};
static const struct db_query account = {
	.text = ACCOUNT,
	DB_ROWS(account_v),
};
static const struct db_query account_seen = {
	.text = ACCOUNT " AND " SCOPE_SEES("a.id"),
	DB_ROWS(account_v),
};
/* Nobody, when the inviter could not work here at all now. */
static const struct db_query inviter = {
	.text = "SELECT p.id AS person_id, h.kind AS account_kind, h.class AS account_class,"
	        " " ACCESS_ROLES_AT("m.id", "t.id") " AS roles,"
	        " " ACCESS_ADJUSTED_OF("m.id") " AS adjusted,"
	        " " ACCESS_ROLES_AT("mm.id", "t.id") " AS main_roles,"
	        " " ACCESS_ADJUSTED_OF("mm.id") " AS main_adjusted,"
	        " " ACCESS_AREAS_OVER("m.account_id") " AS areas, m.kind = 'sub' AS is_sub"
	        " FROM membership m JOIN person p ON p.id = m.person_id"
	        " JOIN account h ON h.id = m.account_id JOIN account t ON t.id = ?"
	        " LEFT JOIN membership mm ON mm.id = m.parent_membership_id"
	        " LEFT JOIN person mp ON mp.id = mm.person_id"
	        " WHERE m.id = ? AND p.state = 'active' AND " MEMBERSHIP_LIVES
	        " AND (m.kind <> 'sub' OR (mm.state = 'active' AND mp.state = 'active'))"
	        " AND " ACCOUNT_STOPS("m.account_id") " = 0",
	DB_ROWS(inviter_v),
};
/* clang-format on */

const struct db_query *const invitation_rights_queries[] = {
	&lock, &account, &account_seen, &inviter, NULL,
};

enum err invited_account_lock(struct ctx *c, int64_t id, struct invited_account *out)
{
	struct db_arg now = db_stamp(c->now);
	struct invited_account locked;
	enum err e = db_one(c->db, &lock, DB_ARGS(db_i64(id)), c->mem, &locked);

	return e ? e : db_one(c->db, &account, DB_ARGS(now, now, db_i64(id)), c->mem, out);
}

enum err invited_account_find(struct ctx *c, int64_t id, struct invited_account *out)
{
	struct db_arg now = db_stamp(c->now);
	enum err e =
		db_one(c->db, &account_seen,
	               DB_ARGS(now, now, db_i64(id), db_i64(c->actor.account_id)), c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

struct perm_set invited_gives(const char *says)
{
	struct perm_set allow, deny;

	access_roles(says, &allow, &deny);
	perm_drop(&allow, PERM_SUPPORT_APPROVE);
	return perm_less(allow, deny);
}

bool invited_is_admin(const char *says)
{
	struct perm_set gives = invited_gives(says);

	return perm_has(&gives, PERM_ROLE_ASSIGN);
}

enum err invitations_roles(struct ctx *c, int64_t account_id, struct db_list *out)
{
	struct invited_account a;
	struct invitation_role *v;
	const struct role_card *r;
	struct db_list rows;
	enum err e = invited_account_find(c, account_id, &a);

	if (!e)
		e = roles_list(c, account_id, NULL, &rows);
	if (e)
		return e;
	r = rows.v;
	v = arena_alloc(c->mem, (rows.n + 1) * sizeof(*v));
	for (size_t i = 0; i < rows.n; i++) {
		const char *says = arena_printf(c->mem, "%s;%s", r[i].base, r[i].effective);

		v[i] = (struct invitation_role){
			.role_id = r[i].id,
			.name = r[i].name,
			.builtin = r[i].builtin,
			.kind = r[i].kind,
			.advise_against = a.managed && invited_is_admin(says),
			.grantable = perm_within(invited_gives(says), c->actor.rank),
		};
	}
	*out = (struct db_list){ v, rows.n };
	return OK;
}

static enum err is_void(struct ctx *c)
{
	return FAIL(c, ERR_CONFLICT, "invitation-void",
	            "Who invited may not give this role any more.");
}

enum err invited_inviter_check(struct ctx *c, int64_t membership_id, int64_t account_id,
                               const char *says)
{
	struct db_arg now = db_stamp(c->now);
	struct perm_set may;
	struct access access;
	struct inviter who;
	enum err e = db_one(c->db, &inviter,
	                    DB_ARGS(db_i64(account_id), db_i64(membership_id), now, now, now),
	                    c->mem, &who);

	if (e)
		return e == ERR_NOT_FOUND ? is_void(c) : e;
	access_evaluate(&(struct access_facts){ .account_kind = who.account_kind,
	                                        .account_class = who.account_class,
	                                        .roles = who.roles,
	                                        .adjusted = who.adjusted,
	                                        .is_sub = who.is_sub,
	                                        .main_roles = who.main_roles,
	                                        .main_adjusted = who.main_adjusted,
	                                        .areas = who.areas },
	                &access);
	may = access_perms(&access);
	access.step[ACCESS_AREA] = perm_set_all(); /* a part that is off takes no rank */
	if (!says || !perm_has(&may, PERM_INVITATION_CREATE) ||
	    !perm_within(invited_gives(says), access_perms(&access)))
		return is_void(c);
	return OK;
}
