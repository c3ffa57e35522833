/*
 * arg.h - arguments of statements, made by constructors the compiler checks.
 *
 * "Nothing" of each type becomes NULL: no string, no instant, no coordinate;
 * a number 0 does so only as db_key().
 */
#ifndef DB_ARG_H
#define DB_ARG_H

#include "base/field.h"

struct db_arg {
	enum field_type type;
	bool null;
	int64_t i;
	const void *p;
	size_t n;
};

static inline struct db_arg db_i64(int64_t v)
{
	return (struct db_arg){ .type = FIELD_I64, .i = v };
}
/* 0 becomes NULL: foreign keys. */
static inline struct db_arg db_key(int64_t v)
{
	return (struct db_arg){ .type = FIELD_I64, .i = v, .null = v == 0 };
}
static inline struct db_arg db_bool(bool v)
{
	return (struct db_arg){ .type = FIELD_I64, .i = v };
}
static inline struct db_arg db_opt(struct opt v)
{
	return (struct db_arg){ .type = FIELD_I64, .i = v.v, .null = !v.set };
}
struct db_arg db_str(const char *s);             /* NULL becomes NULL */
struct db_arg db_bytes(const void *p, size_t n); /* p NULL becomes NULL */
struct db_arg db_stamp(struct stamp t);          /* STAMP_NONE becomes NULL */
struct db_arg db_micro(struct micro m);          /* as a whole number of millionths */

/* clang-format off */
#define DB_ARGV(...) ((const struct db_arg[]){ __VA_ARGS__ })
/* clang-format on */
#define DB_ARGS(...) DB_ARGV(__VA_ARGS__), ARRAY_LEN(DB_ARGV(__VA_ARGS__))
#define DB_NO_ARGS   NULL, 0

#endif
