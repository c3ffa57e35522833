/* Everybody: the list of people, a person's card, acting for another account, resets. */
#include <stdio.h>
#include <string.h>

#include "core/job_items.h"
#include "main/jobs.h"
#include "members/resets.h"
#include "module/harness.h"
#include "people/words.h"

static int64_t north, customer, other, far;
static int64_t boss;

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	customer = make_account(north, "customer", "Baker Street");
	other = make_account(ACCOUNT_ROOT, "reseller", "Other");
	far = make_account(other, "customer", "Elsewhere");
	boss = make_member(north, ROLE_RESELLER_PROGRAM, "boss");
}

static const char *format(const char *path, const char *word)
{
	return arena_printf(harness_ctx()->mem, "%s%s", path, word);
}

static struct answer people(const char *query)
{
	return call(METHOD_GET, format("/api/v1/people", query), NULL);
}

static void call_him(int64_t membership, const char *name)
{
	struct ctx *c = harness_ctx();

	scratch_run(arena_printf(c->mem,
	                         "UPDATE person p JOIN membership m ON m.person_id = p.id"
	                         " SET p.name = '%s', p.indexed = 0 WHERE m.id = %lld",
	                         name, (long long)membership));
}

static void index_all(void)
{
	bool did = true;

	while (did)
		ck_assert_int_eq(people_index_step(harness_ctx(), &did), OK);
}

START_TEST(everybody_seen_stands_once_and_nobody_else)
{
	int64_t ann = make_member(customer, ROLE_CUSTOMER_OWNER, "ann");
	struct answer a;

	make_member(far, ROLE_CUSTOMER_OWNER, "stranger");
	call_him(ann, "Ann M\xc3\xbcller");
	index_all();
	acts_as(boss);
	a = people("");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_str_eq(text_at(&a, "/items/0/name"), "Ann M\xc3\xbcller");
	ck_assert_str_eq(text_at(&a, "/items/0/memberships/0/account_name"), "Baker Street");
	ck_assert_int_eq(number_at(&a, "/total/value"), 2);
	a = people("?q=muell");
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	a = people("?q=mull+ann");
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = people("?q=stranger");
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "root");
	a = people("?q=stranger");
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = people("");
	ck_assert_uint_eq(length_at(&a, "/items"), 4);
	ck_assert_str_eq(text_at(&a, "/items/0/name"), "Ann M\xc3\xbcller");
	acts_as_new(customer, ROLE_CUSTOMER_MEMBER, "plain");
	ck_status(people(""), 403);
}
END_TEST

START_TEST(people_are_told_apart_by_who_made_them)
{
	struct answer a;
	int64_t ann = make_member(customer, ROLE_CUSTOMER_OWNER, "ann");

	make_member(customer, ROLE_CUSTOMER_OWNER, "bill");
	make_member(customer, ROLE_CUSTOMER_MEMBER, "kid");
	scratch_run("UPDATE person SET origin = 'billing' WHERE login = 'bill'");
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "UPDATE membership m JOIN person p ON p.id = m.person_id SET"
	                         " m.kind = 'sub', m.parent_membership_id = %lld"
	                         " WHERE p.login = 'kid'",
	                         (long long)ann));
	scratch_run("UPDATE person SET indexed = 0");
	index_all();
	acts_as(boss);
	a = people("?kind=billing");
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/login"), "bill");
	a = people("?kind=sub");
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/login"), "kid");
	ck_assert_str_eq(text_at(&a, "/items/0/memberships/0/parent_name"), "ann");
	a = people("?kind=sub&q=ann");
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = people("?kind=manual");
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	a = people("?kind=self");
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	ck_status(people("?kind=x"), 422);
}
END_TEST

