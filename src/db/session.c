/*
 * Every connection runs with the same settings whatever the server's own
 * are, and that is verified.
 */
#include <stdio.h>
#include <string.h>

#include "db/priv.h"

enum flavour { ANY, MARIADB, MYSQL_ };

static const struct {
	const char *name;
	const char *value; /* NULL: computed by add_value() */
	enum flavour flavour;
	int scale;     /* of the statement time-out, a second */
	bool may_lack; /* younger than the oldest server we accept */
} variables[] = {
	{ .name = "time_zone", .value = "'+00:00'" },
	{ .name = "sql_mode",
	  .value = "'ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
	           "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'" },
	{ .name = "autocommit" },
	{ .name = "innodb_lock_wait_timeout", .value = "5" },
	{ .name = "wait_timeout", .value = "600" },
	{ .name = "tx_isolation", .value = "'REPEATABLE-READ'", .flavour = MARIADB },
	{ .name = "transaction_isolation", .value = "'REPEATABLE-READ'", .flavour = MYSQL_ },
	{ .name = "max_statement_time", .flavour = MARIADB, .scale = 1 },
	{ .name = "max_execution_time", .flavour = MYSQL_, .scale = 1000 },
	{ .name = "innodb_snapshot_isolation",
	  .value = "1",
	  .flavour = MARIADB,
	  .may_lack = true },
	{ .name = "wsrep_sync_wait", .value = "1", .flavour = MARIADB, .may_lack = true },
};

/* What makes a COMMIT outlive a crash; each must be true. */
static const struct {
	const char *test, *complaint;
} durable[] = {
	{ "@@GLOBAL.innodb_flush_log_at_trx_commit = 1",
	  "innodb_flush_log_at_trx_commit is not 1: a crash would lose committed changes" },
	{ "@@GLOBAL.innodb_flush_method NOT IN ('nosync', 'littlesync')",
	  "innodb_flush_method does not sync: a crash would lose committed changes" },
	{ "@@GLOBAL.log_bin = 0 OR @@GLOBAL.sync_binlog = 1",
	  "sync_binlog is not 1 with a binary log: a crash would lose committed changes" },
};

struct text {
	char s[1600];
	size_t n;
};

static void add(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->n + n >= sizeof(t->s))
		return;
	memcpy(t->s + t->n, s, n + 1);
	t->n += n;
}

static bool applies(const struct db *db, size_t i)
{
	enum flavour here = mariadb_connection(db->my) ? MARIADB : MYSQL_;

	return !(db->absent & (1u << i)) &&
	       (variables[i].flavour == ANY || variables[i].flavour == here);
}

static void add_value(struct text *t, const struct db *db, size_t i)
{
	char number[24];

	if (variables[i].value) {
		add(t, variables[i].value);
		return;
	}
	if (!variables[i].scale) {
		add(t, db->manual ? "0" : "1");
		return;
	}
	snprintf(number, sizeof(number), "%d",
	         db->config.statement_timeout_sec * variables[i].scale);
	add(t, number);
}

static void add_set(struct text *t, const struct db *db, size_t i)
{
	add(t, t->n ? ", " : "SET ");
	add(t, variables[i].name);
	add(t, " = ");
	add_value(t, db, i);
}

/* One by one, because one unknown name spoils the whole SET. */
static enum err set_singly(struct db *db)
{
	for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
		struct text t = { .n = 0 };

		if (!applies(db, i))
			continue;
		add_set(&t, db, i);
		if (!mysql_real_query(db->my, t.s, t.n))
			continue;
		if (mysql_errno(db->my) != 1193 || !variables[i].may_lack)
			return error_conn(db, t.s);
		db->absent |= 1u << i;
	}
	return OK;
}

static enum err set_all(struct db *db)
{
	struct text t = { .n = 0 };

	for (size_t i = 0; i < ARRAY_LEN(variables); i++)
		if (applies(db, i))
			add_set(&t, db, i);
	if (!mysql_real_query(db->my, t.s, t.n))
		return OK;
	if (mysql_errno(db->my) != 1193)
		return error_conn(db, "session set-up");
	return set_singly(db);
}

static enum err complain(struct db *db, const char *name, const char *text)
{
	char line[240];

	snprintf(line, sizeof(line), "%s%s%s", name, *name ? " " : "", text);
	return error_ours(db, ERR_INTERNAL, line, "settings of the database");
}

/* Reads a row of "1"s; anything else is a complaint. */
static enum err judge(struct db *db, MYSQL_ROW row, bool with_durable)
{
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
		if (!applies(db, i))
			continue;
		if (!row[at] || strcmp(row[at], "1") != 0)
			return complain(db, variables[i].name, "does not keep our value");
		at++;
	}
	for (size_t i = 0; with_durable && i < ARRAY_LEN(durable); i++, at++)
		if (!row[at] || strcmp(row[at], "1") != 0)
			return complain(db, "", durable[i].complaint);
	return OK;
}

static enum err verify(struct db *db, bool with_durable)
{
	struct text t = { .n = 0 };
	MYSQL_RES *rows;
	MYSQL_ROW row;
	enum err e;

	for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
		if (!applies(db, i))
			continue;
		add(&t, t.n ? ", @@SESSION." : "SELECT @@SESSION.");
		add(&t, variables[i].name);
		add(&t, " <=> ");
		add_value(&t, db, i);
	}
	for (size_t i = 0; with_durable && i < ARRAY_LEN(durable); i++) {
		add(&t, ", ");
		add(&t, durable[i].test);
	}
	if (mysql_real_query(db->my, t.s, t.n))
		return error_conn(db, "session check");
	rows = mysql_store_result(db->my);
	row = rows ? mysql_fetch_row(rows) : NULL;
	e = row ? judge(db, row, with_durable) : error_conn(db, "session check");
	mysql_free_result(rows);
	return e;
}

enum err session_setup(struct db *db)
{
	enum err e;

	db->absent = 0;
	e = set_all(db);
	return e ? e : verify(db, false);
}

enum err session_check_durable(struct db *db)
{
	int64_t start = stamp_monotonic_usec();
	enum err e = verify(db, true);

	db->usec += stamp_monotonic_usec() - start;
	return e;
}
