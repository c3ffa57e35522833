/* Roles of an account's own, and who may make and give them. */
#include <string.h>

#include "module/roles.h"

static struct answer make_role(int64_t account, const char *members)
{
	return call(METHOD_POST, account_path(account, "/roles"), text("{%s}", members));
}

/* A role that must be made; its id. */
static const char *role_of(int64_t account, const char *members)
{
	struct answer a = make_role(account, members);

	ck_status(a, 201);
	return text_at(&a, "/id");
}

static const char *role_path(const char *role, const char *rest)
{
	return arena_printf(harness_ctx()->mem, "/api/v1/roles/%s%s", role, rest);
}

#define DESK \
	"\"name\":\"Desk\",\"permissions\":[{\"permission\":\"member.list\"," \
	"\"effect\":\"allow\"}," \
	"{\"permission\":\"member.view\",\"effect\":\"allow\"}]"

START_TEST(a_role_is_made_shown_changed_and_removed)
{
	const char *role;
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	a = make_role(at_north, DESK ",\"description\":\"At the desk\"");
	ck_status(a, 201);
	role = text_at(&a, "/id");
	ck_assert_str_eq(a.location, role_path(role, ""));
	ck_assert_str_eq(text_at(&a, "/kind"), "admin");
	ck_assert_str_eq(text_at(&a, "/owner_name"), "North");
	ck_assert_str_eq(text_at(&a, "/created_by"), "prog");
	ck_assert_int_eq(number_at(&a, "/members"), 0);
	ck_assert_int_eq(number_at(&a, "/editable"), 1);
	ck_assert_str_eq(text_at(&a, line_of(&a, "/permissions", "member.view", "own")),
	                 "allow");
	ck_assert_int_eq(number_at(&a, line_of(&a, "/permissions", "member.view", "effective")),
	                 1);
	ck_assert_str_eq(text_at(&a, line_of(&a, "/permissions", "member.add", "own")),
	                 "inherit");
	a = change_now(METHOD_PATCH, role_path(role, ""), "{\"name\":\"Front desk\"}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/name"), "Front desk");
	ck_assert_str_eq(text_at(&a, line_of(&a, "/permissions", "member.view", "own")),
	                 "allow");
	ck_refused(call_if(METHOD_PATCH, role_path(role, ""), "{\"name\":\"X\"}", "\"v1\""),
	           412, "changed-meanwhile");
	a = get_now(account_path(at_customer, "/roles?q=front"));
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = get_now(role_path(role, ""));
	ck_status(call_if(METHOD_DELETE, role_path(role, ""), NULL, a.etag), 204);
	ck_refused(get_now(role_path(role, "")), 404, "not-found");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action IN"
	                               " ('role.add', 'role.update', 'role.remove')"),
	                 3);
}
END_TEST

START_TEST(a_role_that_breaks_rules_is_refused_at_the_field)
{
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	a = make_role(at_north,
	              "\"name\":\"X\",\"permissions\":[{\"permission\":\"no.such\","
	              "\"effect\":\"allow\"},{\"permission\":\"member.add\",\"effect\":"
	              "\"allow\"},{\"permission\":\"member.add\",\"effect\":\"deny\"}]");
	ck_refused(a, 422, "invalid-input");
	ck_assert_str_eq(complaint_at(&a, "/permissions/0/permission"), "not-one-of");
	ck_assert_str_eq(complaint_at(&a, "/permissions/2/permission"), "duplicate-member");
	role_of(at_north, DESK);
	ck_refused(make_role(at_north, "\"name\":\"desk\""), 409, "role-exists");
	a = make_role(at_north,
	              text("\"name\":\"G\",\"kind\":\"guard\",\"parent_role_id\":\"%s\"",
	                   builtin_role("reseller-support")));
	ck_assert_str_eq(complaint_at(&a, "/kind"), "other-kind");
	a = make_role(at_north, text("\"name\":\"P\",\"parent_role_id\":\"%s\"",
	                             builtin_role("platform-auditor")));
	ck_assert_str_eq(complaint_at(&a, "/parent_role_id"), "not-allowed");
}
END_TEST

