/*
 * turns.h - one item of a job after the other, in the name of who asked.
 *
 * An item, its log rows and the mark that it is done are one transaction: whatever dies
 * at whatever moment, it happened once or not yet.  Who asked may do at each item what he
 * may do at that moment; what he may not any more fails with that reason.
 */
#ifndef MEMBERS_TURNS_H
#define MEMBERS_TURNS_H

#include "core/job_items.h"

struct turns {
	const char *target; /* JOB_OF_MEMBERS or JOB_OF_ACCOUNTS */
	/* c->actor is who asked; it may say what is to be known in t->note. */
	enum err (*run)(struct ctx *c, struct job_turn *t);
};

/* A step of the worker: one item; *did is false when there is none. */
enum err turns_step(struct ctx *c, const struct turns *t, bool *did) MUST_CHECK;

#endif
