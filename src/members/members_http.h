/*
 * members_http.h - end points of an account's people.
 */
#ifndef MEMBERS_MEMBERS_HTTP_H
#define MEMBERS_MEMBERS_HTTP_H

#include "web/route.h"

/* A member as every end point answers it. */
extern const struct shape member_shape;
enum err member_answer(struct ctx *c, int64_t account_id, int64_t id, struct response *rs);

extern const struct route members_routes[], member_session_routes[], resets_routes[],
	acting_routes[];

#endif
