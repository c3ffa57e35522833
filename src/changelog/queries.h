/*
 * queries.h - the statements of this folder, to be prepared at start.
 *
 * Each array ends with NULL.
 */
#ifndef CHANGELOG_QUERIES_H
#define CHANGELOG_QUERIES_H

#include "db/db.h"

extern const struct db_query *const changelog_queries[];
extern const struct db_query *const changelog_ask_queries[];
extern const struct db_query *const changelog_told_queries[];
extern const struct db_query *const chain_queries[], *const chain_check_queries[];

#endif
