#include "core/load.h"
#include "base/stamp.h"
#include "lib/suite.h"

START_TEST(alone_there_is_nobody_to_give_way_to)
{
	struct load load = { 0 };
	struct load_watch w = { 0 };

	load_begin(NULL);
	load_give_way(NULL, &w);
	ck_assert_int_eq(w.worked_from_usec, 0);
	load_begin(&load); /* the request that is the work */
	for (int i = 0; i < 3; i++)
		load_give_way(&load, &w);
	ck_assert_int_eq(w.polite_until_usec, 0);
}
END_TEST

START_TEST(who_began_meanwhile_is_given_way_for_a_while)
{
	struct load load = { 0 };
	struct load_watch w = { 0 };
	int64_t before;

	load_give_way(&load, &w);
	before = w.worked_from_usec;
	load_begin(&load);
	load_give_way(&load, &w);
	ck_assert_int_gt(w.polite_until_usec, before);
	/* Asleep for longer than there was work, and still polite without another. */
	w.polite_until_usec += USEC_PER_HOUR; /* however slow we are */
	w.worked_from_usec = stamp_monotonic_usec() - 1000;
	before = w.worked_from_usec;
	load_give_way(&load, &w);
	ck_assert_int_ge(w.worked_from_usec - before, 1000 + 4 * 1000);
}
END_TEST

TESTS("load", alone_there_is_nobody_to_give_way_to,
      who_began_meanwhile_is_given_way_for_a_while);
