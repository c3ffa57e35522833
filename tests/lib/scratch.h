/*
 * scratch.h - databases of its own for a test program.
 *
 * GATEHOUSE_TEST_DB names the socket of a server where root needs no
 * password.  Each program has two databases on it: an empty one, and one
 * with all of sql/ applied.  The test that needs one first makes it; the end
 * of the program drops both.  The fixtures choose, and empty it:
 * TESTS_WITH("holds", scratch_migrated, NULL, ...).
 */
#ifndef LIB_SCRATCH_H
#define LIB_SCRATCH_H

#include "db/db.h"

/* Fixtures: they abort the test when the server refuses. */
void scratch_plain(void);    /* no tables at all */
void scratch_migrated(void); /* the rows migrations put into tables are there again */

const char *scratch_socket(void);
const char *scratch_name(void);

/*
 * user NULL is root, else a user of grants.sql, who needs no password here.
 * The caller frees the handle.
 */
struct db_config scratch_config(const char *user);
struct db *scratch_connect(const char *user);

/* One statement as root on a connection of its own; aborts the test if it fails. */
void scratch_run(const char *text);

/* The same on a given connection, and inside its transaction. */
void scratch_run_on(struct db *db, const char *text);

/* The number a static "SELECT ... AS n" gives, seen by root. */
int64_t scratch_count(const char *text);

#endif
