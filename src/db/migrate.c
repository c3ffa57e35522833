#include "db/migrate.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/token.h"
#include "db/grants.h"
#include "db/lease.h"
#include "db/split.h"

#define STATEMENT_SEC  86400 /* a large table takes what it takes */
#define LEASE_SEC      60
#define FILE_MAX_BYTES (4u << 20)
#define VERSIONS_MAX   1000

struct version {
	int64_t version;
	const char *name, *sha256;
};

static const struct field version_fields[] = {
	FIELD(struct version, version),
	FIELD(struct version, name),
	FIELD(struct version, sha256),
};

struct found {
	int64_t n;
};

static const struct field found_fields[] = { FIELD(struct found, n) };

static const char make_versions[] =
	"CREATE TABLE IF NOT EXISTS schema_version ("
	" version INT NOT NULL PRIMARY KEY,"
	" name VARCHAR(100) NOT NULL,"
	" sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
	" applied_at DATETIME(6) NOT NULL"
	") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const struct db_query versions = {
	.text = "SELECT version, name, sha256 FROM schema_version ORDER BY version",
	DB_ROWS(version_fields),
};
static const struct db_query insert_version = {
	.text = "INSERT INTO schema_version (version, name, sha256, applied_at)"
		" VALUES (?, ?, ?, UTC_TIMESTAMP(6))",
};
static const struct db_query latest = {
	.text = "SELECT COALESCE(MAX(version), 0) AS n FROM schema_version",
	DB_ROWS(found_fields),
};
static const struct db_query has_versions = {
	.text = "SELECT COUNT(*) AS n FROM information_schema.tables"
		" WHERE table_schema = DATABASE() AND table_name = 'schema_version'",
	DB_ROWS(found_fields),
};

struct run {
	struct db *db;
	struct arena *mem;
	const struct migrate_config *config;
	struct lease *lease;
	struct db_list applied; /* struct version */
};

struct file {
	const char *text;
	size_t n;
	char sha256[2 * HASH_BYTES + 1];
};

static enum err tell(struct run *r, enum err e, const char *line)
{
	if (r->config->say)
		r->config->say(r->config->to, line);
	return e;
}

static enum err refused(struct run *r, enum err e)
{
	return tell(r, e, arena_printf(r->mem, "the database refused: %s", db_error(r->db)));
}

static enum err lost(struct run *r)
{
	return tell(r, ERR_CONFLICT, "another run took this one for dead and is at work");
}

static enum err run_text(struct run *r, const char *text, size_t n)
{
	enum err e = lease_keep(r->lease);

	if (e == ERR_CONFLICT)
		return lost(r);
	if (!e)
		e = db_run_text(r->db, text, n);
	if (!e)
		return OK;
	(void)refused(r, e);
	return lease_keep(r->lease) == ERR_CONFLICT ? lost(r) : e;
}

static enum err read_file(struct run *r, const char *name, struct file *out)
{
	const char *path = arena_printf(r->mem, "%s/%s", r->config->folder, name);
	unsigned char hash[HASH_BYTES];
	FILE *f = fopen(path, "re");
	struct stat st;
	char *text;
	size_t n = 0, size;

	if (!f)
		return tell(r, ERR_NOT_FOUND, arena_printf(r->mem, "cannot read %s", path));
	size = fstat(fileno(f), &st) ? FILE_MAX_BYTES : (size_t)st.st_size;
	text = arena_alloc(r->mem, size < FILE_MAX_BYTES ? size + 1 : 1);
	if (size < FILE_MAX_BYTES)
		n = fread(text, 1, size, f);
	fclose(f);
	if (n != size)
		return tell(r, ERR_INVALID,
		            arena_printf(r->mem, "cannot read all of %s", path));
	out->text = text;
	out->n = n;
	token_sha256(text, n, hash);
	hex_write(hash, sizeof(hash), out->sha256);
	return OK;
}

static enum err run_statements(struct run *r, const struct file *f)
{
	const char *at = f->text, *end = f->text + f->n, *text;
	enum err e = OK;
	size_t n;

	while (!e && split_next(&at, end, &text, &n))
		e = run_text(r, text, n);
	return e;
}

static const struct version *find_applied(const struct run *r, int64_t version)
{
	const struct version *v = r->applied.v;

	for (size_t i = 0; i < r->applied.n; i++)
		if (v[i].version == version)
			return &v[i];
	return NULL;
}

static enum err note_version(struct run *r, int64_t version, const char *name,
                             const char *sha256)
{
	enum err e = db_exec(r->db, &insert_version,
	                     DB_ARGS(db_i64(version), db_str(name), db_str(sha256)), NULL);

	return e ? refused(r, e) : OK;
}

static enum err apply(struct run *r, int64_t version, const char *name)
{
	const struct version *old = find_applied(r, version);
	struct file f;
	enum err e = read_file(r, name, &f);

