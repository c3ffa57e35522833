/*
 * A database with data, at the first schema that was installed anywhere, comes
 * through all later migrations whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/folder.h"
#include "db/migrate.h"
#include "lib/scratch.h"
#include "lib/suite.h"
#include "main/check.h"

#define FIRST_SCHEMA 6

static const char *const files[FIRST_SCHEMA] = {
	"0001-accounts.sql",      "0002-people.sql",  "0003-core.sql",
	"0004-sites-devices.sql", "0005-billing.sql", "0006-holds.sql",
};

/* 1 platform, 2 reseller, 3 organisation, 4 held, 5 terminated, 6 purged, 7 not confirmed. */
static const char *const rows[] = {
	"INSERT INTO account (id, parent_id, kind, class, origin, name, tenant_id, state,"
	" confirmed_at, last_login_at, main_person_id, terminated_at, purge_at, created_at,"
	" created_by_label, updated_at) VALUES"
	" (1, NULL, 'platform', 'organisation', 'manual', 'Platform', 't1', 'active', NULL, NULL,"
	" NULL, NULL, NULL, '2025-01-01', 'system', '2025-01-01'),"
	" (2, 1, 'reseller', 'organisation', 'manual', 'Nordnet', 't2', 'active', NULL, NULL, 11,"
	" NULL, NULL, '2025-01-01', 'demo', '2025-01-01'),"
	" (3, 2, 'customer', 'organisation', 'billing', 'Bäckerei Öz & Söhne', 't3', 'active',"
	" '2025-01-02', '2025-02-01', 12, NULL, NULL, '2025-01-01', 'demo', '2025-01-01'),"
	" (4, 2, 'customer', 'person', 'billing', 'Eva Held', 't4', 'active', '2025-01-02', NULL,"
	" 14, NULL, NULL, '2025-01-01', 'demo', '2025-01-01'),"
	" (5, 2, 'customer', 'person', 'billing', 'Tom Terminated', 't5', 'terminated',"
	" '2025-01-02', NULL, 15, '2025-03-01', '2099-01-01', '2025-01-01', 'demo',"
	" '2025-01-01'),"
	" (6, 1, 'customer', 'person', 'manual', 'Purged', 't6', 'purged', '2025-01-02', NULL,"
	" NULL, '2025-01-03', NULL, '2025-01-01', 'demo', '2025-01-01'),"
	" (7, 1, 'customer', 'organisation', 'manual', 'New Ltd', 't7', 'active', NULL, NULL,"
	" NULL, NULL, NULL, '2025-01-01', 'demo', '2025-01-01')",
	"INSERT INTO account_tree (ancestor_id, descendant_id, depth, kind, own_state, name_key,"
	" last_login_at) SELECT u.id, a.id, x.depth, a.kind, x.state, LEFT(a.name, 80),"
	" COALESCE(a.last_login_at, '1000-01-01') FROM account a JOIN ("
	" SELECT 1 AS up, 1 AS id, 0 AS depth, 'active' AS state UNION ALL"
	" SELECT 1, 2, 1, 'active' UNION ALL SELECT 2, 2, 0, 'active' UNION ALL"
	" SELECT 1, 3, 2, 'active' UNION ALL SELECT 2, 3, 1, 'active' UNION ALL"
	" SELECT 3, 3, 0, 'active' UNION ALL SELECT 1, 4, 2, 'suspended' UNION ALL"
	" SELECT 2, 4, 1, 'suspended' UNION ALL SELECT 4, 4, 0, 'suspended' UNION ALL"
	" SELECT 1, 5, 2, 'terminated' UNION ALL SELECT 2, 5, 1, 'terminated' UNION ALL"
	" SELECT 5, 5, 0, 'terminated' UNION ALL SELECT 1, 6, 1, 'purged' UNION ALL"
	" SELECT 6, 6, 0, 'purged' UNION ALL SELECT 1, 7, 1, 'not_confirmed' UNION ALL"
	" SELECT 7, 7, 0, 'not_confirmed') x ON x.id = a.id JOIN account u ON u.id = x.up",
	"INSERT INTO account_word (word, account_id) VALUES ('backerei', 3), ('oz', 3),"
	" ('sohne', 3), ('eva', 4), ('held', 4), ('nordnet', 2)",
	"INSERT INTO site (account_id, kind, name, hq_slot, created_at, updated_at) VALUES"
	" (3, 'hq', 'Headquarters', 1, '2025-01-01', '2025-01-01'),"
	" (7, 'hq', 'Headquarters', 1, '2025-01-01', '2025-01-01')",
	"INSERT INTO person (id, login, email, name, state, last_login_at, created_at,"
	" created_by_label, updated_at) VALUES"
	" (10, 'ada', 'ada@gatehouse.test', 'Ada Admin', 'active', '2025-02-01', '2025-01-01',"
	" 'demo', '2025-01-01'),"
	" (11, 'nordnet', 'office@nordnet.test', 'Nora Net', 'active', NULL, '2025-01-01', 'demo',"
	" '2025-01-01'),"
	" (12, 'öz', 'oez@baecker.test', 'Öz Öztürk', 'active', '2025-02-01', '2025-01-01', 'demo',"
	" '2025-01-01'),"
	" (13, 'sub', NULL, 'Sub User', 'active', NULL, '2025-01-01', 'demo', '2025-01-01'),"
	" (14, 'eva', NULL, 'Eva Held', 'active', NULL, '2025-01-01', 'demo', '2025-01-01'),"
	" (15, 'tom', 'tom@t.test', 'Tom Terminated', 'active', NULL, '2025-01-01', 'demo',"
	" '2025-01-01'),"
	" (16, 'gone', NULL, 'Gone Away', 'removed', NULL, '2025-01-01', 'demo', '2025-01-01')",
	"INSERT INTO membership (id, person_id, account_id, kind, parent_membership_id, role,"
	" state, expires_at, created_at, updated_at) VALUES"
	" (20, 10, 1, 'staff', NULL, 'platform-admin', 'active', NULL, '2025-01-01', '2025-01-01'),"
	" (21, 11, 2, 'main', NULL, 'reseller-program', 'active', NULL, '2025-01-01',"
	" '2025-01-01'),"
	" (22, 12, 3, 'main', NULL, 'customer-owner', 'active', NULL, '2025-01-01', '2025-01-01'),"
	" (23, 13, 3, 'sub', 22, 'customer-member', 'active', '2099-01-01', '2025-01-01',"
	" '2025-01-01'),"
	" (24, 14, 4, 'main', NULL, 'customer-owner', 'active', NULL, '2025-01-01', '2025-01-01'),"
	" (25, 15, 5, 'main', NULL, 'customer-owner', 'active', NULL, '2025-01-01', '2025-01-01'),"
	" (26, 16, 3, 'sub', 22, 'customer-admin', 'removed', NULL, '2025-01-01', '2025-01-01')",
	"INSERT INTO session (token_hash, person_id, membership_id, created_at, last_seen_at,"
	" expires_at, ip, user_agent) VALUES"
	" (REPEAT('a', 32), 12, 22, '2025-02-01', '2025-02-01', '2099-01-01', '::1', 'test'),"
	" (REPEAT('b', 32), 10, 20, '2025-02-01', '2025-02-01', '2099-01-01', '::1', 'test')",
	"INSERT INTO hold (account_id, account_kind, kind, reason_code, placed_at,"
	" placed_by_label, starts_at, released_at, open_slot) VALUES"
	" (4, 'customer', 'billing', 'unpaid', '2025-01-03', 'demo', '2025-01-03', NULL, 1),"
	" (3, 'customer', 'admin', 'other', '2025-01-03', 'demo', '2025-01-03', '2025-01-04',"
	" NULL),"
	" (3, 'customer', 'admin', 'other', '2025-01-05', 'demo', '2025-01-05', '2025-01-06',"
	" NULL)",
	"INSERT INTO device (id, kind, account_id, name, uuid, created_at, updated_at) VALUES"
	" (30, 'camera', 3, 'Door', 'u30', '2025-01-01', '2025-01-01')",
	"INSERT INTO device_grant (membership_id, device_id, verbs, created_at, updated_at) VALUES"
	" (23, 30, 'view,archive', '2025-01-01', '2025-01-01')",
	"INSERT INTO member_permission (membership_id, permission, effect, set_at) VALUES"
	" (23, 'device.list', 'allow', '2025-01-01')",
	"INSERT INTO job (id, kind, state, person_id, person_label, account_id, label, beat_at,"
	" correlation_id, created_at) VALUES (40, 'export', 'succeeded', 10, 'Ada Admin', 1,"
	" 'Change log', '2025-02-01', REPEAT('c', 32), '2025-02-01')",
};

