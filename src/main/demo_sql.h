/*
 * demo_sql.h - the statements that load many invented rows at once.
 */
#ifndef MAIN_DEMO_SQL_H
#define MAIN_DEMO_SQL_H

#include "db/db.h"

/* A row an execution; its cells are put together in demo_load.c and beside it. */
extern const struct db_query demo_put_accounts, demo_put_persons, demo_put_holds,
	demo_put_words, demo_put_person_words, demo_put_contacts, demo_put_sites,
	demo_put_devices, demo_put_changes, demo_put_events, demo_put_tree;

/* A range of keys, the upper end excluded. */
extern const struct db_query demo_put_members, demo_put_roles, demo_put_areas, demo_put_area,
	demo_put_grants, demo_put_subjects, demo_put_origins;

extern const struct db_query *const demo_queries[], *const demo_own_queries[];

#endif
