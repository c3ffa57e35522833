#include "http/answer.h"

#include <string.h>

#include "lib/suite.h"

static struct arena mem;
static struct pool_config config;
static struct response rs;

static void start(void)
{
	arena_init(&mem, 1 << 20);
	rs = (struct response){ .status = 200 };
	buf_init(&rs.body, &mem, 1000);
	config = (struct pool_config){
		.handoff = "accel",
		.handoff_prefix = "/_spool/",
		.spool_dir = "/var/spool/x",
		.base_path = "/portal/",
	};
}

static void end(void)
{
	arena_release(&mem);
}

static const char *head(void)
{
	struct buf b;

	buf_init(&b, &mem, 8192);
	answer_head(&b, &config, &rs);
	ck_assert(!b.failed);
	return buf_str(&b);
}

START_TEST(says_status_type_and_length)
{
	buf_puts(&rs.body, "{}");
	ck_assert_str_eq(head(), "Status: 200 OK\r\nCache-Control: no-store\r\nVary: Cookie\r\n"
	                         "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n");
}
END_TEST

START_TEST(an_answer_without_body_says_nothing_of_one)
{
	rs.status = 204;
	ck_assert_ptr_null(strstr(head(), "Content-"));
	rs.status = 304;
	rs.etag = "\"v7\"";
	ck_assert_ptr_null(strstr(head(), "Content-"));
	ck_assert_ptr_nonnull(strstr(head(), "ETag: \"v7\"\r\n"));
}
END_TEST

START_TEST(a_location_is_below_the_base_path)
{
	rs.status = 201;
	rs.location = "/api/v1/accounts/acc_1";
	ck_assert_ptr_nonnull(strstr(head(), "Location: /portal/api/v1/accounts/acc_1\r\n"));
}
END_TEST

START_TEST(a_header_cannot_begin_another)
{
	rs.location = "/a\r\nX-Evil: 1";
	rs.etag = "\"\nX-Evil: 2\"";
	rs.cookie = "a=b\r\nX-Evil: 3";
	rs.type = "text/csv\nX-Evil: 4";
	rs.headers[0] = "A: b\rX-Evil: 5";
	rs.headers[1] = "Good: 1";
	ck_assert_ptr_null(strstr(head(), "Evil"));
	ck_assert_ptr_nonnull(strstr(head(), "Good: 1\r\n"));
}
END_TEST

START_TEST(what_the_handler_says_goes_before_the_default)
{
	rs.headers[0] = "cache-control: private";
	rs.headers[1] = "Vary: Accept";
	ck_assert_ptr_null(strstr(head(), "no-store"));
	ck_assert_ptr_null(strstr(head(), "Vary: Cookie"));
}
END_TEST

START_TEST(a_file_is_handed_to_the_web_server)
{
	rs.file = "a b%.csv";
	rs.file_bytes = 17;
	ck_assert_ptr_nonnull(strstr(head(), "X-Accel-Redirect: /_spool/a%20b%25.csv\r\n"));
	ck_assert_ptr_null(strstr(head(), "Content-Length"));
	rs.file = "/var/spool/x/a.csv";
	ck_assert_ptr_nonnull(strstr(head(), "X-Accel-Redirect: /_spool/a.csv\r\n"));
	config.handoff = "sendfile";
	ck_assert_ptr_nonnull(strstr(head(), "X-Sendfile: /var/spool/x/a.csv\r\n"));
	ck_assert_ptr_null(strstr(head(), "Content-Length"));
	config.handoff = "none";
	ck_assert_ptr_nonnull(strstr(head(), "Content-Length: 17\r\n"));
	ck_assert_ptr_null(strstr(head(), "X-"));
}
END_TEST

START_TEST(says_when_to_come_back)
{
	rs.status = 503;
	rs.retry_after_sec = 5;
	ck_assert_ptr_nonnull(strstr(head(), "Status: 503 Service Unavailable\r\n"));
	ck_assert_ptr_nonnull(strstr(head(), "Retry-After: 5\r\n"));
}
END_TEST

TESTS_WITH("answer", start, end, says_status_type_and_length,
           an_answer_without_body_says_nothing_of_one, a_location_is_below_the_base_path,
           a_header_cannot_begin_another, what_the_handler_says_goes_before_the_default,
           a_file_is_handed_to_the_web_server, says_when_to_come_back);
