#include "db/cutter.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct wire {
	struct cutter *cutter;
	int client, server;
};

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	return a;
}

/* A COM_QUERY packet: length, sequence, 3, text. */
static int is_commit(const char *p, ssize_t n)
{
	return n == 11 && p[4] == 3 && memcmp(p + 5, "COMMIT", 6) == 0;
}

static int pass(int from, int to, char *buf, size_t size, ssize_t *n)
{
	*n = recv(from, buf, size, 0);
	return *n > 0 && send(to, buf, (size_t)*n, MSG_NOSIGNAL) == *n;
}

/* False when the wire is to be cut. */
static int from_client(struct wire *w, char *buf, size_t size)
{
	ssize_t n = recv(w->client, buf, size, 0);
	int cut = CUT_NONE;

	if (n > 0 && is_commit(buf, n))
		cut = atomic_exchange(&w->cutter->armed, CUT_NONE);
	if (n <= 0 || cut == CUT_BEFORE)
		return 0;
	if (send(w->server, buf, (size_t)n, MSG_NOSIGNAL) != n)
		return 0;
	if (cut == CUT_AFTER)
		(void)recv(w->server, buf, size, 0);
	return cut != CUT_AFTER;
}

static void *serve(void *arg)
{
	struct wire *w = arg;
	struct pollfd p[2] = { { .fd = w->client, .events = POLLIN },
		               { .fd = w->server, .events = POLLIN } };
	char buf[65536];
	ssize_t n;

	while (!atomic_load(&w->cutter->stop)) {
		if (poll(p, 2, 50) <= 0)
			continue;
		if (p[0].revents && !from_client(w, buf, sizeof(buf)))
			break;
		if (p[1].revents && !pass(w->server, w->client, buf, sizeof(buf), &n))
			break;
	}
	close(w->client);
	close(w->server);
	free(w);
	return NULL;
}

static void start_wire(struct cutter *c, int client)
{
	struct wire *w = malloc(sizeof(*w));
	struct sockaddr_un to = address(c->server);
	pthread_t t;

	if (!w)
		abort();
	*w = (struct wire){ c, client, socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	if (connect(w->server, (struct sockaddr *)&to, sizeof(to)) ||
	    pthread_create(&t, NULL, serve, w))
		abort();
	pthread_detach(t);
}

static void *listen_main(void *arg)
{
	struct cutter *c = arg;
	struct pollfd p = { .fd = c->listener, .events = POLLIN };

	while (!atomic_load(&c->stop))
		if (poll(&p, 1, 50) > 0)
			start_wire(c, accept(c->listener, NULL, NULL));
	return NULL;
}

void cutter_init(struct cutter *c, const char *server)
{
	struct sockaddr_un a;

	*c = (struct cutter){ .server = server };
	snprintf(c->path, sizeof(c->path), "/tmp/gatehouse_cutter_%ld", (long)getpid());
	unlink(c->path);
	a = address(c->path);
	c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(c->listener, (struct sockaddr *)&a, sizeof(a)) || listen(c->listener, 16) ||
	    pthread_create(&c->thread, NULL, listen_main, c))
		abort();
}

void cutter_release(struct cutter *c)
{
	atomic_store(&c->stop, 1);
	pthread_join(c->thread, NULL);
	close(c->listener);
	unlink(c->path);
}