/* What has to be there afterwards: each counts rows. */
static const struct {
	const char *says;
	int64_t n;
	const char *count;
} facts[] = {
	{ "nobody was lost or doubled", 7 * 10000 + 7 * 100 + 7,
	  "SELECT (SELECT COUNT(*) FROM account) * 10000 + (SELECT COUNT(*) FROM person) * 100"
	  " + (SELECT COUNT(*) FROM membership) AS n" },
	{ "each membership has the one role it had, where it had it", 7,
	  "SELECT COUNT(*) AS n FROM membership m JOIN membership_role mr"
	  " ON mr.membership_id = m.id JOIN role r ON r.id = mr.role_id WHERE r.builtin = m.role"
	  " AND mr.scope_account_id = m.account_id" },
	{ "and no other", 7, "SELECT COUNT(*) AS n FROM membership_role" },
	{ "the platform administrator's role gives what is built in", 1,
	  "SELECT COUNT(*) AS n FROM membership_role mr JOIN role r ON r.id = mr.role_id"
	  " WHERE mr.membership_id = 20 AND r.base = 'platform-admin' AND r.effective = ''" },
	{ "a removed membership stays removed", 1,
	  "SELECT COUNT(*) AS n FROM membership WHERE state = 'removed' AND id = 26" },
	{ "none became suspended", 6,
	  "SELECT COUNT(*) AS n FROM membership WHERE state = 'active'" },
	{ "what was granted beside a role is kept", 1,
	  "SELECT COUNT(*) AS n FROM member_permission WHERE membership_id = 23" },
	{ "sessions act where their membership is", 2,
	  "SELECT COUNT(*) AS n FROM session s JOIN membership m ON m.id = s.membership_id"
	  " WHERE s.scope_account_id = m.account_id AND s.revoked_at IS NULL" },
	{ "sessions have numbers of their own", 2,
	  "SELECT COUNT(DISTINCT id) AS n FROM session WHERE id > 0" },
	{ "who worked in a portal of his own goes on doing so", 1,
	  "SELECT COUNT(*) AS n FROM account_area WHERE account_id = 3 AND area = 'back_office'"
	  " AND is_on = 1" },
	{ "nobody else does", 1, "SELECT COUNT(*) AS n FROM account_area" },
	{ "lists show the owner of the organisation", 1,
	  "SELECT COUNT(*) AS n FROM account WHERE id = 3 AND list_login = 'öz'"
	  " AND list_email = 'oez@baecker.test' AND list_role = 'customer-owner'"
	  " AND list_parent = 'Nordnet'" },
	{ "and who has no e-mail, and the reseller", 2,
	  "SELECT COUNT(*) AS n FROM account WHERE (id = 4 AND list_login = 'eva'"
	  " AND list_email IS NULL) OR (id = 2 AND list_role = 'reseller-program'"
	  " AND list_parent = 'Platform')" },
	{ "an account without a main person has only the one above", 3,
	  "SELECT COUNT(*) AS n FROM account WHERE main_person_id IS NULL AND list_login IS NULL"
	  " AND list_role IS NULL AND list_parent <=> IF(id = 1, NULL, 'Platform')" },
	{ "the words of an account stand beside it as in their index", 7,
	  "SELECT COUNT(*) AS n FROM account a LEFT JOIN (SELECT account_id, CONCAT(' ',"
	  " GROUP_CONCAT(word ORDER BY word SEPARATOR ' '), ' ') AS words FROM account_word"
	  " GROUP BY account_id) w ON w.account_id = a.id WHERE a.list_words <=> w.words" },
	{ "and there are words", 1,
	  "SELECT COUNT(*) AS n FROM account WHERE id = 3 AND list_words LIKE '% %'" },
	{ "persons stand in the order of their names", 1,
	  "SELECT COUNT(*) AS n FROM person WHERE name_key = 'Öz Öztürk'"
	  " AND seen_at = '2025-02-01'" },
	{ "persons' words are still to be written", 7,
	  "SELECT COUNT(*) AS n FROM person WHERE indexed = 0" },
	{ "a hold is open, and is nobody's exemption", 1,
	  "SELECT COUNT(*) AS n FROM hold WHERE open_slot = 1 AND planned_at IS NULL"
	  " AND account_id = 4" },
	{ "the job is still its person's", 1,
	  "SELECT COUNT(*) AS n FROM job WHERE id = 40 AND membership_id IS NULL" },
};

