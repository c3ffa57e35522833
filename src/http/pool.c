#include "http/pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/heir.h"
#include "http/process.h"

/* The time running requests have after SIGTERM. */
#define KILL_AFTER_USEC (30 * USEC_PER_SEC)

/* A process that ends before it served anything, or sooner than this, began badly. */
#define SETTLED_USEC (10 * USEC_PER_SEC)
#define BACK_OFF_SEC 1
#define BACK_OFF_MAX 30
#define ALARM_ENDS   10 /* processes that ended by themselves within a minute */
#define ALARM_USEC   (60 * USEC_PER_SEC)
#define DESCRIPTORS  65536

/* A place in the pool that is kept filled. */
struct place {
	int seat; /* of its process; -1: none runs */
	int64_t start_at;
	int back_off_sec;
};

/* What the parent knows of the process in a seat. */
struct child {
	int64_t started_at;
	bool old;  /* another has its place, or will have */
	bool told; /* to retire */
};

struct pool {
	const struct pool_config *config;
	const struct pool_app *app;
	struct listener listener;
	struct handover handover;
	struct seats *seats;
	struct child children[SEATS];
	struct place places[SEATS];
	bool reload;   /* asked for */
	pid_t checker; /* looks whether the program would start; 0: none does */
	int ends;      /* processes that ended by themselves since ends_since */
	int64_t ends_since;
};

static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int free_seat(const struct pool *p)
{
	for (int i = 0; i < SEATS; i++)
		if (atomic_load(&p->seats->v[i].pid) == 0)
			return i;
	return -1;
}

static _Noreturn void child_main(struct pool *p, int seat, pid_t parent)
{
	struct process_start start = {
		.config = p->config,
		.app = p->app,
		.listen_fd = p->listener.fd,
		.threads = p->config->threads,
		.handover = p->handover,
		.seats = p->seats,
		.seat = seat,
		.parent = parent,
	};

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(EXIT_SUCCESS);
	exit(process_run(&start));
}

/* Starts a process in a free seat; false when there is none or it cannot fork. */
static bool start_child(struct pool *p, struct place *place)
{
	int seat = free_seat(p);
	pid_t parent = getpid(), pid;

	if (seat < 0)
		return false;
	p->seats->v[seat] = (struct seat){ .pid = parent };
	pid = fork();
	if (pid == 0)
		child_main(p, seat, parent);
	atomic_store(&p->seats->v[seat].pid, pid < 0 ? 0 : pid);
	if (pid < 0) {
		log_event(LOG_ERROR, "fork", LOG_S("problem", strerror(errno)));
		return false;
	}
	p->children[seat] = (struct child){ .started_at = stamp_monotonic_usec() };
	place->seat = seat;
	log_event(LOG_INFO, "process-start", LOG_S("pool", p->config->server_name),
	          LOG_N("pid", pid));
	return true;
}

static void fill_places(struct pool *p)
{
	int64_t now = stamp_monotonic_usec();

	for (int i = 0; i < p->config->processes; i++) {
		if (p->places[i].seat >= 0 || p->places[i].start_at > now)
			continue;
		if (!start_child(p, &p->places[i]))
			p->places[i].start_at = now + USEC_PER_SEC;
	}
}

static bool signal_seat(const struct pool *p, int seat, int number)
{
	pid_t pid = atomic_load(&p->seats->v[seat].pid);

	return pid > 0 && kill(pid, number) == 0;
}

/* --- processes that ended ---------------------------------------------------- */

static void count_end(struct pool *p)
{
	int64_t now = stamp_monotonic_usec();

	if (now - p->ends_since > ALARM_USEC) {
		p->ends_since = now;
		p->ends = 0;
	}
	if (++p->ends == ALARM_ENDS)
		log_event(LOG_ERROR, "crash-loop", LOG_S("pool", p->config->server_name),
		          LOG_N("ends_in_a_minute", p->ends));
}

