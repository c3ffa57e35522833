/* What belongs to an account: contacts, sites, devices, entitlements. */
#include <stdio.h>
#include <string.h>

#include "accounts/sites.h"
#include "devices/devices.h"
#include "module/harness.h"

static int64_t north, south, customer, neighbour;

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	customer = make_account(north, "customer", "Customer");
	neighbour = make_account(south, "customer", "Neighbour");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
}

static const char *under(int64_t account, const char *what, const char *id)
{
	return account_path(account, arena_printf(harness_ctx()->mem, "/%s/%s", what, id));
}

START_TEST(contacts_are_added_changed_and_removed)
{
	struct answer a = call(METHOD_POST, account_path(customer, "/contacts"),
	                       "{\"role\":\"technical\",\"name\":\"Žofie Nová\","
	                       "\"phone\":\"+420 777 123 456\"}");
	const char *id = text_at(&a, "/id");

	ck_status(a, 201);
	a = call(METHOD_GET, "/api/v1/accounts?q=zofie", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = call(METHOD_GET, "/api/v1/accounts?q=420777123", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = call_if(METHOD_PATCH, under(customer, "contacts", id), "{\"phone\":null}",
	            "\"v1\"");
	ck_status(a, 200);
	ck_assert(!is_at(&a, "/phone"));
	ck_assert_str_eq(text_at(&a, "/name"), "Žofie Nová");
	ck_refused(call_if(METHOD_PATCH, under(customer, "contacts", id), "{\"note\":\"x\"}",
	                   "\"v1\""),
	           412, "changed-meanwhile");
	ck_status(call_if(METHOD_DELETE, under(customer, "contacts", id), NULL, "\"v2\""), 204);
	ck_status(call(METHOD_GET, under(customer, "contacts", id), NULL), 404);
	a = call(METHOD_GET, "/api/v1/accounts?q=zofie", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action LIKE 'contact.%'"),
	                 3);
}
END_TEST

START_TEST(a_contact_or_site_of_another_account_does_not_exist)
{
	struct answer a = call(METHOD_POST, account_path(customer, "/contacts"),
	                       "{\"role\":\"owner\",\"name\":\"x\"}");
	struct answer s = call(METHOD_POST, account_path(customer, "/sites"),
	                       "{\"kind\":\"building\",\"name\":\"x\"}");
	int64_t brother = make_account(north, "customer", "Brother");
	const char *con = text_at(&a, "/id"), *sit = text_at(&s, "/id");

	/* Neither by a sister account the caller sees, nor by one he does not. */
	ck_status(call(METHOD_GET, under(brother, "contacts", con), NULL), 404);
	ck_status(call(METHOD_GET, under(brother, "sites", sit), NULL), 404);
	ck_status(call_if(METHOD_DELETE, under(brother, "contacts", con), NULL, "\"v1\""), 404);
	ck_status(call_if(METHOD_PATCH, under(brother, "sites", sit), "{\"name\":\"y\"}",
	                  "\"v1\""),
	          404);
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "other");
	ck_status(call(METHOD_GET, under(customer, "contacts", con), NULL), 404);
	ck_status(call(METHOD_GET, under(neighbour, "sites", sit), NULL), 404);
	ck_status(call_if(METHOD_DELETE, under(customer, "sites", sit), NULL, "\"v1\""), 404);
}
END_TEST

START_TEST(an_organisation_has_one_headquarters_that_stay)
{
	struct answer a = call(METHOD_GET, account_path(customer, "/sites"), NULL);
	const char *hq = text_at(&a, "/items/0/id");

	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/kind"), "hq");
	ck_refused(call_if(METHOD_DELETE, under(customer, "sites", hq), NULL, "\"v1\""), 409,
	           "site-is-hq");
	a = call(METHOD_POST, account_path(customer, "/sites"),
	         "{\"kind\":\"hq\",\"name\":\"x\"}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/kind"), "made-by-itself");
	a = call_if(METHOD_PATCH, under(customer, "sites", hq), "{\"kind\":\"building\"}",
	            "\"v1\"");
	ck_status(a, 422);
	ck_status(call_if(METHOD_PATCH, under(customer, "sites", hq), "{\"city\":\"Oslo\"}",
	                  "\"v1\""),
	          200);
}
END_TEST

START_TEST(a_change_that_changes_nothing_leaves_the_version)
{
	struct answer s = call(METHOD_POST, account_path(customer, "/sites"),
	                       "{\"kind\":\"location\",\"name\":\"Here\"}");
	const char *id = text_at(&s, "/id");
	struct answer a;

	ck_status(s, 201);
	a = call_if(METHOD_PATCH, under(customer, "sites", id), "{\"name\":\"Here\"}", "\"v1\"");
	ck_status(a, 200);
	ck_version(a, 1);
	a = call_if(METHOD_PATCH, under(customer, "sites", id), "{\"name\":\"There\"}", "\"v1\"");
	ck_status(a, 200);
	ck_version(a, 2);
}
END_TEST

