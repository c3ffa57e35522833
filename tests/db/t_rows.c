/* Streams, errors and their names, several connections in several threads. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "lib/scratch.h"
#include "lib/suite.h"

struct number {
	int64_t n;
};

static const struct field number_fields[] = { FIELD(struct number, n) };

static const struct db_query my_id = {
	.text = "SELECT CONNECTION_ID() AS n",
	DB_ROWS(number_fields),
};
static const struct db_query many = {
	.text = "SELECT seq AS n FROM seq_1_to_100000",
	DB_ROWS(number_fields),
};
/* More than anybody could read before max_statement_time ends it. */
static const struct db_query endless = {
	.text = "SELECT a.seq AS n FROM seq_1_to_1000000000 a JOIN seq_1_to_1000000 b",
	DB_ROWS(number_fields),
};

static struct arena mem;
static struct db *db;

static void setup(void)
{
	scratch_plain();
	arena_init(&mem, 16 << 20);
	db = scratch_connect(NULL);
}

static void teardown(void)
{
	db_free(db);
	arena_release(&mem);
}

static int64_t connection_id(void)
{
	struct number row = { -1 };

	ck_assert_int_eq(db_one(db, &my_id, DB_NO_ARGS, &mem, &row), OK);
	return row.n;
}

START_TEST(a_stream_gives_every_row_in_the_memory_of_one)
{
	struct db_rows rows = { 0 };
	struct arena_mark mark = arena_mark(&mem);
	struct number row;
	int64_t sum = 0;
	size_t held;

	ck_assert_int_eq(db_open(db, &many, DB_NO_ARGS, &rows), OK);
	ck_assert(db_next(&rows, &mem, &row));
	held = mem.held;
	do {
		sum += row.n;
		arena_rewind(&mem, mark);
	} while (db_next(&rows, &mem, &row));
	ck_assert_int_eq(db_rows_close(&rows), OK);
	ck_assert_int_eq(sum, INT64_C(100000) * 100001 / 2);
	ck_assert_uint_eq(mem.held, held);
	(void)connection_id();
}
END_TEST

START_TEST(nothing_else_runs_beside_a_stream)
{
	struct db_rows rows = { 0 };
	struct number row;

	ck_assert_int_eq(db_open(db, &many, DB_NO_ARGS, &rows), OK);
	ck_assert_int_eq(db_one(db, &my_id, DB_NO_ARGS, &mem, &row), ERR_INTERNAL);
	ck_assert_int_eq(db_run_text(db, "COMMIT", 6), ERR_INTERNAL);
	while (db_next(&rows, &mem, &row))
		;
	ck_assert_int_eq(row.n, 100000);
	ck_assert_int_eq(db_rows_close(&rows), OK);
}
END_TEST

START_TEST(a_huge_unread_result_is_left_unread)
{
	int64_t id = connection_id();
	struct db_rows rows = { 0 };
	struct number row;

	ck_assert_int_eq(db_open(db, &endless, DB_NO_ARGS, &rows), OK);
	ck_assert(db_next(&rows, &mem, &row));
	db_rows_drop(&rows);
	ck_assert_int_ne(connection_id(), id);
}
END_TEST

START_TEST(a_stream_read_to_its_end_keeps_the_connection)
{
	int64_t id = connection_id();
	struct db_rows rows = { 0 };
	struct number row;

	ck_assert_int_eq(db_open(db, &many, DB_NO_ARGS, &rows), OK);
	while (db_next(&rows, &mem, &row))
		;
	db_rows_drop(&rows);
	ck_assert_int_eq(connection_id(), id);
}
END_TEST

START_TEST(an_error_in_the_middle_of_a_stream_comes_out_at_its_end)
{
	struct db_config config = scratch_config(NULL);
	struct db_rows rows = { 0 };
	struct number row;
	struct db *slow;

	config.statement_timeout_sec = 1;
	slow = db_new(&config);
	ck_assert_int_eq(db_open(slow, &endless, DB_NO_ARGS, &rows), OK);
	while (db_next(&rows, &mem, &row))
		;
	ck_assert_int_eq(db_rows_close(&rows), ERR_UNAVAILABLE);
	ck_assert_ptr_nonnull(strstr(db_error(slow), "1969"));
	ck_assert_int_eq(db_ping(slow), OK);
	db_free(slow);
}
END_TEST

static enum err leave_stream(void *arg)
{
	struct db_rows *rows = arg;
	struct number row;
	enum err e = db_open(db, &endless, DB_NO_ARGS, rows);

	if (!e)
		ck_assert(db_next(rows, &mem, &row));
	return e;
}

