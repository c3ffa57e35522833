/*
 * why.h - one decision, step by step, for the person who asks "why?".
 *
 * The steps are those of every request, in their order; the verdict is the
 * same access_evaluate(), and of the rules above permissions the same guards.
 * All steps are told, also those after the first that refuses, so that what
 * else stands in the way is seen at once.
 */
#ifndef ROLES_WHY_H
#define ROLES_WHY_H

#include "core/ctx.h"

struct why_step {
	const char *step;
	bool passed;
	const char *detail; /* a stable word: "ok", "suspended", "denied-by-role" */
	const char *name;   /* what it looked at: roles, an account, an area; or NULL */
	const char *link;   /* the page that changes it ("/accounts/acc_.../roles"), or NULL */
};
#define WHY_STEP_FIELDS 5
#define WHY_STEPS       9
extern const struct field why_step_v[WHY_STEP_FIELDS];

struct why {
	bool allowed;
	struct why_step steps[WHY_STEPS];
};

struct why_in {
	int64_t account_id, membership_id; /* whose */
	enum perm perm;
	int64_t target_id; /* done to this account, */
	int64_t whom_id;   /* and there to this member; 0: nobody is named */
};
enum err why_find(struct ctx *c, const struct why_in *in, struct why *out) MUST_CHECK;

#endif
