/*
 * gatehouse-worker: does due work until it is told to end.
 */
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "main/boot.h"
#include "main/jobs.h"

#define ROUND_MEMORY_MAX (64u * 1024 * 1024)
#define IDLE_MSEC 500
#define PAUSE_MSEC_MAX 5000

static volatile sig_atomic_t stopping;

static void on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

static void catch_signals(void)
{
	struct sigaction stop = { .sa_handler = on_stop };

	sigemptyset(&stop.sa_mask);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* One round on fresh memory; true when it found work. */
static bool run_round(struct boot *b, struct db *db, struct arena *mem, struct jobs_clock *clock,
                      enum err *e)
{
	bool did = false;
	struct ctx c;

	ctx_init_system(&c, mem, db, &b->core, "worker");
	*e = jobs_run_round(&c, clock, &did);
	if (*e)
		log_event(LOG_ERROR, "round", LOG_S("err", err_name(*e)),
		          LOG_S("code", c.fault.code), LOG_S("detail", db_error(db)),
		          LOG_S("id", c.request_id));
	arena_reset(mem);
	return did;
}

static int run(struct boot *b, struct db *db, bool once)
{
	struct jobs_clock clock = { 0 };
	struct arena mem;
	int pause_msec = IDLE_MSEC;
	enum err e = OK;

	arena_init(&mem, ROUND_MEMORY_MAX);
	while (!stopping) {
		bool did = run_round(b, db, &mem, &clock, &e);

		if (once && !did)
			break;
		pause_msec = !e                                ? IDLE_MSEC
		             : pause_msec * 2 > PAUSE_MSEC_MAX ? PAUSE_MSEC_MAX
		                                               : pause_msec * 2;
		if (!did && !stopping)
			poll(NULL, 0, pause_msec);
	}
	arena_release(&mem);
	return e ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int usage(FILE *to, int status)
{
	fputs("usage: gatehouse-worker [--config=FILE] [--once]\n", to);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' }, { "once", no_argument, NULL, 'o' },
		{ "version", no_argument, NULL, 'v' },      { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *config = NULL;
	bool once = false;
	struct boot b;
	struct db *db;
	enum err e;
	int o, status = EXIT_FAILURE;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'c')
			config = optarg;
		else if (o == 'o')
			once = true;
		else if (o == 'v')
			return puts("gatehouse-worker " PACKAGE_VERSION) < 0;
		else
			return usage(o == 'h' ? stdout : stderr, o == 'h' ? 0 : 2);
	}
	if (optind < argc)
		return usage(stderr, 2);
	catch_signals();
	if (!boot_open(&b, config, LOGIN_WORKER))
		return EXIT_FAILURE;
	db = db_new(&b.db);
	e = boot_check_database(&b, db);
	if (!e || e == ERR_UNAVAILABLE) {
		log_event(LOG_INFO, "start", LOG_S("program", "gatehouse-worker"));
		status = run(&b, db, once);
	}
	db_free(db);
	boot_close(&b);
	return status;
}
