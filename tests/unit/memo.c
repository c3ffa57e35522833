#include <stdlib.h>
#include <string.h>

#include "core/memo.h"
#include "lib/suite.h"

static struct memo *memo;

static void begin(void)
{
	memo = calloc(1, sizeof(*memo));
	ck_assert_ptr_nonnull(memo);
}

static void end(void)
{
	free(memo);
}

static const unsigned char *key_of(unsigned char place, unsigned char rest)
{
	static unsigned char key[HASH_BYTES];

	memset(key, rest, sizeof(key));
	key[0] = place;
	key[1] = 0;
	return key;
}

START_TEST(a_number_is_found_by_its_whole_key)
{
	int64_t n = -1;

	ck_assert(!memo_find(memo, key_of(1, 0), &n));
	memo_put(memo, key_of(1, 0), 42, 60);
	ck_assert(!memo_find(memo, key_of(1, 1), &n));
	ck_assert(!memo_find(memo, key_of(2, 0), &n));
	ck_assert(memo_find(memo, key_of(1, 0), &n));
	ck_assert_int_eq(n, 42);
	memo_put(memo, key_of(1, 1), 43, 60); /* of the same place */
	ck_assert(!memo_find(memo, key_of(1, 0), &n));
}
END_TEST

START_TEST(one_makes_it_anew_and_the_others_get_the_old)
{
	int64_t n = -1;

	memo_put(memo, key_of(1, 0), 42, 0);
	ck_assert(!memo_find(memo, key_of(1, 0), &n));
	ck_assert(memo_find(memo, key_of(1, 0), &n));
	ck_assert_int_eq(n, 42);
	memo_put(memo, key_of(1, 0), 44, 60);
	ck_assert(memo_find(memo, key_of(1, 0), &n));
	ck_assert_int_eq(n, 44);
	memo_put(memo, key_of(1, 0), 45, -60);
	ck_assert(!memo_find(memo, key_of(1, 0), &n));
	ck_assert(!memo_find(memo, key_of(1, 0), &n)); /* over for too long */
}
END_TEST

START_TEST(without_a_memo_nothing_is_found)
{
	int64_t n;

	memo_put(NULL, key_of(1, 0), 1, 60);
	ck_assert(!memo_find(NULL, key_of(1, 0), &n));
}
END_TEST

TESTS_WITH("memo", begin, end, a_number_is_found_by_its_whole_key,
           one_makes_it_anew_and_the_others_get_the_old, without_a_memo_nothing_is_found);
