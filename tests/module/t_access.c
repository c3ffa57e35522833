/* Switches of one member, sub-users, and why somebody may or may not. */
#include <string.h>

#include "module/roles.h"

/* --- switches ------------------------------------------------------------- */

static struct answer put_switches(int64_t account, int64_t member, const char *switches)
{
	return change_now(METHOD_PUT, path_of_member(account, member, "/access"),
	                  text("{\"switches\":[%s]}", switches));
}

#define SWITCH(permission, effect) \
	"{\"permission\":\"" permission "\",\"effect\":\"" effect "\"}"

START_TEST(a_switch_holds_at_the_next_request)
{
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_MODERATOR, "member");
	int64_t boss = make_member(at_north, ROLE_RESELLER_PROGRAM, "prog");
	struct answer a;

	acts_as(member);
	ck_assert(session_may("device.list"));
	acts_as(boss);
	a = call(METHOD_POST, path_of_member(at_customer, member, "/access/preview"),
	         "{\"switches\":[" SWITCH("device.list", "deny") "," SWITCH("member.suspend",
	                                                                    "allow") "]}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/gain/0"), "member.suspend");
	ck_assert_str_eq(text_at(&a, "/lose/0"), "device.list");
	a = put_switches(at_customer, member,
	                 SWITCH("device.list", "deny") "," SWITCH("member.suspend", "allow"));
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, line_of(&a, "/switches", "device.list", "switch")),
	                 "deny");
	ck_assert_str_eq(text_at(&a, line_of(&a, "/switches", "device.list", "step")),
	                 "denied");
	ck_assert_int_eq(number_at(&a, line_of(&a, "/switches", "device.list", "roles")), 1);
	ck_assert_int_eq(number_at(&a, line_of(&a, "/switches", "member.suspend", "effective")),
	                 1);
	acts_as(member);
	ck_assert(!session_may("device.list"));
	ck_assert(session_may("member.suspend"));
	acts_as(boss);
	ck_status(put_switches(at_customer, member, ""), 200);
	acts_as(member);
	ck_assert(session_may("device.list"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                               " 'member.permission'"),
	                 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM member_permission"), 0);
}
END_TEST

START_TEST(switches_give_no_more_than_who_sets_them_has)
{
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "member");
	int64_t admin = make_member(at_customer, ROLE_CUSTOMER_ADMIN, "admin");
	int64_t owner = make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");

	acts_as(admin);
	ck_refused(put_switches(at_customer, member, SWITCH("member.set_owner", "allow")), 403,
	           "more-than-own");
	ck_refused(put_switches(at_customer, owner, SWITCH("member.set_owner", "deny")), 403,
	           "higher-member");
	ck_refused(put_switches(at_customer, admin, SWITCH("device.list", "deny")), 403,
	           "own-membership");
	ck_status(put_switches(at_customer, member, SWITCH("device.list", "allow")), 200);
	acts_as(owner);
	ck_status(put_switches(at_customer, member, SWITCH("member.set_owner", "deny")), 200);
	/* The word was an owner's: taking it back would change nothing the admin lacks. */
	acts_as(admin);
	ck_status(put_switches(at_customer, member, ""), 200);
}
END_TEST

START_TEST(words_of_billing_stay_where_they_are)
{
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "member");

	scratch_run("INSERT INTO member_permission (membership_id, permission, effect, set_at)"
	            " SELECT id, 'archives-show', 'allow', NOW(6) FROM membership");
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	ck_status(put_switches(at_customer, member, SWITCH("device.list", "allow")), 200);
	ck_status(put_switches(at_customer, member, ""), 200);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM member_permission"), 1);
}
END_TEST

/* A sub-user of a main user, by hand. */
static void bind_sub(int64_t sub, int64_t main)
{
	scratch_run(
		arena_printf(harness_ctx()->mem,
	                     "UPDATE membership SET kind = 'sub', parent_membership_id = %lld"
	                     " WHERE id = %lld",
	                     (long long)main, (long long)sub));
}

START_TEST(a_sub_user_is_capped_when_used)
{
	int64_t main = make_member(at_customer, ROLE_CUSTOMER_OWNER, "main");
	int64_t sub = make_member(at_customer, ROLE_CUSTOMER_ADMIN, "sub");
	int64_t boss = make_member(at_north, ROLE_RESELLER_PROGRAM, "prog");
	struct answer a;

	make_member(at_customer, ROLE_CUSTOMER_OWNER, "other");
	bind_sub(sub, main);
	acts_as(sub);
	ck_assert(session_may("member.add"));
	acts_as(boss);
	a = call(METHOD_POST, path_of_member(at_customer, main, "/access/preview"),
	         "{\"switches\":[" SWITCH("member.add", "deny") "]}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/subs/0/name"), "sub");
	ck_assert_str_eq(text_at(&a, "/subs/0/lose/0"), "member.add");
	ck_status(put_switches(at_customer, main, SWITCH("member.add", "deny")), 200);
	a = get_now(path_of_member(at_customer, sub, "/access"));
	ck_assert_str_eq(text_at(&a, line_of(&a, "/switches", "member.add", "step")),
	                 "main-user");
	acts_as(sub);
	ck_assert(!session_may("member.add"));
	acts_as(boss);
	ck_status(give_role(at_customer, main, builtin_role("customer-member")), 200);
	acts_as(sub);
	ck_assert(!session_may("member.list"));
}
END_TEST

