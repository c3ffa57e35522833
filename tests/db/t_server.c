/* The server itself in trouble: undurable, killed, absent, frozen. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db/db.h"
#include "db/server.h"
#include "lib/suite.h"

#define WRITERS 4
#define KILLS   3

struct number {
	int64_t n;
};

static const struct field number_fields[] = { FIELD(struct number, n) };

static const struct db_query put_op = { .text = "INSERT INTO t.op (op_id) VALUES (?)" };
static const struct db_query add = { .text = "UPDATE t.acct SET n = n + 1 WHERE id = ?" };
static const struct db_query sum = {
	.text = "SELECT SUM(n) AS n FROM t.acct",
	DB_ROWS(number_fields),
};
static const struct db_query ops = {
	.text = "SELECT COUNT(*) AS n FROM t.op",
	DB_ROWS(number_fields),
};

static struct server server;
static struct arena mem;
static bool here;

static void setup(void)
{
	here = server_init(&server);
	arena_init(&mem, 1 << 20);
}

static void teardown(void)
{
	server_kill(&server);
	arena_release(&mem);
}

static struct db *connect_with(int read_sec, int statement_sec)
{
	struct db_config config = { .socket = server.socket,
		                    .user = "root",
		                    .read_timeout_sec = read_sec,
		                    .statement_timeout_sec = statement_sec };

	return db_new(&config);
}

static void run(struct db *db, const char *text)
{
	ck_assert_msg(db_run_text(db, text, strlen(text)) == OK, "%s: %s", text, db_error(db));
}

static int64_t number(struct db *db, const struct db_query *q)
{
	struct number row = { -1 };

	ck_assert_int_eq(db_one(db, q, DB_NO_ARGS, &mem, &row), OK);
	return row.n;
}

static void refused_for(struct db *db, const char *why)
{
	ck_assert_int_eq(db_ping(db), ERR_INTERNAL);
	ck_assert_ptr_nonnull(strstr(db_error(db), why));
}

START_TEST(an_undurable_server_is_refused)
{
	static const char *const options[] = { "--log-bin", "--sync-binlog=0", NULL };
	struct db *db;

	if (!here)
		return;
	server_start(&server, options);
	db = connect_with(0, 0);
	refused_for(db, "sync_binlog");
	run(db, "SET GLOBAL sync_binlog = 1");
	ck_assert_int_eq(db_ping(db), OK);
	run(db, "SET GLOBAL innodb_flush_log_at_trx_commit = 2");
	refused_for(db, "innodb_flush_log_at_trx_commit");
	run(db, "SET GLOBAL innodb_flush_log_at_trx_commit = 0");
	refused_for(db, "innodb_flush_log_at_trx_commit");
	run(db, "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
	ck_assert_int_eq(db_ping(db), OK);
	db_free(db);
}
END_TEST

/* --- killed under load ------------------------------------------------------ */

struct writer {
	struct db *db;
	int64_t op, acknowledged;
	enum err strange;
	atomic_bool *stop;
};

static enum err write_once(void *arg)
{
	struct writer *w = arg;
	enum err e = db_exec(w->db, &put_op, DB_ARGS(db_i64(w->op)), NULL);

	return e ? e : db_exec(w->db, &add, DB_ARGS(db_i64(w->op % 7)), NULL);
}

/* A client that repeats each order, under the same id, until it hears that it is done. */
static void *writer_main(void *arg)
{
	struct writer *w = arg;
	enum err e;

	w->db = connect_with(0, 0);
	while (!atomic_load(w->stop)) {
		w->op++;
		for (;;) {
			e = db_tx(w->db, DB_WRITE, write_once, w);
			if (e != ERR_UNAVAILABLE)
				break;
			usleep(5000);
		}
		if (e && e != ERR_CONFLICT)
			w->strange = e;
		w->acknowledged++;
	}
	db_free(w->db);
	db_thread_end();
	return NULL;
}

/* Its client goes on until it hears, so the server has to be there: again, if it must. */
static void join(pthread_t t)
{
	struct timespec until;
	int starts = 0;

	for (;;) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
		if (pthread_timedjoin_np(t, NULL, &until) == 0)
			return;
		if (!server_ended(&server))
			continue;
		ck_assert_msg(starts++ < KILLS, "the server ends by itself, see %s/log.err",
		              server.folder);
		server_start(&server, NULL);
	}
}

