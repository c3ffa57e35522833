#include "core/page.h"

#include <string.h>

#include "lib/suite.h"

static const char *const sorts[] = { "name", "-name", NULL };
static struct arena mem;
static struct ctx c;

struct row {
	int64_t id;
	const char *name;
};

static void setup(void)
{
	arena_init(&mem, 1 << 20);
	c = (struct ctx){ .mem = &mem };
}

static void key(const void *row, const struct page *p, struct cursor *out)
{
	const struct row *r = row;

	(void)p;
	out->id = r->id;
	out->text = r->name;
}

START_TEST(a_cursor_comes_back_as_it_was)
{
	static const char *const texts[] = { "", "a", "a:b:c", "Zo\xc3\xab \xe5\x90\x8d", NULL };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct cursor cur = { .set = true, .back = i % 2, .sort = "-name", .id = 77,
			              .text = texts[i], .number = -5 };
		struct page p;

		ck_assert_int_eq(page_read(&c, 25, cursor_write(&mem, &cur), "-name", sorts, &p),
		                 OK);
		ck_assert(p.at.set);
		ck_assert_int_eq(p.at.back, cur.back);
		ck_assert_int_eq(p.at.id, 77);
		ck_assert_int_eq(p.at.number, -5);
		if (texts[i])
			ck_assert_str_eq(p.at.text, texts[i]);
		else
			ck_assert_ptr_null(p.at.text);
	}
}
END_TEST

START_TEST(what_is_no_cursor_is_refused)
{
	static const char *const bad[] = { "", "x", "!!!!", "Zjpu", "AAAA", "Zjo6MTox", "====",
		                           "ZjpuYW1lOjE6MTp4" };
	struct page p = { .limit = -7 };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		c.fault = (struct fault){ 0 };
		ck_assert_msg(page_read(&c, 0, bad[i], NULL, sorts, &p) == ERR_INVALID, "%s",
		              bad[i]);
		ck_assert_str_eq(c.fault.fields[0].pointer, "/cursor");
	}
	ck_assert_int_eq(p.limit, -7);
}
END_TEST

START_TEST(a_cursor_with_bytes_that_are_no_text_is_refused)
{
	static const char *const texts[] = { "\xff\xfe", "a\xc3", "\xed\xa0\x80" };
	struct page p;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct cursor cur = { .sort = "name", .id = 1, .text = texts[i] };

		c.fault = (struct fault){ 0 };
		ck_assert_int_eq(page_read(&c, 0, cursor_write(&mem, &cur), "name", sorts, &p),
		                 ERR_INVALID);
		ck_assert_str_eq(c.fault.fields[0].code, "not-a-cursor");
	}
}
END_TEST

START_TEST(a_cursor_is_good_for_its_own_sort)
{
	struct cursor cur = { .sort = "name", .id = 1, .text = "a" };
	struct page p;

	ck_assert_int_eq(page_read(&c, 0, cursor_write(&mem, &cur), "-name", sorts, &p),
	                 ERR_INVALID);
	ck_assert_str_eq(c.fault.fields[0].code, "of-another-sort");
}
END_TEST

START_TEST(all_complaints_come_at_once)
{
	struct page p;

	ck_assert_int_eq(page_read(&c, 11, "x", "color", sorts, &p), ERR_INVALID);
	ck_assert_uint_eq(c.fault.nfields, 3);
}
END_TEST

static struct db_list rows_of(size_t n, int step)
{
	struct row *v = arena_array(&mem, struct row, n);

	for (size_t i = 0; i < n; i++)
		v[i].id = 100 + step * (int)i;
	return (struct db_list){ v, n };
}

START_TEST(the_extra_row_is_cut_and_says_there_is_more)
{
	struct page p = { .limit = 10, .sort = "name" }, next;
	struct db_list rows = rows_of(11, 1);
	struct page_end end = { .total = 5 };

	page_close(&mem, &p, &rows, sizeof(struct row), key, &end);
	ck_assert_uint_eq(rows.n, 10);
	ck_assert_ptr_null(end.prev);
	ck_assert_int_eq(end.total, 5);
	ck_assert_int_eq(page_read(&c, 10, end.next, "name", sorts, &next), OK);
	ck_assert_int_eq(next.at.id, 109);
	ck_assert(!next.at.back);
}
END_TEST

START_TEST(a_page_read_backwards_is_turned_round)
{
	struct page p = { .limit = 10, .sort = "name", .at = { .set = true, .back = true } };
	struct db_list rows = rows_of(11, -1);
	const struct row *v = rows.v;
	struct page_end end = { 0 };
	struct page at;

	page_close(&mem, &p, &rows, sizeof(struct row), key, &end);
	ck_assert_uint_eq(rows.n, 10);
	ck_assert_int_eq(v[0].id, 91);
	ck_assert_int_eq(v[9].id, 100);
	ck_assert_int_eq(page_read(&c, 10, end.prev, "name", sorts, &at), OK);
	ck_assert_int_eq(at.at.id, 91);
	ck_assert(at.at.back);
	ck_assert_int_eq(page_read(&c, 10, end.next, "name", sorts, &at), OK);
	ck_assert_int_eq(at.at.id, 100);
}
END_TEST

START_TEST(the_last_page_has_no_next)
{
	struct page p = { .limit = 10, .sort = "name", .at = { .set = true } };
	struct db_list rows = rows_of(10, 1);
	struct page_end end = { 0 };

	page_close(&mem, &p, &rows, sizeof(struct row), key, &end);
	ck_assert_ptr_null(end.next);
	ck_assert_ptr_nonnull(end.prev);
}
END_TEST

TESTS_WITH("page", setup, NULL, a_cursor_comes_back_as_it_was, what_is_no_cursor_is_refused,
           a_cursor_with_bytes_that_are_no_text_is_refused, a_cursor_is_good_for_its_own_sort,
           all_complaints_come_at_once, the_extra_row_is_cut_and_says_there_is_more,
           a_page_read_backwards_is_turned_round, the_last_page_has_no_next);
