#include <string.h>

#include "changelog/inner.h"
#include "changelog/queries.h"
#include "signin/session.h"

static const struct field number_v[] = { FIELD(struct number, n) };

static const struct db_query works_here = {
	.text = "SELECT COUNT(*) AS n FROM membership m JOIN account_tree t"
		" ON t.descendant_id = m.account_id AND t.ancestor_id = ? WHERE m.person_id = ?",
	DB_ROWS(number_v),
};
const struct db_query *const changelog_told_queries[] = { &works_here, NULL };

/* Of who works above the caller: his name, and nothing to find him by. */
static void hide_stranger(struct ctx *c, struct change_row *r)
{
	bool customer = c->session && !strcmp(c->session->account_kind, "customer");

	if (!strcmp(r->actor_kind, "system") ||
	    (!strcmp(r->actor_kind, "billing") && !customer))
		return;
	if (r->known && strcmp(r->actor_kind, "billing") != 0)
		return;
	if (r->impersonator_id == 0)
		r->actor_id = 0;
	r->ip = NULL;
	r->user_agent = NULL;
}

void change_finish(struct ctx *c, struct arena *mem, struct change_row *r)
{
	char text[ID_TEXT];
	enum id_kind kind = target_of_text(r->target_kind);

	r->target_id = NULL; /* the row of a stream was the one before */
	if (kind != ID_NONE && r->target_key != 0) {
		id_write(kind, r->target_key, text);
		r->target_id = arena_str(mem, text);
	}
	if (!ctx_may(c, PERM_AUDIT_VALUES)) {
		r->before.s = NULL;
		r->after.s = NULL;
	}
	hide_stranger(c, r);
}

/* Few people do most of what a page shows: each is looked for once. */
enum err change_know(struct ctx *c, struct db_list *list)
{
	struct change_row *v = list->v;
	struct number n;
	enum err e = OK;

	for (size_t i = 0; !e && i < list->n && c->actor.account_id != ACCOUNT_ROOT; i++) {
		int64_t who = v[i].impersonator_id ? v[i].impersonator_id : v[i].actor_id;
		size_t k = 0;

		while (k < i &&
		       (v[k].impersonator_id ? v[k].impersonator_id : v[k].actor_id) != who)
			k++;
		v[i].known = k < i ? v[k].known : who == c->actor.person_id;
		if (k < i || v[i].known || who == 0)
			continue;
		e = db_one(c->db, &works_here,
		           DB_ARGS(db_i64(c->actor.account_id), db_i64(who)), c->mem, &n);
		v[i].known = !e && n.n > 0;
	}
	return e;
}
