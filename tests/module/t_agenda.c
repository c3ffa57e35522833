/* What comes soon, to whom. */
#include <string.h>

#include "agenda/agenda.h"
#include "module/harness.h"

static int64_t north, south, customer;

#define text(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

/* One thing of each kind in the customer, a day apart, nearest first; and one of others. */
static void setup(void)
{
	int64_t ended, other;

	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	customer = make_account(north, "customer", "Baker Street");
	ended = make_account(north, "customer", "Ended");
	other = make_account(south, "customer", "Canary");
	scratch_run(text("INSERT INTO hold (account_id, account_kind, kind, reason_code,"
	                 " placed_at, placed_by_label, starts_at, ends_at, due_at) VALUES"
	                 " (%lld, 'customer', 'vacation', 'x', NOW(6), 'x', NOW(6),"
	                 " NOW(6) + INTERVAL 1 DAY, NOW(6) + INTERVAL 1 DAY),"
	                 " (%lld, 'customer', 'admin', 'x', NOW(6), 'x', NOW(6) + INTERVAL 2 DAY,"
	                 " NULL, NOW(6) + INTERVAL 2 DAY),"
	                 " (%lld, 'customer', 'admin', 'x', NOW(6), 'x', NOW(6),"
	                 " NOW(6) + INTERVAL 1 DAY, NOW(6) + INTERVAL 1 DAY)",
	                 (long long)customer, (long long)customer, (long long)other));
	scratch_run("UPDATE hold SET starts_at = due_at WHERE kind = 'admin' AND ends_at IS NULL");
	scratch_run("UPDATE hold SET module = 'live'");
	make_member(customer, ROLE_CUSTOMER_ADMIN, "temp");
	scratch_run("UPDATE membership SET expires_at = NOW(6) + INTERVAL 3 DAY");
	scratch_run(text("INSERT INTO invitation (account_id, email, first_name, last_name,"
	                 " language, role_id, kind, token_hash, sent_at, expires_at, sent_day,"
	                 " invited_by, invited_by_membership_id, invited_by_label, created_at)"
	                 " VALUES (%lld, 'new@example.org', 'N', 'N', 'en', 1, 'sub',"
	                 " REPEAT('x', 32), NOW(6), NOW(6) + INTERVAL 4 DAY, CURDATE(), 1, 1, 'x',"
	                 " NOW(6))",
	                 (long long)customer));
	scratch_run(text("UPDATE account SET state = 'terminated',"
	                 " purge_at = NOW(6) + INTERVAL 5 DAY WHERE id = %lld",
	                 (long long)ended));
	scratch_run(text("INSERT INTO entitlement (account_id, item, quantity, source, state,"
	                 " removed_at, purge_at, updated_at) VALUES (%lld, 'analytics.l1', 2,"
	                 " 'manual', 'removed', NOW(6), NOW(6) + INTERVAL 6 DAY, NOW(6))",
	                 (long long)customer));
}

static struct answer agenda(const char *query)
{
	struct answer a = call(METHOD_GET, text("/api/v1/agenda%s", query), NULL);

	ck_status(a, 200);
	return a;
}

START_TEST(each_kind_stands_at_its_instant_the_nearest_first)
{
	static const struct {
		const char *kind, *account, *label;
	} lines[] = {
		{ "hold_ends", "Baker Street", "vacation" },
		{ "hold_begins", "Baker Street", "admin" },
		{ "member_ends", "Baker Street", "temp" },
		{ "invitation_ends", "Baker Street", "new@example.org" },
		{ "account_purge", "Ended", NULL },
		{ "licence_purge", "Baker Street", "analytics.l1" },
	};
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "ann");
	a = agenda("");
	ck_assert_uint_eq(length_at(&a, "/items"), ARRAY_LEN(lines));
	ck_assert_ptr_null(strstr(a.body, "Canary"));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		ck_assert_pstr_eq(text_at(&a, text("/items/%zu/kind", i)), lines[i].kind);
		ck_assert_pstr_eq(text_at(&a, text("/items/%zu/account_name", i)),
		                  lines[i].account);
		ck_assert_pstr_eq(text_at(&a, text("/items/%zu/label", i)), lines[i].label);
	}
}
END_TEST

START_TEST(days_and_kinds_narrow_it)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "ann");
	a = agenda("?days=2");
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	a = agenda("?kind=account_purge&kind=hold_ends");
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_str_eq(text_at(&a, "/items/1/kind"), "account_purge");
	a = call(METHOD_GET, "/api/v1/agenda?days=91&kind=moon", NULL);
	ck_status(a, 422);
	ck_assert_pstr_eq(complaint_at(&a, "/days"), "out-of-range");
	ck_assert_pstr_eq(complaint_at(&a, "/kind"), "not-one-of");
}
END_TEST

START_TEST(who_may_not_list_a_thing_does_not_see_its_dates)
{
	struct answer a;

	acts_as_new(north, ROLE_INSTALLER, "ivy");
	a = agenda("");
	ck_assert_ptr_null(strstr(a.body, "member_ends"));
	ck_assert_ptr_null(strstr(a.body, "invitation_ends"));
	ck_assert_ptr_nonnull(strstr(a.body, "licence_purge"));
	open_back_office(customer);
	acts_as_new(customer, ROLE_CUSTOMER_OWNER, "bob");
	a = agenda("");
	ck_assert_uint_eq(length_at(&a, "/items"), 5);
	acts_as_new(customer, ROLE_GUARD, "gus");
	ck_refused(call(METHOD_GET, "/api/v1/agenda", NULL), 403, "not-permitted");
}
END_TEST

START_TEST(the_nearest_two_hundred_and_that_there_are_more)
{
	struct answer a;

	for (int i = 0; i < 101; i++)
		scratch_run(text("INSERT INTO entitlement (account_id, item, quantity, source,"
		                 " state, purge_at, updated_at) SELECT id, 'i%d', 1, 'manual',"
		                 " 'removed', NOW(6) + INTERVAL 7 DAY, NOW(6) FROM account"
		                 " WHERE name IN ('Baker Street', 'Canary')",
		                 i));
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "root");
	a = agenda("");
	ck_assert_uint_eq(length_at(&a, "/items"), AGENDA_MAX);
	ck_assert_str_eq(text_at(&a, "/items/0/kind"), "hold_ends");
	ck_assert(strstr(a.body, "\"exact\":false"));
	a = agenda("?kind=hold_begins");
	ck_assert(strstr(a.body, "\"exact\":true"));
}
END_TEST

TESTS_WITH("agenda", setup, NULL, each_kind_stands_at_its_instant_the_nearest_first,
           days_and_kinds_narrow_it, who_may_not_list_a_thing_does_not_see_its_dates,
           the_nearest_two_hundred_and_that_there_are_more);
