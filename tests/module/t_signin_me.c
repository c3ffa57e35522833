/* What a person changes of himself, and what his accounts keep from him. */
#include <string.h>

#include "module/factor.h"
#include "module/letters.h"
#include "signin/password_rule.h"

#define ME  "/api/v1/me"
#define ANN "ann@mail.test"
#define NEW "a much better passphrase"

static int64_t reseller, customer;
static struct answer ann;

static struct answer mine(enum method m, const char *path, const char *body)
{
	return call_with(m, path, body, HEADERS(cookie_of(&ann)));
}

static void setup(void)
{
	harness_begin();
	reseller = make_account(ACCOUNT_ROOT, "reseller", "North");
	customer = make_account(reseller, "customer", "Baker Street");
	make_member(reseller, ROLE_RESELLER_PROGRAM, "ann");
	make_member(reseller, ROLE_RESELLER_PROGRAM, "bob");
	scratch_run("UPDATE person SET email = CONCAT(login, '@mail.test')");
	set_password("ann", PASSWORD);
	set_password("bob", PASSWORD);
	ann = sign_in_as("ann", PASSWORD);
	ck_status(ann, 201);
}

static void policy(const char *setting)
{
	scratch_run("DELETE FROM account_policy");
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "INSERT INTO account_policy (account_id, %s, updated_at)"
	                         " VALUES (1, 0, UTC_TIMESTAMP(6))",
	                         setting));
	scratch_run("UPDATE access_epoch SET n = n + 1");
}

START_TEST(own_details_say_what_may_be_changed)
{
	struct answer a = mine(METHOD_GET, ME, NULL);

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/login"), "ann");
	ck_assert_str_eq(text_at(&a, "/email"), ANN);
	ck_assert_str_eq(text_at(&a, "/may_change_email"), "true");
	ck_assert_str_eq(text_at(&a, "/two_step"), "false");
	ck_assert_int_eq(number_at(&a, "/password_min"), 15);
	policy("users_may_change_email");
	a = mine(METHOD_GET, ME, NULL);
	ck_assert_str_eq(text_at(&a, "/may_change_email"), "false");
	ck_assert_str_eq(text_at(&a, "/may_change_password"), "true");
	scratch_run("UPDATE person SET origin = 'billing'");
	a = mine(METHOD_GET, ME, NULL);
	ck_assert_str_eq(text_at(&a, "/may_change_name"), "false");
	a = mine(METHOD_PATCH, ME, "{\"name\":\"Anna\"}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/name"), "set-by-billing");
}
END_TEST

START_TEST(a_name_is_changed_and_logged)
{
	struct answer a = mine(METHOD_PATCH, ME, "{\"name\":\"Anna\",\"theme\":\"dark\"}");

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/name"), "Anna");
	ck_assert_str_eq(text_at(&a, "/theme"), "dark");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'person.update'"),
	                 1);
	ck_status(mine(METHOD_PATCH, ME, "{\"login\":\"eve\"}"), 422);
}
END_TEST

START_TEST(a_password_is_changed_with_the_old_one)
{
	struct answer other = sign_in_as("ann", PASSWORD), a;

	a = mine(METHOD_POST, ME "/password", "{\"old\":\"wrong\",\"new\":\"" NEW "\"}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/old"), "wrong-password");
	a = mine(METHOD_POST, ME "/password", "{\"old\":\"" PASSWORD "\",\"new\":\"short\"}");
	ck_assert_str_eq(complaint_at(&a, "/new"), "too-short");
	a = mine(METHOD_POST, ME "/password",
	         "{\"old\":\"" PASSWORD "\",\"new\":\"" PASSWORD "\"}");
	ck_assert_str_eq(complaint_at(&a, "/new"), "unchanged");
	a = mine(METHOD_POST, ME "/password", "{\"old\":\"" PASSWORD "\",\"new\":\"" NEW "\"}");
	ck_status(a, 204);
	/* Another token here, nothing elsewhere. */
	ck_status(mine(METHOD_GET, ME, NULL), 401);
	ck_status(call_with(METHOD_GET, ME, NULL, HEADERS(cookie_of(&other))), 401);
	ck_status(call_with(METHOD_GET, ME, NULL, HEADERS(cookie_of(&a))), 200);
	ck_status(sign_in_as("ann", NEW), 201);
	ck_assert_int_eq(letters_count(ANN, "password-changed"), 1);
}
END_TEST

