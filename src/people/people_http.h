/*
 * people_http.h - end points of everybody the caller sees.
 */
#ifndef PEOPLE_PEOPLE_HTTP_H
#define PEOPLE_PEOPLE_HTTP_H

#include "web/route.h"

extern const struct route people_routes[];

#endif
