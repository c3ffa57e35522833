/* What is kept of an event, how long, and what nobody is to read; what the log says of it. */
#include <stdio.h>
#include <string.h>

#include "billing/apply.h"
#include "billing/event.h"
#include "billing/recall.h"
#include "billing/step.h"
#include "module/billing.h"

static const char *minutes_from_now(int64_t n)
{
	char text[STAMP_TEXT];

	stamp_write(stamp_add(stamp_now(), n * USEC_PER_MIN), text);
	return arena_str(harness_ctx()->mem, text);
}

/* --- passwords ---------------------------------------------------------------------- */

static const char *password_hash(void)
{
	return text_of("SELECT password_hash AS s FROM person WHERE login = 'c1'");
}

START_TEST(a_password_chosen_since_is_not_undone_by_a_late_event)
{
	new_entity(1, 1);
	/* Billing's own does not count: its events are in order by their numbers. */
	ck_applied(SAY(.type = "update_password", .seq = 2, .at = minutes_from_now(-20),
	               .data = "{\"password\":\"second\"}"));
	ck_applied(SAY(.type = "update_password", .seq = 3, .at = minutes_from_now(-30),
	               .data = "{\"password\":\"third\"}"));
	run_sql("UPDATE person SET password_hash = 'his own', password_changed_at ="
	        " UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE WHERE login = 'c1'");
	ck_noop(SAY(.type = "update_password", .seq = 4, .at = minutes_from_now(-11),
	            .data = "{\"password\":\"late\"}"),
	        "stale");
	ck_assert_str_eq(password_hash(), "his own");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE sealed_password IS NOT NULL"),
	                 0);
	ck_applied(SAY(.type = "update_password", .seq = 5, .at = minutes_from_now(-9),
	               .data = "{\"password\":\"newer\"}"));
	ck_assert_str_ne(password_hash(), "his own");
	/* An event that waited counts by when it happened, too. */
	ck_applied(SAY(.type = "update_password", .seq = 6, .at = minutes_from_now(-60),
	               .data = "{\"password\":\"in order\"}"));
}
END_TEST

START_TEST(no_secret_is_kept_wherever_it_stands)
{
	struct said s = { .type = "foo",
		          .data = "{\"a\":[{\"password\":\"geheim-1\"}],\"old_password\":"
		                  "\"geheim-2\",\"new_password\":\"geheim-3\",\"secret\":"
		                  "{\"x\":\"geheim-4\"},\"token\":[\"geheim-5\"],"
		                  "\"p\\u0061ssword\":\"geheim-6\",\"note\":\"kept\"}" };
	const char *text;

	new_entity(1, 1);
	ck_event(say_it(&s), 202, "quarantined");
	text = text_of("SELECT payload AS s FROM billing_event WHERE original_type ="
	               " 'billing.foo'");
	ck_assert_ptr_null(strstr(text, "geheim"));
	ck_assert_ptr_nonnull(strstr(text, "\"note\":\"kept\""));
	ck_status(post_signed("acme", NULL, "evt_x",
	                      "{\"id\":\"evt_x\",\"type\":\"billing.pause_entity\","
	                      "\"occurred_at\":\"2026-03-01T09:15:00Z\",\"subject\":{\"kind\":"
	                      "\"entity\",\"external_id\":\"C-1\",\"seq\":9},\"log_extra\":"
	                      "{\"crm\":\"88\",\"password\":\"geheim-7\"}}"),
	          200);
	text = text_of("SELECT CONCAT(payload, log_extra) AS s FROM billing_event"
	               " WHERE event_id = 'evt_x'");
	ck_assert_ptr_null(strstr(text, "geheim"));
	ck_assert_ptr_nonnull(strstr(text, "88"));
}
END_TEST

