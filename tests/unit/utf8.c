#include "base/utf8.h"

#include <string.h>

#include "lib/suite.h"

static struct arena mem;

static void setup(void)
{
	arena_init(&mem, (size_t)1 << 20);
}

static void teardown(void)
{
	arena_release(&mem);
}

START_TEST(valid_text_is_that_of_rfc_3629)
{
	static const char *const good[] = {
		"",           "a",      "\x7f",      "\xc2\x80", "\u07ff",
		"\u0800",     "\ud7ff", "\ue000",    "\uffff",   "\U00010000",
		"\U0010ffff", "Grüße",  "12345678ü", "1234567ü", "東京",
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(utf8_valid(good[i], strlen(good[i])), "%s", good[i]);
	ck_assert(utf8_valid("a\0b", 3));
}
END_TEST

START_TEST(overlong_surrogate_cut_and_stray_bytes_are_not)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc3",
		"\xc3(",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xff",
		"\xfe",
		"\xe2\x82",
		"12345678\xff",
		"1234567\xc3",
		"\xf0\x9f\x98",
		"\xf8\x88\x80\x80\x80",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!utf8_valid(bad[i], strlen(bad[i])), "case %zu", i);
}
END_TEST

START_TEST(length_counts_code_points)
{
	ck_assert_uint_eq(utf8_length("", 0), 0);
	ck_assert_uint_eq(utf8_length("Grüße", 7), 5);
	ck_assert_uint_eq(utf8_length("\U0001f600", 4), 1);
}
END_TEST

START_TEST(controls_are_not_printable)
{
	static const struct {
		const char *text;
		size_t n;
		bool one_line, lines;
	} cases[] = {
		{ "plain", 5, true, true },      { "Grüße \U0001f600", 12, true, true },
		{ "\u00a0", 2, true, true },     { "a\nb", 3, false, true },
		{ "a\tb", 3, false, true },      { "a\r\nb", 4, false, true },
		{ "a\rb", 3, false, false },     { "a\r", 2, false, false },
		{ "a\0b", 3, false, false },     { "\x1b[0m", 4, false, false },
		{ "\x7f", 1, false, false },     { "\xc2\x85", 2, false, false },
		{ "\xc2\x9f", 2, false, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ck_assert_int_eq(utf8_printable(cases[i].text, cases[i].n, false),
		                 cases[i].one_line);
		ck_assert_int_eq(utf8_printable(cases[i].text, cases[i].n, true),
		                 cases[i].lines);
	}
}
END_TEST

static void join(void *to, const char *word, size_t n)
{
	char *all = to;
	size_t len = strlen(all);

	ck_assert_uint_le(n, 64);
	ck_assert_uint_lt(len + n + 1, 512);
	if (len > 0)
		all[len++] = ' ';
	memcpy(all + len, word, n);
	all[len + n] = '\0';
}

START_TEST(words_are_folded_for_finding)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "", "" },
		{ " .,- ", "" },
		{ "Jane O'Brien", "jane o brien" },
		{ "jane.doe@example-host.com", "jane doe example host com" },
		{ "Müller & Söhne GmbH", "muller sohne gmbh" },
		{ "Straße ẞ", "strasse ss" },
		{ "Ægir Ørsted Þór Łódź", "aegir orsted thor lodz" },
		{ "İstanbul ılık", "istanbul ilik" },
		{ "Ștefan Țepeș", "stefan tepes" },
		{ "Nguyễn Thị Hồng", "nguyen thi hong" },
		{ "e\u0301tude", "etude" }, /* an accent standing alone */
		{ "ΑΘΗΝΑ Όμηρος", "αθηνα όμηροσ" },
		{ "Иван ЖУКОВ Ёлка", "иван жуков ёлка" },
		{ "東京 カメラ", "東京 カメラ" },
		{ "ＡＢＣ１２３", "abc123" },
		{ "नमस्ते दुनिया", "नमस्ते दुनिया" },
		{ "محمد علي", "محمد علي" },
		{ "+49 (30) 123-456", "49 30 123 456" },
		{ "a\xff"
		  "b",
		  "a b" },
		{ "3×4", "3 4" },
		{ "№7", "7" },
	};
	char all[512];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		all[0] = '\0';
		utf8_words(cases[i].text, strlen(cases[i].text), join, all);
		ck_assert_str_eq(all, cases[i].words);
	}
}
END_TEST

START_TEST(folding_a_folded_word_changes_nothing)
{
	char text[4], once[512], twice[512];

	for (uint32_t c = 1; c < 0x110000; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		once[0] = twice[0] = '\0';
		utf8_words(text, utf8_put(c, text), join, once);
		utf8_words(once, strlen(once), join, twice);
		ck_assert_msg(strcmp(once, twice) == 0, "U+%04X", (unsigned)c);
	}
}
END_TEST

