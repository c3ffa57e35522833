/* What each event type does, beyond the worked examples. */
#include <stdio.h>
#include <string.h>

#include "module/billing.h"

static const char *account_text(const char *column)
{
	return text_of("SELECT %s AS s FROM account WHERE external_id = 'C-1'", column);
}

/* --- entities ------------------------------------------------------------------ */

START_TEST(a_new_entity_is_an_account_with_its_main_person)
{
	int64_t id;

	ck_applied(
		SAY(.type = "new_entity", .seq = 1,
	            .data = "{\"login\":\"Ann.Lee\",\"password\":\"p\",\"type\":\"b2b\","
	                    "\"name\":\"Lee & Co\",\"can_update_password\":false,"
	                    "\"billing_info\":{\"billing_id\":\"C-1\",\"billing_extra\":{\"t\":"
	                    "1}},"
	                    "\"properties\":[{\"type\":\"phone\",\"value\":\"+48221234567\"},"
	                    "{\"type\":\"email\",\"value\":\"ann@example.org\"}],"
	                    "\"contract_no\":\"K-77\"}"));
	id = account_of("C-1");
	ck_assert_str_eq(account_text("name"), "Lee & Co");
	ck_assert_str_eq(account_text("class"), "organisation");
	ck_assert_str_eq(account_text("contract_no"), "K-77");
	ck_assert_str_eq(account_text("origin"), "billing");
	ck_assert_int_eq(number_of("SELECT parent_id AS n FROM account WHERE id = %lld",
	                           (long long)id),
	                 reseller_id);
	ck_assert_int_eq(number_of(
				 "SELECT COUNT(*) AS n FROM person p JOIN account a"
				 " ON a.main_person_id = p.id WHERE p.login = 'ann.lee'"
				 " AND p.email = 'ann@example.org' AND p.phone = '+48221234567'"
				 " AND p.can_change_password = 0"
				 " AND p.password_hash LIKE '$argon2id$%%'"),
	                 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM account_origin WHERE account_id ="
	                           " %lld AND field IN ('name', 'login', 'contract_no')",
	                           (long long)id),
	                 3);
	ck_assert_str_eq(text_of("SELECT actor_label AS s FROM change_log WHERE action ="
	                         " 'account.create' AND account_id = %lld",
	                         (long long)id),
	                 "acme");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE changes LIKE"
	                           " '%%Lee & Co%%' AND account_id = %lld",
	                           (long long)id),
	                 1);
}
END_TEST

START_TEST(a_blocked_new_entity_is_suspended_at_once)
{
	ck_applied(SAY(.type = "new_entity", .seq = 1,
	               .data = "{\"login\":\"a\",\"password\":\"p\",\"status\":\"blocked\"}"));
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_assert_str_eq(text_of("SELECT kind AS s FROM hold"), "billing");
}
END_TEST

START_TEST(a_new_entity_that_exists_changes_what_differs)
{
	struct answer a;

	new_entity(1, 1);
	a = SAY(.type = "new_entity", .seq = 2,
	        .data = "{\"login\":\"c1\",\"password\":\"first password\",\"type\":\"b2c\","
	                "\"status\":\"active\",\"name\":\"Ann 1\",\"contract_no\":\"K-1\"}");
	ck_noop(a, "already_so");
	ck_applied(SAY(.type = "new_entity", .seq = 4,
	               .data = "{\"login\":\"c1\",\"password\":\"x\",\"name\":\"Ann Two\"}"));
	ck_assert_str_eq(account_text("name"), "Ann Two");
	/* An older status does not come back; nor does an older name. */
	ck_noop(SAY(.type = "new_entity", .seq = 3,
	            .data = "{\"login\":\"c1\",\"password\":\"x\",\"name\":\"Ann Three\"}"),
	        "stale");
	ck_assert_str_eq(account_text("name"), "Ann Two");
	ck_assert_int_eq(
		number_of("SELECT COUNT(*) AS n FROM account WHERE external_id = 'C-1'"), 1);
}
END_TEST

START_TEST(a_login_somebody_else_has_is_for_a_person)
{
	new_entity(1, 1);
	make_member(other_reseller_id, ROLE_RESELLER_SUPPORT, "sam");
	ck_waits(SAY(.type = "new_entity", .key = "C-2",
	             .data = "{\"login\":\"C1\",\"password\":\"p\"}"),
	         "login_conflict");
	ck_waits(SAY(.type = "new_entity", .key = "C-3",
	             .data = "{\"login\":\"sam\",\"password\":\"p\"}"),
	         "login_conflict");
	ck_assert_str_eq(state_of("C-2"), "none");
	ck_waits(SAY(.type = "update_login", .seq = 2, .data = "{\"login\":\"sam\"}"),
	         "login_conflict");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                           " 'billing_event.quarantine'"),
	                 3);
}
END_TEST

