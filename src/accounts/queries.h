/*
 * queries.h - the statements of this folder's files, for the test that
 * prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef ACCOUNTS_QUERIES_H
#define ACCOUNTS_QUERIES_H

#include "db/db.h"

extern const struct db_query *const index_queries[];
extern const struct db_query *const list_queries[];
extern const struct db_query *const list_other_queries[];
extern const struct db_query *const accounts_queries[];
extern const struct db_query *const sure_queries[];
extern const struct db_query *const account_create_queries[];
extern const struct db_query *const account_update_queries[];
extern const struct db_query *const account_replant_queries[];
extern const struct db_query *const account_card_queries[];
extern const struct db_query *const contacts_queries[];
extern const struct db_query *const sites_queries[];
extern const struct db_query *const site_write_queries[];
extern const struct db_query *const csa_queries[];

#endif
