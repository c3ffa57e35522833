/*
 * The cache of prepared statements of one connection.  It is keyed by the
 * addresses of text and row table, which are static, never by that of the
 * struct db_query, which a test may have on its stack.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <errmsg.h>

#include "db/priv.h"

void stmt_forget_all(struct db *db)
{
	for (size_t i = 0; i < db->hash_cap; i++) {
		if (!db->hash[i])
			continue;
		mysql_stmt_close(db->hash[i]->my);
		free(db->hash[i]);
		db->hash[i] = NULL;
	}
	db->nhash = 0;
}

static size_t slot_of(struct db_stmt **hash, size_t cap, const char *text,
                      const struct field *row)
{
	uint64_t h = (uint64_t)(uintptr_t)text * UINT64_C(0x9e3779b97f4a7c15);
	size_t i;

	h ^= (uint64_t)(uintptr_t)row * UINT64_C(0xc2b2ae3d27d4eb4f);
	i = (size_t)(h >> 32) & (cap - 1);
	while (hash[i] && (hash[i]->text != text || hash[i]->row != row))
		i = (i + 1) & (cap - 1);
	return i;
}

static void hash_put(struct db *db, struct db_stmt *st)
{
	size_t cap = db->hash_cap ? db->hash_cap * 2 : 64;
	struct db_stmt **bigger;

	if (db->nhash * 2 >= db->hash_cap) {
		bigger = calloc(cap, sizeof(struct db_stmt *));
		if (!bigger)
			abort();
		for (size_t i = 0; i < db->hash_cap; i++)
			if (db->hash[i])
				bigger[slot_of(bigger, cap, db->hash[i]->text,
				               db->hash[i]->row)] = db->hash[i];
		free(db->hash);
		db->hash = bigger;
		db->hash_cap = cap;
	}
	db->hash[slot_of(db->hash, db->hash_cap, st->text, st->row)] = st;
	db->nhash++;
}

/* Locking reads count as writing: their transaction must really be ended. */
static bool text_reads(const char *text)
{
	static const char *const locks[] = { "FOR UPDATE", "FOR SHARE", "LOCK IN SHARE MODE",
		                             "NEXT VALUE", "NEXTVAL" };

	text += strspn(text, " \t\n(");
	if (strncasecmp(text, "SELECT", 6) != 0 && strncasecmp(text, "WITH", 4) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(locks); i++)
		if (strcasestr(text, locks[i]))
			return false;
	return true;
}

static enum err shape_wrong(struct db *db, const struct db_query *q, const MYSQL_FIELD *column,
                            size_t i)
{
	char line[200];

	if (!column && i >= q->row.n)
		snprintf(line, sizeof(line), "the select list has more than %zu columns", i);
	else if (!column)
		snprintf(line, sizeof(line), "the select list has no \"%s\"", q->row.v[i].name);
	else if (strcmp(column->name, q->row.v[i].name) != 0)
		snprintf(line, sizeof(line), "column %zu is \"%.60s\", the row has \"%s\"",
		         i + 1, column->name, q->row.v[i].name);
	else
		snprintf(line, sizeof(line), "column \"%s\" has a type its field cannot hold",
		         column->name);
	return error_ours(db, ERR_INTERNAL, line, q->text);
}

/* The select list must spell the fields of the row, in order and in kind. */
static enum err shape_check(struct db *db, const struct db_query *q, MYSQL_STMT *my)
{
	MYSQL_RES *meta = mysql_stmt_result_metadata(my);
	size_t n = meta ? mysql_num_fields(meta) : 0;
	enum err e = OK;

	for (size_t i = 0; !e && i < q->row.n; i++) {
		const MYSQL_FIELD *c =
			i < n ? mysql_fetch_field_direct(meta, (unsigned)i) : NULL;

		if (!c || strcmp(c->name, q->row.v[i].name) != 0 ||
		    !cells_fit(c, q->row.v[i].type))
			e = shape_wrong(db, q, c, i);
	}
	if (!e && n > q->row.n)
		e = shape_wrong(db, q, NULL, q->row.n);
	if (!e && n > DB_COLS)
		e = error_ours(db, ERR_INTERNAL, "too many columns", q->text);
	mysql_free_result(meta);
	return e;
}

static enum err fill(struct db *db, const struct db_query *q, struct db_stmt *st)
{
	enum err e;

