/* The change log as people read it: filters, pages, periods, tenancy, exports. */
#include <stdio.h>
#include <string.h>

#include "core/change.h"
#include "module/harness.h"

static int64_t north, south, shop;

struct entry {
	int64_t account_id;
	enum action action;
	const char *label;
	struct stamp at;
};

static enum err put_entry(void *arg)
{
	const struct entry *n = arg;
	struct ctx *c = harness_ctx();

	c->now = n->at;
	return change_put(c, &(struct change){ .action = n->action,
	                                       .target_kind = ID_ACCOUNT,
	                                       .target_id = n->account_id,
	                                       .target_label = n->label,
	                                       .account_id = n->account_id,
	                                       .account_label = n->label,
	                                       .before = "{\"name\":\"old\"}",
	                                       .after = "{\"name\":\"new\"}" });
}

static struct stamp day(int64_t n)
{
	return (struct stamp){ INT64_C(1767225600000000) + n * USEC_PER_DAY };
}

static void put(int64_t account_id, enum action action, const char *label, int64_t on_day)
{
	struct entry n = { account_id, action, label, day(on_day) };

	harness_tx(put_entry, &n);
}

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	shop = make_account(north, "customer", "Shop");
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "root@example.test");
	for (int i = 0; i < 30; i++)
		put(shop, i % 3 == 0 ? ACTION_SITE_CREATE : ACTION_CONTACT_CREATE, "Shop", i);
	put(south, ACTION_SITE_REMOVE, "South only", 40);
}

static const char *changes_of(int64_t account_id, const char *query)
{
	static char path[500];

	snprintf(path, sizeof(path), "%s%s", account_path(account_id, "/changes"), query);
	return path;
}

static const char *nth(const struct answer *a, size_t i, const char *member)
{
	char pointer[60];

	snprintf(pointer, sizeof(pointer), "/items/%zu/%s", i, member);
	return text_at(a, pointer);
}

START_TEST(no_action_chosen_shows_all_newest_first)
{
	struct answer a = call(METHOD_GET, changes_of(shop, "?limit=100"), NULL);

	ck_status(a, 200);
	ck_assert_uint_ge(length_at(&a, "/items"), 30);
	for (size_t i = 1; i < 30; i++)
		ck_assert_int_lt(strcmp(nth(&a, i, "id"), nth(&a, i - 1, "id")), 0);
}
END_TEST

START_TEST(several_actions_are_merged_in_order)
{
	struct answer a =
		call(METHOD_GET,
	             changes_of(shop, "?limit=100&action=site.create&action=contact.create"),
	             NULL);

	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 30);
	ck_assert_int_eq(number_at(&a, "/total/value"), 30);
	for (size_t i = 1; i < 30; i++)
		ck_assert_int_lt(strcmp(nth(&a, i, "id"), nth(&a, i - 1, "id")), 0);
	a = call(METHOD_GET, changes_of(shop, "?limit=100&action=site.create"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 10);
}
END_TEST

START_TEST(pages_forward_and_back_show_each_entry_once)
{
	char seen[3][20] = { "", "", "" };
	const char *query = "?limit=10&action=site.create&action=contact.create";
	struct answer a = call(METHOD_GET, changes_of(shop, query), NULL);
	char next[400];

	for (int page = 0; page < 3; page++) {
		ck_status(a, 200);
		ck_assert_uint_eq(length_at(&a, "/items"), 10);
		snprintf(seen[page], sizeof(seen[page]), "%s", nth(&a, 0, "id"));
		if (page == 2)
			break;
		snprintf(next, sizeof(next), "%s&cursor=%s", query, text_at(&a, "/next"));
		a = call(METHOD_GET, changes_of(shop, next), NULL);
	}
	ck_assert(!is_at(&a, "/next"));
	snprintf(next, sizeof(next), "%s&cursor=%s", query, text_at(&a, "/prev"));
	a = call(METHOD_GET, changes_of(shop, next), NULL);
	ck_assert_str_eq(nth(&a, 0, "id"), seen[1]);
}
END_TEST

START_TEST(a_period_is_half_open)
{
	struct answer a = call(METHOD_GET,
	                       changes_of(shop, "?limit=100&from=2026-01-05T00:00:00Z"
	                                        "&to=2026-01-08T00:00:00Z"),
	                       NULL);

	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 3);
	ck_assert_str_eq(nth(&a, 0, "at"), "2026-01-07T00:00:00.000000Z");
	ck_assert_str_eq(nth(&a, 2, "at"), "2026-01-05T00:00:00.000000Z");
}
END_TEST

