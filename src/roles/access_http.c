/*
 * The roles of a member, his switches, and why he may or may not.
 */
#include <string.h>

#include "roles/holder.h"
#include "roles/inner.h"
#include "roles/roles_http.h"
#include "roles/switches.h"
#include "roles/why.h"

#define ROLES_OF_ONE_MAX 10
#define SWITCHES_MAX     200

static const char *const effects[] = { "allow", "deny", NULL };

/* --- his roles ------------------------------------------------------------ */

struct roles_row {
	int64_t membership_id;
	int64_t ver;
};
static const struct field roles_v[] = {
	FIELD_KEY(struct roles_row, membership_id, ID_MEMBERSHIP),
	FIELD(struct roles_row, ver),
};
static const struct shape given_shape = { .name = "RoleGiven",
	                                  .fields = FIELDS(role_given_v) };
static const struct shape_part roles_parts[] = { { "roles", &given_shape, true },
	                                         { NULL, NULL, false } };
static const struct shape roles_shape = { .name = "MemberRoles",
	                                  .fields = FIELDS(roles_v),
	                                  .parts = roles_parts };

static enum err answer_roles(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct buf *b = &rs->body;
	const struct role_given *v;
	struct roles_row row;
	struct db_list given;
	struct holder h;
	enum err e = holders_find(c, rq->ids[0], rq->ids[1], &h);

	if (!e)
		e = roles_of(c, h.id, &given);
	if (e)
		return e;
	v = given.v;
	row = (struct roles_row){ h.id, h.ver };
	answer_etag(rs, c->mem, h.ver);
	json_open(b, '{');
	json_members(b, roles_shape.fields, &row);
	json_key(b, "roles");
	json_open(b, '[');
	for (size_t i = 0; i < given.n; i++)
		json_row(b, given_shape.fields, &v[i]);
	json_close(b, ']');
	json_close(b, '}');
	return OK;
}

static const struct json_in at_in[] = {
	JSON_IN_ID(struct role_at, role_id, ID_ROLE, .need = true),
	JSON_IN_ID(struct role_at, scope_account_id, ID_ACCOUNT, .nullable = true,
	           .help = "the member's account when absent; else one below it"),
};
static const struct json_table at_table = JSON_TABLE(struct role_at, at_in);

struct roles_in {
	struct row_list roles;
};
static const struct json_in roles_in[] = {
	JSON_IN_ROWS(struct roles_in, roles, &at_table, .need = true, .min = 1,
	             .max = ROLES_OF_ONE_MAX, .help = "all of them, of one kind"),
};
static const struct json_table roles_table = JSON_TABLE(struct roles_in, roles_in);

static enum err put_roles(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct roles_in *in = rq->in;
	enum err e = roles_assign(c, rq->ids[0], rq->ids[1], in->roles.v, in->roles.n,
	                          rq->if_match);

	return e ? e : answer_roles(c, rq, rs);
}

/* --- his switches --------------------------------------------------------- */

struct access_row {
	int64_t ver;
};
static const struct field access_v[] = { FIELD(struct access_row, ver) };
static const struct shape line_shape = { .name = "AccessSwitch",
	                                 .fields = FIELDS(switch_line_v) };
static const struct shape_part access_parts[] = { { "switches", &line_shape, true },
	                                          { NULL, NULL, false } };
static const struct shape access_shape = { .name = "MemberAccess",
	                                   .fields = FIELDS(access_v),
	                                   .parts = access_parts };

static enum err answer_access(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct buf *b = &rs->body;
	const struct switch_line *v;
	struct access_row row;
	struct db_list lines;
	struct holder h;
	enum err e = holders_find(c, rq->ids[0], rq->ids[1], &h);

	if (e)
		return e;
	switches_list(c->mem, &h, &lines);
	v = lines.v;
	row.ver = h.ver;
	answer_etag(rs, c->mem, h.ver);
	json_open(b, '{');
	json_members(b, access_shape.fields, &row);
	json_key(b, "switches");
	json_open(b, '[');
	for (size_t i = 0; i < lines.n; i++)
		json_row(b, line_shape.fields, &v[i]);
	json_close(b, ']');
	json_close(b, '}');
	return OK;
}

static const struct json_in say_in[] = {
	JSON_IN(struct role_say, permission, .need = true, .min = 1, .max = 60),
	JSON_IN(struct role_say, effect, .need = true, .words = effects),
};
static const struct json_table say_table = JSON_TABLE(struct role_say, say_in);

struct access_in {
	struct row_list switches;
};
static const struct json_in access_in[] = {
	JSON_IN_ROWS(struct access_in, switches, &say_table, .need = true, .max = SWITCHES_MAX,
	             .help = "all of them; what is not named follows the roles"),
};
static const struct json_table access_table = JSON_TABLE(struct access_in, access_in);

static struct role_says says_of(const struct request *rq)
{
	const struct access_in *in = rq->in;

	return (struct role_says){ in->switches.v, in->switches.n };
}

static enum err put_access(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct role_says set = says_of(rq);
	enum err e = switches_put(c, rq->ids[0], rq->ids[1], &set, rq->if_match);

	return e ? e : answer_access(c, rq, rs);
}

