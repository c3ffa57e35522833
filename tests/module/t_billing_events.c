/* The log of billing events: who sees what, filters, and what people do. */
#include <stdio.h>
#include <string.h>

#include "billing/step.h"
#include "module/billing.h"

static const char *evt_path(const char *id, const char *rest)
{
	static char path[4][160];
	static int at;

	at = (at + 1) % 4;
	snprintf(path[at], sizeof(path[at]), "/api/v1/billing-events/%s%s",
	         id_text(ID_EVENT, number_of("SELECT seq AS n FROM billing_event"
	                                     " WHERE event_id = '%s'",
	                                     id)),
	         rest);
	return path[at];
}

START_TEST(the_log_of_an_account_shows_what_came_and_became_of_it)
{
	struct answer a;

	new_entity(1, 1);
	ck_status(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2,
	              .data = "{\"reason\":\"non_payment\"}"),
	          200);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	a = call(METHOD_GET, account_path(account_of("C-1"), "/billing-events"), NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_str_eq(text_at(&a, "/items/0/event_id"), "evt_p");
	ck_assert_str_eq(text_at(&a, "/items/0/label"), "Billing. Pause entity");
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "applied");
	ck_assert_str_eq(text_at(&a, "/items/0/source_name"), "acme");
	ck_assert_int_eq(number_at(&a, "/items/0/subject_seq"), 2);
	a = call(METHOD_GET, evt_path("evt_p", ""), NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/payload/data/reason"), "non_payment");
	ck_assert_str_eq(text_at(&a, "/changes/after/hold"), "non_payment");
	ck_assert_ptr_nonnull(a.etag);
}
END_TEST

START_TEST(filters_narrow_the_log)
{
	struct answer a;

	new_entity(1, 1);
	new_entity(2, 1);
	ck_status(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2), 200);
	ck_status(SAY(.id = "evt_x", .type = "foo", .key = "C-2"), 202);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
#define COUNT(query, n) \
	do { \
		a = call(METHOD_GET, "/api/v1/billing-events" query, NULL); \
		ck_status(a, 200); \
		ck_assert_msg(length_at(&a, "/items") == (n), "%s: %s", query, a.body); \
	} while (0)
	COUNT("", 4);
	COUNT("?type=billing.pause_entity", 1);
	COUNT("?type=billing.pause_entity&type=billing.new_entity", 3);
	COUNT("?type=billing.unknown_type", 1);
	COUNT("?state=quarantined", 1);
	COUNT("?state=quarantined&state=applied", 4);
	COUNT("?subject=C-2", 2);
	COUNT("?from=2099-01-01T00:00:00Z", 0);
	COUNT("?to=2099-01-01T00:00:00Z", 4);
	COUNT("?correlation=nothing", 0);
	a = call(METHOD_GET, "/api/v1/billing-events?type=billing.foo", NULL);
	ck_status(a, 422);
	ck_status(call(METHOD_GET, "/api/v1/billing-events?state=gone", NULL), 422);
	a = call(METHOD_GET, "/api/v1/billing-events?limit=10&type=billing.new_entity", NULL);
	ck_assert_int_eq(number_at(&a, "/total/value"), 2);
	ck_assert_int_eq(number_at(&a, "/total/exact"), 1);
	a = call(METHOD_GET, "/api/v1/billing-events?limit=0", NULL);
	ck_status(a, 422);
	ck_assert_ptr_nonnull(complaint_at(&a, "/limit"));
	a = call(METHOD_GET, "/api/v1/jobs", NULL);
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/total/value"), 0);
	ck_status(call(METHOD_GET, "/api/v1/jobs?limit=0", NULL), 422);
}
END_TEST

START_TEST(pages_go_on_and_back)
{
	struct answer a, b;
	char path[500];

	new_entity(1, 1);
	for (int i = 0; i < 12; i++)
		ck_status(SAY(.type = i % 2 ? "unpause_entity" : "pause_entity", .seq = 2 + i),
		          200);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	a = call(METHOD_GET, "/api/v1/billing-events?limit=10", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 10);
	snprintf(path, sizeof(path), "/api/v1/billing-events?limit=10&cursor=%s",
	         text_at(&a, "/next"));
	b = call(METHOD_GET, path, NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 3);
	ck_assert(!is_at(&b, "/next"));
	snprintf(path, sizeof(path), "/api/v1/billing-events?limit=10&cursor=%s",
	         text_at(&b, "/prev"));
	b = call(METHOD_GET, path, NULL);
	ck_assert_str_eq(text_at(&b, "/items/0/id"), text_at(&a, "/items/0/id"));
}
END_TEST

