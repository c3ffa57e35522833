/* Leave to act as a user: who asks, who decides, who ends it. */
#include <string.h>

#include "module/letters.h"
#include "module/visitor.h"

#define ASKED "support-access-asked"

START_TEST(an_organisation_is_asked_and_its_owner_decides)
{
	struct answer a;
	const char *id;

	acts_as(prog);
	a = grant_ask(shop, member, ",\"minutes\":90,\"ticket_no\":\"T-1\"");
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "requested");
	ck_assert_int_eq(number_at(&a, "/minutes"), 90);
	ck_assert_uint_eq(length_at(&a, "/allowed"), 1);
	ck_assert_str_eq(text_at(&a, "/allowed/0"), "revoke");
	id = text_at(&a, "/id");
	ck_refused(visit_start(id), 409, "grant-requested");
	ck_refused(grant_ask(shop, member, ""), 409, "grant-open");
	ck_status(grant_act(shop, id, "approve", NULL), 403);
	acts_as(owner);
	a = grant_act(shop, id, "approve", NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	ck_assert_str_eq(text_at(&a, "/decided_by"), "owner");
	ck_refused(grant_act(shop, id, "approve", NULL), 409, "grant-decided");
	ck_refused(grant_act(shop, id, "refuse", "{}"), 409, "grant-decided");
	ck_assert_int_eq(lines_logged("support.request", shop), 1);
	ck_assert_int_eq(lines_logged("support.approve", shop), 1);
	ck_assert_int_eq(scratch_count(
				 "SELECT TIMESTAMPDIFF(MINUTE, starts_at, expires_at) AS n"
				 " FROM support_grant"),
	                 90);
}
END_TEST

START_TEST(what_was_refused_is_not_used)
{
	struct answer a;
	const char *id;

	acts_as(prog);
	a = grant_ask(shop, member, "");
	id = text_at(&a, "/id");
	acts_as(owner);
	a = grant_act(shop, id, "refuse", "{\"reason_text\":\"Not now\"}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "refused");
	acts_as(prog);
	ck_refused(visit_start(id), 409, "grant-closed");
	ck_status(grant_ask(shop, member, ""), 201);
}
END_TEST

START_TEST(the_policy_answers_for_the_account)
{
	struct answer a;
	int64_t person = make_member(home, ROLE_CUSTOMER_MEMBER, "resident");

	acts_as(prog);
	a = grant_ask(home, person, "");
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	support_policy(home, "never");
	support_policy(shop, "never");
	ck_refused(grant_ask(shop, member, ""), 403, "support-never");
	support_policy(shop, "always");
	a = grant_ask(shop, member, "");
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	/* The nearest word counts. */
	support_policy(provider, "never");
	ck_status(grant_ask(shop, owner, ""), 201);
}
END_TEST

START_TEST(leave_is_asked_for_by_whom_it_may)
{
	int64_t boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	int64_t peer = make_member(provider, ROLE_RESELLER_SUPPORT, "peer");
	int64_t sam = make_member(rival, ROLE_RESELLER_PROGRAM, "sam");
	struct answer a;

	acts_as(sam);
	ck_refused(grant_ask(shop, member, ""), 404, "not-found");
	acts_as(prog);
	ck_refused(grant_ask(provider, peer, ""), 403, "only-downwards");
	ck_refused(grant_ask(ACCOUNT_ROOT, boss, ""), 404, "not-found");
	a = grant_ask(shop, sam, "");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/membership_id"), "not-found");
	ck_status(grant_ask(shop, member, ",\"minutes\":1441"), 422);
	ck_status(grant_ask(shop, member, ",\"minutes\":0"), 422);
	/* A support agent may not add users, so he does not act as one who may. */
	acts_as(agent);
	ck_refused(grant_ask(shop, owner, ""), 403, "higher-member");
	acts_as_new(shop, ROLE_CUSTOMER_OWNER, "owner2");
	ck_refused(grant_ask(shop, member, ""), 403, "not-permitted");
}
END_TEST

START_TEST(to_change_things_takes_a_permission_more)
{
	int64_t guard = make_member(shop, ROLE_CUSTOMER_MEMBER, "plain");

	acts_as(agent);
	ck_refused(grant_ask(shop, guard, ",\"may_write\":true"), 403, "not-permitted");
	ck_status(grant_ask(shop, guard, ""), 201);
	acts_as(prog);
	ck_status(grant_ask(shop, guard, ",\"may_write\":true"), 201);
}
END_TEST

START_TEST(nobody_visits_himself)
{
	scratch_run(
		"UPDATE membership m JOIN person p ON p.login = 'prog' SET m.person_id = p.id"
		" WHERE m.id = (SELECT id FROM (SELECT m.id FROM membership m JOIN person q"
		" ON q.id = m.person_id WHERE q.login = 'member') x)");
	acts_as(prog);
	ck_refused(grant_ask(shop, member, ""), 403, "visit-self");
}
END_TEST

START_TEST(a_request_nobody_answers_runs_out)
{
	struct answer a;
	const char *id;

	acts_as(prog);
	a = grant_ask(shop, member, "");
	id = text_at(&a, "/id");
	scratch_run("UPDATE support_grant SET created_at = created_at - INTERVAL 8 DAY");
	acts_as(owner);
	ck_refused(grant_act(shop, id, "approve", NULL), 409, "grant-decided");
	a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "expired");
	acts_as(prog);
	ck_status(grant_ask(shop, member, ""), 201);
}
END_TEST

