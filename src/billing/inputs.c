#include "billing/inputs.h"

#include <string.h>

#include "billing/envelope.h"

#define LOGIN_MAX_CHARS    190
#define PASSWORD_MAX_CHARS 100
#define PROPERTIES_MAX     10
#define PERMISSIONS_MAX    100

static const char *const statuses[] = { "active", "blocked", NULL };
static const char *const modules[] = { "cameras", "intercoms", NULL };

static const char *check_login(const char *s, size_t n)
{
	(void)s;
	return n > EXTERNAL_ID_MAX ? "too-long" : NULL;
}

/* special and subuser are kinds of the billing system's own. */
static const char *check_type(const char *s, size_t n)
{
	(void)n;
	return strcmp(s, "special") == 0 || strcmp(s, "subuser") == 0 ? "not-allowed" : NULL;
}

static const char *check_code(const char *s, size_t n)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
	                       n
	               ? NULL
	               : "not-a-code";
}

static const char *check_ascii(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] >= 0x7f)
			return "not-a-code";
	return NULL;
}

#define EXTERNAL(T, m, ...) \
	JSON_IN(T, m, .nullable = true, .min = 1, .max = EXTERNAL_ID_MAX, \
	        .check = envelope_check_external, ##__VA_ARGS__)
#define TEXT(T, m, n, ...) JSON_IN(T, m, .nullable = true, .max = (n), ##__VA_ARGS__)
#define LOGIN(T, m, ...) \
	JSON_IN(T, m, .min = 1, .max = LOGIN_MAX_CHARS, .check = check_login, ##__VA_ARGS__)
#define OPEN(name, T, entries) \
	const struct json_table name = JSON_TABLE(T, entries, .open = true)

static const struct json_in property_in[] = {
	JSON_IN(struct in_property, type, .need = true, .min = 1, .max = 50),
	JSON_IN(struct in_property, value, .need = true, .max = 254),
};
static OPEN(property_table, struct in_property, property_in);

static const struct json_in info_in[] = {
	EXTERNAL(struct in_billing_info, billing_id),
	JSON_IN(struct in_billing_info, billing_extra, .nullable = true, .max = 16384),
};
static OPEN(info_table, struct in_billing_info, info_in);

static const struct json_in limits_in[] = {
	JSON_IN(struct in_limits, cctv, .nullable = true, .min = 0, .max = 100000),
	JSON_IN(struct in_limits, intercom, .nullable = true, .min = 0, .max = 100000),
	JSON_IN(struct in_limits, total, .nullable = true, .min = 0, .max = 100000),
};
static OPEN(limits_table, struct in_limits, limits_in);

#define ENTITY_COMMON \
	JSON_IN(struct in_entity, can_update_password), \
		JSON_IN(struct in_entity, type, .nullable = true, .max = 50, \
	                .check = check_type), \
		JSON_IN(struct in_entity, status, .words = statuses), \
		JSON_IN(struct in_entity, name, .nullable = true, .max = 200), \
		JSON_IN_SUB(struct in_entity, billing_info, &info_table, .nullable = true), \
		JSON_IN_ROWS(struct in_entity, properties, &property_table, .nullable = true, \
	                     .max = PROPERTIES_MAX), \
		JSON_IN(struct in_entity, contract_no, .nullable = true, .max = 64)

static const struct json_in new_entity_in[] = {
	ENTITY_COMMON,
	LOGIN(struct in_entity, login, .need = true),
	JSON_IN(struct in_entity, password, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_CHARS),
	EXTERNAL(struct in_entity, parent_external_id),
};
OPEN(new_entity_table, struct in_entity, new_entity_in);

static const struct json_in update_entity_in[] = {
	ENTITY_COMMON,
	JSON_IN(struct in_entity, permissions_to_attach, .nullable = true,
	        .max = PERMISSIONS_MAX),
	JSON_IN(struct in_entity, permissions_to_detach, .nullable = true,
	        .max = PERMISSIONS_MAX),
	JSON_IN_SUB(struct in_entity, session_limits, &limits_table, .nullable = true),
};
OPEN(update_entity_table, struct in_entity, update_entity_in);

#define NOTE JSON_IN(struct in_hold, note, .nullable = true, .max = 500, .lines = true)

static const struct json_in pause_in[] = {
	JSON_IN(struct in_hold, reason, .nullable = true, .max = 40, .check = check_code),
	NOTE,
	JSON_IN(struct in_hold, effective_at, .nullable = true),
	JSON_IN(struct in_hold, until, .nullable = true),
	JSON_IN(struct in_hold, module, .nullable = true, .words = modules),
};
OPEN(pause_table, struct in_hold, pause_in);

static const struct json_in unpause_in[] = {
	NOTE,
	JSON_IN(struct in_hold, module, .nullable = true, .words = modules),
};
OPEN(unpause_table, struct in_hold, unpause_in);

static const struct json_in module_in[] = {
	NOTE,
	JSON_IN(struct in_hold, reason, .nullable = true, .max = 40, .check = check_code),
	JSON_IN(struct in_hold, module, .need = true, .words = modules),
	JSON_IN(struct in_hold, status, .need = true, .words = statuses),
};
OPEN(module_table, struct in_hold, module_in);

static const struct json_in terminate_in[] = {
	JSON_IN(struct in_terminate, reason, .nullable = true, .max = 200),
	JSON_IN(struct in_terminate, effective_at, .nullable = true),
	JSON_IN(struct in_terminate, retention_days, .nullable = true, .min = 0, .max = 3650),
	JSON_IN(struct in_terminate, keep_devices),
};
OPEN(terminate_table, struct in_terminate, terminate_in);

static const struct json_in address_in[] = {
	JSON_IN(struct in_address, country, .nullable = true, .max = 2, .check = check_code),
	TEXT(struct in_address, region, 100),
	TEXT(struct in_address, city, 100),
	TEXT(struct in_address, postcode, 20),
	TEXT(struct in_address, street, 200),
	TEXT(struct in_address, house, 20),
	TEXT(struct in_address, entrance, 20),
	TEXT(struct in_address, apartment, 20),
};
static OPEN(address_table, struct in_address, address_in);

#define CSA(T, ...)   JSON_IN(T, csa, .min = 1, .max = 40, .check = check_code, ##__VA_ARGS__)
#define LATITUDE_MAX  INT64_C(90000000)
#define LONGITUDE_MAX INT64_C(180000000)
#define LOCATION_COMMON \
	EXTERNAL(struct in_location, location_external_id), \
		TEXT(struct in_location, contract_no, 64), TEXT(struct in_location, kind, 20), \
		TEXT(struct in_location, name, 200), \
		LOGIN(struct in_location, login, .nullable = true), \
		EXTERNAL(struct in_location, entity_external_id), \
		JSON_IN_SUB(struct in_location, address, &address_table, .nullable = true), \
		JSON_IN(struct in_location, lat, .nullable = true, .min = -LATITUDE_MAX, \
	                .max = LATITUDE_MAX), \
		JSON_IN(struct in_location, lon, .nullable = true, .min = -LONGITUDE_MAX, \
	                .max = LONGITUDE_MAX)

static const struct json_in create_location_in[] = {
	LOCATION_COMMON,
	CSA(struct in_location, .need = true),
};
OPEN(create_location_table, struct in_location, create_location_in);

static const struct json_in update_location_in[] = {
	LOCATION_COMMON,
	CSA(struct in_location, .nullable = true),
};
OPEN(update_location_table, struct in_location, update_location_in);

static const struct json_in delete_location_in[] = {
	LOCATION_COMMON,
	CSA(struct in_location, .nullable = true),
	JSON_IN(struct in_location, force),
};
OPEN(delete_location_table, struct in_location, delete_location_in);

static const struct json_in login_in[] = {
	LOGIN(struct in_login, old_login, .nullable = true),
	LOGIN(struct in_login, login, .need = true),
};
OPEN(login_table, struct in_login, login_in);

static const struct json_in password_in[] = {
	JSON_IN(struct in_password, password, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_CHARS),
	JSON_IN(struct in_password, must_change),
	JSON_IN(struct in_password, keep_sessions),
};
OPEN(password_table, struct in_password, password_in);

#define CAMERA_ID   EXTERNAL(struct in_camera, camera_external_id)
#define CAMERA_MAKE TEXT(struct in_camera, vendor, 100), TEXT(struct in_camera, model, 100)
#define CAMERA_OWNER \
	LOGIN(struct in_camera, login, .nullable = true), \
		EXTERNAL(struct in_camera, entity_external_id), \
		TEXT(struct in_camera, contract_no, 64)
#define MAC_MAX    20
#define SERIAL_MAX 100

static const struct json_in new_camera_in[] = {
	CAMERA_ID,
	CAMERA_MAKE,
	TEXT(struct in_camera, name, 200),
	JSON_IN(struct in_camera, mac, .need = true, .min = 12, .max = MAC_MAX),
	JSON_IN(struct in_camera, serial_number, .need = true, .min = 1, .max = SERIAL_MAX,
	        .check = check_ascii),
};
OPEN(new_camera_table, struct in_camera, new_camera_in);

static const struct json_in old_camera_in[] = {
	TEXT(struct in_old_camera, mac, MAC_MAX),
	EXTERNAL(struct in_old_camera, camera_external_id),
};
static OPEN(old_camera_table, struct in_old_camera, old_camera_in);

static const struct json_in attach_camera_in[] = {
	CAMERA_ID,
	CAMERA_MAKE,
	CAMERA_OWNER,
	TEXT(struct in_camera, mac, MAC_MAX),
	TEXT(struct in_camera, serial_number, SERIAL_MAX, .check = check_ascii),
	CSA(struct in_camera, .nullable = true),
	EXTERNAL(struct in_camera, location_external_id),
	TEXT(struct in_camera, service, 50),
	TEXT(struct in_camera, po, 64),
	TEXT(struct in_camera, name, 200),
	JSON_IN(struct in_camera, archive_days, .nullable = true, .min = 0, .max = 3650),
	JSON_IN(struct in_camera, replace, .min = 0, .max = 1),
	JSON_IN_SUB(struct in_camera, replaces, &old_camera_table, .nullable = true),
};
OPEN(attach_camera_table, struct in_camera, attach_camera_in);

static const struct json_in detach_camera_in[] = {
	CAMERA_ID,
	CAMERA_OWNER,
	TEXT(struct in_camera, mac, MAC_MAX),
	JSON_IN(struct in_camera, delete_archive),
};
OPEN(detach_camera_table, struct in_camera, detach_camera_in);

static const struct json_in delete_camera_in[] = {
	CAMERA_ID,
	TEXT(struct in_camera, mac, MAC_MAX),
	TEXT(struct in_camera, id, EXTERNAL_ID_MAX),
};
OPEN(delete_camera_table, struct in_camera, delete_camera_in);

static const struct json_in cam_status_in[] = {
	JSON_IN(struct in_cam_status, external_id, .need = true, .min = 1,
	        .max = EXTERNAL_ID_MAX, .check = envelope_check_external),
	JSON_IN(struct in_cam_status, status, .nullable = true, .words = statuses),
};
static OPEN(cam_status_table, struct in_cam_status, cam_status_in);

static const struct json_in group_in[] = {
	TEXT(struct in_group, key, 100),
	JSON_IN(struct in_group, group_external_id, .need = true, .min = 1, .max = 190),
	JSON_IN(struct in_group, status, .nullable = true, .words = statuses),
};
static OPEN(group_table, struct in_group, group_in);

static const struct json_in sync_in[] = {
	JSON_IN_ROWS(struct in_sync, camera_external_ids, &cam_status_table, .need = true,
	             .max = SYNC_MAX),
	JSON_IN(struct in_sync, public_group_external_ids, .nullable = true, .max = SYNC_MAX),
	JSON_IN_ROWS(struct in_sync, private_group_external_ids, &group_table, .nullable = true,
	             .max = SYNC_MAX),
};
OPEN(sync_table, struct in_sync, sync_in);

#define LICENCE(m) JSON_IN(struct in_licences, m, .nullable = true, .min = 0, .max = 1000000)
static const struct json_in licences_in[] = {
	LICENCE(analytic_l1),
	LICENCE(analytic_l2),
	LICENCE(analytic_l3),
	LICENCE(analytic_l4),
};
OPEN(licences_table, struct in_licences, licences_in);

static const struct json_in snap_entity_in[] = {
	EXTERNAL(struct in_snap_entity, external_id),
	LOGIN(struct in_snap_entity, login, .nullable = true),
	JSON_IN(struct in_snap_entity, status, .nullable = true, .words = statuses),
	JSON_IN_ROWS(struct in_snap_entity, cameras, &cam_status_table, .nullable = true,
	             .max = SYNC_MAX),
	JSON_IN_SUB(struct in_snap_entity, licences, &licences_table, .nullable = true),
};
static OPEN(snap_entity_table, struct in_snap_entity, snap_entity_in);

static const struct json_in snapshot_in[] = {
	JSON_IN_ROWS(struct in_snapshot, entities, &snap_entity_table, .need = true,
	             .max = SNAPSHOT_MAX),
	JSON_IN(struct in_snapshot, as_of, .need = true),
};
OPEN(snapshot_table, struct in_snapshot, snapshot_in);

/* One that no document fills: of types whose data do not matter. */
static const struct json_in nothing_in[] = {
	{ .name = "\001", .type = JSON_T_BOOL },
};
const struct json_table nothing_table = JSON_TABLE(struct in_nothing, nothing_in, .open = true);
