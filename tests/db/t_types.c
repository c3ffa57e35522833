/* Values go to the server and come back as they were. */
#include <stdlib.h>
#include <string.h>

#include "lib/scratch.h"
#include "lib/suite.h"

struct all {
	int64_t id, number;
	bool flag;
	const char *text;
	struct stamp at;
	struct micro latitude;
	struct opt maybe;
	struct json_text extra;
	struct bytes raw;
};

static const struct field all_fields[] = {
	FIELD_KEY(struct all, id, ID_ACCOUNT),
	FIELD(struct all, number),
	FIELD(struct all, flag),
	FIELD(struct all, text),
	FIELD(struct all, at),
	FIELD(struct all, latitude),
	FIELD(struct all, maybe),
	FIELD(struct all, extra),
	FIELD(struct all, raw),
};

static const struct db_query insert = {
	.text = "INSERT INTO t (id, number, flag, text, at, latitude, maybe, extra, raw)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query by_id = {
	.text = "SELECT id, number, flag, text, at, latitude, maybe, extra, raw FROM t"
		" WHERE id = ?",
	DB_ROWS(all_fields),
};

static struct arena mem;
static struct db *db;

static void setup(void)
{
	scratch_plain();
	arena_init(&mem, 64 << 20);
	db = scratch_connect(NULL);
	scratch_run_on(db, "CREATE TABLE t (id BIGINT PRIMARY KEY, number BIGINT NULL,"
	                   " flag TINYINT NULL, text MEDIUMTEXT NULL, at DATETIME(6) NULL,"
	                   " latitude INT NULL, maybe INT NULL, extra TEXT NULL,"
	                   " raw MEDIUMBLOB NULL) CHARSET utf8mb4");
}

static void teardown(void)
{
	db_free(db);
	arena_release(&mem);
}

static struct all round_trip(const struct all *a)
{
	struct all back;

	ck_assert_int_eq(db_exec(db, &insert,
	                         DB_ARGS(db_i64(a->id), db_i64(a->number), db_bool(a->flag),
	                                 db_str(a->text), db_stamp(a->at),
	                                 db_micro(a->latitude), db_opt(a->maybe),
	                                 db_str(a->extra.s), db_bytes(a->raw.p, a->raw.n)),
	                         NULL),
	                 OK);
	ck_assert_int_eq(db_one(db, &by_id, DB_ARGS(db_i64(a->id)), &mem, &back), OK);
	return back;
}

START_TEST(every_type_comes_back)
{
	struct all a = { 7,
		         INT64_MIN + 1,
		         true,
		         "naïve 名前 😀",
		         { INT64_C(1767225599123456) },
		         { -12345678 },
		         { true, 0 },
		         { "{\"a\":1}" },
		         { (const unsigned char *)"a\0b\xff", 4 } };
	struct all b = round_trip(&a);

	ck_assert_int_eq(b.id, 7);
	ck_assert_int_eq(b.number, a.number);
	ck_assert(b.flag);
	ck_assert_str_eq(b.text, a.text);
	ck_assert_int_eq(b.at.usec, a.at.usec);
	ck_assert_int_eq(b.latitude.v, -12345678);
	ck_assert(b.maybe.set && b.maybe.v == 0);
	ck_assert_str_eq(b.extra.s, a.extra.s);
	ck_assert_uint_eq(b.raw.n, 4);
	ck_assert_mem_eq(b.raw.p, a.raw.p, 4);
}
END_TEST

START_TEST(nothing_comes_back_as_nothing)
{
	struct all a = { .id = 1, .at = STAMP_NONE, .latitude = MICRO_NONE };
	struct all b = round_trip(&a);

	ck_assert_ptr_null(b.text);
	ck_assert(!stamp_is_set(b.at));
	ck_assert_int_eq(b.latitude.v, MICRO_NONE.v);
	ck_assert(!b.maybe.set);
	ck_assert_ptr_null(b.extra.s);
	ck_assert_ptr_null(b.raw.p);
	ck_assert_uint_eq(b.raw.n, 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM t WHERE text IS NULL"
	                               " AND at IS NULL AND latitude IS NULL AND maybe IS NULL"
	                               " AND extra IS NULL AND raw IS NULL"),
	                 1);
}
END_TEST

START_TEST(a_null_number_is_zero)
{
	struct all b;

	scratch_run_on(db, "INSERT INTO t (id) VALUES (2)");
	ck_assert_int_eq(db_one(db, &by_id, DB_ARGS(db_i64(2)), &mem, &b), OK);
	ck_assert_int_eq(b.number, 0);
	ck_assert(!b.flag);
}
END_TEST

