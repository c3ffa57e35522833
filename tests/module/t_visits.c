/* Visits: what they see and may do, what both sides learn of them, how they end. */
#include <string.h>

#include "module/people.h"
#include "module/visitor.h"
#include "web/match.h"

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query ended_by = {
	.text = "SELECT COUNT(*) AS n FROM visit WHERE end_reason = ?",
	DB_ROWS(number_v),
};

START_TEST(a_visit_sees_what_the_user_sees_and_only_looks)
{
	struct answer a;
	const char *visit = visit_begin("");

	a = as_user(METHOD_GET, "/api/v1/session", NULL, visit);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/person/login"), "member");
	ck_assert_str_eq(text_at(&a, "/visit/id"), visit);
	ck_assert_str_eq(text_at(&a, "/visit/operator_label"), "prog");
	ck_assert_str_eq(text_at(&a, "/acting/account_id"), id_text(ID_ACCOUNT, shop));
	ck_status(as_user(METHOD_GET, account_path(shop, ""), NULL, visit), 200);
	ck_refused(as_user(METHOD_GET, account_path(provider, ""), NULL, visit), 404,
	           "not-found");
	ck_refused(as_user(METHOD_GET, account_path(home, ""), NULL, visit), 404, "not-found");
	ck_refused(as_user(METHOD_GET, "/api/v1/accounts", NULL, visit), 403, "not-permitted");
	ck_refused(as_user(METHOD_POST, account_path(shop, "/sites"),
	                   "{\"kind\":\"building\",\"name\":\"B\"}", visit),
	           403, "visit-read-only");
	/* His own session goes on beside it. */
	ck_status(call(METHOD_GET, "/api/v1/accounts", NULL), 200);
}
END_TEST

START_TEST(what_a_visit_changes_bears_both_names)
{
	struct answer a;
	const char *visit;

	scratch_run("UPDATE membership_role mr JOIN role r ON r.builtin = 'customer-admin'"
	            " SET mr.role_id = r.id WHERE mr.membership_id ="
	            " (SELECT m.id FROM membership m JOIN person p ON p.id = m.person_id"
	            " WHERE p.login = 'member')");
	visit = visit_begin(",\"may_write\":true");
	ck_status(as_user(METHOD_POST, account_path(shop, "/sites"),
	                  "{\"kind\":\"building\",\"name\":\"B\"}", visit),
	          201);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'site.create' AND target_label = 'B'"
	                               " AND actor_label = 'member'"
	                               " AND impersonator_label = 'prog'"
	                               " AND impersonator_id = (SELECT id FROM person"
	                               " WHERE login = 'prog')"),
	                 1);
	acts_as(owner);
	a = call(METHOD_GET, account_path(shop, "/changes?action=site.create"), NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/items/0/actor_label"), "member");
	ck_assert_str_eq(text_at(&a, "/items/0/impersonator_label"), "prog");
	a = call(METHOD_GET, account_path(shop, "/changes?action=visit.start"), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/reason"), "Camera is dark");
	ck_assert_str_eq(text_at(&a, "/items/0/actor_label"), "prog");
	ck_assert_str_eq(text_at(&a, "/items/0/target_label"), "member");
}
END_TEST

START_TEST(both_sides_log_a_visit_and_the_owner_gets_a_mail)
{
	const char *visit = visit_begin("");

	ck_assert_int_eq(lines_logged("visit.start", shop), 1);
	ck_assert_int_eq(lines_logged("visit.start", provider), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'support-access-started'"
	                               " AND to_address = 'owner@example.org'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 1);
	ck_status(visit_end(visit), 204);
	ck_assert_int_eq(lines_logged("visit.end", shop), 1);
	ck_assert_int_eq(lines_logged("visit.end", provider), 1);
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	ck_refused(visit_end(visit), 404, "visit-ended");
	ck_assert_int_eq(visits_close_all(), 0);
}
END_TEST

START_TEST(a_visit_belongs_to_the_session_that_began_it)
{
	const char *visit = visit_begin(""), *grant;
	struct answer a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);

	grant = text_at(&a, "/items/0/id");
	ck_assert_int_eq(number_at(&a, "/items/0/mine"), 1);
	acts_as(prog);
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	acts_as_new(provider, ROLE_RESELLER_PROGRAM, "other");
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	ck_refused(visit_start(grant), 404, "not-found");
	ck_refused(visit_end(visit), 404, "visit-ended");
	acts_as(owner);
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 403, "not-permitted");
}
END_TEST

