/*
 * close.h - ending the open invitations of an account, with the account itself.
 *
 * It stands below holds, which calls it when an account is terminated.  A
 * suspended account needs nothing: its invitations are refused while it is.
 */
#ifndef INVITATIONS_CLOSE_H
#define INVITATIONS_CLOSE_H

#include "core/ctx.h"

/* In the writing transaction that ends the account, which is locked. */
enum err invitations_close(struct ctx *c, int64_t account_id,
                           const char *account_name) MUST_CHECK;

#endif
