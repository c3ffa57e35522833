/*
 * keys_http.h - API keys of an account.
 *
 * The key itself is in the answer that makes it and nowhere else, so that
 * answer is not kept for repeats: who loses it makes another key.
 */
#ifndef KEYS_KEYS_HTTP_H
#define KEYS_KEYS_HTTP_H

#include "web/route.h"

extern const struct route keys_routes[];

#endif