START_TEST(a_second_visit_replaces_the_first)
{
	const char *grant = grant_leave("");
	struct answer a = visit_start(grant), b = visit_start(grant);
	const char *first = text_at(&a, "/id"), *second = text_at(&b, "/id");

	ck_status(b, 201);
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, first), 404, "visit-ended");
	ck_status(as_user(METHOD_GET, "/api/v1/session", NULL, second), 200);
	ck_refused(as_user(METHOD_POST, "/api/v1/visits",
	                   arena_printf(harness_ctx()->mem, "{\"grant_id\":\"%s\"}", grant),
	                   second),
	           403, "visit-own");
}
END_TEST

START_TEST(who_proved_himself_long_ago_does_so_again)
{
	const char *grant = grant_leave("");

	scratch_run("UPDATE session SET proved_at = proved_at - INTERVAL 6 MINUTE");
	ck_refused(visit_start(grant), 403, "proof-needed");
	ck_assert_int_eq(lines_logged("visit.start", shop), 0);
}
END_TEST

static void ck_over(const char *visit, const char *why)
{
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	ck_assert_int_eq(visits_close_all(), 1);
	ck_assert_int_eq(number_of_row(&ended_by, DB_ARGS(db_str(why))), 1);
	ck_assert_int_eq(lines_logged("visit.end", shop), 1);
}

START_TEST(a_visit_ends_with_its_time)
{
	const char *visit = visit_begin("");

	ck_assert_int_eq(scratch_count(
				 "SELECT TIMESTAMPDIFF(MINUTE, started_at, expires_at) AS n"
				 " FROM visit"),
	                 30);
	ck_assert_int_eq(visits_close_all(), 0);
	scratch_run("UPDATE visit SET expires_at = NOW(6)");
	ck_over(visit, "expired");
}
END_TEST

START_TEST(a_visit_is_no_longer_than_its_grant)
{
	const char *visit = visit_begin(",\"minutes\":5");

	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM visit v JOIN support_grant g"
	                               " ON g.id = v.grant_id AND g.expires_at = v.expires_at"),
	                 1);
	scratch_run("UPDATE support_grant SET expires_at = NOW(6)");
	ck_over(visit, "expired");
}
END_TEST

START_TEST(suspending_the_customer_ends_it)
{
	const char *visit = visit_begin("");

	ck_status(call(METHOD_POST, account_path(shop, "/holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"x\"}"),
	          201);
	ck_over(visit, "account");
}
END_TEST

START_TEST(suspending_the_user_ends_it)
{
	const char *visit = visit_begin("");

	ck_status(member_act(shop, id_text(ID_MEMBERSHIP, member), "/suspend"), 200);
	ck_over(visit, "user");
}
END_TEST

/* The worker may come to close it when all is as before. */
START_TEST(no_visit_comes_back_with_what_ended_it)
{
	const char *grant = grant_leave(""), *m = id_text(ID_MEMBERSHIP, member), *visit;
	struct answer a = visit_start(grant);

	visit = text_at(&a, "/id");
	ck_status(member_act(shop, m, "/suspend"), 200);
	ck_status(member_act(shop, m, "/resume"), 200);
	ck_over(visit, "user");
	a = visit_start(grant);
	visit = text_at(&a, "/id");
	a = call(METHOD_POST, account_path(shop, "/holds"),
	         "{\"kind\":\"admin\",\"reason_text\":\"x\"}");
	ck_status(a, 201);
	ck_status(call(METHOD_POST,
	               account_path(shop, arena_printf(harness_ctx()->mem, "/holds/%s/release",
	                                               text_at(&a, "/id"))),
	               "{\"reason_text\":\"x\"}"),
	          200);
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	ck_assert_int_eq(visits_close_all(), 1);
	ck_assert_int_eq(number_of_row(&ended_by, DB_ARGS(db_str("account"))), 1);
	a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);
	ck_status(a, 200);
}
END_TEST

START_TEST(the_operators_session_carries_it)
{
	const char *visit = visit_begin("");

	scratch_run("UPDATE session s JOIN visit v ON v.operator_hash = s.token_hash"
	            " SET s.revoked_at = NOW(6), s.revoked_why = 'suspended'");
	ck_status(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 401);
	acts_as(prog);
	ck_over(visit, "operator");
}
END_TEST

START_TEST(what_the_operator_lost_the_visit_lost)
{
	const char *visit = visit_begin("");

	ck_status(as_user(METHOD_GET, account_path(shop, "/devices"), NULL, visit), 200);
	scratch_run(
		"INSERT INTO member_permission (membership_id, permission, effect, set_at)"
		" SELECT m.id, 'device.list', 'deny', NOW(6) FROM membership m JOIN person p"
		" ON p.id = m.person_id WHERE p.login = 'prog'");
	scratch_run("UPDATE membership SET ver = ver + 1");
	ck_refused(as_user(METHOD_GET, account_path(shop, "/devices"), NULL, visit), 403,
	           "not-permitted");
}
END_TEST

