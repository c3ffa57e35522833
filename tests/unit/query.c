#include <stdio.h>
#include <string.h>

#include "http/http.h"
#include "lib/suite.h"

struct args {
	const char *q, *sort, *mail;
	int64_t limit, zone, owner;
	bool all;
	struct stamp from;
	struct str_list action;
};

static const char *check_mail(const char *s, size_t n)
{
	return memchr(s, '@', n) ? NULL : "not-an-email";
}

static const char *const sorts[] = { "name", "-name", NULL };
static const struct json_in args_in[] = {
	JSON_IN(struct args, q, .max = 10),
	JSON_IN(struct args, sort, .words = sorts),
	JSON_IN(struct args, mail, .check = check_mail),
	JSON_IN(struct args, limit, .min = 1, .max = 100),
	JSON_IN(struct args, zone, .min = -840, .max = 840),
	JSON_IN_ID(struct args, owner, ID_ACCOUNT),
	JSON_IN(struct args, all),
	JSON_IN(struct args, from),
	JSON_IN(struct args, action, .max = 3),
};
static const struct json_table args_table = JSON_TABLE(struct args, args_in);

static struct arena mem;
static struct fault fault;
static struct args args;

static enum err read_query(const char *query)
{
	fault = (struct fault){ 0 };
	args = (struct args){ 0 };
	return query_read(&mem, &fault, query, &args_table, &args);
}

static void start(void)
{
	arena_init(&mem, 16 << 20);
}

static void end(void)
{
	arena_release(&mem);
}

START_TEST(reads_every_type)
{
	char id[ID_TEXT], query[300];

	id_write(ID_ACCOUNT, 42, id);
	snprintf(query, sizeof(query),
	         "q=caf%%C3%%A9+a%%2Bb&sort=-name&limit=25&zone=-60&owner=%s&all=true"
	         "&from=2026-03-01T09%%3A15%%3A00Z&action=a&action=b&mail=x%%40y",
	         id);
	ck_assert_int_eq(read_query(query), OK);
	ck_assert_str_eq(args.q, "caf\xc3\xa9 a+b");
	ck_assert_str_eq(args.sort, "-name");
	ck_assert_str_eq(args.mail, "x@y");
	ck_assert_int_eq(args.limit, 25);
	ck_assert_int_eq(args.zone, -60);
	ck_assert_int_eq(args.owner, 42);
	ck_assert(args.all);
	ck_assert_int_eq(args.from.usec, INT64_C(1772356500000000));
	ck_assert_uint_eq(args.action.n, 2);
	ck_assert_str_eq(args.action.v[0], "a");
	ck_assert_str_eq(args.action.v[1], "b");
}
END_TEST

START_TEST(what_is_absent_is_none)
{
	ck_assert_int_eq(read_query(""), OK);
	ck_assert_ptr_null(args.q);
	ck_assert_int_eq(args.limit, 0);
	ck_assert(!stamp_is_set(args.from));
	ck_assert_uint_eq(args.action.n, 0);
	ck_assert_int_eq(read_query("&&q=&"), OK);
	ck_assert_str_eq(args.q, "");
}
END_TEST

