/* The second step: codes that work once, and what half a session may not do. */
#include <string.h>

#include "module/factor.h"
#include "module/letters.h"
#include "signin/totp.h"
#include "web/route.h"

#define SESSION "/api/v1/session"
#define OTP     "/api/v1/session/otp"

static int64_t reseller, customer;

static void setup(void)
{
	harness_begin();
	reseller = make_account(ACCOUNT_ROOT, "reseller", "North");
	customer = make_account(reseller, "customer", "Baker Street");
	make_member(reseller, ROLE_RESELLER_PROGRAM, "ann");
	scratch_run("UPDATE person SET email = 'ann@mail.test' WHERE login = 'ann'");
	set_password("ann", PASSWORD);
}

static struct answer sign_in(void)
{
	struct answer a = sign_in_as("ann", PASSWORD);

	ck_status(a, 201);
	return a;
}

static struct answer enter(const struct answer *half, const char *code)
{
	return call_with(METHOD_POST, OTP, code_body(code), HEADERS(cookie_of(half)));
}

static struct answer look(const struct answer *session)
{
	return call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(session)));
}

/* Ann with a second step; the secret. */
static const char *secured(void)
{
	struct answer a = sign_in();

	return set_up_factor(cookie_of(&a));
}

static void require_two_step(int64_t account_id)
{
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "INSERT INTO account_policy (account_id, require_two_step,"
	                         " updated_at) VALUES (%lld, 1, UTC_TIMESTAMP(6))",
	                         (long long)account_id));
	scratch_run("UPDATE access_epoch SET n = n + 1");
}

/* RFC 6238 appendix B. */
START_TEST(codes_are_those_of_the_rfc)
{
	static const struct {
		int64_t at_sec;
		const char *code;
	} vectors[] = {
		{ 59, "94287082" },         { 1111111109, "07081804" },
		{ 1111111111, "14050471" }, { 1234567890, "89005924" },
		{ 2000000000, "69279037" }, { INT64_C(20000000000), "65353130" },
	};
	static const unsigned char secret[] = "12345678901234567890";
	char code[9];

	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		struct stamp now = { vectors[i].at_sec * USEC_PER_SEC };
		int64_t step = vectors[i].at_sec / 30;

		ck_assert(totp_code(secret, 20, step, 8, code));
		ck_assert_str_eq(code, vectors[i].code);
		ck_assert(totp_code(secret, 20, step, 6, code));
		ck_assert_str_eq(code, vectors[i].code + 2);
		ck_assert_int_eq(totp_check(secret, 20, code, now, 0), step);
	}
}
END_TEST

START_TEST(a_code_is_taken_in_its_half_minute_and_the_next)
{
	static const unsigned char secret[] = "12345678901234567890";
	struct stamp now = { 3000 * USEC_PER_SEC }; /* step 100 */
	static const char *const wrong[] = { "",       "12345",  "1234567",
		                             "12345a", " 12345", "-12345" };
	char code[9];

	for (int64_t step = 97; step <= 103; step++) {
		ck_assert(totp_code(secret, 20, step, 6, code));
		ck_assert_int_eq(totp_check(secret, 20, code, now, 0),
		                 step == 99 || step == 100 ? step : 0);
	}
	ck_assert(totp_code(secret, 20, 99, 6, code));
	ck_assert_int_eq(totp_check(secret, 20, code, now, 98), 99);
	ck_assert_int_eq(totp_check(secret, 20, code, now, 99), 0);
	ck_assert_int_eq(totp_check(secret, 20, code, now, 100), 0);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_int_eq(totp_check(secret, 20, wrong[i], now, 0), 0);
}
END_TEST

