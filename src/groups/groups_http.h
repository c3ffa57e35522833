/*
 * groups_http.h - the groups of an account, and who is in them.
 */
#ifndef GROUPS_GROUPS_HTTP_H
#define GROUPS_GROUPS_HTTP_H

#include "web/route.h"

extern const struct route groups_routes[];

#endif
