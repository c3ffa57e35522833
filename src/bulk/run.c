#include <string.h>

#include "bulk/inner.h"
#include "core/job_gather.h"
#include "holds/holds.h"
#include "holds/life.h"
#include "members/asker.h"
#include "members/resets.h"
#include "members/turns.h"

struct main_user {
	int64_t id, sent;
};
static const struct field main_v[] = { FIELD(struct main_user, id),
	                               FIELD(struct main_user, sent) };

/* And how often he was written to by this job, as the main user of another account. */
static const struct db_query find_main = {
	.text = "SELECT m.id AS id, (SELECT COUNT(*) FROM membership o"
		" JOIN account oa ON oa.id = o.account_id AND oa.main_person_id = o.person_id"
		" JOIN job_item oi ON oi.job_id = ? AND oi.target_id = oa.id"
		" WHERE o.person_id = m.person_id AND oi.state = 'done') AS sent"
		" FROM account a JOIN membership m ON m.account_id = a.id"
		" AND m.person_id = a.main_person_id AND m.state <> 'removed'"
		" WHERE a.id = ? AND a.state = 'active' AND " SCOPE_SEES(
			"a.id") " ORDER BY m.id LIMIT 1",
	DB_ROWS(main_v),
};

const struct db_query *const bulk_run_queries[] = { &find_main, NULL };

static enum err suspend(struct ctx *c, const struct job_turn *t)
{
	const struct hold_new in = {
		.account_id = t->target_id,
		.kind = "admin",
		.reason_text = t->reason,
		.starts_at = STAMP_NONE,
		.ends_at = STAMP_NONE,
	};
	int64_t id;

	return holds_place(c, &in, &id);
}

static bool releasable(const struct ctx *c, const struct hold *h)
{
	if (*h->module || !strcmp(h->kind, "billing") || !strcmp(h->kind, "parent"))
		return false;
	return strcmp(h->kind, "security") != 0 || ctx_may(c, PERM_ACCOUNT_RESUME_SECURITY);
}

/* Why nothing was released. */
static enum err not_enabled(struct ctx *c, bool billing, bool others)
{
	if (billing)
		return FAIL(c, ERR_CONFLICT, "billing-hold", "Only billing releases its hold.");
	if (others)
		return FAIL(c, ERR_DENIED, "not-permitted", "Its hold is released by others.");
	return FAIL(c, ERR_CONFLICT, "not-suspended", "The account itself is not suspended.");
}

/* All holds of the whole account that the asker may release; those of modules stay. */
static enum err enable(struct ctx *c, struct job_turn *t)
{
	bool did = false, billing = false, others = false;
	struct account_head head;
	struct db_list open;
	const struct hold *v;
	enum err e = ctx_need(c, PERM_ACCOUNT_RESUME);

	if (!e)
		e = accounts_lock(c, t->target_id, &head);
	if (!e && strcmp(head.base_state, "active") != 0)
		e = FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	if (!e)
		e = holds_open(c, t->target_id, &open);
	if (e)
		return e;
	v = open.v;
	for (size_t i = 0; !e && i < open.n; i++) {
		if (releasable(c, &v[i])) {
			e = holds_release(c, t->target_id, v[i].id, t->reason);
			did = true;
		} else if (!*v[i].module) {
			billing = billing || !strcmp(v[i].kind, "billing");
			others = true;
		}
	}
	if (!e && !did)
		return not_enabled(c, billing, others);
	t->note = others ? (billing ? "billing-hold" : "not-permitted") : NULL;
	return e;
}

static enum err terminate(struct ctx *c, const struct job_turn *t)
{
	const struct life_end in = { .account_id = t->target_id, .reason = t->reason };

	return life_terminate(c, &in);
}

static enum err reset_main(struct ctx *c, struct job_turn *t)
{
	struct main_user user;
	enum err e = db_one(c->db, &find_main,
	                    DB_ARGS(db_i64(t->job_id), db_i64(t->target_id),
	                            db_i64(c->actor.account_id)),
	                    c->mem, &user);

	if (e == ERR_NOT_FOUND)
		return FAIL(c, ERR_CONFLICT, "no-main-user",
		            "The account has no main user, or is removed.");
	if (e)
		return e;
	if (user.sent > 0) {
		t->note = "mailed-already";
		return OK;
	}
	return resets_run(c, user.id);
}

static enum err run_turn(struct ctx *c, struct job_turn *t)
{
	size_t act = 0;

	while (act < BULK__MAX && strcmp(t->kind, bulk_kinds[act]) != 0)
		act++;
	switch ((enum bulk_act)act) {
	case BULK_SUSPEND:
		return suspend(c, t);
	case BULK_ENABLE:
		return enable(c, t);
	case BULK_TERMINATE:
		return terminate(c, t);
	case BULK_RESET:
		return reset_main(c, t);
	case BULK__MAX:
		break;
	}
	return FAIL(c, ERR_INTERNAL, "unknown-kind", "No work is called %s.", t->kind);
}

static const struct turns turns = { JOB_OF_ACCOUNTS, run_turn };

/* --- putting the accounts of a filter together ------------------------------------ */

struct gathering {
	struct ctx *c;
	bool found;
};

/* As who asked: what he does not see any more is not among them. */
static enum err read_page(struct ctx *c, const struct job_gather *g, int64_t *ids, size_t *n,
                          bool *more)
{
	struct query q;
	enum err e = asker_become(c, g->membership_id, g->account_id);

	if (!e)
		e = ctx_need(c, PERM_ACCOUNT_LIST);
	if (!e)
		e = query_parse(c, g->filter, &q);
	return e ? e : bulk_page(c, &q, g->after_id, ids, n, more);
}

static enum err gather(void *arg)
{
	struct gathering *s = arg;
	struct ctx *c = s->c;
	const struct actor system = c->actor;
	int64_t ids[BULK_PAGE];
	struct job_gather g;
	bool more = false;
	size_t n = 0;
	enum err e;

	c->fault = (struct fault){ 0 };
	s->found = false;
	e = job_gather_take(c, JOB_OF_ACCOUNTS, &g);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	s->found = true;
	e = read_page(c, &g, ids, &n, &more);
	c->actor = system;
	if (e == ERR_DENIED || e == ERR_INVALID)
		return job_gather_fail(c, &g, c->fault.code ? c->fault.code : err_name(e));
	return e ? e : job_gather_put(c, &g, ids, n, more);
}

enum err bulk_due_step(struct ctx *c, bool *did)
{
	struct gathering s = { .c = c };
	enum err e;

	c->now = stamp_now();
	e = db_tx(c->db, DB_WRITE, gather, &s);
	c->fault = (struct fault){ 0 };
	if (e || s.found) {
		*did = !e;
		return e;
	}
	return turns_step(c, &turns, did);
}
