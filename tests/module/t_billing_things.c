/* Places, cameras, licences and snapshots by billing. */
#include <stdio.h>
#include <string.h>

#include "module/billing.h"

static void know_csa(const char *code)
{
	run_sql("INSERT INTO csa (code, city, street, house, added_at) VALUES"
	        " ('%s', 'Warszawa', 'Prosta', '2', UTC_TIMESTAMP(6))",
	        code);
}

static int64_t devices(const char *where)
{
	return number_of("SELECT COUNT(*) AS n FROM device WHERE removed_at IS NULL AND %s",
	                 where);
}

/* --- places --------------------------------------------------------------------- */

START_TEST(a_place_in_a_house_stands_below_its_building_and_entrance)
{
#define HOUSE(csa, entrance, flat) \
	"{\"csa\":\"" csa "\",\"address\":{\"entrance\":\"" entrance "\"," \
	"\"apartment\":\"" flat "\"}}"
	new_entity(1, 1);
	know_csa("77");
	know_csa("78");
	know_csa("79");
	ck_applied(SAY(.type = "create_location", .seq = 2, .data = HOUSE("77", "2", "11")));
	ck_applied(SAY(.type = "create_location", .seq = 3, .data = HOUSE("78", "2", "12")));
	ck_applied(SAY(.type = "create_location", .seq = 4, .data = HOUSE("79", "3", "21")));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site WHERE kind = 'building'"
	                           " AND name = 'Prosta 2' AND parent_site_id IS NULL"),
	                 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site e JOIN site b"
	                           " ON b.id = e.parent_site_id AND b.kind = 'building'"
	                           " WHERE e.kind = 'entrance'"),
	                 2);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site a JOIN site e"
	                           " ON e.id = a.parent_site_id AND e.kind = 'entrance'"
	                           " AND e.name = '2' WHERE a.kind = 'apartment'"),
	                 2);
	ck_applied(SAY(.type = "delete_location", .seq = 5, .data = "{\"csa\":\"77\"}"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site WHERE kind <> 'hq'"), 5);
	ck_applied(SAY(.type = "delete_location", .seq = 6, .data = "{\"csa\":\"79\"}"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site WHERE kind <> 'hq'"), 3);
	ck_applied(SAY(.type = "delete_location", .seq = 7, .data = "{\"csa\":\"78\"}"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site WHERE kind <> 'hq'"), 0);
}
END_TEST

START_TEST(a_location_with_a_known_code_becomes_a_site)
{
	new_entity(1, 1);
	know_csa("77");
	ck_applied(
		SAY(.type = "create_location", .seq = 2,
	            .data = "{\"location_external_id\":\"L-1\",\"csa\":\"77\","
	                    "\"contract_no\":\"K-1\",\"kind\":\"legal\","
	                    "\"address\":{\"entrance\":\"2\"},\"lat\":52.23,\"lon\":21.01}"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site WHERE account_id = %lld"
	                           " AND external_id = 'L-1' AND csa_code = '77'"
	                           " AND contract_no = 'K-1' AND street = 'Prosta'"
	                           " AND latitude = 52230000 AND origin = 'billing'",
	                           (long long)account_of("C-1")),
	                 1);
	ck_noop(SAY(.type = "create_location", .seq = 3,
	            .data = "{\"location_external_id\":\"L-1\",\"csa\":\"77\"}"),
	        "already_so");
	know_csa("78");
	ck_waits(SAY(.type = "create_location", .seq = 4,
	             .data = "{\"location_external_id\":\"L-1\",\"csa\":\"78\"}"),
	         "location_conflict");
}
END_TEST

START_TEST(a_location_may_be_its_own_subject)
{
	know_csa("77");
	know_csa("78");
	ck_event(SAY(.id = "evt_l", .type = "create_location", .kind = "location", .key = "L-1",
	             .data = "{\"csa\":\"77\",\"contract_no\":\"K-1\",\"location_external_id\":"
	                     "\"L-1\"}"),
	         202, "deferred");
	new_entity(1, 1);
	ck_assert_str_eq(event_state("evt_l"), "applied");
	ck_applied(SAY(.type = "create_location", .kind = "location", .key = "L-2",
	               .login = "c1",
	               .data = "{\"csa\":\"78\",\"location_external_id\":\"L-2\"}"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site WHERE account_id = %lld"
	                           " AND external_id IN ('L-1', 'L-2')",
	                           (long long)account_of("C-1")),
	                 2);
}
END_TEST

START_TEST(a_location_with_cameras_is_not_deleted_unless_forced)
{
	struct answer a;

	new_entity(1, 1);
	know_csa("77");
	ck_applied(SAY(.type = "create_location", .seq = 2,
	               .data = "{\"location_external_id\":\"L-1\",\"csa\":\"77\"}"));
	ck_applied(SAY(.type = "attach_camera", .seq = 3,
	               .data = "{\"camera_external_id\":\"A\",\"mac\":\"11:22:33:44:55:66\","
	                       "\"serial_number\":\"S\",\"csa\":\"77\"}"));
	a = SAY(.type = "delete_location", .seq = 4,
	        .data = "{\"location_external_id\":\"L-1\"}");
	ck_waits(a, "not_empty");
	ck_assert_str_eq(text_at(&a, "/devices/0"), "A");
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	run_sql("UPDATE billing_event SET state = 'dismissed' WHERE state = 'quarantined'");
	ck_applied(SAY(.type = "delete_location", .seq = 5,
	               .data = "{\"location_external_id\":\"L-1\",\"force\":true}"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM site WHERE external_id = 'L-1'"),
	                 0);
	ck_assert_int_eq(devices("account_id IS NOT NULL AND site_id IS NULL"), 1);
	ck_noop(SAY(.type = "delete_location", .seq = 6,
	            .data = "{\"location_external_id\":\"L-1\"}"),
	        "missing");
}
END_TEST

START_TEST(a_location_moves_with_its_cameras)
{
	new_entity(1, 1);
	know_csa("77");
	know_csa("78");
	ck_applied(SAY(.type = "create_location", .seq = 2,
	               .data = "{\"location_external_id\":\"L-1\",\"csa\":\"77\"}"));
	ck_applied(SAY(.type = "attach_camera", .seq = 3,
	               .data = "{\"mac\":\"11:22:33:44:55:66\",\"serial_number\":\"S\","
	                       "\"location_external_id\":\"L-1\"}"));
	ck_applied(SAY(.type = "update_location", .seq = 4,
	               .data = "{\"location_external_id\":\"L-1\",\"csa\":\"78\","
	                       "\"address\":{\"street\":\"Nowa\"}}"));
	ck_assert_int_eq(number_of(
				 "SELECT COUNT(*) AS n FROM site s JOIN device d ON d.site_id ="
				 " s.id WHERE s.csa_code = '78' AND s.street = 'Nowa'"),
	                 1);
	ck_waits(SAY(.type = "update_location", .seq = 5,
	             .data = "{\"location_external_id\":\"L-9\",\"csa\":\"78\"}"),
	         "unknown_location");
}
END_TEST

/* --- cameras ---------------------------------------------------------------------- */

#define CAM "\"mac\":\"11:22:33:44:55:66\",\"serial_number\":\"SN1\""

START_TEST(a_new_camera_goes_to_stock)
{
	ck_applied(SAY(.type = "new_camera", .kind = "camera", .key = "CAM-9",
	               .data = "{\"camera_external_id\":\"CAM-9\"," CAM ",\"vendor\":\"V\"}"));
	ck_assert_int_eq(devices("account_id IS NULL AND mac = '11:22:33:44:55:66'"
	                         " AND external_id = 'CAM-9'"),
	                 1);
	ck_noop(SAY(.type = "new_camera", .kind = "camera", .key = "CAM-9",
	            .data = "{\"camera_external_id\":\"CAM-9\"," CAM ",\"vendor\":\"V\"}"),
	        "already_so");
	ck_waits(SAY(.type = "new_camera", .kind = "camera", .key = "CAM-10",
	             .data = "{\"mac\":\"11:22:33:44:55:66\",\"serial_number\":\"SN2\"}"),
	         "identity_conflict");
	ck_waits(SAY(.type = "new_camera", .kind = "camera", .key = "CAM-11",
	             .data = "{\"mac\":\"11:22:33:44:55:67\",\"serial_number\":\"SN1\","
	                     "\"vendor\":\"V\"}"),
	         "identity_conflict");
	ck_assert_int_eq(devices("1"), 1);
}
END_TEST

START_TEST(without_provisioning_a_camera_is_offered_to_a_person)
{
	char path[120];
	struct answer a;

	CHANGE_SOURCE(.auto_provisioning = { true, false });
	ck_noop(SAY(.id = "evt_c", .type = "new_camera", .kind = "camera", .key = "CAM-9",
	            .seq = 1, .data = "{" CAM "}"),
	        "auto_provisioning_off");
	ck_assert_int_eq(devices("1"), 0);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	snprintf(path, sizeof(path), "/api/v1/billing-events/%s/replay",
	         id_text(ID_EVENT, number_of("SELECT seq AS n FROM billing_event"
	                                     " WHERE event_id = 'evt_c'")));
	a = call(METHOD_POST, path, "{}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "applied");
	ck_assert_int_eq(devices("1"), 1);
}
END_TEST

START_TEST(attaching_makes_what_is_missing_and_is_no_news_twice)
{
	new_entity(1, 1);
	know_csa("77");
	ck_applied(SAY(.type = "attach_camera", .seq = 2,
	               .data = "{\"camera_external_id\":\"CAM-9\"," CAM ",\"login\":\"c1\","
	                       "\"csa\":\"77\",\"service\":\"8MP\",\"archive_days\":30,"
	                       "\"po\":\"PO-1\",\"name\":\"Gate\"}"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device d JOIN site s ON s.id ="
	                           " d.site_id WHERE d.name = 'Gate' AND d.service = '8MP'"
	                           " AND d.archive_days = 30 AND d.purchase_order = 'PO-1'"
	                           " AND s.csa_code = '77'"),
	                 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device_grant WHERE history_from >"
	                           " UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE"),
	                 1);
	ck_noop(SAY(.type = "attach_camera", .seq = 3,
	            .data = "{" CAM ",\"login\":\"c1\",\"service\":\"8MP\"}"),
	        "already_so");
	ck_applied(SAY(.type = "attach_camera", .seq = 4,
	               .data = "{" CAM ",\"login\":\"c1\",\"archive_days\":7}"));
	ck_assert_int_eq(number_of("SELECT archive_days AS n FROM device"), 7);
	ck_waits(SAY(.type = "attach_camera", .seq = 5,
	             .data = "{\"camera_external_id\":\"X\"}"),
	         "unknown_camera");
}
END_TEST

START_TEST(nothing_is_attached_where_the_address_is_unknown)
{
	struct answer a;

	new_entity(1, 1);
	a = SAY(.id = "evt_a", .type = "attach_camera", .seq = 2,
	        .data = "{" CAM ",\"login\":\"c1\",\"csa\":\"99\"}");
	ck_waits(a, "unknown_csa");
	ck_assert_str_eq(event_type_of("evt_a"), "billing.attach_camera_unknown_csa");
	ck_assert_int_eq(devices("1"), 0);
	/* A location of that code is on its way: no reason to ask a person. */
	ck_event(SAY(.type = "create_location", .kind = "location", .key = "L-7",
	             .data = "{\"csa\":\"98\",\"contract_no\":\"K-9\",\"location_external_id\":"
	                     "\"L-7\"}"),
	         202, "deferred");
	ck_event(SAY(.id = "evt_b", .type = "attach_camera", .key = "C-1",
	             .data = "{\"mac\":\"11:22:33:44:55:77\",\"serial_number\":\"S7\","
	                     "\"csa\":\"98\",\"location_external_id\":\"L-7\"}"),
	         202, "deferred");
	ck_assert_str_eq(event_reason("evt_b"), "location_pending");
	/* Nor does the one that waits for a person hold up another camera. */
	ck_applied(SAY(.type = "attach_camera", .data = "{\"mac\":\"11:22:33:44:55:88\","
	                                                "\"serial_number\":\"S8\"}"));
}
END_TEST

START_TEST(a_replaced_camera_hands_its_place_on)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "attach_camera", .seq = 2,
	               .data = "{" CAM ",\"name\":\"Gate\",\"archive_days\":30}"));
	ck_applied(SAY(.type = "attach_camera", .seq = 3,
	               .data = "{\"mac\":\"11:22:33:44:55:77\",\"serial_number\":\"SN7\","
	                       "\"replace\":1,\"replaces\":{\"mac\":\"112233445566\"}}"));
	ck_assert_int_eq(devices("mac = '11:22:33:44:55:66' AND account_id IS NULL"), 1);
	ck_assert_int_eq(devices("mac = '11:22:33:44:55:77' AND account_id IS NOT NULL"
	                         " AND name = 'Gate' AND archive_days = 30"),
	                 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device_grant"), 1);
}
END_TEST

START_TEST(detaching_takes_the_grants_and_keeps_the_device)
{
	new_entity(1, 1);
	new_entity(2, 1);
	ck_applied(SAY(.type = "attach_camera", .seq = 2,
	               .data = "{\"camera_external_id\":\"CAM-9\"," CAM "}"));
	ck_noop(SAY(.type = "detach_camera", .key = "C-2", .seq = 2,
	            .data = "{\"camera_external_id\":\"CAM-9\"}"),
	        "not_attached");
	ck_waits(SAY(.type = "detach_camera", .kind = "camera", .key = "CAM-9",
	             .data = "{\"camera_external_id\":\"CAM-9\"}"),
	         "owner_unknown");
	ck_applied(SAY(.type = "detach_camera", .seq = 4,
	               .data = "{\"camera_external_id\":\"CAM-9\",\"login\":\"c1\"}"));
	ck_assert_int_eq(devices("account_id IS NULL"), 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device_grant"), 0);
	/* A late attach does not bring it back. */
	ck_noop(SAY(.type = "attach_camera", .seq = 3,
	            .data = "{\"camera_external_id\":\"CAM-9\"," CAM "}"),
	        "stale");
	ck_applied(SAY(.type = "delete_camera", .kind = "camera", .key = "CAM-9",
	               .data = "{\"camera_external_id\":\"CAM-9\"}"));
	ck_assert_int_eq(devices("1"), 0);
	ck_noop(SAY(.type = "delete_camera", .kind = "camera", .key = "CAM-9", .seq = 9,
	            .data = "{\"camera_external_id\":\"CAM-9\"}"),
	        "missing");
}
END_TEST

START_TEST(another_source_cannot_touch_a_camera)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "attach_camera", .seq = 2,
	               .data = "{\"camera_external_id\":\"CAM-9\"," CAM "}"));
	ck_noop(SAY(.source = "other", .type = "delete_camera", .kind = "camera",
	            .key = "CAM-9", .data = "{\"mac\":\"11:22:33:44:55:66\"}"),
	        "missing");
	ck_applied(SAY(.source = "other", .type = "new_entity", .key = "C-1",
	               .data = "{\"login\":\"theirs\",\"password\":\"p\"}"));
	ck_noop(SAY(.source = "other", .type = "detach_camera", .key = "C-1",
	            .data = "{\"mac\":\"11:22:33:44:55:66\"}"),
	        "not_attached");
	ck_waits(SAY(.source = "other", .type = "attach_camera", .key = "C-1",
	             .data = "{" CAM "}"),
	         "owned_by_other");
	ck_assert_int_eq(number_of("SELECT account_id AS n FROM device"), account_of("C-1"));
}
END_TEST

START_TEST(what_a_list_of_cameras_names_in_vain_is_left_for_a_person)
{
	struct answer a;

	new_entity(1, 1);
	new_entity(2, 1);
	ck_applied(SAY(.type = "new_camera", .kind = "camera", .key = "A",
	               .data = "{\"camera_external_id\":\"A\"," CAM "}"));
	ck_applied(SAY(.type = "attach_camera", .key = "C-2", .seq = 2,
	               .data = "{\"camera_external_id\":\"B\",\"mac\":\"11:22:33:44:55:77\","
	                       "\"serial_number\":\"SB\"}"));
	a = SAY(.type = "sync_cameras", .seq = 2,
	        .data = "{\"camera_external_ids\":[{\"external_id\":\"A\",\"status\":"
	                "\"blocked\"},"
	                "\"B\",\"X\"],\"public_group_external_ids\":[\"G\"]}");
	ck_applied(a);
	ck_assert_uint_eq(length_at(&a, "/unresolved"), 2);
	ck_assert_str_eq(text_at(&a, "/unresolved_groups/0"), "G");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE state ="
	                           " 'quarantined' AND state_reason = 'unresolved'"),
	                 1);
	ck_assert_int_eq(devices("external_id = 'A' AND account_id IS NOT NULL"), 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device_grant g JOIN device d ON"
	                           " d.id = g.device_id WHERE d.external_id = 'A'"
	                           " AND g.state = 'blocked'"),
	                 1);
	ck_assert_int_eq(
		number_of("SELECT account_id AS n FROM device WHERE external_id = 'B'"),
		account_of("C-2"));
	/* A list that was sent earlier and comes late does not undo it. */
	ck_noop(SAY(.type = "sync_cameras", .seq = 1, .data = "{\"camera_external_ids\":[]}"),
	        "stale");
}
END_TEST

