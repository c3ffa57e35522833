/*
 * memo.h - a few numbers a worker remembers from one request to the next.
 *
 * Only what may be some seconds old (a count shown beside a list), and only in
 * the worker's own memory: it is never shared, so it needs no lock.  Keys are
 * hashes of all that the number depends on, the asking account among them.
 * Without a memo (NULL) nothing is remembered and all works the same.
 */
#ifndef CORE_MEMO_H
#define CORE_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/token.h"

#define MEMO_PLACES 256

struct memo_place {
	unsigned char key[HASH_BYTES];
	int64_t value;
	int64_t until_usec; /* monotonic; 0: empty */
};

struct memo {
	struct memo_place places[MEMO_PLACES];
};

bool memo_find(const struct memo *m, const unsigned char key[HASH_BYTES], int64_t *out);

/* Takes the place of whatever was there. */
void memo_put(struct memo *m, const unsigned char key[HASH_BYTES], int64_t value, int ttl_sec);

#endif
