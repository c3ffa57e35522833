/* Signatures of callbacks: the published vector, the cases of the reference, and stricter ones. */
#include <stdio.h>
#include <string.h>

#include "billing/signature.h"
#include "lib/suite.h"

#define SECRET    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define OTHER     "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
#define ID        "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define TS        "1614265330"
#define BODY      "{\"test\": 2432232314}"
#define SIG       "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define OTHER_SIG "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="

static struct arena mem;
static unsigned char raw[2][SIGNATURE_KEY_MAX];
static struct bytes keys[2];

static void begin(void)
{
	arena_init(&mem, 4 << 20);
	keys[0].p = raw[0];
	keys[1].p = raw[1];
	ck_assert(signature_key_read(SECRET, raw[0], &keys[0].n));
	ck_assert(signature_key_read(OTHER, raw[1], &keys[1].n));
}

static struct stamp at(int64_t sec)
{
	return (struct stamp){ sec * USEC_PER_SEC };
}

static const char *check(const char *id, const char *ts, const char *sig, const char *body)
{
	struct signature_in in = { id, ts, sig, body, strlen(body) };

	return signature_check(&mem, &in, keys, 1, at(1614265330));
}

static const char *make(const char *id, const char *ts, const char *body)
{
	const char *text = arena_printf(&mem, "%s.%s.%s", id, ts, body);
	unsigned char mac[HASH_BYTES];
	char b64[64];

	token_hmac_sha256(keys[0].p, keys[0].n, text, strlen(text), mac);
	base64_write(mac, sizeof(mac), b64, sizeof(b64));
	return arena_printf(&mem, "v1,%s", b64);
}

START_TEST(the_published_vector_is_accepted)
{
	ck_assert_ptr_null(check(ID, TS, SIG, BODY));
	ck_assert_str_eq(make(ID, TS, BODY), SIG);
}
END_TEST