START_TEST(a_long_list_is_the_workers)
{
	static char data[20000];
	size_t n = (size_t)snprintf(data, sizeof(data), "{\"camera_external_ids\":[\"A\"");

	for (int i = 0; i < 500; i++)
		n += (size_t)snprintf(data + n, sizeof(data) - n, ",\"none-%d\"", i);
	snprintf(data + n, sizeof(data) - n, "]}");
	new_entity(1, 1);
	ck_applied(SAY(.type = "new_camera", .kind = "camera", .key = "A",
	               .data = "{\"camera_external_id\":\"A\"," CAM "}"));
	ck_event(SAY(.id = "evt_s", .type = "sync_cameras", .seq = 2, .data = data), 202,
	         "received");
	ck_assert_int_eq(devices("account_id IS NOT NULL"), 0);
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_s"), "applied");
	ck_assert_int_eq(devices("account_id IS NOT NULL"), 1);
}
END_TEST

/* --- licences and snapshots --------------------------------------------------------- */

START_TEST(checking_licences_changes_none)
{
	struct answer a;

	new_entity(1, 1);
	ck_applied(SAY(.type = "set_licenses", .seq = 2,
	               .data = "{\"analytic_l1\":2,\"analytic_l2\":5}"));
	a = SAY(.type = "check_licenses", .seq = 3,
	        .data = "{\"analytic_l1\":null,\"analytic_l2\":7}");
	ck_noop(a, "dry_run");
	ck_assert_str_eq(text_at(&a, "/would/analytic_l1/effect"), "removed");
	ck_assert_str_eq(text_at(&a, "/would/analytic_l2/effect"), "increased");
	ck_assert_int_eq(number_of("SELECT SUM(quantity) AS n FROM entitlement"), 7);
	/* A level that is not named stays; null is none. */
	ck_applied(SAY(.type = "set_licenses", .seq = 4, .data = "{\"analytic_l1\":null}"));
	ck_assert_int_eq(number_of("SELECT SUM(quantity) AS n FROM entitlement WHERE state ="
	                           " 'active'"),
	                 5);
}
END_TEST

