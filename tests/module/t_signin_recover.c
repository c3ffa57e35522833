/* Lost and first passwords: links and codes that work once and tell nobody anything. */
#include <string.h>

#include "module/factor.h"
#include "module/letters.h"
#include "people/revoke.h"

#define SESSION "/api/v1/session"
#define FORGOT  "/api/v1/session/forgot"
#define RESET   "/api/v1/session/reset"
#define CODE    "/api/v1/session/code"
#define USE     "/api/v1/session/code/use"
#define ANN     "ann@mail.test"
#define NEW     "a much better passphrase"

static int64_t reseller;

static void setup(void)
{
	harness_begin();
	reseller = make_account(ACCOUNT_ROOT, "reseller", "North");
	make_member(reseller, ROLE_RESELLER_PROGRAM, "ann");
	make_member(reseller, ROLE_RESELLER_SUPPORT, "ivy");
	scratch_run("UPDATE person SET email = CONCAT(login, '@mail.test')");
	scratch_run("UPDATE person SET state = 'invited' WHERE login = 'ivy'");
	set_password("ann", PASSWORD);
}

#define text(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

static struct answer ask(const char *path, const char *login)
{
	return call(METHOD_POST, path, text("{\"login\":\"%s\"}", login));
}

static const char *forgot(void)
{
	ck_status(ask(FORGOT, "ann"), 202);
	run_outbox();
	return letter_token(ANN, "reset-password");
}

static struct answer reset(const char *token, const char *password)
{
	return call(METHOD_POST, RESET,
	            text("{\"token\":\"%s\",\"password\":\"%s\"}", token, password));
}

static int64_t passwords_set(void)
{
	return scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                     " WHERE action = 'person.set_password' AND actor_label = 'ann'");
}

START_TEST(anybody_gets_the_same_answer)
{
	static const char *const logins[] = { "ann", "nobody", "ivy", "\\u0001", "x y z" };
	struct answer first = ask(FORGOT, "ann"), other;

	ck_status(first, 202);
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
			other = ask(k ? CODE : FORGOT, logins[i]);
			if (logins[i][0] == '\\')
				continue; /* no text at all: refused before anybody is looked for */
			ck_assert_int_eq(other.status, 202);
			ck_assert_str_eq(other.body, first.body);
			ck_assert_ptr_null(other.cookie);
		}
	/* What is stored for later says nothing either. */
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM outbox"
	                               " WHERE payload NOT LIKE 'v1|%'"),
	                 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM one_time"), 0);
	run_outbox();
	ck_assert_int_eq(letters_count(ANN, "reset-password"), 2);
	ck_assert_int_eq(letters_count(ANN, "sign-in-code"), 0);
	ck_assert_int_eq(letters_count("ivy@mail.test", "reset-password"), 0);
	ck_assert_int_eq(letters_count("ivy@mail.test", "sign-in-code"), 1);
}
END_TEST

START_TEST(a_link_sets_a_password_once_and_signs_nobody_in)
{
	const char *token = forgot();
	struct answer a, live = sign_in_as("ann", PASSWORD);

	ck_assert(strstr(letter_value(ANN, "reset-password", "link"), ORIGIN "/#/reset?t=") !=
	          NULL);
	a = reset(token, NEW);
	ck_status(a, 204);
	ck_assert_ptr_null(a.cookie);
	ck_status(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&live))), 401);
	ck_refused(reset(token, NEW " again"), 404, "link-not-valid");
	ck_refused(sign_in_as("ann", PASSWORD), 401, "wrong-login");
	ck_status(sign_in_as("ann", NEW), 201);
	ck_assert_int_eq(letters_count(ANN, "password-changed"), 1);
	ck_assert_int_eq(passwords_set(), 1);
	ck_assert_int_eq(scratch_count(text("SELECT COUNT(*) AS n FROM one_time"
	                                    " WHERE token_hash LIKE '%%%s%%'",
	                                    token)),
	                 0);
}
END_TEST

START_TEST(a_newer_link_cancels_the_older)
{
	const char *old = forgot(), *new = forgot();

	ck_assert_str_ne(old, new);
	ck_refused(reset(old, NEW), 404, "link-not-valid");
	ck_status(reset(new, NEW), 204);
}
END_TEST

START_TEST(a_link_ends_after_half_an_hour)
{
	const char *token = forgot();

	ck_assert_int_eq(scratch_count("SELECT TIMESTAMPDIFF(MINUTE, created_at, expires_at)"
	                               " AS n FROM one_time"),
	                 30);
	scratch_run("UPDATE one_time SET expires_at = UTC_TIMESTAMP(6)");
	ck_refused(reset(token, NEW), 404, "link-not-valid");
}
END_TEST

