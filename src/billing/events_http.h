/*
 * events_http.h - the log of billing events and the sources, over HTTP.
 *
 * Payloads leave the server with their secrets masked, and only for who may
 * see payloads.
 */
#ifndef BILLING_EVENTS_HTTP_H
#define BILLING_EVENTS_HTTP_H

#include "web/route.h"

extern const struct route events_routes[];  /* of the portal */
extern const struct route events_exports[]; /* of the billing pool */

#endif
