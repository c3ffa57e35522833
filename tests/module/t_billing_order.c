/* Order, repeats, gaps: whatever arrives when, the end is the same. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "billing/event.h"
#include "billing/intake.h"
#include "module/billing.h"

#define NOW "2026-03-01T09:00:00Z"

/* --- permutations ------------------------------------------------------------- */

#define STEPS 5

struct script {
	const char *type, *data;
};

/* What is left of an account: all that events of the scripts can change. */
static void picture(int n, char *out, size_t cap)
{
	char key[20];

	snprintf(key, sizeof(key), "C-%d", n);
	snprintf(out, cap, "%s login=%s name=%s holds=%lld l1=%lld", state_of(key),
	         text_of("SELECT REPLACE(p.login, '-%d', '') AS s FROM person p JOIN account a"
	                 " ON a.main_person_id = p.id WHERE a.external_id = '%s'",
	                 n, key),
	         text_of("SELECT name AS s FROM account WHERE external_id = '%s'", key),
	         (long long)number_of("SELECT COUNT(*) AS n FROM hold h JOIN account a"
	                              " ON a.id = h.account_id WHERE a.external_id = '%s'"
	                              " AND h.open_slot = 1",
	                              key),
	         (long long)number_of(
			 "SELECT COALESCE(SUM(e.quantity), 0) AS n FROM entitlement e"
			 " JOIN account a ON a.id = e.account_id"
			 " WHERE a.external_id = '%s' AND e.state = 'active'",
			 key));
}

static void send_step(const struct script *s, int i, int n)
{
	size_t before = strcspn(s->data, "#");
	char key[20], data[300], number[20];
	struct answer a;

	snprintf(key, sizeof(key), "C-%d", n);
	/* Logins are one name in the whole installation: each run has its own. */
	snprintf(number, sizeof(number), "%d", n);
	snprintf(data, sizeof(data), "%.*s%s%s", (int)before, s->data,
	         s->data[before] ? number : "", s->data + before + (s->data[before] != '\0'));
	a = SAY(.type = s->type, .key = key, .seq = i + 1, .data = data);
	ck_assert_msg(a.status == 200 || a.status == 202, "%d %s", a.status, a.body);
}

static void run_order(const struct script *s, const int *order, int n)
{
	for (int i = 0; i < STEPS; i++)
		send_step(&s[order[i]], order[i], n);
	/* What waits for numbers that never come, and for others, has its time now. */
	let_pass(61);
	run_worker();
}

static void permute(const struct script *s, int *order, int at, int *n, const char *want)
{
	char got[300];

	if (at == STEPS) {
		run_order(s, order, ++*n);
		picture(*n, got, sizeof(got));
		ck_assert_msg(strcmp(got, want) == 0, "%d%d%d%d%d: %s, not %s", order[0],
		              order[1], order[2], order[3], order[4], got, want);
		return;
	}
	for (int i = at; i < STEPS; i++) {
		int t = order[at];

		order[at] = order[i];
		order[i] = t;
		permute(s, order, at + 1, n, want);
		order[i] = order[at];
		order[at] = t;
	}
}

static void all_orders(const struct script *s)
{
	int order[STEPS] = { 0, 1, 2, 3, 4 }, n = 1;
	char want[300];

	run_order(s, order, n);
	picture(n, want, sizeof(want));
	permute(s, order, 0, &n, want);
	ck_assert_int_eq(n, 121);
}

#define NEW "{\"login\":\"ann-#\",\"password\":\"p\",\"name\":\"Ann\"}"

START_TEST(all_orders_of_a_life_end_the_same)
{
	static const struct script life[STEPS] = {
		{ "new_entity", NEW },
		{ "pause_entity", "{}" },
		{ "unpause_entity", "{}" },
		{ "set_licenses", "{\"analytic_l1\":3}" },
		{ "pause_entity", "{\"reason\":\"again\"}" },
	};

	all_orders(life);
}
END_TEST

START_TEST(all_orders_with_changes_of_profile_and_login_end_the_same)
{
	static const struct script profile[STEPS] = {
		{ "new_entity", NEW },
		{ "update_entity", "{\"name\":\"Ann Lee\"}" },
		{ "update_login", "{\"login\":\"lee-#\"}" },
		{ "update_entity", "{\"name\":\"Ann Li\",\"status\":\"blocked\"}" },
		{ "unpause_entity", "{}" },
	};

	all_orders(profile);
}
END_TEST

/* --- repeats -------------------------------------------------------------------- */

#define SENDERS 8

struct sender {
	const char *path, *body;
	struct answer a;
	pthread_barrier_t *meet;
	struct intake_result result;
	bool state_ok, fresh;
	enum err e;
};

