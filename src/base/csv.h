/*
 * csv.h - rows as CSV (RFC 4180) by the same tables that print JSON.
 *
 * UTF-8, a header row, every field quoted, CRLF.  A text whose first
 * character after spaces a spreadsheet would run as a formula (= + - @ TAB CR
 * LF ' or their full-width forms) gets a leading apostrophe; a reader takes
 * one leading apostrophe off and has the text again.  Numbers and times are
 * printed by us and need none.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"
#include "base/field.h"

struct csv {
	struct buf *to;
	int zone_min; /* times are printed in UTC plus so many minutes; 0 prints Z */
};

/* The labels of the table; a field without one is called by its name. */
void csv_head(const struct csv *csv, struct fields f);

/* One row; what is "none", NULL or not set is an empty field. */
void csv_row(const struct csv *csv, struct fields f, const void *row);

#endif
