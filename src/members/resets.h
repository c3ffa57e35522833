/*
 * resets.h - new passwords for many: a job with a member an item.
 *
 * Each person is mailed one link, however many memberships were chosen, and signed
 * out wherever who asked for it sees him.  The job acts as
 * who asked for it, with the guards of a single reset at every item.
 */
#ifndef MEMBERS_RESETS_H
#define MEMBERS_RESETS_H

#include "core/jobs.h"
#include "json/json_in.h"

#define RESETS_KIND    "reset-password"
#define RESETS_IDS_MAX 200

struct resets_new {
	struct str_list membership_ids; /* or */
	int64_t account_id;             /* all of this account and those below it, */
	const char *q;                  /* who have these words; NULL: all */
};

/* ERR_INVALID "/membership_ids", "/account_id", "/q"; ERR_CONFLICT "nothing-to-do" and, of an
 * account, "too-many-people": more than JOB_ITEMS_MAX. */
enum err resets_create(struct ctx *c, const struct resets_new *in, int64_t *job_id) MUST_CHECK;

/* One of them, as the caller: the link is mailed, and he is signed out in the caller's sight. */
enum err resets_run(struct ctx *c, int64_t membership_id) MUST_CHECK;

/* A step of the worker: one item. */
enum err resets_due_step(struct ctx *c, bool *did) MUST_CHECK;

#endif
