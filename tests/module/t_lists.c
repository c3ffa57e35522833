/* The list of accounts: every order and filter against a full sort done here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts/list.h"
#include "main/demo.h"
#include "module/harness.h"

#define ACCOUNTS 700
#define SEED     7

static void begin(void)
{
	const struct demo_ask ask = { .accounts = ACCOUNTS, .seed = SEED };

	harness_begin();
	ck_assert_int_eq(demo_fill(harness_ctx(), &ask, NULL, NULL), OK);
	scratch_run("ANALYZE TABLE account, account_tree, account_word, hold");
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
}

/* All ids a statement gives, in its order, as one text. */
struct ids {
	const char *text;
};
static const struct field ids_row[] = { FIELD(struct ids, text) };

/* What the list has to be, by a plain statement: no index of the list is trusted. */
#define EXPECT(where, order) \
	{ \
		.text = "SELECT GROUP_CONCAT(a.id ORDER BY " order " SEPARATOR ' ') AS text" \
			" FROM account a WHERE " where, \
		DB_ROWS(ids_row) \
	}
#define HELD(id) \
	"EXISTS (SELECT 1 FROM hold h WHERE h.account_id = " id " AND h.module = ''" \
	" AND h.open_slot = 1 AND h.starts_at <= NOW(6)" \
	" AND (h.ends_at IS NULL OR h.ends_at > NOW(6)))"
#define STOPPED \
	"a.state = 'active' AND EXISTS (SELECT 1 FROM account_tree t" \
	" WHERE t.descendant_id = a.id AND " HELD("t.ancestor_id") ")"

#define NAME       "LEFT(a.name, 80), a.id"
#define NAME_DOWN  "LEFT(a.name, 80) DESC, a.id DESC"
#define LOGIN      "COALESCE(a.last_login_at, '1000-01-01'), a.id"
#define LOGIN_DOWN "COALESCE(a.last_login_at, '1000-01-01') DESC, a.id DESC"

static const struct {
	const char *query;
	struct db_query expect;
} lists[] = {
	{ "", EXPECT("1 = 1", NAME) },
	{ "sort=name", EXPECT("1 = 1", NAME) },
	{ "sort=-name", EXPECT("1 = 1", NAME_DOWN) },
	{ "sort=created", EXPECT("1 = 1", "a.id") },
	{ "sort=-created", EXPECT("1 = 1", "a.id DESC") },
	{ "sort=last_login", EXPECT("1 = 1", LOGIN) },
	{ "sort=-last_login", EXPECT("1 = 1", LOGIN_DOWN) },
	{ "q=kind:reseller", EXPECT("a.kind = 'reseller'", NAME) },
	{ "q=kind:customer&sort=-created", EXPECT("a.kind = 'customer'", "a.id DESC") },
	{ "q=kind:platform", EXPECT("a.kind = 'platform'", NAME) },
	{ "q=status:suspended", EXPECT(STOPPED, NAME) },
	{ "q=status:suspended&sort=-last_login", EXPECT(STOPPED, LOGIN_DOWN) },
	{ "q=status:terminated", EXPECT("a.state = 'terminated'", NAME) },
	{ "q=status:terminated&sort=created", EXPECT("a.state = 'terminated'", "a.id") },
	{ "q=status:purged&sort=-name", EXPECT("a.state = 'purged'", NAME_DOWN) },
	{ "q=status:not_confirmed",
	  EXPECT("a.state = 'active' AND a.kind = 'customer' AND a.confirmed_at IS NULL"
	         " AND NOT (" STOPPED ")",
	         NAME) },
	{ "q=status:active+kind:customer&sort=last_login",
	  EXPECT("a.state = 'active' AND a.kind = 'customer' AND a.confirmed_at IS NOT NULL"
	         " AND NOT (" STOPPED ")",
	         LOGIN) },
	{ "q=status:active+kind:reseller",
	  EXPECT("a.state = 'active' AND a.kind = 'reseller' AND NOT (" STOPPED ")", NAME) },
	{ "q=example&sort=name",
	  EXPECT("EXISTS (SELECT 1 FROM membership m JOIN person p ON p.id = m.person_id"
	         " WHERE m.account_id = a.id AND m.state = 'active' AND p.email LIKE '%example%')"
	         " OR EXISTS (SELECT 1 FROM account_contact k WHERE k.account_id = a.id)",
	         NAME) },
	{ "q=status:purged+kind:reseller", EXPECT("1 = 0", NAME) },
};

static const char *expected(const struct db_query *q)
{
	struct ctx *c = harness_ctx();
	struct ids row;

	scratch_run_on(c->db, "SET SESSION group_concat_max_len = 1000000");
	ck_assert_int_eq(db_one(c->db, q, DB_NO_ARGS, c->mem, &row), OK);
	return row.text ? row.text : "";
}

