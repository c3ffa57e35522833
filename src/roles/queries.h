/*
 * queries.h - the statements of roles, for the test that prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef ROLES_QUERIES_H
#define ROLES_QUERIES_H

#include "db/db.h"

extern const struct db_query *const role_tree_queries[];
extern const struct db_query *const roles_queries[];
extern const struct db_query *const role_edit_queries[];
extern const struct db_query *const role_assign_queries[];
extern const struct db_query *const role_preview_queries[];
extern const struct db_query *const holder_queries[];
extern const struct db_query *const switch_queries[];
extern const struct db_query *const why_queries[];

#endif
