#include "holds/holds.h"

#include <assert.h>
#include <string.h>

#include "accounts/state.h"
#include "accounts/sure.h"
#include "holds/inner.h"
#include "holds/queries.h"

#define LIST_MAX 200

static const char *const kinds[] = { "billing", "admin", "security", "abuse", "vacation", "parent",
	                             "expiry", NULL };

const struct field hold_fields[] = {
	FIELD_KEY(struct hold, id, ID_HOLD),
	FIELD_KEY(struct hold, account_id, ID_ACCOUNT),
	FIELD(struct hold, kind, .words = kinds),
	FIELD(struct hold, module),
	FIELD(struct hold, reason_code),
	FIELD(struct hold, reason_text),
	FIELD(struct hold, placed_at),
	FIELD(struct hold, placed_by),
	FIELD(struct hold, starts_at),
	FIELD(struct hold, ends_at),
	FIELD_KEY(struct hold, event_id, ID_EVENT),
	FIELD(struct hold, released_at),
	FIELD(struct hold, released_by),
	FIELD(struct hold, release_text),
	FIELD(struct hold, open),
	FIELD(struct hold, effective),
	FIELD(struct hold, ver),
};
static_assert(ARRAY_LEN(hold_fields) == HOLD_FIELDS, "all are answered");

/* Arguments: now, now. */
#define COLUMNS \
	"SELECT h.id AS id, h.account_id AS account_id, h.kind AS kind, h.module AS module," \
	" h.reason_code AS reason_code, h.reason_text AS reason_text, h.placed_at AS placed_at," \
	" h.placed_by_label AS placed_by, h.starts_at AS starts_at, h.ends_at AS ends_at," \
	" h.source_event_id AS event_id, h.released_at AS released_at," \
	" h.released_by_label AS released_by, h.release_text AS release_text," \
	" h.open_slot IS NOT NULL AS open," \
	" (h.open_slot IS NOT NULL AND h.starts_at <= ? AND (h.ends_at IS NULL OR h.ends_at > ?))" \
	" AS effective, h.ver AS ver FROM hold h"

static const struct db_query find = {
	.text = COLUMNS " WHERE h.account_id = ? AND h.id = ? AND " SCOPE_SEES("h.account_id"),
	DB_ROWS(hold_fields),
};

static const struct db_query list = {
	.text = COLUMNS " WHERE h.account_id = ? AND " SCOPE_SEES("h.account_id")
		" ORDER BY h.id DESC LIMIT 200",
	DB_ROWS(hold_fields),
};

static const struct db_query list_open = {
	.text = COLUMNS " FORCE INDEX (uq_hold_open) WHERE h.account_id = ? AND h.open_slot = 1",
	DB_ROWS(hold_fields),
};

static const struct db_query list_due = {
	.text = COLUMNS " WHERE h.account_id = ? AND h.open_slot = 1 AND h.due_at <= ?"
	                " ORDER BY h.id FOR UPDATE",
	DB_ROWS(hold_fields),
};

static const struct db_query take = {
	.text = COLUMNS " WHERE h.account_id = ? AND h.id = ? FOR UPDATE",
	DB_ROWS(hold_fields),
};

static const struct db_query take_open = {
	.text = COLUMNS " WHERE h.account_id = ? AND h.module = ? AND h.kind = ?"
	                " AND h.open_slot = 1 FOR UPDATE",
	DB_ROWS(hold_fields),
};

static const struct db_query close_hold = {
	.text = "UPDATE hold SET released_at = ?, released_by = ?, released_by_label = ?,"
	        " release_text = ?, open_slot = NULL, due_at = NULL, ver = ver + 1"
	        " WHERE id = ? AND open_slot = 1",
};

const struct field hold_reason_fields[] = {
	FIELD_KEY(struct hold_reason, hold_id, ID_HOLD),
	FIELD_KEY(struct hold_reason, account_id, ID_ACCOUNT),
	FIELD(struct hold_reason, account_name),
	FIELD(struct hold_reason, kind, .words = kinds),
	FIELD(struct hold_reason, module),
	FIELD(struct hold_reason, reason_code),
	FIELD(struct hold_reason, reason_text),
	FIELD(struct hold_reason, placed_by),
	FIELD(struct hold_reason, placed_at),
	FIELD(struct hold_reason, starts_at),
	FIELD(struct hold_reason, ends_at),
	FIELD(struct hold_reason, effective),
	FIELD(struct hold_reason, own),
};
static_assert(ARRAY_LEN(hold_reason_fields) == HOLD_REASON_FIELDS, "all are answered");

/* Arguments: now, now, the acting account, the account. */
static const struct db_query reasons = {
	.text = "SELECT h.id AS hold_id, a.id AS account_id, a.name AS account_name,"
	        " h.kind AS kind, h.module AS module, h.reason_code AS reason_code,"
	        " IF(a.id IS NULL, NULL, h.reason_text) AS reason_text,"
	        " IF(a.id IS NULL, NULL, h.placed_by_label) AS placed_by,"
	        " h.placed_at AS placed_at, h.starts_at AS starts_at, h.ends_at AS ends_at,"
	        " (h.starts_at <= ? AND (h.ends_at IS NULL OR h.ends_at > ?)) AS effective,"
	        " up.depth = 0 AS own FROM account_tree up"
	        " STRAIGHT_JOIN hold h FORCE INDEX (uq_hold_open)"
	        " ON h.account_id = up.ancestor_id AND h.open_slot = 1"
	        " LEFT JOIN account_tree vis ON vis.ancestor_id = ?"
	        " AND vis.descendant_id = up.ancestor_id"
	        " LEFT JOIN account a ON a.id = vis.descendant_id"
	        " WHERE up.descendant_id = ? ORDER BY up.depth, h.id",
	DB_ROWS(hold_reason_fields),
};

