/*
 * listener.h - the listening socket of a pool.
 *
 * It appears at its path when it already listens, with mode 0660: the web
 * server's group may connect and nobody else.  A socket another instance
 * still serves is not taken over.
 */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/macros.h"

struct listener {
	int fd;
	const char *path; /* NULL: inherited */
	dev_t dev;        /* the file that is ours */
	ino_t ino;
};

/* why points to a phrase on failure. */
bool listener_open(struct listener *l, const char *path, const char **why) MUST_CHECK;

/*
 * Goes on with a socket that listens already; false when its file is not, or
 * no longer, at the path: then another is to be opened.
 */
bool listener_go_on(struct listener *l, const char *path, int fd, dev_t dev,
                    ino_t ino) MUST_CHECK;

/* The socket on descriptor 0. */
bool listener_inherit(struct listener *l, const char **why) MUST_CHECK;

/* Refuses new connections in all processes and removes the file, if it is still ours. */
void listener_close(struct listener *l);

#endif
