#include "roles/roles_http.h"

#include <string.h>

#include "roles/inner.h"
#include "roles/preview.h"
#include "roles/roles.h"

#define SAYS_MAX 200

static const char *const kinds[] = { "admin", "guard", NULL };
static const char *const effects[] = { "allow", "deny", NULL };
static const char *const owns[] = { "allow", "deny", "inherit", NULL };

/* --- permissions ---------------------------------------------------------- */

struct perm_row {
	const char *key, *section;
};
static const struct field perm_v[] = {
	FIELD(struct perm_row, key),
	FIELD(struct perm_row, section),
};
static const struct shape_part perm_parts[] = { { "kinds", NULL, true }, { NULL, NULL, false } };
static const struct shape perm_shape = { .name = "Permission",
	                                 .fields = FIELDS(perm_v),
	                                 .parts = perm_parts };

/* The kinds of accounts whose people hold it by a built-in role. */
static void put_kinds(struct buf *b, enum perm p)
{
	static const char *const account_kinds[] = { "platform", "reseller", "customer" };
	static const char *const prefixes[] = { "platform-", "reseller-", "customer-" };

	json_key(b, "kinds");
	json_open(b, '[');
	for (size_t k = 0; k < ARRAY_LEN(prefixes); k++) {
		bool any = false;

		for (unsigned r = ROLE_NONE + 1; r < ROLE__MAX; r++) {
			struct perm_set s = perm_set_of_role((enum role)r);

			any = any || (!strncmp(role_text((enum role)r), prefixes[k],
			                       strlen(prefixes[k])) &&
			              perm_has(&s, p));
		}
		if (any)
			json_str(b, account_kinds[k]);
	}
	json_close(b, ']');
}

static enum err permissions(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .total = PERM__MAX - PERM_SESSION - 1, .exact = true };
	struct buf *b = &rs->body;

	(void)rq;
	answer_items_begin(rs);
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++) {
		const char *text = perm_text((enum perm)p);
		struct perm_row row = { text, arena_copy(c->mem, text, strcspn(text, ".")) };

		json_open(b, '{');
		json_members(b, perm_shape.fields, &row);
		put_kinds(b, (enum perm)p);
		json_close(b, '}');
	}
	answer_items_end(rs, &end);
	return OK;
}

/* --- roles ---------------------------------------------------------------- */

static const struct shape item_shape = { .name = "RoleItem",
	                                 .fields = { role_card_v, ROLE_CARD_FIELDS } };

static const struct field line_v[] = {
	FIELD(struct role_line, permission), FIELD(struct role_line, section),
	FIELD(struct role_line, own, .words = owns), FIELD(struct role_line, effective),
	FIELD(struct role_line, from),
};
static const struct shape line_shape = { .name = "RoleLine", .fields = FIELDS(line_v) };
static const struct shape_part role_parts[] = { { "permissions", &line_shape, true },
	                                        { NULL, NULL, false } };
static const struct shape role_shape = { .name = "Role",
	                                 .fields = { role_card_v, ROLE_CARD_FIELDS },
	                                 .parts = role_parts };

struct list_args {
	const char *q;
};
static const struct json_in list_args[] = {
	JSON_IN(struct list_args, q, .max = 100, .help = "words of name, parent or author"),
};
static const struct json_table list_table = JSON_TABLE(struct list_args, list_args);

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *args = rq->args;
	struct page_end end = { .exact = true };
	struct db_list rows;
	enum err e = roles_list(c, rq->ids[0], args->q, &rows);

	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &item_shape, rows.v, rows.n, sizeof(struct role_card), &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t id, struct response *rs)
{
	struct buf *b = &rs->body;
	const struct role_line *v;
	struct role_card role;
	struct db_list lines;
	enum err e = roles_find(c, id, &role);

	if (!e)
		e = roles_lines(c, &role, &lines);
	if (e)
		return e;
	v = lines.v;
	answer_etag(rs, c->mem, role.ver);
	json_open(b, '{');
	json_members(b, role_shape.fields, &role);
	json_key(b, "permissions");
	json_open(b, '[');
	for (size_t i = 0; i < lines.n; i++)
		json_row(b, line_shape.fields, &v[i]);
	json_close(b, ']');
	json_close(b, '}');
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rs);
}

