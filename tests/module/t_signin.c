/* Signing in, and what ends a session. */
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "module/harness.h"

#define SESSION "/api/v1/session"
#define FOUND   SESSION "/found"
#define ANN     "{\"login\":\"Ann@Example.org\",\"password\":\"" PASSWORD "\"}"
#define WRONG   "{\"login\":\"ann@example.org\",\"password\":\"wrong\"}"

static int64_t reseller, customer;

static void setup(void)
{
	harness_begin();
	reseller = make_account(ACCOUNT_ROOT, "reseller", "North");
	customer = make_account(reseller, "customer", "Baker Street");
	make_member(reseller, ROLE_RESELLER_SUPPORT, "ann@example.org");
	set_password("ann@example.org", PASSWORD);
}

/* The cookie of an answer as a request sends it. */
static const char *cookie_of(const struct answer *a)
{
	size_t n = a->cookie ? strcspn(a->cookie, ";") : 0;

	ck_assert_msg(n > 0, "no cookie");
	return arena_printf(harness_ctx()->mem, "HTTP_COOKIE=%.*s", (int)n, a->cookie);
}

static struct answer sign_in(void)
{
	struct answer a = call(METHOD_POST, SESSION, ANN);

	ck_status(a, 201);
	return a;
}

START_TEST(the_right_password_makes_a_session)
{
	struct answer a = sign_in(), b;

	ck_assert_str_eq(text_at(&a, "/person/login"), "ann@example.org");
	ck_assert_str_eq(text_at(&a, "/acting/account_name"), "North");
	ck_assert_str_eq(text_at(&a, "/acting/role"), "reseller-support");
	ck_assert_str_eq(text_at(&a, "/step"), "done");
	ck_assert_uint_eq(length_at(&a, "/memberships"), 1);
	ck_assert_int_eq(number_at(&a, "/idle_sec"), 1800);
	ck_assert(strstr(a.cookie, "__Host-gatehouse=") == a.cookie);
	ck_assert(strstr(a.cookie, "; Path=/; Secure; HttpOnly; SameSite=Lax"));
	ck_assert(!strstr(a.body, strchr(a.cookie, '=') + 1));
	b = call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a)));
	ck_status(b, 200);
	ck_assert_str_eq(text_at(&b, "/person/id"), text_at(&a, "/person/id"));
	ck_assert_str_eq(text_at(&b, "/permissions/0"), "account.list");
}
END_TEST

START_TEST(a_first_login_confirms_the_account)
{
	make_member(customer, ROLE_CUSTOMER_OWNER, "bob");
	set_password("bob", PASSWORD);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account"
	                               " WHERE name = 'Baker Street' AND confirmed_at IS NULL"),
	                 1);
	ck_status(call(METHOD_POST, SESSION,
	               "{\"login\":\"bob\",\"password\":\"" PASSWORD "\"}"),
	          201);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account WHERE name ="
	                               " 'Baker Street' AND confirmed_at IS NOT NULL AND"
	                               " last_login_at IS NOT NULL"),
	                 1);
	ck_assert_int_eq(scratch_count(
				 "SELECT COUNT(*) AS n FROM account_tree t JOIN account a"
				 " ON a.id = t.descendant_id WHERE a.name = 'Baker Street'"
				 " AND t.own_state <> 'active'"),
	                 0);
}
END_TEST

START_TEST(unknown_login_and_wrong_password_get_one_answer)
{
	struct answer wrong = call(METHOD_POST, SESSION, WRONG);
	struct answer unknown =
		call(METHOD_POST, SESSION, "{\"login\":\"nobody\",\"password\":\"wrong\"}");

	ck_refused(wrong, 401, "wrong-login");
	ck_refused(unknown, 401, "wrong-login");
	ck_assert_str_eq(text_at(&wrong, "/detail"), text_at(&unknown, "/detail"));
	ck_assert_str_eq(text_at(&wrong, "/title"), text_at(&unknown, "/title"));
	ck_assert_ptr_null(wrong.cookie);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session"), 0);
}
END_TEST