static struct arena mem;
static struct db *db;
static char heard[HEARD_MAX];

static const char *sql_folder(void)
{
	const char *top = getenv("GATEHOUSE_SRCDIR");

	return arena_printf(&mem, "%s/sql", top ? top : ".");
}

static void migrate_with(const char *from)
{
	struct migrate_config config = { .folder = from, .say = folder_said, .to = heard };

	heard[0] = '\0';
	ck_assert_msg(migrate_run(db, &mem, &config) == OK, "%s", heard);
}

static void setup(void)
{
	char *from;

	scratch_migrated(); /* makes the users that rights are given to */
	scratch_plain();
	arena_init(&mem, 16 << 20);
	db = scratch_connect(NULL);
	folder_begin();
	for (int i = 0; i < FIRST_SCHEMA; i++) {
		from = realpath(arena_printf(&mem, "%s/%s", sql_folder(), files[i]), NULL);
		ck_assert_ptr_nonnull(from);
		folder_link(files[i], from);
		free(from);
	}
	migrate_with(folder_path());
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		scratch_run_on(db, rows[i]);
}

static void teardown(void)
{
	folder_end();
	db_free(db);
	arena_release(&mem);
}

static void count_rule(void *to, const char *says, int64_t broken)
{
	size_t *n = to;

	(*n)++;
	if (broken)
		fprintf(stderr, "BROKEN %s: %lld\n", says, (long long)broken);
}

