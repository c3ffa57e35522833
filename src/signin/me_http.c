#include <string.h>

#include "base/utf8.h"
#include "signin/email.h"
#include "signin/me.h"
#include "signin/password.h"
#include "signin/signin.h"
#include "signin/signin_http.h"

static const char *const themes[] = { "system", "light", "dark", NULL };
static const char *const densities[] = { "cosy", "compact", NULL };
static const char *const origins[] = { "manual", "billing", "self", NULL };

static const struct field me_v[] = {
	FIELD_KEY(struct me_details, id, ID_PERSON),
	FIELD(struct me_details, login),
	FIELD(struct me_details, name),
	FIELD(struct me_details, email),
	FIELD(struct me_details, email_pending),
	FIELD(struct me_details, phone),
	FIELD(struct me_details, origin, .words = origins),
	FIELD(struct me_details, locale),
	FIELD(struct me_details, time_zone),
	FIELD(struct me_details, theme, .words = themes),
	FIELD(struct me_details, density, .words = densities),
	FIELD(struct me_details, shortcuts),
	FIELD(struct me_details, last_login_at),
	FIELD(struct me_details, may_change_name),
	FIELD(struct me_details, may_change_email),
	FIELD(struct me_details, may_change_password),
	FIELD(struct me_details, two_step),
	FIELD(struct me_details, two_step_required),
	FIELD(struct me_details, recovery_left),
	FIELD(struct me_details, password_min),
};
static const struct shape me_shape = { .name = "MyDetails", .fields = FIELDS(me_v) };

static enum err answer_me(struct ctx *c, struct response *rs)
{
	struct me_details me;
	enum err e = me_find(c, &me);

	if (e)
		return e;
	answer_row(rs, &me_shape, &me);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rq;
	return answer_me(c, rs);
}

/* "de", "pt-BR". */
static const char *check_locale(const char *s, size_t n)
{
	size_t lang = strspn(s, "abcdefghijklmnopqrstuvwxyz");
	bool fine = lang == 2 || lang == 3;

	if (fine && s[lang] == '-')
		fine = n == lang + 3 && strspn(s + lang + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2;
	else
		fine = fine && s[lang] == '\0';
	return fine ? NULL : "not-a-locale";
}

/* The form of the names of the tz database; whether it knows one, the browser says. */
static const char *check_zone(const char *s, size_t n)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789_+-/";

	return strspn(s, plain) == n ? NULL : "not-a-time-zone";
}

struct patch {
	struct me_edit edit;
	const char *name;
};
#define EDIT(m, ...) \
	{ \
		.name = #m, .type = JSON_TYPE(((struct me_edit *)0)->m), \
		.offset = offsetof(struct patch, edit) + offsetof(struct me_edit, m), \
		__VA_ARGS__ \
	}
static const struct json_in edit_in[] = {
	JSON_IN(struct patch, name, .min = 1, .max = 200),
	EDIT(locale, .nullable = true, .min = 2, .max = 16, .check = check_locale,
	     .help = "a language, with or without a country"),
	EDIT(time_zone, .nullable = true, .min = 1, .max = 64, .check = check_zone,
	     .help = "a name of the tz database"),
	EDIT(theme, .words = themes, .help = "colours"),
	EDIT(density, .words = densities, .help = "of tables"),
	EDIT(shortcuts, .help = "keys of one letter are on"),
};
static const struct json_table edit_table = JSON_TABLE(struct patch, edit_in);

static bool is_given(const struct request *rq, const char *name)
{
	return json_has(&edit_table, &rq->seen, name);
}

static enum err edit_me(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct patch *in = rq->in;
	struct session *kept = arena_new(c->mem, struct session), s = *c->session;
	enum err e;

	if (is_given(rq, "locale"))
		s.locale = in->edit.locale;
	if (is_given(rq, "time_zone"))
		s.time_zone = in->edit.time_zone;
	if (is_given(rq, "theme"))
		s.theme = in->edit.theme;
	if (is_given(rq, "density"))
		s.density = in->edit.density;
	if (is_given(rq, "shortcuts"))
		s.shortcuts = in->edit.shortcuts;
	e = signin_update_me(c, &(struct me_edit){ s.locale, s.time_zone, s.theme, s.density,
	                                           s.shortcuts });
	if (!e && in->name)
		e = me_rename(c, in->name);
	if (e)
		return e;
	*kept = s;
	c->session = kept;
	return answer_me(c, rs);
}

