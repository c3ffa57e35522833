/*
 * queries.h - the statements of signin, for the test that prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef SIGNIN_QUERIES_H
#define SIGNIN_QUERIES_H

#include "db/db.h"

extern const struct db_query *const session_queries[];
extern const struct db_query *const who_queries[];
extern const struct db_query *const recall_queries[];
extern const struct db_query *const signin_queries[];
extern const struct db_query *const throttle_queries[];

#endif
