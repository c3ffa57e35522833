/*
 * totp.h - codes of an authenticator app (RFC 6238): SHA-1, 6 digits, 30 seconds.
 *
 * A code is taken in its own half minute and the one after, never before, and
 * only when it is of a later step than the last one taken.  The one user of
 * liboath.
 */
#ifndef SIGNIN_TOTP_H
#define SIGNIN_TOTP_H

#include "base/arena.h"
#include "base/stamp.h"

#define TOTP_SECRET_BYTES 20
#define TOTP_DIGITS       6

/* The code of a step ("287082"); digits 6 to 8.  False only for want of memory. */
bool totp_code(const unsigned char *secret, size_t n, int64_t step, unsigned digits,
               char out[9]) MUST_CHECK;

/* The step of a code that may be taken now, or 0: wrong, too old, or taken before. */
int64_t totp_check(const unsigned char *secret, size_t n, const char *code, struct stamp now,
                   int64_t last_step);

/* As apps take it by hand: base32 (RFC 4648) without padding. */
const char *totp_secret_text(struct arena *mem, const unsigned char *secret, size_t n);

/* "otpauth://totp/Issuer:login?secret=..." for a QR code. */
const char *totp_uri(struct arena *mem, const char *issuer, const char *login,
                     const char *secret_text);

#endif
