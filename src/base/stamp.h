/*
 * stamp.h - instants: microseconds since 1970, UTC.
 *
 * A struct, so that an instant cannot be mixed up with a number.  This is
 * the only module that asks the system for the time.
 */
#ifndef BASE_STAMP_H
#define BASE_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct stamp {
	int64_t usec;
};

#define STAMP_NONE ((struct stamp){ INT64_MIN })
#define STAMP_TEXT 28 /* "2026-03-01T09:15:00.250000Z" and NUL */

#define USEC_PER_SEC INT64_C(1000000)
#define USEC_PER_MIN (60 * USEC_PER_SEC)
#define USEC_PER_HOUR (60 * USEC_PER_MIN)
#define USEC_PER_DAY (24 * USEC_PER_HOUR)

struct stamp stamp_now(void);
bool stamp_is_set(struct stamp t);
struct stamp stamp_add(struct stamp t, int64_t usec);

/* RFC 3339, UTC, six digits; returns the length written (27). */
size_t stamp_write(struct stamp t, char out[STAMP_TEXT]);

/*
 * Reads RFC 3339 with any offset and 0 to 9 digits of a second (cut to six).
 * A leap second is read as the next one.  False if it is anything else.
 */
bool stamp_read(const char *s, size_t n, struct stamp *out) MUST_CHECK;

/* A clock that never goes back, for time-outs; not comparable with stamps. */
int64_t stamp_monotonic_usec(void);

#endif
