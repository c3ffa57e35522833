/* Migrations: files into statements, each once, forward only. */
#include <stdio.h>
#include <string.h>

#include "db/folder.h"
#include "db/migrate.h"
#include "db/split.h"
#include "lib/scratch.h"
#include "lib/suite.h"

static struct arena mem;
static struct db *db;
static char heard[HEARD_MAX];

static void setup(void)
{
	scratch_plain();
	arena_init(&mem, 16 << 20);
	db = scratch_connect(NULL);
	folder_begin();
}

static void teardown(void)
{
	folder_end();
	db_free(db);
	arena_release(&mem);
}

static enum err run(void)
{
	struct migrate_config config = { .folder = folder_path(),
		                         .say = folder_said,
		                         .to = heard };

	heard[0] = '\0';
	return migrate_run(db, &mem, &config);
}

static void write_two(void)
{
	folder_write("0001-first.sql", "-- a table\n"
	                               "CREATE TABLE IF NOT EXISTS one (id INT PRIMARY KEY);\n"
	                               "INSERT INTO one VALUES (1);\n");
	folder_write("0002-second.sql",
	             "CREATE TABLE IF NOT EXISTS two (t TEXT); -- and a row\n"
	             "INSERT INTO two VALUES ('a; b'), ('c;\nd');");
}

START_TEST(files_are_applied_once_and_in_order)
{
	write_two();
	ck_assert_int_eq(run(), OK);
	ck_assert_ptr_nonnull(strstr(heard, "applied 0001-first.sql\napplied 0002-second.sql"));
	ck_assert_int_eq(run(), OK);
	ck_assert_ptr_null(strstr(heard, "applied"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM one"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM two"), 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM two WHERE t = 'c;\nd'"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM schema_version"
	                               " WHERE LENGTH(sha256) = 64"),
	                 2);
}
END_TEST

START_TEST(later_files_are_added)
{
	write_two();
	ck_assert_int_eq(run(), OK);
	folder_write("0003-third.sql", "INSERT INTO one VALUES (3);\n");
	ck_assert_int_eq(run(), OK);
	ck_assert_int_eq(scratch_count("SELECT SUM(id) AS n FROM one"), 4);
}
END_TEST

START_TEST(a_changed_file_is_refused)
{
	write_two();
	ck_assert_int_eq(run(), OK);
	folder_write("0001-first.sql", "CREATE TABLE other (id INT);\n");
	ck_assert_int_eq(run(), ERR_CONFLICT);
	ck_assert_ptr_nonnull(strstr(heard, "0001-first.sql was changed"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM "
	                               "information_schema.tables"
	                               " WHERE table_schema = DATABASE()"
	                               " AND table_name = 'other'"),
	                 0);
}
END_TEST

START_TEST(a_gap_in_the_versions_is_refused)
{
	write_two();
	folder_write("0004-fourth.sql", "INSERT INTO one VALUES (4);\n");
	ck_assert_int_eq(run(), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(heard, "version 0003 is missing"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n "
	                               "FROM schema_version"),
	                 0);
}
END_TEST

START_TEST(a_database_newer_than_the_files_is_refused)
{
	write_two();
	ck_assert_int_eq(run(), OK);
	folder_remove("0002-second.sql");
	ck_assert_int_eq(run(), ERR_CONFLICT);
	ck_assert_ptr_nonnull(strstr(heard, "newer"));
}
END_TEST

START_TEST(a_file_that_fails_is_not_recorded_and_can_be_mended)
{
	write_two();
	folder_write("0002-second.sql", "CREATE TABLE IF NOT EXISTS "
	                                "two (t TEXT);\nBOGUS;\n");
	ck_assert_int_eq(run(), ERR_INTERNAL);
	ck_assert_ptr_nonnull(strstr(heard, "1064"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n "
	                               "FROM schema_version"),
	                 1);
	write_two();
	ck_assert_int_eq(run(), OK);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) "
	                               "AS n FROM two"),
	                 2);
}
END_TEST

START_TEST(two_runs_keep_apart)
{
	write_two();
	ck_assert_int_eq(run(), OK);
	scratch_run("UPDATE schema_lease "
	            "SET holder = "
	            "'another',"
	            " held_until = "
	            "UTC_TIMESTAMP(6) + "
	            "INTERVAL 60 SECOND");
	ck_assert_int_eq(run(), ERR_CONFLICT);
	ck_assert_ptr_nonnull(strstr(heard, "another run"));
	scratch_run("UPDATE schema_lease "
	            "SET held_until = "
	            "UTC_TIMESTAMP(6) - "
	            "INTERVAL 1 SECOND");
	ck_assert_int_eq(run(), OK);
}
END_TEST

START_TEST(grants_are_said_each_time)
{
	write_two();
	folder_write("grants.sql", "INSERT INTO "
	                           "one VALUES "
	                           "((SELECT n "
	                           "FROM (SELECT "
	                           "MAX(id) + 1"
	                           " AS n FROM "
	                           "one) x));\n");
	ck_assert_int_eq(run(), OK);
	ck_assert_int_eq(run(), OK);
	ck_assert_int_eq(scratch_count("SELECT"
	                               " COUNT"
	                               "(*) "
	                               "AS n "
	                               "FROM "
	                               "one"),
	                 3);
}
END_TEST

