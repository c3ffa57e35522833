/*
 * field.h - one description of a struct for SQL, JSON, CSV and OpenAPI.
 *
 * A member's type is written in the struct and nowhere else; _Generic reads
 * it from there.  What may leave the server is listed in a table of these: a
 * new member leaks nowhere until a table names it.  A member of a type that
 * is not named here does not compile.
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/stamp.h"
#include "base/token.h"

/* Six decimals, exactly: degrees of latitude and longitude. */
struct micro {
	int64_t v; /* millionths; INT64_MIN is "none" */
};
#define MICRO_NONE ((struct micro){ INT64_MIN })
#define MICRO_TEXT 24

/* "-12.5": no zeros at the end; returns the length written. */
size_t micro_write(struct micro m, char out[MICRO_TEXT]);

/* NULL, or why not: "not-a-number", "too-precise" (more than six decimals), "out-of-range". */
const char *micro_read(const char *s, size_t n, struct micro *out);

/* A whole number that may be absent (SQL NULL, JSON null). */
struct opt {
	bool set;
	int64_t v;
};

/* JSON text, already checked or made by us; printed as it stands. */
struct json_text {
	const char *s; /* NULL: null */
};

/* Bytes; only between C and SQL, never printed. */
struct bytes {
	const unsigned char *p;
	size_t n;
};

enum field_type {
	FIELD_I64,
	FIELD_BOOL,
	FIELD_STR,
	FIELD_STAMP,
	FIELD_MICRO,
	FIELD_OPT,
	FIELD_JSON,
	FIELD_BYTES,
	FIELD_ID /* int64_t inside, prefixed text outside; 0 is null */
};

struct field {
	const char *name;
	enum field_type type;
	unsigned name_len;        /* or 0: it is counted each time */
	size_t offset;
	enum id_kind id;          /* of a FIELD_ID */
	const char *const *words; /* the values of an enumeration, NULL-ended, or NULL */
	const char *label;        /* a CSV header in words, or NULL: the name */
	bool may_lack;            /* an enumeration that may be null */
	bool truth;               /* a FIELD_OPT that is true or false outside */
};

#define FIELD_TYPE(x) \
	_Generic((x), \
		int64_t: FIELD_I64, \
		bool: FIELD_BOOL, \
		const char *: FIELD_STR, \
		struct stamp: FIELD_STAMP, \
		struct micro: FIELD_MICRO, \
		struct opt: FIELD_OPT, \
		struct json_text: FIELD_JSON, \
		struct bytes: FIELD_BYTES)

#define FIELD_NAME(text) .name = (text), .name_len = sizeof(text) - 1

#define FIELD(T, m, ...) \
	{ \
		FIELD_NAME(#m), .type = FIELD_TYPE(((T *)0)->m), .offset = offsetof(T, m), \
		__VA_ARGS__ \
	}

/* A key that leaves the server as prefixed text ("acc_0000000000ABC"). */
#define FIELD_KEY(T, m, kind, ...) \
	{ \
		FIELD_NAME(#m), .type = FIELD_ID, .id = (kind), \
		.offset = offsetof(T, m) + 0 * sizeof(FIELD_TYPE(((T *)0)->m)), \
		__VA_ARGS__ \
	}

/* A table of fields with its length, for SQL rows and for answers. */
struct fields {
	const struct field *v;
	size_t n;
};
#define FIELDS(a) { (a), ARRAY_LEN(a) }

#endif
