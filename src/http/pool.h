/*
 * pool.h - a parent, a few processes, a few threads each, one listening socket.
 *
 * In each process the threads share one epoll of parked keep-alive
 * connections; a thread serves one request at a time, so a worker's state
 * needs no lock.  A request past its deadline ends its process (exit 75); the
 * parent starts a new one, with back-off.  SIGTERM lets running requests
 * finish; SIGHUP reads program and configuration anew (heir.h), starts new
 * processes and retires the old ones, refusing nobody.  Started with a socket
 * on descriptor 0 it serves that one itself, one worker, no parent.
 */
#ifndef HTTP_POOL_H
#define HTTP_POOL_H

#include "http/http.h"

struct pool_app {
	void *app;
	/* In the child, once a process; false ends it. */
	bool (*process_begin)(void *app);
	/* In its thread, once a worker. */
	void *(*worker_new)(void *app, int number);
	void (*worker_free)(void *worker);
	/* Answers one request, whose target is checked and whose body is read. */
	void (*serve)(void *worker, struct request *rq, struct response *rs, struct arena *mem);
	/*
	 * The ceiling of the body of a request whose head is known: bytes, or -1 to
	 * throw the body away and let serve() refuse.
	 */
	int64_t (*body_max)(void *worker, const struct request *rq);
};

struct pool_config {
	const char *socket_path; /* NULL: descriptor 0 */
	int processes, threads;
	int deadline_sec;   /* a request, from accept to finish */
	int io_timeout_sec; /* one read or write of the peer */
	int nice;
	size_t arena_max_bytes;
	const char *handoff; /* "accel", "sendfile" or "none" */
	const char *handoff_prefix, *spool_dir;
	const char *base_path;
	const char *server_name; /* for the log */
	char *const *argv; /* the program's own words, which SIGHUP runs anew; or NULL */
};

/* Zeroed memory that the processes of the pool will share; made before pool_run(). */
void *pool_shared_memory(size_t n);

/* Serves until SIGTERM; returns the exit status of the program. */
int pool_run(const struct pool_config *config, const struct pool_app *app);

#endif