/* Each line: a query, and the pointer and code it is refused with. */
static const struct {
	const char *query, *pointer, *code;
} refused[] = {
	{ "?action=no.such", "/action", "not-one-of" },
	{ "?limit=7", "/limit", "not-one-of" },
	{ "?from=yesterday", "/from", "not-a-time" },
	{ "?actor=acc_0000000000001", "/actor", "not-an-id" },
	{ "?correlation=zzz", "/correlation", "not-an-id" },
	{ "?ip=10.0.0", "/ip", "not-an-address" },
	{ "?newest=0", "/newest", "out-of-range" },
	{ "?newest=10001", "/newest", "out-of-range" },
	{ "?last_minutes=1441", "/last_minutes", "out-of-range" },
	{ "?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", "/to", "period-too-long" },
	{ "?cursor=zzz", "/cursor", "not-a-cursor" },
	{ "?colour=red", "/colour", "unknown" },
};

START_TEST(a_wrong_filter_is_refused_by_name)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct answer a = call(METHOD_GET, changes_of(shop, refused[i].query), NULL);
		const char *code = complaint_at(&a, refused[i].pointer);

		ck_status(a, 422);
		ck_assert_msg(code != NULL, "%s: %s", refused[i].query, a.body);
		ck_assert_str_eq(code, refused[i].code);
	}
}
END_TEST

START_TEST(the_newest_so_many_are_counted_across_pages_and_actions)
{
	static const char *const queries[] = {
		"?limit=10&newest=12",
		"?limit=10&newest=12&action=site.create&action=contact.create",
		"?limit=10&newest=12&from=2026-01-01T00:00:00Z&to=2026-01-31T00:00:00Z",
	};
	char next[500];

	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		struct answer a = call(METHOD_GET, changes_of(shop, queries[i]), NULL);

		ck_status(a, 200);
		ck_assert_int_eq(number_at(&a, "/total/value"), 12);
		ck_assert_str_eq(nth(&a, 0, "at"), "2026-01-30T00:00:00.000000Z");
		snprintf(next, sizeof(next), "%s&cursor=%s", queries[i], text_at(&a, "/next"));
		a = call(METHOD_GET, changes_of(shop, next), NULL);
		ck_assert_uint_eq(length_at(&a, "/items"), 2);
		ck_assert_str_eq(nth(&a, 1, "at"), "2026-01-19T00:00:00.000000Z");
		ck_assert(!is_at(&a, "/next"));
	}
}
END_TEST

