/*
 * err.h - the closed list of what can go wrong, seen from the caller.
 *
 * An enum err says what the caller can do about it; the struct fault tells
 * the story for the answer.  A fault is written once, where the cause is
 * known, and passed up untouched.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

enum err {
	OK = 0,
	ERR_MALFORMED,       /* the bytes are not what they claim to be */
	ERR_INVALID,         /* well formed, but fields break the rules */
	ERR_UNAUTHENTICATED, /* who are you? */
	ERR_DENIED,          /* we know you, and no */
	ERR_NOT_FOUND,
	ERR_METHOD,
	ERR_CONFLICT,  /* the state of the data forbids it */
	ERR_VERSION,   /* If-Match names another version (RFC 9110 13.1.1) */
	ERR_UNVERSIONED, /* If-Match is missing (RFC 6585 3) */
	ERR_TOO_LARGE,
	ERR_MEDIA_TYPE,
	ERR_LIMITED,     /* too many tries; later */
	ERR_RETRY,       /* rolled back by the server: the same work may succeed at once */
	ERR_UNAVAILABLE, /* a thing we need is down, or the outcome is unknown */
	ERR_INTERNAL,    /* a bug of ours */
	ERR__MAX
};

#define FAULT_FIELDS 32

/* One refused field: where (RFC 6901 pointer) and why (a stable word). */
struct fault_field {
	char pointer[96];
	const char *code; /* static */
};

struct fault {
	const char *code;  /* static, stable, becomes the problem's type */
	char detail[256];  /* for people */
	int retry_after_sec; /* 0: not said */
	size_t nfields;
	struct fault_field fields[FAULT_FIELDS];
	bool more_fields; /* there were more than FAULT_FIELDS */
};

/* Writes code and detail, returns e: "return fault_set(f, ERR_X, ...)". */
enum err fault_set(struct fault *f, enum err e, const char *code, const char *fmt, ...)
	PRINTF(4, 5);

/* Adds a refused field and returns ERR_INVALID.  The code is static text. */
enum err fault_field(struct fault *f, const char *pointer, const char *code);

/* A name for logs: "conflict". */
const char *err_name(enum err e);

#endif
