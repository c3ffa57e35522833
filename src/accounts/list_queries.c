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
	FIELD(struct account_item, label),
	FIELD(struct account_item, external_id),
	FIELD(struct account_item, contract_no),
	FIELD_KEY(struct account_item, parent_id, ID_ACCOUNT),
	FIELD(struct account_item, parent_name),
	FIELD(struct account_item, state, .words = account_states),
	FIELD(struct account_item, last_login_at),
	FIELD(struct account_item, created_at),
	FIELD(struct account_item, created_by),
	FIELD(struct account_item, ver),
};
static_assert(ARRAY_LEN(account_item_fields) == ACCOUNT_ITEM_FIELDS, "all are answered");

/* What is read, in the order of COLUMNS_OF(); account_item_finish() adds the rest. */
static const struct field row_v[] = {
	FIELD(struct account_item, id),
	FIELD(struct account_item, kind),
	FIELD(struct account_item, class),
	FIELD(struct account_item, origin),
	FIELD(struct account_item, name),
	FIELD(struct account_item, login),
	FIELD(struct account_item, email),
	FIELD(struct account_item, role),
	FIELD(struct account_item, label),
	FIELD(struct account_item, external_id),
	FIELD(struct account_item, contract_no),
	FIELD(struct account_item, parent_id),
	FIELD(struct account_item, parent_name),
	FIELD(struct account_item, state),
	FIELD(struct account_item, last_login_at),
	FIELD(struct account_item, created_at),
	FIELD(struct account_item, created_by),
	FIELD(struct account_item, ver),
	FIELD(struct account_item, sort_text),
	FIELD(struct account_item, sort_at),
};
#define ITEMS(...) \
	{ \
		.text = __VA_ARGS__, DB_ROWS(row_v) \
	}

/* Arguments: the state's. */
#define COLUMNS_OF(state, sort) \
	"SELECT STRAIGHT_JOIN a.id AS id, a.kind AS kind, a.class AS class, a.origin AS origin," \
	" a.name AS name," \
	" a.list_login AS login, a.list_email AS email, a.list_role AS role," \
	" a.list_label AS label, a.external_id AS external_id, a.contract_no AS contract_no," \
	" a.parent_id AS parent_id, a.list_parent AS parent_name, " state " AS state," \
	" a.last_login_at AS last_login_at, a.created_at AS created_at," \
	" a.created_by_label AS created_by, a.ver AS ver, " sort
#define COLUMNS(sort) COLUMNS_OF(STATE_OF("t"), sort)

/*
 * The state as the tree has it, when that is known to be the whole (sure.h):
 * what COLUMNS() asks of each row costs more to plan than a page costs to read.
 */
#define COLUMNS_PLAIN(sort) COLUMNS_OF("t.own_state", sort)

/* What is shown of others stands beside the account: one row is read for one. */
#define JOINS " JOIN account a ON a.id = t.descendant_id"

/* Arguments: the root twice, the second 0 unless it is left out itself. */
#define BELOW(t) " WHERE " t ".ancestor_id = ? AND " t ".descendant_id <> ?"

/*
 * All words of an account stand beside it in one text, in their order, each
 * between spaces: however many are looked for, one row is read.  Arguments:
 * six words, each after a space, or "".
 */
#define HAS(words) \
	"(LOCATE(?, " words ") > 0 AND LOCATE(?, " words ") > 0 AND LOCATE(?, " words ") > 0" \
	" AND LOCATE(?, " words ") > 0 AND LOCATE(?, " words ") > 0 AND LOCATE(?, " words ") > 0)"
/* The same of an account that is not joined. */
#define ASK(id) "(SELECT " HAS("f.list_words") " FROM account f WHERE f.id = " id ")"

/* Arguments: kind twice, state, STATE_ARGS, state; whether words are looked for, HAS(). */
#define FILTER(t, has) \
	" AND (? = '' OR " t ".kind = ?) AND (? = '' OR " STATE_OF(t) " = ?)" \
	" AND (? = 0 OR " has ")"