START_TEST(nobody_puts_more_into_a_role_than_he_may_himself)
{
	const char *role;

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	role = role_of(at_north, "\"name\":\"Security\",\"permissions\":[{\"permission\":"
	                         "\"account.resume.security\",\"effect\":\"allow\"}]");
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	ck_refused(make_role(at_north, "\"name\":\"X\",\"permissions\":[{\"permission\":"
	                               "\"account.resume.security\",\"effect\":\"allow\"}]"),
	           403, "more-than-own");
	/* What comes from a parent counts, and so does what was in it before. */
	ck_refused(make_role(at_north, text("\"name\":\"X\",\"parent_role_id\":\"%s\"", role)),
	           403, "more-than-own");
	ck_refused(change_now(METHOD_PATCH, role_path(role, ""), "{\"name\":\"Y\"}"), 403,
	           "more-than-own");
	/* Nor is it taken from those who have it. */
	ck_refused(call_if(METHOD_DELETE, role_path(role, ""), NULL, "\"v1\""), 403,
	           "more-than-own");
	ck_refused(make_role(at_north, text("\"name\":\"B\",\"parent_role_id\":\"%s\"",
	                                    builtin_role("reseller-billing"))),
	           403, "more-than-own");
}
END_TEST

START_TEST(built_in_roles_and_those_of_accounts_above_are_locked)
{
	const char *role, *own = builtin_role("customer-admin");
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	ck_refused(change_now(METHOD_PATCH, role_path(own, ""), "{\"name\":\"X\"}"), 403,
	           "role-locked");
	role = role_of(at_north, DESK);
	acts_as_new(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	a = get_now(role_path(role, ""));
	ck_status(a, 200);
	/* Who made it, and whose it is, stays above. */
	ck_assert(!is_at(&a, "/owner_account_id"));
	ck_assert(!is_at(&a, "/owner_name"));
	ck_assert(!is_at(&a, "/created_by"));
	ck_assert_int_eq(number_at(&a, "/editable"), 0);
	ck_refused(change_now(METHOD_PATCH, role_path(role, ""), "{\"name\":\"X\"}"), 403,
	           "role-locked");
	ck_refused(call_if(METHOD_DELETE, role_path(role, ""), NULL, a.etag), 403,
	           "role-locked");
}
END_TEST

START_TEST(roles_of_others_do_not_exist)
{
	int64_t member = make_member(at_other, ROLE_CUSTOMER_ADMIN, "theirs");
	const char *role, *mine;
	struct answer a;

	acts_as_new(at_south, ROLE_RESELLER_PROGRAM, "south");
	role = role_of(at_south, DESK);
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	mine = role_of(at_north, DESK);
	ck_refused(get_now(role_path(role, "")), 404, "not-found");
	ck_refused(call(METHOD_POST, role_path(role, "/preview"), "{}"), 404, "not-found");
	ck_refused(call_if(METHOD_PATCH, role_path(role, ""), "{\"name\":\"X\"}", "\"v1\""),
	           404, "not-found");
	ck_refused(call_if(METHOD_DELETE, role_path(role, ""), NULL, "\"v1\""), 404,
	           "not-found");
	ck_refused(get_now(account_path(at_other, "/roles")), 404, "not-found");
	ck_refused(make_role(at_other, DESK), 404, "not-found");
	a = make_role(at_north, text("\"name\":\"X\",\"parent_role_id\":\"%s\"", role));
	ck_assert_str_eq(complaint_at(&a, "/parent_role_id"), "not-found");
	a = call(METHOD_POST, role_path(mine, "/preview"),
	         text("{\"parent_role_id\":\"%s\"}", role));
	ck_assert_str_eq(complaint_at(&a, "/parent_role_id"), "not-found");
	ck_refused(get_now(path_of_member(at_other, member, "/roles")), 404, "not-found");
	ck_refused(get_now(path_of_member(at_other, member, "/access")), 404, "not-found");
	ck_refused(get_now(path_of_member(at_other, member, "/why?permission=member.list")),
	           404, "not-found");
	/* A member of another account, asked for under one's own. */
	ck_refused(get_now(path_of_member(at_customer, member, "/roles")), 404, "not-found");
	ck_refused(call_if(METHOD_PUT, path_of_member(at_customer, member, "/access"),
	                   "{\"switches\":[]}", "\"v1\""),
	           404, "not-found");
	ck_refused(call_if(METHOD_PUT, path_of_member(at_other, member, "/roles"),
	                   text("{\"roles\":[{\"role_id\":\"%s\"}]}", mine), "\"v1\""),
	           404, "not-found");
}
END_TEST

START_TEST(parents_make_no_circle_and_no_long_chain)
{
	const char *v[6], *body;
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	v[0] = role_of(at_north, "\"name\":\"r0\"");
	for (int i = 1; i < 5; i++) {
		body = arena_printf(harness_ctx()->mem,
		                    "\"name\":\"r%d\",\"parent_role_id\":\"%s\"", i, v[i - 1]);
		v[i] = role_of(at_north, body);
	}
	a = make_role(at_north, text("\"name\":\"r5\",\"parent_role_id\":\"%s\"", v[4]));
	ck_assert_str_eq(complaint_at(&a, "/parent_role_id"), "too-deep");
	a = change_now(METHOD_PATCH, role_path(v[0], ""),
	               text("{\"parent_role_id\":\"%s\"}", v[4]));
	ck_assert_str_eq(complaint_at(&a, "/parent_role_id"), "goes-round");
	a = change_now(METHOD_PATCH, role_path(v[0], ""),
	               text("{\"parent_role_id\":\"%s\"}", v[0]));
	ck_assert_str_eq(complaint_at(&a, "/parent_role_id"), "goes-round");
	/* With a parent above it the whole chain would be too long. */
	a = change_now(METHOD_PATCH, role_path(v[0], ""),
	               text("{\"parent_role_id\":\"%s\"}", builtin_role("reseller-support")));
	ck_assert_str_eq(complaint_at(&a, "/parent_role_id"), "too-deep");
}
END_TEST

START_TEST(a_changed_role_holds_at_the_next_request_for_all_who_inherit)
{
	int64_t boss = make_member(at_north, ROLE_RESELLER_PROGRAM, "prog"), agent;
	const char *base, *child, *body;
	struct answer a;

	agent = make_member(at_north, ROLE_RESELLER_SUPPORT, "agent");
	acts_as(boss);
	base = role_of(at_north, text("\"name\":\"Base\",\"parent_role_id\":\"%s\"",
	                              builtin_role("reseller-support")));
	child = role_of(at_north, text("\"name\":\"Child\",\"parent_role_id\":\"%s\"", base));
	ck_status(give_role(at_north, agent, child), 200);
	acts_as(agent);
	ck_assert(session_may("account.suspend"));
	acts_as(boss);
	body = "{\"permissions\":[{\"permission\":\"account.suspend\",\"effect\":\"deny\"},"
	       "{\"permission\":\"member.add\",\"effect\":\"allow\"}]}";
	a = call(METHOD_POST, role_path(base, "/preview"), body);
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/members_total"), 1);
	ck_assert_str_eq(text_at(&a, "/members/0/name"), "agent");
	ck_assert_str_eq(text_at(&a, "/members/0/gain/0"), "member.add");
	ck_assert_str_eq(text_at(&a, "/members/0/lose/0"), "account.suspend");
	ck_assert_uint_eq(length_at(&a, "/gain"), 1);
	ck_status(change_now(METHOD_PATCH, role_path(base, ""), body), 200);
	a = get_now(role_path(child, ""));
	ck_assert_str_eq(text_at(&a, line_of(&a, "/permissions", "member.add", "from")),
	                 "Base");
	ck_assert_int_eq(
		number_at(&a, line_of(&a, "/permissions", "account.suspend", "effective")), 0);
	acts_as(agent);
	ck_assert(!session_may("account.suspend"));
	ck_assert(session_may("member.add"));
}
END_TEST

START_TEST(a_role_in_use_is_not_removed)
{
	int64_t agent = make_member(at_north, ROLE_RESELLER_SUPPORT, "agent");
	const char *role, *child;
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	role = role_of(at_north, DESK);
	child = role_of(at_north, text("\"name\":\"Child\",\"parent_role_id\":\"%s\"", role));
	a = get_now(role_path(role, ""));
	ck_assert_int_eq(number_at(&a, "/children"), 1);
	ck_refused(call_if(METHOD_DELETE, role_path(role, ""), NULL, a.etag), 409,
	           "role-in-use");
	ck_status(give_role(at_north, agent, child), 200);
	a = get_now(role_path(child, ""));
	ck_assert_int_eq(number_at(&a, "/members"), 1);
	ck_refused(call_if(METHOD_DELETE, role_path(child, ""), NULL, a.etag), 409,
	           "role-in-use");
	ck_refused(change_now(METHOD_PATCH, role_path(child, ""), "{\"kind\":\"guard\"}"), 422,
	           "invalid-input");
	/* Who was removed has it no more. */
	scratch_run("UPDATE membership SET state = 'removed' WHERE role = 'Child'");
	ck_status(call_if(METHOD_DELETE, role_path(child, ""), NULL, a.etag), 204);
	a = get_now(role_path(role, ""));
	ck_status(call_if(METHOD_DELETE, role_path(role, ""), NULL, a.etag), 204);
}
END_TEST

START_TEST(nobody_changes_a_role_he_has)
{
	int64_t boss = make_member(at_north, ROLE_RESELLER_PROGRAM, "prog");
	int64_t second = make_member(at_north, ROLE_RESELLER_PROGRAM, "second");
	const char *base, *role;
	struct answer a;

	acts_as(boss);
	base = role_of(at_north, text("\"name\":\"Base\",\"parent_role_id\":\"%s\"",
	                              builtin_role("reseller-program")));
	role = role_of(at_north, text("\"name\":\"Second\",\"parent_role_id\":\"%s\"", base));
	ck_status(give_role(at_north, second, role), 200);
	acts_as(second);
	a = get_now(role_path(role, ""));
	ck_assert_int_eq(number_at(&a, "/editable"), 0);
	ck_refused(change_now(METHOD_PATCH, role_path(role, ""), "{\"name\":\"X\"}"), 403,
	           "own-role");
	/* Nor one his own inherits from. */
	ck_refused(change_now(METHOD_PATCH, role_path(base, ""), "{\"name\":\"X\"}"), 403,
	           "own-role");
	ck_refused(call_if(METHOD_DELETE, role_path(role, ""), NULL, "\"v1\""), 403,
	           "own-role");
}
END_TEST

/* --- giving them ---------------------------------------------------------- */

START_TEST(roles_are_granted_and_revoked_with_a_line_each)
{
	int64_t agent = make_member(at_north, ROLE_RESELLER_SUPPORT, "agent");
	const char *desk, *body;
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	desk = role_of(at_north, DESK);
	body = arena_printf(harness_ctx()->mem,
	                    "{\"roles\":[{\"role_id\":\"%s\"},{\"role_id\":\"%s\","
	                    "\"scope_account_id\":\"%s\"}]}",
	                    builtin_role("installer"), desk, id_text(ID_ACCOUNT, at_customer));
	a = change_now(METHOD_PUT, path_of_member(at_north, agent, "/roles"), body);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/roles"), 2);
	ck_assert_str_eq(text_at(&a, "/roles/1/scope_name"), "Customer");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                               " 'role.grant' AND target_label = 'agent'"),
	                 2);
	ck_assert_int_eq(
		scratch_count(
			"SELECT COUNT(*) AS n FROM change_log WHERE action = 'role.revoke'"),
		1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership WHERE role ="
	                               " 'installer, Desk'"),
	                 1);
	/* Said again, nothing happens. */
	a = change_now(METHOD_PUT, path_of_member(at_north, agent, "/roles"), body);
	ck_status(a, 200);
	ck_assert_int_eq(
		scratch_count(
			"SELECT COUNT(*) AS n FROM change_log WHERE action LIKE 'role.g%'"),
		2);
	ck_refused(call_if(METHOD_PUT, path_of_member(at_north, agent, "/roles"), body,
	                   "\"v1\""),
	           412, "changed-meanwhile");
	ck_refused(call(METHOD_PUT, path_of_member(at_north, agent, "/roles"), body), 428,
	           "if-match-missing");
}
END_TEST

