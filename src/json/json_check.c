#include "json/json_check.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "json/json_in.h"

/* Members of all objects that are open at once; far above any real document. */
#define MEMBERS_MAX 1024

struct member {
	const char *name; /* its opening quote */
	uint32_t hash;
};

struct scan {
	const char *start, *p, *end;
	struct json_report bad;
	int depth;
	size_t nmembers;
	struct member members[MEMBERS_MAX];
};

static bool refuse_as(struct scan *s, const char *code, const char *what)
{
	if (!s->bad.code)
		s->bad = (struct json_report){ code, what, (size_t)(s->p - s->start) };
	return false;
}

static bool refuse(struct scan *s, const char *what)
{
	return refuse_as(s, "invalid-json", what);
}

static void skip_space(struct scan *s)
{
	while (s->p < s->end &&
	       (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

static bool take(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

/* Four hexadecimal digits at p, or -1. */
static int32_t read_hex4(const char *p, const char *end)
{
	int32_t v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		if (hex_value(p[i]) < 0)
			return -1;
		v = v << 4 | hex_value(p[i]);
	}
	return v;
}

/* Behind "\u"; a high surrogate must be followed by a low one. */
static bool take_escaped_unit(struct scan *s)
{
	int32_t unit = read_hex4(s->p, s->end);

	if (unit < 0)
		return refuse(s, "needs four hexadecimal digits");
	if (unit >= 0xdc00 && unit <= 0xdfff)
		return refuse(s, "is half a surrogate pair");
	s->p += 4;
	if (unit < 0xd800 || unit > 0xdbff)
		return true;
	if (s->end - s->p < 6 || s->p[0] != '\\' || s->p[1] != 'u')
		return refuse(s, "is half a surrogate pair");
	unit = read_hex4(s->p + 2, s->end);
	if (unit < 0xdc00 || unit > 0xdfff)
		return refuse(s, "is half a surrogate pair");
	s->p += 6;
	return true;
}

/* Behind the opening quote.  Sets escaped when the bytes are not the text itself. */
static bool take_string(struct scan *s, bool *escaped)
{
	unsigned char c;

	*escaped = false;
	for (;;) {
		while (s->p < s->end && *s->p != '"' && *s->p != '\\' &&
		       (unsigned char)*s->p >= 0x20)
			s->p++;
		if (s->p == s->end)
			return refuse(s, "ends inside a string");
		c = (unsigned char)*s->p;
		if (c < 0x20)
			return refuse(s, "is a control character inside a string");
		s->p++;
		if (c == '"')
			return true;
		*escaped = true;
		if (s->p < s->end && *s->p == 'u') {
			s->p++;
			if (!take_escaped_unit(s))
				return false;
		} else if (s->p < s->end && *s->p != '\0' && strchr("\"\\/bfnrt", *s->p)) {
			s->p++;
		} else {
			return refuse(s, "is no escape of JSON");
		}
	}
}

static bool take_digits(struct scan *s)
{
	const char *first = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > first || refuse(s, "should be a digit");
}

static bool take_number(struct scan *s)
{
	take(s, '-');
	if (!take(s, '0') && !take_digits(s))
		return false;
	if (take(s, '.') && !take_digits(s))
		return false;
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+'))
			take(s, '-');
		return take_digits(s);
	}
	return true;
}

static bool take_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return refuse(s, "is no value of JSON");
	s->p += n;
	return true;
}

/* One code point of checked string text, unescaped into at most four bytes. */
static size_t unescape(const char **p, const char *end, char out[4])
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *at;
	uint32_t c, low;

	if (**p != '\\') {
		out[0] = *(*p)++;
		return 1;
	}
	if ((*p)[1] != 'u') {
		at = strchr(from, (*p)[1]);
		out[0] = at ? to[at - from] : (*p)[1];
		*p += 2;
		return 1;
	}
	c = (uint32_t)read_hex4(*p + 2, end);
	*p += 6;
	if (c >= 0xd800 && c <= 0xdbff) {
		low = (uint32_t)read_hex4(*p + 2, end);
		*p += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	return utf8_put(c, out);
}

/* Walks two strings of checked text (behind their opening quotes) side by side. */
static bool same_text(const char *a, const char *b, const char *end)
{
	char x[4], y[4];
	size_t nx = 0, ny = 0, ix = 0, iy = 0;

	for (;;) {
		if (ix == nx) {
			if (*a == '"')
				return iy == ny && *b == '"';
			nx = unescape(&a, end, x);
			ix = 0;
		}
		if (iy == ny) {
			if (*b == '"')
				return false;
			ny = unescape(&b, end, y);
			iy = 0;
		}
		if (x[ix++] != y[iy++])
			return false;
	}
}

const char *json_skip_string(const char *s, const char *end)
{
	for (s++; s < end && *s != '"'; s++)
		if (*s == '\\')
			s++;
	return s + 1;
}

bool json_string_is(const char *s, const char *end, const char *name)
{
	char part[4];
	size_t n;

	for (s++; *s != '"'; name += n) {
		n = unescape(&s, end, part);
		if (part[0] == '\0' || strncmp(name, part, n) != 0)
			return false;
	}
	return *name == '\0';
}

/* FNV-1a over the unescaped name; false when the name holds a NUL. */
static bool hash_name(const char *s, const char *end, bool escaped, uint32_t *out)
{
	uint32_t h = 2166136261u;
	char part[4];
	size_t n;

	for (s++; *s != '"';) {
		n = escaped ? unescape(&s, end, part) : 1;
		if (!escaped)
			part[0] = *s++;
		if (part[0] == '\0')
			return false;
		for (size_t i = 0; i < n; i++)
			h = (h ^ (unsigned char)part[i]) * 16777619u;
	}
	*out = h;
	return true;
}

static bool take_name(struct scan *s, size_t first)
{
	const char *name = s->p;
	uint32_t hash;
	bool escaped;

	if (!take(s, '"'))
		return refuse(s, "should be a member's name");
	if (!take_string(s, &escaped))
		return false;
	if (!hash_name(name, s->end, escaped, &hash))
		return refuse(s, "follows a name with a NUL");
	for (size_t i = first; i < s->nmembers; i++)
		if (s->members[i].hash == hash &&
		    same_text(s->members[i].name + 1, name + 1, s->end)) {
			s->p = name;
			return refuse_as(s, "duplicate-member", "is a member a second time");
		}
	if (s->nmembers == MEMBERS_MAX)
		return refuse(s, "is one member too many");
	s->members[s->nmembers++] = (struct member){ name, hash };
	return true;
}

static bool take_value(struct scan *s);

static bool take_object(struct scan *s)
{
	size_t first = s->nmembers;

	skip_space(s);
	if (take(s, '}'))
		return true;
	do {
		skip_space(s);
		if (!take_name(s, first))
			return false;
		skip_space(s);
		if (!take(s, ':'))
			return refuse(s, "should be a colon");
		if (!take_value(s))
			return false;
	} while (take(s, ','));
	s->nmembers = first;
	return take(s, '}') || refuse(s, "should be a comma or the object's end");
}

static bool take_array(struct scan *s)
{
	skip_space(s);
	if (take(s, ']'))
		return true;
	do {
		if (!take_value(s))
			return false;
	} while (take(s, ','));
	return take(s, ']') || refuse(s, "should be a comma or the array's end");
}

static bool take_plain(struct scan *s)
{
	bool escaped;

	switch (*s->p) {
	case '"':
		s->p++;
		return take_string(s, &escaped);
	case 't':
		return take_word(s, "true");
	case 'f':
		return take_word(s, "false");
	case 'n':
		return take_word(s, "null");
	default:
		if (*s->p != '-' && (*s->p < '0' || *s->p > '9'))
			return refuse(s, "is no value of JSON");
		return take_number(s);
	}
}

/* A value and the space around it. */
static bool take_value(struct scan *s)
{
	bool fine, object;

	skip_space(s);
	if (s->p == s->end)
		return refuse(s, "ends where a value should be");
	if (*s->p != '{' && *s->p != '[') {
		fine = take_plain(s);
	} else {
		if (s->depth == JSON_DEPTH)
			return refuse(s, "is nested too deep");
		s->depth++;
		object = *s->p++ == '{';
		fine = object ? take_object(s) : take_array(s);
		s->depth--;
	}
	skip_space(s);
	return fine;
}

struct json_report json_check_text(const char *text, size_t n)
{
	struct scan s;

	s.start = s.p = text;
	s.end = text + n;
	s.bad = (struct json_report){ 0 };
	s.depth = 0;
	s.nmembers = 0;
	if (!utf8_valid(text, n))
		refuse(&s, "starts a text that is not UTF-8");
	else if (take_value(&s) && s.p != s.end)
		refuse(&s, "follows the document");
	return s.bad;
}

const char *json_complaint(const char *s, size_t n)
{
	return json_check_text(s, n).code;
}
