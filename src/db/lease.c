#include "db/lease.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/stamp.h"
#include "base/token.h"

#define BEATS      4 /* tries while the lease lasts */
#define KEEP_TRIES 5

struct found {
	int64_t n;
};
static const struct field found_v[] = { FIELD(struct found, n) };

static const char make_table[] =
	"CREATE TABLE IF NOT EXISTS schema_lease ("
	" id TINYINT NOT NULL PRIMARY KEY,"
	" holder CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
	" held_until DATETIME(6) NOT NULL"
	") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
static const char make_row[] = "INSERT IGNORE INTO schema_lease (id, holder, held_until)"
			       " VALUES (1, '', '2000-01-01 00:00:00')";
static const struct db_query take = {
	.text = "UPDATE schema_lease SET holder = ?,"
		" held_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND"
		" WHERE id = 1 AND held_until < UTC_TIMESTAMP(6)",
};
static const struct db_query renew = {
	.text = "UPDATE schema_lease SET held_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND"
		" WHERE id = 1 AND holder = ?",
};
static const struct db_query give = {
	.text = "UPDATE schema_lease SET holder = '', held_until = '2000-01-01 00:00:00'"
		" WHERE id = 1 AND holder = ?",
};
static const struct db_query connection = {
	.text = "SELECT CONNECTION_ID() AS n",
	DB_ROWS(found_v),
};

struct lease {
	struct db *db, *beat; /* the run's connection, and the thread's own */
	int sec;
	int64_t run; /* the run's connection, as the server numbers it */
	char holder[UUID_TEXT];
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool over;
};

static enum err renew_on(struct db *db, const struct lease *l)
{
	int64_t changed = 0;
	enum err e = db_exec(db, &renew, DB_ARGS(db_i64(l->sec), db_str(l->holder)), &changed);

	return !e && changed != 1 ? ERR_CONFLICT : e;
}

/* What the run is about to do is another's now. */
static void stop_statement(struct lease *l)
{
	char text[60];
	int n = snprintf(text, sizeof(text), "KILL QUERY %lld", (long long)l->run);

	if (db_run_text(l->beat, text, (size_t)n))
		return; /* it has just ended */
}

/* False when the lease is given back. */
static bool wait_for_beat(struct lease *l)
{
	int64_t at = stamp_monotonic_usec() + l->sec * USEC_PER_SEC / BEATS;
	struct timespec until = { at / USEC_PER_SEC, at % USEC_PER_SEC * 1000 };
	bool over;
	int timed_out = 0;

	pthread_mutex_lock(&l->lock);
	while (!l->over && !timed_out)
		timed_out = pthread_cond_timedwait(&l->wake, &l->lock, &until);
	over = l->over;
	pthread_mutex_unlock(&l->lock);
	return !over;
}

/*
 * A beat that fails is no loss: the server may let nobody commit while it
 * changes a table, and then nobody else can take the lease.
 */
static void *beat_main(void *arg)
{
	struct lease *l = arg;

	while (wait_for_beat(l))
		if (renew_on(l->beat, l) == ERR_CONFLICT)
			stop_statement(l);
	db_thread_end();
	return NULL;
}

static void start_thread(struct lease *l)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&l->thread, NULL, beat_main, l) != 0)
		abort();
}

static enum err take_row(struct lease *l, struct arena *mem)
{
	struct found number = { 0 };
	int64_t changed = 0;
	enum err e = db_run_text(l->db, make_table, sizeof(make_table) - 1);

	if (!e)
		e = db_run_text(l->db, make_row, sizeof(make_row) - 1);
	if (!e)
		e = db_one(l->db, &connection, DB_NO_ARGS, mem, &number);
	if (!e)
		e = db_exec(l->db, &take, DB_ARGS(db_str(l->holder), db_i64(l->sec)), &changed);
	l->run = number.n;
	return !e && changed != 1 ? ERR_CONFLICT : e;
}

enum err lease_take(struct db *db, struct arena *mem, int sec, struct lease **out)
{
	struct lease *l = calloc(1, sizeof(*l));
	enum err e;

	if (!l)
		abort();
	l->db = db;
	l->sec = sec;
	token_uuid(l->holder);
	e = take_row(l, mem);
	if (e) {
		free(l);
		return e;
	}
	l->beat = db_new_like(db, sec < 10 ? sec : 10);
	start_thread(l);
	*out = l;
	return OK;
}

enum err lease_keep(struct lease *l)
{
	enum err e = ERR_RETRY; /* what meets the beat on Galera, and what is killed */

	for (int i = 0; e == ERR_RETRY && i < KEEP_TRIES; i++)
		e = renew_on(l->db, l);
	return e;
}

enum err lease_give(struct lease *l)
{
	enum err e;

	if (!l)
		return OK;
	pthread_mutex_lock(&l->lock);
	l->over = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->lock);
	e = db_exec(l->db, &give, DB_ARGS(db_str(l->holder)), NULL);
	db_free(l->beat);
	free(l);
	return e;
}