START_TEST(setting_up_shows_secret_and_codes_once_and_keeps_them_hidden)
{
	struct answer a = sign_in(), b, c;
	const char *secret, *first;

	b = call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie_of(&a)));
	ck_status(b, 200);
	secret = text_at(&b, "/secret");
	ck_assert_uint_eq(strlen(secret), 32);
	ck_assert(strstr(text_at(&b, "/uri"), "otpauth://totp/Gatehouse:ann?secret="));
	ck_assert(strstr(text_at(&b, "/uri"),
	                 "&issuer=Gatehouse&algorithm=SHA1&digits=6&period=30"));
	c = call_with(METHOD_POST, "/api/v1/me/factor/confirm", code_body("000000"),
	              HEADERS(cookie_of(&a)));
	if (c.status != 200) { /* it may be the code, once in 500,000 */
		ck_status(c, 422);
		ck_assert_str_eq(complaint_at(&c, "/code"), "wrong-code");
		ck_assert_str_eq(text_at(&a, "/step"), "done");
		c = call_with(METHOD_POST, "/api/v1/me/factor/confirm",
		              code_body(code_of(secret, 0)), HEADERS(cookie_of(&a)));
	}
	ck_status(c, 200);
	ck_assert_uint_eq(length_at(&c, "/recovery_codes"), 10);
	first = text_at(&c, "/recovery_codes/0");
	ck_assert_uint_eq(strlen(first), 32);
	/* Another token, the same person. */
	ck_status(look(&a), 401);
	b = look(&c);
	ck_assert_str_eq(text_at(&b, "/step"), "done");
	ck_assert_int_eq(letters_count("ann@mail.test", "two-step-changed"), 1);
	ck_assert_str_eq(letter_value("ann@mail.test", "two-step-changed", "state"), "on");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'two_step.enrol'"),
	                 1);
	/* Nothing keeps what was shown. */
	ck_assert_int_eq(scratch_count(arena_printf(harness_ctx()->mem,
	                                            "SELECT COUNT(*) AS n FROM op WHERE body"
	                                            " LIKE '%%%s%%' OR body LIKE '%%%s%%'",
	                                            secret, first)),
	                 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM factor"
	                               " WHERE secret LIKE 'v1|%' AND pending IS NULL"),
	                 1);
}
END_TEST

START_TEST(the_code_makes_a_session_whole_under_a_new_token)
{
	const char *secret = secured();
	struct answer half = sign_in(), whole, again;

	ck_assert_str_eq(text_at(&half, "/step"), "otp");
	ck_assert_uint_eq(length_at(&half, "/permissions"), 0);
	ck_refused(call_with(METHOD_GET, "/api/v1/accounts", NULL, HEADERS(cookie_of(&half))),
	           403, "second-factor-needed");
	whole = enter(&half, code_of(secret, 0));
	ck_status(whole, 200);
	ck_assert_str_eq(text_at(&whole, "/step"), "done");
	ck_assert_str_ne(cookie_of(&half), cookie_of(&whole));
	ck_refused(look(&half), 401, "not-signed-in");
	ck_status(call_with(METHOD_GET, "/api/v1/accounts", NULL, HEADERS(cookie_of(&whole))),
	          200);
	again = enter(&whole, code_of(secret, 0));
	ck_refused(again, 409, "no-second-step");
}
END_TEST

START_TEST(a_code_works_once)
{
	const char *secret = secured(), *code = code_of(secret, 0);
	struct answer a = sign_in(), b = sign_in();

	ck_status(enter(&a, code), 200);
	ck_refused(enter(&b, code), 401, "wrong-code");
	/* Nor one that is older than the last one taken. */
	ck_refused(enter(&b, code_of(secret, -1)), 401, "wrong-code");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'session.refuse'"
	                               " AND failure = 'wrong-code'"),
	                 2);
}
END_TEST

START_TEST(five_wrong_codes_end_the_half_session)
{
	const char *secret = secured();
	struct answer half = sign_in(), last;

	for (int i = 0; i < 4; i++)
		ck_refused(enter(&half, "ABCDEF"), 401, "wrong-code");
	last = enter(&half, "ABCDEF");
	ck_refused(last, 401, "not-signed-in");
	ck_refused(look(&half), 401, "not-signed-in");
	ck_refused(enter(&half, code_of(secret, 0)), 401, "not-signed-in");
}
END_TEST