/* The ids of a page appended in order; the page's cursor of that name, or NULL. */
static const char *add_page(struct buf *ids, const char *path, const char *which, int *pages)
{
	struct answer a = call(METHOD_GET, path, NULL);

	ck_status(a, 200);
	for (size_t i = 0; i < length_at(&a, "/items"); i++) {
		char at[40];
		int64_t id;

		snprintf(at, sizeof(at), "/items/%zu/id", i);
		ck_assert(id_read(ID_ACCOUNT, text_at(&a, at), 17, &id));
		if (ids->len > 0)
			buf_putc(ids, ' ');
		buf_put_i64(ids, id);
	}
	(*pages)++;
	return text_at(&a, which);
}

static const char *page_path(const char *query, int limit, const char *cursor)
{
	return arena_printf(harness_ctx()->mem, "/api/v1/accounts?limit=%d%s%s%s%s", limit,
	                    *query ? "&" : "", query, cursor ? "&cursor=" : "",
	                    cursor ? cursor : "");
}

/* Walks all pages forwards; *last is the cursor that led to the last one. */
static const char *read_all(const char *query, int limit, const char **last)
{
	const char *cursor = NULL, *next;
	struct buf ids;
	int pages = 0;

	buf_init(&ids, harness_ctx()->mem, 1 << 20);
	*last = NULL;
	while ((next = add_page(&ids, page_path(query, limit, cursor), "/next", &pages))) {
		*last = next;
		cursor = next;
		ck_assert_int_lt(pages, 200);
	}
	return buf_str(&ids);
}

START_TEST(pages_forwards_are_the_full_sort)
{
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const char *last, *want = expected(&lists[i].expect);
		const char *got = read_all(lists[i].query, i % 2 ? 100 : 50, &last);

		ck_assert_msg(!strcmp(got, want), "%s:\n%s\n%s", lists[i].query, got, want);
	}
}
END_TEST

/* Backwards from the last page, each page in the list's own order. */
START_TEST(pages_backwards_meet_every_row_once)
{
	for (size_t i = 0; i < 12; i++) {
		const char *last, *want = read_all(lists[i].query, 25, &last), *got = "";
		int pages = 0;

		while (last) {
			struct buf ids;

			buf_init(&ids, harness_ctx()->mem, 1 << 20);
			last = add_page(&ids, page_path(lists[i].query, 25, last), "/prev",
			                &pages);
			got = arena_printf(harness_ctx()->mem, "%s%s%s", buf_str(&ids),
			                   *got ? " " : "", got);
			ck_assert_int_lt(pages, 200);
		}
		ck_assert_msg(!*got || !strcmp(got, want), "%s:\n%s\n%s", lists[i].query, got,
		              want);
	}
}
END_TEST

/* Words in the scripts of the demonstration: each finds at least one, and only such. */
static const char *const words[] = {
	"mueller", "Müller", "muller", "größer", "WOJCIK", "lefevre", "шевченко",  "ШЕВЧ",
	"Παπαδ",   "παπαδ",  "العلي",  "王",     "佐藤",   "शर्मा",    "kowal now", "o’brien",
};

START_TEST(names_are_found_in_their_scripts)
{
	int found = 0;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct buf escaped;
		struct answer a;
		size_t n;

		buf_init(&escaped, harness_ctx()->mem, 1000);
		for (const char *s = words[i]; *s; s++)
			buf_printf(&escaped, "%%%02X", (unsigned)(unsigned char)*s);
		a = call(METHOD_GET,
		         arena_printf(harness_ctx()->mem, "/api/v1/accounts?q=%s",
		                      buf_str(&escaped)),
		         NULL);
		ck_status(a, 200);
		n = length_at(&a, "/items");
		if (n == 0)
			fprintf(stderr, "nothing found for %s\n", words[i]);
		found += n > 0;
	}
	ck_assert_int_eq(found, (int)ARRAY_LEN(words));
}
END_TEST

START_TEST(an_account_is_found_by_all_its_numbers)
{
	struct answer a = call(METHOD_GET,
	                       "/api/v1/accounts?q=kind:customer+status:active&limit=10", NULL);
	static const char *const fields[] = { "/id",          "/number",      "/tenant_id",
		                              "/external_id", "/contract_no", "/login",
		                              "/email" };

	a = call(METHOD_GET,
	         arena_printf(harness_ctx()->mem, "/api/v1/accounts/%s",
	                      text_at(&a, "/items/3/id")),
	         NULL);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *text = i == 1 ? arena_printf(harness_ctx()->mem, "%lld",
		                                         (long long)number_at(&a, "/number"))
		                          : text_at(&a, fields[i]);
		struct answer b;

		if (!text)
			continue;
		b = call(METHOD_GET,
		         arena_printf(harness_ctx()->mem, "/api/v1/accounts?q=%s", text), NULL);
		ck_assert_msg(length_at(&b, "/items") >= 1, "%s", text);
		ck_assert_ptr_nonnull(strstr(b.body, text_at(&a, "/id")));
	}
}
END_TEST

