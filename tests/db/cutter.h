/*
 * cutter.h - a wire to the server that breaks at COMMIT.
 *
 * It passes bytes between a socket of its own and the server's.  When armed,
 * it cuts the connection that sends the next COMMIT: before the server sees
 * it, or after the server answered and before the client hears of it.
 */
#ifndef DB_CUTTER_H
#define DB_CUTTER_H

#include <pthread.h>
#include <stdatomic.h>

enum cut { CUT_NONE, CUT_BEFORE, CUT_AFTER };

struct cutter {
	char path[100];
	const char *server;
	int listener;
	pthread_t thread;
	atomic_int armed; /* enum cut; back to CUT_NONE when it happened */
	atomic_bool stop;
};

void cutter_init(struct cutter *c, const char *server);
void cutter_release(struct cutter *c);

#endif
