#include "http/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/worker.h"

/* A web server drops an idle connection long before. */
#define IDLE_SEC 60

/* How long running requests are waited for, by the way a process leaves. */
#define STOP_SEC   29 /* the parent kills after 30 */
#define RETIRE_SEC 1800
#define STUCK_SEC  2

/* Descriptors that are not connections of the web server: database, files, log. */
#define SPARE_FDS 64

static void ignore_signal(int number)
{
	(void)number;
}

static void wait_set(sigset_t *out)
{
	static const int numbers[] = { SIGTERM, SIGINT,        SIGQUIT,    SIGHUP,
		                       SIGCHLD, SIGNAL_RETIRE, SIGNAL_WAKE };

	sigemptyset(out);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		sigaddset(out, numbers[i]);
}

void process_prepare_signals(void)
{
	struct sigaction act = { .sa_handler = ignore_signal };
	sigset_t set;

	wait_set(&set);
	for (int s = 1; s < NSIG; s++)
		if (sigismember(&set, s) == 1)
			sigaction(s, &act, NULL);
	sigaction(SIGPIPE, &act, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* The next signal, or 0 when none came for so long. */
static int next_signal(int wait_msec)
{
	const struct timespec t = { .tv_sec = wait_msec / 1000,
		                    .tv_nsec = wait_msec % 1000 * 1000000L };
	sigset_t set;
	int s;

	wait_set(&set);
	s = sigtimedwait(&set, NULL, &t);
	return s > 0 ? s : 0;
}

static void leave(struct process *p, enum leave how)
{
	static const int patience_sec[] = {
		[LEAVE_STOP] = STOP_SEC, [LEAVE_RETIRE] = RETIRE_SEC, [LEAVE_STUCK] = STUCK_SEC
	};

	/* Retiring can still become a stop; the other way round nothing is gained. */
	if (atomic_load(&p->leave) && how != LEAVE_STOP)
		return;
	atomic_store(&p->leave_by, stamp_monotonic_usec() + patience_sec[how] * USEC_PER_SEC);
	if (!atomic_exchange(&p->leave, how)) {
		park_ignore(&p->park, p->start->listen_fd);
		if (p->start->handover.in >= 0)
			park_ignore(&p->park, p->start->handover.in);
	}
	atomic_store(&p->start->seats->v[p->start->seat].leaving, 1);
}

/* Told to end: with the pool, alone, or because the parent is gone. */
static void obey(struct process *p)
{
	const struct process_start *start = p->start;

	bool orphan = start->parent != 0 && getppid() != start->parent;

	/* Nobody will accept any more: a successor may have the path. */
	if (orphan)
		shutdown(start->listen_fd, SHUT_RDWR);
	if (orphan || start->parent == 0 || atomic_load(&start->seats->stopping))
		leave(p, LEAVE_STOP);
	else
		leave(p, LEAVE_RETIRE);
}

/* Whether a worker is stuck in a request past its deadline; its client is told. */
static bool find_overdue(struct process *p, struct worker *workers)
{
	char id[REQUEST_ID_TEXT];
	bool found = false;
	int64_t usec;

	for (int i = 0; i < p->start->threads; i++) {
		usec = worker_busy_usec(&workers[i], id);
		if (usec <= p->start->config->deadline_sec * USEC_PER_SEC)
			continue;
		log_event(LOG_ERROR, "overdue", LOG_S("id", &id[0]), LOG_N("usec", usec),
		          LOG_N("worker", i), LOG_N("pid", getpid()));
		if (worker_give_up(&workers[i]))
			found = true;
	}
	return found;
}

static bool all_wait(struct process *p, struct worker *workers)
{
	for (int i = 0; i < p->start->threads; i++)
		if (worker_busy_usec(&workers[i], NULL) > 0)
			return false;
	return park_count(&p->park) == 0;
}

/* Idle connections go to the others, or end when there are none. */
static void empty_park(struct process *p)
{
	const struct handover *h = &p->start->handover;

	park_empty(&p->park, atomic_load(&p->leave) == LEAVE_STOP || h->out < 0 ? NULL : h);
}

/* True when the process may end. */
static bool step_leaving(struct process *p, struct worker *workers)
{
	enum leave how = (enum leave)atomic_load(&p->leave);

	empty_park(p);
	if (all_wait(p, workers))
		return true;
	if (stamp_monotonic_usec() < atomic_load(&p->leave_by))
		return false;
	log_event(LOG_WARN, "leaving-late", LOG_N("pid", getpid()),
	          LOG_N("conns", park_count(&p->park)));
	_exit(how == LEAVE_STUCK ? EXIT_STUCK : 0);
}

static void step_serving(struct process *p, struct worker *workers)
{
	park_reap(&p->park, IDLE_SEC);
	process_hear(p);
	if (find_overdue(p, workers))
		leave(p, LEAVE_STUCK);
	if (atomic_load(&p->starved)) {
		log_event(LOG_ERROR, "no-descriptors", LOG_N("pid", getpid()),
		          LOG_N("conns", park_count(&p->park)));
		leave(p, LEAVE_STUCK);
	}
}

/* Until the process may end. */
static void watch(struct process *p, struct worker *workers)
{
	for (;;) {
		switch (next_signal(atomic_load(&p->leave) ? 10 : 1000)) {
		case SIGTERM:
		case SIGINT:
		case SIGQUIT:
			obey(p);
			break;
		case SIGNAL_RETIRE:
			leave(p, LEAVE_RETIRE);
			break;
		default:
			break;
		}
		if (atomic_load(&p->leave)) {
			if (step_leaving(p, workers))
				return;
		} else {
			step_serving(p, workers);
		}
	}
}

/* Waits until each worker could begin; false when one could not. */
static bool await_begun(struct process *p)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	while (atomic_load(&p->begun) < p->start->threads)
		nanosleep(&pause, NULL);
	return !atomic_load(&p->broken);
}

static int conns_max(int threads)
{
	struct rlimit limit;
	rlim_t spare = SPARE_FDS + 4 * (rlim_t)threads;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > 65536)
		return 65536;
	return limit.rlim_cur > spare + 4 ? (int)(limit.rlim_cur - spare) : 4;
}

