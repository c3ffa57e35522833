/*
 * token.h - random tokens, hashes of tokens, and public ids.
 *
 * Secrets are looked up by their BLAKE2b hash, so nothing secret is compared
 * in SQL.  A public id is a type prefix and the 64-bit key in Crockford
 * base32 with fixed width: "acc_0000000000ABC".  An id of another type does
 * not parse.
 */
#ifndef BASE_TOKEN_H
#define BASE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum id_kind {
	ID_NONE,
	ID_ACCOUNT,
	ID_API_KEY,
	ID_CHANGE,
	ID_CONTACT,
	ID_DEVICE,
	ID_EVENT,
	ID_FIELD,
	ID_GROUP,
	ID_HOLD,
	ID_INVITATION,
	ID_JOB,
	ID_MAIL,
	ID_MEMBERSHIP,
	ID_NOTE,
	ID_PERSON,
	ID_REGISTRATION,
	ID_ROLE,
	ID_SESSION,
	ID_SITE,
	ID_SOURCE,
	ID_SUPPORT_GRANT,
	ID_VIEW,
	ID_VISIT,
	ID__MAX
};

#define ID_TEXT 18 /* "acc_" and 13 digits and NUL */
#define HASH_BYTES 32
#define TOKEN_TEXT 44 /* 256 bits in base64url without padding, and NUL */
#define UUID_TEXT 37

/* "acc" for ID_ACCOUNT. */
const char *id_prefix(enum id_kind kind);
void id_write(enum id_kind kind, int64_t id, char out[ID_TEXT]);

/* Accepts lower case and nothing that id_write() would not write otherwise; key > 0. */
bool id_read(enum id_kind kind, const char *s, size_t n, int64_t *out) MUST_CHECK;

/* 256 random bits as base64url text. */
void token_new(char out[TOKEN_TEXT]);
void token_uuid(char out[UUID_TEXT]); /* RFC 9562 version 4 */
void token_random(void *out, size_t n);

/* BLAKE2b-256 of n bytes. */
void token_hash(const void *p, size_t n, unsigned char out[HASH_BYTES]);
void token_sha256(const void *p, size_t n, unsigned char out[HASH_BYTES]);
void token_hmac_sha256(const void *key, size_t nkey, const void *p, size_t n,
                       unsigned char out[HASH_BYTES]);
bool token_same(const void *a, const void *b, size_t n); /* constant time */
void token_wipe(void *p, size_t n); /* zeros that no optimiser leaves out */

/*
 * Base64 (RFC 4648 4, padded) and hex.  write ends with NUL and returns the length without it,
 * 0 when cap is too small; read returns false unless every byte fits and is used.
 */
size_t base64_write(const void *p, size_t n, char *out, size_t cap);
bool base64_read(const char *s, size_t n, void *out, size_t cap, size_t *len) MUST_CHECK;
void hex_write(const void *p, size_t n, char *out); /* 2n + 1 bytes */
bool hex_read(const char *s, size_t n, void *out, size_t cap, size_t *len) MUST_CHECK;

#endif
