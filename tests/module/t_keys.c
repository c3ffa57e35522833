/* API keys: a program works in a person's name, and stops with him. */
#include <string.h>

#include "module/factor.h"
#include "people/revoke.h"

#define KEYS(account) account_path(account, "/api-keys")

static int64_t reseller, customer, other, ann;

static void setup(void)
{
	harness_begin();
	reseller = make_account(ACCOUNT_ROOT, "reseller", "North");
	customer = make_account(reseller, "customer", "Baker Street");
	other = make_account(ACCOUNT_ROOT, "reseller", "South");
	ann = make_member(reseller, ROLE_RESELLER_PROGRAM, "ann");
	set_password("ann", PASSWORD);
	acts_as(ann);
}

static const char *body_of(const char *permissions, int days)
{
	char until[STAMP_TEXT];

	stamp_write(stamp_add(stamp_now(), days * USEC_PER_DAY), until);
	return arena_printf(harness_ctx()->mem,
	                    "{\"name\":\"Report\",\"permissions\":[%s],\"expires_at\":\"%s\"}",
	                    permissions, until);
}

static struct answer make(int64_t account_id, const char *permissions)
{
	struct answer a = call(METHOD_POST, KEYS(account_id), body_of(permissions, 30));

	ck_status(a, 201);
	return a;
}

/* As a program calls: no cookie, no origin, the key. */
static struct answer as_key(enum method m, const struct answer *key, const char *path,
                            const char *body)
{
	return call_with(m, path, body,
	                 HEADERS(arena_printf(harness_ctx()->mem,
	                                      "HTTP_AUTHORIZATION=Bearer %s",
	                                      text_at(key, "/key")),
	                         "HTTP_COOKIE", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE"));
}

static struct answer get(const struct answer *key, const char *path)
{
	return as_key(METHOD_GET, key, path, NULL);
}

#define VIEW "\"account.list\",\"account.view\""

START_TEST(a_key_is_shown_once_and_kept_as_a_hash)
{
	struct answer a = make(reseller, VIEW), b;
	const char *key = text_at(&a, "/key");

	ck_assert(!strncmp(key, "gh_", 3));
	ck_assert_uint_eq(strlen(key), 46);
	ck_assert(!strncmp(text_at(&a, "/hint"), key + 3, 6));
	ck_assert_str_eq(text_at(&a, "/permissions/1"), "account.view");
	b = call(METHOD_GET, KEYS(reseller), NULL);
	ck_status(b, 200);
	ck_assert_uint_eq(length_at(&b, "/items"), 1);
	ck_assert_str_eq(text_at(&b, "/items/0/state"), "active");
	ck_assert_str_eq(text_at(&b, "/items/0/permissions/0"), "account.list");
	ck_assert_ptr_null(text_at(&b, "/items/0/last_used_at"));
	ck_assert_ptr_null(strstr(b.body, key));
	b = call(METHOD_GET, a.location, NULL);
	ck_status(b, 200);
	ck_assert_ptr_null(strstr(b.body, key));
	ck_assert_int_eq(scratch_count(arena_printf(harness_ctx()->mem,
	                                            "SELECT COUNT(*) AS n FROM op"
	                                            " WHERE body LIKE '%%%s%%'",
	                                            key + 3)),
	                 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'api_key.create'"
	                               " AND target_label = 'Report'"),
	                 1);
}
END_TEST

START_TEST(a_key_does_what_it_was_made_for_and_nothing_else)
{
	struct answer a = make(reseller, VIEW), b;

	ck_status(get(&a, account_path(customer, "")), 200);
	ck_status(get(&a, "/api/v1/accounts"), 200);
	ck_refused(get(&a, account_path(customer, "/devices")), 403, "not-permitted");
	ck_refused(as_key(METHOD_POST, &a, "/api/v1/accounts", "{}"), 403, "not-permitted");
	ck_refused(get(&a, account_path(other, "")), 404, "not-found");
	b = call(METHOD_GET, KEYS(reseller), NULL);
	ck_assert(text_at(&b, "/items/0/last_used_at") != NULL);
}
END_TEST

/* Without the headers a browser sends; a cookie beside the key is not looked at. */
START_TEST(a_key_writes_without_origin_and_exports)
{
	struct answer a = make(reseller, VIEW ",\"account.edit\",\"account.export\""), b;

	b = as_key(METHOD_POST, &a, account_path(customer, "/contacts"),
	           "{\"role\":\"technical\",\"name\":\"Bob\",\"email\":\"bob@mail.test\"}");
	ck_status(b, 201);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'contact.create'"),
	                 1);
	b = get(&a, "/export/v1/accounts.csv");
	ck_status(b, 200);
	b = make(reseller, VIEW);
	ck_refused(get(&b, "/export/v1/accounts.csv"), 403, "not-permitted");
}
END_TEST

