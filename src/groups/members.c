#include <assert.h>
#include <string.h>

#include "groups/inner.h"
#include "groups/queries.h"
#include "json/json_out.h"

#define ARGS_MAX 24

const char *const group_member_states[] = { "in", "away", NULL };

const struct field group_member_v[] = {
	FIELD(struct group_member, id),       FIELD(struct group_member, name),
	FIELD(struct group_member, detail),   FIELD(struct group_member, state),
	FIELD(struct group_member, away),     FIELD(struct group_member, added_at),
	FIELD(struct group_member, added_by),
};
static_assert(ARRAY_LEN(group_member_v) == GROUP_MEMBER_FIELDS, "all are answered");

struct found {
	int64_t id;
	const char *name;
};
struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

static const struct db_query count_all = {
	.text = "SELECT COUNT(*) AS n FROM party_group_member WHERE group_id = ?",
	DB_ROWS(count_v),
};
/* IGNORE: who is in it already stays as he is. */
static const struct db_query put = {
	.text = "INSERT IGNORE INTO party_group_member (group_id, member_id, kind, added_at,"
		" added_by_label) VALUES (?, ?, ?, ?, ?)",
};
static const struct db_query take = {
	.text = "DELETE FROM party_group_member WHERE group_id = ? AND member_id = ?",
};

const struct db_query *const group_member_queries[] = { &count_all, &put, &take, NULL };

/* --- reading -------------------------------------------------------------- */

struct args {
	size_t n;
	struct db_arg v[ARGS_MAX];
};

static void add(struct args *a, struct db_arg arg)
{
	assert(a->n < ARGS_MAX);
	a->v[a->n++] = arg;
}

static void add_filter(struct ctx *c, const struct group_kind *kind, const struct group_card *g,
                       const struct group_ask *ask, struct args *a)
{
	const char *state = ask->state ? ask->state : "", *q = ask->q ? ask->q : "";

	for (int i = 0; i < kind->states; i++)
		add(a, db_stamp(c->now));
	add(a, db_i64(g->account_id));
	add(a, db_i64(g->id));
	add(a, db_str(state));
	add(a, db_str(state));
	add(a, db_str(q));
	add(a, db_str(q));
}

enum err group_members(struct ctx *c, const struct group_card *g, const struct group_ask *ask,
                       const struct page *p, struct db_list *out)
{
	const struct group_kind *kind = group_kind_of(g->kind);
	const struct cursor *at = &p->at;
	struct group_member *v;
	struct args a = { 0 };
	enum err e;

	add_filter(c, kind, g, ask, &a);
	if (at->set) {
		add(&a, db_str(at->text ? at->text : ""));
		add(&a, db_str(at->text ? at->text : ""));
		add(&a, db_i64(at->id));
	}
	add(&a, db_i64(p->limit + 1));
	e = db_all(c->db, kind->pages[at->set && at->back][at->set], a.v, a.n, c->mem,
	           sizeof(struct group_member), (size_t)p->limit + 1, out);
	v = out->v;
	for (size_t i = 0; !e && i < out->n; i++) {
		char *text = arena_alloc(c->mem, ID_TEXT);

		id_write(kind->member, v[i].member_id, text);
		v[i].id = text;
	}
	return e;
}

void group_member_key(const void *row, const struct page *p, struct cursor *out)
{
	const struct group_member *m = row;

	(void)p;
	out->id = m->member_id;
	out->text = m->sort_text;
}

enum err group_members_count(struct ctx *c, const struct group_card *g,
                             const struct group_ask *ask, int64_t *n)
{
	const struct group_kind *kind = group_kind_of(g->kind);
	struct args a = { 0 };
	struct count row;
	enum err e;

	add_filter(c, kind, g, ask, &a);
	e = db_one(c->db, kind->count, a.v, a.n, c->mem, &row);
	if (!e)
		*n = row.n;
	return e;
}

/* --- changing ------------------------------------------------------------- */

static enum err put_log(struct ctx *c, const struct group_card *g, const struct found *m,
                        bool taken)
{
	struct change ch = {
		.action = taken ? ACTION_GROUP_UNASSIGN : ACTION_GROUP_ASSIGN,
		.target_kind = group_kind_of(g->kind)->member,
		.target_id = m->id,
		.target_label = m->name,
		.account_id = g->account_id,
		.account_label = g->account_name,
	};
	const char **side = taken ? &ch.before : &ch.after;
	struct buf b;

	buf_init(&b, c->mem, 4096);
	json_open(&b, '{');
	json_key(&b, "group");
	json_str(&b, g->name);
	json_close(&b, '}');
	*side = buf_str(&b);
	return change_put(c, &ch);
}

/* All that are none are named, before anything is written. */
static enum err read_ids(struct ctx *c, const struct group_card *g,
                         const struct group_change *in, struct found *out)
{
	const struct group_kind *kind = group_kind_of(g->kind);
	enum err worst = OK;

	for (size_t i = 0; i < in->n; i++) {
		const char *at = arena_printf(c->mem, "%s/%zu", in->pointer, i);
		int64_t id;
		enum err e;

		if (!id_read(kind->member, in->ids[i], strlen(in->ids[i]), &id)) {
			worst = FAIL_FIELD(c, at, "not-an-id");
			continue;
		}
		e = db_one(c->db, kind->find, DB_ARGS(db_i64(g->account_id), db_i64(id)),
		           c->mem, &out[i]);
		if (e == ERR_NOT_FOUND)
			worst = FAIL_FIELD(c, at, "not-found");
		else if (e)
			return e;
	}
	return worst;
}

static enum err change_one(struct ctx *c, const struct group_card *g, const struct found *m,
                           bool taking)
{
	int64_t changed = 0;
	enum err e =
		taking ? db_exec(c->db, &take, DB_ARGS(db_i64(g->id), db_i64(m->id)), &changed)
		       : db_exec(c->db, &put,
	                         DB_ARGS(db_i64(g->id), db_i64(m->id), db_str(g->kind),
	                                 db_stamp(c->now), db_str(c->actor.label)),
	                         &changed);

	if (!e && changed > 0)
		e = put_log(c, g, m, taking);
	return e;
}

enum err group_members_change(struct ctx *c, const struct group_change *in)
{
	struct found *found = arena_array(c->mem, struct found, in->n + 1);
	struct group_card g;
	struct count all;
	enum err e = group_lock(c, in->group_id, &g);

	if (!e)
		e = read_ids(c, &g, in, found);
	for (size_t i = 0; !e && i < in->n; i++)
		e = change_one(c, &g, &found[i], in->take);
	if (!e)
		e = db_one(c->db, &count_all, DB_ARGS(db_i64(g.id)), c->mem, &all);
	if (!e && !in->take && all.n > GROUP_MEMBERS_MAX)
		e = FAIL(c, ERR_CONFLICT, "group-full", "A group takes %d members.",
		         GROUP_MEMBERS_MAX);
	if (!e)
		c->audited++; /* of those who were in it already there is nothing to say */
	return e;
}