static void *send_one(void *arg)
{
	struct sender *s = arg;
	struct db *db = scratch_connect("gatehouse_billing");
	struct billing_source source = { 0 };
	struct arena mem;
	struct ctx c;

	arena_init(&mem, 16 << 20);
	ctx_init_system(&c, &mem, db, harness_ctx()->config, "test");
	s->e = sources_find_by_name(&c, "acme", &source);
	source_act(&c, &source, "127.0.0.1");
	pthread_barrier_wait(s->meet);
	if (!s->e)
		do
			s->e = intake_event(&c, &source, "evt_1", s->body, strlen(s->body),
			                    &s->result);
		while (s->e == ERR_UNAVAILABLE); /* as a sender does */
	/* What the result points to ends with the arena. */
	s->state_ok = !s->e && strcmp(s->result.state, "applied") == 0;
	s->fresh = !s->result.duplicate;
	arena_release(&mem);
	db_free(db);
	db_thread_end();
	return NULL;
}

START_TEST(eight_deliveries_at_once_have_one_effect)
{
	struct said said = { .id = "evt_1", .type = "pause_entity", .seq = 2, .at = NOW };
	struct sender s[SENDERS];
	pthread_barrier_t meet;
	pthread_t t[SENDERS];
	int fresh = 0;

	new_entity(1, 1);
	pthread_barrier_init(&meet, NULL, SENDERS);
	for (int i = 0; i < SENDERS; i++) {
		s[i] = (struct sender){ .body = body_of(&said), .meet = &meet };
		ck_assert_int_eq(pthread_create(&t[i], NULL, send_one, &s[i]), 0);
	}
	for (int i = 0; i < SENDERS; i++) {
		pthread_join(t[i], NULL);
		ck_assert_int_eq(s[i].e, OK);
		ck_assert(s[i].state_ok);
		fresh += s[i].fresh;
	}
	ck_assert_int_eq(fresh, 1);
	ck_assert_int_eq(number_of("SELECT attempts AS n FROM billing_event"
	                           " WHERE event_id = 'evt_1'"),
	                 SENDERS);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold"), 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log"
	                           " WHERE action = 'account.suspend'"),
	                 1);
}
END_TEST

/* An event of one subject, while another's transaction makes the same place. */
struct meeting {
	struct db *db;
	struct said said;
	struct answer a;
	pthread_t sender;
};

static void *send_meanwhile(void *arg)
{
	struct meeting *m = arg;

	m->a = say_it(&m->said);
	return NULL;
}

static enum err make_place_slowly(void *arg)
{
	struct meeting *m = arg;
	const char *waiting = "SELECT COUNT(*) AS n FROM information_schema.innodb_trx"
			      " WHERE trx_state = 'LOCK WAIT'";

	scratch_run_on(m->db, "INSERT INTO site (account_id, kind, name, csa_code, created_at,"
	                      " updated_at) SELECT id, 'location', 'Prosta', '77',"
	                      " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM account"
	                      " WHERE external_id = 'C-1'");
	ck_assert_int_eq(pthread_create(&m->sender, NULL, send_meanwhile, m), 0);
	/* The server looks again only when nobody has asked for a tenth of a second. */
	for (int i = 0; scratch_count(waiting) == 0; i++) {
		ck_assert_int_lt(i, 300);
		usleep(200000);
	}
	return OK;
}

START_TEST(a_place_that_another_makes_meanwhile_is_there)
{
	struct meeting m = {
		.db = scratch_connect(NULL),
		.said = { .type = "create_location", .seq = 2, .data = "{\"csa\":\"77\"}" }
	};

	new_entity(1, 1);
	run_sql("INSERT INTO csa (code, city, added_at) VALUES ('77', 'Warszawa',"
	        " UTC_TIMESTAMP(6))");
	ck_assert_int_eq(db_tx(m.db, DB_WRITE, make_place_slowly, &m), OK);
	pthread_join(m.sender, NULL);
	ck_event(m.a, 200, "noop");
	ck_assert_str_eq(text_at(&m.a, "/reason"), "already_so");
	db_free(m.db);
}
END_TEST

START_TEST(another_id_of_the_same_meaning_is_a_noop)
{
	struct answer a;

	new_entity(1, 1);
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "applied");
	a = SAY(.type = "pause_entity", .seq = 3);
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "already_so");
	/* Reason and end of the hold follow, and are recorded. */
	a = SAY(.type = "pause_entity", .seq = 4, .data = "{\"reason\":\"fraud\"}");
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_of("SELECT reason_code AS s FROM hold"), "fraud");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold"), 1);
}
END_TEST

/* --- order ------------------------------------------------------------------------ */

