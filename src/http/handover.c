#include "http/handover.h"

#include <string.h>
#include <sys/socket.h>

/* Space for one descriptor, aligned as the kernel wants it. */
union ancillary {
	char space[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

bool handover_open(struct handover *h)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends))
		return false;
	h->in = ends[0];
	h->out = ends[1];
	return true;
}

bool handover_put(const struct handover *h, int fd)
{
	union ancillary a;
	char byte = 0;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		            .msg_iovlen = 1,
		            .msg_control = a.space,
		            .msg_controllen = sizeof(a.space) };
	struct cmsghdr *c;

	if (h->out < 0)
		return false;
	memset(&a, 0, sizeof(a));
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(h->out, &m, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

int handover_take(const struct handover *h)
{
	union ancillary a;
	char byte;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		            .msg_iovlen = 1,
		            .msg_control = a.space,
		            .msg_controllen = sizeof(a.space) };
	struct cmsghdr *c;
	int fd = -1;

	if (recvmsg(h->in, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1)
		return -1;
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(int));
	return fd;
}
