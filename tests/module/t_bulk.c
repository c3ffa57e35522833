/* One act on many accounts: each by its own rules, once, and as who asked is by then. */
#include <string.h>

#include "module/bulk.h"

static struct answer preview(const char *act, const char *members)
{
	return bulk_start("preview", text("\"action\":\"%s\",%s", act, members));
}

static int64_t open_holds(void)
{
	return scratch_count("SELECT COUNT(*) AS n FROM hold WHERE open_slot = 1");
}

START_TEST(each_is_held_once_and_logged_once_under_the_request_that_asked)
{
	struct answer job = bulk_suspend_all(), a;

	ck_assert_str_eq(text_at(&job, "/kind"), "suspend-accounts");
	ck_assert_str_eq(text_at(&job, "/reason"), "Asked for");
	ck_assert_int_eq(open_holds(), 0);
	bulk_work_off();
	ck_job(&job, "succeeded", BULK_MANY, 0);
	ck_assert_int_eq(open_holds(), BULK_MANY);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                               " 'account.suspend' AND actor_label = 'prog'"
	                               " AND reason = 'Asked for' AND correlation_id ="
	                               " (SELECT correlation_id FROM job)"),
	                 BULK_MANY);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE"
	                               " action = 'job.start' AND target_kind = 'job'"),
	                 1);
	a = bulk_of_job(&job, "/items");
	ck_assert_str_eq(text_at(&a, "/items/0/label"), "Many 0");
	ck_assert_str_eq(text_at(&a, "/items/0/account_id"), id_text(ID_ACCOUNT, bulk_many[0]));
	ck_assert(!is_at(&a, "/items/0/target_id"));
}
END_TEST

START_TEST(all_that_match_are_gathered_before_the_first_is_done)
{
	struct answer job;

	/* South's are not among them, though they match. */
	job = bulk_start("suspend", "\"q\":\"many status:active\",\"expected\":4" BULK_REASON);
	ck_status(job, 202);
	ck_assert(!is_at(&job, "/total"));
	ck_assert_str_eq(text_at(&job, "/filter"), "many status:active");
	ck_assert(bulk_step());
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job_item"), BULK_MANY);
	ck_assert_int_eq(open_holds(), 0);
	bulk_work_off();
	ck_job(&job, "succeeded", BULK_MANY, 0);
	ck_assert_int_eq(open_holds(), BULK_MANY);
}
END_TEST

START_TEST(pages_of_a_filter_meet_every_account_once)
{
	struct answer job, a;

	scratch_run(text("INSERT INTO account (parent_id, kind, class, origin, name, state,"
	                 " tenant_id, confirmed_at, created_at, created_by_label, updated_at)"
	                 " SELECT %lld, 'customer', 'person', 'manual', CONCAT('C ', seq),"
	                 " 'active', UUID(), NOW(6), NOW(6), 'test', NOW(6)"
	                 " FROM seq_1_to_1203",
	                 (long long)at_south));
	scratch_run(text("INSERT INTO account_tree (ancestor_id, descendant_id, depth, kind,"
	                 " name_key, own_state) SELECT t.ancestor_id, a.id, t.depth + 1,"
	                 " 'customer', a.name, 'active' FROM account a JOIN account_tree t"
	                 " ON t.descendant_id = %lld WHERE a.name LIKE 'C %%'",
	                 (long long)at_south));
	scratch_run("INSERT INTO account_tree (ancestor_id, descendant_id, depth, kind,"
	            " name_key, own_state) SELECT id, id, 0, 'customer', name, 'active'"
	            " FROM account WHERE name LIKE 'C %'");
	acts_as_new(at_south, ROLE_RESELLER_PROGRAM, "south");
	job = bulk_start("suspend", "\"q\":\"kind:customer\",\"expected\":1204" BULK_REASON);
	ck_status(job, 202);
	for (int i = 0; i < 3; i++)
		ck_assert(bulk_step());
	a = bulk_of_job(&job, "");
	ck_assert_int_eq(number_at(&a, "/total"), 1204);
	ck_assert_int_eq(scratch_count("SELECT COUNT(DISTINCT i.target_id) AS n FROM job_item i"
	                               " JOIN account a ON a.id = i.target_id"
	                               " WHERE a.kind = 'customer'"),
	                 1204);
}
END_TEST

START_TEST(what_is_anothers_is_unknown_and_bad_input_names_every_field)
{
	const char *mine = id_text(ID_ACCOUNT, bulk_many[0]);
	const char *other = id_text(ID_ACCOUNT, at_other);
	struct answer a =
		bulk_start("suspend", text("\"account_ids\":[\"%s\",\"%s\",\"x\",\"%s\"],"
	                                   "\"expected\":4" BULK_REASON,
	                                   mine, other, mine));

	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/account_ids/2"), "not-an-id");
	ck_assert_str_eq(complaint_at(&a, "/account_ids/3"), "duplicate-member");
	a = preview("suspend", text("\"account_ids\":[\"%s\",\"%s\"]", mine, other));
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/account_ids/1"), "unknown-value");
	ck_assert_ptr_null(complaint_at(&a, "/account_ids/0"));
	a = bulk_start("enable", text("\"q\":\"parent:%s\",\"expected\":1",
	                              id_text(ID_ACCOUNT, at_south)));
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/q"), "unknown-value");
	a = bulk_start("suspend", text("%s,\"q\":\"many\"" BULK_REASON, bulk_ids()));
	ck_assert_str_eq(complaint_at(&a, "/account_ids"), "one-of-two");
	a = bulk_start("suspend", "\"expected\":0");
	ck_assert_str_eq(complaint_at(&a, "/expected"), "out-of-range");
	ck_assert_str_eq(complaint_at(&a, "/reason_text"), "required");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job"), 0);
}
END_TEST

