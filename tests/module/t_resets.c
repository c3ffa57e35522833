/* New passwords for many are asked for by somebody: what he loses meanwhile is not done. */
#include "members/resets.h"
#include "module/roles.h"

static int64_t prog, member;

static void begin(void)
{
	roles_begin();
	prog = make_member(at_north, ROLE_RESELLER_PROGRAM, "prog");
	make_member(at_north, ROLE_RESELLER_PROGRAM, "second");
	member = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "member");
	scratch_run("UPDATE person SET email = CONCAT(login, '@example.org')");
}

static struct answer ask(void)
{
	struct answer a;

	acts_as(prog);
	a = call(METHOD_POST, "/api/v1/password-resets",
	         text("{\"membership_ids\":[\"%s\"]}", id_text(ID_MEMBERSHIP, member)));
	ck_status(a, 202);
	return a;
}

/* What became of the one item, as the root of all sees it. */
static void ck_item(const struct answer *job, const char *message)
{
	struct answer a;
	bool did = true;

	while (did)
		ck_assert_int_eq(resets_due_step(harness_ctx(), &did), OK);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "root");
	a = get_now(text("/api/v1/jobs/%s/items", text_at(job, "/id")));
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "failed");
	ck_assert_str_eq(text_at(&a, "/items/0/message"), message);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 0);
}

START_TEST(who_may_not_any_more_gets_nothing_done)
{
	struct answer job = ask();

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_status(give_role(at_north, prog, builtin_role("installer")), 200);
	ck_item(&job, "not-permitted");
}
END_TEST

START_TEST(whose_account_is_held_gets_nothing_done)
{
	struct answer job = ask();

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_status(call(METHOD_POST, account_path(at_north, "/holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"x\"}"),
	          201);
	ck_item(&job, "asker-gone");
}
END_TEST

TESTS_WITH("resets", begin, NULL, who_may_not_any_more_gets_nothing_done,
           whose_account_is_held_gets_nothing_done);
