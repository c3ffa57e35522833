/* Accounts: making them, seeing them, changing them, and who may not. */
#include <stdio.h>
#include <string.h>

#include "accounts/accounts.h"
#include "module/harness.h"

static int64_t north, south, northern, southern;

/* Two resellers side by side, each with a customer. */
static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	northern = make_account(north, "customer", "Northern");
	southern = make_account(south, "customer", "Southern");
}

static struct answer make(int64_t parent, const char *rest)
{
	return call(METHOD_POST, "/api/v1/accounts",
	            arena_printf(harness_ctx()->mem, "{\"parent_id\":\"%s\",%s}",
	                         id_text(ID_ACCOUNT, parent), rest));
}

#define CUSTOMER "\"kind\":\"customer\",\"class\":\"person\",\"name\":\"Ann Lee\""

START_TEST(a_reseller_makes_a_customer_with_its_person_and_log_line)
{
	struct answer a, b;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = make(north, CUSTOMER ",\"login\":\" Ann.Lee \",\"email\":\"ann@example.org\","
	                         "\"phone\":\"+44 20 7946 0958\",\"contract_no\":\"K-1\"");
	ck_status(a, 201);
	ck_version(a, 1);
	ck_assert_str_eq(text_at(&a, "/state"), "not_confirmed");
	ck_assert_str_eq(text_at(&a, "/login"), "ann.lee");
	ck_assert_str_eq(text_at(&a, "/role"), "customer-owner");
	ck_assert_str_eq(text_at(&a, "/phone"), "+44 20 7946 0958");
	ck_assert_str_eq(text_at(&a, "/created_by"), "prog");
	ck_assert_int_eq(number_at(&a, "/counts/members"), 1);
	/* What stands above the caller is not told: the path begins with him. */
	ck_assert_uint_eq(length_at(&a, "/path"), 2);
	ck_assert_str_eq(text_at(&a, "/path/0/name"), "North");
	b = call(METHOD_GET, a.location, NULL);
	ck_status(b, 200);
	ck_assert_str_eq(a.body, b.body);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'account.create'"
	                               " AND target_label = 'Ann Lee'"),
	                 1);
}
END_TEST

START_TEST(a_temporary_account_ends_by_a_hold_that_begins_by_itself)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = make(north, CUSTOMER ",\"expires_at\":\"2020-01-01T00:00:00Z\"");
	ck_status(a, 422);
	ck_assert_pstr_eq(complaint_at(&a, "/expires_at"), "in-the-past");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account"
	                               " WHERE name = 'Ann Lee'"),
	                 0);
	a = make(north, CUSTOMER ",\"expires_at\":\"2099-12-31T23:00:00Z\"");
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "not_confirmed");
	ck_assert_str_eq(text_at(&a, "/reasons/0/kind"), "expiry");
	ck_assert_str_eq(text_at(&a, "/reasons/0/starts_at"), "2099-12-31T23:00:00.000000Z");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM hold WHERE kind = 'expiry'"
	                               " AND due_at = '2099-12-31 23:00:00'"),
	                 1);
}
END_TEST

/* Each line: the members beside parent_id, and the field it is refused at with which code. */
static const struct {
	const char *members, *pointer, *code;
} refused[] = {
	{ "\"kind\":\"customer\",\"class\":\"person\"", "/name", "required" },
	{ "\"kind\":\"customer\",\"class\":\"person\",\"name\":\"\"", "/name", "empty" },
	{ "\"kind\":\"platform\",\"class\":\"person\",\"name\":\"x\"", "/kind", "not-one-of" },
	{ "\"kind\":\"customer\",\"class\":\"cow\",\"name\":\"x\"", "/class", "not-one-of" },
	{ CUSTOMER ",\"email\":\"no\"", "/email", "too-short" },
	{ CUSTOMER ",\"email\":\"a b@example.org\"", "/email", "not-an-email" },
	{ CUSTOMER ",\"phone\":\"none\"", "/phone", "not-a-phone-number" },
	{ CUSTOMER ",\"locale\":\"1\"", "/locale", "too-short" },
	{ CUSTOMER ",\"time_zone\":\"Europe Berlin\"", "/time_zone", "not-a-time-zone" },
	{ CUSTOMER ",\"login\":\"taken\"", "/login", "login-taken" },
	{ CUSTOMER ",\"colour\":\"red\"", "/colour", "unknown" },
};

START_TEST(what_cannot_be_made_is_refused_at_its_field_and_changes_nothing)
{
	int64_t before;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "taken");
	before = scratch_count("SELECT COUNT(*) AS n FROM account");
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct answer a = make(north, refused[i].members);

		ck_status(a, 422);
		ck_assert_msg(complaint_at(&a, refused[i].pointer) &&
		                      !strcmp(complaint_at(&a, refused[i].pointer),
		                              refused[i].code),
		              "%s: %s", refused[i].members, a.body);
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account"), before);
}
END_TEST

