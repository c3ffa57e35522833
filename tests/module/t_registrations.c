/* Self-registration: off, by approval, automatic; and that it tells nobody who is known. */
#include <string.h>

#include "module/harness.h"
#include "module/letters.h"
#include "registrations/registrations.h"

#define ANN     "ann@example.org"
#define CHOSEN  "violet ladder 7 otters"
#define PUBLIC  "/api/v1/registration"
#define CONFIRM "/api/v1/registration/confirm"
#define LIST    "/api/v1/registrations"
#define CHANGES "SELECT COUNT(*) AS n FROM change_log WHERE action = "

#define say(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

static int64_t north, south, boss;

static void policy(int64_t account, const char *mode)
{
	scratch_run(
		say("INSERT INTO account_policy (account_id, self_registration, updated_at)"
	            " VALUES (%lld, '%s', NOW(6))"
	            " ON DUPLICATE KEY UPDATE self_registration = VALUES(self_registration)",
	            (long long)account, mode));
}

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	acts_as(boss);
}

static struct answer ask(const char *email, const char *more)
{
	return call_with(METHOD_POST, PUBLIC,
	                 say("{\"email\":\"%s\",\"name\":\"Ann Baker\",\"language\":\"de\","
	                     "\"password\":\"" CHOSEN "\"%s}",
	                     email, more),
	                 HEADERS("HTTP_COOKIE"));
}

static struct answer confirm(const char *token)
{
	return call_with(METHOD_POST, CONFIRM, say("{\"token\":\"%s\"}", token),
	                 HEADERS("HTTP_COOKIE"));
}

static const char *token_of(const char *email)
{
	return letter_token(email, "confirm-email");
}

static struct answer pending(const char *email, const char *more)
{
	struct answer a;

	ck_status(ask(email, more), 202);
	a = confirm(token_of(email));
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "pending");
	a = call(METHOD_GET, LIST, NULL);
	ck_status(a, 200);
	return a;
}

static struct answer decide(const struct answer *list, const char *act, const char *body)
{
	return call(METHOD_POST, say(LIST "/%s/%s", text_at(list, "/items/0/id"), act), body);
}

static const char *role_id(const char *builtin)
{
	return id_text(
		ID_ROLE,
		scratch_count(say("SELECT id AS n FROM role WHERE builtin = '%s'", builtin)));
}

START_TEST(nobody_registers_where_it_is_off)
{
	struct answer a = call(METHOD_GET, PUBLIC "?host=gatehouse.test", NULL);

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/mode"), "off");
	ck_refused(ask(ANN, ""), 403, "registration-off");
	policy(ACCOUNT_ROOT, "off");
	ck_refused(ask(ANN, ""), 403, "registration-off");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM registration"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 0);
}
END_TEST

