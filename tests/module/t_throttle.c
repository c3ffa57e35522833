/* Guessing gets slower, and nobody elsewhere waits for it. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "module/harness.h"
#include "signin/gate.h"
#include "signin/throttle.h"

#define SESSION "/api/v1/session"
#define ANN     "{\"login\":\"ann\",\"password\":\"" PASSWORD "\"}"
#define WRONG   "{\"login\":\"ann\",\"password\":\"wrong\"}"

static void setup(void)
{
	harness_begin();
	make_member(make_account(ACCOUNT_ROOT, "reseller", "North"), ROLE_RESELLER_SUPPORT,
	            "ann");
	set_password("ann", PASSWORD);
}

static struct answer from(const char *ip, const char *body)
{
	return call_with(METHOD_POST, SESSION, body,
	                 HEADERS(arena_printf(harness_ctx()->mem, "REMOTE_ADDR=%s", ip)));
}

static int64_t hashed(void)
{
	return scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                     " WHERE action = 'session.refuse'");
}

START_TEST(after_five_failures_the_pair_waits)
{
	struct answer a;

	for (int i = 0; i < 5; i++)
		ck_refused(from("192.0.2.1", WRONG), 401, "wrong-login");
	a = from("192.0.2.77", WRONG); /* the same network */
	ck_refused(a, 429, "too-many-tries");
	ck_assert_int_ge(a.retry_after_sec, 1);
	ck_assert_int_le(a.retry_after_sec, 2);
	ck_refused(from("192.0.2.1", ANN), 429, "too-many-tries");
	ck_assert_int_eq(hashed(), 5);
}
END_TEST

START_TEST(the_owner_gets_in_from_another_address)
{
	for (int i = 0; i < 6; i++)
		from("192.0.2.1", WRONG);
	ck_refused(from("192.0.2.1", ANN), 429, "too-many-tries");
	ck_status(from("198.51.100.9", ANN), 201);
	ck_status(from("2001:db8::1", ANN), 201);
}
END_TEST

START_TEST(the_wait_doubles_and_ends_at_a_quarter_of_an_hour)
{
	static const int waits[] = { 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900 };

	for (int i = 0; i < 4; i++)
		from("192.0.2.1", WRONG);
	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		struct answer a;

		from("192.0.2.1", WRONG);
		a = from("192.0.2.1", WRONG);
		ck_refused(a, 429, "too-many-tries");
		ck_assert_int_le(a.retry_after_sec, waits[i]);
		ck_assert_int_ge(a.retry_after_sec, waits[i] - 1);
		scratch_run(
			"UPDATE throttle SET next_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE");
	}
}
END_TEST

START_TEST(the_right_password_makes_it_new)
{
	for (int i = 0; i < 4; i++)
		from("192.0.2.1", WRONG);
	ck_status(from("192.0.2.1", ANN), 201);
	for (int i = 0; i < 5; i++)
		ck_refused(from("192.0.2.1", WRONG), 401, "wrong-login");
	ck_refused(from("192.0.2.1", WRONG), 429, "too-many-tries");
}
END_TEST

START_TEST(unknown_logins_wait_like_known_ones)
{
	static const char unknown[] = "{\"login\":\"nobody\",\"password\":\"wrong\"}";

	for (int i = 0; i < 5; i++)
		ck_refused(from("192.0.2.1", unknown), 401, "wrong-login");
	ck_refused(from("192.0.2.1", unknown), 429, "too-many-tries");
	ck_status(from("192.0.2.1", ANN), 201);
}
END_TEST

/* One more for every three seconds that the tries themselves take. */
START_TEST(a_network_fails_twenty_times_a_minute)
{
	int64_t began = stamp_monotonic_usec();
	struct answer a;
	int n = 0;

	do {
		a = from("192.0.2.1",
		         arena_printf(harness_ctx()->mem,
		                      "{\"login\":\"u%d\",\"password\":\"x\"}", n++));
	} while (a.status == 401 && n < 200);
	ck_refused(a, 429, "too-many-tries");
	ck_assert_int_gt(n, 20);
	ck_assert_int_le(n, 22 + (stamp_monotonic_usec() - began) / (3 * USEC_PER_SEC));
	ck_refused(from("192.0.2.9", "{\"login\":\"other\",\"password\":\"x\"}"), 429,
	           "too-many-tries");
	ck_status(from("198.51.100.9", ANN), 201);
}
END_TEST

