/*
 * How the server reads the list of accounts: by indexes in the order asked
 * for, and no further than the page needs.
 *
 * The plans are those of some thousand accounts with fresh statistics.  What
 * was really read is counted too (Handler_read), because a plan that looks
 * fine can still read everything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts/list.h"
#include "accounts/list_sql.h"
#include "accounts/queries.h"
#include "base/buf.h"
#include "core/memo.h"
#include "lib/scratch.h"
#include "lib/suite.h"
#include "main/demo.h"

#define ACCOUNTS 6000 /* more than a small subtree, which is gathered and sorted */
#define PAGE     50

static struct arena mem;
static struct ctx ctx;

static void begin(void)
{
	static const struct core_config config;
	const struct demo_ask ask = { .accounts = ACCOUNTS, .seed = 5 };
	struct db *db;

	scratch_migrated();
	db = scratch_connect(NULL);
	arena_init(&mem, 256u << 20);
	ctx_init_system(&ctx, &mem, db, &config, "test");
	ck_assert_int_eq(demo_fill(&ctx, &ask, NULL, NULL), OK);
	scratch_run(
		"ANALYZE TABLE account, account_tree, account_word, hold, person, membership");
}

static void end(void)
{
	db_free(ctx.db);
	arena_release(&mem);
}

struct plan {
	struct opt id;
	const char *select_type, *table, *type, *possible_keys, *key, *key_len, *ref;
	const char *rows, *Extra;
};
static const struct field plan_row[] = {
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

static size_t count_marks(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '?';
	return n;
}

/* A likely value for each mark: what stands before it tells which. */
static struct db_arg value_for(const char *text, const char *mark)
{
	char before[80];
	size_t n = (size_t)(mark - text) < sizeof(before) - 1 ? (size_t)(mark - text)
	                                                      : sizeof(before) - 1;

	memcpy(before, mark - n, n);
	before[n] = '\0';
	if (!strcmp(before + (n > 7 ? n - 7 : 0), " LIMIT "))
		return db_i64(PAGE + 1);
	if (strstr(before + (n > 8 ? n - 8 : 0), "_at "))
		return db_stamp(ctx.now);
	if (strstr(before + (n > 22 ? n - 22 : 0), "own_state = "))
		return db_str("suspended");
	if (strstr(before + (n > 16 ? n - 16 : 0), ".kind = "))
		return db_str("reseller");
	if (strstr(before + (n > 14 ? n - 14 : 0), "external_id = "))
		return db_bytes("C-1", 3);
	if (strstr(before + (n > 8 ? n - 8 : 0), "word "))
		return db_bytes(before[n - 2] == '<' ? "n" : "m", 1);
	if (strstr(before + (n > 16 ? n - 16 : 0), "name_key"))
		return db_str("m");
	if (mark[1] == ' ' && mark[2] == '=' && mark[4] == '\'')
		return db_str("customer"); /* a filter that is on */
	if (mark[1] == ' ' && mark[2] == '=' && mark[4] == '0')
		return db_i64(1);
	return db_i64(ACCOUNT_ROOT);
}

static struct db_list explain(const struct db_query *q)
{
	const char *text = arena_printf(&mem, "EXPLAIN %s", q->text), *at = text;
	const struct db_query asked = { .text = text, DB_ROWS(plan_row) };
	size_t n = count_marks(text);
	struct db_arg *args = arena_array(&mem, struct db_arg, n);
	struct db_list out;

	for (size_t i = 0; i < n; i++) {
		at = strchr(at, '?');
		args[i] = value_for(text, at++);
	}
	ck_assert_msg(!db_all(ctx.db, &asked, args, n, &mem, sizeof(struct plan), 100, &out),
	              "%s\n%s", db_error(ctx.db), text);
	return out;
}

static bool is_table(const struct plan *p)
{
	return p->table && p->table[0] != '<';
}

/* No table is read from end to end, and nothing is read without an index. */
static void check_scans(const char *name, const struct db_list *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct plan *p = (const struct plan *)plan->v + i;

		/* A table of a row or two is read without an index. */
		if (!is_table(p) || !p->type || (p->rows && strtol(p->rows, NULL, 10) <= 2))
			continue;
		ck_assert_msg(strcmp(p->type, "ALL") != 0, "%s reads all of %s", name,
		              p->table);
		ck_assert_msg(strcmp(p->type, "index") != 0, "%s reads all of the index of %s",
		              name, p->table);
		ck_assert_msg(p->key != NULL, "%s reads %s without an index", name, p->table);
	}
}

