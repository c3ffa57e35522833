#include "exports/exports.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/load.h"
#include "exports/spool.h"
#include "json/json_out.h"

/* Rows between two looks at the clock, and microseconds between two beats. */
#define ROWS_A_LOOK 250
#define BEAT_USEC   (200 * 1000)
/* What waits for an answer of the same machine goes first. */
#define EXPORT_NICE 10

struct file_row {
	const char *label, *file, *file_name;
	int64_t bytes;
};
static const struct field file_v[] = {
	FIELD(struct file_row, label),
	FIELD(struct file_row, file),
	FIELD(struct file_row, file_name),
	FIELD(struct file_row, bytes),
};

/* Only the person who asked: an export holds what he may see, nobody else. */
static const struct db_query file_of_job = {
	.text = "SELECT label, file, file_name, bytes FROM job WHERE id = ? AND person_id = ?"
		" AND kind = 'export' AND state = 'succeeded' AND file IS NOT NULL"
		" AND expires_at > ?",
	DB_ROWS(file_v),
};

const struct db_query *const exports_queries[] = { &file_of_job, NULL };

/* One transaction's view of an export; e is how writing its file ended. */
struct work {
	struct ctx *c;
	struct export *x;
	enum err e;
};

static enum err begin_work(void *arg)
{
	struct work *w = arg;
	const struct job_new job = {
		.kind = "export",
		.label = w->x->kind->name,
		.params = w->x->filter_text,
		.file_name = arena_printf(w->c->mem, "%s.csv", w->x->kind->name),
		.account_id = w->x->account_id,
		.slot = w->c->actor.person_id,
		.file = w->x->file,
	};

	return jobs_create(w->c, &job, &w->x->job_id);
}

enum err exports_begin(struct ctx *c, struct export *x)
{
	char random[TOKEN_TEXT];
	struct work work = { .c = c, .x = x };

	token_new(random);
	x->file = arena_printf(c->mem, "%s.csv", random);
	x->part = arena_printf(c->mem, "%s.part", x->file);
	return db_tx(c->db, DB_WRITE, begin_work, &work);
}

/* False when the job was cancelled or its client has gone. */
static bool go_on(struct ctx *c, struct export *x, struct arena *mem)
{
	struct arena_mark mark = arena_mark(mem);
	bool cancelled = false;
	enum err e = jobs_beat(c, x->job_id, x->rows, &cancelled);

	arena_rewind(mem, mark);
	x->cancelled = cancelled;
	/* A missed beat is not a reason to stop: the worker is patient for a minute. */
	if (!e && cancelled)
		return false;
	return !x->beat || x->beat(x->beat_to);
}

/* Between rows: to give way to others, and to tell that work goes on. */
struct pause {
	struct load_watch watch;
	int64_t beat_at;
};

/* False when it is to end here. */
static bool pause_for_others(struct ctx *c, struct export *x, struct pause *p)
{
	int64_t now;

	load_give_way(c->config->load, &p->watch);
	now = stamp_monotonic_usec();
	if (now - p->beat_at < BEAT_USEC)
		return true;
	p->beat_at = now;
	return go_on(c, x, c->mem);
}

static enum err write_rows(struct ctx *c, struct export *x, struct buf *b)
{
	SCOPED(db_rows_drop) struct db_rows rows = { 0 };
	struct csv csv = { .to = b, .zone_min = x->zone_min };
	struct pause pause = { .beat_at = stamp_monotonic_usec() };
	void *row = arena_alloc(c->mem, x->kind->row_size);
	struct arena_mark mark;
	enum err e = x->kind->open(c, x->db, x->filter, &rows);

