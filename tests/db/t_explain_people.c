/*
 * How the server reads the lists of people: by an index in the order asked for,
 * or by what finds few of them, and never a whole table.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/scratch.h"
#include "lib/suite.h"
#include "main/demo.h"
#include "members/queries.h"
#include "people/list_sql.h"
#include "people/queries.h"

#define ACCOUNTS 3000

static struct arena mem;
static struct ctx ctx;

static void begin(void)
{
	static const struct core_config config;
	const struct demo_ask ask = { .accounts = ACCOUNTS, .seed = 7 };

	scratch_migrated();
	arena_init(&mem, 256u << 20);
	ctx_init_system(&ctx, &mem, scratch_connect(NULL), &config, "test");
	ck_assert_int_eq(demo_fill(&ctx, &ask, NULL, NULL), OK);
	scratch_run("ANALYZE TABLE account, account_tree, person, person_word, membership,"
	            " membership_role, session, factor");
}

static void end(void)
{
	db_free(ctx.db);
	arena_release(&mem);
}

struct plan {
	struct opt id;
	const char *select_type, *table, *type, *possible_keys, *key, *key_len, *ref, *rows,
		*Extra;
};
static const struct field plan_v[] = {
	FIELD(struct plan, id),
	FIELD(struct plan, select_type),
	FIELD(struct plan, table),
	FIELD(struct plan, type),
	FIELD(struct plan, possible_keys),
	FIELD(struct plan, key),
	FIELD(struct plan, key_len),
	FIELD(struct plan, ref),
	FIELD(struct plan, rows),
	FIELD(struct plan, Extra),
};

static bool ends_with(const char *text, const char *mark, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(mark - text) >= n && !memcmp(mark - n, what, n);
}

/* A likely value: what stands before the mark tells which. */
static struct db_arg value_for(const char *text, const char *mark)
{
	if (ends_with(text, mark, "word >= "))
		return db_bytes("mu", 2);
	if (ends_with(text, mark, "word < "))
		return db_bytes("mv", 2);
	if (ends_with(text, mark, "origin = "))
		return db_str("billing");
	if (ends_with(text, mark, "name_key > ") || ends_with(text, mark, "name_key < ") ||
	    ends_with(text, mark, "name_key = "))
		return db_str("m");
	if (ends_with(text, mark, "_at > ") || ends_with(text, mark, "_at < ") ||
	    ends_with(text, mark, "_at = ") || ends_with(text, mark, "_at <= "))
		return db_stamp(ctx.now);
	if (!strncmp(mark, "? IN ('', 'sub')", 16) || !strncmp(mark, "? = ''", 6) ||
	    !strncmp(mark, "? = 'sub'", 9))
		return db_str("");
	return db_i64(ACCOUNT_ROOT);
}

static struct db_list explain(const struct db_query *q)
{
	const char *text = arena_printf(&mem, "EXPLAIN %s", q->text), *at = text;
	const struct db_query asked = { .text = text, DB_ROWS(plan_v) };
	struct db_arg *args = arena_array(&mem, struct db_arg, 64);
	struct db_list out;
	size_t n = 0;

	for (; (at = strchr(at, '?')) != NULL; at++)
		args[n++] = value_for(text, at);
	ck_assert_msg(!db_all(ctx.db, &asked, args, n, &mem, sizeof(struct plan), 100, &out),
	              "%s\n%s", db_error(ctx.db), text);
	return out;
}

/* "j" is the list of ids a statement is given. */
static void check_scans(const char *name, const struct db_list *plan)
{
	const struct plan *p = plan->v;

	for (size_t i = 0; i < plan->n; i++) {
		if (!p[i].table || p[i].table[0] == '<' || !strcmp(p[i].table, "j") ||
		    !p[i].type || (p[i].rows && strtol(p[i].rows, NULL, 10) <= 2))
			continue;
		ck_assert_msg(strcmp(p[i].type, "ALL") != 0, "%s reads all of %s", name,
		              p[i].table);
		ck_assert_msg(p[i].key != NULL, "%s reads %s without an index", name,
		              p[i].table);
	}
}

static void check_walks(void)
{
	static const char *const keys[] = { [PEOPLE_NAME] = "ix_person_name",
		                            [PEOPLE_CREATED] = "PRIMARY",
		                            [PEOPLE_LOGIN] = "ix_person_seen" };

	for (int i = 0; i < PEOPLE_ORDER__MAX * 4; i++) {
		const char *name = arena_printf(&mem, "walk %d", i);
		struct db_list plan = explain(&people_walks[i / 4][i / 2 % 2][i % 2]);
		const struct plan *p = plan.v;

		ck_assert_msg(plan.n > 0 && !strcmp(p->table, "p") && p->key &&
		                      !strcmp(p->key, keys[i / 4]),
		              "%s begins with %s", name, p->key ? p->key : "nothing");
		ck_assert_msg(!p->Extra || !strstr(p->Extra, "filesort"), "%s sorts", name);
		check_scans(name, &plan);
	}
}

static void check_gathers(void)
{
	for (int d = 0; d < PEOPLE_DRIVER__MAX; d++) {
		struct db_list plan;

		for (int i = 0; i < PEOPLE_ORDER__MAX * 2; i++) {
			plan = explain(&people_gathers[d][i / 2][i % 2]);
			check_scans(arena_printf(&mem, "gather %d/%d", d, i), &plan);
		}
		plan = explain(&people_sizes[d]);
		check_scans("size", &plan);
		plan = explain(&people_counts[d]);
		check_scans("count", &plan);
	}
}

static void check_others(void)
{
	static const struct db_query *const *const all[] = {
		people_card_queries, people_words_queries,   guard_queries,       leave_queries,
		member_find_queries, member_session_queries, member_life_queries,
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (size_t j = 0; all[i][j]; j++) {
			struct db_list plan;

			if (!strncmp(all[i][j]->text, "INSERT", 6))
				continue;
			plan = explain(all[i][j]);
			check_scans(all[i][j]->text, &plan);
		}
}

/* One test: filling the database takes longer than all of them. */
START_TEST(people_are_read_by_their_indexes)
{
	struct people_filter f = { .kind = NULL };
	struct page p = { .limit = 50, .sort = "name" };
	struct db_list rows;
	int64_t n;
	bool exact;

	check_walks();
	check_gathers();
	check_others();
	ck_assert_int_eq(people_list(&ctx, &f, &p, &rows), OK);
	ck_assert_uint_eq(rows.n, 51);
	/* Demo people are found by their words without the worker. */
	ck_assert_int_eq(asked_parse(&ctx, "example org", &f.words), OK);
	ck_assert_int_eq(people_count(&ctx, &f, &n, &exact), OK);
	ck_assert_int_gt(n, ACCOUNTS / 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM person WHERE indexed = 0"),
	                 0);
}
END_TEST

TESTS_WITH("explain_people", begin, end, people_are_read_by_their_indexes);