/* What a row is sorted by, as sort_text and sort_at. */
#define SORT_OF_NAME(t) t ".name_key AS sort_text, CAST(NULL AS DATETIME(6)) AS sort_at"
#define SORT_OF_CREATED(t) "'' AS sort_text, CAST(NULL AS DATETIME(6)) AS sort_at"
#define SORT_OF_LOGIN(t) "'' AS sort_text, " t ".last_login_at AS sort_at"
#define SORT_OF_WORD "w.word AS sort_text, CAST(NULL AS DATETIME(6)) AS sort_at"

/* Rows after the cursor (op >) or before it (op <).  Arguments: key, key, id; or id. */
#define PAIR(key, id, op) "(" key " " op " ? OR (" key " = ? AND " id " " op " ?))"
#define AFTER_NAME(t, op) PAIR(t ".name_key", t ".descendant_id", op)
#define AFTER_CREATED(t, op) t ".descendant_id " op " ?"
#define AFTER_LOGIN(t, op) PAIR(t ".last_login_at", t ".descendant_id", op)

#define ORDER_BY_NAME(t, way) " ORDER BY " t ".name_key " way ", " t ".descendant_id " way
#define ORDER_BY_CREATED(t, way) " ORDER BY " t ".descendant_id " way
#define ORDER_BY_LOGIN(t, way) " ORDER BY " t ".last_login_at " way ", " t ".descendant_id " way