START_TEST(a_parent_may_be_named)
{
	run_sql("UPDATE account SET billing_source_id = (SELECT id FROM billing_source WHERE"
	        " name = 'acme'), external_id = 'R-9' WHERE id = %lld",
	        (long long)reseller_id);
	ck_applied(SAY(.type = "new_entity", .data = "{\"login\":\"a\",\"password\":\"p\","
	                                             "\"parent_external_id\":\"R-9\"}"));
	ck_waits(SAY(.type = "new_entity", .key = "C-2",
	             .data = "{\"login\":\"b\",\"password\":\"p\",\"parent_external_id\":\"R-"
	                     "8\"}"),
	         "unknown_parent");
	/* A customer has no accounts below. */
	ck_event(SAY(.type = "new_entity", .key = "C-3",
	             .data = "{\"login\":\"c\",\"password\":\"p\",\"parent_external_id\":\"C-"
	                     "1\"}"),
	         202, "quarantined");
	ck_assert_str_eq(state_of("C-3"), "none");
	/* What an effect refuses is told as what it would not do. */
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                           " 'billing_event.quarantine'"),
	                 2);
}
END_TEST

START_TEST(update_entity_changes_what_it_names)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "update_entity", .seq = 2,
	               .data = "{\"name\":\"New Name\",\"status\":\"blocked\","
	                       "\"permissions_to_attach\":[\"ptz\"],"
	                       "\"permissions_to_detach\":[\"share\"],"
	                       "\"session_limits\":{\"cctv\":3}}"));
	ck_assert_str_eq(account_text("name"), "New Name");
	ck_assert_str_eq(account_text("contract_no"), "K-1");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM member_permission WHERE"
	                           " (permission = 'ptz' AND effect = 'allow')"
	                           " OR (permission = 'share' AND effect = 'deny')"),
	                 2);
	ck_assert_int_eq(number_of("SELECT quantity AS n FROM entitlement WHERE item ="
	                           " 'sessions.cctv'"),
	                 3);
	ck_noop(SAY(.type = "update_entity", .seq = 3, .data = "{\"name\":\"New Name\"}"),
	        "already_so");
	ck_noop(SAY(.type = "update_entity", .seq = 4, .data = "{}"), "already_so");
}
END_TEST

/* --- holds --------------------------------------------------------------------- */

START_TEST(an_unpause_undoes_a_pause_and_nothing_else)
{
	struct answer a;

	new_entity(1, 1);
	ck_applied(SAY(.type = "pause_entity", .seq = 2, .data = "{\"module\":\"cameras\"}"));
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_applied(SAY(.type = "pause_entity", .seq = 3));
	acts_as_new(reseller_id, ROLE_RESELLER_PROGRAM, "pia");
	ck_status(call(METHOD_POST, account_path(account_of("C-1"), "/holds"),
	               "{\"kind\":\"admin\",\"reason_code\":\"fraud\",\"reason_text\":"
	               "\"asked\"}"),
	          201);
	a = SAY(.type = "unpause_entity", .seq = 4, .data = "{\"note\":\"paid\"}");
	ck_applied(a);
	ck_assert_str_eq(text_at(&a, "/effective"), "suspended");
	ck_assert_str_eq(text_at(&a, "/remaining/0"), "admin");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold WHERE open_slot = 1"
	                           " AND module = 'cameras'"),
	                 1);
	ck_applied(SAY(.type = "set_module_status", .seq = 5,
	               .data = "{\"module\":\"cameras\",\"status\":\"active\"}"));
	ck_noop(SAY(.type = "set_module_status", .seq = 6,
	            .data = "{\"module\":\"cameras\",\"status\":\"active\"}"),
	        "already_so");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold WHERE open_slot = 1"), 1);
}
END_TEST

START_TEST(a_pause_ends_sessions_and_may_lie_ahead)
{
	int64_t member;

	new_entity(1, 1);
	member = number_of("SELECT id AS n FROM membership WHERE kind = 'main'");
	run_sql("UPDATE person SET state = 'active' WHERE login = 'c1'");
	acts_as(member);
	/* As signing in notes it. */
	run_sql("UPDATE account SET last_login_at = UTC_TIMESTAMP(6) WHERE external_id = 'C-1'");
	ck_applied(SAY(.type = "pause_entity", .seq = 2,
	               .data = "{\"effective_at\":\"2099-01-01T00:00:00Z\"}"));
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
	ck_noop(SAY(.type = "pause_entity", .seq = 3), "already_so");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 401);
	ck_noop(SAY(.type = "pause_entity", .key = "C-1", .seq = 2), "stale");
}
END_TEST