START_TEST(whom_staff_ended_only_a_beginning_after_that_brings_back)
{
	struct said back = { .type = "new_entity",
		             .seq = 2,
		             .at = minutes_from_now(-5),
		             .data = "{\"login\":\"c1\",\"password\":\"p\"}" };

	new_entity(1, 1);
	acts_as_new(reseller_id, ROLE_RESELLER_PROGRAM, "pia");
	ck_status(call(METHOD_POST, account_path(account_of("C-1"), "/terminate"),
	               "{\"reason_text\":\"Over\",\"confirm_name\":\"Ann 1\"}"),
	          200);
	ck_noop(say_it(&back), "stale_terminated");
	ck_assert_str_eq(state_of("C-1"), "terminated");
	back.at = NULL;
	ck_applied(say_it(&back));
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

/* --- how long ----------------------------------------------------------------------- */

#define EVENTS   "SELECT COUNT(*) AS n FROM billing_event"
#define MEMORIES "SELECT COUNT(*) AS n FROM billing_event_memory"
#define A_DAY    INT64_C(86400)

START_TEST(an_event_is_kept_400_days_and_its_id_800)
{
	new_entity(1, 1);
	ck_status(SAY(.type = "update_login", .seq = 2), 422);
	ck_event(SAY(.type = "unpause_entity", .seq = 3), 200, "noop");
	let_pass(399 * A_DAY);
	sweep();
	ck_assert_int_eq(number_of(EVENTS), 3);
	let_pass(2 * A_DAY);
	sweep();
	ck_assert_int_eq(number_of(EVENTS), 0);
	ck_assert_int_eq(number_of(MEMORIES), 3);
	run_sql("UPDATE billing_event_memory SET received_at = received_at - INTERVAL 398 DAY");
	sweep();
	ck_assert_int_eq(number_of(MEMORIES), 3);
	run_sql("UPDATE billing_event_memory SET received_at = received_at - INTERVAL 2 DAY");
	sweep();
	ck_assert_int_eq(number_of(MEMORIES), 0);
}
END_TEST

/* The next try lies so many minutes after the last, which was between two instants. */
static void ck_next_try(struct stamp from, struct stamp to, int64_t minutes)
{
	int64_t due = number_of("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', due_at) AS n"
	                        " FROM billing_event WHERE event_id = 'evt_p'");

	ck_assert_str_eq(event_state("evt_p"), "failed");
	ck_assert_int_ge(due, stamp_add(from, minutes * USEC_PER_MIN).usec);
	ck_assert_int_le(due, stamp_add(to, minutes * USEC_PER_MIN).usec);
}

START_TEST(what_failed_is_tried_after_1_5_30_120_and_720_minutes)
{
	static const int64_t ladder[] = { 1, 5, 30, 120, 720 };
	struct stamp from = stamp_now();

	new_entity(1, 1);
	scratch_run("RENAME TABLE hold TO hold_away");
	ck_event(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2), 202, "failed");
	for (size_t i = 0; i < ARRAY_LEN(ladder); i++) {
		ck_next_try(from, stamp_now(), ladder[i]);
		let_pass(ladder[i] * 60 + 1);
		from = stamp_now();
		ck_assert_int_eq(run_worker(), 1);
	}
	scratch_run("RENAME TABLE hold_away TO hold");
	ck_assert_str_eq(event_state("evt_p"), "dead");
	ck_assert_str_eq(event_reason("evt_p"), "internal_error");
}
END_TEST

START_TEST(an_event_is_tried_again_as_soon_as_it_is_due_and_not_before)
{
	new_entity(1, 1);
	scratch_run("RENAME TABLE hold TO hold_away");
	ck_event(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2), 202, "failed");
	scratch_run("RENAME TABLE hold_away TO hold");
	ck_assert_int_eq(run_worker(), 0);
	let_pass(61);
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_p"), "applied");
	ck_assert_str_eq(state_of("C-1"), "suspended");
}
END_TEST

/* How many keys of acme there are so many minutes from now, by what is remembered or read. */
static size_t keys_in(struct source_memo *memo, int64_t minutes)
{
	struct ctx c = *harness_ctx();
	struct billing_source s;

	c.sources = memo;
	c.now = stamp_add(stamp_now(), minutes * USEC_PER_MIN);
	ck_assert_int_eq(sources_recall(&c, "acme", &s), OK);
	return s.nsigning;
}

START_TEST(what_is_done_is_not_done_again_when_it_is_called_twice)
{
	struct db *db = scratch_connect("gatehouse_worker");
	struct applied done = { .did = true };
	struct ctx c;

	new_entity(1, 1);
	ck_applied(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2));
	ctx_init_system(&c, harness_ctx()->mem, db, harness_ctx()->config, "worker");
	ck_assert_int_eq(apply_stored(&c,
	                              number_of("SELECT seq AS n FROM billing_event"
	                                        " WHERE event_id = 'evt_p'"),
	                              true, &done),
	                 OK);
	ck_assert(!done.did);
	ck_assert_str_eq(event_state("evt_p"), "applied");
	db_free(db);
}
END_TEST

