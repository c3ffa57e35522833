/* Leave to act as a user, visits, and what a visit may never do. */
#include <stdio.h>
#include <string.h>

#include "mail/mail.h"
#include "module/harness.h"
#include "support/support.h"
#include "web/match.h"
#include "web/print.h"

static int64_t north, south, shop, home, owner, member, prog, agent;

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	shop = make_account(north, "customer", "Shop");
	home = make_account(north, "customer", "Home");
	scratch_run("UPDATE account SET confirmed_at = NOW(6)");
	scratch_run("UPDATE account SET class = 'person' WHERE name = 'Home'");
	owner = make_member(shop, ROLE_CUSTOMER_OWNER, "owner");
	member = make_member(shop, ROLE_CUSTOMER_MODERATOR, "member");
	prog = make_member(north, ROLE_RESELLER_PROGRAM, "prog");
	agent = make_member(north, ROLE_RESELLER_SUPPORT, "agent");
	scratch_run("UPDATE person SET email = CONCAT(login, '@example.org')");
}

#define WHY "\"reason\":\"Camera is dark\""

static struct answer ask(int64_t account, int64_t membership, const char *more)
{
	return call(METHOD_POST, account_path(account, "/support-grants"),
	            arena_printf(harness_ctx()->mem, "{\"membership_id\":\"%s\"," WHY "%s}",
	                         id_text(ID_MEMBERSHIP, membership), more));
}

static struct answer act(int64_t account, const char *grant, const char *what, const char *body)
{
	return call(METHOD_POST,
	            account_path(account, arena_printf(harness_ctx()->mem,
	                                               "/support-grants/%s/%s", grant, what)),
	            body);
}

static struct answer start(const char *grant)
{
	return call(METHOD_POST, "/api/v1/visits",
	            arena_printf(harness_ctx()->mem, "{\"grant_id\":\"%s\"}", grant));
}

static struct answer end_visit(const char *visit)
{
	return call(METHOD_DELETE, arena_printf(harness_ctx()->mem, "/api/v1/visits/%s", visit),
	            NULL);
}

static struct answer as_user(enum method m, const char *path, const char *body,
                             const char *visit)
{
	return call_with(
		m, path, body,
		HEADERS(arena_printf(harness_ctx()->mem, "HTTP_X_GATEHOUSE_VISIT=%s", visit)));
}

static void policy(int64_t account, const char *mode)
{
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "REPLACE INTO account_policy (account_id, support_access,"
	                         " updated_at) VALUES (%lld, '%s', NOW(6))",
	                         (long long)account, mode));
}

/* A grant in force for prog to act as member, without the customer's word. */
static const char *leave(const char *more)
{
	struct answer a;

	policy(shop, "always");
	acts_as(prog);
	a = ask(shop, member, more);
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	return text_at(&a, "/id");
}

static const char *begin_visit(const char *more)
{
	struct answer a = start(leave(more));

	ck_status(a, 201);
	return text_at(&a, "/id");
}

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query lines_of = {
	.text = "SELECT COUNT(*) AS n FROM change_log WHERE action = ? AND account_id = ?",
	DB_ROWS(number_v),
};
static const struct db_query ended_by = {
	.text = "SELECT COUNT(*) AS n FROM visit WHERE end_reason = ?",
	DB_ROWS(number_v),
};

static int64_t number(const struct db_query *q, const struct db_arg *args, size_t nargs)
{
	struct ctx *c = harness_ctx();
	struct number row;

	ck_assert_int_eq(db_one(c->db, q, args, nargs, c->mem, &row), OK);
	return row.n;
}

static int64_t logged(const char *action, int64_t account)
{
	return number(&lines_of, DB_ARGS(db_str(action), db_i64(account)));
}

/* What the worker finds to do, all of it. */
static int close_all(void)
{
	bool did = true;
	int n = 0;

	for (; did; n += did)
		ck_assert_int_eq(visits_due_step(harness_ctx(), &did), OK);
	return n;
}

