#include "main/demo_sql.h"

#include "accounts/state.h"

#define TEXT(name, size, at) \
	" " name " VARCHAR(" #size ") CHARACTER SET utf8mb4 PATH '$[" #at "]'"
#define NUMBER(name, at) " " name " BIGINT PATH '$[" #at "]'"
#define TIME(name, at) " " name " VARCHAR(27) CHARACTER SET ascii PATH '$[" #at "]'"
#define FROM_ROWS(columns) " FROM JSON_TABLE(?, '$[*]' COLUMNS (" columns ")) j"

const struct db_query demo_put_accounts = {
	.text = "INSERT INTO account (id, parent_id, kind, class, origin, name, tenant_id,"
	        " billing_source_id, external_id, contract_no, type, state, confirmed_at,"
	        " last_login_at, terminated_at, purge_at, main_person_id, locale, time_zone,"
	        " country, region, city, postcode, street, house, latitude, longitude,"
	        " created_at, created_by_label, updated_at)"
	        " SELECT id, up, kind, cls, origin, name, tenant, src, ext, contract, typ, state,"
	        " conf, seen, ended, gone, person, locale, zone, country, region, city, code,"
	        " street, house, lat, lon, made, who, made"
		FROM_ROWS(NUMBER("id", 0) "," NUMBER("up", 1) "," TEXT("kind", 10, 2) ","
	                  TEXT("cls", 20, 3) "," TEXT("origin", 10, 4) "," TEXT("name", 200, 5) ","
	                  TEXT("tenant", 36, 6) "," NUMBER("src", 7) "," TEXT("ext", 190, 8) ","
	                  TEXT("contract", 64, 9) "," TEXT("typ", 50, 10) "," TEXT("state", 20, 11)
	                  "," TIME("conf", 12) "," TIME("seen", 13) "," TIME("ended", 14) ","
	                  TIME("gone", 15) "," NUMBER("person", 16) "," TEXT("locale", 16, 17) ","
	                  TEXT("zone", 64, 18) "," TEXT("country", 2, 19) ","
	                  TEXT("region", 100, 20) "," TEXT("city", 100, 21) ","
	                  TEXT("code", 20, 22) "," TEXT("street", 200, 23) ","
	                  TEXT("house", 20, 24) "," NUMBER("lat", 25) "," NUMBER("lon", 26) ","
	                  TIME("made", 27) "," TEXT("who", 200, 28)),
};

const struct db_query demo_put_persons = {
	.text = "INSERT INTO person (id, login, email, name, phone, origin, state, last_login_at,"
	        " locale, time_zone, created_at, created_by_label, updated_at)"
	        " SELECT id, login, email, name, phone, origin, state, seen, locale, zone, made,"
	        " 'demo', made"
		FROM_ROWS(NUMBER("id", 0) "," TEXT("login", 190, 1) "," TEXT("email", 254, 2) ","
	                  TEXT("name", 200, 3) "," TEXT("phone", 50, 4) "," TEXT("origin", 10, 5)
	                  "," TEXT("state", 10, 6) "," TIME("seen", 7) "," TEXT("locale", 16, 8)
	                  "," TEXT("zone", 64, 9) "," TIME("made", 10)),
};

const struct db_query demo_put_members = {
	.text = "INSERT INTO membership (person_id, account_id, kind, role, state, created_at,"
	        " updated_at) SELECT a.main_person_id, a.id, 'main',"
	        " IF(a.kind = 'reseller', 'reseller-program', 'customer-owner'),"
	        " IF(a.state = 'purged', 'removed', 'active'), a.created_at, a.created_at"
	        " FROM account a WHERE a.id >= ? AND a.id < ?",
};

const struct db_query demo_put_holds = {
	.text = "INSERT INTO hold (account_id, account_kind, module, kind, reason_code,"
	        " reason_text, placed_at, placed_by_label, starts_at, ends_at, open_slot,"
	        " released_at, released_by_label, due_at)"
	        " SELECT id, kind, module, hold, code, why, since, who, since, until, slot,"
	        " freed, IF(freed IS NULL, NULL, who), IF(slot IS NULL, NULL, until)"
		FROM_ROWS(NUMBER("id", 0) "," TEXT("kind", 10, 1) "," TEXT("module", 20, 2) ","
	                  TEXT("hold", 20, 3) "," TEXT("code", 40, 4) "," TEXT("why", 500, 5) ","
	                  TIME("since", 6) "," TEXT("who", 200, 7) "," TIME("until", 8) ","
	                  NUMBER("slot", 9) "," TIME("freed", 10)),
};

/* As accounts_reindex() makes it: the account's own row, and then those below its ancestors. */
#define TREE_COLUMNS \
	"INSERT INTO account_tree (ancestor_id, descendant_id, depth, kind, own_state," \
	" name_key, last_login_at) "
const struct db_query demo_put_self = {
	.text = TREE_COLUMNS "SELECT a.id, a.id, 0, a.kind, " STATE_OWN("a") ", LEFT(a.name, 80),"
	        " COALESCE(a.last_login_at, '1000-01-01 00:00:00') FROM account a"
	        " WHERE a.id >= ? AND a.id < ?",
};

