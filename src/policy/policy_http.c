#include "policy/policy_http.h"

#include <string.h>

#include "accounts/accounts.h"
#include "policy/areas.h"
#include "policy/policy.h"

#define IP_LIST_MAX 2000

static const char *const supports[] = { "always", "on_request", "never", NULL };
static const char *const registrations[] = { "off", "approval", "automatic", NULL };

struct ver_row {
	int64_t ver;
};
static const struct field ver_v[] = { FIELD(struct ver_row, ver) };

static const struct shape own_shape = { .name = "PolicyOwn",
	                                .fields = { policy_v, POLICY__MAX } };
static const struct shape value_shape = { .name = "PolicyValue",
	                                  .fields = { policy_value_v, POLICY_VALUE_FIELDS } };
static const struct shape area_shape = { .name = "AreaState",
	                                 .fields = { area_state_v, AREA_STATE_FIELDS } };
static const struct shape_part policy_parts[] = { { "own", &own_shape, false },
	                                          { "effective", &value_shape, true },
	                                          { "areas", &area_shape, true },
	                                          { NULL, NULL, false } };
static const struct shape policy_shape = { .name = "Policy",
	                                   .fields = FIELDS(ver_v),
	                                   .parts = policy_parts };

static void put_rows(struct buf *b, const char *name, const struct shape *shape,
                     const struct db_list *rows, size_t size)
{
	json_key(b, name);
	json_open(b, '[');
	for (size_t i = 0; i < rows->n; i++)
		json_row(b, shape->fields, (const char *)rows->v + i * size);
	json_close(b, ']');
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct db_list effective, areas;
	struct buf *b = &rs->body;
	struct policy own;
	struct ver_row row;
	enum err e = policy_find(c, rq->ids[0], &own);

	if (!e)
		e = policy_effective(c, rq->ids[0], &effective);
	if (!e)
		e = areas_list(c, rq->ids[0], &areas);
	if (e)
		return e;
	row.ver = own.ver;
	answer_etag(rs, c->mem, own.ver);
	json_open(b, '{');
	json_members(b, policy_shape.fields, &row);
	json_key(b, "own");
	json_row(b, own_shape.fields, &own);
	put_rows(b, "effective", &value_shape, &effective, sizeof(struct policy_value));
	put_rows(b, "areas", &area_shape, &areas, sizeof(struct area_state));
	json_close(b, '}');
	return OK;
}

struct policy_in {
	bool require_two_step, users_may_change_email, users_may_change_password;
	struct opt idle_min, absolute_min;
	const char *ip_allow, *support_access, *self_registration;
	int64_t registration_role_id;
};
/* In the order of enum policy_field; null: say nothing, follow what stands above. */
static const struct json_in policy_in[] = {
	JSON_IN(struct policy_in, require_two_step, .nullable = true),
	JSON_IN(struct policy_in, users_may_change_email, .nullable = true),
	JSON_IN(struct policy_in, users_may_change_password, .nullable = true),
	JSON_IN(struct policy_in, idle_min, .min = 5, .max = 1440),
	JSON_IN(struct policy_in, absolute_min, .min = 15, .max = 10080),
	JSON_IN(struct policy_in, ip_allow, .nullable = true, .max = IP_LIST_MAX, .lines = true,
	        .help = "addresses and networks between commas or spaces"),
	JSON_IN(struct policy_in, support_access, .nullable = true, .words = supports,
	        .help = "of a customer: his own word alone"),
	JSON_IN(struct policy_in, self_registration, .nullable = true, .words = registrations),
	JSON_IN_ID(struct policy_in, registration_role_id, ID_ROLE, .nullable = true),
};
static const struct json_table policy_table = JSON_TABLE(struct policy_in, policy_in);

static struct opt truth(const struct json_seen *seen, enum policy_field f, bool v)
{
	return (struct opt){ !(seen->nulls & POLICY_BIT(f)), v };
}

static struct policy edit_of(const struct request *rq)
{
	const struct policy_in *in = rq->in;
	const struct json_seen *seen = &rq->seen;

