#include "base/log.h"

#include <string.h>
#include <unistd.h>

#include "base/stamp.h"
#include "lib/suite.h"

/* Standard error goes into a pipe; one read is one write(2). */
static int pipe_of_stderr[2];

static void setup(void)
{
	ck_assert_int_eq(pipe(pipe_of_stderr), 0);
	ck_assert_int_eq(dup2(pipe_of_stderr[1], STDERR_FILENO), STDERR_FILENO);
}

/* The line without its time, which is checked. */
static const char *line(void)
{
	static char text[8192];
	ssize_t n = read(pipe_of_stderr[0], text, sizeof(text) - 1);
	struct stamp t;
	char *newline;

	ck_assert_int_gt(n, 0);
	text[n] = '\0';
	newline = strchr(text, '\n');
	ck_assert_ptr_eq(newline, text + n - 1);
	*newline = '\0';
	ck_assert_mem_eq(text, "time=", 5);
	ck_assert(stamp_read(text + 5, STAMP_TEXT - 1, &t));
	return text + 5 + STAMP_TEXT;
}

START_TEST(a_line_is_logfmt_with_time_first)
{
	log_event(LOG_INFO, "request", LOG_S("route", "/api/v1/accounts/{id}"),
	          LOG_N("status", 204), LOG_N("usec", -1));
	ck_assert_str_eq(line(),
	                 "level=info event=request route=/api/v1/accounts/{id} status=204 "
	                 "usec=-1");
}
END_TEST

START_TEST(text_from_outside_cannot_start_a_line_or_a_pair)
{
	log_event(LOG_WARN, "x", LOG_S("a", "two words"), LOG_S("b", "x=\"1\"\nlevel=error"),
	          LOG_S("c", "\\\x1b\r\x7f"), LOG_S("d", ""), LOG_S("e", NULL),
	          LOG_S("f", "grün"));
	ck_assert_str_eq(line(),
	                 "level=warn event=x a=\"two words\" b=\"x=\\\"1\\\"\\nlevel=error\""
	                 " c=\"\\\\\\x1b\\x0d\\x7f\" d=\"\" e=\"\" f=\"grün\"");
}
END_TEST

START_TEST(a_long_line_is_cut_and_still_one_line)
{
	char text[10000];

	memset(text, ' ', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	log_event(LOG_ERROR, "x", LOG_S("a", text), LOG_S("b", text), LOG_S("c", text),
	          LOG_S("d", text), LOG_S("e", "end"));
	ck_assert_uint_lt(strlen(line()), 4096);
}
END_TEST

START_TEST(what_is_below_the_level_is_not_written)
{
	log_event(LOG_DEBUG, "quiet", LOG_N("n", 1));
	log_set_level(LOG_DEBUG);
	log_event(LOG_DEBUG, "loud", LOG_N("n", 1));
	ck_assert_str_eq(line(), "level=debug event=loud n=1");
}
END_TEST

TESTS_WITH("log", setup, NULL, a_line_is_logfmt_with_time_first,
           text_from_outside_cannot_start_a_line_or_a_pair,
           a_long_line_is_cut_and_still_one_line, what_is_below_the_level_is_not_written);
