#include <string.h>

#include "db/priv.h"

/* Rows there is room for at first: a page of the usual length, and the one after it. */
#define FIRST_ROWS 64

/* ERR_NOT_FOUND after the last row; an error of the server can come here too. */
static enum err fetch(struct db *db, struct db_stmt *st, struct arena *mem, void *row)
{
	int r;

	st->to = (struct target){ mem, row, false };
	r = mysql_stmt_fetch(st->my);
	if (r == MYSQL_NO_DATA)
		return ERR_NOT_FOUND;
	if (r != 0)
		return error_stmt(db, st);
	if (!st->to.misfit)
		return OK;
	mysql_stmt_free_result(st->my);
	return error_ours(db, ERR_INTERNAL, "a value does not fit its field", st->text);
}

static enum err finish(struct db *db, bool reads, enum err e)
{
	return db->in_tx ? e : conn_end(db, reads, e);
}

static void count_usec(struct db *db, int64_t start)
{
	db->usec += stamp_monotonic_usec() - start;
}

enum err db_exec(struct db *db, const struct db_query *q, const struct db_arg *args,
                 size_t nargs, int64_t *changed)
{
	int64_t start = stamp_monotonic_usec(), found;
	struct db_stmt *st;
	enum err e;

	if (q->row.n)
		return error_ours(db, ERR_INTERNAL, "rows nobody would read", q->text);
	e = stmt_run(db, q, args, nargs, &st);
	if (e)
		return e;
	found = (int64_t)mysql_stmt_affected_rows(st->my);
	db->insert_id = (int64_t)mysql_stmt_insert_id(st->my);
	count_usec(db, start);
	e = finish(db, false, OK);
	if (!e && changed)
		*changed = found;
	return e;
}

/* Reads what is left, because an error may be in it. */
static enum err drain(struct db *db, struct db_stmt *st)
{
	enum err e = OK;

	while (!e)
		e = fetch(db, st, NULL, NULL);
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_one(struct db *db, const struct db_query *q, const struct db_arg *args,
                size_t nargs, struct arena *mem, void *row)
{
	int64_t start = stamp_monotonic_usec();
	struct db_stmt *st;
	bool reads;
	enum err e = stmt_run(db, q, args, nargs, &st);

	if (e)
		return e;
	reads = st->reads; /* an error may cost us the statement */
	e = fetch(db, st, mem, row);
	if (!e)
		e = drain(db, st);
	count_usec(db, start);
	return finish(db, reads, e);
}

static enum err read_all(struct db *db, struct db_stmt *st, struct arena *mem, size_t row_size,
                         size_t max, struct db_list *out)
{
	size_t cap = max < FIRST_ROWS ? max : FIRST_ROWS, n = 0;
	char *rows = arena_alloc(mem, cap * row_size), *more;
	enum err e = OK;

	for (; n < max; n++) {
		if (n == cap) {
			cap = cap * 4 < max ? cap * 4 : max;
			more = arena_alloc(mem, cap * row_size);
			memcpy(more, rows, n * row_size);
			rows = more;
		}
		e = fetch(db, st, mem, rows + n * row_size);
		if (e)
			break;
	}
	if (!e)
		e = drain(db, st);
	if (e && e != ERR_NOT_FOUND)
		return e;
	*out = (struct db_list){ rows, n };
	return OK;
}

enum err db_all(struct db *db, const struct db_query *q, const struct db_arg *args,
                size_t nargs, struct arena *mem, size_t row_size, size_t max,
                struct db_list *out)
{
	int64_t start = stamp_monotonic_usec();
	struct db_stmt *st;
	bool reads;
	enum err e = stmt_run(db, q, args, nargs, &st);

	if (e)
		return e;
	reads = st->reads;
	e = read_all(db, st, mem, row_size, max, out);
	count_usec(db, start);
	return finish(db, reads, e);
}

enum err db_open(struct db *db, const struct db_query *q, const struct db_arg *args,
                 size_t nargs, struct db_rows *out)
{
	int64_t start = stamp_monotonic_usec();
	struct db_stmt *st;
	enum err e = stmt_run(db, q, args, nargs, &st);

	count_usec(db, start);
	if (e)
		return e;
	db->stream = st;
	*out = (struct db_rows){ .db = db, .stmt = st };
	return OK;
}

bool db_next(struct db_rows *rows, struct arena *mem, void *row)
{
	struct db *db = rows->db;
	struct db_stmt *st = rows->stmt;
	enum err e;
	bool reads;

	if (!st || rows->e)
		return false;
	if (db->stream != st) { /* hung up meanwhile */
		rows->e = ERR_UNAVAILABLE;
		return false;
	}
	reads = st->reads;
	e = fetch(db, st, mem, row);
	if (!e)
		return true;
	db->stream = NULL;
	rows->stmt = NULL;
	e = finish(db, reads, e);
	rows->e = e == ERR_NOT_FOUND ? OK : e;
	return false;
}

enum err db_rows_close(struct db_rows *rows)
{
	enum err e = rows->e;

	db_rows_drop(rows);
	return e;
}

void db_rows_drop(struct db_rows *rows)
{
	if (rows->db && rows->stmt && rows->db->stream == rows->stmt)
		db_abandon(rows->db);
	*rows = (struct db_rows){ 0 };
}
