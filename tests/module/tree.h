/*
 * tree.h - one value of a JSON text, by pointer (RFC 6901).
 *
 * Apart from the harness, because json-c and our own writer share a name.
 * Trees are kept: a test is a short process.
 */
#ifndef MODULE_TREE_H
#define MODULE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is not JSON aborts the test. */
bool tree_has(const char *json, const char *pointer); /* null is not there */
const char *tree_text(const char *json, const char *pointer);
int64_t tree_number(const char *json, const char *pointer);
size_t tree_length(const char *json, const char *pointer); /* of an array or object */

#endif
