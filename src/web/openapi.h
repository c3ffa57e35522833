/*
 * openapi.h - the OpenAPI 3.1 document, made from the route tables.
 *
 * Nothing in it is written by hand but this module's few sentences: paths,
 * bodies, answers and limits come from the tables that the programs run by.
 * It describes both pools; the same document comes from each.
 */
#ifndef WEB_OPENAPI_H
#define WEB_OPENAPI_H

#include "web/web.h"

extern const struct route openapi_routes[];

/* schema.c: one JSON Schema each, as a value. */
void schema_of_field(struct buf *b, const struct field *f);
void schema_of_input(struct buf *b, const struct json_in *in);
void schema_of_table(struct buf *b, const struct json_table *t);
void schema_of_shape(struct buf *b, const struct shape *s);
void schema_of_list(struct buf *b, const struct shape *s);
void schema_of_id(struct buf *b, enum id_kind kind, bool nullable);
void schema_ref(struct buf *b, const char *name); /* {"$ref": ".../schemas/NAME"} */

/* A member with a text value. */
void schema_text(struct buf *b, const char *key, const char *value);

#endif
