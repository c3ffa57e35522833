/*
 * http.h - a request and its answer, as plain data.
 *
 * Nothing here knows FastCGI or the domain: tests build a request by hand.
 * The path is routed from REQUEST_URI alone; encoded slashes, dot segments and
 * empty segments are refused before anything else looks.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "json/json_in.h"

enum method {
	METHOD_GET, /* and HEAD: the same answer without its body */
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_OTHER,
	METHOD__MAX
};

#define REQUEST_IDS 4

#define REQUEST_ID_TEXT 33 /* 32 hexadecimal digits and NUL */

struct request {
	const char *id; /* the request id, made by the pool; NULL in tests */
	enum method method;
	const char *uri;   /* as sent */
	const char *path;  /* below the base path, begins with "/"; decoded and checked */
	const char *query; /* after "?", as sent, or "" */
	const char *const *params; /* FastCGI parameters "NAME=value", NULL-ended */
	const char *remote_addr;
	const char *body;
	size_t body_len;
	bool https;
	/*
	 * Long work calls it now and then: the deadline starts anew; false when the
	 * client has gone.  NULL in tests.
	 */
	bool (*beat)(void *peer);
	void *peer;

	/* Filled by the stages. */
	int64_t ids[REQUEST_IDS]; /* ids in the path, in order */
	const char *words[REQUEST_IDS]; /* {name} segments of the path, in order */
	const void *in;           /* the body, read by the route's table */
	struct json_seen seen;
	const void *args;         /* the query, read by the route's table */
	int64_t if_match;         /* the version of If-Match, 0 when absent */
};

struct ctx;
typedef void response_then(void *arg);

struct response {
	int status;
	const char *type;     /* NULL: application/json */
	const char *location; /* below the base path, or NULL */
	const char *etag;     /* with its quotes, or NULL */
	bool is_tagged;       /* the etag names the text already */
	const char *cookie;   /* whole Set-Cookie value, or NULL */
	const char *headers[8]; /* whole "Name: value" lines, NULL-ended */
	int retry_after_sec;
	const char *next, *prev; /* cursors of a list, for Link, or NULL */
	struct buf body;
	const char *file;      /* a file of the spool folder to hand over instead of the body */
	int64_t file_bytes;
	response_then *then; /* runs after the answer is sent; the connection serves others */
	void *then_arg;
};

/* 32 hexadecimal digits of a random UUID. */
void request_id_new(char out[REQUEST_ID_TEXT]);

/* "Not Found" for 404. */
const char *http_phrase(int status);

/* CONTENT_LENGTH: digits alone; NULL and "" are 0.  False when it is anything else. */
bool http_length_read(const char *s, int64_t *out) MUST_CHECK;

enum method method_of_text(const char *s);
const char *method_text(enum method m);

/* A FastCGI parameter ("HTTP_COOKIE") or NULL. */
const char *request_param(const struct request *rq, const char *name);

/* Same, but ERR_MALFORMED "repeated-header" when it is there twice; *out NULL when absent. */
enum err request_param_once(const struct request *rq, struct fault *f, const char *name,
                            const char **out) MUST_CHECK;

/* That for at most 64 names in one go, without their values. */
struct param_name {
	const char *s;
	size_t n;
};
#define PARAM_NAME(text) { (text), sizeof(text) - 1 }
enum err request_params_once(const struct request *rq, struct fault *f,
                             const struct param_name *names, size_t n) MUST_CHECK;

/* The value of a cookie, or NULL; ERR_MALFORMED when two have that name. */
enum err request_cookie(const struct request *rq, struct arena *mem, struct fault *f,
                        const char *name, const char **out) MUST_CHECK;

/* Splits and checks REQUEST_URI; base_path ends in "/". */
enum err request_target(struct arena *mem, struct fault *f, const char *uri, const char *base_path,
                        const char **path, const char **query) MUST_CHECK;

/*
 * Reads a query string by a table of JSON_IN entries: STR, I64, BOOL, STAMP, ID and
 * STRINGS (may repeat).  All complaints, pointers "/name"; repeated single ones refused.
 */
enum err query_read(struct arena *mem, struct fault *f, const char *query,
                    const struct json_table *table, void *out) MUST_CHECK;

#endif