START_TEST(who_does_not_see_the_account_does_not_see_its_events)
{
	struct answer a;

	new_entity(1, 1);
	ck_status(SAY(.id = "evt_x", .type = "foo"), 202);
	ck_status(SAY(.id = "evt_o", .type = "pause_entity", .key = "C-9"), 202);
	acts_as_new(other_reseller_id, ROLE_RESELLER_BILLING, "sam");
	a = call(METHOD_GET, "/api/v1/billing-events", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	ck_status(call(METHOD_GET, evt_path("evt_x", ""), NULL), 404);
	ck_status(call(METHOD_GET, evt_path("evt_o", ""), NULL), 404);
	ck_status(call(METHOD_POST, evt_path("evt_x", "/replay"), "{}"), 404);
	ck_status(call(METHOD_POST, evt_path("evt_x", "/dismiss"), "{\"reason_text\":\"x\"}"),
	          404);
	ck_status(call(METHOD_POST, evt_path("evt_x", "/map"), "{\"csa_code\":\"1\"}"), 404);
	ck_status(call(METHOD_GET, account_path(account_of("C-1"), "/billing-events"), NULL),
	          404);
	a = call(METHOD_GET, "/api/v1/billing-sources", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/name"), "other");
	ck_assert_str_eq(event_state("evt_x"), "quarantined");
}
END_TEST

START_TEST(payloads_are_for_who_may_see_them)
{
	struct answer a;

	new_entity(1, 1);
	ck_status(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2), 200);
	acts_as_new(reseller_id, ROLE_RESELLER_SUPPORT, "sue");
	a = call(METHOD_GET, evt_path("evt_p", ""), NULL);
	ck_status(a, 200);
	ck_assert(!is_at(&a, "/payload"));
	ck_assert(!is_at(&a, "/changes"));
	ck_status(call(METHOD_POST, evt_path("evt_p", "/replay"), "{}"), 403);
	ck_status(call(METHOD_POST, evt_path("evt_p", "/dismiss"), "{\"reason_text\":\"x\"}"),
	          403);
}
END_TEST

START_TEST(only_what_waits_is_replayed_or_dismissed)
{
	struct answer a;

	new_entity(1, 1);
	ck_status(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2), 200);
	ck_status(SAY(.id = "evt_x", .type = "foo"), 202);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	ck_refused(call(METHOD_POST, evt_path("evt_p", "/replay"), "{}"), 409,
	           "not-replayable");
	ck_refused(call(METHOD_POST, evt_path("evt_p", "/dismiss"), "{\"reason_text\":\"x\"}"),
	           409, "not-dismissible");
	ck_refused(call(METHOD_POST, evt_path("evt_x", "/map"),
	                "{\"csa_code\":\"1\",\"add\":true}"),
	           409, "not-mappable");
	ck_status(call(METHOD_POST, evt_path("evt_x", "/dismiss"), "{}"), 422);
	a = call(METHOD_POST, evt_path("evt_x", "/dismiss"), "{\"reason_text\":\"a test\"}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "dismissed");
	ck_assert_str_eq(text_at(&a, "/dismissed_why"), "a test");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                           " 'billing_event.dismiss' AND actor_kind = 'person'"),
	                 1);
}
END_TEST

START_TEST(both_addresses_hear_of_another_login)
{
	new_entity(1, 1);
	ck_event(SAY(.id = "evt_a", .type = "update_login", .seq = 2,
	             .data = "{\"login\":\"old@example.test\"}"),
	         200, "applied");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM mail"), 0);
	ck_event(SAY(.id = "evt_b", .type = "update_login", .seq = 3,
	             .data = "{\"login\":\"new@example.test\"}"),
	         200, "applied");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM mail WHERE kind = 'login-changed'"
	                           " AND to_address IN ('old@example.test', 'new@example.test')"
	                           " AND person_id IS NOT NULL AND outbox_id IS NOT NULL"),
	                 2);
}
END_TEST

