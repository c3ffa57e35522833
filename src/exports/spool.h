/*
 * spool.h - a file being written in the spool folder.
 *
 * It carries a ".part" name until spool_keep(): a file with its final name is
 * a whole one.  It goes to the disk in small steps while it grows: hundreds of
 * megabytes that the kernel writes when it likes would keep the database's log
 * waiting, and with it every commit.
 */
#ifndef EXPORTS_SPOOL_H
#define EXPORTS_SPOOL_H

#include "base/buf.h"
#include "base/err.h"

#define SPOOL_BUF_BYTES (64 * 1024)
/* So much is on its way to the disk at once, and no more waits in memory for it. */
#define SPOOL_STEP_BYTES (4 * 1024 * 1024)

struct spool {
	int fd;
	int64_t bytes, sent; /* written, and of it given to the disk */
	const char *part_path, *path;
	struct sink sink;
};

/* ERR_UNAVAILABLE when the file cannot be made. */
enum err spool_begin(struct arena *mem, const char *dir, const char *name,
                     struct spool *out) MUST_CHECK;

/* Closes and renames; ERR_UNAVAILABLE when the disk did not take it all. */
enum err spool_keep(struct spool *s) MUST_CHECK;

/* Closes and unlinks whatever is there; harmless after spool_keep(). */
void spool_drop(struct spool *s);

/* Unlinks regular files older than so many seconds; others' files are left alone. */
enum err spool_sweep(const char *dir, int64_t older_sec) MUST_CHECK;

#endif
