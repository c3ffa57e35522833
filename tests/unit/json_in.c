#include "json/json_in.h"

#include <stdio.h>
#include <string.h>

#include "lib/suite.h"

struct tag {
	const char *name;
	struct stamp since;
};

struct place {
	const char *city;
	struct micro latitude;
};

struct pet {
	const char *name, *kind, *note, *pin, *mail;
	int64_t age, owner;
	bool tame;
	struct stamp born;
	struct micro weight;
	struct opt legs;
	struct json_text extra;
	struct str_list names;
	struct place home;
	struct row_list tags;
};

static const char *check_mail(const char *s, size_t n)
{
	return memchr(s, '@', n) ? NULL : "not-an-email";
}

static const char *const kinds[] = { "cat", "dog", NULL };

static const struct json_in tag_in[] = {
	JSON_IN(struct tag, name, .need = true, .min = 1, .max = 3),
	JSON_IN(struct tag, since),
};
static const struct json_table tag_table = JSON_TABLE(struct tag, tag_in);

static const struct json_in place_in[] = {
	JSON_IN(struct place, city, .need = true, .min = 1),
	JSON_IN(struct place, latitude, .min = -90000000, .max = 90000000),
};
static const struct json_table place_table = JSON_TABLE(struct place, place_in);

static const struct json_in pet_in[] = {
	JSON_IN(struct pet, name, .need = true, .min = 1, .max = 8),
	JSON_IN(struct pet, kind, .words = kinds, .nullable = true),
	JSON_IN(struct pet, note, .lines = true, .max = 20),
	JSON_IN(struct pet, pin, .raw = true, .min = 4, .max = 6),
	JSON_IN(struct pet, mail, .check = check_mail, .max = 20),
	JSON_IN(struct pet, age, .min = 0, .max = 40),
	JSON_IN_ID(struct pet, owner, ID_PERSON, .nullable = true),
	JSON_IN(struct pet, tame),
	JSON_IN(struct pet, born),
	JSON_IN(struct pet, weight),
	JSON_IN(struct pet, legs, .min = 0, .max = 8),
	JSON_IN(struct pet, extra, .max = 60),
	JSON_IN(struct pet, names, .max = 2),
	JSON_IN_SUB(struct pet, home, &place_table),
	JSON_IN_ROWS(struct pet, tags, &tag_table, .min = 1, .max = 2),
};
static const struct json_table pet_table = JSON_TABLE(struct pet, pet_in);

static struct arena mem;
static struct fault fault;
static struct pet pet;
static struct json_seen seen;

static void setup(void)
{
	arena_init(&mem, (size_t)16 << 20);
}

static void teardown(void)
{
	arena_release(&mem);
}

static enum err read_pet(const char *body)
{
	fault = (struct fault){ 0 };
	memset(&pet, 0, sizeof(pet));
	return json_read(&mem, &fault, body, strlen(body), &pet_table, &pet, &seen);
}

