/*
 * revoke.h - ending sessions, in the transaction of the change that demands it.
 *
 * It stands below accounts, holds and signin, so that each of them can use it.
 * A writing request locks its own session, key or visit first; ending it
 * therefore waits for writes that are under way, and no write follows.  why is a stable
 * word ("suspended", "password", "removed", "terminated", "signed-out").
 *
 * What ends sessions for good, all but "signed-out", "ended" and "switched", revokes
 * API keys too, cancels links and codes sent by mail, and ends visits to those who
 * lost a membership or its account: who is brought back begins anew.
 */
#ifndef PEOPLE_REVOKE_H
#define PEOPLE_REVOKE_H

#include "core/ctx.h"

/* All of a person, but the one whose hash is keep (or NULL). */
enum err sessions_revoke_person(struct ctx *c, int64_t person_id, const unsigned char *keep,
                                const char *why) MUST_CHECK;
enum err sessions_revoke_membership(struct ctx *c, int64_t membership_id,
                                    const char *why) MUST_CHECK;

/* All that act from this account or any below it; count may be NULL. */
enum err sessions_revoke_under(struct ctx *c, int64_t account_id, const char *why,
                               int64_t *count) MUST_CHECK;

/*
 * Whether people of this one account have what outlives sessions: a key, a link
 * sent by mail, a visit.
 */
enum err sessions_kept(struct ctx *c, int64_t account_id, bool *any) MUST_CHECK;

/* How many live sessions that would end. */
enum err sessions_count_under(struct ctx *c, int64_t account_id, int64_t *count) MUST_CHECK;

/* How many of one person live. */
enum err sessions_count_person(struct ctx *c, int64_t person_id, int64_t *count) MUST_CHECK;

#endif
