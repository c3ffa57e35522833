/*
 * join.h - how somebody who was invited becomes a member.
 *
 * Shared by accepting alone.  Who was a member once and left comes back in his
 * old membership, without what he had there.
 */
#ifndef INVITATIONS_JOIN_H
#define INVITATIONS_JOIN_H

#include "invitations/inner.h"

/* The person an address means; id 0: nobody yet. */
struct invitee {
	int64_t id;
	const char *name, *login, *email, *password_hash, *state, *locale;
};

/* By login, else by the one confirmed address that is it. */
enum err invitee_find(struct ctx *c, const char *email, struct invitee *out) MUST_CHECK;

/* Has a password of his own to prove himself by. */
bool invitee_is_known(const struct invitee *who);

struct joining {
	const struct invitation *invitation;
	struct invitee who;
	const char *name;          /* of a new person */
	const char *password_hash; /* NULL when he has one already */
};

/* Person and membership, with the log.  ERR_CONFLICT "already-member", "login-taken". */
enum err invitee_join(struct ctx *c, const struct joining *j, int64_t *person_id,
                      int64_t *membership_id) MUST_CHECK;

#endif
