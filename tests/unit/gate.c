#include "signin/gate.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/stamp.h"
#include "lib/suite.h"

START_TEST(a_gate_has_so_many_slots)
{
	struct hash_gate *g = gate_new(2);
	int a = gate_try(g), b = gate_try(g);

	ck_assert_int_ge(a, 0);
	ck_assert_int_ge(b, 0);
	ck_assert_int_ne(a, b);
	ck_assert_int_eq(gate_try(g), -1);
	ck_assert_int_eq(gate_busy(g), 2);
	gate_leave(g, a);
	ck_assert_int_eq(gate_try(g), a);
	gate_free(g);
}
END_TEST

/* For a moment nobody waits for long, and then they do again. */
START_TEST(who_is_turned_away_shortens_the_wait_of_others)
{
	const struct timespec moment = { .tv_sec = 2 };
	struct hash_gate *g = gate_new(1);
	int64_t began;
	bool crowded;

	ck_assert_int_eq(gate_enter(g), 0);
	ck_assert(!gate_is_crowded(g));
	began = stamp_monotonic_usec();
	ck_assert_int_eq(gate_enter(g), -1);
	ck_assert_int_eq(gate_enter(g), -1);
	crowded = gate_is_crowded(g);
	if (stamp_monotonic_usec() - began < 2 * USEC_PER_SEC)
		ck_assert(crowded);
	gate_leave(g, 0);
	ck_assert_int_eq(gate_enter(g), 0);
	ck_assert_int_eq(gate_refused(g), 2);
	nanosleep(&moment, NULL);
	ck_assert(!gate_is_crowded(g));
	gate_free(g);
}
END_TEST

START_TEST(who_waits_too_long_is_counted)
{
	struct hash_gate *g = gate_new(1);

	ck_assert_int_eq(gate_enter(g), 0);
	ck_assert_int_eq(gate_enter(g), -1);
	ck_assert_int_eq(gate_refused(g), 1);
	gate_free(g);
}
END_TEST

START_TEST(a_killed_holder_leaves_its_slot)
{
	struct hash_gate *g = gate_new(1);
	int ready[2], status;
	pid_t child;
	char c;

	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		gate_try(g);
		(void)!write(ready[1], "x", 1);
		pause();
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	ck_assert_int_eq(gate_try(g), -1);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ck_assert_int_eq(gate_try(g), 0);
	gate_free(g);
}
END_TEST

START_TEST(no_gate_is_always_open)
{
	ck_assert_int_eq(gate_enter(NULL), 0);
	gate_leave(NULL, 0);
	ck_assert_int_eq(gate_busy(NULL), 0);
}
END_TEST

TESTS("gate", a_gate_has_so_many_slots, who_is_turned_away_shortens_the_wait_of_others,
      who_waits_too_long_is_counted, a_killed_holder_leaves_its_slot, no_gate_is_always_open);
