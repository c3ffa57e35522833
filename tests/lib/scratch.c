#include "lib/scratch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/migrate.h"

#define TEXT_MAX   16384
#define TABLES_MAX 500

static struct {
	const char *socket;
	char name[64];
	pid_t program; /* tests run in its children */
} scratch;

struct number {
	int64_t n;
};

static const struct field number_fields[] = { FIELD(struct number, n) };

/* A table of the schema; seeded: migrations put rows into it, kept in seed_NAME. */
struct table {
	const char *name, *columns;
	bool seeded;
};

static const struct field table_fields[] = {
	FIELD(struct table, name),
	FIELD(struct table, columns),
	FIELD(struct table, seeded),
};

struct names {
	const char *names;
};

static const struct field names_fields[] = { FIELD(struct names, names) };

/*
 * information_schema is slow, so it is asked once.  Generated columns are left
 * out: they cannot be written back.
 */
static const char make_seed_table[] =
	"CREATE TABLE seed_table AS"
	" SELECT t.table_name AS name, 0 AS seeded,"
	"        GROUP_CONCAT(CONCAT('`', c.column_name, '`')) AS columns"
	"   FROM information_schema.tables t"
	"   JOIN information_schema.columns c"
	"     ON c.table_schema = t.table_schema AND c.table_name = t.table_name"
	"  WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'"
	"    AND t.table_name NOT LIKE 'schema\\_%' AND t.table_name NOT LIKE 'seed\\_%'"
	"    AND c.generation_expression IS NULL"
	"  GROUP BY t.table_name";
static const struct db_query tables = {
	.text = "SELECT name, columns, seeded FROM seed_table",
	DB_ROWS(table_fields),
};
static const struct db_query filled = {
	.text = "SELECT COALESCE(@filled, '') AS names",
	DB_ROWS(names_fields),
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "scratch: %s: %s\n", what, why);
	abort();
}

void scratch_run_on(struct db *db, const char *text)
{
	if (db_run_text(db, text, strlen(text)))
		die(text, db_error(db));
}

static void run_printf(struct db *db, const char *fmt, ...) PRINTF(2, 3);

static void run_printf(struct db *db, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (n < 0 || n >= TEXT_MAX)
		die(fmt, "too long");
	scratch_run_on(db, text);
}

const char *scratch_socket(void)
{
	return scratch.socket;
}

const char *scratch_name(void)
{
	return scratch.name;
}

struct db_config scratch_config(const char *user)
{
	return (struct db_config){ .socket = scratch.socket,
		                   .name = scratch.name,
		                   .user = user ? user : "root" };
}

struct db *scratch_connect(const char *user)
{
	struct db_config config = scratch_config(user);

	return db_new(&config);
}

static struct db *connect_server(void)
{
	struct db_config config = { .socket = scratch.socket, .user = "root" };

	return db_new(&config);
}

/* In the program itself, after its last test. */
static void drop_databases(void)
{
	struct db *db;

	scratch.socket = getenv("GATEHOUSE_TEST_DB");
	if (getpid() != scratch.program || !scratch.socket)
		return;
	db = connect_server();
	run_printf(db, "DROP DATABASE IF EXISTS gatehouse_test_%ld", (long)scratch.program);
	run_printf(db, "DROP DATABASE IF EXISTS gatehouse_test_%ld_full",
	           (long)scratch.program);
	db_free(db);
}

__attribute__((constructor)) static void remember_program(void)
{
	scratch.program = getpid();
	atexit(drop_databases);
}

static void choose(const char *suffix)
{
	scratch.socket = getenv("GATEHOUSE_TEST_DB");
	if (!scratch.socket)
		die("GATEHOUSE_TEST_DB", "names no server");
	db_library_init();
	snprintf(scratch.name, sizeof(scratch.name), "gatehouse_test_%ld%s",
	         (long)scratch.program, suffix);
}

void scratch_plain(void)
{
	struct db *db;

	choose("");
	db = connect_server();
	run_printf(db, "DROP DATABASE IF EXISTS %s", scratch.name);
	run_printf(db, "CREATE DATABASE %s CHARACTER SET utf8mb4", scratch.name);
	db_free(db);
}

static void said(void *to, const char *line)
{
	snprintf(to, 500, "%s", line);
}

