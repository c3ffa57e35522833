#include "base/buf.h"

#include <string.h>

#include "lib/suite.h"

struct trace {
	bool refuse;
	size_t calls, len;
	char text[4096];
};

static struct arena mem;

static void setup(void)
{
	arena_init(&mem, (size_t)4 << 20);
}

static void teardown(void)
{
	arena_release(&mem);
}

static bool trace_write(void *to, const char *p, size_t n)
{
	struct trace *t = to;

	t->calls++;
	if (t->refuse)
		return false;
	ck_assert_uint_le(t->len + n, sizeof(t->text));
	memcpy(t->text + t->len, p, n);
	t->len += n;
	return true;
}

START_TEST(buf_grows_up_to_its_ceiling_and_no_byte_further)
{
	struct buf b;

	buf_init(&b, &mem, 1000);
	for (int i = 0; i < 1000; i++)
		buf_putc(&b, 'x');
	ck_assert(!b.failed);
	ck_assert_uint_eq(strlen(buf_str(&b)), 1000);
	buf_putc(&b, 'x');
	ck_assert(b.failed);
	ck_assert_uint_eq(b.len, 1000);
}
END_TEST

START_TEST(buf_that_failed_stays_failed)
{
	struct buf b;

	buf_init(&b, &mem, 10);
	buf_puts(&b, "12345678901");
	ck_assert(b.failed);
	buf_puts(&b, "1");
	ck_assert(b.failed);
	ck_assert_uint_eq(b.len, 0);
	ck_assert(!buf_flush(&b));
	ck_assert_ptr_null(buf_room(&b, 1));
}
END_TEST

START_TEST(buf_without_bytes_is_an_empty_string)
{
	struct buf b;

	buf_init(&b, &mem, 10);
	ck_assert_str_eq(buf_str(&b), "");
	ck_assert_int_eq(buf_last(&b), '\0');
}
END_TEST

START_TEST(buf_prints_every_whole_number)
{
	static const struct {
		int64_t v;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -1, "-1" },
		{ 10, "10" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	struct buf b;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_init(&b, &mem, 100);
		buf_put_i64(&b, cases[i].v);
		ck_assert_str_eq(buf_str(&b), cases[i].text);
	}
}
END_TEST

START_TEST(buf_formats_short_and_long)
{
	struct buf b;

	buf_init(&b, &mem, 5000);
	buf_printf(&b, "%s=%d;", "a", 1);
	buf_printf(&b, "%0*d", 2000, 7);
	ck_assert(!b.failed);
	ck_assert_uint_eq(b.len, 2004);
	ck_assert_uint_eq(strlen(buf_str(&b)), 2004);
	buf_printf(&b, "%0*d", 4000, 7);
	ck_assert(b.failed);
}
END_TEST

START_TEST(buf_with_a_sink_drains_everything_in_order)
{
	struct trace t = { .len = 0 };
	struct sink sink = { trace_write, &t };
	char all[3000];
	struct buf b;
	size_t at = 0;

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)('a' + i % 26);
	buf_init_sink(&b, &mem, 16, &sink);
	for (size_t n = 0; at + n <= sizeof(all); n++) {
		buf_put(&b, all + at, n);
		at += n;
	}
	ck_assert(buf_flush(&b));
	ck_assert_uint_eq(t.len, at);
	ck_assert_mem_eq(t.text, all, at);
}
END_TEST

START_TEST(buf_remembers_the_last_byte_it_drained)
{
	struct trace t = { .len = 0 };
	struct sink sink = { trace_write, &t };
	struct buf b;

	buf_init_sink(&b, &mem, 4, &sink);
	buf_puts(&b, "ab,");
	ck_assert(buf_flush(&b));
	ck_assert_int_eq(buf_last(&b), ',');
	buf_puts(&b, "123456789[");
	ck_assert_int_eq(buf_last(&b), '[');
}
END_TEST

START_TEST(buf_with_a_sink_formats_what_is_longer_than_it)
{
	struct trace t = { .len = 0 };
	struct sink sink = { trace_write, &t };
	struct buf b;

	buf_init_sink(&b, &mem, 16, &sink);
	buf_printf(&b, "%0*d", 1000, 7);
	ck_assert(buf_flush(&b));
	ck_assert_uint_eq(t.len, 1000);
}
END_TEST

START_TEST(buf_stops_writing_when_the_sink_refuses)
{
	struct trace t = { .refuse = true };
	struct sink sink = { trace_write, &t };
	struct buf b;

	buf_init_sink(&b, &mem, 4, &sink);
	buf_puts(&b, "0123456789");
	ck_assert(b.failed);
	buf_puts(&b, "0123456789");
	ck_assert(!buf_flush(&b));
	ck_assert_uint_eq(t.calls, 1);
}
END_TEST

START_TEST(buf_room_is_written_in_place)
{
	struct buf b;
	char *p;

	buf_init(&b, &mem, 300);
	buf_puts(&b, "a");
	p = buf_room(&b, 290);
	ck_assert_ptr_nonnull(p);
	memset(p, 'b', 290);
	b.len += 290;
	ck_assert_uint_eq(strlen(buf_str(&b)), 291);
	ck_assert_ptr_null(buf_room(&b, 10));
	ck_assert(b.failed);
}
END_TEST

TESTS_WITH("buf", setup, teardown, buf_grows_up_to_its_ceiling_and_no_byte_further,
           buf_that_failed_stays_failed, buf_without_bytes_is_an_empty_string,
           buf_prints_every_whole_number, buf_formats_short_and_long,
           buf_with_a_sink_drains_everything_in_order, buf_remembers_the_last_byte_it_drained,
           buf_with_a_sink_formats_what_is_longer_than_it,
           buf_stops_writing_when_the_sink_refuses, buf_room_is_written_in_place);
