#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/digits.h"

#define FIRST_CAP ((size_t)256)

void buf_init(struct buf *b, struct arena *mem, size_t max)
{
	*b = (struct buf){ .mem = mem, .max = max };
}

void buf_init_sink(struct buf *b, struct arena *mem, size_t cap, const struct sink *sink)
{
	assert(cap > 0);
	*b = (struct buf){
		.p = arena_alloc(mem, cap), .cap = cap, .max = cap, .mem = mem, .sink = sink
	};
}

static bool drain(struct buf *b)
{
	if (b->failed)
		return false;
	if (b->len == 0)
		return true;
	b->drained = b->p[b->len - 1];
	if (!b->sink->write(b->sink->to, b->p, b->len))
		b->failed = true;
	b->len = 0;
	return !b->failed;
}

/* Makes room for n more bytes in the arena; one byte is kept for buf_str(). */
static bool grow(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : FIRST_CAP;
	char *p;

	if (n > b->max - b->len) {
		b->failed = true;
		return false;
	}
	while (cap - b->len < n || cap < b->cap)
		cap *= 2;
	if (cap > b->max)
		cap = b->max;
	if (!b->p || !arena_extend(b->mem, b->p, b->cap + 1, cap - b->cap)) {
		p = arena_alloc(b->mem, cap + 1);
		if (b->len > 0)
			memcpy(p, b->p, b->len);
		b->p = p;
	}
	b->cap = cap;
	return true;
}

/* More than a drained buf holds goes to the sink in one piece. */
static void put_through(struct buf *b, const char *p, size_t n)
{
	if (!drain(b))
		return;
	if (n < b->cap) {
		memcpy(b->p, p, n);
		b->len = n;
		return;
	}
	b->drained = p[n - 1];
	if (!b->sink->write(b->sink->to, p, n))
		b->failed = true;
}

void buf_put(struct buf *b, const char *p, size_t n)
{
	if (b->failed || n == 0)
		return;
	if (n > b->cap - b->len) {
		if (b->sink) {
			put_through(b, p, n);
			return;
		}
		if (!grow(b, n))
			return;
	}
	memcpy(b->p + b->len, p, n);
	b->len += n;
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	if (!b->failed && b->len < b->cap)
		b->p[b->len++] = c;
	else
		buf_put(b, &c, 1);
}

char *buf_room(struct buf *b, size_t n)
{
	if (b->failed)
		return NULL;
	if (n <= b->cap - b->len)
		return b->p + b->len;
	if (b->sink) {
		assert(n <= b->cap);
		return drain(b) ? b->p : NULL;
	}
	return grow(b, n) ? b->p + b->len : NULL;
}

char buf_last(const struct buf *b)
{
	return b->len > 0 ? b->p[b->len - 1] : b->drained;
}

void buf_put_i64(struct buf *b, int64_t v)
{
	char text[I64_DIGITS];

	buf_put(b, text, digits_i64(v, text));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	struct arena_mark mark;
	char small[256];
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
	} else if ((size_t)n < sizeof(small)) {
		buf_put(b, small, (size_t)n);
	} else if (b->sink) {
		mark = arena_mark(b->mem);
		p = arena_alloc(b->mem, (size_t)n + 1);
		vsnprintf(p, (size_t)n + 1, fmt, again);
		buf_put(b, p, (size_t)n);
		arena_rewind(b->mem, mark);
	} else {
		p = buf_room(b, (size_t)n);
		if (p) { /* the byte kept for buf_str() takes the NUL */
			vsnprintf(p, (size_t)n + 1, fmt, again);
			b->len += (size_t)n;
		}
	}
	va_end(again);
}

bool buf_flush(struct buf *b)
{
	if (b->sink)
		return drain(b);
	return !b->failed;
}

const char *buf_str(struct buf *b)
{
	assert(!b->sink);
	if (!b->p)
		return "";
	b->p[b->len] = '\0';
	return b->p;
}
