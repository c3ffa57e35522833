/*
 * compose.h - one message as SMTP takes it (RFC 5322, 2045, 2047).
 *
 * Nothing a person wrote reaches a header but as an encoded-word, and nothing
 * a body but in base64: there is no line of ours that a CR, LF, NUL or dot in
 * a name could end.
 */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "base/arena.h"
#include "base/field.h"

struct mail_message {
	int64_t id;
	const char *kind, *locale;
	const char *to, *from, *from_name; /* addresses checked by utf8_is_email() */
	const char *subject, *text, *html;
	struct stamp at; /* when it was asked for: the same at every try */
};

/* The whole message, with CRLF at every line's end; NUL-terminated. */
struct bytes mail_compose(struct arena *mem, const struct mail_message *m);

#endif