START_TEST(reading_a_link_uses_nothing_up)
{
	const char *token = forgot();

	ck_status(call(METHOD_GET, RESET, NULL), 405);
	ck_status(call(METHOD_GET, "/api/v1/me/email/confirm", NULL), 405);
	ck_status(call(METHOD_GET, USE, NULL), 405);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM one_time"
	                               " WHERE used_at IS NULL"),
	                 1);
	ck_status(reset(token, NEW), 204);
}
END_TEST

START_TEST(a_token_of_another_purpose_is_worth_nothing)
{
	const char *token = forgot();

	ck_refused(call(METHOD_POST, "/api/v1/me/email/confirm",
	                text("{\"token\":\"%s\"}", token)),
	           404, "link-not-valid");
	scratch_run("UPDATE one_time SET purpose = 'registration'");
	ck_refused(reset(token, NEW), 404, "link-not-valid");
	scratch_run("UPDATE one_time SET purpose = 'email_new'");
	ck_refused(reset(token, NEW), 404, "link-not-valid");
	ck_refused(reset("", NEW), 422, "invalid-input");
	ck_refused(reset("x", NEW), 404, "link-not-valid");
	ck_assert_int_eq(passwords_set(), 0);
}
END_TEST

START_TEST(a_weak_password_leaves_the_link)
{
	static const char *const weak[][2] = {
		{ "too-short", "fourteen chars" },
		{ "too-common", "passwordpassword" },
		{ "too-common", "correcthorsebatterystaple" },
		{ "too-plain", "abcabcabcabcabcabc" },
		{ "too-plain", "zzzzzzzzzzzzzzzzzzzz" },
		{ "has-own-name", "North-gatehouse-1" },
	};
	const char *token = forgot();

	for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
		struct answer a = reset(token, weak[i][1]);

		ck_status(a, 422);
		ck_assert_str_eq(complaint_at(&a, "/password"), weak[i][0]);
	}
	ck_status(reset(token, NEW), 204);
}
END_TEST

START_TEST(two_step_asked_for_makes_eight_enough)
{
	const char *token = forgot();

	scratch_run("INSERT INTO account_policy (account_id, require_two_step, updated_at)"
	            " VALUES (1, 1, UTC_TIMESTAMP(6))");
	ck_status(reset(token, "seven77"), 422);
	ck_status(reset(token, "eight-8!"), 204);
}
END_TEST

START_TEST(a_link_does_not_skip_the_second_step)
{
	struct answer a = sign_in_as("ann", PASSWORD);

	set_up_factor(cookie_of(&a));
	ck_status(reset(forgot(), NEW), 204);
	a = sign_in_as("ann", NEW);
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/step"), "otp");
}
END_TEST

START_TEST(five_mails_a_day_and_no_more)
{
	for (int i = 0; i < 9; i++) {
		ck_status(ask(FORGOT, "ann"), 202);
		scratch_run("UPDATE throttle SET next_at = UTC_TIMESTAMP(6)");
		run_outbox();
	}
	ck_assert_int_eq(letters_count(ANN, "reset-password"), 5);
	/* A thousand requests lock nobody out. */
	ck_status(sign_in_as("ann", PASSWORD), 201);
}
END_TEST

START_TEST(who_may_not_change_it_gets_no_link)
{
	scratch_run("UPDATE person SET can_change_password = 0 WHERE login = 'ann'");
	ask(FORGOT, "ann");
	run_outbox();
	ck_assert_int_eq(letters_count(ANN, "reset-password"), 0);
	scratch_run("UPDATE person SET can_change_password = 1");
	scratch_run("INSERT INTO account_policy (account_id, users_may_change_password,"
	            " updated_at) VALUES (1, 0, UTC_TIMESTAMP(6))");
	ask(FORGOT, "ann");
	run_outbox();
	ck_assert_int_eq(letters_count(ANN, "reset-password"), 0);
}
END_TEST

static enum err revoke(void *arg)
{
	(void)arg;
	return sessions_revoke_under(harness_ctx(), reseller, "suspended", NULL);
}

START_TEST(suspension_cancels_what_was_sent)
{
	const char *token = forgot();

	harness_tx(revoke, NULL);
	ck_refused(reset(token, NEW), 404, "link-not-valid");
}
END_TEST