START_TEST(sign_ins_and_refusals_stand_in_the_log)
{
	call(METHOD_POST, SESSION, WRONG);
	call(METHOD_POST, SESSION, "{\"login\":\"nobody\",\"password\":\"wrong\"}");
	sign_in();
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'session.refuse' AND result = 'failed'"
	                               " AND failure IN ('wrong-password', 'unknown-login')"),
	                 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'session.create' AND result = 'success'"
	                               " AND account_label = 'North' AND ip = '127.0.0.1'"),
	                 1);
}
END_TEST

START_TEST(a_session_the_client_brings_is_never_taken)
{
	static const char brought[] =
		"HTTP_COOKIE=__Host-gatehouse=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct answer a = call_with(METHOD_POST, SESSION, ANN, HEADERS(brought));

	ck_status(a, 201);
	ck_assert_ptr_null(strstr(a.cookie, "AAAAAAAAAAAAAAAA"));
	ck_refused(call_with(METHOD_GET, SESSION, NULL, HEADERS(brought)), 401,
	           "not-signed-in");
}
END_TEST

START_TEST(signing_in_again_ends_the_session_before)
{
	struct answer a = sign_in();
	struct answer b = call_with(METHOD_POST, SESSION, ANN, HEADERS(cookie_of(&a)));

	ck_status(b, 201);
	ck_status(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a))), 401);
	ck_status(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&b))), 200);
}
END_TEST

START_TEST(two_cookies_of_one_name_are_refused)
{
	struct answer a = sign_in();
	const char *twice =
		arena_printf(harness_ctx()->mem, "%s; __Host-gatehouse=x", cookie_of(&a));

	ck_refused(call_with(METHOD_GET, SESSION, NULL, HEADERS(twice)), 400,
	           "repeated-cookie");
}
END_TEST

/* A page asks so at its start: to be nobody is an answer there, not a failure. */
START_TEST(a_session_is_looked_for_without_a_refusal)
{
	struct answer a = call(METHOD_GET, FOUND, NULL), whole = sign_in(), b;
	const char *cookie = cookie_of(&whole);

	ck_status(a, 200);
	ck_assert_str_eq(a.body, "{\"session\":null}");
	a = call_with(METHOD_GET, FOUND, NULL, HEADERS(cookie));
	b = call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie));
	ck_status(a, 200);
	ck_assert_str_eq(a.body, arena_printf(harness_ctx()->mem, "{\"session\":%s}", b.body));
	ck_refused(call_with(METHOD_GET, FOUND, NULL,
	                     HEADERS(cookie, "HTTP_SEC_FETCH_SITE=cross-site")),
	           403, "foreign-origin");
	ck_refused(call_with(METHOD_GET, FOUND, NULL,
	                     HEADERS(cookie, "HTTP_X_GATEHOUSE_VISIT=vis_0000000000001")),
	           404, "visit-ended");
	scratch_run("UPDATE session SET revoked_at = NOW(6)");
	a = call_with(METHOD_GET, FOUND, NULL, HEADERS(cookie));
	ck_status(a, 200);
	ck_assert_str_eq(a.body, "{\"session\":null}");
	ck_refused(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie)), 401, "not-signed-in");
}
END_TEST

START_TEST(signing_out_ends_the_session)
{
	struct answer a = sign_in(), b;

	b = call_with(METHOD_DELETE, SESSION, NULL, HEADERS(cookie_of(&a)));
	ck_status(b, 204);
	ck_assert(strstr(b.cookie, "Max-Age=0"));
	ck_status(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a))), 401);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'session.end'"),
	                 1);
}
END_TEST

/*
 * Each line is run on a live session behind the back of all verbs; what
 * changes something finds the session ended at once, and so does what reads
 * where no worker has seen the session yet.
 */
