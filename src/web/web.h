/*
 * web.h - the stages every request passes.
 *
 * route, headers, origin, actor, permission, query, body, version, run: a
 * list, so their order is data.  A request is a unit of work: one arena, one
 * transaction, one answer, one log line.  A refusal on a version carries what
 * the GET route of the same path answers now.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "web/route.h"

struct web_config {
	const struct core_config *core;
	enum pool_kind kind;
	struct db_config db;
	const char *metrics_allow;
	struct metrics *metrics; /* of metrics_new(), made before the processes; or NULL */
	struct memo *memo; /* zeroed memory of all processes; or NULL */
	const struct openapi *openapi; /* of openapi_new() */
	const struct route_table *tables; /* NULL: those of the pool; tests bring their own */
};

struct web_worker;

/* In the thread that will serve; connects to the database with the first request. */
struct web_worker *web_worker_new(const struct web_config *config);
void web_worker_free(struct web_worker *w);
void web_serve(struct web_worker *w, struct request *rq, struct response *rs, struct arena *mem);

/* What pool_app.body_max wants: -1 when serve will refuse the request by its head. */
int64_t web_body_max(struct web_worker *w, const struct request *rq);

/* Twins, routes without permission, mode, name or summary; says what, false if any. */
bool web_check_routes(const struct route_table *tables, const char **why);

/* The tables of a pool. */
const struct route_table *web_tables(enum pool_kind kind);

/* The OpenAPI 3.1 document of both pools, as JSON. */
void openapi_write(struct buf *b, const char *base_path);

/* The same, made before the processes: all requests are answered from its memory. */
struct openapi *openapi_new(const char *base_path);
void openapi_free(struct openapi *o);

#endif
