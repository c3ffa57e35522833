#include "base/arena.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/copy.h"
#include "lib/suite.h"

#define LIMIT ((size_t)8 << 20)

static bool is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
	struct arena a;
	char *p, *last = NULL;

	arena_init(&a, LIMIT);
	for (size_t n = 0; n < 2000; n += 7) {
		p = arena_alloc(&a, n);
		ck_assert_uint_eq((uintptr_t)p % 16, 0);
		ck_assert(is_zero(p, n));
		ck_assert_ptr_ne(p, last);
		memset(p, 0xa5, n);
		last = p;
	}
	arena_release(&a);
	ck_assert_uint_eq(a.held, 0);
}
END_TEST

START_TEST(reset_gives_the_same_place_again_and_no_old_bytes)
{
	struct arena a;
	char *first, *again;

	arena_init(&a, LIMIT);
	first = arena_alloc(&a, 100);
	memset(first, 'x', 100);
	memset(arena_alloc(&a, 300000), 'y', 300000);
	arena_reset(&a);
	ck_assert_uint_lt(a.held, 100000);
	again = arena_alloc(&a, 100);
	ck_assert_ptr_eq(again, first);
	ck_assert(is_zero(again, 100));
	arena_release(&a);
}
END_TEST

START_TEST(the_next_request_gets_the_blocks_of_the_last)
{
	struct arena a;
	size_t held;

	arena_init(&a, LIMIT);
	for (int i = 0; i < 3; i++) {
		arena_alloc(&a, 20000);
		memset(arena_alloc(&a, 20000), 'x', 20000);
		held = a.held;
		arena_reset(&a);
		ck_assert_uint_eq(a.held, held);
	}
	arena_alloc(&a, 20000);
	ck_assert(is_zero(arena_alloc(&a, 20000), 20000));
	arena_reset(&a);
	/* It is no reason for a request that needs all to end. */
	arena_alloc(&a, LIMIT - 40000);
	ck_assert_uint_le(a.held, LIMIT);
	arena_release(&a);
}
END_TEST

START_TEST(a_loop_that_rewinds_needs_the_memory_of_one_row)
{
	struct arena_mark mark;
	struct arena a;
	size_t held;

	arena_init(&a, LIMIT);
	arena_alloc(&a, 32000); /* the mark lies near the end of the first block */
	mark = arena_mark(&a);
	memset(arena_alloc(&a, 2000), 'x', 2000);
	held = a.held;
	for (int i = 0; i < 100000; i++) {
		arena_rewind(&a, mark);
		ck_assert(is_zero(arena_alloc(&a, 2000), 64));
	}
	ck_assert_uint_eq(a.held, held);
	arena_release(&a);
}
END_TEST

START_TEST(a_mark_of_an_empty_arena_rewinds_to_empty)
{
	struct arena_mark mark;
	struct arena a;
	char *first;

	arena_init(&a, LIMIT);
	mark = arena_mark(&a);
	first = arena_copy(&a, "abc", 3);
	arena_alloc(&a, 500000);
	arena_rewind(&a, mark);
	ck_assert_ptr_eq(arena_alloc(&a, 4), first);
	ck_assert(is_zero(first, 4));
	arena_release(&a);
}
END_TEST

START_TEST(what_stood_before_the_mark_survives_the_rewind)
{
	struct arena_mark mark;
	struct arena a;
	const char *kept;

	arena_init(&a, LIMIT);
	kept = arena_printf(&a, "%s-%d", "kept", 7);
	mark = arena_mark(&a);
	for (int i = 0; i < 50; i++)
		arena_alloc(&a, 10000);
	arena_rewind(&a, mark);
	ck_assert_str_eq(kept, "kept-7");
	arena_release(&a);
}
END_TEST

START_TEST(copies_end_with_nul_and_null_stays_null)
{
	struct arena a;

	arena_init(&a, LIMIT);
	ck_assert_str_eq(arena_copy(&a, "abcdef", 3), "abc");
	ck_assert_str_eq(arena_copy(&a, NULL, 0), "");
	ck_assert_str_eq(arena_str(&a, "x"), "x");
	ck_assert_ptr_null(arena_str(&a, NULL));
	arena_release(&a);
}
END_TEST

START_TEST(long_formats_are_whole)
{
	struct arena a;
	const char *s;

	arena_init(&a, LIMIT);
	s = arena_printf(&a, "%0*d", 3000, 7);
	ck_assert_uint_eq(strlen(s), 3000);
	ck_assert_int_eq(s[2999], '7');
	arena_release(&a);
}
END_TEST

START_TEST(up_to_the_limit_is_given)
{
	struct arena a;

	arena_init(&a, 100000);
	arena_alloc(&a, 60000);
	arena_alloc(&a, 30000);
	ck_assert_uint_le(a.held, 100000);
	arena_release(&a);
}
END_TEST

START_TEST(past_the_limit_the_process_ends)
{
	struct arena a;
	int status;
	pid_t child = fork();

	if (child == 0) {
		close(STDERR_FILENO);
		arena_init(&a, 100000);
		arena_alloc(&a, 60000);
		arena_alloc(&a, 60000);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
}
END_TEST

START_TEST(the_last_piece_grows_where_it_stands)
{
	struct arena a;
	char *p, *after;

	arena_init(&a, LIMIT);
	arena_copy(&a, "abc", 3);
	p = arena_alloc(&a, 10);
	memset(p, 'x', 10);
	ck_assert(arena_extend(&a, p, 10, 20));
	ck_assert(is_zero(p + 10, 20));
	memset(p + 10, 'y', 20);
	ck_assert(!arena_extend(&a, p, 30, LIMIT));
	after = arena_copy(&a, "abc", 3);
	ck_assert(after >= p + 30);
	ck_assert(!arena_extend(&a, p, 30, 1));
	arena_reset(&a);
	ck_assert(is_zero(arena_alloc(&a, 100), 100));
	arena_release(&a);
}
END_TEST

START_TEST(copies_of_any_length_are_whole_and_no_longer)
{
	char from[64], to[66];

	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (char)(i + 1);
	for (size_t n = 0; n <= sizeof(from); n++) {
		memset(to, '#', sizeof(to));
		copy_short(to + 1, from, n);
		ck_assert_mem_eq(to + 1, from, n);
		ck_assert_int_eq(to[0], '#');
		ck_assert_int_eq(to[n + 1], '#');
	}
}
END_TEST

TESTS("arena", pieces_are_zeroed_aligned_and_apart,
      reset_gives_the_same_place_again_and_no_old_bytes,
      the_next_request_gets_the_blocks_of_the_last,
      a_loop_that_rewinds_needs_the_memory_of_one_row,
      a_mark_of_an_empty_arena_rewinds_to_empty, what_stood_before_the_mark_survives_the_rewind,
      copies_end_with_nul_and_null_stays_null, long_formats_are_whole, up_to_the_limit_is_given,
      past_the_limit_the_process_ends, the_last_piece_grows_where_it_stands,
      copies_of_any_length_are_whole_and_no_longer);