static const char *const ends[] = {
	"UPDATE session SET revoked_at = UTC_TIMESTAMP(6)",
	"UPDATE session SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND",
	"UPDATE session SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE",
	"UPDATE person SET state = 'removed'",
	"UPDATE membership SET state = 'removed'",
	"UPDATE membership SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND",
	"UPDATE account SET state = 'terminated' WHERE name = 'North'",
	"UPDATE account SET state = 'purged' WHERE name = 'North'",
	"UPDATE account SET state = 'terminated' WHERE id = 1",
	"INSERT INTO hold (account_id, account_kind, kind, reason_code, placed_at,"
	" placed_by_label, starts_at) SELECT id, kind, 'admin', 'x', UTC_TIMESTAMP(6), 't',"
	" UTC_TIMESTAMP(6) FROM account WHERE name = 'North'",
	"INSERT INTO hold (account_id, account_kind, kind, reason_code, placed_at,"
	" placed_by_label, starts_at) SELECT id, kind, 'admin', 'x', UTC_TIMESTAMP(6), 't',"
	" UTC_TIMESTAMP(6) FROM account WHERE id = 1",
};

static struct answer edit_me(const struct answer *session)
{
	return call_with(METHOD_PATCH, "/api/v1/me", "{}", HEADERS(cookie_of(session)));
}

START_TEST(whatever_stops_a_member_ends_his_session)
{
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct answer a, b;

		setup();
		a = sign_in();
		ck_status(edit_me(&a), 200);
		scratch_run(ends[i]);
		b = call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a)));
		ck_assert_msg(b.status == 401, "%d after %s", b.status, ends[i]);
		ck_assert_str_eq(problem_of(&b), "not-signed-in");
		b = edit_me(&a);
		ck_assert_msg(b.status == 401, "%d after %s", b.status, ends[i]);
	}
}
END_TEST

/* What ends a session by its own row, or changes the person, is seen by a worker that knows it. */
/* By what changes something: no worker goes by what it remembers there. */
static int asked_after(const struct answer *a, const char *column, int minutes)
{
	scratch_run(
		arena_printf(harness_ctx()->mem,
	                     "UPDATE session SET %s = UTC_TIMESTAMP(6) - INTERVAL %d MINUTE",
	                     column, minutes));
	return call_with(METHOD_PATCH, "/api/v1/me", "{\"theme\":\"dark\"}",
	                 HEADERS(cookie_of(a)))
	        .status;
}

/* The strictest of what is said on the way up. */
START_TEST(accounts_shorten_the_time_of_their_peoples_sessions)
{
	struct answer a = sign_in();

	scratch_run(
		"INSERT INTO account_policy (account_id, idle_min, absolute_min, updated_at)"
		" VALUES (1, 5, 90, NOW(6))");
	scratch_run(
		arena_printf(harness_ctx()->mem,
	                     "INSERT INTO account_policy (account_id, idle_min, absolute_min,"
	                     " updated_at) VALUES (%lld, 20, 60, NOW(6))",
	                     (long long)reseller));
	scratch_run("UPDATE access_epoch SET n = n + 1");
	ck_assert_int_eq(asked_after(&a, "last_seen_at", 4), 200);
	ck_assert_int_eq(asked_after(&a, "last_seen_at", 6), 401);
	ck_assert_int_eq(asked_after(&a, "last_seen_at", 0), 200);
	ck_assert_int_eq(asked_after(&a, "created_at", 59), 200);
	ck_assert_int_eq(asked_after(&a, "created_at", 61), 401);
}
END_TEST

START_TEST(a_remembered_session_ends_at_once)
{
	static const char *const changes[] = {
		"UPDATE session SET revoked_at = UTC_TIMESTAMP(6)",
		"UPDATE session SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND",
		"UPDATE session SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE",
		"UPDATE person SET state = 'removed', ver = ver + 1",
		"DELETE FROM session",
	};

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct answer a, b;

		setup();
		a = sign_in();
		ck_status(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a))), 200);
		ck_status(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a))), 200);
		scratch_run(changes[i]);
		b = call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a)));
		ck_assert_msg(b.status == 401, "%d after %s", b.status, changes[i]);
	}
}
END_TEST

START_TEST(a_remembered_session_answers_the_same)
{
	struct answer a = sign_in(), first, second;

	first = call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a)));
	call_with(METHOD_GET, "/api/v1/jobs", NULL, HEADERS(cookie_of(&a)));
	second = call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a)));
	ck_assert_str_eq(first.body, second.body);
	ck_assert_str_eq(first.body, a.body);
}
END_TEST

