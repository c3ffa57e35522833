/*
 * roles_http.h - roles, who has them, the switches of one member, and "why".
 */
#ifndef ROLES_ROLES_HTTP_H
#define ROLES_ROLES_HTTP_H

#include "web/route.h"

extern const struct route roles_routes[], member_access_routes[];

#endif
