/* Fields a reseller defines, and what stands in them. */
#include <string.h>

#include "core/jobs.h"
#include "main/jobs.h"
#include "module/harness.h"

static int64_t north, deep, south, customer, below;

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	deep = make_account(north, "reseller", "Deep");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	customer = make_account(north, "customer", "Customer");
	below = make_account(deep, "customer", "Below");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
}

static const char *fields(int64_t account, const char *rest)
{
	return account_path(account,
	                    arena_printf(harness_ctx()->mem, "/custom-fields%s", rest));
}

static const char *one_field(int64_t account, const char *id)
{
	return fields(account, arena_printf(harness_ctx()->mem, "/%s", id));
}

/* The id of a new one; more: further members. */
static const char *define(int64_t account, const char *key, const char *type, const char *more)
{
	struct answer a = call(METHOD_POST, fields(account, ""),
	                       arena_printf(harness_ctx()->mem,
	                                    "{\"key\":\"%s\",\"label\":\"The %s\","
	                                    "\"type\":\"%s\"%s}",
	                                    key, key, type, more));

	ck_status(a, 201);
	return text_at(&a, "/id");
}

static struct answer values_of(int64_t account)
{
	struct answer a = call(METHOD_GET, account_path(account, "/custom-values"), NULL);

	ck_status(a, 200);
	return a;
}

static struct answer set(int64_t account, const char *values)
{
	struct answer now = values_of(account);

	return call_if(METHOD_PATCH, account_path(account, "/custom-values"),
	               arena_printf(harness_ctx()->mem, "{\"values\":%s}", values), now.etag);
}

static size_t found(const char *word)
{
	struct answer a =
		call(METHOD_GET,
	             arena_printf(harness_ctx()->mem, "/api/v1/accounts?q=%s", word), NULL);

	ck_status(a, 200);
	return length_at(&a, "/items");
}

static void settle(void)
{
	struct jobs_clock clock = { INT64_MAX };
	bool did = true;

	for (int i = 0; i < 50 && did; i++)
		ck_assert_int_eq(jobs_run_round(harness_ctx(), &clock, &did), OK);
}

START_TEST(fields_hold_for_all_accounts_below)
{
	struct answer a;

	define(north, "colour", "text", "");
	define(deep, "size", "number", "");
	a = values_of(customer);
	ck_assert_uint_eq(length_at(&a, "/fields"), 1);
	ck_assert_str_eq(text_at(&a, "/fields/0/account_name"), "North");
	a = values_of(below);
	ck_assert_uint_eq(length_at(&a, "/fields"), 2);
	ck_assert_str_eq(text_at(&a, "/fields/0/key"), "colour");
	a = values_of(north);
	ck_assert_uint_eq(length_at(&a, "/fields"), 0);
	/* Whose it is, is said as far as the reader sees. */
	acts_as_new(deep, ROLE_RESELLER_PROGRAM, "low");
	a = values_of(below);
	ck_assert(!is_at(&a, "/fields/0/account_name"));
	ck_assert_str_eq(text_at(&a, "/fields/1/account_name"), "Deep");
	a = call(METHOD_GET, fields(deep, ""), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_str_eq(text_at(&a, "/items/0/own"), "false");
}
END_TEST

START_TEST(values_are_checked_by_their_type_and_every_wrong_one_is_named)
{
	struct answer a;

	define(north, "txt", "text", "");
	define(north, "num", "number", "");
	define(north, "day", "date", "");
	define(north, "pick", "choice", ",\"choices\":[\"Red\",\"Blue sky\"]");
	define(north, "flag", "yes_no", "");
	define(north, "must", "text", ",\"required\":true");
	a = set(customer, "{\"num\":\"1,5\",\"day\":\"2026-02-30\",\"pick\":\"Green\","
	                  "\"flag\":\"perhaps\",\"other\":\"x\",\"txt\":7}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/values/num"), "not-a-number");
	ck_assert_str_eq(complaint_at(&a, "/values/day"), "not-a-date");
	ck_assert_str_eq(complaint_at(&a, "/values/pick"), "not-one-of");
	ck_assert_str_eq(complaint_at(&a, "/values/flag"), "not-one-of");
	ck_assert_str_eq(complaint_at(&a, "/values/other"), "unknown");
	ck_assert_str_eq(complaint_at(&a, "/values/txt"), "not-a-string");
	ck_assert_str_eq(complaint_at(&a, "/values/must"), "required");
	a = set(customer, "{\"txt\":\"Hello\",\"num\":\"-007.50\",\"day\":\"2028-02-29\","
	                  "\"pick\":\"Blue sky\",\"flag\":\"yes\",\"must\":\"here\"}");
	ck_status(a, 200);
	ck_version(a, 2);
	ck_assert_str_eq(text_at(&a, "/fields/1/value"), "-7.5");
	ck_assert_str_eq(text_at(&a, "/fields/3/choices/1"), "Blue sky");
	a = set(customer, "{\"must\":null}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/values/must"), "required");
	ck_status(set(customer, "{\"flag\":null}"), 200);
	ck_refused(call_if(METHOD_PATCH, account_path(customer, "/custom-values"),
	                   "{\"values\":{\"txt\":\"Bye\"}}", "\"v2\""),
	           412, "changed-meanwhile");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                               " 'account.set_fields' AND before_values LIKE"
	                               " '%\"flag\":\"yes\"%' AND after_values LIKE"
	                               " '%\"flag\":null%'"),
	                 1);
}
END_TEST