static const struct field sub_v[] = {
	FIELD_KEY(struct switch_sub, membership_id, ID_MEMBERSHIP),
	FIELD(struct switch_sub, name),
};
static const struct shape_part sub_parts[] = { { "lose", NULL, true }, { NULL, NULL, false } };
static const struct shape sub_shape = { .name = "AccessPreviewSub",
	                                .fields = FIELDS(sub_v),
	                                .parts = sub_parts };
static const struct shape_part preview_parts[] = { { "gain", NULL, true },
	                                           { "lose", NULL, true },
	                                           { "subs", &sub_shape, true },
	                                           { NULL, NULL, false } };
static const struct shape preview_shape = { .name = "AccessPreview", .parts = preview_parts };

static enum err preview(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct role_says set = says_of(rq);
	struct buf *b = &rs->body;
	struct switch_preview p;
	enum err e = switches_preview(c, rq->ids[0], rq->ids[1], &set, &p);

	if (e)
		return e;
	json_open(b, '{');
	perms_put(b, "gain", &p.gain);
	perms_put(b, "lose", &p.lose);
	json_key(b, "subs");
	json_open(b, '[');
	for (size_t i = 0; i < p.nsubs; i++) {
		json_open(b, '{');
		json_members(b, sub_shape.fields, &p.subs[i]);
		perms_put(b, "lose", &p.subs[i].lose);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_close(b, '}');
	return OK;
}

/* --- why ------------------------------------------------------------------ */

struct why_row {
	bool allowed;
};
static const struct field why_v[] = { FIELD(struct why_row, allowed) };
static const struct shape step_shape = { .name = "WhyStep", .fields = FIELDS(why_step_v) };
static const struct shape_part why_parts[] = { { "steps", &step_shape, true },
	                                       { NULL, NULL, false } };
static const struct shape why_shape = { .name = "Why",
	                                .fields = FIELDS(why_v),
	                                .parts = why_parts };

struct why_args {
	const char *permission;
	int64_t account, whom;
};
static const struct json_in why_args[] = {
	JSON_IN(struct why_args, permission, .need = true, .max = 60),
	JSON_IN_ID(struct why_args, account, ID_ACCOUNT,
	           .help = "done to this account; the member's own when absent"),
	JSON_IN_ID(struct why_args, whom, ID_MEMBERSHIP,
	           .help = "done to this member of that account"),
};
static const struct json_table why_table = JSON_TABLE(struct why_args, why_args);

static enum err why(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct why_args *args = rq->args;
	struct why_in in = { .account_id = rq->ids[0],
		             .membership_id = rq->ids[1],
		             .perm = perm_of_text(args->permission, strlen(args->permission)),
		             .target_id = args->account ? args->account : rq->ids[0],
		             .whom_id = args->whom };
	struct buf *b = &rs->body;
	struct why_row row;
	struct why answer;
	enum err e;

	if (in.perm == PERM_NONE)
		return FAIL_FIELD(c, "/permission", "not-one-of");
	e = why_find(c, &in, &answer);
	if (e)
		return e;
	row.allowed = answer.allowed;
	json_open(b, '{');
	json_members(b, why_shape.fields, &row);
	json_key(b, "steps");
	json_open(b, '[');
	for (size_t i = 0; i < WHY_STEPS; i++)
		json_row(b, step_shape.fields, &answer.steps[i]);
	json_close(b, ']');
	json_close(b, '}');
	return OK;
}

#define MEMBER "/api/v1/accounts/{acc}/members/{mem}"

const struct route member_access_routes[] = {
	{ .method = METHOD_GET, .path = MEMBER "/roles", .run = answer_roles,
	  .perm = PERM_MEMBER_VIEW, .mode = ROUTE_READ, .name = "getMemberRoles",
	  .summary = "The roles of a member and where they begin", .out = &roles_shape },
	{ .method = METHOD_PUT, .path = MEMBER "/roles", .run = put_roles,
	  .perm = PERM_ROLE_ASSIGN, .mode = ROUTE_WRITE, .name = "putMemberRoles",
	  .summary = "Grants and revokes roles of a member", .in = &roles_table,
	  .out = &roles_shape, .versioned = true, .body_max = 8192,
	  .unvisited = true },
	{ .method = METHOD_GET, .path = MEMBER "/access", .run = answer_access,
	  .perm = PERM_MEMBER_VIEW, .mode = ROUTE_READ, .name = "getMemberAccess",
	  .summary = "What a member may, by roles and by switches of his own",
	  .out = &access_shape },
	{ .method = METHOD_PUT, .path = MEMBER "/access", .run = put_access,
	  .perm = PERM_ROLE_ASSIGN, .mode = ROUTE_WRITE, .name = "putMemberAccess",
	  .summary = "Switches permissions for one member", .in = &access_table,
	  .out = &access_shape, .versioned = true, .body_max = 65536,
	  .unvisited = true },
	{ .method = METHOD_POST, .path = MEMBER "/access/preview", .run = preview,
	  .perm = PERM_ROLE_ASSIGN, .mode = ROUTE_QUIET, .name = "previewMemberAccess",
	  .summary = "What he and his sub-users would gain and lose; nothing changes",
	  .in = &access_table, .out = &preview_shape, .body_max = 65536 },
	{ .method = METHOD_GET, .path = MEMBER "/why", .run = why, .perm = PERM_MEMBER_VIEW,
	  .mode = ROUTE_READ, .name = "whyMember",
	  .summary = "Why a member may do something, or may not: every step of the decision",
	  .args = &why_table, .out = &why_shape },
	{ .path = NULL },
};