/* Each line: a body, and the pointer and code it is refused with. */
static const struct {
	const char *body, *pointer, *code;
} refused[] = {
	{ "{}", "/name", "required" },
	{ "{\"name\":null}", "/name", "required" },
	{ "{\"name\":\"\"}", "/name", "empty" },
	{ "{\"name\":\"  \"}", "/name", "empty" },
	{ "{\"name\":\"far too long\"}", "/name", "too-long" },
	{ "{\"name\":7}", "/name", "not-a-string" },
	{ "{\"name\":[]}", "/name", "not-a-string" },
	{ "{\"name\":\"a\\u0000b\"}", "/name", "has-nul" },
	{ "{\"name\":\"a\\u001bb\"}", "/name", "control-characters" },
	{ "{\"name\":\"a\\nb\"}", "/name", "control-characters" },
	{ "{\"name\":\"a\\u0085b\"}", "/name", "control-characters" },
	{ "{\"name\":\"a\",\"note\":\"a\\u0007b\"}", "/note", "control-characters" },
	{ "{\"name\":\"a\",\"note\":null}", "/note", "not-a-string" },
	{ "{\"name\":\"a\",\"kind\":\"cow\"}", "/kind", "not-one-of" },
	{ "{\"name\":\"a\",\"kind\":\"\"}", "/kind", "not-one-of" },
	{ "{\"name\":\"a\",\"pin\":\"123\"}", "/pin", "too-short" },
	{ "{\"name\":\"a\",\"pin\":\"\"}", "/pin", "empty" },
	{ "{\"name\":\"a\",\"mail\":\"a.b\"}", "/mail", "not-an-email" },
	{ "{\"name\":\"a\",\"age\":\"7\"}", "/age", "not-an-integer" },
	{ "{\"name\":\"a\",\"age\":null}", "/age", "not-an-integer" },
	{ "{\"name\":\"a\",\"age\":true}", "/age", "not-an-integer" },
	{ "{\"name\":\"a\",\"age\":7.5}", "/age", "not-an-integer" },
	{ "{\"name\":\"a\",\"age\":7.0}", "/age", "not-an-integer" },
	{ "{\"name\":\"a\",\"age\":1e1}", "/age", "not-an-integer" },
	{ "{\"name\":\"a\",\"age\":41}", "/age", "out-of-range" },
	{ "{\"name\":\"a\",\"age\":-1}", "/age", "out-of-range" },
	{ "{\"name\":\"a\",\"age\":99999999999999999999}", "/age", "out-of-range" },
	{ "{\"name\":\"a\",\"age\":-99999999999999999999}", "/age", "out-of-range" },
	{ "{\"name\":\"a\",\"tame\":1}", "/tame", "not-a-boolean" },
	{ "{\"name\":\"a\",\"tame\":\"true\"}", "/tame", "not-a-boolean" },
	{ "{\"name\":\"a\",\"tame\":null}", "/tame", "not-a-boolean" },
	{ "{\"name\":\"a\",\"owner\":\"acc_0000000000001\"}", "/owner", "not-an-id" },
	{ "{\"name\":\"a\",\"owner\":1}", "/owner", "not-an-id" },
	{ "{\"name\":\"a\",\"born\":\"yesterday\"}", "/born", "not-a-time" },
	{ "{\"name\":\"a\",\"born\":0}", "/born", "not-a-time" },
	{ "{\"name\":\"a\",\"born\":null}", "/born", "not-a-time" },
	{ "{\"name\":\"a\",\"weight\":\"1\"}", "/weight", "not-a-number" },
	{ "{\"name\":\"a\",\"weight\":1e3}", "/weight", "not-a-number" },
	{ "{\"name\":\"a\",\"weight\":1.0000001}", "/weight", "too-precise" },
	{ "{\"name\":\"a\",\"weight\":9223372036854775807}", "/weight", "out-of-range" },
	{ "{\"name\":\"a\",\"weight\":9999999999.5}", "/weight", "out-of-range" },
	{ "{\"name\":\"a\",\"legs\":9}", "/legs", "out-of-range" },
	{ "{\"name\":\"a\",\"legs\":\"\"}", "/legs", "not-an-integer" },
	{ "{\"name\":\"a\",\"extra\":[]}", "/extra", "not-an-object" },
	{ "{\"name\":\"a\",\"extra\":{\"a\":[\"\\u0000\"]}}", "/extra", "has-nul" },
	{ "{\"name\":\"a\",\"extra\":{\"a\":[9007199254740992]}}", "/extra", "out-of-range" },
	{ "{\"name\":\"a\",\"extra\":{\"a\":\"0123456789012345678901234567890123456789"
	  "01234567890123456789\"}}",
	  "/extra", "too-long" },
	{ "{\"name\":\"a\",\"names\":\"x\"}", "/names", "not-an-array" },
	{ "{\"name\":\"a\",\"names\":[\"x\",\"y\",\"z\"]}", "/names", "too-many" },
	{ "{\"name\":\"a\",\"names\":[\"x\",7]}", "/names/1", "not-a-string" },
	{ "{\"name\":\"a\",\"names\":[null]}", "/names/0", "not-a-string" },
	{ "{\"name\":\"a\",\"names\":[\"\"]}", "/names/0", "empty" },
	{ "{\"name\":\"a\",\"home\":7}", "/home", "not-an-object" },
	{ "{\"name\":\"a\",\"home\":null}", "/home", "not-an-object" },
	{ "{\"name\":\"a\",\"home\":{}}", "/home/city", "required" },
	{ "{\"name\":\"a\",\"home\":{\"city\":\"x\",\"latitude\":90.000001}}", "/home/latitude",
	  "out-of-range" },
	{ "{\"name\":\"a\",\"home\":{\"city\":\"x\",\"zip\":1}}", "/home/zip", "unknown" },
	{ "{\"name\":\"a\",\"tags\":{}}", "/tags", "not-an-array" },
	{ "{\"name\":\"a\",\"tags\":[]}", "/tags", "empty" },
	{ "{\"name\":\"a\",\"tags\":[1]}", "/tags/0", "not-an-object" },
	{ "{\"name\":\"a\",\"tags\":[{\"name\":\"a\"},{\"name\":\"long\"}]}", "/tags/1/name",
	  "too-long" },
	{ "{\"name\":\"a\",\"x/y\":1}", "/x~1y", "unknown" },
	{ "{\"name\":\"a\",\"~\":1}", "/~0", "unknown" },
	{ "{\"name\":\"a\",\"Name\":1}", "/Name", "unknown" },
};

