/*
 * json_reader.h - what json_in.c and json_value.c share; for them alone.
 *
 * A reader carries the pointer to where it is, so that a complaint needs
 * only its word.  The readers of values leave the member alone when they
 * refuse.
 */
#ifndef JSON_READER_H
#define JSON_READER_H

#include <json-c/json.h>

#include "json/json_in.h"

struct json_reader {
	struct arena *mem;
	struct fault *fault;
	bool refused;
	size_t at; /* length of the pointer */
	/* Longer than a fault's, so that fault_field() cuts it, at a code point. */
	char pointer[2 * sizeof(((struct fault_field *)0)->pointer)];
};

/* One member or element down; both return what json_pop() wants to come back. */
size_t json_push_name(struct json_reader *r, const char *name);
size_t json_push_index(struct json_reader *r, size_t i);
void json_pop(struct json_reader *r, size_t was);

/* Complains of the place the reader is at. */
void json_refuse(struct json_reader *r, const char *code);

/* Any value that is neither an array nor a SUB; null is of no type but OPT's. */
void json_read_value(struct json_reader *r, const struct json_in *in, struct json_object *v,
                     void *member);

/* One element of an array of strings, or NULL when it was refused. */
const char *json_read_element(struct json_reader *r, const struct json_in *in,
                              struct json_object *v);

#endif