	return (struct policy){
		.require_two_step =
			truth(seen, POLICY_REQUIRE_TWO_STEP, in->require_two_step),
		.users_may_change_email =
			truth(seen, POLICY_MAY_CHANGE_EMAIL, in->users_may_change_email),
		.users_may_change_password =
			truth(seen, POLICY_MAY_CHANGE_PASSWORD, in->users_may_change_password),
		.idle_min = in->idle_min,
		.absolute_min = in->absolute_min,
		.ip_allow = in->ip_allow,
		.support_access = in->support_access,
		.self_registration = in->self_registration,
		.registration_role_id = in->registration_role_id,
	};
}

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct policy edit = edit_of(rq);
	enum err e = policy_update(c, rq->ids[0], &edit, rq->seen.bits, rq->if_match);

	return e ? e : show(c, rq, rs);
}

static const struct shape preview_shape = { .name = "PolicyPreview",
	                                    .fields = { policy_preview_v,
	                                                POLICY_PREVIEW_FIELDS } };

static enum err preview(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct policy edit = edit_of(rq);
	struct policy_preview p;
	enum err e = policy_preview(c, rq->ids[0], &edit, rq->seen.bits, &p);

	if (!e)
		answer_row(rs, &preview_shape, &p);
	return e;
}

/* --- areas ---------------------------------------------------------------- */

struct area_in {
	bool v[AREA__MAX];
};
/* In the order of enum area; null: say nothing. */
static const struct json_in area_in[] = {
#define AREA(member, text, on, whose, class, sections) \
	{ .name = (text), \
	  .type = JSON_T_BOOL, \
	  .offset = offsetof(struct area_in, v) + AREA_##member * sizeof(bool), \
	  .nullable = true },
#include "core/area.def"
#undef AREA
};
static const struct json_table area_table = JSON_TABLE(struct area_in, area_in);

static enum err update_areas(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct area_in *in = rq->in;
	struct area_edit edit = { .mask = rq->seen.bits };
	enum err e;

	for (unsigned i = 0; i < AREA__MAX; i++)
		edit.v[i] = (struct opt){ !(rq->seen.nulls & UINT64_C(1) << i), in->v[i] };
	e = areas_update(c, rq->ids[0], &edit, rq->if_match);
	return e ? e : show(c, rq, rs);
}

#define POLICY "/api/v1/accounts/{acc}/policy"

const struct route policy_routes[] = {
	{ .method = METHOD_GET, .path = POLICY, .run = show, .perm = PERM_POLICY_VIEW,
	  .mode = ROUTE_READ, .name = "getPolicy",
	  .summary = "What an account asks of its people, what holds, and whose word it is",
	  .out = &policy_shape },
	{ .method = METHOD_PATCH, .path = POLICY, .run = update,
	  .perm = PERM_POLICY_EDIT_PREFERENCES, .mode = ROUTE_WRITE, .name = "updatePolicy",
	  .summary = "Changes it; security settings need policy.edit_security too",
	  .in = &policy_table, .out = &policy_shape, .versioned = true, .body_max = 8192,
	  .unvisited = true },
	{ .method = METHOD_POST, .path = POLICY "/preview", .run = preview,
	  .perm = PERM_POLICY_EDIT_PREFERENCES, .mode = ROUTE_QUIET, .name = "previewPolicy",
	  .summary = "Whom a change would touch; nothing changes", .in = &policy_table,
	  .out = &preview_shape, .body_max = 8192 },
	{ .method = METHOD_PATCH, .path = "/api/v1/accounts/{acc}/areas", .run = update_areas,
	  .perm = PERM_ACCOUNT_EDIT_AREAS, .mode = ROUTE_WRITE, .name = "updateAreas",
	  .summary = "Switches parts of the platform for an account", .in = &area_table,
	  .out = &policy_shape, .versioned = true, .body_max = 4096,
	  .unvisited = true },
	{ .path = NULL },
};