START_TEST(a_visit_leaves_the_user_as_he_was)
{
	const char *visit;
	int64_t before;
	static const char picture[] =
		"SELECT CAST(CONV(LEFT(SHA2(GROUP_CONCAT(x ORDER BY x), 256), 12), 16, 10)"
		" AS SIGNED) AS n FROM (SELECT CONCAT_WS('|', id, last_login_at, last_login_ip,"
		" ver, updated_at) AS x FROM person UNION ALL SELECT CONCAT_WS('|', id, ver,"
		" first_login_at, updated_at) FROM membership UNION ALL SELECT CONCAT_WS('|', id,"
		" last_step, confirmed_at) FROM factor UNION ALL SELECT CONCAT_WS('|', s.id,"
		" s.revoked_at) FROM session s JOIN person p ON p.id = s.person_id"
		" WHERE p.login = 'member') t";

	scratch_run("INSERT INTO factor (person_id, secret, confirmed_at, created_at)"
	            " SELECT id, 'x', NOW(6), NOW(6) FROM person WHERE login = 'member'");
	acts_as(member);
	before = scratch_count(picture);
	visit = visit_begin("");
	ck_status(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 200);
	ck_status(as_user(METHOD_GET, account_path(shop, ""), NULL, visit), 200);
	ck_status(visit_end(visit), 204);
	ck_assert_int_eq(scratch_count(picture), before);
}
END_TEST

START_TEST(a_stopped_user_is_not_visited)
{
	const char *grant = grant_leave("");

	scratch_run("UPDATE membership SET state = 'suspended' WHERE id ="
	            " (SELECT target_membership_id FROM support_grant)");
	ck_refused(visit_start(grant), 409, "not-active");
	scratch_run("UPDATE membership SET state = 'active'");
	ck_status(visit_start(grant), 201);
}
END_TEST

/* Paths and methods that are a person's own, whoever adds one. */
static const char *const own_paths[] = {
	"/password",       "/email",     "/factor",
	"/recovery-codes", "/api-keys",  "/support-grants",
	"/visits",         "/terminate", "/owner",
	"/reset-",         "/two-step",  "/acting",
	"/proof",          "/otp",       "{mem}/roles",
	"{mem}/access",
};

static bool is_personal(const struct route *r)
{
	if (r->method == METHOD_GET)
		return strstr(r->path, "changes.csv") != NULL;
	if (r->perm == PERM_PUBLIC || strstr(r->path, "/preview"))
		return false;
	if (r->method == METHOD_PATCH && strstr(r->path, "/members/{mem}"))
		return true;
	if (strstr(r->path, "/api/v1/me") || strstr(r->path, "/api/v1/session"))
		return true;
	if (r->method == METHOD_DELETE && !strcmp(r->path, "/api/v1/accounts/{acc}"))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(own_paths); i++)
		if (strstr(r->path, own_paths[i]))
			return true;
	return false;
}

static void is_own(void *to, const struct route_table *table, const struct route *r, int index)
{
	(void)to;
	(void)table;
	(void)index;
	ck_assert_msg(r->own || r->unvisited || !is_personal(r),
	              "%s %s may be called in a visit", method_text(r->method), r->path);
}

START_TEST(what_is_a_persons_own_is_never_done_in_a_visit)
{
	match_all(portal_tables, is_own, NULL);
	match_all(billing_tables, is_own, NULL);
}
END_TEST

TESTS_WITH("visits", visitor_begin, NULL, a_visit_sees_what_the_user_sees_and_only_looks,
           what_a_visit_changes_bears_both_names,
           both_sides_log_a_visit_and_the_owner_gets_a_mail,
           a_visit_belongs_to_the_session_that_began_it, a_second_visit_replaces_the_first,
           who_proved_himself_long_ago_does_so_again, a_visit_ends_with_its_time,
           a_visit_is_no_longer_than_its_grant, suspending_the_customer_ends_it,
           suspending_the_user_ends_it, no_visit_comes_back_with_what_ended_it,
           the_operators_session_carries_it, what_the_operator_lost_the_visit_lost,
           a_visit_leaves_the_user_as_he_was, a_stopped_user_is_not_visited,
           what_is_a_persons_own_is_never_done_in_a_visit);
