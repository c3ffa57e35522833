/*
 * demo_put.h - the rows of one table, for one invented account.
 *
 * Each call adds the cells of as many rows as the account has there, in the
 * order of the statement's arguments.  Texts live in the batch's arena.
 */
#ifndef MAIN_DEMO_PUT_H
#define MAIN_DEMO_PUT_H

#include "core/ctx.h"
#include "main/demo_rows.h"

/* One batch: its accounts, and the cells of the statement that is put together. */
struct demo_load {
	struct ctx *c;
	const struct demo_set *set;
	struct demo_row *rows;
	int64_t n;
	struct db_arg *cells;
	size_t ncells, max;
};

typedef void demo_put_row(struct demo_load *l, const struct demo_row *r);

/* demo_load.c */
void demo_put(struct demo_load *l, struct db_arg cell);
void demo_put_address(struct demo_load *l, const struct demo_row *r); /* eight cells */

/* demo_beside.c */
demo_put_row demo_put_contact, demo_put_site, demo_put_camera, demo_put_word, demo_put_ancestor,
	demo_put_person_word;

/* The same words as one text. */
const char *demo_words(struct demo_load *l, const struct demo_row *r);

/* demo_past.c: what the change log and billing remember of it */
demo_put_row demo_put_change, demo_put_event;

/* The lines of a batch stand in the log by their time. */
void demo_sort_changes(struct demo_load *l);

#endif