START_TEST(a_snapshot_with_few_differences_sets_them_right)
{
	new_entity(1, 0);
	new_entity(2, 0);
	ck_event(SAY(.id = "evt_s", .type = "snapshot", .key = "all",
	             .data = "{\"as_of\":\"2099-01-01T00:00:00Z\",\"entities\":["
	                     "{\"external_id\":\"C-1\",\"status\":\"blocked\","
	                     "\"licences\":{\"analytic_l1\":4}},"
	                     "{\"external_id\":\"C-2\",\"status\":\"active\"}]}"),
	         202, "received");
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(
		text_of("SELECT answer AS s FROM billing_event WHERE event_id = 'evt_s'"),
		"{\"differences\":2,\"unknown\":0}");
	ck_assert_str_eq(event_state("evt_s"), "applied");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_assert_str_eq(state_of("C-2"), "active");
	ck_assert_int_eq(number_of("SELECT quantity AS n FROM entitlement"), 4);
}
END_TEST

START_TEST(a_snapshot_with_many_differences_is_for_a_person)
{
	static char data[4000];
	size_t n = (size_t)snprintf(data, sizeof(data),
	                            "{\"as_of\":\"2026-03-01T00:00:00Z\",\"entities\":["
	                            "{\"external_id\":\"C-1\",\"status\":\"blocked\"}");

	for (int i = 0; i < 12; i++)
		n += (size_t)snprintf(data + n, sizeof(data) - n,
		                      ",{\"external_id\":\"N-%d\",\"status\":\"active\"}", i);
	snprintf(data + n, sizeof(data) - n, "]}");
	new_entity(1, 0);
	ck_event(SAY(.id = "evt_s", .type = "snapshot", .key = "all", .data = data), 202,
	         "received");
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_s"), "quarantined");
	ck_assert_str_eq(event_reason("evt_s"), "too_many_differences");
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

TESTS_WITH(
	"billing things", billing_begin, NULL,
	a_place_in_a_house_stands_below_its_building_and_entrance,
	a_location_with_a_known_code_becomes_a_site, a_location_may_be_its_own_subject,
	a_location_with_cameras_is_not_deleted_unless_forced, a_location_moves_with_its_cameras,
	a_new_camera_goes_to_stock, without_provisioning_a_camera_is_offered_to_a_person,
	attaching_makes_what_is_missing_and_is_no_news_twice,
	nothing_is_attached_where_the_address_is_unknown, a_replaced_camera_hands_its_place_on,
	detaching_takes_the_grants_and_keeps_the_device, another_source_cannot_touch_a_camera,
	what_a_list_of_cameras_names_in_vain_is_left_for_a_person, a_long_list_is_the_workers,
	checking_licences_changes_none, a_snapshot_with_few_differences_sets_them_right,
	a_snapshot_with_many_differences_is_for_a_person);
