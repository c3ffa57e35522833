/*
 * devices_http.h - the devices of an account over HTTP, and as CSV.
 *
 * Reading only: cameras come and go by billing's events.
 */
#ifndef DEVICES_DEVICES_HTTP_H
#define DEVICES_DEVICES_HTTP_H

#include "web/route.h"

extern const struct route devices_routes[], devices_exports[];

#endif
