#include "core/job_gather.h"

static const struct field gather_v[] = {
	FIELD(struct job_gather, job_id),     FIELD(struct job_gather, membership_id),
	FIELD(struct job_gather, account_id), FIELD(struct job_gather, after_id),
	FIELD(struct job_gather, items),      FIELD(struct job_gather, filter),
};

/* Items are numbered without gaps while they are put together. */
static const struct db_query take = {
	.text = "SELECT j.id AS job_id, j.membership_id AS membership_id,"
		" j.scope_account_id AS account_id, j.gathered_id AS after_id,"
		" (SELECT COALESCE(MAX(i.seq), 0) FROM job_item i WHERE i.job_id = j.id) AS items,"
		" j.filter AS filter FROM job j WHERE j.target = ? AND j.state = 'queued'"
		" AND j.total IS NULL AND j.gathered_id IS NOT NULL ORDER BY j.id"
		" LIMIT 1 FOR UPDATE SKIP LOCKED",
	DB_ROWS(gather_v),
};
static const struct db_query put_item = {
	.text = "INSERT INTO job_item (job_id, seq, target_id) VALUES (?, ?, ?)",
};
static const struct db_query go_on = {
	.text = "UPDATE job SET gathered_id = ?, beat_at = ?, ver = ver + 1 WHERE id = ?",
};
/* A list that is empty by now is a job that is done. */
static const struct db_query finish = {
	.text = "UPDATE job SET gathered_id = NULL, beat_at = ?, ver = ver + 1, total = ?"
		" WHERE id = ?",
};
static const struct db_query fail = {
	.text = "UPDATE job SET state = 'failed', message = ?, gathered_id = NULL,"
		" finished_at = ?, ver = ver + 1 WHERE id = ?",
};

const struct db_query *const job_gather_queries[] = {
	&take, &put_item, &go_on, &finish, &fail, NULL,
};

enum err job_gather_take(struct ctx *c, const char *target, struct job_gather *out)
{
	return db_one(c->db, &take, DB_ARGS(db_str(target)), c->mem, out);
}

static enum err put_items(struct ctx *c, const struct job_gather *g, const int64_t *targets,
                          size_t n)
{
	struct db_arg *args = arena_array(c->mem, struct db_arg, 3 * n);

	for (size_t i = 0; i < n; i++) {
		args[3 * i] = db_i64(g->job_id);
		args[3 * i + 1] = db_i64(g->items + (int64_t)i + 1);
		args[3 * i + 2] = db_i64(targets[i]);
	}
	return db_exec_rows(c->db, &put_item, args, 3, n);
}

enum err job_gather_put(struct ctx *c, const struct job_gather *g, const int64_t *targets,
                        size_t n, bool more)
{
	enum err e = n > 0 ? put_items(c, g, targets, n) : OK;

	if (e)
		return e;
	if (more)
		return db_exec(c->db, &go_on,
		               DB_ARGS(db_i64(targets[n - 1]), db_stamp(c->now),
		                       db_i64(g->job_id)),
		               NULL);
	return db_exec(c->db, &finish,
	               DB_ARGS(db_stamp(c->now), db_i64(g->items + (int64_t)n),
	                       db_i64(g->job_id)),
	               NULL);
}

enum err job_gather_fail(struct ctx *c, const struct job_gather *g, const char *message)
{
	return db_exec(c->db, &fail,
	               DB_ARGS(db_str(message), db_stamp(c->now), db_i64(g->job_id)), NULL);
}