START_TEST(an_organisation_is_asked_and_its_owner_decides)
{
	struct answer a;
	const char *id;

	acts_as(prog);
	a = ask(shop, member, ",\"minutes\":90,\"ticket_no\":\"T-1\"");
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "requested");
	ck_assert_int_eq(number_at(&a, "/minutes"), 90);
	ck_assert_uint_eq(length_at(&a, "/allowed"), 1);
	ck_assert_str_eq(text_at(&a, "/allowed/0"), "revoke");
	id = text_at(&a, "/id");
	ck_refused(start(id), 409, "grant-requested");
	ck_refused(ask(shop, member, ""), 409, "grant-open");
	ck_status(act(shop, id, "approve", NULL), 403);
	acts_as(owner);
	a = act(shop, id, "approve", NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	ck_assert_str_eq(text_at(&a, "/decided_by"), "owner");
	ck_refused(act(shop, id, "approve", NULL), 409, "grant-decided");
	ck_refused(act(shop, id, "refuse", "{}"), 409, "grant-decided");
	ck_assert_int_eq(logged("support.request", shop), 1);
	ck_assert_int_eq(logged("support.approve", shop), 1);
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
	a = ask(shop, member, "");
	id = text_at(&a, "/id");
	acts_as(owner);
	a = act(shop, id, "refuse", "{\"reason_text\":\"Not now\"}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "refused");
	acts_as(prog);
	ck_refused(start(id), 409, "grant-closed");
	ck_status(ask(shop, member, ""), 201);
}
END_TEST

START_TEST(the_policy_answers_for_the_account)
{
	struct answer a;
	int64_t person = make_member(home, ROLE_CUSTOMER_MEMBER, "resident");

	acts_as(prog);
	a = ask(home, person, "");
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	policy(home, "never");
	policy(shop, "never");
	ck_refused(ask(shop, member, ""), 403, "support-never");
	policy(shop, "always");
	a = ask(shop, member, "");
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	/* The nearest word counts. */
	policy(north, "never");
	ck_status(ask(shop, owner, ""), 201);
}
END_TEST

START_TEST(leave_is_asked_for_by_whom_it_may)
{
	int64_t boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	int64_t peer = make_member(north, ROLE_RESELLER_SUPPORT, "peer");
	int64_t sam = make_member(south, ROLE_RESELLER_PROGRAM, "sam");
	struct answer a;

	acts_as(sam);
	ck_refused(ask(shop, member, ""), 404, "not-found");
	acts_as(prog);
	ck_refused(ask(north, peer, ""), 403, "only-downwards");
	ck_refused(ask(ACCOUNT_ROOT, boss, ""), 404, "not-found");
	a = ask(shop, sam, "");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/membership_id"), "not-found");
	ck_status(ask(shop, member, ",\"minutes\":1441"), 422);
	ck_status(ask(shop, member, ",\"minutes\":0"), 422);
	/* A support agent may not add users, so he does not act as one who may. */
	acts_as(agent);
	ck_refused(ask(shop, owner, ""), 403, "higher-member");
	acts_as_new(shop, ROLE_CUSTOMER_OWNER, "owner2");
	ck_refused(ask(shop, member, ""), 403, "not-permitted");
}
END_TEST

START_TEST(to_change_things_takes_a_permission_more)
{
	int64_t guard = make_member(shop, ROLE_CUSTOMER_MEMBER, "plain");

	acts_as(agent);
	ck_refused(ask(shop, guard, ",\"may_write\":true"), 403, "not-permitted");
	ck_status(ask(shop, guard, ""), 201);
	acts_as(prog);
	ck_status(ask(shop, guard, ",\"may_write\":true"), 201);
}
END_TEST

START_TEST(nobody_visits_himself)
{
	scratch_run(
		"UPDATE membership m JOIN person p ON p.login = 'prog' SET m.person_id = p.id"
		" WHERE m.id = (SELECT id FROM (SELECT m.id FROM membership m JOIN person q"
		" ON q.id = m.person_id WHERE q.login = 'member') x)");
	acts_as(prog);
	ck_refused(ask(shop, member, ""), 403, "visit-self");
}
END_TEST

START_TEST(a_visit_sees_what_the_user_sees_and_only_looks)
{
	struct answer a;
	const char *visit = begin_visit("");

	a = as_user(METHOD_GET, "/api/v1/session", NULL, visit);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/person/login"), "member");
	ck_assert_str_eq(text_at(&a, "/visit/id"), visit);
	ck_assert_str_eq(text_at(&a, "/visit/operator_label"), "prog");
	ck_assert_str_eq(text_at(&a, "/acting/account_id"), id_text(ID_ACCOUNT, shop));
	ck_status(as_user(METHOD_GET, account_path(shop, ""), NULL, visit), 200);
	ck_refused(as_user(METHOD_GET, account_path(north, ""), NULL, visit), 404, "not-found");
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
	visit = begin_visit(",\"may_write\":true");
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
	const char *visit = begin_visit("");

	ck_assert_int_eq(logged("visit.start", shop), 1);
	ck_assert_int_eq(logged("visit.start", north), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'support-access-started'"
	                               " AND to_address = 'owner@example.org'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 1);
	ck_status(end_visit(visit), 204);
	ck_assert_int_eq(logged("visit.end", shop), 1);
	ck_assert_int_eq(logged("visit.end", north), 1);
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	ck_refused(end_visit(visit), 404, "visit-ended");
	ck_assert_int_eq(close_all(), 0);
}
END_TEST

START_TEST(a_visit_belongs_to_the_session_that_began_it)
{
	const char *visit = begin_visit(""), *grant;
	struct answer a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);

	grant = text_at(&a, "/items/0/id");
	ck_assert_int_eq(number_at(&a, "/items/0/mine"), 1);
	acts_as(prog);
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "other");
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	ck_refused(start(grant), 404, "not-found");
	ck_refused(end_visit(visit), 404, "visit-ended");
	acts_as(owner);
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 403, "not-permitted");
}
END_TEST

