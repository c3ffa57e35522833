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
#include <time.h>

#include "base/log.h"
#include "main/boot.h"
#include "main/jobs.h"

#define ROUND_MEMORY_MAX (64u * 1024 * 1024)
#define IDLE_MSEC 500
#define PAUSE_MSEC_MAX 5000
#define LANES_MAX 3

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

/*
 * Work that can wait gives way: it pauses half as long as it works, and three times as
 * long when it takes twice what it takes at best, for then others want the database too.
 */
#define PACE_MAX_USEC (20 * 1000)
struct pace {
	bool on;
	int64_t best_usec;
};

static void pace_pause(struct pace *p, int64_t took_usec)
{
	int64_t usec;

	if (!p->on)
		return;
	/* What was best once need not be possible for ever. */
	p->best_usec += p->best_usec / 256;
	if (p->best_usec == 0 || took_usec < p->best_usec)
		p->best_usec = took_usec;
	usec = took_usec > 2 * p->best_usec ? 3 * took_usec : took_usec / 2;
	usec = usec < PACE_MAX_USEC ? usec : PACE_MAX_USEC;
	nanosleep(&(struct timespec){ .tv_nsec = usec * 1000 }, NULL);
}

/* Work that goes on beside other work, with a connection and memory of its own. */
struct lane {
	struct boot *b;
	enum err (*run)(struct lane *l, struct ctx *c, bool *did);
	struct jobs_clock clock;
	struct pace pace;
	bool once;
	enum err e; /* of the last round */
};

static enum err run_others(struct lane *l, struct ctx *c, bool *did)
{
	return jobs_run_round(c, &l->clock, did);
}

static enum err run_bulk(struct lane *l, struct ctx *c, bool *did)
{
	(void)l;
	return jobs_run_bulk(c, did);
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
		int64_t began_usec = stamp_monotonic_usec();
		bool did = run_round(l, db, &mem);

		if (l->once && !did)
			break;
		pause_msec = !l->e                             ? IDLE_MSEC
		             : pause_msec * 2 > PAUSE_MSEC_MAX ? PAUSE_MSEC_MAX
		                                               : pause_msec * 2;
		if (!did && !stopping)
			poll(NULL, 0, pause_msec);
		else if (did)
			pace_pause(&l->pace, stamp_monotonic_usec() - began_usec);
	}
	arena_release(&mem);
	db_free(db);
}

static void *lane_main(void *arg)
{
	run_lane(arg);
	db_thread_end();
	return NULL;
}

/* Signals are the main thread's: its poll() is to end by them. */
static bool start_lane(struct lane *l, pthread_t *out)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	failed = pthread_create(out, NULL, lane_main, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed == 0;
}

/* Those beside the first have threads of their own; without one of them it does not start. */
static bool run_lanes(struct lane *lanes, size_t n)
{
	pthread_t threads[LANES_MAX];
	size_t started = 1;

	while (started < n && start_lane(&lanes[started], &threads[started]))
		started++;
	stopping = stopping || started < n;
	run_lane(&lanes[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(threads[i], NULL);
	return started == n;
}

/*
 * A mail server that does not answer holds up mail and nothing else, and a job of very many
 * accounts nothing that is due.
 */
static int run(struct boot *b, bool once)
{
	struct lane lanes[LANES_MAX] = {
		{ .b = b, .run = run_others, .once = once },
		{ .b = b, .run = run_bulk, .once = once, .pace.on = !once },
		{ .b = b, .run = run_mail, .once = once },
	};
	bool good = true;

	b->mail.stopping = &stopping;
	if (!once)
		good = run_lanes(lanes, LANES_MAX);
	for (size_t i = 0; i < LANES_MAX; i++) {
		if (once) /* mail last: the others may have promised some */
			run_lane(&lanes[i]);
		good = good && !lanes[i].e;
	}
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
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
