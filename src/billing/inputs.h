/*
 * inputs.h - the data of each event type, as structs and their tables.
 *
 * All tables are open: what a sender says beyond them is kept in the payload
 * and passed over.  PATCH-like types look at what was named (work_has()).
 */
#ifndef BILLING_INPUTS_H
#define BILLING_INPUTS_H

#include "json/json_in.h"

struct in_property {
	const char *type, *value;
};

struct in_billing_info {
	const char *billing_id;
	struct json_text billing_extra;
};

struct in_limits {
	struct opt cctv, intercom, total;
};

/* new_entity and update_entity: the second names only what changes. */
struct in_entity {
	const char *login, *password;
	bool can_update_password;
	const char *type, *status, *name;
	struct in_billing_info billing_info;
	struct row_list properties; /* of struct in_property */
	const char *contract_no, *parent_external_id;
	struct str_list permissions_to_attach, permissions_to_detach;
	struct in_limits session_limits;
};

struct in_hold {
	const char *reason, *note, *module, *status;
	struct stamp effective_at, until;
};

struct in_terminate {
	const char *reason;
	struct stamp effective_at;
	struct opt retention_days;
	bool keep_devices; /* absent: true */
};

struct in_address {
	const char *country, *region, *city, *postcode, *street, *house, *entrance, *apartment;
};

struct in_location {
	const char *location_external_id, *csa, *contract_no, *kind, *name, *login;
	const char *entity_external_id;
	struct in_address address;
	struct micro lat, lon;
	bool force;
};

struct in_login {
	const char *old_login, *login;
};

struct in_password {
	const char *password;
	bool must_change, keep_sessions;
};

struct in_old_camera {
	const char *mac, *camera_external_id;
};

struct in_camera {
	const char *camera_external_id, *mac, *serial_number, *vendor, *model;
	const char *login, *entity_external_id, *csa, *location_external_id, *contract_no;
	const char *service, *po, *name;
	struct opt archive_days;
	int64_t replace;
	struct in_old_camera replaces;
	bool delete_archive;
	const char *id; /* of delete_camera: ours, or their external id */
};

struct in_cam_status {
	const char *external_id, *status;
};

struct in_group {
	const char *key, *group_external_id, *status;
};

struct in_sync {
	struct row_list camera_external_ids; /* of struct in_cam_status */
	struct str_list public_group_external_ids;
	struct row_list private_group_external_ids; /* of struct in_group */
};

struct in_licences {
	struct opt analytic_l1, analytic_l2, analytic_l3, analytic_l4;
};

struct in_snap_entity {
	const char *external_id, *login, *status;
	struct row_list cameras; /* of struct in_cam_status */
	struct in_licences licences;
};

struct in_snapshot {
	struct row_list entities; /* of struct in_snap_entity */
	struct stamp as_of;
};

struct in_nothing {
	char unused;
};

extern const struct json_table new_entity_table, update_entity_table, pause_table,
	unpause_table, module_table, terminate_table, create_location_table,
	delete_location_table, update_location_table, login_table, password_table,
	new_camera_table, attach_camera_table, detach_camera_table, delete_camera_table,
	sync_table, licences_table, snapshot_table, nothing_table;

#define SYNC_MAX     2000
#define SNAPSHOT_MAX 1000

#endif
