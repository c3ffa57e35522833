/*
 * What there are groups of.  Each kind has one inner SELECT of its members with
 * their states; pages and counts are put around it.
 */
#include <string.h>

#include "accounts/state.h"
#include "groups/inner.h"
#include "groups/queries.h"

const char *const group_kinds[] = { "account", NULL };

struct found_row {
	int64_t id;
	const char *name;
};
static const struct field found_v[] = {
	FIELD(struct found_row, id),
	FIELD(struct found_row, name),
};
static const struct field row_v[] = {
	FIELD(struct group_member, member_id), FIELD(struct group_member, name),
	FIELD(struct group_member, detail),    FIELD(struct group_member, state),
	FIELD(struct group_member, away),      FIELD(struct group_member, added_at),
	FIELD(struct group_member, added_by),  FIELD(struct group_member, sort_text),
};
struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

/* Arguments: whose groups they are, the group.  Who was moved elsewhere is in it no more. */
#define ACCOUNTS \
	"SELECT g.member_id AS member_id, a.name AS name, a.kind AS detail, " STATE_OF( \
		"t") " AS state, g.added_at AS added_at, g.added_by_label AS added_by," \
		     " t.name_key AS sort_text FROM party_group_member g FORCE INDEX (PRIMARY)" \
		     " STRAIGHT_JOIN account_tree t FORCE INDEX (PRIMARY) ON t.ancestor_id = ?" \
		     " AND t.descendant_id = g.member_id AND t.depth > 0" \
		     " STRAIGHT_JOIN account a ON a.id = g.member_id WHERE g.group_id = ?"
#define ACCOUNT_AWAY "d.state IN ('suspended', 'terminated', 'purged')"

/* Arguments: the inner's, state twice, the text twice. */
#define FROM(inner, away) \
	" FROM (" inner ") d WHERE (? = '' OR (? = 'away') = (" away "))" \
	" AND (? = '' OR LOCATE(?, d.name) > 0)"
#define PAGE(inner, away, cursor, way) \
	{ \
		.text = "SELECT d.member_id AS member_id, d.name AS name, d.detail AS detail," \
			" d.state AS state, " away " AS away, d.added_at AS added_at," \
			" d.added_by AS added_by, d.sort_text AS sort_text" FROM(inner, away) \
				cursor " ORDER BY d.sort_text " way ", d.member_id " way \
				       " LIMIT ?", \
		DB_ROWS(row_v) \
	}
#define AFTER(op) " AND (d.sort_text " op " ? OR (d.sort_text = ? AND d.member_id " op " ?))"
#define PAGES(inner, away) \
	{ \
		{ PAGE(inner, away, "", "ASC"), PAGE(inner, away, AFTER(">"), "ASC") }, \
		{ \
			PAGE(inner, away, "", "DESC"), PAGE(inner, away, AFTER("<"), "DESC") \
		} \
	}
#define COUNT(inner, away) \
	{ \
		.text = "SELECT COUNT(*) AS n" FROM(inner, away), DB_ROWS(count_v) \
	}

static const struct db_query account_pages[2][2] = PAGES(ACCOUNTS, ACCOUNT_AWAY);
static const struct db_query account_count = COUNT(ACCOUNTS, ACCOUNT_AWAY);
static const struct db_query account_find = {
	.text = "SELECT a.id AS id, a.name AS name FROM account_tree t JOIN account a"
		" ON a.id = t.descendant_id WHERE t.ancestor_id = ? AND t.descendant_id = ?"
		" AND t.depth > 0 AND a.state <> 'purged'",
	DB_ROWS(found_v),
};

#define BOTH(p) \
	{ \
		{ &(p)[0][0], &(p)[0][1] }, \
		{ \
			&(p)[1][0], &(p)[1][1] \
		} \
	}

static const struct group_kind kinds[] = {
	{ .word = "account",
	  .member = ID_ACCOUNT,
	  .add = ACTION_ACCOUNT_GROUP_ADD,
	  .update = ACTION_ACCOUNT_GROUP_UPDATE,
	  .remove = ACTION_ACCOUNT_GROUP_REMOVE,
	  .find = &account_find,
	  .pages = BOTH(account_pages),
	  .count = &account_count,
	  .states = STATE_NARGS },
};

const struct group_kind *group_kind_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(kinds[i].word, word))
			return &kinds[i];
	return NULL;
}

#define FOUR(a) &(a)[0][0], &(a)[0][1], &(a)[1][0], &(a)[1][1]

const struct db_query *const group_kind_queries[] = { FOUR(account_pages), &account_count,
	                                              &account_find, NULL };
