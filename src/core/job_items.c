#include "core/job_items.h"

#include <string.h>

#include "core/change.h"

const char *const job_item_states[] = { "waiting", "done", "failed", "cancelled", NULL };

const struct field job_item_fields[JOB_ITEM_FIELDS] = {
	FIELD(struct job_item, seq),
	FIELD_KEY(struct job_item, target_id, ID_MEMBERSHIP),
	FIELD_KEY(struct job_item, account_id, ID_ACCOUNT),
	FIELD(struct job_item, label),
	FIELD(struct job_item, state, .words = job_item_states),
	FIELD(struct job_item, message),
	FIELD(struct job_item, finished_at),
};

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
struct head {
	int64_t id, person_id, membership_id, account_id, at_seq;
	const char *kind, *reason, *correlation_id;
	bool cancel;
};
static const struct field head_v[] = {
	FIELD(struct head, id),
	FIELD(struct head, person_id),
	FIELD(struct head, membership_id),
	FIELD(struct head, account_id),
	FIELD(struct head, at_seq),
	FIELD(struct head, kind),
	FIELD(struct head, reason),
	FIELD(struct head, correlation_id),
	FIELD(struct head, cancel),
};
struct next {
	int64_t seq, target_id;
};
static const struct field next_v[] = { FIELD(struct next, seq), FIELD(struct next, target_id) };
struct state_row {
	const char *state, *label;
	int64_t person_id, account_id;
};
static const struct field state_v[] = {
	FIELD(struct state_row, state),
	FIELD(struct state_row, label),
	FIELD(struct state_row, person_id),
	FIELD(struct state_row, account_id),
};

static const struct db_query insert = {
	.text = "INSERT INTO job (kind, state, person_id, person_label, account_id, label, params,"
		" beat_at, correlation_id, created_at, membership_id, scope_account_id, target,"
		" reason, filter, gathered_id)"
		" VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query insert_item = {
	.text = "INSERT INTO job_item (job_id, seq, target_id) VALUES (?, ?, ?)",
};
static const struct db_query count_total = {
	.text = "SELECT COUNT(*) AS n FROM job_item WHERE job_id = ?",
	DB_ROWS(number_v),
};
static const struct db_query set_total = { .text = "UPDATE job SET total = ? WHERE id = ?" };

/*
 * A target's name is read where it stands: what is purged there is purged here, and of an
 * account that left the reader's sight there is none.  Argument first: the acting account.
 */
#define ITEMS(op, way) \
	{ \
		.text = "SELECT i.seq AS seq, m.id AS target_id," \
			" COALESCE(m.account_id, a.id) AS account_id," \
			" COALESCE(p.name, a.name) AS label," \
			" i.state AS state, i.message AS message," \
			" i.finished_at AS finished_at" \
			" FROM job j STRAIGHT_JOIN job_item i ON i.job_id = j.id" \
			" LEFT JOIN membership m ON j.target = 'membership'" \
			" AND m.id = i.target_id" \
			" LEFT JOIN person p ON p.id = m.person_id" \
			" LEFT JOIN account_tree v ON j.target = 'account'" \
			" AND v.ancestor_id = ? AND v.descendant_id = i.target_id" \
			" LEFT JOIN account a ON a.id = v.descendant_id" \
			" WHERE j.id = ? AND i.seq " op \
			" ? AND (? = '' OR i.state = ?) ORDER BY i.seq " way " LIMIT ?", \
		DB_ROWS(job_item_fields) \
	}
static const struct db_query items_down = ITEMS(">", "ASC");
static const struct db_query items_up = ITEMS("<", "DESC");
static const struct db_query count_items = {
	.text = "SELECT COUNT(*) AS n FROM job_item i WHERE i.job_id = ?"
		" AND (? = '' OR i.state = ?)",
	DB_ROWS(number_v),
};

static const struct db_query lock_job = {
	.text = "SELECT state, label, person_id, account_id FROM job WHERE id = ?"
		" AND total IS NOT NULL FOR UPDATE",
	DB_ROWS(state_v),
};
static const struct db_query wait_again = {
	.text = "UPDATE job_item SET state = 'waiting', message = NULL, finished_at = NULL"
		" WHERE job_id = ? AND state IN ('failed', 'cancelled')",
};
static const struct db_query reopen = {
	.text = "UPDATE job SET state = 'queued', cancel = 0, failed = 0, finished_at = NULL,"
		" at_seq = 0,"
		" message = NULL, ver = ver + 1, beat_at = ?, done = (SELECT COUNT(*)"
		" FROM job_item i WHERE i.job_id = job.id AND i.state = 'done') WHERE id = ?",
};

