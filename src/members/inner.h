/*
 * inner.h - what the files of this folder share.
 */
#ifndef MEMBERS_INNER_H
#define MEMBERS_INNER_H

#include "accounts/accounts.h"
#include "core/change.h"
#include "members/members.h"

/*
 * Begins a change of a member: the account locked and active, the member read
 * and not removed, the version as asked.  ERR_CONFLICT "not-active",
 * "member-removed", ERR_VERSION.
 */
enum err member_begin(struct ctx *c, const struct member_at *at, struct account_head *head,
                      struct member *out) MUST_CHECK;

/* Not oneself, and nobody who may do more. */
enum err member_check_who(struct ctx *c, const struct member *m) MUST_CHECK;

/* ERR_INVALID at /expires_at: not in the past; of a support user given, and not too far. */
enum err member_check_end(struct ctx *c, const char *kind, struct stamp expires_at) MUST_CHECK;

/* A line in the account's log about the person; before and after may be NULL. */
enum err member_log(struct ctx *c, enum action action, const struct member *m,
                    const char *reason) MUST_CHECK;

/* Sessions, keys and visits of the member and of his sub-users. */
enum err member_end_access(struct ctx *c, int64_t id, const char *why) MUST_CHECK;

/* Sessions of the membership alone; keys and mailed links stay. */
enum err member_sign_out(struct ctx *c, int64_t id) MUST_CHECK;

/* The words of every account the person belongs to. */
enum err member_reindex_accounts(struct ctx *c, int64_t person_id) MUST_CHECK;

/* The mail after which a new person sets his password. */
enum err member_welcome(struct ctx *c, const struct member *m) MUST_CHECK;

#endif
