/*
 * jobs.h - the worker's list of due work.
 *
 * A table of steps, each one short transaction that does one due thing and
 * says whether there was one.  The worker and "gatehousectl run-jobs" share it.
 */
#ifndef MAIN_JOBS_H
#define MAIN_JOBS_H

#include "core/ctx.h"

/* When to look for what is past its time; zero: now. */
struct jobs_clock {
	int64_t sweep_at_usec;
};

/* Runs every step but bulk work and mail once; *did: one of them found something to do. */
enum err jobs_run_round(struct ctx *c, struct jobs_clock *clock, bool *did) MUST_CHECK;

/* One of many accounts something is done to: apart, because there may be very many. */
enum err jobs_run_bulk(struct ctx *c, bool *did) MUST_CHECK;

/* Sends one mail that is due: apart, because a mail server takes the time it likes. */
enum err jobs_run_mail(struct ctx *c, bool *did) MUST_CHECK;

#endif
