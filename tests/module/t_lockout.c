/* A hundred failures in a row, and how the owner gets in again. */
#include <string.h>

#include "module/factor.h"
#include "module/letters.h"
#include "module/people.h"
#include "signin/unlock.h"

#define SESSION "/api/v1/session"
#define UNLOCK  "/api/v1/session/unlock"
#define ANN     "ann@mail.test"
#define LETTER  "sign-in-locked"
#define NEW     "a much better passphrase"

#define text(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

static int64_t north, south, ann;
static int networks;

static void setup(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	ann = make_member(north, ROLE_RESELLER_SUPPORT, "ann");
	set_password("ann", PASSWORD);
	scratch_run("UPDATE person SET email = CONCAT(login, '@mail.test')");
}

/* From a network that never asked before, so that only the count can refuse. */
static struct answer post(const char *path, const char *body, const char *cookie)
{
	const char *from = text("REMOTE_ADDR=10.%d.%d.1", networks / 250, networks % 250);

	networks++;
	return cookie ? call_with(METHOD_POST, path, body, HEADERS(from, cookie))
	              : call_with(METHOD_POST, path, body, HEADERS(from));
}

static struct answer sign_in(const char *password)
{
	return post(SESSION, text("{\"login\":\"ann\",\"password\":\"%s\"}", password), NULL);
}

static int64_t failures(void)
{
	return scratch_count("SELECT IFNULL(MAX(failures), 0) AS n FROM lockout");
}

/* As if so many tries had failed. */
static void failed(int n)
{
	ck_refused(sign_in("wrong"), 401, "wrong-login");
	scratch_run(text("UPDATE lockout SET failures = %d", n));
}

static void tell(void)
{
	bool did = true;

	while (did)
		ck_assert_int_eq(unlock_due_step(harness_ctx(), &did), OK);
}

static struct answer unlock(const char *token)
{
	return post(UNLOCK, text("{\"token\":\"%s\"}", token), NULL);
}

static int64_t logged(const char *action)
{
	return scratch_count(
		text("SELECT COUNT(*) AS n FROM change_log WHERE action = '%s'", action));
}

START_TEST(after_a_hundred_failures_the_password_counts_for_nothing)
{
	struct answer wrong, right;

	for (int i = 0; i < 99; i++)
		ck_refused(sign_in("wrong"), 401, "wrong-login");
	tell();
	ck_assert_int_eq(letters_count(ANN, LETTER), 0);
	wrong = sign_in("wrong");
	ck_refused(wrong, 401, "wrong-login");
	right = sign_in(PASSWORD);
	ck_refused(right, 401, "wrong-login");
	ck_assert_str_eq(text_at(&wrong, "/detail"), text_at(&right, "/detail"));
	ck_assert_ptr_null(right.cookie);
	tell();
	ck_assert_int_eq(letters_count(ANN, LETTER), 1);
	ck_assert_str_eq(letter_value(ANN, LETTER, "failures"), "100");
	ck_assert_int_eq(logged("person.lock"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'session.refuse'"
	                               " AND failure = 'locked-out'"),
	                 1);
	ck_refused(sign_in(PASSWORD), 401, "wrong-login");
	tell();
	ck_assert_int_eq(letters_count(ANN, LETTER), 1);
	ck_status(unlock(letter_token(ANN, LETTER)), 204);
	ck_status(sign_in(PASSWORD), 201);
	ck_assert_int_eq(failures(), 0);
}
END_TEST

START_TEST(the_hundredth_try_is_still_judged)
{
	failed(99);
	ck_status(sign_in(PASSWORD), 201);
	ck_assert_int_eq(failures(), 0);
}
END_TEST

START_TEST(a_success_counts_anew)
{
	for (int i = 0; i < 3; i++)
		ck_refused(sign_in("wrong"), 401, "wrong-login");
	ck_assert_int_eq(failures(), 3);
	ck_status(sign_in(PASSWORD), 201);
	ck_refused(sign_in("wrong"), 401, "wrong-login");
	ck_assert_int_eq(failures(), 1);
}
END_TEST

