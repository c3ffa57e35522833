#include "http/problem.h"

#include <string.h>

#include "lib/suite.h"
#include "json/json_in.h"

static struct arena mem;
static struct response rs;

static const char id[] = "0123456789abcdef0123456789abcdef";

static void start(void)
{
	arena_init(&mem, 4 << 20);
	rs = (struct response){ .status = 200 };
}

static void end(void)
{
	arena_release(&mem);
}

static const char *write_problem(enum err e, const struct fault *f, const char *current)
{
	const char *text;

	problem_write(&rs, &mem, e, f, "/portal/", id, current);
	text = buf_str(&rs.body);
	ck_assert_ptr_null(json_complaint(text, strlen(text)));
	return text;
}

START_TEST(says_what_rfc_9457_wants)
{
	struct fault f = { 0 };
	enum err e = fault_set(&f, ERR_CONFLICT, "seat-limit", "The plan has %d seats.", 3);

	ck_assert_str_eq(write_problem(e, &f, NULL),
	                 "{\"type\":\"/portal/#/problems/seat-limit\","
	                 "\"title\":\"The current state does not allow this\",\"status\":409,"
	                 "\"detail\":\"The plan has 3 seats.\","
	                 "\"instance\":\"urn:uuid:01234567-89ab-cdef-0123-456789abcdef\"}");
	ck_assert_int_eq(rs.status, 409);
	ck_assert_str_eq(rs.type, "application/problem+json");
	ck_assert_int_eq(rs.retry_after_sec, 0);
}
END_TEST

START_TEST(lists_all_refused_fields)
{
	struct fault f = { 0 };
	const char *text;

	(void)fault_field(&f, "/email", "not-an-email");
	(void)fault_field(&f, "/a~1b", "unknown");
	text = write_problem(ERR_INVALID, &f, NULL);
	ck_assert_ptr_nonnull(
		strstr(text, "\"errors\":[{\"pointer\":\"/email\",\"code\":\"not-an-email\"},"
	                     "{\"pointer\":\"/a~1b\",\"code\":\"unknown\"}]"));
	ck_assert_ptr_nonnull(strstr(text, "#/problems/invalid-input"));
}
END_TEST

START_TEST(our_own_troubles_stay_ours)
{
	static const enum err ours[] = { ERR_RETRY, ERR_UNAVAILABLE, ERR_INTERNAL };
	struct fault f = { 0 };
	const char *text;

	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		enum err e = fault_set(&f, ours[i], "secret-code", "secret detail");

		(void)fault_field(&f, "/secret", "secret");
		text = write_problem(e, &f, NULL);
		ck_assert_ptr_null(strstr(text, "secret"));
		ck_assert_ptr_nonnull(strstr(text, ours[i] == ERR_INTERNAL ? "/internal\""
		                                                           : "/unavailable\""));
	}
}
END_TEST

START_TEST(says_when_to_come_back)
{
	struct fault f = { .retry_after_sec = 17 };

	write_problem(ERR_LIMITED, &f, NULL);
	ck_assert_int_eq(rs.retry_after_sec, 17);
	write_problem(ERR_LIMITED, NULL, NULL);
	ck_assert_int_gt(rs.retry_after_sec, 0);
	write_problem(ERR_UNAVAILABLE, NULL, NULL);
	ck_assert_int_gt(rs.retry_after_sec, 0);
	write_problem(ERR_INTERNAL, &f, NULL);
	ck_assert_int_eq(rs.retry_after_sec, 0);
}
END_TEST

START_TEST(a_conflict_of_versions_carries_the_current_one)
{
	const char *text = write_problem(ERR_VERSION, NULL, "{\"id\":\"acc_1\",\"ver\":7}");

	ck_assert_int_eq(rs.status, 412);
	ck_assert_ptr_nonnull(strstr(text, "\"current\":{\"id\":\"acc_1\",\"ver\":7}"));
}
END_TEST

static void do_nothing(void *arg)
{
	(void)arg;
}

START_TEST(nothing_of_a_begun_answer_is_left)
{
	rs.location = "/api/v1/x";
	rs.etag = "\"v1\"";
	rs.file = "x.csv";
	rs.then = do_nothing;
	rs.headers[0] = "Content-Disposition: attachment";
	buf_init(&rs.body, &mem, 100);
	buf_puts(&rs.body, "half a body");
	ck_assert_int_eq(*write_problem(ERR_NOT_FOUND, NULL, NULL), '{');
	ck_assert_ptr_null(rs.location);
	ck_assert_ptr_null(rs.etag);
	ck_assert_ptr_null(rs.file);
	ck_assert(!rs.then);
	ck_assert_ptr_null(rs.headers[0]);
}
END_TEST

START_TEST(text_from_outside_is_escaped)
{
	struct fault f = { 0 };

	(void)fault_field(&f, "/\"\\\n", "unknown");
	ck_assert_ptr_nonnull(strstr(write_problem(ERR_INVALID, &f, NULL), "/\\\"\\\\\\n"));
}
END_TEST

START_TEST(every_err_has_status_and_title)
{
	for (int e = OK; e < ERR__MAX; e++) {
		ck_assert_int_ge(problem_status((enum err)e), 200);
		ck_assert_str_ne(http_phrase(problem_status((enum err)e)), "Other");
		ck_assert_str_ne(problem_title((enum err)e), "");
	}
}
END_TEST

TESTS_WITH("problem", start, end, says_what_rfc_9457_wants, lists_all_refused_fields,
           our_own_troubles_stay_ours, says_when_to_come_back,
           a_conflict_of_versions_carries_the_current_one, nothing_of_a_begun_answer_is_left,
           text_from_outside_is_escaped, every_err_has_status_and_title);
