#include "members/members_http.h"

#include <assert.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/inputs_http.h"
#include "members/members.h"

static const struct shape role_shape = {
	.name = "MemberRole",
	.fields = { member_role_fields + 1, MEMBER_ROLE_FIELDS },
};
static const struct shape_part parts[] = {
	{ "roles", &role_shape, true },
	{ "allowed", NULL, true },
	{ NULL, NULL, false },
};
const struct shape member_shape = {
	.name = "Member",
	.fields = { member_fields, MEMBER_FIELDS },
	.parts = parts,
};

/* --- answers ---------------------------------------------------------------------- */

static void put_roles(struct buf *b, const struct member *m, const struct db_list *roles)
{
	const struct member_role *v = roles->v;

	json_key(b, "roles");
	json_open(b, '[');
	for (size_t i = 0; i < roles->n; i++)
		if (v[i].membership_id == m->id)
			json_row(b, role_shape.fields, &v[i]);
	json_close(b, ']');
}

static void put_member(const struct ctx *c, struct buf *b, const struct member *m,
                       const struct db_list *roles)
{
	json_open(b, '{');
	json_members(b, member_shape.fields, m);
	put_roles(b, m, roles);
	json_key(b, "allowed");
	json_open(b, '[');
	for (size_t i = 0; member_acts[i]; i++)
		if (member_allows(c, m, i))
			json_str(b, member_acts[i]);
	json_close(b, ']');
	json_close(b, '}');
}

enum err member_answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs)
{
	struct db_list roles;
	struct member m;
	enum err e = members_find(c, account_id, id, &m);

	if (!e)
		e = members_roles(c, &m, 1, &roles);
	if (e)
		return e;
	answer_etag(rs, c->mem, m.ver);
	put_member(c, &rs->body, &m, &roles);
	return OK;
}

/* --- reading ------------------------------------------------------------------------ */

#define KINDS_MAX 4

struct list_args {
	struct str_list kind;
	const char *state, *q, *sort, *cursor;
	int64_t limit;
};

static const char *known_kind(const char *s, size_t n)
{
	(void)n;
	for (size_t i = 0; member_kinds[i]; i++)
		if (!strcmp(member_kinds[i], s))
			return NULL;
	return "not-one-of";
}

static const struct json_in list_in[] = {
	JSON_IN(struct list_args, kind, .max = KINDS_MAX, .check = known_kind,
	        .help = "main, sub, staff, support; none is all"),
	JSON_IN(struct list_args, state, .words = member_states,
	        .help = "all but the removed when absent"),
	JSON_IN(struct list_args, q, .max = ASKED_TEXT,
	        .help = "beginnings of words of name, login and e-mail; of a sub-user also of"
	                " the main user's"),
	JSON_IN(struct list_args, sort, .words = member_sorts, .help = "name when absent"),
	JSON_IN(struct list_args, cursor, .max = 600, .help = "next or prev of another page"),
	JSON_IN(struct list_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
};
static const struct json_table list_table = JSON_TABLE(struct list_args, list_in);

static enum err read_filter(struct ctx *c, const struct list_args *a, struct member_filter *out)
{
	const char *kinds = "";

	for (size_t i = 0; i < a->kind.n; i++)
		kinds = arena_printf(c->mem, "%s%s%s", kinds, i ? "," : "", a->kind.v[i]);
	out->kinds = kinds;
	out->state = a->state;
	return asked_parse(c, a->q, &out->words);
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct page_end end = { .exact = true };
	struct member_filter f;
	struct db_list rows, roles;
	struct page page;
	const char *name;
	enum err e = accounts_name(c, rq->ids[0], &name);

	if (!e)
		e = read_filter(c, a, &f);
	if (!e)
		e = page_read(c, a->limit, a->cursor, a->sort, member_sorts, &page);
	if (!e)
		e = members_list(c, rq->ids[0], &f, &page, &rows);
	if (!e)
		e = members_count(c, rq->ids[0], &f, &end.total);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct member), members_page_key, &end);
	e = members_roles(c, rows.v, rows.n, &roles);
	if (e)
		return e;
	answer_items_begin(rs);
	for (size_t i = 0; i < rows.n; i++)
		put_member(c, &rs->body, (const struct member *)rows.v + i, &roles);
	answer_items_end(rs, &end);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return member_answer(c, rq->ids[0], rq->ids[1], rs);
}

/* --- changing ------------------------------------------------------------------------ */

