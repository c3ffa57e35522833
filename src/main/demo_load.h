/*
 * demo_load.h - a few thousand invented accounts into the database at once.
 *
 * Each table gets one statement a batch, with all of its rows.  Facts and
 * index are loaded apart, so that two connections can do it side by side.
 */
#ifndef MAIN_DEMO_LOAD_H
#define MAIN_DEMO_LOAD_H

#include "core/ctx.h"
#include "main/demo_rows.h"

/* Rows first to first + n - 1, in an open transaction; their parents are there or among them. */
enum err demo_load_facts(struct ctx *c, const struct demo_set *set, int64_t first,
                         int64_t n) MUST_CHECK;

/* What accounts_reindex() would make of them, by the same rules. */
enum err demo_load_index(struct ctx *c, const struct demo_set *set, int64_t first,
                         int64_t n) MUST_CHECK;

#endif
