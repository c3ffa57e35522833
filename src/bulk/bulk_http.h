/*
 * bulk_http.h - one act on many accounts, over HTTP.
 */
#ifndef BULK_BULK_HTTP_H
#define BULK_BULK_HTTP_H

#include "web/route.h"

extern const struct route bulk_routes[];

#endif
