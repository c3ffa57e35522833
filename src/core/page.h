/*
 * page.h - keyset pages: a cursor is the sort value and key of a row.
 *
 * No OFFSET anywhere.  A cursor is opaque text that says after (or before)
 * which row to go on, for which sort; it is checked, not trusted.  Lists ask
 * for limit + 1 rows; a page read backwards is turned round by page_close().
 */
#ifndef CORE_PAGE_H
#define CORE_PAGE_H

#include "core/ctx.h"

struct cursor {
	bool set;
	bool back;        /* rows before it, not after */
	const char *sort; /* of the list that made it */
	const char *text; /* the sort value, one of these two */
	int64_t number;
	int64_t id;
};

struct page {
	int64_t limit; /* 10, 25, 50, 100 */
	struct cursor at;
	const char *sort;
};

/* What a finished page says of itself. */
struct page_end {
	const char *next, *prev; /* cursor text, or NULL */
	int64_t total;           /* -1: not counted */
	bool exact;
};

/* ERR_INVALID at "/limit", "/cursor" or "/sort"; sorts is the NULL-ended list of allowed ones. */
enum err page_read(struct ctx *c, int64_t limit, const char *cursor, const char *sort,
                   const char *const *sorts, struct page *out) MUST_CHECK;

const char *cursor_write(struct arena *mem, const struct cursor *cur);

/* Sort value and id of a row, for cursors. */
typedef void page_key(const void *row, const struct page *p, struct cursor *out);

/* Cuts the extra row, turns a backward page round, makes both cursors. */
void page_close(struct arena *mem, const struct page *p, struct db_list *rows, size_t row_size,
                page_key *key, struct page_end *out);

#endif
