#include "base/token.h"

#include <string.h>

#include "lib/suite.h"

static const struct {
	enum id_kind kind;
	int64_t id;
	const char *text;
} ids[] = {
	{ ID_ACCOUNT, 1, "acc_0000000000001" },
	{ ID_ACCOUNT, 31, "acc_000000000000Z" },
	{ ID_ACCOUNT, 32, "acc_0000000000010" },
	{ ID_EVENT, 1234567890123, "evt_000013XRZP16B" },
	{ ID_SITE, INT64_MAX, "sit_7ZZZZZZZZZZZZ" },
};

START_TEST(ids_are_fixed_width_crockford_base32)
{
	char text[ID_TEXT];
	int64_t back;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		id_write(ids[i].kind, ids[i].id, text);
		ck_assert_str_eq(text, ids[i].text);
		ck_assert(id_read(ids[i].kind, text, strlen(text), &back));
		ck_assert_int_eq(back, ids[i].id);
	}
}
END_TEST

START_TEST(ids_of_every_kind_come_back_and_of_no_other_kind)
{
	char text[ID_TEXT];
	int64_t back;

	for (int kind = ID_NONE + 1; kind < ID__MAX; kind++) {
		for (int bit = 0; bit < 63; bit++) {
			id_write((enum id_kind)kind, INT64_C(1) << bit, text);
			ck_assert(id_read((enum id_kind)kind, text, ID_TEXT - 1, &back));
			ck_assert_int_eq(back, INT64_C(1) << bit);
		}
		for (int other = ID_NONE + 1; other < ID__MAX; other++)
			ck_assert_int_eq(id_read((enum id_kind)other, text, ID_TEXT - 1, &back),
			                 other == kind);
	}
}
END_TEST

START_TEST(ids_that_we_would_not_write_are_refused)
{
	static const char *const bad[] = {
		"",
		"acc",
		"acc_",
		"acc_1",
		"acc_0000000000000",  /* no row has key 0 */
		"acc_000000000000",   /* 12 digits */
		"acc_00000000000001", /* 14 digits */
		"acc-0000000000001",
		"ACC_0000000000001",
		"acc_000000000000I",
		"acc_000000000000L",
		"acc_000000000000o",
		"acc_000000000000U",
		"acc_000000000000-",
		"acc_ 000000000001",
		"acc_8000000000000", /* 64 bits */
		"acc_ZZZZZZZZZZZZZ",
		"0000000000000acc_",
	};
	int64_t out = 7;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!id_read(ID_ACCOUNT, bad[i], strlen(bad[i]), &out), "%s", bad[i]);
	ck_assert(!id_read(ID_ACCOUNT, "acc_000000000000\0", 17, &out));
	ck_assert_int_eq(out, 7);
}
END_TEST

START_TEST(ids_may_be_lower_case)
{
	int64_t out;

	ck_assert(id_read(ID_ACCOUNT, "acc_00000000000ab", 17, &out));
	ck_assert_int_eq(out, 10 * 32 + 11);
}
END_TEST

/* RFC 4648 section 10. */
static const struct {
	const char *plain, *base64;
} vectors[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
};

START_TEST(base64_as_in_rfc_4648)
{
	char text[16], back[16];
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		n = base64_write(vectors[i].plain, strlen(vectors[i].plain), text,
		                 sizeof(text));
		ck_assert_uint_eq(n, strlen(vectors[i].base64));
		ck_assert_str_eq(text, vectors[i].base64);
		ck_assert(base64_read(text, n, back, sizeof(back), &n));
		ck_assert_uint_eq(n, strlen(vectors[i].plain));
		ck_assert_mem_eq(back, vectors[i].plain, n);
	}
	ck_assert_uint_eq(base64_write("foobar", 6, text, 8), 0);
}
END_TEST

START_TEST(base64_that_is_not_exact_is_refused)
{
	static const char *const bad[] = { "Z",        "Zg",
		                           "Zg=",      "Zh==",
		                           "Zm9",      "Zm9v=",
		                           "Zm9vY",    "Zm 9v",
		                           "Zm9v\n",   "Zm9_",
		                           "Zm9-",     "====",
		                           "Zg==Zg==", "\xd0\xcf\xc8\x99\xc7\xcf\x99\x89" };
	unsigned char out[16];
	size_t n = 99;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!base64_read(bad[i], strlen(bad[i]), out, sizeof(out), &n), "%s",
		              bad[i]);
	ck_assert(!base64_read("Zm9vYmFy", 8, out, 5, &n));
	ck_assert_uint_eq(n, 99);
}
END_TEST

START_TEST(hex_both_ways)
{
	unsigned char out[4];
	char text[9];
	size_t n;

	hex_write("\x00\x7f\x80\xff", 4, text);
	ck_assert_str_eq(text, "007f80ff");
	ck_assert(hex_read("007F80ff", 8, out, sizeof(out), &n));
	ck_assert_uint_eq(n, 4);
	ck_assert_mem_eq(out, "\x00\x7f\x80\xff", 4);
	ck_assert(!hex_read("0", 1, out, sizeof(out), &n));
	ck_assert(!hex_read("0g", 2, out, sizeof(out), &n));
	ck_assert(!hex_read("00 00", 5, out, sizeof(out), &n));
	ck_assert(!hex_read("0000000000", 10, out, sizeof(out), &n));
}
END_TEST

static void is_hex(const unsigned char *p, const char *hex)
{
	char text[2 * HASH_BYTES + 1];

	hex_write(p, HASH_BYTES, text);
	ck_assert_str_eq(text, hex);
}

START_TEST(hashes_as_in_their_standards)
{
	unsigned char out[HASH_BYTES], key[131];

	/* FIPS 180-2 appendix B.1 */
	token_sha256("abc", 3, out);
	is_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	/* RFC 4231 test cases 2 and 6 */
	token_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
	is_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	token_hmac_sha256(key, sizeof(key),
	                  "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
	is_hex(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	/* BLAKE2b-256 of "abc" */
	token_hash("abc", 3, out);
	is_hex(out, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}
END_TEST

START_TEST(random_tokens_have_their_form_and_differ)
{
	char a[TOKEN_TEXT], b[TOKEN_TEXT], uuid[UUID_TEXT];

	token_new(a);
	token_new(b);
	ck_assert_uint_eq(strlen(a), 43);
	ck_assert_uint_eq(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                            "0123456789-_"),
	                  43);
	ck_assert_str_ne(a, b);
	for (int i = 0; i < 100; i++) {
		token_uuid(uuid);
		ck_assert_uint_eq(strlen(uuid), 36);
		ck_assert_uint_eq(strspn(uuid, "0123456789abcdef-"), 36);
		ck_assert(uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' &&
		          uuid[23] == '-');
		ck_assert_int_eq(uuid[14], '4');
		ck_assert_ptr_nonnull(strchr("89ab", uuid[19]));
	}
}
END_TEST

START_TEST(equal_bytes_are_the_same)
{
	ck_assert(token_same("abc", "abc", 3));
	ck_assert(!token_same("abc", "abd", 3));
	ck_assert(token_same("abc", "abd", 2));
}
END_TEST

TESTS("token", ids_are_fixed_width_crockford_base32,
      ids_of_every_kind_come_back_and_of_no_other_kind, ids_that_we_would_not_write_are_refused,
      ids_may_be_lower_case, base64_as_in_rfc_4648, base64_that_is_not_exact_is_refused,
      hex_both_ways, hashes_as_in_their_standards, random_tokens_have_their_form_and_differ,
      equal_bytes_are_the_same);
