/* What stands in the fields of one account. */
#include <stdio.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "base/buf.h"
#include "core/change.h"
#include "custom/inner.h"
#include "json/json_out.h"

#define LIST_MAX  60
#define LOG_BYTES ((size_t)256 * 1024)

static const char *const yes_no[] = { "yes", "no", NULL };

const struct field custom_value_v[] = {
	FIELD(struct custom_value, key),
	FIELD(struct custom_value, label),
	FIELD(struct custom_value, type, .words = custom_types),
	FIELD(struct custom_value, required),
	FIELD(struct custom_value, searchable),
	FIELD_KEY(struct custom_value, account_id, ID_ACCOUNT),
	FIELD(struct custom_value, account_name),
	FIELD(struct custom_value, value),
	FIELD(struct custom_value, choices),
	FIELD(struct custom_value, field_id),
};

/* clang-format off */
#define VALUES \
	"SELECT f.field_key AS `key`, f.label AS label, f.type AS type, f.required AS required," \
	" f.searchable AS searchable, vis.descendant_id AS account_id," \
	" IF(vis.descendant_id IS NULL, NULL, u.name) AS account_name, v.value AS value," \
	" f.choices AS choices, f.id AS field_id FROM account_tree t" \
	" JOIN custom_field f ON f.account_id = t.ancestor_id AND f.removed_at IS NULL" \
	" JOIN account u ON u.id = f.account_id" \
	" LEFT JOIN account_tree vis ON vis.ancestor_id = ? AND vis.descendant_id = f.account_id" \
	" LEFT JOIN custom_value v ON v.account_id = t.descendant_id AND v.field_id = f.id" \
	" WHERE t.descendant_id = ? AND t.depth > 0" \
	" ORDER BY t.depth DESC, f.position, f.id LIMIT 60"
/* clang-format on */
static const struct db_query list = { .text = VALUES, DB_ROWS(custom_value_v) };
/* Who takes a definition away waits until the values are written, and then finds them. */
static const struct db_query list_locked = {
	.text = VALUES " LOCK IN SHARE MODE",
	DB_ROWS(custom_value_v),
};

struct ver_row {
	int64_t ver;
};
static const struct field ver_v[] = { FIELD(struct ver_row, ver) };
static const struct db_query version = {
	.text = "SELECT ver FROM custom_version WHERE account_id = ?",
	DB_ROWS(ver_v),
};
static const struct db_query count_up = {
	.text = "INSERT INTO custom_version (account_id, ver, updated_at) VALUES (?, 2, ?)"
		" ON DUPLICATE KEY UPDATE ver = ver + 1, updated_at = VALUES(updated_at)",
};
static const struct db_query put = {
	.text = "INSERT INTO custom_value (account_id, field_id, value, set_at) VALUES (?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE value = VALUES(value), set_at = VALUES(set_at)",
};
static const struct db_query drop = {
	.text = "DELETE FROM custom_value WHERE account_id = ? AND field_id = ?",
};

const struct db_query *const custom_value_queries[] = {
	&list, &list_locked, &version, &count_up, &put, &drop, NULL,
};

static enum err find_version(struct ctx *c, int64_t account_id, int64_t *ver)
{
	struct ver_row row = { 1 };
	enum err e = db_one(c->db, &version, DB_ARGS(db_i64(account_id)), c->mem, &row);

	if (e && e != ERR_NOT_FOUND)
		return e;
	*ver = e ? 1 : row.ver;
	return OK;
}

static enum err read_values(struct ctx *c, const struct db_query *q, int64_t account_id,
                            struct db_list *out)
{
	return db_all(c->db, q, DB_ARGS(db_i64(c->actor.account_id), db_i64(account_id)),
	              c->mem, sizeof(struct custom_value), LIST_MAX, out);
}

enum err custom_values(struct ctx *c, int64_t account_id, struct db_list *out, int64_t *ver)
{
	const char *name;
	enum err e = accounts_name(c, account_id, &name);

	if (!e)
		e = find_version(c, account_id, ver);
	return e ? e : read_values(c, &list, account_id, out);
}

/* --- setting them ------------------------------------------------------------ */

/* What one field takes: a row of an input table, made from its definition. */
static struct json_in input_of(struct ctx *c, const struct custom_value *f, size_t at)
{
	struct json_in in = { .name = f->key,
		              .type = JSON_T_STR,
		              .offset = at * sizeof(const char *),
		              .nullable = true,
		              .min = 1,
		              .max = CUSTOM_VALUE_MAX };

	if (!strcmp(f->type, "number"))
		in.check = custom_check_number;
	else if (!strcmp(f->type, "date"))
		in.check = custom_check_date;
	else if (!strcmp(f->type, "yes_no"))
		in.words = yes_no;
	else if (!strcmp(f->type, "choice"))
		in.words = custom_lines(c->mem, f->choices);
	return in;
}

