#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <errmsg.h>

#include "db/priv.h"

#define ALONE_MIN           4 /* statements in a row that make autocommit worth while */
#define CONNECT_TIMEOUT_SEC 3
#define IO_TIMEOUT_SEC      15
#define DOWN_FIRST_USEC     (USEC_PER_SEC / 10)
#define DOWN_MAX_USEC       (5 * USEC_PER_SEC)

void db_library_init(void)
{
	mysql_library_init(0, NULL, NULL);
}

void db_thread_end(void)
{
	mysql_thread_end();
}

struct db *db_new(const struct db_config *config)
{
	struct db *db = calloc(1, sizeof(*db));

	if (!db)
		abort();
	db->config = *config;
	if (!db->config.read_timeout_sec)
		db->config.read_timeout_sec = IO_TIMEOUT_SEC;
	if (!db->config.statement_timeout_sec)
		db->config.statement_timeout_sec = 10;
	return db;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	conn_drop(db);
	free(db->hash);
	free(db);
}

const char *db_error(const struct db *db)
{
	return db->error;
}

const char *db_violated_key(const struct db *db)
{
	return db->key;
}

int64_t db_take_usec(struct db *db)
{
	int64_t usec = db->usec;

	db->usec = 0;
	return usec;
}

int64_t db_take_count(struct db *db)
{
	int64_t count = db->count;

	db->count = 0;
	return count;
}

int64_t db_insert_id(const struct db *db)
{
	return db->insert_id;
}

/*
 * Statements are closed after the connection: then that costs no round trip
 * and does not read what is left of a result.
 */
void conn_drop(struct db *db)
{
	my_socket fd;

	db->stream = NULL;
	db->pending = false;
	if (!db->my)
		return;
	fd = mysql_get_socket(db->my);
	if (fd != MARIADB_INVALID_SOCKET)
		shutdown(fd, SHUT_RDWR);
	mysql_close(db->my);
	db->my = NULL;
	stmt_forget_all(db);
}

void db_abandon(struct db *db)
{
	conn_drop(db);
	if (!db->in_tx || db->poison)
		return;
	db->poison = ERR_UNAVAILABLE;
	db->fate = FATE_LEFT;
}

