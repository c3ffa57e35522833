/*
 * utf8.h - text rules: valid, printable, composed, folded.
 *
 * Everything stored is valid UTF-8 without control characters.  Folding is
 * for finding, never for identity.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_valid(const char *s, size_t n);

/* The bytes of one code point; returns how many. */
size_t utf8_put(uint32_t c, char out[4]);

/* Code points of valid text. */
size_t utf8_length(const char *s, size_t n);

/* No C0, DEL or C1 controls; new lines only when multiline is true. */
bool utf8_printable(const char *s, size_t n, bool multiline);

/*
 * Splits text into words for the search index: letters and digits of any
 * script, ASCII and Latin-1/Latin Extended-A lower-cased with their accents
 * removed, other scripts as they are (lower-cased where simple).  "@", "." and
 * "-" split words.  Calls put for each word, at most 64 bytes each, cut at a
 * code point.
 */
typedef void utf8_word(void *to, const char *word, size_t n);
void utf8_words(const char *s, size_t n, utf8_word *put, void *to);

/* Trims ASCII and Unicode spaces at both ends; copies into the arena. */
char *utf8_trim(struct arena *mem, const char *s, size_t n);

/*
 * Valid text in Unicode's normalization form C (UAX #15), so that what looks the
 * same is the same bytes; text of one byte a character is given back as it is.
 */
const char *utf8_nfc(struct arena *mem, const char *s);

/* An e-mail address by a strict grammar (ASCII, <= 254, no quotes, no controls). */
bool utf8_is_email(const char *s, size_t n);

#endif