START_TEST(data_come_through_all_migrations)
{
	static const struct core_config config;
	struct ctx c;
	size_t rules = 0;
	int64_t broken = -1, found;

	migrate_with(sql_folder());
	ck_assert_ptr_nonnull(strstr(heard, "applied 0007-tree.sql"));
	ck_assert_ptr_null(strstr(heard, "applied 0006-holds.sql"));
	ck_assert_int_eq(migrate_check(db, &mem, &found), OK);
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		found = scratch_count(facts[i].count);
		ck_assert_msg(found == facts[i].n, "%s: %lld", facts[i].says, (long long)found);
	}
	ctx_init_system(&c, &mem, db, &config, "test");
	ck_assert_int_eq(check_data(&c, count_rule, &rules, &broken), OK);
	ck_assert_int_eq(broken, 0);
	ck_assert_uint_gt(rules, 10);
	migrate_with(sql_folder()); /* and nothing is left to do */
	ck_assert_ptr_null(strstr(heard, "applied"));
}
END_TEST

/* A statement may be run a second time, when the run died before its file was noted. */
START_TEST(each_file_may_be_run_again)
{
	migrate_with(sql_folder());
	for (int64_t v = SCHEMA_VERSION; v > FIRST_SCHEMA; v--) {
		scratch_run("DELETE FROM schema_version ORDER BY version DESC LIMIT 1");
		migrate_with(sql_folder());
	}
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		ck_assert_msg(scratch_count(facts[i].count) == facts[i].n, "%s", facts[i].says);
}
END_TEST

START_TEST(rules_find_what_is_broken)
{
	static const struct core_config config;
	struct ctx c;
	size_t rules = 0;
	int64_t broken = 0;

	migrate_with(sql_folder());
	scratch_run("UPDATE account SET list_role = 'customer-admin' WHERE id = 3");
	scratch_run("DELETE FROM account_tree WHERE descendant_id = 4 AND depth = 2");
	ctx_init_system(&c, &mem, db, &config, "test");
	ck_assert_int_eq(check_data(&c, count_rule, &rules, &broken), OK);
	ck_assert_int_eq(broken, 2);
}
END_TEST

TESTS_WITH("db upgrade", setup, teardown, data_come_through_all_migrations,
           each_file_may_be_run_again, rules_find_what_is_broken);
