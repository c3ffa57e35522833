#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/copy.h"
#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

/* Under AddressSanitizer what is not handed out is poisoned, and a gap follows each piece. */
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define GAP        ((size_t)16)
#define TEXT_ALIGN ALIGN
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define GAP                               ((size_t)0)
#define TEXT_ALIGN                        ((size_t)1) /* texts lie one behind the other */
#endif

#define ALIGN       ((size_t)16)
#define FIRST_BYTES ((size_t)32 << 10)
#define MORE_BYTES  ((size_t)128 << 10)

/* Bytes from used to size are always zero, so that handing out is only counting. */
struct arena_block {
	struct arena_block *below;
	size_t size; /* of data */
	size_t used;
	alignas(16) char data[];
};

static _Noreturn void give_up(const char *why, const struct arena *a, size_t wanted)
{
	log_event(LOG_ERROR, "arena", LOG_S("problem", why), LOG_N("held", (int64_t)a->held),
	          LOG_N("limit", (int64_t)a->limit), LOG_N("wanted", (int64_t)wanted));
	abort();
}

void arena_init(struct arena *a, size_t limit_bytes)
{
	*a = (struct arena){ .limit = limit_bytes };
}

/* Wipes the bytes from keep on: nobody can find them again. */
static void wipe(struct arena_block *b, size_t keep)
{
	ASAN_UNPOISON_MEMORY_REGION(b->data + keep, b->used - keep);
	explicit_bzero(b->data + keep, b->used - keep);
	ASAN_POISON_MEMORY_REGION(b->data + keep, b->used - keep);
	b->used = keep;
}

static void drop_block(struct arena *a, struct arena_block *b)
{
	a->held -= sizeof(*b) + b->size;
	ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
	free(b);
}

/* Takes the top block off; one is kept aside, for loops that rewind across its border. */
static void pop_block(struct arena *a)
{
	struct arena_block *b = a->top;

	a->top = b->below;
	wipe(b, 0);
	if (!a->spare && b->size == MORE_BYTES)
		a->spare = b;
	else
		drop_block(a, b);
}

static void drop_spare(struct arena *a)
{
	if (a->spare)
		drop_block(a, a->spare);
	a->spare = NULL;
}

void arena_release(struct arena *a)
{
	while (a->top)
		pop_block(a);
	drop_spare(a);
}

void arena_reset(struct arena *a)
{
	while (a->top && a->top->below)
		pop_block(a);
	if (a->top)
		wipe(a->top, 0);
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->top, a->top ? a->top->used : 0 };
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
	if (!m.top) {
		arena_reset(a);
		return;
	}
	while (a->top != m.top)
		pop_block(a);
	wipe(a->top, m.used);
}

static void push_block(struct arena *a, size_t n)
{
	size_t size = a->top ? MORE_BYTES : FIRST_BYTES;
	struct arena_block *b = a->spare;

	if (size < n)
		size = n;
	if (b && b->size >= n) {
		a->spare = NULL;
	} else {
		if (b && a->held + sizeof(*b) + size > a->limit)
			drop_spare(a);
		if (size > a->limit || a->held + sizeof(*b) + size > a->limit) {
			size = n; /* near the limit: no more than is asked for */
			if (a->held + sizeof(*b) + size > a->limit)
				give_up("limit", a, n);
		}
		b = calloc(1, sizeof(*b) + size);
		if (!b)
			give_up("out of memory", a, n);
		b->size = size;
		a->held += sizeof(*b) + size;
		ASAN_POISON_MEMORY_REGION(b->data, b->size);
	}
	b->below = a->top;
	a->top = b;
}

static inline char *take(struct arena *a, size_t n, size_t align)
{
	struct arena_block *b = a->top;
	size_t at = b ? (b->used + align - 1) & ~(align - 1) : 0, end = at + n + GAP;
	char *p;

	if (!b || end > b->size) {
		push_block(a, n + GAP);
		b = a->top;
		at = 0;
		end = n + GAP;
	}
	b->used = end;
	p = b->data + at;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > SIZE_MAX / 4)
		give_up("impossible size", a, n);
	return take(a, n + (n == 0), ALIGN);
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
	char *p;

	if (n > SIZE_MAX / 4)
		give_up("impossible size", a, n);
	p = take(a, n + 1, TEXT_ALIGN);
	copy_short(p, s, n);
	return p;
}

bool arena_extend(struct arena *a, const void *p, size_t n, size_t more)
{
	struct arena_block *b = a->top;
	const char *end = (const char *)p + n;

	if (!b || end + GAP != b->data + b->used || b->size - b->used < more)
		return false;
	b->used += more;
	ASAN_UNPOISON_MEMORY_REGION(end, more);
	return true;
}

char *arena_str(struct arena *a, const char *s)
{
	return s ? arena_copy(a, s, strlen(s)) : NULL;
}

char *arena_join(struct arena *a, ...)
{
	va_list parts, again;
	const char *s;
	size_t n = 0, len;
	char *out, *p;

	va_start(parts, a);
	va_copy(again, parts);
	while ((s = va_arg(parts, const char *)) != NULL)
		n += strlen(s);
	va_end(parts);
	out = p = arena_alloc(a, n + 1);
	while ((s = va_arg(again, const char *)) != NULL) {
		len = strlen(s);
		memcpy(p, s, len);
		p += len;
	}
	va_end(again);
	return out;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char small[256];
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		give_up("bad format", a, 0);
	if ((size_t)n < sizeof(small)) {
		p = arena_copy(a, small, (size_t)n);
	} else {
		p = arena_alloc(a, (size_t)n + 1);
		vsnprintf(p, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	return p;
}
