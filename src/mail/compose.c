#include "mail/compose.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define MESSAGE_MAX ((size_t)512 * 1024)
#define LINE_BYTES  57 /* 76 characters of base64 */
#define WORD_BYTES  39 /* 52 characters of base64: an encoded-word in 64, a line in 78 */

static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* Letters, digits and spaces between them: needs no encoding in any header. */
static bool is_plain(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ");

	return *s && !s[n] && n <= 60 && s[0] != ' ' && s[n - 1] != ' ';
}

/* How many bytes, at most max, end with a whole code point. */
static size_t whole(const char *s, size_t max)
{
	size_t n = strnlen(s, max + 1);

	if (n <= max)
		return n;
	for (n = max; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		;
	return n ? n : max;
}

/* Encoded-words (RFC 2047) of whole characters, one a line. */
static void put_words(struct buf *b, const char *s)
{
	char word[WORD_BYTES * 2];
	size_t n;

	if (is_plain(s)) {
		buf_puts(b, s);
		return;
	}
	for (const char *begin = s; *s; s += n) {
		n = whole(s, WORD_BYTES);
		base64_write(s, n, word, sizeof(word));
		buf_printf(b, "%s=?UTF-8?B?%s?=", s == begin ? "" : "\r\n ", word);
	}
}

static void put_date(struct buf *b, struct stamp at)
{
	char text[STAMP_TEXT];
	int64_t day = at.usec / USEC_PER_DAY;

	/* 2026-03-01T09:15:00.250000Z */
	stamp_write(at, text);
	buf_printf(b, "Date: %s, %.2s %s %.4s %.8s +0000\r\n", days[day % 7], text + 8,
	           months[(text[5] - '0') * 10 + text[6] - '0' - 1], text, text + 11);
}

/* RFC 2045 6.8, of a text whose lines end with CRLF. */
static void put_base64(struct buf *b, const char *s, size_t n)
{
	char line[LINE_BYTES * 2];

	for (size_t at = 0; at < n; at += LINE_BYTES) {
		size_t len = n - at < LINE_BYTES ? n - at : LINE_BYTES;

		base64_write(s + at, len, line, sizeof(line));
		buf_printf(b, "%s\r\n", line);
	}
}

static void put_part(struct buf *b, struct arena *mem, const char *type, const char *s)
{
	struct buf lines;

	buf_init(&lines, mem, MESSAGE_MAX / 4);
	for (; *s; s++) {
		if (*s == '\n')
			buf_putc(&lines, '\r');
		if (*s != '\r')
			buf_putc(&lines, *s);
	}
	buf_printf(b,
	           "Content-Type: %s; charset=utf-8\r\n"
	           "Content-Transfer-Encoding: base64\r\n\r\n",
	           type);
	put_base64(b, buf_str(&lines), lines.len);
}

static void put_head(struct buf *b, const struct mail_message *m)
{
	char id[ID_TEXT];

	id_write(ID_MAIL, m->id, id);
	buf_puts(b, "From: ");
	if (*m->from_name) {
		put_words(b, m->from_name);
		buf_puts(b, "\r\n ");
	}
	buf_printf(b, "<%s>\r\nTo: <%s>\r\nSubject: ", m->from, m->to);
	put_words(b, m->subject);
	buf_puts(b, "\r\n");
	put_date(b, m->at);
	buf_printf(b, "Message-ID: <%s@%s>\r\n", id, strrchr(m->from, '@') + 1);
	buf_printf(b,
	           "MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"
	           "X-Gatehouse-Mail: %s\r\nContent-Language: %s\r\n",
	           m->kind, m->locale);
}

struct bytes mail_compose(struct arena *mem, const struct mail_message *m)
{
	struct buf b;
	char id[ID_TEXT];

	assert(utf8_is_email(m->to, strlen(m->to)) && utf8_is_email(m->from, strlen(m->from)));
	id_write(ID_MAIL, m->id, id);
	buf_init(&b, mem, MESSAGE_MAX);
	put_head(&b, m);
	/* No line of base64 has a "_", so none is taken for the boundary. */
	buf_printf(&b,
	           "Content-Type: multipart/alternative;\r\n boundary=\"part_%s\"\r\n\r\n"
	           "--part_%s\r\n",
	           id, id);
	put_part(&b, mem, "text/plain", m->text);
	buf_printf(&b, "\r\n--part_%s\r\n", id);
	put_part(&b, mem, "text/html", m->html);
	buf_printf(&b, "\r\n--part_%s--\r\n", id);
	assert(!b.failed);
	return (struct bytes){ (const unsigned char *)buf_str(&b), b.len };
}
