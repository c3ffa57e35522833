/*
 * custom_http.h - fields resellers define, and their values, over HTTP.
 */
#ifndef CUSTOM_CUSTOM_HTTP_H
#define CUSTOM_CUSTOM_HTTP_H

#include "web/route.h"

extern const struct route custom_routes[];

#endif
