/*
 * demo.h - invented accounts for demonstrations, tests and measurements.
 *
 * The same seed and number make the same accounts.  They are loaded by a few
 * statements for hundreds at a time, not by the verbs, so what the verbs keep
 * true has to be made here too; a test compares the two.
 */
#ifndef MAIN_DEMO_H
#define MAIN_DEMO_H

#include "core/ctx.h"

#define DEMO_PASSWORD "gatehouse-demo"

struct demo_ask {
	int64_t accounts; /* below the platform */
	int64_t seed;
};

typedef void demo_said(void *to, const char *line);

/* ERR_CONFLICT "not-empty" when there are accounts below the platform. */
enum err demo_fill(struct ctx *c, const struct demo_ask *ask, demo_said *say, void *to) MUST_CHECK;

#endif
