/*
 * list_ask.h - one question to the list of accounts, and how it is put.
 *
 * list.c chooses the way; each function here puts the arguments of one kind of
 * statement in their order and runs it.  A struct ask can be used for one
 * statement after another.
 */
#ifndef ACCOUNTS_LIST_ASK_H
#define ACCOUNTS_LIST_ASK_H

#include "accounts/list_sql.h"

#define LIST_ARGS_MAX 96

struct ask {
	struct ctx *c;
	const struct query *q;
	const struct page *p;
	enum list_order order;
	bool search, desc; /* by relevance; the direction of reading */
	size_t by;         /* the word that drives */
	int64_t found;     /* how often it stands in the index, when there are others */
	int64_t root, left_out;
	int64_t group_owner; /* where there is a group */
	size_t n;
	struct db_arg v[LIST_ARGS_MAX];
};

/* Mostly nothing above is held and what came due was noted: states are the tree's. */
enum err ask_walk(struct ask *a, enum list_walk walk, struct db_list *out) MUST_CHECK;

/* The same, and *full says whether it found a whole page before it gave up. */
enum err ask_hope(struct ask *a, enum list_walk walk, struct db_list *out,
                  bool *full) MUST_CHECK;

enum err ask_gather(struct ask *a, enum list_driver driver, struct db_list *out) MUST_CHECK;

/* By relevance: from the words, or, of few accounts, from these. */
enum err ask_search(struct ask *a, struct db_list *out) MUST_CHECK;
enum err ask_search_small(struct ask *a, enum list_driver driver,
                          struct db_list *out) MUST_CHECK;

/* most: entries of a word that are looked at. */
enum err ask_count(struct ask *a, enum list_driver driver, int64_t most,
                   struct list_count *out) MUST_CHECK;

/* How often each word of the query stands in the index, at most so often. */
enum err ask_words(struct ask *a, int64_t most, int64_t out[QUERY_WORDS]) MUST_CHECK;

/* All that match, by key. */
enum err ask_all(struct ask *a, struct db *db, struct db_rows *out) MUST_CHECK;

#endif
