#include <string.h>

#include "core/change.h"
#include "mail/mail.h"

const char *const mail_states[] = { "waiting", "sent", "failed", NULL };

const struct field mail_row_fields[MAIL_ROW_FIELDS] = {
	FIELD_KEY(struct mail_row, id, ID_MAIL),
	FIELD(struct mail_row, to_address),
	FIELD(struct mail_row, kind),
	FIELD(struct mail_row, locale),
	FIELD(struct mail_row, state, .words = mail_states),
	FIELD_KEY(struct mail_row, account_id, ID_ACCOUNT),
	FIELD(struct mail_row, account_name),
	FIELD(struct mail_row, tries),
	FIELD(struct mail_row, last_error),
	FIELD(struct mail_row, created_at),
	FIELD(struct mail_row, next_at),
	FIELD(struct mail_row, sent_at),
};

struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

struct state {
	const char *state;
};
static const struct field state_v[] = { FIELD(struct state, state) };

#define COLUMNS \
	"SELECT m.id, m.to_address, m.kind, m.locale, m.state, m.account_id," \
	" a.name AS account_name, m.tries, m.last_error, m.created_at, m.next_at, m.sent_at" \
	" FROM mail m JOIN account a ON a.id = m.account_id"

static const struct db_query list_down = {
	.text = COLUMNS
	" WHERE m.id < ? AND " SCOPE_SEES("m.account_id") " ORDER BY m.id DESC LIMIT ?",
	DB_ROWS(mail_row_fields),
};
static const struct db_query list_up = {
	.text = COLUMNS
	" WHERE m.id > ? AND " SCOPE_SEES("m.account_id") " ORDER BY m.id LIMIT ?",
	DB_ROWS(mail_row_fields),
};
static const struct db_query state_down = {
	.text = COLUMNS " WHERE m.state = ? AND m.id < ? AND " SCOPE_SEES(
		"m.account_id") " ORDER BY m.id DESC LIMIT ?",
	DB_ROWS(mail_row_fields),
};
static const struct db_query state_up = {
	.text = COLUMNS " WHERE m.state = ? AND m.id > ? AND " SCOPE_SEES(
		"m.account_id") " ORDER BY m.id LIMIT ?",
	DB_ROWS(mail_row_fields),
};
static const struct db_query find = {
	.text = COLUMNS " WHERE m.id = ? AND " SCOPE_SEES("m.account_id"),
	DB_ROWS(mail_row_fields),
};
static const struct db_query lock = {
	.text = "SELECT state FROM mail WHERE id = ? FOR UPDATE",
	DB_ROWS(state_v),
};
/* The promise made now is the one that counts; tries begin anew. */
static const struct db_query again = {
	.text = "UPDATE mail SET state = 'waiting', outbox_id = ?, tries = 0, first_at = NULL,"
		" next_at = ?, ended_at = NULL WHERE id = ?",
};
static const struct db_query count_waiting = {
	.text = "SELECT COUNT(*) AS n FROM mail m WHERE m.state = 'waiting'"
		" AND " SCOPE_SEES("m.account_id"),
	DB_ROWS(count_v),
};

const struct db_query *const mail_list_queries[] = {
	&list_down, &list_up, &state_down,    &state_up, &find,
	&lock,      &again,   &count_waiting, NULL,
};

enum err mail_list(struct ctx *c, const char *state, const struct page *p, struct db_list *out)
{
	bool up = p->at.set && p->at.back;
	struct db_arg from = db_i64(p->at.set ? p->at.id : INT64_MAX);
	struct db_arg me = db_i64(c->actor.account_id), limit = db_i64(p->limit + 1);
	size_t max = (size_t)p->limit + 1;

	if (state)
		return db_all(c->db, up ? &state_up : &state_down,
		              DB_ARGS(db_str(state), from, me, limit), c->mem,
		              sizeof(struct mail_row), max, out);
	return db_all(c->db, up ? &list_up : &list_down, DB_ARGS(from, me, limit), c->mem,
	              sizeof(struct mail_row), max, out);
}

void mail_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct mail_row *)row)->id;
}

enum err mail_find(struct ctx *c, int64_t id, struct mail_row *out)
{
	enum err e = db_one(c->db, &find, DB_ARGS(db_i64(id), db_i64(c->actor.account_id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err mail_retry(struct ctx *c, int64_t id)
{
	struct change ch = { .action = ACTION_MAIL_RETRY,
		             .target_kind = ID_MAIL,
		             .target_id = id };
	struct mail_row row;
	struct state s;
	enum err e = mail_find(c, id, &row);

	if (!e)
		e = db_one(c->db, &lock, DB_ARGS(db_i64(id)), c->mem, &s);
	if (e)
		return e;
	if (!strcmp(s.state, "sent"))
		return FAIL(c, ERR_CONFLICT, "mail-sent", "This mail has been sent already.");
	e = outbox_put(c, MAIL_OUTBOX, id, NULL);
	if (!e)
		e = db_exec(c->db, &again,
		            DB_ARGS(db_i64(db_insert_id(c->db)), db_stamp(c->now), db_i64(id)),
		            NULL);
	if (e)
		return e;
	ch.target_label = row.to_address;
	ch.account_id = row.account_id;
	ch.account_label = row.account_name;
	return change_put(c, &ch);
}

enum err mail_count_waiting(struct ctx *c, int64_t account_id, int64_t *out)
{
	struct count n;
	enum err e = db_one(c->db, &count_waiting, DB_ARGS(db_i64(account_id)), c->mem, &n);

	if (!e)
		*out = n.n;
	return e;
}
