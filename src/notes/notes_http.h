/*
 * notes_http.h - notes about an account over HTTP, for those above it.
 */
#ifndef NOTES_NOTES_HTTP_H
#define NOTES_NOTES_HTTP_H

#include "web/route.h"

extern const struct route notes_routes[];

#endif
