/*
 * A statement of a migration takes as long as it takes, and its run is alone
 * all the while.  The statements read a table that the test has locked.
 */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "db/folder.h"
#include "db/migrate.h"
#include "lib/scratch.h"
#include "lib/suite.h"

#define PATIENCE_SEC 60

/* A run in a thread of its own. */
struct run {
	struct migrate_config config;
	struct arena mem;
	struct db *db;
	pthread_t thread;
	char said[HEARD_MAX];
	enum err e;
};

static struct db *gate; /* has the table locked */

static void setup(void)
{
	scratch_plain();
	folder_begin();
	folder_write("0001-first.sql", "CREATE TABLE one (id INT);\n"
	                               "INSERT INTO one SELECT id FROM gate;\n");
	gate = scratch_connect(NULL);
	scratch_run_on(gate, "CREATE TABLE gate (id INT)");
	scratch_run_on(gate, "INSERT INTO gate VALUES (1)");
	scratch_run_on(gate, "LOCK TABLES gate WRITE");
}

static void teardown(void)
{
	db_free(gate);
	folder_end();
}

static void run_open(struct run *r)
{
	struct db_config config = scratch_config(NULL);

	config.statement_timeout_sec = 1;
	config.read_timeout_sec = 2;
	memset(r, 0, sizeof(*r));
	arena_init(&r->mem, 16 << 20);
	r->db = db_new(&config);
	r->config = (struct migrate_config){
		.folder = folder_path(), .say = folder_said, .to = r->said, .lease_sec = 2
	};
}

static void run_close(struct run *r)
{
	db_free(r->db);
	arena_release(&r->mem);
}

static void *run_main(void *arg)
{
	struct run *r = arg;

	r->e = migrate_run(r->db, &r->mem, &r->config);
	db_thread_end();
	return NULL;
}

static void run_start(struct run *r)
{
	run_open(r);
	ck_assert_int_eq(pthread_create(&r->thread, NULL, run_main, r), 0);
}

/* Until a count is not 0; only how long it waits for that is bounded. */
#define AWAIT(count) \
	do { \
		int tries_ = PATIENCE_SEC * 50; \
\
		while (!scratch_count(count) && tries_-- > 0) \
			usleep(20000); \
		ck_assert_msg(tries_ > 0, "never: %s", count); \
	} while (0)

#define AT_THE_GATE \
	"SELECT COUNT(*) AS n FROM information_schema.processlist" \
	" WHERE db = DATABASE() AND info LIKE 'INSERT INTO one%'"

/* The lease goes on beyond its first length, so it was renewed meanwhile. */
START_TEST(a_long_statement_keeps_the_lease)
{
	struct run first, second;

	run_start(&first);
	AWAIT(AT_THE_GATE);
	scratch_run("CREATE TABLE seen AS SELECT held_until FROM schema_lease");
	AWAIT("SELECT l.held_until > s.held_until + INTERVAL 4 SECOND AS n"
	      " FROM schema_lease l JOIN seen s");
	run_open(&second);
	ck_assert_int_eq(migrate_run(second.db, &second.mem, &second.config), ERR_CONFLICT);
	ck_assert_ptr_nonnull(strstr(second.said, "another run is at work"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM schema_version"), 0);
	ck_assert_int_eq(scratch_count(AT_THE_GATE), 1);
	scratch_run_on(gate, "UNLOCK TABLES");
	pthread_join(first.thread, NULL);
	ck_assert_msg(first.e == OK, "%s", first.said);
	ck_assert_int_eq(migrate_run(second.db, &second.mem, &second.config), OK);
	ck_assert_int_eq(scratch_count("SELECT SUM(id) AS n FROM one"), 1);
	run_close(&first);
	run_close(&second);
}
END_TEST

START_TEST(a_beat_that_fails_is_no_loss)
{
	struct run r;

	run_start(&r);
	AWAIT(AT_THE_GATE);
	scratch_run("RENAME TABLE schema_lease TO schema_away");
	scratch_run("DO SLEEP(1.2)");
	scratch_run("RENAME TABLE schema_away TO schema_lease");
	scratch_run("CREATE TABLE seen AS SELECT held_until FROM schema_lease");
	AWAIT("SELECT l.held_until > s.held_until AS n FROM schema_lease l JOIN seen s");
	scratch_run_on(gate, "UNLOCK TABLES");
	pthread_join(r.thread, NULL);
	ck_assert_msg(r.e == OK, "%s", r.said);
	run_close(&r);
}
END_TEST

/* The test never opens the gate: the statement was ended. */
START_TEST(who_lost_the_lease_is_stopped)
{
	struct run r;

	run_start(&r);
	AWAIT(AT_THE_GATE);
	scratch_run("UPDATE schema_lease SET holder = 'another',"
	            " held_until = UTC_TIMESTAMP(6) + INTERVAL 600 SECOND");
	pthread_join(r.thread, NULL);
	ck_assert_int_eq(r.e, ERR_CONFLICT);
	ck_assert_ptr_nonnull(strstr(r.said, "took this one for dead"));
	ck_assert_ptr_nonnull(strstr(r.said, "0001-first.sql failed"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM one"), 0);
	ck_assert_int_eq(scratch_count("SELECT holder = 'another' AS n FROM schema_lease"), 1);
	run_close(&r);
}
END_TEST

/* The limit is there when it is asked for: a run without one is not by chance. */
START_TEST(a_limit_that_is_asked_for_holds)
{
	struct run r;

	run_open(&r);
	r.config.statement_sec = 1;
	ck_assert_int_ne(migrate_run(r.db, &r.mem, &r.config), OK);
	ck_assert_ptr_nonnull(strstr(r.said, "the database refused: 1969"));
	ck_assert_int_eq(scratch_count("SELECT holder = '' AS n FROM schema_lease"), 1);
	run_close(&r);
}
END_TEST

TESTS_WITH("db lease", setup, teardown, a_long_statement_keeps_the_lease,
           a_beat_that_fails_is_no_loss, who_lost_the_lease_is_stopped,
           a_limit_that_is_asked_for_holds);
