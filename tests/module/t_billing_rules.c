/* The rules of order, of keeping and of ending, each by the case that would break it. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "billing/step.h"
#include "module/billing.h"

static const char *login_of_c1(void)
{
	return text_of("SELECT p.login AS s FROM person p JOIN account a"
	               " ON a.main_person_id = p.id WHERE a.external_id = 'C-1'");
}

/* What a person does about an event: "replay" or "dismiss". */
static struct answer decide(const char *event_id, const char *what)
{
	char path[120];

	snprintf(path, sizeof(path), "/api/v1/billing-events/%s/%s",
	         id_text(ID_EVENT, number_of("SELECT seq AS n FROM billing_event"
	                                     " WHERE event_id = '%s'",
	                                     event_id)),
	         what);
	return call(METHOD_POST, path,
	            strcmp(what, "dismiss") == 0 ? "{\"reason_text\":\"asked\"}" : "{}");
}

/* --- order ------------------------------------------------------------------------ */

START_TEST(an_end_older_than_the_beginning_ends_nothing)
{
	new_entity(1, 6);
	ck_noop(SAY(.type = "terminate_entity", .seq = 5), "stale");
	ck_assert_str_eq(state_of("C-1"), "active");
	/* It did not bury the customer either. */
	ck_applied(SAY(.type = "pause_entity", .seq = 7));
}
END_TEST

START_TEST(an_end_planned_before_a_new_beginning_does_not_come)
{
	new_entity(1, 1);
	ck_event(SAY(.id = "evt_t", .type = "terminate_entity", .seq = 2,
	             .data = "{\"effective_at\":\"2099-01-01T00:00:00Z\"}"),
	         202, "deferred");
	ck_noop(SAY(.type = "new_entity", .seq = 3,
	            .data = "{\"login\":\"c1\",\"password\":\"p\",\"name\":\"Ann 1\"}"),
	        "already_so");
	run_sql("UPDATE billing_event SET payload = REPLACE(payload, '2099', '2020'),"
	        " due_at = UTC_TIMESTAMP(6) WHERE event_id = 'evt_t'");
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_reason("evt_t"), "stale");
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

START_TEST(what_has_no_number_is_judged_by_its_time)
{
	struct said back = { .type = "new_entity",
		             .seq = 2,
		             .at = "2026-03-01T09:30:00Z",
		             .data = "{\"login\":\"c1\",\"password\":\"p\"}" };

	ck_applied(SAY(.type = "new_entity", .seq = 1, .at = "2026-03-01T09:00:00Z",
	               .data = "{\"login\":\"c1\",\"password\":\"p\"}"));
	ck_applied(SAY(.type = "pause_entity", .at = "2026-03-01T09:10:00Z"));
	ck_noop(SAY(.type = "unpause_entity", .at = "2026-03-01T09:09:00Z"), "stale");
	ck_applied(SAY(.type = "unpause_entity", .seq = 5, .at = "2026-03-01T09:20:00Z"));
	ck_noop(SAY(.type = "pause_entity", .at = "2026-03-01T09:19:00Z"), "stale");
	ck_applied(SAY(.type = "pause_entity", .at = "2026-03-01T09:21:00Z"));
	ck_applied(SAY(.type = "terminate_entity", .at = "2026-03-01T09:40:00Z"));
	ck_noop(say_it(&back), "stale_terminated");
	ck_assert_str_eq(state_of("C-1"), "terminated");
	back.at = "2026-03-01T09:50:00Z";
	ck_applied(say_it(&back));
	ck_noop(SAY(.type = "unpause_entity", .at = "2026-03-01T09:39:00Z"),
	        "stale_terminated");
	ck_assert_str_eq(state_of("C-1"), "suspended");
}
END_TEST

START_TEST(another_login_does_not_make_the_end_forgotten)
{
#define BY(l) .key = "", .login = l
	ck_applied(SAY(.type = "new_entity", BY("ann"), .seq = 1,
	               .data = "{\"login\":\"ann\",\"password\":\"p\"}"));
	ck_applied(SAY(.type = "terminate_entity", BY("ann"), .seq = 5));
	ck_applied(SAY(.type = "new_entity", BY("ann"), .seq = 6,
	               .data = "{\"login\":\"ann\",\"password\":\"p\"}"));
	ck_applied(SAY(.type = "update_login", BY("ann"), .seq = 7,
	               .data = "{\"login\":\"lee\"}"));
	ck_noop(SAY(.type = "pause_entity", BY("lee"), .seq = 4), "stale_terminated");
	ck_applied(SAY(.type = "pause_entity", BY("lee"), .seq = 8));
}
END_TEST