START_TEST(words_are_cut_at_64_bytes_and_a_code_point)
{
	char text[200], all[512] = "";

	memset(text, 'a', 63);
	memcpy(text + 63, "жb c", 5);
	utf8_words(text, 68, join, all);
	ck_assert_uint_eq(strlen(all), 63 + 2);
	ck_assert_str_eq(all + 63, " c");
	memset(text, 'x', sizeof(text));
	all[0] = '\0';
	utf8_words(text, sizeof(text), join, all);
	ck_assert_uint_eq(strlen(all), 64);
}
END_TEST

START_TEST(trimming_takes_spaces_of_all_kinds_from_both_ends)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{ "", "" },
		{ "   ", "" },
		{ " a b ", "a b" },
		{ "\t\r\na\n", "a" },
		{ "\u00a0\u3000a\u2003b\u2028\ufeff", "a\u2003b" },
		{ "\xff a \xff", "\xff a \xff" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_str_eq(utf8_trim(&mem, cases[i].text, strlen(cases[i].text)),
		                 cases[i].trimmed);
}
END_TEST

START_TEST(what_looks_the_same_is_the_same_bytes)
{
	static const struct {
		const char *text, *composed;
	} cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "u\u0308ber", "\u00fcber" },
		{ "\u00fcber", "\u00fcber" },
		{ "\u1112\u1161\u11ab", "\ud55c" },
		{ "q\u0307\u0323", "q\u0323\u0307" },
		{ "\u212b", "\u00c5" },
		{ "\ufb01", "\ufb01" },       /* of the same meaning, not of the same look */
		{ "\u0958", "\u0915\u093c" }, /* one that grows */
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_str_eq(utf8_nfc(&mem, cases[i].text), cases[i].composed);
}
END_TEST

START_TEST(addresses_that_are_good)
{
	static const char *const good[] = {
		"a@b.co",
		"jane.doe@example.com",
		"j+tag@sub.example.co.uk",
		"!#$%&'*+-/=?^_`{|}~@example.com",
		"x@xn--bcher-kva.example",
		"x@123.example",
		"x@a-b.example",
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(utf8_is_email(good[i], strlen(good[i])), "%s", good[i]);
}
END_TEST

START_TEST(addresses_that_are_not)
{
	static const char *const bad[] = {
		"",
		"a",
		"@",
		"a@",
		"@b.co",
		"a@b",
		"a@b.",
		"a@.b.co",
		"a@b..co",
		"a@-b.co",
		"a@b-.co",
		"a@b.co-",
		"a@b.c_o",
		".a@b.co",
		"a.@b.co",
		"a..b@b.co",
		"a b@b.co",
		"a@b@c.co",
		"\"a b\"@b.co",
		"a@[127.0.0.1]",
		"a@127.0.0.1",
		"a@b.co\r\nRCPT TO:<x@y.z>",
		"a\n@b.co",
		"<a@b.co>",
		"a@b.co ",
		" a@b.co",
		"ü@b.co",
		"a@bücher.example",
		"12345678901234567890123456789012345678901234567890123456789012345@b.co",
	};
	char text[300];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!utf8_is_email(bad[i], strlen(bad[i])), "%s", bad[i]);
	ck_assert(!utf8_is_email("a\0@b.co", 7));
	memset(text, 'a', sizeof(text));
	text[1] = '@';
	for (size_t i = 10; i < 250; i += 10)
		text[i] = '.';
	ck_assert(utf8_is_email(text, 254));
	ck_assert(!utf8_is_email(text, 255));
	memset(text + 2, 'a', 100);
	text[66] = '.';
	ck_assert(!utf8_is_email(text, 80));
}
END_TEST

START_TEST(code_points_are_written_as_they_are_read)
{
	static const struct {
		uint32_t c;
		const char *bytes;
	} cases[] = { { 'a', "a" }, { 0xe9, "é" }, { 0x20ac, "€" }, { 0x1f600, "\U0001f600" } };
	char out[4];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ck_assert_uint_eq(utf8_put(cases[i].c, out), strlen(cases[i].bytes));
		ck_assert_mem_eq(out, cases[i].bytes, strlen(cases[i].bytes));
	}
}
END_TEST

TESTS_WITH("utf8", setup, teardown, valid_text_is_that_of_rfc_3629,
           overlong_surrogate_cut_and_stray_bytes_are_not, length_counts_code_points,
           controls_are_not_printable, words_are_folded_for_finding,
           folding_a_folded_word_changes_nothing, words_are_cut_at_64_bytes_and_a_code_point,
           trimming_takes_spaces_of_all_kinds_from_both_ends,
           what_looks_the_same_is_the_same_bytes, addresses_that_are_good,
           addresses_that_are_not, code_points_are_written_as_they_are_read);
