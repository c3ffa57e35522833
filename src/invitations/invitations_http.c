#include "invitations/invitations_http.h"

#include <string.h>

#include "accounts/accounts.h"
#include "accounts/inputs_http.h"
#include "invitations/invitations.h"
#include "people/people.h"

static const struct shape_part parts[] = {
	{ "allowed", NULL, true },
	{ NULL, NULL, false },
};
static const struct shape invitation_shape = {
	.name = "Invitation",
	.fields = { invitation_fields, INVITATION_FIELDS },
	.parts = parts,
};

/* What can be done with one in each state. */
static const struct {
	const char *word;
	enum perm perm;
	bool open, accepted, revoked;
} acts[] = {
	{ "resend", PERM_INVITATION_RESEND, true, false, false },
	{ "revoke", PERM_INVITATION_REVOKE, true, false, false },
	{ "remove", PERM_INVITATION_REVOKE, true, false, true },
	{ "remove_user", PERM_MEMBER_REMOVE, false, true, false },
};

static void put(const struct ctx *c, const struct invitation *i, struct buf *b)
{
	bool accepted = !strcmp(i->state, "accepted"), revoked = !strcmp(i->state, "revoked");

	json_open(b, '{');
	json_members(b, invitation_shape.fields, i);
	json_key(b, "allowed");
	json_open(b, '[');
	for (size_t k = 0; k < ARRAY_LEN(acts); k++) {
		bool fits = accepted  ? acts[k].accepted
		            : revoked ? acts[k].revoked
		                      : acts[k].open;

		if (fits && ctx_may(c, acts[k].perm) &&
		    (!accepted || ctx_may(c, PERM_INVITATION_REVOKE)))
			json_str(b, acts[k].word);
	}
	json_close(b, ']');
	json_close(b, '}');
}

struct list_args {
	const char *state, *cursor;
	int64_t limit;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, state, .words = invitation_states, .help = "only these"),
	JSON_IN(struct list_args, limit, .help = "10, 25, 50 or 100"),
	JSON_IN(struct list_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static enum err read_page(struct ctx *c, const struct request *rq, struct page *page,
                          struct db_list *rows, struct page_end *end)
{
	static const char *const sorts[] = { "-created", NULL };
	const struct list_args *a = rq->args;
	const char *name;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, page);

	if (!e)
		e = accounts_name(c, rq->ids[0], &name);
	if (!e)
		e = invitations_list(c, rq->ids[0], a->state, page, rows);
	if (!e)
		e = invitations_count(c, rq->ids[0], a->state, &end->total);
	return e;
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	const struct invitation *v;
	struct db_list rows;
	struct page page;
	enum err e = read_page(c, rq, &page, &rows, &end);

	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct invitation), invitations_page_key, &end);
	v = rows.v;
	answer_items_begin(rs);
	for (size_t i = 0; i < rows.n; i++)
		put(c, &v[i], &rs->body);
	answer_items_end(rs, &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs)
{
	struct invitation i;
	enum err e = invitations_find(c, account_id, id, &i);

	if (e)
		return e;
	answer_etag(rs, c->mem, i.ver);
	put(c, &i, &rs->body);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rq->ids[1], rs);
}

static const struct json_in create_in[] = {
	JSON_IN(struct invitation_new, first_name, .need = true, .min = 1,
	        .max = INVITATION_NAME_MAX),
	JSON_IN(struct invitation_new, last_name, .need = true, .min = 1,
	        .max = INVITATION_NAME_MAX),
	JSON_IN(struct invitation_new, email, .need = true, .min = 3, .max = LOGIN_MAX,
	        .check = check_email, .help = "becomes the login of somebody new"),
	JSON_IN(struct invitation_new, language, .need = true, .min = 2, .max = 10,
	        .check = check_locale, .help = "of the mail and of the person: en, de"),
	JSON_IN_ID(struct invitation_new, role_id, ID_ROLE, .need = true),
	JSON_IN(struct invitation_new, kind, .words = invitation_kinds,
	        .help = "staff when absent"),
	JSON_IN(struct invitation_new, member_until, .nullable = true,
	        .help = "when the membership ends; a support user must have an end"),
};
static const struct json_table create_table = JSON_TABLE(struct invitation_new, create_in);

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char account[ID_TEXT], text[ID_TEXT];
	int64_t id;
	enum err e = invitations_create(c, rq->ids[0], rq->in, &id);

	if (e)
		return e;
	id_write(ID_ACCOUNT, rq->ids[0], account);
	id_write(ID_INVITATION, id, text);
	rs->location =
		arena_printf(c->mem, "/api/v1/accounts/%s/invitations/%s", account, text);
	return answer(c, rq->ids[0], id, rs);
}

