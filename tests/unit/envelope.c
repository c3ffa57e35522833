#include "billing/envelope.h"

#include <string.h>

#include "lib/suite.h"

static struct arena mem;

static void begin(void)
{
	arena_init(&mem, 4 << 20);
}

#define SUBJECT "\"subject\":{\"kind\":\"entity\",\"external_id\":\"C-1\"}"
#define REST    "\"type\":\"billing.x\",\"occurred_at\":\"2026-03-01T09:15:00Z\","

/* Each line: a body, the pointer and the code it is refused with; NULL is accepted. */
static const struct {
	const char *body, *pointer, *code;
} cases[] = {
	{ "{\"id\":\"e1\"," REST SUBJECT "}", NULL, NULL },
	{ "{\"id\":\"e1\"," REST SUBJECT ",\"unheard\":[1],\"data\":{\"x\":1}}", NULL, NULL },
	{ "{" REST SUBJECT "}", "/id", "required" },
	{ "{\"id\":\"e.1\"," REST SUBJECT "}", "/id", "not-an-id" },
	{ "{\"id\":1," REST SUBJECT "}", "/id", "not-a-string" },
	{ "{\"id\":\"e1\",\"occurred_at\":\"2026-03-01T09:15:00Z\"," SUBJECT "}", "/type",
	  "required" },
	{ "{\"id\":\"e1\",\"type\":\"a b\",\"occurred_at\":\"2026-03-01T09:15:00Z\"," SUBJECT
	  "}",
	  "/type", "not-a-type" },
	{ "{\"id\":\"e1\",\"type\":\"billing.x\",\"occurred_at\":\"yesterday\"," SUBJECT "}",
	  "/occurred_at", "not-a-time" },
	{ "{\"id\":\"e1\",\"type\":\"billing.x\"," SUBJECT "}", "/occurred_at", "required" },
	{ "{\"id\":\"e1\"," REST "\"version\":2," SUBJECT "}", "/version", "out-of-range" },
	{ "{\"id\":\"e1\",\"type\":\"billing.x\",\"occurred_at\":\"2026-03-01T09:15:00Z\"}",
	  "/subject", "required" },
	{ "{\"id\":\"e1\"," REST "\"subject\":{\"kind\":\"entity\"}}", "/subject/external_id",
	  "required" },
	{ "{\"id\":\"e1\"," REST "\"subject\":{\"kind\":\"cow\",\"login\":\"a\"}}",
	  "/subject/kind", "not-one-of" },
	{ "{\"id\":\"e1\"," REST
	  "\"subject\":{\"kind\":\"entity\",\"login\":\"a\",\"seq\":\"7\"}}",
	  "/subject/seq", "not-an-integer" },
	{ "{\"id\":\"e1\"," REST
	  "\"subject\":{\"kind\":\"entity\",\"login\":\"a\",\"seq\":-1}}",
	  "/subject/seq", "out-of-range" },
	{ "{\"id\":\"e1\"," REST
	  "\"subject\":{\"kind\":\"entity\",\"external_id\":\"login:a\"}}",
	  "/subject/external_id", "reserved-prefix" },
	{ "{\"id\":\"e1\"," REST "\"data\":[]," SUBJECT "}", "/data", "not-an-object" },
	{ "{\"id\":\"e1\"," REST "\"log_extra\":\"x\"," SUBJECT "}", "/log_extra",
	  "not-an-object" },
};

START_TEST(what_is_missing_or_wrong_is_named)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fault f = { 0 };
		struct envelope env;
		enum err e = envelope_read(&mem, &f, cases[i].body, strlen(cases[i].body),
		                           false, &env);

		ck_assert_msg((e == OK) == (cases[i].code == NULL), "%s", cases[i].body);
		if (!cases[i].code)
			continue;
		ck_assert_int_eq(e, ERR_MALFORMED);
		ck_assert_str_eq(f.fields[0].pointer, cases[i].pointer);
		ck_assert_str_eq(f.fields[0].code, cases[i].code);
	}
}
END_TEST

START_TEST(an_old_sender_may_leave_out_id_and_time)
{
	static const char body[] = "{\"type\":\"billing.x\"," SUBJECT "}";
	struct fault f = { 0 };
	struct envelope env;

	ck_assert_int_eq(envelope_read(&mem, &f, body, strlen(body), true, &env), OK);
	ck_assert(!stamp_is_set(env.occurred_at));
	ck_assert_ptr_null(env.id);
	ck_assert(!env.subject.seq.set);
}
END_TEST

START_TEST(a_long_login_becomes_a_key_of_fixed_length)
{
	char login[191];

	memset(login, 'a', 190);
	login[190] = '\0';
	ck_assert_str_eq(envelope_login_key(&mem, "ann"), "login:ann");
	ck_assert_uint_eq(strlen(envelope_login_key(&mem, login)), 6 + 64);
}
END_TEST

TESTS_WITH("envelope", begin, NULL, what_is_missing_or_wrong_is_named,
           an_old_sender_may_leave_out_id_and_time, a_long_login_becomes_a_key_of_fixed_length);
