/*
 * lease.h - one run of migrations at a time, however long its statements take.
 *
 * A row that is renewed, not GET_LOCK, which Galera does not know.  A thread
 * renews it on a connection of its own, so it stays while a statement runs
 * for an hour, and is free again soon after the run died.  Who finds that
 * another took it has his statement killed: lease_keep() says so.
 */
#ifndef DB_LEASE_H
#define DB_LEASE_H

#include "db/db.h"

struct lease;

/*
 * Makes the table if there is none.  db is the connection whose statements the
 * lease is for; it must outlive it.  ERR_CONFLICT: another run is at work, or
 * died less than sec seconds ago.
 */
enum err lease_take(struct db *db, struct arena *mem, int sec, struct lease **out) MUST_CHECK;

/* Before each statement, on its connection; ERR_CONFLICT: another run has it. */
enum err lease_keep(struct lease *l) MUST_CHECK;

/* Frees it, too; NULL is let pass. */
enum err lease_give(struct lease *l) MUST_CHECK;

#endif
