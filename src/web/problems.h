/*
 * problems.h - the codes of refusals as a table, for people and programs that
 * read them.
 *
 * A refusal names its code where it is made; this list is held against those
 * places by a test.
 */
#ifndef WEB_PROBLEMS_H
#define WEB_PROBLEMS_H

#include "base/err.h"

struct problem_code {
	enum err err;
	const char *code, *help;
};

/* Ended by a NULL code. */
extern const struct problem_code problem_codes[];

#endif
