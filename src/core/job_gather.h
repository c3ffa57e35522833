/*
 * job_gather.h - the items of a job that is done to all of a list.
 *
 * Such a job is made with the list's filter alone (job_new.filter).  The worker puts the
 * rows the filter leaves among its items, page by page in the order of their keys, before
 * the first of them is done: what the job changes does not change what it is done to.
 * Where it stands is in the job's row, so a worker that dies repeats no page.
 */
#ifndef CORE_JOB_GATHER_H
#define CORE_JOB_GATHER_H

#include "core/job_items.h"

/* A job that has not all of its items yet. */
struct job_gather {
	int64_t job_id, membership_id, account_id;
	int64_t after_id; /* the last target among its items */
	int64_t items;    /* so far */
	const char *filter;
};

/* In a writing transaction: locks the job.  ERR_NOT_FOUND when there is none. */
enum err job_gather_take(struct ctx *c, const char *target, struct job_gather *out) MUST_CHECK;

/* In the same transaction: the next targets, in their order; more: there are others. */
enum err job_gather_put(struct ctx *c, const struct job_gather *g, const int64_t *targets,
                        size_t n, bool more) MUST_CHECK;

/* Instead of that: it ends as failed before its first item. */
enum err job_gather_fail(struct ctx *c, const struct job_gather *g,
                         const char *message) MUST_CHECK;

extern const struct db_query *const job_gather_queries[];

#endif