START_TEST(refuses_with_pointer_and_code)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		ck_assert_int_eq(read_pet(refused[i].body), ERR_INVALID);
		ck_assert_uint_eq(fault.nfields, 1);
		ck_assert_str_eq(fault.fields[0].pointer, refused[i].pointer);
		ck_assert_str_eq(fault.fields[0].code, refused[i].code);
		ck_assert_str_eq(fault.code, "invalid-input");
	}
}
END_TEST

START_TEST(collects_all_complaints)
{
	ck_assert_int_eq(read_pet("{\"age\":-1,\"tame\":0,\"x\":1,\"home\":{\"city\":\"\"},"
	                          "\"tags\":[{\"name\":1},{}]}"),
	                 ERR_INVALID);
	ck_assert_uint_eq(fault.nfields, 7);
	ck_assert(!fault.more_fields);
}
END_TEST

START_TEST(says_when_there_are_more_complaints_than_fit)
{
	char body[1000] = "{\"name\":\"a\"";
	size_t n = strlen(body);

	for (int i = 0; i <= FAULT_FIELDS; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n, ",\"x%d\":1", i);
	snprintf(body + n, sizeof(body) - n, "}");
	ck_assert_int_eq(read_pet(body), ERR_INVALID);
	ck_assert_uint_eq(fault.nfields, FAULT_FIELDS);
	ck_assert(fault.more_fields);
}
END_TEST

static const struct {
	const char *body, *code;
} malformed[] = {
	{ "", "invalid-json" },
	{ "{\"name\":\"a\"", "invalid-json" },
	{ "{\"name\":NaN}", "invalid-json" },
	{ "{\"name\":\"\xff\"}", "invalid-json" },
	{ "{\"name\":\"a\",\"name\":\"b\"}", "duplicate-member" },
	{ "{\"name\":\"a\",\"extra\":{\"a\":1,\"\\u0061\":2}}", "duplicate-member" },
	{ "[]", "not-an-object" },
	{ " \"name\" ", "not-an-object" },
	{ "null", "not-an-object" },
	{ "7", "not-an-object" },
};

START_TEST(what_is_not_a_strict_object_is_malformed)
{
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
		ck_assert_int_eq(read_pet(malformed[i].body), ERR_MALFORMED);
		ck_assert_str_eq(fault.code, malformed[i].code);
		ck_assert_uint_eq(fault.nfields, 0);
	}
}
END_TEST

START_TEST(absent_members_keep_their_none)
{
	ck_assert_int_eq(read_pet(" {\"name\":\" Rex \"} \n"), OK);
	ck_assert_str_eq(pet.name, "Rex");
	ck_assert_ptr_null(pet.kind);
	ck_assert_int_eq(pet.age, 0);
	ck_assert_int_eq(pet.owner, 0);
	ck_assert(!stamp_is_set(pet.born));
	ck_assert_int_eq(pet.weight.v, INT64_MIN);
	ck_assert_int_eq(pet.home.latitude.v, INT64_MIN);
	ck_assert(!pet.legs.set);
	ck_assert_ptr_null(pet.extra.s);
	ck_assert_uint_eq(pet.tags.n, 0);
	ck_assert(json_has(&pet_table, &seen, "name"));
	ck_assert(!json_has(&pet_table, &seen, "kind"));
}
END_TEST

START_TEST(everything_present_is_read)
{
	const struct tag *tags;

	ck_assert_int_eq(
		read_pet("{\"name\":\"Rex\",\"kind\":\"dog\",\"note\":\"a\\nb\",\"pin\":\" 12 "
	                 "\","
	                 "\"mail\":\"a@b\",\"age\":40,\"owner\":\"per_000000000000a\",\"tame\":"
	                 "true,"
	                 "\"born\":\"1970-01-01T01:00:00+01:00\",\"weight\":12.25,\"legs\":4,"
	                 "\"extra\":{\"b\":[1,2.50,null],\"a\":\"x/y\"},\"names\":[\"x\",\" y "
	                 "\"],"
	                 "\"home\":{\"city\":\"Köln\",\"latitude\":-33.8688},"
	                 "\"tags\":[{\"name\":\"a\"},{\"name\":\"b\",\"since\":"
	                 "\"1970-01-01T00:00:01Z\"}]}"),
		OK);
	ck_assert_str_eq(pet.kind, "dog");
	ck_assert_str_eq(pet.note, "a\nb");
	ck_assert_str_eq(pet.pin, " 12 ");
	ck_assert_int_eq(pet.age, 40);
	ck_assert_int_eq(pet.owner, 10);
	ck_assert(pet.tame);
	ck_assert_int_eq(pet.born.usec, 0);
	ck_assert_int_eq(pet.weight.v, 12250000);
	ck_assert(pet.legs.set && pet.legs.v == 4);
	ck_assert_str_eq(pet.extra.s, "{\"b\":[1,2.50,null],\"a\":\"x/y\"}");
	ck_assert_uint_eq(pet.names.n, 2);
	ck_assert_str_eq(pet.names.v[1], "y");
	ck_assert_str_eq(pet.home.city, "Köln");
	ck_assert_int_eq(pet.home.latitude.v, -33868800);
	tags = pet.tags.v;
	ck_assert_uint_eq(pet.tags.n, 2);
	ck_assert(!stamp_is_set(tags[0].since));
	ck_assert_int_eq(tags[1].since.usec, 1000000);
	ck_assert_uint_eq(seen.bits, (UINT64_C(1) << pet_table.n) - 1);
	ck_assert_uint_eq(seen.nulls, 0);
}
END_TEST

