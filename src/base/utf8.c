#include "base/utf8.h"

#include <string.h>
#include <uninorm.h>

#include "base/utf8_tables.inc"

#define WORD_BYTES 64

/* Length of the code point at s and its value, or 0 when it is not valid. */
static size_t decode(const unsigned char *s, size_t n, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = s[0];
	size_t len;

	if (c < 0x80) {
		*out = c;
		return 1;
	}
	if (c < 0xc2 || c > 0xf4)
		return 0;
	len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (len > n)
		return 0;
	c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*out = c;
	return len;
}

size_t utf8_put(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

bool utf8_valid(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	uint64_t eight;
	uint32_t c;
	size_t i = 0, len;

	while (i < n) {
		if (n - i >= sizeof(eight)) {
			memcpy(&eight, p + i, sizeof(eight));
			if (!(eight & UINT64_C(0x8080808080808080))) {
				i += sizeof(eight);
				continue;
			}
		}
		len = decode(p + i, n - i, &c);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

size_t utf8_length(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

/* A line ends with LF, or with CR LF as browsers' forms send it. */
static bool is_line_part(const unsigned char *p, size_t n)
{
	return *p == '\n' || *p == '\t' || (*p == '\r' && n > 1 && p[1] == '\n');
}

bool utf8_printable(const char *s, size_t n, bool multiline)
{
	const unsigned char *p = (const unsigned char *)s;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == 0x7f || (p[i] == 0xc2 && i + 1 < n && p[i + 1] < 0xa0))
			return false;
		if (p[i] < 0x20 && !(multiline && is_line_part(p + i, n - i)))
			return false;
	}
	return true;
}

static bool is_word(uint32_t c)
{
	size_t lo = 0, hi = ARRAY_LEN(word_ranges), mid;

	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (c > word_ranges[mid].last)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ARRAY_LEN(word_ranges) && c >= word_ranges[lo].first;
}

/* Simple lower case of the scripts that have it; step 2 is Upper, lower, Upper, lower... */
static uint32_t lower(uint32_t c)
{
	static const struct {
		uint32_t first, last, step, add;
	} cases[] = {
		{ 0x0370, 0x0373, 2, 1 },  { 0x0386, 0x0386, 1, 38 }, { 0x0388, 0x038a, 1, 37 },
		{ 0x038c, 0x038c, 1, 64 }, { 0x038e, 0x038f, 1, 63 }, { 0x0391, 0x03a1, 1, 32 },
		{ 0x03a3, 0x03ab, 1, 32 }, { 0x03c2, 0x03c2, 1, 1 },  { 0x0400, 0x040f, 1, 80 },
		{ 0x0410, 0x042f, 1, 32 }, { 0x0460, 0x0480, 2, 1 },  { 0x048a, 0x04be, 2, 1 },
		{ 0x04d0, 0x052e, 2, 1 },  { 0x0531, 0x0556, 1, 48 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (c >= cases[i].first && c <= cases[i].last)
			return (c - cases[i].first) % cases[i].step == 0 ? c + cases[i].add : c;
	if (c >= 0x1c90 && c <= 0x1cbf && c != 0x1cbb && c != 0x1cbc) /* Georgian capitals */
		return c - 0x1c90 + 0x10d0;
	return c;
}

static size_t fold(uint32_t c, char out[4])
{
	const char *plain = "";
	size_t n;

	if (c >= 0x300 && c <= 0x36f) /* accents standing alone */
		return 0;
	if (c >= 'A' && c <= 'Z')
		c += 32;
	else if (c >= 0xc0 && c <= 0x24f)
		plain = latin[c - 0xc0];
	else if (c >= 0x1e00 && c <= 0x1eff)
		plain = latin_more[c - 0x1e00];
	else if (c >= 0xff10 && c <= 0xff19) /* full width, as East Asian keyboards give */
		c = c - 0xff10 + '0';
	else if (c >= 0xff21 && c <= 0xff3a)
		c = c - 0xff21 + 'a';
	else if (c >= 0xff41 && c <= 0xff5a)
		c = c - 0xff41 + 'a';
	else
		c = lower(c);
	n = strlen(plain);
	if (n == 0)
		return utf8_put(c, out);
	memcpy(out, plain, n);
	return n;
}

void utf8_words(const char *s, size_t n, utf8_word *put, void *to)
{
	char word[WORD_BYTES], folded[4];
	size_t len = 0, k, step;
	bool full = false;
	uint32_t c;

	for (size_t i = 0; i < n; i += step) {
		step = decode((const unsigned char *)s + i, n - i, &c);
		if (step == 0) {
			step = 1;
			c = ' ';
		}
		if (is_word(c)) {
			k = fold(c, folded);
			full = full || len + k > sizeof(word);
			if (!full) {
				memcpy(word + len, folded, k);
				len += k;
			}
			continue;
		}
		if (len > 0)
			put(to, word, len);
		len = 0;
		full = false;
	}
	if (len > 0)
		put(to, word, len);
}

static bool is_space(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200b) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000 || c == 0xfeff;
}

char *utf8_trim(struct arena *mem, const char *s, size_t n)
{
	size_t start = 0, end = 0, len;
	bool inside = false;
	uint32_t c;

	for (size_t i = 0; i < n; i += len) {
		len = decode((const unsigned char *)s + i, n - i, &c);
		if (len == 0)
			len = 1; /* not valid: kept, for others to refuse */
		else if (is_space(c))
			continue;
		if (!inside)
			start = i;
		inside = true;
		end = i + len;
	}
	return arena_copy(mem, s + start, end - start);
}

static bool is_ascii(const char *s)
{
	while (*s && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

/* It lengthens UTF-8 threefold at most (UAX #15, 12.1), so nothing is allocated beside. */
const char *utf8_nfc(struct arena *mem, const char *s)
{
	size_t n = strlen(s), room = 3 * n;
	const uint8_t *done;
	uint8_t *out;

	if (is_ascii(s))
		return s;
	out = arena_alloc(mem, room + 1);
	done = u8_normalize(UNINORM_NFC, (const uint8_t *)s, n, out, &room);
	return done == out ? (const char *)out : s;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 5321 Dot-string: atoms joined by single dots. */
static bool is_local_part(const char *s, size_t n)
{
	if (n < 1 || n > 64 || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.' && s[i + 1] == '.')
			return false;
		if (s[i] == '\0' || (!is_alnum(s[i]) && !strchr(".!#$%&'*+-/=?^_`{|}~", s[i])))
			return false;
	}
	return true;
}

/* At least two labels of letters, digits and inner hyphens; the last is not a number. */
static bool is_mail_domain(const char *s, size_t n)
{
	size_t label = 0, labels = 1;
	bool letters = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.') {
			if (label == 0 || label > 63 || s[i - 1] == '-')
				return false;
			label = 0;
			labels++;
			letters = false;
			continue;
		}
		if (!is_alnum(s[i]) && (s[i] != '-' || label == 0))
			return false;
		letters = letters || (s[i] > '9');
		label++;
	}
	return labels >= 2 && label > 0 && label <= 63 && s[n - 1] != '-' && letters;
}

bool utf8_is_email(const char *s, size_t n)
{
	const char *at = n > 0 && n <= 254 ? memchr(s, '@', n) : NULL;
	size_t local;

	if (!at)
		return false;
	local = (size_t)(at - s);
	return is_local_part(s, local) && is_mail_domain(at + 1, n - local - 1);
}