START_TEST(searchable_values_find_the_account)
{
	const char *id = define(north, "ref", "text", ",\"searchable\":true");
	const char *quiet = define(north, "quiet", "text", "");

	ck_status(set(customer, "{\"ref\":\"Zebra-77\",\"quiet\":\"Okapi\"}"), 200);
	ck_assert_uint_eq(found("zebra"), 1);
	ck_assert_uint_eq(found("okapi"), 0);
	ck_status(set(customer, "{\"ref\":\"Giraffe\"}"), 200);
	ck_assert_uint_eq(found("zebra"), 0);
	ck_assert_uint_eq(found("giraffe"), 1);
	/* What was written before it became searchable is found as well, soon. */
	ck_status(call_if(METHOD_PATCH, one_field(north, quiet), "{\"searchable\":true}",
	                  "\"v1\""),
	          200);
	ck_status(call_if(METHOD_PATCH, one_field(north, id), "{\"searchable\":false}",
	                  "\"v1\""),
	          200);
	settle();
	ck_assert_uint_eq(found("okapi"), 1);
	ck_assert_uint_eq(found("giraffe"), 0);
}
END_TEST

START_TEST(a_field_in_use_goes_only_with_what_it_holds)
{
	const char *id = define(north, "ref", "text", ",\"searchable\":true");
	struct answer a;

	ck_status(set(customer, "{\"ref\":\"Zebra\"}"), 200);
	ck_refused(call_if(METHOD_DELETE, one_field(north, id), NULL, "\"v1\""), 409,
	           "field-in-use");
	a = call(METHOD_GET, fields(north, arena_printf(harness_ctx()->mem, "/%s/impact", id)),
	         NULL);
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/accounts"), 1);
	ck_status(call_if(METHOD_DELETE,
	                  fields(north,
	                         arena_printf(harness_ctx()->mem, "/%s?drop_values=true", id)),
	                  NULL, "\"v1\""),
	          204);
	a = values_of(customer);
	ck_assert_uint_eq(length_at(&a, "/fields"), 0);
	/* Its key is free at once. */
	define(north, "ref", "number", "");
	settle();
	ck_assert_uint_eq(found("zebra"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM custom_value"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM custom_field"), 1);
}
END_TEST

START_TEST(very_many_accounts_are_settled_in_batches)
{
	const char *id = define(north, "ref", "text", "");
	int64_t key;

	ck_assert(id_read(ID_FIELD, id, strlen(id), &key));
	for (int i = 0; i < 230; i++)
		make_account(north, "customer", "One of many");
	scratch_run(
		arena_printf(harness_ctx()->mem,
	                     "INSERT INTO custom_value (account_id, field_id, value, set_at)"
	                     " SELECT id, %lld, CONCAT('quagga', id), NOW(6) FROM account"
	                     " WHERE kind = 'customer'",
	                     (long long)key));
	ck_status(call_if(METHOD_PATCH, one_field(north, id), "{\"searchable\":true}",
	                  "\"v1\""),
	          200);
	settle();
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account_word"
	                               " WHERE word LIKE 'quagga%'"),
	                 232);
	ck_status(call_if(METHOD_DELETE,
	                  fields(north,
	                         arena_printf(harness_ctx()->mem, "/%s?drop_values=true", id)),
	                  NULL, "\"v2\""),
	          204);
	settle();
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account_word"
	                               " WHERE word LIKE 'quagga%'"),
	                 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM custom_value"), 0);
}
END_TEST

