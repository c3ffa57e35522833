/* Holds that begin and end by themselves, and the end of an account. */
#include <stdio.h>
#include <string.h>

#include "devices/devices.h"
#include "holds/holds.h"
#include "holds/life.h"
#include "module/harness.h"

static int64_t north, customer;

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	customer = make_account(north, "customer", "Customer");
	scratch_run("UPDATE account SET confirmed_at = NOW(6)");
	scratch_run("UPDATE account_tree SET own_state = 'active'");
}

static const char *state_of(int64_t account)
{
	struct answer a = call(METHOD_GET, account_path(account, ""), NULL);

	return text_at(&a, "/state");
}

static const char *in_minutes(int minutes)
{
	char *text = arena_alloc(harness_ctx()->mem, STAMP_TEXT);

	stamp_write(stamp_add(stamp_now(), minutes * USEC_PER_MIN), text);
	return text;
}

static struct answer place(const char *starts, const char *ends)
{
	const char *body = arena_printf(harness_ctx()->mem,
	                                "{\"kind\":\"vacation\",\"reason_text\":\"Away\","
	                                "\"starts_at\":\"%s\",\"ends_at\":\"%s\"}",
	                                starts, ends);

	return call(METHOD_POST, account_path(customer, "/holds"), body);
}

/* Runs the worker's steps so much later, as its own user; how many did something. */
static int worker_after(int64_t usec)
{
	struct ctx *c = harness_ctx();
	struct db *own = c->db, *worker = scratch_connect("gatehouse_worker");
	int n = 0;
	bool did = true;

	c->db = worker;
	c->now = stamp_add(stamp_now(), usec);
	while (did) {
		ck_assert_int_eq(holds_due_step(c, &did), OK);
		n += did;
	}
	for (did = true; did; n += did)
		ck_assert_int_eq(life_purge_step(c, &did), OK);
	c->now = stamp_now();
	c->db = own;
	db_free(worker);
	return n;
}

static const char *own_state(void)
{
	static const char *const words[] = { "",           "active",
		                             "suspended",  "not_confirmed",
		                             "terminated", "purged" };

	return words[scratch_count(
		"SELECT own_state + 0 AS n FROM account_tree"
		" WHERE ancestor_id = descendant_id ORDER BY descendant_id DESC"
		" LIMIT 1")];
}

START_TEST(a_hold_begins_and_ends_by_itself)
{
	int64_t owner = make_member(customer, ROLE_CUSTOMER_OWNER, "owner");
	struct answer a;

	acts_as(owner);
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = place(in_minutes(5), in_minutes(15));
	ck_status(a, 201);
	ck_assert_int_eq(number_at(&a, "/effective"), 0);
	ck_assert_str_eq(state_of(customer), "active");
	ck_assert_int_eq(worker_after(2 * USEC_PER_MIN), 0);
	ck_assert_int_eq(worker_after(6 * USEC_PER_MIN), 1);
	ck_assert_str_eq(own_state(), "suspended");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session"
	                               " WHERE revoked_why = 'suspended'"),
	                 1);
	ck_assert_int_eq(worker_after(7 * USEC_PER_MIN), 0);
	ck_assert_int_eq(worker_after(16 * USEC_PER_MIN), 1);
	ck_assert_str_eq(own_state(), "active");
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(*) AS n FROM hold WHERE open_slot IS NULL"), 1);
	/* Placed, begun, ended: three lines. */
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action IN"
	                               " ('account.suspend', 'account.resume')"),
	                 3);
}
END_TEST

START_TEST(a_hold_whose_time_came_counts_before_the_worker_noted_it)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	ck_status(place(in_minutes(5), in_minutes(15)), 201);
	scratch_run("UPDATE hold SET starts_at = '2020-01-01', due_at = '2020-01-01'");
	ck_assert_str_eq(state_of(customer), "suspended");
	a = call(METHOD_GET, "/api/v1/accounts?q=customer", NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "suspended");
	ck_assert_str_eq(own_state(), "active");
	/* One that is over makes room for the next at once. */
	scratch_run("UPDATE hold SET ends_at = '2020-01-02'");
	ck_assert_str_eq(state_of(customer), "active");
	ck_status(place(in_minutes(0), in_minutes(5)), 201);
	ck_assert_str_eq(state_of(customer), "suspended");
}
END_TEST

