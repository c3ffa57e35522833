/* What an account asks of its people: whose word holds, who may say it, and whom it touches. */
#include <string.h>

#include "module/harness.h"
#include "policy/policy.h"

static int64_t north, south, customer, other;

#define say(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	customer = make_account(north, "customer", "Customer");
	other = make_account(south, "customer", "Other");
}

static struct answer show(int64_t account)
{
	return call(METHOD_GET, account_path(account, "/policy"), NULL);
}

static struct answer set(int64_t account, const char *body)
{
	struct answer a = show(account);

	ck_status(a, 200);
	return call_if(METHOD_PATCH, account_path(account, "/policy"), body, a.etag);
}

static struct answer areas(int64_t account, const char *body)
{
	struct answer a = show(account);

	/* Who may not even look has no version to name. */
	return call_if(METHOD_PATCH, account_path(account, "/areas"), body,
	               a.etag ? a.etag : "\"v1\"");
}

/* The pointer of a member of the entry of a list that has this key. */
static const char *entry(const struct answer *a, const char *list, const char *key,
                         const char *value, const char *member)
{
	for (size_t i = 0; i < length_at(a, list); i++)
		if (!strcmp(text_at(a, say("%s/%zu/%s", list, i, key)), value))
			return say("%s/%zu/%s", list, i, member);
	ck_abort_msg("%s is not there", value);
	return NULL;
}

static const char *holds(const struct answer *a, const char *key)
{
	return text_at(a, entry(a, "/effective", "key", key, "value"));
}

static const char *origin(const struct answer *a, const char *key)
{
	return text_at(a, entry(a, "/effective", "key", key, "origin"));
}

static bool area_on(const struct answer *a, const char *area)
{
	return number_at(a, entry(a, "/areas", "area", area, "on")) != 0;
}

static int status_of_session(void)
{
	return call(METHOD_GET, "/api/v1/accounts", NULL).status;
}

START_TEST(who_says_nothing_follows_what_stands_above)
{
	struct answer a;

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	a = show(customer);
	ck_status(a, 200);
	ck_assert(!is_at(&a, "/own/require_two_step"));
	ck_assert_str_eq(holds(&a, "require_two_step"), "false");
	ck_assert_str_eq(holds(&a, "users_may_change_email"), "true");
	ck_assert_str_eq(holds(&a, "idle_min"), "30");
	ck_assert_str_eq(holds(&a, "support_access"), "on_request");
	ck_assert_str_eq(origin(&a, "idle_min"), "default");
	ck_status(set(north, "{\"idle_min\":20,\"users_may_change_email\":false,"
	                     "\"support_access\":\"always\"}"),
	          200);
	a = show(customer);
	ck_assert_str_eq(holds(&a, "idle_min"), "20");
	ck_assert_str_eq(origin(&a, "idle_min"), "above");
	ck_assert_str_eq(text_at(&a,
	                         entry(&a, "/effective", "key", "idle_min", "account_name")),
	                 "North");
	ck_assert_str_eq(holds(&a, "support_access"), "always");
	/* The customer does not learn whose word it is. */
	acts_as_new(customer, ROLE_CUSTOMER_OWNER, "owner");
	a = show(customer);
	ck_assert(!is_at(&a, entry(&a, "/effective", "key", "idle_min", "account_name")));
	ck_assert_str_eq(origin(&a, "idle_min"), "above");
}
END_TEST

START_TEST(the_strictest_wins_for_security_and_the_nearest_for_preferences)
{
	struct answer a;

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_status(set(north,
	              "{\"idle_min\":10,\"require_two_step\":false,"
	              "\"users_may_change_password\":false,\"support_access\":\"never\"}"),
	          200);
	acts_as_new(customer, ROLE_CUSTOMER_OWNER, "owner");
	ck_status(set(customer,
	              "{\"idle_min\":25,\"absolute_min\":60,\"require_two_step\":true,"
	              "\"users_may_change_password\":true,"
	              "\"support_access\":\"always\"}"),
	          200);
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = show(customer);
	ck_assert_str_eq(holds(&a, "idle_min"), "10");
	ck_assert_str_eq(holds(&a, "absolute_min"), "60");
	ck_assert_str_eq(origin(&a, "absolute_min"), "own");
	ck_assert_str_eq(holds(&a, "require_two_step"), "true");
	ck_assert_str_eq(holds(&a, "users_may_change_password"), "false");
	ck_assert_str_eq(holds(&a, "support_access"), "always");
	ck_assert_int_eq(number_at(&a, "/own/users_may_change_password"), 1);
	/* null takes a word back. */
	ck_status(set(customer, "{\"idle_min\":null,\"require_two_step\":null}"), 200);
	a = show(customer);
	ck_assert(!is_at(&a, "/own/idle_min"));
	ck_assert(!is_at(&a, "/own/require_two_step"));
	ck_assert_str_eq(holds(&a, "require_two_step"), "false");
	ck_assert_int_eq(
		scratch_count(
			"SELECT COUNT(*) AS n FROM change_log WHERE action = 'policy.update'"),
		3);
}
END_TEST