static const struct json_in add_in[] = {
	JSON_IN(struct member_new, email, .need = true, .min = 3, .max = 254,
	        .check = check_email,
	        .help = "the welcome goes there; the login when none is given"),
	JSON_IN(struct member_new, login, .nullable = true, .min = 1, .max = 190),
	JSON_IN(struct member_new, name, .nullable = true, .min = 1, .max = NAME_MAX_CHARS),
	JSON_IN(struct member_new, phone, .nullable = true, .min = 3, .max = 50,
	        .check = check_phone),
	JSON_IN(struct member_new, language, .nullable = true, .min = 2, .max = 16,
	        .check = check_locale),
	JSON_IN(struct member_new, kind, .need = true, .words = member_kinds),
	JSON_IN_ID(struct member_new, role_id, ID_ROLE, .need = true),
	JSON_IN_ID(struct member_new, scope_account_id, ID_ACCOUNT, .nullable = true,
	           .help = "where the role reaches from; the account when absent"),
	JSON_IN_ID(struct member_new, parent_membership_id, ID_MEMBERSHIP, .nullable = true,
	           .help = "the main user of a sub-user"),
	JSON_IN(struct member_new, expires_at, .nullable = true,
	        .help = "the end; a support user must have one"),
	JSON_IN(struct member_new, label, .nullable = true, .min = 1, .max = 100),
};
static const struct json_table add_table = JSON_TABLE(struct member_new, add_in);

static enum err add(struct ctx *c, const struct request *rq, struct response *rs)
{
	char account[ID_TEXT], text[ID_TEXT];
	int64_t id;
	enum err e = members_add(c, rq->ids[0], rq->in, &id);

	if (e)
		return e;
	id_write(ID_ACCOUNT, rq->ids[0], account);
	id_write(ID_MEMBERSHIP, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/accounts/%s/members/%s", account, text);
	return member_answer(c, rq->ids[0], id, rs);
}

/* In the order of enum member_edit_field: an entry's bit in seen is its bit in the mask. */
static const struct json_in edit_in[] = {
	[MEMBER_NAME] = JSON_IN(struct member_edit, name, .min = 1, .max = NAME_MAX_CHARS),
	[MEMBER_EMAIL] =
		JSON_IN(struct member_edit, email, .min = 3, .max = 254, .check = check_email,
	                .help = "a login that is the address goes with it"),
	[MEMBER_PHONE] = JSON_IN(struct member_edit, phone, .nullable = true, .min = 3,
	                         .max = 50, .check = check_phone),
	[MEMBER_LABEL] =
		JSON_IN(struct member_edit, label, .nullable = true, .min = 1, .max = 100),
	[MEMBER_EXPIRES_AT] = JSON_IN(struct member_edit, expires_at, .nullable = true),
};
static_assert(ARRAY_LEN(edit_in) == MEMBER_EDIT__MAX, "the order of the mask");
static const struct json_table edit_table = JSON_TABLE(struct member_edit, edit_in);

static struct member_at at_of(const struct request *rq)
{
	return (struct member_at){ rq->ids[0], rq->ids[1], rq->if_match };
}

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);
	enum err e = members_edit(c, &at, rq->in, rq->seen.bits);

	return e ? e : member_answer(c, at.account_id, at.id, rs);
}

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);

	(void)rs;
	return members_remove(c, &at);
}

struct reason_in {
	const char *reason_text;
};
static const struct json_in reason_in[] = {
	JSON_IN(struct reason_in, reason_text, .need = true, .min = 1, .max = MEMBER_TEXT_MAX,
	        .lines = true),
};
static const struct json_table reason_table = JSON_TABLE(struct reason_in, reason_in);
static const struct json_in why_in[] = {
	JSON_IN(struct reason_in, reason_text, .nullable = true, .max = MEMBER_TEXT_MAX,
	        .lines = true),
};
static const struct json_table why_table = JSON_TABLE(struct reason_in, why_in);

static const char *reason_of(const struct request *rq)
{
	return ((const struct reason_in *)rq->in)->reason_text;
}

static enum err suspend(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);
	enum err e = members_suspend(c, &at, reason_of(rq));

	return e ? e : member_answer(c, at.account_id, at.id, rs);
}

static enum err resume(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);
	enum err e = members_resume(c, &at, reason_of(rq));

	return e ? e : member_answer(c, at.account_id, at.id, rs);
}

static enum err make_owner(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);
	enum err e = members_make_owner(c, &at);

	return e ? e : member_answer(c, at.account_id, at.id, rs);
}

static enum err reset_password(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);
	enum err e = members_reset_password(c, &at);

	return e ? e : member_answer(c, at.account_id, at.id, rs);
}

static enum err unlock(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);
	enum err e = members_unlock(c, &at);

	return e ? e : member_answer(c, at.account_id, at.id, rs);
}

static enum err reset_two_step(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);
	enum err e = members_reset_two_step(c, &at, reason_of(rq));

	return e ? e : member_answer(c, at.account_id, at.id, rs);
}

/* --- sessions -------------------------------------------------------------------------- */

static const struct shape session_shape = {
	.name = "MemberSession",
	.fields = { member_session_fields, MEMBER_SESSION_FIELDS },
};

static enum err sessions(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	struct db_list rows;
	enum err e = members_sessions(c, rq->ids[0], rq->ids[1], &rows);

	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &session_shape, rows.v, rows.n, sizeof(struct member_session), &end);
	return OK;
}

static enum err end_sessions(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);

	(void)rs;
	return members_end_sessions(c, &at);
}

static enum err end_session(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct member_at at = at_of(rq);

	(void)rs;
	return members_end_session(c, &at, rq->ids[2]);
}