START_TEST(an_account_grows_only_where_the_caller_sees_and_no_deeper_than_eight)
{
	struct answer a;
	int64_t at = north;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = make(south, CUSTOMER);
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/parent_id"), "not-found");
	a = make(ACCOUNT_ROOT, CUSTOMER);
	ck_assert_str_eq(complaint_at(&a, "/parent_id"), "not-found");
	a = make(northern, CUSTOMER);
	ck_assert_str_eq(complaint_at(&a, "/parent_id"), "cannot-have-accounts");
	for (int depth = 2; depth <= 8; depth++)
		at = make_account(at, "reseller", "Deeper");
	a = make(at, CUSTOMER);
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/parent_id"), "too-deep");
}
END_TEST

START_TEST(another_tenants_account_does_not_exist)
{
	static const struct {
		enum method m;
		const char *rest, *body;
	} calls[] = {
		{ METHOD_GET, "", NULL },
		{ METHOD_PATCH, "", "{\"name\":\"Mine\"}" },
		{ METHOD_DELETE, "", NULL },
		{ METHOD_GET, "/impact?action=suspend", NULL },
		{ METHOD_POST, "/terminate",
		  "{\"reason_text\":\"x\",\"confirm_name\":\"Southern\"}" },
		{ METHOD_POST, "/restore", "{\"reason_text\":\"x\"}" },
		{ METHOD_GET, "/holds", NULL },
		{ METHOD_POST, "/holds", "{\"kind\":\"admin\",\"reason_text\":\"x\"}" },
		{ METHOD_GET, "/contacts", NULL },
		{ METHOD_POST, "/contacts", "{\"role\":\"owner\",\"name\":\"x\"}" },
		{ METHOD_GET, "/sites", NULL },
		{ METHOD_POST, "/sites", "{\"kind\":\"building\",\"name\":\"x\"}" },
		{ METHOD_GET, "/devices", NULL },
		{ METHOD_GET, "/entitlements", NULL },
	};

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		const char *ours = account_path(southern, calls[i].rest);
		const char *nobodys = account_path(999999, calls[i].rest);
		struct answer a = call_with(calls[i].m, ours, calls[i].body,
		                            HEADERS("HTTP_IF_MATCH=\"v1\""));
		struct answer b = call_with(calls[i].m, nobodys, calls[i].body,
		                            HEADERS("HTTP_IF_MATCH=\"v1\""));

		ck_refused(a, 404, "not-found");
		ck_assert_str_eq(text_at(&a, "/detail"), text_at(&b, "/detail"));
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account"
	                               " WHERE name = 'Southern' AND ver = 1"),
	                 1);
}
END_TEST

static const char *edit(const char *members)
{
	return arena_printf(harness_ctx()->mem, "{%s}", members);
}

START_TEST(a_change_is_logged_with_before_and_after)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = call_if(METHOD_PATCH, account_path(northern, ""),
	            edit("\"name\":\"Nordisch\",\"city\":\"Köln\",\"country\":\"DE\","
	                 "\"latitude\":50.937531,\"longitude\":6.960279"),
	            "\"v1\"");
	ck_status(a, 200);
	ck_version(a, 2);
	ck_assert_str_eq(text_at(&a, "/name"), "Nordisch");
	ck_assert_ptr_nonnull(strstr(a.body, "\"latitude\":50.937531"));
	a = call(METHOD_GET, account_path(northern, "/changes?action=account.update"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/before/name"), "Northern");
	ck_assert_str_eq(text_at(&a, "/items/0/after/name"), "Nordisch");
	ck_assert_str_eq(text_at(&a, "/items/0/after/city"), "Köln");
	ck_assert(!is_at(&a, "/items/0/after/street"));
	/* It is found by its new name and no longer by the old one. */
	a = call(METHOD_GET, "/api/v1/accounts?q=nordisch", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = call(METHOD_GET, "/api/v1/accounts?q=northern", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
}
END_TEST

START_TEST(null_clears_and_what_is_absent_stays)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	ck_status(call_if(METHOD_PATCH, account_path(northern, ""),
	                  edit("\"contract_no\":\"K-9\",\"locale\":\"de\""), "\"v1\""),
	          200);
	a = call_if(METHOD_PATCH, account_path(northern, ""), edit("\"contract_no\":null"),
	            "\"v2\"");
	ck_status(a, 200);
	ck_assert(!is_at(&a, "/contract_no"));
	ck_assert_str_eq(text_at(&a, "/locale"), "de");
	/* Nothing differs: no version, no line. */
	a = call_if(METHOD_PATCH, account_path(northern, ""), edit("\"locale\":\"de\""),
	            "\"v3\"");
	ck_status(a, 200);
	ck_version(a, 3);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'account.update'"),
	                 2);
	a = call_if(METHOD_PATCH, account_path(northern, ""), edit("\"latitude\":1.5"),
	            "\"v3\"");
	ck_assert_str_eq(complaint_at(&a, "/longitude"), "needs-both");
	a = call_if(METHOD_PATCH, account_path(northern, ""), edit("\"name\":null"), "\"v3\"");
	ck_status(a, 422);
}
END_TEST

START_TEST(of_two_editors_the_second_sees_both_versions)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	ck_status(call_if(METHOD_PATCH, account_path(northern, ""), edit("\"name\":\"First\""),
	                  "\"v1\""),
	          200);
	a = call_if(METHOD_PATCH, account_path(northern, ""), edit("\"name\":\"Second\""),
	            "\"v1\"");
	ck_refused(a, 412, "changed-meanwhile");
	ck_assert_str_eq(text_at(&a, "/current/name"), "First");
	ck_assert_int_eq(number_at(&a, "/current/ver"), 2);
	a = call(METHOD_PATCH, account_path(northern, ""), edit("\"name\":\"Third\""));
	ck_status(a, 428);
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(*) AS n FROM account WHERE name = 'First'"), 1);
}
END_TEST