static struct answer terminate(int64_t account, const char *name)
{
	return call(METHOD_POST, account_path(account, "/terminate"),
	            arena_printf(harness_ctx()->mem,
	                         "{\"reason_text\":\"Over\",\"confirm_name\":\"%s\"}", name));
}

static struct answer restore(int64_t account)
{
	return call(METHOD_POST, account_path(account, "/restore"),
	            "{\"reason_text\":\"Back\"}");
}

START_TEST(ending_an_account_asks_for_its_name_and_can_be_undone)
{
	struct answer a;

	acts_as(make_member(customer, ROLE_CUSTOMER_OWNER, "owner"));
	scratch_run("INSERT INTO entitlement (account_id, item, quantity, source, updated_at)"
	            " SELECT id, 'camera.slots', 4, 'manual', NOW(6) FROM account"
	            " WHERE kind = 'customer'");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = terminate(customer, "customer");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/confirm_name"), "does-not-match");
	a = terminate(customer, "Customer");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "terminated");
	ck_assert(is_at(&a, "/purge_at"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session"
	                               " WHERE revoked_why = 'terminated'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM entitlement"
	                               " WHERE state = 'removed'"),
	                 1);
	ck_refused(terminate(customer, "Customer"), 409, "already-terminated");
	ck_refused(call_if(METHOD_PATCH, account_path(customer, ""), "{\"name\":\"x\"}",
	                   "\"v2\""),
	           409, "not-active");
	a = restore(customer);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	ck_assert_int_eq(number_at(&a, "/generation"), 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM entitlement"
	                               " WHERE state = 'active'"),
	                 1);
	ck_refused(restore(customer), 409, "not-terminated");
}
END_TEST

START_TEST(holds_stay_over_an_end_and_a_return)
{
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	ck_status(place(in_minutes(0), in_minutes(5)), 201);
	ck_status(terminate(customer, "Customer"), 200);
	ck_assert_str_eq(state_of(customer), "terminated");
	ck_status(restore(customer), 200);
	ck_assert_str_eq(state_of(customer), "suspended");
}
END_TEST

START_TEST(delete_ends_a_version_and_a_reseller_with_living_accounts_goes_on)
{
	struct answer a;

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_refused(terminate(north, "North"), 409, "has-accounts");
	ck_refused(call_if(METHOD_DELETE, account_path(customer, ""), NULL, "\"v7\""), 412,
	           "changed-meanwhile");
	a = call_if(METHOD_DELETE, account_path(customer, ""), NULL, "\"v1\"");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "terminated");
	ck_status(terminate(north, "North"), 200);
	ck_refused(restore(customer), 409, "parent-terminated");
	ck_refused(terminate(ACCOUNT_ROOT, "Platform"), 403, "is-platform");
}
END_TEST

START_TEST(ending_and_returning_need_their_permissions)
{
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "agent");
	ck_status(terminate(customer, "Customer"), 403);
	ck_status(restore(customer), 403);
	acts_as_new(customer, ROLE_CUSTOMER_OWNER, "own");
	ck_status(terminate(customer, "Customer"), 403);
}
END_TEST

START_TEST(ending_an_account_wants_a_fresh_proof)
{
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 6 MINUTE");
	ck_refused(terminate(customer, "Customer"), 403, "proof-needed");
	ck_refused(call_if(METHOD_DELETE, account_path(customer, ""), NULL, "\"v1\""), 403,
	           "proof-needed");
	ck_assert_str_eq(state_of(customer), "active");
	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 4 MINUTE");
	ck_status(terminate(customer, "Customer"), 200);
}
END_TEST

static enum err attach(void *arg)
{
	struct ctx *c = harness_ctx();
	struct device_new in = { .mac = "02:00:00:00:00:01", .serial = "S1", .vendor = "V" };
	struct device_edit edit = { .name = "Gate of Ann" };
	int64_t id;
	enum err e = devices_create(c, &in, &id);

