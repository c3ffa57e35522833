/* Named sets of accounts: who is in them, who is away, and what a list finds by them. */
#include <stdio.h>
#include <string.h>

#include "module/harness.h"

static int64_t north, sub, shop, mall, south, far;

#define text(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	sub = make_account(north, "reseller", "Sub");
	shop = make_account(north, "customer", "Shop");
	mall = make_account(sub, "customer", "Mall");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	far = make_account(south, "customer", "Far");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
}

static struct answer make_group(int64_t account, const char *name)
{
	return call(METHOD_POST, account_path(account, "/groups"),
	            text("{\"kind\":\"account\",\"name\":\"%s\"}", name));
}

static const char *group_of(int64_t account, const char *name)
{
	struct answer a = make_group(account, name);

	ck_status(a, 201);
	return text_at(&a, "/id");
}

static struct answer change(const char *group, const char *rest, int64_t one, int64_t other)
{
	const char *first = id_text(ID_ACCOUNT, one);

	return call(METHOD_POST, text("/api/v1/groups/%s/members%s", group, rest),
	            other ? text("{\"member_ids\":[\"%s\",\"%s\"]}", first,
	                         id_text(ID_ACCOUNT, other))
	                  : text("{\"member_ids\":[\"%s\"]}", first));
}

static struct answer get(const char *group, const char *rest)
{
	return call(METHOD_GET, text("/api/v1/groups/%s%s", group, rest), NULL);
}

static struct answer find(const char *query)
{
	return call(METHOD_GET, text("/api/v1/accounts?q=%s", query), NULL);
}

static int64_t logged(const char *action)
{
	return scratch_count(
		text("SELECT COUNT(*) AS n FROM change_log WHERE action = '%s'", action));
}

