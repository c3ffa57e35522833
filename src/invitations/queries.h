/*
 * queries.h - the statements of invitations, for the test that prepares every one.
 *
 * Each list ends with NULL.
 */
#ifndef INVITATIONS_QUERIES_H
#define INVITATIONS_QUERIES_H

#include "db/db.h"

extern const struct db_query *const invitation_list_queries[];
extern const struct db_query *const invitation_queries[];
extern const struct db_query *const invitation_remove_queries[];
extern const struct db_query *const invitation_rights_queries[];
extern const struct db_query *const invitation_accept_queries[];
extern const struct db_query *const invitation_join_queries[];
extern const struct db_query *const invitation_close_queries[];

#endif
