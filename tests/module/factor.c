#include "module/factor.h"

#include <string.h>

#include "core/outbox.h"
#include "mail/mail.h"
#include "signin/code.h"
#include "signin/reset.h"
#include "signin/totp.h"

const char *cookie_of(const struct answer *a)
{
	size_t n = a->cookie ? strcspn(a->cookie, ";") : 0;

	ck_assert_msg(n > 0, "no cookie");
	return arena_printf(harness_ctx()->mem, "HTTP_COOKIE=%.*s", (int)n, a->cookie);
}

static size_t base32(const char *s, unsigned char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0;
	uint32_t v = 0;
	size_t n = 0;

	for (; *s; s++) {
		v = v << 5 | (uint32_t)(strchr(digits, *s) - digits);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (unsigned char)(v >> bits);
		}
	}
	return n;
}

const char *code_of(const char *secret_text, int steps)
{
	unsigned char secret[64];
	char code[9];
	size_t n = base32(secret_text, secret);

	ck_assert_uint_eq(n, TOTP_SECRET_BYTES);
	ck_assert(totp_code(secret, n, stamp_now().usec / USEC_PER_SEC / 30 + steps,
	                    TOTP_DIGITS, code));
	return arena_str(harness_ctx()->mem, code);
}

const char *code_body(const char *code)
{
	return arena_printf(harness_ctx()->mem, "{\"code\":\"%s\"}", code);
}

const char *set_up_factor(const char *cookie)
{
	struct answer a = call_with(METHOD_POST, "/api/v1/me/factor", "{}", HEADERS(cookie));
	const char *secret;

	ck_status(a, 200);
	secret = text_at(&a, "/secret");
	ck_status(call_with(METHOD_POST, "/api/v1/me/factor/confirm",
	                    code_body(code_of(secret, 0)), HEADERS(cookie)),
	          200);
	scratch_run("UPDATE factor SET last_step = 0");
	return secret;
}

struct answer sign_in_as(const char *login, const char *password)
{
	return call(METHOD_POST, "/api/v1/session",
	            arena_printf(harness_ctx()->mem, "{\"login\":\"%s\",\"password\":\"%s\"}",
	                         login, password));
}

void run_outbox(void)
{
	static const struct outbox_kind kinds[] = {
		{ RESET_OUTBOX, reset_ask_run, 5 },
		{ CODE_OUTBOX, code_ask_run, 5 },
		{ NULL, NULL, 0 },
	};
	bool did = true;

	scratch_run("UPDATE outbox SET state = 'done' WHERE kind = '" MAIL_OUTBOX "'");
	while (did)
		ck_assert_int_eq(outbox_step(harness_ctx(), kinds, &did), OK);
	ck_assert_int_eq(scratch_count(
				 "SELECT COUNT(*) AS n FROM outbox WHERE last_error IS NOT NULL"
				 " AND kind <> '" MAIL_OUTBOX "'"),
	                 0);
}