START_TEST(a_secret_is_good_until_its_date)
{
	struct source_memo *memo = source_memo_new(harness_ctx()->mem);

	run_sql("UPDATE billing_secret SET retire_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR");
	for (int i = 0; i < 2; i++) {
		struct source_memo *by = i ? memo : NULL;

		ck_assert_uint_eq(keys_in(by, 0), 1);
		ck_assert_uint_eq(keys_in(by, 59), 1);
		ck_assert_uint_eq(keys_in(by, 61), 0);
	}
	run_sql("UPDATE billing_secret SET retire_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND");
	ck_refused(SAY(.type = "new_entity", .data = "{\"login\":\"c1\",\"password\":\"p\"}"),
	           401, "callback-refused");
	run_sql("UPDATE billing_secret SET retire_at = NULL");
	ck_applied(SAY(.type = "new_entity", .data = "{\"login\":\"c1\",\"password\":\"p\"}"));
}
END_TEST

/* --- lists ------------------------------------------------------------------------------ */

START_TEST(a_list_of_cameras_takes_away_only_what_its_own_source_knows)
{
	new_entity(1, 1);
	for (int i = 0; i < 2; i++)
		ck_applied(SAY(.type = "attach_camera", .seq = 2 + i,
		               .data = i ? "{\"camera_external_id\":\"B\",\"mac\":"
		                           "\"11:22:33:44:55:02\",\"serial_number\":\"SB\"}"
		                         : "{\"camera_external_id\":\"A\",\"mac\":"
		                           "\"11:22:33:44:55:01\",\"serial_number\":\"SA\"}"));
	/* One that staff put there, one with an id of another source. */
	run_sql("INSERT INTO device (kind, account_id, name, uuid, external_id,"
	        " billing_source_id, created_at, updated_at) VALUES"
	        " ('camera', %lld, 'Staff', UUID(), NULL, NULL, NOW(6), NOW(6)),"
	        " ('camera', %lld, 'Other', UUID(), 'X', (SELECT id FROM billing_source"
	        " WHERE name = 'other'), NOW(6), NOW(6)),"
	        " ('panel', %lld, 'Panel', UUID(), 'Y', (SELECT id FROM billing_source"
	        " WHERE name = 'acme'), NOW(6), NOW(6))",
	        (long long)account_of("C-1"), (long long)account_of("C-1"),
	        (long long)account_of("C-1"));
	ck_applied(SAY(.type = "sync_cameras", .seq = 4,
	               .data = "{\"camera_external_ids\":[\"B\"]}"));
	ck_assert_str_eq(text_of("SELECT GROUP_CONCAT(name ORDER BY name) AS s FROM device"
	                         " WHERE account_id IS NOT NULL AND external_id IS NULL"),
	                 "Staff");
	ck_assert_str_eq(text_of("SELECT GROUP_CONCAT(external_id ORDER BY external_id) AS s"
	                         " FROM device WHERE account_id IS NOT NULL"),
	                 "B,X,Y");
	/* What was said of one camera after the list stays; what was said before is over. */
	ck_noop(SAY(.type = "unpause_entity", .seq = 7), "not_paused");
	ck_applied(SAY(.type = "attach_camera", .seq = 8,
	               .data = "{\"camera_external_id\":\"A\"}"));
	ck_noop(SAY(.type = "sync_cameras", .seq = 6,
	            .data = "{\"camera_external_ids\":[\"B\"]}"),
	        "already_so");
	ck_noop(SAY(.type = "detach_camera", .seq = 5,
	            .data = "{\"camera_external_id\":\"B\"}"),
	        "stale");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM device"
	                           " WHERE account_id IS NOT NULL"),
	                 5);
	ck_applied(SAY(.type = "detach_camera", .seq = 9,
	               .data = "{\"camera_external_id\":\"B\"}"));
	ck_noop(SAY(.type = "sync_cameras", .seq = 7,
	            .data = "{\"camera_external_ids\":[\"A\",\"B\"]}"),
	        "already_so");
}
END_TEST