START_TEST(without_numbers_the_older_event_is_stale)
{
	struct answer a;

	ck_event(SAY(.type = "new_entity", .at = "2026-03-01T08:00:00Z",
	             .data = "{\"login\":\"c1\",\"password\":\"p\"}"),
	         200, "applied");
	ck_event(SAY(.type = "unpause_entity", .at = "2026-03-01T09:00:02Z"), 200, "noop");
	a = SAY(.type = "pause_entity", .at = "2026-03-01T09:00:01Z");
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "stale");
	/* Equal instants: the one that came later. */
	ck_event(SAY(.type = "pause_entity", .at = "2026-03-01T09:00:02Z"), 200, "applied");
	ck_assert_str_eq(state_of("C-1"), "suspended");
}
END_TEST

START_TEST(a_clock_that_jumps_is_for_a_person)
{
	struct answer a;

	new_entity(1, 0);
	a = SAY(.type = "pause_entity", .at = "2099-01-01T00:00:00Z");
	ck_event(a, 202, "quarantined");
	ck_assert_str_eq(text_at(&a, "/reason"), "clock");
	ck_event(SAY(.type = "update_entity", .at = "2026-03-03T00:00:00Z",
	             .data = "{\"name\":\"New\"}"),
	         202, "quarantined");
	ck_assert_str_eq(state_of("C-1"), "active");
	/* With numbers nobody asks the clock. */
	ck_event(SAY(.type = "set_licenses", .seq = 7, .at = "2099-01-01T00:00:00Z",
	             .data = "{\"analytic_l1\":1}"),
	         200, "applied");
}
END_TEST

static const char *minutes_from_now(int64_t n)
{
	char text[STAMP_TEXT];

	stamp_write(stamp_add(stamp_now(), n * USEC_PER_MIN), text);
	return arena_str(harness_ctx()->mem, text);
}

START_TEST(a_clock_may_be_five_minutes_ahead_and_a_day_behind)
{
	struct answer a;

	new_entity(1, 0);
	ck_event(SAY(.type = "pause_entity", .at = minutes_from_now(6)), 202, "quarantined");
	ck_event(SAY(.type = "set_licenses", .at = minutes_from_now(4),
	             .data = "{\"analytic_l1\":1}"),
	         200, "applied");
	a = SAY(.type = "set_licenses", .at = minutes_from_now(-23 * 60),
	        .data = "{\"analytic_l1\":2}");
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "stale");
	a = SAY(.type = "set_licenses", .at = minutes_from_now(-25 * 60),
	        .data = "{\"analytic_l1\":2}");
	ck_event(a, 202, "quarantined");
	ck_assert_str_eq(text_at(&a, "/reason"), "clock");
}
END_TEST

START_TEST(a_gap_is_shown_until_its_event_comes)
{
	struct answer a;

	new_entity(1, 1);
	a = SAY(.id = "evt_4", .type = "pause_entity", .seq = 4);
	ck_event(a, 200, "applied");
	ck_assert_int_eq(number_at(&a, "/missing"), 2);
	ck_event(SAY(.type = "unpause_entity", .seq = 3), 200, "noop");
	ck_assert_int_eq(number_of("SELECT gap_before AS n FROM billing_event"
	                           " WHERE event_id = 'evt_4'"),
	                 2);
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "noop");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE gap_before IS NOT NULL"),
	                 0);
	ck_assert_str_eq(state_of("C-1"), "suspended");
}
END_TEST

START_TEST(what_depends_on_missing_numbers_waits_a_minute)
{
	new_entity(1, 1);
	ck_event(SAY(.id = "evt_3", .type = "update_login", .seq = 3,
	             .data = "{\"login\":\"lee\"}"),
	         202, "deferred");
	ck_assert_str_eq(event_reason("evt_3"), "gap");
	ck_assert_int_eq(run_worker(), 0);
	let_pass(61);
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_3"), "applied");
	ck_assert_int_eq(number_of("SELECT gap_before AS n FROM billing_event"
	                           " WHERE event_id = 'evt_3'"),
	                 2);
}
END_TEST

START_TEST(the_missing_event_lets_the_waiting_one_go_on_at_once)
{
	new_entity(1, 1);
	ck_event(SAY(.id = "evt_3", .type = "update_login", .seq = 3,
	             .data = "{\"login\":\"lee\"}"),
	         202, "deferred");
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "applied");
	ck_assert_str_eq(event_state("evt_3"), "applied");
}
END_TEST

