/*
 * pass.h - one request on its way through the stages.
 *
 * A stage returns OK to go on; anything else ends the request and becomes the
 * answer.  Stages write what they find into the request, the ctx or here.
 */
#ifndef WEB_PASS_H
#define WEB_PASS_H

#include "core/memo.h"
#include "core/op.h"
#include "web/match.h"
#include "web/web.h"

struct web_worker {
	struct arena mem; /* holds the worker itself */
	const struct route_table *tables;
	struct core_config core;
	enum pool_kind kind;
	struct db *db;
	struct session_memo *sessions;
	struct source_memo *sources;
	struct memo *memo; /* the pool's, or NULL */
};

struct pass {
	struct web_worker *w;
	struct ctx c;
	struct request *rq;
	struct response *rs;
	struct match match;
	const struct route *route; /* match.route, for short */
	struct op op;
	const char *key;     /* Idempotency-Key, or NULL */
	bool stale; /* the caller changed between being known and writing */
	const char *current; /* for a refusal on a version: the object as it stands */
};

typedef enum err stage(struct pass *p);

/* stages.c, in the order they run */
stage stage_route, stage_headers, stage_origin, stage_actor, stage_permission, stage_query;
/* body.c */
stage stage_body, stage_version, stage_key;
/* run.c */
stage stage_run;

/* actor.c: who is calling.  ERR_UNAUTHENTICATED for nobody. */
enum err actor_resolve(struct pass *p) MUST_CHECK;

/* The API key of the request (RFC 6750), or NULL. */
const char *actor_key(const struct request *rq);

/* The object a GET of the same path shows now, as JSON; NULL when it shows none. */
const char *run_current(struct pass *p);

/* Adds a header line to the answer while there is room. */
void pass_header(struct response *rs, const char *line);

#endif