START_TEST(the_list_of_accounts_shows_the_role_of_the_main_user_at_once)
{
	int64_t agent = make_member(at_north, ROLE_RESELLER_SUPPORT, "agent");

	scratch_run(text("UPDATE account a JOIN membership m ON m.account_id = a.id"
	                 " SET m.kind = 'main', a.main_person_id = m.person_id,"
	                 " a.list_role = m.role WHERE m.id = %lld",
	                 (long long)agent));
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	ck_status(give_role(at_north, agent, builtin_role("installer")), 200);
	ck_assert_int_eq(scratch_count(text("SELECT COUNT(*) AS n FROM account WHERE id = %lld"
	                                    " AND list_role = 'installer'",
	                                    (long long)at_north)),
	                 1);
}
END_TEST

START_TEST(what_cannot_be_given_is_refused_at_the_role)
{
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "member");
	const char *path = path_of_member(at_customer, member, "/roles"), *desk, *theirs;
	struct answer a;

	acts_as_new(at_south, ROLE_RESELLER_PROGRAM, "south");
	theirs = role_of(at_south, DESK);
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	desk = role_of(at_north, DESK);
	ck_status(give_role(at_customer, member, desk), 200);
	a = give_role(at_customer, member, builtin_role("reseller-support"));
	ck_assert_str_eq(complaint_at(&a, "/roles/0/role_id"), "not-allowed");
	a = give_role(at_customer, member, id_text(ID_ROLE, 999999));
	ck_assert_str_eq(complaint_at(&a, "/roles/0/role_id"), "not-found");
	a = give_role(at_customer, member, theirs);
	ck_assert_str_eq(complaint_at(&a, "/roles/0/role_id"), "not-found");
	a = change_now(METHOD_PUT, path,
	               arena_printf(harness_ctx()->mem,
	                            "{\"roles\":[{\"role_id\":\"%s\"},{\"role_id\":\"%s\"}]}",
	                            desk, builtin_role("guard")));
	ck_assert_str_eq(complaint_at(&a, "/roles/1/role_id"), "other-kind");
	a = change_now(METHOD_PUT, path,
	               arena_printf(harness_ctx()->mem,
	                            "{\"roles\":[{\"role_id\":\"%s\"},{\"role_id\":\"%s\"}]}",
	                            desk, desk));
	ck_assert_str_eq(complaint_at(&a, "/roles/1/role_id"), "duplicate-member");
	/* A scope that is not below the member's account. */
	a = change_now(
		METHOD_PUT, path,
		arena_printf(harness_ctx()->mem,
	                     "{\"roles\":[{\"role_id\":\"%s\",\"scope_account_id\":\"%s\"}]}",
	                     builtin_role("customer-member"), id_text(ID_ACCOUNT, at_north)));
	ck_refused(a, 422, "invalid-input");
	ck_refused(change_now(METHOD_PUT, path, "{\"roles\":[]}"), 422, "invalid-input");
	ck_status(give_role(at_customer, member, builtin_role("guard")), 200);
}
END_TEST

