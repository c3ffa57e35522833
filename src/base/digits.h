/*
 * digits.h - whole numbers as decimal digits, two at a time.
 *
 * A page of a list is mostly numbers and times, and a division is the dearest
 * thing on it: half as many are made this way.
 */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define I64_DIGITS 20 /* "-9223372036854775808" */

/* "00", "01" and so on up to "99". */
extern const char digits_pairs[201];

/* v < 100; returns where the next go. */
static inline char *digits_two(char *p, uint32_t v)
{
	memcpy(p, digits_pairs + (size_t)v * 2, 2);
	return p + 2;
}

/* No NUL follows; returns the length. */
size_t digits_i64(int64_t v, char out[I64_DIGITS]);

#endif
