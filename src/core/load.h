/*
 * load.h - whether others are asking something of the pool.
 *
 * Every request of every process counts one up in memory they share.  Work
 * that can wait (an export) gives way while that number moves: it sleeps much
 * longer than it works, so that who waits for an answer finds a processor, and
 * a server of the database, free.  Alone it never sleeps.
 */
#ifndef CORE_LOAD_H
#define CORE_LOAD_H

#include <stdatomic.h>
#include <stdint.h>

/* Zeroed memory is a new one. */
struct load {
	atomic_llong begun; /* requests */
};

/* Who gives way; zeroed at its start. */
struct load_watch {
	int64_t begun, worked_from_usec, polite_until_usec;
};

/* A request begins.  NULL counts nothing. */
void load_begin(struct load *l);

/*
 * After each small piece of work (a millisecond at most).  With NULL, or when
 * nobody else has begun a request of late, it returns at once.
 */
void load_give_way(struct load *l, struct load_watch *w);

#endif