START_TEST(two_steps_are_asked_of_everybody_at_the_next_request)
{
	int64_t owner = make_member(north, ROLE_RESELLER_PROGRAM, "prog");
	int64_t boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	struct answer a;

	acts_as(boss);
	a = call(METHOD_POST, account_path(north, "/policy/preview"),
	         "{\"require_two_step\":true}");
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/people"), 1);
	ck_assert_int_eq(number_at(&a, "/must_enrol"), 1);
	acts_as(owner);
	ck_assert_int_eq(status_of_session(), 200);
	acts_as(boss);
	ck_status(set(north, "{\"require_two_step\":true}"), 200);
	acts_as(owner);
	ck_refused(call(METHOD_GET, "/api/v1/accounts", NULL), 403, "enrolment-needed");
	acts_as(boss);
	ck_status(set(north, "{\"require_two_step\":false}"), 200);
	acts_as(owner);
	ck_assert_int_eq(status_of_session(), 200);
}
END_TEST

START_TEST(nobody_locks_himself_out_by_a_list_of_addresses)
{
	int64_t boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	int64_t prog = make_member(north, ROLE_RESELLER_PROGRAM, "prog");
	struct answer a;

	acts_as(prog);
	a = set(north, "{\"ip_allow\":\"10.0.0.0/8\"}");
	ck_refused(a, 422, "invalid-input");
	ck_assert_str_eq(complaint_at(&a, "/ip_allow"), "locks-you-out");
	a = set(north, "{\"ip_allow\":\"10.0.0.0/8, not an address\"}");
	ck_assert_str_eq(complaint_at(&a, "/ip_allow"), "not-addresses");
	ck_status(set(north, "{\"ip_allow\":\"10.0.0.0/8, 127.0.0.1\"}"), 200);
	ck_assert_int_eq(status_of_session(), 200);
	acts_as(boss);
	a = call(METHOD_POST, account_path(north, "/policy/preview"),
	         "{\"ip_allow\":\"10.0.0.0/8\"}");
	ck_assert_int_eq(number_at(&a, "/signed_out"), 1);
	ck_status(set(north, "{\"ip_allow\":\"10.0.0.0/8\"}"), 200);
	acts_as(prog);
	ck_refused(call(METHOD_GET, "/api/v1/accounts", NULL), 403, "address-not-allowed");
}
END_TEST

START_TEST(values_out_of_range_are_refused)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = set(north, "{\"idle_min\":4,\"absolute_min\":10081}");
	ck_refused(a, 422, "invalid-input");
	ck_assert_ptr_nonnull(complaint_at(&a, "/idle_min"));
	ck_assert_ptr_nonnull(complaint_at(&a, "/absolute_min"));
	ck_refused(set(north, "{\"support_access\":\"sometimes\"}"), 422, "invalid-input");
	ck_refused(call(METHOD_PATCH, account_path(north, "/policy"), "{\"idle_min\":9}"), 428,
	           "if-match-missing");
	ck_status(set(north, "{\"idle_min\":9}"), 200);
	ck_refused(call_if(METHOD_PATCH, account_path(north, "/policy"), "{\"idle_min\":8}",
	                   "\"v1\""),
	           412, "changed-meanwhile");
	a = set(customer, "{\"self_registration\":\"approval\"}");
	ck_assert_str_eq(complaint_at(&a, "/self_registration"), "not-allowed");
	a = set(north,
	        say("{\"registration_role_id\":\"%s\"}",
	            id_text(ID_ROLE, scratch_count("SELECT id AS n FROM role WHERE builtin"
	                                           " = 'reseller-support'"))));
	ck_assert_str_eq(complaint_at(&a, "/registration_role_id"), "not-allowed");
	ck_status(
		set(north,
	            say("{\"self_registration\":\"approval\",\"registration_role_id\":\"%s\"}",
	                id_text(ID_ROLE, scratch_count("SELECT id AS n FROM role WHERE builtin"
	                                               " = 'customer-owner'")))),
		200);
}
END_TEST

