/*
 * Every text is put together here from literals.  "? = '' OR ..." switches a
 * piece off: the optimiser takes it out before it plans.  What is a condition on
 * another table is a sub-query with a LIMIT, which the server does not turn
 * into a join over the whole tree.
 */
#include <assert.h>

#include "people/list_sql.h"
#include "people/queries.h"

const char *const people_kinds[] = { "billing", "manual", "self", "sub", NULL };
const char *const people_sorts[] = { "name",       "-name",       "created", "-created",
	                             "last_login", "-last_login", NULL };
const char *const person_states[] = { "not_confirmed", "invited", "active", "removed", NULL };
static const char *const origins[] = { "manual", "billing", "self", NULL };

const struct field person_item_fields[] = {
	FIELD_KEY(struct person_item, id, ID_PERSON),
	FIELD(struct person_item, login),
	FIELD(struct person_item, name),
	FIELD(struct person_item, email),
	FIELD(struct person_item, origin, .words = origins),
	FIELD(struct person_item, state, .words = person_states),
	FIELD(struct person_item, last_login_at),
	FIELD(struct person_item, created_at),
	FIELD(struct person_item, sort_text),
	FIELD(struct person_item, sort_at),
};
static_assert(ARRAY_LEN(person_item_fields) == PERSON_ITEM_FIELDS + 2, "two are not answered");

#define COLUMNS \
	"SELECT STRAIGHT_JOIN p.id AS id, p.login AS login, p.name AS name, p.email AS email," \
	" p.origin AS origin, IF(p.state <> 'removed' AND p.last_login_at IS NULL," \
	" 'not_confirmed', p.state) AS state, p.last_login_at AS last_login_at," \
	" p.created_at AS created_at, p.name_key AS sort_text, p.seen_at AS sort_at"

/* Arguments: kind twice, kind twice; the acting account; the words. */
#define FILTER \
	" (? IN ('', 'sub') OR p.origin = ?) AND (SELECT m.id FROM membership m" \
	" FORCE INDEX (uq_membership) STRAIGHT_JOIN account_tree v FORCE INDEX (PRIMARY)" \
	" ON v.descendant_id = m.account_id WHERE m.person_id = p.id" \
	" AND m.state <> 'removed' AND (? = '' OR (? = 'sub') = (m.kind = 'sub'))" \
	" AND v.ancestor_id = ? LIMIT 1) IS NOT NULL AND " ASKED_MATCH("p.id")

/* Rows after the cursor (op >) or before it (op <).  Arguments: key, key, id. */
#define AFTER(key, op)  "(" key " " op " ? OR (" key " = ? AND p.id " op " ?))"
#define ORDER(key, way) " ORDER BY " key " " way ", p.id " way
#define WALK(index, key, way, cursor) \
	{ \
		.text = COLUMNS " FROM person p FORCE INDEX (" index ") WHERE " cursor FILTER \
		ORDER(key, way) " LIMIT ?", \
		DB_ROWS(person_item_fields) \
	}
#define WALK_WAYS(index, key) \
	{ \
		{ WALK(index, key, "ASC", ""), \
		  WALK(index, key, "ASC", AFTER(key, ">") " AND ") }, \
		{ \
			WALK(index, key, "DESC", ""), \
				WALK(index, key, "DESC", AFTER(key, "<") " AND ") \
		} \
	}

const struct db_query people_walks[PEOPLE_ORDER__MAX][2][2] = {
	[PEOPLE_NAME] = WALK_WAYS("ix_person_name", "p.name_key"),
	[PEOPLE_CREATED] = WALK_WAYS("PRIMARY", "p.id"),
	[PEOPLE_LOGIN] = WALK_WAYS("ix_person_seen", "p.seen_at"),
};

#define BY_TREE \
	"SELECT DISTINCT tm.person_id AS id FROM account_tree t FORCE INDEX (PRIMARY)" \
	" STRAIGHT_JOIN membership tm FORCE INDEX (ix_membership_account)" \
	" ON tm.account_id = t.descendant_id WHERE t.ancestor_id = ?"
#define BY_WORD \
	"SELECT DISTINCT w.person_id AS id FROM person_word w FORCE INDEX (PRIMARY)" \
	" WHERE w.word >= ? AND w.word < ?"
#define BY_ORIGIN \
	"SELECT o.id AS id FROM person o FORCE INDEX (ix_person_origin) WHERE o.origin = ?"
#define BY_SUB \
	"SELECT DISTINCT s.person_id AS id FROM membership s FORCE INDEX (ix_membership_kind)" \
	" WHERE s.kind = 'sub'"

