#include "exports/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/stamp.h"

/*
 * Begins to write the last step and waits for the one before.  Where that is
 * not to be had (a file system in memory) the kernel does as it likes.
 */
static void spool_pace(struct spool *s)
{
	const unsigned wait = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
	                      SYNC_FILE_RANGE_WAIT_AFTER;

	while (s->bytes - s->sent >= SPOOL_STEP_BYTES) {
		sync_file_range(s->fd, s->sent, SPOOL_STEP_BYTES, SYNC_FILE_RANGE_WRITE);
		if (s->sent > 0)
			sync_file_range(s->fd, s->sent - SPOOL_STEP_BYTES, SPOOL_STEP_BYTES, wait);
		s->sent += SPOOL_STEP_BYTES;
	}
}

static bool spool_write(void *to, const char *p, size_t n)
{
	struct spool *s = to;

	while (n > 0) {
		ssize_t w = write(s->fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		p += w;
		n -= (size_t)w;
		s->bytes += w;
	}
	spool_pace(s);
	return true;
}

enum err spool_begin(struct arena *mem, const char *dir, const char *name, struct spool *out)
{
	struct spool s = { .fd = -1 };

	s.path = arena_printf(mem, "%s/%s", dir, name);
	s.part_path = arena_printf(mem, "%s.part", s.path);
	/* The web server's group reads it; nobody else does. */
	s.fd = open(s.part_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (s.fd < 0)
		return ERR_UNAVAILABLE;
	*out = s;
	out->sink = (struct sink){ spool_write, out };
	return OK;
}

enum err spool_keep(struct spool *s)
{
	int closed = close(s->fd);

	s->fd = -1;
	if (closed != 0 || rename(s->part_path, s->path) != 0)
		return ERR_UNAVAILABLE;
	s->part_path = NULL;
	return OK;
}

void spool_drop(struct spool *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	if (s->part_path)
		unlink(s->part_path);
	s->part_path = NULL;
}

enum err spool_sweep(const char *dir, int64_t older_sec)
{
	int64_t before = stamp_now().usec / USEC_PER_SEC - older_sec;
	DIR *d = opendir(dir);
	struct dirent *entry;
	struct stat st;

	if (!d)
		return errno == ENOENT ? OK : ERR_UNAVAILABLE;
	for (entry = readdir(d); entry; entry = readdir(d)) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || (strcmp(dot, ".csv") != 0 && strcmp(dot, ".part") != 0))
			continue;
		if (fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_mtime < before)
			unlinkat(dirfd(d), entry->d_name, 0);
	}
	closedir(d);
	return OK;
}
