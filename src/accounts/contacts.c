#include "accounts/contacts.h"

#include <assert.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "accounts/queries.h"
#include "core/change.h"

const char *const contact_roles[] = { "owner", "billing", "technical", "emergency", NULL };

const struct field contact_fields[] = {
	FIELD_KEY(struct contact, id, ID_CONTACT),
	FIELD(struct contact, role, .words = contact_roles),
	FIELD(struct contact, name),
	FIELD(struct contact, email),
	FIELD(struct contact, phone),
	FIELD(struct contact, note),
	FIELD(struct contact, ver),
	FIELD(struct contact, created_at),
	FIELD(struct contact, updated_at),
};
static_assert(ARRAY_LEN(contact_fields) == CONTACT_FIELDS, "all are answered");

/* What the log says of one: the members that people set. */
static const struct fields log_fields = { contact_fields + 1, 5 };

#define COLUMNS \
	"SELECT k.id AS id, k.role AS role, k.name AS name, k.email AS email, k.phone AS phone," \
	" k.note AS note, k.ver AS ver, k.created_at AS created_at, k.updated_at AS updated_at" \
	" FROM account_contact k WHERE k.account_id = ? AND " SCOPE_SEES("k.account_id")

static const struct db_query list = {
	.text = COLUMNS " ORDER BY k.role, k.id",
	DB_ROWS(contact_fields),
};

static const struct db_query find = {
	.text = COLUMNS " AND k.id = ?",
	DB_ROWS(contact_fields),
};

static const struct db_query insert = {
	.text = "INSERT INTO account_contact"
	        " (account_id, role, name, email, phone, note, created_at, updated_at)"
	        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};

static const struct db_query write = {
	.text = "UPDATE account_contact SET role = ?, name = ?, email = ?, phone = ?, note = ?,"
	        " ver = ver + 1, updated_at = ? WHERE id = ? AND ver = ?",
};

static const struct db_query drop = {
	.text = "DELETE FROM account_contact WHERE id = ? AND ver = ?",
};

enum err contacts_list(struct ctx *c, int64_t account_id, struct db_list *out)
{
	return db_all(c->db, &list, DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id)),
	              c->mem, sizeof(struct contact), CONTACTS_MAX, out);
}

enum err contacts_find(struct ctx *c, int64_t account_id, int64_t id, struct contact *out)
{
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id), db_i64(id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

/* The account is locked, so that its words are rewritten one after the other. */
static enum err begin(struct ctx *c, int64_t account_id, struct account_head *head)
{
	enum err e = accounts_lock(c, account_id, head);

	if (!e && strcmp(head->base_state, "active") != 0)
		e = FAIL(c, ERR_CONFLICT, "not-active", "A removed account cannot be changed.");
	return e;
}

static enum err end(struct ctx *c, const struct account_head *head, struct change *ch)
{
	enum err e = accounts_reindex(c, head->id);

	ch->target_kind = ID_CONTACT;
	ch->account_id = head->id;
	ch->account_label = head->name;
	return e ? e : change_put(c, ch);
}

static enum err gone(struct ctx *c)
{
	return FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody else changed it meanwhile.");
}

enum err contacts_create(struct ctx *c, int64_t account_id, const struct contact_edit *in,
                         int64_t *id)
{
	struct contact is = { .role = in->role, .name = in->name, .email = in->email,
		              .phone = in->phone, .note = in->note };
	struct change ch = { .action = ACTION_CONTACT_CREATE, .target_label = in->name };
	struct account_head head;
	struct db_list all;
	enum err e = begin(c, account_id, &head);

	if (!e)
		e = contacts_list(c, account_id, &all);
	if (!e && all.n >= CONTACTS_MAX)
		e = FAIL(c, ERR_CONFLICT, "too-many-contacts",
		         "It has %d contacts; that is the most.", CONTACTS_MAX);
	if (!e)
		e = db_exec(c->db, &insert,
		            DB_ARGS(db_i64(account_id), db_str(in->role), db_str(in->name),
		                    db_str(in->email), db_str(in->phone), db_str(in->note),
		                    db_stamp(c->now), db_stamp(c->now)),
		            NULL);
	if (e)
		return e;
	*id = db_insert_id(c->db);
	ch.target_id = *id;
	change_diff(c->mem, log_fields, NULL, &is, &ch);
	return end(c, &head, &ch);
}

static void merge(struct contact *is, const struct contact_edit *in, uint64_t mask)
{
	const char **to[] = { &is->role, &is->name, &is->email, &is->phone, &is->note };
	const char *from[] = { in->role, in->name, in->email, in->phone, in->note };

	for (size_t i = 0; i < CONTACT__MAX; i++)
		if (mask & (UINT64_C(1) << i))
			*to[i] = from[i];
}

enum err contacts_update(struct ctx *c, int64_t account_id, int64_t id,
                         const struct contact_edit *in, uint64_t mask, int64_t ver)
{
	struct change ch = { .action = ACTION_CONTACT_UPDATE, .target_id = id };
	struct account_head head;
	struct contact was, is;
	int64_t changed = 0;
	enum err e = begin(c, account_id, &head);

	if (!e)
		e = contacts_find(c, account_id, id, &was);
	if (e)
		return e;
	if (ver && was.ver != ver)
		return gone(c);
	is = was;
	merge(&is, in, mask);
	if (!change_diff(c->mem, log_fields, &was, &is, &ch)) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	ch.target_label = is.name;
	e = db_exec(c->db, &write,
	            DB_ARGS(db_str(is.role), db_str(is.name), db_str(is.email), db_str(is.phone),
	                    db_str(is.note), db_stamp(c->now), db_i64(id), db_i64(was.ver)),
	            &changed);
	if (!e && changed != 1)
		e = gone(c);
	return e ? e : end(c, &head, &ch);
}

enum err contacts_remove(struct ctx *c, int64_t account_id, int64_t id, int64_t ver)
{
	struct change ch = { .action = ACTION_CONTACT_REMOVE, .target_id = id };
	struct account_head head;
	struct contact was;
	int64_t changed = 0;
	enum err e = begin(c, account_id, &head);

	if (!e)
		e = contacts_find(c, account_id, id, &was);
	if (e)
		return e;
	if (ver && was.ver != ver)
		return gone(c);
	e = db_exec(c->db, &drop, DB_ARGS(db_i64(id), db_i64(was.ver)), &changed);
	if (!e && changed != 1)
		e = gone(c);
	if (e)
		return e;
	ch.target_label = was.name;
	change_diff(c->mem, log_fields, &was, NULL, &ch);
	return end(c, &head, &ch);
}

const struct db_query *const contacts_queries[] = { &list, &find, &insert, &write, &drop, NULL };
