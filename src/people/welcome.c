#include "people/welcome.h"

#include <string.h>

#include "mail/mail.h"

/* As in a query of a URL: all but unreserved characters of RFC 3986. */
static const char *escape(struct arena *mem, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	static const char hex[] = "0123456789ABCDEF";
	char *out = arena_alloc(mem, 3 * strlen(s) + 1), *at = out;

	for (; *s; s++) {
		unsigned char b = (unsigned char)*s;

		if (strchr(plain, b)) {
			*at++ = *s;
			continue;
		}
		*at++ = '%';
		*at++ = hex[b >> 4];
		*at++ = hex[b & 15];
	}
	*at = '\0';
	return out;
}

enum err welcome_send(struct ctx *c, const struct welcome *w)
{
	const char *page = w->known ? "#/sign-in" : "#/code?login=";
	struct mail_new m = {
		.to = w->email,
		.locale = w->locale,
		.kind = w->known ? MAIL_MEMBERSHIP_ADDED : MAIL_ACCOUNT_WELCOME,
		.account_id = w->account_id,
		.person_id = w->person_id,
		.values = { { "name", w->name },
		            { "account", w->account_name },
		            { "login", w->login },
		            { "link",
		              arena_printf(c->mem, "%s%s%s%s", c->config->public_url,
		                           c->config->base_path, page,
		                           w->known ? "" : escape(c->mem, w->login)) } },
	};

	return mail_put(c, &m);
}
