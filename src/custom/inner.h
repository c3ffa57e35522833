/*
 * inner.h - what the files of this folder share, and the lists of their
 * statements.
 *
 * Each list ends with NULL.
 */
#ifndef CUSTOM_INNER_H
#define CUSTOM_INNER_H

#include "custom/custom.h"

extern const struct db_query *const custom_queries[];
extern const struct db_query *const custom_write_queries[];
extern const struct db_query *const custom_settle_queries[];
extern const struct db_query *const custom_value_queries[];

/* Later, by the worker: words rewritten, and values gone when the field is. */
enum err custom_settle(struct ctx *c, int64_t field_id) MUST_CHECK;

/* NULL, or why not. */
json_check custom_check_number, custom_check_date, custom_check_key;

/* The one spelling of a checked value of this type. */
const char *custom_plain(struct arena *mem, const char *type, const char *value);

/* The lines of a text as a NULL-ended array. */
const char *const *custom_lines(struct arena *mem, const char *text);

#endif
