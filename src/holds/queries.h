/*
 * queries.h - the statements of this folder's files, for the test that
 * prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef HOLDS_QUERIES_H
#define HOLDS_QUERIES_H

#include "db/db.h"

extern const struct db_query *const holds_queries[];
extern const struct db_query *const hold_place_queries[];
extern const struct db_query *const hold_due_queries[];
extern const struct db_query *const life_queries[];
extern const struct db_query *const purge_queries[];
extern const struct db_query *const impact_queries[];

#endif