/* Who knows the password guesses no faster by signing in again and again. */
START_TEST(wrong_codes_count_over_sessions_and_lock_nobody_out)
{
	const char *secret = secured();
	int64_t began = stamp_monotonic_usec();
	struct answer a;
	int judged = 0;

	for (int i = 0; i < 100; i++) {
		a = sign_in();
		for (int k = 0; k < 10 && enter(&a, "ABCDEF").status == 401; k++)
			judged++;
	}
	/* Each three seconds allow one more. */
	ck_assert_int_le(judged, 30 + (stamp_monotonic_usec() - began) / (3 * USEC_PER_SEC));
	a = sign_in();
	ck_refused(enter(&a, code_of(secret, 0)), 429, "too-many-tries");
	ck_status(call_with(METHOD_POST, OTP, code_body(code_of(secret, 0)),
	                    HEADERS(cookie_of(&a), "REMOTE_ADDR=198.51.100.9")),
	          200);
}
END_TEST

START_TEST(each_recovery_code_works_once)
{
	struct answer a = sign_in(), b, c, me;
	const char *code, *typed;
	char *lower;

	b = call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie_of(&a)));
	c = call_with(METHOD_POST, "/api/v1/me/factor/confirm",
	              code_body(code_of(text_at(&b, "/secret"), 0)), HEADERS(cookie_of(&a)));
	ck_status(c, 200);
	code = text_at(&c, "/recovery_codes/3");
	a = sign_in();
	b = enter(&a, code);
	ck_status(b, 200);
	ck_assert_str_eq(letter_value("ann@mail.test", "two-step-changed", "state"),
	                 "recovery");
	me = call_with(METHOD_GET, "/api/v1/me", NULL, HEADERS(cookie_of(&b)));
	ck_assert_int_eq(number_at(&me, "/recovery_left"), 9);
	a = sign_in();
	ck_refused(enter(&a, code), 401, "wrong-code");
	/* As somebody types it. */
	lower = arena_copy(harness_ctx()->mem, text_at(&c, "/recovery_codes/4"), 32);
	for (char *s = lower; *s; s++)
		*s = *s == '-' ? ' ' : *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;
	typed = lower;
	ck_status(enter(&a, typed), 200);
}
END_TEST

START_TEST(new_recovery_codes_void_the_older)
{
	struct answer a = sign_in(), b, c, d;

	b = call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie_of(&a)));
	c = call_with(METHOD_POST, "/api/v1/me/factor/confirm",
	              code_body(code_of(text_at(&b, "/secret"), 0)), HEADERS(cookie_of(&a)));
	d = call_with(METHOD_POST, "/api/v1/me/recovery-codes", "{}", HEADERS(cookie_of(&c)));
	ck_status(d, 200);
	ck_assert_uint_eq(length_at(&d, "/recovery_codes"), 10);
	a = sign_in();
	ck_refused(enter(&a, text_at(&c, "/recovery_codes/0")), 401, "wrong-code");
	ck_status(enter(&a, text_at(&d, "/recovery_codes/0")), 200);
}
END_TEST

START_TEST(a_recovery_code_of_somebody_else_is_worth_nothing)
{
	struct answer a = sign_in(), b, c, eve;

	b = call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie_of(&a)));
	c = call_with(METHOD_POST, "/api/v1/me/factor/confirm",
	              code_body(code_of(text_at(&b, "/secret"), 0)), HEADERS(cookie_of(&a)));
	make_member(reseller, ROLE_RESELLER_SUPPORT, "eve");
	set_password("eve", PASSWORD);
	eve = sign_in_as("eve", PASSWORD);
	set_up_factor(cookie_of(&eve));
	eve = sign_in_as("eve", PASSWORD);
	ck_assert_str_eq(text_at(&eve, "/step"), "otp");
	ck_refused(enter(&eve, text_at(&c, "/recovery_codes/0")), 401, "wrong-code");
}
END_TEST

START_TEST(a_policy_makes_everyone_set_up_at_the_next_request)
{
	struct answer a = sign_in(), b;
	const char *cookie = cookie_of(&a);

	ck_status(call_with(METHOD_GET, "/api/v1/accounts", NULL, HEADERS(cookie)), 200);
	require_two_step(reseller);
	ck_refused(call_with(METHOD_GET, "/api/v1/accounts", NULL, HEADERS(cookie)), 403,
	           "enrolment-needed");
	b = look(&a);
	ck_assert_str_eq(text_at(&b, "/step"), "enrol");
	/* Even when he proved who he is long ago. */
	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR");
	set_up_factor(cookie);
	ck_refused(look(&a), 401, "not-signed-in");
	b = sign_in();
	ck_assert_str_eq(text_at(&b, "/step"), "otp");
	scratch_run("DELETE FROM account_policy");
	scratch_run("DELETE FROM factor");
	scratch_run("UPDATE access_epoch SET n = n + 1");
	b = sign_in();
	ck_assert_str_eq(text_at(&b, "/step"), "done");
}
END_TEST