static void check_unsorted(const char *name, const struct db_list *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct plan *p = (const struct plan *)plan->v + i;

		ck_assert_msg(!p->Extra || (!strstr(p->Extra, "filesort") &&
		                            !strstr(p->Extra, "temporary")),
		              "%s sorts: %s: %s", name, p->table, p->Extra);
	}
}

/* The statement begins with this index of this table. */
static void check_driver(const char *name, const struct db_list *plan, const char *table,
                         const char *key)
{
	const struct plan *p = plan->v;

	ck_assert_msg(plan->n > 0 && p->table && !strcmp(p->table, table) && p->key &&
	                      !strcmp(p->key, key),
	              "%s begins with %s by %s", name, p->table ? p->table : "nothing",
	              p->key ? p->key : "nothing");
}

static const char *const walk_keys[] = {
	[WALK_NAME] = "ix_tree_name",   [WALK_CREATED] = "PRIMARY",
	[WALK_LOGIN] = "ix_tree_login", [WALK_KIND] = "ix_tree_kind",
	[WALK_STATE] = "ix_tree_state",
};

static void a_walk_reads_its_index_in_order(void)
{
	for (int w = 0; w < WALK__MAX; w++)
		for (int i = 0; i < WAYS * 2 * FILTERS; i++) {
			int f = i % FILTERS, way = i / FILTERS / 2, cursor = i / FILTERS % 2;
			const struct db_query *q = &list_walks[w][way][cursor][f];
			const char *name = arena_printf(&mem, "walk %d/%d", w, i);
			struct db_list plan = explain(q);

			check_driver(name, &plan, "t", walk_keys[w]);
			check_scans(name, &plan);
			check_unsorted(name, &plan);
		}
	for (int w = 0; w <= WALK_KIND; w++)
		for (int i = 0; i < 4; i++) {
			const char *name = arena_printf(&mem, "plain walk %d/%d", w, i);
			struct db_list plan = explain(&list_plains[w][i / 2][i % 2]);

			check_driver(name, &plan, "t", walk_keys[w]);
			ck_assert(w != WALK_KIND ||
			          strstr(((struct plan *)plan.v)->Extra, "Using index"));
			check_scans(name, &plan);
			check_unsorted(name, &plan);
		}
}

static void a_search_reads_the_words_in_order(void)
{
	for (int i = 0; i < 4; i++) {
		const char *name = arena_printf(&mem, "search %d", i);
		struct db_list plan = explain(&list_searches[i / 2][i % 2]);

		check_driver(name, &plan, "w", "PRIMARY");
		check_scans(name, &plan);
		check_unsorted(name, &plan);
	}
}

/* A gather sorts, but only what its index leaves. */
static void a_gather_and_a_count_read_by_an_index(void)
{
	for (int d = 0; d < DRIVER__MAX; d++) {
		struct db_list counts = explain(&list_counts[d]);
		for (int i = 0; i < ORDER__MAX * WAYS; i++) {
			struct db_list plan = explain(&list_gathers[d][i / WAYS][i % WAYS]);

			check_scans(arena_printf(&mem, "gather %d/%d", d, i), &plan);
		}
		check_scans(arena_printf(&mem, "count %d", d), &counts);
	}
	for (int i = 0; i < (DRIVER_GROUP + 1) * WAYS; i++) {
		struct db_list plan = explain(&list_small_searches[i / WAYS][i % WAYS]);

		check_scans("small search", &plan);
	}
}

