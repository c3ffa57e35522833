#include "base/token.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ID_DIGITS 13

static const char *const prefixes[] = {
	[ID_NONE] = "",          [ID_ACCOUNT] = "acc",    [ID_CHANGE] = "chg",
	[ID_CONTACT] = "con",    [ID_DEVICE] = "dev",     [ID_EVENT] = "evt",
	[ID_FIELD] = "fld",      [ID_NOTE] = "not",
	[ID_GROUP] = "grp",
	[ID_HOLD] = "hld",       [ID_INVITATION] = "inv", [ID_JOB] = "job",
	[ID_MEMBERSHIP] = "mem", [ID_PERSON] = "per",     [ID_ROLE] = "rol",
	[ID_MAIL] = "mai",       [ID_SESSION] = "ses",    [ID_SITE] = "sit",
	[ID_SOURCE] = "src",      [ID_API_KEY] = "key",
	[ID_REGISTRATION] = "reg", [ID_SUPPORT_GRANT] = "sup",
	[ID_VIEW] = "viw",       [ID_VISIT] = "vis",
};
static_assert(ARRAY_LEN(prefixes) == ID__MAX, "every kind of id has a prefix");

/* Crockford's alphabet: no I, L, O, U. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Picks the fastest implementations once, before there are threads. */
static __attribute__((constructor)) void start_sodium(void)
{
	if (sodium_init() < 0)
		abort();
}

const char *id_prefix(enum id_kind kind)
{
	assert(kind > ID_NONE && kind < ID__MAX);
	return prefixes[kind];
}

void id_write(enum id_kind kind, int64_t id, char out[ID_TEXT])
{
	uint64_t v = (uint64_t)id;

	assert(id > 0);
	memcpy(out, id_prefix(kind), 3);
	out[3] = '_';
	memset(out + 4, '0', ID_DIGITS);
	out[4 + ID_DIGITS] = '\0';
	for (char *p = out + 4 + ID_DIGITS; v > 0; v >>= 5) /* most keys are small */
		*--p = digits[v & 31];
}

static int digit_value(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

bool id_read(enum id_kind kind, const char *s, size_t n, int64_t *out)
{
	uint64_t v = 0;
	int d;

	if (n != 4 + ID_DIGITS || memcmp(s, id_prefix(kind), 3) != 0 || s[3] != '_')
		return false;
	for (int i = 0; i < ID_DIGITS; i++) {
		d = digit_value(s[4 + i]);
		if (d < 0 || (i == 0 && d > 7)) /* 63 bits: the first digit has three */
			return false;
		v = v << 5 | (uint64_t)d;
	}
	if (v == 0)
		return false;
	*out = (int64_t)v;
	return true;
}

void token_random(void *out, size_t n)
{
	randombytes_buf(out, n);
}

void token_new(char out[TOKEN_TEXT])
{
	unsigned char raw[32];

	randombytes_buf(raw, sizeof(raw));
	sodium_bin2base64(out, TOKEN_TEXT, raw, sizeof(raw),
	                  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(raw, sizeof(raw));
}

void token_uuid(char out[UUID_TEXT])
{
	static const size_t ends[] = { 4, 6, 8, 10, 16 };
	unsigned char raw[16];
	size_t at = 0;

	randombytes_buf(raw, sizeof(raw));
	raw[6] = (unsigned char)((raw[6] & 0x0f) | 0x40);
	raw[8] = (unsigned char)((raw[8] & 0x3f) | 0x80);
	for (size_t g = 0; g < ARRAY_LEN(ends); g++) {
		hex_write(raw + at, ends[g] - at, out);
		out += 2 * (ends[g] - at);
		at = ends[g];
		*out++ = '-';
	}
	out[-1] = '\0';
}

void token_hash(const void *p, size_t n, unsigned char out[HASH_BYTES])
{
	crypto_generichash(out, HASH_BYTES, p, n, NULL, 0);
}

void token_sha256(const void *p, size_t n, unsigned char out[HASH_BYTES])
{
	crypto_hash_sha256(out, p, n);
}

void token_hmac_sha256(const void *key, size_t nkey, const void *p, size_t n,
                       unsigned char out[HASH_BYTES])
{
	crypto_auth_hmacsha256_state st;

	crypto_auth_hmacsha256_init(&st, key, nkey);
	crypto_auth_hmacsha256_update(&st, p, n);
	crypto_auth_hmacsha256_final(&st, out);
	sodium_memzero(&st, sizeof(st));
}

bool token_same(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void token_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

size_t base64_write(const void *p, size_t n, char *out, size_t cap)
{
	size_t need = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL);

	if (n > SIZE_MAX / 2 || need > cap)
		return 0;
	sodium_bin2base64(out, cap, p, n, sodium_base64_VARIANT_ORIGINAL);
	return need - 1;
}

/* libsodium 1.0.18 takes some bytes above 0x7f for digits where char is signed. */
static bool is_ascii(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] > 0x7f)
			return false;
	return true;
}

bool base64_read(const char *s, size_t n, void *out, size_t cap, size_t *len)
{
	size_t got;

	if (!is_ascii(s, n) || sodium_base642bin(out, cap, s, n, NULL, &got, NULL,
	                                         sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	*len = got;
	return true;
}

void hex_write(const void *p, size_t n, char *out)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *u = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex[u[i] >> 4];
		out[2 * i + 1] = hex[u[i] & 15];
	}
	out[2 * n] = '\0';
}

bool hex_read(const char *s, size_t n, void *out, size_t cap, size_t *len)
{
	size_t got;

	if (sodium_hex2bin(out, cap, s, n, NULL, &got, NULL) != 0)
		return false;
	*len = got;
	return true;
}
