#include "json/json_out.h"

#include <string.h>

#include "lib/suite.h"
#include "json/json_in.h"

struct row {
	int64_t id, key, none;
	bool on;
	const char *name, *nothing;
	struct stamp at, never;
	struct micro latitude, nowhere;
	struct opt some, no;
	struct json_text extra, empty;
};

static const struct field table[] = {
	FIELD(struct row, id),
	FIELD_KEY(struct row, key, ID_SITE),
	FIELD_KEY(struct row, none, ID_SITE),
	FIELD(struct row, on),
	FIELD(struct row, name),
	FIELD(struct row, nothing),
	FIELD(struct row, at),
	FIELD(struct row, never),
	FIELD(struct row, latitude),
	FIELD(struct row, nowhere),
	FIELD(struct row, some),
	FIELD(struct row, no),
	FIELD(struct row, extra),
	FIELD(struct row, empty),
};
static const struct fields all = FIELDS(table);

static const struct row sample = {
	.id = -5,
	.key = 1,
	.on = true,
	.name = "a\"b",
	.at = { 0 },
	.never = STAMP_NONE,
	.latitude = { 48208200 },
	.nowhere = MICRO_NONE,
	.some = { true, 0 },
	.extra = { "{\"x\":[1]}" },
};

#define SAMPLE_TEXT \
	"{\"id\":-5,\"key\":\"sit_0000000000001\",\"none\":null,\"on\":true,\"name\":" \
	"\"a\\\"b\"," \
	"\"nothing\":null,\"at\":\"1970-01-01T00:00:00.000000Z\",\"never\":null," \
	"\"latitude\":48.2082,\"nowhere\":null,\"some\":0,\"no\":null,\"extra\":{\"x\":[1]}," \
	"\"empty\":null}"

static struct arena mem;
static struct buf b;

static void setup(void)
{
	arena_init(&mem, (size_t)1 << 20);
	buf_init(&b, &mem, 100000);
}

static void teardown(void)
{
	arena_release(&mem);
}

START_TEST(a_row_prints_every_type)
{
	json_row(&b, all, &sample);
	ck_assert_str_eq(buf_str(&b), SAMPLE_TEXT);
}
END_TEST

START_TEST(commas_stand_between_and_nowhere_else)
{
	json_open(&b, '{');
	json_key(&b, "a");
	json_open(&b, '[');
	json_close(&b, ']');
	json_key(&b, "b");
	json_open(&b, '[');
	json_i64(&b, 1);
	json_str(&b, "[");
	json_str(&b, "{");
	json_null(&b);
	json_bool(&b, false);
	json_open(&b, '{');
	json_close(&b, '}');
	json_raw(&b, "[]");
	json_close(&b, ']');
	json_key(&b, "c:");
	json_str_n(&b, "xyz", 2);
	json_close(&b, '}');
	ck_assert_str_eq(buf_str(&b), "{\"a\":[],\"b\":[1,\"[\",\"{\",null,false,{},[]],"
	                              "\"c:\":\"xy\"}");
}
END_TEST

START_TEST(members_go_into_an_open_object)
{
	json_open(&b, '{');
	json_key(&b, "first");
	json_i64(&b, 1);
	json_members(&b, (struct fields){ table, 1 }, &sample);
	json_close(&b, '}');
	ck_assert_str_eq(buf_str(&b), "{\"first\":1,\"id\":-5}");
}
END_TEST

START_TEST(strings_are_escaped_so_that_they_come_back)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "\"\\/", "\"\\\"\\\\/\"" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"" },
		{ "a\nb", "\"a\\nb\"" },
		{ "Grüße 東京 \U0001f600", "\"Grüße 東京 \U0001f600\"" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		b.len = 0;
		json_str(&b, cases[i].text);
		ck_assert_str_eq(buf_str(&b), cases[i].json);
		ck_assert_ptr_null(json_complaint(b.p, b.len));
	}
	b.len = 0;
	json_str_n(&b, "a\0b", 3);
	ck_assert_str_eq(buf_str(&b), "\"a\\u0000b\"");
}
END_TEST

static void check_byte(char c, size_t at, size_t length)
{
	char text[24], json[64];
	size_t n = 0;

	memset(text, 'x', sizeof(text));
	text[at] = c;
	b.len = 0;
	json_str_n(&b, text, length);
	ck_assert_ptr_null(json_complaint(b.p, b.len));
	for (size_t i = 0; i < at + 1; i++)
		json[n++] = i ? 'x' : '"';
	ck_assert_mem_eq(b.p, json, n);
	ck_assert_int_eq(b.p[n] == '\\', c < 0x20 || c == 0x7f || c == '"' || c == '\\');
	ck_assert_int_eq(b.p[b.len - 1], '"');
}

START_TEST(every_byte_at_every_place_comes_back)
{
	for (int c = 1; c < 0x80; c++)
		for (size_t length = 1; length <= 24; length++)
			for (size_t at = 0; at < length; at++)
				check_byte((char)c, at, length);
}
END_TEST

/* Whatever is left of the room there was: a value is never cut, and nothing is written beyond. */
START_TEST(a_row_fits_wherever_the_room_ends)
{
	const size_t whole = sizeof(SAMPLE_TEXT) - 1;

	for (size_t max = 0; max < 2 * whole; max++) {
		struct buf small;

		buf_init(&small, &mem, max);
		json_row(&small, all, &sample);
		ck_assert_int_eq(small.failed, max < whole);
		ck_assert_uint_le(small.len, max);
		if (!small.failed)
			ck_assert_str_eq(buf_str(&small), SAMPLE_TEXT);
	}
}
END_TEST

static bool collect(void *to, const char *p, size_t n)
{
	buf_put(to, p, n);
	return true;
}

START_TEST(a_drained_writer_keeps_its_commas)
{
	struct sink sink = { collect, &b };

	for (size_t cap = 1; cap < 40; cap++) {
		struct buf small;

		b.len = 0;
		buf_init_sink(&small, &mem, cap, &sink);
		json_open(&small, '[');
		json_row(&small, all, &sample);
		ck_assert(buf_flush(&small));
		json_row(&small, all, &sample);
		json_close(&small, ']');
		ck_assert(buf_flush(&small));
		ck_assert_str_eq(buf_str(&b), "[" SAMPLE_TEXT "," SAMPLE_TEXT "]");
	}
}
END_TEST

TESTS_WITH("json_out", setup, teardown, a_row_prints_every_type,
           commas_stand_between_and_nowhere_else, members_go_into_an_open_object,
           strings_are_escaped_so_that_they_come_back, a_drained_writer_keeps_its_commas,
           every_byte_at_every_place_comes_back, a_row_fits_wherever_the_room_ends);