	(void)arg;
	return e ? e : devices_attach(c, id, customer, &edit);
}

/* Every text column of the rows that stay, to look for a name in. */
#define ANN_SOMEWHERE \
	"SELECT (SELECT COUNT(*) FROM account WHERE CONCAT_WS('|', name, contract_no, payer," \
	" exempt_reason, city) LIKE '%Ann%') + (SELECT COUNT(*) FROM person" \
	" WHERE CONCAT_WS('|', name, login," \
	" email, phone) LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM account_contact WHERE name LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM site WHERE name LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM device WHERE name LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM account_word WHERE word LIKE 'ann%')" \
	" + (SELECT COUNT(*) FROM hold WHERE reason_text LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM mail WHERE to_address LIKE 'ann@%')" \
	" + (SELECT COUNT(*) FROM invitation WHERE last_name LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM membership WHERE CONCAT_WS('|', label, created_by_label)" \
	" LIKE '%Ann%') + (SELECT COUNT(*) FROM api_key WHERE name LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM support_grant WHERE reason LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM saved_view WHERE name LIKE '%Ann%')" \
	" + (SELECT COUNT(*) FROM change_log WHERE CONCAT_WS('|', account_label, target_label," \
	" actor_label, before_values, after_values, reason) LIKE '%Ann%') AS n"

#define HER "(SELECT id FROM account WHERE contract_no = 'Ann-1')"

/* Words about Ann where no form of this test puts them. */
static void fill_beside(void)
{
	static const char *const texts[] = {
		"UPDATE account SET exempt_reason = 'Ann pays' WHERE contract_no = 'Ann-1'",
		"UPDATE membership SET label = 'Ann, at work' WHERE account_id = " HER "",
		"INSERT INTO invitation (account_id, email, first_name, last_name, language,"
		" role_id, kind, token_hash, state, sent_at, expires_at, sent_day, invited_by,"
		" invited_by_membership_id, invited_by_label, open_slot, created_at)"
		" SELECT " HER ", 'x@example.test', 'Bea', 'Annson', 'en', r.id, 'sub',"
		" REPEAT('x', 32), 'accepted', NOW(6), NOW(6), NOW(), 1, 1, '', NULL, NOW(6)"
		" FROM role r LIMIT 1",
		"INSERT INTO api_key (person_id, membership_id, scope_account_id, name,"
		" token_hash, hint, permissions, expires_at, created_at) SELECT person_id, id,"
		" account_id, 'Ann s door', REPEAT('y', 32), '', '', NOW(6), NOW(6)"
		" FROM membership WHERE account_id = " HER " LIMIT 1",
		"INSERT INTO support_grant (account_id, operator_id, operator_label,"
		" operator_membership_id, reason, minutes, state, created_at)"
		" VALUES (" HER ", 1, '', 1, 'Ann cannot sign in', 30, 'refused', NOW(6))",
		"INSERT INTO saved_view (person_id, account_id, list, name, created_at, updated_at)"
		" SELECT person_id, account_id, 'people', 'Friends of Ann', NOW(6), NOW(6)"
		" FROM membership WHERE account_id = " HER,
		"INSERT INTO saved_view (person_id, account_id, list, name, created_at, updated_at)"
		" SELECT person_id, 1, 'people', 'Elsewhere of Ann', NOW(6), NOW(6)"
		" FROM membership WHERE account_id = " HER,
		/* who left, and whose name was kept */
		"UPDATE person p JOIN membership m ON m.person_id = p.id AND m.account_id ="
		" " HER
		" SET p.state = 'removed', m.state = 'removed' WHERE p.login = 'left-ann'",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		scratch_run(texts[i]);
}

START_TEST(a_purge_leaves_no_name_and_the_log_under_a_pseudonym)
{
	struct answer a;
	int64_t lines;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = call(METHOD_POST, "/api/v1/accounts",
	         arena_printf(harness_ctx()->mem,
	                      "{\"parent_id\":\"%s\",\"kind\":\"customer\",\"class\":"
	                      "\"organisation\",\"name\":\"Ann Lee\",\"login\":\"ann\","
	                      "\"contract_no\":\"Ann-1\"}",
	                      id_text(ID_ACCOUNT, north)));
	ck_status(a, 201);
	ck_assert(id_read(ID_ACCOUNT, text_at(&a, "/id"), 17, &customer));
	ck_status(call(METHOD_POST, account_path(customer, "/contacts"),
	               "{\"role\":\"owner\",\"name\":\"Ann Lee\"}"),
	          201);
	ck_status(call(METHOD_POST, account_path(customer, "/holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"Ann asked\"}"),
	          201);
	harness_tx(attach, NULL);
	make_member(customer, ROLE_CUSTOMER_MEMBER, "left-ann");
	scratch_run("UPDATE person SET name = 'Ann Left', email = 'Ann@left.example'"
	            " WHERE login = 'left-ann'");
	fill_beside();
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "INSERT INTO mail (account_id, kind, locale, to_address,"
	                         " created_at) VALUES (%lld, 'test', 'en', 'ann@example.test',"
	                         " UTC_TIMESTAMP(6))",
	                         (long long)customer));
	ck_assert_int_gt(scratch_count(ANN_SOMEWHERE), 6);
	ck_status(terminate(customer, "Ann Lee"), 200);
	lines = scratch_count("SELECT COUNT(*) AS n FROM change_log");
	ck_assert_int_eq(worker_after(30 * USEC_PER_DAY), 0);
	ck_assert_int_eq(worker_after(32 * USEC_PER_DAY), 1);
	ck_assert_int_eq(scratch_count(ANN_SOMEWHERE), 0);
	ck_assert_int_ge(scratch_count("SELECT COUNT(*) AS n FROM change_log"), lines + 1);
	a = call(METHOD_GET, account_path(customer, ""), NULL);
	ck_assert_str_eq(text_at(&a, "/state"), "purged");
	ck_assert_ptr_nonnull(strstr(text_at(&a, "/name"), "purged-"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM device"
	                               " WHERE account_id IS NULL AND mac IS NOT NULL"),
	                 1);
	ck_refused(restore(customer), 409, "not-terminated");
}
END_TEST

