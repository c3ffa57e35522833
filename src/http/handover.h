/*
 * handover.h - idle connections pass from a process that leaves to one that
 * stays.
 *
 * A web server may send its next request into a kept connection at any
 * moment, so closing one can lose a request.  Between two requests a
 * connection has no state of ours: its descriptor is sent through a socket
 * pair that all processes of the pool share (SCM_RIGHTS), and nobody notices.
 */
#ifndef HTTP_HANDOVER_H
#define HTTP_HANDOVER_H

#include <stdbool.h>

#include "base/macros.h"

/* Both ends; made before the processes. */
struct handover {
	int in, out; /* -1: there is nobody to hand over to */
};

bool handover_open(struct handover *h) MUST_CHECK;

/* False when it would not go now.  fd stays the caller's. */
bool handover_put(const struct handover *h, int fd) MUST_CHECK;

/* A descriptor, or -1. */
int handover_take(const struct handover *h);

#endif
