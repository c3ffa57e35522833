/*
 * server.h - a MariaDB of a test's own, to be starved, frozen and killed.
 *
 * Its folder is made by the first test that needs it and removed at the end
 * of the program; the server itself ends with each test.
 */
#ifndef DB_SERVER_H
#define DB_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

struct server {
	char folder[60], socket[80];
	pid_t pid; /* 0: not running */
};

/* False when no server is installed here. */
int server_init(struct server *s);

/* options end with NULL; returns when it answers. */
void server_start(struct server *s, const char *const *options);
void server_kill(struct server *s); /* kill -9 */

/* It ended by itself: InnoDB stops where it finds what a kill has left of its own pages. */
bool server_ended(struct server *s);

#endif
