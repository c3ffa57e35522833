#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/suite.h"
#include "json/json_check.h"
#include "json/json_in.h"

/* A text with its length, so that NUL can stand in it. */
struct text {
	const char *s;
	size_t n;
};
#define TEXT(s) \
	{ \
		s, sizeof(s) - 1 \
	}

static const struct text accepted[] = {
	TEXT("{}"),
	TEXT("[]"),
	TEXT("[[]   ]"),
	TEXT("[\"\"]"),
	TEXT("[false]"),
	TEXT("[true]"),
	TEXT("[null]"),
	TEXT("[1\n]"),
	TEXT(" [1]"),
	TEXT("[2] "),
	TEXT("[1,null,null,null,2]"),
	TEXT("null"),
	TEXT("true"),
	TEXT("false"),
	TEXT("42"),
	TEXT("-0.1"),
	TEXT("\"asd\""),
	TEXT("\"\""),
	TEXT("[\"a\"]\n"),
	TEXT("\t\r\n {} \t\r\n"),
	TEXT("[123e65]"),
	TEXT("[0e+1]"),
	TEXT("[0e1]"),
	TEXT("[ 4]"),
	TEXT("[20e1]"),
	TEXT("[-0]"),
	TEXT("[-123]"),
	TEXT("[-1]"),
	TEXT("[-0."
	     "000000000000000000000000000000000000000000000000000000000000000000000000001]"),
	TEXT("[1E22]"),
	TEXT("[1E-2]"),
	TEXT("[1E+2]"),
	TEXT("[123e45]"),
	TEXT("[123.456e78]"),
	TEXT("[1e-2]"),
	TEXT("[1e+2]"),
	TEXT("[123]"),
	TEXT("[123.456789]"),
	TEXT("[0]"),
	TEXT("[99999999999999999999]"),
	TEXT("{\"asd\":\"sdf\",\"dfg\":\"fgh\"}"),
	TEXT("{\"\":0}"),
	TEXT("{\"a\":[]}"),
	TEXT("{\"a\":{\"a\":{\"a\":1}}}"),
	TEXT("{\n\"a\": \"b\"\n}"),
	TEXT("{\"min\":-1.0e+28,\"max\":1.0e+28}"),
	TEXT("{\"x\":[{\"id\":\"a\"}],\"id\":\"b\"}"),
	TEXT("[{\"a\":1},{\"a\":2}]"),
	TEXT("{\"a\":1,\"A\":2}"),
	TEXT("[\"\\u0060\\u012a\\u12AB\"]"),
	TEXT("[\"\\uD801\\udc37\"]"),
	TEXT("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"),
	TEXT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
	TEXT("[\"\\\\u0000\"]"),
	TEXT("[\"\\u0000\"]"),
	TEXT("[\"\\\"\"]"),
	TEXT("[\"a/*b*/c\"]"),
	TEXT("[\"\\\\a\"]"),
	TEXT("[\"\\u0012\"]"),
	TEXT("[\"\\uFFFF\"]"),
	TEXT("[\"asd \"]"),
	TEXT("[\"new\\u00A0line\"]"),
	TEXT("[\"\xf4\x8f\xbf\xbf\"]"),
	TEXT("[\"\xef\xbf\xbf\"]"),
	TEXT("[\"\x7f\"]"),
	TEXT("[\"\\u005C\"]"),
	TEXT("[\"\\u0022\"]"),
	TEXT("[\"\\uDBFF\\uDFFF\"]"),
	TEXT("[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]"),
	TEXT("[\"\\u200B\\u2064\\uFDD0\\uFFFE\"]"),
	TEXT("[\"\xe2\x80\xa8\xe2\x80\xa9\"]"),
	TEXT("[\"\xef\xbb\xbf\"]"),
	TEXT("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"),
};

