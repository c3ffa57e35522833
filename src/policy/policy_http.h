/*
 * policy_http.h - the configuration of an account and its areas.
 */
#ifndef POLICY_POLICY_HTTP_H
#define POLICY_POLICY_HTTP_H

#include "web/route.h"

extern const struct route policy_routes[];

#endif