#define RIGHTS(view) \
	scratch_count("SELECT COUNT(*) AS n FROM information_schema." view \
	              " WHERE table_schema = DATABASE() AND privilege_type <> 'USAGE'")

START_TEST(rights_no_longer_given_are_taken_back)
{
	write_two();
	folder_write("grants.sql",
	             "GRANT SELECT, INSERT ON one TO gatehouse_portal@localhost;\n"
	             "GRANT UPDATE (id), SELECT ON one TO gatehouse_worker@localhost;\n");
	ck_assert_int_eq(run(), OK);
	ck_assert_int_eq(RIGHTS("table_privileges"), 3);
	ck_assert_int_eq(RIGHTS("column_privileges"), 1);
	scratch_run("GRANT DELETE ON one TO gatehouse_billing@localhost");
	folder_write("grants.sql",
	             "GRANT SELECT ON one TO gatehouse_portal@localhost;\n"
	             "GRANT SELECT (id) ON one TO\n\tgatehouse_worker@localhost;\n");
	ck_assert_int_eq(run(), OK);
	/* The third user is none of the file's. */
	ck_assert_int_eq(RIGHTS("table_privileges"), 2);
	ck_assert_int_eq(RIGHTS("column_privileges"), 1);
	ck_assert_int_eq(run(), OK);
	ck_assert_int_eq(RIGHTS("table_privileges"), 2);
	scratch_run("REVOKE DELETE ON one FROM gatehouse_billing@localhost");
}
END_TEST

START_TEST(an_empty_database_is_at_version_0)
{
	int64_t found = -1;

	ck_assert_int_eq(migrate_check(db, &mem, &found), ERR_CONFLICT);
	ck_assert_int_eq(found, 0);
	write_two();
	ck_assert_int_eq(run(), OK);
	ck_assert_int_eq(migrate_check(db, &mem, &found), ERR_CONFLICT);
	ck_assert_int_eq(found, 2);
}
END_TEST

/* Each line: a file, and its statements parted by '|'. */
static const struct {
	const char *file, *statements;
} splits[] = {
	{ "", "" },
	{ "  \n-- "
	  "nothing\n/* "
	  "at all */ # "
	  "here\n",
	  "" },
	{ "A", "A" },
	{ "A;", "A" },
	{ "A;\nB;\n", "A|B" },
	{ "A; B;\nC", "A; B|C" },
	{ "A;  \t\nB ;", "A|B" },
	{ "A; -- "
	  "end\nB; /* "
	  "end */\nC; "
	  "# end\n",
	  "A|B|C" },
	{ "-- "
	  "c;\nA\n-- "
	  "c;\n;\n",
	  "A\n-- c;" },
	{ "/* "
	  "x;\n*/A;\n",
	  "A" },
	{ "A 'x;\n' "
	  "B;\n",
	  "A 'x;\n' "
	  "B" },
	{ "A "
	  "'it''s;\n';"
	  "\nB",
	  "A "
	  "'it''s;\n'|"
	  "B" },
	{ "A "
	  "'it\\';\n';"
	  "\nB",
	  "A "
	  "'it\\';\n'|"
	  "B" },
	{ "A \"x;\n\" "
	  "`y;\n`;\nB",
	  "A \"x;\n\" "
	  "`y;\n`|B" },
	{ "A `\\`;\nB", "A `\\`|B" },
	{ "A -- "
	  "'x\n;\nB",
	  "A -- 'x|B" },
	{ "A 1--1;\nB", "A 1--1|B" },
	{ ";\n;\nA;\n", "A" },
	{ "A 'open;\n", "A 'open;" },
	{ "A;\r\nB;"
	  "\r\n",
	  "A|B" },
};

START_TEST(files_fall_into_statements)
{
	for (size_t i = 0; i < ARRAY_LEN(splits); i++) {
		const char *at = splits[i].file, *end = at + strlen(at), *text;
		char all[200] = "";
		size_t n;

		while (split_next(&at, end, &text, &n)) {
			size_t used = strlen(all);

			snprintf(all + used, sizeof(all) - used, "%s%.*s", used ? "|" : "",
			         (int)n, text);
		}
		ck_assert_str_eq(all, splits[i].statements);
	}
}
END_TEST

TESTS_WITH("db "
           "migrat"
           "ions",
           setup, teardown, files_are_applied_once_and_in_order, later_files_are_added,
           a_changed_file_is_refused, a_gap_in_the_versions_is_refused,
           a_database_newer_than_the_files_is_refused,
           a_file_that_fails_is_not_recorded_and_can_be_mended, two_runs_keep_apart,
           grants_are_said_each_time, rights_no_longer_given_are_taken_back,
           an_empty_database_is_at_version_0, files_fall_into_statements);