START_TEST(a_stream_does_not_outlive_its_transaction)
{
	struct db_rows rows = { 0 };
	struct number row;

	ck_assert_int_eq(db_tx(db, DB_READ, leave_stream, &rows), OK);
	ck_assert(!db_next(&rows, &mem, &row));
	ck_assert_int_eq(db_rows_close(&rows), ERR_UNAVAILABLE);
	(void)connection_id();
}
END_TEST

/* Each line: a statement and the class and key of its refusal. */
static const struct {
	struct db_query q;
	enum err e;
	const char *key;
} refusals[] = {
	{ { .text = "INSERT INTO c VALUES (1, "
	            "'new', 1, 0)" },
	  ERR_CONFLICT,
	  "PRIMARY" },
	{ { .text = "INSERT INTO c VALUES (2, "
	            "'a', 1, 0)" },
	  ERR_CONFLICT,
	  "uq_name" },
	{ { .text = "INSERT INTO c VALUES (2, "
	            "'for key \\'uq_no\\'', 1, "
	            "0)" },
	  ERR_CONFLICT,
	  "uq_name" },
	{ { .text = "INSERT INTO c VALUES (2, "
	            "'b', 9, 0)" },
	  ERR_CONFLICT,
	  "fk_c_p" },
	{ { .text = "DELETE FROM p" }, ERR_CONFLICT, "fk_c_p" },
	{ { .text = "INSERT INTO c VALUES (2, "
	            "'b', 1, -1)" },
	  ERR_CONFLICT,
	  "ck_c_n" },
	{ { .text = "INSERT INTO c VALUES (2, "
	            "REPEAT('x', 99), 1, 0)" },
	  ERR_INTERNAL,
	  "" },
	{ { .text = "INSERT INTO c (id) VALUES "
	            "(2)" },
	  ERR_INTERNAL,
	  "" },
	{ { .text = "DELETE FROM nothing" }, ERR_INTERNAL, "" },
	{ { .text = "DELETE FROM" }, ERR_INTERNAL, "" },
	{ { .text = "DELETE FROM c; DELETE "
	            "FROM p" },
	  ERR_INTERNAL,
	  "" },
};

START_TEST(refusals_have_a_class_and_name_the_key)
{
	scratch_run("CREATE TABLE p (id "
	            "INT PRIMARY KEY)");
	scratch_run("CREATE TABLE c (id "
	            "INT PRIMARY KEY, name "
	            "VARCHAR(40) NOT NULL,"
	            " p_id INT NOT NULL, n "
	            "INT NOT NULL, UNIQUE "
	            "KEY uq_name (name),"
	            " CONSTRAINT fk_c_p "
	            "FOREIGN KEY (p_id) "
	            "REFERENCES p (id),"
	            " CONSTRAINT ck_c_n "
	            "CHECK (n >= 0))");
	scratch_run("INSERT INTO p "
	            "VALUES (1)");
	scratch_run("INSERT INTO c VALUES "
	            "(1, 'a', 1, 0), (3, "
	            "'for key "
	            "\\'uq_no\\'', 1, 0)");
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		ck_assert_int_eq(db_exec(db, &refusals[i].q, DB_NO_ARGS, NULL), refusals[i].e);
		ck_assert_str_eq(db_violated_key(db), refusals[i].key);
		ck_assert_str_ne(db_error(db), "");
	}
	ck_assert_int_eq(scratch_count("SELECT "
	                               "COUNT(*) AS n "
	                               "FROM c"),
	                 2);
}
END_TEST

START_TEST(rows_found_are_counted_even_if_nothing_changes)
{
	static const struct db_query update = { .text = "UPDATE p SET id = 1 WHERE id = ?" };
	int64_t changed = -1;

	scratch_run("CREATE TABLE "
	            "p (id INT "
	            "PRIMARY KEY)");
	scratch_run("INSERT INTO p "
	            "VALUES (1)");
	ck_assert_int_eq(db_exec(db, &update, DB_ARGS(db_i64(1)), &changed), OK);
	ck_assert_int_eq(changed, 1);
	ck_assert_int_eq(db_exec(db, &update, DB_ARGS(db_i64(2)), &changed), OK);
	ck_assert_int_eq(changed, 0);
}
END_TEST

START_TEST(the_id_of_a_new_row_is_known)
{
	static const struct db_query insert = { .text = "INSERT INTO a VALUES ()" };

	scratch_run("CREATE"
	            " TABLE"
	            " a "
	            "(id "
	            "INT "
	            "PRIMAR"
	            "Y KEY "
	            "AUTO_"
	            "INCREM"
	            "ENT)");
	for (int i = 1; i < 4; i++) {
		ck_assert_int_eq(db_exec(db, &insert, DB_NO_ARGS, NULL), OK);
		ck_assert_int_eq(db_insert_id(db), i);
	}
}
END_TEST