static const struct json_in say_in[] = {
	JSON_IN(struct role_say, permission, .need = true, .min = 1, .max = 60),
	JSON_IN(struct role_say, effect, .need = true, .words = effects),
};
static const struct json_table say_table = JSON_TABLE(struct role_say, say_in);

struct role_in {
	const char *name, *description, *kind;
	int64_t parent_role_id;
	struct row_list permissions;
};
#define ROLE_MEMBERS(needed) \
	JSON_IN(struct role_in, name, .need = (needed), .min = 1, .max = 100), \
		JSON_IN(struct role_in, description, .nullable = true, .max = 500, .lines = true), \
		JSON_IN(struct role_in, kind, .words = kinds, .help = "admin when absent"), \
		JSON_IN_ID(struct role_in, parent_role_id, ID_ROLE, .nullable = true), \
		JSON_IN_ROWS(struct role_in, permissions, &say_table, .max = SAYS_MAX, \
	                     .help = "what the role itself says; the rest comes from its parent")
static const struct json_in create_in[] = { ROLE_MEMBERS(true) };
static const struct json_table create_table = JSON_TABLE(struct role_in, create_in);
static const struct json_in update_in[] = { ROLE_MEMBERS(false) };
static const struct json_table update_table = JSON_TABLE(struct role_in, update_in);

static struct role_edit edit_of(const struct role_in *in)
{
	return (struct role_edit){
		.name = in->name,
		.description = in->description && *in->description ? in->description : NULL,
		.kind = in->kind ? in->kind : kinds[0],
		.parent_role_id = in->parent_role_id,
		.says = { in->permissions.v, in->permissions.n },
	};
}

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct role_edit edit = edit_of(rq->in);
	char text[ID_TEXT];
	int64_t id;
	enum err e = roles_create(c, rq->ids[0], &edit, &id);

	if (e)
		return e;
	id_write(ID_ROLE, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/roles/%s", text);
	return answer(c, id, rs);
}

/* The entries of the table stand as enum role_edit_field does. */
static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct role_edit edit = edit_of(rq->in);
	enum err e = roles_update(c, rq->ids[0], &edit, rq->seen.bits, rq->if_match);

	return e ? e : answer(c, rq->ids[0], rs);
}

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return roles_remove(c, rq->ids[0], rq->if_match);
}

/* --- what it would do ----------------------------------------------------- */

static const struct field preview_v[] = {
	FIELD(struct role_preview, members_total),
	FIELD(struct role_preview, gaining),
	FIELD(struct role_preview, losing),
	FIELD(struct role_preview, complete),
};
static const struct field member_v[] = {
	FIELD_KEY(struct role_preview_member, membership_id, ID_MEMBERSHIP),
	FIELD(struct role_preview_member, name),
	FIELD(struct role_preview_member, account_name),
	FIELD(struct role_preview_member, is_sub),
};
static const struct shape_part member_parts[] = { { "gain", NULL, true },
	                                          { "lose", NULL, true },
	                                          { NULL, NULL, false } };
static const struct shape member_shape = { .name = "RolePreviewMember",
	                                   .fields = FIELDS(member_v),
	                                   .parts = member_parts };
static const struct shape_part preview_parts[] = { { "gain", NULL, true },
	                                           { "lose", NULL, true },
	                                           { "members", &member_shape, true },
	                                           { NULL, NULL, false } };
static const struct shape preview_shape = { .name = "RolePreview",
	                                    .fields = FIELDS(preview_v),
	                                    .parts = preview_parts };