/* Who may change which group of fields. */
static const struct {
	enum role role;
	const char *members;
	int status;
} groups[] = {
	{ ROLE_RESELLER_BILLING, "\"payer\":\"Bank\"", 200 },
	{ ROLE_RESELLER_BILLING, "\"tax_included\":true,\"tax_number\":\"7\"", 200 },
	{ ROLE_RESELLER_BILLING, "\"name\":\"x\"", 403 },
	{ ROLE_RESELLER_BILLING, "\"city\":\"x\"", 403 },
	{ ROLE_RESELLER_BILLING, "\"payer\":\"x\",\"city\":\"x\"", 403 },
	{ ROLE_RESELLER_PROGRAM, "\"payer\":\"x\"", 403 },
	{ ROLE_RESELLER_PROGRAM, "\"name\":\"x\"", 200 },
	{ ROLE_RESELLER_SUPPORT, "\"street\":\"x\"", 200 },
	{ ROLE_CUSTOMER_MODERATOR, "\"name\":\"y\"", 403 },
};

START_TEST(each_group_of_fields_has_its_own_permission)
{
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		const char *login = arena_printf(harness_ctx()->mem, "p%zu", i);
		struct answer a;

		acts_as_new(north, groups[i].role, login);
		a = call(METHOD_GET, account_path(northern, ""), NULL);
		a = call_if(METHOD_PATCH, account_path(northern, ""), edit(groups[i].members),
		            a.etag);
		ck_assert_msg(a.status == groups[i].status, "%zu: %d %s", i, a.status, a.body);
	}
}
END_TEST

struct billed {
	int64_t id;
};

static enum err set_by_billing(void *arg)
{
	struct billed *b = arg;
	struct account_edit in = { .name = "From billing", .type = "b2b" };
	bool changed;

	return accounts_update_billing(harness_ctx(), b->id, &in,
	                               EDIT_BIT(EDIT_NAME) | EDIT_BIT(EDIT_TYPE), 1, &changed);
}

START_TEST(what_billing_set_is_locked_for_people)
{
	struct billed b = { northern };
	struct answer a;

	harness_tx(set_by_billing, &b);
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = call(METHOD_GET, account_path(northern, ""), NULL);
	ck_assert_str_eq(text_at(&a, "/name"), "From billing");
	ck_assert_uint_eq(length_at(&a, "/locked"), 2);
	ck_assert_str_eq(text_at(&a, "/locked/0/field"), "name");
	a = call_if(METHOD_PATCH, account_path(northern, ""),
	            edit("\"name\":\"Mine\",\"locale\":\"de\""), "\"v2\"");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/name"), "set-by-billing");
	/* The same value is no change, and other fields are free. */
	a = call_if(METHOD_PATCH, account_path(northern, ""),
	            edit("\"name\":\"From billing\",\"locale\":\"de\""), "\"v2\"");
	ck_status(a, 200);
}
END_TEST

START_TEST(roles_without_the_permission_neither_list_nor_make)
{
	acts_as_new(northern, ROLE_CUSTOMER_OWNER, "own");
	ck_status(call(METHOD_GET, "/api/v1/accounts", NULL), 403);
	ck_status(make(northern, CUSTOMER), 403);
	ck_status(call(METHOD_GET, account_path(northern, ""), NULL), 200);
	acts_as_new(northern, ROLE_GUARD, "guard");
	ck_status(call(METHOD_GET, account_path(northern, ""), NULL), 403);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_AUDITOR, "audit");
	ck_status(call(METHOD_GET, "/api/v1/accounts", NULL), 200);
	ck_status(make(north, CUSTOMER), 403);
}
END_TEST

TESTS_WITH("accounts", begin, NULL, a_reseller_makes_a_customer_with_its_person_and_log_line,
           a_temporary_account_ends_by_a_hold_that_begins_by_itself,
           what_cannot_be_made_is_refused_at_its_field_and_changes_nothing,
           an_account_grows_only_where_the_caller_sees_and_no_deeper_than_eight,
           another_tenants_account_does_not_exist, a_change_is_logged_with_before_and_after,
           null_clears_and_what_is_absent_stays, of_two_editors_the_second_sees_both_versions,
           each_group_of_fields_has_its_own_permission, what_billing_set_is_locked_for_people,
           roles_without_the_permission_neither_list_nor_make);
