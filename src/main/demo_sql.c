#include "main/demo_sql.h"

const struct db_query demo_put_accounts = {
	.text = "INSERT INTO account (id, parent_id, kind, class, origin, name, tenant_id,"
		" billing_source_id, external_id, contract_no, type, state, confirmed_at,"
		" last_login_at, terminated_at, purge_at, main_person_id, locale, time_zone,"
		" country, region, city, postcode, street, house, latitude, longitude,"
		" created_at, created_by_label, updated_at, list_login, list_email, list_role,"
		" list_parent, list_label, list_words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

const struct db_query demo_put_persons = {
	.text = "INSERT INTO person (id, login, email, name, phone, origin, state, last_login_at,"
		" locale, time_zone, created_at, updated_at, created_by_label, indexed)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'demo', 1)",
};

const struct db_query demo_put_members = {
	.text = "INSERT INTO membership (person_id, account_id, kind, role, label, state,"
		" created_at,"
		" updated_at) SELECT a.main_person_id, a.id, 'main',"
		" IF(a.kind = 'reseller', 'reseller-program', 'customer-owner'), a.list_label,"
		" IF(a.state = 'purged', 'removed', 'active'), a.created_at, a.created_at"
		" FROM account a WHERE a.id >= ? AND a.id < ?",
};

const struct db_query demo_put_roles = {
	.text = "INSERT INTO membership_role (membership_id, role_id, scope_account_id,"
		" created_at) SELECT m.id, r.id, m.account_id, m.created_at FROM membership m"
		" JOIN role r ON r.builtin = m.role"
		" WHERE m.account_id >= ? AND m.account_id < ?",
};

/* Every third organisation works in a portal of its own. */
const struct db_query demo_put_areas = {
	.text = "INSERT INTO account_area (account_id, area, is_on, set_at)"
		" SELECT a.id, 'back_office', 1, a.created_at FROM account a"
		" WHERE a.id >= ? AND a.id < ? AND a.kind = 'customer'"
		" AND a.class = 'organisation' AND a.id % 3 = 0",
};

const struct db_query demo_put_area = {
	.text = "INSERT IGNORE INTO account_area (account_id, area, is_on, set_at)"
		" SELECT a.id, 'back_office', 1, a.created_at FROM account a"
		" WHERE a.id = ? AND a.kind = 'customer'",
};

const struct db_query demo_put_holds = {
	.text = "INSERT INTO hold (account_id, account_kind, module, kind, reason_code,"
		" reason_text, placed_at, placed_by_label, starts_at, ends_at, open_slot,"
		" released_at, released_by_label, due_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

const struct db_query demo_put_tree = {
	.text = "INSERT INTO account_tree (ancestor_id, descendant_id, depth, kind, own_state,"
		" name_key, last_login_at) VALUES (?, ?, ?, ?, ?, LEFT(?, 80),"
		" COALESCE(?, '1000-01-01 00:00:00'))",
};

const struct db_query demo_put_words = {
	.text = "INSERT INTO account_word (word, account_id) VALUES (?, ?)",
};

const struct db_query demo_put_person_words = {
	.text = "INSERT INTO person_word (word, person_id) VALUES (?, ?)",
};

const struct db_query demo_put_contacts = {
	.text = "INSERT INTO account_contact (account_id, role, name, email, phone, created_at,"
		" updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
};

const struct db_query demo_put_sites = {
	.text = "INSERT INTO site (account_id, kind, name, external_id, csa_code, origin, country,"
		" region, city, postcode, street, house, latitude, longitude, hq_slot, created_at,"
		" updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

const struct db_query demo_put_devices = {
	.text = "INSERT INTO device (kind, account_id, billing_source_id, external_id, name,"
		" vendor, model, mac, serial, uuid, service, archive_days, streams_total,"
		" streams_active, initialising, attached_at, created_at, updated_at)"
		" VALUES ('camera', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

const struct db_query demo_put_grants = {
	.text = "INSERT INTO device_grant (membership_id, device_id, verbs, history_from,"
		" created_at, updated_at)"
		" SELECT m.id, d.id, 'view,archive,clip,share,ptz,configure',"
		" d.attached_at, d.attached_at, d.attached_at FROM device d"
		" JOIN membership m ON m.account_id = d.account_id AND m.kind = 'main'"
		" WHERE d.account_id >= ? AND d.account_id < ?",
};

const struct db_query demo_put_changes = {
	.text = "INSERT INTO change_log (at, action, actor_kind, actor_id, actor_label,"
		" target_kind, target_id, target_label, account_id, account_label, after_values,"
		" reason, correlation_id)"
		" VALUES (?, ?, ?, ?, ?, 'account', ?, ?, ?, ?, ?, ?,"
		" LEFT(SHA2(CONCAT(?, ?), 256), 32))",
};

/* The billing system's side: each customer it made, by an event that was applied. */
const struct db_query demo_put_events = {
	.text = "INSERT INTO billing_event (seq, source_id, event_id, type, original_type,"
		" subject_kind, subject_key, subject_seq, occurred_at, received_at, body_sha256,"
		" payload, account_id, state, state_reason, applied_at, correlation_id)"
		" VALUES (?, ?, ?, ?, ?, 'entity', ?, ?, ?, ?, UNHEX(SHA2(?, 256)), ?, ?, ?, ?,"
		" ?, LEFT(SHA2(?, 256), 32))",
};

const struct db_query demo_put_subjects = {
	.text = "INSERT INTO billing_subject (source_id, kind, subject_key, highest_seq)"
		" SELECT source_id, 'entity', subject_key, MAX(subject_seq) FROM billing_event"
		" WHERE seq >= ? AND seq < ? GROUP BY source_id, subject_key",
};

const struct db_query demo_put_origins = {
	.text = "INSERT INTO account_origin (account_id, field, event_id, set_at)"
		" SELECT e.account_id, f.field, e.seq, e.received_at FROM billing_event e"
		" JOIN (SELECT 'name' AS field UNION ALL SELECT 'login' UNION ALL SELECT 'type'"
		" UNION ALL SELECT 'external_id') f"
		" WHERE e.seq >= ? AND e.seq < ? AND e.account_id IS NOT NULL",
};

const struct db_query *const demo_queries[] = {
	&demo_put_accounts,
	&demo_put_persons,
	&demo_put_members,
	&demo_put_roles,
	&demo_put_areas,
	&demo_put_area,
	&demo_put_holds,
	&demo_put_tree,
	&demo_put_words,
	&demo_put_person_words,
	&demo_put_contacts,
	&demo_put_sites,
	&demo_put_devices,
	&demo_put_grants,
	&demo_put_changes,
	&demo_put_events,
	&demo_put_subjects,
	&demo_put_origins,
	NULL,
};
