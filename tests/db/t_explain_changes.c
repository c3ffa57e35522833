/* How the server reads the change log by address: that address's entries, in order. */
#include <string.h>

#include "changelog/queries.h"
#include "core/ctx.h"
#include "lib/scratch.h"
#include "lib/suite.h"

static struct arena mem;
static struct ctx ctx;

static void begin(void)
{
	static const struct core_config config;

	scratch_migrated();
	arena_init(&mem, 64u << 20);
	ctx_init_system(&ctx, &mem, scratch_connect(NULL), &config, "test");
	scratch_run("INSERT INTO change_log (at, action, actor_kind, actor_label, target_kind,"
	            " target_label, account_id, account_label, ip, correlation_id)"
	            " SELECT UTC_TIMESTAMP(6), 'site.create', 'system', 'x', 'site', 'x', 1,"
	            " 'Platform', CONCAT('10.0.', seq % 50, '.', seq % 7), 'a'"
	            " FROM seq_1_to_5000");
	scratch_run("ANALYZE TABLE change_log");
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

static struct db_arg value_for(const char *text, const char *mark)
{
	if (ends_with(text, mark, "l.ip = "))
		return db_str("10.0.3.3");
	if (ends_with(text, mark, "l.at >= "))
		return db_stamp(stamp_add(ctx.now, -USEC_PER_DAY));
	if (ends_with(text, mark, "l.at < "))
		return db_stamp(stamp_add(ctx.now, USEC_PER_DAY));
	if (ends_with(text, mark, "l.seq < "))
		return db_i64(INT64_MAX);
	if (!strncmp(mark, "? = ''", 6) || ends_with(text, mark, "l.action, "))
		return db_str("");
	if (!strncmp(mark, "? = 0", 5))
		return db_i64(0);
	return db_i64(ACCOUNT_ROOT);
}

static void check(const struct db_query *q)
{
	const char *text = arena_printf(&mem, "EXPLAIN %s", q->text), *at = text;
	const struct db_query asked = { .text = text, DB_ROWS(plan_v) };
	struct db_arg args[40];
	struct db_list plan;
	const struct plan *p;
	size_t n = 0, of_log = 0;

	for (; (at = strchr(at, '?')) != NULL; at++)
		args[n++] = value_for(text, at);
	ck_assert_msg(!db_all(ctx.db, &asked, args, n, &mem, sizeof(*p), 100, &plan), "%s\n%s",
	              db_error(ctx.db), text);
	p = plan.v;
	for (size_t i = 0; i < plan.n; i++) {
		if (!p[i].table || strcmp(p[i].table, "l") != 0)
			continue;
		of_log++;
		ck_assert_msg(p[i].key && !strcmp(p[i].key, "ix_change_ip"), "by %s: %s",
		              p[i].key ? p[i].key : "nothing", text);
		ck_assert_msg(!p[i].Extra || !strstr(p[i].Extra, "filesort"), "sorts: %s",
		              text);
	}
	ck_assert_msg(of_log == 1, "%s", text);
}

START_TEST(an_address_is_read_by_its_index_in_order)
{
	static const struct db_query *const *const all[] = { changelog_queries,
		                                             changelog_ask_queries };
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (size_t j = 0; all[i][j]; j++)
			if (strstr(all[i][j]->text, "ix_change_ip")) {
				check(all[i][j]);
				n++;
			}
	ck_assert_int_eq(n, 5); /* older, newer, counted, as a file, the newest's places */
}
END_TEST

TESTS_WITH("explain_changes", begin, end, an_address_is_read_by_its_index_in_order);