START_TEST(nobody_is_counted_who_has_no_such_login)
{
	ck_refused(post(SESSION, "{\"login\":\"nobody\",\"password\":\"x\"}", NULL), 401,
	           "wrong-login");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM lockout"), 0);
}
END_TEST

START_TEST(the_link_works_once_and_signs_nobody_in)
{
	const char *token;
	struct answer a;

	failed(100);
	tell();
	token = letter_token(ANN, LETTER);
	ck_assert(strstr(letter_value(ANN, LETTER, "link"), ORIGIN "/#/unlock?t=") != NULL);
	a = unlock(token);
	ck_status(a, 204);
	ck_assert_ptr_null(a.cookie);
	ck_assert_int_eq(logged("person.unlock"), 1);
	failed(100);
	ck_refused(unlock(token), 404, "link-not-valid");
	ck_refused(sign_in(PASSWORD), 401, "wrong-login");
	/* Locked out again, told again. */
	tell();
	ck_assert_int_eq(letters_count(ANN, LETTER), 2);
	ck_status(unlock(letter_token(ANN, LETTER)), 204);
}
END_TEST

START_TEST(a_link_for_something_else_unlocks_nothing)
{
	failed(100);
	ck_status(post(SESSION "/forgot", "{\"login\":\"ann\"}", NULL), 202);
	run_outbox();
	ck_refused(unlock(letter_token(ANN, "reset-password")), 404, "link-not-valid");
	ck_refused(unlock("x"), 404, "link-not-valid");
	ck_assert_int_eq(failures(), 100);
}
END_TEST

START_TEST(a_new_password_unlocks)
{
	const char *token;

	failed(100);
	tell();
	token = letter_token(ANN, LETTER);
	ck_status(post(SESSION "/forgot", "{\"login\":\"ann\"}", NULL), 202);
	run_outbox();
	ck_status(post(SESSION "/reset",
	               text("{\"token\":\"%s\",\"password\":\"" NEW "\"}",
	                    letter_token(ANN, "reset-password")),
	               NULL),
	          204);
	ck_status(sign_in(NEW), 201);
	ck_refused(unlock(token), 404, "link-not-valid");
}
END_TEST

START_TEST(who_may_set_no_password_is_sent_the_link_again)
{
	scratch_run("UPDATE person SET can_change_password = 0");
	ck_status(post(SESSION "/forgot", "{\"login\":\"ann\"}", NULL), 202);
	run_outbox();
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"), 0);
	failed(100);
	tell();
	for (int i = 0; i < 6; i++) {
		ck_status(post(SESSION "/forgot", "{\"login\":\"ann\"}", NULL), 202);
		run_outbox();
	}
	ck_assert_int_eq(letters_count(ANN, "reset-password"), 0);
	ck_assert_int_eq(letters_count(ANN, LETTER), UNLOCK_MAILS_DAY);
	ck_status(unlock(letter_token(ANN, LETTER)), 204);
	ck_status(sign_in(PASSWORD), 201);
}
END_TEST

START_TEST(staff_see_it_and_unlock)
{
	const char *m = id_text(ID_MEMBERSHIP, ann);
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "boss");
	a = member_get(north, m);
	ck_assert_str_eq(text_at(&a, "/locked"), "false");
	ck_assert(!member_offers(&a, "unlock"));
	ck_refused(member_plain(north, m, "/unlock"), 409, "not-locked");
	failed(100);
	tell();
	a = member_get(north, m);
	ck_assert_str_eq(text_at(&a, "/locked"), "true");
	ck_assert(member_offers(&a, "unlock"));
	a = call(METHOD_GET, text("/api/v1/people/%s", text_at(&a, "/person_id")), NULL);
	ck_assert_str_eq(text_at(&a, "/locked"), "true");
	a = member_plain(north, m, "/unlock");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/locked"), "false");
	ck_assert_int_eq(logged("person.unlock"), 1);
	ck_refused(unlock(letter_token(ANN, LETTER)), 404, "link-not-valid");
	ck_status(sign_in(PASSWORD), 201);
}
END_TEST