struct number {
	int64_t n;
};
static const struct field number_row[] = { FIELD(struct number, n) };

/* Mostly no account with others below it is held at all. */
static const struct db_query count_all_above = {
	.text = "SELECT COUNT(*) AS n FROM hold h FORCE INDEX (ix_hold_above)"
		" WHERE h.open_slot = 1 AND h.account_kind IN ('platform', 'reseller')"
		" AND h.module = ''",
	DB_ROWS(number_row),
};

static const struct db_query count_above = {
	.text = "SELECT COUNT(*) AS n FROM hold h FORCE INDEX (ix_hold_above)"
	        " STRAIGHT_JOIN account_tree up FORCE INDEX (PRIMARY)"
	        " ON up.ancestor_id = h.account_id AND up.descendant_id = ? AND up.depth > 0"
	        " WHERE h.account_kind IN ('platform', 'reseller') AND h.module = ''"
	        " AND " HOLD_IN_FORCE("h"),
	DB_ROWS(number_row),
};

enum err holds_count_above(struct ctx *c, int64_t account_id, int64_t *out)
{
	struct number row;
	enum err e = db_one(c->db, &count_all_above, DB_NO_ARGS, c->mem, &row);

	if (!e && row.n > 0)
		e = db_one(c->db, &count_above,
		           DB_ARGS(db_i64(account_id), db_stamp(c->now), db_stamp(c->now)), c->mem,
		           &row);
	if (!e)
		*out = row.n;
	return e;
}

enum err holds_find(struct ctx *c, int64_t account_id, int64_t id, struct hold *out)
{
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(account_id),
	                            db_i64(id), db_i64(c->actor.account_id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err holds_list(struct ctx *c, int64_t account_id, struct db_list *out)
{
	return db_all(c->db, &list,
	              DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(account_id),
	                      db_i64(c->actor.account_id)),
	              c->mem, sizeof(struct hold), LIST_MAX, out);
}

enum err holds_open(struct ctx *c, int64_t account_id, struct db_list *out)
{
	return db_all(c->db, &list_open,
	              DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(account_id)), c->mem,
	              sizeof(struct hold), LIST_MAX, out);
}

enum err hold_list_due(struct ctx *c, int64_t account_id, struct db_list *out)
{
	return db_all(c->db, &list_due,
	              DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(account_id),
	                      db_stamp(c->now)),
	              c->mem, sizeof(struct hold), LIST_MAX, out);
}

enum err holds_reasons(struct ctx *c, int64_t account_id, struct db_list *out)
{
	return db_all(c->db, &reasons,
	              DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(c->actor.account_id),
	                      db_i64(account_id)),
	              c->mem, sizeof(struct hold_reason), LIST_MAX, out);
}

enum err hold_read(struct ctx *c, int64_t account_id, int64_t id, struct hold *out)
{
	enum err e = db_one(c->db, &take,
	                    DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(account_id),
	                            db_i64(id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err hold_read_open(struct ctx *c, int64_t account_id, const char *module, const char *kind,
                        struct hold *out)
{
	return db_one(c->db, &take_open,
	              DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(account_id),
	                      db_str(module), db_str(kind)),
	              c->mem, out);
}

enum err hold_close(struct ctx *c, const struct hold *h, const char *text)
{
	return db_exec(c->db, &close_hold,
	               DB_ARGS(db_stamp(c->now), db_key(c->actor.person_id),
	                       db_str(c->actor.label ? c->actor.label : ""), db_str(text),
	                       db_i64(h->id)),
	               NULL);
}

enum err hold_check_target(struct ctx *c, const struct account_head *head)
{
	if (!strcmp(head->kind, "platform"))
		return FAIL(c, ERR_DENIED, "is-platform", "The platform itself goes on.");
	if (c->actor.kind != ACTOR_SYSTEM && head->id == c->actor.account_id)
		return FAIL(c, ERR_DENIED, "own-account", "Nobody does this to his own account.");
	return OK;
}

/* What is said of a hold: its kind to its end. */
static const struct field log_v[] = {
	FIELD(struct hold, kind),       FIELD(struct hold, module),
	FIELD(struct hold, reason_code), FIELD(struct hold, reason_text),
	FIELD(struct hold, starts_at),  FIELD(struct hold, ends_at),
};
static const struct fields log_fields = FIELDS(log_v);

struct stamp hold_due_at(const struct hold *h, struct stamp now)
{
	return h->starts_at.usec > now.usec ? h->starts_at : h->ends_at;
}

enum err hold_log(struct ctx *c, enum action action, const struct account_head *head,
                  const struct hold *was, const struct hold *is, const char *reason)
{
	struct change ch = { .action = action, .target_kind = ID_ACCOUNT, .target_id = head->id,
		             .target_label = head->name, .account_id = head->id,
		             .account_label = head->name, .reason = reason };
	enum err e;

	change_diff(c->mem, log_fields, was, is, &ch);
	e = change_put(c, &ch);
	return e ? e : states_unsettle(c, head->kind, is ? hold_due_at(is, c->now) : STAMP_NONE);
}

const struct db_query *const holds_queries[] = {
	&find,       &list,    &list_open,   &list_due,        &take, &take_open,
	&close_hold, &reasons, &count_above, &count_all_above, NULL,
};
