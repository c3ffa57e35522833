#include <string.h>

#include "http/http.h"
#include "lib/suite.h"

static struct arena mem;
static struct fault fault;

static void start(void)
{
	arena_init(&mem, 1 << 20);
}

static void end(void)
{
	arena_release(&mem);
}

static enum err target(const char *uri, const char *base, const char **path, const char **query)
{
	arena_reset(&mem);
	fault = (struct fault){ 0 };
	return request_target(&mem, &fault, uri, base, path, query);
}

static const struct {
	const char *uri, *base, *path, *query;
} taken[] = {
	{ "/", "/", "/", "" },
	{ "/api/v1/session", "/", "/api/v1/session", "" },
	{ "/api/v1/accounts?q=a%20b&limit=10", "/", "/api/v1/accounts", "q=a%20b&limit=10" },
	{ "/a?", "/", "/a", "" },
	{ "/a?b?c", "/", "/a", "b?c" },
	{ "/a?x=/../%2f", "/", "/a", "x=/../%2f" },
	{ "/portal/", "/portal/", "/", "" },
	{ "/portal/api/v1/me", "/portal/", "/api/v1/me", "" },
	{ "/%70ortal/a", "/portal/", "/a", "" },
	{ "/a/", "/", "/a/", "" },
	{ "/a%20b", "/", "/a b", "" },
	{ "/%C3%a9", "/", "/\xc3\xa9", "" },
	{ "/a.b/..c/...", "/", "/a.b/..c/...", "" },
	{ "/a;b=c,d:e@f!$&'()*+~_-", "/", "/a;b=c,d:e@f!$&'()*+~_-", "" },
};

START_TEST(takes_a_target_apart)
{
	const char *path, *query;

	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		ck_assert_int_eq(target(taken[i].uri, taken[i].base, &path, &query), OK);
		ck_assert_str_eq(path, taken[i].path);
		ck_assert_str_eq(query, taken[i].query);
	}
}
END_TEST

static const char *const refused[] = {
	"",        "a",         "http://h/a", "*",           "//",      "//a",     "/a//b",
	"/a//",    "/./a",      "/a/.",       "/a/./b",      "/..",     "/../a",   "/a/..",
	"/a/../b", "/%2e/a",    "/a/%2E%2e",  "/a/.%2e/b",   "/a%2fb",  "/a%2Fb",  "/a%5cb",
	"/a%5Cb",  "/a\\b",     "/a%00",      "/%00",        "/a%0ab",  "/a%1f",   "/a%7f",
	"/a%zz",   "/a%2",      "/a%",        "/a%%41",      "/a b",    "/a\tb",   "/a\nb",
	"/a\x7f",  "/\xc3\xa9", "/%c3",       "/%c3%28",     "/%ff",    "/%c0%af", "/%ed%a0%80",
	"/a#b",    "/a?b#c",    "/a?b c",     "/a?\xc3\xa9", "/a?b\nc", "/a<b",    "/a\"b",
	"/a{b}",   "/a|b",      "/a^b",       "/%c2%85",     "/a%2",
};

START_TEST(refuses_what_web_servers_read_in_different_ways)
{
	const char *path = NULL, *query = NULL;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		ck_assert_msg(target(refused[i], "/", &path, &query) == ERR_MALFORMED, "%s",
		              refused[i]);
		ck_assert_str_eq(fault.code, "bad-target");
		ck_assert_ptr_null(path);
		ck_assert_ptr_null(query);
	}
	ck_assert_int_eq(target(NULL, "/", &path, &query), ERR_MALFORMED);
}
END_TEST

START_TEST(refuses_a_target_without_end)
{
	const char *path, *query;
	char uri[8200];

	memset(uri, 'a', sizeof(uri));
	uri[0] = '/';
	uri[sizeof(uri) - 1] = '\0';
	ck_assert_int_eq(target(uri, "/", &path, &query), ERR_MALFORMED);
	uri[8192] = '\0';
	ck_assert_int_eq(target(uri, "/", &path, &query), OK);
}
END_TEST

START_TEST(knows_nothing_outside_its_base)
{
	const char *path, *query;

	ck_assert_int_eq(target("/", "/portal/", &path, &query), ERR_NOT_FOUND);
	ck_assert_int_eq(target("/portal", "/portal/", &path, &query), ERR_NOT_FOUND);
	ck_assert_int_eq(target("/portals/a", "/portal/", &path, &query), ERR_NOT_FOUND);
	ck_assert_int_eq(target("/Portal/a", "/portal/", &path, &query), ERR_NOT_FOUND);
	ck_assert_int_eq(target("/api/portal/", "/portal/", &path, &query), ERR_NOT_FOUND);
}
END_TEST

TESTS_WITH("request_target", start, end, takes_a_target_apart,
           refuses_what_web_servers_read_in_different_ways, refuses_a_target_without_end,
           knows_nothing_outside_its_base);