/* Users exist on the server, not in the database; here they need no password. */
static void make_users(struct db *db)
{
	static const char *const users[] = { "gatehouse_portal", "gatehouse_billing",
		                             "gatehouse_worker", "gatehouse_migrate" };

	for (size_t i = 0; i < ARRAY_LEN(users); i++)
		run_printf(db, "CREATE USER IF NOT EXISTS %s@localhost", users[i]);
}

/* The names of tables with rows, each between commas, in one round trip. */
static const char *list_filled(struct db *db, struct arena *mem, const struct db_list *list)
{
	const struct table *t = list->v;
	char text[TEXT_MAX] = "SELECT CONCAT(','";
	struct names row;
	size_t n = strlen(text);

	for (size_t i = 0; i < list->n && n < sizeof(text) - 200; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		                      ",IF(EXISTS(SELECT 1 FROM `%s`),'%s,','')", t[i].name,
		                      t[i].name);
	snprintf(text + n, sizeof(text) - n, ") INTO @filled");
	scratch_run_on(db, text);
	if (db_one(db, &filled, DB_NO_ARGS, mem, &row))
		die("list of filled tables", db_error(db));
	return row.names;
}

static bool is_filled(const char *names, const char *name)
{
	char mark[80];

	snprintf(mark, sizeof(mark), ",%s,", name);
	return strstr(names, mark) != NULL;
}

/* What migrations put into tables is kept aside, for clear(). */
static void keep_seeds(struct db *db, struct arena *mem)
{
	struct db_list list;
	const struct table *t;
	const char *names;

	scratch_run_on(db, "DROP TABLE IF EXISTS seed_table");
	scratch_run_on(db, make_seed_table);
	if (db_all(db, &tables, DB_NO_ARGS, mem, sizeof(struct table), TABLES_MAX, &list))
		die("list of tables", db_error(db));
	t = list.v;
	names = list_filled(db, mem, &list);
	for (size_t i = 0; i < list.n; i++) {
		if (!is_filled(names, t[i].name))
			continue;
		run_printf(db, "CREATE TABLE seed_%s AS SELECT %s FROM `%s`", t[i].name,
		           t[i].columns, t[i].name);
		run_printf(db, "UPDATE seed_table SET seeded = 1 WHERE name = '%s'", t[i].name);
	}
}

static void migrate(struct arena *mem)
{
	const char *top = getenv("GATEHOUSE_SRCDIR");
	char folder[500], line[500] = "";
	struct migrate_config config = { .folder = folder, .say = said, .to = line };
	struct db *db = connect_server();

	snprintf(folder, sizeof(folder), "%s/sql", top ? top : ".");
	run_printf(db, "CREATE DATABASE IF NOT EXISTS %s CHARACTER SET utf8mb4", scratch.name);
	make_users(db);
	db_free(db);
	db = scratch_connect(NULL);
	if (migrate_run(db, mem, &config))
		die("migrations", line);
	keep_seeds(db, mem);
	db_free(db);
}

static void clear(struct db *db, struct arena *mem, const struct db_list *list)
{
	const struct table *t = list->v;
	const char *names = list_filled(db, mem, list);

	scratch_run_on(db, "SET foreign_key_checks = 0, max_statement_time = 0");
	for (size_t i = 0; i < list->n; i++) {
		if (is_filled(names, t[i].name))
			run_printf(db, "DELETE FROM `%s`", t[i].name);
		if (t[i].seeded)
			run_printf(db, "INSERT INTO `%s` (%s) SELECT %s FROM seed_%s",
			           t[i].name, t[i].columns, t[i].columns, t[i].name);
	}
}

void scratch_migrated(void)
{
	struct db_list list;
	struct arena mem;
	struct db *db;

	choose("_full");
	arena_init(&mem, 16 << 20);
	db = scratch_connect(NULL);
	if (db_all(db, &tables, DB_NO_ARGS, &mem, sizeof(struct table), TABLES_MAX, &list))
		migrate(&mem); /* not there yet */
	else
		clear(db, &mem, &list);
	db_free(db);
	arena_release(&mem);
}

void scratch_run(const char *text)
{
	struct db *db = scratch_connect(NULL);

	scratch_run_on(db, text);
	db_free(db);
}

int64_t scratch_count(const char *text)
{
	struct db_query q = { .text = text, DB_ROWS(number_fields) };
	struct db *db = scratch_connect(NULL);
	struct number row = { 0 };
	struct arena mem;

	arena_init(&mem, 1 << 20);
	if (db_one(db, &q, DB_NO_ARGS, &mem, &row))
		die(text, db_error(db));
	db_free(db);
	arena_release(&mem);
	return row.n;
}
