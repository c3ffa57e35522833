/*
 * registrations_http.h - self-registration over HTTP: the public form, and the
 * work list of those who decide.
 */
#ifndef REGISTRATIONS_REGISTRATIONS_HTTP_H
#define REGISTRATIONS_REGISTRATIONS_HTTP_H

#include "web/route.h"

extern const struct route registration_routes[], registrations_routes[];

#endif