START_TEST(others_do_not_unlock)
{
	const char *m = id_text(ID_MEMBERSHIP, ann);
	int64_t boss = make_member(north, ROLE_RESELLER_PROGRAM, "boss");

	failed(100);
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "rival");
	ck_refused(member_plain(north, m, "/unlock"), 404, "not-found");
	ck_refused(member_plain(south, m, "/unlock"), 404, "not-found");
	acts_as_new(north, ROLE_RESELLER_BILLING, "clerk");
	ck_refused(member_plain(north, m, "/unlock"), 403, "not-permitted");
	acts_as(ann);
	ck_refused(member_plain(north, m, "/unlock"), 403, "own-membership");
	ck_refused(member_plain(north, id_text(ID_MEMBERSHIP, boss), "/unlock"), 403,
	           "higher-member");
	ck_assert_int_eq(failures(), 100);
}
END_TEST

/* Who knows the password and guesses codes is stopped by the same count. */
START_TEST(wrong_codes_count_and_a_right_password_forgives_none)
{
	struct answer half, a;

	half = sign_in(PASSWORD);
	set_up_factor(cookie_of(&half));
	half = sign_in(PASSWORD);
	for (int i = 0; i < 4; i++)
		ck_refused(post(SESSION "/otp", code_body("000000"), cookie_of(&half)), 401,
		           "wrong-code");
	ck_assert_int_eq(failures(), 4);
	a = post(SESSION "/otp", code_body("000000"), cookie_of(&half));
	ck_refused(a, 401, "not-signed-in");
	ck_status(post(SESSION "/otp", code_body("000000"), cookie_of(&half)), 401);
	half = sign_in(PASSWORD);
	ck_status(half, 201);
	ck_assert_int_eq(failures(), 5);
	scratch_run("UPDATE lockout SET failures = 99");
	ck_refused(post(SESSION "/otp", code_body("000000"), cookie_of(&half)), 401,
	           "wrong-code");
	ck_refused(sign_in(PASSWORD), 401, "wrong-login");
	tell();
	ck_assert_int_eq(letters_count(ANN, LETTER), 1);
}
END_TEST

START_TEST(a_locked_out_person_gets_in_by_no_code)
{
	const char *secret;
	struct answer half = sign_in(PASSWORD);

	secret = set_up_factor(cookie_of(&half));
	half = sign_in(PASSWORD);
	scratch_run("UPDATE lockout SET failures = 100");
	ck_refused(post(SESSION "/otp", code_body(code_of(secret, 0)), cookie_of(&half)), 401,
	           "not-signed-in");
	scratch_run("UPDATE lockout SET failures = 0");
	half = sign_in(PASSWORD);
	ck_status(post(SESSION "/otp", code_body(code_of(secret, 0)), cookie_of(&half)), 200);
	ck_assert_int_eq(failures(), 0);
}
END_TEST

/* Whoever holds a session guesses the password no further than anybody. */
START_TEST(a_session_goes_on_and_proves_nothing)
{
	struct answer a = sign_in(PASSWORD);
	const char *cookie = cookie_of(&a);

	failed(100);
	ck_status(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie)), 200);
	a = post(SESSION "/proof", "{\"password\":\"" PASSWORD "\"}", cookie);
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/password"), "wrong-password");
	a = post("/api/v1/me/password", "{\"old\":\"" PASSWORD "\",\"new\":\"" NEW "\"}",
	         cookie);
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/old"), "wrong-password");
	scratch_run("UPDATE lockout SET failures = 0");
	ck_status(post(SESSION "/proof", "{\"password\":\"" PASSWORD "\"}", cookie), 204);
}
END_TEST

TESTS_WITH("lockout", setup, NULL, after_a_hundred_failures_the_password_counts_for_nothing,
           the_hundredth_try_is_still_judged, a_success_counts_anew,
           nobody_is_counted_who_has_no_such_login, the_link_works_once_and_signs_nobody_in,
           a_link_for_something_else_unlocks_nothing, a_new_password_unlocks,
           who_may_set_no_password_is_sent_the_link_again, staff_see_it_and_unlock,
           others_do_not_unlock, wrong_codes_count_and_a_right_password_forgives_none,
           a_locked_out_person_gets_in_by_no_code, a_session_goes_on_and_proves_nothing);
