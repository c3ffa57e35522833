/*
 * inner.h - what the files of this folder share.
 *
 * A locked grant is the lock of all its visits: who starts, ends or revokes
 * one takes it first.
 */
#ifndef SUPPORT_INNER_H
#define SUPPORT_INNER_H

#include "core/change.h"
#include "support/support.h"

/* How long nobody may answer a request before it counts as expired. */
#define SUPPORT_ASKED_USEC (7 * USEC_PER_DAY)

/* The grant as it stands, its row locked; account_id 0: of any account the caller sees. */
enum err grant_lock(struct ctx *c, int64_t account_id, int64_t id,
                    struct support_grant *out) MUST_CHECK;

/* Whom, where from: what must hold when leave is asked for and again when it is used. */
enum err grant_check(struct ctx *c, int64_t account_id, int64_t person_id,
                     int64_t membership_id) MUST_CHECK;

/* A visit that has not ended, and what its log lines say. */
struct visit_open {
	int64_t id, account_id;
	const char *account_name;
	int64_t membership_id;
	const char *member_name, *operator_label;
	int64_t operator_home_id;
	const char *operator_home_name;
	bool may_write;
	const char *why; /* it is over, or NULL */
};

/* In the user's account and in the operator's. */
enum err visit_log(struct ctx *c, enum action action, const struct visit_open *v,
                   const char *reason) MUST_CHECK;

/* Whether the caller is of the account itself, not of one above that acts there. */
bool grant_is_own(const struct ctx *c, int64_t account_id);

/*
 * Mails to those of the account who decide about visits, never to the caller:
 * that somebody asks, and that somebody has begun.
 */
enum err support_tell_asked(struct ctx *c, const struct support_grant *g) MUST_CHECK;
enum err support_tell_started(struct ctx *c, const struct support_grant *g,
                              struct stamp until) MUST_CHECK;

/* ERR_CONFLICT "nobody-decides" when nobody of the account could agree now. */
enum err support_check_decider(struct ctx *c, int64_t account_id) MUST_CHECK;

/* All open ones of a grant, or of a grant and nobody else's. */
enum err visits_close_grant(struct ctx *c, int64_t grant_id, const char *why) MUST_CHECK;

#endif
