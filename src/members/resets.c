#include "members/resets.h"

#include <string.h>

#include "core/change.h"
#include "core/job_items.h"
#include "members/inner.h"
#include "members/queries.h"
#include "members/turns.h"
#include "people/revoke.h"

struct place {
	int64_t account_id;
};
static const struct field place_v[] = { FIELD(struct place, account_id) };

struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

static const struct db_query seen = {
	.text = "SELECT m.account_id FROM membership m WHERE m.id = ? AND m.state <> 'removed'"
		" AND " SCOPE_SEES("m.account_id"),
	DB_ROWS(place_v),
};
static const struct db_query account_of = {
	.text = "SELECT m.account_id FROM membership m WHERE m.id = ?",
	DB_ROWS(place_v),
};
/* Whoever can sign in or could; the one who asks is left out. */
#define EVERYBODY \
	" FROM account_tree t STRAIGHT_JOIN membership m FORCE INDEX (ix_membership_account)" \
	" ON m.account_id = t.descendant_id JOIN person p ON p.id = m.person_id" \
	" WHERE t.ancestor_id = ? AND m.state <> 'removed' AND p.state <> 'removed'" \
	" AND p.id <> ? AND " ASKED_MATCH("p.id")
static const struct db_query put_all = {
	.text = "INSERT INTO job_item (job_id, seq, target_id)"
		" SELECT ?, ROW_NUMBER() OVER (ORDER BY MIN(m.id)), MIN(m.id)" EVERYBODY
		" GROUP BY m.person_id ORDER BY MIN(m.id) LIMIT ?",
};
static const struct db_query count_all = {
	.text = "SELECT COUNT(DISTINCT m.person_id) AS n" EVERYBODY,
	DB_ROWS(count_v),
};

/* Whether the person is among the items already. */
static const struct db_query taken = {
	.text = "SELECT COUNT(*) AS n FROM membership m JOIN membership o"
		" ON o.person_id = m.person_id JOIN job_item i ON i.target_id = o.id"
		" AND i.job_id = ? WHERE m.id = ?",
	DB_ROWS(count_v),
};
/* Wherever he works in sight of who asked. */
static const struct db_query sign_out = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = 'ended' WHERE revoked_at IS NULL"
		" AND person_id = (SELECT m.person_id FROM membership m WHERE m.id = ?)"
		" AND membership_id IN (SELECT o.id FROM membership o JOIN account_tree t"
		" ON t.descendant_id = o.account_id WHERE t.ancestor_id = ?)",
};

const struct db_query *const resets_queries[] = {
	&seen, &account_of, &put_all, &count_all, &taken, &sign_out, NULL,
};

static enum err put_ids(struct ctx *c, const struct str_list *ids, int64_t job_id)
{
	struct count before;
	struct place place;
	int64_t id;
	enum err e = OK;

	for (size_t i = 0; !e && i < ids->n; i++) {
		const char *at = arena_printf(c->mem, "/membership_ids/%zu", i);

		if (!id_read(ID_MEMBERSHIP, ids->v[i], strlen(ids->v[i]), &id))
			return FAIL_FIELD(c, at, "not-an-id");
		e = db_one(c->db, &seen, DB_ARGS(db_i64(id), db_i64(c->actor.account_id)),
		           c->mem, &place);
		if (e == ERR_NOT_FOUND)
			return FAIL_FIELD(c, at, "unknown-value");
		if (!e)
			e = db_one(c->db, &taken, DB_ARGS(db_i64(job_id), db_i64(id)), c->mem,
			           &before);
		if (!e && before.n == 0)
			e = job_items_put(c, job_id, (int64_t)i + 1, id);
	}
	return e;
}

/* Counted first: nobody is left out without a word. */
static enum err put_account(struct ctx *c, const struct resets_new *in, int64_t job_id)
{
	struct db_arg args[3 + ASKED_ARGS + 1] = { db_i64(job_id), db_i64(in->account_id),
		                                   db_i64(c->actor.person_id) };
	struct asked words;
	struct count all;
	enum err e = asked_parse(c, in->q, &words);

	if (e)
		return e;
	asked_put(&words, args + 3);
	args[3 + ASKED_ARGS] = db_i64(JOB_ITEMS_MAX);
	e = db_one(c->db, &count_all, args + 1, ARRAY_LEN(args) - 2, c->mem, &all);
	if (!e && all.n > JOB_ITEMS_MAX)
		return FAIL(c, ERR_CONFLICT, "too-many-people",
		            "This would be done to %lld people; a job takes %d. Do it for"
		            " the accounts below one by one.",
		            (long long)all.n, JOB_ITEMS_MAX);
	return e ? e : db_exec(c->db, &put_all, args, ARRAY_LEN(args), NULL);
}

static enum err check(struct ctx *c, const struct resets_new *in)
{
	const char *name;

	if ((in->membership_ids.n > 0) == (in->account_id != 0))
		return FAIL_FIELD(c, "/membership_ids", "one-of-two");
	if (!in->account_id)
		return OK;
	if (!ctx_may(c, PERM_PASSWORD_RESET_ALL))
		return ctx_need(c, PERM_PASSWORD_RESET_ALL);
	return accounts_name(c, in->account_id, &name);
}

enum err resets_create(struct ctx *c, const struct resets_new *in, int64_t *job_id)
{
	const struct job_new job = {
		.kind = RESETS_KIND,
		.label = "Reset passwords",
		.account_id = in->account_id ? in->account_id : c->actor.account_id,
	};
	struct change ch = { .action = ACTION_PERSON_RESET_PASSWORD,
		             .target_kind = ID_JOB,
		             .account_id = job.account_id };
	int64_t id, total;
	enum err e = check(c, in);

	if (!e)
		e = job_items_create(c, &job, &id);
	if (!e)
		e = in->account_id ? put_account(c, in, id)
		                   : put_ids(c, &in->membership_ids, id);
	if (!e)
		e = job_items_counted(c, id, &total);
	if (e)
		return e;
	ch.target_id = id;
	ch.target_label = arena_printf(c->mem, "%lld", (long long)total);
	e = accounts_name(c, job.account_id, &ch.account_label);
	if (!e)
		e = change_put(c, &ch);
	if (!e)
		*job_id = id;
	return e;
}

/* --- doing it -------------------------------------------------------------------- */

enum err resets_run(struct ctx *c, int64_t membership_id)
{
	struct member_at at = { .id = membership_id };
	struct place place;
	enum err e = ctx_need(c, PERM_MEMBER_RESET_PASSWORD);

	if (!e)
		e = db_one(c->db, &account_of, DB_ARGS(db_i64(membership_id)), c->mem, &place);
	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	at.account_id = place.account_id;
	e = members_reset_password(c, &at);
	if (e)
		return e;
	return db_exec(c->db, &sign_out,
	               DB_ARGS(db_stamp(c->now), db_i64(membership_id),
	                       db_i64(c->actor.account_id)),
	               NULL);
}

static enum err run_turn(struct ctx *c, struct job_turn *t)
{
	return resets_run(c, t->target_id);
}

static const struct turns turns = { JOB_OF_MEMBERS, run_turn };

enum err resets_due_step(struct ctx *c, bool *did)
{
	return turns_step(c, &turns, did);
}
