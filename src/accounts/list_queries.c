/*
 * Every text is put together here from literals.  "? = 0 OR ..." switches a
 * piece off: the optimiser takes it out before it plans.  A row comparison is
 * written as "(> OR (= AND >))": that form is read as two ranges, also when a
 * thousand rows have the same key.
 */
#include <assert.h>

#include "accounts/list_sql.h"
#include "accounts/queries.h"
#include "accounts/state.h"

const struct field account_item_fields[] = {
	FIELD_KEY(struct account_item, id, ID_ACCOUNT),
	FIELD(struct account_item, number),
	FIELD(struct account_item, kind, .words = account_kinds),
	FIELD(struct account_item, class, .words = account_classes),
	FIELD(struct account_item, origin, .words = account_origins),
	FIELD(struct account_item, name),
	FIELD(struct account_item, login),
	FIELD(struct account_item, email),
	FIELD(struct account_item, role),
	FIELD(struct account_item, external_id),
	FIELD(struct account_item, contract_no),
	FIELD_KEY(struct account_item, parent_id, ID_ACCOUNT),
	FIELD(struct account_item, parent_name),
	FIELD(struct account_item, state, .words = account_states),
	FIELD(struct account_item, last_login_at),
	FIELD(struct account_item, created_at),
	FIELD(struct account_item, created_by),
	FIELD(struct account_item, ver),
	FIELD(struct account_item, sort_text),
	FIELD(struct account_item, sort_at),
	FIELD(struct account_item, unsure),
};
static_assert(ARRAY_LEN(account_item_fields) == ACCOUNT_ITEM_FIELDS + 3,
              "three are not answered");
#define ITEMS(...) \
	{ \
		.text = __VA_ARGS__, DB_ROWS(account_item_fields) \
	}

/* Arguments: the acting account, whose own parent is not told, twice; the state's. */
#define COLUMNS_OF(state, sort, unsure) \
	"SELECT STRAIGHT_JOIN a.id AS id, a.id + " STRINGIFY(ACCOUNT_NUMBER_BASE) " AS number," \
	" a.kind AS kind, a.class AS class, a.origin AS origin, a.name AS name," \
	" a.list_login AS login, a.list_email AS email, a.list_role AS role," \
	" a.external_id AS external_id, a.contract_no AS contract_no," \
	" IF(a.id = ?, NULL, a.parent_id) AS parent_id," \
	" IF(a.id = ?, NULL, a.list_parent) AS parent_name, " state " AS state," \
	" a.last_login_at AS last_login_at, a.created_at AS created_at," \
	" a.created_by_label AS created_by, a.ver AS ver, " sort ", " unsure " AS unsure"
#define COLUMNS(sort) COLUMNS_OF(STATE_OF("t"), sort, "0")

/*
 * The state as the tree has it, and whether it may be another.  Asked within
 * the statement, of two ends of indexes: what COLUMNS() asks of each row costs
 * more to plan than a page costs to read.  Argument: now.
 */
#define COLUMNS_PLAIN(sort) COLUMNS_OF("t.own_state", sort, STATE_UNSURE)

/* What is shown of others stands beside the account: one row is read for one. */
#define JOINS " JOIN account a ON a.id = t.descendant_id"

/* Arguments: the root twice, the second 0 unless it is left out itself. */
#define BELOW(t) " WHERE " t ".ancestor_id = ? AND " t ".descendant_id <> ?"

/* The words of an account are read once, whatever is looked for among them. */
#define MATCH "MAX(f.word >= ? AND f.word < ?)"

/* Arguments: kind twice, state, STATE_ARGS, state; words to find, six ranges, words to find. */
#define FILTER(t) \
	" AND (? = '' OR " t ".kind = ?) AND (? = '' OR " STATE_OF(t) " = ?)" \
	" AND (? = 0 OR (SELECT " MATCH " + " MATCH " + " MATCH \
	" + " MATCH " + " MATCH " + " MATCH \
	" FROM account_word f FORCE INDEX (ix_word_account)" \
	" WHERE f.account_id = " t ".descendant_id) = ?)"

/* What a row is sorted by, as sort_text and sort_at. */
#define SORT_OF_NAME(t) t ".name_key AS sort_text, CAST(NULL AS DATETIME(6)) AS sort_at"
#define SORT_OF_CREATED(t) "'' AS sort_text, CAST(NULL AS DATETIME(6)) AS sort_at"
#define SORT_OF_LOGIN(t) "'' AS sort_text, " t ".last_login_at AS sort_at"
#define SORT_OF_WORD(t) "w.word AS sort_text, CAST(NULL AS DATETIME(6)) AS sort_at"