START_TEST(an_organisation_waits_for_approval_and_gets_its_owner)
{
	struct answer a;

	policy(ACCOUNT_ROOT, "approval");
	a = call(METHOD_GET, PUBLIC, NULL);
	ck_assert_str_eq(text_at(&a, "/mode"), "approval");
	ck_status(ask(ANN, ",\"company\":\"Baker Ltd\""), 202);
	a = call(METHOD_GET, LIST, NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail WHERE locale = 'de'"),
	                 1);
	a = confirm(token_of(ANN));
	ck_assert_str_eq(text_at(&a, "/state"), "pending");
	ck_assert_int_eq(letters_count(ANN, "registration-received"), 1);
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(*) AS n FROM person WHERE login = '" ANN "'"), 0);
	a = call(METHOD_GET, LIST "?state=pending", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/company"), "Baker Ltd");
	ck_assert_str_eq(text_at(&a, "/items/0/allowed/0"), "approve");
	ck_assert(!strstr(a.body, "argon2"));
	a = decide(&a, "approve", "{}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "approved");
	ck_assert_str_eq(text_at(&a, "/decided_by"), "boss");
	a = call(METHOD_GET, say("/api/v1/accounts/%s", text_at(&a, "/account_id")), NULL);
	ck_assert_str_eq(text_at(&a, "/name"), "Baker Ltd");
	ck_assert_str_eq(text_at(&a, "/origin"), "self");
	ck_assert_str_eq(text_at(&a, "/class"), "organisation");
	ck_assert_str_eq(text_at(&a, "/role"), "customer-owner");
	ck_assert_str_eq(text_at(&a, "/login"), ANN);
	ck_assert_int_eq(scratch_count(
				 "SELECT COUNT(*) AS n FROM person WHERE login = '" ANN "'"
				 " AND name = 'Ann Baker' AND state = 'active'"
				 " AND origin = 'self' AND email_verified_at IS NOT NULL"),
	                 1);
	ck_assert_str_eq(letter_value(ANN, "registration-approved", "login"), ANN);
	ck_assert_int_eq(scratch_count(CHANGES "'registration.create'"), 1);
	ck_assert_int_eq(scratch_count(CHANGES "'registration.approve'"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM registration"
	                               " WHERE password_hash IS NOT NULL"),
	                 0);
	ck_status(call(METHOD_POST, "/api/v1/session",
	               "{\"login\":\"" ANN "\",\"password\":\"" CHOSEN "\"}"),
	          201);
}
END_TEST

START_TEST(a_known_address_is_told_by_mail_and_nobody_else_is)
{
	struct answer a, b;

	policy(ACCOUNT_ROOT, "automatic");
	make_member(north, ROLE_RESELLER_SUPPORT, ANN);
	scratch_run("UPDATE person SET email = 'anne@example.org' WHERE login = '" ANN "'");
	a = ask("new@example.org", "");
	b = ask("Ann@Example.org", "");
	ck_status(a, 202);
	ck_status(b, 202);
	ck_assert_str_eq(a.body, b.body);
	b = ask("anne@example.org", "");
	ck_status(b, 202);
	ck_assert_int_eq(letters_count("new@example.org", "confirm-email"), 1);
	ck_assert_int_eq(letters_count(ANN, "registration-known"), 1);
	ck_assert_int_eq(letters_count(ANN, "confirm-email"), 0);
	ck_assert_int_eq(letters_count("anne@example.org", "registration-known"), 1);
	ck_assert_ptr_null(strstr(letter_value(ANN, "registration-known", "link"), "?t="));
}
END_TEST

START_TEST(where_it_is_automatic_the_link_makes_the_account_with_the_default_role)
{
	struct answer a;

	policy(ACCOUNT_ROOT, "automatic");
	scratch_run("UPDATE account_policy SET registration_role_id ="
	            " (SELECT id FROM role WHERE builtin = 'customer-member')");
	ck_status(ask(ANN, ""), 202);
	a = confirm(token_of(ANN));
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "approved");
	ck_assert_ptr_null(a.cookie);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account a JOIN membership m"
	                               " ON m.account_id = a.id WHERE a.name = 'Ann Baker'"
	                               " AND a.class = 'person' AND a.origin = 'self'"
	                               " AND a.parent_id = 1 AND m.kind = 'main'"
	                               " AND m.role = 'customer-member'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership_role mr"
	                               " JOIN membership m ON m.id = mr.membership_id"
	                               " WHERE m.kind = 'main'"),
	                 1);
	ck_assert_int_eq(scratch_count(CHANGES "'account.create' AND actor_kind = 'system'"
	                                       " AND actor_label = 'self-registration'"),
	                 1);
	ck_assert_int_eq(letters_count(ANN, "registration-approved"), 1);
	/* An organisation keeps an owner beside it. */
	ck_status(ask("bob@example.org", ",\"company\":\"Bob Ltd\""), 202);
	ck_status(confirm(token_of("bob@example.org")), 200);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership"
	                               " WHERE role = 'customer-owner, customer-member'"),
	                 1);
}
END_TEST

START_TEST(who_gives_a_resellers_number_comes_to_that_reseller)
{
	const char *code = say(",\"reseller_code\":\"%lld\"", (long long)north + 100000);
	struct answer a;

	policy(ACCOUNT_ROOT, "off");
	policy(north, "approval");
	scratch_run("UPDATE account_policy SET registration_role_id ="
	            " (SELECT id FROM role WHERE builtin = 'customer-member')");
	a = call(METHOD_GET, say(PUBLIC "?reseller_code=%lld", (long long)north + 100000),
	         NULL);
	ck_assert_str_eq(text_at(&a, "/mode"), "approval");
	a = call(METHOD_GET, PUBLIC "?reseller_code=999999999", NULL);
	ck_assert_str_eq(text_at(&a, "/mode"), "off");
	a = call(METHOD_GET, PUBLIC "?reseller_code=north", NULL);
	ck_assert_str_eq(text_at(&a, "/mode"), "off");
	ck_refused(ask(ANN, ",\"reseller_code\":\"100001\""), 403, "registration-off");
	ck_refused(ask(ANN, ""), 403, "registration-off");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "chief");
	a = pending(ANN, code);
	ck_assert_str_eq(text_at(&a, "/items/0/parent_name"), "North");
	a = decide(&a, "approve", "{}");
	ck_status(a, 200);
	/* The platform's default role is not the reseller's. */
	ck_assert_int_eq(
		scratch_count(say("SELECT COUNT(*) AS n FROM account a JOIN membership m"
	                          " ON m.account_id = a.id WHERE a.parent_id = %lld"
	                          " AND m.role = 'customer-owner'",
	                          (long long)north)),
		1);
}
END_TEST

