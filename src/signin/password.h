/*
 * password.h - Argon2id (19 MiB, two passes) behind a gate shared by the pool.
 *
 * A password is taken whole, not trimmed; it is put into NFC where it is set and
 * where it is checked (reliability.md 2.2), so that keyboards which compose
 * differently type the same one.  Want of memory is not a wrong password: it is
 * ERR_UNAVAILABLE.  Each call passes the gate and takes some 25 ms of a core:
 * never call it inside a transaction.
 */
#ifndef SIGNIN_PASSWORD_H
#define SIGNIN_PASSWORD_H

#include "core/ctx.h"

#define PASSWORD_MIN       8 /* code points, for people who choose one */
#define PASSWORD_MAX_BYTES 1024
#define PASSWORD_HASH_TEXT 128

/* The text to store, in the arena.  ERR_LIMITED when the gate stays full for a second. */
enum err password_hash_make(struct ctx *c, const char *password, const char **hash) MUST_CHECK;

/*
 * OK, ERR_DENIED when it is another password, ERR_LIMITED, ERR_UNAVAILABLE.
 * hash NULL costs the same and is always ERR_DENIED: for logins nobody has.
 */
enum err password_check(struct ctx *c, const char *hash, const char *password) MUST_CHECK;

/* The hash was made with other costs than today's. */
bool password_is_outdated(const char *hash);

#endif
