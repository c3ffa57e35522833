/*
 * jobs.h - the worker's list of due work.
 *
 * A table of steps, each one short transaction that does one due thing and
 * says whether there was one.  The worker and "gatehousectl run-jobs" share it.
 */
#ifndef MAIN_JOBS_H
#define MAIN_JOBS_H

#include "core/ctx.h"

/* Runs every step once; *did is true when any of them found something to do. */
enum err jobs_run_round(struct ctx *c, bool *did) MUST_CHECK;

#endif
