/*
 * queries.h - the statements of support, for the test that prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef SUPPORT_QUERIES_H
#define SUPPORT_QUERIES_H

#include "db/db.h"

extern const struct db_query *const support_queries[];
extern const struct db_query *const support_grant_queries[];
extern const struct db_query *const visit_queries[];
extern const struct db_query *const visit_end_queries[];

#endif
