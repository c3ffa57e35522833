/* The worked examples of docs/billing.md, one test each, in its order. */
#include <stdio.h>
#include <string.h>

#include "module/billing.h"

START_TEST(pause_twice_is_applied_and_then_a_duplicate)
{
	struct said s = { .id = "evt_1",
		          .type = "pause_entity",
		          .seq = 41,
		          .at = "2026-03-01T09:15:00.250Z",
		          .data = "{\"reason\":\"non_payment\"}" };
	struct answer a;

	new_entity(1, 40);
	ck_event(say_it(&s), 200, "applied");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	a = say_it(&s);
	ck_event(a, 200, "applied");
	ck_assert_int_eq(number_at(&a, "/duplicate"), 1);
	ck_assert_int_eq(number_of("SELECT attempts AS n FROM billing_event"
	                           " WHERE event_id = 'evt_1'"),
	                 2);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold"), 1);
}
END_TEST

START_TEST(a_late_pause_after_an_unpause_is_stale)
{
	struct answer a;

	new_entity(1, 40);
	a = SAY(.type = "unpause_entity", .seq = 42);
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "not_paused");
	a = SAY(.type = "pause_entity", .seq = 41);
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "stale");
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

START_TEST(a_late_unpause_does_not_bring_a_terminated_account_back)
{
	struct answer a;

	new_entity(1, 40);
	ck_event(SAY(.type = "pause_entity", .seq = 41), 200, "applied");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_event(SAY(.type = "terminate_entity", .seq = 43), 200, "applied");
	ck_assert_str_eq(state_of("C-1"), "terminated");
	a = SAY(.type = "unpause_entity", .seq = 42);
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "stale_terminated");
	ck_assert_str_eq(state_of("C-1"), "terminated");
}
END_TEST

START_TEST(a_pause_before_its_entity_waits_for_it)
{
	ck_event(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2), 202, "deferred");
	ck_assert_str_eq(state_of("C-1"), "none");
	new_entity(1, 1);
	ck_assert_str_eq(event_state("evt_p"), "applied");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	/* What it did is found under the request that brought it, not the one that woke it. */
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log l JOIN billing_event e"
	                           " ON e.correlation_id = l.correlation_id"
	                           " WHERE e.event_id = 'evt_p'"
	                           " AND l.action = 'account.suspend'"),
	                 1);
}
END_TEST

START_TEST(a_terminate_before_its_entity_keeps_it_from_being_made)
{
	struct answer a;

	ck_event(SAY(.type = "terminate_entity", .seq = 5), 200, "applied");
	a = SAY(.type = "new_entity", .seq = 1,
	        .data = "{\"login\":\"c1\",\"password\":\"secret word\"}");
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "stale_terminated");
	ck_assert_str_eq(state_of("C-1"), "none");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM person WHERE login = 'c1'"), 0);
}
END_TEST

static void attach(const char *key, const char *login, const char *ext, const char *mac)
{
	char data[300];

	snprintf(data, sizeof(data),
	         "{\"camera_external_id\":\"%s\",\"mac\":\"%s\",\"serial_number\":\"S-%s\","
	         "\"login\":\"%s\",\"name\":\"Gate\"}",
	         ext, mac, ext, login);
	ck_event(SAY(.type = "attach_camera", .key = key, .data = data), 200, "applied");
}

static int64_t grants_of(const char *external_id)
{
	return number_of("SELECT COUNT(*) AS n FROM device_grant g JOIN membership m"
	                 " ON m.id = g.membership_id WHERE m.account_id = %lld",
	                 (long long)account_of(external_id));
}

