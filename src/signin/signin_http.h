/*
 * signin_http.h - signing in and out, the second step, lost passwords, own settings.
 *
 * GET /api/v1/session is what a page asks first: one statement, two for a
 * person with several memberships.
 */
#ifndef SIGNIN_SIGNIN_HTTP_H
#define SIGNIN_SIGNIN_HTTP_H

#include "signin/session.h"
#include "web/route.h"

extern const struct route signin_routes[];  /* in and out */
extern const struct route second_routes[];  /* the second step, and proving it again */
extern const struct route recover_routes[]; /* a password by mail */
extern const struct route me_routes[];      /* what a person changes of himself */

/* The session as every end point answers it, and its cookie (more: "; Max-Age=0"). */
struct session;
extern const struct shape session_shape;
enum err session_answer(struct ctx *c, const struct session *s, struct response *rs) MUST_CHECK;
const char *session_cookie(struct ctx *c, const char *value, const char *more);

#endif
