/* The definitions: making, changing and removing them. */
#include <string.h>

#include "accounts/accounts.h"
#include "base/buf.h"
#include "core/change.h"
#include "custom/inner.h"

#define CHOICES_BYTES ((size_t)32 * 1024)
#define BIT(i)        (UINT64_C(1) << (i))

/* In the order of the log. */
static const struct field log_v[] = {
	FIELD(struct custom_field, key),      FIELD(struct custom_field, label),
	FIELD(struct custom_field, type),     FIELD(struct custom_field, choices),
	FIELD(struct custom_field, required), FIELD(struct custom_field, searchable),
	FIELD(struct custom_field, position),
};
static const struct fields log_fields = FIELDS(log_v);

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

/* Used by an account on the way up or by one below: there they would meet. */
static const struct db_query key_taken = {
	.text = "SELECT COUNT(*) AS n FROM custom_field f JOIN account_tree t"
		" ON (t.ancestor_id = f.account_id AND t.descendant_id = ?)"
		" OR (t.ancestor_id = ? AND t.descendant_id = f.account_id)"
		" WHERE f.field_key = ?",
	DB_ROWS(count_v),
};
static const struct db_query most_below = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT DISTINCT account_id FROM custom_field) o"
		" JOIN account_tree b ON b.ancestor_id = ? AND b.descendant_id = o.account_id"
		" JOIN account_tree t ON t.descendant_id = o.account_id"
		" JOIN custom_field f ON f.account_id = t.ancestor_id AND f.removed_at IS NULL"
		" GROUP BY o.account_id ORDER BY n DESC LIMIT 1",
	DB_ROWS(count_v),
};
static const struct db_query choice_used = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM custom_value WHERE field_id = ?"
		" AND value = ? LIMIT 1) x",
	DB_ROWS(count_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO custom_field (account_id, field_key, label, type, choices, required,"
		" searchable, position, created_at, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query write = {
	.text = "UPDATE custom_field SET label = ?, choices = ?, required = ?, searchable = ?,"
		" position = ?, ver = ver + 1, updated_at = ? WHERE id = ? AND ver = ?",
};
/* The others make room; their own version is not about it. */
static const struct db_query make_room = {
	.text = "UPDATE custom_field SET position = position + IF(? < ?, -1, 1)"
		" WHERE account_id = ? AND removed_at IS NULL AND id <> ?"
		" AND position BETWEEN LEAST(?, ?) AND GREATEST(?, ?)",
};
static const struct db_query close_gap = {
	.text = "UPDATE custom_field SET position = position - 1 WHERE account_id = ?"
		" AND removed_at IS NULL AND position > ?",
};
static const struct db_query retire = {
	.text = "UPDATE custom_field SET removed_at = ?, field_key = NULL, ver = ver + 1"
		" WHERE id = ? AND ver = ?",
};

const struct db_query *const custom_write_queries[] = {
	&key_taken, &most_below, &choice_used, &insert, &write,
	&make_room, &close_gap,  &retire,      NULL,
};

static enum err begin(struct ctx *c, int64_t account_id, struct account_head *head)
{
	enum err e = accounts_lock(c, account_id, head);

	if (!e && strcmp(head->base_state, "active") != 0)
		e = FAIL(c, ERR_CONFLICT, "not-active", "A removed account cannot be changed.");
	return e;
}

static enum err gone(struct ctx *c)
{
	return FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody else changed it meanwhile.");
}

static enum err log_field(struct ctx *c, enum action action, const struct account_head *head,
                          const struct custom_field *was, const struct custom_field *is)
{
	struct change ch = { .action = action,
		             .target_kind = ID_FIELD,
		             .target_id = is ? is->id : was->id,
		             .target_label = is ? is->label : was->label,
		             .account_id = head->id,
		             .account_label = head->name };

	change_diff(c->mem, log_fields, was, is, &ch);
	return change_put(c, &ch);
}

/* A line each; *bad is why not. */
static const char *joined(struct ctx *c, const struct str_list *in, const char **bad)
{
	struct buf b;

	*bad = NULL;
	buf_init(&b, c->mem, CHOICES_BYTES);
	for (size_t i = 0; i < in->n; i++) {
		for (size_t j = 0; j < i; j++)
			if (!strcmp(in->v[i], in->v[j]))
				*bad = "duplicate-member";
		buf_printf(&b, "%s%s", i > 0 ? "\n" : "", in->v[i]);
	}
	if (b.failed)
		*bad = "too-long";
	return in->n > 0 && !b.failed ? buf_str(&b) : NULL;
}

static enum err check_choices(struct ctx *c, const char *type, const struct str_list *in,
                              const char **out)
{
	bool choice = !strcmp(type, "choice");
	const char *bad;

	*out = joined(c, in, &bad);
	if (!bad && choice && in->n == 0)
		bad = "required";
	if (!bad && !choice && in->n > 0)
		bad = "not-allowed";
	return bad ? FAIL_FIELD(c, "/choices", bad) : OK;
}

static enum err check_room(struct ctx *c, int64_t account_id, size_t have)
{
	struct count_row below;
	enum err e = db_one(c->db, &most_below, DB_ARGS(db_i64(account_id)), c->mem, &below);

	if (e == ERR_NOT_FOUND) {
		below.n = 0;
		e = OK;
	}
	if (!e && (have >= CUSTOM_MAX || below.n >= CUSTOM_MAX))
		e = FAIL(c, ERR_CONFLICT, "too-many-fields",
		         "An account below would have more than %d fields.", CUSTOM_MAX);
	return e;
}

/* All complaints at once. */
static enum err check_new(struct ctx *c, int64_t account_id, const struct custom_new *in,
                          const char **choices)
{
	struct count_row taken;
	enum err bad = check_choices(c, in->type, &in->choices, choices);
	enum err e = db_one(c->db, &key_taken,
	                    DB_ARGS(db_i64(account_id), db_i64(account_id), db_str(in->key)),
	                    c->mem, &taken);

	if (!e && taken.n > 0)
		bad = FAIL_FIELD(c, "/key", "taken");
	return e ? e : bad;
}

static int64_t own_of(const struct db_list *all)
{
	const struct custom_field *v = all->v;
	int64_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += v[i].own;
	return n;
}

enum err custom_create(struct ctx *c, int64_t account_id, const struct custom_new *in,
                       int64_t *id)
{
	struct custom_field is = { .key = in->key,
		                   .label = in->label,
		                   .type = in->type,
		                   .required = in->required,
		                   .searchable = in->searchable };
	struct account_head head;
	struct db_list all;
	enum err e = begin(c, account_id, &head);

	if (!e && !strcmp(head.kind, "customer"))
		e = FAIL(c, ERR_CONFLICT, "customer-defines-none",
		         "Fields are defined by resellers and the platform.");
	if (!e)
		e = check_new(c, account_id, in, &is.choices);
	if (!e)
		e = custom_list(c, account_id, &all);
	if (!e)
		e = check_room(c, account_id, all.n);
	if (e)
		return e;
	is.position = own_of(&all) + 1;
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_i64(account_id), db_str(is.key), db_str(is.label),
	                    db_str(is.type), db_str(is.choices), db_bool(is.required),
	                    db_bool(is.searchable), db_i64(is.position), db_stamp(c->now),
	                    db_stamp(c->now)),
	            NULL);
	if (e)
		return e;
	is.id = *id = db_insert_id(c->db);
	return log_field(c, ACTION_FIELD_CREATE, &head, NULL, &is);
}

