/*
 * slice.h - finding pieces of JSON text without taking it apart.
 *
 * Only for text that json_complaint() has found fine.  It gives the bytes of
 * an element as they were sent, which a tree of values no longer has.
 */
#ifndef BILLING_SLICE_H
#define BILLING_SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char *p;
	size_t n;
};

/* The value of a member of the object; false when it has none of the name. */
bool slice_member(struct slice object, const char *name, struct slice *out);

/*
 * Elements of an array, one a call: begin with *at = 0, go on until false.
 * False at once when it is no array.
 */
bool slice_next(struct slice array, size_t *at, struct slice *out);

#endif