static void set_options(const struct db *db, MYSQL *my)
{
	const struct db_config *c = &db->config;
	unsigned connect_sec = CONNECT_TIMEOUT_SEC;
	unsigned read_sec = (unsigned)c->read_timeout_sec;
	unsigned write_sec = IO_TIMEOUT_SEC;
	unsigned off = 0;
	unsigned protocol = c->socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;

	mysql_options(my, MYSQL_OPT_CONNECT_TIMEOUT, &connect_sec);
	mysql_options(my, MYSQL_OPT_READ_TIMEOUT, &read_sec);
	mysql_options(my, MYSQL_OPT_WRITE_TIMEOUT, &write_sec);
	mysql_options(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(my, MYSQL_OPT_LOCAL_INFILE, &off);
	mysql_options(my, MYSQL_OPT_PROTOCOL, &protocol);
}

/* Any refusal while connecting means "not now"; only a bug can be ours later. */
static enum err refuse_connection(struct db *db)
{
	enum fate fate;

	(void)error_conn(db, "connect");
	fate = db->fate;
	conn_drop(db);
	db->fate = fate == FATE_RECONNECT ? FATE_RECONNECT : FATE_BUSY;
	if (db->in_tx)
		db->poison = ERR_UNAVAILABLE;
	return ERR_UNAVAILABLE;
}

static enum err conn_open(struct db *db)
{
	const struct db_config *c = &db->config;
	enum err e;

	db->my = mysql_init(NULL);
	if (!db->my)
		abort();
	set_options(db, db->my);
	db->manual = false;
	if (!mysql_real_connect(db->my, c->socket ? NULL : c->host, c->user, c->password,
	                        c->name, c->port, c->socket, CLIENT_FOUND_ROWS))
		return refuse_connection(db);
	e = session_setup(db);
	if (e) {
		conn_drop(db);
		return e;
	}
	db->down_tries = 0;
	return OK;
}

enum err conn_need(struct db *db)
{
	if (db->my)
		return OK;
	if (db->down_tries > 0 && stamp_monotonic_usec() < db->down_usec) {
		db->fate = FATE_BUSY; /* and the error text of the last try stands */
		if (db->in_tx && !db->poison)
			db->poison = ERR_UNAVAILABLE;
		return ERR_UNAVAILABLE;
	}
	return conn_open(db);
}

/*
 * Called when a caller is sent away for want of a server.  Until the pause
 * is over everybody is sent away at once; then one try decides.
 */
void conn_went_down(struct db *db)
{
	int64_t now = stamp_monotonic_usec(), pause = DOWN_MAX_USEC;

	if (db->down_tries > 0 && now < db->down_usec)
		return;
	if (db->down_tries < 6)
		pause = DOWN_FIRST_USEC << db->down_tries;
	if (pause > DOWN_MAX_USEC)
		pause = DOWN_MAX_USEC;
	db->down_tries++;
	db->down_usec = now + pause;
}

bool conn_settle(struct db *db)
{
	if (!db->pending)
		return true;
	db->pending = false;
	if (!mysql_read_query_result(db->my))
		return true;
	conn_drop(db);
	return false;
}

/*
 * Servers close connections that idled too long, and when they stop.  What
 * they send then makes the socket readable, and nothing else does.
 */
void conn_wake(struct db *db)
{
	struct pollfd p = { .events = POLLIN | POLLRDHUP };

	if (!db->my || !conn_settle(db))
		return;
	p.fd = mysql_get_socket(db->my);
	if (poll(&p, 1, 0) != 0)
		conn_drop(db);
}

/* Waits for the reply; results are read and forgotten. */
enum err conn_query(struct db *db, const char *text, size_t n)
{
	int64_t start = stamp_monotonic_usec();
	enum err e = OK;
	MYSQL_RES *rows;

	if (!conn_settle(db))
		return error_note(db, CR_SERVER_LOST, "Lost connection", text);
	if (mysql_real_query(db->my, text, n)) {
		e = error_conn(db, text);
	} else if (mysql_field_count(db->my) > 0) {
		rows = mysql_store_result(db->my);
		if (!rows)
			e = error_conn(db, text);
		mysql_free_result(rows);
	}
	db->usec += stamp_monotonic_usec() - start;
	return e;
}

void conn_send(struct db *db, const char *text)
{
	if (!db->my || !conn_settle(db))
		return;
	if (mysql_send_query(db->my, text, strlen(text))) {
		conn_drop(db);
		return;
	}
	db->pending = true;
}

enum err conn_begin(struct db *db)
{
	enum err e = OK;

	db->alone = 0;
	if (!db->manual)
		e = conn_query(db, "SET autocommit = 0", 18);
	if (!e)
		db->manual = true;
	return e;
}

/* Ends a statement outside of transactions that came to e, and passes that on. */
enum err conn_end(struct db *db, bool reads, enum err e)
{
	bool failed = e && e != ERR_NOT_FOUND;
	enum err end;

	if (!db->my || !db->manual)
		return e;
	if (!failed && !reads) {
		end = conn_query(db, "COMMIT", 6);
		return end ? end : e;
	}
	if (failed || ++db->alone < ALONE_MIN) {
		conn_send(db, failed ? "ROLLBACK" : "COMMIT");
		return e;
	}
	db->manual = false;
	conn_send(db, "SET autocommit = 1"); /* commits, too */
	return e;
}

enum err db_ping(struct db *db)
{
	enum err e;

	if (db->stream)
		return error_ours(db, ERR_INTERNAL, "a stream is open", "ping");
	conn_wake(db);
	e = conn_need(db);
	if (!e)
		e = session_check_durable(db);
	if (e && !db->my && !db->in_tx)
		conn_went_down(db);
	return e;
}

enum err db_run_text(struct db *db, const char *text, size_t n)
{
	enum err e;

	if (db->poison && db->in_tx)
		return db->poison;
	if (db->stream)
		return error_ours(db, ERR_INTERNAL, "a stream is open", text);
	if (!db->in_tx)
		conn_wake(db);
	e = conn_need(db);
	if (e)
		return e;
	if (db->in_tx && !db->touched) {
		e = conn_begin(db);
		if (e)
			return e;
	}
	db->touched = true;
	db->wrote = true;
	db->count++;
	e = conn_query(db, text, n);
	return db->in_tx ? e : conn_end(db, false, e);
}
