/*
 * json_out.h - an append-only JSON writer over struct buf.
 *
 * Commas are put by the writer: it looks at the last byte written.  Strings
 * are escaped, whole runs of plain bytes at once.  Nothing here can fail but
 * the buf; check buf.failed at the end.
 */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include "base/buf.h"
#include "base/field.h"

void json_open(struct buf *b, char bracket);  /* '{' or '[' */
void json_close(struct buf *b, char bracket); /* '}' or ']' */

/* "name": — the value follows by any of the calls below. */
void json_key(struct buf *b, const char *name);

void json_str(struct buf *b, const char *s); /* NULL prints null */
void json_str_n(struct buf *b, const char *s, size_t n);
void json_i64(struct buf *b, int64_t v);
void json_bool(struct buf *b, bool v);
void json_null(struct buf *b);
void json_stamp(struct buf *b, struct stamp t); /* STAMP_NONE prints null */
void json_id(struct buf *b, enum id_kind kind, int64_t id); /* 0 prints null */
void json_raw(struct buf *b, const char *text); /* JSON made by us, or checked */

/* {"field": value, ...} of the table, in its order. */
void json_row(struct buf *b, struct fields f, const void *row);

/* The members of json_row() without the braces, into an open object. */
void json_members(struct buf *b, struct fields f, const void *row);

/* One value of a row. */
void json_field(struct buf *b, const struct field *f, const void *row);

#endif
