/*
 * accounts_http.h - accounts over HTTP: the list, the card, changing, making.
 *
 * account_answer() is what every act on an account answers with: the account
 * as it stands after it.
 */
#ifndef ACCOUNTS_ACCOUNTS_HTTP_H
#define ACCOUNTS_ACCOUNTS_HTTP_H

#include "web/route.h"

extern const struct shape account_shape;

enum err account_answer(struct ctx *c, int64_t id, struct response *rs) MUST_CHECK;

extern const struct route accounts_routes[], contacts_routes[], sites_routes[];
extern const struct route accounts_exports[];

#endif
