#include "http/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

static bool say(const char **why, const char *text)
{
	*why = text;
	return false;
}

static bool address_of(struct sockaddr_un *a, const char *path, const char *end)
{
	int n;

	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(a->sun_path, sizeof(a->sun_path), "%s%s", path, end);
	return n > 0 && (size_t)n < sizeof(a->sun_path);
}

/* Whether a server answers at the address; one that is too busy to does as well. */
static bool is_served(const struct sockaddr_un *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool served;

	if (fd < 0)
		return true;
	served = connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0 ||
	         (errno != ECONNREFUSED && errno != ENOENT);
	close(fd);
	return served;
}

/* Leaves room at the path: nothing there, or the socket of one who is gone. */
static bool make_room(const struct sockaddr_un *a, const char **why)
{
	struct stat st;

	if (lstat(a->sun_path, &st))
		return errno == ENOENT || say(why, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return say(why, "there is a file that is not a socket");
	if (is_served(a))
		return say(why, "another instance serves this socket");
	return true;
}

static bool bind_at(int fd, const struct sockaddr_un *a)
{
	mode_t was = umask(0117);
	int failed;

	unlink(a->sun_path);
	failed = bind(fd, (const struct sockaddr *)a, sizeof(*a));
	umask(was);
	return !failed;
}

bool listener_open(struct listener *l, const char *path, const char **why)
{
	struct sockaddr_un final, begun;
	struct stat st;

	*l = (struct listener){ .fd = -1, .path = path };
	if (!address_of(&final, path, "") || !address_of(&begun, path, ".new"))
		return say(why, "the path is too long for a socket");
	if (!make_room(&final, why))
		return false;
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return say(why, strerror(errno));
	if (!bind_at(l->fd, &begun) || listen(l->fd, BACKLOG) || lstat(begun.sun_path, &st) ||
	    rename(begun.sun_path, path)) {
		*why = strerror(errno);
		unlink(begun.sun_path);
		close(l->fd);
		return false;
	}
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	return true;
}

bool listener_go_on(struct listener *l, const char *path, int fd, dev_t dev, ino_t ino)
{
	struct stat st;

	if (lstat(path, &st) || st.st_dev != dev || st.st_ino != ino)
		return false;
	*l = (struct listener){ .fd = fd, .path = path, .dev = dev, .ino = ino };
	return true;
}

bool listener_inherit(struct listener *l, const char **why)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL);

	*l = (struct listener){ .fd = STDIN_FILENO };
	if (flags < 0 || fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK))
		return say(why, "descriptor 0 cannot be used");
	return true;
}

void listener_close(struct listener *l)
{
	struct stat st;

	if (l->path) {
		if (!lstat(l->path, &st) && st.st_dev == l->dev && st.st_ino == l->ino)
			unlink(l->path);
		shutdown(l->fd, SHUT_RDWR);
	}
	close(l->fd);
}
