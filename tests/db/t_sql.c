/* Every statement of every module is one the migrated schema knows, in its shape. */
#include <stdio.h>

#include "db/migrate.h"
#include "lib/scratch.h"
#include "lib/suite.h"
#include "main/queries.h"

START_TEST(every_statement_can_be_prepared)
{
	struct db *db = scratch_connect(NULL);
	int bad = 0;

	for (size_t i = 0; all_queries[i]; i++) {
		for (size_t j = 0; all_queries[i][j]; j++) {
			const char *why;

			if (!db_prepare(db, all_queries[i][j], &why))
				continue;
			fprintf(stderr, "%s\n\t%s\n", why, all_queries[i][j]->text);
			bad++;
		}
	}
	ck_assert_int_eq(bad, 0);
	db_free(db);
}
END_TEST

START_TEST(the_files_lead_to_the_version_the_programs_need)
{
	struct db *db = scratch_connect("gatehouse_portal");
	struct arena mem;
	int64_t found = -1;

	arena_init(&mem, 1 << 20);
	ck_assert_int_eq(migrate_check(db, &mem, &found), OK);
	ck_assert_int_eq(found, SCHEMA_VERSION);
	arena_release(&mem);
	db_free(db);
}
END_TEST

TESTS_WITH("sql", scratch_migrated, NULL, every_statement_can_be_prepared,
           the_files_lead_to_the_version_the_programs_need);
