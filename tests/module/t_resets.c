/* New passwords for many are asked for by somebody: what he loses meanwhile is not done. */
#include <string.h>

#include "core/job_items.h"
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

START_TEST(one_that_breaks_ends_as_failed_and_the_job_with_it)
{
	struct answer job = ask(), a;
	bool did = true;
	enum err e = OK;

	scratch_run("RENAME TABLE mail TO mail_away");
	while (!e && did)
		e = resets_due_step(harness_ctx(), &did);
	scratch_run("RENAME TABLE mail_away TO mail");
	ck_assert_int_eq(e, OK);
	acts_as(prog);
	a = get_now(text("/api/v1/jobs/%s", text_at(&job, "/id")));
	ck_assert_str_eq(text_at(&a, "/state"), "failed");
}
END_TEST

START_TEST(what_the_worker_does_next_is_no_part_of_it)
{
	struct ctx *c = harness_ctx();
	char own[sizeof(c->request_id)];
	bool did;

	ask();
	memcpy(own, c->request_id, sizeof(own));
	ck_assert_int_eq(resets_due_step(c, &did), OK);
	ck_assert(did);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 1);
	ck_assert_str_eq(c->request_id, own);
	ck_assert_int_eq(c->actor.kind, ACTOR_SYSTEM);
}
END_TEST

/* People of an account, so many. */
static void crowd(int64_t account, int n)
{
	scratch_run(text("INSERT INTO person (login, name, email, created_at,"
	                 " created_by_label, updated_at) SELECT CONCAT('crowd', seq), 'Crowd',"
	                 " CONCAT('crowd', seq, '@example.org'), NOW(6), 'test', NOW(6)"
	                 " FROM seq_1_to_%d",
	                 n));
	scratch_run(
		text("INSERT INTO membership (person_id, account_id, kind, role, created_at,"
	             " created_by_label, updated_at) SELECT id, %lld, 'staff',"
	             " 'customer-member', NOW(6), 'test', NOW(6) FROM person"
	             " WHERE login LIKE 'crowd%%'",
	             (long long)account));
}

static struct answer ask_all(void)
{
	return call(METHOD_POST, "/api/v1/password-resets",
	            text("{\"account_id\":\"%s\"}", id_text(ID_ACCOUNT, at_north)));
}

/* "second" and "member" are there besides. */
START_TEST(nobody_of_too_many_is_left_out_silently)
{
	struct answer a;

	crowd(at_customer, JOB_ITEMS_MAX - 1);
	acts_as(prog);
	a = ask_all();
	ck_refused(a, 409, "too-many-people");
	ck_assert_msg(strstr(text_at(&a, "/detail"), " 10001 people") != NULL, "%s", a.body);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job_item"), 0);
	scratch_run("UPDATE membership m JOIN person p ON p.id = m.person_id"
	            " SET m.state = 'removed' WHERE p.login = 'crowd1'");
	a = ask_all();
	ck_status(a, 202);
	ck_assert_int_eq(number_at(&a, "/total"), JOB_ITEMS_MAX);
}
END_TEST

TESTS_WITH("resets", begin, NULL, who_may_not_any_more_gets_nothing_done,
           whose_account_is_held_gets_nothing_done,
           one_that_breaks_ends_as_failed_and_the_job_with_it,
           what_the_worker_does_next_is_no_part_of_it, nobody_of_too_many_is_left_out_silently);