START_TEST(a_later_new_entity_restores_a_terminated_account)
{
	struct answer late;

	new_entity(1, 1);
	attach("C-1", "c1", "CAM-1", "11:22:33:44:55:66");
	ck_assert_int_eq(grants_of("C-1"), 1);
	ck_event(SAY(.type = "terminate_entity", .seq = 5), 200, "applied");
	ck_assert_str_eq(state_of("C-1"), "terminated");
	new_entity(1, 6);
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_assert_int_eq(number_of("SELECT generation AS n FROM account WHERE id = %lld",
	                           (long long)account_of("C-1")),
	                 2);
	ck_assert_int_eq(grants_of("C-1"), 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device WHERE account_id = %lld",
	                           (long long)account_of("C-1")),
	                 1);
	/* What was said of him before his end is over, although he lives. */
	late = SAY(.type = "pause_entity", .seq = 4);
	ck_event(late, 200, "noop");
	ck_assert_str_eq(text_at(&late, "/reason"), "stale_terminated");
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

static const char *evt_of(const char *id)
{
	return id_text(ID_EVENT, number_of("SELECT seq AS n FROM billing_event"
	                                   " WHERE event_id = '%s'",
	                                   id));
}

START_TEST(an_unknown_address_code_waits_for_a_person_who_maps_it)
{
	char path[120];
	struct answer a;

	new_entity(1, 1);
	a = SAY(.id = "evt_l", .type = "create_location", .seq = 2,
	        .data = "{\"location_external_id\":\"L-1\",\"csa\":\"7700000001234\","
	                "\"contract_no\":\"K-1\",\"kind\":\"legal\","
	                "\"address\":{\"city\":\"Warszawa\",\"street\":\"Prosta\",\"house\":"
	                "\"2\"}}");
	ck_event(a, 202, "quarantined");
	ck_assert_str_eq(event_type_of("evt_l"), "billing.create_location_unknown_csa");
	ck_assert_str_eq(event_reason("evt_l"), "unknown_csa");
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	snprintf(path, sizeof(path), "/api/v1/billing-events/%s/map", evt_of("evt_l"));
	a = call(METHOD_POST, path,
	         "{\"csa_code\":\"7700000001234\",\"add\":true,"
	         "\"city\":\"Warszawa\"}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "applied");
	ck_assert_str_eq(text_at(&a, "/type"), "billing.create_location");
	ck_assert_str_eq(text_at(&a, "/event_id"), "evt_l");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site WHERE csa_code ="
	                           " '7700000001234'"),
	                 1);
	/* Both attempts stand on the card. */
	a = call(METHOD_GET, account_path(account_of("C-1"), "/billing-events"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 3);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "applied");
	ck_assert_str_eq(text_at(&a, "/items/1/state"), "replayed");
	ck_assert_str_eq(text_at(&a, "/items/1/label"), "Billing. Failed to create location");
}
END_TEST

START_TEST(a_camera_of_another_customer_is_not_attached)
{
	struct answer a;

	new_entity(1, 1);
	new_entity(2, 1);
	attach("C-1", "c1", "CAM-9", "11:22:33:44:55:66");
	a = SAY(.type = "attach_camera", .key = "C-2",
	        .data = "{\"mac\":\"112233445566\",\"serial_number\":\"S-CAM-9\",\"login\":"
	                "\"c2\"}");
	ck_event(a, 202, "quarantined");
	ck_assert_str_eq(text_at(&a, "/reason"), "owned_by_other");
	ck_assert_int_eq(grants_of("C-1"), 1);
	ck_assert_int_eq(grants_of("C-2"), 0);
	ck_assert_int_eq(number_of("SELECT account_id AS n FROM device"), account_of("C-1"));
}
END_TEST

static const char *password_hash(void)
{
	return text_of("SELECT password_hash AS s FROM person WHERE login = 'c1'");
}

START_TEST(an_older_password_does_not_come_back)
{
	const char *first, *newer;
	struct answer a;

	new_entity(1, 1);
	first = password_hash();
	ck_event(SAY(.type = "update_password", .seq = 9, .data = "{\"password\":\"newer\"}"),
	         200, "applied");
	newer = password_hash();
	ck_assert_str_ne(first, newer);
	a = SAY(.type = "update_password", .seq = 8, .data = "{\"password\":\"older\"}");
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "stale");
	ck_assert_str_eq(password_hash(), newer);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE sealed_password IS NOT NULL"),
	                 0);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE payload LIKE '%%newer%%'"),
	                 0);
}
END_TEST

