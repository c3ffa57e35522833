/*
 * suite.h - tests register themselves; one main for t_unit, t_db and t_module.
 *
 * A file of tests ends with TESTS("buf", first_test, second_test, ...): nothing
 * else lists it.  The surprising rule: each test runs in a process of its own,
 * so what one sets in memory the next does not see.
 */
#ifndef LIB_SUITE_H
#define LIB_SUITE_H

#include <check.h>
#include <stddef.h>

/* Called by TESTS before main(). */
void suite_add(const char *name, const TTest *const *tests, size_t n);

/* The same with a set-up and a tear-down run before and after each test. */
void suite_add_with(const char *name, SFun setup, SFun teardown, const TTest *const *tests,
                    size_t n);

#define TESTS(name, ...) TESTS_WITH(name, NULL, NULL, __VA_ARGS__)

#define TESTS_WITH(name, setup, teardown, ...)                                             \
	__attribute__((constructor)) static void add_tests(void)                           \
	{                                                                                  \
		const TTest *const list[] = { __VA_ARGS__ };                               \
                                                                                           \
		suite_add_with(name, setup, teardown, list, sizeof(list) / sizeof(*list)); \
	}                                                                                  \
	struct tests_end

#endif
