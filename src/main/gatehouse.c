/*
 * gatehouse: one pool of the server, the portal's or the billing system's.
 *
 * With a listening socket on descriptor 0 (mod_fcgid, spawn-fcgi) it serves
 * that one; otherwise it makes its own.  --check says by its exit status
 * whether it would start.
 */
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "core/load.h"
#include "core/memo.h"
#include "http/pool.h"
#include "main/boot.h"
#include "signin/gate.h"
#include "web/metrics.h"
#include "web/web.h"

#define REQUEST_MEMORY_MAX (32u * 1024 * 1024)
#define IO_TIMEOUT_SEC     10

struct server {
	struct boot boot;
	struct web_config web;
	struct pool_config pool;
	struct openapi *openapi;
};

static void *worker_new(void *app, int number)
{
	const struct server *s = app;

	(void)number;
	return web_worker_new(&s->web);
}

static void worker_free(void *worker)
{
	web_worker_free(worker);
	db_thread_end();
}

static void serve(void *worker, struct request *rq, struct response *rs, struct arena *mem)
{
	web_serve(worker, rq, rs, mem);
}

static int64_t body_max(void *worker, const struct request *rq)
{
	return web_body_max(worker, rq);
}

static bool is_listening(int fd)
{
	int on = 0;
	socklen_t n = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) == 0 && on;
}

/* Exports never hold all workers: callbacks always find one. */
static int export_slots(const struct settings *set)
{
	int64_t workers = set->processes * set->billing_threads;

	if (set->export_share < workers)
		return (int)set->export_share;
	return workers > 1 ? (int)workers - 1 : 1;
}

static void fill_pool(struct server *s)
{
	const struct settings *set = &s->boot.set;
	bool billing = s->web.kind == POOL_BILLING;

	s->pool = (struct pool_config){
		.socket_path = billing ? set->billing_socket : set->portal_socket,
		.processes = (int)set->processes,
		.threads = billing ? (int)set->billing_threads : (int)set->threads,
		.deadline_sec = (int)set->request_deadline_sec,
		.io_timeout_sec = IO_TIMEOUT_SEC,
		.arena_max_bytes = REQUEST_MEMORY_MAX,
		.handoff = set->spool_handoff,
		.handoff_prefix = set->spool_prefix,
		.spool_dir = set->spool_dir,
		.base_path = set->base_path,
		.server_name = billing ? "billing" : "portal",
		.argv = s->pool.argv,
	};
	if (is_listening(STDIN_FILENO))
		s->pool.socket_path = NULL;
}

/* What all processes of the pool share is made before them. */
static void fill_web(struct server *s)
{
	const struct settings *set = &s->boot.set;

	s->boot.core.load = pool_shared_memory(sizeof(*s->boot.core.load));
	s->boot.core.gate = gate_new((int)set->hash_gate);
	s->boot.core.export_gate = gate_new(export_slots(set));
	s->web.core = &s->boot.core;
	s->web.db = s->boot.db;
	s->web.metrics_allow = set->metrics_allow;
	s->web.metrics = metrics_new();
	s->openapi = openapi_new(set->base_path);
	s->web.openapi = s->openapi;
	s->web.memo = pool_shared_memory(sizeof(*s->web.memo));
}

/* A database that is away does not keep us from starting; one that is wrong does. */
static bool may_start(struct server *s)
{
	const char *why = NULL;
	struct db *db;
	enum err e;

	if (!web_check_routes(web_tables(s->web.kind), &why)) {
		log_event(LOG_ERROR, "routes", LOG_S("problem", why));
		return false;
	}
	db = db_new(&s->boot.db);
	e = boot_check_database(&s->boot, db);
	db_free(db);
	return !e || e == ERR_UNAVAILABLE;
}

static int run(struct server *s)
{
	struct pool_app app = {
		.app = s,
		.worker_new = worker_new,
		.worker_free = worker_free,
		.serve = serve,
		.body_max = body_max,
	};
	int status;

	/* A few heaps for many threads: idle ones would each keep their own. */
	mallopt(M_ARENA_MAX, 2);
	fill_web(s);
	fill_pool(s);
	status = pool_run(&s->pool, &app);
	openapi_free(s->openapi);
	metrics_free(s->web.metrics);
	gate_free(s->boot.core.export_gate);
	gate_free(s->boot.core.gate);
	return status;
}

static int usage(FILE *to, int status)
{
	fputs("usage: gatehouse --pool=portal|billing [--config=FILE] [--check]\n"
	      "       gatehouse --help | --version\n",
	      to);
	return status;
}

static bool read_pool(const char *name, enum pool_kind *out)
{
	if (strcmp(name, "portal") != 0 && strcmp(name, "billing") != 0)
		return false;
	*out = *name == 'b' ? POOL_BILLING : POOL_PORTAL;
	return true;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "pool", required_argument, NULL, 'p' },
		{ "check", no_argument, NULL, 'k' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct server s = { .web.kind = POOL_PORTAL };
	const char *config = NULL;
	bool named = false, check = false;
	int o, status = EXIT_CONFIG;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'c')
			config = optarg;
		else if (o == 'p' && read_pool(optarg, &s.web.kind))
			named = true;
		else if (o == 'k')
			check = true;
		else if (o == 'v')
			return puts("gatehouse " PACKAGE_VERSION) < 0;
		else
			return usage(o == 'h' ? stdout : stderr, o == 'h' ? EXIT_SUCCESS : 2);
	}
	if (!named || optind < argc)
		return usage(stderr, 2);
	if (!boot_open(&s.boot, config,
	               s.web.kind == POOL_BILLING ? LOGIN_BILLING : LOGIN_PORTAL))
		return EXIT_CONFIG;
	s.pool.argv = argv;
	if (may_start(&s))
		status = check ? EXIT_SUCCESS : run(&s);
	boot_close(&s.boot);
	return status;
}