	if (!st->my)
		abort();
	if (mysql_stmt_prepare(st->my, q->text, strlen(q->text)))
		return error_stmt(db, st);
	e = shape_check(db, q, st->my);
	if (e)
		return e;
	if (mysql_stmt_param_count(st->my) > DB_ARGS_MAX)
		return error_ours(db, ERR_INTERNAL, "too many arguments", q->text);
	if (!cells_listen(st))
		return error_stmt(db, st);
	return OK;
}

static enum err stmt_prepare(struct db *db, const struct db_query *q, struct db_stmt **out)
{
	struct db_stmt *st = calloc(1, sizeof(*st));
	enum err e;

	if (!st)
		abort();
	st->text = q->text;
	st->row = q->row.v;
	st->nrow = q->row.n;
	st->reads = text_reads(q->text);
	st->my = mysql_stmt_init(db->my);
	e = fill(db, q, st);
	if (e) {
		mysql_stmt_close(st->my);
		free(st);
		return e;
	}
	hash_put(db, st);
	*out = st;
	return OK;
}

enum err stmt_find(struct db *db, const struct db_query *q, struct db_stmt **out)
{
	struct db_stmt *st = NULL;

	if (db->hash_cap)
		st = db->hash[slot_of(db->hash, db->hash_cap, q->text, q->row.v)];
	if (!st)
		return stmt_prepare(db, q, out);
	*out = st;
	return OK;
}

/* Up to the arguments: connected, prepared, in its transaction. */
static enum err get_ready(struct db *db, const struct db_query *q, size_t nargs,
                          struct db_stmt **out)
{
	struct db_stmt *st;
	enum err e = conn_need(db);

	if (!e)
		e = stmt_find(db, q, &st);
	if (e)
		return e;
	*out = st;
	if (nargs != mysql_stmt_param_count(st->my))
		return error_ours(db, ERR_INTERNAL, "wrong number of arguments", q->text);
	if (db->in_tx && db->mode == DB_READ && !st->reads)
		return error_ours(db, ERR_INTERNAL, "a reading transaction may not write",
		                  q->text);
	if (db->in_tx && !db->touched) {
		e = conn_begin(db);
		if (e)
			return e;
	}
	db->touched = true;
	if (!st->reads)
		db->wrote = true;
	return OK;
}

enum err stmt_ready(struct db *db, const struct db_query *q, size_t nargs, struct db_stmt **out)
{
	if (db->in_tx && db->poison)
		return db->poison;
	if (db->stream)
		return error_ours(db, ERR_INTERNAL, "a stream is open", q->text);
	db->count++;
	return get_ready(db, q, nargs, out);
}

/* The table was altered, and there is no place for what it holds now. */
static enum err altered(struct db *db, const struct db_stmt *st)
{
	mysql_stmt_free_result(st->my);
	return error_ours(db, ERR_INTERNAL, "the columns are not what they were", st->text);
}

static enum err run_once(struct db *db, const struct db_query *q, const struct db_arg *args,
                         size_t nargs, struct db_stmt **out)
{
	enum err e = get_ready(db, q, nargs, out);

	if (e)
		return e;
	if (nargs) {
		bind_args(db, args, nargs);
		if (mysql_stmt_bind_param((*out)->my, db->binds))
			return error_stmt(db, *out);
	}
	if (mysql_stmt_execute((*out)->my))
		return error_stmt(db, *out);
	return cells_open(*out) ? OK : altered(db, *out);
}

/*
 * Runs it up to the first row.  Outside a transaction a read is simply made
 * again when the connection turns out to be lost.
 */
enum err stmt_run(struct db *db, const struct db_query *q, const struct db_arg *args,
                  size_t nargs, struct db_stmt **out)
{
	enum err e;

	if (db->in_tx && db->poison)
		return db->poison;
	if (db->stream)
		return error_ours(db, ERR_INTERNAL, "a stream is open", q->text);
	db->count++;
	if (!db->in_tx)
		conn_wake(db);
	e = run_once(db, q, args, nargs, out);
	if (!e || db->in_tx)
		return e;
	if (db->fate == FATE_RECONNECT && !db->my && text_reads(q->text))
		e = run_once(db, q, args, nargs, out);
	if (e && !db->my)
		conn_went_down(db);
	return e ? conn_end(db, false, e) : OK;
}

enum err db_prepare(struct db *db, const struct db_query *q, const char **why)
{
	struct db_stmt *st;
	enum err e;

	*why = "";
	conn_wake(db);
	e = conn_need(db);
	if (!e)
		e = stmt_find(db, q, &st);
	if (e)
		*why = db->error;
	return e;
}
