#include "base/stamp.h"

#include <string.h>

#include "lib/suite.h"

static const struct {
	const char *text, *same; /* same: how we write it */
} taken[] = {
	{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z" },
	{ "2026-03-01T09:15:00.25Z", "2026-03-01T09:15:00.250000Z" },
	{ "2026-03-01t09:15:00z", "2026-03-01T09:15:00.000000Z" },
	{ "2026-03-01T09:15:00+05:30", "2026-03-01T03:45:00.000000Z" },
	{ "2026-03-01T00:15:00+01:00", "2026-02-28T23:15:00.000000Z" },
	{ "2024-02-29T23:59:59-00:01", "2024-03-01T00:00:59.000000Z" },
	{ "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z" },
	{ "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000000Z" },
	{ "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
	{ "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z" },
	{ "2026-03-01T09:15:00.1234569Z", "2026-03-01T09:15:00.123456Z" },
	{ "2026-03-01T09:15:00.123456789Z", "2026-03-01T09:15:00.123456Z" },
	/* RFC 3339 section 5.8 */
	{ "1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520000Z" },
	{ "1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000000Z" },
	{ "1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000000Z" },
	{ "1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000000Z" },
	{ "1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870000Z" },
};

START_TEST(reads_rfc_3339_and_writes_it_in_utc)
{
	char text[STAMP_TEXT];
	struct stamp t;

	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		ck_assert_msg(stamp_read(taken[i].text, strlen(taken[i].text), &t), "%s",
		              taken[i].text);
		ck_assert_uint_eq(stamp_write(t, text), STAMP_TEXT - 1);
		ck_assert_str_eq(text, taken[i].same);
	}
}
END_TEST

static const char *const refused[] = {
	"",
	"2026",
	"2026-03-01",
	"2026-03-01T09:15Z",
	"2026-03-01T09:15:00",
	"2026-03-01 09:15:00Z",
	"2026-03-01T09:15:00.Z",
	"2026-03-01T09:15:00,5Z",
	"2026-03-01T09:15:00.1234567890Z",
	"2026-3-1T09:15:00Z",
	"2026-00-01T09:15:00Z",
	"2026-13-01T09:15:00Z",
	"2026-03-00T09:15:00Z",
	"2026-04-31T09:15:00Z",
	"2026-02-29T09:15:00Z",
	"1900-02-29T09:15:00Z",
	"2026-03-01T24:00:00Z",
	"2026-03-01T09:60:00Z",
	"2026-03-01T09:15:61Z",
	"2026-03-01T09:15:60Z",
	"2026-03-01T23:59:60+01:00",
	"2026-03-01T09:15:00+0530",
	"2026-03-01T09:15:00+24:00",
	"2026-03-01T09:15:00+05:60",
	"2026-03-01T09:15:00Z ",
	" 2026-03-01T09:15:00Z",
	"2026-03-01T09:15:00ZZ",
	"+026-03-01T09:15:00Z",
	"0000-01-01T00:00:00+00:01",
	"9999-12-31T23:59:59-00:01",
	"2026-03-01T09:15:00Europe/Berlin",
};

START_TEST(refuses_everything_else)
{
	struct stamp t = { 42 };

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		ck_assert_msg(!stamp_read(refused[i], strlen(refused[i]), &t), "%s",
		              refused[i]);
		ck_assert_int_eq(t.usec, 42);
	}
	ck_assert(!stamp_read("2026-03-01T09:15:00\0", 20, &t));
}
END_TEST

START_TEST(every_day_of_four_centuries_comes_back)
{
	struct stamp t, back;
	char text[STAMP_TEXT];

	for (int64_t day = -146097; day < 146097; day += 1) {
		t.usec = day * USEC_PER_DAY + 1;
		ck_assert(stamp_read(text, stamp_write(t, text), &back));
		ck_assert_int_eq(back.usec, t.usec);
	}
}
END_TEST

START_TEST(none_is_not_set_and_now_is)
{
	ck_assert(!stamp_is_set(STAMP_NONE));
	ck_assert(stamp_is_set((struct stamp){ 0 }));
	ck_assert_int_gt(stamp_now().usec, INT64_C(1700000000) * USEC_PER_SEC);
	ck_assert_int_eq(stamp_add((struct stamp){ 5 }, USEC_PER_MIN).usec, 60000005);
}
END_TEST

START_TEST(the_monotonic_clock_never_goes_back)
{
	int64_t last = stamp_monotonic_usec(), now;

	for (int i = 0; i < 10000; i++) {
		now = stamp_monotonic_usec();
		ck_assert_int_ge(now, last);
		last = now;
	}
}
END_TEST

TESTS("stamp", reads_rfc_3339_and_writes_it_in_utc, refuses_everything_else,
      every_day_of_four_centuries_comes_back, none_is_not_set_and_now_is,
      the_monotonic_clock_never_goes_back);
