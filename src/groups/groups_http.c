#include "groups/groups_http.h"

#include "accounts/accounts.h"
#include "groups/groups.h"

static const struct shape group_shape = { .name = "Group",
	                                  .fields = { group_card_v, GROUP_CARD_FIELDS } };
static const struct shape member_shape = {
	.name = "GroupMember",
	.fields = { group_member_v, GROUP_MEMBER_FIELDS },
};

/* --- groups --------------------------------------------------------------- */

struct list_args {
	const char *kind;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, kind, .words = group_kinds, .help = "every kind when absent"),
};
static const struct json_table list_table = JSON_TABLE(struct list_args, list_in);

static void answer_all(struct response *rs, const struct db_list *rows)
{
	struct page_end end = { .total = (int64_t)rows->n, .exact = true };

	answer_items(rs, &group_shape, rows->v, rows->n, sizeof(struct group_card), &end);
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct db_list rows;
	enum err e = groups_list(c, rq->ids[0], a->kind, &rows);

	if (!e)
		answer_all(rs, &rows);
	return e;
}

static enum err list_of(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct db_list rows;
	const char *name;
	enum err e = accounts_name(c, rq->ids[0], &name);

	if (!e)
		e = groups_of(c, "account", rq->ids[0], &rows);
	if (!e)
		answer_all(rs, &rows);
	return e;
}

static enum err answer(struct ctx *c, int64_t id, struct response *rs)
{
	struct group_card row;
	enum err e = groups_find(c, id, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	answer_row(rs, &group_shape, &row);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rs);
}

#define NAME(needed) JSON_IN(struct group_edit, name, .need = (needed), .min = 1, .max = 100)
#define DESCRIPTION \
	JSON_IN(struct group_edit, description, .nullable = true, .min = 1, .max = 500)
static const struct json_in create_in[] = {
	NAME(true),
	DESCRIPTION,
	JSON_IN(struct group_edit, kind, .need = true, .words = group_kinds),
};
static const struct json_table create_table = JSON_TABLE(struct group_edit, create_in);
/* In the order of the mask. */
static const struct json_in edit_in[] = {
	[GROUP_NAME] = NAME(false), [GROUP_DESCRIPTION] = DESCRIPTION
};
static const struct json_table edit_table = JSON_TABLE(struct group_edit, edit_in);

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char text[ID_TEXT];
	int64_t id;
	enum err e = groups_create(c, rq->ids[0], rq->in, &id);

	if (e)
		return e;
	id_write(ID_GROUP, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/groups/%s", text);
	return answer(c, id, rs);
}

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = groups_update(c, rq->ids[0], rq->in, rq->seen.bits, rq->if_match);

	return e ? e : answer(c, rq->ids[0], rs);
}

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return groups_remove(c, rq->ids[0], rq->if_match);
}

/* --- members -------------------------------------------------------------- */

struct member_args {
	const char *state, *q, *cursor;
	int64_t limit;
};
static const struct json_in member_args_in[] = {
	JSON_IN(struct member_args, state, .words = group_member_states,
	        .help = "away: suspended or removed; it returns with its end"),
	JSON_IN(struct member_args, q, .max = 100, .help = "in the name"),
	JSON_IN(struct member_args, cursor, .max = 600, .help = "next or prev of another page"),
	JSON_IN(struct member_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
};
static const struct json_table member_args = JSON_TABLE(struct member_args, member_args_in);

static enum err members(struct ctx *c, const struct request *rq, struct response *rs)
{
	static const char *const sorts[] = { "name", NULL };
	const struct member_args *a = rq->args;
	const struct group_ask ask = { a->state, a->q };
	struct page_end end = { .exact = true };
	struct group_card g;
	struct db_list rows;
	struct page page;
	enum err e = page_read(c, a->limit, a->cursor, "name", sorts, &page);

	if (!e)
		e = groups_find(c, rq->ids[0], &g);
	if (!e)
		e = group_members(c, &g, &ask, &page, &rows);
	if (!e)
		e = group_members_count(c, &g, &ask, &end.total);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct group_member), group_member_key, &end);
	answer_items(rs, &member_shape, rows.v, rows.n, sizeof(struct group_member), &end);
	return OK;
}

