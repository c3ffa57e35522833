/*
 * queries.h - the statements of the core's files, for the test that prepares
 * every one.
 *
 * Each list ends with NULL.
 */
#ifndef CORE_QUERIES_H
#define CORE_QUERIES_H

#include "db/db.h"

extern const struct db_query *const change_queries[];
extern const struct db_query *const op_queries[];
extern const struct db_query *const outbox_queries[];
extern const struct db_query *const jobs_queries[];
extern const struct db_query *const epoch_queries[];

#endif
