/*
 * holds_http.h - suspend and enable, terminate and restore, over HTTP.
 *
 * A hold's own end points answer with the hold; those that end or return an
 * account answer with the account.
 */
#ifndef HOLDS_HOLDS_HTTP_H
#define HOLDS_HOLDS_HTTP_H

#include "web/route.h"

extern const struct route holds_routes[], life_routes[];

#endif