static enum err resend(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = invitations_resend(c, rq->ids[0], rq->ids[1]);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

static enum err revoke(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = invitations_revoke(c, rq->ids[0], rq->ids[1]);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return invitations_remove(c, rq->ids[0], rq->ids[1], rq->if_match);
}

static const struct shape impact_shape = {
	.name = "InvitationImpact",
	.fields = { invitation_impact_fields, INVITATION_IMPACT_FIELDS },
};

static enum err impact(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct invitation_impact row;
	enum err e = invitations_impact(c, rq->ids[0], rq->ids[1], &row);

	if (!e)
		answer_row(rs, &impact_shape, &row);
	return e;
}

static const struct shape role_shape = {
	.name = "InvitationRole",
	.fields = { invitation_role_fields, INVITATION_ROLE_FIELDS },
};

static enum err roles(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	struct db_list rows;
	enum err e = invitations_roles(c, rq->ids[0], &rows);

	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &role_shape, rows.v, rows.n, sizeof(struct invitation_role), &end);
	return OK;
}

#define LIST "/api/v1/accounts/{acc}/invitations"
#define ONE  LIST "/{inv}"

const struct route invitations_routes[] = {
	{ .method = METHOD_GET,
	  .path = LIST,
	  .run = list,
	  .perm = PERM_INVITATION_LIST,
	  .mode = ROUTE_READ,
	  .name = "listInvitations",
	  .summary = "Who was asked to work with an account, newest first",
	  .args = &list_args,
	  .out = &invitation_shape,
	  .list = true },
	{ .method = METHOD_POST,
	  .path = LIST,
	  .run = create,
	  .perm = PERM_INVITATION_CREATE,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .name = "createInvitation",
	  .summary = "Invites somebody by mail",
	  .in = &create_table,
	  .out = &invitation_shape,
	  .body_max = 8192,
	  .status = 201 },
	{ .method = METHOD_GET,
	  .path = "/api/v1/accounts/{acc}/invitation-roles",
	  .run = roles,
	  .perm = PERM_INVITATION_CREATE,
	  .mode = ROUTE_READ,
	  .name = "listInvitationRoles",
	  .summary = "Roles an invitation can give, and which are advised against",
	  .out = &role_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = ONE,
	  .run = show,
	  .perm = PERM_INVITATION_LIST,
	  .mode = ROUTE_READ,
	  .name = "getInvitation",
	  .summary = "An invitation",
	  .out = &invitation_shape },
	{ .method = METHOD_GET,
	  .path = ONE "/impact",
	  .run = impact,
	  .perm = PERM_INVITATION_LIST,
	  .mode = ROUTE_READ,
	  .name = "getInvitationImpact",
	  .summary = "What removing an invitation would do: whether a user goes with it",
	  .out = &impact_shape },
	{ .method = METHOD_POST,
	  .path = ONE "/resend",
	  .run = resend,
	  .perm = PERM_INVITATION_RESEND,
	  .mode = ROUTE_WRITE,
	  .own = true,
	  .name = "resendInvitation",
	  .summary = "Sends it again with a new link; the old one is dead",
	  .out = &invitation_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = ONE "/revoke",
	  .run = revoke,
	  .perm = PERM_INVITATION_REVOKE,
	  .mode = ROUTE_WRITE,
	  .name = "revokeInvitation",
	  .summary = "Takes it back before it is accepted",
	  .out = &invitation_shape,
	  .body_max = 1024 },
	{ .method = METHOD_DELETE,
	  .path = ONE,
	  .run = drop,
	  .perm = PERM_INVITATION_REVOKE,
	  .mode = ROUTE_WRITE,
	  .name = "deleteInvitation",
	  .summary = "Removes it, and from the account the user who came by it",
	  .versioned = true,
	  .status = 204 },
	{ .path = NULL },
};
