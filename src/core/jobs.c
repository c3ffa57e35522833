#include "core/jobs.h"

#include <string.h>
#include <unistd.h>

#include "core/change.h"
#include "core/queries.h"

#define SILENCE_USEC (2 * USEC_PER_MIN)
#define SWEEP_ROWS   200
#define FORGET_ROWS  500 /* jobs of one transaction at most */

const char *const job_states[] = { "queued", "running",   "succeeded", "partial",
	                           "failed", "cancelled", NULL };

const struct field job_fields[JOB_FIELDS] = {
	FIELD_KEY(struct job, id, ID_JOB),
	FIELD(struct job, kind),
	FIELD(struct job, state, .words = job_states),
	FIELD(struct job, label),
	FIELD(struct job, person_label),
	FIELD(struct job, total),
	FIELD(struct job, done),
	FIELD(struct job, failed),
	FIELD(struct job, message),
	FIELD(struct job, file_name),
	FIELD(struct job, bytes),
	FIELD(struct job, file_url),
	FIELD(struct job, expires_at),
	FIELD(struct job, created_at),
	FIELD(struct job, finished_at),
	FIELD(struct job, ver),
	FIELD(struct job, reason),
	FIELD(struct job, filter),
};

struct owner {
	int64_t id, account_id;
	const char *state;
};
static const struct field owner_v[] = {
	FIELD(struct owner, id),
	FIELD(struct owner, account_id),
	FIELD(struct owner, state),
};

struct flag {
	bool cancel;
};
static const struct field flag_v[] = { FIELD(struct flag, cancel) };

struct stale {
	int64_t id;
	const char *file;
};
static const struct field stale_v[] = { FIELD(struct stale, id), FIELD(struct stale, file) };

/* file stands where the URL will be: finish() makes one of it. */
#define COLUMNS \
	"SELECT j.id, j.kind, j.state, j.label, j.person_label, j.total, j.done, j.failed," \
	" j.message, j.file_name, j.bytes, j.file AS file_url, j.expires_at, j.created_at," \
	" j.finished_at, j.ver, j.reason, j.filter FROM job j"
#define VISIBLE "(j.person_id = ? OR (? AND " SCOPE_SEES("j.account_id") "))"
/* Arguments: state twice, kind twice. */
#define FILTERED " AND (? = '' OR j.state = ?) AND (? = '' OR j.kind = ?)"