/* Every other statement of these modules finds its rows by an index. */
static void no_statement_of_accounts_reads_a_whole_table(void)
{
	static const struct db_query *const *const all[] = {
		index_queries,          list_other_queries,   accounts_queries,
		account_update_queries, account_card_queries, contacts_queries,
		sites_queries,          site_write_queries,
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (size_t j = 0; all[i][j]; j++) {
			struct db_list plan;

			if (strstr(all[i][j]->text, "JSON_TABLE") ||
			    !strchr(all[i][j]->text, '?') ||
			    !strncmp(all[i][j]->text, "INSERT", 6))
				continue;
			plan = explain(all[i][j]);
			check_scans(all[i][j]->text, &plan);
		}
}

struct handlers {
	int64_t n;
};
static const struct field handlers_row[] = { FIELD(struct handlers, n) };
static const struct db_query handlers = {
	.text = "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) AS n"
		" FROM information_schema.SESSION_STATUS"
		" WHERE VARIABLE_NAME LIKE 'HANDLER\\_READ\\_%'",
	DB_ROWS(handlers_row),
};

#define ENTRIES(from, to) \
	{ \
		.text = "SELECT COUNT(*) AS n FROM account_word WHERE word >= '" from \
			"' AND word < '" to "'", \
		DB_ROWS(handlers_row) \
	}

static int64_t rows_read(void)
{
	struct handlers row;

	ck_assert_int_eq(db_one(ctx.db, &handlers, DB_NO_ARGS, &mem, &row), OK);
	return row.n;
}

/* Since then, without what it takes to look. */
static int64_t rows_read_since(int64_t before)
{
	int64_t after = rows_read();

	return after - before - (rows_read() - after);
}

/* Questions of people, and how many rows may be looked at for a page. */
static const struct {
	const char *q, *sort;
	int64_t most; /* times the page */
} pages[] = {
	{ "", "name", 10 },
	{ "", "-name", 10 },
	{ "", "created", 10 },
	{ "", "-created", 10 },
	{ "", "last_login", 10 },
	{ "", "-last_login", 10 },
	{ "kind:customer", "name", 10 },
	{ "kind:reseller", "name", 10 },
	{ "status:active", "name", 25 },
	{ "status:terminated", "name", 25 },
	{ "example", "relevance", 40 },
	{ "a", "relevance", 40 },
	{ "example m", "relevance", 8 },
};

static enum err read_page(const struct query *q, struct page *p, struct page_end *end)
{
	struct db_list rows;
	enum err e = accounts_list(&ctx, q, p, &rows);

	if (e)
		return e;
	ck_assert_uint_eq(rows.n, (size_t)p->limit + 1);
	page_close(&mem, p, &rows, sizeof(struct account_item), accounts_page_key, end);
	return OK;
}

static void a_page_looks_at_few_rows_however_deep_it_is(void)
{
	/* Without the one held reseller: the usual case. */
	scratch_run("UPDATE hold SET open_slot = NULL WHERE account_kind = 'reseller'");
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct page p = { .limit = PAGE, .sort = pages[i].sort };
		struct page_end end = { 0 };
		struct query q;
		int64_t before, after;

		if (!strcmp(pages[i].q, "kind:reseller") ||
		    !strcmp(pages[i].q, "status:terminated"))
			p.limit = 10;
		ck_assert_int_eq(query_parse(&ctx, pages[i].q, &q), OK);
		/* The counts that choose the way are remembered by a worker. */
		ctx.memo = arena_new(&mem, struct memo);
		for (int page = 0; page < (p.limit == 10 ? 1 : 4); page++) {
			struct page_end unused;

			ck_assert_int_eq(read_page(&q, &p, &unused), OK);
			before = rows_read();
			ck_assert_int_eq(read_page(&q, &p, &end), OK);
			after = rows_read();
			ck_assert_msg(after - before <= pages[i].most * p.limit,
			              "%s by %s, page %d: %lld rows looked at", pages[i].q,
			              pages[i].sort, page, (long long)(after - before));
			ck_assert_int_eq(page_read(&ctx, p.limit, end.next, p.sort,
			                           account_sorts, &p),
			                 OK);
		}
	}
}