/* Holds that are of one module, not begun, past or released stop nobody. */
static const char *const harmless[] = {
	"INSERT INTO hold (account_id, account_kind, module, kind, reason_code, placed_at,"
	" placed_by_label, starts_at) SELECT id, kind, 'cameras', 'admin', 'x',"
	" UTC_TIMESTAMP(6), 't', UTC_TIMESTAMP(6) FROM account WHERE name = 'North'",
	"INSERT INTO hold (account_id, account_kind, kind, reason_code, placed_at,"
	" placed_by_label, starts_at) SELECT id, kind, 'admin', 'x', UTC_TIMESTAMP(6), 't',"
	" UTC_TIMESTAMP(6) + INTERVAL 1 HOUR FROM account WHERE name = 'North'",
	"INSERT INTO hold (account_id, account_kind, kind, reason_code, placed_at,"
	" placed_by_label, starts_at, ends_at) SELECT id, kind, 'admin', 'x', UTC_TIMESTAMP(6),"
	" 't', UTC_TIMESTAMP(6) - INTERVAL 2 HOUR, UTC_TIMESTAMP(6) - INTERVAL 1 HOUR"
	" FROM account WHERE name = 'North'",
	"INSERT INTO hold (account_id, account_kind, kind, reason_code, placed_at,"
	" placed_by_label, starts_at, open_slot) SELECT id, kind, 'admin', 'x',"
	" UTC_TIMESTAMP(6), 't', UTC_TIMESTAMP(6), NULL FROM account WHERE name = 'North'",
	"INSERT INTO hold (account_id, account_kind, kind, reason_code, placed_at,"
	" placed_by_label, starts_at) SELECT id, kind, 'admin', 'x', UTC_TIMESTAMP(6), 't',"
	" UTC_TIMESTAMP(6) FROM account WHERE name = 'Baker Street'",
};

START_TEST(what_does_not_stop_a_member_leaves_his_session)
{
	struct answer a = sign_in();

	for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
		struct answer b;

		scratch_run("DELETE FROM hold");
		scratch_run(harmless[i]);
		b = call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a)));
		ck_assert_msg(b.status == 200, "%d after %s", b.status, harmless[i]);
	}
}
END_TEST

START_TEST(suspension_is_told_only_after_the_right_password)
{
	scratch_run(ends[9]);
	ck_refused(call(METHOD_POST, SESSION, WRONG), 401, "wrong-login");
	ck_refused(call(METHOD_POST, SESSION, ANN), 403, "account-suspended");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE"
	                               " action = 'session.refuse' AND result = 'denied'"
	                               " AND failure = 'account-suspended'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session"), 0);
}
END_TEST

START_TEST(another_membership_is_acted_through_when_the_first_is_stopped)
{
	struct answer a;

	scratch_run(arena_printf(harness_ctx()->mem,
	                         "INSERT INTO membership (person_id, account_id, kind, role,"
	                         " created_at, updated_at) SELECT id, %lld, 'main',"
	                         " 'customer-member', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)"
	                         " FROM person WHERE login = 'ann@example.org'",
	                         (long long)customer));
	a = sign_in();
	ck_assert_str_eq(text_at(&a, "/acting/account_name"), "Baker Street");
	ck_assert_uint_eq(length_at(&a, "/memberships"), 2);
	scratch_run("UPDATE account SET state = 'terminated' WHERE name = 'Baker Street'");
	a = sign_in();
	ck_assert_str_eq(text_at(&a, "/acting/account_name"), "North");
}
END_TEST

START_TEST(an_invited_person_cannot_sign_in)
{
	scratch_run("UPDATE person SET state = 'invited'");
	ck_refused(call(METHOD_POST, SESSION, ANN), 401, "wrong-login");
}
END_TEST

/* A sign-in under way while somebody else's transaction changes the password. */
struct meanwhile {
	struct db *db;
	struct answer a;
	pthread_t thread;
};

static void *sign_in_meanwhile(void *arg)
{
	struct meanwhile *m = arg;

	m->a = call(METHOD_POST, SESSION, ANN);
	return NULL;
}

static enum err change_password_slowly(void *arg)
{
	struct meanwhile *m = arg;
	const char *waiting = "SELECT COUNT(*) AS n FROM information_schema.innodb_trx"
			      " WHERE trx_state = 'LOCK WAIT'";

