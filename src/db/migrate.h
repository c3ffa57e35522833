/*
 * migrate.h - forward-only schema migrations from sql/NNNN-topic.sql.
 *
 * DDL commits by itself, so every statement is written to be run again; a
 * lease row (not GET_LOCK, which Galera does not know) keeps two runs apart.
 * A file that was applied must not change: its SHA-256 is kept.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

/* The version these programs need; a test compares it with the files of sql/. */
#define SCHEMA_VERSION 16

typedef void migrate_said(void *to, const char *line);

/*
 * Applies what is missing from the folder, then the statements of grants.sql
 * if there is one.  The connection wants time-outs that suit a large table.
 */
enum err migrate_run(struct db *db, struct arena *mem, const char *folder, migrate_said *say,
                     void *to) MUST_CHECK;

/* ERR_CONFLICT when the schema is not at SCHEMA_VERSION; found may be NULL. */
enum err migrate_check(struct db *db, struct arena *mem, int64_t *found) MUST_CHECK;

#endif