static const struct json_in password_v[] = {
	JSON_IN(struct password_in, old, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_BYTES),
	JSON_IN(struct password_in, new, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_BYTES),
};
static const struct json_table password_table = JSON_TABLE(struct password_in, password_v);

static enum err set_password(struct ctx *c, const struct request *rq, struct response *rs)
{
	char token[TOKEN_TEXT];
	enum err e = me_set_password(c, rq->in, token);

	if (!e)
		rs->cookie = session_cookie(c, token, "");
	return e;
}

struct email_in {
	const char *email;
};
static const char *check_email(const char *s, size_t n)
{
	return utf8_is_email(s, n) ? NULL : "not-an-email";
}
static const struct json_in email_v[] = {
	JSON_IN(struct email_in, email, .need = true, .min = 3, .max = 254,
	        .check = check_email),
};
static const struct json_table email_table = JSON_TABLE(struct email_in, email_v);

static enum err set_email(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct email_in *in = rq->in;

	(void)rs;
	return email_ask(c, in->email);
}

static const struct field own_session_v[] = {
	FIELD_KEY(struct own_session, id, ID_SESSION),
	FIELD(struct own_session, created_at),
	FIELD(struct own_session, last_seen_at),
	FIELD(struct own_session, expires_at),
	FIELD(struct own_session, ip),
	FIELD(struct own_session, user_agent),
	FIELD(struct own_session, current),
};
static const struct shape own_session_shape = { .name = "OwnSession",
	                                        .fields = FIELDS(own_session_v) };

static enum err list_sessions(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	struct db_list rows;
	enum err e = me_sessions(c, &rows);

	(void)rq;
	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &own_session_shape, rows.v, rows.n, sizeof(struct own_session), &end);
	return OK;
}

static enum err end_session(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return me_end_session(c, rq->ids[0]);
}

static enum err end_others(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rq;
	(void)rs;
	return me_end_others(c);
}

const struct route me_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/me",
	  .run = show,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_READ,
	  .name = "getMe",
	  .summary = "One's own details, and which of them one may change",
	  .out = &me_shape },
	{ .method = METHOD_PATCH,
	  .path = "/api/v1/me",
	  .run = edit_me,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_QUIET,
	  .own = true,
	  .name = "updateMe",
	  .summary = "Changes one's own name and settings",
	  .in = &edit_table,
	  .out = &me_shape,
	  .body_max = 4096 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/me/password",
	  .run = set_password,
	  .perm = PERM_PENDING,
	  .mode = ROUTE_FREE,
	  .own = true,
	  .name = "changePassword",
	  .summary = "Changes one's own password; ends all other sessions and all API keys",
	  .in = &password_table,
	  .body_max = 8192,
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/me/email",
	  .run = set_email,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_QUIET,
	  .own = true,
	  .proof = true,
	  .name = "changeEmail",
	  .summary = "Asks both mailboxes whether the address may be changed",
	  .in = &email_table,
	  .body_max = 1024,
	  .status = 202 },
	{ .method = METHOD_GET,
	  .path = "/api/v1/me/sessions",
	  .run = list_sessions,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_READ,
	  .own = true,
	  .name = "listMySessions",
	  .summary = "Where one is signed in",
	  .out = &own_session_shape,
	  .list = true },
	{ .method = METHOD_DELETE,
	  .path = "/api/v1/me/sessions/{ses}",
	  .run = end_session,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .name = "endMySession",
	  .summary = "Ends one of one's own sessions",
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/me/sessions/end-others",
	  .run = end_others,
	  .perm = PERM_SESSION,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .name = "endMyOtherSessions",
	  .summary = "Ends all of one's own sessions but this one",
	  .body_max = 1024,
	  .status = 204 },
	{ .path = NULL },
};