START_TEST(of_another_tenant_there_is_nothing)
{
	const char *visit = visit_begin(""), *grant;
	struct answer a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);

	grant = text_at(&a, "/items/0/id");
	acts_as_new(rival, ROLE_RESELLER_PROGRAM, "sam");
	ck_status(call(METHOD_GET, account_path(shop, "/support-grants"), NULL), 404);
	ck_status(call(METHOD_GET, account_path(shop, "/visits"), NULL), 404);
	ck_status(grant_act(shop, grant, "revoke", NULL), 404);
	ck_status(grant_act(rival, grant, "revoke", NULL), 404);
	ck_status(visit_start(grant), 404);
	ck_status(visit_end(visit), 404);
	ck_status(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404);
}
END_TEST

START_TEST(either_side_ends_it)
{
	const char *visit = visit_begin(""), *grant;
	struct answer a = call(METHOD_GET, account_path(shop, "/visits"), NULL);

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/items/0/id"), visit);
	ck_assert_int_eq(number_at(&a, "/items/0/live"), 1);
	grant = text_at(&a, "/items/0/grant_id");
	acts_as_new(shop, ROLE_CUSTOMER_ADMIN, "admin");
	ck_status(call(METHOD_GET, account_path(shop, "/visits"), NULL), 200);
	ck_refused(grant_act(shop, grant, "revoke", NULL), 403, "not-permitted");
	acts_as(owner);
	a = grant_act(shop, grant, "revoke", NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "revoked");
	ck_refused(grant_act(shop, grant, "revoke", NULL), 409, "grant-closed");
	ck_assert_int_eq(lines_logged("visit.end", shop), 1);
	ck_assert_int_eq(lines_logged("support.revoke", shop), 1);
	a = call(METHOD_GET, account_path(shop, "/visits"), NULL);
	ck_assert_int_eq(number_at(&a, "/items/0/live"), 0);
	ck_assert_str_eq(text_at(&a, "/items/0/end_reason"), "revoked");
}
END_TEST

START_TEST(who_decides_is_told_by_mail_where)
{
	struct answer a;
	const char *id, *link;

	make_member(shop, ROLE_CUSTOMER_ADMIN, "admin");
	make_member(shop, ROLE_CUSTOMER_ADMIN, "deputy");
	scratch_run("INSERT INTO member_permission (membership_id, permission, effect, set_at)"
	            " SELECT m.id, 'support.approve', 'allow', NOW(6) FROM membership m"
	            " JOIN person p ON p.id = m.person_id WHERE p.login = 'deputy'");
	make_member(shop, ROLE_CUSTOMER_OWNER, "muted");
	scratch_run("INSERT INTO member_permission (membership_id, permission, effect, set_at)"
	            " SELECT m.id, 'support.approve', 'deny', NOW(6) FROM membership m"
	            " JOIN person p ON p.id = m.person_id WHERE p.login = 'muted'");
	scratch_run("UPDATE person SET email = CONCAT(login, '@example.org')");
	acts_as(prog);
	a = grant_ask(shop, member, ",\"minutes\":90,\"may_write\":true");
	ck_status(a, 201);
	id = text_at(&a, "/id");
	ck_assert_int_eq(letters_count("owner@example.org", ASKED), 1);
	ck_assert_int_eq(letters_count("deputy@example.org", ASKED), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 2);
	ck_assert_str_eq(letter_value("owner@example.org", ASKED, "by"), "prog");
	ck_assert_str_eq(letter_value("owner@example.org", ASKED, "user"), "member");
	ck_assert_str_eq(letter_value("owner@example.org", ASKED, "state"), "write");
	ck_assert_str_eq(letter_value("owner@example.org", ASKED, "minutes"), "90");
	link = letter_value("owner@example.org", ASKED, "link");
	ck_assert_msg(strstr(link, arena_printf(harness_ctx()->mem, "#/accounts/%s/support",
	                                        id_text(ID_ACCOUNT, shop))),
	              "%s", link);
	acts_as_new(shop, ROLE_CUSTOMER_OWNER, "owner2");
	ck_status(grant_act(shop, id, "approve", NULL), 200);
}
END_TEST

