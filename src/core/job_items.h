/*
 * job_items.h - jobs that do the same to many: an item each, one after the other.
 *
 * Such a job lives in the database alone: each item is done in a transaction
 * of its own, which writes down that it was, so a worker that dies loses
 * nothing and repeats nothing.  Cancelling stops at the next item.
 */
#ifndef CORE_JOB_ITEMS_H
#define CORE_JOB_ITEMS_H

#include "core/jobs.h"

#define JOB_ITEMS_MAX 10000 /* of a job whose items are made at once */

struct job_item {
	int64_t seq, target_id, account_id;
	const char *label, *state, *message;
	struct stamp finished_at;
};
#define JOB_ITEM_FIELDS 7
extern const struct field job_item_fields[JOB_ITEM_FIELDS];
extern const char *const job_item_states[]; /* NULL-ended */

/*
 * A waiting job of the caller, without items yet; it acts as him, there.  Its
 * items are inserted by who makes it, then counted here: ERR_CONFLICT
 * "nothing-to-do" when there is none.
 */
enum err job_items_create(struct ctx *c, const struct job_new *in, int64_t *id) MUST_CHECK;
enum err job_items_put(struct ctx *c, int64_t job_id, int64_t seq,
                       int64_t target_id) MUST_CHECK;
enum err job_items_counted(struct ctx *c, int64_t job_id, int64_t *total) MUST_CHECK;

/* Items of a job the caller sees, in order; state NULL: all. */
enum err job_items_list(struct ctx *c, int64_t job_id, const char *state, const struct page *p,
                        struct db_list *out) MUST_CHECK;
enum err job_items_count(struct ctx *c, int64_t job_id, const char *state,
                         int64_t *out) MUST_CHECK;
void job_items_page_key(const void *row, const struct page *p, struct cursor *out);

/* Failed and cancelled items wait again.  ERR_CONFLICT "job-cannot-retry". */
enum err job_items_retry(struct ctx *c, int64_t job_id) MUST_CHECK;

/* The next item of a kind of job, and who asked for it. */
struct job_turn {
	int64_t job_id, seq, target_id;
	int64_t person_id, membership_id, account_id;
	const char *kind, *reason, *correlation_id;
	const char *note; /* from the doer: what is to be known of an item that is done */
};

/*
 * In a writing transaction: locks a job whose items are such targets, which no other
 * worker then takes.  The lock is the item's lease: it ends with its holder.  Of several
 * jobs the one that waits longest is next.
 * ERR_NOT_FOUND when there is nothing to do; *ended when a job was found that had
 * nothing left, and is closed.
 */
#define JOB_OF_MEMBERS  "membership"
#define JOB_OF_ACCOUNTS "account"
enum err job_items_take(struct ctx *c, const char *target, struct job_turn *out,
                        bool *ended) MUST_CHECK;
/* In the same transaction, or one after it was rolled back; failure NULL: done. */
enum err job_items_done(struct ctx *c, const struct job_turn *t,
                        const char *failure) MUST_CHECK;

extern const struct db_query *const job_items_queries[];

#endif
