/*
 * step.h - what the worker does for billing: due events, and forgetting.
 *
 * Each call does one piece of work in transactions of its own; nothing it does
 * can be done twice, because the event's row is looked at again when its
 * subject is locked.
 */
#ifndef BILLING_STEP_H
#define BILLING_STEP_H

#include "core/ctx.h"

/* Runs one received, deferred or failed event that is due, in the order of its subject. */
enum err billing_due_step(struct ctx *c, bool *did) MUST_CHECK;

/* Moves finished events past their time into the memory of ids, and forgets the oldest of that. */
enum err billing_sweep_step(struct ctx *c, bool *did) MUST_CHECK;

extern const struct db_query *const step_queries[];

#endif