/* The complaints are about members of "values". */
static void move_pointers(struct fault *fault)
{
	char pointer[sizeof(fault->fields[0].pointer)];

	for (size_t i = 0; i < fault->nfields; i++) {
		snprintf(pointer, sizeof(pointer), "/values%.80s", fault->fields[i].pointer);
		memcpy(fault->fields[i].pointer, pointer, sizeof(pointer));
	}
}

static enum err read_input(struct ctx *c, const struct db_list *fields, const char *json,
                           const char **out, struct json_seen *seen)
{
	struct json_in *in = arena_array(c->mem, struct json_in, LIST_MAX);
	struct json_table table = { .v = in, .n = fields->n, .size = sizeof(const char *) };
	const struct custom_value *v = fields->v;
	enum err e;

	for (size_t i = 0; i < fields->n; i++)
		in[i] = input_of(c, &v[i], i);
	e = json_read(c->mem, &c->fault, json, strlen(json), &table, out, seen);
	if (e == ERR_INVALID)
		move_pointers(&c->fault);
	if (e && e != ERR_INVALID)
		return e;
	for (size_t i = 0; i < fields->n; i++) {
		if (!(seen->bits >> i & 1))
			out[i] = v[i].value;
		else
			out[i] = custom_plain(c->mem, v[i].type, out[i]);
		if (v[i].required && !out[i] &&
		    (!(seen->bits >> i & 1) || seen->nulls >> i & 1))
			e = FAIL_FIELD(c, arena_printf(c->mem, "/values/%s", v[i].key),
			               "required");
	}
	return e;
}

static enum err write_one(struct ctx *c, int64_t account_id, const struct custom_value *f,
                          const char *value)
{
	if (!value)
		return db_exec(c->db, &drop, DB_ARGS(db_i64(account_id), db_i64(f->field_id)),
		               NULL);
	return db_exec(c->db, &put,
	               DB_ARGS(db_i64(account_id), db_i64(f->field_id), db_str(value),
	                       db_stamp(c->now)),
	               NULL);
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Writes what differs; the log names each by its key. */
static enum err write_all(struct ctx *c, int64_t account_id, const struct db_list *fields,
                          const char *const *is, struct change *ch, bool *words)
{
	const struct custom_value *v = fields->v;
	struct buf before, after;
	enum err e = OK;

	buf_init(&before, c->mem, LOG_BYTES);
	buf_init(&after, c->mem, LOG_BYTES);
	json_open(&before, '{');
	json_open(&after, '{');
	for (size_t i = 0; !e && i < fields->n; i++) {
		if (same(v[i].value, is[i]))
			continue;
		json_key(&before, v[i].key);
		json_str(&before, v[i].value);
		json_key(&after, v[i].key);
		json_str(&after, is[i]);
		*words = *words || v[i].searchable;
		e = write_one(c, account_id, &v[i], is[i]);
	}
	json_close(&before, '}');
	json_close(&after, '}');
	ch->before = buf_str(&before);
	ch->after = buf_str(&after);
	return e;
}

static enum err begin(struct ctx *c, int64_t account_id, int64_t ver, struct account_head *head,
                      struct db_list *fields)
{
	int64_t now;
	enum err e = accounts_lock(c, account_id, head);

	if (!e)
		e = find_version(c, account_id, &now);
	if (e)
		return e;
	if (ver && now != ver)
		return FAIL(c, ERR_VERSION, "changed-meanwhile",
		            "Somebody else changed it meanwhile.");
	if (strcmp(head->base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active",
		            "A removed account cannot be changed.");
	return read_values(c, &list_locked, account_id, fields);
}

enum err custom_values_update(struct ctx *c, int64_t account_id, const char *json, int64_t ver)
{
	struct change ch = { .action = ACTION_CUSTOM_UPDATE,
		             .target_kind = ID_ACCOUNT,
		             .target_id = account_id,
		             .account_id = account_id };
	const char **is = arena_array(c->mem, const char *, LIST_MAX);
	struct account_head head;
	struct json_seen seen;
	struct db_list fields;
	bool words = false;
	enum err e = begin(c, account_id, ver, &head, &fields);

	if (!e)
		e = read_input(c, &fields, json, is, &seen);
	if (!e)
		e = write_all(c, account_id, &fields, is, &ch, &words);
	if (e)
		return e;
	if (!strcmp(ch.after, "{}")) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	e = db_exec(c->db, &count_up, DB_ARGS(db_i64(account_id), db_stamp(c->now)), NULL);
	if (!e && words)
		e = accounts_reindex(c, account_id);
	ch.target_label = ch.account_label = head.name;
	return e ? e : change_put(c, &ch);
}
