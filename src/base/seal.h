/*
 * seal.h - secrets at rest: XChaCha20-Poly1305 with keys from a file.
 *
 * A sealed secret is the text `v1|key id|nonce|ciphertext` (the last two in
 * base64url).  The caller says what the secret belongs to ("billing_secret:17");
 * a sealed text moved to another row does not open there.  The first key of
 * the file seals, all of them open: a new key goes on top.
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"

#define SEAL_KEYS 4
#define SEAL_KEY_BYTES 32
#define SEAL_KEY_ID 9 /* eight hexadecimal digits of the key's hash, and NUL */

struct seal_ring {
	size_t n;
	struct {
		char id[SEAL_KEY_ID];
		unsigned char key[SEAL_KEY_BYTES];
	} keys[SEAL_KEYS];
};

/*
 * Reads keys, one line of 64 hexadecimal digits each (# begins a comment
 * line), from a file nobody but its owner may read.  why points to a phrase.
 */
enum err seal_read_keys(const char *path, struct seal_ring *out, const char **why) MUST_CHECK;

/* The same from a text. */
enum err seal_parse_keys(const char *text, struct seal_ring *out, const char **why) MUST_CHECK;

/* Zeros all keys. */
void seal_release(struct seal_ring *ring);

/* Seals n bytes; the text is the arena's. */
const char *seal_write(const struct seal_ring *ring, struct arena *mem, const char *belongs_to,
                       const void *secret, size_t n);

/*
 * Opens a sealed text; the bytes are the arena's and NUL-terminated.
 * ERR_MALFORMED when it is no sealed text, ERR_NOT_FOUND when its key is not
 * in the ring, ERR_DENIED when it was changed or belongs elsewhere.
 */
enum err seal_read(const struct seal_ring *ring, struct arena *mem, const char *belongs_to,
                   const char *sealed, struct bytes *out) MUST_CHECK;

/*
 * What only a holder of the key could have made of n bytes: nout bytes of keyed BLAKE2b.
 * key_id names one of the ring; seal_key_id() is the one that seals.  ERR_NOT_FOUND when
 * the ring has no such key.  use tells apart what keys are used for.
 */
enum err seal_digest(const struct seal_ring *ring, const char *key_id, const char *use,
                     struct bytes of, unsigned char *out, size_t nout) MUST_CHECK;
const char *seal_key_id(const struct seal_ring *ring); /* NULL without a key */

#endif
