/* What the change log is told of two states of a thing. */
#include <string.h>

#include "core/change.h"
#include "lib/suite.h"

static struct arena mem;

struct thing {
	const char *name, *note;
};
static const struct field thing_v[] = { FIELD(struct thing, name), FIELD(struct thing, note) };

static void setup(void)
{
	arena_init(&mem, 8u << 20);
}

static void teardown(void)
{
	arena_release(&mem);
}

static bool diff(const struct thing *was, const struct thing *is, struct change *out)
{
	return change_diff(&mem, (struct fields)FIELDS(thing_v), was, is, out);
}

/* N bytes whose last one is this. */
static const char *text(size_t n, char last)
{
	char *s = arena_alloc(&mem, n + 1);

	memset(s, 'x', n);
	s[n - 1] = last;
	return s;
}

START_TEST(only_what_differs_is_told)
{
	struct thing was = { "a", "same" }, is = { "b", "same" };
	struct change ch = { 0 };

	ck_assert(diff(&was, &is, &ch));
	ck_assert_str_eq(ch.before, "{\"name\":\"a\"}");
	ck_assert_str_eq(ch.after, "{\"name\":\"b\"}");
	ck_assert(!diff(&was, &was, &ch));
}
END_TEST

START_TEST(values_too_long_for_the_log_differ_all_the_same)
{
	struct thing was = { "a", text(16000, '1') }, is = { "a", text(16000, '2') };
	struct change ch = { 0 };

	ck_assert(diff(&was, &is, &ch));
	ck_assert_str_eq(ch.before, "{\"note\":\"[too long]\"}");
	ck_assert_str_eq(ch.after, "{\"note\":\"[too long]\"}");
	is.note = text(16000, '1');
	ck_assert(!diff(&was, &is, &ch));
}
END_TEST

START_TEST(what_begins_or_ends_has_one_side)
{
	struct thing t = { "a", NULL };
	struct change made = { 0 }, gone = { 0 };

	ck_assert(diff(NULL, &t, &made));
	ck_assert_ptr_null(made.before);
	ck_assert_str_eq(made.after, "{\"name\":\"a\"}");
	ck_assert(diff(&t, NULL, &gone));
	ck_assert_str_eq(gone.before, "{\"name\":\"a\"}");
	ck_assert_ptr_null(gone.after);
}
END_TEST

TESTS_WITH("change", setup, teardown, only_what_differs_is_told,
           values_too_long_for_the_log_differ_all_the_same, what_begins_or_ends_has_one_side);