START_TEST(the_preview_counts_and_keeps_doors_and_alarms_going)
{
	struct answer a;

	make_member(customer, ROLE_CUSTOMER_OWNER, "owner");
	harness_tx(attach, NULL);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	a = call(METHOD_GET, account_path(north, "/impact?action=suspend"), NULL);
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/accounts"), 2);
	ck_assert_int_eq(number_at(&a, "/cameras"), 1);
	ck_assert_int_eq(number_at(&a, "/members"), 1);
	ck_assert_ptr_nonnull(
		strstr(a.body, "{\"module\":\"door_keys\",\"effect\":\"continue\"}"));
	ck_assert_ptr_nonnull(
		strstr(a.body, "{\"module\":\"alarm_reporting\",\"effect\":\"continue\"}"));
	ck_assert_ptr_nonnull(strstr(a.body, "{\"module\":\"login\",\"effect\":\"block\"}"));
	a = call(METHOD_GET, account_path(north, "/impact?action=terminate"), NULL);
	ck_assert(is_at(&a, "/purge_at"));
	ck_assert_ptr_nonnull(strstr(a.body, "has_accounts"));
	ck_status(call(METHOD_GET, account_path(north, "/impact?action=explode"), NULL), 422);
	ck_status(call(METHOD_GET, account_path(north, "/impact"), NULL), 422);
}
END_TEST

TESTS_WITH("holds_life", begin, NULL, a_hold_begins_and_ends_by_itself,
           a_hold_whose_time_came_counts_before_the_worker_noted_it,
           ending_an_account_asks_for_its_name_and_can_be_undone,
           holds_stay_over_an_end_and_a_return,
           delete_ends_a_version_and_a_reseller_with_living_accounts_goes_on,
           ending_and_returning_need_their_permissions, ending_an_account_wants_a_fresh_proof,
           a_purge_leaves_no_name_and_the_log_under_a_pseudonym,
           the_preview_counts_and_keeps_doors_and_alarms_going);
