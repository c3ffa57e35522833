#include "lib/suite.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	SUITE_SEC = 600, /* a test's limit: sanitizers on a busy machine are slow */
	SUITE_SKIPPED = 77,
};

static SRunner *runner;

void suite_add_with(const char *name, SFun setup, SFun teardown, const TTest *const *tests,
                    size_t n)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, SUITE_SEC);
	if (setup || teardown)
		tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	if (runner)
		srunner_add_suite(runner, s);
	else
		runner = srunner_create(s);
}

void suite_add(const char *name, const TTest *const *tests, size_t n)
{
	suite_add_with(name, NULL, NULL, tests, n);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

/* What tests write goes into a folder of this run, and with it. */
static void make_dir(char *dir, size_t n)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, n, "%s/gatehouse-test-XX" "XX" "XX", tmp ? tmp : "/tmp");
	if (!mkdtemp(dir) || setenv("GATEHOUSE_TEST_DIR", dir, 1) != 0)
		abort();
}

int main(void)
{
	char dir[200];
	int failed;

#ifdef SUITE_NEEDS_DB
	if (!getenv("GATEHOUSE_TEST_DB")) {
		puts("skipped: GATEHOUSE_TEST_DB (a socket of MariaDB) is not set");
		return SUITE_SKIPPED;
	}
#endif
	if (!runner) {
		puts("skipped: there is no test in this program");
		return SUITE_SKIPPED;
	}
	make_dir(dir, sizeof(dir));
	srunner_run_all(runner, CK_ENV);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
