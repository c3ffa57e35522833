#include "core/change.h"

#include <assert.h>
#include <string.h>

#include "core/queries.h"
#include "json/json_out.h"

#define VALUES_MAX 60000 /* of before_values and after_values */
#define VALUE_MAX 8000
#define PRINT_MAX (1u << 20) /* more than any input admits: compared whole */

static const struct {
	const char *text, *label;
} actions[] = {
	[ACTION_NONE] = { "", "" },
#define ACTION(name, text, label) [ACTION_##name] = { (text), (label) },
#include "core/action.def"
#undef ACTION
};
static_assert(ARRAY_LEN(actions) == ACTION__MAX, "every action has a text");

const char *action_text(enum action a)
{
	assert((size_t)a < ARRAY_LEN(actions));
	return actions[a].text;
}

const char *action_label(enum action a)
{
	assert((size_t)a < ARRAY_LEN(actions));
	return actions[a].label;
}

enum action action_of_text(const char *s)
{
	for (unsigned a = ACTION_NONE + 1; s && a < ACTION__MAX; a++)
		if (!strcmp(actions[a].text, s))
			return (enum action)a;
	return ACTION_NONE;
}

static const struct db_query insert = {
	.text = "INSERT INTO change_log (at, action, actor_kind, actor_id, actor_label,"
	        " impersonator_id, impersonator_label, target_kind, target_id, target_label,"
	        " account_id, account_label, result, failure, before_values, after_values,"
	        " reason, ip, user_agent, correlation_id)"
	        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

const struct db_query *const change_queries[] = { &insert, NULL };

static const char *const actor_kinds[] = {
	[ACTOR_PERSON] = "person",
	[ACTOR_BILLING] = "billing",
	[ACTOR_SYSTEM] = "system",
	[ACTOR_API] = "api",
};

/* Labels are cut, not refused: the log must not stop a change. */
static struct db_arg cut(struct arena *mem, const char *s, size_t chars)
{
	size_t at = 0;

	if (!s)
		return db_str(NULL);
	for (size_t n = 0; s[at]; at++) {
		if (((unsigned char)s[at] & 0xc0) == 0x80)
			continue;
		if (n++ == chars)
			break;
	}
	return db_str(s[at] ? arena_copy(mem, s, at) : s);
}

static const char *result_of(const struct change *ch)
{
	if (ch->denied)
		return "denied";
	return ch->failure ? "failed" : "success";
}

enum err change_put(struct ctx *c, const struct change *ch)
{
	const struct actor *a = &c->actor;
	int64_t actor = a->kind == ACTOR_BILLING ? a->source_id : a->person_id;
	enum err e;

	assert(db_in_tx(c->db));
	assert(ch->action > ACTION_NONE && ch->action < ACTION__MAX);
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_stamp(c->now), db_str(action_text(ch->action)),
	                    db_str(actor_kinds[a->kind]), db_key(actor),
	                    cut(c->mem, a->label ? a->label : "", 200),
	                    db_key(a->impersonator_id), cut(c->mem, a->impersonator_label, 200),
	                    db_str(target_text(ch->target_kind)), db_key(ch->target_id),
	                    cut(c->mem, ch->target_label ? ch->target_label : "", 200),
	                    db_i64(ch->account_id),
	                    cut(c->mem, ch->account_label ? ch->account_label : "", 200),
	                    db_str(result_of(ch)), db_str(ch->failure), db_str(ch->before),
	                    db_str(ch->after), cut(c->mem, ch->reason, 500), db_str(a->ip),
	                    cut(c->mem, a->user_agent, 300), db_str(c->request_id)),
	            NULL);
	if (!e)
		c->audited++;
	return e;
}

/* What a value prints as; "null" for one that is not there. */
static const char *printed(struct arena *mem, const struct field *f, const void *row)
{
	struct buf b;

	if (!row)
		return "null";
	buf_init(&b, mem, PRINT_MAX);
	json_field(&b, f, row);
	return buf_str(&b);
}

/* The log has room for so much of a value; that it differs is said all the same. */
static void put_value(struct buf *b, const char *printed)
{
	json_raw(b, strlen(printed) > VALUE_MAX ? "\"[too long]\"" : printed);
}

bool change_diff(struct arena *mem, struct fields f, const void *before, const void *after,
                 struct change *out)
{
	struct buf was, is;
	bool differs = false;

	buf_init(&was, mem, VALUES_MAX);
	buf_init(&is, mem, VALUES_MAX);
	json_open(&was, '{');
	json_open(&is, '{');
	for (size_t i = 0; i < f.n; i++) {
		const char *old = printed(mem, &f.v[i], before);
		const char *new = printed(mem, &f.v[i], after);

		if (!strcmp(old, new))
			continue;
		differs = true;
		json_key(&was, f.v[i].name);
		put_value(&was, old);
		json_key(&is, f.v[i].name);
		put_value(&is, new);
	}
	json_close(&was, '}');
	json_close(&is, '}');
	if (!differs)
		return false;
	out->before = before && !was.failed ? buf_str(&was) : NULL;
	out->after = after && !is.failed ? buf_str(&is) : NULL;
	return true;
}
