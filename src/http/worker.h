/*
 * worker.h - a thread of a process: takes an event, answers one request,
 * takes the next.
 *
 * A worker is never tied to a connection that waits.  What the watch may see
 * of it is under its lock; all else is its own.
 */
#ifndef HTTP_WORKER_H
#define HTTP_WORKER_H

#include <pthread.h>

#include "http/park.h"
#include "http/process.h"

enum leave { LEAVE_NOT, LEAVE_STOP, LEAVE_RETIRE, LEAVE_STUCK };

struct process {
	const struct process_start *start;
	struct park park;
	_Atomic int leave;        /* enum leave */
	_Atomic int64_t leave_by; /* stamp_monotonic_usec() after which nothing is waited for */
	_Atomic bool quit;        /* workers end */
	_Atomic bool deaf;        /* the listening socket waits to be armed again */
	_Atomic bool starved;     /* no descriptors are left */
	_Atomic int begun;        /* workers that are ready to serve */
	_Atomic bool broken;      /* a worker could not begin */
};

/* Who may write to the connection: before DOING and from ANSWERING on, the worker. */
enum phase { PHASE_READING, PHASE_DOING, PHASE_ANSWERING, PHASE_GIVEN_UP };

struct worker {
	struct process *process;
	int number;
	pthread_t thread;
	void *app_worker;
	struct arena mem;
	struct fcgi *peer; /* the connection being served; NULL: answered */

	pthread_mutex_t lock;
	enum phase phase;
	int64_t since; /* when its deadline's clock started; 0: it waits */
	char id[REQUEST_ID_TEXT];
};

/* The signal that makes a waiting worker look at quit. */
#define SIGNAL_WAKE SIGUSR2

bool worker_start(struct worker *w, struct process *p, int number) MUST_CHECK;

/* Microseconds its request has run, 0 when it waits; id may be NULL. */
int64_t worker_busy_usec(struct worker *w, char id[REQUEST_ID_TEXT]);

/*
 * Its request takes too long: its client is told so in its place.  False when
 * the worker only waited for the client, who is cut off: nothing is stuck then.
 */
bool worker_give_up(struct worker *w);

/* After quit was set. */
void worker_join(struct worker *w);

/* Arms the listening socket again after a pause, if it needs it. */
void process_hear(struct process *p);

#endif
