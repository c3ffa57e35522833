/*
 * unlock.h - the mail by which who is locked out (people/lockout.h) lets himself in again.
 *
 * Its link works once and for a day; it signs nobody in, it makes the password
 * count again.  The worker sends it, so that the request of whoever guesses
 * takes no longer for a person than for nobody.
 */
#ifndef SIGNIN_UNLOCK_H
#define SIGNIN_UNLOCK_H

#include "core/ctx.h"

#define UNLOCK_HOURS     24
#define UNLOCK_MAILS_DAY 5

/* A step of the worker: somebody who was locked out is told, and the log. */
enum err unlock_due_step(struct ctx *c, bool *did) MUST_CHECK;

/* In a transaction: the mail anew, where the person is locked out; else nothing. */
enum err unlock_send_again(struct ctx *c, int64_t person_id) MUST_CHECK;

/* By the link, in a transaction.  ERR_NOT_FOUND "link-not-valid". */
enum err unlock_use(struct ctx *c, const char *token) MUST_CHECK;

/* In a transaction: links that were sent are void. */
enum err unlock_cancel(struct ctx *c, int64_t person_id) MUST_CHECK;

extern const struct db_query *const unlock_queries[];

#endif