/* One that served is replaced at once; one that did not, later and later. */
static void vacate(struct pool *p, struct place *place)
{
	const struct seat *seat = &p->seats->v[place->seat];
	int64_t now = stamp_monotonic_usec();
	bool settled = atomic_load(&seat->served) > 0 ||
	               now - p->children[place->seat].started_at > SETTLED_USEC;

	place->seat = -1;
	if (settled)
		place->back_off_sec = 0;
	else if (place->back_off_sec == 0)
		place->back_off_sec = BACK_OFF_SEC;
	else if (place->back_off_sec * 2 > BACK_OFF_MAX)
		place->back_off_sec = BACK_OFF_MAX;
	else
		place->back_off_sec *= 2;
	place->start_at = now + place->back_off_sec * USEC_PER_SEC;
}

static struct place *place_of(struct pool *p, int seat)
{
	for (int i = 0; i < p->config->processes; i++)
		if (p->places[i].seat == seat)
			return &p->places[i];
	return NULL;
}

static void bury(struct pool *p, int seat, int status)
{
	struct place *place = place_of(p, seat);
	bool expected = p->children[seat].old;

	log_event(expected ? LOG_INFO : LOG_ERROR, "process-end",
	          LOG_S("pool", p->config->server_name),
	          LOG_N("pid", atomic_load(&p->seats->v[seat].pid)),
	          LOG_N("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
	          LOG_N("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
	if (!expected)
		count_end(p);
	if (place)
		vacate(p, place);
	atomic_store(&p->seats->v[seat].pid, 0);
}

/* --- reload -------------------------------------------------------------------- */

static void clear_places(struct pool *p)
{
	for (int i = 0; i < SEATS; i++)
		p->places[i] = (struct place){ .seat = -1 };
}

/* All who serve now go when as many new ones do. */
static void make_all_old(struct pool *p)
{
	for (int i = 0; i < SEATS; i++)
		p->children[i].old = true;
	clear_places(p);
}

static bool all_ready(const struct pool *p)
{
	for (int i = 0; i < p->config->processes; i++) {
		int seat = p->places[i].seat;

		if (seat < 0 || !atomic_load(&p->seats->v[seat].ready))
			return false;
	}
	return true;
}

static void retire_old(struct pool *p)
{
	for (int i = 0; i < SEATS; i++) {
		if (!p->children[i].old || p->children[i].told)
			continue;
		if (signal_seat(p, i, SIGNAL_RETIRE))
			p->children[i].told = true;
	}
}

static bool awaits_retiring(const struct pool *p)
{
	for (int i = 0; i < SEATS; i++)
		if (p->children[i].old && !p->children[i].told &&
		    atomic_load(&p->seats->v[i].pid) > 0)
			return true;
	return false;
}

/* A stuck process leaves by itself; another takes its place at once. */
static void replace_leaving(struct pool *p)
{
	for (int i = 0; i < p->config->processes; i++) {
		int seat = p->places[i].seat;

		if (seat >= 0 && atomic_load(&p->seats->v[seat].leaving))
			p->places[i] = (struct place){ .seat = -1 };
	}
}

static void begin_reload(struct pool *p)
{
	p->reload = false;
	log_event(LOG_INFO, "reload", LOG_S("pool", p->config->server_name));
	if (!p->config->argv) {
		make_all_old(p);
		return;
	}
	p->checker = heir_check(p->config->argv);
	if (p->checker < 0)
		p->checker = 0;
}

/* The program as it is now is sound: it takes our place, and our children. */
static void hear_checker(struct pool *p, bool sound)
{
	struct heir h = { .listen_fd = p->listener.fd,
		          .dev = p->listener.dev,
		          .ino = p->listener.ino,
		          .handover = p->handover };
	pid_t pid;

	p->checker = 0;
	if (sound) {
		for (int i = 0; i < SEATS && h.nchildren < HEIR_CHILDREN; i++) {
			pid = atomic_load(&p->seats->v[i].pid);
			if (pid > 0)
				h.children[h.nchildren++] = pid;
		}
		heir_exec(&h, p->config->argv);
	}
	log_event(LOG_ERROR, "reload-refused", LOG_S("pool", p->config->server_name),
	          LOG_S("problem", sound ? strerror(errno) : "the program would not start"));
}

static void reap(struct pool *p)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid <= 0)
			return;
		if (pid == p->checker)
			hear_checker(p, WIFEXITED(status) && WEXITSTATUS(status) == 0);
		for (int i = 0; i < SEATS; i++)
			if (atomic_load(&p->seats->v[i].pid) == pid)
				bury(p, i, status);
	}
}

