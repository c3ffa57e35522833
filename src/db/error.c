#include <stdio.h>
#include <string.h>

#include "db/priv.h"

/* Everything the server or the client library may say that is not a bug of ours. */
static const struct {
	unsigned number;
	enum fate fate;
} fates[] = {
	{ 1062, FATE_CONFLICT },  /* duplicate key */
	{ 1213, FATE_RETRY },     /* deadlock */
	{ 1205, FATE_RETRY },     /* lock wait: only the statement was rolled back */
	{ 1020, FATE_RETRY },     /* changed since our snapshot */
	{ 1180, FATE_RETRY },     /* error during COMMIT */
	{ 1317, FATE_RETRY },     /* interrupted, by Galera */
	{ 1412, FATE_RETRY },     /* table definition changed */
	{ 1022, FATE_CONFLICT },  /* duplicate key */
	{ 1169, FATE_CONFLICT },  /* unique constraint on write */
	{ 1216, FATE_CONFLICT },  /* no parent row */
	{ 1217, FATE_CONFLICT },  /* has child rows */
	{ 1451, FATE_CONFLICT },  /* has child rows */
	{ 1452, FATE_CONFLICT },  /* no parent row */
	{ 1586, FATE_CONFLICT },  /* duplicate key */
	{ 3819, FATE_CONFLICT },  /* CHECK (MySQL) */
	{ 4025, FATE_CONFLICT },  /* CHECK (MariaDB) */
	{ 1047, FATE_RECONNECT }, /* wsrep not ready */
	{ 1053, FATE_RECONNECT }, /* shutting down */
	{ 1152, FATE_RECONNECT }, /* aborted connection */
	{ 1158, FATE_RECONNECT }, /* network, reading */
	{ 1159, FATE_RECONNECT }, /* network, reading, time-out */
	{ 1160, FATE_RECONNECT }, /* network, writing */
	{ 1161, FATE_RECONNECT }, /* network, writing, time-out */
	{ 1243, FATE_RECONNECT }, /* statement not known there */
	{ 1290, FATE_RECONNECT }, /* read-only */
	{ 1615, FATE_RECONNECT }, /* statement needs to be prepared again */
	{ 1836, FATE_RECONNECT }, /* read-only */
	{ 1927, FATE_RECONNECT }, /* killed */
	{ 2002, FATE_RECONNECT }, /* cannot connect, socket */
	{ 2003, FATE_RECONNECT }, /* cannot connect, host */
	{ 2006, FATE_RECONNECT }, /* gone away */
	{ 2012, FATE_RECONNECT }, /* handshake failed */
	{ 2013, FATE_RECONNECT }, /* lost */
	{ 2027, FATE_RECONNECT }, /* malformed packet */
	{ 2055, FATE_RECONNECT }, /* lost, with the system's error */
	{ 4031, FATE_RECONNECT }, /* idle too long (MySQL) */
	{ 5014, FATE_RECONNECT }, /* server closed the connection */
	{ 1021, FATE_BUSY },      /* disk full */
	{ 1037, FATE_BUSY },      /* out of memory */
	{ 1040, FATE_BUSY },      /* too many connections */
	{ 1041, FATE_BUSY },      /* out of memory */
	{ 1114, FATE_BUSY },      /* table full */
	{ 1203, FATE_BUSY },      /* too many connections of the user */
	{ 1226, FATE_BUSY },      /* a limit of the user */
	{ 1461, FATE_BUSY },      /* too many prepared statements */
	{ 1637, FATE_BUSY },      /* too many transactions */
	{ 1969, FATE_BUSY },      /* max_statement_time */
	{ 3024, FATE_BUSY },      /* max_execution_time (MySQL) */
};

static const enum err classes[] = {
	[FATE_BUG] = ERR_INTERNAL,     [FATE_CONFLICT] = ERR_CONFLICT,
	[FATE_RETRY] = ERR_RETRY,      [FATE_RECONNECT] = ERR_UNAVAILABLE,
	[FATE_BUSY] = ERR_UNAVAILABLE, [FATE_LEFT] = ERR_UNAVAILABLE,
};

static enum fate fate_of(unsigned number)
{
	for (size_t i = 0; i < ARRAY_LEN(fates); i++)
		if (fates[i].number == number)
			return fates[i].fate;
	return FATE_BUG;
}

/* The last place, because the text before it holds what the client sent. */
static const char *after_last(const char *text, const char *mark)
{
	const char *at = NULL;

	for (const char *p = strstr(text, mark); p; p = strstr(p + 1, mark))
		at = p + strlen(mark);
	return at;
}

/*
 * "Duplicate entry 'x' for key 'uq_name'" (MySQL: 'table.uq_name'),
 * "... CONSTRAINT `fk_name` FOREIGN KEY ...", "CONSTRAINT `name` failed for".
 */
static void key_read(char out[80], unsigned number, const char *text)
{
	const char *at, *end;
	char quote = '\'';

	if (number == 1062 || number == 1022 || number == 1586) {
		at = after_last(text, "for key '");
	} else if (number == 3819) {
		at = after_last(text, "constraint '");
	} else {
		at = after_last(text, "CONSTRAINT `");
		quote = '`';
	}
	end = at ? strchr(at, quote) : NULL;
	if (!end)
		return;
	for (const char *p = at; p < end; p++)
		if (*p == '.')
			at = p + 1;
	snprintf(out, 80, "%.*s", (int)(end - at), at);
}

/*
 * Records the error and does what its fate demands: a transaction is
 * poisoned, a lost connection is dropped with all its statements (so the
 * texts must be copied first).
 */
enum err error_note(struct db *db, unsigned number, const char *text, const char *where)
{
	enum err e;

	db->fate = fate_of(number);
	e = classes[db->fate];
	snprintf(db->error, sizeof(db->error), "%u %s [%.60s]", number, text, where);
	db->key[0] = '\0';
	if (db->fate == FATE_CONFLICT)
		key_read(db->key, number, text);
	if (db->in_tx && !db->poison)
		db->poison = e;
	/* After "commands out of sync" a handle stays broken. */
	if (db->fate == FATE_RECONNECT || number == 2014)
		conn_drop(db);
	return e;
}

enum err error_conn(struct db *db, const char *where)
{
	return error_note(db, mysql_errno(db->my), mysql_error(db->my), where);
}

/* An error in the middle of an unbuffered result is noted on the connection alone. */
enum err error_stmt(struct db *db, const struct db_stmt *st)
{
	if (!mysql_stmt_errno(st->my))
		return error_conn(db, st->text);
	return error_note(db, mysql_stmt_errno(st->my), mysql_stmt_error(st->my), st->text);
}

/* A failure no server spoke of. */
enum err error_ours(struct db *db, enum err e, const char *text, const char *where)
{
	if (db->in_tx && db->poison)
		return e; /* the first error decides */
	db->fate = FATE_BUG;
	db->key[0] = '\0';
	snprintf(db->error, sizeof(db->error), "%s [%.60s]", text, where);
	if (db->in_tx)
		db->poison = e;
	return e;
}
