/*
 * demo_sql.h - the statements that load many invented rows at once.
 *
 * Those that take one argument take JSON: an array of rows, each an array in
 * the order of the COLUMNS of the statement.  The others take a range of keys,
 * the upper end excluded.
 */
#ifndef MAIN_DEMO_SQL_H
#define MAIN_DEMO_SQL_H

#include "db/db.h"

extern const struct db_query demo_put_accounts, demo_put_persons, demo_put_holds, demo_put_words,
	demo_put_contacts, demo_put_sites, demo_put_devices, demo_put_changes, demo_put_events;

/* From, to; with the states of accounts: now, now before them. */
extern const struct db_query demo_put_members, demo_put_self, demo_put_tree, demo_put_grants,
	demo_put_subjects, demo_put_origins;

extern const struct db_query *const demo_queries[], *const demo_own_queries[];

#endif