static int64_t asked(void)
{
	return scratch_count("SELECT COUNT(*) AS n FROM support_grant"
	                     " WHERE state = 'requested'");
}

/* It would lapse a week later, and nobody would know why. */
START_TEST(what_nobody_could_answer_is_not_asked)
{
	acts_as(prog);
	support_policy(shop, "always");
	ck_status(grant_ask(shop, member, ""), 201);
	support_policy(shop, "on_request");
	scratch_run("UPDATE account_area SET is_on = 0 WHERE area = 'back_office'");
	ck_refused(grant_ask(shop, owner, ""), 409, "nobody-decides");
	ck_assert_int_eq(asked(), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 0);
	scratch_run("UPDATE account_area SET is_on = 1 WHERE area = 'back_office'");
	ck_status(grant_ask(shop, owner, ""), 201);
	ck_assert_int_eq(asked(), 1);
}
END_TEST

START_TEST(who_could_not_answer_counts_for_nobody)
{
	static const char *const ends[] = {
		"UPDATE membership m JOIN person p ON p.id = m.person_id"
		" SET m.state = 'suspended' WHERE p.login = 'owner'",
		"UPDATE membership m JOIN person p ON p.id = m.person_id"
		" SET m.state = 'active', m.expires_at = '2001-01-01' WHERE p.login = 'owner'",
		"UPDATE membership SET expires_at = NULL",
		"UPDATE person SET state = 'invited' WHERE login = 'owner'",
		"UPDATE person SET state = 'active'",
		"INSERT INTO member_permission (membership_id, permission, effect, set_at)"
		" SELECT m.id, 'support.approve', 'deny', NOW(6) FROM membership m"
		" JOIN person p ON p.id = m.person_id WHERE p.login = 'owner'",
	};

	acts_as(prog);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		scratch_run(ends[i]);
		if (i == 2 || i == 4) /* the same is in order again */
			continue;
		ck_refused(grant_ask(shop, member, ""), 409, "nobody-decides");
	}
	make_member(shop, ROLE_CUSTOMER_OWNER, "another");
	ck_status(grant_ask(shop, member, ""), 201);
}
END_TEST

START_TEST(a_resellers_own_people_decide_about_it_and_nobody_above)
{
	int64_t boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	const char *id;
	struct answer a;

	acts_as(boss);
	a = grant_ask(provider, agent, "");
	ck_status(a, 201);
	id = text_at(&a, "/id");
	ck_assert_int_eq(letters_count("prog@example.org", ASKED), 1);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss2");
	ck_status(grant_act(provider, id, "approve", NULL), 403);
	acts_as(agent);
	ck_refused(grant_act(provider, id, "approve", NULL), 403, "not-permitted");
	acts_as(prog);
	ck_status(grant_act(provider, id, "approve", NULL), 200);
}
END_TEST

/* A role given for one customer lets the provider's people act there, and no more. */
START_TEST(who_acts_there_from_above_does_not_decide)
{
	const char *id;
	struct answer a;

	acts_as(prog);
	a = grant_ask(shop, member, "");
	id = text_at(&a, "/id");
	acts_as_new(provider, ROLE_RESELLER_PROGRAM, "colleague");
	ck_refused(grant_act(shop, id, "approve", NULL), 403, "customer-decides");
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "UPDATE session s JOIN person p ON p.id = s.person_id"
	                         " SET s.scope_account_id = %lld WHERE p.login = 'colleague'",
	                         (long long)shop));
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "UPDATE membership_role mr JOIN membership m"
	                         " ON m.id = mr.membership_id JOIN person p"
	                         " ON p.id = m.person_id SET mr.scope_account_id = %lld"
	                         " WHERE p.login = 'colleague'",
	                         (long long)shop));
	scratch_run("UPDATE access_epoch SET n = n + 1");
	a = call(METHOD_GET, "/api/v1/session", NULL);
	ck_assert_str_eq(text_at(&a, "/acting/account_id"), id_text(ID_ACCOUNT, shop));
	a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items/0/allowed"), 1);
	ck_refused(grant_act(shop, id, "approve", NULL), 403, "customer-decides");
	ck_refused(grant_act(shop, id, "refuse", "{}"), 403, "customer-decides");
}
END_TEST

TESTS_WITH("support", visitor_begin, NULL, an_organisation_is_asked_and_its_owner_decides,
           what_was_refused_is_not_used, the_policy_answers_for_the_account,
           leave_is_asked_for_by_whom_it_may, to_change_things_takes_a_permission_more,
           nobody_visits_himself, a_request_nobody_answers_runs_out,
           of_another_tenant_there_is_nothing, either_side_ends_it,
           who_decides_is_told_by_mail_where, what_nobody_could_answer_is_not_asked,
           who_could_not_answer_counts_for_nobody,
           a_resellers_own_people_decide_about_it_and_nobody_above,
           who_acts_there_from_above_does_not_decide);
