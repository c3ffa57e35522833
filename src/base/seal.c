#include "base/seal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/conf.h"
#include "base/token.h"

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define BASE64      sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define FILE_MAX    ((size_t)4096)

/* libsodium 1.0.18 takes some bytes above 0x7f for digits of base64. */
#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_|"

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SEAL_KEY_BYTES, "key size");

static enum err add_key(const char *line, size_t n, struct seal_ring *ring, const char **why)
{
	unsigned char hash[HASH_BYTES];
	size_t len = 0;

	if (ring->n == SEAL_KEYS) {
		*why = "holds too many keys";
		return ERR_INVALID;
	}
	if (!hex_read(line, n, ring->keys[ring->n].key, SEAL_KEY_BYTES, &len) ||
	    len != SEAL_KEY_BYTES) {
		*why = "has a line that is not a key of 64 hexadecimal digits";
		return ERR_INVALID;
	}
	token_hash(ring->keys[ring->n].key, SEAL_KEY_BYTES, hash);
	hex_write(hash, (SEAL_KEY_ID - 1) / 2, ring->keys[ring->n].id);
	ring->n++;
	return OK;
}

enum err seal_parse_keys(const char *text, struct seal_ring *out, const char **why)
{
	struct seal_ring ring = { 0 };
	enum err e = OK;
	size_t n;

	for (; *text && !e; text += n + (text[n] != '\0')) {
		n = strcspn(text, "\n");
		if (n > 0 && *text != '#' && *text != '\r')
			e = add_key(text, n - (text[n - 1] == '\r'), &ring, why);
	}
	if (!e && ring.n == 0) {
		*why = "holds no key";
		e = ERR_INVALID;
	}
	if (!e)
		*out = ring;
	seal_release(&ring);
	return e;
}

enum err seal_read_keys(const char *path, struct seal_ring *out, const char **why)
{
	struct arena mem;
	const char *text;
	enum err e;

	arena_init(&mem, 4 * FILE_MAX);
	e = conf_read_secret_file(&mem, path, FILE_MAX, &text, why);
	if (!e)
		e = seal_parse_keys(text, out, why);
	arena_release(&mem);
	return e;
}

void seal_release(struct seal_ring *ring)
{
	sodium_memzero(ring, sizeof(*ring));
}

const char *seal_write(const struct seal_ring *ring, struct arena *mem, const char *belongs_to,
                       const void *secret, size_t n)
{
	size_t nonce_len = sodium_base64_ENCODED_LEN(NONCE_BYTES, BASE64);
	size_t text_len = sodium_base64_ENCODED_LEN(n + TAG_BYTES, BASE64);
	unsigned char nonce[NONCE_BYTES], *sealed = arena_alloc(mem, n + TAG_BYTES);
	char *nonce_text = arena_alloc(mem, nonce_len), *text = arena_alloc(mem, text_len);

	randombytes_buf(nonce, sizeof(nonce));
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, secret, n,
	                                           (const unsigned char *)belongs_to,
	                                           strlen(belongs_to), NULL, nonce,
	                                           ring->keys[0].key);
	sodium_bin2base64(nonce_text, nonce_len, nonce, sizeof(nonce), BASE64);
	sodium_bin2base64(text, text_len, sealed, n + TAG_BYTES, BASE64);
	return arena_printf(mem, "v1|%s|%s|%s", ring->keys[0].id, nonce_text, text);
}

static const unsigned char *find_key(const struct seal_ring *ring, const char *id)
{
	for (size_t i = 0; i < ring->n; i++)
		if (memcmp(ring->keys[i].id, id, SEAL_KEY_ID - 1) == 0)
			return ring->keys[i].key;
	return NULL;
}

enum err seal_read(const struct seal_ring *ring, struct arena *mem, const char *belongs_to,
                   const char *sealed, struct bytes *out)
{
	static const size_t head =
		sizeof("v1|") - 1 + SEAL_KEY_ID; /* with the bar behind the id */
	unsigned char nonce[NONCE_BYTES], *box, *plain;
	const unsigned char *key;
	unsigned long long plain_len;
	size_t len = strlen(sealed), nonce_len, box_len;
	const char *text;

	if (len <= head || strncmp(sealed, "v1|", 3) != 0 || sealed[head - 1] != '|' ||
	    sealed[strspn(sealed, ALPHABET)] != '\0')
		return ERR_MALFORMED;
	text = strchr(sealed + head, '|');
	if (!text || sodium_base642bin(nonce, sizeof(nonce), sealed + head,
	                               (size_t)(text - sealed) - head, NULL, &nonce_len, NULL,
	                               BASE64) != 0)
		return ERR_MALFORMED;
	text++;
	box = arena_alloc(mem, len);
	if (nonce_len != NONCE_BYTES ||
	    sodium_base642bin(box, len, text, strlen(text), NULL, &box_len, NULL, BASE64) != 0)
		return ERR_MALFORMED;
	key = find_key(ring, sealed + 3);
	if (!key)
		return ERR_NOT_FOUND;
	plain = arena_alloc(mem, box_len + 1);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &plain_len, NULL, box, box_len,
	                                               (const unsigned char *)belongs_to,
	                                               strlen(belongs_to), nonce, key) != 0)
		return ERR_DENIED;
	*out = (struct bytes){ plain, (size_t)plain_len };
	return OK;
}

const char *seal_key_id(const struct seal_ring *ring)
{
	return ring && ring->n > 0 ? ring->keys[0].id : NULL;
}

/* The key itself seals secrets; a key made of it and the use makes digests. */
enum err seal_digest(const struct seal_ring *ring, const char *key_id, const char *use,
                     struct bytes of, unsigned char *out, size_t nout)
{
	unsigned char own[SEAL_KEY_BYTES];

	for (size_t i = 0; ring && key_id && i < ring->n; i++) {
		if (strcmp(ring->keys[i].id, key_id) != 0)
			continue;
		crypto_generichash(own, sizeof(own), (const unsigned char *)use, strlen(use),
		                   ring->keys[i].key, SEAL_KEY_BYTES);
		crypto_generichash(out, nout, of.p, of.n, own, sizeof(own));
		sodium_memzero(own, sizeof(own));
		return OK;
	}
	return ERR_NOT_FOUND;
}