/* Around the size of the cell strings are first fetched into, and far above. */
START_TEST(strings_of_any_length_come_back_whole)
{
	static const size_t lengths[] = { 0, 1, 255, 256, 257, 511, 65535, 65536, 3 << 20 };

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		char *s = malloc(lengths[i] + 1);
		struct all a = { .id = (int64_t)i + 1,
			         .text = s,
			         .at = STAMP_NONE,
			         .raw = { (unsigned char *)s, lengths[i] } };
		struct all b;

		for (size_t j = 0; j < lengths[i]; j++)
			s[j] = (char)('a' + j % 26);
		s[lengths[i]] = '\0';
		b = round_trip(&a);
		ck_assert_str_eq(b.text, s);
		ck_assert_uint_eq(b.raw.n, lengths[i]);
		ck_assert_mem_eq(b.raw.p, s, lengths[i]);
		free(s);
	}
}
END_TEST

START_TEST(instants_agree_with_the_server)
{
	static const int64_t usecs[] = { 0,
		                         -1,
		                         1,
		                         951782400000000,
		                         4107542399999999,
		                         -2208988800000000,
		                         -30610224000000000,
		                         253402300799999999 };

	for (size_t i = 0; i < ARRAY_LEN(usecs); i++) {
		struct all a = { .id = (int64_t)i + 1, .number = usecs[i], .at = { usecs[i] } };
		struct all b = round_trip(&a);

		ck_assert_int_eq(b.at.usec, usecs[i]);
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM t "
	                               "WHERE"
	                               " TIMESTAMPDIFF(MICROSECOND, "
	                               "'1970-01-01', at) = number"),
	                 ARRAY_LEN(usecs));
}
END_TEST

START_TEST(all_rows_come_as_an_array_up_to_the_limit)
{
	static const struct field one[] = { FIELD(struct all, id), FIELD(struct all, text) };
	static const struct db_query list = {
		.text = "SELECT id, text FROM "
			"t ORDER BY id",
		DB_ROWS(one),
	};
	struct db_list out;
	const struct all *v;

	scratch_run_on(db, "INSERT INTO t (id, text)"
	                   " SELECT seq, REPEAT('x', "
	                   "seq) FROM seq_1_to_1000");
	ck_assert_int_eq(db_all(db, &list, DB_NO_ARGS, &mem, sizeof(struct all), 600, &out),
	                 OK);
	ck_assert_uint_eq(out.n, 600);
	v = out.v;
	for (size_t i = 0; i < 600; i++) {
		ck_assert_int_eq(v[i].id, (int64_t)i + 1);
		ck_assert_uint_eq(strlen(v[i].text), i + 1);
	}
	ck_assert_int_eq(db_all(db, &list, DB_NO_ARGS, &mem, sizeof(struct all), 5000, &out),
	                 OK);
	ck_assert_uint_eq(out.n, 1000);
}
END_TEST

START_TEST(no_row_is_not_found)
{
	struct all b = { .id = 5 };

	ck_assert_int_eq(db_one(db, &by_id, DB_ARGS(db_i64(99)), &mem, &b), ERR_NOT_FOUND);
	ck_assert_int_eq(b.id, 5);
}
END_TEST

struct two {
	int64_t id;
	const char *text;
};

static const struct field two_fields[] = { FIELD(struct two, id), FIELD(struct two, text) };

/* Each line: a select list that is not (id, text), and a word of the complaint. */
static const struct db_query misfits[] = {
	{ "SELECT id FROM t", DB_ROWS(two_fields) },
	{ "SELECT id, text, at "
	  "FROM t",
	  DB_ROWS(two_fields) },
	{ "SELECT text, id "
	  "FROM t",
	  DB_ROWS(two_fields) },
	{ "SELECT id, extra "
	  "FROM t",
	  DB_ROWS(two_fields) },
	{ "SELECT text AS id, "
	  "text FROM t",
	  DB_ROWS(two_fields) },
	{ "SELECT id, number "
	  "AS text FROM t",
	  DB_ROWS(two_fields) },
	{ "SELECT at AS id, "
	  "text FROM t",
	  DB_ROWS(two_fields) },
	{ "SELECT 1.5 AS id, "
	  "text FROM t",
	  DB_ROWS(two_fields) },
	{ "UPDATE t SET id = 1", DB_ROWS(two_fields) },
	{ "SELECT id, text "
	  "FROM t",
	  { NULL, 0 } },
	{ "SELECT id, text "
	  "FROM nowhere",
	  DB_ROWS(two_fields) },
};