/* --- why ------------------------------------------------------------------ */

static struct answer why(int64_t account, int64_t member, const char *query)
{
	return get_now(path_of_member(account, member, text("/why?permission=%s", query)));
}

static const char *detail_of(const struct answer *a, const char *step)
{
	struct ctx *c = harness_ctx();

	for (size_t i = 0; i < length_at(a, "/steps"); i++)
		if (!strcmp(text_at(a, arena_printf(c->mem, "/steps/%zu/step", i)), step))
			return text_at(a, arena_printf(c->mem, "/steps/%zu/detail", i));
	return "no such step";
}

START_TEST(why_tells_every_step_and_agrees_with_what_happens)
{
	int64_t agent = make_member(at_north, ROLE_RESELLER_SUPPORT, "agent");
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "member");
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	a = why(at_north, agent, "account.suspend");
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/allowed"), 0);
	ck_assert_str_eq(detail_of(&a, "separation"), "own-account");
	ck_assert_uint_eq(length_at(&a, "/steps"), 9);
	ck_assert_str_eq(detail_of(&a, "roles"), "allowed-by-role");
	a = why(at_north, agent, "account.terminate");
	ck_assert_int_eq(number_at(&a, "/allowed"), 0);
	ck_assert_str_eq(detail_of(&a, "roles"), "no-role-allows");
	a = why(at_north, agent,
	        text("account.suspend&account=%s", id_text(ID_ACCOUNT, at_customer)));
	ck_assert_int_eq(number_at(&a, "/allowed"), 1);
	ck_status(
		put_switches(at_customer, member,
	                     SWITCH("device.list", "allow") "," SWITCH("member.list", "deny")),
		200);
	a = why(at_customer, member, "device.list");
	ck_assert_str_eq(detail_of(&a, "roles"), "switched-on");
	ck_assert_int_eq(number_at(&a, "/allowed"), 1);
	a = why(at_customer, member, "member.view");
	ck_assert_str_eq(detail_of(&a, "section"), "list-denied");
	a = why(at_customer, member,
	        text("device.list&account=%s", id_text(ID_ACCOUNT, at_north)));
	ck_assert_str_eq(detail_of(&a, "scope"), "outside-scope");
	scratch_run("DELETE FROM account_area");
	a = why(at_customer, member, "device.list");
	ck_assert_str_eq(detail_of(&a, "area"), "area-off");
	ck_assert_int_eq(number_at(&a, "/allowed"), 0);
	ck_refused(why(at_customer, member, "no.such"), 422, "invalid-input");
	ck_refused(why(at_customer, member,
	               text("device.list&account=%s", id_text(ID_ACCOUNT, at_other))),
	           404, "not-found");
}
END_TEST

static const char *name_of(const struct answer *a, const char *step)
{
	for (size_t i = 0; i < length_at(a, "/steps"); i++)
		if (!strcmp(text_at(a, text("/steps/%zu/step", i)), step))
			return text_at(a, text("/steps/%zu/name", i));
	return "no such step";
}

