/* What a value of each type looks like. */
#include <ctype.h>
#include <string.h>

#include "custom/inner.h"

#define WHOLE_MAX    15 /* digits before and after the point */
#define DECIMALS_MAX 6

static size_t digits(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && isdigit((unsigned char)s[i]))
		i++;
	return i;
}

const char *custom_check_number(const char *s, size_t n)
{
	size_t at = n > 0 && s[0] == '-', whole, decimals = 0;

	whole = digits(s + at, n - at);
	at += whole;
	if (whole == 0)
		return "not-a-number";
	if (at < n && s[at] == '.') {
		decimals = digits(s + at + 1, n - at - 1);
		at += 1 + decimals;
		if (decimals == 0)
			return "not-a-number";
	}
	if (at != n)
		return "not-a-number";
	return whole > WHOLE_MAX         ? "out-of-range"
	       : decimals > DECIMALS_MAX ? "too-precise"
	                                 : NULL;
}

/* The calendar is that of stamps. */
const char *custom_check_date(const char *s, size_t n)
{
	static const char rest[] = "T00:00:00Z";
	char text[10 + sizeof(rest)];
	struct stamp at;

	if (n != 10)
		return "not-a-date";
	memcpy(text, s, n);
	memcpy(text + n, rest, sizeof(rest));
	return stamp_read(text, n + sizeof(rest) - 1, &at) ? NULL : "not-a-date";
}

const char *custom_check_key(const char *s, size_t n)
{
	bool fine = n > 0 && islower((unsigned char)s[0]);

	for (size_t i = 0; i < n && fine; i++)
		fine = islower((unsigned char)s[i]) || isdigit((unsigned char)s[i]) ||
		       s[i] == '_';
	return fine ? NULL : "not-a-key";
}

/* "-007.50" is "-7.5", and "-0" is "0". */
static const char *plain_number(struct arena *mem, const char *s)
{
	bool minus = *s == '-';
	size_t n;

	s += minus;
	while (s[0] == '0' && isdigit((unsigned char)s[1]))
		s++;
	n = strlen(s);
	if (strchr(s, '.')) {
		while (s[n - 1] == '0')
			n--;
		n -= s[n - 1] == '.';
	}
	if (n == 1 && s[0] == '0')
		minus = false;
	return arena_printf(mem, "%s%.*s", minus ? "-" : "", (int)n, s);
}

const char *custom_plain(struct arena *mem, const char *type, const char *value)
{
	return value && !strcmp(type, "number") ? plain_number(mem, value) : value;
}

const char *const *custom_lines(struct arena *mem, const char *text)
{
	size_t n = 0, max = 2, len;
	const char **out;

	for (const char *s = text ? text : ""; *s; s++)
		max += *s == '\n';
	out = arena_array(mem, const char *, max);
	for (const char *s = text ? text : ""; *s; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		out[n++] = arena_copy(mem, s, len);
	}
	out[n] = NULL;
	return out;
}