START_TEST(nobody_gives_more_than_he_has_or_touches_who_has_more)
{
	int64_t boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	int64_t agent = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_AUDITOR, "auditor");
	int64_t admin = make_member(at_customer, ROLE_CUSTOMER_ADMIN, "admin");
	int64_t owner = make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	int64_t second = make_member(at_customer, ROLE_CUSTOMER_OWNER, "second");
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "member");

	acts_as(admin);
	ck_refused(give_role(at_customer, member, builtin_role("customer-owner")), 403,
	           "more-than-own");
	ck_refused(give_role(at_customer, owner, builtin_role("customer-member")), 403,
	           "higher-member");
	ck_refused(give_role(at_customer, admin, builtin_role("customer-member")), 403,
	           "own-membership");
	ck_status(give_role(at_customer, member, builtin_role("customer-moderator")), 200);
	acts_as(owner);
	ck_refused(give_role(at_customer, owner, builtin_role("customer-member")), 403,
	           "own-membership");
	ck_status(give_role(at_customer, second, builtin_role("customer-admin")), 200);
	ck_status(give_role(at_customer, second, builtin_role("customer-owner")), 200);
	/* The provider makes owners too, though visits are not his to allow. */
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	ck_status(give_role(at_customer, member, builtin_role("customer-owner")), 200);
	acts_as_new(at_north, ROLE_RESELLER_SUPPORT, "agent");
	ck_refused(give_role(at_customer, member, builtin_role("customer-member")), 403,
	           "not-permitted");
	(void)boss;
	(void)agent;
}
END_TEST

