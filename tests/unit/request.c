#include <string.h>

#include "http/http.h"
#include "lib/suite.h"

static struct arena mem;
static struct fault fault;

static void start(void)
{
	arena_init(&mem, 1 << 20);
	fault = (struct fault){ 0 };
}

static void end(void)
{
	arena_release(&mem);
}

START_TEST(methods_are_those_of_the_api)
{
	ck_assert_int_eq(method_of_text("GET"), METHOD_GET);
	ck_assert_int_eq(method_of_text("HEAD"), METHOD_GET);
	ck_assert_int_eq(method_of_text("DELETE"), METHOD_DELETE);
	ck_assert_int_eq(method_of_text("get"), METHOD_OTHER);
	ck_assert_int_eq(method_of_text("OTHER"), METHOD_OTHER);
	ck_assert_int_eq(method_of_text(""), METHOD_OTHER);
	ck_assert_int_eq(method_of_text(NULL), METHOD_OTHER);
	ck_assert_str_eq(method_text(METHOD_PATCH), "PATCH");
}
END_TEST

static const struct {
	const char *text;
	bool good;
	int64_t v;
} lengths[] = {
	{ NULL, true, 0 },
	{ "", true, 0 },
	{ "0", true, 0 },
	{ "17", true, 17 },
	{ "0017", true, 17 },
	{ "999999999999999", true, INT64_C(999999999999999) },
	{ "1000000000000000", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "-1", false, 0 },
	{ "+1", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "0x1", false, 0 },
	{ "1,1", false, 0 },
	{ "1e3", false, 0 },
};

START_TEST(a_length_is_digits)
{
	int64_t v;

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		v = -7;
		ck_assert_int_eq(http_length_read(lengths[i].text, &v), lengths[i].good);
		ck_assert_int_eq(v, lengths[i].good ? lengths[i].v : -7);
	}
}
END_TEST

START_TEST(a_header_that_comes_twice_is_refused_where_it_may_come_once)
{
	static const char *const params[] = { "HTTP_A=1", "HTTP_AB=2", "HTTP_B=3",
		                              "HTTP_A=1", "BROKEN",    NULL };
	struct request rq = { .params = params };
	const char *v = "untouched";

	ck_assert_str_eq(request_param(&rq, "HTTP_A"), "1");
	ck_assert_str_eq(request_param(&rq, "HTTP_AB"), "2");
	ck_assert_ptr_null(request_param(&rq, "HTTP"));
	ck_assert_ptr_null(request_param(&rq, "BROKEN"));
	ck_assert_int_eq(request_param_once(&rq, &fault, "HTTP_A", &v), ERR_MALFORMED);
	ck_assert_str_eq(fault.code, "repeated-header");
	ck_assert_str_eq(v, "untouched");
	ck_assert_int_eq(request_param_once(&rq, &fault, "HTTP_B", &v), OK);
	ck_assert_str_eq(v, "3");
	ck_assert_int_eq(request_param_once(&rq, &fault, "HTTP_C", &v), OK);
	ck_assert_ptr_null(v);
}
END_TEST

START_TEST(of_many_names_none_may_come_twice)
{
	static const char *const params[] = { "HTTP_A=1", "HTTP_AB=2", "HTTP_B=3",
		                              "HTTP_A=1", "BROKEN",    "BROKEN",
		                              "=",        "=",         NULL };
	static const struct param_name some[] = { PARAM_NAME("HTTP_B"), PARAM_NAME("HTTP_AB"),
		                                  PARAM_NAME("HTTP_C"), PARAM_NAME("BROKEN"),
		                                  PARAM_NAME("HTTP_A") };
	struct request rq = { .params = params };

	ck_assert_int_eq(request_params_once(&rq, &fault, some, 5), ERR_MALFORMED);
	ck_assert_str_eq(fault.code, "repeated-header");
	ck_assert_int_eq(request_params_once(&rq, &fault, some, 4), OK);
}
END_TEST

START_TEST(a_request_built_by_hand_needs_no_params)
{
	static const struct param_name one[] = { PARAM_NAME("HTTP_A") };
	struct request rq = { 0 };

	ck_assert_int_eq(request_params_once(&rq, &fault, one, 1), OK);
	ck_assert_ptr_null(request_param(&rq, "HTTP_A"));
}
END_TEST

static const struct {
	const char *header, *value; /* of the cookie "sid" */
} cookies[] = {
	{ "HTTP_COOKIE=sid=abc", "abc" },
	{ "HTTP_COOKIE=a=1; sid=abc; b=2", "abc" },
	{ "HTTP_COOKIE=a=1;sid=abc", "abc" },
	{ "HTTP_COOKIE=a=1; sid=a=b==", "a=b==" },
	{ "HTTP_COOKIE=sid=abc ; b=2", "abc" },
	{ "HTTP_COOKIE=sid=", "" },
	{ "HTTP_COOKIE=sid", NULL },
	{ "HTTP_COOKIE=xsid=abc", NULL },
	{ "HTTP_COOKIE=sidx=abc", NULL },
	{ "HTTP_COOKIE=SID=abc", NULL },
	{ "HTTP_COOKIE=a=\"; sid=abc\"", "abc\"" },
	{ "HTTP_COOKIE=;;; ;", NULL },
	{ "HTTP_COOKIE=", NULL },
	{ "HTTP_OTHER=sid=abc", NULL },
};

START_TEST(finds_a_cookie_by_its_whole_name)
{
	for (size_t i = 0; i < ARRAY_LEN(cookies); i++) {
		const char *const params[] = { cookies[i].header, NULL };
		struct request rq = { .params = params };
		const char *v = "untouched";

		ck_assert_int_eq(request_cookie(&rq, &mem, &fault, "sid", &v), OK);
		if (cookies[i].value)
			ck_assert_str_eq(v, cookies[i].value);
		else
			ck_assert_ptr_null(v);
	}
}
END_TEST

START_TEST(refuses_two_cookies_of_one_name)
{
	static const char *const twice[] = { "HTTP_COOKIE=sid=a; b=c; sid=a", NULL };
	static const char *const headers[] = { "HTTP_COOKIE=sid=a", "HTTP_COOKIE=b=c", NULL };
	struct request rq = { .params = twice };
	const char *v = "untouched";

	ck_assert_int_eq(request_cookie(&rq, &mem, &fault, "sid", &v), ERR_MALFORMED);
	ck_assert_str_eq(fault.code, "repeated-cookie");
	rq.params = headers;
	ck_assert_int_eq(request_cookie(&rq, &mem, &fault, "sid", &v), ERR_MALFORMED);
	ck_assert_str_eq(fault.code, "repeated-header");
	ck_assert_str_eq(v, "untouched");
}
END_TEST

START_TEST(request_ids_are_digits_and_differ)
{
	char a[REQUEST_ID_TEXT], b[REQUEST_ID_TEXT];

	request_id_new(a);
	request_id_new(b);
	ck_assert_uint_eq(strspn(a, "0123456789abcdef"), 32);
	ck_assert_uint_eq(strlen(a), 32);
	ck_assert_str_ne(a, b);
}
END_TEST

TESTS_WITH("request", start, end, methods_are_those_of_the_api, a_length_is_digits,
           a_header_that_comes_twice_is_refused_where_it_may_come_once,
           of_many_names_none_may_come_twice, a_request_built_by_hand_needs_no_params,
           finds_a_cookie_by_its_whole_name, refuses_two_cookies_of_one_name,
           request_ids_are_digits_and_differ);
