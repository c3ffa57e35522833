#include "signin/totp.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#include "base/token.h"

#define STEP_SEC  30
#define LABEL_MAX 400

bool totp_code(const unsigned char *secret, size_t n, int64_t step, unsigned digits,
               char out[9])
{
	return oath_hotp_generate((const char *)secret, n, (uint64_t)step, digits, false,
	                          OATH_HOTP_DYNAMIC_TRUNCATION, out) == OATH_OK;
}

static bool is_code(const char *code)
{
	return strlen(code) == TOTP_DIGITS && strspn(code, "0123456789") == TOTP_DIGITS;
}

/* Both steps are always computed: the time says nothing of which was right. */
int64_t totp_check(const unsigned char *secret, size_t n, const char *code, struct stamp now,
                   int64_t last_step)
{
	int64_t step = now.usec / USEC_PER_SEC / STEP_SEC, found = 0;
	char expected[9];

	if (!is_code(code))
		return 0;
	for (int64_t s = step - 1; s <= step; s++) {
		if (!totp_code(secret, n, s, TOTP_DIGITS, expected))
			return 0;
		if (token_same(expected, code, TOTP_DIGITS) && s > last_step)
			found = s;
	}
	token_wipe(expected, sizeof(expected));
	return found;
}

const char *totp_secret_text(struct arena *mem, const unsigned char *secret, size_t n)
{
	char *text = NULL;
	size_t len = 0;
	const char *out;

	if (oath_base32_encode((const char *)secret, n, &text, &len) != OATH_OK)
		return NULL;
	while (len > 0 && text[len - 1] == '=')
		len--;
	out = arena_copy(mem, text, len);
	token_wipe(text, len);
	free(text);
	return out;
}

/* RFC 3986 2.1. */
static const char *encoded(struct arena *mem, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	static const char hex[] = "0123456789ABCDEF";
	char *out = arena_alloc(mem, LABEL_MAX * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < LABEL_MAX && s[i]; i++) {
		if (strchr(plain, s[i])) {
			out[n++] = s[i];
			continue;
		}
		out[n++] = '%';
		out[n++] = hex[(unsigned char)s[i] >> 4];
		out[n++] = hex[(unsigned char)s[i] & 15];
	}
	out[n] = '\0';
	return out;
}

const char *totp_uri(struct arena *mem, const char *issuer, const char *login,
                     const char *secret_text)
{
	const char *name = encoded(mem, issuer);

	return arena_printf(mem,
	                    "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1"
	                    "&digits=%d&period=%d",
	                    name, encoded(mem, login), secret_text, name, TOTP_DIGITS,
	                    STEP_SEC);
}
