#include "groups/groups.h"

#include <assert.h>
#include <string.h>

#include "accounts/accounts.h"
#include "groups/inner.h"
#include "groups/queries.h"

const struct field group_card_v[GROUP_CARD_FIELDS] = {
	FIELD_KEY(struct group_card, id, ID_GROUP),
	FIELD(struct group_card, kind, .words = group_kinds),
	FIELD(struct group_card, name),
	FIELD(struct group_card, description),
	FIELD_KEY(struct group_card, account_id, ID_ACCOUNT),
	FIELD(struct group_card, account_name),
	FIELD(struct group_card, members),
	FIELD(struct group_card, away),
	FIELD(struct group_card, ver),
	FIELD(struct group_card, created_at),
	FIELD(struct group_card, created_by),
	FIELD(struct group_card, updated_at),
};

/* What the log says of one. */
static const struct field logged_v[] = {
	FIELD(struct group_card, name),
	FIELD(struct group_card, description),
};
static const struct fields logged = FIELDS(logged_v);

#define COLUMNS \
	"SELECT g.id AS id, g.kind AS kind, g.name AS name, g.description AS description," \
	" g.account_id AS account_id, o.name AS account_name, (SELECT COUNT(*)" \
	" FROM party_group_member n WHERE n.group_id = g.id) AS members, NULL AS away," \
	" g.ver AS ver, g.created_at AS created_at, g.created_by_label AS created_by," \
	" g.updated_at AS updated_at FROM "
#define FIND \
	COLUMNS "party_group g JOIN account o ON o.id = g.account_id WHERE g.id = ?" \
	" AND " SCOPE_SEES("g.account_id")