/* --- the parent's life ----------------------------------------------------------- */

static int next_signal(int wait_msec)
{
	const struct timespec t = { .tv_sec = wait_msec / 1000,
		                    .tv_nsec = wait_msec % 1000 * 1000000L };
	sigset_t set;
	int s;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	s = sigtimedwait(&set, NULL, &t);
	return s > 0 ? s : 0;
}

static bool any_child(const struct pool *p)
{
	for (int i = 0; i < SEATS; i++)
		if (atomic_load(&p->seats->v[i].pid) > 0)
			return true;
	return false;
}

static void signal_all(const struct pool *p, int number)
{
	for (int i = 0; i < SEATS; i++)
		signal_seat(p, i, number);
}

static void supervise(struct pool *p)
{
	for (;;) {
		if (p->reload && p->checker == 0)
			begin_reload(p);
		fill_places(p);
		if (all_ready(p))
			retire_old(p);
		switch (next_signal(awaits_retiring(p) ? 5 : 500)) {
		case SIGTERM:
		case SIGINT:
		case SIGQUIT:
			return;
		case SIGHUP:
			p->reload = true;
			break;
		default:
			break;
		}
		reap(p);
		replace_leaving(p);
	}
}

static void stop(struct pool *p)
{
	int64_t kill_at = stamp_monotonic_usec() + KILL_AFTER_USEC;
	bool killed = false;

	log_event(LOG_INFO, "pool-stop", LOG_S("pool", p->config->server_name));
	atomic_store(&p->seats->stopping, 1);
	listener_close(&p->listener);
	make_all_old(p);
	signal_all(p, SIGTERM);
	while (any_child(p)) {
		(void)next_signal(20);
		reap(p);
		if (!killed && stamp_monotonic_usec() > kill_at) {
			signal_all(p, SIGKILL);
			killed = true;
		}
	}
}

void *pool_shared_memory(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* On descriptor 0: one worker, and no parent of ours. */
static int run_alone(struct pool *p)
{
	struct process_start start = {
		.config = p->config,
		.app = p->app,
		.threads = 1,
		.handover = { -1, -1 },
		.seats = p->seats,
	};

	atomic_store(&p->seats->v[0].pid, getpid());
	return process_run(&start);
}

/* The children of the program before us serve until ours do. */
static void adopt(struct pool *p, const struct heir *h)
{
	for (size_t i = 0; i < h->nchildren; i++) {
		p->seats->v[i] = (struct seat){ .pid = h->children[i], .leaving = 1 };
		p->children[i] = (struct child){ .old = true };
	}
}

/* A listening socket and a way to hand over: from the program before us, or new. */
static bool open_parent(struct pool *p, const char **why)
{
	const char *path = p->config->socket_path;
	struct heir h;

	if (!heir_take(&h))
		return listener_open(&p->listener, path, why) && handover_open(&p->handover);
	p->handover = h.handover;
	adopt(p, &h);
	if (listener_go_on(&p->listener, path, h.listen_fd, h.dev, h.ino))
		return true;
	close(h.listen_fd);
	return listener_open(&p->listener, path, why);
}

static int run_parent(struct pool *p)
{
	log_event(LOG_INFO, "pool-start", LOG_S("pool", p->config->server_name),
	          LOG_S("socket", p->config->socket_path),
	          LOG_N("processes", p->config->processes),
	          LOG_N("threads", p->config->threads));
	clear_places(p);
	supervise(p);
	stop(p);
	return EXIT_SUCCESS;
}

int pool_run(const struct pool_config *config, const struct pool_app *app)
{
	struct pool *p = calloc(1, sizeof(*p));
	const char *why = "no memory";
	bool open = false;
	int status = EXIT_FAILURE;

	raise_descriptors();
	process_prepare_signals();
	if (p) {
		p->config = config;
		p->app = app;
		p->seats = pool_shared_memory(sizeof(*p->seats));
	}
	if (p && p->seats)
		open = config->socket_path ? open_parent(p, &why)
		                           : listener_inherit(&p->listener, &why);
	if (!open)
		log_event(LOG_ERROR, "listen", LOG_S("socket", config->socket_path),
		          LOG_S("problem", why));
	else
		status = config->socket_path ? run_parent(p) : run_alone(p);
	free(p);
	return status;
}
