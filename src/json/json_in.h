/*
 * json_in.h - JSON documents into structs, by tables.
 *
 * A strict check of the bytes comes first (RFC 8259, no duplicate members,
 * no NUL in names, depth <= 16), then json-c builds the tree, then the table
 * takes it apart.  All complaints are collected; unknown members are refused;
 * nothing is coerced.  A string is trimmed and put into NFC unless its entry says
 * raw, and must be printable text.
 */
#ifndef JSON_IN_H
#define JSON_IN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"

#define JSON_DEPTH 16
#define JSON_INT_MAX INT64_C(9007199254740991)

/* An array of strings. */
struct str_list {
	const char **v;
	size_t n;
};

/* An array of structs, element size and table in the entry. */
struct row_list {
	void *v;
	size_t n;
};

enum json_in_type {
	JSON_T_I64,
	JSON_T_BOOL,
	JSON_T_STR,
	JSON_T_STAMP,
	JSON_T_MICRO,   /* a number with at most six decimals */
	JSON_T_OPT,     /* integer or null */
	JSON_T_OBJECT,  /* any object, kept as text */
	JSON_T_STRINGS, /* array of strings */
	JSON_T_ID,      /* prefixed id */
	JSON_T_SUB,     /* object into an embedded struct */
	JSON_T_ROWS     /* array of objects into a row_list */
};

/* Why a string is refused: a stable word ("not-an-email"), or NULL if it is fine. */
typedef const char *json_check(const char *s, size_t n);

struct json_table;

struct json_in {
	const char *name;
	enum json_in_type type;
	size_t offset;
	bool need;     /* absent is refused; null is refused unless nullable */
	bool nullable; /* null is taken: the member keeps its zero ("none") value */
	bool raw;      /* a string is taken as it comes, with controls too (passwords) */
	bool lines;    /* a string may hold new lines */
	/*
	 * String: code points; number: value; array: elements; object: bytes.
	 * max 0 is 255, all that fits a double (unless min < 0), 100 and 65536;
	 * elements of an array of strings have 1 to 255 code points.
	 */
	int64_t min, max;
	const char *const *words; /* allowed values, NULL-ended */
	json_check *check;
	enum id_kind id;
	const struct json_table *sub; /* of SUB and ROWS */
	const char *help; /* one phrase for the API's description */
};

struct json_table {
	const struct json_in *v;
	size_t n;
	size_t size;     /* sizeof the struct */
	bool open;       /* unknown members are passed over (foreign documents) */
};

#define JSON_TYPE(x) \
	_Generic((x), \
		int64_t: JSON_T_I64, \
		bool: JSON_T_BOOL, \
		const char *: JSON_T_STR, \
		struct stamp: JSON_T_STAMP, \
		struct micro: JSON_T_MICRO, \
		struct opt: JSON_T_OPT, \
		struct json_text: JSON_T_OBJECT, \
		struct str_list: JSON_T_STRINGS)

#define JSON_IN(T, m, ...) \
	{ \
		.name = #m, .type = JSON_TYPE(((T *)0)->m), .offset = offsetof(T, m), \
		__VA_ARGS__ \
	}
/* An int64_t member filled from a prefixed id; null (if nullable) leaves 0. */
#define JSON_IN_ID(T, m, kind, ...) \
	{ \
		.name = #m, .type = JSON_T_ID, .offset = offsetof(T, m), .id = (kind), \
		__VA_ARGS__ \
	}
#define JSON_IN_SUB(T, m, table, ...) \
	{ \
		.name = #m, .type = JSON_T_SUB, .offset = offsetof(T, m), .sub = (table), \
		__VA_ARGS__ \
	}
#define JSON_IN_ROWS(T, m, table, ...) \
	{ \
		.name = #m, .type = JSON_T_ROWS, \
		.offset = offsetof(T, m) + 0 * sizeof(((T *)0)->m.n), .sub = (table), \
		__VA_ARGS__ \
	}
#define JSON_TABLE(T, entries, ...) \
	{ .v = (entries), .n = ARRAY_LEN(entries), .size = sizeof(T), __VA_ARGS__ }

/* Which entries of a table were present (null counts): bit i for entry i, at most 64. */
struct json_seen {
	uint64_t bits;
	uint64_t nulls;
};

/*
 * Checks and reads a whole document.  ERR_MALFORMED with one complaint when
 * the bytes are not strict JSON or not an object, ERR_INVALID with all
 * complaints when fields break the rules.  Before reading, stamps and micros
 * of the struct are set to their "none"; what the document does not name
 * keeps its zero.  seen may be NULL.  Strings live in the arena.
 */
enum err json_read(struct arena *mem, struct fault *fault, const char *body, size_t len,
                   const struct json_table *table, void *out, struct json_seen *seen) MUST_CHECK;

/* True if the entry named so was present; asserts that the table has it. */
bool json_has(const struct json_table *t, const struct json_seen *seen, const char *name);

/* The strict check alone: NULL if the text is a JSON document, else a stable word. */
const char *json_complaint(const char *s, size_t n);

/*
 * A copy of an object's text with the values of the named members replaced by
 * "[set]", at any depth, for storing documents without their secrets.
 */
enum err json_mask(struct arena *mem, const char *s, size_t n, const char *const *names,
                   const char **out) MUST_CHECK;

#endif