START_TEST(a_wrong_shape_is_refused)
{
	static const struct db_query right = { "SELECT"
		                               " id, "
		                               "text "
		                               "FROM "
		                               "t",
		                               DB_ROWS(two_fields) };
	const char *why;

	for (size_t i = 0; i < ARRAY_LEN(misfits); i++) {
		ck_assert_int_eq(db_prepare(db, &misfits[i], &why), ERR_INTERNAL);
		ck_assert_str_ne(why, "");
	}
	ck_assert_int_eq(db_prepare(db, &right, &why), OK);
}
END_TEST

START_TEST(a_wrong_number_of_arguments_is_refused)
{
	struct all b;

	ck_assert_int_eq(db_one(db, &by_id, DB_NO_ARGS, &mem, &b), ERR_INTERNAL);
	ck_assert_int_eq(db_one(db, &by_id, DB_ARGS(db_i64(1), db_i64(2)), &mem, &b),
	                 ERR_INTERNAL);
}
END_TEST

START_TEST(a_number_that_does_not_fit_is_refused)
{
	static const struct field f[] = { FIELD(struct two, id) };
	static const struct db_query huge = {
		.text = "SELECT CAST(18446744073709551615 AS UNSIGNED) AS id",
		DB_ROWS(f),
	};
	struct two row;

	ck_assert_int_eq(db_one(db, &huge, DB_NO_ARGS, &mem, &row), ERR_INTERNAL);
}
END_TEST

START_TEST(sums_are_whole_numbers)
{
	static const struct field f[] = { FIELD(struct two, id) };
	static const struct db_query sum = { .text = "SELECT SUM(number) AS id FROM t",
		                             DB_ROWS(f) };
	struct two row;

	scratch_run_on(db, "INSERT INTO t (id, number) VALUES (1, 2), (2, -40)");
	ck_assert_int_eq(db_one(db, &sum, DB_NO_ARGS, &mem, &row), OK);
	ck_assert_int_eq(row.id, -38);
}
END_TEST

/* Statements of equal text but other row tables, on the stack, keep apart. */
START_TEST(the_cache_does_not_mix_up_statements)
{
	static const char text[] = "SELECT id, text FROM t";
	static const struct field other[] = { FIELD(struct two, id), FIELD(struct two, text) };

	scratch_run_on(db, "INSERT INTO t (id, text) VALUES (1, 'x')");
	for (int i = 0; i < 200; i++) {
		struct db_query q = { i % 2 ? text : "SELECT id, text FROM t WHERE id = 1",
			              { i % 3 ? other : two_fields, 2 } };
		struct two row = { 0 };

		ck_assert_int_eq(db_one(db, &q, DB_NO_ARGS, &mem, &row), OK);
		ck_assert_int_eq(row.id, 1);
	}
}
END_TEST

/* Each column is as wide as its type, and the next begins where it ends. */
START_TEST(numbers_of_every_width_come_back)
{
	static const struct field f[] = { FIELD(struct all, id), FIELD(struct all, number),
		                          FIELD(struct all, flag), FIELD(struct all, maybe),
		                          FIELD(struct all, text) };
	static const struct {
		const char *type, *text;
		int64_t value;
	} cases[] = {
		{ "TINYINT", "-128", -128 },
		{ "TINYINT UNSIGNED", "255", 255 },
		{ "SMALLINT", "-32768", -32768 },
		{ "SMALLINT UNSIGNED", "65535", 65535 },
		{ "MEDIUMINT", "-8388608", -8388608 },
		{ "MEDIUMINT UNSIGNED", "16777215", 16777215 },
		{ "INT", "-2147483648", INT32_MIN },
		{ "INT UNSIGNED", "4294967295", UINT32_MAX },
		{ "BIGINT", "-9223372036854775808", INT64_MIN },
		{ "BIGINT UNSIGNED", "9223372036854775807", INT64_MAX },
		{ "YEAR", "2026", 2026 },
		{ "DECIMAL(30)", "-9223372036854775808", INT64_MIN },
		{ "DECIMAL(30)", "9223372036854775807", INT64_MAX },
	};
	struct all b;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *make = arena_printf(&mem, "CREATE TABLE w%zu AS SELECT 1 AS id", i);
		struct db_query q = { "", FIELDS(f) };

		scratch_run_on(db, make);
		scratch_run_on(db, arena_printf(&mem, "ALTER TABLE w%zu ADD n %s DEFAULT %s", i,
		                                cases[i].type, cases[i].text));
		q.text = arena_printf(&mem,
		                      "SELECT n AS id, n AS number, n AS flag, n AS maybe,"
		                      " 'end' AS text FROM w%zu",
		                      i);
		ck_assert_int_eq(db_one(db, &q, DB_NO_ARGS, &mem, &b), OK);
		ck_assert_int_eq(b.id, cases[i].value);
		ck_assert_int_eq(b.number, cases[i].value);
		ck_assert(b.flag);
		ck_assert(b.maybe.set && b.maybe.v == cases[i].value);
		ck_assert_str_eq(b.text, "end");
	}
}
END_TEST