/* Each line: what is sent, and the word it is refused with; NULL is accepted. */
static const struct {
	const char *id, *ts, *sig, *body, *why;
} reference[] = {
	{ ID, TS, SIG, BODY, NULL },
	{ NULL, TS, SIG, BODY, "header-missing" },
	{ ID, NULL, SIG, BODY, "header-missing" },
	{ ID, TS, NULL, BODY, "header-missing" },
	{ ID, "hello", SIG, BODY, "bad-timestamp" },
	{ ID, TS, "v1,dawfeoifkpqwoekfpqoekf", BODY, "bad-signature" },
	{ ID, TS, "v1,g0hM9SsE+OTPJTGt", BODY, "bad-signature" },
	{ ID, "1614265029", SIG, BODY, "stale-timestamp" },
	{ ID, "1614265631", SIG, BODY, "stale-timestamp" },
	{ ID, TS, OTHER_SIG " v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= " SIG, BODY,
	  NULL },
	{ ID, TS, "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", BODY, "bad-signature" },
	{ ID, TS, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", BODY, "bad-signature" },
	{ ID, TS, SIG, "{\"test\":2432232314}", "bad-signature" },
	{ "msg_other", TS, SIG, BODY, "bad-signature" },
};

START_TEST(the_cases_of_the_reference_end_as_they_should)
{
	for (size_t i = 0; i < sizeof(reference) / sizeof(*reference); i++)
		ck_assert_pstr_eq(check(reference[i].id, reference[i].ts, reference[i].sig,
		                        reference[i].body),
		                  reference[i].why);
}
END_TEST

/* All signed rightly over what is sent: only the form is wrong. */
static const struct {
	const char *id, *ts, *why;
} strict[] = {
	{ "evt_1", "1614265330", NULL },
	{ "evt_1", "01614265330", NULL }, /* eleven digits, over the bytes as sent */
	{ "evt.1", "1614265330", "bad-id" },
	{ "evt 1", "1614265330", "bad-id" },
	{ "", "1614265330", "bad-id" },
	{ "evt_1234567890123456789012345678901234567890123456789012345678901", "1614265330",
	  "bad-id" }, /* 65 */
	{ "evt_1", "1614265330x", "bad-timestamp" },
	{ "evt_1", "1614265330.9", "bad-timestamp" },
	{ "evt_1", "+1614265330", "bad-timestamp" },
	{ "evt_1", "-1614265330", "bad-timestamp" },
	{ "evt_1", " 1614265330", "bad-timestamp" },
	{ "evt_1", "001614265330", "bad-timestamp" }, /* twelve digits */
	{ "evt_1", "", "bad-timestamp" },
	{ "evt_1", "1614265030", NULL },
	{ "evt_1", "1614265630", NULL },
};

START_TEST(ids_and_timestamps_have_one_form)
{
	for (size_t i = 0; i < sizeof(strict) / sizeof(*strict); i++)
		ck_assert_pstr_eq(check(strict[i].id, strict[i].ts,
		                        make(strict[i].id, strict[i].ts, BODY), BODY),
		                  strict[i].why);
}
END_TEST

START_TEST(a_list_of_signatures_has_one_space_between_and_ten_at_most)
{
	char many[SIGNATURE_HEADER_MAX + 400] = "";
	size_t n = 0;

	ck_assert_str_eq(check(ID, TS, SIG "  " SIG, BODY), "bad-signature-list");
	ck_assert_str_eq(check(ID, TS, " " SIG, BODY), "bad-signature-list");
	ck_assert_str_eq(check(ID, TS, SIG " ", BODY), "bad-signature-list");
	ck_assert_str_eq(check(ID, TS, "", BODY), "bad-signature-list");
	for (int i = 0; i < 10; i++)
		n += (size_t)snprintf(many + n, sizeof(many) - n, "%s%s", i ? " " : "", SIG);
	ck_assert_ptr_null(check(ID, TS, many, BODY));
	snprintf(many + n, sizeof(many) - n, " %s", SIG);
	ck_assert_str_eq(check(ID, TS, many, BODY), "bad-signature-list");
	memset(many, 'a', SIGNATURE_HEADER_MAX + 1);
	many[SIGNATURE_HEADER_MAX + 1] = '\0';
	ck_assert_str_eq(check(ID, TS, many, BODY), "bad-signature-list");
}
END_TEST

START_TEST(one_bit_anywhere_is_noticed)
{
	char body[] = BODY, sig[] = SIG, id[] = ID;

	for (size_t i = 0; i < strlen(body); i++) {
		body[i] ^= 1;
		ck_assert_ptr_nonnull(check(ID, TS, SIG, body));
		body[i] ^= 1;
	}
	for (size_t i = 3; i < strlen(sig) - 2; i++) {
		sig[i] ^= 1;
		ck_assert_ptr_nonnull(check(ID, TS, sig, BODY));
		sig[i] ^= 1;
	}
	for (size_t i = 0; i < strlen(id); i++) {
		id[i] ^= 1;
		ck_assert_ptr_nonnull(check(id, TS, SIG, BODY));
		id[i] ^= 1;
	}
	ck_assert_ptr_nonnull(check(ID, "1614265331", SIG, BODY));
}
END_TEST

START_TEST(any_key_of_several_will_do)
{
	struct signature_in in = { ID, TS, SIG, BODY, strlen(BODY) };
	struct bytes turned[2] = { keys[1], keys[0] };

	ck_assert_ptr_null(signature_check(&mem, &in, turned, 2, at(1614265330)));
	ck_assert_str_eq(signature_check(&mem, &in, turned, 1, at(1614265330)),
	                 "bad-signature");
	ck_assert_str_eq(signature_check(&mem, &in, turned, 0, at(1614265330)),
	                 "bad-signature");
}
END_TEST

START_TEST(a_key_has_24_to_64_bytes)
{
	unsigned char out[SIGNATURE_KEY_MAX];
	size_t n;

	ck_assert(signature_key_read("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out, &n));
	ck_assert_uint_eq(n, 24);
	ck_assert(!signature_key_read("whsec_c2hvcnQ=", out, &n));
	ck_assert(!signature_key_read("whsec_not base64", out, &n));
	ck_assert(!signature_key_read("", out, &n));
}
END_TEST

TESTS_WITH("signature", begin, NULL, the_published_vector_is_accepted,
           the_cases_of_the_reference_end_as_they_should, ids_and_timestamps_have_one_form,
           a_list_of_signatures_has_one_space_between_and_ten_at_most,
           one_bit_anywhere_is_noticed, any_key_of_several_will_do, a_key_has_24_to_64_bytes);
