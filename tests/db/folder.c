#include "db/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/suite.h"

#define PATH_MAX_BYTES 300

static char folder[PATH_MAX_BYTES];

static void path_of(char out[2 * PATH_MAX_BYTES], const char *name)
{
	snprintf(out, 2 * PATH_MAX_BYTES, "%s/%s", folder, name);
}

void folder_begin(void)
{
	snprintf(folder, sizeof(folder), "%s/sql_%ld", getenv("GATEHOUSE_TEST_DIR"),
	         (long)getpid());
	ck_assert_int_eq(mkdir(folder, 0700), 0);
}

void folder_end(void)
{
	char command[PATH_MAX_BYTES + 10];

	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

const char *folder_path(void)
{
	return folder;
}

void folder_write(const char *name, const char *text)
{
	char path[2 * PATH_MAX_BYTES];
	FILE *f;

	path_of(path, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

void folder_link(const char *name, const char *to)
{
	char path[2 * PATH_MAX_BYTES];

	path_of(path, name);
	ck_assert_int_eq(symlink(to, path), 0);
}

void folder_remove(const char *name)
{
	char path[2 * PATH_MAX_BYTES];

	path_of(path, name);
	ck_assert_int_eq(unlink(path), 0);
}

void folder_said(void *to, const char *line)
{
	size_t n = strlen(to);

	snprintf((char *)to + n, HEARD_MAX - n, "%s\n", line);
}
