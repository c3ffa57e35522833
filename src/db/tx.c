#include <assert.h>
#include <errno.h>
#include <time.h>

#include "db/priv.h"

#define PAUSE_MIN_USEC 5000
#define PAUSE_MAX_USEC 50000

bool db_in_tx(const struct db *db)
{
	return db->in_tx;
}

/*
 * The verdict on a transaction that met an error, whatever its function made
 * of it.  What fn returned stands only when a second run would not help.
 */
static enum err end_poisoned(struct db *db, enum err e)
{
	enum fate fate = db->fate;

	conn_send(db, "ROLLBACK");
	switch (fate) {
	case FATE_RETRY:
	case FATE_RECONNECT:
		return ERR_RETRY;
	case FATE_LEFT:
		if (db->mode == DB_READ)
			return e;
		return e ? e : ERR_INTERNAL;
	case FATE_BUG:
	case FATE_CONFLICT:
	case FATE_BUSY:
		break;
	}
	return e ? e : db->poison;
}

static enum err end_tx(struct db *db, enum err e, bool spoil)
{
	if (db->stream) /* fn left rows unread */
		db_abandon(db);
	if (db->poison)
		return end_poisoned(db, e);
	if (!db->touched)
		return spoil ? ERR_RETRY : e;
	if (e || spoil) {
		conn_send(db, "ROLLBACK");
		return spoil ? ERR_RETRY : e;
	}
	if (!db->wrote || db->config.rehearse) {
		conn_send(db, db->wrote ? "ROLLBACK" : "COMMIT");
		return OK;
	}
	e = conn_query(db, "COMMIT", 6);
	return e ? end_poisoned(db, e) : OK;
}

static enum err attempt_tx(struct db *db, enum db_mode mode, db_work *fn, void *arg, bool spoil)
{
	enum err e;

	conn_wake(db);
	db->in_tx = true;
	db->mode = mode;
	db->poison = OK;
	db->fate = FATE_BUG;
	db->wrote = false;
	db->touched = false;
	e = end_tx(db, fn(arg), spoil);
	db->in_tx = false;
	return e;
}

static int64_t pause_usec(int try)
{
	uint32_t dice;

	token_random(&dice, sizeof(dice));
	return (PAUSE_MIN_USEC + dice % (PAUSE_MAX_USEC - PAUSE_MIN_USEC)) << try;
}

static void pause_for(int64_t usec)
{
	struct timespec t = { usec / USEC_PER_SEC, usec % USEC_PER_SEC * 1000 };

	nanosleep(&t, NULL); /* a signal may cut it short */
}

enum err db_tx(struct db *db, enum db_mode mode, db_work *fn, void *arg)
{
	int64_t end = stamp_monotonic_usec() + TX_TOTAL_USEC, pause;
	bool spoil = db->config.fail_first && mode == DB_WRITE;
	enum err e;

	assert(!db->in_tx);
	if (db->stream)
		return error_ours(db, ERR_INTERNAL, "a stream is open", "transaction");
	if (spoil)
		(void)attempt_tx(db, mode, fn, arg, true);
	for (int try = 0;; try++) {
		e = attempt_tx(db, mode, fn, arg, false);
		if (e != ERR_RETRY || try + 1 >= TX_TRIES)
			break;
		if (!db->my && db->down_tries > 0) /* it was not there before, either */
			break;
		pause = pause_usec(try);
		/* A first try that waited its turn for long has not had one yet. */
		if ((try > 0 || !db->my) && stamp_monotonic_usec() + pause > end)
			break;
		pause_for(pause);
	}
	if (e == ERR_RETRY)
		e = ERR_UNAVAILABLE;
	if (e == ERR_UNAVAILABLE && !db->my && db->fate != FATE_LEFT)
		conn_went_down(db);
	return e;
}