/* All ways of reading: by the platform, which walks, and a reseller, whose few are gathered. */
START_TEST(pages_of_people_go_on_in_every_order)
{
	static const char *const sorts[] = { "name",     "-name",      "created",
		                             "-created", "last_login", "-last_login" };
	int64_t root = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "root");

	for (int i = 0; i < 22; i++)
		make_member(customer, ROLE_CUSTOMER_MEMBER,
		            arena_printf(harness_ctx()->mem, "m%02d", i));
	for (size_t s = 0; s < 2 * ARRAY_LEN(sorts); s++) {
		const char *sort = sorts[s / 2], *cursor = "";
		size_t n = 0, pages = 0;
		struct answer a;

		acts_as(s % 2 ? root : boss);
		do {
			a = people(arena_printf(harness_ctx()->mem, "?limit=10&sort=%s%s", sort,
			                        cursor));
			ck_status(a, 200);
			n += length_at(&a, "/items");
			cursor = format("&cursor=",
			                text_at(&a, "/next") ? text_at(&a, "/next") : "");
		} while (is_at(&a, "/next") && ++pages < 9);
		ck_assert_uint_eq(n, s % 2 ? 24 : 23);
		a = people(arena_printf(harness_ctx()->mem, "?limit=10&sort=%s%s", sort,
		                        format("&cursor=", text_at(&a, "/prev"))));
		ck_assert_uint_eq(length_at(&a, "/items"), 10);
	}
}
END_TEST

