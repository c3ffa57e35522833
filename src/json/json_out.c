#include "json/json_out.h"

#include <assert.h>
#include <string.h>

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

/* Bytes up to the first that is escaped, eight at a time while none is. */
static size_t plain_run(const unsigned char *p, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t v, quote, slash, del, hit;
	size_t i = 0;

	for (; n - i >= sizeof(v); i += sizeof(v)) {
		memcpy(&v, p + i, sizeof(v));
		quote = v ^ ones * '"';
		slash = v ^ ones * '\\';
		del = v ^ ones * 0x7f;
		/* A top bit is set where a byte is below 0x20, or equal to one of the three. */
		hit = ((v - ones * 0x20) & ~v) | ((quote - ones) & ~quote) |
		      ((slash - ones) & ~slash) | ((del - ones) & ~del);
		if (hit & tops)
			break;
	}
	while (i < n && !escapes[p[i]])
		i++;
	return i;
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
		run = plain_run(p + i, n - i);
		buf_put(b, s + i, run);
		i += run;
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

/* The name of a member of ours, which needs no escape, and what stands around it. */
static void put_name(struct buf *b, const char *name)
{
	size_t n = strlen(name);
	char last = buf_last(b);
	char *p = n < 60 && b->max >= 64 ? buf_room(b, n + 4) : NULL;

	if (!p) {
		json_key(b, name);
		return;
	}
	if (last != '\0' && last != '{')
		*p++ = ',';
	*p++ = '"';
	memcpy(p, name, n);
	p += n;
	*p++ = '"';
	*p++ = ':';
	b->len = (size_t)(p - b->p);
}

void json_str_n(struct buf *b, const char *s, size_t n)
{
	put_comma(b);
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
	char text[STAMP_TEXT + 2];
	size_t n;

	if (!stamp_is_set(t)) {
		json_null(b);
		return;
	}
	put_comma(b);
	text[0] = '"';
	n = stamp_write(t, text + 1);
	text[n + 1] = '"';
	buf_put(b, text, n + 2);
}

void json_id(struct buf *b, enum id_kind kind, int64_t id)
{
	char text[ID_TEXT + 2];

	if (id == 0) {
		json_null(b);
		return;
	}
	put_comma(b);
	text[0] = '"';
	id_write(kind, id, text + 1);
	text[ID_TEXT] = '"';
	buf_put(b, text, ID_TEXT + 1);
}

void json_raw(struct buf *b, const char *text)
{
	put_comma(b);
	buf_puts(b, text);
}

static void put_micro(struct buf *b, struct micro m)
{
	char text[MICRO_TEXT];

	if (m.v == INT64_MIN) {
		json_null(b);
		return;
	}
	put_comma(b);
	buf_put(b, text, micro_write(m, text));
}

static void put_opt(struct buf *b, struct opt v, bool truth)
{
	if (!v.set)
		json_null(b);
	else if (truth)
		json_bool(b, v.v != 0);
	else
		json_i64(b, v.v);
}

void json_field(struct buf *b, const struct field *f, const void *row)
{
	const void *p = (const char *)row + f->offset;
	const struct opt *opt = p;
	const char *text;

	switch (f->type) {
	case FIELD_I64:
		json_i64(b, *(const int64_t *)p);
		break;
	case FIELD_BOOL:
		json_bool(b, *(const bool *)p);
		break;
	case FIELD_STR:
		json_str(b, *(const char *const *)p);
		break;
	case FIELD_STAMP:
		json_stamp(b, *(const struct stamp *)p);
		break;
	case FIELD_MICRO:
		put_micro(b, *(const struct micro *)p);
		break;
	case FIELD_OPT:
		put_opt(b, *opt, f->truth);
		break;
	case FIELD_JSON:
		text = ((const struct json_text *)p)->s;
		json_raw(b, text ? text : "null");
		break;
	case FIELD_ID:
		json_id(b, f->id, *(const int64_t *)p);
		break;
	case FIELD_BYTES:
		assert(f->type != FIELD_BYTES); /* never leaves the server */
		break;
	}
}

void json_members(struct buf *b, struct fields f, const void *row)
{
	for (size_t i = 0; i < f.n; i++) {
		put_name(b, f.v[i].name);
		json_field(b, &f.v[i], row);
	}
}

void json_row(struct buf *b, struct fields f, const void *row)
{
	json_open(b, '{');
	json_members(b, f, row);
	json_close(b, '}');
}
