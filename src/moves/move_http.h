/*
 * move_http.h - moving an account, over HTTP.
 *
 * The preview says in words what stands in the way; the act itself is refused
 * by the first of it.
 */
#ifndef MOVES_MOVE_HTTP_H
#define MOVES_MOVE_HTTP_H

#include "web/route.h"

extern const struct route move_routes[];

#endif