/* IGNORE, because a duplicate must not spoil the transaction before we know whose it is. */
static const struct db_query insert = {
	.text = "INSERT IGNORE INTO job (kind, state, person_id, person_label, account_id, label,"
		" params, file_name, file, beat_at, correlation_id, created_at, running_slot)"
		" VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query find_same = {
	.text = "SELECT id AS n FROM job WHERE kind = ? AND running_slot = ? AND file = ?",
	DB_ROWS(number_v),
};
static const struct db_query find = {
	.text = COLUMNS " WHERE j.id = ? AND " VISIBLE,
	DB_ROWS(job_fields),
};
static const struct db_query find_owner = {
	.text = "SELECT id, account_id, state FROM job WHERE id = ? FOR UPDATE",
	DB_ROWS(owner_v),
};
static const struct db_query list_down = {
	.text = COLUMNS " WHERE j.id < ? AND " VISIBLE FILTERED " ORDER BY j.id DESC LIMIT ?",
	DB_ROWS(job_fields),
};
static const struct db_query list_up = {
	.text = COLUMNS " WHERE j.id > ? AND " VISIBLE FILTERED " ORDER BY j.id LIMIT ?",
	DB_ROWS(job_fields),
};
static const struct db_query own_down = {
	.text = COLUMNS " WHERE j.person_id = ? AND j.id < ?" FILTERED
			" ORDER BY j.id DESC LIMIT ?",
	DB_ROWS(job_fields),
};
static const struct db_query own_up = {
	.text = COLUMNS " WHERE j.person_id = ? AND j.id > ?" FILTERED " ORDER BY j.id LIMIT ?",
	DB_ROWS(job_fields),
};
static const struct db_query count_all = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM job j WHERE " VISIBLE FILTERED
		" LIMIT 1001) x",
	DB_ROWS(number_v),
};
static const struct db_query count_own = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM job j WHERE j.person_id = ?" FILTERED
		" LIMIT 1001) x",
	DB_ROWS(number_v),
};
static const struct db_query ask_cancel = {
	.text = "UPDATE job SET cancel = 1, ver = ver + 1,"
		" running_slot = IF(state = 'queued', NULL, running_slot),"
		" finished_at = IF(state = 'queued' AND total IS NULL, ?, finished_at),"
		" state = IF(state = 'queued' AND total IS NULL, 'cancelled', state)"
		" WHERE id = ? AND state IN ('queued', 'running')",
};
static const struct db_query beat = {
	.text = "UPDATE job SET done = ?, beat_at = ?, state = 'running'"
		" WHERE id = ? AND state IN ('queued', 'running')",
};
static const struct db_query is_cancelled = {
	.text = "SELECT cancel FROM job WHERE id = ?",
	DB_ROWS(flag_v),
};
static const struct db_query end_job = {
	.text = "UPDATE job SET state = ?, message = ?, file = ?, bytes = ?, expires_at = ?,"
		" done = ?, beat_at = ?, finished_at = ?, running_slot = NULL, ver = ver + 1"
		" WHERE id = ? AND state IN ('queued', 'running')",
};
/* Jobs of items (job_items.h) go on where they were. */
static const struct db_query fail_silent = {
	.text = "UPDATE job SET state = 'failed', message = 'The work stopped before its end.',"
		" finished_at = ?, running_slot = NULL, ver = ver + 1"
		" WHERE state = 'running' AND total IS NULL AND beat_at < ?",
};
static const struct db_query stale_files = {
	.text = "SELECT id, file FROM job WHERE expires_at < ? AND file IS NOT NULL LIMIT ?",
	DB_ROWS(stale_v),
};
static const struct db_query forget_file = {
	.text = "UPDATE job SET file = NULL, ver = ver + 1 WHERE id = ?",
};
/*
 * An ended job has not lived since before it ended: the index of what lives (state,
 * beat_at) leads to those that may be long ended.  Who asks for one again meanwhile has it.
 */
static const struct db_query long_ended = {
	.text = "SELECT id, file FROM job FORCE INDEX (ix_job_state) WHERE state IN"
		" ('succeeded', 'partial', 'failed', 'cancelled') AND beat_at < ?"
		" AND finished_at < ? LIMIT ? FOR UPDATE SKIP LOCKED",
	DB_ROWS(stale_v),
};
static const struct db_query remove_items = { .text = "DELETE FROM job_item WHERE job_id = ?" };
static const struct db_query remove_job = { .text = "DELETE FROM job WHERE id = ?" };

const struct db_query *const jobs_queries[] = {
	&insert,      &find,         &find_owner,   &list_down,   &list_up,
	&own_down,    &own_up,       &count_all,    &count_own,   &ask_cancel,
	&beat,        &is_cancelled, &end_job,      &fail_silent, &stale_files,
	&forget_file, &long_ended,   &remove_items, &remove_job,  NULL,
};

/* Only that same try knows the name of its file. */
static enum err find_made(struct ctx *c, const struct job_new *in, int64_t *id)
{
	struct number row;
	enum err e = db_one(c->db, &find_same,
	                    DB_ARGS(db_str(in->kind), db_key(in->slot), db_str(in->file)),
	                    c->mem, &row);

	if (e == ERR_NOT_FOUND)
		return FAIL(c, ERR_CONFLICT, "export-running",
		            "Another export of yours is running.");
	if (!e)
		*id = row.n;
	return e;
}

enum err jobs_create(struct ctx *c, const struct job_new *in, int64_t *id)
{
	int64_t made = 0;
	enum err e = db_exec(c->db, &insert,
	                     DB_ARGS(db_str(in->kind), db_i64(c->actor.person_id),
	                             db_str(c->actor.label), db_i64(in->account_id),
	                             db_str(in->label), db_str(in->params),
	                             db_str(in->file_name), db_str(in->file), db_stamp(c->now),
	                             db_str(c->request_id), db_stamp(c->now), db_key(in->slot)),
	                     &made);