static const struct {
	const char *query, *pointer, *code;
} refused[] = {
	{ "limt=10", "/limt", "unknown" },
	{ "a/b=1", "/a~1b", "unknown" },
	{ "a~=1", "/a~0", "unknown" },
	{ "=1", "/", "unknown" },
	{ "limit=10&limit=10", "/limit", "repeated" },
	{ "limit=", "/limit", "not-an-integer" },
	{ "limit", "/limit", "not-an-integer" },
	{ "limit=x", "/limit", "not-an-integer" },
	{ "limit=10x", "/limit", "not-an-integer" },
	{ "limit=+10", "/limit", "not-an-integer" },
	{ "limit=010", "/limit", "not-an-integer" },
	{ "limit=1.0", "/limit", "not-an-integer" },
	{ "limit=1e1", "/limit", "not-an-integer" },
	{ "zone=-0", "/zone", "not-an-integer" },
	{ "zone=-", "/zone", "not-an-integer" },
	{ "limit=99999999999999999999", "/limit", "not-an-integer" },
	{ "limit=0", "/limit", "out-of-range" },
	{ "limit=101", "/limit", "out-of-range" },
	{ "zone=-841", "/zone", "out-of-range" },
	{ "sort=id", "/sort", "not-one-of" },
	{ "q=12345678901", "/q", "too-long" },
	{ "q=a%0Ab", "/q", "control-characters" },
	{ "mail=x", "/mail", "not-an-email" },
	{ "all=1", "/all", "not-a-boolean" },
	{ "all=", "/all", "not-a-boolean" },
	{ "all=TRUE", "/all", "not-a-boolean" },
	{ "from=yesterday", "/from", "not-a-time" },
	{ "owner=42", "/owner", "not-an-id" },
	{ "owner=per_000000000001A", "/owner", "not-an-id" },
	{ "action=", "/action", "empty" },
	{ "action=a&action=b&action=c&action=d", "/action", "too-many" },
};

START_TEST(refuses_with_pointer_and_code)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		ck_assert_msg(read_query(refused[i].query) == ERR_INVALID, "%s",
		              refused[i].query);
		ck_assert_uint_eq(fault.nfields, 1);
		ck_assert_str_eq(fault.fields[0].pointer, refused[i].pointer);
		ck_assert_str_eq(fault.fields[0].code, refused[i].code);
	}
}
END_TEST

START_TEST(tells_all_complaints_at_once)
{
	ck_assert_int_eq(read_query("limit=x&sort=y&z=1"), ERR_INVALID);
	ck_assert_uint_eq(fault.nfields, 3);
}
END_TEST

static const char *const unreadable[] = { "q=%",   "q=%4",    "q=%zz",      "q=%00",
	                                  "q=%ff", "%c3=1",   "q=%c0%af",   "q=%ed%a0%80",
	                                  "a%",    "q=a%4&b", "q=%C3&q=%A9" };

START_TEST(bytes_that_are_no_text_are_malformed)
{
	for (size_t i = 0; i < ARRAY_LEN(unreadable); i++) {
		ck_assert_int_eq(read_query(unreadable[i]), ERR_MALFORMED);
		ck_assert_str_eq(fault.code, "bad-query");
	}
}
END_TEST

START_TEST(too_many_parameters_are_malformed)
{
	char query[300 * 2 + 1] = "";

	for (size_t i = 0; i < 300; i++)
		memcpy(query + 2 * i, "a&", 3);
	ck_assert_int_eq(read_query(query), ERR_MALFORMED);
}
END_TEST

START_TEST(what_is_needed_must_come)
{
	static const struct json_in need_in[] = { JSON_IN(struct args, q, .need = true) };
	static const struct json_table need = JSON_TABLE(struct args, need_in);

	fault = (struct fault){ 0 };
	ck_assert_int_eq(query_read(&mem, &fault, "", &need, &args), ERR_INVALID);
	ck_assert_str_eq(fault.fields[0].pointer, "/q");
	ck_assert_str_eq(fault.fields[0].code, "required");
}
END_TEST

START_TEST(without_a_table_no_parameter_is_known)
{
	fault = (struct fault){ 0 };
	ck_assert_int_eq(query_read(&mem, &fault, "", NULL, NULL), OK);
	ck_assert_int_eq(query_read(&mem, &fault, "a=1", NULL, NULL), ERR_INVALID);
	ck_assert_str_eq(fault.fields[0].code, "unknown");
}
END_TEST

TESTS_WITH("query", start, end, reads_every_type, what_is_absent_is_none,
           refuses_with_pointer_and_code, tells_all_complaints_at_once,
           bytes_that_are_no_text_are_malformed, too_many_parameters_are_malformed,
           what_is_needed_must_come, without_a_table_no_parameter_is_known);
