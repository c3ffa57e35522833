#include "members/asker.h"

#include "core/access.h"
#include "core/access_sql.h"
#include "core/stopped.h"
#include "members/queries.h"

struct asker {
	int64_t person_id;
	const char *label, *role, *home_kind, *home_class, *roles, *adjusted, *main_roles,
		*main_adjusted, *areas;
	bool is_sub;
};
static const struct field asker_v[] = {
	FIELD(struct asker, person_id),     FIELD(struct asker, label),
	FIELD(struct asker, role),          FIELD(struct asker, home_kind),
	FIELD(struct asker, home_class),    FIELD(struct asker, roles),
	FIELD(struct asker, adjusted),      FIELD(struct asker, main_roles),
	FIELD(struct asker, main_adjusted), FIELD(struct asker, areas),
	FIELD(struct asker, is_sub),
};

/* Takes the account; now four times; the membership. */
/* clang-format off */
static const struct db_query find = {
	.text = "SELECT p.id AS person_id, p.name AS label, m.role AS role, h.kind AS home_kind,"
		" h.class AS home_class, " ACCESS_ROLES_AT("m.id", "a.id") " AS roles,"
		" " ACCESS_ADJUSTED_OF("m.id") " AS adjusted,"
		" IF(mm.id IS NULL, NULL, " ACCESS_ROLES_AT("mm.id", "a.id") ") AS main_roles,"
		" IF(mm.id IS NULL, NULL, " ACCESS_ADJUSTED_OF("mm.id") ") AS main_adjusted,"
		" " ACCESS_AREAS_OVER("m.account_id") " AS areas, m.kind = 'sub' AS is_sub"
		" FROM membership m JOIN person p ON p.id = m.person_id AND p.state = 'active'"
		" JOIN account h ON h.id = m.account_id"
		" JOIN account_tree at ON at.ancestor_id = h.id AND at.descendant_id = ?"
		" JOIN account a ON a.id = at.descendant_id"
		" LEFT JOIN membership mm ON mm.id = m.parent_membership_id"
		" AND mm.state = 'active' AND (mm.expires_at IS NULL OR mm.expires_at > ?)"
		" WHERE " MEMBERSHIP_LIVES " AND " ACCOUNT_STOPS("m.account_id") " = 0"
		" AND (m.kind <> 'sub' OR mm.id IS NOT NULL) AND m.id = ?",
	DB_ROWS(asker_v),
};
/* clang-format on */

const struct db_query *const asker_queries[] = { &find, NULL };

enum err asker_become(struct ctx *c, int64_t membership_id, int64_t account_id)
{
	struct access access;
	struct perm_set perms;
	struct asker row;
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(db_i64(account_id), db_stamp(c->now), db_stamp(c->now),
	                            db_stamp(c->now), db_stamp(c->now), db_i64(membership_id)),
	                    c->mem, &row);

	if (e == ERR_NOT_FOUND)
		return FAIL(c, ERR_DENIED, "asker-gone",
		            "Who asked for this does not work here any more.");
	if (e)
		return e;
	access_evaluate(&(struct access_facts){ .account_kind = row.home_kind,
	                                        .account_class = row.home_class,
	                                        .roles = row.roles,
	                                        .adjusted = row.adjusted,
	                                        .is_sub = row.is_sub,
	                                        .main_roles = row.main_roles,
	                                        .main_adjusted = row.main_adjusted,
	                                        .areas = row.areas },
	                &access);
	perms = access_perms(&access);
	access.step[ACCESS_AREA] = perm_set_all();
	c->actor = (struct actor){
		.kind = ACTOR_PERSON,
		.person_id = row.person_id,
		.membership_id = membership_id,
		.account_id = account_id,
		.label = row.label,
		.role = row.role,
		.perms = perms,
		.rank = access_perms(&access),
	};
	return OK;
}