START_TEST(who_is_rejected_is_told_why)
{
	struct answer a, b;

	policy(ACCOUNT_ROOT, "approval");
	a = pending(ANN, "");
	b = decide(&a, "reject", "{}");
	ck_status(b, 422);
	b = decide(&a, "reject", "{\"reason_text\":\"Out of our area\"}");
	ck_status(b, 200);
	ck_assert_str_eq(text_at(&b, "/state"), "rejected");
	ck_assert_str_eq(letter_value(ANN, "registration-rejected", "reason"),
	                 "Out of our area");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM registration"
	                               " WHERE password_hash IS NOT NULL"),
	                 0);
	ck_assert_int_eq(scratch_count(CHANGES "'registration.reject'"
	                                       " AND reason = 'Out of our area'"),
	                 1);
	ck_refused(decide(&a, "approve", "{}"), 409, "registration-decided");
	ck_refused(decide(&a, "reject", "{\"reason_text\":\"x\"}"), 409,
	           "registration-decided");
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(*) AS n FROM person WHERE login = '" ANN "'"), 0);
}
END_TEST

START_TEST(a_link_confirms_once_and_for_a_day)
{
	const char *token;

	policy(ACCOUNT_ROOT, "approval");
	ck_status(ask(ANN, ""), 202);
	token = token_of(ANN);
	ck_status(confirm(token), 200);
	ck_refused(confirm(token), 404, "link-not-valid");
	ck_refused(confirm("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 404,
	           "link-not-valid");
	ck_status(ask("bob@example.org", ""), 202);
	scratch_run("UPDATE one_time SET expires_at = NOW(6) WHERE used_at IS NULL");
	ck_refused(confirm(token_of("bob@example.org")), 404, "link-not-valid");
	/* A link that is for something else is no link here. */
	ck_status(ask("bob@example.org", ""), 202);
	scratch_run("UPDATE one_time SET purpose = 'reset' WHERE used_at IS NULL");
	ck_refused(confirm(token_of("bob@example.org")), 404, "link-not-valid");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM registration"
	                               " WHERE state = 'pending'"),
	                 1);
}
END_TEST

START_TEST(a_network_is_slowed_down_and_an_address_gets_few_mails)
{
	const char *const other[] = { "REMOTE_ADDR=198.51.100.7", NULL };
	const char *body = "{\"email\":\"" ANN "\",\"name\":\"Ann\",\"language\":\"en\","
			   "\"password\":\"" CHOSEN "\"}";
	struct answer a;

	policy(ACCOUNT_ROOT, "approval");
	for (int i = 0; i < 5; i++)
		ck_status(ask(ANN, ""), 202);
	a = ask(ANN, "");
	ck_refused(a, 429, "too-many-tries");
	ck_assert_int_gt(a.retry_after_sec, 0);
	ck_status(call_with(METHOD_POST, PUBLIC, body, other), 202);
	ck_assert_int_eq(letters_count(ANN, "confirm-email"), REGISTRATION_MAILS);
}
END_TEST