START_TEST(guessing_the_old_password_gets_slower)
{
	struct answer a;
	int judged = 0;

	for (int i = 0; i < 50; i++) {
		a = mine(METHOD_POST, ME "/password",
		         "{\"old\":\"wrong\",\"new\":\"" NEW "\"}");
		judged += a.status == 422;
	}
	ck_assert_int_eq(judged, 5);
	ck_refused(a, 429, "too-many-tries");
}
END_TEST

START_TEST(an_account_keeps_passwords_and_addresses)
{
	policy("users_may_change_password");
	ck_refused(mine(METHOD_POST, ME "/password",
	                "{\"old\":\"" PASSWORD "\",\"new\":\"" NEW "\"}"),
	           403, "password-locked");
	policy("users_may_change_email");
	ck_refused(mine(METHOD_POST, ME "/email", "{\"email\":\"new@mail.test\"}"), 403,
	           "email-locked");
	scratch_run("DELETE FROM account_policy");
	scratch_run("UPDATE person SET can_change_password = 0");
	ck_refused(mine(METHOD_POST, ME "/password",
	                "{\"old\":\"" PASSWORD "\",\"new\":\"" NEW "\"}"),
	           403, "password-locked");
}
END_TEST

static const char *step_of(const char *cookie)
{
	struct answer a = call_with(METHOD_GET, "/api/v1/session", NULL, HEADERS(cookie));

	ck_status(a, 200);
	return text_at(&a, "/step");
}

static struct answer change(const char *cookie, const char *old)
{
	return call_with(METHOD_POST, ME "/password",
	                 arena_printf(harness_ctx()->mem,
	                              "{\"old\":\"%s\",\"new\":\"" NEW "\"}", old),
	                 HEADERS(cookie));
}

static void must_change(void)
{
	scratch_run("UPDATE person SET must_change = 1, ver = ver + 1 WHERE login = 'ann'");
}

START_TEST(a_password_somebody_else_set_is_changed_before_anything_else)
{
	struct answer a;

	must_change();
	ck_refused(mine(METHOD_GET, ME, NULL), 403, "password-change-needed");
	ck_refused(mine(METHOD_POST, ME "/factor", NULL), 403, "password-change-needed");
	ck_refused(mine(METHOD_POST, ME "/factor/confirm", code_body("123456")), 403,
	           "password-change-needed");
	ck_assert_str_eq(step_of(cookie_of(&ann)), "password");
	a = sign_in_as("ann", PASSWORD);
	ck_assert_str_eq(text_at(&a, "/step"), "password");
	ck_assert_uint_eq(length_at(&a, "/permissions"), 0);
	/* Also where he may not change it at other times. */
	policy("users_may_change_password");
	ck_status(change(cookie_of(&ann), "wrong"), 422);
	ck_assert_str_eq(step_of(cookie_of(&ann)), "password");
	a = change(cookie_of(&ann), PASSWORD);
	ck_status(a, 204);
	ck_assert_str_eq(step_of(cookie_of(&a)), "done");
	ck_status(call_with(METHOD_GET, ME, NULL, HEADERS(cookie_of(&a))), 200);
	ck_refused(change(cookie_of(&a), NEW), 403, "password-locked");
	ck_assert_int_eq(scratch_count("SELECT must_change AS n FROM person"
	                               " WHERE login = 'ann'"),
	                 0);
}
END_TEST

