/*
 * memo.h - a few numbers remembered from one request to the next.
 *
 * Only what may be some time old (a count shown beside a list).  It lies in
 * memory that the processes of a pool share and takes no lock: what is being
 * written by another, or was overwritten by another key, is simply not found.
 * Keys are hashes of all that the number depends on, the asking account among
 * them.  When a number's time is over one caller is told to make it anew and
 * the others get the old one meanwhile.  Without a memo (NULL) nothing is
 * remembered and all works the same.
 */
#ifndef CORE_MEMO_H
#define CORE_MEMO_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/token.h"

#define MEMO_PLACES    1024
#define MEMO_KEY_WORDS (HASH_BYTES / 8)

struct memo_place {
	atomic_uint turn; /* odd: being written */
	_Atomic uint64_t key[MEMO_KEY_WORDS];
	_Atomic int64_t value;
	_Atomic int64_t until_usec; /* monotonic; 0: empty */
};

/* Zeroed memory is an empty one. */
struct memo {
	struct memo_place places[MEMO_PLACES];
};

bool memo_find(struct memo *m, const unsigned char key[HASH_BYTES], int64_t *out);

/* Takes the place of whatever was there. */
void memo_put(struct memo *m, const unsigned char key[HASH_BYTES], int64_t value, int ttl_sec);

#endif
