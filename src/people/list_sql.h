/*
 * list_sql.h - the statements of the list of people, by how they are read.
 *
 * A walk reads an index of all people in its order and leaves out who is not
 * seen; a gather reads what a driver finds and sorts it.  Arguments stand in
 * the order of the pieces in list_queries.c; list.c puts them in that order.
 */
#ifndef PEOPLE_LIST_SQL_H
#define PEOPLE_LIST_SQL_H

#include "people/list.h"

enum people_order { PEOPLE_NAME, PEOPLE_CREATED, PEOPLE_LOGIN, PEOPLE_ORDER__MAX };

/* What finds them: a small subtree, a word, who made them, being a sub-user. */
enum people_driver { FROM_TREE, FROM_WORD, FROM_ORIGIN, FROM_SUB, PEOPLE_DRIVER__MAX };

/* Second index: downwards; third: with a cursor. */
extern const struct db_query people_walks[PEOPLE_ORDER__MAX][2][2];
extern const struct db_query people_gathers[PEOPLE_DRIVER__MAX][PEOPLE_ORDER__MAX][2];

struct people_number {
	int64_t n, seen;
};
/* How much a driver finds, at most PEOPLE_FEW + 1. */
extern const struct db_query people_sizes[PEOPLE_DRIVER__MAX];
/* How many of it are meant, and of the first people there are when it is no driver. */
extern const struct db_query people_counts[PEOPLE_DRIVER__MAX + 1];

#define PEOPLE_FEW         10000
#define PEOPLE_FEW_AND_ONE 10001
#define PEOPLE_LOOK        20000 /* people looked at for a count that no driver helps */

#endif
