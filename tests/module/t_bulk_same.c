/* Suspending and enabling leave no trace, whatever was off by itself before. */
#include <string.h>

#include "module/bulk.h"

/* Everything that says what is on, who may what and what an account is. */
static const char *const facts[] = { "account",     "account_tree", "person",
	                             "membership",  "device",       "device_grant",
	                             "entitlement", "site",         "membership_role" };

static void keep_facts(void)
{
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		scratch_run(text("CREATE TABLE was_%s AS SELECT * FROM %s", facts[i], facts[i]));
}

static void ck_facts(void)
{
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		const char *f = facts[i];

		ck_assert_msg(
			scratch_count(text("SELECT COUNT(*) AS n FROM ((SELECT * FROM %s"
		                           " EXCEPT SELECT * FROM was_%s) UNION ALL"
		                           " (SELECT * FROM was_%s EXCEPT SELECT * FROM %s)) d",
		                           f, f, f, f)) == 0,
			"%s differs", f);
		scratch_run(text("DROP TABLE was_%s", f));
	}
}

/* As it is answered: account, people, cameras. */
static const char *answered(void)
{
	static const char *const of[] = { "", "/members?limit=100", "/devices?limit=100" };
	const char *all = "";

	for (int i = 0; i < BULK_MANY; i++)
		for (size_t j = 0; j < ARRAY_LEN(of); j++) {
			struct answer a = get_now(account_path(bulk_many[i], of[j]));

			ck_status(a, 200);
			all = text("%s%s\n", all, a.body);
		}
	return all;
}

static void make_world(void)
{
	bulk_give_mains();
	for (int i = 0; i < BULK_MANY; i++)
		make_member(bulk_many[i], ROLE_CUSTOMER_MEMBER, text("guest%d", i));
	scratch_run("INSERT INTO device (kind, account_id, name, uuid, enabled, streams_total,"
	            " streams_active, created_at, updated_at) SELECT 'camera', a.id,"
	            " CONCAT('Camera ', s.seq), UUID(), s.seq % 2, 2, s.seq % 3, NOW(6), NOW(6)"
	            " FROM account a JOIN seq_1_to_4 s WHERE a.name LIKE 'Many%'");
	scratch_run("INSERT INTO device_grant (membership_id, device_id, verbs, state,"
	            " created_at, updated_at) SELECT m.id, d.id, 'view,archive',"
	            " IF(d.id % 3 = 0, 'blocked', 'active'), NOW(6), NOW(6)"
	            " FROM membership m JOIN device d ON d.account_id = m.account_id");
	/* Revoked: the row is gone. */
	scratch_run("DELETE FROM device_grant WHERE device_id % 4 = 0");
	scratch_run("UPDATE membership m JOIN person p ON p.id = m.person_id"
	            " SET m.state = 'suspended' WHERE p.login IN ('guest1', 'guest2')");
	ck_status(call(METHOD_POST, account_path(bulk_many[3], "/holds"),
	               "{\"kind\":\"admin\",\"module\":\"cameras\",\"reason_text\":\"x\"}"),
	          201);
}

START_TEST(suspended_and_enabled_all_is_as_it_was_to_the_byte)
{
	const char *before;
	struct answer job;

	make_world();
	before = answered();
	keep_facts();
	job = bulk_suspend_all();
	bulk_work_off();
	ck_job(&job, "succeeded", BULK_MANY, 0);
	ck_assert_str_ne(answered(), before);
	job = bulk_start("enable", bulk_ids());
	ck_status(job, 202);
	bulk_work_off();
	ck_job(&job, "succeeded", BULK_MANY, 0);
	ck_assert_str_eq(answered(), before);
	ck_facts();
}
END_TEST

TESTS_WITH("bulk_same", bulk_begin, NULL, suspended_and_enabled_all_is_as_it_was_to_the_byte);