START_TEST(who_decides_needs_permission_and_sees_only_his_own)
{
	struct answer a;

	policy(ACCOUNT_ROOT, "approval");
	a = pending(ANN, "");
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_AUDITOR, "auditor");
	ck_status(call(METHOD_GET, LIST, NULL), 200);
	ck_status(decide(&a, "approve", "{}"), 403);
	ck_status(decide(&a, "reject", "{\"reason_text\":\"x\"}"), 403);
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "chief");
	ck_status(decide(&a, "approve", "{}"), 404);
	ck_status(decide(&a, "reject", "{\"reason_text\":\"x\"}"), 404);
	ck_status(call(METHOD_GET, say(LIST "/%s", text_at(&a, "/items/0/id")), NULL), 404);
	ck_status(call(METHOD_GET, say(LIST "/%s/roles", text_at(&a, "/items/0/id")), NULL),
	          404);
	a = call(METHOD_GET, LIST, NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	ck_assert_int_eq(number_at(&a, "/total/value"), 0);
	acts_as_new(south, ROLE_RESELLER_SUPPORT, "agent");
	ck_status(call(METHOD_GET, LIST, NULL), 403);
}
END_TEST

START_TEST(who_approves_may_choose_the_role_among_those_of_customers)
{
	struct answer a, b;

	policy(ACCOUNT_ROOT, "approval");
	a = pending(ANN, "");
	b = call(METHOD_GET, say(LIST "/%s/roles", text_at(&a, "/items/0/id")), NULL);
	ck_status(b, 200);
	ck_assert_str_eq(text_at(&b, "/items/0/builtin"), "customer-owner");
	ck_assert_int_eq(number_at(&b, "/items/0/grantable"), 1);
	ck_assert_uint_eq(length_at(&b, "/items"), 4);
	b = decide(&a, "approve", say("{\"role_id\":\"%s\"}", role_id("platform-auditor")));
	ck_status(b, 422);
	ck_assert_ptr_nonnull(complaint_at(&b, "/role_id"));
	b = decide(&a, "approve", say("{\"role_id\":\"%s\"}", role_id("customer-moderator")));
	ck_status(b, 200);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership"
	                               " WHERE role = 'customer-moderator' AND kind = 'main'"),
	                 1);
}
END_TEST

START_TEST(a_login_taken_meanwhile_makes_no_account)
{
	struct answer a;

	policy(ACCOUNT_ROOT, "approval");
	a = pending(ANN, "");
	make_member(north, ROLE_RESELLER_SUPPORT, ANN);
	ck_refused(decide(&a, "approve", "{}"), 409, "login-taken");
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(*) AS n FROM account WHERE origin = 'self'"), 0);
	a = call(METHOD_GET, LIST, NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "pending");
}
END_TEST

START_TEST(what_makes_no_sense_is_refused_at_its_field)
{
	struct answer a;

	policy(ACCOUNT_ROOT, "approval");
	a = ask("nobody", "");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/email"), "not-an-email");
	a = call(METHOD_POST, PUBLIC,
	         "{\"email\":\"" ANN "\",\"name\":\"Ann\",\"language\":\"en\","
	         "\"password\":\"short\"}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/password"), "too-short");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM registration"), 0);
}
END_TEST

static enum err sweep(void *arg)
{
	return registrations_sweep(harness_ctx(), 100, arg);
}

START_TEST(what_waits_for_nobody_is_forgotten_after_thirty_days)
{
	int64_t n = 0;

	policy(ACCOUNT_ROOT, "approval");
	pending(ANN, "");
	ck_status(ask("bob@example.org", ""), 202);
	scratch_run("UPDATE registration SET created_at = NOW(6) - INTERVAL 29 DAY");
	harness_tx(sweep, &n);
	ck_assert_int_eq(n, 0);
	scratch_run("UPDATE registration SET created_at = NOW(6) - INTERVAL 31 DAY");
	harness_tx(sweep, &n);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM registration"
	                               " WHERE state = 'pending'"),
	                 1);
}
END_TEST

TESTS_WITH("registrations", begin, NULL, nobody_registers_where_it_is_off,
           an_organisation_waits_for_approval_and_gets_its_owner,
           a_known_address_is_told_by_mail_and_nobody_else_is,
           where_it_is_automatic_the_link_makes_the_account_with_the_default_role,
           who_gives_a_resellers_number_comes_to_that_reseller, who_is_rejected_is_told_why,
           a_link_confirms_once_and_for_a_day,
           a_network_is_slowed_down_and_an_address_gets_few_mails,
           who_decides_needs_permission_and_sees_only_his_own,
           who_approves_may_choose_the_role_among_those_of_customers,
           a_login_taken_meanwhile_makes_no_account,
           what_makes_no_sense_is_refused_at_its_field,
           what_waits_for_nobody_is_forgotten_after_thirty_days);