/* Arguments: the driver's; the filter's; whether there is a cursor, and its three. */
#define GATHER(driver, key, op, way) \
	{ \
		.text = COLUMNS \
			" FROM (" driver ") d JOIN person p ON p.id = d.id WHERE " FILTER \
			" AND (? = 0 OR " AFTER(key, op) ")" ORDER(key, way) " LIMIT ?", \
		DB_ROWS(person_item_fields) \
	}
#define GATHER_WAYS(driver, key) \
	{ \
		GATHER(driver, key, ">", "ASC"), GATHER(driver, key, "<", "DESC") \
	}
#define GATHER_ORDERS(driver) \
	{ \
		[PEOPLE_NAME] = GATHER_WAYS(driver, "p.name_key"), \
		[PEOPLE_CREATED] = GATHER_WAYS(driver, "p.id"), \
		[PEOPLE_LOGIN] = GATHER_WAYS(driver, "p.seen_at") \
	}

const struct db_query people_gathers[PEOPLE_DRIVER__MAX][PEOPLE_ORDER__MAX][2] = {
	[FROM_TREE] = GATHER_ORDERS(BY_TREE),
	[FROM_WORD] = GATHER_ORDERS(BY_WORD),
	[FROM_ORIGIN] = GATHER_ORDERS(BY_ORIGIN),
	[FROM_SUB] = GATHER_ORDERS(BY_SUB),
};

static const struct field number_v[] = {
	FIELD(struct people_number, n),
	FIELD(struct people_number, seen),
};

#define SIZE(rows) \
	{ \
		.text = "SELECT COUNT(*) AS n, 0 AS seen FROM (" rows \
			" LIMIT " STRINGIFY(PEOPLE_FEW_AND_ONE) ") x", \
		DB_ROWS(number_v) \
	}

const struct db_query people_sizes[PEOPLE_DRIVER__MAX] = {
	[FROM_TREE] = SIZE("SELECT t.descendant_id FROM account_tree t FORCE INDEX (PRIMARY)"
	                   " WHERE t.ancestor_id = ?"),
	[FROM_WORD] = SIZE("SELECT w.person_id FROM person_word w FORCE INDEX (PRIMARY)"
	                   " WHERE w.word >= ? AND w.word < ?"),
	[FROM_ORIGIN] = SIZE(BY_ORIGIN),
	[FROM_SUB] =
		SIZE("SELECT s.person_id FROM membership s FORCE INDEX (ix_membership_kind)"
	             " WHERE s.kind = 'sub'"),
};

#define COUNT(driver) \
	{ \
		.text = "SELECT COUNT(*) AS n, 0 AS seen FROM (" driver ") d" \
			" STRAIGHT_JOIN person p ON p.id = d.id WHERE " FILTER, \
		DB_ROWS(number_v) \
	}

const struct db_query people_counts[PEOPLE_DRIVER__MAX + 1] = {
	[FROM_TREE] = COUNT(BY_TREE),
	[FROM_WORD] = COUNT(BY_WORD),
	[FROM_ORIGIN] = COUNT(BY_ORIGIN),
	[FROM_SUB] = COUNT(BY_SUB),
	[PEOPLE_DRIVER__MAX] = {
		.text = "SELECT COUNT(IF(" FILTER ", 1, NULL)) AS n, COUNT(*) AS seen FROM"
			" (SELECT id FROM person ORDER BY id LIMIT " STRINGIFY(PEOPLE_LOOK) ") d"
			" STRAIGHT_JOIN person p ON p.id = d.id",
		DB_ROWS(number_v),
	},
};

#define TWO(a)  &(a)[0], &(a)[1]
#define FOUR(a) TWO((a)[0]), TWO((a)[1])
#define SIX(a)  TWO((a)[0]), TWO((a)[1]), TWO((a)[2])

const struct db_query *const people_list_queries[] = {
	FOUR(people_walks[PEOPLE_NAME]),
	FOUR(people_walks[PEOPLE_CREATED]),
	FOUR(people_walks[PEOPLE_LOGIN]),
	SIX(people_gathers[FROM_TREE]),
	SIX(people_gathers[FROM_WORD]),
	SIX(people_gathers[FROM_ORIGIN]),
	SIX(people_gathers[FROM_SUB]),
	TWO(people_sizes),
	&people_sizes[FROM_ORIGIN],
	&people_sizes[FROM_SUB],
	TWO(people_counts),
	&people_counts[FROM_ORIGIN],
	&people_counts[FROM_SUB],
	&people_counts[PEOPLE_DRIVER__MAX],
	NULL,
};
