/*
 * park.h - the connections of one process, and the epoll they wait in.
 *
 * A connection is parked (nobody's, waiting in the epoll), busy (a worker's)
 * or gone.  Every parked one is armed for one event only, so exactly one
 * worker gets it.  An event may already be on its way when a parked
 * connection is taken out: a gone one is therefore remembered until the end.
 */
#ifndef HTTP_PARK_H
#define HTTP_PARK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "http/fcgi.h"
#include "http/handover.h"

struct conn;

struct park {
	int epoll;
	int io_timeout_sec;
	pthread_mutex_t lock;
	struct conn *oldest, *newest; /* the parked ones, by the time they were parked */
	struct conn *gone;
	int count; /* parked and busy */
	int count_max;
	_Atomic int *shared_count; /* the same, for the other processes */
};

bool park_init(struct park *p, int io_timeout_sec, int count_max,
               _Atomic int *shared_count) MUST_CHECK;

/* When no worker runs any more. */
void park_release(struct park *p);

/* Waits for events of a descriptor that is not a connection; once, until armed again. */
bool park_listen(struct park *p, int fd, void *tag) MUST_CHECK;
void park_rearm(struct park *p, int fd, void *tag);
void park_ignore(struct park *p, int fd);

/* A new connection; it is closed when there is no memory for it. */
void park_add(struct park *p, int fd);
bool park_is_full(struct park *p);
int park_count(struct park *p);

/* The worker that got the event asks for it: false when it is gone. */
bool park_take(struct park *p, struct conn *c) MUST_CHECK;
struct fcgi *park_fcgi(struct conn *c);

/* The worker is done: the connection waits again, or has ended. */
void park_return(struct park *p, struct conn *c);
void park_drop(struct park *p, struct conn *c);

/* Gives a busy one to another process; parks it when that does not work now. */
void park_hand_over(struct park *p, struct conn *c, const struct handover *h);

/* Makes those that wait for longer than idle_sec end, as if the peer had ended them. */
void park_reap(struct park *p, int idle_sec);

/*
 * Empties the park: each parked one is handed over, or closed when h is NULL
 * and it has no request in it.  What stays is tried again at the next call.
 */
void park_empty(struct park *p, const struct handover *h);

#endif
