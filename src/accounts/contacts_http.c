#include <assert.h>

#include "accounts/accounts.h"
#include "accounts/accounts_http.h"
#include "accounts/contacts.h"
#include "accounts/inputs_http.h"

static const struct shape contact_shape = {
	.name = "Contact",
	.fields = { contact_fields, CONTACT_FIELDS },
};

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	const char *name;
	struct db_list rows;
	enum err e = accounts_name(c, rq->ids[0], &name);

	if (!e)
		e = contacts_list(c, rq->ids[0], &rows);
	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &contact_shape, rows.v, rows.n, sizeof(struct contact), &end);
	return OK;
}

static enum err answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs)
{
	struct contact row;
	enum err e = contacts_find(c, account_id, id, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	answer_row(rs, &contact_shape, &row);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer(c, rq->ids[0], rq->ids[1], rs);
}

/* In the order of the mask of contacts_update(). */
#define CONTACT_IN(needed) \
	{ \
		[CONTACT_ROLE] = JSON_IN(struct contact_edit, role, .need = (needed), \
		                         .words = contact_roles), \
		[CONTACT_NAME] = JSON_IN(struct contact_edit, name, .need = (needed), .min = 1, \
		                         .max = NAME_MAX_CHARS), \
		[CONTACT_EMAIL] = JSON_IN(struct contact_edit, email, .nullable = true, .min = 3, \
		                          .max = 254, .check = check_email), \
		[CONTACT_PHONE] = JSON_IN(struct contact_edit, phone, .nullable = true, .min = 3, \
		                          .max = 50, .check = check_phone), \
		[CONTACT_NOTE] = JSON_IN(struct contact_edit, note, .nullable = true, .min = 1, \
		                         .max = 500, .lines = true), \
	}
static const struct json_in create_in[] = CONTACT_IN(true);
static const struct json_table create_table = JSON_TABLE(struct contact_edit, create_in);
static const struct json_in edit_in[] = CONTACT_IN(false);
static const struct json_table edit_table = JSON_TABLE(struct contact_edit, edit_in);
static_assert(ARRAY_LEN(edit_in) == CONTACT__MAX, "the order of the mask");

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	char account[ID_TEXT], text[ID_TEXT];
	int64_t id;
	enum err e = contacts_create(c, rq->ids[0], rq->in, &id);

	if (e)
		return e;
	id_write(ID_ACCOUNT, rq->ids[0], account);
	id_write(ID_CONTACT, id, text);
	rs->location = arena_printf(c->mem, "/api/v1/accounts/%s/contacts/%s", account, text);
	return answer(c, rq->ids[0], id, rs);
}

static enum err update(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e =
		contacts_update(c, rq->ids[0], rq->ids[1], rq->in, rq->seen.bits, rq->if_match);

	return e ? e : answer(c, rq->ids[0], rq->ids[1], rs);
}

static enum err drop(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return contacts_remove(c, rq->ids[0], rq->ids[1], rq->if_match);
}

#define LIST "/api/v1/accounts/{acc}/contacts"
#define ONE "/api/v1/accounts/{acc}/contacts/{con}"

const struct route contacts_routes[] = {
	{ .method = METHOD_GET, .path = LIST, .run = list, .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ, .name = "listContacts", .summary = "Whom to call about an account",
	  .out = &contact_shape, .list = true },
	{ .method = METHOD_POST, .path = LIST, .run = create, .perm = PERM_ACCOUNT_EDIT,
	  .mode = ROUTE_WRITE, .name = "createContact", .summary = "Adds a contact",
	  .in = &create_table, .out = &contact_shape, .body_max = 8192, .status = 201 },
	{ .method = METHOD_GET, .path = ONE, .run = show, .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ, .name = "getContact", .summary = "A contact",
	  .out = &contact_shape },
	{ .method = METHOD_PATCH, .path = ONE, .run = update, .perm = PERM_ACCOUNT_EDIT,
	  .mode = ROUTE_WRITE, .name = "updateContact", .summary = "Changes a contact",
	  .in = &edit_table, .out = &contact_shape, .versioned = true, .body_max = 8192 },
	{ .method = METHOD_DELETE, .path = ONE, .run = drop, .perm = PERM_ACCOUNT_EDIT,
	  .mode = ROUTE_WRITE, .name = "deleteContact", .summary = "Removes a contact",
	  .versioned = true, .status = 204 },
	{ .path = NULL },
};
