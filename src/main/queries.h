/*
 * queries.h - every statement of every module.
 *
 * All SQL is known before the first request: a module lists its statements
 * in a NULL-ended MODULE_queries[], those lists stand in all_queries[], and a
 * test prepares each of them against the migrated schema.
 */
#ifndef MAIN_QUERIES_H
#define MAIN_QUERIES_H

#include "db/db.h"

extern const struct db_query *const *const all_queries[]; /* NULL-ended */

#endif
