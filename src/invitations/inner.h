/*
 * inner.h - what the files of this folder share.
 *
 * Nobody else calls these: they leave parts of a change to their caller.
 */
#ifndef INVITATIONS_INNER_H
#define INVITATIONS_INNER_H

#include "core/change.h"
#include "invitations/invitations.h"

/* What decides whether an account takes invitations; read without a test of visibility. */
struct invited_account {
	int64_t id;
	const char *name, *kind, *class, *base_state;
	int64_t stops; /* accounts on the way up that are held or ended */
	bool managed;  /* made for somebody, not by himself */
	bool two_step;
};

/* Locked in a writing transaction. */
enum err invited_account_lock(struct ctx *c, int64_t id,
                              struct invited_account *out) MUST_CHECK;

/* As the caller sees it, or ERR_NOT_FOUND; not locked. */
enum err invited_account_find(struct ctx *c, int64_t id,
                              struct invited_account *out) MUST_CHECK;

/* What a role gives ("base;+a,-b"): its own word, and not an owner's word on visits. */
struct perm_set invited_gives(const char *says);

/* An administrator's: it can give roles to others. */
bool invited_is_admin(const char *says);

/*
 * Whether who invited may still invite there and give this: he is a member, not
 * stopped, and holds both.  ERR_CONFLICT "invitation-void".
 */
enum err invited_inviter_check(struct ctx *c, int64_t membership_id, int64_t account_id,
                               const char *says) MUST_CHECK;

/* A line of the log about an invitation, in the account's log. */
enum err invited_log(struct ctx *c, enum action action, const struct invitation *was,
                     const struct invitation *is) MUST_CHECK;

#endif
