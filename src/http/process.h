/*
 * process.h - one process of a pool: its workers, their connections, and the
 * watch over them.
 *
 * The first thread only watches: signals, deadlines, idle connections.  A
 * process leaves in one of three ways, and always lets running requests
 * finish first: it stops (the pool ends), it retires (others go on and take
 * its idle connections), or it is stuck (as retire, but with little patience).
 */
#ifndef HTTP_PROCESS_H
#define HTTP_PROCESS_H

#include <stdatomic.h>
#include <sys/types.h>

#include "http/handover.h"
#include "http/pool.h"

/* What processes of one pool tell each other and their parent; in shared memory. */
struct seat {
	_Atomic pid_t pid;      /* 0: free */
	_Atomic int conns;      /* connections it holds */
	_Atomic int ready;      /* it serves */
	_Atomic int leaving;    /* it takes no new connections */
	_Atomic int64_t served; /* requests it finished */
};

#define SEATS 160 /* twice the most processes a pool may have, and some that still leave */
struct seats {
	_Atomic int stopping; /* the pool ends */
	struct seat v[SEATS];
};

struct process_start {
	const struct pool_config *config;
	const struct pool_app *app;
	int listen_fd;
	int threads;
	struct handover handover;
	struct seats *seats;
	int seat; /* its own */
	pid_t parent; /* 0: there is none */
};

#define EXIT_STUCK 75 /* EX_TEMPFAIL: a request past its deadline */

/*
 * Beside SIGTERM and SIGINT.  These too only retire a process while its
 * parent lives and does not stop the pool itself.
 */
#define SIGNAL_RETIRE SIGUSR1

/* Blocks the signals that are waited for and gives them handlers that libfcgi leaves alone. */
void process_prepare_signals(void);

/* Serves until it is told to leave; returns the exit status. */
int process_run(const struct process_start *start);

#endif
