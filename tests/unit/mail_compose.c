/* A message is one message, whatever is in the texts. */
#include "mail/compose.h"

#include <string.h>

#include "base/utf8.h"
#include "lib/suite.h"
#include "mail/values.h"
#include "mail/work.h"

static struct arena mem;

static void setup(void)
{
	arena_init(&mem, (size_t)16 << 20);
}

static void teardown(void)
{
	arena_release(&mem);
}

/* Names as nobody should have them. */
static const char *const odd[] = {
	"",
	"Ada",
	"O'Brien, \"Bob\" <bob@evil.test>",
	"x\r\nBcc: victim@evil.test",
	"x\r\n\r\nbody",
	"x\r\n.\r\nQUIT",
	"x\n.\nMAIL FROM:<a@b>",
	"\r",
	".",
	"=?UTF-8?B?eA==?=",
	"Zo\xc3\xab \xf0\x9f\x98\x80\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
	"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\xae.gpj.exe",
	"\xe2\x80\xa8line\xe2\x80\xa9paragraph",
	"\xc2\x85next\xc2\x9b",
	"\x01\x02\x7f",
	"--part_mai_0000000000001",
};

static const char *long_name(void)
{
	char *s = arena_alloc(&mem, 4001);

	for (int i = 0; i < 1000; i++)
		memcpy(s + 4 * i, "\xf0\x9f\x98\x80", 4);
	return s;
}

static const char *compose(const char *name, size_t *n)
{
	struct mail_message m = { .id = 33,
		                  .kind = "invitation",
		                  .locale = "de",
		                  .to = "ada@example.test",
		                  .from = "gate@example.test",
		                  .from_name = name,
		                  .subject = name,
		                  .text = name,
		                  .html = name,
		                  .at = { INT64_C(1772356500250000) } };
	struct bytes b = mail_compose(&mem, &m);

	*n = b.n;
	return (const char *)b.p;
}

/* The packed form of one value, read back. */
static const char *stored(const char *text)
{
	struct mail_value in[] = { { "name", text }, { NULL, NULL } };
	struct mail_value out[MAIL_VALUES_MAX + 1];

	ck_assert(mail_values_unpack(mail_values_pack(&mem, in), out));
	ck_assert_str_eq(out[0].name, "name");
	ck_assert_ptr_null(out[1].name);
	return out[0].text;
}

static void check_lines(const char *s, size_t n)
{
	size_t line = 0;

	for (size_t i = 0; i < n; i++) {
		ck_assert_msg((unsigned char)s[i] < 0x7f, "a byte above ASCII");
		if (s[i] == '\n')
			ck_assert(i > 0 && s[i - 1] == '\r');
		if (s[i] == '\r') {
			ck_assert_int_eq(s[i + 1], '\n');
			ck_assert_msg(line <= 78, "a line of %zu", line);
		} else {
			ck_assert(s[i] == '\n' || s[i] >= ' ');
			ck_assert_msg(line > 0 || s[i] != '.', "a dot at the begin of a line");
		}
		line = s[i] == '\n' ? 0 : line + 1;
	}
}

static size_t count_in(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
		n++;
	return n;
}

static void check_one(const char *name)
{
	static const char *const once[] = {
		"From: ",       "To: ",           "Subject: ",          "Date: ",
		"Message-ID: ", "MIME-Version: ", "X-Gatehouse-Mail: ", "Auto-Submitted: "
	};
	size_t n;
	const char *s = compose(name, &n), *body = strstr(s, "\r\n\r\n");

	ck_assert_uint_eq(strlen(s), n);
	check_lines(s, n);
	for (size_t i = 0; i < ARRAY_LEN(once); i++)
		ck_assert_msg(count_in(s, once[i]) == 1, "%s: %s", once[i], s);
	ck_assert_uint_eq(count_in(s, "Bcc"), 0);
	ck_assert_uint_eq(count_in(s, "\r\n--part_mai_0000000000011\r\n"), 2);
	ck_assert_uint_eq(count_in(s, "\r\n--part_mai_0000000000011--\r\n"), 1);
	ck_assert(body && count_in(body, "Content-Type: ") == 2);
}

START_TEST(a_text_ends_no_line_and_adds_no_header)
{
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		check_one(odd[i]);
		check_one(stored(odd[i]));
	}
	check_one(long_name());
	check_one(stored(long_name()));
}
END_TEST

START_TEST(headers_are_as_they_should_be)
{
	size_t n;
	const char *s = compose("Ada Lovelace", &n);

	ck_assert_ptr_nonnull(strstr(s, "From: Ada Lovelace\r\n <gate@example.test>\r\n"));
	ck_assert_ptr_nonnull(strstr(s, "\r\nTo: <ada@example.test>\r\n"));
	ck_assert_ptr_nonnull(strstr(s, "\r\nDate: Sun, 01 Mar 2026 09:15:00 +0000\r\n"));
	ck_assert_ptr_nonnull(
		strstr(s, "\r\nMessage-ID: <mai_0000000000011@example.test>\r\n"));
	s = compose("Zo\xc3\xab", &n);
	ck_assert_ptr_nonnull(strstr(s, "\r\nSubject: =?UTF-8?B?Wm/Dqw==?=\r\n"));
}
END_TEST

START_TEST(stored_texts_are_whole_and_of_one_line)
{
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		const char *s = stored(odd[i]);

		ck_assert_msg(utf8_printable(s, strlen(s), false), "%zu", i);
		ck_assert_ptr_null(strstr(s, "\xe2\x80\xa8"));
		ck_assert_ptr_null(strstr(s, "\xe2\x80\xae"));
	}
	ck_assert_uint_eq(strlen(stored(long_name())), MAIL_TEXT_MAX);
	ck_assert_str_eq(stored("\xff\xfe"), "");
	ck_assert_str_eq(stored("Zo\xc3\xab"), "Zo\xc3\xab");
}
END_TEST

START_TEST(bytes_of_another_form_are_no_values)
{
	struct mail_value out[MAIL_VALUES_MAX + 1];
	static const unsigned char cut[] = { 'a', 0, 'b' };

	ck_assert(!mail_values_unpack((struct bytes){ cut, 1 }, out));
	ck_assert(!mail_values_unpack((struct bytes){ cut, 3 }, out));
	ck_assert(mail_values_unpack((struct bytes){ cut, 0 }, out));
}
END_TEST

START_TEST(the_waits_grow_to_six_hours)
{
	int64_t last = 0;

	for (int64_t tries = 0; tries < 30; tries++) {
		int64_t least = mail_work_wait_usec(tries, 0),
			most = mail_work_wait_usec(tries, 999);

		ck_assert(least >= last && most > least);
		ck_assert(most <= 6 * USEC_PER_HOUR * 6 / 5);
		last = least;
	}
	ck_assert_int_eq(mail_work_wait_usec(0, 0), 24 * USEC_PER_SEC);
	ck_assert_int_eq(last, 6 * USEC_PER_HOUR * 4 / 5);
}
END_TEST

TESTS_WITH("mail_compose", setup, teardown, a_text_ends_no_line_and_adds_no_header,
           headers_are_as_they_should_be, stored_texts_are_whole_and_of_one_line,
           bytes_of_another_form_are_no_values, the_waits_grow_to_six_hours);
