/*
 * inner.h - what the files of this folder share.
 *
 * A filter becomes bounds and the index that drives the reading (ask.c); what
 * comes out is told as far as the caller may know it (told.c).
 */
#ifndef CHANGELOG_INNER_H
#define CHANGELOG_INNER_H

#include "changelog/changelog.h"

struct number {
	int64_t n;
};
#define CHANGES_COUNT_MAX 10000

enum driver {
	BY_ACCOUNT,
	BY_ACCOUNT_ACTION,
	BY_ALL,
	BY_ALL_ACTION,
	BY_ACTOR,
	BY_SUBTREE,
	BY_CORRELATION,
	BY_IP,
	BY__MAX
};

/* Everything but the driver: which seq, which instants. */
struct bounds {
	int64_t above, below;
	struct stamp from, to;
};

/* A filter made ready to be asked. */
struct change_ask {
	enum driver driver;
	struct bounds bounds;
	size_t rounds; /* one index range an action, merged: no sort of all that match */
};

#define CHANGE_ARGS_MAX 18

/* stream: the drivers of an export, which knows no range an action. */
enum err change_ask(struct ctx *c, const struct change_filter *f, bool stream,
                    struct change_ask *out) MUST_CHECK;

/* The arguments of a statement; the action counts only for drivers that have one. */
size_t change_args_of(const struct ctx *c, const struct change_filter *f,
                      const struct change_ask *ask, enum action action, struct db_arg *args);

/* The filter's actions between commas, "" for all. */
const char *change_action_set(struct arena *mem, const struct change_filter *f);

/* Few people do most of what a page shows: each is looked for once. */
enum err change_know(struct ctx *c, struct db_list *list) MUST_CHECK;

/* Withholds what the caller may not see, of a row whose doer is known or not. */
void change_finish(struct ctx *c, struct arena *mem, struct change_row *r);

#endif
