/*
 * check.h - what must be true of the stored data, asked of them.
 *
 * Each rule counts the rows that break it; none may.  They only read, and read
 * whole tables: the connection wants time for that.
 */
#ifndef MAIN_CHECK_H
#define MAIN_CHECK_H

#include "core/ctx.h"

/* Called for each rule in turn: what it says, and how many rows break it. */
typedef void check_said(void *to, const char *says, int64_t broken);

/* OK also when rules are broken; broken is the sum. */
enum err check_data(struct ctx *c, check_said *said, void *to, int64_t *broken) MUST_CHECK;

#endif