START_TEST(a_shorter_list_of_cameras_detaches_what_is_missing)
{
	int64_t account, sub;

	new_entity(1, 1);
	account = account_of("C-1");
	attach("C-1", "c1", "A", "11:22:33:44:55:01");
	attach("C-1", "c1", "B", "11:22:33:44:55:02");
	/* A sub-user who may see A. */
	run_sql("INSERT INTO person (login, name, created_at, created_by_label, updated_at)"
	        " VALUES ('sub', 'Sub', UTC_TIMESTAMP(6), 't', UTC_TIMESTAMP(6))");
	run_sql("INSERT INTO membership (person_id, account_id, kind, parent_membership_id, "
	        "role,"
	        " created_at, updated_at) SELECT p.id, %lld, 'sub', m.id, 'customer-member',"
	        " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM person p JOIN membership m"
	        " ON m.account_id = %lld AND m.kind = 'main' WHERE p.login = 'sub'",
	        (long long)account, (long long)account);
	sub = number_of("SELECT id AS n FROM membership WHERE kind = 'sub'");
	run_sql("INSERT INTO device_grant (membership_id, device_id, verbs, created_at, "
	        "updated_at)"
	        " SELECT %lld, id, 'view', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM device"
	        " WHERE external_id = 'A'",
	        (long long)sub);
	run_sql("UPDATE device_grant SET state = 'blocked' WHERE device_id ="
	        " (SELECT id FROM device WHERE external_id = 'B')");
	ck_event(SAY(.type = "sync_cameras", .seq = 2,
	             .data = "{\"camera_external_ids\":[\"A\",\"B\"]}"),
	         200, "noop");
	ck_event(SAY(.type = "sync_cameras", .seq = 3,
	             .data = "{\"camera_external_ids\":[\"B\"]}"),
	         200, "applied");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device WHERE external_id = 'A'"
	                           " AND account_id IS NULL"),
	                 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device_grant g JOIN device d"
	                           " ON d.id = g.device_id WHERE d.external_id = 'A'"),
	                 0);
	ck_assert_str_eq(text_of("SELECT g.state AS s FROM device_grant g JOIN device d"
	                         " ON d.id = g.device_id WHERE d.external_id = 'B'"),
	                 "blocked");
}
END_TEST

START_TEST(licences_given_back_in_time_are_there_again)
{
	new_entity(1, 1);
	ck_event(SAY(.type = "set_licenses", .seq = 2, .data = "{\"analytic_l1\":2}"), 200,
	         "applied");
	ck_event(SAY(.type = "set_licenses", .seq = 3, .data = "{\"analytic_l1\":0}"), 200,
	         "applied");
	ck_assert_str_eq(text_of("SELECT state AS s FROM entitlement"), "removed");
	ck_assert_int_eq(
		number_of("SELECT DATEDIFF(purge_at, removed_at) AS n FROM entitlement"), 7);
	ck_event(SAY(.type = "set_licenses", .seq = 4, .data = "{\"analytic_l1\":2}"), 200,
	         "applied");
	ck_assert_str_eq(text_of("SELECT state AS s FROM entitlement"), "active");
	ck_assert_int_eq(number_of(
				 "SELECT COUNT(*) AS n FROM entitlement WHERE purge_at IS NULL"
				 " AND quantity = 2"),
	                 1);
}
END_TEST

