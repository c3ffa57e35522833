#include "json/json_out.h"

#include <assert.h>
#include <string.h>

#include "base/copy.h"
#include "base/digits.h"

/* Room for any value that is not a text, and for what stands around a name and a text. */
#define VALUE_MAX  32
#define AROUND_MAX 8

/* What a byte becomes inside a string: 0 itself, 'u' \u00xx, else \ and the letter. */
static const char escapes[256] = {
	['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
	['\t'] = 't', [0x00] = 'u',  [0x01] = 'u', [0x02] = 'u', [0x03] = 'u', [0x04] = 'u',
	[0x05] = 'u', [0x06] = 'u',  [0x07] = 'u', [0x0b] = 'u', [0x0e] = 'u', [0x0f] = 'u',
	[0x10] = 'u', [0x11] = 'u',  [0x12] = 'u', [0x13] = 'u', [0x14] = 'u', [0x15] = 'u',
	[0x16] = 'u', [0x17] = 'u',  [0x18] = 'u', [0x19] = 'u', [0x1a] = 'u', [0x1b] = 'u',
	[0x1c] = 'u', [0x1d] = 'u',  [0x1e] = 'u', [0x1f] = 'u', [0x7f] = 'u',
};

/* A value follows another one unless it opens something or has a name before it. */
static void put_comma(struct buf *b)
{
	char last = buf_last(b);

	if (last != '\0' && last != '{' && last != '[' && last != ':')
		buf_putc(b, ',');
}

void json_open(struct buf *b, char bracket)
{
	put_comma(b);
	buf_putc(b, bracket);
}

void json_close(struct buf *b, char bracket)
{
	buf_putc(b, bracket);
}

/*
 * Whether one of eight bytes is escaped: a top bit is then set where a byte is
 * below 0x20, '"', '\\' or 0x7f.  The bytes after such a one may look so, too.
 */
static inline bool any_escaped(const unsigned char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return ((v - ones * 0x20) | ((v ^ ones * '"') - ones) | ((v ^ ones * '\\') - ones) |
	        (v + ones)) &
	       ~v & tops;
}

/* Whether nothing is escaped; the last eight bytes may be looked at twice. */
static bool is_plain(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n;

	if (n < 8) {
		while (p < end && !escapes[*p])
			p++;
		return p == end;
	}
	for (; end - p > 8; p += 8)
		if (any_escaped(p))
			return false;
	return !any_escaped(end - 8);
}

static void put_escape(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	if (escapes[c] == 'u')
		buf_put(b, (const char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
	else
		buf_put(b, (const char[]){ '\\', escapes[c] }, 2);
}

static void put_text(struct buf *b, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t run;

	for (size_t i = 0; i < n; i++) {
		for (run = i; run < n && !escapes[p[run]]; run++)
			continue;
		buf_put(b, s + i, run - i);
		i = run;
		if (i < n)
			put_escape(b, p[i]);
	}
}

void json_key(struct buf *b, const char *name)
{
	put_comma(b);
	buf_putc(b, '"');
	put_text(b, name, strlen(name));
	buf_put(b, "\":", 2);
}

/* --- written at p, where there is room; what is returned is where the next goes ---- */

static inline char *write_bytes(char *p, const char *s, size_t n)
{
	copy_short(p, s, n);
	return p + n;
}

static inline char *write_quoted(char *p, const char *s, size_t n)
{
	*p++ = '"';
	p = write_bytes(p, s, n);
	*p++ = '"';
	return p;
}

static char *write_null(char *p)
{
	return write_bytes(p, "null", 4);
}

static char *write_bool(char *p, bool v)
{
	return v ? write_bytes(p, "true", 4) : write_bytes(p, "false", 5);
}

static char *write_opt(char *p, struct opt v, bool truth)
{
	if (!v.set)
		return write_null(p);
	return truth ? write_bool(p, v.v != 0) : p + digits_i64(v.v, p);
}

static char *write_stamp(char *p, struct stamp t)
{
	if (!stamp_is_set(t))
		return write_null(p);
	*p++ = '"';
	p += stamp_write(t, p);
	*p++ = '"';
	return p;
}

static char *write_id(char *p, enum id_kind kind, int64_t id)
{
	if (id == 0)
		return write_null(p);
	*p++ = '"';
	id_write(kind, id, p);
	p += ID_TEXT - 1;
	*p++ = '"';
	return p;
}

/* Any value but a text, for which "null" stands here. */
static char *write_value(char *p, const struct field *f, const void *v)
{
	const struct opt *opt = v;

	switch (f->type) {
	case FIELD_I64:
		return p + digits_i64(*(const int64_t *)v, p);
	case FIELD_BOOL:
		return write_bool(p, *(const bool *)v);
	case FIELD_STAMP:
		return write_stamp(p, *(const struct stamp *)v);
	case FIELD_MICRO:
		if (((const struct micro *)v)->v == INT64_MIN)
			return write_null(p);
		return p + micro_write(*(const struct micro *)v, p);
	case FIELD_OPT:
		return write_opt(p, *opt, f->truth);
	case FIELD_ID:
		return write_id(p, f->id, *(const int64_t *)v);
	case FIELD_STR:
	case FIELD_JSON:
		break;
	case FIELD_BYTES:
		assert(f->type != FIELD_BYTES); /* never leaves the server */
		break;
	}
	return write_null(p);
}

/* --- appended --------------------------------------------------------------------- */

static bool has_room(const struct buf *b, size_t n)
{
	return !b->failed && b->cap - b->len >= n;
}

void json_str_n(struct buf *b, const char *s, size_t n)
{
	put_comma(b);
	if (has_room(b, n + AROUND_MAX) && is_plain(s, n)) {
		b->len = (size_t)(write_quoted(b->p + b->len, s, n) - b->p);
		return;
	}
	buf_putc(b, '"');
	put_text(b, s, n);
	buf_putc(b, '"');
}

void json_str(struct buf *b, const char *s)
{
	if (s)
		json_str_n(b, s, strlen(s));
	else
		json_null(b);
}

void json_i64(struct buf *b, int64_t v)
{
	put_comma(b);
	buf_put_i64(b, v);
}

void json_bool(struct buf *b, bool v)
{
	json_raw(b, v ? "true" : "false");
}

void json_null(struct buf *b)
{
	json_raw(b, "null");
}

void json_stamp(struct buf *b, struct stamp t)
{
	char text[VALUE_MAX];

	put_comma(b);
	buf_put(b, text, (size_t)(write_stamp(text, t) - text));
}

void json_id(struct buf *b, enum id_kind kind, int64_t id)
{
	char text[VALUE_MAX];

	put_comma(b);
	buf_put(b, text, (size_t)(write_id(text, kind, id) - text));
}

void json_raw(struct buf *b, const char *text)
{
	put_comma(b);
	buf_puts(b, text);
}

void json_field(struct buf *b, const struct field *f, const void *row)
{
	const void *v = (const char *)row + f->offset;
	char text[VALUE_MAX];

	if (f->type == FIELD_STR) {
		json_str(b, *(const char *const *)v);
	} else if (f->type == FIELD_JSON && ((const struct json_text *)v)->s) {
		json_raw(b, ((const struct json_text *)v)->s);
	} else {
		put_comma(b);
		buf_put(b, text, (size_t)(write_value(text, f, v) - text));
	}
}

/*
 * A page of a list is a thousand members, and nearly all are short and plain:
 * those are written in one piece, comma, name and value.  False: it is not one
 * of them.
 */
static bool put_member(struct buf *b, const struct field *f, const void *row, bool comma)
{
	const void *v = (const char *)row + f->offset;
	const char *text = f->type == FIELD_STR ? *(const char *const *)v : NULL;
	size_t n = text ? strlen(text) : 0;
	char *p;

	if (f->name_len == 0 || f->type == FIELD_JSON ||
	    !has_room(b, f->name_len + n + VALUE_MAX + AROUND_MAX) ||
	    (text && !is_plain(text, n)))
		return false;
	p = b->p + b->len;
	if (comma)
		*p++ = ',';
	p = write_quoted(p, f->name, f->name_len);
	*p++ = ':';
	p = text ? write_quoted(p, text, n) : write_value(p, f, v);
	b->len = (size_t)(p - b->p);
	return true;
}

void json_members(struct buf *b, struct fields f, const void *row)
{
	char last = buf_last(b);
	bool comma = last != '\0' && last != '{';

	for (size_t i = 0; i < f.n; i++) {
		if (!put_member(b, &f.v[i], row, comma)) {
			json_key(b, f.v[i].name);
			json_field(b, &f.v[i], row);
		}
		comma = true;
	}
}

void json_row(struct buf *b, struct fields f, const void *row)
{
	json_open(b, '{');
	json_members(b, f, row);
	json_close(b, '}');
}