START_TEST(statements_are_counted_and_timed)
{
	(void)db_take_count(db);
	(void)db_take_usec(db);
	(void)connection_id();
	(void)connection_id();
	ck_assert_int_eq(db_take_count(db), 2);
	ck_assert_int_eq(db_take_count(db), 0);
	ck_assert_int_gt(db_take_usec(db), 0);
	ck_assert_int_eq(db_take_usec(db), 0);
}
END_TEST

START_TEST(files_of_the_client_cannot_be_loaded)
{
	static const char load[] = "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE l";

	scratch_run("CREATE TABLE l (x TEXT)");
	ck_assert_int_ne(db_run_text(db, load, sizeof(load) - 1), OK);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM l"), 0);
}
END_TEST

static void *thread_main(void *arg)
{
	struct db *mine = scratch_connect(NULL);
	struct arena m;
	struct number row;

	arena_init(&m, 1 << 20);
	for (int64_t i = 0; i < 200; i++) {
		static const struct db_query echo = { .text = "SELECT CAST(? AS SIGNED) AS n",
			                              DB_ROWS(number_fields) };

		if (db_one(mine, &echo, DB_ARGS(db_i64(i)), &m, &row) || row.n != i)
			*(bool *)arg = false;
	}
	arena_release(&m);
	db_free(mine);
	db_thread_end();
	return NULL;
}

START_TEST(threads_have_connections_of_their_own)
{
	pthread_t t[6];
	bool good[6];

	for (size_t i = 0; i < 6; i++) {
		good[i] = true;
		pthread_create(&t[i], NULL, thread_main, &good[i]);
	}
	for (size_t i = 0; i < 6; i++) {
		pthread_join(t[i], NULL);
		ck_assert(good[i]);
	}
}
END_TEST

struct made {
	int64_t n;
	const char *t;
	struct stamp at;
};
static const struct field made_fields[] = {
	FIELD(struct made, n),
	FIELD(struct made, t),
	FIELD(struct made, at),
};
static const struct db_query made_put = {
	.text = "INSERT INTO many_rows (n, t, at) VALUES (?, UPPER(?), ?)",
};
static const struct db_query made_all = {
	.text = "SELECT n, t, at FROM many_rows ORDER BY n",
	DB_ROWS(made_fields),
};

/* The second row is short of everything, the third as long as a packet of the wire. */
static enum err put_made(void *arg)
{
	const char *long_text = arg;
	const struct stamp at = { INT64_C(1700000000123456) };
	const struct db_arg cells[] = {
		db_i64(1),         db_str("one"),     db_stamp(at),
		db_i64(2),         db_str(NULL),      db_stamp(STAMP_NONE),
		db_i64(INT64_MAX), db_str(long_text), db_stamp(at),
	};

	return db_exec_rows(db, &made_put, cells, 3, 3);
}

START_TEST(many_rows_go_in_with_one_execution_or_none)
{
	char *text = arena_alloc(&mem, 70001);
	const struct made *row;
	struct db_list list;

	memset(text, 'X', 70000);
	scratch_run(
		"CREATE TABLE many_rows (n BIGINT PRIMARY KEY, t MEDIUMTEXT, at DATETIME(6))");
	ck_assert_int_eq(put_made(text), ERR_INTERNAL); /* in a transaction only */
	ck_assert_int_eq(db_tx(db, DB_WRITE, put_made, text), OK);
	ck_assert_int_eq(db_tx(db, DB_WRITE, put_made, text), ERR_CONFLICT);
	ck_assert_int_eq(db_all(db, &made_all, DB_NO_ARGS, &mem, sizeof(*row), 9, &list), OK);
	ck_assert_uint_eq(list.n, 3);
	row = list.v;
	ck_assert_str_eq(row[0].t, "ONE");
	ck_assert_int_eq(row[0].at.usec, INT64_C(1700000000123456));
	ck_assert_ptr_null(row[1].t);
	ck_assert(!stamp_is_set(row[1].at));
	ck_assert_int_eq(row[2].n, INT64_MAX);
	ck_assert_str_eq(row[2].t, text);
}
END_TEST

TESTS_WITH("db rows", setup, teardown, a_stream_gives_every_row_in_the_memory_of_one,
           nothing_else_runs_beside_a_stream, a_huge_unread_result_is_left_unread,
           a_stream_read_to_its_end_keeps_the_connection,
           an_error_in_the_middle_of_a_stream_comes_out_at_its_end,
           a_stream_does_not_outlive_its_transaction, refusals_have_a_class_and_name_the_key,
           rows_found_are_counted_even_if_nothing_changes, the_id_of_a_new_row_is_known,
           statements_are_counted_and_timed, files_of_the_client_cannot_be_loaded,
           threads_have_connections_of_their_own, many_rows_go_in_with_one_execution_or_none);