/* Several words, and the rarest of them: no more is read than its entries are worth. */
static const struct {
	const char *q, *sort;
	struct db_query rarest;
} several[] = {
	{ "mueller example", "relevance", ENTRIES("mueller", "muelles") },
	{ "example mueller", "name", ENTRIES("mueller", "muelles") },
	{ "example mueller com", "-created", ENTRIES("mueller", "muelles") },
	{ "kind:customer example zzz mueller", "name", ENTRIES("zzz", "zz{") },
	{ "example berg mueller", "last_login", ENTRIES("berg", "berh") },
};

static void of_several_words_the_rarest_drives(void)
{
	for (size_t i = 0; i < ARRAY_LEN(several); i++) {
		struct page p = { .limit = PAGE, .sort = several[i].sort };
		struct handlers entries;
		struct db_list rows;
		struct query q;
		int64_t before, looked;

		ck_assert_int_eq(db_one(ctx.db, &several[i].rarest, DB_NO_ARGS, &mem, &entries),
		                 OK);
		ck_assert_int_eq(query_parse(&ctx, several[i].q, &q), OK);
		ctx.memo = arena_new(&mem, struct memo);
		ck_assert_int_eq(accounts_list(&ctx, &q, &p, &rows), OK);
		before = rows_read();
		ck_assert_int_eq(accounts_list(&ctx, &q, &p, &rows), OK);
		looked = rows_read_since(before);
		/* Each: the word, the account, the tree, and twice where it is sorted. */
		ck_assert_msg(looked <= 5 * (PAGE + entries.n),
		              "%s by %s: %lld rows looked at, %lld entries", several[i].q,
		              several[i].sort, (long long)looked, (long long)entries.n);
	}
}

/* What a plain statement makes of the same question. */
struct ids {
	const char *text;
};
static const struct field ids_row[] = { FIELD(struct ids, text) };

#define IDS(from, order) \
	{ \
		.text = "SELECT GROUP_CONCAT(id ORDER BY " order \
			" SEPARATOR ' ') AS text FROM " from, \
		DB_ROWS(ids_row) \
	}
#define FOUND(from, to) \
	"(SELECT account_id AS id, MIN(word) AS w FROM account_word WHERE word >= '" from \
	"' AND word < '" to "' GROUP BY account_id) x"
#define BOTH(from, to) \
	"(SELECT account_id AS id, MIN(word) AS w FROM account_word WHERE word >= '" from \
	"' AND word < '" to "' AND account_id IN (SELECT account_id FROM account_word" \
	" WHERE word LIKE 'example%') GROUP BY account_id) x"
#define NAMED(other, from, to) \
	"(SELECT t.descendant_id AS id, t.name_key FROM account_tree t WHERE t.ancestor_id = 1" \
	" AND t.descendant_id IN (SELECT account_id FROM account_word WHERE word >= '" from \
	"' AND word < '" to "') AND t.descendant_id IN (SELECT account_id FROM account_word" \
	" WHERE word LIKE '" other "%')) x"
#define STATE(state) \
	"(SELECT t.descendant_id AS id, t.last_login_at, t.name_key FROM account_tree t" \
	" WHERE t.ancestor_id = 1 AND t.own_state = '" state "') x"
/* Held itself, or below a held reseller. */
#define STOPPED \
	"(SELECT DISTINCT a.id, COALESCE(a.last_login_at, '1000-01-01') AS last_login_at," \
	" LEFT(a.name, 80) AS name_key FROM account a JOIN account_tree t" \
	" ON t.descendant_id = a.id JOIN hold h ON h.account_id = t.ancestor_id" \
	" AND h.module = '' AND h.open_slot = 1 WHERE a.state = 'active') x"