	if (!e && !made)
		return find_made(c, in, id);
	if (!e)
		*id = db_insert_id(c->db);
	return e;
}

/* The stored file name becomes the address it is fetched from, while it can be. */
static void finish(struct ctx *c, struct job *j)
{
	char id[ID_TEXT];
	bool there = j->file_url && !strcmp(j->state, "succeeded") &&
	             (!stamp_is_set(j->expires_at) || j->expires_at.usec > c->now.usec);

	id_write(ID_JOB, j->id, id);
	j->file_url = there ? arena_printf(c->mem, "export/v1/files/%s", id) : NULL;
}

enum err jobs_find(struct ctx *c, int64_t id, struct job *out)
{
	struct job j;
	enum err e =
		db_one(c->db, &find,
	               DB_ARGS(db_i64(id), db_i64(c->actor.person_id),
	                       db_bool(ctx_may(c, PERM_JOB_LIST)), db_i64(c->actor.account_id)),
	               c->mem, &j);

	if (e == ERR_NOT_FOUND)
		return ctx_not_found(c);
	if (e)
		return e;
	finish(c, &j);
	*out = j;
	return OK;
}

/* What the filter is given as: four arguments, in the order of FILTERED. */
struct filter_args {
	struct db_arg state, kind;
};

static struct filter_args args_of(const struct job_filter *f)
{
	return (struct filter_args){ db_str(f->state ? f->state : ""),
		                     db_str(f->kind ? f->kind : "") };
}

static bool only_own(const struct ctx *c, const struct job_filter *f)
{
	return f->own || !ctx_may(c, PERM_JOB_LIST);
}

static enum err read_rows(struct ctx *c, const struct job_filter *f, const struct page *p,
                          struct db_list *out)
{
	bool up = p->at.set && p->at.back;
	int64_t from = p->at.set ? p->at.id : INT64_MAX;
	struct filter_args a = args_of(f);

	if (only_own(c, f))
		return db_all(c->db, up ? &own_up : &own_down,
		              DB_ARGS(db_i64(c->actor.person_id), db_i64(from), a.state,
		                      a.state, a.kind, a.kind, db_i64(p->limit + 1)),
		              c->mem, sizeof(struct job), (size_t)p->limit + 1, out);
	return db_all(c->db, up ? &list_up : &list_down,
	              DB_ARGS(db_i64(from), db_i64(c->actor.person_id), db_bool(true),
	                      db_i64(c->actor.account_id), a.state, a.state, a.kind, a.kind,
	                      db_i64(p->limit + 1)),
	              c->mem, sizeof(struct job), (size_t)p->limit + 1, out);
}

enum err jobs_list(struct ctx *c, const struct job_filter *f, const struct page *p,
                   struct db_list *out)
{
	struct db_list rows;
	struct job *v;
	enum err e = read_rows(c, f, p, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++)
		finish(c, &v[i]);
	*out = rows;
	return OK;
}

enum err jobs_count(struct ctx *c, const struct job_filter *f, int64_t *out)
{
	struct db_arg me = db_i64(c->actor.person_id);
	struct filter_args a = args_of(f);
	struct number row;
	enum err e =
		only_own(c, f)
			? db_one(c->db, &count_own,
	                         DB_ARGS(me, a.state, a.state, a.kind, a.kind), c->mem, &row)
			: db_one(c->db, &count_all,
	                         DB_ARGS(me, db_bool(true), db_i64(c->actor.account_id),
	                                 a.state, a.state, a.kind, a.kind),
	                         c->mem, &row);

	if (!e)
		*out = row.n;
	return e;
}

void jobs_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct job *)row)->id;
}

enum err jobs_cancel(struct ctx *c, int64_t id)
{
	struct change ch = { .action = ACTION_JOB_CANCEL,
		             .target_kind = ID_JOB,
		             .target_id = id };
	struct owner o;
	struct job j;
	enum err e = jobs_find(c, id, &j);

