#include "notes/notes.h"

#include <string.h>

#include "accounts/accounts.h"
#include "base/utf8.h"
#include "core/change.h"
#include "search/query.h"

const struct field note_fields[NOTE_FIELDS] = {
	FIELD_KEY(struct note, id, ID_NOTE),
	FIELD(struct note, text),
	FIELD(struct note, pinned),
	FIELD(struct note, author),
	FIELD(struct note, mine),
	FIELD(struct note, ver),
	FIELD(struct note, created_at),
	FIELD(struct note, updated_at),
};

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

#define COLUMNS \
	"SELECT n.id AS id, n.text AS text, n.pinned AS pinned, n.author AS author," \
	" (n.person_id <=> ?) AS mine, n.ver AS ver, n.created_at AS created_at," \
	" n.updated_at AS updated_at FROM account_note n" \
	" WHERE n.account_id = ? AND " SCOPE_SEES("n.account_id")

/* Pinned ones sort before the others, so two ranges of one index make a page. */
#define AFTER  " AND (n.pinned < ? OR (n.pinned = ? AND n.id < ?))"
#define BEFORE " AND (n.pinned > ? OR (n.pinned = ? AND n.id > ?))"
static const struct db_query list = {
	.text = COLUMNS AFTER " ORDER BY n.pinned DESC, n.id DESC LIMIT ?",
	DB_ROWS(note_fields),
};
static const struct db_query list_back = {
	.text = COLUMNS BEFORE " ORDER BY n.pinned, n.id LIMIT ?",
	DB_ROWS(note_fields),
};
static const struct db_query find = {
	.text = COLUMNS " AND n.id = ?",
	DB_ROWS(note_fields),
};
static const struct db_query count = {
	.text = "SELECT COUNT(*) AS n FROM account_note WHERE account_id = ?",
	DB_ROWS(count_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO account_note (account_id, person_id, author, text, pinned, created_at,"
		" updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query write = {
	.text = "UPDATE account_note SET text = ?, pinned = ?, ver = ver + 1, updated_at = ?"
		" WHERE id = ? AND ver = ?",
};
static const struct db_query drop = {
	.text = "DELETE FROM account_note WHERE id = ? AND ver = ?",
};

struct above_row {
	int64_t id;
	const char *name;
};
static const struct field above_v[] = {
	FIELD(struct above_row, id),
	FIELD(struct above_row, name),
};
static const struct db_query above = {
	.text = "SELECT u.id AS id, u.name AS name FROM account a JOIN account u"
		" ON u.id = a.parent_id WHERE a.id = ?",
	DB_ROWS(above_v),
};

const struct db_query *const notes_queries[] = {
	&list, &list_back, &find, &count, &insert, &write, &drop, &above, NULL,
};

/* Of a note itself not even this is said. */
static bool is_home(const struct ctx *c, int64_t account_id)
{
	return c->actor.home_id == account_id || account_id == ACCOUNT_ROOT;
}

static enum err check_home(struct ctx *c, int64_t account_id)
{
	if (is_home(c, account_id))
		return FAIL(c, ERR_DENIED, "own-account",
		            "Notes about an account are for those above it.");
	return OK;
}

enum err notes_list(struct ctx *c, int64_t account_id, const struct page *page,
                    struct db_list *out, struct page_end *end)
{
	bool back = page->at.set && page->at.back;
	int64_t pinned = page->at.set ? page->at.number : 2;
	struct count_row all;
	const char *name;
	enum err e = accounts_name(c, account_id, &name);

	if (!e)
		e = check_home(c, account_id);
	if (!e)
		e = db_one(c->db, &count, DB_ARGS(db_i64(account_id)), c->mem, &all);
	if (e)
		return e;
	end->total = all.n;
	end->exact = true;
	return db_all(c->db, back ? &list_back : &list,
	              DB_ARGS(db_i64(c->actor.person_id), db_i64(account_id),
	                      db_i64(c->actor.account_id), db_i64(pinned), db_i64(pinned),
	                      db_i64(page->at.id), db_i64(page->limit + 1)),
	              c->mem, sizeof(struct note), (size_t)page->limit + 1, out);
}

enum err notes_find(struct ctx *c, int64_t account_id, int64_t id, struct note *out)
{
	enum err e = ERR_NOT_FOUND;

	if (!is_home(c, account_id))
		e = db_one(c->db, &find,
		           DB_ARGS(db_i64(c->actor.person_id), db_i64(account_id),
		                   db_i64(c->actor.account_id), db_i64(id)),
		           c->mem, out);
	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

static enum err begin(struct ctx *c, int64_t account_id)
{
	struct account_head head;
	enum err e = accounts_lock(c, account_id, &head);

	if (!e && !strcmp(head.base_state, "purged"))
		e = FAIL(c, ERR_CONFLICT, "not-active", "A purged account keeps no notes.");
	return e;
}

/* What the log tells of one: not its words. */
struct said {
	int64_t characters;
	bool pinned;
};
static const struct field said_v[] = {
	FIELD(struct said, characters),
	FIELD(struct said, pinned),
};
static const struct fields said_fields = FIELDS(said_v);

static struct said said_of(const char *text, bool pinned)
{
	return (struct said){ (int64_t)utf8_length(text, strlen(text)), pinned };
}

/* It names the account by its number, which is no personal date, and stands above it. */
static enum err log_note(struct ctx *c, enum action action, int64_t account_id, int64_t id,
                         const struct said *was, const struct said *is)
{
	struct change ch = { .action = action, .target_kind = ID_NOTE, .target_id = id };
	struct above_row up;
	enum err e = db_one(c->db, &above, DB_ARGS(db_i64(account_id)), c->mem, &up);

	if (e)
		return e;
	ch.target_label =
		arena_printf(c->mem, "%lld", (long long)(account_id + ACCOUNT_NUMBER_BASE));
	ch.account_id = up.id;
	ch.account_label = up.name;
	change_diff(c->mem, said_fields, was, is, &ch);
	return change_put(c, &ch);
}

static enum err gone(struct ctx *c)
{
	return FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody else changed it meanwhile.");
}

enum err notes_create(struct ctx *c, int64_t account_id, const struct note_edit *in,
                      int64_t *id)
{
	const struct said is = said_of(in->text, in->pinned);
	struct count_row all;
	enum err e = begin(c, account_id);

	if (!e)
		e = check_home(c, account_id);
	if (!e)
		e = db_one(c->db, &count, DB_ARGS(db_i64(account_id)), c->mem, &all);
	if (!e && all.n >= NOTES_MAX)
		e = FAIL(c, ERR_CONFLICT, "too-many-notes",
		         "It has %d notes; that is the most.", NOTES_MAX);
	if (!e)
		e = db_exec(c->db, &insert,
		            DB_ARGS(db_i64(account_id), db_key(c->actor.person_id),
		                    db_str(c->actor.label ? c->actor.label : ""),
		                    db_str(in->text), db_bool(in->pinned), db_stamp(c->now),
		                    db_stamp(c->now)),
		            NULL);
	if (e)
		return e;
	*id = db_insert_id(c->db);
	return log_note(c, ACTION_NOTE_CREATE, account_id, *id, NULL, &is);
}

enum err notes_update(struct ctx *c, int64_t account_id, int64_t id, const struct note_edit *in,
                      uint64_t mask, int64_t ver)
{
	struct said was_said, is_said;
	struct note was, is;
	int64_t changed = 0;
	enum err e = begin(c, account_id);

	if (!e)
		e = notes_find(c, account_id, id, &was);
	if (e)
		return e;
	if (ver && was.ver != ver)
		return gone(c);
	is = was;
	if (mask & UINT64_C(1) << NOTE_TEXT)
		is.text = in->text;
	if (mask & UINT64_C(1) << NOTE_PINNED)
		is.pinned = in->pinned;
	if (!strcmp(is.text, was.text) && is.pinned == was.pinned) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	if (strcmp(is.text, was.text) != 0 && !was.mine)
		return FAIL(c, ERR_DENIED, "not-author",
		            "The words of a note are changed by who wrote them.");
	e = db_exec(c->db, &write,
	            DB_ARGS(db_str(is.text), db_bool(is.pinned), db_stamp(c->now), db_i64(id),
	                    db_i64(was.ver)),
	            &changed);
	if (!e && changed != 1)
		e = gone(c);
	if (e)
		return e;
	was_said = said_of(was.text, was.pinned);
	is_said = said_of(is.text, is.pinned);
	return log_note(c, ACTION_NOTE_UPDATE, account_id, id, &was_said, &is_said);
}

enum err notes_remove(struct ctx *c, int64_t account_id, int64_t id, int64_t ver)
{
	struct said was_said;
	struct note was;
	int64_t changed = 0;
	enum err e = begin(c, account_id);

	if (!e)
		e = notes_find(c, account_id, id, &was);
	if (e)
		return e;
	if (ver && was.ver != ver)
		return gone(c);
	e = db_exec(c->db, &drop, DB_ARGS(db_i64(id), db_i64(was.ver)), &changed);
	if (!e && changed != 1)
		e = gone(c);
	if (e)
		return e;
	was_said = said_of(was.text, was.pinned);
	return log_note(c, ACTION_NOTE_REMOVE, account_id, id, &was_said, NULL);
}