/* The customer comes to be without an event that would call those who wait. */
static void adopt(const char *external_id)
{
	int64_t id = make_account(reseller_id, "customer", "Adopted");

	run_sql("UPDATE account SET external_id = '%s', billing_source_id ="
	        " (SELECT id FROM billing_source WHERE name = 'acme') WHERE id = %lld",
	        external_id, (long long)id);
}

START_TEST(what_is_due_of_a_subject_goes_by_its_numbers)
{
	ck_event(SAY(.id = "evt_3", .type = "unpause_entity", .seq = 3), 202, "deferred");
	ck_event(SAY(.id = "evt_2", .type = "pause_entity", .seq = 2), 202, "deferred");
	adopt("C-1");
	let_pass(61);
	/* The later number is due first. */
	run_sql("UPDATE billing_event SET due_at = due_at - INTERVAL 1 MINUTE"
	        " WHERE event_id = 'evt_3'");
	ck_assert_int_ge(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_2"), "applied");
	ck_assert_str_eq(event_state("evt_3"), "applied");
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

START_TEST(what_waits_for_an_entity_is_woken_by_its_numbers)
{
	ck_event(SAY(.id = "evt_3", .type = "unpause_entity", .seq = 3), 202, "deferred");
	ck_event(SAY(.id = "evt_2", .type = "pause_entity", .seq = 2), 202, "deferred");
	new_entity(1, 1);
	ck_assert_str_eq(event_state("evt_2"), "applied");
	ck_assert_str_eq(event_state("evt_3"), "applied");
}
END_TEST

struct worker {
	pthread_t thread;
	bool did;
	enum err e;
};

static void *step(void *arg)
{
	struct worker *w = arg;
	struct db *db = scratch_connect("gatehouse_worker");
	struct arena mem;
	struct ctx c;

	arena_init(&mem, 16 << 20);
	ctx_init_system(&c, &mem, db, harness_ctx()->config, "worker");
	w->e = billing_due_step(&c, &w->did);
	arena_release(&mem);
	db_free(db);
	db_thread_end();
	return NULL;
}

/* Both are on their way before the first can end: the account is held meanwhile. */
static enum err run_two_workers(void *arg)
{
	const char *waiting = "SELECT COUNT(*) AS n FROM information_schema.innodb_trx"
			      " WHERE trx_state = 'LOCK WAIT'";
	struct worker *w = arg;

	scratch_run_on(harness_ctx()->db, "UPDATE person SET ver = ver + 1"
	                                  " WHERE login = 'c1'");
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&w[i].thread, NULL, step, &w[i]), 0);
	/* The server looks again only when nobody has asked for a tenth of a second. */
	for (int i = 0; i < 100 && scratch_count(waiting) < 2; i++)
		usleep(200000);
	ck_assert_int_ge(scratch_count(waiting), 2);
	return OK;
}

START_TEST(two_workers_do_a_subject_in_order_and_nothing_twice)
{
	struct worker w[2] = { 0 };

	new_entity(1, 1);
	ck_event(SAY(.id = "evt_5", .type = "update_login", .seq = 5,
	             .data = "{\"login\":\"bea\"}"),
	         202, "deferred");
	ck_event(SAY(.id = "evt_8", .type = "update_login", .seq = 8,
	             .data = "{\"login\":\"lee\"}"),
	         202, "deferred");
	let_pass(61);
	harness_tx(run_two_workers, w);
	for (int i = 0; i < 2; i++) {
		pthread_join(w[i].thread, NULL);
		ck_assert_int_eq(w[i].e, OK);
	}
	run_worker();
	ck_assert_str_eq(event_state("evt_5"), "applied");
	ck_assert_str_eq(event_state("evt_8"), "applied");
	ck_assert_str_eq(login_of_c1(), "lee");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                           " 'person.change_login'"),
	                 2);
}
END_TEST

START_TEST(a_hold_of_a_module_and_of_the_whole_have_orders_of_their_own)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "pause_entity", .seq = 5, .data = "{\"module\":\"cameras\"}"));
	ck_applied(SAY(.type = "pause_entity", .seq = 4));
	ck_applied(SAY(.type = "pause_entity", .seq = 3, .data = "{\"module\":\"intercoms\"}"));
	ck_noop(SAY(.type = "unpause_entity", .seq = 4, .data = "{\"module\":\"cameras\"}"),
	        "stale");
	ck_noop(SAY(.type = "set_module_status", .seq = 2,
	            .data = "{\"module\":\"intercoms\",\"status\":\"active\"}"),
	        "stale");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold WHERE open_slot = 1"), 3);
}
END_TEST