static const struct db_query take_job = {
	.text = "SELECT j.id AS id, j.person_id AS person_id, j.membership_id AS membership_id,"
		" j.scope_account_id AS account_id, j.at_seq AS at_seq, j.kind AS kind,"
		" j.reason AS reason, j.correlation_id AS correlation_id,"
		" j.cancel AS cancel FROM job j WHERE j.target = ?"
		" AND j.state IN ('queued', 'running') AND j.total IS NOT NULL"
		" AND j.membership_id IS NOT NULL ORDER BY j.beat_at, j.id"
		" LIMIT 1 FOR UPDATE SKIP LOCKED",
	DB_ROWS(head_v),
};
/* From where the job stands: what is done before it is not looked at again. */
static const struct db_query next_item = {
	.text = "SELECT i.seq AS seq, i.target_id AS target_id FROM job_item i"
		" FORCE INDEX (PRIMARY) WHERE i.job_id = ? AND i.seq > ?"
		" AND i.state = 'waiting' ORDER BY i.seq LIMIT 1",
	DB_ROWS(next_v),
};
static const struct db_query cancel_rest = {
	.text = "UPDATE job_item SET state = 'cancelled', finished_at = ? WHERE job_id = ?"
		" AND state = 'waiting'",
};
static const struct db_query end_item = {
	.text = "UPDATE job_item SET state = ?, message = ?, finished_at = ? WHERE job_id = ?"
		" AND seq = ? AND state = 'waiting'",
};
static const struct db_query go_on = {
	.text = "UPDATE job SET state = 'running', done = done + 1, failed = failed + ?,"
		" beat_at = ?, at_seq = ?, ver = ver + 1 WHERE id = ?",
};
static const struct db_query close_job = {
	.text = "UPDATE job SET state = CASE WHEN cancel = 1 THEN 'cancelled'"
		" WHEN failed = 0 THEN 'succeeded' WHEN failed < done THEN 'partial'"
		" ELSE 'failed' END, finished_at = ?, ver = ver + 1 WHERE id = ?",
};

const struct db_query *const job_items_queries[] = {
	&insert,      &insert_item, &count_total, &set_total, &items_down, &items_up,
	&count_items, &lock_job,    &wait_again,  &reopen,    &take_job,   &next_item,
	&cancel_rest, &end_item,    &go_on,       &close_job, NULL,
};

/* Without a total it is not taken up: its items come in the same transaction. */
enum err job_items_create(struct ctx *c, const struct job_new *in, int64_t *id)
{
	enum err e = db_exec(
		c->db, &insert,
		DB_ARGS(db_str(in->kind), db_i64(c->actor.person_id), db_str(c->actor.label),
	                db_i64(in->account_id), db_str(in->label), db_str(in->params),
	                db_stamp(c->now), db_str(c->request_id), db_stamp(c->now),
	                db_i64(c->actor.membership_id), db_i64(c->actor.account_id),
	                db_str(in->target ? in->target : JOB_OF_MEMBERS), db_str(in->reason),
	                db_str(in->filter),
	                db_opt((struct opt){ .set = in->filter != NULL, .v = 0 })),
		NULL);

	if (!e)
		*id = db_insert_id(c->db);
	return e;
}

enum err job_items_put(struct ctx *c, int64_t job_id, int64_t seq, int64_t target_id)
{
	return db_exec(c->db, &insert_item,
	               DB_ARGS(db_i64(job_id), db_i64(seq), db_i64(target_id)), NULL);
}

enum err job_items_counted(struct ctx *c, int64_t job_id, int64_t *total)
{
	struct number row;
	enum err e = db_one(c->db, &count_total, DB_ARGS(db_i64(job_id)), c->mem, &row);

	if (!e && row.n == 0)
		e = FAIL(c, ERR_CONFLICT, "nothing-to-do",
		         "There is nothing this could be done to.");
	if (!e)
		e = db_exec(c->db, &set_total, DB_ARGS(db_i64(row.n), db_i64(job_id)), NULL);
	if (!e)
		*total = row.n;
	return e;
}

