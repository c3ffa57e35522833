/*
 * inner.h - what the files of this folder share.
 *
 * Nobody else calls these: they leave parts of a change to their caller.
 */
#ifndef REGISTRATIONS_INNER_H
#define REGISTRATIONS_INNER_H

#include "core/change.h"
#include "registrations/registrations.h"

/* The account somebody registers with. */
struct host {
	int64_t id;
	const char *name, *mode; /* mode NULL: nobody says anything */
	int64_t role_id;         /* the default role, or 0 */
	int64_t stops;
	bool two_step;
};

/* By key, or by a reseller's account number; ERR_NOT_FOUND without a story. */
enum err host_find(struct ctx *c, int64_t id, struct host *out) MUST_CHECK;
enum err host_by_code(struct ctx *c, const char *code, struct host *out) MUST_CHECK;
bool host_is_open(const struct host *h);

/* Whose account it is to be: the company, or the person. */
const char *registration_label(const struct registration *r);

/* Account, main user and role; the address is confirmed.  ERR_CONFLICT "login-taken". */
struct opening {
	const struct registration *from;
	int64_t role_id; /* 0: the usual one */
	bool by_default; /* the policy's: what does not fit is passed over */
};
enum err registration_open(struct ctx *c, const struct opening *o,
                           int64_t *account_id) MUST_CHECK;

/* Ends as approved, with its mail and its line in the log. */
enum err registration_approved(struct ctx *c, const struct registration *r,
                               int64_t account_id) MUST_CHECK;

/* A line in the log of the account it came to. */
enum err registration_log(struct ctx *c, enum action action, const struct registration *r,
                          const char *reason) MUST_CHECK;

#endif
