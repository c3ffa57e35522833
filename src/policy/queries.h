/*
 * queries.h - the statements of policy, for the test that prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef POLICY_QUERIES_H
#define POLICY_QUERIES_H

#include "db/db.h"

extern const struct db_query *const policy_queries[];
extern const struct db_query *const policy_write_queries[];
extern const struct db_query *const area_queries[];

#endif
