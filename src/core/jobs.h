/*
 * jobs.h - long work a person can watch, cancel and retry.
 *
 * A running job says that it is alive by beat_at; the worker fails those that
 * fell silent.  At most one running export a person: running_slot is unique.
 */
#ifndef CORE_JOBS_H
#define CORE_JOBS_H

#include "core/ctx.h"
#include "core/page.h"

struct job {
	int64_t id;
	const char *kind, *state, *label, *person_label;
	struct opt total;
	int64_t done, failed;
	const char *message, *file_name;
	struct opt bytes;
	const char *file_url; /* relative to the base path, or NULL */
	struct stamp expires_at, created_at, finished_at;
	int64_t ver;
	const char *reason, *filter; /* of work on many: why, and on which of a list */
};
#define JOB_FIELDS 18
extern const struct field job_fields[JOB_FIELDS];

struct job_new {
	const char *kind, *label, *params, *file_name;
	int64_t account_id;
	int64_t slot; /* the person for exports, 0 for none: ERR_CONFLICT "export-running" */
	const char *
		file; /* with a slot: the name its file will have, by which it is known again */
	/* Of work on many (job_items.h). */
	const char *target, *reason, *filter;
};

/* Made twice, as after a lost COMMIT, it is one: where it has a slot and its file's name. */
enum err jobs_create(struct ctx *c, const struct job_new *in, int64_t *id) MUST_CHECK;
/* The caller's own, or one of his accounts with job.list. */
enum err jobs_find(struct ctx *c, int64_t id, struct job *out) MUST_CHECK;
struct job_filter {
	const char *state, *kind; /* NULL: any */
	bool own;                 /* only those the caller asked for */
};
enum err jobs_list(struct ctx *c, const struct job_filter *f, const struct page *p,
                   struct db_list *out) MUST_CHECK;
/* How many the caller sees, counted to JOBS_COUNT_MAX; one more: there are more. */
#define JOBS_COUNT_MAX 1000
enum err jobs_count(struct ctx *c, const struct job_filter *f, int64_t *out) MUST_CHECK;
extern const char *const job_states[]; /* NULL-ended */
void jobs_page_key(const void *row, const struct page *p, struct cursor *out);
enum err jobs_cancel(struct ctx *c, int64_t id) MUST_CHECK;

/* From the doer: progress, and whether to stop.  Each is its own short transaction. */
enum err jobs_beat(struct ctx *c, int64_t id, int64_t done, bool *cancelled) MUST_CHECK;

struct job_end {
	const char *state, *message;
	const char *file; /* name in the spool folder, or NULL */
	int64_t bytes;
	struct stamp expires_at;
	int64_t done;
};
enum err jobs_end(struct ctx *c, int64_t id, const struct job_end *end) MUST_CHECK;

/* Fails what fell silent, forgets expired files (unlinks them in the spool folder). */
enum err jobs_sweep(struct ctx *c) MUST_CHECK;

/*
 * Removes ended jobs, each with its items and its file, and with who asked for it: about
 * max rows, *out of them.
 */
#define JOBS_KEPT_DAYS 90
enum err jobs_forget(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

#endif
