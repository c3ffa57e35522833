/*
 * log.h - logfmt lines on standard error.
 *
 * One line a call, written with one write(2): lines of several threads do
 * not mix.  Values are quoted and escaped here, so no text from outside can
 * start a second line.  Libraries do not log; web and main do, once.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

#include "base/macros.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_pair {
	const char *key;
	const char *text; /* NULL: print number */
	int64_t number;
};

static inline const char *log_text(const char *s)
{
	return s ? s : "";
}

#define LOG_S(k, v) { .key = (k), .text = log_text(v) }
#define LOG_N(k, v) { .key = (k), .number = (v) }

void log_set_level(enum log_level least);
void log_write(enum log_level level, const char *event, const struct log_pair *pairs, size_t n);

#define log_event(level, event, ...) \
	log_write((level), (event), (const struct log_pair[]){ __VA_ARGS__ }, \
	          ARRAY_LEN(((const struct log_pair[]){ __VA_ARGS__ })))

#endif