/* Each line: a query, the field it is refused at and the code. */
static const struct {
	const char *query, *pointer, *code;
} refused[] = {
	{ "q=colour:red", "/q", "unknown-token" },
	{ "q=status:asleep", "/q", "unknown-value" },
	{ "q=kind:cow", "/q", "unknown-value" },
	{ "q=kind:customer+kind:reseller", "/q", "repeated-token" },
	{ "q=parent:acc_1", "/q", "unknown-value" },
	{ "q=a+b+c+d+e+f+g", "/q", "too-many-words" },
	{ "sort=size", "/sort", "not-one-of" },
	{ "sort=relevance", "/sort", "needs-words" },
	{ "limit=7", "/limit", "not-one-of" },
	{ "cursor=nonsense", "/cursor", "not-a-cursor" },
	{ "page=2", "/page", "unknown" },
};

START_TEST(a_question_that_is_not_understood_is_refused)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct answer a = call(METHOD_GET,
		                       arena_printf(harness_ctx()->mem, "/api/v1/accounts?%s",
		                                    refused[i].query),
		                       NULL);

		ck_status(a, 422);
		ck_assert_msg(complaint_at(&a, refused[i].pointer) &&
		                      !strcmp(complaint_at(&a, refused[i].pointer),
		                              refused[i].code),
		              "%s: %s", refused[i].query, a.body);
	}
}
END_TEST

START_TEST(a_reseller_lists_his_own_and_counts_them)
{
	int64_t reseller = 2, mine;
	struct answer a;
	const char *parent;

	mine = scratch_count("SELECT COUNT(*) AS n FROM account_tree WHERE ancestor_id = 2");
	acts_as_new(reseller, ROLE_RESELLER_PROGRAM, "prog");
	a = call(METHOD_GET, "/api/v1/accounts?limit=100", NULL);
	ck_assert_int_eq(number_at(&a, "/total/value"), mine);
	ck_assert_int_eq(number_at(&a, "/total/exact"), 1);
	/* His own parent is not told. */
	a = call(METHOD_GET, account_path(reseller, ""), NULL);
	ck_assert(!is_at(&a, "/parent_id"));
	ck_assert_uint_eq(length_at(&a, "/path"), 1);
	/* Below another's account there is nothing he could ask for. */
	parent = arena_printf(harness_ctx()->mem, "/api/v1/accounts?q=parent:%s",
	                      id_text(ID_ACCOUNT, 3));
	a = call(METHOD_GET, parent, NULL);
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/q"), "unknown-value");
	parent = arena_printf(harness_ctx()->mem, "/api/v1/accounts?limit=100&q=parent:%s",
	                      id_text(ID_ACCOUNT, reseller));
	a = call(METHOD_GET, parent, NULL);
	ck_assert_int_eq(number_at(&a, "/total/value"), mine - 1);
}
END_TEST

/* A cursor is text from outside: it may say anything, and breaks nothing. */
START_TEST(a_cursor_that_nobody_wrote_is_refused)
{
	static const char *const made[] = {
		/* "f:name:0:1:t" and what is not UTF-8 */
		"sort=name&cursor=ZjpuYW1lOjA6MTp0__4",
		"q=a&cursor=ZjpyZWxldmFuY2U6MDoxOnT__g",
		/* the ends of time, and beyond */
		"sort=last_login&cursor=ZjpsYXN0X2xvZ2luOjkyMjMzNzIwMzY4NTQ3NzU4MDc6MTpu",
		"sort=last_login&cursor=ZjpsYXN0X2xvZ2luOi05MjIzMzcyMDM2ODU0Nzc1ODA3OjE6bg",
		/* the eighth word of a question, and the one before the first */
		"q=a&cursor=ZjpyZWxldmFuY2U6NzoxOnRiYWtlcg",
		"q=a%20b&cursor=ZjpyZWxldmFuY2U6NzoxOnRiYWtlcg",
		"q=a&cursor=ZjpyZWxldmFuY2U6LTE6MTp0YmFrZXI",
	};

	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		const char *path =
			arena_printf(harness_ctx()->mem, "/api/v1/accounts?%s", made[i]);
		struct answer a = call(METHOD_GET, path, NULL);

		ck_assert_msg(a.status == 422, "%s: %d %s", path, a.status, a.body);
		ck_assert_str_eq(complaint_at(&a, "/cursor"), "not-a-cursor");
	}
}
END_TEST

/* The order goes by one of the words, and the cursor keeps to it. */
START_TEST(pages_of_several_words_meet_every_account_once)
{
	struct buf few, many;
	const char *next = NULL;
	int pages = 0;

	buf_init(&few, harness_ctx()->mem, 1 << 16);
	buf_init(&many, harness_ctx()->mem, 1 << 16);
	do
		next = add_page(&few, page_path("q=example%20a", 10, next), "/next", &pages);
	while (next);
	ck_assert_int_gt(pages, 2);
	do
		next = add_page(&many, page_path("q=a%20example", 100, next), "/next", &pages);
	while (next);
	ck_assert_str_eq(buf_str(&few), buf_str(&many));
}
END_TEST

TESTS_WITH("lists", begin, NULL, pages_forwards_are_the_full_sort,
           pages_backwards_meet_every_row_once, names_are_found_in_their_scripts,
           an_account_is_found_by_all_its_numbers, a_question_that_is_not_understood_is_refused,
           a_reseller_lists_his_own_and_counts_them, a_cursor_that_nobody_wrote_is_refused,
           pages_of_several_words_meet_every_account_once);
