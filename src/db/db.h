/*
 * db.h - typed prepared statements and transactions; the only way to SQL.
 *
 * A statement is a static const struct db_query whose select list spells the
 * fields of its row, in order; that is checked when it is first prepared.
 * After any error inside a transaction the connection is poisoned until the
 * ROLLBACK: a transaction that saw an error cannot commit.  Where a duplicate
 * is an answer, say INSERT IGNORE and look at the count.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/arg.h"

struct db;
struct db_stmt;

struct db_config {
	const char *socket; /* or */
	const char *host;
	unsigned port;
	const char *name, *user, *password;
	int read_timeout_sec;      /* 0: 15 */
	int statement_timeout_sec; /* 0: 10; must be less than the read time-out */
	bool fail_first;           /* roll back every first try of a writing transaction */
	bool rehearse;             /* for tests: roll back every transaction that went well */
};

/* Connects lazily: db_new() cannot fail for want of a server.  Strings must outlive it. */
struct db *db_new(const struct db_config *config);
void db_free(struct db *db);

/* A second connection like this one whose statements may take longer: exports. */
struct db *db_new_like(const struct db *db, int statement_timeout_sec);

/* What the server said of the last failure; for the log, never for an answer. */
const char *db_error(const struct db *db);
/* The key or constraint the last statement violated ("uq_person_login"), or "". */
const char *db_violated_key(const struct db *db);
/* Microseconds in the server (streams: to the first row) and statements, since the last call. */
int64_t db_take_usec(struct db *db);
int64_t db_take_count(struct db *db);

/* A statement: text and row tables are static, and known to the program's start. */
struct db_query {
	const char *text;
	struct fields row; /* empty: returns no rows */
};
#define DB_ROWS(a) .row = FIELDS(a)

/*
 * Runs a statement without rows; outside a transaction it commits.  changed
 * may be NULL; it counts rows found (CLIENT_FOUND_ROWS), so a compare-and-set
 * must test its old value.  ERR_CONFLICT on a duplicate, a foreign key or a
 * CHECK, ERR_RETRY, ERR_UNAVAILABLE.
 */
enum err db_exec(struct db *db, const struct db_query *q, const struct db_arg *args,
                 size_t nargs, int64_t *changed) MUST_CHECK;

/*
 * Runs an INSERT once for each of nrows rows of ncols arguments, which lie one
 * row after the other; in a transaction.  All values of a column are of one
 * type, or NULL.  Errors as db_exec().
 */
enum err db_exec_rows(struct db *db, const struct db_query *q, const struct db_arg *args,
                      size_t ncols, size_t nrows) MUST_CHECK;

/* One row into *row (strings in the arena), or ERR_NOT_FOUND.  More rows: the first. */
enum err db_one(struct db *db, const struct db_query *q, const struct db_arg *args,
                size_t nargs, struct arena *mem, void *row) MUST_CHECK;

/* All rows, at most max, as an array of structs of row_size in the arena. */
struct db_list {
	void *v;
	size_t n;
};
enum err db_all(struct db *db, const struct db_query *q, const struct db_arg *args,
                size_t nargs, struct arena *mem, size_t row_size, size_t max,
                struct db_list *out) MUST_CHECK;

/* A stream of unbuffered rows; nothing else can run on the connection meanwhile. */
struct db_rows {
	struct db *db;
	struct db_stmt *stmt;
	enum err e;
};
enum err db_open(struct db *db, const struct db_query *q, const struct db_arg *args,
                 size_t nargs, struct db_rows *out) MUST_CHECK;
bool db_next(struct db_rows *rows, struct arena *mem, void *row);
/* Errors that db_next() met come out here. */
enum err db_rows_close(struct db_rows *rows) MUST_CHECK;
void db_rows_drop(struct db_rows *rows); /* for SCOPED: hangs up if rows are unread */

int64_t db_insert_id(const struct db *db);

enum db_mode { DB_READ, DB_WRITE };
typedef enum err db_work(void *arg);

/*
 * Runs fn in a transaction, again (at most five times, with growing pauses)
 * when the server rolled it back or the connection was lost, also at COMMIT.
 * Reads see one picture; DB_READ refuses statements that write or lock.
 * fn must change nothing but the database and what it can set anew, and its
 * first statement must make a second run harmless (an op_id or another unique
 * key): after a lost COMMIT nobody knows whether it happened.  ERR_RETRY
 * never comes out: it becomes ERR_UNAVAILABLE.
 */
enum err db_tx(struct db *db, enum db_mode mode, db_work *fn, void *arg) MUST_CHECK;
bool db_in_tx(const struct db *db);

/* Hang up at once, leaving unread rows unread; the next statement reconnects. */
void db_abandon(struct db *db);

/* True after a round trip to a server whose settings are durable and as we need them. */
enum err db_ping(struct db *db) MUST_CHECK;

/*
 * Prepares a statement and checks its shape without running it; tests call it
 * for every query.  why points to a sentence when it fails.
 */
enum err db_prepare(struct db *db, const struct db_query *q, const char **why) MUST_CHECK;

/* Plain text for migrations and tests only: one statement, no rows. */
enum err db_run_text(struct db *db, const char *text, size_t n) MUST_CHECK;

/* Once a process, before threads; once a thread that made connections, at its end. */
void db_library_init(void);
void db_thread_end(void);

#endif
