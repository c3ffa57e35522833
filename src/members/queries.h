/*
 * queries.h - the statements of members, for the test that prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef MEMBERS_QUERIES_H
#define MEMBERS_QUERIES_H

#include "db/db.h"

extern const struct db_query *const member_find_queries[];
extern const struct db_query *const member_add_queries[];
extern const struct db_query *const member_change_queries[];
extern const struct db_query *const member_life_queries[];
extern const struct db_query *const member_session_queries[];
extern const struct db_query *const acting_queries[];
extern const struct db_query *const resets_queries[];

#endif