const struct db_query demo_put_tree = {
	.text = TREE_COLUMNS "SELECT up.ancestor_id, a.id, up.depth + 1, s.kind, s.own_state,"
	        " s.name_key, s.last_login_at FROM account a"
	        " JOIN account_tree s ON s.ancestor_id = a.id AND s.descendant_id = a.id"
	        " JOIN account_tree up ON up.descendant_id = a.parent_id"
	        " WHERE a.id >= ? AND a.id < ? ORDER BY up.ancestor_id, a.id",
};

const struct db_query demo_put_words = {
	.text = "INSERT INTO account_word (word, account_id) SELECT w, id"
		FROM_ROWS(NUMBER("id", 0) "," TEXT("w", 64, 1)),
};

const struct db_query demo_put_contacts = {
	.text = "INSERT INTO account_contact (account_id, role, name, email, phone, created_at,"
	        " updated_at) SELECT id, role, name, email, phone, made, made"
		FROM_ROWS(NUMBER("id", 0) "," TEXT("role", 20, 1) "," TEXT("name", 200, 2) ","
	                  TEXT("email", 254, 3) "," TEXT("phone", 50, 4) "," TIME("made", 5)),
};

const struct db_query demo_put_sites = {
	.text = "INSERT INTO site (account_id, kind, name, external_id, csa_code, origin, country,"
	        " region, city, postcode, street, house, latitude, longitude, hq_slot, created_at,"
	        " updated_at) SELECT a.id, j.kind, j.name, j.ext, j.csa, a.origin, a.country,"
	        " a.region, a.city, a.postcode, a.street, a.house, a.latitude, a.longitude,"
	        " j.hq, a.created_at, a.created_at"
		FROM_ROWS(NUMBER("id", 0) "," TEXT("kind", 20, 1) "," TEXT("name", 200, 2) ","
	                  TEXT("ext", 190, 3) "," TEXT("csa", 40, 4) "," NUMBER("hq", 5))
		" JOIN account a ON a.id = j.id",
};

const struct db_query demo_put_devices = {
	.text = "INSERT INTO device (kind, account_id, billing_source_id, external_id, name,"
	        " vendor, model, mac, serial, uuid, service, archive_days, streams_total,"
	        " streams_active, initialising, attached_at, created_at, updated_at)"
	        " SELECT 'camera', j.id, a.billing_source_id, j.ext, j.name, j.vendor, j.model,"
	        " j.mac, j.serial, j.uuid, j.service, j.days, j.total, j.active, j.init,"
	        " a.created_at, a.created_at, a.created_at"
		FROM_ROWS(NUMBER("id", 0) "," TEXT("ext", 190, 1) "," TEXT("name", 200, 2) ","
	                  TEXT("vendor", 100, 3) "," TEXT("model", 100, 4) "," TEXT("mac", 17, 5)
	                  "," TEXT("serial", 100, 6) "," TEXT("uuid", 36, 7) ","
	                  TEXT("service", 50, 8) "," NUMBER("days", 9) "," NUMBER("total", 10) ","
	                  NUMBER("active", 11) "," NUMBER("init", 12))
		" JOIN account a ON a.id = j.id",
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
	        " SELECT at, act, actor, src, who, 'account', id, name, id, name, vals,"
	        " why, LEFT(SHA2(CONCAT(act, id), 256), 32)"
		FROM_ROWS(TIME("at", 0) "," TEXT("act", 60, 1) "," TEXT("actor", 10, 2) ","
	                  NUMBER("src", 3) "," TEXT("who", 200, 4) "," NUMBER("id", 5) ","
	                  TEXT("name", 200, 6) "," TEXT("vals", 1000, 7) "," TEXT("why", 500, 8))
		" ORDER BY at",
};

/* The billing system's side: each customer it made, by an event that was applied. */
const struct db_query demo_put_events = {
	.text = "INSERT INTO billing_event (seq, source_id, event_id, type, original_type,"
	        " subject_kind, subject_key, subject_seq, occurred_at, received_at, body_sha256,"
	        " payload, account_id, state, state_reason, applied_at, correlation_id)"
	        " SELECT seq, src, ev, typ, typ, 'entity', subj, n, at, at,"
	        " UNHEX(SHA2(payload, 256)), payload, id, state, why,"
	        " IF(state = 'applied', at, NULL), LEFT(SHA2(ev, 256), 32)"
		FROM_ROWS(NUMBER("seq", 0) "," NUMBER("src", 1) "," TEXT("ev", 64, 2) ","
	                  TEXT("typ", 64, 3) "," TEXT("subj", 190, 4) "," NUMBER("n", 5) ","
	                  TIME("at", 6) "," TEXT("payload", 4000, 7) "," NUMBER("id", 8) ","
	                  TEXT("state", 20, 9) "," TEXT("why", 60, 10)),
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
	&demo_put_accounts, &demo_put_persons,  &demo_put_members, &demo_put_holds,
	&demo_put_self,     &demo_put_tree,     &demo_put_words,   &demo_put_contacts,
	&demo_put_sites,    &demo_put_devices,  &demo_put_grants,  &demo_put_changes,
	&demo_put_events,   &demo_put_subjects, &demo_put_origins, NULL,
};
