/*
 * agenda_http.h - what comes soon, over HTTP.
 *
 * One page of the nearest; total says whether there are more.
 */
#ifndef AGENDA_AGENDA_HTTP_H
#define AGENDA_AGENDA_HTTP_H

#include "web/route.h"

extern const struct route agenda_routes[];

#endif