/* All that update_entity can say of a profile, and what became of it. */
#define PROFILE(name, k, n, mail, may, switched, other) \
	"{\"name\":\"" name "\",\"contract_no\":\"" k \
	"\",\"billing_info\":{\"billing_extra\":{\"n\":" n "}},\"properties\":[{\"type\":" \
	"\"email\",\"value\":\"" mail "@example.test\"}],\"can_update_password\":" may \
	",\"permissions_to_" switched "\":[\"ptz\"],\"session_limits\":{\"cctv\":" n "}" \
	"" other "}"

static const char *profile(void)
{
	return text_of("SELECT CONCAT_WS(' ', a.name, a.contract_no, a.billing_extra, p.email,"
	               " p.can_change_password, m.effect, e.quantity, a.type, p.login) AS s"
	               " FROM account a JOIN person p ON p.id = a.main_person_id"
	               " JOIN entitlement e ON e.account_id = a.id"
	               " JOIN member_permission m WHERE a.external_id = 'C-1'");
}

START_TEST(of_an_older_change_only_what_is_not_newer_counts)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "update_entity", .seq = 5,
	               .data = PROFILE("Newer", "K-5", "5", "newer", "false", "attach", "")));
	ck_assert_str_eq(profile(), "Newer K-5 {\"n\":5} newer@example.test 0 allow 5 b2c c1");
	ck_applied(SAY(.type = "update_entity", .seq = 4,
	               .data = PROFILE("Older", "K-4", "4", "older", "true", "detach",
	                               ",\"type\":\"vip\"")));
	ck_assert_str_eq(profile(), "Newer K-5 {\"n\":5} newer@example.test 0 allow 5 vip c1");
	/* What was older did not make the registers older. */
	ck_noop(SAY(.type = "update_entity", .seq = 4,
	            .data = PROFILE("Old", "K-3", "3", "old", "true", "detach", "")),
	        "stale");
	/* Nor does a late beginning bring back login, type or state. */
	ck_applied(SAY(.type = "update_login", .seq = 6, .data = "{\"login\":\"lee\"}"));
	ck_applied(SAY(.type = "pause_entity", .seq = 7));
	ck_event(SAY(.type = "new_entity", .seq = 3,
	             .data = "{\"login\":\"c1\",\"password\":\"p\",\"name\":\"Old\","
	                     "\"type\":\"b2b\",\"status\":\"active\"}"),
	         200, "noop");
	ck_assert_str_eq(profile(), "Newer K-5 {\"n\":5} newer@example.test 0 allow 5 vip lee");
	ck_assert_str_eq(state_of("C-1"), "suspended");
}
END_TEST

/* --- what waits for a person -------------------------------------------------------- */

START_TEST(what_came_before_an_event_in_quarantine_goes_on)
{
	new_entity(1, 1);
	new_entity(2, 1);
	ck_event(SAY(.id = "evt_4", .type = "update_login", .seq = 4,
	             .data = "{\"login\":\"c2\"}"),
	         202, "deferred");
	let_pass(61);
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_reason("evt_4"), "login_conflict");
	ck_applied(SAY(.type = "update_login", .seq = 3, .data = "{\"login\":\"lee\"}"));
	ck_event(SAY(.id = "evt_5", .type = "update_login", .seq = 5,
	             .data = "{\"login\":\"bea\"}"),
	         202, "deferred");
	ck_assert_str_eq(event_reason("evt_5"), "blocked");
	ck_assert_str_eq(login_of_c1(), "lee");
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	run_sql("UPDATE person SET login = 'gone' WHERE login = 'c2'");
	ck_status(decide("evt_4", "replay"), 200);
	ck_assert_str_eq(login_of_c1(), "c2");
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_5"), "applied");
	ck_assert_str_eq(login_of_c1(), "bea");
}
END_TEST

START_TEST(a_gap_is_closed_whatever_became_of_what_was_missed)
{
	const char *open = "SELECT COUNT(*) AS n FROM billing_event"
			   " WHERE gap_before IS NOT NULL";

	new_entity(1, 1);
	new_entity(2, 1);
	ck_event(SAY(.id = "evt_4", .type = "update_login", .seq = 4,
	             .data = "{\"login\":\"c2\"}"),
	         202, "deferred");
	let_pass(61);
	ck_assert_int_eq(run_worker(), 1);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	ck_status(decide("evt_4", "replay"), 200);
	ck_assert_int_eq(number_of("%s", open), 2);
	ck_noop(SAY(.type = "unpause_entity", .seq = 3), "not_paused");
	ck_assert_int_eq(number_of("%s", open), 2);
	scratch_run("RENAME TABLE entitlement TO entitlement_away");
	ck_event(SAY(.type = "set_licenses", .seq = 2, .data = "{\"analytic_l1\":1}"), 202,
	         "failed");
	scratch_run("RENAME TABLE entitlement_away TO entitlement");
	ck_assert_int_eq(number_of("%s", open), 0);
}
END_TEST

