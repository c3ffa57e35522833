#include "db/grants.h"

#include <stdlib.h>
#include <string.h>

#include "db/split.h"

#define RIGHTS_MAX 2000

/* One right on a table, or on one column of it (NULL: all of them). */
struct right {
	const char *user, *table, *word, *column;
};

static const struct field right_v[] = {
	FIELD(struct right, user),
	FIELD(struct right, table),
	FIELD(struct right, word),
	FIELD(struct right, column),
};

static const struct db_query held = {
	.text = "SELECT grantee AS user, table_name AS `table`, privilege_type AS word,"
		" NULL AS `column` FROM information_schema.table_privileges"
		" WHERE table_schema = DATABASE() AND privilege_type <> 'USAGE'"
		" UNION ALL SELECT grantee, table_name, privilege_type, column_name"
		" FROM information_schema.column_privileges WHERE table_schema = DATABASE()",
	DB_ROWS(right_v),
};

struct list {
	struct arena *mem;
	struct right v[RIGHTS_MAX];
	size_t n;
};

/* A word, or one sign; white space and commas are passed over. */
static const char *next_token(struct arena *mem, const char **at, const char *end)
{
	static const char apart[] = " \t\n,";
	const char *s = *at;
	size_t n = 0;

	while (s < end && strchr(apart, *s))
		s++;
	if (s == end)
		return NULL;
	if (*s == '(' || *s == ')')
		n = 1;
	else
		while (s + n < end && !strchr(apart, s[n]) && s[n] != '(' && s[n] != ')')
			n++;
	*at = s + n;
	return arena_copy(mem, s, n);
}

static void add(struct list *l, const char *word, const char *column)
{
	if (l->n < RIGHTS_MAX)
		l->v[l->n++] = (struct right){ .word = word, .column = column };
}

/* 'name'@'host', as the server writes it. */
static const char *grantee(struct arena *mem, const char *user)
{
	const char *at = strchr(user, '@');

	if (!at)
		return user;
	return arena_printf(mem, "'%.*s'@'%s'", (int)(at - user), user, at + 1);
}

/* "GRANT SELECT (a, b), INSERT ON table TO user@host" */
static void read_grant(struct list *l, const char *at, size_t n)
{
	const char *end = at + n, *t = next_token(l->mem, &at, end), *word = NULL;
	const char *table, *user;
	size_t first = l->n;
	bool inside = false;

	while ((t = next_token(l->mem, &at, end)) && (inside || strcmp(t, "ON") != 0)) {
		if (strcmp(t, "(") == 0) {
			inside = true;
			l->n--; /* not the whole table, but these columns */
		} else if (strcmp(t, ")") == 0) {
			inside = false;
		} else if (inside) {
			add(l, word, t);
		} else {
			word = t;
			add(l, word, NULL);
		}
	}
	table = next_token(l->mem, &at, end);
	(void)next_token(l->mem, &at, end); /* TO */
	user = next_token(l->mem, &at, end);
	for (size_t i = first; i < l->n; i++) {
		l->v[i].table = table;
		l->v[i].user = user ? grantee(l->mem, user) : NULL;
	}
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_given(const struct list *l, const struct right *r, bool *known)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct right *g = &l->v[i];

		if (!same(g->user, r->user))
			continue;
		*known = true;
		if (same(g->table, r->table) && same(g->word, r->word) &&
		    same(g->column, r->column))
			return true;
	}
	return false;
}

static const char *revoke(struct arena *mem, const struct right *r)
{
	return arena_printf(mem, "REVOKE %s%s%s%s ON `%s` FROM %s", r->word,
	                    r->column ? " (`" : "", r->column ? r->column : "",
	                    r->column ? "`)" : "", r->table, r->user);
}

enum err grants_prune(struct db *db, struct arena *mem, const char *text, size_t n,
                      struct grants_do *run, bool *pruned)
{
	struct list *l = arena_new(mem, struct list);
	const char *end = text + n, *one, *out;
	const struct right *v;
	struct db_list rows;
	size_t len;
	enum err e;

	*pruned = false;
	l->mem = mem;
	while (split_next(&text, end, &one, &len))
		if (len > 6 && strncmp(one, "GRANT ", 6) == 0)
			read_grant(l, one, len);
	e = db_all(db, &held, DB_NO_ARGS, mem, sizeof(struct right), RIGHTS_MAX, &rows);
	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++) {
		bool known = false;

		if (is_given(l, &v[i], &known) || !known)
			continue;
		out = revoke(mem, &v[i]);
		e = run->run(run->to, out, strlen(out));
		*pruned = true;
	}
	return e;
}
