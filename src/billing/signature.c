#include "billing/signature.h"

#include <string.h>

#include "base/buf.h"

#define TIMESTAMP_DIGITS 11
#define SECRET_PREFIX    "whsec_"

bool signature_id_valid(const char *id)
{
	size_t n =
		strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= SIGNATURE_ID_MAX && id[n] == '\0';
}

bool signature_key_read(const char *secret, unsigned char out[SIGNATURE_KEY_MAX], size_t *len)
{
	if (strncmp(secret, SECRET_PREFIX, strlen(SECRET_PREFIX)) == 0)
		secret += strlen(SECRET_PREFIX);
	return base64_read(secret, strlen(secret), out, SIGNATURE_KEY_MAX, len) &&
	       *len >= SIGNATURE_KEY_MIN;
}

static bool timestamp_read(const char *s, int64_t *out)
{
	size_t n = strspn(s, "0123456789");
	int64_t v = 0;

	if (n == 0 || n > TIMESTAMP_DIGITS || s[n] != '\0')
		return false;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	*out = v;
	return true;
}

static void sign(struct arena *mem, const struct signature_in *in, const struct bytes *key,
                 unsigned char out[HASH_BYTES])
{
	size_t id_len = strlen(in->id), ts_len = strlen(in->timestamp);
	size_t n = id_len + ts_len + 2 + in->body_len;
	char *p = arena_alloc(mem, n);

	memcpy(p, in->id, id_len);
	p[id_len] = '.';
	memcpy(p + id_len + 1, in->timestamp, ts_len);
	p[id_len + 1 + ts_len] = '.';
	memcpy(p + id_len + ts_len + 2, in->body, in->body_len);
	token_hmac_sha256(key->p, key->n, p, n, out);
}

/* The signatures of version 1; false when the list is not one. */
static bool list_read(const char *s, unsigned char out[SIGNATURES_MAX][HASH_BYTES], size_t *n)
{
	size_t len, got, seen = 0;
	const char *end;

	*n = 0;
	if (strlen(s) > SIGNATURE_HEADER_MAX)
		return false;
	for (; seen < SIGNATURES_MAX; seen++, s = end + 1) {
		end = strchr(s, ' ');
		len = end ? (size_t)(end - s) : strlen(s);
		if (len == 0)
			return false;
		if (len > 3 && memcmp(s, "v1,", 3) == 0 &&
		    base64_read(s + 3, len - 3, out[*n], HASH_BYTES, &got) && got == HASH_BYTES)
			(*n)++;
		if (!end)
			return true;
	}
	return false;
}

const char *signature_check(struct arena *mem, const struct signature_in *in,
                            const struct bytes *keys, size_t nkeys, struct stamp now)
{
	unsigned char given[SIGNATURES_MAX][HASH_BYTES], ours[HASH_BYTES];
	int64_t sec, off;
	size_t n;
	unsigned same = 0;

	if (!in->id || !in->timestamp || !in->signatures)
		return "header-missing";
	if (!signature_id_valid(in->id))
		return "bad-id";
	if (!timestamp_read(in->timestamp, &sec))
		return "bad-timestamp";
	if (!list_read(in->signatures, given, &n))
		return "bad-signature-list";
	off = now.usec / USEC_PER_SEC - sec;
	if (off > SIGNATURE_TOLERANCE_SEC || off < -SIGNATURE_TOLERANCE_SEC)
		return "stale-timestamp";
	for (size_t k = 0; k < nkeys; k++) {
		sign(mem, in, &keys[k], ours);
		for (size_t i = 0; i < n; i++)
			same |= token_same(ours, given[i], HASH_BYTES);
	}
	return same ? NULL : "bad-signature";
}