struct preview_in {
	int64_t parent_role_id;
	struct row_list permissions;
};
static const struct json_in preview_in[] = {
	JSON_IN_ID(struct preview_in, parent_role_id, ID_ROLE, .nullable = true,
	           .help = "as it is when absent"),
	JSON_IN_ROWS(struct preview_in, permissions, &say_table, .max = SAYS_MAX,
	             .help = "as they are when absent"),
};
static const struct json_table preview_table = JSON_TABLE(struct preview_in, preview_in);

static void put_preview(struct buf *b, const struct role_preview *p)
{
	json_open(b, '{');
	json_members(b, preview_shape.fields, p);
	perms_put(b, "gain", &p->gain);
	perms_put(b, "lose", &p->lose);
	json_key(b, "members");
	json_open(b, '[');
	for (size_t i = 0; i < p->n; i++) {
		json_open(b, '{');
		json_members(b, member_shape.fields, &p->members[i]);
		perms_put(b, "gain", &p->members[i].gain);
		perms_put(b, "lose", &p->members[i].lose);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_close(b, '}');
}

static enum err preview(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct preview_in *in = rq->in;
	const struct role_edit edit = { .parent_role_id = in->parent_role_id,
		                        .says = { in->permissions.v, in->permissions.n } };
	struct role_preview p;
	uint64_t mask = 0;
	enum err e;

	if (json_has(&preview_table, &rq->seen, "parent_role_id"))
		mask |= ROLE_EDIT_BIT(ROLE_EDIT_PARENT);
	if (json_has(&preview_table, &rq->seen, "permissions"))
		mask |= ROLE_EDIT_BIT(ROLE_EDIT_SAYS);
	e = roles_preview(c, rq->ids[0], &edit, mask, &p);
	if (!e)
		put_preview(&rs->body, &p);
	return e;
}

#define LIST "/api/v1/accounts/{acc}/roles"
#define ONE "/api/v1/roles/{rol}"

const struct route roles_routes[] = {
	{ .method = METHOD_GET, .path = "/api/v1/permissions", .run = permissions,
	  .perm = PERM_ROLE_LIST, .mode = ROUTE_FREE, .name = "listPermissions",
	  .summary = "Everything a role can allow or deny", .out = &perm_shape, .list = true },
	{ .method = METHOD_GET, .path = LIST, .run = list, .perm = PERM_ROLE_LIST,
	  .mode = ROUTE_READ, .name = "listRoles",
	  .summary = "Roles usable in an account: built-in ones, its own, those above it",
	  .args = &list_table, .out = &item_shape, .list = true },
	{ .method = METHOD_POST, .path = LIST, .run = create, .perm = PERM_ROLE_ADD,
	  .mode = ROUTE_WRITE, .name = "createRole", .summary = "A role of the account's own",
	  .in = &create_table, .out = &role_shape, .body_max = 65536, .status = 201,
	  .unvisited = true },
	{ .method = METHOD_GET, .path = ONE, .run = show, .perm = PERM_ROLE_VIEW,
	  .mode = ROUTE_READ, .name = "getRole", .summary = "A role, permission by permission",
	  .out = &role_shape },
	{ .method = METHOD_PATCH, .path = ONE, .run = update, .perm = PERM_ROLE_EDIT,
	  .mode = ROUTE_WRITE, .name = "updateRole",
	  .summary = "Changes a role for all who have it, at once", .in = &update_table,
	  .out = &role_shape, .versioned = true, .body_max = 65536,
	  .unvisited = true },
	{ .method = METHOD_DELETE, .path = ONE, .run = drop, .perm = PERM_ROLE_REMOVE,
	  .mode = ROUTE_WRITE, .name = "removeRole", .summary = "Removes a role nobody has",
	  .versioned = true, .status = 204,
	  .unvisited = true },
	{ .method = METHOD_POST, .path = ONE "/preview", .run = preview, .perm = PERM_ROLE_EDIT,
	  .mode = ROUTE_QUIET, .name = "previewRole",
	  .summary = "Who would gain and lose what; nothing changes", .in = &preview_table,
	  .out = &preview_shape, .body_max = 65536 },
	{ .path = NULL },
};