START_TEST(a_card_shows_the_memberships_in_sight)
{
	int64_t ann = make_member(customer, ROLE_CUSTOMER_OWNER, "ann");
	int64_t person = scratch_count("SELECT id AS n FROM person WHERE login = 'ann'");
	const char *path = format("/api/v1/people/", id_text(ID_PERSON, person));
	struct answer a;

	scratch_run(
		"INSERT INTO membership (person_id, account_id, kind, role, created_at,"
		" updated_at) SELECT p.id, a.id, 'staff', 'customer-member', NOW(6), NOW(6)"
		" FROM person p JOIN account a WHERE p.login = 'ann' AND a.name = 'Elsewhere'");
	acts_as(ann);
	acts_as(boss);
	a = call(METHOD_GET, path, NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/memberships"), 1);
	ck_assert_int_eq(number_at(&a, "/sessions"), 1);
	ck_assert_ptr_null(strstr(a.body, "Elsewhere"));
	acts_as_new(make_account(ACCOUNT_ROOT, "reseller", "Third"), ROLE_RESELLER_PROGRAM,
	            "third");
	ck_status(call(METHOD_GET, path, NULL), 404);
	/* Whoever was removed here is nobody here. */
	scratch_run("UPDATE membership SET state = 'removed' WHERE role = 'customer-owner'");
	acts_as(boss);
	ck_status(call(METHOD_GET, path, NULL), 404);
}
END_TEST

/* --- acting ------------------------------------------------------------------------ */

static struct answer switch_to(int64_t membership, int64_t account)
{
	return call(METHOD_POST, "/api/v1/session/acting",
	            arena_printf(harness_ctx()->mem,
	                         "{\"membership_id\":\"%s\",\"account_id\":\"%s\"}",
	                         id_text(ID_MEMBERSHIP, membership),
	                         id_text(ID_ACCOUNT, account)));
}

static int64_t join_too(int64_t membership, int64_t account)
{
	struct ctx *c = harness_ctx();

	scratch_run(arena_printf(c->mem,
	                         "INSERT INTO membership (person_id, account_id, kind, role,"
	                         " created_at, updated_at) SELECT person_id, %lld, 'support',"
	                         " 'reseller-support', NOW(6), NOW(6) FROM membership"
	                         " WHERE id = %lld",
	                         (long long)account, (long long)membership));
	scratch_run(
		"INSERT INTO membership_role (membership_id, role_id, scope_account_id,"
		" created_at) SELECT m.id, r.id, m.account_id, NOW(6) FROM membership m JOIN"
		" role r ON r.builtin = m.role WHERE m.kind = 'support'");
	return scratch_count("SELECT id AS n FROM membership WHERE kind = 'support'");
}

static const char *cookie_of(const struct answer *a)
{
	size_t n = a->cookie ? strcspn(a->cookie, ";") : 0;

	ck_assert_uint_gt(n, 0);
	return arena_printf(harness_ctx()->mem, "HTTP_COOKIE=%.*s", (int)n, a->cookie);
}

START_TEST(one_person_goes_on_for_another_account_with_a_new_session)
{
	int64_t there = join_too(boss, other), stranger;
	struct answer a, b;

	stranger = make_member(other, ROLE_RESELLER_PROGRAM, "stranger");
	acts_as(boss);
	scratch_run("UPDATE session SET created_at = '2026-01-01', proved_at = '2026-01-01'");
	ck_refused(switch_to(stranger, other), 404, "not-found");
	ck_refused(switch_to(there, north), 404, "not-found");
	a = switch_to(there, other);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/acting/account_name"), "Other");
	ck_assert_str_eq(text_at(&a, "/acting/role"), "reseller-support");
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 401);
	b = call_with(METHOD_GET, "/api/v1/session", NULL, HEADERS(cookie_of(&a)));
	ck_status(b, 200);
	ck_assert_str_eq(text_at(&b, "/acting/account_name"), "Other");
	b = call_with(METHOD_GET, account_path(customer, ""), NULL, HEADERS(cookie_of(&a)));
	ck_status(b, 404);
	/* It proves nothing anew, and is as old as the one before. */
	ck_assert_int_eq(scratch_count(
				 "SELECT COUNT(*) AS n FROM session s JOIN session o"
				 " ON o.revoked_why = 'switched' WHERE s.revoked_at IS NULL"
				 " AND s.created_at = o.created_at"
				 " AND s.expires_at = o.expires_at"
				 " AND s.proved_at = o.proved_at"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'session.switch'"),
	                 1);
}
END_TEST

START_TEST(an_account_that_is_held_is_not_acted_for)
{
	int64_t there = join_too(boss, other);

	acts_as(boss);
	scratch_run("UPDATE account SET state = 'terminated' WHERE name = 'Other'");
	ck_refused(switch_to(there, other), 403, "account-ended");
	scratch_run("UPDATE account SET state = 'active' WHERE name = 'Other'");
	/* An account that asks for other addresses leaves the session where it is. */
	scratch_run("INSERT INTO account_policy (account_id, ip_allow, updated_at)"
	            " SELECT id, '192.0.2.0/24', NOW(6) FROM account WHERE name = 'Other'");
	ck_refused(switch_to(there, other), 403, "address-not-allowed");
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session"), 1);
}
END_TEST

/* --- many at once -------------------------------------------------------------------- */

static struct answer reset(const char *body)
{
	return call(METHOD_POST, "/api/v1/password-resets", body);
}

static void work_off(void)
{
	bool did = true;

	while (did)
		ck_assert_int_eq(resets_due_step(harness_ctx(), &did), OK);
}

static struct answer job_of(const struct answer *a, const char *rest)
{
	return call(METHOD_GET,
	            arena_printf(harness_ctx()->mem, "/api/v1/jobs/%s%s", text_at(a, "/id"),
	                         rest),
	            NULL);
}

#define MANY 3

static int64_t many[MANY];

static const char *make_many(void)
{
	const char *body = "";

	for (int i = 0; i < MANY; i++) {
		many[i] = make_member(customer, ROLE_CUSTOMER_MEMBER,
		                      arena_printf(harness_ctx()->mem, "m%d", i));
		body = arena_printf(harness_ctx()->mem, "%s%s\"%s\"", body, i ? "," : "",
		                    id_text(ID_MEMBERSHIP, many[i]));
	}
	/* One of them has no mailbox. */
	scratch_run("UPDATE person SET email = CONCAT(login, '@example.org')"
	            " WHERE login IN ('m0', 'm2')");
	return arena_printf(harness_ctx()->mem, "{\"membership_ids\":[%s]}", body);
}

START_TEST(each_of_many_is_an_item_with_its_own_result)
{
	const char *body = make_many();
	struct answer a, b;

	acts_as(many[0]);
	acts_as(boss);
	a = reset(body);
	ck_status(a, 202);
	ck_assert_str_eq(text_at(&a, "/state"), "queued");
	ck_assert_int_eq(number_at(&a, "/total"), MANY);
	work_off();
	b = job_of(&a, "");
	ck_assert_str_eq(text_at(&b, "/state"), "partial");
	ck_assert_int_eq(number_at(&b, "/done"), MANY);
	ck_assert_int_eq(number_at(&b, "/failed"), 1);
	b = job_of(&a, "/items");
	ck_assert_uint_eq(length_at(&b, "/items"), MANY);
	ck_assert_str_eq(text_at(&b, "/items/0/state"), "done");
	ck_assert_str_eq(text_at(&b, "/items/0/label"), "m0");
	ck_assert_str_eq(text_at(&b, "/items/1/state"), "failed");
	ck_assert_str_eq(text_at(&b, "/items/1/message"), "no-email");
	b = job_of(&a, "/items?state=failed");
	ck_assert_uint_eq(length_at(&b, "/items"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'reset-password'"),
	                 2);
	/* A line each in the log, in the name of who asked, and one for the job. */
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                               " 'person.reset_password' AND actor_label = 'boss'"),
	                 3);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session s JOIN person p"
	                               " ON p.id = s.person_id WHERE p.login = 'm0'"
	                               " AND s.revoked_at IS NULL"),
	                 0);
	/* What failed is done again once the reason is gone; the rest is not. */
	scratch_run("UPDATE person SET email = 'm1@example.org' WHERE login = 'm1'");
	ck_status(call(METHOD_POST,
	               arena_printf(harness_ctx()->mem, "/api/v1/jobs/%s/retry",
	                            text_at(&a, "/id")),
	               "{}"),
	          200);
	work_off();
	b = job_of(&a, "");
	ck_assert_str_eq(text_at(&b, "/state"), "succeeded");
	ck_assert_int_eq(number_at(&b, "/done"), MANY);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'reset-password'"),
	                 3);
	ck_refused(call(METHOD_POST,
	                arena_printf(harness_ctx()->mem, "/api/v1/jobs/%s/retry",
	                             text_at(&a, "/id")),
	                "{}"),
	           409, "job-cannot-retry");
}
END_TEST