START_TEST(a_second_visit_replaces_the_first)
{
	const char *grant = leave("");
	struct answer a = start(grant), b = start(grant);
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
	const char *grant = leave("");

	scratch_run("UPDATE session SET proved_at = proved_at - INTERVAL 6 MINUTE");
	ck_refused(start(grant), 403, "proof-needed");
	ck_assert_int_eq(logged("visit.start", shop), 0);
}
END_TEST

static void ck_over(const char *visit, const char *why)
{
	ck_refused(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404, "visit-ended");
	ck_assert_int_eq(close_all(), 1);
	ck_assert_int_eq(number(&ended_by, DB_ARGS(db_str(why))), 1);
	ck_assert_int_eq(logged("visit.end", shop), 1);
}

START_TEST(a_visit_ends_with_its_time)
{
	const char *visit = begin_visit("");

	ck_assert_int_eq(scratch_count(
				 "SELECT TIMESTAMPDIFF(MINUTE, started_at, expires_at) AS n"
				 " FROM visit"),
	                 30);
	ck_assert_int_eq(close_all(), 0);
	scratch_run("UPDATE visit SET expires_at = NOW(6)");
	ck_over(visit, "expired");
}
END_TEST

START_TEST(a_visit_is_no_longer_than_its_grant)
{
	const char *visit = begin_visit(",\"minutes\":5");

	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM visit v JOIN support_grant g"
	                               " ON g.id = v.grant_id AND g.expires_at = v.expires_at"),
	                 1);
	scratch_run("UPDATE support_grant SET expires_at = NOW(6)");
	ck_over(visit, "expired");
}
END_TEST

START_TEST(either_side_ends_it)
{
	const char *visit = begin_visit(""), *grant;
	struct answer a = call(METHOD_GET, account_path(shop, "/visits"), NULL);

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/items/0/id"), visit);
	ck_assert_int_eq(number_at(&a, "/items/0/live"), 1);
	grant = text_at(&a, "/items/0/grant_id");
	acts_as_new(shop, ROLE_CUSTOMER_ADMIN, "admin");
	ck_status(call(METHOD_GET, account_path(shop, "/visits"), NULL), 200);
	ck_refused(act(shop, grant, "revoke", NULL), 403, "not-permitted");
	acts_as(owner);
	a = act(shop, grant, "revoke", NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "revoked");
	ck_refused(act(shop, grant, "revoke", NULL), 409, "grant-closed");
	ck_assert_int_eq(logged("visit.end", shop), 1);
	ck_assert_int_eq(logged("support.revoke", shop), 1);
	a = call(METHOD_GET, account_path(shop, "/visits"), NULL);
	ck_assert_int_eq(number_at(&a, "/items/0/live"), 0);
	ck_assert_str_eq(text_at(&a, "/items/0/end_reason"), "revoked");
}
END_TEST

