/*
 * demo_load.h - a few hundred invented accounts into the database at once.
 *
 * Each table gets one statement a batch: the rows travel as one JSON text
 * and JSON_TABLE takes it apart on the server.
 */
#ifndef MAIN_DEMO_LOAD_H
#define MAIN_DEMO_LOAD_H

#include "core/ctx.h"
#include "main/demo_rows.h"

/* Rows first to first + n - 1, in an open transaction; their parents are there. */
enum err demo_load(struct ctx *c, const struct demo_set *set, int64_t first, int64_t n) MUST_CHECK;

#endif
