#include "billing/slice.h"

#include <string.h>

#include "lib/suite.h"

static struct slice text(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static bool is(struct slice s, const char *want)
{
	return s.n == strlen(want) && memcmp(s.p, want, s.n) == 0;
}

START_TEST(a_member_is_found_with_the_bytes_it_was_sent_with)
{
	struct slice
		o = text(" { \"a\" : \"}\\\"{\" ,\n\"b\":[1, {\"c\":\"]\"}] , \"c\" : -1.5 }"),
		v;

	ck_assert(slice_member(o, "a", &v) && is(v, "\"}\\\"{\""));
	ck_assert(slice_member(o, "b", &v) && is(v, "[1, {\"c\":\"]\"}]"));
	ck_assert(slice_member(o, "c", &v) && is(v, "-1.5"));
	ck_assert(!slice_member(o, "d", &v));
	ck_assert(!slice_member(text("[1]"), "a", &v));
	ck_assert(!slice_member(text("{}"), "a", &v));
}
END_TEST

START_TEST(only_the_outermost_members_count)
{
	struct slice v;

	ck_assert(slice_member(text("{\"x\":{\"events\":1},\"events\":[2]}"), "events", &v));
	ck_assert(is(v, "[2]"));
}
END_TEST

START_TEST(elements_come_one_by_one)
{
	struct slice list = text("[ {\"a\":1} ,2, \"x,y\" ,[3],true ]"), v;
	const char *const want[] = { "{\"a\":1}", "2", "\"x,y\"", "[3]", "true" };
	size_t at = 0, n = 0;

	while (slice_next(list, &at, &v)) {
		ck_assert_uint_lt(n, 5);
		ck_assert(is(v, want[n]));
		n++;
	}
	ck_assert_uint_eq(n, 5);
	at = 0;
	ck_assert(!slice_next(text("[ ]"), &at, &v));
	at = 0;
	ck_assert(!slice_next(text("{}"), &at, &v));
}
END_TEST

TESTS("slice", a_member_is_found_with_the_bytes_it_was_sent_with,
      only_the_outermost_members_count, elements_come_one_by_one);