/* The file of an export is had by what could have made it, not by all that acts for its person. */
START_TEST(a_key_fetches_no_file_it_could_not_make)
{
	struct answer weak = make(reseller, VIEW), a;
	struct answer strong = make(reseller, VIEW ",\"account.export\"");
	const char *file;

	ck_status(call(METHOD_GET, "/export/v1/accounts.csv", NULL), 200);
	file = arena_printf(harness_ctx()->mem, "/export/v1/files/%s",
	                    id_text(ID_JOB, scratch_count("SELECT MAX(id) AS n FROM job")));
	ck_refused(get(&weak, file), 403, "not-permitted");
	a = get(&strong, file);
	ck_status(a, 200);
	ck_assert_ptr_nonnull(a.file);
	ck_status(call(METHOD_GET, file, NULL), 200);
}
END_TEST

START_TEST(a_key_acts_where_it_was_made_for)
{
	struct answer a = make(customer, VIEW);

	ck_status(get(&a, account_path(customer, "")), 200);
	ck_refused(get(&a, account_path(reseller, "")), 404, "not-found");
}
END_TEST

START_TEST(nobody_makes_a_key_with_more_than_his_own)
{
	acts_as_new(reseller, ROLE_RESELLER_PROGRAM, "max");
	ck_refused(call(METHOD_POST, KEYS(reseller), body_of("\"account.edit_billing\"", 30)),
	           403, "more-than-own");
	acts_as_new(reseller, ROLE_RESELLER_SUPPORT, "sam");
	ck_refused(call(METHOD_POST, KEYS(reseller), body_of(VIEW, 30)), 403, "not-permitted");
}
END_TEST

START_TEST(what_a_person_loses_his_keys_lose)
{
	struct answer a = make(reseller, VIEW);

	scratch_run(arena_printf(harness_ctx()->mem,
	                         "INSERT INTO member_permission (membership_id, permission,"
	                         " effect, set_at) VALUES (%lld, 'account.view', 'deny',"
	                         " UTC_TIMESTAMP(6))",
	                         (long long)ann));
	ck_refused(get(&a, account_path(customer, "")), 403, "not-permitted");
}
END_TEST

START_TEST(a_key_is_refused_what_is_its_persons_own)
{
	struct answer a = make(reseller, VIEW ",\"api_key.create\"");

	ck_refused(as_key(METHOD_POST, &a, KEYS(reseller), body_of(VIEW, 30)), 403,
	           "key-refused");
	ck_refused(as_key(METHOD_POST, &a, "/api/v1/me/password",
	                  "{\"old\":\"" PASSWORD "\",\"new\":\"another long password\"}"),
	           403, "key-refused");
	ck_refused(as_key(METHOD_POST, &a, "/api/v1/session/proof",
	                  "{\"password\":\"" PASSWORD "\"}"),
	           403, "key-refused");
	ck_refused(as_key(METHOD_POST, &a, "/api/v1/me/factor", "{}"), 403, "key-refused");
	ck_refused(as_key(METHOD_DELETE, &a, "/api/v1/session", NULL), 403, "key-refused");
	ck_refused(as_key(METHOD_PATCH, &a, "/api/v1/me", "{}"), 403, "key-refused");
}
END_TEST

START_TEST(making_a_key_wants_a_fresh_proof)
{
	scratch_run("UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 6 MINUTE");
	ck_refused(call(METHOD_POST, KEYS(reseller), body_of(VIEW, 30)), 403, "proof-needed");
}
END_TEST