	if (!e)
		e = db_one(c->db, &find_owner, DB_ARGS(db_i64(id)), c->mem, &o);
	if (e)
		return e;
	if (strcmp(o.state, "queued") != 0 && strcmp(o.state, "running") != 0)
		return FAIL(c, ERR_CONFLICT, "job-finished", "This job has ended already.");
	e = db_exec(c->db, &ask_cancel, DB_ARGS(db_stamp(c->now), db_i64(id)), NULL);
	if (e)
		return e;
	ch.target_label = j.label;
	ch.account_id = o.account_id;
	return change_put(c, &ch);
}

enum err jobs_beat(struct ctx *c, int64_t id, int64_t done, bool *cancelled)
{
	struct flag f = { false };
	int64_t found = 0;
	enum err e = db_exec(c->db, &beat,
	                     DB_ARGS(db_i64(done), db_stamp(stamp_now()), db_i64(id)), &found);

	if (!e && found)
		e = db_one(c->db, &is_cancelled, DB_ARGS(db_i64(id)), c->mem, &f);
	if (e)
		return e;
	*cancelled = !found || f.cancel;
	return OK;
}

enum err jobs_end(struct ctx *c, int64_t id, const struct job_end *end)
{
	struct stamp now = stamp_now();

	return db_exec(c->db, &end_job,
	               DB_ARGS(db_str(end->state), db_str(end->message), db_str(end->file),
	                       db_opt((struct opt){ end->file != NULL, end->bytes }),
	                       db_stamp(end->expires_at), db_i64(end->done), db_stamp(now),
	                       db_stamp(now), db_i64(id)),
	               NULL);
}

static void unlink_file(struct ctx *c, const char *file)
{
	if (file && !strchr(file, '/'))
		unlink(arena_printf(c->mem, "%s/%s", c->config->spool_dir, file));
}

static enum err forget_files(struct ctx *c)
{
	struct db_list rows;
	const struct stale *v;
	enum err e = db_all(c->db, &stale_files, DB_ARGS(db_stamp(c->now), db_i64(SWEEP_ROWS)),
	                    c->mem, sizeof(struct stale), SWEEP_ROWS, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++) {
		unlink_file(c, v[i].file);
		e = db_exec(c->db, &forget_file, DB_ARGS(db_i64(v[i].id)), NULL);
	}
	return e;
}

enum err jobs_sweep(struct ctx *c)
{
	enum err e =
		db_exec(c->db, &fail_silent,
	                DB_ARGS(db_stamp(c->now), db_stamp(stamp_add(c->now, -SILENCE_USEC))),
	                NULL);

	return e ? e : forget_files(c);
}

static enum err forget_job(struct ctx *c, const struct stale *job, int64_t *rows)
{
	int64_t items = 0;
	enum err e = db_exec(c->db, &remove_items, DB_ARGS(db_i64(job->id)), &items);

	if (!e)
		e = db_exec(c->db, &remove_job, DB_ARGS(db_i64(job->id)), NULL);
	if (e)
		return e;
	unlink_file(c, job->file);
	*rows += items + 1;
	return OK;
}

/* Each goes whole, with all its items: half of one could be asked for again. */
enum err jobs_forget(struct ctx *c, int64_t max, int64_t *out)
{
	struct stamp before = stamp_add(c->now, -JOBS_KEPT_DAYS * USEC_PER_DAY);
	int64_t at_once = max < FORGET_ROWS ? max : FORGET_ROWS, rows = 0;
	struct db_list list;
	enum err e = db_all(c->db, &long_ended,
	                    DB_ARGS(db_stamp(before), db_stamp(before), db_i64(at_once)),
	                    c->mem, sizeof(struct stale), FORGET_ROWS, &list);

	for (size_t i = 0; !e && i < list.n && rows < max; i++)
		e = forget_job(c, (const struct stale *)list.v + i, &rows);
	if (!e)
		*out = rows;
	return e;
}