static const struct db_query list = {
	.text = COLUMNS "party_group g JOIN account o ON o.id = g.account_id"
			" WHERE g.account_id = ? AND (? = '' OR g.kind = ?) AND " SCOPE_SEES(
				"g.account_id") " ORDER BY g.kind, g.name, g.id",
	DB_ROWS(group_card_v),
};
static const struct db_query find = { .text = FIND, DB_ROWS(group_card_v) };
static const struct db_query lock = { .text = FIND " FOR UPDATE", DB_ROWS(group_card_v) };
static const struct db_query of_member = {
	.text = COLUMNS
	"party_group_member x JOIN party_group g ON g.id = x.group_id"
	" JOIN account o ON o.id = g.account_id WHERE x.kind = ?"
	" AND x.member_id = ? AND " SCOPE_SEES("g.account_id") " ORDER BY g.name, g.id",
	DB_ROWS(group_card_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO party_group (account_id, kind, name, description, created_at,"
		" created_by_label, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query write = {
	.text = "UPDATE party_group SET name = ?, description = ?, ver = ver + 1,"
		" updated_at = ? WHERE id = ?",
};
static const struct db_query empty = {
	.text = "DELETE FROM party_group_member WHERE group_id = ?",
};
static const struct db_query drop = { .text = "DELETE FROM party_group WHERE id = ?" };

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };
static const struct db_query named = {
	.text = "SELECT COUNT(*) AS n FROM party_group WHERE account_id = ? AND kind = ?"
		" AND name = ? AND id <> ?",
	DB_ROWS(count_v),
};
static const struct db_query count_of = {
	.text = "SELECT COUNT(*) AS n FROM party_group WHERE account_id = ? AND kind = ?",
	DB_ROWS(count_v),
};

const struct db_query *const groups_queries[] = {
	&list,  &find, &lock,  &of_member, &insert, &write,
	&empty, &drop, &named, &count_of,  NULL,
};

enum err groups_list(struct ctx *c, int64_t account_id, const char *kind, struct db_list *out)
{
	const char *name, *word = kind ? kind : "";
	enum err e = accounts_name(c, account_id, &name); /* or there is none */

	if (e)
		return e;
	return db_all(c->db, &list,
	              DB_ARGS(db_i64(account_id), db_str(word), db_str(word),
	                      db_i64(c->actor.account_id)),
	              c->mem, sizeof(struct group_card), GROUPS_MAX * 4, out);
}

enum err groups_of(struct ctx *c, const char *kind, int64_t member_id, struct db_list *out)
{
	return db_all(c->db, &of_member,
	              DB_ARGS(db_str(kind), db_i64(member_id), db_i64(c->actor.account_id)),
	              c->mem, sizeof(struct group_card), GROUPS_MAX, out);
}

static enum err load(struct ctx *c, const struct db_query *q, int64_t id,
                     struct group_card *out)
{
	enum err e =
		db_one(c->db, q, DB_ARGS(db_i64(id), db_i64(c->actor.account_id)), c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err groups_find(struct ctx *c, int64_t id, struct group_card *out)
{
	const struct group_ask away = { .state = "away" };
	struct group_card g;
	int64_t n;
	enum err e = load(c, &find, id, &g);

	if (!e)
		e = group_members_count(c, &g, &away, &n);
	if (e)
		return e;
	g.away = (struct opt){ true, n };
	*out = g;
	return OK;
}

enum err group_lock(struct ctx *c, int64_t id, struct group_card *out)
{
	return load(c, &lock, id, out);
}

static enum err exists(struct ctx *c)
{
	return FAIL(c, ERR_CONFLICT, "group-exists", "The account has a group of this name.");
}

static enum err check_name(struct ctx *c, const struct group_card *g)
{
	struct count_row row;
	enum err e = db_one(c->db, &named,
	                    DB_ARGS(db_i64(g->account_id), db_str(g->kind), db_str(g->name),
	                            db_i64(g->id)),
	                    c->mem, &row);

	return !e && row.n > 0 ? exists(c) : e;
}

static enum err check_new(struct ctx *c, const struct account_head *head,
                          const struct group_card *g)
{
	const struct group_kind *kind = group_kind_of(g->kind);
	struct count_row row;
	enum err e;

	if (strcmp(head->base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active",
		            "A removed account cannot be changed.");
	if (kind->of_customers != !strcmp(head->kind, "customer"))
		return FAIL_FIELD(c, "/kind", "not-allowed");
	e = check_name(c, g);
	if (!e)
		e = db_one(c->db, &count_of, DB_ARGS(db_i64(head->id), db_str(g->kind)), c->mem,
		           &row);
	if (!e && row.n >= GROUPS_MAX)
		e = FAIL(c, ERR_CONFLICT, "too-many-groups",
		         "It has %d groups; that is the most.", GROUPS_MAX);
	return e;
}

static enum err put_log(struct ctx *c, const struct group_card *was,
                        const struct group_card *is)
{
	const struct group_card *one = is ? is : was;
	const struct group_kind *kind = group_kind_of(one->kind);
	struct change ch = {
		.action = !was ? kind->add
		          : is ? kind->update
		               : kind->remove,
		.target_kind = ID_GROUP,
		.target_id = one->id,
		.target_label = one->name,
		.account_id = one->account_id,
		.account_label = one->account_name,
	};

	change_diff(c->mem, logged, was, is, &ch);
	return change_put(c, &ch);
}

enum err groups_create(struct ctx *c, int64_t account_id, const struct group_edit *in,
                       int64_t *id)
{
	struct group_card g = { .kind = in->kind,
		                .name = in->name,
		                .description = in->description,
		                .account_id = account_id };
	struct account_head head;
	enum err e = accounts_lock(c, account_id, &head);

	if (!e)
		e = check_new(c, &head, &g);
	if (e)
		return e;
	g.account_name = head.name;
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_i64(account_id), db_str(g.kind), db_str(g.name),
	                    db_str(g.description), db_stamp(c->now), db_str(c->actor.label),
	                    db_stamp(c->now)),
	            NULL);
	if (e)
		return e == ERR_CONFLICT ? exists(c) : e;
	*id = g.id = db_insert_id(c->db);
	return put_log(c, NULL, &g);
}

static enum err begin(struct ctx *c, int64_t id, int64_t ver, struct group_card *out)
{
	enum err e = group_lock(c, id, out);

	if (!e && ver && out->ver != ver)
		e = FAIL(c, ERR_VERSION, "changed-meanwhile",
		         "Somebody else changed it meanwhile.");
	return e;
}

enum err groups_update(struct ctx *c, int64_t id, const struct group_edit *in, uint64_t mask,
                       int64_t ver)
{
	struct change ignored;
	struct group_card was, is;
	enum err e = begin(c, id, ver, &was);

	if (e)
		return e;
	is = was;
	if (mask & (UINT64_C(1) << GROUP_NAME))
		is.name = in->name;
	if (mask & (UINT64_C(1) << GROUP_DESCRIPTION))
		is.description = in->description;
	if (!change_diff(c->mem, logged, &was, &is, &ignored)) {
		c->audited++; /* nothing changes: there is nothing to write or to say */
		return OK;
	}
	e = check_name(c, &is);
	if (!e)
		e = db_exec(c->db, &write,
		            DB_ARGS(db_str(is.name), db_str(is.description), db_stamp(c->now),
		                    db_i64(id)),
		            NULL);
	if (e == ERR_CONFLICT && !c->fault.code)
		e = exists(c);
	return e ? e : put_log(c, &was, &is);
}

enum err groups_remove(struct ctx *c, int64_t id, int64_t ver)
{
	struct group_card was;
	enum err e = begin(c, id, ver, &was);

	if (!e)
		e = db_exec(c->db, &empty, DB_ARGS(db_i64(id)), NULL);
	if (!e)
		e = db_exec(c->db, &drop, DB_ARGS(db_i64(id)), NULL);
	return e ? e : put_log(c, &was, NULL);
}
