/*
 * reset.h - a new password by a link sent to the person's own mailbox.
 *
 * The link works once, for half an hour, and a newer one cancels it.  It does
 * not sign in and does not stand for the second step.  Who asks for one learns
 * nothing: the request costs the same for a login that exists and one that
 * does not, because all that differs is done by the worker afterwards.
 */
#ifndef SIGNIN_RESET_H
#define SIGNIN_RESET_H

#include "core/ctx.h"
#include "core/outbox.h"

#define RESET_MIN       30 /* minutes a link works */
#define RESET_MAILS_DAY 5  /* mails a person gets in a day at most */

/*
 * In a writing transaction: cancels older links, makes one and promises the
 * mail.  Not logged here: the caller writes ACTION_PERSON_RESET_PASSWORD.
 * ERR_NOT_FOUND (no story) when there is no such person, ERR_CONFLICT
 * "no-email", ERR_LIMITED "too-many-mails".
 */
enum err reset_send(struct ctx *c, int64_t person_id) MUST_CHECK;

/* A person asks; outside a transaction.  OK whether anybody has this login or not. */
enum err reset_ask(struct ctx *c, const char *login) MUST_CHECK;

/*
 * Sets the password; outside a transaction.  Ends all sessions and keys.
 * ERR_NOT_FOUND "link-not-valid"; ERR_INVALID at /password, which leaves the
 * link usable.
 */
enum err reset_use(struct ctx *c, const char *token, const char *password) MUST_CHECK;

/* The outbox's kind "reset-ask": finds the person and sends, or does nothing. */
outbox_run reset_ask_run;
#define RESET_OUTBOX "reset-ask"

extern const struct db_query *const reset_queries[];

#endif