static void suspend(int64_t account)
{
	ck_status(call(METHOD_POST, account_path(account, "/holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"Asked for\"}"),
	          201);
}

static void enable(int64_t account)
{
	struct answer a = call(METHOD_GET, account_path(account, "/holds"), NULL);

	ck_status(call(METHOD_POST,
	               account_path(account,
	                            text("/holds/%s/release", text_at(&a, "/items/0/id"))),
	               "{\"reason_text\":\"Done\"}"),
	          200);
}

START_TEST(a_group_is_made_named_anew_and_removed)
{
	const char *id = group_of(north, "Chains");
	struct answer a = get(id, "");

	ck_version(a, 1);
	ck_assert_str_eq(text_at(&a, "/account_name"), "North");
	ck_refused(make_group(north, "chains"), 409, "group-exists");
	a = call_if(METHOD_PATCH, text("/api/v1/groups/%s", id),
	            "{\"name\":\"Retail\",\"description\":\"Shops\"}", "\"v1\"");
	ck_status(a, 200);
	ck_version(a, 2);
	ck_refused(call_if(METHOD_PATCH, text("/api/v1/groups/%s", id), "{\"name\":\"x\"}",
	                   "\"v1\""),
	           412, "changed-meanwhile");
	ck_status(call_if(METHOD_PATCH, text("/api/v1/groups/%s", id), "{\"name\":\"Retail\"}",
	                  "\"v2\""),
	          200);
	a = call(METHOD_GET, account_path(north, "/groups?kind=account"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/description"), "Shops");
	ck_status(change(id, "", shop, 0), 200);
	ck_status(call_if(METHOD_DELETE, text("/api/v1/groups/%s", id), NULL, "\"v2\""), 204);
	ck_status(get(id, ""), 404);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM party_group_member"), 0);
	ck_assert_int_eq(logged("account_group.add"), 1);
	ck_assert_int_eq(logged("account_group.update"), 1);
	ck_assert_int_eq(logged("account_group.remove"), 1);
	a = call(METHOD_POST, account_path(shop, "/groups"),
	         "{\"kind\":\"account\",\"name\":\"x\"}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/kind"), "not-allowed");
}
END_TEST

START_TEST(members_come_and_go_one_by_one_and_together)
{
	const char *id = group_of(north, "Chains");
	struct answer a = change(id, "", shop, 0);

	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/members"), 1);
	/* Who is in it already stays, and the log says nothing of him. */
	a = change(id, "", shop, mall);
	ck_assert_int_eq(number_at(&a, "/members"), 2);
	ck_assert_int_eq(logged("group.assign"), 2);
	a = get(id, "/members");
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_str_eq(text_at(&a, "/items/0/name"), "Mall");
	ck_assert_str_eq(text_at(&a, "/items/0/id"), id_text(ID_ACCOUNT, mall));
	a = get(id, "/members?q=sho");
	ck_assert_int_eq(number_at(&a, "/total/value"), 1);
	a = call(METHOD_GET, account_path(mall, "/in-groups"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = change(id, "/remove", shop, mall);
	ck_assert_int_eq(number_at(&a, "/members"), 0);
	ck_status(change(id, "/remove", shop, 0), 200);
	ck_assert_int_eq(logged("group.unassign"), 2);
}
END_TEST

START_TEST(all_that_are_none_are_named_and_none_is_put_in)
{
	const char *id = group_of(sub, "Few");
	struct answer a = call(METHOD_POST, text("/api/v1/groups/%s/members", id),
	                       text("{\"member_ids\":[\"%s\",\"acc_x\",\"%s\",\"%s\"]}",
	                            id_text(ID_ACCOUNT, mall), id_text(ID_ACCOUNT, far),
	                            id_text(ID_ACCOUNT, shop)));

	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/member_ids/1"), "not-an-id");
	/* Another tenant's, and one that is not below whose group it is. */
	ck_assert_str_eq(complaint_at(&a, "/member_ids/2"), "not-found");
	ck_assert_str_eq(complaint_at(&a, "/member_ids/3"), "not-found");
	ck_assert_ptr_null(complaint_at(&a, "/member_ids/0"));
	a = get(id, "");
	ck_assert_int_eq(number_at(&a, "/members"), 0);
	ck_status(call(METHOD_POST, text("/api/v1/groups/%s/members", id),
	               "{\"member_ids\":[]}"),
	          422);
}
END_TEST

START_TEST(a_suspended_account_leaves_its_groups_and_returns_exactly)
{
	const char *id = group_of(north, "Chains"),
		   *rows = "SELECT CAST(SUM(CRC32(CONCAT("
			   "group_id, member_id, added_at, added_by_label))) AS INTEGER) AS n"
			   " FROM party_group_member";
	struct answer a = change(id, "", shop, mall);
	int64_t before = scratch_count(rows);

	suspend(shop);
	a = get(id, "");
	ck_assert_int_eq(number_at(&a, "/away"), 1);
	a = get(id, "/members?state=in");
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/name"), "Mall");
	a = get(id, "/members?state=away");
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "suspended");
	a = find(text("group:%s", id));
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	/* With the reseller above it everybody below him leaves, too. */
	suspend(sub);
	a = find(text("group:%s", id));
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	/* Who asks for the suspended gets those who left for that. */
	a = find(text("group:%s%%20status:suspended", id));
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	enable(sub);
	enable(shop);
	a = get(id, "/members?state=in");
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_int_eq(scratch_count(rows), before);
}
END_TEST

START_TEST(a_removed_account_leaves_and_returns_with_its_restoring)
{
	const char *id = group_of(north, "Chains");
	struct answer a = change(id, "", shop, mall);

	ck_status(call(METHOD_POST, account_path(shop, "/terminate"),
	               "{\"reason_text\":\"x\",\"confirm_name\":\"Shop\"}"),
	          200);
	a = get(id, "");
	ck_assert_int_eq(number_at(&a, "/away"), 1);
	ck_status(call(METHOD_POST, account_path(shop, "/restore"), "{\"reason_text\":\"x\"}"),
	          200);
	a = get(id, "");
	ck_assert_int_eq(number_at(&a, "/away"), 0);
	ck_assert_int_eq(number_at(&a, "/members"), 2);
}
END_TEST

START_TEST(a_list_is_filtered_by_a_group_with_whatever_else)
{
	const char *id = group_of(north, "Chains");
	struct answer a = change(id, "", shop, mall);
	const char *const some[] = { "", "&sort=-created", "&sort=last_login",
		                     "&sort=-name&limit=10" };

	change(id, "", sub, 0);
	for (size_t i = 0; i < ARRAY_LEN(some); i++) {
		a = find(text("group:%s%s", id, some[i]));
		ck_assert_uint_eq(length_at(&a, "/items"), 3);
		ck_assert_int_eq(number_at(&a, "/total/value"), 3);
	}
	a = find(text("kind:customer%%20group:%s", id));
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	a = find(text("group:%s%%20parent:%s", id, id_text(ID_ACCOUNT, sub)));
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = find(text("ma%%20group:%s", id));
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/name"), "Mall");
	a = find(text("ma%%20group:%s&sort=name", id));
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = find("group:grp_0000000000ABC");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/q"), "unknown-value");
}
END_TEST

START_TEST(another_tenants_group_does_not_exist)
{
	const char *id = group_of(north, "Chains");

	ck_status(change(id, "", shop, 0), 200);
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "other");
	ck_status(get(id, ""), 404);
	ck_status(get(id, "/members"), 404);
	ck_status(change(id, "", far, 0), 404);
	ck_status(change(id, "/remove", shop, 0), 404);
	ck_status(call_if(METHOD_DELETE, text("/api/v1/groups/%s", id), NULL, "\"v1\""), 404);
	ck_status(call(METHOD_GET, account_path(north, "/groups"), NULL), 404);
	ck_status(call(METHOD_GET, account_path(shop, "/in-groups"), NULL), 404);
	ck_status(find(text("group:%s", id)), 422);
	/* Whose account is in a group of those above him does not learn of it. */
	acts_as_new(sub, ROLE_RESELLER_PROGRAM, "below");
	ck_status(get(id, ""), 404);
}
END_TEST

START_TEST(who_may_only_look_changes_nothing)
{
	const char *id = group_of(north, "Chains");

	acts_as_new(north, ROLE_RESELLER_BILLING, "money");
	ck_status(get(id, "/members"), 200);
	ck_status(make_group(north, "x"), 403);
	ck_status(change(id, "", shop, 0), 403);
	ck_status(call_if(METHOD_DELETE, text("/api/v1/groups/%s", id), NULL, "\"v1\""), 403);
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "agent");
	ck_status(change(id, "", shop, 0), 200);
	ck_status(call_if(METHOD_PATCH, text("/api/v1/groups/%s", id), "{\"name\":\"x\"}",
	                  "\"v1\""),
	          403);
}
END_TEST

START_TEST(pages_of_members_meet_each_once)
{
	const char *id = group_of(north, "Many"), *cursor = NULL;
	struct answer a;
	int seen = 0;

	for (int i = 0; i < 23; i++)
		ck_status(change(id, "", make_account(north, "customer", text("C %02d", i % 9)),
		                 0),
		          200);
	do {
		a = get(id, cursor ? text("/members?limit=10&cursor=%s", cursor)
		                   : "/members?limit=10");
		seen += (int)length_at(&a, "/items");
		cursor = text_at(&a, "/next");
	} while (cursor);
	ck_assert_int_eq(seen, 23);
	a = get(id, text("/members?limit=10&cursor=%s", text_at(&a, "/prev")));
	ck_assert_uint_eq(length_at(&a, "/items"), 10);
	ck_assert_int_eq(number_at(&a, "/total/value"), 23);
}
END_TEST

TESTS_WITH("groups", begin, NULL, a_group_is_made_named_anew_and_removed,
           members_come_and_go_one_by_one_and_together,
           all_that_are_none_are_named_and_none_is_put_in,
           a_suspended_account_leaves_its_groups_and_returns_exactly,
           a_removed_account_leaves_and_returns_with_its_restoring,
           a_list_is_filtered_by_a_group_with_whatever_else,
           another_tenants_group_does_not_exist, who_may_only_look_changes_nothing,
           pages_of_members_meet_each_once);