static bool has_line(const char *const *lines, const char *line)
{
	for (; *lines; lines++)
		if (!strcmp(*lines, line))
			return true;
	return false;
}

/* What stands somewhere stays a choice. */
static enum err check_kept(struct ctx *c, int64_t id, const char *was, const char *is)
{
	const char *const *old = custom_lines(c->mem, was), *const *new =
								    custom_lines(c->mem, is);
	struct count_row used;
	enum err e = OK;

	for (; !e && *old; old++) {
		if (has_line(new, *old))
			continue;
		e = db_one(c->db, &choice_used, DB_ARGS(db_i64(id), db_str(*old)), c->mem,
		           &used);
		if (!e && used.n > 0)
			e = FAIL_FIELD(c, "/choices", "in-use");
	}
	return e;
}

static enum err merge(struct ctx *c, int64_t own, const struct custom_edit *in, uint64_t mask,
                      struct custom_field *is)
{
	const char *was = is->choices;
	enum err e = OK;

	if (mask & BIT(CUSTOM_LABEL))
		is->label = in->label;
	if (mask & BIT(CUSTOM_REQUIRED))
		is->required = in->required;
	if (mask & BIT(CUSTOM_SEARCHABLE))
		is->searchable = in->searchable;
	if (mask & BIT(CUSTOM_POSITION))
		is->position = in->position < own ? in->position : own;
	if (mask & BIT(CUSTOM_CHOICES))
		e = check_choices(c, is->type, &in->choices, &is->choices);
	if (!e && mask & BIT(CUSTOM_CHOICES))
		e = check_kept(c, is->id, was, is->choices);
	return e;
}

