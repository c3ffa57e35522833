#include "mail/values.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define PACKED_MAX (MAIL_VALUES_MAX * (MAIL_TEXT_MAX + 64))

const char *mail_seal_place(struct arena *mem, int64_t id)
{
	return arena_printf(mem, "mail:%lld", (long long)id);
}

/* Where a text of at most max bytes may be cut without breaking a code point. */
static size_t cut(const char *s, size_t max)
{
	size_t n = strnlen(s, max + 1);

	if (n <= max)
		return n;
	for (n = max; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		;
	return n;
}

/*
 * What must not stand in one line of anybody's mail: controls (U+0000 to
 * U+001F, U+007F to U+009F), ends of lines and of paragraphs (U+2028, U+2029)
 * and what turns the text after it round (U+202A to U+202E, U+2066 to U+2069).
 * The bytes of the character it begins with, or 0.
 */
static size_t unwanted(const unsigned char *s)
{
	if (s[0] < 0x20 || s[0] == 0x7f)
		return 1;
	if (s[0] == 0xc2)
		return s[1] < 0xa0 ? 2 : 0;
	if (s[0] != 0xe2)
		return 0;
	if ((s[1] == 0x80 && s[2] >= 0xa8 && s[2] <= 0xae) ||
	    (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9))
		return 3;
	return 0;
}

static void put_text(struct buf *b, const char *s)
{
	size_t n = cut(s, MAIL_TEXT_MAX), skip;

	if (!utf8_valid(s, n))
		return;
	for (size_t i = 0; i < n; i += skip ? skip : 1) {
		skip = unwanted((const unsigned char *)s + i);
		buf_putc(b, skip ? ' ' : s[i]);
	}
}

struct bytes mail_values_pack(struct arena *mem, const struct mail_value *values)
{
	struct buf b;

	buf_init(&b, mem, PACKED_MAX);
	for (; values->name; values++) {
		buf_puts(&b, values->name);
		buf_putc(&b, '\0');
		if (values->text)
			put_text(&b, values->text);
		buf_putc(&b, '\0');
	}
	return (struct bytes){ (const unsigned char *)buf_str(&b), b.len };
}

bool mail_values_unpack(struct bytes packed, struct mail_value out[MAIL_VALUES_MAX + 1])
{
	const char *p = (const char *)packed.p, *end = p + packed.n;
	size_t n = 0;

	while (p < end && n < MAIL_VALUES_MAX) {
		const char *text = memchr(p, '\0', (size_t)(end - p));
		const char *next =
			text ? memchr(text + 1, '\0', (size_t)(end - text - 1)) : NULL;

		if (!next)
			return false;
		out[n++] = (struct mail_value){ p, text + 1 };
		p = next + 1;
	}
	out[n] = (struct mail_value){ NULL, NULL };
	return p == end;
}
