#include "base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAX ((size_t)4096)

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static enum err read_all(struct arena *mem, int fd, size_t max, const char **out, size_t *len,
                         const char **why)
{
	char *p = arena_alloc(mem, max + 2);
	size_t have = 0;
	ssize_t n;

	while (have <= max) {
		n = read(fd, p + have, max + 1 - have);
		if (n == 0) {
			*out = p;
			*len = have;
			return OK;
		}
		if (n < 0 && errno != EINTR) {
			*why = strerror(errno);
			return ERR_UNAVAILABLE;
		}
		if (n > 0)
			have += (size_t)n;
	}
	*why = "is too large";
	return ERR_TOO_LARGE;
}

enum err conf_read_file(struct arena *mem, const char *path, size_t max, const char **out,
                        size_t *len, const char **why)
{
	SCOPED(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		*why = strerror(errno);
		return ERR_NOT_FOUND;
	}
	return read_all(mem, fd, max, out, len, why);
}

/* systemd shows the access list of its credentials as a group's right. */
static bool is_credential(const char *path)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	size_t n = folder ? strlen(folder) : 0;

	return n > 0 && strncmp(path, folder, n) == 0 && path[n] == '/' &&
	       !strstr(path, "/../");
}

enum err conf_read_secret_file(struct arena *mem, const char *path, size_t max,
                               const char **out, const char **why)
{
	SCOPED(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *text;
	struct stat st;
	enum err e;
	size_t len;

	if (fd < 0 || fstat(fd, &st) < 0) {
		*why = strerror(errno);
		return ERR_NOT_FOUND;
	}
	if (!S_ISREG(st.st_mode)) {
		*why = "is not a plain file";
		return ERR_INVALID;
	}
	if ((st.st_mode & 077) != 0 && !is_credential(path)) {
		*why = "may be read by others than its owner (chmod 600)";
		return ERR_DENIED;
	}
	e = read_all(mem, fd, max, &text, &len, why);
	if (e)
		return e;
	if (memchr(text, '\0', len)) {
		*why = "holds a NUL byte";
		return ERR_INVALID;
	}
	*out = text;
	return OK;
}

enum err conf_read_secret(struct arena *mem, const char *path, const char **out,
                          const char **why)
{
	const char *text;
	enum err e = conf_read_secret_file(mem, path, SECRET_MAX, &text, why);
	size_t len;

	if (e)
		return e;
	len = strcspn(text, "\r\n");
	if (len == 0) {
		*why = "has an empty first line";
		return ERR_INVALID;
	}
	*out = arena_copy(mem, text, len);
	return OK;
}