START_TEST(nothing_acknowledged_is_lost_or_made_twice_when_the_server_is_killed)
{
	struct writer w[WRITERS] = { 0 };
	pthread_t t[WRITERS];
	atomic_bool stop = false;
	int64_t total = 0;
	struct db *db;

	if (!here)
		return;
	server_start(&server, NULL);
	db = connect_with(0, 0);
	run(db, "CREATE DATABASE IF NOT EXISTS t");
	run(db, "CREATE TABLE t.op (op_id BIGINT PRIMARY KEY) ENGINE=InnoDB");
	run(db, "CREATE TABLE t.acct (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB");
	run(db, "INSERT INTO t.acct VALUES (0,0), (1,0), (2,0), (3,0), (4,0), (5,0), (6,0)");
	for (int i = 0; i < WRITERS; i++) {
		w[i].op = (int64_t)(i + 1) * 1000000;
		w[i].stop = &stop;
		pthread_create(&t[i], NULL, writer_main, &w[i]);
	}
	for (int i = 0; i < KILLS; i++) {
		usleep(300000);
		server_kill(&server);
		server_start(&server, NULL);
	}
	usleep(300000);
	atomic_store(&stop, true);
	for (int i = 0; i < WRITERS; i++) {
		join(t[i]);
		ck_assert_int_eq(w[i].strange, OK);
		total += w[i].acknowledged;
	}
	ck_assert_int_gt(total, 0);
	ck_assert_int_eq(number(db, &ops), total);
	ck_assert_int_eq(number(db, &sum), total);
	db_free(db);
}
END_TEST

static enum err look(void *arg)
{
	static const struct db_query one = { .text = "SELECT 1 AS n", DB_ROWS(number_fields) };
	struct number row;

	return db_one(arg, &one, DB_NO_ARGS, &mem, &row);
}

/* Asks until the server is found again; the test's own limit ends it otherwise. */
static void found_again(struct db *db)
{
	enum err e;

	do {
		e = db_tx(db, DB_READ, look, db);
		ck_assert(e == OK || e == ERR_UNAVAILABLE);
		usleep(10000);
	} while (e);
	ck_assert_int_eq(db_ping(db), OK);
}

START_TEST(an_absent_server_is_unavailable_until_it_is_back)
{
	struct db *db;

	if (!here)
		return;
	db = connect_with(0, 0);
	ck_assert_int_eq(db_tx(db, DB_READ, look, db), ERR_UNAVAILABLE);
	ck_assert_int_eq(look(db), ERR_UNAVAILABLE);
	ck_assert_int_eq(db_ping(db), ERR_UNAVAILABLE);
	ck_assert_str_ne(db_error(db), "");
	server_start(&server, NULL);
	found_again(db);
	db_free(db);
}
END_TEST

START_TEST(a_frozen_server_is_unavailable_until_it_thaws)
{
	struct db *db;

	if (!here)
		return;
	server_start(&server, NULL);
	db = connect_with(2, 1);
	ck_assert_int_eq(db_tx(db, DB_READ, look, db), OK);
	kill(server.pid, SIGSTOP);
	waitpid(server.pid, NULL, WUNTRACED); /* until its last thread stands still */
	ck_assert_int_eq(db_tx(db, DB_READ, look, db), ERR_UNAVAILABLE);
	ck_assert_int_eq(db_tx(db, DB_READ, look, db), ERR_UNAVAILABLE);
	kill(server.pid, SIGCONT);
	found_again(db);
	db_free(db);
}
END_TEST

START_TEST(a_wrong_password_is_unavailable)
{
	struct db_config config = { .socket = server.socket, .user = "nobody_we_know" };
	struct db *db;

	if (!here)
		return;
	server_start(&server, NULL);
	db = db_new(&config);
	ck_assert_int_eq(db_tx(db, DB_READ, look, db), ERR_UNAVAILABLE);
	ck_assert_ptr_nonnull(strstr(db_error(db), "1045"));
	db_free(db);
}
END_TEST

TESTS_WITH("db server", setup, teardown, an_undurable_server_is_refused,
           nothing_acknowledged_is_lost_or_made_twice_when_the_server_is_killed,
           an_absent_server_is_unavailable_until_it_is_back,
           a_frozen_server_is_unavailable_until_it_thaws, a_wrong_password_is_unavailable);
