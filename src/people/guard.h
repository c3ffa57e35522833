/*
 * guard.h - who may change whom: rules above permissions.
 *
 * Nobody gives more than he has, nobody changes his own role, state or end, and
 * nobody changes somebody who may do more than himself.  An organisation keeps
 * an owner: guard_last_owner() locks the account first, so that two requests
 * cannot each take "the other one".  The system itself passes all of them.
 */
#ifndef PEOPLE_GUARD_H
#define PEOPLE_GUARD_H

#include "core/ctx.h"

/* ERR_DENIED "own-membership". */
enum err guard_not_self(struct ctx *c, int64_t person_id) MUST_CHECK;

/* Within what the caller holds; else ERR_DENIED "more-than-own". */
enum err guard_grantable(struct ctx *c, struct perm_set wanted) MUST_CHECK;

/* What the member may do is within what the caller may; else ERR_DENIED "higher-member". */
enum err guard_rank(struct ctx *c, int64_t membership_id) MUST_CHECK;

/* The same as a question, of what is known of the member (struct access_facts). */
struct access_facts;
bool guard_outranks(const struct ctx *c, const struct access_facts *f);

/*
 * Before somebody changes what belongs to the person and not to one membership
 * (address, second factor): every account of his is the caller's too, and
 * guard_rank() of each; else ERR_DENIED "belongs-elsewhere".
 */
enum err guard_whole_person(struct ctx *c, int64_t person_id) MUST_CHECK;

/*
 * In a writing transaction, before a membership loses its owner's role, its
 * life or an end comes to it.  ERR_CONFLICT "last-owner" when nobody else would be
 * left who is owner for good, or nobody who has ever signed in.  Accounts of private persons
 * and accounts without people have no such rule.
 */
enum err guard_last_owner(struct ctx *c, int64_t account_id,
                          int64_t but_membership_id) MUST_CHECK;

/* The same as a question, of what stands there now. */
enum err guard_is_last_owner(struct ctx *c, int64_t account_id, int64_t membership_id,
                             bool *last) MUST_CHECK;

#endif
