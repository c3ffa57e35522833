/*
 * arena.h - memory that lives exactly as long as one request.
 *
 * An arena hands out zeroed memory and takes it all back at once.  Nothing
 * allocated here is ever freed singly, so there is no ownership to track:
 * what a handler makes while it answers a request belongs to the request.
 *
 * Allocation does not fail.  When the system is out of memory, or an arena
 * would pass its limit, the process logs and aborts and its parent starts a
 * new one.  Input is bounded long before that (see route.body_max), so
 * reaching the limit means a bug and not a large customer.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>

#include "base/macros.h"

struct arena_block;

struct arena {
	struct arena_block *top;   /* block being filled; older ones hang below */
	struct arena_block *spare; /* one emptied block, for who comes next */
	size_t held;               /* bytes of all blocks */
	size_t limit;              /* most bytes this arena may hold */
};

/* A place to come back to; see arena_rewind(). */
struct arena_mark {
	struct arena_block *top;
	size_t used;
};

void arena_init(struct arena *a, size_t limit_bytes);

/* Give all memory back to the system.  The arena can be used again. */
void arena_release(struct arena *a);

/*
 * Forget all allocations but keep the first block, and one more, for the next request.
 * What was handed out is overwritten with zeros: it may have held secrets.
 */
void arena_reset(struct arena *a);

/*
 * Forget everything allocated since the mark was taken.  Loops over many
 * rows mark before the loop and rewind once a row, so that a million rows
 * need the memory of one.
 */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);

/* N zeroed bytes, aligned for any type.  Never NULL. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((returns_nonnull, malloc));

/*
 * Makes the piece of n bytes that was handed out last longer where it stands.
 * False: it was not the last, or there is no room behind it.
 */
bool arena_extend(struct arena *a, const void *p, size_t n, size_t more);

/* Copies, always NUL-terminated. */
char *arena_copy(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* All of these strings in one; the last argument is NULL. */
char *arena_join(struct arena *a, ...) __attribute__((sentinel));

/* arena_copy() of a whole string; NULL stays NULL. */
char *arena_str(struct arena *a, const char *s);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

#endif