static const struct text rejected[] = {
	TEXT(""),
	TEXT(" "),
	TEXT("\xef\xbb\xbf{}"),
	TEXT("\xef\xbb\xbf"),
	TEXT("["),
	TEXT("]"),
	TEXT("{"),
	TEXT("}"),
	TEXT("[}"),
	TEXT("{]"),
	TEXT("[]]"),
	TEXT("{}}"),
	TEXT("[1]x"),
	TEXT("[1 true]"),
	TEXT("[a\xe5]"),
	TEXT("[\"\": 1]"),
	TEXT("[\"\"],"),
	TEXT("[,1]"),
	TEXT("[1,,2]"),
	TEXT("[\"x\",,]"),
	TEXT("[\"x\"]]"),
	TEXT("[\"\",]"),
	TEXT("[\"x\""),
	TEXT("[x"),
	TEXT("[3[4]]"),
	TEXT("[\xff]"),
	TEXT("[1:2]"),
	TEXT("[,]"),
	TEXT("[-]"),
	TEXT("[   , \"\"]"),
	TEXT("[\"a\",\n4\n,1,"),
	TEXT("[1,]"),
	TEXT("[\"\va\"\\f]"),
	TEXT("[*]"),
	TEXT("[1,1"),
	TEXT("[fals]"),
	TEXT("[nul]"),
	TEXT("[tru]"),
	TEXT("[True]"),
	TEXT("[nullx]"),
	TEXT("nul"),
	TEXT("[1]\0"),
	TEXT("123\0"),
	TEXT("[++1234]"),
	TEXT("[+1]"),
	TEXT("[+Inf]"),
	TEXT("[-01]"),
	TEXT("[-1.0.]"),
	TEXT("[-2.]"),
	TEXT("[-NaN]"),
	TEXT("[.-1]"),
	TEXT("[.2e-3]"),
	TEXT("[0.1.2]"),
	TEXT("[0.3e+]"),
	TEXT("[0.3e]"),
	TEXT("[0.e1]"),
	TEXT("[0E+]"),
	TEXT("[0E]"),
	TEXT("[0e+]"),
	TEXT("[0e]"),
	TEXT("[1.0e+]"),
	TEXT("[1.0e-]"),
	TEXT("[1.0e]"),
	TEXT("[1 000.0]"),
	TEXT("[1eE2]"),
	TEXT("[2.e+3]"),
	TEXT("[2.e-3]"),
	TEXT("[2.e3]"),
	TEXT("[9.e+]"),
	TEXT("[Inf]"),
	TEXT("[NaN]"),
	TEXT("[Infinity]"),
	TEXT("[-Infinity]"),
	TEXT("[\xef\xbc\x91]"),
	TEXT("[1+2]"),
	TEXT("[0x1]"),
	TEXT("[0x42]"),
	TEXT("[-foo]"),
	TEXT("[- 1]"),
	TEXT("[-012]"),
	TEXT("[-.123]"),
	TEXT("[-1x]"),
	TEXT("[1ea]"),
	TEXT("[1e\xe5]"),
	TEXT("[1.]"),
	TEXT("[.123]"),
	TEXT("[1.2a-3]"),
	TEXT("[1.8011670033376514H-308]"),
	TEXT("[012]"),
	TEXT("[00]"),
	TEXT("[1_000]"),
	TEXT("[\"x\", truth]"),
	TEXT("{[: \"x\"}"),
	TEXT("{\"x\", null}"),
	TEXT("{\"x\"::\"b\"}"),
	TEXT("{\"a\":\"a\" 123}"),
	TEXT("{key: 'value'}"),
	TEXT("{\"\xb9\":\"0\",}"),
	TEXT("{\"a\" b}"),
	TEXT("{:\"b\"}"),
	TEXT("{\"a\" \"b\"}"),
	TEXT("{\"a\":"),
	TEXT("{\"a\""),
	TEXT("{1:1}"),
	TEXT("{9999E9999:1}"),
	TEXT("{null:null}"),
	TEXT("{\"id\":0,,,,,}"),
	TEXT("{'a':0}"),
	TEXT("{\"id\":0,}"),
	TEXT("{\"a\":\"b\"}/**/"),
	TEXT("{\"a\":\"b\"}//"),
	TEXT("{/**/\"a\":1}"),
	TEXT("{\"a\":\"b\",,\"c\":\"d\"}"),
	TEXT("{a: \"b\"}"),
	TEXT("{\"a\":\"a"),
	TEXT("{ \"foo\" : \"bar\", \"a\" }"),
	TEXT("{\"a\":\"b\"}#"),
	TEXT(" \0"),
	TEXT("[\"\\uD800\\\"]"),
	TEXT("[\"\\uD800\\u\"]"),
	TEXT("[\"\\uD800\\u1\"]"),
	TEXT("[\"\\uD800\\u1x\"]"),
	TEXT("[\xc3\xa9]"),
	TEXT("[\"\\\0\"]"),
	TEXT("[\"\\x00\"]"),
	TEXT("[\"\\\\\\\"]"),
	TEXT("[\"\\\t\"]"),
	TEXT("[\"\\\xf0\x9f\x8c\x80\"]"),
	TEXT("[\"\\\"]"),
	TEXT("[\"\\u00A\"]"),
	TEXT("[\"\\uD834\\uDd\"]"),
	TEXT("[\"\\uD800\\uD800\\x\"]"),
	TEXT("[\"\\u\xe5\"]"),
	TEXT("[\"\\a\"]"),
	TEXT("[\"\\uqqqq\"]"),
	TEXT("[\"\\\xe5\"]"),
	TEXT("[\\u0020\"asd\"]"),
	TEXT("[\\n]"),
	TEXT("\""),
	TEXT("['single quote']"),
	TEXT("abc"),
	TEXT("[\"\\"),
	TEXT("[\"a\0a\"]"),
	TEXT("[\"new\nline\"]"),
	TEXT("[\"\t\"]"),
	TEXT("\"\\UA66D\""),
	TEXT("\"\"x"),
	TEXT("[\xe2\x81\xa0]"),
	TEXT("<.>"),
	TEXT("[<null>]"),
	TEXT("[1]1"),
	TEXT("[][]"),
	TEXT("1]"),
	TEXT("{\"x\": true,"),
	TEXT("[True]"),
	TEXT("2@"),
	TEXT("{}x"),
	TEXT("[\"asd]"),
	TEXT("a\xc3\xa5"),
	TEXT("[\"a\", b]"),
	TEXT("[\xe2\x80\x83]"),
	TEXT("[\f]"),
	TEXT("[\v]"),
	TEXT("\xc2\xa0{}"),
	TEXT("{\"a\":/*c*/1}"),
	TEXT("{\"a\":1 \"b\":2}"),
	/* what JSONTestSuite leaves open and we refuse */
	TEXT("[\"\\uDADA\"]"),
	TEXT("[\"\\uD888\\u1234\"]"),
	TEXT("[\"\\uD800\\n\"]"),
	TEXT("[\"\\uDd1ea\"]"),
	TEXT("[\"\\ud800\"]"),
	TEXT("[\"\\ud800abc\"]"),
	TEXT("[\"\\uDd1e\\uD834\"]"),
	TEXT("[\"\\uDFAA\"]"),
	TEXT("[\"\xff\"]"),
	TEXT("[\"\xed\xa0\x80\"]"),
	TEXT("[\"\xc0\xaf\"]"),
	TEXT("[\"\xe6\x97\xa5\xd1\x88\xfa\"]"),
	TEXT("[\"\xf4\xbf\xbf\xbf\"]"),
	TEXT("[\"\x81\"]"),
	TEXT("[\"\xe0\xff\"]"),
	TEXT("\xff\xfe[\0\"\0\xe9\0\"\0]\0"),
	TEXT("{\"a\\u0000b\":1}"),
	TEXT("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]"),
};

