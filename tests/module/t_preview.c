/* Who gains and loses what, before a role is changed. */
#include "module/roles.h"

static const char *role_of(int64_t account, const char *members)
{
	struct answer a =
		call(METHOD_POST, account_path(account, "/roles"), text("{%s}", members));

	ck_status(a, 201);
	return text_at(&a, "/id");
}

static const char *role_path(const char *role, const char *rest)
{
	return arena_printf(harness_ctx()->mem, "/api/v1/roles/%s%s", role, rest);
}

/* More of them than are named; a sub-user with the role, and one without. */
START_TEST(a_preview_counts_all_and_the_sub_users_with_them)
{
	const char *role;
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	role = role_of(at_customer, text("\"name\":\"Base\",\"parent_role_id\":\"%s\"",
	                                 builtin_role("customer-moderator")));
	for (int i = 0; i < 112; i++)
		make_member(at_customer, ROLE_CUSTOMER_MODERATOR, text("m%03d", i));
	make_member(at_customer, ROLE_CUSTOMER_MODERATOR, "sub");
	make_member(at_customer, ROLE_CUSTOMER_OWNER, "helper");
	make_member(at_other, ROLE_CUSTOMER_MODERATOR, "far");
	scratch_run("UPDATE membership_role mr JOIN role r ON r.name = 'Base' JOIN membership m"
	            " ON m.id = mr.membership_id SET mr.role_id = r.id"
	            " WHERE m.role = 'customer-moderator'");
	scratch_run("UPDATE membership m JOIN person p ON p.id = m.person_id JOIN (SELECT"
	            " MIN(m2.id) AS id FROM membership m2 WHERE m2.role = 'customer-moderator')"
	            " x SET m.kind = 'sub', m.parent_membership_id = x.id"
	            " WHERE p.login IN ('sub', 'helper')");
	/* m000 may not list members whatever his role, so his sub-users may not, either. */
	scratch_run(
		"INSERT INTO member_permission (membership_id, permission, effect, set_at)"
		" SELECT m.id, 'member.list', 'deny', NOW(6) FROM membership m JOIN person p"
		" ON p.id = m.person_id WHERE p.login = 'm000'");
	a = call(METHOD_POST, role_path(role, "/preview"),
	         "{\"permissions\":[{\"permission\":\"device.list\",\"effect\":\"deny\"}]}");
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/members_total"), 113);
	ck_assert_int_eq(number_at(&a, "/losing"), 114);
	ck_assert_int_eq(number_at(&a, "/gaining"), 0);
	ck_assert_int_eq(number_at(&a, "/complete"), 1);
	ck_assert_uint_eq(length_at(&a, "/members"), 100);
	ck_assert_str_eq(text_at(&a, "/members/0/name"), "m000");
	ck_assert_str_eq(text_at(&a, "/members/99/name"), "m099");
	a = call(METHOD_POST, role_path(role, "/preview"),
	         "{\"permissions\":[{\"permission\":\"member.edit\",\"effect\":\"deny\"}]}");
	ck_assert_int_eq(number_at(&a, "/losing"), 111);
	ck_assert_str_eq(text_at(&a, "/members/0/name"), "m001");
}
END_TEST

/* He has the other role, and no more than his main user. */
START_TEST(a_sub_user_gains_only_what_his_main_user_has)
{
	int64_t sub = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "sub");
	int64_t main = make_member(at_customer, ROLE_CUSTOMER_MODERATOR, "main");
	const char *role;
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	role = role_of(at_north,
	               "\"name\":\"Desk\",\"permissions\":[{\"permission\":\"member.list\","
	               "\"effect\":\"allow\"}]");
	ck_status(give_role(at_customer, sub, role), 200);
	scratch_run(text("UPDATE membership SET kind = 'sub', parent_membership_id = %lld"
	                 " WHERE id = %lld",
	                 (long long)main, (long long)sub));
	a = call(METHOD_POST, role_path(role, "/preview"),
	         "{\"permissions\":[{\"permission\":\"device.list\",\"effect\":\"allow\"},"
	         "{\"permission\":\"role.add\",\"effect\":\"allow\"}]}");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/gain"), 2);
	ck_assert_int_eq(number_at(&a, "/gaining"), 1);
	ck_assert_int_eq(number_at(&a, "/losing"), 1);
	ck_assert_int_eq(number_at(&a, "/members/0/is_sub"), 1);
	ck_assert_uint_eq(length_at(&a, "/members/0/gain"), 1);
	ck_assert_str_eq(text_at(&a, "/members/0/gain/0"), "device.list");
}
END_TEST

TESTS_WITH("preview", roles_begin, NULL, a_preview_counts_all_and_the_sub_users_with_them,
           a_sub_user_gains_only_what_his_main_user_has);