START_TEST(a_replay_is_a_new_attempt_with_the_person_in_the_log)
{
	struct answer a;

	new_entity(1, 1);
	new_entity(2, 1);
	ck_status(SAY(.id = "evt_l", .type = "update_login", .seq = 2,
	              .data = "{\"login\":\"c2\"}"),
	          202);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	a = call(METHOD_POST, evt_path("evt_l", "/replay"), "{}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "quarantined");
	run_sql("UPDATE person SET login = 'free' WHERE login = 'c2'");
	a = call(METHOD_POST,
	         evt_path(text_of("SELECT event_id AS s FROM billing_event WHERE"
	                          " event_id LIKE 'replay:%%'"),
	                  "/replay"),
	         "{}");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "applied");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM person WHERE login = 'c2'"), 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE state ="
	                           " 'replayed'"),
	                 2);
	/* What is run again is what the source sent. */
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE"
	                           " verified_by = 'signature'"),
	                 number_of("SELECT COUNT(*) AS n FROM billing_event"));
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                           " 'billing_event.replay' AND actor_kind = 'person'"),
	                 2);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                           " 'person.change_login' AND actor_label = 'acme'"),
	                 1);
	/* The sender, who may still repeat it, learns how it ended. */
	a = post_signed(
		"acme", NULL, "evt_l",
		text_of("SELECT payload AS s FROM billing_event WHERE event_id = 'evt_l'"));
	ck_event(a, 200, "applied");
	ck_assert_int_eq(number_at(&a, "/duplicate"), 1);
}
END_TEST

/* As after an upgrade that knows what was sent as "foo". */
static void learn_type(const char *as)
{
	run_sql("UPDATE billing_event SET original_type = '%s' WHERE original_type ="
	        " 'billing.foo' AND state = 'quarantined'",
	        as);
}

#define REPLAY_ALL "/api/v1/billing-events/replay"

START_TEST(all_of_a_type_are_tried_again_by_the_worker)
{
	struct answer a;

	new_entity(1, 1);
	new_entity(2, 1);
	ck_status(SAY(.id = "evt_a", .type = "foo", .seq = 2), 202);
	ck_status(SAY(.id = "evt_b", .type = "foo", .key = "C-2", .seq = 2), 202);
	ck_status(SAY(.id = "evt_c", .type = "bar"), 202);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	a = call(METHOD_POST, REPLAY_ALL, "{\"type\":\"billing.unknown_type\"}");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	learn_type("billing.pause_entity");
	a = call(METHOD_POST, REPLAY_ALL,
	         "{\"type\":\"billing.pause_entity\",\"source\":\"nobody\"}");
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	a = call(METHOD_POST, REPLAY_ALL,
	         "{\"type\":\"billing.pause_entity\",\"source\":\"acme\"}");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_int_eq(number_at(&a, "/total/value"), 2);
	ck_assert_str_eq(text_at(&a, "/items/0/state"), "received");
	ck_assert_str_eq(text_at(&a, "/items/0/event_id"), "evt_a");
	ck_assert(is_at(&a, "/items/0/replay_of"));
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_assert_int_eq(run_worker(), 2);
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_assert_str_eq(state_of("C-2"), "suspended");
	ck_assert_str_eq(event_state("evt_a"), "replayed");
	ck_assert_str_eq(event_state("evt_c"), "quarantined");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                           " 'billing_event.replay' AND actor_kind = 'person'"),
	                 2);
	a = call(METHOD_POST, REPLAY_ALL, "{\"type\":\"billing.pause_entity\"}");
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
}
END_TEST

START_TEST(one_that_refuses_again_does_not_hold_up_the_others)
{
	struct answer a;

	new_entity(1, 1);
	new_entity(2, 1);
	new_entity(3, 1);
	ck_status(SAY(.id = "evt_l", .type = "update_login", .seq = 2,
	              .data = "{\"login\":\"c3\"}"),
	          202);
	ck_status(SAY(.id = "evt_m", .type = "update_login", .key = "C-2", .seq = 2,
	              .data = "{\"login\":\"c1\"}"),
	          202);
	run_sql("UPDATE person SET login = 'free' WHERE login = 'c1'");
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	a = call(METHOD_POST, REPLAY_ALL, "{\"type\":\"billing.update_login\"}");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_int_eq(run_worker(), 2);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE state ="
	                           " 'applied' AND replay_of IS NOT NULL"),
	                 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE state ="
	                           " 'quarantined' AND state_reason = 'login_conflict'"),
	                 1);
}
END_TEST

