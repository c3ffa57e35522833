#include <stdio.h>
#include <string.h>

#include "db/priv.h"

/* Text longer than a cell is fetched again, straight to its place. */
static const char *text_read(struct db *db, struct db_stmt *st, size_t i, struct arena *mem)
{
	struct cell *c = &db->cells[i];
	unsigned long len = c->len;
	MYSQL_BIND again = { .buffer_type = MYSQL_TYPE_BLOB,
		             .buffer_length = len,
		             .length = &len };
	char *s;

	if (c->null)
		return NULL;
	if (len <= CELL_TEXT)
		return arena_copy(mem, c->u.text, len);
	s = arena_alloc(mem, len + 1);
	again.buffer = s;
	if (mysql_stmt_fetch_column(st->my, &again, (unsigned)i, 0))
		(void)error_stmt(db, st);
	return s;
}

static bool number_fits(struct db *db, const struct db_stmt *st, size_t i)
{
	if (db->cells[i].null || !db->cells[i].error)
		return true;
	(void)error_ours(db, ERR_INTERNAL, "a value does not fit its field", st->text);
	return false;
}

static void field_read(struct db *db, struct db_stmt *st, size_t i, struct arena *mem, void *at)
{
	const struct cell *c = &db->cells[i];

	switch (st->row[i].type) {
	case FIELD_I64:
	case FIELD_ID:
		*(int64_t *)at = c->null ? 0 : c->u.i;
		break;
	case FIELD_BOOL:
		*(bool *)at = !c->null && c->u.i != 0;
		break;
	case FIELD_STR:
		*(const char **)at = text_read(db, st, i, mem);
		break;
	case FIELD_JSON:
		((struct json_text *)at)->s = text_read(db, st, i, mem);
		break;
	case FIELD_BYTES:
		*(struct bytes *)at =
			(struct bytes){ (const unsigned char *)text_read(db, st, i, mem),
			                c->null ? 0 : c->len };
		break;
	case FIELD_STAMP:
		*(struct stamp *)at = c->null ? STAMP_NONE : time_read(&c->u.t);
		break;
	case FIELD_MICRO:
		*(struct micro *)at = c->null ? MICRO_NONE : (struct micro){ c->u.i };
		break;
	case FIELD_OPT:
		*(struct opt *)at = (struct opt){ !c->null, c->null ? 0 : c->u.i };
		break;
	}
}

static bool is_number(enum field_type t)
{
	return t != FIELD_STR && t != FIELD_JSON && t != FIELD_BYTES && t != FIELD_STAMP;
}

/* ERR_NOT_FOUND after the last row; an error of the server can come here too. */
static enum err fetch(struct db *db, struct db_stmt *st)
{
	int r = mysql_stmt_fetch(st->my);

	if (r == 0)
		return OK;
	if (r == MYSQL_NO_DATA)
		return ERR_NOT_FOUND;
	if (r != MYSQL_DATA_TRUNCATED)
		return error_stmt(db, st);
	for (size_t i = 0; i < st->nrow; i++)
		if (is_number(st->row[i].type) && !number_fits(db, st, i))
			return ERR_INTERNAL;
	return OK;
}

static void row_read(struct db *db, struct db_stmt *st, struct arena *mem, void *row)
{
	for (size_t i = 0; i < st->nrow; i++)
		field_read(db, st, i, mem, (char *)row + st->row[i].offset);
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
		e = fetch(db, st);
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
	e = fetch(db, st);
	if (!e) {
		row_read(db, st, mem, row);
		e = drain(db, st);
	}
	count_usec(db, start);
	return finish(db, reads, e);
}

static enum err read_all(struct db *db, struct db_stmt *st, struct arena *mem, size_t row_size,
                         size_t max, struct db_list *out)
{
	size_t cap = max < 32 ? max : 32, n = 0;
	char *rows = arena_alloc(mem, cap * row_size), *more;
	enum err e = OK;

	for (; n < max; n++) {
		e = fetch(db, st);
		if (e)
			break;
		if (n == cap) {
			cap = cap * 4 < max ? cap * 4 : max;
			more = arena_alloc(mem, cap * row_size);
			memcpy(more, rows, n * row_size);
			rows = more;
		}
		row_read(db, st, mem, rows + n * row_size);
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
	e = fetch(db, st);
	if (!e) {
		row_read(db, st, mem, row);
		return true;
	}
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
