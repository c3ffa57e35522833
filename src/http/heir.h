/*
 * heir.h - SIGHUP: the parent runs the program anew, in its own place.
 *
 * The program is read again and with it the configuration; the process number,
 * the listening socket and the children stay.  What the next program must
 * know travels in one environment variable.  It is first run with --check:
 * one that would not start never replaces one that runs.
 */
#ifndef HTTP_HEIR_H
#define HTTP_HEIR_H

#include <sys/types.h>

#include "http/handover.h"
#include "http/listener.h"

#define HEIR_CHILDREN 160

struct heir {
	int listen_fd;
	dev_t dev; /* of the socket's file */
	ino_t ino;
	struct handover handover;
	size_t nchildren;
	pid_t children[HEIR_CHILDREN];
};

/* Begins to check whether the program would start; -1 if it cannot even be tried. */
pid_t heir_check(char *const *argv);

/* Runs the program in our place; returns only if that failed. */
void heir_exec(const struct heir *h, char *const *argv);

/* What the program before us left, once; false when there was none. */
bool heir_take(struct heir *out);

#endif