START_TEST(a_sum_that_does_not_fit_is_refused)
{
	static const struct field f[] = { FIELD(struct two, id) };
	static const struct db_query sums[] = {
		{ "SELECT SUM(number) + 1 AS id FROM t", DB_ROWS(f) },
		{ "SELECT -SUM(number) - 2 AS id FROM t", DB_ROWS(f) },
		{ "SELECT SUM(number) * 1000 AS id FROM t", DB_ROWS(f) },
	};
	struct two row;

	scratch_run_on(db, "INSERT INTO t (id, number) VALUES (1, 9223372036854775807)");
	for (size_t i = 0; i < ARRAY_LEN(sums); i++)
		ck_assert_int_eq(db_one(db, &sums[i], DB_NO_ARGS, &mem, &row), ERR_INTERNAL);
}
END_TEST

START_TEST(what_follows_the_first_row_is_passed_over)
{
	static const struct db_query all = {
		.text = "SELECT id, number, flag, text, at, latitude, maybe, extra, raw FROM t"
			" ORDER BY id",
		DB_ROWS(all_fields),
	};
	struct all a = {
		1, 2, true, "first", { 3 }, { 4 }, { true, 5 }, { "{}" }, { NULL, 0 }
	};
	struct all b;

	round_trip(&a);
	a.id = 2;
	a.text = "second";
	round_trip(&a);
	scratch_run_on(db, "INSERT INTO t (id, text) SELECT seq, REPEAT('x', 70000)"
	                   " FROM seq_3_to_10");
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(db_one(db, &all, DB_NO_ARGS, &mem, &b), OK);
		ck_assert_int_eq(b.id, 1);
		ck_assert_str_eq(b.text, "first");
		ck_assert_int_eq(b.at.usec, 3);
	}
}
END_TEST

/* A statement that was prepared before goes by the columns that are there now. */
START_TEST(an_altered_column_is_read_as_it_is_or_refused)
{
	struct all a = { .id = 1, .number = 77, .at = STAMP_NONE }, b = round_trip(&a);
	struct db *other = scratch_connect(NULL);

	scratch_run_on(other, "ALTER TABLE t MODIFY number SMALLINT NULL");
	ck_assert_int_eq(db_one(db, &by_id, DB_ARGS(db_i64(1)), &mem, &b), OK);
	ck_assert_int_eq(b.number, 77);
	scratch_run_on(other, "ALTER TABLE t MODIFY number VARCHAR(20) NULL");
	ck_assert_int_eq(db_one(db, &by_id, DB_ARGS(db_i64(1)), &mem, &b), ERR_INTERNAL);
	scratch_run_on(other, "ALTER TABLE t MODIFY number BIGINT NULL");
	ck_assert_int_eq(db_one(db, &by_id, DB_ARGS(db_i64(1)), &mem, &b), OK);
	ck_assert_int_eq(b.number, 77);
	db_free(other);
}
END_TEST

TESTS_WITH("db types", setup, teardown, every_type_comes_back, nothing_comes_back_as_nothing,
           a_null_number_is_zero, strings_of_any_length_come_back_whole,
           instants_agree_with_the_server, all_rows_come_as_an_array_up_to_the_limit,
           no_row_is_not_found, a_wrong_shape_is_refused,
           a_wrong_number_of_arguments_is_refused, a_number_that_does_not_fit_is_refused,
           sums_are_whole_numbers, numbers_of_every_width_come_back,
           a_sum_that_does_not_fit_is_refused, what_follows_the_first_row_is_passed_over,
           an_altered_column_is_read_as_it_is_or_refused, the_cache_does_not_mix_up_statements);
