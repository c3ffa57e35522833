/* Transactions: whole or not at all, run again when that helps. */
#include <pthread.h>

#include "db/acct.h"
#include "lib/suite.h"

/* --- two at once ------------------------------------------------------------ */

struct rival {
	struct db *db;
	int64_t first, second;
	int runs;
	enum err result;
	pthread_barrier_t *meet;
};

static enum err rival_work(void *arg)
{
	struct rival *r = arg;
	enum err e = db_exec(r->db, &add, DB_ARGS(db_i64(r->first)), NULL);

	if (r->runs++ == 0)
		pthread_barrier_wait(r->meet);
	if (e)
		return e;
	return db_exec(r->db, &add, DB_ARGS(db_i64(r->second)), NULL);
}

static void *rival_main(void *arg)
{
	struct rival *r = arg;

	r->result = db_tx(r->db, DB_WRITE, rival_work, r);
	db_thread_end();
	return NULL;
}

START_TEST(a_deadlock_is_run_again_and_both_commit)
{
	pthread_barrier_t meet;
	struct rival a = { db, 1, 2, 0, ERR_INTERNAL, &meet };
	struct rival b = { other, 2, 1, 0, ERR_INTERNAL, &meet };
	pthread_t t;

	pthread_barrier_init(&meet, NULL, 2);
	pthread_create(&t, NULL, rival_main, &b);
	rival_main(&a);
	pthread_join(t, NULL);
	ck_assert_int_eq(a.result, OK);
	ck_assert_int_eq(b.result, OK);
	ck_assert_int_ge(a.runs + b.runs, 3);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), 4);
}
END_TEST

#define CROWD        8
#define CROWD_ROUNDS 40

struct member {
	int nr;
	int64_t done;
	enum err worst;
};

struct step {
	struct db *db;
	int64_t op;
};

/* Reads, then writes what it read plus one: loses updates unless conflicts are met. */
static enum err read_then_write(void *arg)
{
	static const struct db_query set = {
		.text = "UPDATE acct SET seats = ? WHERE id = ?",
	};
	struct step *s = arg;
	struct number row;
	int64_t id = 1 + s->op % 3;
	struct arena m;
	enum err e = db_exec(s->db, &put_op, DB_ARGS(db_i64(s->op)), NULL);

	if (e)
		return e;
	arena_init(&m, 1 << 20);
	e = db_one(s->db, &seats, DB_ARGS(db_i64(id)), &m, &row);
	arena_release(&m);
	if (!e)
		e = db_exec(s->db, &set, DB_ARGS(db_i64(row.n + 1), db_i64(id)), NULL);
	return e;
}

static void *member_main(void *arg)
{
	struct member *m = arg;
	struct step s = { .db = scratch_connect(NULL) };
	enum err e;

	for (int i = 0; i < CROWD_ROUNDS; i++) {
		s.op = m->nr * 1000 + i;
		e = db_tx(s.db, DB_WRITE, read_then_write, &s);
		if (!e)
			m->done++;
		else if (e != ERR_UNAVAILABLE)
			m->worst = e;
	}
	db_free(s.db);
	db_thread_end();
	return NULL;
}

START_TEST(a_crowd_on_three_rows_loses_no_update)
{
	struct member m[CROWD] = { 0 };
	pthread_t t[CROWD];
	int64_t done = 0;

	for (int i = 0; i < CROWD; i++) {
		m[i].nr = i;
		pthread_create(&t[i], NULL, member_main, &m[i]);
	}
	for (int i = 0; i < CROWD; i++) {
		pthread_join(t[i], NULL);
		ck_assert_int_eq(m[i].worst, OK);
		done += m[i].done;
	}
	ck_assert_int_gt(done, 0);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), done);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM op"), done);
}
END_TEST

/* --- errors inside ---------------------------------------------------------- */

struct waiting {
	int runs;
	bool swallow, let_go, slow;
};

static enum err wait_for_lock(void *arg)
{
	struct waiting *w = arg;
	enum err e = db_exec(db, &add, DB_ARGS(db_i64(1)), NULL);