START_TEST(signing_in_rightly_is_not_limited)
{
	for (int i = 0; i < 30; i++)
		ck_status(from("192.0.2.1", ANN), 201);
}
END_TEST

START_TEST(a_login_guessed_from_everywhere_still_has_its_owner)
{
	for (int i = 0; i < 55; i++)
		from(arena_printf(harness_ctx()->mem, "10.1.%d.1", i), WRONG);
	ck_refused(from("10.2.0.1", WRONG), 401, "wrong-login");
	ck_refused(from("10.2.0.1", WRONG), 429, "too-many-tries");
	ck_status(from("10.3.0.1", ANN), 201);
}
END_TEST

START_TEST(a_thousand_tries_reach_the_hash_thirty_times_at_most)
{
	for (int i = 0; i < 1000; i++)
		from(arena_printf(harness_ctx()->mem, "192.0.2.%d", i % 250), WRONG);
	ck_assert_int_le(hashed(), 30);
	ck_assert_int_ge(hashed(), 5);
}
END_TEST

/* No room at the gate is no failure of whoever asks. */
START_TEST(a_full_gate_is_429_and_not_a_failure)
{
	struct hash_gate *gate = harness_ctx()->config->gate;
	struct answer a;

	while (gate_try(gate) >= 0)
		continue;
	for (int i = 0; i < 6; i++) {
		a = from("192.0.2.1", ANN);
		ck_refused(a, 429, "signin-busy");
		ck_assert_int_gt(a.retry_after_sec, 0);
	}
	ck_assert_int_eq(gate_refused(gate), 6);
	for (int i = 0; i < 64; i++)
		gate_leave(gate, i);
	ck_status(from("192.0.2.1", ANN), 201);
}
END_TEST

struct tries {
	pthread_t thread;
	int refused; /* neither taken nor told to wait */
};

static void *try_often(void *arg)
{
	struct tries *t = arg;
	struct arena mem;
	struct ctx c;
	enum err e;

	arena_init(&mem, 1 << 20);
	ctx_init_system(&c, &mem, scratch_connect(NULL), harness_ctx()->config, "test");
	for (int i = 0; i < 40; i++) {
		c.now = stamp_now();
		e = throttle_take(&c, "ann", "192.0.2.1");
		t->refused += e != OK && e != ERR_LIMITED;
	}
	db_free(c.db);
	arena_release(&mem);
	return NULL;
}

static int64_t deadlocks(void)
{
	return scratch_count("SELECT CAST(variable_value AS SIGNED) AS n FROM"
	                     " information_schema.global_status"
	                     " WHERE variable_name = 'INNODB_DEADLOCKS'");
}

static int64_t deadlocks_of_a_round(void)
{
	struct tries v[6] = { 0 };
	int64_t before = deadlocks();

	for (size_t i = 0; i < ARRAY_LEN(v); i++)
		ck_assert_int_eq(pthread_create(&v[i].thread, NULL, try_often, &v[i]), 0);
	for (size_t i = 0; i < ARRAY_LEN(v); i++) {
		pthread_join(v[i].thread, NULL);
		ck_assert_int_eq(v[i].refused, 0);
	}
	return deadlocks() - before;
}

/* The server counts those of other programs' tests, too: some round has it for itself. */
START_TEST(many_tries_at_once_wait_for_each_other_and_no_longer)
{
	int rounds = 20;

	from("192.0.2.1", WRONG); /* the rows are there */
	while (deadlocks_of_a_round() > 0) {
		ck_assert_int_gt(--rounds, 0);
		usleep(500000);
	}
}
END_TEST

TESTS_WITH("throttle", setup, NULL, after_five_failures_the_pair_waits,
           the_owner_gets_in_from_another_address,
           the_wait_doubles_and_ends_at_a_quarter_of_an_hour, the_right_password_makes_it_new,
           unknown_logins_wait_like_known_ones, a_network_fails_twenty_times_a_minute,
           signing_in_rightly_is_not_limited,
           a_login_guessed_from_everywhere_still_has_its_owner,
           a_thousand_tries_reach_the_hash_thirty_times_at_most,
           a_full_gate_is_429_and_not_a_failure,
           many_tries_at_once_wait_for_each_other_and_no_longer);
