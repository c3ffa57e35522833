#include "billing/envelope.h"

#include <string.h>

#include "billing/signature.h"
#include "json/json_in.h"

#define TYPE_MAX      64
#define LOG_EXTRA_MAX 16384
#define DATA_MAX      (256 * 1024)

static const char *const kinds[] = { "entity", "location", "camera", NULL };

const char *envelope_check_external(const char *s, size_t n)
{
	if (n > EXTERNAL_ID_MAX)
		return "too-long";
	if (strncmp(s, SUBJECT_LOGIN_PREFIX, strlen(SUBJECT_LOGIN_PREFIX)) == 0)
		return "reserved-prefix";
	return NULL;
}

static const char *check_id(const char *s, size_t n)
{
	(void)n;
	return signature_id_valid(s) ? NULL : "not-an-id";
}

static const char *check_type(const char *s, size_t n)
{
	static const char set[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return strspn(s, set) == n ? NULL : "not-a-type";
}

static const char *check_login(const char *s, size_t n)
{
	(void)s;
	return n > EXTERNAL_ID_MAX ? "too-long" : NULL;
}

static const struct json_in subject_in[] = {
	JSON_IN(struct envelope_subject, kind, .need = true, .words = kinds),
	JSON_IN(struct envelope_subject, external_id, .nullable = true, .min = 1,
	        .max = EXTERNAL_ID_MAX, .check = envelope_check_external),
	JSON_IN(struct envelope_subject, login, .nullable = true, .min = 1,
	        .max = EXTERNAL_ID_MAX, .check = check_login),
	JSON_IN(struct envelope_subject, seq, .nullable = true, .min = 0, .max = JSON_INT_MAX),
};
static const struct json_table subject_table =
	JSON_TABLE(struct envelope_subject, subject_in, .open = true);

#define COMMON \
	JSON_IN(struct envelope, type, .need = true, .min = 1, .max = TYPE_MAX, \
	        .check = check_type), \
		JSON_IN_SUB(struct envelope, subject, &subject_table, .need = true), \
		JSON_IN(struct envelope, data, .max = DATA_MAX), \
		JSON_IN(struct envelope, log_extra, .nullable = true, .max = LOG_EXTRA_MAX)

static const struct json_in signed_in[] = {
	COMMON,
	JSON_IN(struct envelope, id, .need = true, .min = 1, .max = SIGNATURE_ID_MAX,
	        .check = check_id),
	JSON_IN(struct envelope, occurred_at, .need = true),
	JSON_IN(struct envelope, version, .min = 1, .max = 1),
};
static const struct json_in legacy_in[] = {
	COMMON,
	JSON_IN(struct envelope, occurred_at),
};
static const struct json_table signed_table =
	JSON_TABLE(struct envelope, signed_in, .open = true);
static const struct json_table legacy_table =
	JSON_TABLE(struct envelope, legacy_in, .open = true);

enum err envelope_read(struct arena *mem, struct fault *f, const char *body, size_t len,
                       bool legacy, struct envelope *out)
{
	struct envelope env = { 0 };
	enum err e = json_read(mem, f, body, len, legacy ? &legacy_table : &signed_table, &env,
	                       NULL);

	if (!e && !env.subject.external_id && !env.subject.login)
		e = fault_field(f, "/subject/external_id", "required");
	if (e == ERR_INVALID) {
		f->code = "invalid-envelope";
		return ERR_MALFORMED;
	}
	if (!e)
		*out = env;
	return e;
}

const char *envelope_login_key(struct arena *mem, const char *login)
{
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];

	if (strlen(login) + strlen(SUBJECT_LOGIN_PREFIX) <= EXTERNAL_ID_MAX)
		return arena_printf(mem, SUBJECT_LOGIN_PREFIX "%s", login);
	token_sha256(login, strlen(login), hash);
	hex_write(hash, sizeof(hash), hex);
	return arena_printf(mem, SUBJECT_LOGIN_PREFIX "%s", hex);
}
