#include "base/seal.h"

#include <string.h>

#include "lib/suite.h"

#define KEY_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_B "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff"

static struct arena mem;
static struct seal_ring a, b, both;
static const char *why;

static void setup(void)
{
	arena_init(&mem, (size_t)1 << 20);
	ck_assert_int_eq(seal_parse_keys(KEY_A "\n", &a, &why), OK);
	ck_assert_int_eq(seal_parse_keys("# the new one\n" KEY_B, &b, &why), OK);
	ck_assert_int_eq(seal_parse_keys(KEY_B "\r\n\n" KEY_A "\r\n", &both, &why), OK);
}

static void teardown(void)
{
	arena_release(&mem);
}

START_TEST(a_sealed_secret_opens_where_it_belongs)
{
	const char *sealed = seal_write(&a, &mem, "billing_secret:17", "whsec_x", 7);
	struct bytes out = { 0 };

	ck_assert_mem_eq(sealed, "v1|", 3);
	ck_assert_ptr_null(strstr(sealed, "whsec"));
	ck_assert_int_eq(seal_read(&a, &mem, "billing_secret:17", sealed, &out), OK);
	ck_assert_uint_eq(out.n, 7);
	ck_assert_str_eq((const char *)out.p, "whsec_x");
	ck_assert_int_eq(seal_read(&a, &mem, "billing_secret:18", sealed, &out), ERR_DENIED);
}
END_TEST

START_TEST(two_seals_of_a_secret_differ_and_nothing_may_be_sealed)
{
	const char *one = seal_write(&a, &mem, "x", "", 0),
		   *two = seal_write(&a, &mem, "x", "", 0);
	struct bytes out = { 0 };

	ck_assert_str_ne(one, two);
	ck_assert_int_eq(seal_read(&a, &mem, "x", one, &out), OK);
	ck_assert_uint_eq(out.n, 0);
}
END_TEST

START_TEST(a_new_key_on_top_seals_and_the_old_one_still_opens)
{
	const char *old = seal_write(&a, &mem, "x", "old", 3);
	const char *fresh = seal_write(&both, &mem, "x", "new", 3);
	struct bytes out = { 0 };

	ck_assert_int_eq(seal_read(&both, &mem, "x", old, &out), OK);
	ck_assert_int_eq(seal_read(&b, &mem, "x", fresh, &out), OK);
	ck_assert_int_eq(seal_read(&b, &mem, "x", old, &out), ERR_NOT_FOUND);
}
END_TEST

START_TEST(a_change_anywhere_keeps_it_shut)
{
	const char *sealed = seal_write(&a, &mem, "x", "secret", 6);
	struct bytes out = { 0 };
	char *copy;

	for (size_t i = 0; i < strlen(sealed); i++) {
		copy = arena_str(&mem, sealed);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		ck_assert_int_ne(seal_read(&a, &mem, "x", copy, &out), OK);
		copy[i] = '\0';
		ck_assert_int_ne(seal_read(&a, &mem, "x", copy, &out), OK);
	}
	ck_assert_ptr_null(out.p);
}
END_TEST

START_TEST(texts_that_are_no_seal_are_malformed)
{
	static const char *const bad[] = { "",
		                           "v1|",
		                           "v1|12345678",
		                           "v1|12345678|",
		                           "v2|12345678|a|b",
		                           "v1|12345678|AAAA|AAAA",
		                           "v1|12345678|!|AAAA",
		                           "whsec_plain" };
	struct bytes out = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_int_eq(seal_read(&a, &mem, "x", bad[i], &out), ERR_MALFORMED);
}
END_TEST

START_TEST(key_files_that_are_none_are_refused)
{
	static const char *const bad[] = {
		"",
		"# nothing\n",
		"0001\n",
		KEY_A "00\n",
		"x" KEY_A "\n",
		KEY_A "\n" KEY_A "\n" KEY_A "\n" KEY_A "\n" KEY_A "\n",
	};
	struct seal_ring ring = { .n = 99 };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		why = NULL;
		ck_assert_int_eq(seal_parse_keys(bad[i], &ring, &why), ERR_INVALID);
		ck_assert_ptr_nonnull(why);
	}
	ck_assert_uint_eq(ring.n, 99);
	ck_assert_int_eq(seal_read_keys("/nowhere/key", &ring, &why), ERR_NOT_FOUND);
}
END_TEST

TESTS_WITH("seal", setup, teardown, a_sealed_secret_opens_where_it_belongs,
           two_seals_of_a_secret_differ_and_nothing_may_be_sealed,
           a_new_key_on_top_seals_and_the_old_one_still_opens, a_change_anywhere_keeps_it_shut,
           texts_that_are_no_seal_are_malformed, key_files_that_are_none_are_refused);