START_TEST(a_note_for_a_person_holds_nothing_up_and_is_not_replayed)
{
	char id[40];

	ck_event(SAY(.type = "pause_entity", .seq = 2), 202, "deferred");
	new_entity(1, 1);
	run_sql("INSERT INTO device (kind, account_id, name, uuid, created_at, updated_at)"
	        " VALUES ('panel', %lld, 'Alarm', UUID(), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
	        (long long)account_of("C-1"));
	ck_applied(SAY(.id = "evt_t", .type = "terminate_entity", .seq = 3));
	snprintf(id, sizeof(id), "%s",
	         text_of("SELECT event_id AS s FROM billing_event WHERE state_reason ="
	                 " 'confirm_shutdown'"));
	ck_applied(SAY(.type = "new_entity", .seq = 4,
	               .data = "{\"login\":\"c1\",\"password\":\"p\"}"));
	ck_assert_str_eq(state_of("C-1"), "suspended");
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	ck_refused(decide(id, "replay"), 409, "not-replayable");
	ck_status(decide(id, "dismiss"), 200);
}
END_TEST

START_TEST(places_and_cameras_wait_for_the_customer_they_name)
{
	run_sql("INSERT INTO csa (code, city, added_at) VALUES ('77', 'Warszawa',"
	        " UTC_TIMESTAMP(6)), ('78', 'Warszawa', UTC_TIMESTAMP(6))");
	ck_event(SAY(.id = "evt_1", .type = "create_location", .kind = "location", .key = "L-1",
	             .data = "{\"csa\":\"77\",\"login\":\"c1\"}"),
	         202, "deferred");
	ck_event(SAY(.id = "evt_2", .type = "create_location", .kind = "location", .key = "L-2",
	             .data = "{\"csa\":\"78\",\"entity_external_id\":\"C-1\"}"),
	         202, "deferred");
	ck_event(SAY(.id = "evt_3", .type = "attach_camera", .kind = "camera", .key = "CAM-1",
	             .login = "c1",
	             .data = "{\"mac\":\"11:22:33:44:55:66\",\"serial_number\":\"S\"}"),
	         202, "deferred");
	ck_event(SAY(.id = "evt_4", .type = "create_location", .kind = "location", .key = "L-4",
	             .data = "{\"csa\":\"77\",\"login\":\"c2\"}"),
	         202, "deferred");
	new_entity(1, 1);
	for (int i = 1; i <= 3; i++) {
		char id[8];

		snprintf(id, sizeof(id), "evt_%d", i);
		ck_assert_str_eq(event_state(id), "applied");
	}
	ck_assert_str_eq(event_state("evt_4"), "deferred");
}
END_TEST

/* --- ends and returns ----------------------------------------------------------------- */

static int64_t kept_days(void)
{
	return number_of("SELECT DATEDIFF(purge_at, terminated_at) AS n FROM account"
	                 " WHERE external_id = 'C-1'");
}

START_TEST(the_longer_retention_counts_whoever_ended_the_account)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "set_licenses", .seq = 2,
	               .data = "{\"analytic_l1\":2,\"analytic_l2\":3}"));
	ck_applied(SAY(.type = "set_licenses", .seq = 3, .data = "{\"analytic_l2\":0}"));
	acts_as_new(reseller_id, ROLE_RESELLER_PROGRAM, "pia");
	ck_status(call(METHOD_POST, account_path(account_of("C-1"), "/terminate"),
	               "{\"reason_text\":\"Over\",\"confirm_name\":\"Ann 1\"}"),
	          200);
	ck_assert_int_eq(kept_days(), 31);
	ck_noop(SAY(.type = "terminate_entity", .seq = 4, .data = "{\"retention_days\":10}"),
	        "already_so");
	ck_assert_int_eq(kept_days(), 31);
	ck_applied(
		SAY(.type = "terminate_entity", .seq = 5, .data = "{\"retention_days\":90}"));
	ck_assert_int_eq(kept_days(), 90);
	ck_noop(SAY(.type = "terminate_entity", .seq = 6, .data = "{\"retention_days\":90}"),
	        "already_so");
	ck_noop(SAY(.type = "terminate_entity", .seq = 7), "already_so");
	ck_assert_int_eq(kept_days(), 90);
	/* What ended with it is kept as long; what had ended before is not. */
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM entitlement e JOIN account a"
	                           " ON a.id = e.account_id WHERE e.purge_at = a.purge_at"),
	                 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE account_id ="
	                           " %lld AND action = 'account.update' AND actor_kind ="
	                           " 'billing'",
	                           (long long)account_of("C-1")),
	                 1);
}
END_TEST