START_TEST(every_document_of_rfc_8259_is_accepted)
{
	for (size_t i = 0; i < ARRAY_LEN(accepted); i++)
		ck_assert_msg(!json_complaint(accepted[i].s, accepted[i].n), "%s: %s",
		              accepted[i].s,
		              json_check_text(accepted[i].s, accepted[i].n).what);
}
END_TEST

START_TEST(nothing_else_is)
{
	for (size_t i = 0; i < ARRAY_LEN(rejected); i++)
		ck_assert_msg(json_complaint(rejected[i].s, rejected[i].n), "%zu: %s", i,
		              rejected[i].s);
}
END_TEST

START_TEST(no_document_cut_short_is_accepted)
{
	static const char text[] =
		"{\"a\":[1.5e+7,true,null,\"x\\u00e9\\ud83d\\ude39\"],\"b\":{}}";

	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		char *cut =
			malloc(n + 1); /* so that AddressSanitizer sees a read past its end */

		ck_assert_ptr_nonnull(cut);
		memcpy(cut, text, n);
		ck_assert_ptr_nonnull(json_complaint(cut, n));
		free(cut);
	}
	ck_assert_ptr_null(json_complaint(text, sizeof(text) - 1));
}
END_TEST

START_TEST(a_member_twice_is_refused_however_it_is_spelt)
{
	static const char *const twice[] = {
		"{\"a\":1,\"a\":1}",
		"{\"a\":1,\"b\":2,\"a\":3}",
		"{\"a\":1,\"\\u0061\":2}",
		"{\"\\u0061\":1,\"a\":2}",
		"{\"\":1,\"\":2}",
		"{\"x\":{\"a\":1,\"a\":2}}",
		"[{\"a\":1,\"b\":{\"b\":1},\"a\":2}]",
		"{\"\\ud83d\\ude39\":1,\"\xf0\x9f\x98\xb9\":2}",
		"{\"\\/\":1,\"/\":2}",
		"{\"\\n\":1,\"\\u000a\":2}",
		"{\"\xc3\xa9\":1,\"\\u00E9\":2}",
	};

	for (size_t i = 0; i < ARRAY_LEN(twice); i++)
		ck_assert_pstr_eq(json_complaint(twice[i], strlen(twice[i])),
		                  "duplicate-member");
}
END_TEST