START_TEST(what_was_confirmed_is_what_is_there)
{
	struct answer a = bulk_start("terminate", "\"q\":\"many\",\"expected\":3" BULK_REASON);

	ck_refused(a, 409, "count-changed");
	ck_refused(bulk_start("suspend", "\"q\":\"nobody\",\"expected\":3" BULK_REASON), 409,
	           "nothing-to-do");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job"), 0);
}
END_TEST

START_TEST(a_preview_says_how_many_and_why_not)
{
	struct answer a;

	ck_status(call(METHOD_POST, account_path(bulk_many[1], "/holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"x\"}"),
	          201);
	make_member(bulk_many[0], ROLE_CUSTOMER_OWNER, "owner");
	a = preview("suspend", "\"q\":\"many\"");
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/total"), BULK_MANY);
	ck_assert_int_eq(number_at(&a, "/able"), BULK_MANY - 1);
	ck_assert_int_eq(number_at(&a, "/members"), 1);
	ck_assert_uint_eq(length_at(&a, "/reasons"), 1);
	ck_assert_str_eq(text_at(&a, "/reasons/0/code"), "hold-exists");
	ck_assert_str_eq(text_at(&a, "/examples/0/name"), "Many 1");
	a = preview("enable", "\"q\":\"many\"");
	ck_assert_int_eq(number_at(&a, "/able"), 1);
	ck_assert_str_eq(text_at(&a, "/reasons/0/code"), "not-suspended");
	a = preview("reset-password", "\"q\":\"many\"");
	ck_assert_int_eq(number_at(&a, "/able"), 0);
	ck_assert_str_eq(text_at(&a, "/reasons/0/code"), "no-main-user");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job"), 0);
}
END_TEST

/* What a preview says of one is what becomes of it. */
START_TEST(what_cannot_be_done_fails_with_its_reason_and_is_done_again)
{
	struct answer job, hold = call(METHOD_POST, account_path(bulk_many[2], "/holds"),
	                               "{\"kind\":\"admin\",\"reason_text\":\"x\"}");

	job = bulk_suspend_all();
	bulk_work_off();
	ck_job(&job, "partial", BULK_MANY, 1);
	ck_item(&job, 2, "failed", "hold-exists");
	ck_status(call(METHOD_POST,
	               account_path(bulk_many[2],
	                            text("/holds/%s/release", text_at(&hold, "/id"))),
	               "{}"),
	          200);
	ck_status(call(METHOD_POST, text("/api/v1/jobs/%s/retry", text_at(&job, "/id")), "{}"),
	          200);
	bulk_work_off();
	ck_job(&job, "succeeded", BULK_MANY, 0);
	ck_assert_int_eq(open_holds(), BULK_MANY);
}
END_TEST

START_TEST(who_loses_the_right_meanwhile_gets_no_more_done)
{
	struct answer job = bulk_suspend_all();

	ck_assert(bulk_step());
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_status(give_role(at_north, bulk_prog, builtin_role("installer")), 200);
	bulk_work_off();
	ck_job(&job, "partial", BULK_MANY, BULK_MANY - 1);
	ck_item(&job, 0, "done", "");
	ck_item(&job, 1, "failed", "not-permitted");
	ck_assert_int_eq(open_holds(), 1);
}
END_TEST

START_TEST(what_leaves_the_scope_meanwhile_is_not_there)
{
	struct answer job = bulk_suspend_all();

	ck_assert(bulk_step());
	scratch_run(text("DELETE FROM account_tree WHERE descendant_id = %lld"
	                 " AND ancestor_id = %lld",
	                 (long long)bulk_many[1], (long long)at_north));
	bulk_work_off();
	ck_job(&job, "partial", BULK_MANY, 1);
	ck_item(&job, 1, "failed", "not-found");
	ck_assert_int_eq(open_holds(), BULK_MANY - 1);
}
END_TEST

START_TEST(who_is_gone_gathers_nothing)
{
	struct answer job = bulk_start("suspend", "\"q\":\"many\",\"expected\":4" BULK_REASON),
		      a;

	ck_status(job, 202);
	scratch_run(text("UPDATE membership SET state = 'suspended' WHERE id = %lld",
	                 (long long)bulk_prog));
	bulk_work_off();
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	a = bulk_of_job(&job, "");
	ck_assert_str_eq(text_at(&a, "/state"), "failed");
	ck_assert_str_eq(text_at(&a, "/message"), "asker-gone");
	ck_assert_int_eq(open_holds(), 0);
}
END_TEST

START_TEST(cancelling_stops_at_the_next_account)
{
	struct answer job = bulk_suspend_all();

	ck_assert(bulk_step());
	ck_status(call(METHOD_POST, text("/api/v1/jobs/%s/cancel", text_at(&job, "/id")), "{}"),
	          200);
	bulk_work_off();
	ck_job(&job, "cancelled", 1, 0);
	ck_item(&job, 1, "cancelled", "");
	ck_assert_int_eq(open_holds(), 1);
}
END_TEST

START_TEST(removing_wants_a_proof_and_ends_each_by_its_rules)
{
	struct answer job;
	int64_t below = make_account(at_north, "reseller", "Below");

	make_account(below, "customer", "Lives");
	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 6 MINUTE");
	ck_refused(bulk_start("terminate", text("%s" BULK_REASON, bulk_ids())), 403,
	           "proof-needed");
	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6)");
	job = bulk_start("terminate",
	                 text("\"account_ids\":[\"%s\",\"%s\"],\"expected\":2" BULK_REASON,
	                      id_text(ID_ACCOUNT, bulk_many[0]), id_text(ID_ACCOUNT, below)));
	ck_status(job, 202);
	bulk_work_off();
	ck_job(&job, "partial", 2, 1);
	ck_item(&job, 1, "failed", "has-accounts");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account"
	                               " WHERE state = 'terminated'"),
	                 1);
}
END_TEST

