/*
 * bulk.h - one act on many accounts: a job with an account an item.
 *
 * The accounts are named one by one, or as all that match what a list is filtered by; then
 * the worker gathers them (core/job_gather.h).  Each is done by the verb that does it to
 * one, with its rules, in a transaction of its own and as who asked for it is at that
 * moment (members/turns.h).
 */
#ifndef BULK_BULK_H
#define BULK_BULK_H

#include "core/jobs.h"
#include "json/json_in.h"

enum bulk_act { BULK_SUSPEND, BULK_ENABLE, BULK_TERMINATE, BULK_RESET, BULK__MAX };
/* "suspend", ... and what their jobs are called: "suspend-accounts", ...; NULL-ended. */
extern const char *const bulk_acts[];
extern const char *const bulk_kinds[];

#define BULK_IDS_MAX 200 /* named one by one */

struct bulk_set {
	struct str_list account_ids; /* these, or */
	const char *q;               /* all of the list this leaves; "" leaves all of it */
};

struct bulk_new {
	enum bulk_act act;
	struct bulk_set set;
	int64_t expected; /* how many who asks has been told they are */
	const char *reason;
};

/*
 * ERR_INVALID "/account_ids" and its elements, "/q", "/expected"; ERR_CONFLICT
 * "count-changed" when the list leaves another number than expected, "too-many-to-remove"
 * when it is not known how many would be removed, "nothing-to-do".
 */
enum err bulk_create(struct ctx *c, const struct bulk_new *in, int64_t *job_id) MUST_CHECK;

/* What would come of it now, and whom it could not be done to. */
#define BULK_LOOKED_MAX   10000 /* more are counted, but not looked at */
#define BULK_EXAMPLES_MAX 20
struct bulk_preview {
	const char *action;
	int64_t total; /* as the list counts: not exact above 10,000 */
	bool exact;
	int64_t looked, able;
	int64_t accounts, members, cameras; /* with what hangs below those it can be done to */
};
struct bulk_reason {
	const char *code;
	int64_t accounts;
};
struct bulk_example {
	int64_t account_id;
	const char *name, *code;
};
#define BULK_PREVIEW_FIELDS 8
#define BULK_REASON_FIELDS  2
#define BULK_EXAMPLE_FIELDS 3
extern const struct field bulk_preview_fields[], bulk_reason_fields[], bulk_example_fields[];

/* reasons: array of struct bulk_reason; examples: of struct bulk_example. */
enum err bulk_preview(struct ctx *c, enum bulk_act act, const struct bulk_set *set,
                      struct bulk_preview *out, struct db_list *reasons,
                      struct db_list *examples) MUST_CHECK;

/* A step of the worker: gathers some accounts, or does one item. */
enum err bulk_due_step(struct ctx *c, bool *did) MUST_CHECK;

#endif
