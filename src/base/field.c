#include "base/field.h"

#include <assert.h>

#define MICROS INT64_C(1000000)

size_t micro_write(struct micro m, char out[MICRO_TEXT])
{
	char back[MICRO_TEXT];
	uint64_t u = m.v < 0 ? -(uint64_t)m.v : (uint64_t)m.v;
	uint64_t whole = u / MICROS, part = u % MICROS;
	size_t n = 0, len = 0;

	assert(m.v != INT64_MIN);
	for (int i = 0; i < 6; i++) {
		if (n > 0 || part % 10 != 0) /* no zeros at the end */
			back[n++] = (char)('0' + part % 10);
		part /= 10;
	}
	if (n > 0)
		back[n++] = '.';
	do {
		back[n++] = (char)('0' + whole % 10);
		whole /= 10;
	} while (whole > 0);
	if (m.v < 0)
		back[n++] = '-';
	while (n > 0)
		out[len++] = back[--n];
	out[len] = '\0';
	return len;
}

/* Digits up to the first other byte, added to v; false when it gets too large. */
static bool take_digits(const char **s, const char *end, int64_t most, int64_t *v)
{
	while (*s < end && **s >= '0' && **s <= '9') {
		if (*v > (most - (**s - '0')) / 10)
			return false;
		*v = *v * 10 + (**s - '0');
		++*s;
	}
	return true;
}

const char *micro_read(const char *s, size_t n, struct micro *out)
{
	const char *end = s + n, *start;
	bool negative = n > 0 && *s == '-';
	int64_t whole = 0, part = 0, unit = MICROS / 10;

	s += negative;
	start = s;
	if (!take_digits(&s, end, INT64_MAX / MICROS - 1, &whole))
		return "out-of-range";
	if (s == start)
		return "not-a-number";
	if (s < end && *s == '.') {
		start = ++s;
		for (; s < end && *s >= '0' && *s <= '9'; s++) {
			if (unit == 0 && *s != '0')
				return "too-precise";
			part += (*s - '0') * unit;
			unit /= 10;
		}
		if (s == start)
			return "not-a-number";
	}
	if (s != end)
		return "not-a-number";
	out->v = (negative ? -1 : 1) * (whole * MICROS + part);
	return NULL;
}
