/*
 * json_check.h - the strict look at the bytes before anything else reads them.
 *
 * RFC 8259 to the letter, and more: valid UTF-8, no lone surrogates, no
 * member twice (compared after unescaping), no NUL in a member's name, at
 * most JSON_DEPTH levels.  json-c forgives all of these in one way or another.
 */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

struct json_report {
	const char *code; /* stable word; NULL: the text is fine */
	const char *what; /* for people */
	size_t at;        /* byte where it was seen */
};

struct json_report json_check_text(const char *s, size_t n);

/*
 * Steps over the string whose opening quote is at s (of checked text) and
 * returns the place behind its closing quote.
 */
const char *json_skip_string(const char *s, const char *end);

/* Whether the string with its opening quote at s (of checked text) is this name. */
bool json_string_is(const char *s, const char *end, const char *name);

#endif