START_TEST(what_is_asked_for_cannot_be_removed)
{
	const char *secret = secured();
	struct answer a = sign_in(), b;

	b = enter(&a, code_of(secret, 0));
	require_two_step(ACCOUNT_ROOT);
	ck_refused(call_with(METHOD_DELETE, "/api/v1/me/factor", NULL, HEADERS(cookie_of(&b))),
	           403, "two-step-required");
	scratch_run("DELETE FROM account_policy");
	scratch_run("UPDATE access_epoch SET n = n + 1");
	ck_status(call_with(METHOD_DELETE, "/api/v1/me/factor", NULL, HEADERS(cookie_of(&b))),
	          204);
	ck_assert_int_eq(scratch_count("SELECT (SELECT COUNT(*) FROM factor)"
	                               " + (SELECT COUNT(*) FROM recovery_code) AS n"),
	                 0);
	ck_assert_str_eq(letter_value("ann@mail.test", "two-step-changed", "state"), "off");
	a = sign_in();
	ck_assert_str_eq(text_at(&a, "/step"), "done");
	ck_refused(call_with(METHOD_DELETE, "/api/v1/me/factor", NULL, HEADERS(cookie_of(&a))),
	           409, "no-two-step");
}
END_TEST

/* Else the password alone would be enough. */
START_TEST(nobody_replaces_a_second_step_he_has_not_shown)
{
	struct answer half;

	secured();
	half = sign_in();
	ck_refused(call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie_of(&half))),
	           403, "second-factor-needed");
	ck_refused(call_with(METHOD_POST, "/api/v1/me/factor/confirm", code_body("123456"),
	                     HEADERS(cookie_of(&half))),
	           403, "second-factor-needed");
	ck_refused(call_with(METHOD_DELETE, "/api/v1/me/factor", NULL,
	                     HEADERS(cookie_of(&half))),
	           403, "second-factor-needed");
	ck_refused(call_with(METHOD_POST, "/api/v1/me/recovery-codes", "{}",
	                     HEADERS(cookie_of(&half))),
	           403, "second-factor-needed");
}
END_TEST

START_TEST(the_old_factor_holds_until_the_new_one_is_shown)
{
	const char *secret = secured();
	struct answer a = sign_in(), b = enter(&a, code_of(secret, 0)), c;

	c = call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie_of(&b)));
	ck_status(c, 200);
	scratch_run("UPDATE factor SET last_step = 0");
	a = sign_in();
	ck_refused(enter(&a, code_of(text_at(&c, "/secret"), 0)), 401, "wrong-code");
	ck_status(enter(&a, code_of(secret, 0)), 200);
}
END_TEST

START_TEST(dangerous_acts_want_a_fresh_proof)
{
	struct answer a = sign_in(), b;
	const char *cookie = cookie_of(&a);
	static const char right[] = "{\"password\":\"" PASSWORD "\"}";

	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 6 MINUTE");
	ck_refused(call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie)), 403,
	           "proof-needed");
	b = call_with(METHOD_POST, "/api/v1/session/proof", "{\"password\":\"wrong\"}",
	              HEADERS(cookie));
	ck_status(b, 422);
	ck_assert_str_eq(complaint_at(&b, "/password"), "wrong-password");
	ck_refused(call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie)), 403,
	           "proof-needed");
	ck_status(call_with(METHOD_POST, "/api/v1/session/proof", right, HEADERS(cookie)), 204);
	ck_status(call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie)), 200);
}
END_TEST

