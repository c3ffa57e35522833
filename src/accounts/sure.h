/*
 * sure.h - whether account_tree.own_state is the whole state of every account.
 *
 * It is, unless an account that can have others below it has an open hold, or
 * a hold came due that the worker has not met yet.  The pool asks once a
 * second and remembers when the next comes due.  A change that would make this
 * wrong within that second counts the access epoch up (core/epoch.h): every
 * session brings the epoch along, and the answer is kept for one epoch.
 */
#ifndef ACCOUNTS_SURE_H
#define ACCOUNTS_SURE_H

#include "core/ctx.h"

enum err states_sure(struct ctx *c, bool *out) MUST_CHECK;

/*
 * In the transaction of a change of a hold on an account of that kind; due:
 * when it begins or ends next, if it does.
 */
enum err states_unsettle(struct ctx *c, const char *account_kind, struct stamp due) MUST_CHECK;

#endif