START_TEST(a_new_password_comes_after_the_second_step_and_before_enrolment)
{
	const char *secret = set_up_factor(cookie_of(&ann));
	struct answer a;

	must_change();
	a = sign_in_as("ann", PASSWORD);
	ck_assert_str_eq(text_at(&a, "/step"), "otp");
	ck_refused(change(cookie_of(&a), PASSWORD), 403, "second-factor-needed");
	a = call_with(METHOD_POST, "/api/v1/session/otp", code_body(code_of(secret, 0)),
	              HEADERS(cookie_of(&a)));
	ck_assert_str_eq(text_at(&a, "/step"), "password");
	a = change(cookie_of(&a), PASSWORD);
	ck_assert_str_eq(step_of(cookie_of(&a)), "done");
	scratch_run("DELETE FROM factor");
	scratch_run("INSERT INTO account_policy (account_id, require_two_step, updated_at)"
	            " VALUES (1, 1, UTC_TIMESTAMP(6))");
	must_change();
	a = sign_in_as("ann", NEW);
	ck_assert_str_eq(text_at(&a, "/step"), "password");
	scratch_run("UPDATE person SET must_change = 0, ver = ver + 1");
	ck_assert_str_eq(step_of(cookie_of(&a)), "enrol");
	ck_refused(change(cookie_of(&a), NEW), 403, "enrolment-needed");
}
END_TEST

static struct answer confirm(const char *token)
{
	return call(METHOD_POST, ME "/email/confirm",
	            arena_printf(harness_ctx()->mem, "{\"token\":\"%s\"}", token));
}

static int64_t has_address(const char *email)
{
	return scratch_count(arena_printf(harness_ctx()->mem,
	                                  "SELECT COUNT(*) AS n FROM person"
	                                  " WHERE login = 'ann' AND email = '%s'",
	                                  email));
}

START_TEST(both_mailboxes_say_yes_to_a_new_address)
{
	struct answer a;

	for (int turn = 0; turn < 2; turn++) {
		const char *old = turn ? "new0@mail.test" : ANN;
		const char *new = turn ? "new1@mail.test" : "new0@mail.test";
		const char *first, *second;

		a = mine(METHOD_POST, ME "/email",
		         arena_printf(harness_ctx()->mem, "{\"email\":\"%s\"}", new));
		ck_status(a, 202);
		a = mine(METHOD_GET, ME, NULL);
		ck_assert_str_eq(text_at(&a, "/email_pending"), new);
		first = letter_token(turn ? new : old,
		                     turn ? "confirm-email" : "email-change-notice");
		second = letter_token(turn ? old : new,
		                      turn ? "email-change-notice" : "confirm-email");
		a = confirm(first);
		ck_status(a, 200);
		ck_assert_str_eq(text_at(&a, "/state"), "waiting");
		ck_assert_int_eq(has_address(old), 1);
		ck_refused(confirm(first), 404, "link-not-valid");
		a = confirm(second);
		ck_assert_str_eq(text_at(&a, "/state"), "changed");
		ck_assert_int_eq(has_address(new), 1);
		ck_refused(confirm(second), 404, "link-not-valid");
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'person.change_email'"),
	                 2);
	a = mine(METHOD_GET, ME, NULL);
	ck_assert_ptr_null(text_at(&a, "/email_pending"));
}
END_TEST

START_TEST(a_newer_address_cancels_the_older)
{
	const char *old;

	ck_status(mine(METHOD_POST, ME "/email", "{\"email\":\"one@mail.test\"}"), 202);
	old = letter_token("one@mail.test", "confirm-email");
	ck_status(mine(METHOD_POST, ME "/email", "{\"email\":\"two@mail.test\"}"), 202);
	ck_refused(confirm(old), 404, "link-not-valid");
	ck_status(confirm(letter_token(ANN, "email-change-notice")), 200);
	ck_assert_int_eq(has_address(ANN), 1);
	ck_status(confirm(letter_token("two@mail.test", "confirm-email")), 200);
	ck_assert_int_eq(has_address("two@mail.test"), 1);
}
END_TEST

START_TEST(an_address_is_asked_for_with_a_proof_and_seldom)
{
	ck_status(mine(METHOD_POST, ME "/email", "{\"email\":\"not an address\"}"), 422);
	for (int i = 0; i < 5; i++)
		ck_status(mine(METHOD_POST, ME "/email", "{\"email\":\"one@mail.test\"}"), 202);
	ck_refused(mine(METHOD_POST, ME "/email", "{\"email\":\"one@mail.test\"}"), 429,
	           "too-many-mails");
	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 6 MINUTE");
	ck_refused(mine(METHOD_POST, ME "/email", "{\"email\":\"two@mail.test\"}"), 403,
	           "proof-needed");
}
END_TEST

