#include "signin/signin_http.h"

#include <string.h>

#include "signin/password.h"
#include "signin/signin.h"

static const char *const themes[] = { "system", "light", "dark", NULL };
static const char *const densities[] = { "cosy", "compact", NULL };
static const char *const kinds[] = { "main", "sub", "staff", "support", NULL };
static const char *const account_kinds[] = { "platform", "reseller", "customer", NULL };

struct me {
	int64_t id;
	const char *login, *name, *email, *locale, *time_zone, *theme, *density;
	bool shortcuts;
	struct stamp last_login_at;
};
static const struct field me_v[] = {
	FIELD_KEY(struct me, id, ID_PERSON),
	FIELD(struct me, login),
	FIELD(struct me, name),
	FIELD(struct me, email),
	FIELD(struct me, locale),
	FIELD(struct me, time_zone),
	FIELD(struct me, theme, .words = themes),
	FIELD(struct me, density, .words = densities),
	FIELD(struct me, shortcuts),
	FIELD(struct me, last_login_at),
};
static const struct shape me_shape = { .name = "Me", .fields = FIELDS(me_v) };

static const struct field membership_v[] = {
	FIELD_KEY(struct membership, id, ID_MEMBERSHIP),
	FIELD_KEY(struct membership, account_id, ID_ACCOUNT),
	FIELD(struct membership, account_name),
	FIELD(struct membership, account_kind, .words = account_kinds),
	FIELD(struct membership, kind, .words = kinds),
	FIELD(struct membership, role),
};
static const struct shape membership_shape = { .name = "Membership",
	                                       .fields = FIELDS(membership_v) };

struct acting {
	int64_t membership_id, account_id;
	const char *account_name, *account_kind, *role;
};
static const struct field acting_v[] = {
	FIELD_KEY(struct acting, membership_id, ID_MEMBERSHIP),
	FIELD_KEY(struct acting, account_id, ID_ACCOUNT),
	FIELD(struct acting, account_name),
	FIELD(struct acting, account_kind, .words = account_kinds),
	FIELD(struct acting, role),
};
static const struct shape acting_shape = { .name = "Acting", .fields = FIELDS(acting_v) };

struct state {
	const char *step;
	struct stamp expires_at;
	int64_t idle_sec;
};
static const char *const steps[] = { "done", "otp", "password", "enrol", NULL };
static const struct field state_v[] = {
	FIELD(struct state, step, .words = steps),
	FIELD(struct state, expires_at),
	FIELD(struct state, idle_sec),
};
struct visit_row {
	int64_t id, operator_id;
	const char *operator_label;
	bool may_write;
	struct stamp expires_at;
};
static const struct field visit_v[] = {
	FIELD_KEY(struct visit_row, id, ID_VISIT),
	FIELD_KEY(struct visit_row, operator_id, ID_PERSON),
	FIELD(struct visit_row, operator_label),
	FIELD(struct visit_row, may_write),
	FIELD(struct visit_row, expires_at),
};
static const struct shape visit_shape = { .name = "SessionVisit", .fields = FIELDS(visit_v) };

static const struct shape_part session_parts[] = {
	{ "person", &me_shape, false },     { "memberships", &membership_shape, true },
	{ "acting", &acting_shape, false }, { "permissions", NULL, true },
	{ "visit", &visit_shape, false },   { NULL, NULL, false },
};
const struct shape session_shape = { .name = "Session",
	                             .fields = FIELDS(state_v),
	                             .parts = session_parts };

static struct me me_of(const struct session *s)
{
	return (struct me){ .id = s->person_id,
		            .login = s->login,
		            .name = s->name,
		            .email = s->email,
		            .locale = s->locale,
		            .time_zone = s->time_zone,
		            .theme = s->theme,
		            .density = s->density,
		            .shortcuts = s->shortcuts,
		            .last_login_at = s->last_login_at };
}

/* Who has one membership acts through it: there is nothing to look up. */
static enum err put_memberships(struct ctx *c, const struct session *s, struct buf *b)
{
	const struct membership only = {
		.id = s->membership_id,
		.account_id = s->account_id,
		.account_name = s->account_name,
		.account_kind = s->account_kind,
		.kind = s->membership_kind,
		.role = s->role,
	};
	struct db_list rows = { (void *)(uintptr_t)&only, 1 };
	const struct membership *v;
	enum err e = s->more ? signin_memberships(c, s->person_id, &rows) : OK;

	if (e)
		return e;
	v = rows.v;
	json_key(b, "memberships");
	json_open(b, '[');
	for (size_t i = 0; i < rows.n; i++)
		json_row(b, membership_shape.fields, &v[i]);
	json_close(b, ']');
	return OK;
}

