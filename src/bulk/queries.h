/*
 * queries.h - the statements of this folder's files, for the test that
 * prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef BULK_QUERIES_H
#define BULK_QUERIES_H

#include "db/db.h"

extern const struct db_query *const bulk_facts_queries[];
extern const struct db_query *const bulk_run_queries[];

#endif