	if (e)
		return e;
	if (old && strcmp(old->sha256, f.sha256) != 0)
		return tell(r, ERR_CONFLICT,
		            arena_printf(r->mem, "%s was changed after it was applied", name));
	if (old)
		return OK;
	e = run_statements(r, &f);
	if (!e)
		e = note_version(r, version, name, f.sha256);
	if (e)
		return tell(r, e, arena_printf(r->mem, "%s failed", name));
	return tell(r, OK, arena_printf(r->mem, "applied %s", name));
}

/* "0001-accounts.sql" */
static int is_migration(const struct dirent *d)
{
	const char *name = d->d_name;
	size_t n = strlen(name);

	return strspn(name, "0123456789") == 4 && name[4] == '-' && n > 9 && n <= 100 &&
	       strcmp(name + n - 4, ".sql") == 0;
}

static enum err apply_all(struct run *r, struct dirent **files, int64_t n)
{
	const struct version *v = r->applied.v;
	struct arena_mark mark;
	enum err e;

	for (int64_t i = 0; i < n; i++)
		if (strtol(files[i]->d_name, NULL, 10) != i + 1)
			return tell(r, ERR_INVALID,
			            arena_printf(r->mem, "version %04lld is missing from %s",
			                         (long long)i + 1, r->config->folder));
	if (r->applied.n && v[r->applied.n - 1].version > n)
		return tell(r, ERR_CONFLICT,
		            "the database is newer than these files; they will not touch it");
	mark = arena_mark(r->mem);
	for (int64_t i = 0; i < n; i++) {
		e = apply(r, i + 1, files[i]->d_name);
		arena_rewind(r->mem, mark);
		if (e)
			return e;
	}
	return OK;
}

static enum err apply_folder(struct run *r)
{
	struct dirent **files = NULL;
	int n = scandir(r->config->folder, &files, is_migration, alphasort);
	enum err e;

	if (n <= 0)
		e = tell(r, ERR_NOT_FOUND,
		         arena_printf(r->mem, "no migrations in %s", r->config->folder));
	else
		e = apply_all(r, files, n);
	for (int i = 0; i < n; i++)
		free(files[i]);
	free(files);
	return e;
}

static enum err take_back(void *to, const char *text, size_t n)
{
	return run_text(to, text, n);
}

/* Rights are not part of the schema: they are said anew each time, and no others stay. */
static enum err apply_grants(struct run *r)
{
	const char *path = arena_printf(r->mem, "%s/grants.sql", r->config->folder);
	struct grants_do back = { take_back, r };
	struct file f;
	bool pruned;
	enum err e;

	if (access(path, F_OK) != 0)
		return tell(r, OK, "no grants.sql here: rights stay as they are");
	e = read_file(r, "grants.sql", &f);
	if (!e)
		e = run_statements(r, &f);
	if (!e)
		e = grants_prune(r->db, r->mem, f.text, f.n, &back, &pruned);
	return !e && pruned ? run_statements(r, &f) : e;
}

static enum err take_lease(struct run *r)
{
	int sec = r->config->lease_sec ? r->config->lease_sec : LEASE_SEC;
	enum err e = lease_take(r->db, r->mem, sec, &r->lease);

	if (e == ERR_CONFLICT)
		return tell(
			r, e,
			arena_printf(r->mem,
		                     "another run is at work, or died less than %d seconds ago",
		                     sec));
	return e ? refused(r, e) : OK;
}

/* With the lease: nobody else changes the schema meanwhile. */
static enum err run_all(struct run *r)
{
	enum err e = run_text(r, make_versions, sizeof(make_versions) - 1);

	if (e)
		return e;
	e = db_all(r->db, &versions, DB_NO_ARGS, r->mem, sizeof(struct version), VERSIONS_MAX,
	           &r->applied);
	if (e)
		return refused(r, e);
	e = apply_folder(r);
	return e ? e : apply_grants(r);
}

enum err migrate_run(const struct db *like, struct arena *mem,
                     const struct migrate_config *config)
{
	struct run r = { .mem = mem, .config = config };
	enum err e, end;

	r.db = db_new_like(like, config->statement_sec ? config->statement_sec : STATEMENT_SEC);
	e = take_lease(&r);
	if (!e)
		e = run_all(&r);
	end = lease_give(r.lease);
	db_free(r.db);
	return e ? e : end;
}

enum err migrate_check(struct db *db, struct arena *mem, int64_t *found)
{
	struct found has, now = { 0 };
	enum err e = db_one(db, &has_versions, DB_NO_ARGS, mem, &has);

	if (!e && has.n)
		e = db_one(db, &latest, DB_NO_ARGS, mem, &now);
	if (e)
		return e;
	if (found)
		*found = now.n;
	return now.n == SCHEMA_VERSION ? OK : ERR_CONFLICT;
}