START_TEST(main_users_get_a_link_each)
{
	struct answer job;

	bulk_give_mains();
	/* One is the main user of two. */
	scratch_run("UPDATE membership m JOIN person p ON p.id = m.person_id SET m.person_id ="
	            " (SELECT id FROM person WHERE login = 'main0') WHERE p.login = 'main1'");
	scratch_run("UPDATE account a JOIN membership m ON m.account_id = a.id"
	            " SET a.main_person_id = m.person_id WHERE a.name LIKE 'Many%'");
	job = bulk_start("reset-password", bulk_ids());
	ck_status(job, 202);
	bulk_work_off();
	ck_job(&job, "partial", BULK_MANY, 1);
	ck_item(&job, 1, "done", "mailed-already");
	ck_item(&job, 3, "failed", "no-main-user");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 2);
	acts_as_new(at_north, ROLE_RESELLER_SUPPORT, "agent");
	ck_refused(bulk_start("reset-password", "\"q\":\"many\",\"expected\":4"), 403,
	           "not-permitted");
}
END_TEST

START_TEST(what_billing_holds_stays_held_and_is_said)
{
	struct answer job = bulk_suspend_all();

	bulk_work_off();
	scratch_run(
		text("INSERT INTO hold (account_id, account_kind, module, kind, reason_code,"
	             " placed_at, placed_by_label, starts_at, open_slot)"
	             " VALUES (%lld, 'customer', '', 'billing', 'x', NOW(6), 'b', NOW(6), 1)",
	             (long long)bulk_many[0]));
	job = bulk_start("enable", bulk_ids());
	bulk_work_off();
	ck_job(&job, "succeeded", BULK_MANY, 0);
	ck_item(&job, 0, "done", "billing-hold");
	job = bulk_start("enable", bulk_ids());
	bulk_work_off();
	ck_job(&job, "failed", BULK_MANY, BULK_MANY);
	ck_item(&job, 0, "failed", "billing-hold");
	ck_item(&job, 1, "failed", "not-suspended");
}
END_TEST

START_TEST(jobs_are_told_apart_by_state_kind_and_who)
{
	struct answer a;

	bulk_suspend_all();
	bulk_work_off();
	bulk_start("enable", bulk_ids());
	a = get_now("/api/v1/jobs?state=queued");
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_int_eq(number_at(&a, "/total/value"), 1);
	a = get_now("/api/v1/jobs?kind=suspend-accounts");
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "succeeded");
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "third");
	a = get_now("/api/v1/jobs");
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	a = get_now("/api/v1/jobs?own=true");
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	acts_as_new(at_south, ROLE_RESELLER_PROGRAM, "rival");
	a = get_now("/api/v1/jobs");
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
}
END_TEST

/* clang-format off */
TESTS_WITH("bulk", bulk_begin, NULL,
           each_is_held_once_and_logged_once_under_the_request_that_asked,
           all_that_match_are_gathered_before_the_first_is_done,
           pages_of_a_filter_meet_every_account_once,
           what_is_anothers_is_unknown_and_bad_input_names_every_field,
           what_was_confirmed_is_what_is_there, a_preview_says_how_many_and_why_not,
           what_cannot_be_done_fails_with_its_reason_and_is_done_again,
           who_loses_the_right_meanwhile_gets_no_more_done,
           what_leaves_the_scope_meanwhile_is_not_there, who_is_gone_gathers_nothing,
           cancelling_stops_at_the_next_account,
           removing_wants_a_proof_and_ends_each_by_its_rules, main_users_get_a_link_each,
           what_billing_holds_stays_held_and_is_said,
           jobs_are_told_apart_by_state_kind_and_who);
/* clang-format on */