static const struct {
	const char *q, *sort;
	struct db_query expect;
} sorted[] = {
	{ "mueller", "relevance", IDS(FOUND("mueller", "muelles"), "w, id") },
	{ "m", "relevance", IDS(FOUND("m", "n"), "w, id") },
	{ "m", "created", IDS(FOUND("m", "n"), "id") },
	{ "mueller", "-created", IDS(FOUND("mueller", "muelles"), "id DESC") },
	{ "m example", "created", IDS(BOTH("m", "n"), "id") },
	{ "mueller example", "-created", IDS(BOTH("mueller", "muelles"), "id DESC") },
	{ "example mueller", "relevance", IDS(BOTH("mueller", "muelles"), "w, id") },
	{ "example m", "name", IDS(NAMED("example", "m", "n"), "name_key, id") },
	{ "e", "name", IDS(NAMED("e", "e", "f"), "name_key, id") },
	{ "status:terminated", "-created", IDS(STATE("terminated"), "id DESC") },
	{ "status:terminated", "last_login", IDS(STATE("terminated"), "last_login_at, id") },
	{ "status:purged", "-last_login", IDS(STATE("purged"), "last_login_at DESC, id DESC") },
	{ "status:suspended", "name", IDS(STOPPED, "name_key, id") },
	{ "status:suspended", "-last_login", IDS(STOPPED, "last_login_at DESC, id DESC") },
	{ "kind:reseller", "-created",
	  IDS("(SELECT id FROM account WHERE kind = 'reseller') x", "id DESC") },
	{ "", "-last_login",
	  IDS("(SELECT id, COALESCE(last_login_at, '1000-01-01') AS l FROM account) x",
	      "l DESC, id DESC") },
};

static const char *listed(const char *text, const char *sort)
{
	struct page p = { .limit = 100, .sort = sort };
	struct page_end end = { 0 };
	const struct account_item *v;
	struct db_list rows;
	struct query q;
	struct buf ids;
	enum err e;

	buf_init(&ids, &mem, 1 << 20);
	ck_assert_int_eq(query_parse(&ctx, text, &q), OK);
	do {
		ck_assert_int_eq(accounts_list(&ctx, &q, &p, &rows), OK);
		v = rows.v;
		page_close(&mem, &p, &rows, sizeof(*v), accounts_page_key, &end);
		for (size_t i = 0; i < rows.n; i++)
			buf_printf(&ids, i || p.at.set ? " %lld" : "%lld", (long long)v[i].id);
		e = end.next ? page_read(&ctx, p.limit, end.next, sort, account_sorts, &p) : OK;
		ck_assert_int_eq(e, OK);
	} while (end.next);
	return buf_str(&ids);
}

/* The ways of large sets, which the lists of the module tests are too small for. */
static void a_large_list_is_the_full_sort(void)
{
	scratch_run_on(ctx.db, "SET SESSION group_concat_max_len = 1000000");
	ctx.memo = arena_new(&mem, struct memo);
	for (size_t i = 0; i < ARRAY_LEN(sorted); i++) {
		const char *got = listed(sorted[i].q, sorted[i].sort);
		struct ids want;
		enum err e = db_one(ctx.db, &sorted[i].expect, DB_NO_ARGS, &mem, &want);

		ck_assert_int_eq(e, OK);
		ck_assert_msg(!strcmp(got, want.text), "%s by %s:\n%.300s\n%.300s", sorted[i].q,
		              sorted[i].sort, got, want.text);
	}
}

/* One test: filling the database takes longer than all of them. */
START_TEST(lists_are_read_by_their_indexes)
{
	a_walk_reads_its_index_in_order();
	a_search_reads_the_words_in_order();
	a_gather_and_a_count_read_by_an_index();
	no_statement_of_accounts_reads_a_whole_table();
	a_large_list_is_the_full_sort();
	a_page_looks_at_few_rows_however_deep_it_is();
	of_several_words_the_rarest_drives();
}
END_TEST

TESTS_WITH("explain", begin, end, lists_are_read_by_their_indexes);