START_TEST(an_orphan_is_for_a_person_after_72_hours)
{
	ck_event(SAY(.id = "evt_p", .type = "pause_entity", .seq = 2), 202, "deferred");
	let_pass(71 * 3600);
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_p"), "deferred");
	ck_assert_int_eq(run_worker(), 0);
	let_pass(3600);
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_p"), "quarantined");
	ck_assert_str_eq(event_reason("evt_p"), "orphan");
	ck_assert_int_eq(run_worker(), 0);
}
END_TEST

START_TEST(a_quarantined_event_holds_up_only_its_own_registers)
{
	char path[120];

	new_entity(1, 1);
	new_entity(2, 1);
	ck_event(SAY(.id = "evt_q", .type = "update_login", .seq = 2,
	             .data = "{\"login\":\"c2\"}"),
	         202, "quarantined");
	ck_assert_str_eq(event_reason("evt_q"), "login_conflict");
	ck_event(SAY(.type = "pause_entity", .seq = 3), 200, "applied");
	ck_event(SAY(.id = "evt_b", .type = "update_login", .seq = 4,
	             .data = "{\"login\":\"lee\"}"),
	         202, "deferred");
	ck_assert_str_eq(event_reason("evt_b"), "blocked");
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "ben");
	snprintf(path, sizeof(path), "/api/v1/billing-events/%s/dismiss",
	         id_text(ID_EVENT, number_of("SELECT seq AS n FROM billing_event"
	                                     " WHERE event_id = 'evt_q'")));
	ck_status(call(METHOD_POST, path, "{\"reason_text\":\"asked the customer\"}"), 200);
	ck_assert_int_eq(run_worker(), 1);
	ck_assert_str_eq(event_state("evt_b"), "applied");
}
END_TEST

START_TEST(a_subject_known_by_login_alone_keeps_its_order_when_renamed)
{
	struct answer a;

	ck_event(SAY(.type = "new_entity", .key = "", .login = "Ann", .seq = 1,
	             .data = "{\"login\":\"Ann\",\"password\":\"p\"}"),
	         200, "applied");
	ck_event(SAY(.type = "pause_entity", .key = "", .login = "ann", .seq = 5), 200,
	         "applied");
	ck_event(SAY(.type = "update_login", .key = "", .login = "ann", .seq = 6,
	             .data = "{\"old_login\":\"ann\",\"login\":\"lee\"}"),
	         200, "applied");
	a = SAY(.type = "unpause_entity", .key = "", .login = "lee", .seq = 4);
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "stale");
	/* A late change of the old login comes to nothing. */
	a = SAY(.type = "update_login", .key = "", .login = "ann", .seq = 3,
	        .data = "{\"login\":\"bea\"}");
	ck_event(a, 200, "noop");
	ck_assert_str_eq(text_at(&a, "/reason"), "stale");
	ck_event(SAY(.type = "unpause_entity", .key = "", .login = "lee", .seq = 7), 200,
	         "applied");
}
END_TEST

START_TEST(an_event_of_another_source_touches_nothing)
{
	new_entity(1, 1);
	ck_event(SAY(.source = "other", .id = "evt_o", .type = "pause_entity", .seq = 9), 202,
	         "deferred");
	ck_event(SAY(.source = "other", .type = "pause_entity", .key = "", .login = "c1",
	             .seq = 9),
	         202, "deferred");
	ck_event(SAY(.source = "other", .type = "terminate_entity", .seq = 10), 200, "applied");
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold"), 0);
	/* The same external id is another customer there; the login is taken. */
	ck_event(SAY(.source = "other", .type = "new_entity", .key = "C-2", .seq = 1,
	             .data = "{\"login\":\"c1\",\"password\":\"p\"}"),
	         202, "quarantined");
	ck_event(SAY(.source = "other", .type = "detach_camera", .key = "C-1", .login = "c1",
	             .data = "{\"camera_external_id\":\"CAM-9\"}"),
	         200, "noop");
}
END_TEST

TESTS_WITH("billing order", billing_begin, NULL, all_orders_of_a_life_end_the_same,
           all_orders_with_changes_of_profile_and_login_end_the_same,
           eight_deliveries_at_once_have_one_effect,
           a_place_that_another_makes_meanwhile_is_there,
           another_id_of_the_same_meaning_is_a_noop,
           without_numbers_the_older_event_is_stale, a_clock_that_jumps_is_for_a_person,
           a_clock_may_be_five_minutes_ahead_and_a_day_behind,
           a_gap_is_shown_until_its_event_comes, what_depends_on_missing_numbers_waits_a_minute,
           the_missing_event_lets_the_waiting_one_go_on_at_once,
           an_orphan_is_for_a_person_after_72_hours,
           a_quarantined_event_holds_up_only_its_own_registers,
           a_subject_known_by_login_alone_keeps_its_order_when_renamed,
           an_event_of_another_source_touches_nothing);