static int run_workers(struct process *p, struct worker *workers)
{
	struct seat *seat = &p->start->seats->v[p->start->seat];

	for (int i = 0; i < p->start->threads; i++)
		if (!worker_start(&workers[i], p, i))
			_exit(EXIT_FAILURE);
	if (!await_begun(p)) {
		log_event(LOG_ERROR, "worker-not-begun", LOG_N("pid", getpid()));
		_exit(EXIT_FAILURE);
	}
	atomic_store(&seat->ready, 1);
	watch(p, workers);
	atomic_store(&p->quit, true);
	for (int i = 0; i < p->start->threads; i++)
		worker_join(&workers[i]);
	/* A worker may have accepted one more at the very end. */
	empty_park(p);
	return atomic_load(&p->leave) == LEAVE_STUCK ? EXIT_STUCK : EXIT_SUCCESS;
}

int process_run(const struct process_start *start)
{
	struct process p = { .start = start };
	struct seat *seat = &start->seats->v[start->seat];
	struct worker *workers;
	int status = EXIT_FAILURE;

	errno = 0;
	if (start->config->nice && nice(start->config->nice) == -1 && errno)
		log_event(LOG_WARN, "not-nice", LOG_N("errno", errno));
	if (!fcgi_init() ||
	    (start->app->process_begin && !start->app->process_begin(start->app->app)))
		return EXIT_FAILURE;
	if (!park_init(&p.park, start->config->io_timeout_sec, conns_max(start->threads),
	               &seat->conns))
		return EXIT_FAILURE;
	workers = calloc((size_t)start->threads, sizeof(*workers));
	if (workers)
		status = run_workers(&p, workers);
	park_release(&p.park);
	free(workers);
	return status;
}
