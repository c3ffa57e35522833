/*
 * queries.h - the statements of this folder's files, for the test that
 * prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef GROUPS_QUERIES_H
#define GROUPS_QUERIES_H

#include "db/db.h"

extern const struct db_query *const groups_queries[], *const group_kind_queries[],
							      *const group_member_queries[];

#endif
