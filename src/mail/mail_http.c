#include "mail/mail_http.h"

#include "mail/mail.h"
#include "mail/smtp.h"

static const struct shape mail_shape = { .name = "Mail",
	                                 .fields = { mail_row_fields, MAIL_ROW_FIELDS } };

static const char *const sorts[] = { "-created", NULL };

struct list_args {
	const char *state;
	int64_t limit;
	const char *cursor;
};
static const struct json_in list_in[] = {
	JSON_IN(struct list_args, state, .words = mail_states, .help = "Only these"),
	JSON_IN(struct list_args, limit, .help = "10, 25, 50 or 100"),
	JSON_IN(struct list_args, cursor, .max = 400, .help = "next or prev of another page"),
};
static const struct json_table list_args = JSON_TABLE(struct list_args, list_in);

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct list_args *a = rq->args;
	struct page_end end = { .total = -1 };
	struct db_list rows;
	struct page page;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e)
		e = mail_list(c, a->state, &page, &rows);
	if (e)
		return e;
	page_close(c->mem, &page, &rows, sizeof(struct mail_row), mail_page_key, &end);
	answer_items(rs, &mail_shape, rows.v, rows.n, sizeof(struct mail_row), &end);
	return OK;
}

static enum err retry(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct mail_row row;
	enum err e = mail_retry(c, rq->ids[0]);

	if (!e)
		e = mail_find(c, rq->ids[0], &row);
	if (e)
		return e;
	answer_row(rs, &mail_shape, &row);
	return OK;
}

struct status {
	bool set_up;
	const char *from_address, *sender_name;
	int64_t waiting;
};
static const struct field status_v[] = {
	FIELD(struct status, set_up),
	FIELD(struct status, from_address),
	FIELD(struct status, sender_name),
	FIELD(struct status, waiting),
};
static const struct shape status_shape = { .name = "MailStatus", .fields = FIELDS(status_v) };

static enum err status(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct mail_config *config = c->config->mail;
	struct status s = { .set_up = config && *config->smtp_url };
	enum err e = mail_count_waiting(c, c->actor.account_id, &s.waiting);

	(void)rq;
	if (e)
		return e;
	s.from_address = config ? config->from : NULL;
	s.sender_name = config ? config->sender_name : NULL;
	answer_row(rs, &status_shape, &s);
	return OK;
}

const struct route mail_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/mails",
	  .run = list,
	  .perm = PERM_MAIL_LIST,
	  .mode = ROUTE_READ,
	  .name = "listMails",
	  .summary = "Mails and what became of them, newest first; never what they say",
	  .args = &list_args,
	  .out = &mail_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = "/api/v1/mail-status",
	  .run = status,
	  .perm = PERM_MAIL_LIST,
	  .mode = ROUTE_READ,
	  .name = "getMailStatus",
	  .summary = "Whether mail is set up, and how many of the accounts seen wait",
	  .out = &status_shape },
	{ .method = METHOD_POST,
	  .path = "/api/v1/mails/{mai}/retry",
	  .run = retry,
	  .perm = PERM_MAIL_RETRY,
	  .mode = ROUTE_WRITE,
	  .name = "retryMail",
	  .summary = "Sends a mail now that waits or failed",
	  .out = &mail_shape,
	  .body_max = 1024 },
	{ .path = NULL },
};
