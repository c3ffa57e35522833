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
 * Characters of control become spaces: a value stands in one line, and in a
 * header too.  C1 (U+0080 to U+009F) is 0xc2 and a byte below 0xa0.
 */
static void put_text(struct buf *b, const char *s)
{
	size_t n = cut(s, MAIL_TEXT_MAX);

	if (!utf8_valid(s, n))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char ch = (unsigned char)s[i];

		if (ch == 0xc2 && i + 1 < n && (unsigned char)s[i + 1] < 0xa0) {
			buf_putc(b, ' ');
			i++;
		} else {
			buf_putc(b, ch < 0x20 || ch == 0x7f ? ' ' : (char)ch);
		}
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