START_TEST(own_sessions_are_listed_and_ended)
{
	struct answer other = sign_in_as("ann", PASSWORD), bob = sign_in_as("bob", PASSWORD), a;
	const char *path;

	a = mine(METHOD_GET, ME "/sessions", NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_str_eq(text_at(&a, "/items/0/current"), "false");
	ck_assert_str_eq(text_at(&a, "/items/1/current"), "true");
	ck_assert_str_eq(text_at(&a, "/items/0/user_agent"), "harness");
	path = arena_printf(harness_ctx()->mem, ME "/sessions/%s", text_at(&a, "/items/0/id"));
	/* Of somebody else it is not there. */
	ck_refused(call_with(METHOD_DELETE, path, NULL, HEADERS(cookie_of(&bob))), 404,
	           "not-found");
	ck_status(mine(METHOD_DELETE, path, NULL), 204);
	ck_status(call_with(METHOD_GET, ME, NULL, HEADERS(cookie_of(&other))), 401);
	ck_refused(mine(METHOD_DELETE, path, NULL), 404, "not-found");
	other = sign_in_as("ann", PASSWORD);
	ck_status(mine(METHOD_POST, ME "/sessions/end-others", "{}"), 204);
	ck_status(call_with(METHOD_GET, ME, NULL, HEADERS(cookie_of(&other))), 401);
	ck_status(mine(METHOD_GET, ME, NULL), 200);
	ck_status(call_with(METHOD_GET, ME, NULL, HEADERS(cookie_of(&bob))), 200);
}
END_TEST

static struct answer from(const char *agent)
{
	return call_with(
		METHOD_POST, "/api/v1/session",
		"{\"login\":\"ann\",\"password\":\"" PASSWORD "\"}",
		HEADERS(arena_printf(harness_ctx()->mem, "HTTP_USER_AGENT=%s", agent)));
}

START_TEST(a_new_device_is_told_and_an_update_is_none)
{
	ck_assert_int_eq(letters_count(ANN, "new-device"), 0);
	ck_status(from("Browser/100.0 (Linux)"), 201);
	ck_assert_int_eq(letters_count(ANN, "new-device"), 1);
	ck_assert_str_eq(letter_value(ANN, "new-device", "ip"), "127.0.0.1");
	ck_status(from("Browser/101.2 (Linux)"), 201);
	ck_assert_int_eq(letters_count(ANN, "new-device"), 1);
	ck_status(from("Browser/101.2 (Phone)"), 201);
	ck_assert_int_eq(letters_count(ANN, "new-device"), 2);
}
END_TEST

START_TEST(passwords_are_judged_by_length_lists_and_names)
{
	static const struct {
		const char *password, *why;
		bool two_step;
	} cases[] = {
		{ "correct horse battery", NULL, false },
		{ "fourteen chars", "too-short", false },
		{ "fifteen chars!!", NULL, false },
		{ "seven 7", "too-short", true },
		{ "eight 88", NULL, true },
		{ "ÄÖÜäöüßé", NULL, true }, /* eight code points */
		{ "password", "too-common", true },
		{ "P4ssw0rd", "too-common", true },
		{ "Qwertz123", "too-common", true },
		{ "iloveyou1", "too-common", true },
		{ "hellohello", "too-common", true },
		{ "xyxyxyxyxy", "too-plain", true },
		{ "ann.baker1", "has-own-name", true },
		{ "BakerStreet", "has-own-name", true },
		{ "gatehouse!x", "has-own-name", true },
		{ "baker and eight more", NULL, false },
		{ "                    ", "too-plain", false },
	};
	const struct password_of who = { .login = "ann.baker",
		                         .name = "Ann Baker",
		                         .email = "ann@mail.test",
		                         .account = "Baker Street Ltd" };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct password_of of = who;
		const char *why;

		of.two_step = cases[i].two_step;
		why = password_complaint(cases[i].password, &of);
		ck_assert_msg(why == cases[i].why ||
		                      (why && cases[i].why && !strcmp(why, cases[i].why)),
		              "%s: %s", cases[i].password, why ? why : "fine");
	}
}
END_TEST

