/*
 * copy.h - copies of a few bytes, which a call would take longer to begin than to make.
 */
#ifndef BASE_COPY_H
#define BASE_COPY_H

#include <stdint.h>
#include <string.h>

/* As memcpy(); quick up to 16 bytes, as most names and values are. */
static inline void copy_short(char *to, const char *from, size_t n)
{
	uint64_t first, last;
	uint32_t start, end;

	if (n > 16) {
		memcpy(to, from, n);
	} else if (n >= 8) { /* the two may overlap: both were read before */
		memcpy(&first, from, 8);
		memcpy(&last, from + n - 8, 8);
		memcpy(to, &first, 8);
		memcpy(to + n - 8, &last, 8);
	} else if (n >= 4) {
		memcpy(&start, from, 4);
		memcpy(&end, from + n - 4, 4);
		memcpy(to, &start, 4);
		memcpy(to + n - 4, &end, 4);
	} else {
		while (n-- > 0)
			*to++ = *from++;
	}
}

#endif
