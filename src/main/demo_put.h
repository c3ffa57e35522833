/*
 * demo_put.h - the rows of one table, for one invented account.
 *
 * Each call writes as many JSON arrays as the account has rows there.
 */
#ifndef MAIN_DEMO_PUT_H
#define MAIN_DEMO_PUT_H

#include "base/buf.h"
#include "core/ctx.h"
#include "main/demo_rows.h"

/* One batch: its accounts, and the text of the statement that is put together. */
struct demo_load {
	struct ctx *c;
	const struct demo_set *set;
	struct demo_row *rows;
	int64_t n;
	struct buf json;
};

typedef void demo_put_row(struct demo_load *l, const struct demo_row *r);

/* demo_load.c */
void demo_row_begin(struct demo_load *l);
void demo_row_end(struct demo_load *l);
void demo_put_time(struct buf *b, struct stamp t);

/* demo_beside.c */
demo_put_row demo_put_contact, demo_put_site, demo_put_camera, demo_put_word;

/* demo_past.c: what the change log and billing remember of it */
demo_put_row demo_put_change, demo_put_event;

#endif