/* What a test has made for the account, to see what is left of it. */
static void fill_beside(int64_t account)
{
	run_sql("INSERT INTO invitation (account_id, email, first_name, last_name, language,"
	        " role_id, kind, token_hash, state, sent_at, expires_at, sent_day, invited_by,"
	        " invited_by_membership_id, invited_by_label, open_slot, created_at) SELECT %lld,"
	        " 'x@example.test', 'Bea', 'Lee', 'en', r.id, 'sub', REPEAT('x', 32), 'sent',"
	        " UTC_TIMESTAMP(6), '2099-01-01', UTC_TIMESTAMP(6), 1, 1, '', 1,"
	        " UTC_TIMESTAMP(6) FROM role r LIMIT 1",
	        (long long)account);
	run_sql("INSERT INTO api_key (person_id, membership_id, scope_account_id, name,"
	        " token_hash, hint, permissions, expires_at, created_at) SELECT person_id, id,"
	        " account_id, 'Key', REPEAT('y', 32), '', '', '2099-01-01', UTC_TIMESTAMP(6)"
	        " FROM membership WHERE account_id = %lld LIMIT 1",
	        (long long)account);
}

START_TEST(a_return_brings_back_what_ended_with_the_account_and_nothing_else)
{
	int64_t account;

	new_entity(1, 1);
	account = account_of("C-1");
	acts_as(number_of("SELECT id AS n FROM membership WHERE kind = 'main'"));
	fill_beside(account);
	ck_applied(SAY(.type = "set_licenses", .seq = 2,
	               .data = "{\"analytic_l1\":2,\"analytic_l2\":3}"));
	ck_applied(SAY(.type = "set_licenses", .seq = 3, .data = "{\"analytic_l2\":0}"));
	ck_applied(SAY(.type = "pause_entity", .seq = 4));
	ck_applied(SAY(.type = "terminate_entity", .seq = 5));
	ck_applied(SAY(.type = "new_entity", .seq = 6,
	               .data = "{\"login\":\"c1\",\"password\":\"another word\"}"));
	/* The status was not named: billing's hold is there as it was. */
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_assert_int_eq(number_of("SELECT generation AS n FROM account WHERE id = %lld",
	                           (long long)account),
	                 2);
	ck_assert_int_eq(number_of("SELECT SUM(quantity) AS n FROM entitlement"
	                           " WHERE state = 'active' AND purge_at IS NULL"),
	                 2);
	ck_assert_str_eq(text_of("SELECT state AS s FROM entitlement WHERE item ="
	                         " 'analytics.l2'"),
	                 "removed");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM session"
	                           " WHERE revoked_at IS NULL"),
	                 0);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM api_key"
	                           " WHERE revoked_at IS NULL"),
	                 0);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM invitation"
	                           " WHERE state = 'sent'"),
	                 0);
	/* An older password of before does not come back. */
	ck_noop(SAY(.type = "update_password", .seq = 5, .data = "{\"password\":\"old\"}"),
	        "stale_terminated");
	ck_applied(SAY(.type = "unpause_entity", .seq = 7));
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

TESTS_WITH("billing rules", billing_begin, NULL, an_end_older_than_the_beginning_ends_nothing,
           an_end_planned_before_a_new_beginning_does_not_come,
           what_has_no_number_is_judged_by_its_time,
           another_login_does_not_make_the_end_forgotten,
           what_is_due_of_a_subject_goes_by_its_numbers,
           what_waits_for_an_entity_is_woken_by_its_numbers,
           two_workers_do_a_subject_in_order_and_nothing_twice,
           a_hold_of_a_module_and_of_the_whole_have_orders_of_their_own,
           of_an_older_change_only_what_is_not_newer_counts,
           what_came_before_an_event_in_quarantine_goes_on,
           a_gap_is_closed_whatever_became_of_what_was_missed,
           a_note_for_a_person_holds_nothing_up_and_is_not_replayed,
           places_and_cameras_wait_for_the_customer_they_name,
           the_longer_retention_counts_whoever_ended_the_account,
           a_return_brings_back_what_ended_with_the_account_and_nothing_else);
