/*
 * match.h - from method and path to a route.
 *
 * A linear scan of constant patterns; "{acc}" takes a public id of that type,
 * any other "{name}" a word.  A segment that is no such id matches nothing, so
 * the answer is 404 and not a complaint about the id.
 */
#ifndef WEB_MATCH_H
#define WEB_MATCH_H

#include "web/route.h"

#define ROUTES_MAX 200

struct match {
	const struct route *route;
	int index; /* of the route among all of the pool; -1: none */
	unsigned allowed; /* methods the path has, a bit each */
};

/* Fills rq->ids and rq->words.  True when path and method have a route. */
bool match_route(const struct route_table *tables, struct request *rq, struct arena *mem,
                 struct match *out);

/* The route alone, or NULL. */
const struct route *match_find(const struct route_table *tables, enum method method,
                               const char *path);

/* The route of another method at the path that was matched, or NULL. */
const struct route *match_sibling(const struct route_table *tables, const struct route *route,
                                  enum method method);

/* The kind of id a path parameter holds; ID_NONE: a word. */
enum id_kind match_id_kind(const char *name, size_t n);

/* Calls fn for every route of the tables, in order. */
typedef void match_each(void *to, const struct route_table *table, const struct route *route,
                        int index);
void match_all(const struct route_table *tables, match_each *fn, void *to);

#endif
