/* What is newer stays: passwords of a return, parts of a snapshot, what a person decided. */
#include <stdio.h>
#include <string.h>

#include "billing/step.h"
#include "module/billing.h"

static const char *password_hash(void)
{
	return text_of("SELECT password_hash AS s FROM person WHERE login = 'c1'");
}

START_TEST(the_password_of_the_newest_beginning_is_the_one_that_counts)
{
	const char *first;

	new_entity(1, 5);
	first = password_hash();
	ck_noop(SAY(.type = "update_password", .seq = 4, .data = "{\"password\":\"old\"}"),
	        "stale");
	ck_applied(SAY(.type = "terminate_entity", .seq = 6));
	ck_applied(SAY(.type = "new_entity", .seq = 8,
	               .data = "{\"login\":\"c1\",\"password\":\"of the return\"}"));
	ck_assert_str_ne(password_hash(), first);
	ck_noop(SAY(.type = "update_password", .seq = 7, .data = "{\"password\":\"old\"}"),
	        "stale");
}
END_TEST

START_TEST(what_a_person_decided_keeps_no_password_and_is_forgotten_in_its_time)
{
	char path[120];

	new_entity(1, 0);
	for (int i = 0; i < 2; i++) {
		ck_event(SAY(.id = i ? "evt_1" : "evt_0", .type = "update_password",
		             .at = "2099-01-01T00:00:00Z", .data = "{\"password\":\"later\"}"),
		         202, "quarantined");
		acts_as_new(reseller_id, ROLE_RESELLER_BILLING, i ? "ben" : "bob");
		snprintf(path, sizeof(path), "/api/v1/billing-events/%s/%s",
		         id_text(ID_EVENT, number_of("SELECT seq AS n FROM billing_event"
		                                     " WHERE event_id = 'evt_%d'",
		                                     i)),
		         i ? "replay" : "dismiss");
		ck_status(call(METHOD_POST, path, i ? "{}" : "{\"reason_text\":\"x\"}"), 200);
	}
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE sealed_password IS NOT NULL"),
	                 0);
	let_pass(401 * INT64_C(86400));
	sweep();
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"), 0);
}
END_TEST

#define SHARE(n, status, l1) \
	"{\"external_id\":\"C-" n "\",\"status\":\"" status "\",\"cameras\":[],\"licences\":" \
	"{\"analytic_l1\":" l1 ",\"analytic_l2\":2,\"analytic_l3\":3,\"analytic_l4\":4}}"

START_TEST(of_an_old_snapshot_only_what_is_not_newer_counts)
{
	new_entity(1, 1);
	new_entity(2, 1);
	ck_applied(SAY(.type = "new_camera", .kind = "camera", .key = "A",
	               .data = "{\"camera_external_id\":\"A\",\"mac\":\"11:22:33:44:55:01\","
	                       "\"serial_number\":\"SA\"}"));
	ck_applied(SAY(.type = "sync_cameras", .seq = 2,
	               .data = "{\"camera_external_ids\":[\"A\"]}"));
	ck_applied(SAY(.type = "set_licenses", .seq = 4, .data = "{\"analytic_l1\":1}"));
	ck_noop(SAY(.type = "unpause_entity", .seq = 5), "not_paused");
	ck_event(SAY(.id = "evt_s", .type = "snapshot", .key = "all",
	             .data = "{\"as_of\":\"2026-03-01T00:00:00Z\",\"entities\":[" SHARE(
			     "1", "blocked", "9") "]}"),
	         202, "received");
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_s"), "noop");
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_assert_int_eq(number_of("SELECT SUM(quantity) AS n FROM entitlement"), 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device"
	                           " WHERE account_id IS NOT NULL"),
	                 1);
	/* A newer one counts, and with ten differences nobody is asked. */
	ck_event(SAY(.id = "evt_t", .type = "snapshot", .key = "all",
	             .data = "{\"as_of\":\"2099-01-01T00:00:00Z\",\"entities\":[" SHARE(
			     "1", "active", "9") "," SHARE("2", "blocked", "9") "]}"),
	         202, "received");
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(
		text_of("SELECT answer AS s FROM billing_event WHERE event_id = 'evt_t'"),
		"{\"differences\":10,\"unknown\":0}");
	ck_assert_str_eq(event_state("evt_t"), "applied");
	ck_assert_str_eq(state_of("C-2"), "suspended");
	ck_assert_int_eq(number_of("SELECT SUM(quantity) AS n FROM entitlement"), 36);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device"
	                           " WHERE account_id IS NOT NULL"),
	                 0);
}
END_TEST

TESTS_WITH("billing newer", billing_begin, NULL,
           the_password_of_the_newest_beginning_is_the_one_that_counts,
           what_a_person_decided_keeps_no_password_and_is_forgotten_in_its_time,
           of_an_old_snapshot_only_what_is_not_newer_counts);