START_TEST(all_of_a_type_are_only_those_the_caller_sees_and_may_replay)
{
	struct answer a;

	new_entity(1, 1);
	ck_status(SAY(.id = "evt_a", .type = "foo", .seq = 2), 202);
	learn_type("billing.pause_entity");
	acts_as_new(reseller_id, ROLE_RESELLER_SUPPORT, "sue");
	ck_status(call(METHOD_POST, REPLAY_ALL, "{\"type\":\"billing.pause_entity\"}"), 403);
	acts_as_new(other_reseller_id, ROLE_RESELLER_BILLING, "sam");
	a = call(METHOD_POST, REPLAY_ALL, "{\"type\":\"billing.pause_entity\"}");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	a = call(METHOD_POST, REPLAY_ALL, "{\"type\":\"billing.nonsense\"}");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/type"), "not-one-of");
	ck_status(call(METHOD_POST, REPLAY_ALL, "{}"), 422);
	ck_assert_str_eq(event_state("evt_a"), "quarantined");
}
END_TEST

START_TEST(a_replayed_password_is_the_one_that_was_sent)
{
	const char *first;

	new_entity(1, 0);
	first = text_of("SELECT password_hash AS s FROM person WHERE login = 'c1'");
	ck_status(SAY(.id = "evt_w", .type = "update_password", .at = "2099-01-01T00:00:00Z",
	              .data = "{\"password\":\"later\"}"),
	          202);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE sealed_password LIKE '$argon2id$%%'"),
	                 1);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	ck_status(call(METHOD_POST, evt_path("evt_w", "/replay"), "{}"), 200);
	ck_assert_str_ne(text_of("SELECT password_hash AS s FROM person WHERE login = 'c1'"),
	                 first);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE sealed_password IS NOT NULL"),
	                 0);
}
END_TEST

START_TEST(what_is_finished_and_old_is_remembered_by_its_id)
{
	struct said s = {
		.id = "evt_1", .type = "pause_entity", .seq = 2, .at = "2026-03-01T09:00:00Z"
	};
	struct db *db = scratch_connect("gatehouse_worker");
	struct arena mem;
	struct answer a;
	struct ctx c;
	bool did;

	arena_init(&mem, 16 << 20);
	new_entity(1, 1);
	ck_status(say_it(&s), 200);
	ck_status(SAY(.id = "evt_x", .type = "foo"), 202);
	ctx_init_system(&c, &mem, db, harness_ctx()->config, "worker");
	ck_assert_int_eq(billing_sweep_step(&c, &did), OK);
	ck_assert(!did);
	let_pass(401 * INT64_C(86400));
	ck_assert_int_eq(billing_sweep_step(&c, &did), OK);
	ck_assert(did);
	/* What waits for a person stays. */
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"), 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event_memory"), 2);
	a = say_it(&s);
	ck_event(a, 200, "applied");
	ck_assert_int_eq(number_at(&a, "/duplicate"), 1);
	run_sql("UPDATE billing_event_memory SET received_at = received_at - INTERVAL 400 DAY");
	ck_assert_int_eq(billing_sweep_step(&c, &did), OK);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event_memory"), 0);
	db_free(db);
	arena_release(&mem);
}
END_TEST

START_TEST(an_effect_that_fails_is_tried_again_and_then_given_up)
{
	int n;

	new_entity(1, 1);
	scratch_run("RENAME TABLE hold TO hold_away");
	ck_event(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2), 202, "failed");
	ck_assert_int_eq(run_worker(), 0);
	for (n = 1; n < 10 && strcmp(event_state("evt_p"), "failed") == 0; n++) {
		let_pass(12 * 3600);
		ck_assert_int_eq(run_worker(), 1);
	}
	ck_assert_int_eq(n, 6);
	ck_assert_str_eq(event_state("evt_p"), "dead");
	scratch_run("RENAME TABLE hold_away TO hold");
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	ck_status(call(METHOD_POST, evt_path("evt_p", "/replay"), "{}"), 200);
	ck_assert_str_eq(state_of("C-1"), "suspended");
}
END_TEST

TESTS_WITH("billing events", billing_begin, NULL,
           the_log_of_an_account_shows_what_came_and_became_of_it, filters_narrow_the_log,
           pages_go_on_and_back, who_does_not_see_the_account_does_not_see_its_events,
           payloads_are_for_who_may_see_them, only_what_waits_is_replayed_or_dismissed,
           both_addresses_hear_of_another_login,
           a_replay_is_a_new_attempt_with_the_person_in_the_log,
           all_of_a_type_are_tried_again_by_the_worker,
           one_that_refuses_again_does_not_hold_up_the_others,
           all_of_a_type_are_only_those_the_caller_sees_and_may_replay,
           a_replayed_password_is_the_one_that_was_sent,
           what_is_finished_and_old_is_remembered_by_its_id,
           an_effect_that_fails_is_tried_again_and_then_given_up);