START_TEST(an_unknown_type_is_kept_for_a_person)
{
	struct answer a;

	new_entity(1, 1);
	a = SAY(.id = "evt_foo", .type = "foo", .data = "{\"any\":[1,2]}");
	ck_event(a, 202, "quarantined");
	ck_assert_str_eq(text_at(&a, "/reason"), "unknown_type");
	ck_assert_str_eq(event_type_of("evt_foo"), "billing.unknown_type");
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	a = call(METHOD_GET, account_path(account_of("C-1"), "/billing-events"), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/original_type"), "billing.foo");
	ck_assert_str_eq(text_at(&a, "/items/0/label"), "Billing. Unknown type");
}
END_TEST

START_TEST(the_same_id_with_another_body_is_a_conflict)
{
	struct said s = { .id = "evt_1",
		          .type = "set_licenses",
		          .seq = 2,
		          .at = "2026-03-01T09:15:00Z",
		          .data = "{\"analytic_l1\":2}" };

	new_entity(1, 1);
	ck_event(say_it(&s), 200, "applied");
	s.data = "{\"analytic_l1\":200}";
	ck_refused(say_it(&s), 409, "other-body");
	ck_assert_int_eq(number_of("SELECT quantity AS n FROM entitlement"), 2);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log"
	                           " WHERE action = 'billing_event.conflict'"),
	                 1);
	ck_assert_int_eq(number_of("SELECT attempts AS n FROM billing_event"
	                           " WHERE event_id = 'evt_1'"),
	                 1);
}
END_TEST

struct rotation {
	char secret[SOURCE_SECRET_TEXT];
};

static enum err rotate(void *arg)
{
	return sources_rotate(harness_ctx(), "acme", 3600, ((struct rotation *)arg)->secret);
}

static enum err retire(void *arg)
{
	(void)arg;
	return sources_retire(harness_ctx(), "acme");
}

START_TEST(the_previous_secret_is_good_until_it_is_retired)
{
	struct rotation r;

	new_entity(1, 1);
	harness_tx(rotate, &r);
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "applied");
	harness_tx(retire, NULL);
	ck_refused(SAY(.type = "unpause_entity", .seq = 3), 401, "callback-refused");
	use_secret("acme", r.secret);
	ck_event(SAY(.type = "unpause_entity", .seq = 4), 200, "applied");
}
END_TEST

START_TEST(the_newest_secret_is_good_however_many_older_ones_are)
{
	struct rotation r;

	new_entity(1, 1);
	for (int i = 0; i < 2 * SOURCE_KEYS_MAX; i++)
		harness_tx(rotate, &r);
	use_secret("acme", r.secret);
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "applied");
}
END_TEST

START_TEST(a_body_that_was_written_anew_is_refused)
{
	const char *body = "{\"id\":\"evt_1\", \"type\":\"billing.pause_entity\"}";
	const char *again = "{\"id\":\"evt_1\",\"type\":\"billing.pause_entity\"}";
	char ts[60];
	char sig[120];
	int64_t sec = stamp_now().usec / USEC_PER_SEC;

	snprintf(ts, sizeof(ts), "HTTP_WEBHOOK_TIMESTAMP=%lld", (long long)sec);
	snprintf(sig, sizeof(sig), "HTTP_WEBHOOK_SIGNATURE=%s",
	         sign_body("acme", "evt_1", sec, body));
	ck_refused(call_with(METHOD_POST, "/billing/v1/callbacks/acme", again,
	                     HEADERS("HTTP_WEBHOOK_ID=evt_1", ts, sig)),
	           401, "callback-refused");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"), 0);
}
END_TEST

TESTS_WITH("billing examples", billing_begin, NULL, pause_twice_is_applied_and_then_a_duplicate,
           a_late_pause_after_an_unpause_is_stale,
           a_late_unpause_does_not_bring_a_terminated_account_back,
           a_pause_before_its_entity_waits_for_it,
           a_terminate_before_its_entity_keeps_it_from_being_made,
           a_later_new_entity_restores_a_terminated_account,
           an_unknown_address_code_waits_for_a_person_who_maps_it,
           a_camera_of_another_customer_is_not_attached, an_older_password_does_not_come_back,
           a_shorter_list_of_cameras_detaches_what_is_missing,
           licences_given_back_in_time_are_there_again, an_unknown_type_is_kept_for_a_person,
           the_same_id_with_another_body_is_a_conflict,
           the_previous_secret_is_good_until_it_is_retired,
           the_newest_secret_is_good_however_many_older_ones_are,
           a_body_that_was_written_anew_is_refused);