	if (w->runs++ == 0)
		scratch_run_on(db, "SET innodb_lock_wait_timeout = 1");
	if (w->slow && w->runs == 1)
		scratch_run_on(db, "DO SLEEP(3)");
	if (!e)
		e = db_exec(db, &add, DB_ARGS(db_i64(2)), NULL);
	if (w->let_go)
		scratch_run_on(other, "ROLLBACK");
	return w->swallow ? OK : e;
}

struct holder {
	struct waiting w;
	enum err result;
};

/* Holds the lock on row 2 in a transaction of the other connection. */
static enum err hold(void *arg)
{
	struct holder *h = arg;
	struct number row;
	enum err e = db_one(other, &lock, DB_ARGS(db_i64(2)), &mem, &row);

	if (!e)
		h->result = db_tx(db, DB_WRITE, wait_for_lock, &h->w);
	return e;
}

START_TEST(a_lock_wait_rolls_back_the_whole_transaction)
{
	struct holder h = { .result = ERR_INTERNAL };

	ck_assert_int_eq(db_tx(other, DB_WRITE, hold, &h), OK);
	ck_assert_int_eq(h.result, ERR_UNAVAILABLE);
	ck_assert_int_ge(h.w.runs, 2);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), 0);
}
END_TEST

START_TEST(a_swallowed_lock_wait_does_not_commit_half)
{
	struct holder h = { .w = { .swallow = true }, .result = ERR_INTERNAL };

	ck_assert_int_eq(db_tx(other, DB_WRITE, hold, &h), OK);
	ck_assert_int_eq(h.result, ERR_UNAVAILABLE);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), 0);
}
END_TEST

START_TEST(a_lock_that_is_let_go_is_waited_for)
{
	struct holder h = { .w = { .let_go = true }, .result = ERR_INTERNAL };

	ck_assert_int_eq(db_tx(other, DB_WRITE, hold, &h), OK);
	ck_assert_int_eq(h.result, OK);
	ck_assert_int_eq(h.w.runs, 2);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n "
	                               "FROM acct"),
	                 2);
}
END_TEST

/* On a slow machine the first try may take all the time there is for tries. */
START_TEST(a_first_try_that_took_long_is_not_the_last)
{
	struct holder h = { .w = { .let_go = true, .slow = true }, .result = ERR_INTERNAL };

	ck_assert_int_eq(db_tx(other, DB_WRITE, hold, &h), OK);
	ck_assert_int_eq(h.result, OK);
	ck_assert_int_eq(h.w.runs, 2);
	ck_assert_int_eq(scratch_count("SELECT SUM(seats) AS n FROM acct"), 2);
}
END_TEST

struct poisoned {
	int runs;
	enum err first, later;
};

static enum err swallow_conflict(void *arg)
{
	struct poisoned *p = arg;
	enum err e = db_exec(db, &put_op, DB_ARGS(db_i64(1)), NULL);

	p->runs++;
	ck_assert_int_eq(e, OK);
	p->first = db_exec(db, &put_op, DB_ARGS(db_i64(1)), NULL);
	p->later = db_exec(db, &put_op, DB_ARGS(db_i64(2)), NULL);
	return OK;
}

START_TEST(a_poisoned_transaction_cannot_commit)
{
	struct poisoned p = { 0 };

	ck_assert_int_eq(db_tx(db, DB_WRITE, swallow_conflict, &p), ERR_CONFLICT);
	ck_assert_int_eq(p.runs, 1);
	ck_assert_int_eq(p.first, ERR_CONFLICT);
	ck_assert_int_eq(p.later, ERR_CONFLICT);
	ck_assert_str_eq(db_violated_key(db), "PRIMARY");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) "
	                               "AS n FROM op"),
	                 0);
	ck_assert_int_eq(db_exec(db, &put_op, DB_ARGS(db_i64(3)), NULL), OK);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) "
	                               "AS n FROM op"),
	                 1);
}
END_TEST

static enum err refuse(void *arg)
{
	enum err e = db_exec(db, &add, DB_ARGS(db_i64(1)), NULL);