START_TEST(no_length_up_to_the_ceiling_is_refused)
{
	struct password_of who = { .login = "ann" };
	char long_one[1026];

	for (size_t i = 0; i < sizeof(long_one); i++)
		long_one[i] = (char)('a' + (i * i + i / 7) % 26);
	long_one[1025] = '\0';
	ck_assert_str_eq(password_complaint(long_one, &who), "too-long");
	long_one[1024] = '\0';
	ck_assert_ptr_null(password_complaint(long_one, &who));
	long_one[64] = '\0';
	ck_assert_ptr_null(password_complaint(long_one, &who));
}
END_TEST

START_TEST(own_settings_are_kept)
{
	struct answer b;

	b = mine(METHOD_PATCH, ME, "{\"locale\":\"de\",\"theme\":\"dark\",\"shortcuts\":false}");
	ck_status(b, 200);
	b = mine(METHOD_GET, "/api/v1/session", NULL);
	ck_assert_str_eq(text_at(&b, "/person/locale"), "de");
	ck_assert_str_eq(text_at(&b, "/person/theme"), "dark");
	ck_assert_str_eq(text_at(&b, "/person/density"), "cosy");
	ck_assert_str_eq(text_at(&b, "/person/shortcuts"), "false");
	b = mine(METHOD_PATCH, ME, "{\"theme\":\"pink\",\"locale\":\"German\"}");
	ck_status(b, 422);
	ck_assert_str_eq(complaint_at(&b, "/theme"), "not-one-of");
	ck_assert_str_eq(complaint_at(&b, "/locale"), "not-a-locale");
}
END_TEST

START_TEST(what_was_denied_to_a_member_is_not_his)
{
	struct answer a;

	make_member(customer, ROLE_CUSTOMER_OWNER, "carl");
	set_password("carl", PASSWORD);
	scratch_run("INSERT INTO member_permission (membership_id, permission, effect, set_at)"
	            " SELECT m.id, 'device.list', 'deny', UTC_TIMESTAMP(6) FROM membership m"
	            " JOIN person p ON p.id = m.person_id WHERE p.login = 'carl'");
	scratch_run(
		"INSERT INTO member_permission (membership_id, permission, effect, set_at)"
		" SELECT m.id, 'account.terminate', 'allow', UTC_TIMESTAMP(6)"
		" FROM membership m JOIN person p ON p.id = m.person_id WHERE p.login = 'carl'");
	a = sign_in_as("carl", PASSWORD);
	ck_status(a, 201);
	ck_assert(strstr(a.body, "\"account.view\""));
	ck_assert_ptr_null(strstr(a.body, "\"device.list\""));
	ck_assert_ptr_null(strstr(a.body, "\"account.terminate\""));
}
END_TEST

/* Keyboards differ in how they make an accented letter. */
START_TEST(a_password_is_the_same_however_its_letters_are_made)
{
	make_member(customer, ROLE_CUSTOMER_OWNER, "zo\u00eb");
	set_password("zo\u00eb", "u\u0308ber die sch\u00f6ne Br\u00fccke");
	ck_status(sign_in_as("zo\u00eb", "\u00fcber die scho\u0308ne Br\u00fccke"), 201);
	ck_status(sign_in_as("zoe\u0308", "u\u0308ber die sch\u00f6ne Bru\u0308cke"), 201);
	ck_status(sign_in_as("zo\u00eb", "uber die schone Brucke"), 401);
}
END_TEST

TESTS_WITH("me", setup, NULL, own_details_say_what_may_be_changed, a_name_is_changed_and_logged,
           a_password_is_changed_with_the_old_one, guessing_the_old_password_gets_slower,
           an_account_keeps_passwords_and_addresses,
           a_password_somebody_else_set_is_changed_before_anything_else,
           a_new_password_comes_after_the_second_step_and_before_enrolment,
           both_mailboxes_say_yes_to_a_new_address, a_newer_address_cancels_the_older,
           an_address_is_asked_for_with_a_proof_and_seldom, own_sessions_are_listed_and_ended,
           a_new_device_is_told_and_an_update_is_none,
           passwords_are_judged_by_length_lists_and_names,
           no_length_up_to_the_ceiling_is_refused,
           a_password_is_the_same_however_its_letters_are_made, own_settings_are_kept,
           what_was_denied_to_a_member_is_not_his);