/* What each step looked at; and the rules above permissions, asked of one member. */
START_TEST(why_tells_what_each_step_looked_at_and_whom_it_spares)
{
	int64_t admin = make_member(at_customer, ROLE_CUSTOMER_ADMIN, "admin");
	int64_t owner = make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	int64_t other = make_member(at_customer, ROLE_CUSTOMER_MODERATOR, "other");
	int64_t prog = make_member(at_north, ROLE_RESELLER_PROGRAM, "prog");
	struct answer a;

	acts_as(prog);
	a = why(at_customer, admin, "member.suspend");
	ck_assert_int_eq(number_at(&a, "/allowed"), 1);
	ck_assert_str_eq(name_of(&a, "membership"), "admin");
	ck_assert_str_eq(name_of(&a, "account"), "Customer");
	ck_assert_str_eq(name_of(&a, "scope"), "Customer");
	ck_assert_str_eq(name_of(&a, "section"), "member.list");
	ck_assert_str_eq(name_of(&a, "area"), "back_office, people");
	ck_assert_str_eq(detail_of(&a, "separation"), "asked-at-the-deed");
	ck_assert_str_eq(name_of(&a, "separation"),
	                 "own-membership, higher-member, last-owner");
#define WHOM(member, who) \
	why(at_customer, member, text("member.suspend&whom=%s", id_text(ID_MEMBERSHIP, who)))
	a = WHOM(admin, other);
	ck_assert_int_eq(number_at(&a, "/allowed"), 1);
	ck_assert_str_eq(detail_of(&a, "separation"), "ok");
	ck_assert_str_eq(name_of(&a, "separation"), "other");
	a = WHOM(admin, admin);
	ck_assert_str_eq(detail_of(&a, "separation"), "own-membership");
	ck_assert_int_eq(number_at(&a, "/allowed"), 0);
	a = WHOM(admin, owner);
	ck_assert_str_eq(detail_of(&a, "separation"), "higher-member");
	a = why(at_north, prog,
	        text("member.suspend&account=%s&whom=%s", id_text(ID_ACCOUNT, at_customer),
	             id_text(ID_MEMBERSHIP, owner)));
	ck_assert_str_eq(detail_of(&a, "separation"), "last-owner");
	a = why(at_north, prog, "account.suspend");
	ck_assert_str_eq(detail_of(&a, "separation"), "own-account");
	ck_assert_int_eq(number_at(&a, "/allowed"), 0);
	a = why(at_north, prog, "account.view");
	ck_assert_str_eq(detail_of(&a, "separation"), "no-rule");
	ck_refused(WHOM(admin, prog), 404, "not-found");
	bind_sub(other, admin);
	ck_status(put_switches(at_customer, admin, SWITCH("member.suspend", "deny")), 200);
	a = why(at_customer, other, "member.suspend");
	ck_assert_str_eq(detail_of(&a, "main-user"), "main-user-may-not");
	ck_assert_str_eq(name_of(&a, "main-user"), "admin");
}
END_TEST

START_TEST(why_sees_suspension_expiry_and_what_is_still_owed)
{
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_ADMIN, "member");
	struct answer a;

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	scratch_run(text("UPDATE membership SET state = 'suspended' WHERE id = %lld",
	                 (long long)member));
	a = why(at_customer, member, "device.list");
	ck_assert_str_eq(detail_of(&a, "membership"), "suspended");
	scratch_run(text("UPDATE membership SET state = 'active', expires_at = '2020-01-01'"
	                 " WHERE id = %lld",
	                 (long long)member));
	a = why(at_customer, member, "device.list");
	ck_assert_str_eq(detail_of(&a, "membership"), "expired");
	scratch_run("UPDATE membership SET expires_at = NULL");
	scratch_run(text("INSERT INTO account_policy (account_id, require_two_step, updated_at)"
	                 " VALUES (%lld, 1, NOW(6))",
	                 (long long)at_customer));
	a = why(at_customer, member, "device.list");
	ck_assert_str_eq(detail_of(&a, "session"), "enrolment-needed");
	ck_status(call(METHOD_POST, account_path(at_customer, "/holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"x\"}"),
	          201);
	a = why(at_customer, member, "device.list");
	ck_assert_str_eq(detail_of(&a, "account"), "account-stopped");
	ck_assert_int_eq(number_at(&a, "/allowed"), 0);
}
END_TEST

START_TEST(permissions_are_listed_for_those_who_make_roles)
{
	struct answer a;

	acts_as_new(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	a = get_now("/api/v1/permissions");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), PERM__MAX - PERM_SESSION - 1);
	ck_assert_str_eq(text_at(&a, "/items/0/key"), "account.list");
	ck_assert_str_eq(text_at(&a, "/items/0/section"), "account");
	acts_as_new(at_customer, ROLE_CUSTOMER_MEMBER, "member");
	ck_refused(get_now("/api/v1/permissions"), 403, "not-permitted");
	ck_refused(get_now(account_path(at_customer, "/roles")), 403, "not-permitted");
}
END_TEST

/* Where keys are off for all, nobody has more by having had them. */
START_TEST(an_area_that_is_off_takes_nobodys_rank)
{
	int64_t owner = make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	int64_t member = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "member");

	scratch_run(text("INSERT INTO account_area (account_id, area, is_on, set_at)"
	                 " VALUES (%lld, 'api', 0, NOW(6))",
	                 (long long)at_customer));
	acts_as(owner);
	ck_assert(!session_may("api_key.create"));
	ck_status(give_role(at_customer, member, builtin_role("customer-admin")), 200);
	ck_status(give_role(at_customer, member, builtin_role("customer-member")), 200);
	acts_as(member);
	ck_assert(!session_may("api_key.create"));
}
END_TEST

TESTS_WITH("access_settings", roles_begin, NULL, an_area_that_is_off_takes_nobodys_rank,
           a_switch_holds_at_the_next_request, switches_give_no_more_than_who_sets_them_has,
           words_of_billing_stay_where_they_are, a_sub_user_is_capped_when_used,
           why_tells_every_step_and_agrees_with_what_happens,
           why_tells_what_each_step_looked_at_and_whom_it_spares,
           why_sees_suspension_expiry_and_what_is_still_owed,
           permissions_are_listed_for_those_who_make_roles);
