/*
 * queries.h - the statements of people, for the test that prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef PEOPLE_QUERIES_H
#define PEOPLE_QUERIES_H

#include "db/db.h"

extern const struct db_query *const lockout_queries[];
extern const struct db_query *const people_queries[];
extern const struct db_query *const revoke_queries[];
extern const struct db_query *const guard_queries[];
extern const struct db_query *const leave_queries[];
extern const struct db_query *const people_words_queries[];
extern const struct db_query *const people_list_queries[];
extern const struct db_query *const people_card_queries[];

#endif
