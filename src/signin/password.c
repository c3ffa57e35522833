#include "signin/password.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/utf8.h"
#include "signin/gate.h"

#define PASSES       2
#define MEMORY_BYTES (19u * 1024 * 1024)
#define BUSY_SEC     2

static_assert(PASSWORD_HASH_TEXT == crypto_pwhash_STRBYTES, "a hash fits its column");

/* Costs what a real one costs, and no password has it: all zeros. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
			     "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static enum err enter(struct ctx *c, int *slot)
{
	int taken = gate_enter(c->config->gate);

	if (taken >= 0) {
		*slot = taken;
		return OK;
	}
	c->fault.retry_after_sec = BUSY_SEC;
	return FAIL(c, ERR_LIMITED, "signin-busy",
	            "Many people sign in now; please try again.");
}

static enum err no_memory(struct ctx *c)
{
	c->fault.retry_after_sec = BUSY_SEC;
	return FAIL(c, ERR_UNAVAILABLE, "no-memory", "The password could not be hashed.");
}

enum err password_hash_make(struct ctx *c, const char *password, const char **hash)
{
	char *out = arena_alloc(c->mem, PASSWORD_HASH_TEXT);
	int slot, failed;
	enum err e;

	if (strlen(password) > PASSWORD_MAX_BYTES)
		return FAIL_FIELD(c, "/password", "too-long");
	password = utf8_nfc(c->mem, password);
	e = enter(c, &slot);
	if (e)
		return e;
	failed = crypto_pwhash_str(out, password, strlen(password), PASSES, MEMORY_BYTES);
	gate_leave(c->config->gate, slot);
	if (failed)
		return no_memory(c);
	*hash = out;
	return OK;
}

/* libsodium reads all 128 bytes, and tells a mismatch from a failure by errno alone. */
enum err password_check(struct ctx *c, const char *hash, const char *password)
{
	char padded[PASSWORD_HASH_TEXT] = { 0 };
	const char *stored = hash ? hash : nobody;
	size_t n = strlen(stored);
	int slot, failed, why;
	enum err e;

	if (n >= sizeof(padded) || strlen(password) > PASSWORD_MAX_BYTES)
		return ERR_DENIED;
	memcpy(padded, stored, n);
	password = utf8_nfc(c->mem, password);
	e = enter(c, &slot);
	if (e)
		return e;
	errno = 0;
	failed = crypto_pwhash_str_verify(padded, password, strlen(password));
	why = errno;
	gate_leave(c->config->gate, slot);
	if (failed && why == ENOMEM)
		return no_memory(c);
	return failed || !hash ? ERR_DENIED : OK;
}

bool password_is_outdated(const char *hash)
{
	char padded[PASSWORD_HASH_TEXT] = { 0 };
	size_t n = strlen(hash);

	if (n >= sizeof(padded))
		return true;
	memcpy(padded, hash, n);
	return crypto_pwhash_str_needs_rehash(padded, PASSES, MEMORY_BYTES) != 0;
}