	scratch_run_on(m->db, "UPDATE person SET password_hash = 'another'");
	scratch_run_on(m->db, "UPDATE session SET revoked_at = UTC_TIMESTAMP(6)");
	ck_assert_int_eq(pthread_create(&m->thread, NULL, sign_in_meanwhile, m), 0);
	/* The server looks again only when nobody has asked for a tenth of a second. */
	for (int i = 0; scratch_count(waiting) == 0; i++) {
		ck_assert_int_lt(i, 300);
		usleep(200000);
	}
	return OK;
}

START_TEST(a_password_that_is_changed_meanwhile_signs_nobody_in)
{
	struct meanwhile m = { .db = scratch_connect(NULL) };

	ck_assert_int_eq(db_tx(m.db, DB_WRITE, change_password_slowly, &m), OK);
	pthread_join(m.thread, NULL);
	ck_refused(m.a, 401, "wrong-login");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session"
	                               " WHERE revoked_at IS NULL"),
	                 0);
	db_free(m.db);
}
END_TEST

START_TEST(a_weaker_hash_is_replaced_at_the_next_sign_in)
{
	static const char weak[] = "SELECT COUNT(*) AS n FROM person"
				   " WHERE password_hash LIKE '%m=8192%'";
	char hash[crypto_pwhash_STRBYTES];

	ck_assert_int_eq(crypto_pwhash_str(hash, PASSWORD, strlen(PASSWORD), 1, 8192 * 1024),
	                 0);
	scratch_run(arena_printf(harness_ctx()->mem, "UPDATE person SET password_hash = '%s'",
	                         hash));
	ck_refused(call(METHOD_POST, SESSION, WRONG), 401, "wrong-login");
	ck_assert_int_eq(scratch_count(weak), 1);
	sign_in();
	ck_assert_int_eq(scratch_count(weak), 0);
	sign_in();
}
END_TEST

START_TEST(seen_is_written_at_most_once_a_minute)
{
	struct answer a = sign_in();

	scratch_run("UPDATE session SET last_seen_at = last_seen_at - INTERVAL 30 SECOND");
	call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a)));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session WHERE last_seen_at <"
	                               " UTC_TIMESTAMP(6) - INTERVAL 29 SECOND"),
	                 1);
	scratch_run("UPDATE session SET last_seen_at = last_seen_at - INTERVAL 31 SECOND");
	call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a)));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session WHERE last_seen_at <"
	                               " UTC_TIMESTAMP(6) - INTERVAL 29 SECOND"),
	                 0);
}
END_TEST

START_TEST(a_sub_path_has_its_own_cookie)
{
	struct answer a;

	harness_base("/portal/");
	a = sign_in();
	ck_assert(strstr(a.cookie, "__Secure-gatehouse=") == a.cookie);
	ck_assert(strstr(a.cookie, "; Path=/portal/; Secure; HttpOnly; SameSite=Lax"));
	ck_status(call_with(METHOD_GET, SESSION, NULL, HEADERS(cookie_of(&a))), 200);
}
END_TEST

TESTS_WITH("signin", setup, NULL, the_right_password_makes_a_session,
           a_first_login_confirms_the_account, unknown_login_and_wrong_password_get_one_answer,
           sign_ins_and_refusals_stand_in_the_log, a_session_the_client_brings_is_never_taken,
           signing_in_again_ends_the_session_before, two_cookies_of_one_name_are_refused,
           accounts_shorten_the_time_of_their_peoples_sessions,
           a_session_is_looked_for_without_a_refusal, signing_out_ends_the_session,
           whatever_stops_a_member_ends_his_session, a_remembered_session_ends_at_once,
           a_remembered_session_answers_the_same,
           what_does_not_stop_a_member_leaves_his_session,
           suspension_is_told_only_after_the_right_password,
           another_membership_is_acted_through_when_the_first_is_stopped,
           an_invited_person_cannot_sign_in,
           a_password_that_is_changed_meanwhile_signs_nobody_in,
           a_weaker_hash_is_replaced_at_the_next_sign_in, seen_is_written_at_most_once_a_minute,
           a_sub_path_has_its_own_cookie);