START_TEST(the_last_minutes_end_now)
{
	struct answer a;
	struct entry old = { shop, ACTION_SITE_UPDATE, "Shop", stamp_now() }, new = old;

	old.at = stamp_add(old.at, -90 * USEC_PER_MIN);
	new.at = stamp_add(new.at, -30 * USEC_PER_MIN);
	harness_tx(put_entry, &old);
	harness_tx(put_entry, &new);
	a = call(METHOD_GET, changes_of(shop, "?action=site.update&last_minutes=60"), NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = call(METHOD_GET, changes_of(shop, "?action=site.update&last_minutes=120"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
}
END_TEST

static void put_from(const char *ip, const char *kind, int64_t actor, int64_t account)
{
	struct ctx *c = harness_ctx();

	scratch_run(arena_printf(
		c->mem,
		"INSERT INTO change_log (at, action, actor_kind, actor_id, actor_label,"
		" target_kind, target_label, account_id, account_label, ip, correlation_id)"
		" VALUES ('2026-05-01', 'site.create', '%s', %lld, 'x', 'account', 'x', %lld,"
		" 'x', '%s', 'a')",
		kind, (long long)actor, (long long)account, ip));
}

/* Whichever index it is read by, of how many accounts. */
START_TEST(what_came_from_one_address_is_found)
{
	static const char *const asked[] = { "?ip=2001:db8:0:0::7",
		                             "?ip=2001:DB8::7&action=site.create",
		                             "?ip=2001:db8::7&newest=100" };
	struct answer a;

	put_from("2001:db8::7", "system", 0, shop);
	put_from("2001:db8::8", "system", 0, shop);
	put_from("2001:db8::7", "system", 0, south);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		a = call(METHOD_GET, changes_of(shop, asked[i]), NULL);
		ck_status(a, 200);
		ck_assert_uint_eq(length_at(&a, "/items"), 1);
		ck_assert_int_eq(number_at(&a, "/total/value"), 1);
		ck_assert_str_eq(nth(&a, 0, "ip"), "2001:db8::7");
	}
	a = call(METHOD_GET, "/api/v1/changes?ip=2001:db8::7", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "north@example.test");
	a = call(METHOD_GET, "/api/v1/changes?ip=2001:db8::7", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
}
END_TEST

/* Of who works above, an address is not told, and so it is not found either. */
START_TEST(an_address_that_is_not_told_is_not_found)
{
	int64_t boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss@example.test");
	int64_t person = scratch_count("SELECT person_id AS n FROM membership"
	                               " ORDER BY id DESC LIMIT 1");
	struct answer a;

	ck_assert_int_gt(boss, 0);
	put_from("192.0.2.9", "person", person, shop);
	put_from("192.0.2.10", "billing", 1, shop);
	a = call(METHOD_GET, changes_of(shop, "?ip=192.0.2.9"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "north@example.test");
	a = call(METHOD_GET, changes_of(shop, "?ip=192.0.2.9"), NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	a = call(METHOD_GET, "/api/v1/changes?ip=192.0.2.9", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	a = call(METHOD_GET, changes_of(shop, "?ip=192.0.2.10"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	open_back_office(shop);
	acts_as_new(shop, ROLE_CUSTOMER_OWNER, "owner@example.test");
	a = call(METHOD_GET, changes_of(shop, "?ip=192.0.2.10"), NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
}
END_TEST

/* One request's entries and nobody else's, whichever list asks for them. */
START_TEST(what_one_request_did_is_found_by_its_correlation)
{
	static const char id[] = "00112233445566778899aabbccddeeff";
	char query[120], everywhere[160];
	struct answer a;

	snprintf(harness_ctx()->request_id, sizeof(harness_ctx()->request_id), "%s", id);
	put(shop, ACTION_SITE_UPDATE, "Shop", 50);
	put(shop, ACTION_CONTACT_UPDATE, "Shop", 51);
	put(south, ACTION_SITE_UPDATE, "South too", 52);
	snprintf(query, sizeof(query), "?correlation=%s", id);
	a = call(METHOD_GET, changes_of(shop, query), NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_int_eq(number_at(&a, "/total/value"), 2);
	ck_assert_str_eq(nth(&a, 0, "action"), "contact.update");
	snprintf(everywhere, sizeof(everywhere), "/api/v1/changes%s", query);
	a = call(METHOD_GET, everywhere, NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 3);
	snprintf(everywhere, sizeof(everywhere),
	         "/api/v1/changes%s&action=site.update&action=site.create", query);
	a = call(METHOD_GET, everywhere, NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "north@example.test");
	a = call(METHOD_GET, everywhere, NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
}
END_TEST

START_TEST(a_neighbour_sees_nothing_of_it)
{
	struct answer a;

	acts_as_new(south, ROLE_RESELLER_PROGRAM, "south@example.test");
	ck_refused(call(METHOD_GET, changes_of(shop, ""), NULL), 404, "not-found");
	a = call(METHOD_GET, "/api/v1/changes?limit=100", NULL);
	ck_status(a, 200);
	ck_assert_ptr_null(strstr(a.body, "Shop"));
	ck_assert_ptr_nonnull(strstr(a.body, "South only"));
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "north@example.test");
	a = call(METHOD_GET, "/api/v1/changes?limit=100&action=site.remove", NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
}
END_TEST

START_TEST(values_are_withheld_from_who_may_not_see_them)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_SUPPORT, "support@example.test");
	a = call(METHOD_GET, changes_of(shop, "?action=site.create"), NULL);
	ck_status(a, 200);
	ck_assert(!is_at(&a, "/items/0/before"));
	ck_assert(!is_at(&a, "/items/0/after"));
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "program@example.test");
	a = call(METHOD_GET, changes_of(shop, "?action=site.create"), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/before/name"), "old");
}
END_TEST

struct file_row {
	const char *file;
};
static const struct field file_v[] = { FIELD(struct file_row, file) };
static const struct db_query last_file = {
	.text = "SELECT file AS file FROM job WHERE file IS NOT NULL ORDER BY id DESC LIMIT 1",
	DB_ROWS(file_v),
};

/* What the last export wrote. */
static const char *exported(void)
{
	struct ctx *c = harness_ctx();
	const size_t max = 256 * 1024;
	char *text = arena_alloc(c->mem, max);
	struct file_row row;
	FILE *f;

	ck_assert_int_eq(db_one(c->db, &last_file, DB_NO_ARGS, c->mem, &row), OK);
	f = fopen(arena_printf(c->mem, "%s/%s", c->config->spool_dir, row.file), "r");
	ck_assert_ptr_nonnull(f);
	text[fread(text, 1, max - 1, f)] = '\0';
	fclose(f);
	return text;
}

/* The rows of a stream lie in the same place: what one line has the next must not keep. */
START_TEST(an_exported_line_without_a_target_has_none)
{
	const char *text;

	scratch_run(
		"INSERT INTO change_log (at, action, actor_kind, actor_label, target_kind,"
		" target_id, target_label, account_id, account_label, correlation_id)"
		" VALUES ('2026-05-01', 'site.create', 'system', 'x', 'account', 1, 'With',"
		" 1, 'Platform', 'a'), ('2026-05-02', 'site.create', 'system', 'x', 'account',"
		" NULL, 'Without', 1, 'Platform', 'b'), ('2026-05-03', 'site.create',"
		" 'system', 'x', 'account', 1, 'With', 1, 'Platform', 'c')");
	ck_status(call(METHOD_GET, "/export/v1/changes.csv", NULL), 200);
	text = exported();
	ck_assert_msg(strstr(text,
	                     arena_printf(harness_ctx()->mem, "\"With\",\"account\",\"%s\"",
	                                  id_text(ID_ACCOUNT, ACCOUNT_ROOT))) != NULL,
	              "%s", text);
	ck_assert_msg(strstr(text, "\"Without\",\"account\",\"\"") != NULL, "%s", text);
}
END_TEST

START_TEST(an_export_takes_the_same_filters)
{
	const char *text;

	put_from("2001:db8::7", "system", 0, shop);
	put_from("2001:db8::8", "system", 0, shop);
	ck_status(call(METHOD_GET, "/export/v1/changes.csv?ip=2001:db8::7", NULL), 200);
	text = exported();
	ck_assert_ptr_nonnull(strstr(text, "\"2001:db8::7\""));
	ck_assert_ptr_null(strstr(text, "\"2001:db8::8\""));
	ck_status(call(METHOD_GET, "/export/v1/changes.csv?newest=2&action=site.create", NULL),
	          200);
	text = exported();
	ck_assert_ptr_nonnull(strstr(text, "\"2001:db8::7\""));
	ck_assert_ptr_null(strstr(text, "\"Shop\""));
}
END_TEST

START_TEST(who_may_not_read_the_log_may_not_export_it)
{
	acts_as_new(shop, ROLE_CUSTOMER_MEMBER, "member@example.test");
	ck_status(call(METHOD_GET, changes_of(shop, ""), NULL), 403);
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "support@example.test");
	ck_status(call(METHOD_GET, "/export/v1/changes.csv", NULL), 403);
}
END_TEST

START_TEST(the_log_leaves_with_who_proved_himself_of_late)
{
	const char *of_shop =
		arena_printf(harness_ctx()->mem, "/export/v1/accounts/%s/changes.csv",
	                     id_text(ID_ACCOUNT, shop));

	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 6 MINUTE");
	ck_refused(call(METHOD_GET, "/export/v1/changes.csv", NULL), 403, "proof-needed");
	ck_refused(call(METHOD_GET, of_shop, NULL), 403, "proof-needed");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job"), 0);
	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 4 MINUTE");
	ck_status(call(METHOD_GET, of_shop, NULL), 200);
}
END_TEST

TESTS_WITH("changelog", begin, NULL, no_action_chosen_shows_all_newest_first,
           several_actions_are_merged_in_order, pages_forward_and_back_show_each_entry_once,
           what_one_request_did_is_found_by_its_correlation, a_period_is_half_open,
           the_newest_so_many_are_counted_across_pages_and_actions, the_last_minutes_end_now,
           what_came_from_one_address_is_found, an_address_that_is_not_told_is_not_found,
           an_export_takes_the_same_filters, a_wrong_filter_is_refused_by_name,
           a_neighbour_sees_nothing_of_it, values_are_withheld_from_who_may_not_see_them,
           an_exported_line_without_a_target_has_none,
           who_may_not_read_the_log_may_not_export_it,
           the_log_leaves_with_who_proved_himself_of_late);
