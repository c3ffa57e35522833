/* The table of event types, and what is wrong with their data. */
#include "billing/types.h"

#include <string.h>

#include "billing/inputs.h"
#include "billing/refusal.h"
#include "lib/suite.h"

static struct arena mem;

static void begin(void)
{
	arena_init(&mem, 8 << 20);
}

START_TEST(there_are_fourteen_documented_types_and_eight_more)
{
	size_t n = 0;

	for (const struct event_type *t = event_types; t->name; t++, n++) {
		ck_assert_ptr_nonnull(t->in);
		ck_assert_msg(strncmp(t->label, "Billing. ", 9) == 0, "%s", t->label);
		ck_assert_msg(!t->effect == !!(t->flags & TYPE_RECORDED), "%s", t->name);
		ck_assert_ptr_eq(type_find(t->name), t);
	}
	ck_assert_uint_eq(n, 22);
	ck_assert_ptr_null(type_find("billing.foo"));
	ck_assert_str_eq(type_label("billing.foo"), "Billing. Unknown type");
}
END_TEST

/* Each line: a type, its data, and the first complaint; NULL is fine. */
static const struct {
	const char *type, *data, *pointer, *code;
} cases[] = {
	{ "billing.new_entity", "{}", "/login", "required" },
	{ "billing.new_entity", "{\"login\":\"a\"}", "/password", "required" },
	{ "billing.new_entity", "{\"login\":\"a\",\"password\":\"\"}", "/password", "empty" },
	{ "billing.new_entity", "{\"login\":7,\"password\":\"p\"}", "/login", "not-a-string" },
	{ "billing.new_entity", "{\"login\":\"a\",\"password\":\"p\",\"type\":\"subuser\"}",
	  "/type", "not-allowed" },
	{ "billing.new_entity", "{\"login\":\"a\",\"password\":\"p\",\"status\":\"gone\"}",
	  "/status", "not-one-of" },
	{ "billing.new_entity",
	  "{\"login\":\"a\",\"password\":\"p\",\"properties\":[{\"type\":\"phone\"}]}",
	  "/properties/0/value", "required" },
	{ "billing.new_entity", "{\"login\":\"a\",\"password\":\"p\",\"unheard\":true}", NULL,
	  NULL },
	{ "billing.pause_entity", "{}", NULL, NULL },
	{ "billing.pause_entity", "{\"module\":null,\"until\":null}", NULL, NULL },
	{ "billing.pause_entity", "{\"module\":\"doors\"}", "/module", "not-one-of" },
	{ "billing.pause_entity", "{\"reason\":\"no money\"}", "/reason", "not-a-code" },
	{ "billing.pause_entity",
	  "{\"effective_at\":\"2026-03-02T00:00:00Z\",\"until\":\"2026-03-01T00:00:00Z\"}",
	  "/until", "before-its-start" },
	{ "billing.terminate_entity", "{\"retention_days\":-1}", "/retention_days",
	  "out-of-range" },
	{ "billing.create_location", "{}", "/csa", "required" },
	{ "billing.create_location", "{\"csa\":\"1\",\"kind\":\"legal\"}", "/contract_no",
	  "required" },
	{ "billing.create_location", "{\"csa\":\"1\",\"lat\":91}", "/lat", "out-of-range" },
	{ "billing.delete_location", "{}", "/location_external_id", "required" },
	{ "billing.update_login", "{}", "/login", "required" },
	{ "billing.update_password", "{}", "/password", "required" },
	{ "billing.new_camera", "{\"mac\":\"11:22:33:44:55:66\"}", "/serial_number",
	  "required" },
	{ "billing.new_camera", "{\"serial_number\":\"S\"}", "/mac", "required" },
	{ "billing.new_camera", "{\"mac\":\"11:22:33:44:55:zz\",\"serial_number\":\"S\"}",
	  "/mac", "not-a-mac" },
	{ "billing.attach_camera", "{}", "/camera_external_id", "required" },
	{ "billing.attach_camera", "{\"camera_external_id\":\"A\",\"archive_days\":-1}",
	  "/archive_days", "out-of-range" },
	{ "billing.attach_camera", "{\"camera_external_id\":\"A\",\"replace\":2}", "/replace",
	  "out-of-range" },
	{ "billing.detach_camera", "{}", "/camera_external_id", "required" },
	{ "billing.sync_cameras", "{}", "/camera_external_ids", "required" },
	{ "billing.sync_cameras", "{\"camera_external_ids\":\"A\"}", "/camera_external_ids",
	  "not-an-array" },
	{ "billing.sync_cameras", "{\"camera_external_ids\":[7]}", "/camera_external_ids/0",
	  "not-an-object" },
	{ "billing.set_licenses", "{\"analytic_l1\":-1}", "/analytic_l1", "out-of-range" },
	{ "billing.set_licenses", "{\"analytic_l1\":null}", NULL, NULL },
	{ "billing.set_module_status", "{}", "/module", "required" },
	{ "billing.snapshot", "{\"entities\":[]}", "/as_of", "required" },
};

START_TEST(wrong_data_are_told_by_pointer_and_code)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct event_type *t = type_find(cases[i].type);
		struct fault f = { 0 };
		struct json_seen seen;
		const void *in;
		enum err e = type_read(&mem, &f, t, cases[i].data, &in, &seen);

		ck_assert_msg((e == OK) == (cases[i].code == NULL), "%s %s: %s", cases[i].type,
		              cases[i].data, f.nfields ? f.fields[0].pointer : "");
		if (!cases[i].code)
			continue;
		ck_assert_int_eq(e, ERR_INVALID);
		ck_assert_str_eq(f.fields[0].pointer, cases[i].pointer);
		ck_assert_str_eq(f.fields[0].code, cases[i].code);
	}
}
END_TEST

START_TEST(a_list_of_cameras_may_mix_ids_and_objects)
{
	const struct event_type *t = type_find("billing.sync_cameras");
	struct fault f = { 0 };
	struct json_seen seen;
	const struct in_sync *in;
	const struct in_cam_status *v;
	const void *got;

	ck_assert_int_eq(type_read(&mem, &f, t,
	                           "{\"camera_external_ids\":[\"A\",{\"external_id\":\"B\","
	                           "\"status\":\"blocked\"}],\"x\":1}",
	                           &got, &seen),
	                 OK);
	in = got;
	v = in->camera_external_ids.v;
	ck_assert_uint_eq(in->camera_external_ids.n, 2);
	ck_assert_str_eq(v[0].external_id, "A");
	ck_assert_ptr_null(v[0].status);
	ck_assert_str_eq(v[1].external_id, "B");
	ck_assert_str_eq(v[1].status, "blocked");
}
END_TEST

START_TEST(complaints_are_written_as_senders_know_them)
{
	struct fault f = { 0 };

	(void)!fault_field(&f, "/login", "required");
	(void)!fault_field(&f, "/properties/0/type", "too-long");
	ck_assert_str_eq(refusal_write(&mem, &f),
	                 "{\"message\":\"The given data was invalid.\",\"errors\":{"
	                 "\"data.login\":[\"The field is required.\"],"
	                 "\"data.properties.0.type\":[\"The text is too long.\"]}}");
}
END_TEST

TESTS_WITH("billing types", begin, NULL, there_are_fourteen_documented_types_and_eight_more,
           wrong_data_are_told_by_pointer_and_code, a_list_of_cameras_may_mix_ids_and_objects,
           complaints_are_written_as_senders_know_them);
