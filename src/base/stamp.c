#include "base/stamp.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "base/digits.h"

#define DAY_SEC   INT64_C(86400)
#define FIRST_SEC INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define LAST_SEC  INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

struct stamp stamp_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct stamp){ (int64_t)ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000 };
}

int64_t stamp_monotonic_usec(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

bool stamp_is_set(struct stamp t)
{
	return t.usec != INT64_MIN;
}

struct stamp stamp_add(struct stamp t, int64_t usec)
{
	assert(stamp_is_set(t));
	return (struct stamp){ t.usec + usec };
}

/* Days since 1970 of a date of the proleptic Gregorian calendar (years from March). */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date {
	uint32_t year, month, day;
};

/* Of a count of days since 0000-01-01. */
static struct date date_of(uint32_t days)
{
	/* From the first of March 400 years before, so that February ends each year. */
	const uint32_t era_days = 146097, jan_feb = 60;
	uint32_t z = days + era_days - jan_feb;
	uint32_t era = z / era_days, doe = z % era_days;
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t mp = (5 * doy + 2) / 153;
	uint32_t month = mp < 10 ? mp + 3 : mp - 9;

	return (struct date){
		.year = yoe + era * 400 + (month <= 2) - 400,
		.month = month,
		.day = doy - (153 * mp + 2) / 5 + 1,
	};
}

size_t stamp_write(struct stamp t, char out[STAMP_TEXT])
{
	int64_t sec = t.usec / USEC_PER_SEC, usec = t.usec % USEC_PER_SEC;
	uint32_t of_day, part;
	struct date d;
	char *p = out;

	assert(stamp_is_set(t));
	if (usec < 0) {
		usec += USEC_PER_SEC;
		sec--;
	}
	if (sec < FIRST_SEC)
		sec = FIRST_SEC;
	if (sec > LAST_SEC)
		sec = LAST_SEC;
	/* Small numbers from here on, whose divisions are cheap. */
	of_day = (uint32_t)((sec - FIRST_SEC) % DAY_SEC);
	part = (uint32_t)usec;
	d = date_of((uint32_t)((sec - FIRST_SEC) / DAY_SEC));
	p = digits_two(digits_two(p, d.year / 100), d.year % 100);
	*p++ = '-';
	p = digits_two(p, d.month);
	*p++ = '-';
	p = digits_two(p, d.day);
	*p++ = 'T';
	p = digits_two(p, of_day / 3600);
	*p++ = ':';
	p = digits_two(p, of_day / 60 % 60);
	*p++ = ':';
	p = digits_two(p, of_day % 60);
	*p++ = '.';
	p = digits_two(p, part / 10000);
	p = digits_two(digits_two(p, part / 100 % 100), part % 100);
	*p++ = 'Z';
	*p = '\0';
	return (size_t)(p - out);
}

/* What is left to read; every step shortens it or fails. */
struct text {
	const char *p, *end;
};

static bool take_digits(struct text *t, int n, int64_t least, int64_t most, int64_t *out)
{
	int64_t v = 0;

	if (t->end - t->p < n)
		return false;
	for (int i = 0; i < n; i++) {
		if (t->p[i] < '0' || t->p[i] > '9')
			return false;
		v = v * 10 + (t->p[i] - '0');
	}
	if (v < least || v > most)
		return false;
	t->p += n;
	*out = v;
	return true;
}

static bool take_char(struct text *t, const char *any_of)
{
	if (t->p == t->end || *t->p == '\0' || !strchr(any_of, *t->p))
		return false;
	t->p++;
	return true;
}

static bool take_date(struct text *t, int64_t *days)
{
	static const int64_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t year, month, day, length;

	if (!take_digits(t, 4, 0, 9999, &year) || !take_char(t, "-") ||
	    !take_digits(t, 2, 1, 12, &month) || !take_char(t, "-") ||
	    !take_digits(t, 2, 1, 31, &day))
		return false;
	length = lengths[month - 1];
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		length = 29;
	*days = days_of(year, month, day);
	return day <= length;
}

/* Up to nine digits after the point; the seventh and on are cut. */
static bool take_fraction(struct text *t, int64_t *usec)
{
	int64_t digit, unit = 100000;
	int n = 0;

	*usec = 0;
	if (!take_char(t, "."))
		return true;
	while (take_digits(t, 1, 0, 9, &digit)) {
		*usec += digit * unit;
		unit /= 10;
		n++;
	}
	return n >= 1 && n <= 9;
}

static bool take_offset(struct text *t, int64_t *sec)
{
	int64_t hour, min, sign = 1;

	*sec = 0;
	if (take_char(t, "Zz"))
		return true;
	if (take_char(t, "-"))
		sign = -1;
	else if (!take_char(t, "+"))
		return false;
	if (!take_digits(t, 2, 0, 23, &hour) || !take_char(t, ":") ||
	    !take_digits(t, 2, 0, 59, &min))
		return false;
	*sec = sign * (hour * 3600 + min * 60);
	return true;
}

bool stamp_read(const char *s, size_t n, struct stamp *out)
{
	struct text t = { s, s + n };
	int64_t days, hour, min, sec, usec, offset, total;

	if (!take_date(&t, &days) || !take_char(&t, "Tt") ||
	    !take_digits(&t, 2, 0, 23, &hour) || !take_char(&t, ":") ||
	    !take_digits(&t, 2, 0, 59, &min) || !take_char(&t, ":") ||
	    !take_digits(&t, 2, 0, 60, &sec) || !take_fraction(&t, &usec) ||
	    !take_offset(&t, &offset) || t.p != t.end)
		return false;
	total = days * DAY_SEC + hour * 3600 + min * 60 + sec - offset;
	if (total < FIRST_SEC || total > LAST_SEC)
		return false;
	/* A leap second ends a day of UTC and nothing else. */
	if (sec == 60 && (total - FIRST_SEC) % DAY_SEC != 0)
		return false;
	*out = (struct stamp){ total * USEC_PER_SEC + usec };
	return true;
}