#define WALK(index, drive, key, way, cursor, filter, last) \
	ITEMS(COLUMNS(SORT_OF_##key("t")) \
	      " FROM account_tree t FORCE INDEX (" index ")" JOINS BELOW("t") drive cursor filter \
	      ORDER_BY_##key("t", way) " LIMIT ?" last)
#define WALK_FILTERED(index, drive, key, way, cursor, last) \
	WALK(index, drive, key, way, cursor, FILTER("t", HAS("a.list_words")), last)
/* Another server than MariaDB looks for as long as it takes. */
#define NO_LONGER "/*M! ROWS EXAMINED " STRINGIFY(LIST_HUNT_MAX) "*/"
#define WALK_WAY(index, drive, key, way, cursor) \
	{ WALK(index, drive, key, way, cursor, "", ""), \
	  WALK_FILTERED(index, drive, key, way, cursor, ""), \
	  WALK_FILTERED(index, drive, key, way, cursor, NO_LONGER) }
#define WALK_BOTH(index, drive, key, op, way) \
	{ WALK_WAY(index, drive, key, way, ""), \
	  WALK_WAY(index, drive, key, way, " AND " AFTER_##key("t", op)) }
#define WALK_WAYS(index, drive, key) \
	{ WALK_BOTH(index, drive, key, ">", "ASC"), WALK_BOTH(index, drive, key, "<", "DESC") }

const struct db_query list_walks[WALK__MAX][WAYS][2][FILTERS] = {
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
	" FROM account_word w FORCE INDEX (PRIMARY) STRAIGHT_JOIN account_tree x" \
	" FORCE INDEX (PRIMARY) ON x.descendant_id = w.account_id" BELOW("x") \
	" AND w.word >= ? AND w.word < ?"
/* The held ones themselves, and all below a held reseller.  Arguments: root, now, now first. */
#define FROM_HELD \
	" FROM (SELECT e.descendant_id AS id FROM account_tree e FORCE INDEX (ix_tree_state)" \
	" WHERE e.ancestor_id = ? AND e.own_state = 'suspended'" \
	" UNION SELECT e.descendant_id FROM hold h" \
	" JOIN account_tree e FORCE INDEX (PRIMARY) ON e.ancestor_id = h.account_id" \
	" WHERE h.account_kind IN ('platform', 'reseller') AND h.module = ''" \
	" AND " HOLD_IN_FORCE("h") ") d" \
	" STRAIGHT_JOIN account_tree x FORCE INDEX (PRIMARY) ON x.descendant_id = d.id" BELOW("x")

/*
 * The members of a group that are below whom it belongs to, but those that left it
 * for being suspended or removed.  Arguments: the owner, root, left out, the group,
 * whether those left are to be left out, STATE_ARGS.
 */
#define GROUP_OF(t) \
	"party_group_member g FORCE INDEX (PRIMARY) STRAIGHT_JOIN account_tree o" \
	" FORCE INDEX (PRIMARY) ON o.ancestor_id = ? AND o.descendant_id = g.member_id" \
	" AND o.depth > 0 STRAIGHT_JOIN account_tree " t " FORCE INDEX (PRIMARY)" \
	" ON " t ".descendant_id = g.member_id"
#define IN_GROUP(t) \
	" AND g.group_id = ? AND (? = 0 OR " STATE_OF( \
		t) " NOT IN ('suspended', 'terminated', 'purged'))"
#define FROM_GROUP " FROM " GROUP_OF("x") BELOW("x") IN_GROUP("x")

/*
 * The cursor can be off here: sorting is not helped by it.  Of several words
 * of an account that are found one row is made: pick.  The words are asked by
 * the driver's key, before the tree is looked at.  Arguments: on, then its own.
 */
#define GATHER(pick, from, id, key, op, way) \
	ITEMS(COLUMNS("t.sort_text AS sort_text, t.sort_at AS sort_at") \
	      " FROM (SELECT " pick "x.descendant_id AS descendant_id, x.own_state AS own_state, " \
	      SORT_OF_##key("x") from FILTER("x", ASK(id)) \
	      " AND (? = 0 OR (" AFTER_##key("x", op) "))" \
	      ORDER_BY_##key("x", way) " LIMIT ?) t" JOINS \
	      " ORDER BY t.sort_text " way ", t.sort_at " way ", t.descendant_id " way)
#define GATHER_WAYS(pick, from, id, key) \
	{ GATHER(pick, from, id, key, ">", "ASC"), GATHER(pick, from, id, key, "<", "DESC") }
#define GATHER_ORDERS(pick, from, id) \
	{ \
		[ORDER_NAME] = GATHER_WAYS(pick, from, id, NAME), \
		[ORDER_CREATED] = GATHER_WAYS(pick, from, id, CREATED), \
		[ORDER_LOGIN] = GATHER_WAYS(pick, from, id, LOGIN), \
	}

const struct db_query list_gathers[DRIVER__MAX][ORDER__MAX][WAYS] = {
	[DRIVER_TREE] = GATHER_ORDERS("", FROM_TREE, "x.descendant_id"),
	[DRIVER_STATE] = GATHER_ORDERS("", FROM_STATE, "x.descendant_id"),
	[DRIVER_KIND] = GATHER_ORDERS("", FROM_KIND, "x.descendant_id"),
	[DRIVER_GROUP] = GATHER_ORDERS("", FROM_GROUP, "x.descendant_id"),
	[DRIVER_WORD] = GATHER_ORDERS("DISTINCT ", FROM_WORD, "w.account_id"),
	[DRIVER_HELD] = GATHER_ORDERS("", FROM_HELD, "x.descendant_id"),
};

/* Of an account's words that match, only the first makes a row.  Argument: as HAS(). */
#define FIRST_WORD \
	" AND LOCATE(?, a.list_words) = LOCATE(CONCAT(' ', w.word, ' '), a.list_words)"

/* Arguments: COLUMNS(), root, from, to, left out, the word, cursor, filter, limit. */
#define SEARCH(op, way, cursor) \
	ITEMS(COLUMNS(SORT_OF_WORD) \
	      " FROM account_word w FORCE INDEX (PRIMARY) JOIN account a ON a.id = w.account_id" \
	      " JOIN account_tree t FORCE INDEX (PRIMARY) ON t.ancestor_id = ?" \
	      " AND t.descendant_id = w.account_id WHERE w.word >= ? AND w.word < ?" \
	      " AND t.descendant_id <> ?" FIRST_WORD cursor FILTER("t", HAS("a.list_words")) \
	      " ORDER BY w.word " way ", w.account_id " way " LIMIT ?")

const struct db_query list_searches[WAYS][2] = {
	{ SEARCH(">", "ASC", ""),
	  SEARCH(">", "ASC", " AND " PAIR("w.word", "w.account_id", ">")) },
	{ SEARCH("<", "DESC", ""),
	  SEARCH("<", "DESC", " AND " PAIR("w.word", "w.account_id", "<")) },
};

/* The first of the account's words that matches.  Argument: as HAS(). */
#define FOUND \
	"LEFT(SUBSTRING_INDEX(SUBSTRING(f.list_words, LOCATE(?, f.list_words) + 1), ' ', 1), 64)"

/* Arguments: COLUMNS(), the word, the driver's, filter, cursor as in GATHER(), limit. */
#define SMALL(from, drive, op, way) \
	ITEMS(COLUMNS("t.sort_text AS sort_text, CAST(NULL AS DATETIME(6)) AS sort_at") \
	      " FROM (SELECT x.descendant_id AS descendant_id, x.own_state AS own_state, " FOUND \
	      " AS sort_text FROM " from " STRAIGHT_JOIN account f" \
	      " ON f.id = x.descendant_id" BELOW("x") drive FILTER("x", HAS("f.list_words")) \
	      " LIMIT " STRINGIFY(LIST_COUNT_MAX) ") t" JOINS \
	      " WHERE ? = 0 OR " PAIR("t.sort_text", "t.descendant_id", op) \
	      " ORDER BY t.sort_text " way ", t.descendant_id " way " LIMIT ?")
#define SMALL_WAYS(from, drive) \
	{ SMALL(from, drive, ">", "ASC"), SMALL(from, drive, "<", "DESC") }
#define TREE_BY(index) "account_tree x FORCE INDEX (" index ")"

const struct db_query list_small_searches[DRIVER_GROUP + 1][WAYS] = {
	[DRIVER_TREE] = SMALL_WAYS(TREE_BY("PRIMARY"), ""),
	[DRIVER_STATE] = SMALL_WAYS(TREE_BY("ix_tree_state"), " AND x.own_state = ?"),
	[DRIVER_KIND] = SMALL_WAYS(TREE_BY("ix_tree_kind"), " AND x.kind = ?"),
	[DRIVER_GROUP] = SMALL_WAYS(GROUP_OF("x"), IN_GROUP("x")),
};

static const struct field count_row[] = {
	FIELD(struct list_count, n),
	FIELD(struct list_count, seen),
};

#define COUNT(from) \
	{ \
		.text = "SELECT COUNT(*) AS n, 0 AS seen FROM (SELECT 1 AS one" from \
			FILTER("x", ASK("x.descendant_id")) \
			" LIMIT 10001) z", \
		DB_ROWS(count_row) \
	}

const struct db_query list_counts[DRIVER__MAX] = {
	[DRIVER_TREE] = COUNT(FROM_TREE),
	[DRIVER_STATE] = COUNT(FROM_STATE),
	[DRIVER_KIND] = COUNT(FROM_KIND),
	[DRIVER_HELD] = COUNT(FROM_HELD),
	[DRIVER_GROUP] = COUNT(FROM_GROUP),
	/* Words of others are read too: what is read is capped, not what is found. */
	[DRIVER_WORD] = {
		.text = "SELECT COUNT(DISTINCT x.descendant_id) AS n, COUNT(*) AS seen FROM"
		        " (SELECT e.account_id AS id FROM account_word e FORCE INDEX (PRIMARY)"
		        " WHERE e.word >= ? AND e.word < ? LIMIT ?) d"
		        " LEFT JOIN account_tree x ON x.descendant_id = d.id"
		        " AND x.ancestor_id = ? AND x.descendant_id <> ?"
		        FILTER("x", ASK("d.id")),
		DB_ROWS(count_row),
	},
};

static const struct field words_row[] = {
	FIELD(struct list_words, n0), FIELD(struct list_words, n1), FIELD(struct list_words, n2),
	FIELD(struct list_words, n3), FIELD(struct list_words, n4), FIELD(struct list_words, n5),
};

#define COUNT_WORD(as) \
	"(SELECT COUNT(*) FROM (SELECT 1 AS one FROM account_word FORCE INDEX (PRIMARY)" \
	" WHERE word >= ? AND word < ? LIMIT ?) " as ") AS " as

const struct db_query list_count_words = {
	.text = "SELECT " COUNT_WORD("n0") ", " COUNT_WORD("n1") ", " COUNT_WORD("n2") ", "
		COUNT_WORD("n3") ", " COUNT_WORD("n4") ", " COUNT_WORD("n5"),
	DB_ROWS(words_row),
};

static const struct field held_row[] = { FIELD(struct list_held, held) };

const struct db_query list_any_held = {
	.text = "SELECT " STATE_ANY_ABOVE " AS held",
	DB_ROWS(held_row),
};

const struct db_query list_export =
	WALK_FILTERED("PRIMARY", "", CREATED, "ASC", "", "");
const struct db_query list_export_group = ITEMS(
	COLUMNS(SORT_OF_CREATED("t")) " FROM " GROUP_OF("t") JOINS BELOW("t") IN_GROUP("t")
		FILTER("t", HAS("a.list_words")) ORDER_BY_CREATED("t", "ASC") " LIMIT ?");

#define THREE(a) &(a)[0], &(a)[1], &(a)[2]
#define FOUR(a) &(a)[0][0], &(a)[0][1], &(a)[1][0], &(a)[1][1]
#define SIX(a) &(a)[0][0], &(a)[0][1], &(a)[1][0], &(a)[1][1], &(a)[2][0], &(a)[2][1]

const struct db_query *const list_queries[] = {
	FOUR(list_plains[WALK_NAME]),
	FOUR(list_plains[WALK_CREATED]),
	FOUR(list_plains[WALK_LOGIN]),
	FOUR(list_plains[WALK_KIND]),
	THREE(list_walks[WALK_NAME][ASC][0]),
	THREE(list_walks[WALK_NAME][ASC][1]),
	THREE(list_walks[WALK_NAME][DESC][0]),
	THREE(list_walks[WALK_NAME][DESC][1]),
	THREE(list_walks[WALK_CREATED][ASC][0]),
	THREE(list_walks[WALK_CREATED][ASC][1]),
	THREE(list_walks[WALK_CREATED][DESC][0]),
	THREE(list_walks[WALK_CREATED][DESC][1]),
	THREE(list_walks[WALK_LOGIN][ASC][0]),
	THREE(list_walks[WALK_LOGIN][ASC][1]),
	THREE(list_walks[WALK_LOGIN][DESC][0]),
	THREE(list_walks[WALK_LOGIN][DESC][1]),
	THREE(list_walks[WALK_KIND][ASC][0]),
	THREE(list_walks[WALK_KIND][ASC][1]),
	THREE(list_walks[WALK_KIND][DESC][0]),
	THREE(list_walks[WALK_KIND][DESC][1]),
	THREE(list_walks[WALK_STATE][ASC][0]),
	THREE(list_walks[WALK_STATE][ASC][1]),
	THREE(list_walks[WALK_STATE][DESC][0]),
	THREE(list_walks[WALK_STATE][DESC][1]),
	SIX(list_gathers[DRIVER_TREE]),
	SIX(list_gathers[DRIVER_STATE]),
	SIX(list_gathers[DRIVER_KIND]),
	SIX(list_gathers[DRIVER_WORD]),
	SIX(list_gathers[DRIVER_HELD]),
	SIX(list_gathers[DRIVER_GROUP]),
	FOUR(list_searches),
	SIX(list_small_searches),
	&list_small_searches[DRIVER_GROUP][ASC],
	&list_small_searches[DRIVER_GROUP][DESC],
	&list_counts[DRIVER_GROUP],
	&list_counts[DRIVER_TREE],
	&list_counts[DRIVER_STATE],
	&list_counts[DRIVER_KIND],
	&list_counts[DRIVER_WORD],
	&list_counts[DRIVER_HELD],
	&list_count_words,
	&list_any_held,
	&list_export,
	&list_export_group,
	NULL,
};