START_TEST(definitions_are_checked)
{
	struct answer a = call(METHOD_POST, fields(north, ""),
	                       "{\"key\":\"Big Key\",\"label\":\"\",\"type\":\"colour\"}");
	const char *id;

	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/key"), "not-a-key");
	ck_assert_ptr_nonnull(complaint_at(&a, "/label"));
	ck_assert_str_eq(complaint_at(&a, "/type"), "not-one-of");
	a = call(METHOD_POST, fields(north, ""),
	         "{\"key\":\"pick\",\"label\":\"Pick\",\"type\":\"choice\"}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/choices"), "required");
	id = define(north, "pick", "choice", ",\"choices\":[\"A\",\"B\"]");
	/* The same key, above or below, would meet it in an account. */
	a = call(METHOD_POST, fields(deep, ""),
	         "{\"key\":\"pick\",\"label\":\"Pick\",\"type\":\"text\"}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/key"), "taken");
	ck_status(set(customer, "{\"pick\":\"A\"}"), 200);
	a = call_if(METHOD_PATCH, one_field(north, id), "{\"choices\":[\"B\",\"C\"]}",
	            "\"v1\"");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/choices"), "in-use");
	ck_status(call_if(METHOD_PATCH, one_field(north, id), "{\"choices\":[\"A\",\"C\"]}",
	                  "\"v1\""),
	          200);
	ck_refused(call(METHOD_POST, fields(customer, ""),
	                "{\"key\":\"x\",\"label\":\"X\",\"type\":\"text\"}"),
	           409, "customer-defines-none");
}
END_TEST

START_TEST(fields_keep_the_order_they_are_given)
{
	const char *third;
	struct answer a;

	define(north, "a", "text", "");
	define(north, "b", "text", "");
	third = define(north, "c", "text", "");
	ck_status(call_if(METHOD_PATCH, one_field(north, third), "{\"position\":1}", "\"v1\""),
	          200);
	a = call(METHOD_GET, fields(north, ""), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/key"), "c");
	ck_assert_str_eq(text_at(&a, "/items/1/key"), "a");
	ck_assert_int_eq(number_at(&a, "/items/2/position"), 3);
	ck_status(call_if(METHOD_PATCH, one_field(north, third), "{\"position\":2}", "\"v2\""),
	          200);
	a = call(METHOD_GET, fields(north, ""), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/key"), "a");
	ck_assert_str_eq(text_at(&a, "/items/1/key"), "c");
}
END_TEST

START_TEST(an_account_has_fifty_fields_at_most)
{
	for (int i = 0; i < 30; i++)
		define(deep, arena_printf(harness_ctx()->mem, "d%d", i), "text", "");
	for (int i = 0; i < 20; i++)
		define(north, arena_printf(harness_ctx()->mem, "n%d", i), "text", "");
	ck_refused(call(METHOD_POST, fields(north, ""),
	                "{\"key\":\"x\",\"label\":\"X\",\"type\":\"text\"}"),
	           409, "too-many-fields");
	ck_refused(call(METHOD_POST, fields(deep, ""),
	                "{\"key\":\"x\",\"label\":\"X\",\"type\":\"text\"}"),
	           409, "too-many-fields");
}
END_TEST

START_TEST(who_may_define_and_fill_in)
{
	const char *id = define(north, "ref", "text", "");

	acts_as_new(north, ROLE_RESELLER_SUPPORT, "support");
	ck_refused(call(METHOD_POST, fields(north, ""),
	                "{\"key\":\"x\",\"label\":\"X\",\"type\":\"text\"}"),
	           403, "not-permitted");
	ck_status(set(customer, "{\"ref\":\"x\"}"), 200);
	acts_as_new(north, ROLE_RESELLER_BILLING, "money");
	ck_refused(set(customer, "{\"ref\":\"y\"}"), 403, "not-permitted");
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "other");
	ck_status(call(METHOD_GET, one_field(north, id), NULL), 404);
	ck_status(call(METHOD_GET, one_field(south, id), NULL), 404);
	ck_status(call_if(METHOD_DELETE, one_field(south, id), NULL, "\"v1\""), 404);
	ck_status(call(METHOD_GET, account_path(customer, "/custom-values"), NULL), 404);
	ck_status(call_if(METHOD_PATCH, account_path(customer, "/custom-values"),
	                  "{\"values\":{}}", "\"v1\""),
	          404);
}
END_TEST

TESTS_WITH("custom", begin, NULL, fields_hold_for_all_accounts_below,
           values_are_checked_by_their_type_and_every_wrong_one_is_named,
           searchable_values_find_the_account, a_field_in_use_goes_only_with_what_it_holds,
           very_many_accounts_are_settled_in_batches, definitions_are_checked,
           fields_keep_the_order_they_are_given, an_account_has_fifty_fields_at_most,
           who_may_define_and_fill_in);