START_TEST(a_key_that_makes_no_sense_is_refused)
{
	struct answer a = call(METHOD_POST, KEYS(reseller), body_of(VIEW, 367));

	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/expires_at"), "out-of-range");
	a = call(METHOD_POST, KEYS(reseller), body_of(VIEW, -1));
	ck_assert_str_eq(complaint_at(&a, "/expires_at"), "out-of-range");
	a = call(METHOD_POST, KEYS(reseller), body_of("\"account.everything\"", 30));
	ck_assert_str_eq(complaint_at(&a, "/permissions"), "unknown-value");
	ck_status(call(METHOD_POST, KEYS(reseller), body_of("", 30)), 422);
	ck_status(call(METHOD_POST, KEYS(reseller), "{\"name\":\"x\"}"), 422);
	ck_refused(call(METHOD_POST, KEYS(other), body_of(VIEW, 30)), 404, "not-found");
	ck_refused(call(METHOD_GET, KEYS(other), NULL), 404, "not-found");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM api_key"), 0);
}
END_TEST

/* Who made it for that proved himself then. */
START_TEST(a_key_ends_an_account_only_when_made_for_it)
{
	static const char body[] =
		"{\"reason_text\":\"Contract over\",\"confirm_name\":\"Baker Street\"}";
	struct answer a = make(reseller, VIEW ",\"account.suspend\"");

	ck_refused(as_key(METHOD_POST, &a, account_path(customer, "/terminate"), body), 403,
	           "not-permitted");
	a = make(reseller, VIEW ",\"account.terminate\"");
	ck_status(as_key(METHOD_POST, &a, account_path(customer, "/terminate"), body), 200);
}
END_TEST

START_TEST(a_revoked_key_is_dead_at_once)
{
	struct answer a = make(reseller, VIEW), b;

	ck_status(get(&a, "/api/v1/accounts"), 200);
	ck_status(call_if(METHOD_DELETE, a.location, NULL, "\"v9\""), 412);
	ck_status(call_if(METHOD_DELETE, a.location, NULL, a.etag), 204);
	ck_refused(get(&a, "/api/v1/accounts"), 401, "not-signed-in");
	ck_refused(call_if(METHOD_DELETE, a.location, NULL, "\"v2\""), 409, "key-revoked");
	b = call(METHOD_GET, a.location, NULL);
	ck_assert_str_eq(text_at(&b, "/state"), "revoked");
	acts_as_new(other, ROLE_RESELLER_PROGRAM, "olaf");
	ck_refused(call_if(METHOD_DELETE, a.location, NULL, a.etag), 404, "not-found");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'api_key.revoke'"),
	                 1);
}
END_TEST

/* Each line stops the key of a person; what is stopped by time or state comes back with it. */
START_TEST(what_stops_a_person_stops_his_keys)
{
	static const char *const ends[] = {
		"UPDATE api_key SET expires_at = UTC_TIMESTAMP(6)",
		"UPDATE person SET state = 'removed'",
		"UPDATE membership SET state = 'removed'",
		"UPDATE membership SET state = 'suspended'",
		"UPDATE membership SET expires_at = UTC_TIMESTAMP(6)",
		"UPDATE account SET state = 'terminated' WHERE name = 'North'",
		"INSERT INTO hold (account_id, account_kind, kind, reason_code, placed_at,"
		" placed_by_label, starts_at) SELECT id, kind, 'admin', 'x', UTC_TIMESTAMP(6), 't',"
		" UTC_TIMESTAMP(6) FROM account WHERE name = 'North'",
	};

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct answer a, b;

		setup();
		a = make(reseller, VIEW);
		scratch_run(ends[i]);
		b = get(&a, "/api/v1/accounts");
		ck_assert_msg(b.status == 401, "%d after %s", b.status, ends[i]);
	}
}
END_TEST

