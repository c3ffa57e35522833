/*
 * support_http.h - end points of support grants and visits.
 */
#ifndef SUPPORT_SUPPORT_HTTP_H
#define SUPPORT_SUPPORT_HTTP_H

#include "web/route.h"

extern const struct route support_routes[], visit_routes[];

#endif