START_TEST(levels_that_are_not_named_stay_and_those_taken_back_are_kept_a_week)
{
	new_entity(1, 1);
	ck_applied(SAY(.type = "set_licenses", .seq = 2,
	               .data = "{\"analytic_l1\":1,\"analytic_l2\":2,\"analytic_l3\":3,"
	                       "\"analytic_l4\":4}"));
	ck_applied(SAY(.type = "set_licenses", .seq = 3,
	               .data = "{\"analytic_l1\":null,\"analytic_l3\":1}"));
	ck_noop(SAY(.type = "set_licenses", .seq = 2, .data = "{\"analytic_l4\":9}"), "stale");
	ck_noop(SAY(.type = "set_licenses", .seq = 4, .data = "{\"analytic_l1\":null}"),
	        "already_so");
	ck_assert_str_eq(text_of("SELECT GROUP_CONCAT(quantity, state ORDER BY item) AS s"
	                         " FROM entitlement"),
	                 "0removed,2active,1active,4active");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM entitlement WHERE"
	                           " TIMESTAMPDIFF(SECOND, removed_at, purge_at) = 604800"),
	                 1);
}
END_TEST

/* --- the log ---------------------------------------------------------------------------- */

#define LOGGED(action) \
	number_of("SELECT COUNT(*) AS n FROM change_log WHERE action = '" action \
	          "' AND actor_kind = 'billing'")

START_TEST(each_change_stands_in_the_log_once)
{
	struct said last = {
		.id = "evt_1", .type = "terminate_entity", .seq = 9, .at = minutes_from_now(0)
	};

	new_entity(1, 1);
	ck_applied(SAY(.type = "pause_entity", .seq = 2));
	ck_noop(SAY(.type = "pause_entity", .seq = 3), "already_so");
	ck_applied(SAY(.type = "unpause_entity", .seq = 4));
	ck_noop(SAY(.type = "unpause_entity", .seq = 5), "not_paused");
	ck_applied(SAY(.type = "update_login", .seq = 6, .data = "{\"login\":\"lee\"}"));
	ck_applied(SAY(.type = "set_licenses", .seq = 7, .data = "{\"analytic_l1\":1}"));
	ck_applied(SAY(.type = "update_password", .seq = 8, .data = "{\"password\":\"p\"}"));
	ck_applied(say_it(&last));
	ck_applied(say_it(&last));
	ck_noop(SAY(.type = "terminate_entity", .seq = 10), "already_so");
	ck_applied(SAY(.type = "new_entity", .seq = 11,
	               .data = "{\"login\":\"lee\",\"password\":\"p\"}"));
	ck_assert_int_eq(LOGGED("account.create"), 1);
	ck_assert_int_eq(LOGGED("account.suspend"), 1);
	ck_assert_int_eq(LOGGED("account.resume"), 1);
	ck_assert_int_eq(LOGGED("person.change_login"), 1);
	ck_assert_int_eq(LOGGED("licence.change"), 1);
	ck_assert_int_eq(LOGGED("account.terminate"), 1);
	ck_assert_int_eq(LOGGED("account.restore"), 1);
	/* By its own event, and by the return. */
	ck_assert_int_eq(LOGGED("person.set_password"), 2);
	ck_event(SAY(.id = "evt_q", .type = "foo"), 202, "quarantined");
	ck_assert_int_eq(LOGGED("billing_event.quarantine"), 1);
}
END_TEST

START_TEST(a_permission_that_is_so_already_is_no_change)
{
	const char *version = "SELECT ver AS n FROM membership WHERE kind = 'main'";
	int64_t before;

	new_entity(1, 1);
	ck_applied(SAY(.type = "update_entity", .seq = 2,
	               .data = "{\"permissions_to_attach\":[\"ptz\"],"
	                       "\"permissions_to_detach\":[\"share\"]}"));
	before = number_of("%s", version);
	ck_noop(SAY(.type = "update_entity", .seq = 3,
	            .data = "{\"permissions_to_attach\":[\"ptz\"],"
	                    "\"permissions_to_detach\":[\"share\"]}"),
	        "already_so");
	ck_assert_int_eq(number_of("%s", version), before);
	ck_assert_int_eq(LOGGED("member.permission"), 1);
	ck_applied(SAY(.type = "update_entity", .seq = 4,
	               .data = "{\"permissions_to_attach\":[\"share\"]}"));
	ck_assert_int_gt(number_of("%s", version), before);
	ck_assert_int_eq(LOGGED("member.permission"), 2);
	/* What was said before is older than that. */
	ck_noop(SAY(.type = "update_entity", .seq = 3,
	            .data = "{\"permissions_to_detach\":[\"share\"]}"),
	        "stale");
}
END_TEST

