/*
 * exports.h - any list as a CSV file, whole or not at all.
 *
 * The rows go to a file of the spool folder at database speed, in the memory
 * of one row; only a finished file gets its final name.  Nothing is read for a
 * client that is slow to take it.  An export is a job that can be watched and
 * cancelled, and it stands in the change log with its filter and row count.
 */
#ifndef EXPORTS_EXPORTS_H
#define EXPORTS_EXPORTS_H

#include "base/buf.h"
#include "base/csv.h"
#include "core/change.h"
#include "core/jobs.h"

#define EXPORT_KEPT_USEC USEC_PER_HOUR

/* One kind of export: what it is called, what it prints, where rows come from. */
struct export_kind {
	const char *name;         /* "changes": also the file's name */
	const struct fields *csv; /* its columns */
	size_t row_size;
	/* Begins the stream on a connection that is only for it. */
	enum err (*open)(struct ctx *c, struct db *db, const void *filter, struct db_rows *out);
	bool (*next)(struct ctx *c, struct db_rows *rows, struct arena *mem, void *row);
};

struct export
{
	const struct export_kind *kind;
	const void *filter;
	const char *filter_text; /* what was asked for, for the log */
	int64_t account_id;      /* whose log it stands in */
	const char *account_label;
	int zone_min;
	struct db *db; /* the stream's connection; long time-outs */
	/* Tells that work goes on; false when nobody waits for it any more. */
	bool (*beat)(void *to);
	void *beat_to;

	/* Set by exports_begin(). */
	int64_t job_id;
	const char *part, *file; /* names in the spool folder */

	/* Set by exports_write(). */
	int64_t rows, bytes;
	bool cancelled;
};

/* Makes the job.  ERR_CONFLICT "export-running" when the caller has one under way. */
enum err exports_begin(struct ctx *c, struct export *x) MUST_CHECK;

/*
 * Writes the file, ends the job, logs it.  When it fails, is cancelled or its
 * client goes, the job says so, the file is gone, and ERR_UNAVAILABLE or
 * ERR_CONFLICT "cancelled" comes back.
 */
enum err exports_write(struct ctx *c, struct export *x) MUST_CHECK;

/* Unlinks files of the spool folder that are past their time, whoever left them. */
enum err exports_sweep(const char *spool_dir) MUST_CHECK;

/* The file of a finished export of the caller; ERR_NOT_FOUND when it is gone. */
struct export_file {
	const char *list; /* export_kind.name of what it is of */
	const char *path, *name;
	int64_t bytes;
};
enum err exports_file(struct ctx *c, int64_t job_id, struct export_file *out) MUST_CHECK;

extern const struct db_query *const exports_queries[];

#endif
