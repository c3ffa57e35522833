#include "base/csv.h"

#include <string.h>

#include "lib/suite.h"

struct line {
	int64_t id, key;
	const char *name;
	bool on;
	struct stamp at;
	struct micro latitude;
	struct opt count;
	struct json_text extra;
};

static const struct field table[] = {
	FIELD(struct line, id),
	FIELD_KEY(struct line, key, ID_ACCOUNT, .label = "Account \"key\""),
	FIELD(struct line, name, .label = "Name"),
	FIELD(struct line, on),
	FIELD(struct line, at),
	FIELD(struct line, latitude),
	FIELD(struct line, count),
	FIELD(struct line, extra),
};
static const struct fields all = FIELDS(table);

static const struct field name_only[] = { FIELD(struct line, name) };
static const struct fields names = FIELDS(name_only);

static struct arena mem;

static void setup(void)
{
	arena_init(&mem, (size_t)1 << 20);
}

static void teardown(void)
{
	arena_release(&mem);
}

static const char *row(int zone_min, const struct line *l)
{
	struct buf b;
	struct csv csv = { &b, zone_min };

	buf_init(&b, &mem, 10000);
	csv_row(&csv, all, l);
	return buf_str(&b);
}

static const char *cell(const char *text)
{
	struct line l = { .name = text };
	struct buf b;
	struct csv csv = { &b, 0 };

	buf_init(&b, &mem, 10000);
	csv_row(&csv, names, &l);
	return buf_str(&b);
}

START_TEST(the_header_has_labels_or_names)
{
	struct buf b;
	struct csv csv = { &b, 0 };

	buf_init(&b, &mem, 1000);
	csv_head(&csv, all);
	ck_assert_str_eq(buf_str(&b), "\"id\",\"Account \"\"key\"\"\",\"Name\",\"on\",\"at\","
	                              "\"latitude\",\"count\",\"extra\"\r\n");
}
END_TEST

START_TEST(every_type_has_its_text)
{
	struct line l = { .id = -7,
		          .key = 1,
		          .name = "x",
		          .on = true,
		          .at = { 0 },
		          .latitude = { -12500000 },
		          .count = { .set = true, .v = 3 },
		          .extra = { "{\"a\":1}" } };

	ck_assert_str_eq(row(0, &l), "\"-7\",\"acc_0000000000001\",\"x\",\"true\","
	                             "\"1970-01-01T00:00:00.000000Z\",\"-12.5\",\"3\","
	                             "\"{\"\"a\"\":1}\"\r\n");
}
END_TEST

START_TEST(what_is_none_is_an_empty_field)
{
	struct line l = { .at = STAMP_NONE, .latitude = MICRO_NONE };

	ck_assert_str_eq(row(0, &l), "\"0\",\"\",\"\",\"false\",\"\",\"\",\"\",\"\"\r\n");
}
END_TEST

START_TEST(times_are_in_the_zone_asked_for)
{
	struct line l = { .at = { 0 }, .latitude = MICRO_NONE };

	ck_assert_ptr_nonnull(strstr(row(330, &l), "\"1970-01-01T05:30:00.000000+05:30\""));
	ck_assert_ptr_nonnull(strstr(row(-60, &l), "\"1969-12-31T23:00:00.000000-01:00\""));
}
END_TEST

START_TEST(quotes_are_doubled_and_lines_kept)
{
	ck_assert_str_eq(cell("a"), "\"a\"\r\n");
	ck_assert_str_eq(cell(""), "\"\"\r\n");
	ck_assert_str_eq(cell("\""), "\"\"\"\"\r\n");
	ck_assert_str_eq(cell("say \"hi\", you"), "\"say \"\"hi\"\", you\"\r\n");
	ck_assert_str_eq(cell("a\r\nb"), "\"a\r\nb\"\r\n");
	ck_assert_str_eq(cell("日本"), "\"日本\"\r\n");
}
END_TEST

START_TEST(a_text_that_would_run_as_a_formula_gets_an_apostrophe)
{
	static const char *const formulas[] = {
		"=1+1",     "+1",       "-1",
		"@SUM(A1)", "\tx",      "\rx",
		"\nx",      "'x",       "'",
		"  =1",     "   '",     "=cmd|' /C calc'!A0",
		"\uff1d1",  "\uff0b1",  "\uff0d1",
		"\uff201",  " \uff1d1", "=HYPERLINK(\"http://x\")",
	};
	const char *out;

	for (size_t i = 0; i < ARRAY_LEN(formulas); i++) {
		out = cell(formulas[i]);
		ck_assert_msg(out[1] == '\'', "%s", formulas[i]);
		if (!strchr(formulas[i], '"'))
			ck_assert_mem_eq(out + 2, formulas[i], strlen(formulas[i]));
	}
}
END_TEST

START_TEST(other_texts_get_none)
{
	static const char *const plain[] = { "a=1", "1-1",  " ",  "x'",    "a@b.co",
		                             "!x",  "\"=1", "ー", "１＋１" };

	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		ck_assert_msg(cell(plain[i])[1] != '\'', "%s", plain[i]);
}
END_TEST

START_TEST(decimals_are_read_and_written_exactly)
{
	static const struct {
		const char *text;
		int64_t v;
		const char *same;
	} cases[] = {
		{ "0", 0, "0" },
		{ "-0", 0, "0" },
		{ "1", 1000000, "1" },
		{ "48.2082", 48208200, "48.2082" },
		{ "-0.000001", -1, "-0.000001" },
		{ "12.50", 12500000, "12.5" },
		{ "12.5000000000", 12500000, "12.5" },
		{ "-180.000000", -180000000, "-180" },
		{ "9223372036852.999999", 9223372036852999999, "9223372036852.999999" },
	};
	char text[MICRO_TEXT];
	struct micro m;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ck_assert_ptr_null(micro_read(cases[i].text, strlen(cases[i].text), &m));
		ck_assert_int_eq(m.v, cases[i].v);
		ck_assert_uint_eq(micro_write(m, text), strlen(cases[i].same));
		ck_assert_str_eq(text, cases[i].same);
	}
}
END_TEST

START_TEST(decimals_that_are_none_have_a_reason)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "not-a-number" },
		{ "-", "not-a-number" },
		{ ".5", "not-a-number" },
		{ "5.", "not-a-number" },
		{ "1e3", "not-a-number" },
		{ "1,5", "not-a-number" },
		{ "0x1", "not-a-number" },
		{ "1.0000001", "too-precise" },
		{ "1.5 ", "not-a-number" },
		{ "+1", "not-a-number" },
		{ "9223372036854.0", "out-of-range" },
		{ "99999999999999999999", "out-of-range" },
	};
	struct micro m = { 7 };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_pstr_eq(micro_read(cases[i].text, strlen(cases[i].text), &m),
		                  cases[i].why);
	ck_assert_int_eq(m.v, 7);
}
END_TEST

TESTS_WITH("csv", setup, teardown, the_header_has_labels_or_names, every_type_has_its_text,
           what_is_none_is_an_empty_field, times_are_in_the_zone_asked_for,
           quotes_are_doubled_and_lines_kept,
           a_text_that_would_run_as_a_formula_gets_an_apostrophe, other_texts_get_none,
           decimals_are_read_and_written_exactly, decimals_that_are_none_have_a_reason);