enum err job_items_list(struct ctx *c, int64_t job_id, const char *state, const struct page *p,
                        struct db_list *out)
{
	bool up = p->at.set && p->at.back;
	const char *only = state ? state : "";
	struct job job;
	enum err e = jobs_find(c, job_id, &job);

	if (e)
		return e;
	return db_all(c->db, up ? &items_up : &items_down,
	              DB_ARGS(db_i64(c->actor.account_id), db_i64(job_id),
	                      db_i64(p->at.set ? p->at.id : 0), db_str(only), db_str(only),
	                      db_i64(p->limit + 1)),
	              c->mem, sizeof(struct job_item), (size_t)p->limit + 1, out);
}

enum err job_items_count(struct ctx *c, int64_t job_id, const char *state, int64_t *out)
{
	const char *only = state ? state : "";
	struct number row;
	enum err e = db_one(c->db, &count_items,
	                    DB_ARGS(db_i64(job_id), db_str(only), db_str(only)), c->mem, &row);

	if (!e)
		*out = row.n;
	return e;
}

void job_items_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct job_item *)row)->seq;
}

static enum err cannot_retry(struct ctx *c, const char *why)
{
	return FAIL(c, ERR_CONFLICT, "job-cannot-retry", "%s", why);
}

enum err job_items_retry(struct ctx *c, int64_t job_id)
{
	struct change ch = { .action = ACTION_JOB_RETRY,
		             .target_kind = ID_JOB,
		             .target_id = job_id };
	struct state_row row;
	int64_t n = 0;
	enum err e = db_one(c->db, &lock_job, DB_ARGS(db_i64(job_id)), c->mem, &row);

	if (e == ERR_NOT_FOUND)
		return cannot_retry(c, "A job of this kind is asked for anew.");
	if (e)
		return e;
	if (!strcmp(row.state, "queued") || !strcmp(row.state, "running"))
		return cannot_retry(c, "This job has not ended yet.");
	/* It acts as who asked for it, so nobody else may set it going. */
	if (row.person_id != c->actor.person_id)
		return cannot_retry(c, "Only who asked for this job does it again.");
	e = db_exec(c->db, &wait_again, DB_ARGS(db_i64(job_id)), &n);
	if (!e && n == 0)
		return cannot_retry(c, "Nothing of this job failed.");
	if (!e)
		e = db_exec(c->db, &reopen, DB_ARGS(db_stamp(c->now), db_i64(job_id)), NULL);
	ch.target_label = row.label;
	ch.account_id = row.account_id;
	return e ? e : change_put(c, &ch);
}

enum err job_items_take(struct ctx *c, const char *target, struct job_turn *out, bool *ended)
{
	struct head h;
	struct next next;
	enum err e = db_one(c->db, &take_job, DB_ARGS(db_str(target)), c->mem, &h);

	*ended = false;
	if (e)
		return e;
	if (h.cancel)
		e = db_exec(c->db, &cancel_rest, DB_ARGS(db_stamp(c->now), db_i64(h.id)), NULL);
	if (!e)
		e = db_one(c->db, &next_item, DB_ARGS(db_i64(h.id), db_i64(h.at_seq)), c->mem,
		           &next);
	if (e == ERR_NOT_FOUND) {
		*ended = true;
		return db_exec(c->db, &close_job, DB_ARGS(db_stamp(c->now), db_i64(h.id)),
		               NULL);
	}
	if (e)
		return e;
	*out = (struct job_turn){
		.job_id = h.id,
		.seq = next.seq,
		.target_id = next.target_id,
		.person_id = h.person_id,
		.membership_id = h.membership_id,
		.account_id = h.account_id,
		.kind = h.kind,
		.reason = h.reason,
		.correlation_id = h.correlation_id,
	};
	return OK;
}

enum err job_items_done(struct ctx *c, const struct job_turn *t, const char *failure)
{
	int64_t n = 0;
	enum err e = db_exec(c->db, &end_item,
	                     DB_ARGS(db_str(failure ? "failed" : "done"),
	                             db_str(failure ? failure : t->note), db_stamp(c->now),
	                             db_i64(t->job_id), db_i64(t->seq)),
	                     &n);

	if (e || n == 0)
		return e;
	return db_exec(c->db, &go_on,
	               DB_ARGS(db_bool(failure != NULL), db_stamp(c->now), db_i64(t->seq),
	                       db_i64(t->job_id)),
	               NULL);
}
