/*
 * migrate.h - forward-only schema migrations from sql/NNNN-topic.sql.
 *
 * DDL commits by itself, so every statement is written to be run again; a
 * lease (lease.h) keeps two runs apart.  A file that was applied must not
 * change: its SHA-256 is kept.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

/* The version these programs need; a test compares it with the files of sql/. */
#define SCHEMA_VERSION 26

typedef void migrate_said(void *to, const char *line);

struct migrate_config {
	const char *folder;
	migrate_said *say; /* or NULL */
	void *to;
	int statement_sec, lease_sec; /* 0: a day, and a minute; for tests */
};

/*
 * Applies what is missing from the folder, then the statements of grants.sql
 * if there is one, on a connection like the given one that lets a statement
 * take as long as a large table needs.  What went wrong is said, not left in
 * db_error().
 */
enum err migrate_run(const struct db *like, struct arena *mem,
                     const struct migrate_config *config) MUST_CHECK;

/* ERR_CONFLICT when the schema is not at SCHEMA_VERSION; found may be NULL. */
enum err migrate_check(struct db *db, struct arena *mem, int64_t *found) MUST_CHECK;

#endif