START_TEST(a_pause_that_is_over_pauses_nothing)
{
	new_entity(1, 1);
	ck_noop(SAY(.type = "pause_entity", .seq = 2,
	            .data = "{\"until\":\"2026-01-01T00:00:00Z\"}"),
	        "over");
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

/* --- the end --------------------------------------------------------------------- */

START_TEST(terminate_keeps_devices_and_takes_licences)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "set_licenses", .seq = 2, .data = "{\"analytic_l1\":2}"));
	ck_applied(SAY(.type = "attach_camera", .seq = 3,
	               .data = "{\"mac\":\"11:22:33:44:55:66\",\"serial_number\":\"S\"}"));
	ck_applied(
		SAY(.type = "terminate_entity", .seq = 4, .data = "{\"retention_days\":90}"));
	ck_assert_int_eq(number_of("SELECT DATEDIFF(purge_at, terminated_at) AS n FROM account"
	                           " WHERE external_id = 'C-1'"),
	                 90);
	ck_assert_int_eq(
		number_of("SELECT COUNT(*) AS n FROM device WHERE account_id IS NOT NULL"), 1);
	ck_assert_str_eq(text_of("SELECT state AS s FROM entitlement"), "removed");
	ck_noop(SAY(.type = "terminate_entity", .seq = 5), "already_so");
	ck_noop(SAY(.type = "pause_entity", .seq = 6), "stale_terminated");
	ck_noop(SAY(.type = "new_entity", .seq = 5,
	            .data = "{\"login\":\"c1\",\"password\":\"p\"}"),
	        "stale_terminated");
}
END_TEST

START_TEST(an_end_that_lies_ahead_is_waited_for)
{
	new_entity(1, 1);
	ck_event(SAY(.id = "evt_t", .type = "terminate_entity", .seq = 2,
	             .data = "{\"effective_at\":\"2099-01-01T00:00:00Z\"}"),
	         202, "deferred");
	ck_applied(SAY(.type = "pause_entity", .seq = 3));
	ck_assert_str_eq(event_state("evt_t"), "deferred");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	run_sql("UPDATE billing_event SET payload = REPLACE(payload, '2099', '2020'),"
	        " due_at = UTC_TIMESTAMP(6) WHERE event_id = 'evt_t'");
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(state_of("C-1"), "terminated");
}
END_TEST

START_TEST(signalling_that_ends_is_confirmed_by_a_person)
{
	struct answer a;

	new_entity(1, 1);
	run_sql("INSERT INTO device (kind, account_id, name, uuid, created_at, updated_at) "
	        "VALUES"
	        " ('panel', %lld, 'Alarm', UUID(), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
	        (long long)account_of("C-1"));
	a = SAY(.type = "terminate_entity", .seq = 2);
	ck_applied(a);
	ck_assert_int_eq(number_at(&a, "/confirm_shutdown"), 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE state ="
	                           " 'quarantined' AND state_reason = 'confirm_shutdown'"),
	                 1);
}
END_TEST

/* --- login and password --------------------------------------------------------- */

START_TEST(a_changed_login_is_the_one_that_counts)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "update_login", .seq = 2,
	               .data = "{\"old_login\":\"c1\",\"login\":\"Ann.Lee\"}"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM person WHERE login = 'ann.lee'"),
	                 1);
	ck_noop(SAY(.type = "update_login", .seq = 3,
	            .data = "{\"old_login\":\"gone\",\"login\":\"ann.lee\"}"),
	        "already_so");
	ck_noop(SAY(.type = "update_login", .seq = 2, .data = "{\"login\":\"bea\"}"), "stale");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                           " 'person.change_login' AND actor_kind = 'billing'"),
	                 1);
}
END_TEST

START_TEST(a_new_password_ends_sessions_and_may_ask_for_another)
{
	new_entity(1, 1);
	acts_as(number_of("SELECT id AS n FROM membership WHERE kind = 'main'"));
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
	ck_applied(SAY(.type = "update_password", .seq = 2,
	               .data = "{\"password\":\"geheim\",\"must_change\":true}"));
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 401);
	ck_assert_int_eq(number_of("SELECT must_change AS n FROM person WHERE login = 'c1'"),
	                 1);
	acts_as(number_of("SELECT id AS n FROM membership WHERE kind = 'main'"));
	run_sql("INSERT INTO one_time (token_hash, purpose, person_id, created_at, expires_at)"
	        " SELECT REPEAT('x', 32), 'reset', id, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)"
	        " + INTERVAL 1 HOUR FROM person WHERE login = 'c1'");
	ck_applied(SAY(.type = "update_password", .seq = 3,
	               .data = "{\"password\":\"geheimer\",\"keep_sessions\":true}"));
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM one_time WHERE used_at IS NULL"),
	                 0);
	ck_assert_int_eq(number_of(
				 "SELECT COUNT(*) AS n FROM change_log WHERE before_values LIKE"
				 " '%%geheim%%' OR after_values LIKE '%%geheim%%'"),
	                 0);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE payload LIKE"
	                           " '%%\"password\":\"[set]\"%%'"),
	                 3);
}
END_TEST

TESTS_WITH("billing entities", billing_begin, NULL,
           a_new_entity_is_an_account_with_its_main_person,
           a_blocked_new_entity_is_suspended_at_once,
           a_new_entity_that_exists_changes_what_differs,
           a_login_somebody_else_has_is_for_a_person, a_parent_may_be_named,
           update_entity_changes_what_it_names, an_unpause_undoes_a_pause_and_nothing_else,
           a_pause_ends_sessions_and_may_lie_ahead, a_pause_that_is_over_pauses_nothing,
           terminate_keeps_devices_and_takes_licences, an_end_that_lies_ahead_is_waited_for,
           signalling_that_ends_is_confirmed_by_a_person,
           a_changed_login_is_the_one_that_counts,
           a_new_password_ends_sessions_and_may_ask_for_another);
