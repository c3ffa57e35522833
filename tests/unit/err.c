#include "base/err.h"

#include <string.h>

#include "lib/suite.h"

START_TEST(every_error_has_a_name_of_its_own)
{
	for (int a = 0; a < ERR__MAX; a++)
		for (int b = 0; b < a; b++)
			ck_assert_str_ne(err_name((enum err)a), err_name((enum err)b));
}
END_TEST

START_TEST(a_fault_tells_its_story_and_passes_the_error_on)
{
	struct fault f = { 0 };

	ck_assert_int_eq(fault_set(&f, ERR_CONFLICT, "seat-limit", "All %d are taken.", 7),
	                 ERR_CONFLICT);
	ck_assert_str_eq(f.code, "seat-limit");
	ck_assert_str_eq(f.detail, "All 7 are taken.");
}
END_TEST

START_TEST(a_story_too_long_is_cut_at_a_code_point)
{
	struct fault f = { 0 };
	char text[400] = "x";

	for (size_t i = 1; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "ü", 3);
	ck_assert_int_eq(fault_set(&f, ERR_INVALID, "x", "%s", text), ERR_INVALID);
	ck_assert_uint_eq(strlen(f.detail), 255);
	ck_assert_int_eq(fault_set(&f, ERR_INVALID, "x", "%s", text + 1), ERR_INVALID);
	ck_assert_uint_eq(strlen(f.detail), 254);
}
END_TEST

START_TEST(the_first_refused_field_sets_the_code)
{
	struct fault f = { 0 };

	ck_assert_int_eq(fault_field(&f, "/name", "required"), ERR_INVALID);
	ck_assert_int_eq(fault_field(&f, "/age", "out-of-range"), ERR_INVALID);
	ck_assert_str_eq(f.code, "invalid-input");
	ck_assert_uint_eq(f.nfields, 2);
	ck_assert_str_eq(f.fields[1].pointer, "/age");
	ck_assert_str_eq(f.fields[1].code, "out-of-range");
}
END_TEST

START_TEST(more_fields_than_fit_are_said_to_be_more)
{
	struct fault f = { 0 };

	for (size_t i = 0; i < FAULT_FIELDS; i++)
		ck_assert_int_eq(fault_field(&f, "/x", "unknown"), ERR_INVALID);
	ck_assert(!f.more_fields);
	ck_assert_int_eq(fault_field(&f, "/x", "unknown"), ERR_INVALID);
	ck_assert(f.more_fields);
	ck_assert_uint_eq(f.nfields, FAULT_FIELDS);
}
END_TEST

START_TEST(a_pointer_too_long_is_cut)
{
	struct fault f = { 0 };
	char pointer[300];

	memset(pointer, 'p', sizeof(pointer));
	pointer[sizeof(pointer) - 1] = '\0';
	ck_assert_int_eq(fault_field(&f, pointer, "unknown"), ERR_INVALID);
	ck_assert_uint_eq(strlen(f.fields[0].pointer), sizeof(f.fields[0].pointer) - 1);
}
END_TEST

TESTS("err", every_error_has_a_name_of_its_own, a_fault_tells_its_story_and_passes_the_error_on,
      a_story_too_long_is_cut_at_a_code_point, the_first_refused_field_sets_the_code,
      more_fields_than_fit_are_said_to_be_more, a_pointer_too_long_is_cut);