#define LIST "/api/v1/accounts/{acc}/members"
#define ONE  "/api/v1/accounts/{acc}/members/{mem}"

const struct route members_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_MEMBER_LIST,
	  .mode = ROUTE_READ,
	  .name = "listMembers",
	  .summary = "The people of an account, filtered, searched and sorted",
	  .args = &list_table,
	  .out = &member_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = LIST,
	  .run = add,
	  .perm = PERM_MEMBER_ADD,
	  .mode = ROUTE_WRITE,
	  .name = "addMember",
	  .summary = "Adds somebody by his e-mail address; who is known becomes a member too",
	  .in = &add_table,
	  .out = &member_shape,
	  .body_max = 8192,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_MEMBER_VIEW,
	  .mode = ROUTE_READ,
	  .name = "getMember",
	  .summary = "A member with his roles",
	  .out = &member_shape },
	/* Which permission it takes depends on the fields: members_edit() asks. */
	{ .method = METHOD_PATCH,
	  .path = ONE,
	  .run = update,
	  .unvisited = true,
	  .perm = PERM_MEMBER_VIEW,
	  .mode = ROUTE_WRITE,
	  .name = "updateMember",
	  .summary = "Changes name, address, phone, label or end of a member",
	  .in = &edit_table,
	  .out = &member_shape,
	  .versioned = true,
	  .body_max = 8192 },
	{ .method = METHOD_DELETE,
	  .path = ONE,
	  .run = drop,
	  .perm = PERM_MEMBER_REMOVE,
	  .mode = ROUTE_WRITE,
	  .name = "removeMember",
	  .summary = "Takes somebody out of the account",
	  .versioned = true,
	  .status = 204 },
	{ .method = METHOD_POST,
	  .path = ONE "/suspend",
	  .run = suspend,
	  .perm = PERM_MEMBER_SUSPEND,
	  .mode = ROUTE_WRITE,
	  .name = "suspendMember",
	  .summary = "Stops a member in this account",
	  .in = &reason_table,
	  .out = &member_shape,
	  .body_max = 4096 },
	{ .method = METHOD_POST,
	  .path = ONE "/resume",
	  .run = resume,
	  .perm = PERM_MEMBER_RESUME,
	  .mode = ROUTE_WRITE,
	  .name = "resumeMember",
	  .summary = "Lets a suspended member on; his sessions and keys stay ended",
	  .in = &why_table,
	  .out = &member_shape,
	  .body_max = 4096 },
	{ .method = METHOD_POST,
	  .path = ONE "/owner",
	  .run = make_owner,
	  .unvisited = true,
	  .perm = PERM_MEMBER_SET_OWNER,
	  .mode = ROUTE_WRITE,
	  .name = "makeOwner",
	  .summary = "Gives a member the owner's role",
	  .out = &member_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = ONE "/reset-password",
	  .run = reset_password,
	  .unvisited = true,
	  .perm = PERM_MEMBER_RESET_PASSWORD,
	  .mode = ROUTE_WRITE,
	  .name = "resetMemberPassword",
	  .summary = "Mails a member a link for a new password, or the welcome again",
	  .out = &member_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = ONE "/unlock",
	  .run = unlock,
	  .unvisited = true,
	  .perm = PERM_MEMBER_RESET_PASSWORD,
	  .mode = ROUTE_WRITE,
	  .name = "unlockMember",
	  .summary = "Lets a member try again who was locked out after too many failures",
	  .out = &member_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = ONE "/reset-two-step",
	  .run = reset_two_step,
	  .unvisited = true,
	  .perm = PERM_MEMBER_RESET_TWO_STEP,
	  .mode = ROUTE_WRITE,
	  .proof = true,
	  .name = "resetMemberTwoStep",
	  .summary = "Takes a member's second step away and ends his sessions",
	  .in = &reason_table,
	  .out = &member_shape,
	  .body_max = 4096 },
	{ .path = NULL },
};

const struct route member_session_routes[] = {
	{ .method = METHOD_GET,
	  .path = ONE "/sessions",
	  .run = sessions,
	  .perm = PERM_MEMBER_SESSIONS_VIEW,
	  .mode = ROUTE_READ,
	  .name = "listMemberSessions",
	  .summary = "Where a member is signed in",
	  .out = &session_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = ONE "/sessions/end",
	  .run = end_sessions,
	  .perm = PERM_MEMBER_SESSIONS_REVOKE,
	  .mode = ROUTE_WRITE,
	  .name = "endMemberSessions",
	  .summary = "Signs a member out everywhere, but not the one who asks",
	  .body_max = 1024,
	  .status = 204 },
	{ .method = METHOD_DELETE,
	  .path = ONE "/sessions/{ses}",
	  .run = end_session,
	  .perm = PERM_MEMBER_SESSIONS_REVOKE,
	  .mode = ROUTE_WRITE,
	  .name = "endMemberSession",
	  .summary = "Ends one session of a member",
	  .status = 204 },
	{ .path = NULL },
};
