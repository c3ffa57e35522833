/*
 * list_sql.h - the statements of the list of accounts, by how they are read.
 *
 * A walk reads an index of the subtree in order and stops at the page's end;
 * a gather reads all that a filter leaves, by the filter's own index, and
 * sorts it; a search reads the index of words.  Arguments stand in the order
 * of the pieces in list_queries.c, and list_ask.c puts them in that order.
 */
#ifndef ACCOUNTS_LIST_SQL_H
#define ACCOUNTS_LIST_SQL_H

#include "accounts/list.h"

enum list_order { ORDER_NAME, ORDER_CREATED, ORDER_LOGIN, ORDER__MAX };

/* What a walk reads: all, or one kind or own state in the order of names. */
enum list_walk { WALK_NAME, WALK_CREATED, WALK_LOGIN, WALK_KIND, WALK_STATE, WALK__MAX };

/* What a gather reads. */
enum list_driver {
	DRIVER_TREE,
	DRIVER_STATE,
	DRIVER_KIND,
	DRIVER_GROUP,
	DRIVER_WORD,
	DRIVER_HELD,
	DRIVER__MAX
};

enum { ASC, DESC, WAYS };

/* A walk in the hope of a page gives up, its page not full, after so many rows. */
enum list_filters { NO_FILTER, FILTERED, HOPING, FILTERS };
#define LIST_HUNT_MAX 20000

/* Second index: the direction; then: with a cursor; then: the filters. */
extern const struct db_query list_walks[WALK__MAX][WAYS][2][FILTERS];

/* Walks without filters and with the state the tree has: for when that is sure (sure.h). */
extern const struct db_query list_plains[WALK_KIND + 1][WAYS][2];

extern const struct db_query list_gathers[DRIVER__MAX][ORDER__MAX][WAYS];

/* By the word found, with direction and cursor. */
extern const struct db_query list_searches[WAYS][2];

/* The same of few accounts: those of a small subtree, an own state, a kind or a group. */
extern const struct db_query list_small_searches[DRIVER_GROUP + 1][WAYS];

/* At most 10,001 of a driver. */
struct list_count {
	int64_t n, seen;
};
extern const struct db_query list_counts[DRIVER__MAX];

/* How often each word stands in the index, at most the limit given with it; six times three. */
struct list_words {
	int64_t n0, n1, n2, n3, n4, n5;
};
extern const struct db_query list_count_words;

/* Whether anything is held that can have accounts below it. */
struct list_held {
	bool held;
};
extern const struct db_query list_any_held;

/* All that match, by key; of all, or of a group. */
extern const struct db_query list_export, list_export_group;

#define LIST_COUNT_MAX     10000
/* Words looked at for a count: fewer when each costs a look at the account. */
#define LIST_SEEN_MAX      20000
#define LIST_SEEN_FILTERED 4000

#endif