START_TEST(suspending_the_customer_ends_it)
{
	const char *visit = begin_visit("");

	ck_status(call(METHOD_POST, account_path(shop, "/holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"x\"}"),
	          201);
	ck_over(visit, "account");
}
END_TEST

START_TEST(suspending_the_user_ends_it)
{
	const char *visit = begin_visit("");

	scratch_run("UPDATE membership SET state = 'suspended', ver = ver + 1"
	            " WHERE id = (SELECT membership_id FROM visit)");
	ck_over(visit, "user");
}
END_TEST

START_TEST(the_operators_session_carries_it)
{
	const char *visit = begin_visit("");

	scratch_run("UPDATE session s JOIN visit v ON v.operator_hash = s.token_hash"
	            " SET s.revoked_at = NOW(6), s.revoked_why = 'suspended'");
	ck_status(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 401);
	acts_as(prog);
	ck_over(visit, "operator");
}
END_TEST

START_TEST(what_the_operator_lost_the_visit_lost)
{
	const char *visit = begin_visit("");

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
	visit = begin_visit("");
	ck_status(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 200);
	ck_status(as_user(METHOD_GET, account_path(shop, ""), NULL, visit), 200);
	ck_status(end_visit(visit), 204);
	ck_assert_int_eq(scratch_count(picture), before);
}
END_TEST

START_TEST(a_stopped_user_is_not_visited)
{
	const char *grant = leave("");

	scratch_run("UPDATE membership SET state = 'suspended' WHERE id ="
	            " (SELECT target_membership_id FROM support_grant)");
	ck_refused(start(grant), 409, "not-active");
	scratch_run("UPDATE membership SET state = 'active'");
	ck_status(start(grant), 201);
}
END_TEST

START_TEST(a_request_nobody_answers_runs_out)
{
	struct answer a;
	const char *id;

	acts_as(prog);
	a = ask(shop, member, "");
	id = text_at(&a, "/id");
	scratch_run("UPDATE support_grant SET created_at = created_at - INTERVAL 8 DAY");
	acts_as(owner);
	ck_refused(act(shop, id, "approve", NULL), 409, "grant-decided");
	a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "expired");
	acts_as(prog);
	ck_status(ask(shop, member, ""), 201);
}
END_TEST

START_TEST(of_another_tenant_there_is_nothing)
{
	const char *visit = begin_visit(""), *grant;
	struct answer a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);

	grant = text_at(&a, "/items/0/id");
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "sam");
	ck_status(call(METHOD_GET, account_path(shop, "/support-grants"), NULL), 404);
	ck_status(call(METHOD_GET, account_path(shop, "/visits"), NULL), 404);
	ck_status(act(shop, grant, "revoke", NULL), 404);
	ck_status(act(south, grant, "revoke", NULL), 404);
	ck_status(start(grant), 404);
	ck_status(end_visit(visit), 404);
	ck_status(as_user(METHOD_GET, "/api/v1/session", NULL, visit), 404);
}
END_TEST

/* Paths and methods that are a person's own, whoever adds one (the part after "!" spares). */
static const char *const own_paths[] = {
	"/password", "/email",     "/factor", "/recovery-codes", "/api-keys", "/support-grants",
	"/visits",   "/terminate", "/owner",  "/reset-",         "/two-step", "/acting",
	"/proof",    "/otp",       "/roles",  "/access",
};

static bool is_personal(const struct route *r)
{
	if (r->method == METHOD_GET)
		return strstr(r->path, "changes.csv") != NULL;
	if (r->perm == PERM_PUBLIC || strstr(r->path, "/preview"))
		return false;
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

TESTS_WITH("support", begin, NULL, an_organisation_is_asked_and_its_owner_decides,
           what_was_refused_is_not_used, the_policy_answers_for_the_account,
           leave_is_asked_for_by_whom_it_may, to_change_things_takes_a_permission_more,
           nobody_visits_himself, a_visit_sees_what_the_user_sees_and_only_looks,
           what_a_visit_changes_bears_both_names,
           both_sides_log_a_visit_and_the_owner_gets_a_mail,
           a_visit_belongs_to_the_session_that_began_it, a_second_visit_replaces_the_first,
           who_proved_himself_long_ago_does_so_again, a_visit_ends_with_its_time,
           a_visit_is_no_longer_than_its_grant, either_side_ends_it,
           suspending_the_customer_ends_it, suspending_the_user_ends_it,
           the_operators_session_carries_it, what_the_operator_lost_the_visit_lost,
           a_visit_leaves_the_user_as_he_was, a_stopped_user_is_not_visited,
           a_request_nobody_answers_runs_out, of_another_tenant_there_is_nothing,
           what_is_a_persons_own_is_never_done_in_a_visit);