START_TEST(depth_and_members_have_ceilings)
{
	char text[20000] = "{";
	size_t n = 1;

	memset(text + 1, 0, sizeof(text) - 1);
	for (int i = 0; i < 1024; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s\"k%d\":%d", i ? "," : "",
		                      i, i);
	text[n] = '}';
	ck_assert_ptr_null(json_complaint(text, n + 1));
	n += (size_t)snprintf(text + n, sizeof(text) - n, ",\"one more\":1}");
	ck_assert_pstr_eq(json_complaint(text, n), "invalid-json");
	memset(text, '[', sizeof(text));
	ck_assert_pstr_eq(json_complaint(text, sizeof(text)), "invalid-json");
}
END_TEST

START_TEST(a_complaint_names_the_byte)
{
	static const struct {
		const char *text;
		size_t at;
	} cases[] = { { "", 0 },           { "{\"a\":}", 5 },
		      { "{\"a\":1,}", 7 }, { "[1,2", 4 },
		      { "[01]", 2 },       { "{} x", 3 },
		      { "[\"a\nb\"]", 3 }, { "{\"a\":1,\"a\":2}", 7 } };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_uint_eq(json_check_text(cases[i].text, strlen(cases[i].text)).at,
		                  cases[i].at);
}
END_TEST

START_TEST(strings_are_compared_unescaped)
{
	static const struct {
		const char *raw, *name;
		bool same;
	} cases[] = {
		{ "\"secret\"", "secret", true },
		{ "\"s\\u0065cret\"", "secret", true },
		{ "\"secret2\"", "secret", false },
		{ "\"secre\"", "secret", false },
		{ "\"\"", "", true },
		{ "\"\\u0000\"", "", false },
		{ "\"\\ud83d\\ude39\"", "\xf0\x9f\x98\xb9", true },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_int_eq(json_string_is(cases[i].raw,
		                                cases[i].raw + strlen(cases[i].raw),
		                                cases[i].name),
		                 cases[i].same);
}
END_TEST

START_TEST(secrets_are_masked_at_any_depth)
{
	static const char *const names[] = { "secret", "password", NULL };
	static const struct {
		const char *text, *masked;
	} cases[] = {
		{ "{}", "{}" },
		{ "{\"a\":\"secret\"}", "{\"a\":\"secret\"}" },
		{ "{\"secret\":\"x\"}", "{\"secret\":\"[set]\"}" },
		{ "{\"secret\" : 12.5e3 , \"b\":1}", "{\"secret\" : \"[set]\" , \"b\":1}" },
		{ "{\"secret\":{\"a\":[1,{\"b\":\"}\"}]},\"c\":[]}",
		  "{\"secret\":\"[set]\",\"c\":[]}" },
		{ "{\"a\":[{\"password\":[\"x\",\"\\\"]\"]}]}",
		  "{\"a\":[{\"password\":\"[set]\"}]}" },
		{ "{\"p\\u0061ssword\":true}", "{\"p\\u0061ssword\":\"[set]\"}" },
		{ "{\"secret\":null,\"passwords\":1}",
		  "{\"secret\":\"[set]\",\"passwords\":1}" },
		{ "{\"big\":99999999999999999999,\"x\":\"\\ud83d\\ude39\"}",
		  "{\"big\":99999999999999999999,\"x\":\"\\ud83d\\ude39\"}" },
		{ "{\"a\":\"\\\\\",\"secret\":\"\\\\\"}",
		  "{\"a\":\"\\\\\",\"secret\":\"[set]\"}" },
	};
	const char *out = NULL;
	struct arena mem;

	arena_init(&mem, (size_t)1 << 20);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ck_assert_int_eq(
			json_mask(&mem, cases[i].text, strlen(cases[i].text), names, &out), OK);
		ck_assert_str_eq(out, cases[i].masked);
	}
	ck_assert_int_eq(json_mask(&mem, "{", 1, names, &out), ERR_MALFORMED);
	arena_release(&mem);
}
END_TEST

TESTS("json_check", every_document_of_rfc_8259_is_accepted, nothing_else_is,
      no_document_cut_short_is_accepted, a_member_twice_is_refused_however_it_is_spelt,
      depth_and_members_have_ceilings, a_complaint_names_the_byte,
      strings_are_compared_unescaped, secrets_are_masked_at_any_depth);
