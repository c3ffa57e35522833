/*
 * queries.h - the statements of registrations, for the test that prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef REGISTRATIONS_QUERIES_H
#define REGISTRATIONS_QUERIES_H

#include "db/db.h"

extern const struct db_query *const registration_queries[];
extern const struct db_query *const registration_host_queries[];
extern const struct db_query *const registration_ask_queries[];
extern const struct db_query *const registration_open_queries[];
extern const struct db_query *const registration_decide_queries[];

#endif