/* Rows after the cursor (op >) or before it (op <).  Arguments: key, key, id; or id. */
#define PAIR(key, id, op) "(" key " " op " ? OR (" key " = ? AND " id " " op " ?))"
#define AFTER_NAME(t, op) PAIR(t ".name_key", t ".descendant_id", op)
#define AFTER_CREATED(t, op) t ".descendant_id " op " ?"
#define AFTER_LOGIN(t, op) PAIR(t ".last_login_at", t ".descendant_id", op)
#define AFTER_WORD(t, op) PAIR("w.word", t ".descendant_id", op)

#define ORDER_BY_NAME(t, way) " ORDER BY " t ".name_key " way ", " t ".descendant_id " way
#define ORDER_BY_CREATED(t, way) " ORDER BY " t ".descendant_id " way
#define ORDER_BY_LOGIN(t, way) " ORDER BY " t ".last_login_at " way ", " t ".descendant_id " way
#define ORDER_BY_WORD(t, way) " ORDER BY w.word " way ", w.account_id " way

#define WALK(index, drive, key, op, way, cursor, filter) \
	ITEMS(COLUMNS(SORT_OF_##key("t")) \
	      " FROM account_tree t FORCE INDEX (" index ")" JOINS BELOW("t") drive cursor filter \
	      ORDER_BY_##key("t", way) " LIMIT ?")
#define WALK_WAY(index, drive, key, op, way) \
	{ { WALK(index, drive, key, op, way, "", ""), \
	    WALK(index, drive, key, op, way, "", FILTER("t")) }, \
	  { WALK(index, drive, key, op, way, " AND " AFTER_##key("t", op), ""), \
	    WALK(index, drive, key, op, way, " AND " AFTER_##key("t", op), FILTER("t")) } }
#define WALK_WAYS(index, drive, key) \
	{ WALK_WAY(index, drive, key, ">", "ASC"), WALK_WAY(index, drive, key, "<", "DESC") }

const struct db_query list_walks[WALK__MAX][WAYS][2][2] = {
	[WALK_NAME] = WALK_WAYS("ix_tree_name", "", NAME),
	[WALK_CREATED] = WALK_WAYS("PRIMARY", "", CREATED),
	[WALK_LOGIN] = WALK_WAYS("ix_tree_login", "", LOGIN),
	[WALK_KIND] = WALK_WAYS("ix_tree_kind", " AND t.kind = ?", NAME),
	[WALK_STATE] = WALK_WAYS("ix_tree_state", " AND t.own_state = ?", NAME),
};

#define PLAIN(index, drive, key, op, way, cursor) \
	ITEMS(COLUMNS_PLAIN(SORT_OF_##key("t")) \
	      " FROM account_tree t FORCE INDEX (" index ")" JOINS BELOW("t") drive cursor \
	      ORDER_BY_##key("t", way) " LIMIT ?")
#define PLAIN_WAY(index, drive, key, op, way) \
	{ PLAIN(index, drive, key, op, way, ""), \
	  PLAIN(index, drive, key, op, way, " AND " AFTER_##key("t", op)) }
#define PLAIN_WAYS(index, drive, key) \
	{ PLAIN_WAY(index, drive, key, ">", "ASC"), PLAIN_WAY(index, drive, key, "<", "DESC") }

const struct db_query list_plains[WALK_KIND + 1][WAYS][2] = {
	[WALK_NAME] = PLAIN_WAYS("ix_tree_name", "", NAME),
	[WALK_CREATED] = PLAIN_WAYS("PRIMARY", "", CREATED),
	[WALK_LOGIN] = PLAIN_WAYS("ix_tree_login", "", LOGIN),
	[WALK_KIND] = PLAIN_WAYS("ix_tree_kind", " AND t.kind = ?", NAME),
};

/* What is gathered; each ends in a WHERE that goes on.  Arguments in their order. */
#define FROM_TREE " FROM account_tree x FORCE INDEX (PRIMARY)" BELOW("x")
#define FROM_STATE \
	" FROM account_tree x FORCE INDEX (ix_tree_state)" BELOW("x") " AND x.own_state = ?"
#define FROM_KIND " FROM account_tree x FORCE INDEX (ix_tree_kind)" BELOW("x") " AND x.kind = ?"
#define FROM_WORD \
	" FROM (SELECT DISTINCT e.account_id AS id FROM account_word e FORCE INDEX (PRIMARY)" \
	" WHERE e.word >= ? AND e.word < ?) d" \
	" STRAIGHT_JOIN account_tree x FORCE INDEX (PRIMARY) ON x.descendant_id = d.id" BELOW("x")
/* The held ones themselves, and all below a held reseller.  Arguments: root, now, now first. */
#define FROM_HELD \
	" FROM (SELECT e.descendant_id AS id FROM account_tree e FORCE INDEX (ix_tree_state)" \
	" WHERE e.ancestor_id = ? AND e.own_state = 'suspended'" \
	" UNION SELECT e.descendant_id FROM hold h" \
	" JOIN account_tree e FORCE INDEX (PRIMARY) ON e.ancestor_id = h.account_id" \
	" WHERE h.account_kind IN ('platform', 'reseller') AND h.module = ''" \
	" AND " HOLD_IN_FORCE("h") ") d" \
	" STRAIGHT_JOIN account_tree x FORCE INDEX (PRIMARY) ON x.descendant_id = d.id" BELOW("x")

/* The cursor can be off here: sorting is not helped by it.  Arguments: on, then its own. */
#define GATHER(from, last, key, op, way) \
	ITEMS(COLUMNS("t.sort_text AS sort_text, t.sort_at AS sort_at") \
	      " FROM (SELECT x.descendant_id AS descendant_id, x.own_state AS own_state, " \
	      SORT_OF_##key("x") from FILTER("x") \
	      " AND (? = 0 OR (" AFTER_##key("x", op) "))" last \
	      ORDER_BY_##key("x", way) " LIMIT ?) t" JOINS \
	      " ORDER BY t.sort_text " way ", t.sort_at " way ", t.descendant_id " way)
#define GATHER_WAYS(from, last, key) \
	{ GATHER(from, last, key, ">", "ASC"), GATHER(from, last, key, "<", "DESC") }
#define GATHER_ORDERS(from) \
	{ \
		[ORDER_NAME] = GATHER_WAYS(from, "", NAME), \
		[ORDER_CREATED] = GATHER_WAYS(from, "", CREATED), \
		[ORDER_LOGIN] = GATHER_WAYS(from, "", LOGIN), \
	}

const struct db_query list_gathers[DRIVER__MAX][ORDER__MAX][WAYS] = {
	[DRIVER_TREE] = GATHER_ORDERS(FROM_TREE),
	[DRIVER_STATE] = GATHER_ORDERS(FROM_STATE),
	[DRIVER_KIND] = GATHER_ORDERS(FROM_KIND),
	[DRIVER_WORD] = GATHER_ORDERS(FROM_WORD),
	[DRIVER_HELD] = GATHER_ORDERS(FROM_HELD),
};

/*
 * Of an account's words that match, only the first makes a row.  It is asked
 * last, of what the filters leave, and by the tree's key: by the word's own it
 * would be asked before the tree is looked at.  Argument: from.
 */
#define FIRST_WORD(t) \
	" AND " NONE("SELECT 1 FROM account_word e FORCE INDEX (ix_word_account)" \
	             " WHERE e.account_id = " t ".descendant_id AND e.word >= ?" \
	             " AND e.word < w.word")

/* Arguments: COLUMNS(), root, from, to, left out, cursor, filter, from, limit. */
#define SEARCH(op, way, cursor) \
	ITEMS(COLUMNS(SORT_OF_WORD("t")) \
	      " FROM account_word w FORCE INDEX (PRIMARY) JOIN account_tree t" \
	      " FORCE INDEX (PRIMARY) ON t.ancestor_id = ?" \
	      " AND t.descendant_id = w.account_id" JOINS \
	      " WHERE w.word >= ? AND w.word < ? AND t.descendant_id <> ?" cursor FILTER("t") \
	      FIRST_WORD("t") ORDER_BY_WORD("t", way) " LIMIT ?")

const struct db_query list_searches[WAYS][2] = {
	{ SEARCH(">", "ASC", ""),
	  SEARCH(">", "ASC", " AND " PAIR("w.word", "w.account_id", ">")) },
	{ SEARCH("<", "DESC", ""),
	  SEARCH("<", "DESC", " AND " PAIR("w.word", "w.account_id", "<")) },
};

/* Arguments: COLUMNS(), the driver's, from, to, filter, cursor, from, limit. */
#define FROM_SMALL(index, drive) \
	" FROM account_tree x FORCE INDEX (" index ") STRAIGHT_JOIN account_word w" \
	" FORCE INDEX (ix_word_account) ON w.account_id = x.descendant_id" BELOW("x") drive \
	" AND w.word >= ? AND w.word < ?"
#define SMALL(index, drive) GATHER_WAYS(FROM_SMALL(index, drive), FIRST_WORD("x"), WORD)

const struct db_query list_small_searches[DRIVER_KIND + 1][WAYS] = {
	[DRIVER_TREE] = SMALL("PRIMARY", ""),
	[DRIVER_STATE] = SMALL("ix_tree_state", " AND x.own_state = ?"),
	[DRIVER_KIND] = SMALL("ix_tree_kind", " AND x.kind = ?"),
};

static const struct field count_row[] = {
	FIELD(struct list_count, n),
	FIELD(struct list_count, seen),
};

#define COUNT(from) \
	{ \
		.text = "SELECT COUNT(*) AS n, 0 AS seen FROM (SELECT 1 AS one" from FILTER("x") \
			" LIMIT 10001) z", \
		DB_ROWS(count_row) \
	}

const struct db_query list_counts[DRIVER__MAX] = {
	[DRIVER_TREE] = COUNT(FROM_TREE),
	[DRIVER_STATE] = COUNT(FROM_STATE),
	[DRIVER_KIND] = COUNT(FROM_KIND),
	[DRIVER_HELD] = COUNT(FROM_HELD),
	/* Words of others are read too: what is read is capped, not what is found. */
	[DRIVER_WORD] = {
		.text = "SELECT COUNT(DISTINCT x.descendant_id) AS n, COUNT(*) AS seen FROM"
		        " (SELECT e.account_id AS id FROM account_word e FORCE INDEX (PRIMARY)"
		        " WHERE e.word >= ? AND e.word < ? LIMIT ?) d"
		        " LEFT JOIN account_tree x ON x.descendant_id = d.id"
		        " AND x.ancestor_id = ? AND x.descendant_id <> ?" FILTER("x"),
		DB_ROWS(count_row),
	},
};

static const struct field held_row[] = { FIELD(struct list_held, held) };

const struct db_query list_any_held = {
	.text = "SELECT " STATE_ANY_ABOVE " AS held",
	DB_ROWS(held_row),
};

const struct db_query list_export =
	WALK("PRIMARY", "", CREATED, ">", "ASC", "", FILTER("t"));

#define FOUR(a) &(a)[0][0], &(a)[0][1], &(a)[1][0], &(a)[1][1]
#define SIX(a) &(a)[0][0], &(a)[0][1], &(a)[1][0], &(a)[1][1], &(a)[2][0], &(a)[2][1]

const struct db_query *const list_queries[] = {
	FOUR(list_plains[WALK_NAME]),
	FOUR(list_plains[WALK_CREATED]),
	FOUR(list_plains[WALK_LOGIN]),
	FOUR(list_plains[WALK_KIND]),
	FOUR(list_walks[WALK_NAME][ASC]),
	FOUR(list_walks[WALK_NAME][DESC]),
	FOUR(list_walks[WALK_CREATED][ASC]),
	FOUR(list_walks[WALK_CREATED][DESC]),
	FOUR(list_walks[WALK_LOGIN][ASC]),
	FOUR(list_walks[WALK_LOGIN][DESC]),
	FOUR(list_walks[WALK_KIND][ASC]),
	FOUR(list_walks[WALK_KIND][DESC]),
	FOUR(list_walks[WALK_STATE][ASC]),
	FOUR(list_walks[WALK_STATE][DESC]),
	SIX(list_gathers[DRIVER_TREE]),
	SIX(list_gathers[DRIVER_STATE]),
	SIX(list_gathers[DRIVER_KIND]),
	SIX(list_gathers[DRIVER_WORD]),
	SIX(list_gathers[DRIVER_HELD]),
	FOUR(list_searches),
	SIX(list_small_searches),
	&list_counts[DRIVER_TREE],
	&list_counts[DRIVER_STATE],
	&list_counts[DRIVER_KIND],
	&list_counts[DRIVER_WORD],
	&list_counts[DRIVER_HELD],
	&list_any_held,
	&list_export,
	NULL,
};
