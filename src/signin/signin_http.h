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

#endif
