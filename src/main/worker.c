/*
 * gatehouse-worker: does due work until it is told to end.
 */
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
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

/* Work that goes on beside other work, with a connection and memory of its own. */
struct lane {
	struct boot *b;
	enum err (*run)(struct lane *l, struct ctx *c, bool *did);
	struct jobs_clock clock;
	bool once;
	enum err e; /* of the last round */
};

static enum err run_others(struct lane *l, struct ctx *c, bool *did)
{
	return jobs_run_round(c, &l->clock, did);
}

static enum err run_mail(struct lane *l, struct ctx *c, bool *did)
{
	(void)l;
	return jobs_run_mail(c, did);
}

/* One round on fresh memory; true when it found work. */
static bool run_round(struct lane *l, struct db *db, struct arena *mem)
{
	bool did = false;
	struct ctx c;

	ctx_init_system(&c, mem, db, &l->b->core, "worker");
	l->e = l->run(l, &c, &did);
	if (l->e)
		log_event(LOG_ERROR, "round", LOG_S("err", err_name(l->e)),
		          LOG_S("code", c.fault.code), LOG_S("detail", db_error(db)),
		          LOG_S("id", c.request_id));
	arena_reset(mem);
	return did;
}

static void run_lane(struct lane *l)
{
	struct db *db = db_new(&l->b->db);
	struct arena mem;
	int pause_msec = IDLE_MSEC;

	arena_init(&mem, ROUND_MEMORY_MAX);
	while (!stopping) {
		bool did = run_round(l, db, &mem);

		if (l->once && !did)
			break;
		pause_msec = !l->e                             ? IDLE_MSEC
		             : pause_msec * 2 > PAUSE_MSEC_MAX ? PAUSE_MSEC_MAX
		                                               : pause_msec * 2;
		if (!did && !stopping)
			poll(NULL, 0, pause_msec);
	}
	arena_release(&mem);
	db_free(db);
}

static void *mail_main(void *arg)
{
	run_lane(arg);
	db_thread_end();
	return NULL;
}

/* Signals are the main thread's: its poll() is to end by them. */
static bool start_mail(struct lane *l, pthread_t *out)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	failed = pthread_create(out, NULL, mail_main, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed == 0;
}

/* A mail server that does not answer holds up mail and nothing else. */
static int run(struct boot *b, bool once)
{
	struct lane others = { .b = b, .run = run_others, .once = once };
	struct lane mail = { .b = b, .run = run_mail, .once = once };
	pthread_t thread;

	b->mail.stopping = &stopping;
	if (once) { /* mail last: the others may have promised some */
		run_lane(&others);
		run_lane(&mail);
	} else if (start_mail(&mail, &thread)) {
		run_lane(&others);
		pthread_join(thread, NULL);
	} else {
		return EXIT_FAILURE;
	}
	return others.e || mail.e ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* A database that is away is waited for; one that is wrong is not. */
static bool may_start(struct boot *b)
{
	struct db *db = db_new(&b->db);
	enum err e = boot_check_database(b, db);

	db_free(db);
	return !e || e == ERR_UNAVAILABLE;
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
	int o, status = EXIT_CONFIG;

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
		return EXIT_CONFIG;
	if (may_start(&b)) {
		log_event(LOG_INFO, "start", LOG_S("program", "gatehouse-worker"));
		status = run(&b, once);
	}
	boot_close(&b);
	return status;
}
