/*
 * route.h - end points as data.
 *
 * Method, path, permission, database mode, ceilings, input and output: all a
 * reviewer asks about an end point stands in its row, and the OpenAPI document
 * is made from the rows.  A route without a permission does not start.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "core/ctx.h"
#include "core/page.h"
#include "http/http.h"
#include "json/json_out.h"

enum route_mode {
	ROUTE_NONE,  /* found missing at start */
	ROUTE_READ,  /* one consistent picture */
	ROUTE_WRITE, /* a transaction, run again on deadlock; must leave a change-log row */
	ROUTE_QUIET, /* as WRITE, with nothing worth logging */
	ROUTE_FREE   /* none around it: sign-in, exports, callbacks */
};

/* The form of an answer: members, and nested arrays or objects. */
struct shape;
struct shape_part {
	const char *name;
	const struct shape *shape; /* NULL: texts */
	bool many;
};
struct shape {
	const char *name; /* "Account": its schema in the OpenAPI document */
	struct fields fields;
	const struct shape_part *parts; /* ended by a NULL name, or NULL */
};

typedef enum err route_run(struct ctx *c, const struct request *rq, struct response *rs);

struct route {
	enum method method;
	const char *path; /* "/api/v1/accounts/{acc}/holds/{hld}"; {source} is a word */
	route_run *run;
	enum perm perm;
	enum route_mode mode;
	const char *name;              /* operationId: "listAccounts" */
	const char *summary;           /* one phrase */
	const struct json_table *in;   /* body, or NULL */
	const struct json_table *args; /* query, or NULL */
	const struct shape *out;       /* answer, or NULL for none */
	bool list;                     /* the answer is {"items":[out],"next","prev","total"} */
	bool raw_body;                 /* the handler reads rq->body itself (callbacks) */
	bool versioned;                /* If-Match is required */
	bool own;       /* by the person himself: never in a visit, never with an API key */
	bool unvisited; /* never in a visit, whatever the visit may */
	bool or_nobody; /* also without a session: c->session is NULL then */
	bool proof;      /* the person has proved who he is within five minutes; no API key has */
	bool key_proves; /* but a key: who made it proved himself, and named the permission */
	size_t body_max; /* bytes; 0: no body */
	int status;      /* of success; 0 is 200 */
	const char *produces; /* NULL: application/json */
};

/* A module's face to the web: routes ended by a NULL path. */
struct route_table {
	const char *tag; /* "Accounts" */
	const struct route *routes;
	const char *help; /* of the tag, where it stands first */
};

enum pool_kind { POOL_PORTAL, POOL_BILLING };

/* Ended by a NULL tag. */
extern const struct route_table portal_tables[], billing_tables[];

/* Common pieces of handlers. */
void answer_row(struct response *rs, const struct shape *shape, const void *row);
void answer_etag(struct response *rs, struct arena *mem, int64_t ver); /* "v7" */
void answer_items(struct response *rs, const struct shape *shape, const void *rows, size_t n,
                  size_t row_size, const struct page_end *end);
/* The same where rows have parts: the caller writes them between the two. */
void answer_items_begin(struct response *rs);
void answer_items_end(struct response *rs, const struct page_end *end);

#endif