	if (e)
		return e;
	csv_head(&csv, *x->kind->csv);
	mark = arena_mark(c->mem);
	while (!b->failed && x->kind->next(c, &rows, c->mem, row)) {
		csv_row(&csv, *x->kind->csv, row);
		arena_rewind(c->mem, mark);
		if (++x->rows % ROWS_A_LOOK == 0 && !pause_for_others(c, x, &pause))
			return FAIL(c, ERR_CONFLICT, "cancelled", "The export was cancelled.");
	}
	return b->failed ? ERR_UNAVAILABLE : db_rows_close(&rows);
}

static enum err write_file(struct ctx *c, struct export *x)
{
	struct spool spool;
	struct buf b;
	enum err e = spool_begin(c->mem, c->config->spool_dir, x->file, &spool);

	if (e)
		return FAIL(c, e, "spool-full", "The export could not be written.");
	buf_init_sink(&b, c->mem, SPOOL_BUF_BYTES, &spool.sink);
	e = write_rows(c, x, &b);
	if (!e && !buf_flush(&b))
		e = ERR_UNAVAILABLE;
	x->bytes = spool.bytes;
	if (!e)
		e = spool_keep(&spool);
	spool_drop(&spool);
	return e;
}

static void *aside_main(void *arg)
{
	struct work *w = arg;

	/* Of this thread alone; without it the export is only less polite. */
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), EXPORT_NICE);
	w->e = write_file(w->c, w->x);
	db_thread_end();
	return NULL;
}

/* A thread cannot take its own politeness back: it is one made for this file. */
static void write_aside(struct work *w)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, aside_main, w) != 0)
		w->e = write_file(w->c, w->x);
	else
		pthread_join(thread, NULL);
}

static const char *log_values(struct arena *mem, const struct export *x)
{
	struct buf b;

	buf_init(&b, mem, 8192);
	json_open(&b, '{');
	json_key(&b, "list");
	json_str(&b, x->kind->name);
	json_key(&b, "filter");
	json_str(&b, x->filter_text);
	json_key(&b, "rows");
	json_i64(&b, x->rows);
	json_close(&b, '}');
	return buf_str(&b);
}

static enum err end_work(void *arg)
{
	struct work *w = arg;
	struct ctx *c = w->c;
	const struct job_end end = {
		.state = !w->e             ? "succeeded"
		         : w->x->cancelled ? "cancelled"
		                           : "failed",
		.message =
			!w->e || w->x->cancelled ? NULL : "The export stopped before its end.",
		.file = w->e ? NULL : w->x->file,
		.bytes = w->x->bytes,
		.expires_at = stamp_add(stamp_now(), EXPORT_KEPT_USEC),
		.done = w->x->rows,
	};
	const struct change ch = {
		.action = ACTION_EXPORT_RUN,
		.target_kind = ID_JOB,
		.target_id = w->x->job_id,
		.target_label = w->x->kind->name,
		.account_id = w->x->account_id,
		.account_label = w->x->account_label,
		.failure = !w->e             ? NULL
		           : w->x->cancelled ? "cancelled"
		                             : "stopped",
		.after = log_values(c->mem, w->x),
	};
	enum err e = jobs_end(c, w->x->job_id, &end);

	return e ? e : change_put(c, &ch);
}

enum err exports_write(struct ctx *c, struct export *x)
{
	struct work w = { .c = c, .x = x };
	enum err e;

	assert(x->job_id != 0);
	write_aside(&w);
	e = db_tx(c->db, DB_WRITE, end_work, &w);
	return w.e ? w.e : e;
}

enum err exports_sweep(const char *spool_dir)
{
	return spool_sweep(spool_dir, 2 * EXPORT_KEPT_USEC / USEC_PER_SEC);
}

enum err exports_file(struct ctx *c, int64_t job_id, struct export_file *out)
{
	struct file_row row;
	enum err e =
		db_one(c->db, &file_of_job,
	               DB_ARGS(db_i64(job_id), db_i64(c->actor.person_id), db_stamp(c->now)),
	               c->mem, &row);

	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	*out = (struct export_file){
		.list = row.label, .path = row.file, .name = row.file_name, .bytes = row.bytes
	};
	return OK;
}