START_TEST(who_may_say_what)
{
	struct answer a;

	acts_as_new(customer, ROLE_CUSTOMER_ADMIN, "admin");
	ck_refused(set(customer, "{\"idle_min\":10}"), 403, "not-permitted");
	ck_refused(set(customer, "{\"support_access\":\"never\"}"), 403, "not-permitted");
	ck_refused(show(north), 404, "not-found");
	ck_refused(areas(customer, "{\"people\":false}"), 403, "not-permitted");
	acts_as_new(customer, ROLE_CUSTOMER_MEMBER, "member");
	ck_refused(show(customer), 403, "not-permitted");
	/* The provider does not say on the customer's behalf that he may come in. */
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	ck_refused(set(customer, "{\"support_access\":\"always\"}"), 403, "customer-decides");
	ck_status(set(customer, "{\"idle_min\":10}"), 200);
	ck_refused(show(other), 404, "not-found");
	a = show(customer);
	ck_refused(call_if(METHOD_PATCH, account_path(other, "/policy"), "{\"idle_min\":9}",
	                   a.etag),
	           404, "not-found");
	ck_refused(call(METHOD_POST, account_path(other, "/policy/preview"), "{}"), 404,
	           "not-found");
	ck_refused(areas(other, "{\"people\":false}"), 404, "not-found");
	acts_as_new(customer, ROLE_CUSTOMER_OWNER, "owner");
	ck_status(set(customer, "{\"support_access\":\"never\"}"), 200);
}
END_TEST

static struct person_policy policy_of(const char *login)
{
	struct ctx *c = harness_ctx();
	struct person_policy p;
	int64_t id = scratch_count(say("SELECT id AS n FROM person WHERE login = '%s'", login));

	ck_assert_int_eq(policy_of_person(c, id, &p), OK);
	return p;
}

START_TEST(one_account_that_forbids_is_enough)
{
	struct person_policy p;

	make_member(customer, ROLE_CUSTOMER_MEMBER, "twice");
	p = policy_of("twice");
	ck_assert(p.may_change_email && p.may_change_password && !p.require_two_step);
	scratch_run(say("INSERT INTO membership (person_id, account_id, kind, role, created_at,"
	                " updated_at) SELECT id, %lld, 'staff', '', NOW(6), NOW(6) FROM person"
	                " WHERE login = 'twice'",
	                (long long)other));
	scratch_run(say("INSERT INTO account_policy (account_id, users_may_change_email,"
	                " require_two_step, updated_at) VALUES (%lld, 0, 1, NOW(6))",
	                (long long)south));
	p = policy_of("twice");
	ck_assert(!p.may_change_email && p.may_change_password && p.require_two_step);
	scratch_run(
		say("UPDATE membership SET expires_at = '2020-01-01' WHERE account_id = %lld",
	            (long long)other));
	p = policy_of("twice");
	ck_assert(p.may_change_email && !p.require_two_step);
}
END_TEST

START_TEST(leave_for_support_is_the_nearest_word)
{
	const char *mode = NULL;
	struct answer a;

	ck_assert_int_eq(policy_support_access(harness_ctx(), customer, &mode), OK);
	ck_assert_str_eq(mode, "on_request");
	/* A private person has nobody who could be asked, and is told so. */
	scratch_run(say("UPDATE account SET class = 'person' WHERE id = %lld",
	                (long long)customer));
	ck_assert_int_eq(policy_support_access(harness_ctx(), customer, &mode), OK);
	ck_assert_str_eq(mode, "always");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = show(customer);
	ck_assert_str_eq(holds(&a, "support_access"), "always");
	ck_assert_str_eq(origin(&a, "support_access"), "default");
	scratch_run("INSERT INTO account_policy (account_id, support_access, updated_at)"
	            " VALUES (1, 'always', NOW(6))");
	ck_assert_int_eq(policy_support_access(harness_ctx(), customer, &mode), OK);
	ck_assert_str_eq(mode, "always");
	scratch_run(say("INSERT INTO account_policy (account_id, support_access, updated_at)"
	                " VALUES (%lld, 'never', NOW(6))",
	                (long long)customer));
	ck_assert_int_eq(policy_support_access(harness_ctx(), customer, &mode), OK);
	ck_assert_str_eq(mode, "never");
}
END_TEST

/* --- areas ---------------------------------------------------------------- */

