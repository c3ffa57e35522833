/*
 * Many rows by one execution of a statement: the server's bulk protocol.
 *
 * A column is an array: of numbers themselves, or of pointers to what is
 * longer.  A server without the protocol gets the rows one by one.
 */
#include <assert.h>
#include <stdlib.h>

#include "db/priv.h"

/* The columns of a batch, as the library wants to see them. */
struct columns {
	size_t n, rows;
	MYSQL_BIND *binds;
	char *nulls;         /* n x rows indicators */
	const void **at;     /* n x rows; a whole number stands in its own place */
	unsigned long *lens; /* n x rows */
	MYSQL_TIME *times;   /* n x rows */
};

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		abort();
	return p;
}

static void columns_init(struct columns *c, size_t n, size_t rows)
{
	*c = (struct columns){ .n = n, .rows = rows };
	c->binds = zeroed(n, sizeof(*c->binds));
	c->nulls = zeroed(n * rows, 1);
	c->at = zeroed(n * rows, sizeof(*c->at));
	c->lens = zeroed(n * rows, sizeof(*c->lens));
	c->times = zeroed(n * rows, sizeof(*c->times));
}

static void columns_free(struct columns *c)
{
	free(c->binds);
	free(c->nulls);
	free(c->at);
	free(c->lens);
	free(c->times);
}

static enum enum_field_types type_of(const struct db_arg *a)
{
	switch (a->type) {
	case FIELD_STR:
	case FIELD_JSON:
		return MYSQL_TYPE_STRING;
	case FIELD_BYTES:
		return MYSQL_TYPE_BLOB;
	case FIELD_STAMP:
		return MYSQL_TYPE_DATETIME;
	default:
		return MYSQL_TYPE_LONGLONG;
	}
}

static void put_cell(struct columns *c, size_t i, const struct db_arg *a)
{
	static_assert(sizeof(void *) == sizeof(int64_t), "a number has the place of a pointer");

	if (a->null) {
		c->nulls[i] = STMT_INDICATOR_NULL;
		return;
	}
	switch (type_of(a)) {
	case MYSQL_TYPE_LONGLONG:
		((int64_t *)(void *)c->at)[i] = a->i;
		break;
	case MYSQL_TYPE_DATETIME:
		time_write(a->i, &c->times[i]);
		c->at[i] = &c->times[i];
		break;
	default:
		c->at[i] = a->p;
		c->lens[i] = a->n;
		break;
	}
}

/* A column is of the type of its first value; one of NULLs alone is of any. */
static void columns_fill(struct columns *c, const struct db_arg *args)
{
	for (size_t i = 0; i < c->n; i++) {
		MYSQL_BIND *b = &c->binds[i];
		const struct db_arg *first = &args[i];

		for (size_t r = 0; r < c->rows; r++) {
			const struct db_arg *a = &args[r * c->n + i];

			if (first->null)
				first = a;
			put_cell(c, i * c->rows + r, a);
		}
		b->buffer_type = type_of(first);
		b->buffer = (void *)&c->at[i * c->rows];
		b->length = &c->lens[i * c->rows];
		b->u.indicator = &c->nulls[i * c->rows];
	}
}

static enum err run_columns(struct db *db, struct db_stmt *st, struct columns *c)
{
	unsigned rows = (unsigned)c->rows, none = 0;
	enum err e = OK;

	mysql_stmt_attr_set(st->my, STMT_ATTR_ARRAY_SIZE, &rows);
	if (mysql_stmt_bind_param(st->my, c->binds) || mysql_stmt_execute(st->my))
		e = error_stmt(db, st);
	if (db->my)
		mysql_stmt_attr_set(st->my, STMT_ATTR_ARRAY_SIZE, &none);
	return e;
}

static enum err run_singly(struct db *db, const struct db_query *q, const struct db_arg *args,
                           size_t ncols, size_t nrows)
{
	enum err e = OK;

	for (size_t r = 0; !e && r < nrows; r++)
		e = db_exec(db, q, args + r * ncols, ncols, NULL);
	return e;
}

enum err db_exec_rows(struct db *db, const struct db_query *q, const struct db_arg *args,
                      size_t ncols, size_t nrows)
{
	int64_t start = stamp_monotonic_usec();
	struct columns c;
	struct db_stmt *st;
	enum err e;

	if (!db->in_tx)
		return error_ours(db, ERR_INTERNAL, "many rows need a transaction", q->text);
	if (nrows == 0)
		return OK;
	e = stmt_ready(db, q, ncols, &st);
	if (e)
		return e;
	if (!mariadb_connection(db->my))
		return run_singly(db, q, args, ncols, nrows);
	columns_init(&c, ncols, nrows);
	columns_fill(&c, args);
	e = run_columns(db, st, &c);
	columns_free(&c);
	db->usec += stamp_monotonic_usec() - start;
	return e;
}
