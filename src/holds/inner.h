/*
 * inner.h - what the files of this folder share.
 *
 * Nobody else calls these: they leave parts of a change to their caller.
 */
#ifndef HOLDS_INNER_H
#define HOLDS_INNER_H

#include "accounts/accounts.h"
#include "core/change.h"
#include "holds/holds.h"

/* The account's hold, locked; visibility was tested by who locked the account. */
enum err hold_read(struct ctx *c, int64_t account_id, int64_t id, struct hold *out) MUST_CHECK;

/* The open one of a kind and module, or ERR_NOT_FOUND without a fault. */
enum err hold_read_open(struct ctx *c, int64_t account_id, const char *module, const char *kind,
                        struct hold *out) MUST_CHECK;

/* Those that began or ended without being noted yet, locked. */
enum err hold_list_due(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/* Marks it as released, now, by the actor. */
enum err hold_close(struct ctx *c, const struct hold *h, const char *text) MUST_CHECK;

/* When the effective state changes next by this hold. */
struct stamp hold_due_at(const struct hold *h, struct stamp now);

/* Ends a change of a hold: what the log says, where was or is may be NULL, and accounts/sure.h. */
enum err hold_log(struct ctx *c, enum action action, const struct account_head *head,
                  const struct hold *was, const struct hold *is, const char *reason) MUST_CHECK;

/* Nobody stops or ends the account he acts from, or the platform. */
enum err hold_check_target(struct ctx *c, const struct account_head *head) MUST_CHECK;

/* When an account that ends now is purged: the longer of the policy and what is asked. */
struct stamp life_purge_date(const struct ctx *c, int64_t asked_days);

#endif