struct batch {
	struct str_list member_ids;
};
static const struct json_in batch_in[] = {
	JSON_IN(struct batch, member_ids, .need = true, .min = 1, .max = GROUP_BATCH_MAX,
	        .help = "all or none; who is there already stays"),
};
static const struct json_table batch_table = JSON_TABLE(struct batch, batch_in);

static enum err change(struct ctx *c, const struct request *rq, struct response *rs, bool take)
{
	const struct batch *in = rq->in;
	const struct group_change what = { .group_id = rq->ids[0],
		                           .ids = in->member_ids.v,
		                           .n = in->member_ids.n,
		                           .pointer = "/member_ids",
		                           .take = take };
	enum err e = group_members_change(c, &what);

	return e ? e : answer(c, rq->ids[0], rs);
}

static enum err put(struct ctx *c, const struct request *rq, struct response *rs)
{
	return change(c, rq, rs, false);
}

static enum err take(struct ctx *c, const struct request *rq, struct response *rs)
{
	return change(c, rq, rs, true);
}

#define LIST    "/api/v1/accounts/{acc}/groups"
#define ONE     "/api/v1/groups/{grp}"
#define MEMBERS ONE "/members"

const struct route groups_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_GROUP_LIST,
	  .mode = ROUTE_READ,
	  .name = "listGroups",
	  .summary = "The groups of an account",
	  .args = &list_table,
	  .out = &group_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = LIST,
	  .run = create,
	  .perm = PERM_GROUP_ADD,
	  .mode = ROUTE_WRITE,
	  .name = "createGroup",
	  .summary = "Adds a group",
	  .in = &create_table,
	  .out = &group_shape,
	  .body_max = 8192,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = "/api/v1/accounts/{acc}/in-groups",
	  .run = list_of,
	  .perm = PERM_GROUP_LIST,
	  .mode = ROUTE_READ,
	  .name = "listGroupsOfAccount",
	  .summary = "The groups an account is in, of those above it",
	  .out = &group_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_GROUP_LIST,
	  .mode = ROUTE_READ,
	  .name = "getGroup",
	  .summary = "A group, with how many of its members are away",
	  .out = &group_shape },
	{ .method = METHOD_PATCH,
	  .path = ONE,
	  .run = update,
	  .perm = PERM_GROUP_EDIT,
	  .mode = ROUTE_WRITE,
	  .name = "updateGroup",
	  .summary = "Changes name and description",
	  .in = &edit_table,
	  .out = &group_shape,
	  .versioned = true,
	  .body_max = 8192 },
	{ .method = METHOD_DELETE,
	  .path = ONE,
	  .run = drop,
	  .perm = PERM_GROUP_REMOVE,
	  .mode = ROUTE_WRITE,
	  .name = "removeGroup",
	  .summary = "Removes a group; its members stay what they are",
	  .versioned = true,
	  .status = 204 },
	{ .method = METHOD_GET,
	  .path = MEMBERS,
	  .run = members,
	  .perm = PERM_GROUP_LIST,
	  .mode = ROUTE_READ,
	  .name = "listGroupMembers",
	  .summary = "Who is in a group, and who is away from it",
	  .args = &member_args,
	  .out = &member_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = MEMBERS,
	  .run = put,
	  .perm = PERM_GROUP_ASSIGN,
	  .mode = ROUTE_WRITE,
	  .name = "addGroupMembers",
	  .summary = "Puts members in",
	  .in = &batch_table,
	  .out = &group_shape,
	  .body_max = 16384 },
	{ .method = METHOD_POST,
	  .path = MEMBERS "/remove",
	  .run = take,
	  .perm = PERM_GROUP_ASSIGN,
	  .mode = ROUTE_WRITE,
	  .name = "removeGroupMembers",
	  .summary = "Takes members out",
	  .in = &batch_table,
	  .out = &group_shape,
	  .body_max = 16384 },
	{ .path = NULL },
};
