/*
 * signin_http.h - signing in and out, and the caller's own settings.
 *
 * GET /api/v1/session is what a page asks first: one statement, two for a
 * person with several memberships.
 */
#ifndef SIGNIN_SIGNIN_HTTP_H
#define SIGNIN_SIGNIN_HTTP_H

#include "web/route.h"

extern const struct route signin_routes[];

/* The session as every end point answers it, and its cookie (more: "; Max-Age=0"). */
struct session;
extern const struct shape session_shape;
enum err session_answer(struct ctx *c, const struct session *s, struct response *rs) MUST_CHECK;
const char *session_cookie(struct ctx *c, const char *value, const char *more);

#endif