START_TEST(null_is_told_from_absent)
{
	ck_assert_int_eq(
		read_pet("{\"name\":\"a\",\"kind\":null,\"owner\":null,\"legs\":null}"), OK);
	ck_assert(json_has(&pet_table, &seen, "kind"));
	ck_assert_ptr_null(pet.kind);
	ck_assert_int_eq(pet.owner, 0);
	ck_assert(!pet.legs.set);
	ck_assert_uint_eq(seen.bits, 1 | 2 | 64 | 1024);
	ck_assert_uint_eq(seen.nulls, 2 | 64 | 1024);
}
END_TEST

START_TEST(an_empty_text_may_clear_what_is_not_needed)
{
	ck_assert_int_eq(read_pet("{\"name\":\"a\",\"note\":\"\",\"mail\":\"\"}"), OK);
	ck_assert_str_eq(pet.note, "");
	ck_assert_str_eq(pet.mail, "");
}
END_TEST

START_TEST(lengths_count_code_points)
{
	ck_assert_int_eq(read_pet("{\"name\":\"\\u4e1c\\u4eac\\ud83d\\ude39äöü\\u0041B\"}"),
	                 OK);
	ck_assert_int_eq(read_pet("{\"name\":\"\\u4e1c\\u4eac\\ud83d\\ude39äöüABC\"}"),
	                 ERR_INVALID);
}
END_TEST

START_TEST(a_text_is_composed_and_what_is_raw_stays_as_it_came)
{
	ck_assert_int_eq(read_pet("{\"name\":\" u\u0308 \",\"pin\":\" u\u0308 \"}"), OK);
	ck_assert_str_eq(pet.name, "\u00fc");
	ck_assert_str_eq(pet.pin, " u\u0308 ");
}
END_TEST

START_TEST(an_open_table_passes_over_what_it_does_not_know)
{
	struct json_table open = place_table;
	static const char body[] = "{\"city\":\"x\",\"other\":{\"a\":[1]}}";
	struct place place;

	open.open = true;
	ck_assert_int_eq(json_read(&mem, &fault, body, sizeof(body) - 1, &open, &place, NULL),
	                 OK);
	ck_assert_str_eq(place.city, "x");
}
END_TEST

START_TEST(long_names_of_unknown_members_are_cut_in_the_pointer)
{
	char body[400] = "{\"name\":\"a\",\"";

	memset(body + strlen(body), 'x', 300);
	memcpy(body + strlen(body), "\":1}", 5);
	ck_assert_int_eq(read_pet(body), ERR_INVALID);
	ck_assert_uint_eq(strlen(fault.fields[0].pointer), sizeof(fault.fields[0].pointer) - 1);
}
END_TEST

START_TEST(whole_numbers_without_a_range_are_those_a_double_holds)
{
	struct one {
		int64_t v;
	} one = { 0 };
	static const struct json_in in[] = { JSON_IN(struct one, v) };
	static const struct json_table t = JSON_TABLE(struct one, in);
	static const struct {
		const char *body;
		enum err e;
	} cases[] = {
		{ "{\"v\":9007199254740991}", OK },
		{ "{\"v\":-9007199254740991}", OK },
		{ "{\"v\":9007199254740992}", ERR_INVALID },
		{ "{\"v\":-9007199254740992}", ERR_INVALID },
		{ "{\"v\":-0}", OK },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_int_eq(json_read(&mem, &fault, cases[i].body, strlen(cases[i].body),
		                           &t, &one, NULL),
		                 cases[i].e);
}
END_TEST

TESTS_WITH("json_in", setup, teardown, refuses_with_pointer_and_code, collects_all_complaints,
           says_when_there_are_more_complaints_than_fit,
           what_is_not_a_strict_object_is_malformed, absent_members_keep_their_none,
           everything_present_is_read, null_is_told_from_absent,
           an_empty_text_may_clear_what_is_not_needed, lengths_count_code_points,
           a_text_is_composed_and_what_is_raw_stays_as_it_came,
           an_open_table_passes_over_what_it_does_not_know,
           long_names_of_unknown_members_are_cut_in_the_pointer,
           whole_numbers_without_a_range_are_those_a_double_holds);