	(*(int *)arg)++;
	return e ? e : ERR_DENIED;
}

START_TEST(a_refusal_rolls_back_and_is_not_run_again)
{
	int runs = 0;

	ck_assert_int_eq(db_tx(db, DB_WRITE, refuse, &runs), ERR_DENIED);
	ck_assert_int_eq(runs, 1);
	ck_assert_int_eq(read_number(db, &seats, 1), 0);
	ck_assert(!db_in_tx(db));
}
END_TEST

/* --- reading ---------------------------------------------------------------- */

static enum err look_twice(void *arg)
{
	int64_t *seen = arg;

	seen[0] = read_number(db, &seats, 1);
	scratch_run("UPDATE acct SET seats "
	            "= seats + 1");
	seen[1] = read_number(db, &seats, 2);
	return OK;
}

START_TEST(a_reading_transaction_sees_one_picture)
{
	int64_t seen[2] = { -1, -1 };

	ck_assert_int_eq(db_tx(db, DB_READ, look_twice, seen), OK);
	ck_assert_int_eq(seen[0], 0);
	ck_assert_int_eq(seen[1], 0);
	ck_assert_int_eq(db_tx(db, DB_READ, look_twice, seen), OK);
	ck_assert_int_eq(seen[0], 1);
}
END_TEST

START_TEST(reads_outside_a_transaction_are_fresh)
{
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(read_number(db, &seats, 1), i);
		ck_assert_int_eq(db_exec(other, &add, DB_ARGS(db_i64(1)), NULL), OK);
	}
}
END_TEST

static enum err add_one(void *arg)
{
	return db_exec(arg, &add, DB_ARGS(db_i64(1)), NULL);
}

/* However reads and writes, in and outside of transactions, follow each other. */
START_TEST(a_connection_finds_its_way_between_transactions_and_none)
{
	int64_t expected = 0;

	for (int i = 0; i < 40; i++) {
		for (int j = 0; j < i % 8; j++)
			ck_assert_int_eq(read_number(db, &seats, 1), expected);
		if (i % 3 == 0)
			ck_assert_int_eq(db_tx(db, DB_WRITE, add_one, db), OK);
		else if (i % 3 == 1)
			ck_assert_int_eq(add_one(db), OK);
		else
			ck_assert_int_eq(add_one(other), OK);
		expected++;
		ck_assert_int_eq(read_number(i % 2 ? other : db, &seats, 1), expected);
	}
	ck_assert_int_eq(scratch_count("SELECT seats AS n FROM acct WHERE id = 1"), expected);
}
END_TEST

static enum err write_while_reading(void *arg)
{
	struct number row;

	if (*(bool *)arg)
		return db_one(db, &lock, DB_ARGS(db_i64(1)), &mem, &row);
	return db_exec(db, &add, DB_ARGS(db_i64(1)), NULL);
}

START_TEST(a_reading_transaction_may_not_write)
{
	bool locking = false;

	ck_assert_int_eq(db_tx(db, DB_READ, write_while_reading, &locking), ERR_INTERNAL);
	locking = true;
	ck_assert_int_eq(db_tx(db, DB_READ, write_while_reading, &locking), ERR_INTERNAL);
	ck_assert_int_eq(scratch_count("SELECT seats AS n FROM acct WHERE id = 1"), 0);
}
END_TEST

TESTS_WITH("db transactions", acct_setup, acct_teardown,
           a_deadlock_is_run_again_and_both_commit, a_crowd_on_three_rows_loses_no_update,
           a_lock_wait_rolls_back_the_whole_transaction,
           a_swallowed_lock_wait_does_not_commit_half, a_lock_that_is_let_go_is_waited_for,
           a_first_try_that_took_long_is_not_the_last, a_poisoned_transaction_cannot_commit,
           a_refusal_rolls_back_and_is_not_run_again, a_reading_transaction_sees_one_picture,
           reads_outside_a_transaction_are_fresh,
           a_connection_finds_its_way_between_transactions_and_none,
           a_reading_transaction_may_not_write);