START_TEST(taking_a_role_that_denies_gives)
{
	int64_t boss = make_member(at_north, ROLE_RESELLER_PROGRAM, "prog");
	int64_t admin = make_member(at_customer, ROLE_CUSTOMER_ADMIN, "admin");
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_OWNER, "member");
	const char *brake, *owner = builtin_role("customer-owner");

	make_member(at_customer, ROLE_CUSTOMER_OWNER, "other-owner");
	acts_as(boss);
	brake = role_of(at_north,
	                "\"name\":\"Brake\",\"permissions\":[{\"permission\":"
	                "\"role.list\",\"effect\":\"deny\"},{\"permission\":"
	                "\"member.set_owner\",\"effect\":\"deny\"},{\"permission\":"
	                "\"member.reset_two_step\",\"effect\":\"deny\"},{\"permission\":"
	                "\"policy.edit_security\",\"effect\":\"deny\"},{\"permission\":"
	                "\"audit.export\",\"effect\":\"deny\"}]");
	ck_status(change_now(METHOD_PUT, path_of_member(at_customer, member, "/roles"),
	                     arena_printf(
				     harness_ctx()->mem,
				     "{\"roles\":[{\"role_id\":\"%s\"},{\"role_id\":\"%s\"}]}",
				     owner, brake)),
	          200);
	acts_as(admin);
	ck_refused(give_role(at_customer, member, owner), 403, "more-than-own");
	acts_as(boss);
	ck_status(give_role(at_customer, member, owner), 200);
}
END_TEST

TESTS_WITH("roles", roles_begin, NULL, a_role_is_made_shown_changed_and_removed,
           a_role_that_breaks_rules_is_refused_at_the_field,
           nobody_puts_more_into_a_role_than_he_may_himself,
           built_in_roles_and_those_of_accounts_above_are_locked, roles_of_others_do_not_exist,
           parents_make_no_circle_and_no_long_chain,
           a_changed_role_holds_at_the_next_request_for_all_who_inherit,
           a_role_in_use_is_not_removed, nobody_changes_a_role_he_has,
           roles_are_granted_and_revoked_with_a_line_each,
           the_list_of_accounts_shows_the_role_of_the_main_user_at_once,
           what_cannot_be_given_is_refused_at_the_role,
           nobody_gives_more_than_he_has_or_touches_who_has_more,
           taking_a_role_that_denies_gives);
