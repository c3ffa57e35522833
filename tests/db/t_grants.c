/* A program's database user has the rights its statements need, and not those of others. */
#include <stdio.h>

#include "accounts/queries.h"
#include "billing/queries.h"
#include "core/queries.h"
#include "holds/queries.h"
#include "lib/scratch.h"
#include "lib/suite.h"
#include "mail/mail.h"
#include "people/queries.h"

/* What the worker's steps are made of. */
static const struct db_query *const *const of_worker[] = {
	change_queries,
	op_queries,
	outbox_queries,
	jobs_queries,
	mail_work_queries,
	revoke_queries,
	index_queries,
	hold_due_queries,
	purge_queries,
	people_queries,
	event_queries,
	work_queries,
	order_queries,
	step_queries,
	camera_queries,
	effects_queries,
	effects_sync_queries,
	effects_location_queries,
	NULL,
};

START_TEST(the_worker_may_do_all_its_steps_do)
{
	struct db *db = scratch_connect("gatehouse_worker");
	int bad = 0;

	for (size_t i = 0; of_worker[i]; i++) {
		for (size_t j = 0; of_worker[i][j]; j++) {
			const char *why;

			if (!db_prepare(db, of_worker[i][j], &why))
				continue;
			fprintf(stderr, "%s\n\t%s\n", why, of_worker[i][j]->text);
			bad++;
		}
	}
	ck_assert_int_eq(bad, 0);
	db_free(db);
}
END_TEST

static bool may(const char *user, const char *text)
{
	const struct db_query q = { .text = text };
	struct db *db = scratch_connect(user);
	const char *why;
	enum err e = db_prepare(db, &q, &why);

	db_free(db);
	return !e;
}

START_TEST(nobody_may_rewrite_what_happened)
{
	static const char *const users[] = { "gatehouse_portal", "gatehouse_billing",
		                             "gatehouse_worker" };
	static const char *const never[] = {
		"DELETE FROM change_log",
		"UPDATE change_log SET action = 'x'",
		"UPDATE change_log SET at = '2020-01-01'",
		"UPDATE change_log SET actor_id = 1",
		"UPDATE change_log SET result = 'success'",
		"UPDATE change_log SET correlation_id = 'x'",
		"DELETE FROM account",
		"DELETE FROM person",
		"DELETE FROM hold",
		"INSERT INTO billing_secret (source_id) VALUES (1)",
		"UPDATE schema_version SET version = 1",
		"CREATE TABLE more (n INT)",
	};

	for (size_t u = 0; u < ARRAY_LEN(users); u++)
		for (size_t i = 0; i < ARRAY_LEN(never); i++)
			ck_assert_msg(!may(users[u], never[i]), "%s: %s", users[u], never[i]);
}
END_TEST

START_TEST(only_the_portal_reads_passwords)
{
	static const char hashes[] = "DELETE FROM session WHERE person_id IN"
				     " (SELECT id FROM person WHERE password_hash = 'x')";
	static const char update[] = "UPDATE person SET name = 'x' WHERE password_hash = 'x'";

	ck_assert(may("gatehouse_portal", update));
	ck_assert(!may("gatehouse_billing", update));
	ck_assert(!may("gatehouse_worker", update));
	ck_assert(!may("gatehouse_billing", hashes));
	ck_assert(!may("gatehouse_worker", hashes));
}
END_TEST

/* The server opens every table with a foreign key to one that is changed together with others. */
START_TEST(who_changes_accounts_reads_what_refers_to_them)
{
	ck_assert_int_eq(
		scratch_count(
			"SELECT COUNT(*) AS n FROM information_schema.KEY_COLUMN_USAGE k"
			" JOIN (SELECT 'billing' AS name UNION SELECT 'worker'"
			" UNION SELECT 'portal') u WHERE k.TABLE_SCHEMA = DATABASE()"
			" AND k.REFERENCED_TABLE_NAME = 'account' AND NOT EXISTS"
			" (SELECT 1 FROM information_schema.TABLE_PRIVILEGES p"
			" WHERE p.GRANTEE = CONCAT('\\'gatehouse_', u.name, '\\'@\\'localhost\\'')"
			" AND p.TABLE_SCHEMA = k.TABLE_SCHEMA AND p.TABLE_NAME = k.TABLE_NAME"
			" AND p.PRIVILEGE_TYPE = 'SELECT')"),
		0);
}
END_TEST

TESTS_WITH("grants", scratch_migrated, NULL, the_worker_may_do_all_its_steps_do,
           nobody_may_rewrite_what_happened, only_the_portal_reads_passwords,
           who_changes_accounts_reads_what_refers_to_them);