START_TEST(sites_stand_in_sites_but_not_in_a_ring)
{
	struct ctx *c = harness_ctx();
	struct answer a, b;
	const char *outer, *inner;

	a = call(METHOD_POST, account_path(customer, "/sites"),
	         "{\"kind\":\"building\",\"name\":\"House\",\"csa_code\":\"77001\"}");
	outer = text_at(&a, "/id");
	b = call(METHOD_POST, account_path(customer, "/sites"),
	         arena_printf(
			 c->mem,
			 "{\"kind\":\"entrance\",\"name\":\"Door\",\"parent_site_id\":\"%s\"}",
			 outer));
	ck_status(b, 201);
	inner = text_at(&b, "/id");
	a = call_if(METHOD_PATCH, under(customer, "sites", outer),
	            arena_printf(c->mem, "{\"parent_site_id\":\"%s\"}", inner), "\"v1\"");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/parent_site_id"), "goes-round");
	ck_refused(call_if(METHOD_DELETE, under(customer, "sites", outer), NULL, "\"v1\""), 409,
	           "site-in-use");
	ck_refused(call(METHOD_POST, account_path(customer, "/sites"),
	                "{\"kind\":\"building\",\"name\":\"Twin\",\"csa_code\":\"77001\"}"),
	           409, "site-exists");
	ck_status(call_if(METHOD_DELETE, under(customer, "sites", inner), NULL, "\"v1\""), 204);
	ck_status(call_if(METHOD_DELETE, under(customer, "sites", outer), NULL, "\"v1\""), 204);
}
END_TEST

/* A camera with a given number of streams; its status follows. */
static const struct {
	int total, active, initial;
	const char *status;
} streams[] = {
	{ 0, 0, 0, "empty" },   { 2, 2, 1, "initial" },  { 2, 2, 0, "active" },
	{ 2, 1, 0, "partial" }, { 2, 0, 0, "inactive" },
};

START_TEST(the_status_of_a_camera_follows_from_its_streams)
{
	struct answer a;

	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		scratch_run(
			arena_printf(harness_ctx()->mem,
		                     "INSERT INTO device (kind, account_id, name, uuid,"
		                     " streams_total, streams_active, initialising, created_at,"
		                     " updated_at) VALUES ('camera', %lld, 'c', UUID(), %d, %d,"
		                     " %d, NOW(6), NOW(6))",
		                     (long long)customer, streams[i].total, streams[i].active,
		                     streams[i].initial));
	a = call(METHOD_GET, account_path(customer, "/devices"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), ARRAY_LEN(streams));
	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		ck_assert_str_eq(
			text_at(&a, arena_printf(harness_ctx()->mem, "/items/%zu/status", i)),
			streams[i].status);
	ck_status(call(METHOD_GET, account_path(neighbour, "/devices"), NULL), 404);
}
END_TEST

/* The verbs billing calls: from stock to an account, on to another device, and back. */
static enum err move_about(void *arg)
{
	struct ctx *c = harness_ctx();
	struct device_new first = { .mac = "02:00:00:00:00:01", .vendor = "V", .serial = "1" };
	struct device_new second = { .mac = "02:00:00:00:00:02", .vendor = "V", .serial = "2" };
	struct device_edit edit = { .name = "Gate",
		                    .service = "8MP",
		                    .archive_days = { true, 30 } };
	int64_t *ids = arg;
	enum err e = devices_create(c, &first, &ids[0]);

	if (!e)
		e = devices_create(c, &second, &ids[1]);
	if (!e)
		e = devices_attach(c, ids[0], customer, &edit);
	return e ? e : devices_replace(c, ids[0], ids[1]);
}

static enum err take_over(void *arg)
{
	const int64_t *ids = arg;
	struct device_edit edit = { 0 };
	struct ctx *c = harness_ctx();

	ck_assert_int_eq(devices_attach(c, ids[1], neighbour, &edit), ERR_CONFLICT);
	ck_assert_str_eq(c->fault.code, "owned-by-other");
	return OK;
}

static enum err give_back(void *arg)
{
	const int64_t *ids = arg;

	return devices_detach(harness_ctx(), ids[1], "moved out");
}

START_TEST(a_camera_is_attached_replaced_and_detached)
{
	int64_t ids[2];
	struct answer a;

	scratch_run("INSERT INTO person (login, name, created_at, created_by_label, updated_at)"
	            " VALUES ('main', 'Main', NOW(6), 'test', NOW(6))");
	scratch_run(arena_printf(
		harness_ctx()->mem,
		"INSERT INTO membership (person_id, account_id, kind, role,"
		" created_at, updated_at) SELECT id, %lld, 'main',"
		" 'customer-owner', NOW(6), NOW(6) FROM person WHERE login = 'main'",
		(long long)customer));
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "UPDATE account SET main_person_id = (SELECT id FROM person"
	                         " WHERE login = 'main') WHERE id = %lld",
	                         (long long)customer));
	harness_tx(move_about, ids);
	a = call(METHOD_GET, account_path(customer, "/devices"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/mac"), "02:00:00:00:00:02");
	ck_assert_str_eq(text_at(&a, "/items/0/name"), "Gate");
	ck_assert_int_eq(number_at(&a, "/items/0/archive_days"), 30);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM device_grant"
	                               " WHERE history_from IS NOT NULL"),
	                 1);
	/* Found by its address, however it is written. */
	a = call(METHOD_GET, "/api/v1/accounts?q=02-00-00-00-00-02", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	a = call(METHOD_GET, "/api/v1/accounts?q=020000000001", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	harness_tx(take_over, ids);
	harness_tx(give_back, ids);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM device_grant"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM device"
	                               " WHERE account_id IS NULL AND name <> 'Gate'"),
	                 2);
}
END_TEST

TESTS_WITH("accounts_parts", begin, NULL, contacts_are_added_changed_and_removed,
           a_contact_or_site_of_another_account_does_not_exist,
           an_organisation_has_one_headquarters_that_stay,
           a_change_that_changes_nothing_leaves_the_version,
           sites_stand_in_sites_but_not_in_a_ring,
           the_status_of_a_camera_follows_from_its_streams,
           a_camera_is_attached_replaced_and_detached);