static enum err put(struct ctx *c, int64_t account_id, const struct custom_field *was,
                    const struct custom_field *is)
{
	int64_t changed = 0, from = was->position, to = is->position;
	enum err e = db_exec(c->db, &write,
	                     DB_ARGS(db_str(is->label), db_str(is->choices),
	                             db_bool(is->required), db_bool(is->searchable), db_i64(to),
	                             db_stamp(c->now), db_i64(is->id), db_i64(was->ver)),
	                     &changed);

	if (!e && changed != 1)
		e = gone(c);
	if (!e && from != to)
		e = db_exec(c->db, &make_room,
		            DB_ARGS(db_i64(from), db_i64(to), db_i64(account_id),
		                    db_i64(is->id), db_i64(from), db_i64(to), db_i64(from),
		                    db_i64(to)),
		            NULL);
	if (!e && was->searchable != is->searchable && was->in_use)
		e = custom_settle(c, is->id);
	return e;
}

enum err custom_update(struct ctx *c, int64_t account_id, int64_t id,
                       const struct custom_edit *in, uint64_t mask, int64_t ver)
{
	struct change unused = { 0 };
	struct custom_field was, is;
	struct account_head head;
	struct db_list all;
	enum err e = begin(c, account_id, &head);

	if (!e)
		e = custom_find(c, account_id, id, &was);
	if (!e)
		e = custom_list(c, account_id, &all);
	if (e)
		return e;
	if (ver && was.ver != ver)
		return gone(c);
	is = was;
	e = merge(c, own_of(&all), in, mask, &is);
	if (e)
		return e;
	if (!change_diff(c->mem, log_fields, &was, &is, &unused)) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	e = put(c, account_id, &was, &is);
	return e ? e : log_field(c, ACTION_FIELD_UPDATE, &head, &was, &is);
}

enum err custom_remove(struct ctx *c, int64_t account_id, int64_t id, bool drop_values,
                       int64_t ver)
{
	struct account_head head;
	struct custom_impact used;
	struct custom_field was;
	int64_t changed = 0;
	enum err e = begin(c, account_id, &head);

	if (!e)
		e = custom_find(c, account_id, id, &was);
	if (!e)
		e = custom_impact(c, account_id, id, &used);
	if (e)
		return e;
	if (ver && was.ver != ver)
		return gone(c);
	if (used.accounts > 0 && !drop_values)
		return FAIL(c, ERR_CONFLICT, "field-in-use",
		            "%lld accounts have a value in it, which would go with it.",
		            (long long)used.accounts);
	e = db_exec(c->db, &retire, DB_ARGS(db_stamp(c->now), db_i64(id), db_i64(was.ver)),
	            &changed);
	if (!e && changed != 1)
		e = gone(c);
	if (!e)
		e = db_exec(c->db, &close_gap,
		            DB_ARGS(db_i64(account_id), db_i64(was.position)), NULL);
	if (!e)
		e = custom_settle(c, id);
	return e ? e : log_field(c, ACTION_FIELD_REMOVE, &head, &was, NULL);
}
