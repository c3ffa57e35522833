#include <string.h>

#include "accounts/index.h"
#include "holds/inner.h"
#include "holds/queries.h"
#include "people/revoke.h"

struct due {
	int64_t account_id;
};
static const struct field due_row[] = { FIELD(struct due, account_id) };

static const struct db_query next = {
	.text = "SELECT account_id AS account_id FROM hold WHERE due_at <= ?"
	        " ORDER BY due_at LIMIT 1",
	DB_ROWS(due_row),
};

static const struct db_query set_due = {
	.text = "UPDATE hold SET due_at = ends_at WHERE id = ?",
};

static const struct db_query forget_due = {
	.text = "UPDATE hold SET due_at = NULL WHERE account_id = ? AND due_at <= ?",
};

/* It began: end the sessions; or it ended: close it. */
static enum err come_due(struct ctx *c, const struct account_head *head, const struct hold *h)
{
	enum err e;

	if (!h->effective) {
		e = hold_close(c, h, NULL);
		return e ? e : hold_log(c, ACTION_ACCOUNT_RESUME, head, h, NULL, h->reason_text);
	}
	e = db_exec(c->db, &set_due, DB_ARGS(db_i64(h->id)), NULL);
	if (!e && !*h->module)
		e = sessions_revoke_under(c, head->id, "suspended", NULL);
	return e ? e : hold_log(c, ACTION_ACCOUNT_SUSPEND, head, NULL, h, h->reason_text);
}

struct step {
	struct ctx *c;
	int64_t account_id;
};

static enum err run(void *arg)
{
	struct step *s = arg;
	struct ctx *c = s->c;
	struct account_head head;
	struct db_list list;
	enum err e = accounts_lock(c, s->account_id, &head);

	if (!e)
		e = hold_list_due(c, s->account_id, &list);
	for (size_t i = 0; !e && i < list.n; i++)
		e = come_due(c, &head, (const struct hold *)list.v + i);
	if (!e)
		e = db_exec(c->db, &forget_due,
		            DB_ARGS(db_i64(s->account_id), db_stamp(c->now)), NULL);
	return e ? e : accounts_reindex_state(c, s->account_id);
}

enum err holds_due_step(struct ctx *c, bool *did)
{
	struct step s = { .c = c };
	struct due row;
	enum err e = db_one(c->db, &next, DB_ARGS(db_stamp(c->now)), c->mem, &row);

	*did = false;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	*did = true;
	s.account_id = row.account_id;
	return db_tx(c->db, DB_WRITE, run, &s);
}

const struct db_query *const hold_due_queries[] = { &next, &set_due, &forget_due, NULL };
