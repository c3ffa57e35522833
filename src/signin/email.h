/*
 * email.h - a person's own address, changed when both mailboxes say so.
 *
 * Two links go out, one to the new address and one to the old; the second of
 * them to be followed makes the change.  Who has no address yet confirms the
 * new one alone.  What the accounts of the person forbid, and what billing
 * says of him, is not changed here.
 */
#ifndef SIGNIN_EMAIL_H
#define SIGNIN_EMAIL_H

#include "core/ctx.h"

#define EMAIL_HOURS     24 /* hours both links work */
#define EMAIL_MAILS_DAY 5

/*
 * In a transaction.  ERR_DENIED "email-locked", "set-by-billing"; ERR_INVALID at
 * /email; ERR_LIMITED "too-many-mails".
 */
enum err email_ask(struct ctx *c, const char *email) MUST_CHECK;

/*
 * In a transaction; by whoever has the link.  *done says whether the address
 * is the person's now or the other mailbox is still to answer.  ERR_NOT_FOUND
 * "link-not-valid", ERR_DENIED "email-locked".
 */
enum err email_confirm(struct ctx *c, const char *token, bool *done) MUST_CHECK;

/* The address that waits to be confirmed; *email NULL: none. */
enum err email_pending(struct ctx *c, int64_t person_id, const char **email) MUST_CHECK;

extern const struct db_query *const email_queries[];

#endif
