#include "base/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/digits.h"
#include "base/stamp.h"

/* Below PIPE_BUF, so that a line is one piece on a pipe too. */
#define LINE_MAX_BYTES  4000
#define VALUE_MAX_BYTES 1200

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static enum log_level least_level = LOG_INFO;

struct line {
	char text[LINE_MAX_BYTES + 1];
	size_t len;
};

void log_set_level(enum log_level least)
{
	least_level = least;
}

static void put(struct line *l, const char *s, size_t n)
{
	if (n > LINE_MAX_BYTES - l->len)
		n = LINE_MAX_BYTES - l->len;
	memcpy(l->text + l->len, s, n);
	l->len += n;
}

/* Letters, digits and -_.:,/+@%~{}* of ASCII, a bit each. */
static const unsigned char plain[16] = {
	0, 0, 0, 0, 0x20, 0xfc, 0xff, 0x07, 0xff, 0xff, 0xff, 0x87, 0xfe, 0xff, 0xff, 0x6f,
};

static bool is_plain(const char *s)
{
	size_t n = 0;

	for (; s[n]; n++) {
		unsigned char c = (unsigned char)s[n];

		if (c >= 128 || !(plain[c / 8] >> (c % 8) & 1))
			return false;
	}
	return n > 0 && n <= VALUE_MAX_BYTES;
}

static void put_number(struct line *l, int64_t v)
{
	char text[I64_DIGITS];

	put(l, text, digits_i64(v, text));
}

static void put_quoted(struct line *l, const char *s)
{
	char hex[8];
	size_t start = l->len;

	put(l, "\"", 1);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (l->len - start > VALUE_MAX_BYTES && (c & 0xc0) != 0x80) {
			put(l, "...", 3);
			break;
		}
		if (c == '"' || c == '\\') {
			put(l, "\\", 1);
			put(l, s, 1);
		} else if (c == '\n') {
			put(l, "\\n", 2);
		} else if (c < 0x20 || c == 0x7f) {
			put(l, hex, (size_t)snprintf(hex, sizeof(hex), "\\x%02x", c));
		} else {
			put(l, s, 1);
		}
	}
	put(l, "\"", 1);
}

static void put_pair(struct line *l, const struct log_pair *pair)
{
	put(l, " ", 1);
	put(l, pair->key, strlen(pair->key));
	put(l, "=", 1);
	if (!pair->text)
		put_number(l, pair->number);
	else if (is_plain(pair->text))
		put(l, pair->text, strlen(pair->text));
	else
		put_quoted(l, pair->text);
}

void log_write(enum log_level level, const char *event, const struct log_pair *pairs, size_t n)
{
	const struct log_pair first[] = { LOG_S("level", level_names[level]),
		                          LOG_S("event", event) };
	char time[STAMP_TEXT];
	struct line l;
	ssize_t written;

	if (level > least_level)
		return;
	l.len = 0;
	put(&l, "time=", 5);
	put(&l, time, stamp_write(stamp_now(), time));
	put_pair(&l, &first[0]);
	put_pair(&l, &first[1]);
	for (size_t i = 0; i < n; i++)
		put_pair(&l, &pairs[i]);
	l.text[l.len++] = '\n';
	written = write(STDERR_FILENO, l.text, l.len);
	(void)written; /* nobody is left to tell */
}
