/*
 * buf.h - a writer: bytes appended, with a ceiling.
 *
 * A buf that would pass its ceiling, or whose sink refuses, becomes "failed"
 * and stays so; writers need not check each append, only the end.  With a
 * sink the buf drains instead of growing, so the same row printer serves a
 * stored answer and an endless file.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* Takes n bytes; false means "no more", for good. */
typedef bool sink_write(void *to, const char *p, size_t n);

struct sink {
	sink_write *write;
	void *to;
};

struct buf {
	char *p;
	size_t len, cap, max;
	struct arena *mem;
	const struct sink *sink;
	char drained; /* the last byte a sink took, for writers that look back */
	bool failed;
};

/* Grows inside the arena up to max bytes. */
void buf_init(struct buf *b, struct arena *mem, size_t max);

/* Holds at most cap bytes and drains them into the sink. */
void buf_init_sink(struct buf *b, struct arena *mem, size_t cap, const struct sink *sink);

void buf_put(struct buf *b, const char *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_put_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);

/*
 * Room for n bytes to be written in place; the writer then adds what it used
 * to len.  NULL when the buf is or becomes failed.  With a sink, n <= cap.
 */
char *buf_room(struct buf *b, size_t n);

/* The last byte written, drained or not; '\0' when there was none. */
char buf_last(const struct buf *b);

/* Empties a drained buf into its sink; true if everything so far was taken. */
bool buf_flush(struct buf *b);

/* The bytes so far as a NUL-terminated string; only for bufs without a sink. */
const char *buf_str(struct buf *b);

#endif