START_TEST(a_proof_needs_the_second_step_too)
{
	const char *secret = secured();
	struct answer a = sign_in(), b = enter(&a, code_of(secret, 0)), c;
	const char *cookie = cookie_of(&b);

	scratch_run("UPDATE session SET proved_at = NULL");
	c = call_with(METHOD_POST, "/api/v1/session/proof", "{\"password\":\"" PASSWORD "\"}",
	              HEADERS(cookie));
	ck_assert_str_eq(complaint_at(&c, "/code"), "required");
	c = call_with(METHOD_POST, "/api/v1/session/proof",
	              arena_printf(harness_ctx()->mem,
	                           "{\"password\":\"" PASSWORD "\",\"code\":\"%s\"}",
	                           code_of(secret, 0)),
	              HEADERS(cookie));
	ck_assert_str_eq(complaint_at(&c, "/code"), "wrong-code"); /* used to sign in */
	scratch_run("UPDATE factor SET last_step = 0");
	ck_status(call_with(METHOD_POST, "/api/v1/session/proof",
	                    arena_printf(harness_ctx()->mem,
	                                 "{\"password\":\"" PASSWORD "\",\"code\":\"%s\"}",
	                                 code_of(secret, 0)),
	                    HEADERS(cookie)),
	          204);
}
END_TEST

/* "/api/v1/accounts/{acc}" with an id of the right kind in each place. */
static const char *filled(const char *path)
{
	static const char zeros[] = "_0000000000001";
	char *out = arena_alloc(harness_ctx()->mem, 400);
	size_t n = 0;

	for (; *path; path++) {
		if (*path != '{') {
			out[n++] = *path;
			continue;
		}
		if (path[4] == '}') {
			memcpy(out + n, path + 1, 3);
			memcpy(out + n + 3, zeros, sizeof(zeros));
			n += 3 + sizeof(zeros) - 1;
		} else {
			out[n++] = 'x';
		}
		path += strcspn(path, "}");
	}
	out[n] = '\0';
	return out;
}

static int refused_routes(const struct route_table *tables, const char *cookie,
                          const char *code)
{
	int n = 0;

	for (; tables->tag; tables++)
		for (const struct route *r = tables->routes; r->path; r++) {
			struct answer a;

			if (r->perm == PERM_PUBLIC || r->perm == PERM_PENDING || r->raw_body)
				continue;
			a = call_with(r->method, filled(r->path),
			              r->method == METHOD_GET ? NULL : "{}", HEADERS(cookie));
			ck_assert_msg(a.status == 403, "%s: %d %s", r->path, a.status, a.body);
			ck_assert_msg(!strcmp(problem_of(&a), code), "%s: %s", r->path,
			              problem_of(&a));
			n++;
		}
	return n;
}

static void ck_all_refused(const char *step, const char *code)
{
	struct answer half = sign_in();
	const char *cookie = cookie_of(&half);

	ck_assert_str_eq(text_at(&half, "/step"), step);
	ck_assert_int_gt(refused_routes(portal_tables, cookie, code), 50);
	ck_assert_int_gt(refused_routes(billing_tables, cookie, code), 2);
}

START_TEST(half_a_session_is_refused_by_every_route)
{
	secured();
	ck_all_refused("otp", "second-factor-needed");
	scratch_run("DELETE FROM factor");
	scratch_run("UPDATE person SET must_change = 1, ver = ver + 1");
	ck_all_refused("password", "password-change-needed");
	scratch_run("UPDATE person SET must_change = 0, ver = ver + 1");
	require_two_step(reseller);
	ck_all_refused("enrol", "enrolment-needed");
}
END_TEST

TESTS_WITH("factor", setup, NULL, codes_are_those_of_the_rfc,
           a_code_is_taken_in_its_half_minute_and_the_next,
           setting_up_shows_secret_and_codes_once_and_keeps_them_hidden,
           the_code_makes_a_session_whole_under_a_new_token, a_code_works_once,
           five_wrong_codes_end_the_half_session,
           wrong_codes_count_over_sessions_and_lock_nobody_out, each_recovery_code_works_once,
           new_recovery_codes_void_the_older, a_recovery_code_of_somebody_else_is_worth_nothing,
           a_policy_makes_everyone_set_up_at_the_next_request,
           what_is_asked_for_cannot_be_removed, nobody_replaces_a_second_step_he_has_not_shown,
           the_old_factor_holds_until_the_new_one_is_shown, dangerous_acts_want_a_fresh_proof,
           a_proof_needs_the_second_step_too, half_a_session_is_refused_by_every_route);