static void put_permissions(const struct ctx *c, struct buf *b)
{
	json_key(b, "permissions");
	json_open(b, '[');
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++)
		if (ctx_may(c, (enum perm)p))
			json_str(b, perm_text((enum perm)p));
	json_close(b, ']');
}

/* Null unless an operator looks through this person's eyes. */
static void put_visit(const struct session *s, struct buf *b)
{
	const struct visit_row row = { s->visit_id, s->operator_id, s->operator_label,
		                       s->visit_writes, s->expires_at };

	json_key(b, "visit");
	if (s->visit_id == 0)
		json_null(b);
	else
		json_row(b, visit_shape.fields, &row);
}

/* The page warns before it. */
static int64_t idle_sec(const struct ctx *c, const struct session *s)
{
	int64_t min = c->config->session_idle_min;

	return 60 * (s->idle_min > 0 && s->idle_min < min ? s->idle_min : min);
}

enum err session_answer(struct ctx *c, const struct session *s, struct response *rs)
{
	const struct me me = me_of(s);
	const struct acting acting = {
		.membership_id = s->membership_id,
		.account_id = s->account_id,
		.account_name = s->account_name,
		.account_kind = s->account_kind,
		.role = s->role,
	};
	const struct state state = { steps[session_step(s)], s->expires_at, idle_sec(c, s) };
	struct buf *b = &rs->body;
	enum err e;

	json_open(b, '{');
	json_key(b, "person");
	json_row(b, me_shape.fields, &me);
	e = put_memberships(c, s, b);
	json_key(b, "acting");
	json_row(b, acting_shape.fields, &acting);
	put_permissions(c, b);
	put_visit(s, b);
	json_members(b, session_shape.fields, &state);
	json_close(b, '}');
	return e;
}

/* Path "/" goes with the __Host- name; a sub-path with the __Secure- one. */
const char *session_cookie(struct ctx *c, const char *value, const char *more)
{
	const char *base = c->config->base_path;

	return arena_printf(c->mem, "%s=%s; Path=%s; Secure; HttpOnly; SameSite=Lax%s",
	                    session_cookie_name(base), value, base, more);
}

static const struct json_in sign_in_in[] = {
	JSON_IN(struct signin_in, login, .need = true, .min = 1, .max = 190,
	        .help = "in any spelling of its letters"),
	JSON_IN(struct signin_in, password, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_BYTES, .help = "exactly as it was set"),
};
static const struct json_table sign_in_table = JSON_TABLE(struct signin_in, sign_in_in);

static enum err sign_in(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct session *s = arena_new(c->mem, struct session);
	char token[TOKEN_TEXT];
	const char *old;
	enum err e = request_cookie(rq, c->mem, &c->fault,
	                            session_cookie_name(c->config->base_path), &old);

	if (!e)
		e = signin_password(c, rq->in, old, token, s);
	if (e)
		return e;
	c->session = s;
	rs->cookie = session_cookie(c, token, "");
	rs->location = "/api/v1/session";
	return session_answer(c, s, rs);
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rq;
	return session_answer(c, c->session, rs);
}

static const struct shape_part found_parts[] = {
	{ "session", &session_shape, false },
	{ NULL, NULL, false },
};
static const struct shape found_shape = { .name = "SessionFound", .parts = found_parts };

static enum err look_for(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = OK;

	(void)rq;
	json_open(&rs->body, '{');
	json_key(&rs->body, "session");
	if (c->session)
		e = session_answer(c, c->session, rs);
	else
		json_null(&rs->body);
	json_close(&rs->body, '}');
	return e;
}

static enum err sign_out(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rq;
	rs->cookie = session_cookie(c, "", "; Max-Age=0");
	return session_end(c, "signed-out");
}

const struct route signin_routes[] = {
	{ .method = METHOD_POST,
	  .path = "/api/v1/session",
	  .run = sign_in,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "signIn",
	  .summary = "Signs in with login and password",
	  .in = &sign_in_table,
	  .out = &session_shape,
	  .body_max = 8192,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = "/api/v1/session",
	  .run = show,
	  .perm = PERM_PENDING,
	  .mode = ROUTE_FREE,
	  .name = "getSession",
	  .summary = "Who is signed in, acting for whom, and what he may do",
	  .out = &session_shape },
	{ .method = METHOD_GET,
	  .path = "/api/v1/session/found",
	  .run = look_for,
	  .perm = PERM_PENDING,
	  .mode = ROUTE_FREE,
	  .or_nobody = true,
	  .name = "findSession",
	  .summary =
	          "The session, null where nobody is signed in: what a page asks at its start",
	  .out = &found_shape },
	{ .method = METHOD_DELETE,
	  .path = "/api/v1/session",
	  .run = sign_out,
	  .perm = PERM_PENDING,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .name = "signOut",
	  .summary = "Ends the session",
	  .status = 204 },
	{ .path = NULL },
};