START_TEST(a_back_office_is_off_until_it_is_switched_on)
{
	int64_t owner = make_member(customer, ROLE_CUSTOMER_OWNER, "owner");
	int64_t prog = make_member(north, ROLE_RESELLER_PROGRAM, "prog");
	const char *users = account_path(customer, "/policy");
	struct answer a;

	scratch_run("DELETE FROM account_area");
	acts_as(owner);
	ck_refused(call(METHOD_GET, users, NULL), 403, "not-permitted");
	acts_as(prog);
	a = areas(customer, "{\"back_office\":true}");
	ck_status(a, 200);
	ck_assert(area_on(&a, "back_office"));
	ck_assert_str_eq(text_at(&a, entry(&a, "/areas", "area", "back_office", "own")), "on");
	acts_as(owner);
	ck_status(call(METHOD_GET, users, NULL), 200);
	acts_as(prog);
	a = areas(customer, "{\"back_office\":null,\"people\":false}");
	ck_assert(!area_on(&a, "back_office"));
	ck_assert(!is_at(&a, entry(&a, "/areas", "area", "back_office", "own")));
	acts_as(owner);
	ck_refused(call(METHOD_GET, users, NULL), 403, "not-permitted");
	ck_assert_int_eq(
		scratch_count(
			"SELECT COUNT(*) AS n FROM change_log WHERE action = 'area.update'"),
		2);
}
END_TEST

START_TEST(off_above_is_off_below_and_private_persons_have_no_back_office)
{
	struct answer a;

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_status(areas(north, "{\"api\":false}"), 200);
	a = areas(customer, "{\"api\":true}");
	ck_status(a, 200);
	ck_assert(!area_on(&a, "api"));
	ck_assert_str_eq(text_at(&a, entry(&a, "/areas", "area", "api", "account_name")),
	                 "North");
	scratch_run(say("UPDATE account SET class = 'person' WHERE id = %lld",
	                (long long)customer));
	a = areas(customer, "{\"back_office\":true}");
	ck_refused(a, 422, "invalid-input");
	ck_assert_str_eq(complaint_at(&a, "/back_office"), "organisations-only");
	a = areas(customer, "{\"admin_portal\":false}");
	ck_assert_str_eq(complaint_at(&a, "/admin_portal"), "not-allowed");
	ck_status(areas(north, "{\"back_office\":true}"), 200);
	a = show(customer);
	ck_assert(!area_on(&a, "back_office"));
}
END_TEST

START_TEST(nobody_switches_the_areas_of_his_own_account)
{
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	ck_refused(areas(north, "{\"billing_view\":true}"), 403, "own-account");
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_status(areas(ACCOUNT_ROOT, "{\"api\":false}"), 200);
}
END_TEST

START_TEST(an_area_is_switched_as_it_was_seen)
{
	struct answer was, a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	was = show(customer);
	ck_refused(call(METHOD_PATCH, account_path(customer, "/areas"), "{\"people\":false}"),
	           428, "if-match-missing");
	ck_status(areas(customer, "{\"people\":false}"), 200);
	/* Nothing changes by saying it again, nor does the version. */
	a = show(customer);
	ck_assert_str_ne(a.etag, was.etag);
	ck_assert_int_eq(number_at(&a, "/ver"), number_at(&was, "/ver") + 1);
	ck_status(areas(customer, "{\"people\":false}"), 200);
	a = show(customer);
	ck_assert_int_eq(number_at(&a, "/ver"), number_at(&was, "/ver") + 1);
	ck_refused(call_if(METHOD_PATCH, account_path(customer, "/areas"), "{\"people\":true}",
	                   was.etag),
	           412, "changed-meanwhile");
	a = show(customer);
	ck_assert(!area_on(&a, "people"));
	ck_refused(call_if(METHOD_PATCH, account_path(customer, "/policy"), "{\"idle_min\":9}",
	                   was.etag),
	           412, "changed-meanwhile");
}
END_TEST

TESTS_WITH("policy", begin, NULL, who_says_nothing_follows_what_stands_above,
           the_strictest_wins_for_security_and_the_nearest_for_preferences,
           two_steps_are_asked_of_everybody_at_the_next_request,
           nobody_locks_himself_out_by_a_list_of_addresses, values_out_of_range_are_refused,
           who_may_say_what, one_account_that_forbids_is_enough,
           leave_for_support_is_the_nearest_word, a_back_office_is_off_until_it_is_switched_on,
           off_above_is_off_below_and_private_persons_have_no_back_office,
           nobody_switches_the_areas_of_his_own_account, an_area_is_switched_as_it_was_seen);
