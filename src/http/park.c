#include "http/park.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum conn_state { CONN_PARKED, CONN_BUSY, CONN_GONE };

struct conn {
	struct fcgi *f;
	enum conn_state state;
	int64_t parked_at; /* stamp_monotonic_usec() */
	struct conn *older, *newer;
};

bool park_init(struct park *p, int io_timeout_sec, int count_max, _Atomic int *shared_count)
{
	*p = (struct park){
		.epoll = epoll_create1(EPOLL_CLOEXEC),
		.io_timeout_sec = io_timeout_sec,
		.count_max = count_max,
		.shared_count = shared_count,
	};
	pthread_mutex_init(&p->lock, NULL);
	return p->epoll >= 0;
}

static bool wait_for(struct park *p, int op, int fd, void *tag)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLONESHOT, .data.ptr = tag };

	return epoll_ctl(p->epoll, op, fd, &ev) == 0;
}

void park_release(struct park *p)
{
	struct conn *c, *next;

	park_empty(p, NULL);
	for (c = p->gone; c; c = next) {
		next = c->newer;
		free(c);
	}
	close(p->epoll);
	pthread_mutex_destroy(&p->lock);
}

bool park_listen(struct park *p, int fd, void *tag)
{
	return wait_for(p, EPOLL_CTL_ADD, fd, tag);
}

void park_rearm(struct park *p, int fd, void *tag)
{
	(void)wait_for(p, EPOLL_CTL_MOD, fd, tag);
}

void park_ignore(struct park *p, int fd)
{
	epoll_ctl(p->epoll, EPOLL_CTL_DEL, fd, NULL);
}

/* Both are called with the lock held. */
static void link_newest(struct park *p, struct conn *c)
{
	c->state = CONN_PARKED;
	c->parked_at = stamp_monotonic_usec();
	c->older = p->newest;
	c->newer = NULL;
	if (p->newest)
		p->newest->newer = c;
	else
		p->oldest = c;
	p->newest = c;
}

static void unlink_conn(struct park *p, struct conn *c)
{
	if (c->older)
		c->older->newer = c->newer;
	else
		p->oldest = c->newer;
	if (c->newer)
		c->newer->older = c->older;
	else
		p->newest = c->older;
}

static void count_add(struct park *p, int n)
{
	p->count += n;
	if (p->shared_count)
		atomic_store_explicit(p->shared_count, p->count, memory_order_relaxed);
}

void park_add(struct park *p, int fd)
{
	struct fcgi *f = fcgi_new(fd, p->io_timeout_sec);
	struct conn *c = f ? calloc(1, sizeof(*c)) : NULL;

	if (!c) {
		if (f)
			fcgi_free(f);
		return;
	}
	c->f = f;
	pthread_mutex_lock(&p->lock);
	link_newest(p, c);
	count_add(p, 1);
	if (!wait_for(p, EPOLL_CTL_ADD, fd, c)) {
		unlink_conn(p, c);
		count_add(p, -1);
		fcgi_free(f);
		free(c);
	}
	pthread_mutex_unlock(&p->lock);
}

int park_count(struct park *p)
{
	int n;

	pthread_mutex_lock(&p->lock);
	n = p->count;
	pthread_mutex_unlock(&p->lock);
	return n;
}

bool park_is_full(struct park *p)
{
	return park_count(p) >= p->count_max;
}

bool park_take(struct park *p, struct conn *c)
{
	bool mine;

	pthread_mutex_lock(&p->lock);
	mine = c->state == CONN_PARKED;
	if (mine) {
		c->state = CONN_BUSY;
		unlink_conn(p, c);
	}
	pthread_mutex_unlock(&p->lock);
	return mine;
}

struct fcgi *park_fcgi(struct conn *c)
{
	return c->f;
}

void park_return(struct park *p, struct conn *c)
{
	pthread_mutex_lock(&p->lock);
	link_newest(p, c);
	(void)wait_for(p, EPOLL_CTL_MOD, fcgi_fd(c->f), c);
	pthread_mutex_unlock(&p->lock);
}

void park_drop(struct park *p, struct conn *c)
{
	fcgi_free(c->f);
	free(c);
	pthread_mutex_lock(&p->lock);
	count_add(p, -1);
	pthread_mutex_unlock(&p->lock);
}

void park_hand_over(struct park *p, struct conn *c, const struct handover *h)
{
	bool sent;

	/* Out of our epoll first: the other process will have it in its own. */
	park_ignore(p, fcgi_fd(c->f));
	sent = handover_put(h, fcgi_fd(c->f));
	if (sent) {
		park_drop(p, c);
		return;
	}
	pthread_mutex_lock(&p->lock);
	link_newest(p, c);
	(void)wait_for(p, EPOLL_CTL_ADD, fcgi_fd(c->f), c);
	pthread_mutex_unlock(&p->lock);
}

void park_reap(struct park *p, int idle_sec)
{
	int64_t before = stamp_monotonic_usec() - idle_sec * USEC_PER_SEC;

	pthread_mutex_lock(&p->lock);
	for (struct conn *c = p->oldest; c && c->parked_at < before; c = c->newer)
		shutdown(fcgi_fd(c->f), SHUT_RDWR);
	pthread_mutex_unlock(&p->lock);
}

static bool has_request(const struct conn *c)
{
	struct pollfd pfd = { .fd = fcgi_fd(c->f), .events = POLLIN };

	return poll(&pfd, 1, 0) > 0;
}

void park_empty(struct park *p, const struct handover *h)
{
	struct conn *newer;

	pthread_mutex_lock(&p->lock);
	for (struct conn *c = p->oldest; c; c = newer) {
		newer = c->newer;
		if (h ? !handover_put(h, fcgi_fd(c->f)) : has_request(c))
			continue;
		park_ignore(p, fcgi_fd(c->f));
		unlink_conn(p, c);
		fcgi_free(c->f);
		/* A worker may have its event already. */
		c->state = CONN_GONE;
		c->newer = p->gone;
		p->gone = c;
		count_add(p, -1);
	}
	pthread_mutex_unlock(&p->lock);
}