START_TEST(an_event_that_cannot_be_read_holds_up_no_other)
{
	ck_event(SAY(.id = "evt_a", .type = "pause_entity", .key = "C-8"), 202, "deferred");
	ck_event(SAY(.id = "evt_b", .type = "pause_entity", .key = "C-9"), 202, "deferred");
	run_sql("UPDATE billing_event SET payload = '{' WHERE event_id = 'evt_a'");
	let_pass(73 * 3600);
	ck_assert_int_gt(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_b"), "quarantined");
	ck_assert_str_eq(event_state("evt_a"), "failed");
	for (int i = 0; i < EVENT_TRIES; i++) {
		let_pass(24 * 3600);
		run_worker();
	}
	ck_assert_str_eq(event_state("evt_a"), "dead");
}
END_TEST

#define BATCH "/billing/v1/callbacks/acme/batch"

/* Work that goes on says so after each piece, and ends when nobody waits for it. */
static bool beat_twice(void *peer)
{
	int *left = peer;

	return --*left > 0;
}

START_TEST(a_batch_ends_when_nobody_waits_for_it_and_goes_on_when_sent_again)
{
	struct said s[3] = { { .id = "evt_1", .type = "pause_entity", .seq = 2 },
		             { .id = "evt_2", .type = "unpause_entity", .seq = 3 },
		             { .id = "evt_3", .type = "pause_entity", .seq = 4 } };
	static char body[4000];
	struct answer a;
	int left = 2;

	new_entity(1, 1);
	snprintf(body, sizeof(body), "{\"events\":[%s,%s,%s]}", body_of(&s[0]), body_of(&s[1]),
	         body_of(&s[2]));
	harness_beat(beat_twice, &left);
	ck_refused(post_signed("acme", BATCH, "batch_1", body), 503, "unavailable");
	ck_assert_str_eq(event_state("evt_2"), "applied");
	ck_assert_ptr_null(
		text_of("SELECT state AS s FROM billing_event WHERE event_id = 'evt_3'"));
	left = 1000;
	a = post_signed("acme", BATCH, "batch_1", body);
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/results/1/duplicate"), 1);
	ck_assert_str_eq(text_at(&a, "/results/2/state"), "applied");
	ck_assert_int_eq(left, 1000 - 3);
	harness_beat(NULL, NULL);
}
END_TEST

START_TEST(an_event_whose_row_is_gone_is_remembered)
{
	struct said s = {
		.id = "evt_1", .type = "pause_entity", .seq = 2, .at = "2026-03-01T09:00:00Z"
	};
	struct answer a;

	new_entity(1, 1);
	ck_event(say_it(&s), 200, "applied");
	run_sql("INSERT INTO billing_event_memory SELECT source_id, event_id, body_sha256, "
	        "state,"
	        " received_at FROM billing_event WHERE event_id = 'evt_1'");
	run_sql("DELETE FROM billing_event WHERE event_id = 'evt_1'");
	a = say_it(&s);
	ck_event(a, 200, "applied");
	ck_assert_int_eq(number_at(&a, "/duplicate"), 1);
	s.data = "{\"reason\":\"x\"}";
	ck_refused(say_it(&s), 409, "other-body");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE event_id = 'evt_1'"),
	                 0);
}
END_TEST

TESTS_WITH("billing keeping", billing_begin, NULL,
           a_password_chosen_since_is_not_undone_by_a_late_event,
           no_secret_is_kept_wherever_it_stands,
           whom_staff_ended_only_a_beginning_after_that_brings_back,
           an_event_is_kept_400_days_and_its_id_800,
           what_failed_is_tried_after_1_5_30_120_and_720_minutes,
           an_event_is_tried_again_as_soon_as_it_is_due_and_not_before,
           what_is_done_is_not_done_again_when_it_is_called_twice,
           a_secret_is_good_until_its_date,
           a_list_of_cameras_takes_away_only_what_its_own_source_knows,
           levels_that_are_not_named_stay_and_those_taken_back_are_kept_a_week,
           each_change_stands_in_the_log_once, a_permission_that_is_so_already_is_no_change,
           an_event_that_cannot_be_read_holds_up_no_other,
           a_batch_ends_when_nobody_waits_for_it_and_goes_on_when_sent_again,
           an_event_whose_row_is_gone_is_remembered);
