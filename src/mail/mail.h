/*
 * mail.h - mail to people: written in the transaction of what it tells of,
 * sent by the worker afterwards.
 *
 * A mail is never lost and may arrive twice: a server that took it and hung up
 * before it said so is asked again, with the same Message-ID.  The values are
 * sealed at rest, because they hold one-time links, and forgotten once sent.
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include "core/ctx.h"
#include "core/outbox.h"
#include "core/page.h"

enum mail_kind {
	MAIL_NONE,
#define MAIL(name, text, values) MAIL_##name,
#include "mail/kinds.def"
#undef MAIL
	MAIL__MAX
};

/* "reset-password"; MAIL_NONE for what is unknown. */
const char *mail_kind_text(enum mail_kind kind);
enum mail_kind mail_kind_of_text(const char *s);
/* The names of its values, separated by spaces. */
const char *mail_kind_values(enum mail_kind kind);

#define MAIL_VALUES_MAX 9
#define MAIL_TEXT_MAX   1000 /* bytes of a value; what is longer is cut */

struct mail_value {
	const char *name, *text; /* text NULL: "" */
};

struct mail_new {
	const char *to;     /* one address */
	const char *locale; /* "en", "de"; NULL or unknown: the default */
	enum mail_kind kind;
	int64_t account_id; /* whose mail it is: who sees that account sees its state */
	int64_t person_id;  /* 0: nobody known yet */
	struct mail_value
		values[MAIL_VALUES_MAX + 1]; /* as kinds.def says, ended by a NULL name */
};

/*
 * Promises a mail; wants the open transaction of what it tells of.  A value
 * that kinds.def does not name, or one that is missing, is a bug of the caller.
 * ERR_INVALID "not-an-email" at /email.
 */
enum err mail_put(struct ctx *c, const struct mail_new *m) MUST_CHECK;

/* A row of the list: never what the mail says. */
struct mail_row {
	int64_t id;
	const char *to_address, *kind, *locale, *state; /* waiting, sent, failed */
	int64_t account_id;
	const char *account_name;
	int64_t tries;
	const char *last_error;
	struct stamp created_at, next_at, sent_at;
};
#define MAIL_ROW_FIELDS 12
extern const struct field mail_row_fields[MAIL_ROW_FIELDS];
extern const char *const mail_states[]; /* NULL-ended */

/* Mail of the accounts the caller sees, newest first; state NULL: all. */
enum err mail_list(struct ctx *c, const char *state, const struct page *p,
                   struct db_list *out) MUST_CHECK;
void mail_page_key(const void *row, const struct page *p, struct cursor *out);
enum err mail_find(struct ctx *c, int64_t id, struct mail_row *out) MUST_CHECK;

/* Sends it again now: what failed or waits.  ERR_CONFLICT "mail-sent". */
enum err mail_retry(struct ctx *c, int64_t id) MUST_CHECK;

/* How many wait in an account and all below it. */
enum err mail_count_waiting(struct ctx *c, int64_t account_id, int64_t *out) MUST_CHECK;

/* Forgets mails that were sent or given up 30 days ago, at most max; counts them. */
enum err mail_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

/* The outbox's kind "mail": sends one (deliver.c; the worker alone links it). */
outbox_run mail_deliver;
#define MAIL_OUTBOX "mail"

extern const struct db_query *const mail_queries[], *const mail_list_queries[];
extern const struct db_query *const mail_work_queries[];

#endif
