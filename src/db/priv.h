/*
 * priv.h - what the files of src/db share; the only header with <mysql.h>.
 *
 * Round trips are what a short transaction costs, so few are made.  With
 * autocommit off a transaction begins by itself with its first statement; a
 * connection that only reads outside of transactions goes over to autocommit
 * and needs no COMMIT at all.  Where nothing depends on a reply (the end of
 * reads, rollbacks) it is not waited for: db->pending says that it is still
 * to be read, and every use of the connection begins with conn_settle().
 */
#ifndef DB_PRIV_H
#define DB_PRIV_H

#include <mysql.h>

#include "db/db.h"

#define DB_COLS       64  /* most columns of a row */
#define DB_ARGS_MAX   128 /* most arguments of a statement */
#define TX_TRIES      5
#define TX_TOTAL_USEC (3 * USEC_PER_SEC)

/* What an error of the server means for the transaction it met. */
enum fate {
	FATE_BUG,       /* ours: wrong SQL, missing right, data that does not fit */
	FATE_CONFLICT,  /* the data forbid it */
	FATE_RETRY,     /* rolled back, or to be: the same may succeed at once */
	FATE_RECONNECT, /* the connection or its node is gone: as RETRY, on a new one */
	FATE_BUSY,      /* too much at once, too slow, too full: no second try now */
	FATE_LEFT       /* we hung up ourselves */
};

/* Where the next row goes; without a row it is passed over. */
struct target {
	struct arena *mem;
	char *row;
	bool misfit; /* it has a value that does not fit its field */
};

struct db_stmt {
	const char *text; /* with row, the key */
	const struct field *row;
	size_t nrow;
	MYSQL_STMT *my;
	const MYSQL_FIELD *columns; /* as the server has them now */
	struct target to;
	bool reads; /* changes and locks nothing */
};

struct db {
	struct db_config config;
	MYSQL *my;             /* NULL: not connected */
	struct db_stmt **hash; /* open addressing; NULL: free */
	size_t nhash, hash_cap;
	struct db_stmt *stream; /* the open stream, or NULL */

	bool in_tx, wrote, touched;
	bool manual;  /* autocommit is off */
	bool pending; /* a reply is still to be read */
	int alone;    /* statements outside of transactions since the last one */
	enum db_mode mode;
	enum err poison; /* of this transaction; OK: none */
	enum fate fate;  /* of the last error */

	int64_t down_usec; /* no new connection before this */
	int down_tries;    /* since when there was none */
	unsigned absent;   /* session variables this server does not know, a bit each */

	int64_t usec, count, insert_id;
	char error[600], key[80];

	MYSQL_BIND binds[DB_ARGS_MAX];
	MYSQL_TIME times[DB_ARGS_MAX];
	unsigned long lens[DB_ARGS_MAX];
};

/* conn.c */
enum err conn_need(struct db *db) MUST_CHECK; /* connects if there is no connection */
void conn_wake(struct db *db);                /* drops a connection that died while idle */
bool conn_settle(struct db *db);              /* reads a pending reply; false: dropped */
void conn_drop(struct db *db);
void conn_went_down(struct db *db);            /* opens or widens the pause between tries */
enum err conn_begin(struct db *db) MUST_CHECK; /* before the first statement of a transaction */
enum err conn_end(struct db *db, bool reads, enum err e); /* after one outside of any */
enum err conn_query(struct db *db, const char *text, size_t n) MUST_CHECK;
void conn_send(struct db *db, const char *text); /* does not wait for the reply */

/* session.c */
enum err session_setup(struct db *db) MUST_CHECK;
enum err session_check_durable(struct db *db) MUST_CHECK;

/* stmt.c */
enum err stmt_find(struct db *db, const struct db_query *q, struct db_stmt **out) MUST_CHECK;
enum err stmt_run(struct db *db, const struct db_query *q, const struct db_arg *args,
                  size_t nargs, struct db_stmt **out) MUST_CHECK;
/* As far as stmt_run() goes before arguments are bound; in a transaction only. */
enum err stmt_ready(struct db *db, const struct db_query *q, size_t nargs,
                    struct db_stmt **out) MUST_CHECK;
void stmt_forget_all(struct db *db);

/* bind.c */
void bind_args(struct db *db, const struct db_arg *args, size_t nargs);
void time_write(int64_t usec, MYSQL_TIME *t);

/* cell.c */
bool cells_fit(const MYSQL_FIELD *column, enum field_type type);
bool cells_listen(struct db_stmt *st); /* once, when it is prepared */
bool cells_open(struct db_stmt *st);   /* false: the columns are not what they were */

/* error.c */
enum err error_note(struct db *db, unsigned number, const char *text, const char *where);
enum err error_conn(struct db *db, const char *where);
enum err error_stmt(struct db *db, const struct db_stmt *st);
enum err error_ours(struct db *db, enum err e, const char *text, const char *where);

#endif