START_TEST(an_account_switches_keys_off)
{
	struct answer a = make(reseller, VIEW);

	scratch_run("INSERT INTO account_area (account_id, area, is_on, set_at)"
	            " VALUES (1, 'api', 0, UTC_TIMESTAMP(6))");
	ck_refused(get(&a, "/api/v1/accounts"), 403, "key-refused");
	scratch_run("DELETE FROM account_area WHERE area = 'api'");
	ck_status(get(&a, "/api/v1/accounts"), 200);
}
END_TEST

static int64_t revoked(void)
{
	return scratch_count("SELECT COUNT(*) AS n FROM api_key WHERE revoked_at IS NOT NULL");
}

static enum err revoke_under(void *arg)
{
	(void)arg;
	return sessions_revoke_under(harness_ctx(), reseller, "suspended", NULL);
}

static enum err revoke_membership(void *arg)
{
	return sessions_revoke_membership(harness_ctx(), ann, arg);
}

START_TEST(being_brought_back_revives_no_key)
{
	static char suspended[] = "suspended", ended[] = "ended";
	struct answer a = make(reseller, VIEW);

	harness_tx(revoke_membership, ended);
	ck_assert_int_eq(revoked(), 0);
	harness_tx(revoke_membership, suspended);
	ck_assert_int_eq(revoked(), 1);
	ck_refused(get(&a, "/api/v1/accounts"), 401, "not-signed-in");
	acts_as(ann);
	a = make(reseller, VIEW);
	harness_tx(revoke_under, NULL);
	ck_assert_int_eq(revoked(), 2);
	ck_refused(get(&a, "/api/v1/accounts"), 401, "not-signed-in");
	acts_as(ann);
	a = make(reseller, VIEW);
	set_password("ann", "another long password");
	ck_assert_int_eq(revoked(), 3);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM api_key"
	                               " WHERE revoked_why = 'password'"),
	                 1);
}
END_TEST

START_TEST(a_wrong_key_is_nobody)
{
	static const char *const wrong[] = {
		"Bearer gh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"Bearer ",
		"Bearer gh_",
		"Bearer x",
	};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_refused(call_with(METHOD_GET, "/api/v1/accounts", NULL,
		                     HEADERS(arena_printf(harness_ctx()->mem,
		                                          "HTTP_AUTHORIZATION=%s", wrong[i]))),
		           401, "not-signed-in");
}
END_TEST

/* Nobody of them signed in of late, so there is no session to end. */
START_TEST(a_customers_key_does_not_outlive_a_suspension)
{
	int64_t bob = make_member(customer, ROLE_CUSTOMER_OWNER, "bob");
	struct answer key, a;

	set_password("bob", PASSWORD);
	acts_as(bob);
	key = make(customer, "\"account.view\"");
	ck_status(get(&key, account_path(customer, "")), 200);
	acts_as(ann);
	a = call(METHOD_POST, account_path(customer, "/holds"),
	         "{\"kind\":\"admin\",\"reason_text\":\"x\"}");
	ck_status(a, 201);
	ck_status(get(&key, account_path(customer, "")), 401);
	ck_status(call(METHOD_POST,
	               account_path(customer,
	                            arena_printf(harness_ctx()->mem, "/holds/%s/release",
	                                         text_at(&a, "/id"))),
	               "{\"reason_text\":\"x\"}"),
	          200);
	ck_status(get(&key, account_path(customer, "")), 401);
	a = call(METHOD_GET, KEYS(customer), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "revoked");
}
END_TEST

TESTS_WITH("keys", setup, NULL, a_customers_key_does_not_outlive_a_suspension,
           a_key_is_shown_once_and_kept_as_a_hash,
           a_key_does_what_it_was_made_for_and_nothing_else,
           a_key_writes_without_origin_and_exports, a_key_fetches_no_file_it_could_not_make,
           a_key_acts_where_it_was_made_for, nobody_makes_a_key_with_more_than_his_own,
           what_a_person_loses_his_keys_lose, a_key_is_refused_what_is_its_persons_own,
           making_a_key_wants_a_fresh_proof, a_key_ends_an_account_only_when_made_for_it,
           a_key_that_makes_no_sense_is_refused, a_revoked_key_is_dead_at_once,
           what_stops_a_person_stops_his_keys, an_account_switches_keys_off,
           being_brought_back_revives_no_key, a_wrong_key_is_nobody);
