/* Connections that are lost, at every point where that can happen. */
#include <stdio.h>
#include <unistd.h>

#include "db/acct.h"
#include "db/cutter.h"
#include "lib/suite.h"

/* Returns when the server has forgotten the connection. */
static void kill_connection(int64_t id)
{
	static const struct db_query alive = {
		.text = "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE id = ?",
		DB_ROWS(number_fields),
	};
	char text[40];

	snprintf(text, sizeof(text), "KILL %lld", (long long)id);
	scratch_run(text);
	for (int i = 0; read_number(other, &alive, id); i++) {
		ck_assert_int_lt(i, 30000);
		usleep(2000);
	}
}

struct work {
	struct db *db;
	int64_t op;
	int runs;
	int kill_at; /* statement before which the first run loses its connection */
};

static enum err once(void *arg)
{
	struct work *w = arg;
	int64_t id = connection_id(w->db);
	bool first = w->runs++ == 0;
	enum err e;

	if (first && w->kill_at == 0)
		kill_connection(id);
	e = db_exec(w->db, &put_op, DB_ARGS(db_i64(w->op)), NULL);
	if (e)
		return e;
	if (first && w->kill_at == 1)
		kill_connection(id);
	e = db_exec(w->db, &add, DB_ARGS(db_i64(1)), NULL);
	if (!e && first && w->kill_at == 2)
		kill_connection(id);
	return e;
}

START_TEST(a_connection_lost_anywhere_gives_one_effect)
{
	for (int at = 0; at < 3; at++) {
		struct work w = { .db = db, .op = at + 1, .kill_at = at };

		ck_assert_int_eq(db_tx(db, DB_WRITE, once, &w), OK);
		ck_assert_int_eq(w.runs, 2);
		ck_assert_int_eq(read_number(db, &seats, 1), at + 1);
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM op"), 3);
}
END_TEST

/* The one place where nobody knows: the op_id tells. */
static enum err commit_over(enum cut cut, struct work *w)
{
	struct cutter c;
	struct db_config config = scratch_config(NULL);
	enum err e;

	cutter_init(&c, scratch_socket());
	config.socket = c.path;
	w->db = db_new(&config);
	w->kill_at = -1;
	ck_assert_int_eq(db_ping(w->db), OK); /* connected, and no COMMIT on its way */
	atomic_store(&c.armed, cut);
	e = db_tx(w->db, DB_WRITE, once, w);
	ck_assert_int_eq(atomic_load(&c.armed), CUT_NONE);
	if (e == ERR_CONFLICT)
		ck_assert_str_eq(db_violated_key(w->db), "PRIMARY");
	db_free(w->db);
	cutter_release(&c);
	return e;
}

START_TEST(a_commit_that_was_lost_on_the_way_is_made_again)
{
	struct work w = { .op = 1 };

	ck_assert_int_eq(commit_over(CUT_BEFORE, &w), OK);
	ck_assert_int_eq(w.runs, 2);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), 1);
}
END_TEST

START_TEST(a_commit_whose_answer_was_lost_is_not_made_twice)
{
	struct work w = { .op = 1 };

	ck_assert_int_eq(commit_over(CUT_AFTER, &w), ERR_CONFLICT);
	ck_assert_int_eq(w.runs, 2);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM op"), 1);
}
END_TEST

START_TEST(a_connection_that_died_idle_is_not_noticed)
{
	int64_t id = connection_id(db);

	kill_connection(id);
	ck_assert_int_eq(db_exec(db, &add, DB_ARGS(db_i64(1)), NULL), OK);
	ck_assert_int_ne(connection_id(db), id);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), 1);
}
END_TEST

START_TEST(a_new_connection_has_the_settings_of_the_first)
{
	static const struct db_query settings = {
		.text = "SELECT @@time_zone = '+00:00' AND @@autocommit = 1"
			"   AND FIND_IN_SET('STRICT_ALL_TABLES', @@sql_mode) > 0"
			"   AND @@innodb_snapshot_isolation = 1 AND @@max_statement_time = 10"
			"   AND @@innodb_lock_wait_timeout = 5"
			"   AND @@character_set_client = 'utf8mb4' AS n",
		DB_ROWS(number_fields),
	};
	struct number row;

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(db_one(db, &settings, DB_NO_ARGS, &mem, &row), OK);
		ck_assert_int_eq(row.n, 1);
		scratch_run_on(db, "SET time_zone = '+03:00', sql_mode = ''");
		ck_assert_int_eq(db_ping(db), ERR_INTERNAL);
		kill_connection(connection_id(db));
	}
	ck_assert_int_eq(db_ping(db), OK);
}
END_TEST

START_TEST(fail_first_runs_all_writing_twice)
{
	struct db_config config = scratch_config(NULL);
	struct work w = { .op = 1, .kill_at = -1 };

	config.fail_first = true;
	w.db = db_new(&config);
	ck_assert_int_eq(db_tx(w.db, DB_WRITE, once, &w), OK);
	ck_assert_int_eq(w.runs, 2);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), 1);
	db_free(w.db);
}
END_TEST

TESTS_WITH("db lost connections", acct_setup, acct_teardown,
           a_connection_lost_anywhere_gives_one_effect,
           a_commit_that_was_lost_on_the_way_is_made_again,
           a_commit_whose_answer_was_lost_is_not_made_twice,
           a_connection_that_died_idle_is_not_noticed,
           a_new_connection_has_the_settings_of_the_first, fail_first_runs_all_writing_twice);