static const char *code_of_ivy(void)
{
	ck_status(ask(CODE, "ivy"), 202);
	run_outbox();
	return letter_value("ivy@mail.test", "sign-in-code", "code");
}

static struct answer use(const char *login, const char *code)
{
	return call(METHOD_POST, USE,
	            text("{\"login\":\"%s\",\"code\":\"%s\",\"password\":\"" NEW "\"}", login,
	                 code));
}

START_TEST(a_code_sets_the_first_password_once)
{
	const char *code = code_of_ivy();
	struct answer a;

	ck_assert_uint_eq(strlen(code), 6);
	ck_refused(sign_in_as("ivy", NEW), 401, "wrong-login");
	a = use("IVY", code);
	ck_status(a, 204);
	ck_assert_ptr_null(a.cookie);
	ck_refused(use("ivy", code), 401, "wrong-code");
	ck_status(sign_in_as("ivy", NEW), 201);
	/* Who has a password gets no code. */
	ask(CODE, "ivy");
	run_outbox();
	ck_assert_int_eq(letters_count("ivy@mail.test", "sign-in-code"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership m JOIN person p"
	                               " ON p.id = m.person_id WHERE p.login = 'ivy'"
	                               " AND m.first_login_at IS NOT NULL"),
	                 1);
}
END_TEST

static const char *another(const char *code)
{
	char *out = arena_copy(harness_ctx()->mem, code, 6);

	out[5] = out[5] == '9' ? '0' : (char)(out[5] + 1);
	return out;
}

START_TEST(a_code_bears_five_tries)
{
	const char *code = code_of_ivy();

	for (int i = 0; i < 5; i++)
		ck_refused(use("ivy", another(code)), 401, "wrong-code");
	scratch_run("UPDATE throttle SET next_at = UTC_TIMESTAMP(6)");
	ck_refused(use("ivy", code), 401, "wrong-code");
	scratch_run("UPDATE throttle SET next_at = UTC_TIMESTAMP(6)");
	code = code_of_ivy();
	ck_status(use("ivy", code), 204);
}
END_TEST

START_TEST(a_code_ends_after_ten_minutes_and_is_its_persons)
{
	const char *code = code_of_ivy();

	make_member(reseller, ROLE_RESELLER_SUPPORT, "joe");
	scratch_run("UPDATE person SET state = 'invited' WHERE login = 'joe'");
	ck_refused(use("joe", code), 401, "wrong-code");
	ck_refused(use("nobody", code), 401, "wrong-code");
	scratch_run("UPDATE one_time SET expires_at = UTC_TIMESTAMP(6)");
	ck_refused(use("ivy", code), 401, "wrong-code");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM one_time"
	                               " WHERE purpose = 'code' AND subject NOT LIKE 'v1|%'"),
	                 0);
}
END_TEST

START_TEST(a_thousand_codes_do_not_get_in_and_lock_nobody_out)
{
	const char *code = code_of_ivy(), *wrong = another(code);
	struct answer first = use("ivy", wrong), unknown = use("nobody", wrong), a;
	int judged = 0;

	ck_assert_str_eq(text_at(&first, "/detail"), text_at(&unknown, "/detail"));
	for (int i = 0; i < 1000; i++) {
		a = use("ivy", wrong);
		ck_assert(a.status == 401 || a.status == 429);
		judged += a.status == 401;
	}
	ck_assert_int_le(judged, 30);
	code = code_of_ivy();
	a = call_with(METHOD_POST, USE,
	              text("{\"login\":\"ivy\",\"code\":\"%s\",\"password\":\"" NEW "\"}",
	                   code),
	              HEADERS("REMOTE_ADDR=198.51.100.7"));
	ck_status(a, 204);
}
END_TEST

TESTS_WITH("recover", setup, NULL, anybody_gets_the_same_answer,
           a_link_sets_a_password_once_and_signs_nobody_in, a_newer_link_cancels_the_older,
           a_link_ends_after_half_an_hour, reading_a_link_uses_nothing_up,
           a_token_of_another_purpose_is_worth_nothing, a_weak_password_leaves_the_link,
           two_step_asked_for_makes_eight_enough, a_link_does_not_skip_the_second_step,
           five_mails_a_day_and_no_more, who_may_not_change_it_gets_no_link,
           suspension_cancels_what_was_sent, a_code_sets_the_first_password_once,
           a_code_bears_five_tries, a_code_ends_after_ten_minutes_and_is_its_persons,
           a_thousand_codes_do_not_get_in_and_lock_nobody_out);
