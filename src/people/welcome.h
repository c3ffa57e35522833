/*
 * welcome.h - the mail to somebody who has become a member of an account.
 *
 * Who is new is led to the page that mails him a one-time code and takes his
 * first password; the mail itself holds no secret, so it may be sent again.
 * Who is known already is told that he has one account more.
 */
#ifndef PEOPLE_WELCOME_H
#define PEOPLE_WELCOME_H

#include "core/ctx.h"

struct welcome {
	int64_t person_id, account_id;
	const char *account_name;
	const char *name, *login, *email, *locale; /* locale may be NULL */
	bool known;                                /* has a password already */
};

/* In the transaction that makes the membership. */
enum err welcome_send(struct ctx *c, const struct welcome *w) MUST_CHECK;

#endif
