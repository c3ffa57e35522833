#include "lib/expect.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_file(const char *name, const char *mode)
{
	const char *root = getenv("GATEHOUSE_SRCDIR");
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/expect/%s", root ? root : ".", name);
	f = fopen(path, mode);
	ck_assert_msg(f, "%s cannot be opened", path);
	return f;
}

/* The first line that differs is what a person wants to see. */
static void compare(const char *name, const char *was, const char *is)
{
	int line = 1;

	while (*was && *was == *is) {
		line += *was++ == '\n';
		is++;
	}
	ck_assert_msg(*was == *is,
	              "tests/expect/%s differs at line %d: \"%.*s\" is now \"%.*s\" "
	              "(GATEHOUSE_EXPECT=write takes it over)",
	              name, line, (int)strcspn(was, "\n"), was, (int)strcspn(is, "\n"), is);
}

void expect_text(const char *name, const char *text)
{
	const char *how = getenv("GATEHOUSE_EXPECT");
	size_t n = strlen(text), got;
	char *was;
	FILE *f;

	if (how && strcmp(how, "write") == 0) {
		f = open_file(name, "w");
		ck_assert_uint_eq(fwrite(text, 1, n, f), n);
		ck_assert_int_eq(fclose(f), 0);
		return;
	}
	f = open_file(name, "r");
	was = calloc(1, n + 4096);
	ck_assert_ptr_nonnull(was);
	got = fread(was, 1, n + 4095, f);
	was[got] = '\0';
	fclose(f);
	compare(name, was, text);
	free(was);
}