START_TEST(who_works_in_two_accounts_gets_one_mail)
{
	const char *body = make_many();
	struct answer a;

	scratch_run(
		"INSERT INTO membership (person_id, account_id, kind, role, state, created_at,"
		" updated_at, created_by_label) SELECT p.id, a.id, 'staff', 'x', 'active',"
		" NOW(6), NOW(6), 'test' FROM person p JOIN account a ON a.name = 'North'"
		" WHERE p.login = 'm0'");
	acts_as(many[0]);
	acts_as(scratch_count("SELECT MAX(id) AS n FROM membership"));
	acts_as(boss);
	a = reset(arena_printf(harness_ctx()->mem, "{\"account_id\":\"%s\"}",
	                       id_text(ID_ACCOUNT, north)));
	ck_status(a, 202);
	ck_assert_int_eq(number_at(&a, "/total"), MANY);
	work_off();
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail WHERE to_address ="
	                               " 'm0@example.org'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session s JOIN person p"
	                               " ON p.id = s.person_id WHERE p.login = 'm0'"
	                               " AND s.revoked_at IS NULL"),
	                 0);
	a = reset(arena_printf(harness_ctx()->mem, "%.*s,\"%s\"]}", (int)strlen(body) - 2, body,
	                       id_text(ID_MEMBERSHIP, scratch_count("SELECT MAX(id) AS n"
	                                                            " FROM membership"))));
	ck_status(a, 202);
	ck_assert_int_eq(number_at(&a, "/total"), MANY);
}
END_TEST

START_TEST(cancelling_stops_at_the_next_item)
{
	const char *body = make_many();
	struct answer a, b;
	bool did;

	acts_as(boss);
	a = reset(body);
	ck_assert_int_eq(resets_due_step(harness_ctx(), &did), OK);
	/* A worker that dies leaves what it did; a sweep does not fail such a job. */
	scratch_run("UPDATE job SET beat_at = '2001-01-01'");
	ck_assert_int_eq(jobs_sweep(harness_ctx()), OK);
	b = job_of(&a, "");
	ck_assert_str_eq(text_at(&b, "/state"), "running");
	ck_assert_int_eq(number_at(&b, "/done"), 1);
	ck_status(call(METHOD_POST,
	               arena_printf(harness_ctx()->mem, "/api/v1/jobs/%s/cancel",
	                            text_at(&a, "/id")),
	               "{}"),
	          200);
	work_off();
	b = job_of(&a, "");
	ck_assert_str_eq(text_at(&b, "/state"), "cancelled");
	b = job_of(&a, "/items?state=cancelled");
	ck_assert_uint_eq(length_at(&b, "/items"), MANY - 1);
}
END_TEST

