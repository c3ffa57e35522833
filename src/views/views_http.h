/*
 * views_http.h - saved views of the person who asks, and those shared with him.
 *
 * No visitor and no key changes them: they are how one person likes to look.
 */
#ifndef VIEWS_VIEWS_HTTP_H
#define VIEWS_VIEWS_HTTP_H

#include "web/route.h"

extern const struct route views_routes[];

#endif
