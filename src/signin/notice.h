/*
 * notice.h - telling a person by mail what happened to his way in.
 *
 * In the transaction of what happened.  Who has no address is told nothing,
 * and nothing fails for it.
 */
#ifndef SIGNIN_NOTICE_H
#define SIGNIN_NOTICE_H

#include "core/ctx.h"

/* Whom to write to; email NULL when there is no address. */
struct recipient {
	int64_t person_id;
	const char *login, *name, *email, *locale, *state;
	bool can_change_password;
	int64_t account_id; /* of a live membership, else the platform: whose mail it is */
	const char *account_name;
};

/* ERR_NOT_FOUND without a story; who was removed is not found. */
enum err recipient_find(struct ctx *c, int64_t person_id, struct recipient *out) MUST_CHECK;

enum err notice_password_changed(struct ctx *c, const struct recipient *r) MUST_CHECK;
/* state: "on", "off", "reset", "recovery". */
enum err notice_two_step(struct ctx *c, const struct recipient *r,
                         const char *state) MUST_CHECK;

/*
 * A session was made just now: tells the person when he signed in before, but
 * never, in what is remembered, from this kind of browser.  Versions do not
 * count, so an update of the browser is no new device.
 */
enum err notice_new_device(struct ctx *c, const struct recipient *r,
                           const char *user_agent) MUST_CHECK;

/*
 * A whole link: what is between is made from the configuration, never from a
 * request.  token NULL: the page alone.
 */
const char *link_to(struct ctx *c, const char *page, const char *token);

extern const struct db_query *const notice_queries[];

#endif
