/*
 * macros.h - attributes and small macros every file uses.
 *
 * MUST_CHECK goes on everything that can fail; SCOPED releases things that
 * are not memory (rows, tokeners) when their block ends.
 */
#ifndef BASE_MACROS_H
#define BASE_MACROS_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(fmt, first) __attribute__((format(printf, fmt, first), nonnull(fmt)))
#define SCOPED(release) __attribute__((cleanup(release)))
#define UNUSED __attribute__((unused))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)

#endif