START_TEST(a_job_can_do_no_more_than_who_asked_for_it)
{
	const char *body = make_many();
	struct answer a, b;
	int64_t owner = make_member(customer, ROLE_CUSTOMER_OWNER, "owner");

	/* The owner may do more than the agent. */
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "agent");
	a = reset(arena_printf(harness_ctx()->mem, "{\"membership_ids\":[\"%s\"]}",
	                       id_text(ID_MEMBERSHIP, owner)));
	ck_status(a, 202);
	work_off();
	b = job_of(&a, "/items");
	ck_assert_str_eq(text_at(&b, "/items/0/message"), "higher-member");
	b = job_of(&a, "");
	ck_assert_str_eq(text_at(&b, "/state"), "failed");
	/* Who is suspended meanwhile gets nothing done. */
	a = reset(body);
	ck_status(a, 202);
	scratch_run(
		"UPDATE membership SET state = 'suspended' WHERE role = 'reseller-support'");
	work_off();
	acts_as(boss);
	b = job_of(&a, "/items");
	ck_assert_str_eq(text_at(&b, "/items/0/message"), "asker-gone");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 0);
}
END_TEST

START_TEST(only_people_in_sight_are_taken)
{
	const char *stranger =
		id_text(ID_MEMBERSHIP, make_member(far, ROLE_CUSTOMER_OWNER, "stranger"));
	struct answer a, b;

	make_many();
	acts_as(boss);
	a = reset(arena_printf(harness_ctx()->mem, "{\"membership_ids\":[\"%s\"]}", stranger));
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/membership_ids/0"), "unknown-value");
	ck_status(reset("{}"), 422);
	ck_status(reset(arena_printf(harness_ctx()->mem, "{\"account_id\":\"%s\"}",
	                             id_text(ID_ACCOUNT, far))),
	          404);
	a = reset(arena_printf(harness_ctx()->mem, "{\"account_id\":\"%s\",\"q\":\"m1\"}",
	                       id_text(ID_ACCOUNT, customer)));
	ck_status(a, 202);
	ck_assert_int_eq(number_at(&a, "/total"), 1);
	a = reset(arena_printf(harness_ctx()->mem, "{\"account_id\":\"%s\"}",
	                       id_text(ID_ACCOUNT, north)));
	ck_assert_int_eq(number_at(&a, "/total"), MANY); /* and not he who asks */
	ck_refused(reset(arena_printf(harness_ctx()->mem,
	                              "{\"account_id\":\"%s\",\"q\":\"zz\"}",
	                              id_text(ID_ACCOUNT, north))),
	           409, "nothing-to-do");
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "agent");
	ck_status(reset(arena_printf(harness_ctx()->mem, "{\"account_id\":\"%s\"}",
	                             id_text(ID_ACCOUNT, north))),
	          403);
	/* Nor does anybody else see the job. */
	acts_as_new(other, ROLE_RESELLER_PROGRAM, "rival");
	b = job_of(&a, "/items");
	ck_status(b, 404);
}
END_TEST

TESTS_WITH("people", begin, NULL, everybody_seen_stands_once_and_nobody_else,
           people_are_told_apart_by_who_made_them, pages_of_people_go_on_in_every_order,
           a_card_shows_the_memberships_in_sight,
           one_person_goes_on_for_another_account_with_a_new_session,
           an_account_that_is_held_is_not_acted_for,
           each_of_many_is_an_item_with_its_own_result, who_works_in_two_accounts_gets_one_mail,
           cancelling_stops_at_the_next_item, a_job_can_do_no_more_than_who_asked_for_it,
           only_people_in_sight_are_taken);
