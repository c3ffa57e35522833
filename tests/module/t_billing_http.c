/* What senders may not do: each has its answer, and changes nothing. */
#include <stdio.h>
#include <string.h>

#include "module/billing.h"
#include "signin/gate.h"

#define CALLBACK "/billing/v1/callbacks/acme"
#define ENVELOPE(id, rest) \
	"{\"id\":\"" id "\",\"type\":\"billing.pause_entity\"," \
	"\"occurred_at\":\"2026-03-01T09:15:00Z\"," rest "}"
#define SUBJECT "\"subject\":{\"kind\":\"entity\",\"external_id\":\"C-1\",\"seq\":9}"

/* Rows of everything an event could write. */
static int64_t everything(void)
{
	return number_of(
		"SELECT (SELECT COUNT(*) FROM billing_event)"
		" + (SELECT COUNT(*) FROM billing_register)"
		" + (SELECT COUNT(*) FROM billing_subject)"
		" + (SELECT COUNT(*) FROM change_log) + (SELECT COUNT(*) FROM hold)"
		" + (SELECT SUM(ver) FROM account) + (SELECT COUNT(*) FROM person) AS n");
}

/* Each line: a body rightly signed, and its answer. */
static const struct {
	const char *body;
	int status;
	const char *code;
} bodies[] = {
	{ "", 400, NULL },
	{ "null", 400, NULL },
	{ "[]", 400, NULL },
	{ "{\"id\":\"evt_1\"", 400, NULL },
	{ "{\"id\":\"evt_1\"}}", 400, NULL },
	{ "{'id':'evt_1'}", 400, NULL },
	{ ENVELOPE("evt_1", SUBJECT ",\"data\":{\"n\":01}"), 400, NULL },
	{ ENVELOPE("evt_1", SUBJECT ",\"id\":\"evt_1\""), 400, NULL },
	{ ENVELOPE("evt_1", SUBJECT ",\"data\":{\"module\":null,\"m\\u006fdule\":null}"), 400,
	  NULL },
	{ ENVELOPE("evt_1", SUBJECT ",\"data\":{\"note\":\"\xc3\x28\"}"), 400, NULL },
	{ ENVELOPE("evt_1", SUBJECT ",\"data\":{\"note\":\"\xed\xa0\x80\"}"), 400, NULL },
	{ ENVELOPE("evt_1", SUBJECT ",\"data\":{\"note\":\"\\ud800\"}"), 400, NULL },
	{ ENVELOPE("evt_1", SUBJECT ",\"data\":[]"), 400, "invalid-envelope" },
	{ ENVELOPE("evt_1", "\"subject\":{\"kind\":\"entity\"}"), 400, "invalid-envelope" },
	{ ENVELOPE("evt_1", "\"subject\":\"C-1\""), 400, "invalid-envelope" },
	{ ENVELOPE("evt_2", SUBJECT), 400, "invalid-envelope" }, /* not the header's id */
	{ ENVELOPE("evt.1", SUBJECT), 400, "invalid-envelope" },
	{ ENVELOPE("evt_1", SUBJECT ",\"version\":2"), 400, "invalid-envelope" },
	{ "{\"id\":\"evt_1\",\"type\":\"billing.pause_entity\",\"occurred_at\":"
	  "1614265330," SUBJECT "}",
	  400, "invalid-envelope" },
};

START_TEST(bodies_that_cannot_be_read_are_refused)
{
	int64_t before;

	new_entity(1, 1);
	before = everything();
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		struct answer a = post_signed("acme", NULL, "evt_1", bodies[i].body);

		ck_assert_msg(a.status == bodies[i].status, "%zu: %d %s", i, a.status, a.body);
		ck_assert_str_eq(a.type, "application/problem+json");
		if (bodies[i].code)
			ck_assert_str_eq(problem_of(&a), bodies[i].code);
		ck_assert_int_eq(everything(), before);
	}
}
END_TEST

static struct answer post(const char *path, const char *body, const char *const *headers)
{
	return call_with(METHOD_POST, path, body, headers);
}

static const char *now_text(int64_t off)
{
	static char text[3][24];
	static int at;

	at = (at + 1) % 3;
	snprintf(text[at], sizeof(text[at]), "%lld",
	         (long long)(stamp_now().usec / USEC_PER_SEC + off));
	return text[at];
}

static char header_text[6][700];

static const char *header(int i, const char *name, const char *value)
{
	snprintf(header_text[i], sizeof(header_text[i]), "%s=%s", name, value);
	return header_text[i];
}

#define ID(v)   header(0, "HTTP_WEBHOOK_ID", v)
#define TIME(v) header(1, "HTTP_WEBHOOK_TIMESTAMP", v)
#define SIG(v)  header(2, "HTTP_WEBHOOK_SIGNATURE", v)

START_TEST(who_is_not_believed_learns_nothing)
{
	const char *body = ENVELOPE("evt_1", SUBJECT), *t = now_text(0);
	const char *old = now_text(-301), *early = now_text(302);
	int64_t sec = stamp_now().usec / USEC_PER_SEC, before;
	const char *sig = sign_body("acme", "evt_1", sec, body);
	struct answer first, a;

	new_entity(1, 1);
	before = everything();
	t = now_text(0);
	sec = stamp_now().usec / USEC_PER_SEC;
	snprintf(header_text[5], sizeof(header_text[5]), "%lld", (long long)sec);
	t = header_text[5];
	sig = sign_body("acme", "evt_1", sec, body);
	first = post(CALLBACK, body, HEADERS(ID("evt_1"), TIME(t), SIG("v1,AAAA")));
	ck_refused(first, 401, "callback-refused");
#define REFUSED(path, b, ...) \
	do { \
		a = post(path, b, HEADERS(__VA_ARGS__)); \
		ck_refused(a, 401, "callback-refused"); \
		ck_assert_str_eq(text_at(&a, "/detail"), text_at(&first, "/detail")); \
		ck_assert_int_eq(everything(), before); \
	} while (0)
	REFUSED(CALLBACK, body, TIME(t), SIG(sig));
	REFUSED(CALLBACK, body, ID("evt_1"), SIG(sig));
	REFUSED(CALLBACK, body, ID("evt_1"), TIME(t));
	REFUSED(CALLBACK, body, ID("evt_2"), TIME(t), SIG(sig));
	REFUSED(CALLBACK, ENVELOPE("evt_1", SUBJECT " "), ID("evt_1"), TIME(t), SIG(sig));
	REFUSED(CALLBACK, body, ID("evt_1"), TIME(old),
	        SIG(sign_body("acme", "evt_1", sec - 301, body)));
	REFUSED(CALLBACK, body, ID("evt_1"), TIME(early),
	        SIG(sign_body("acme", "evt_1", sec + 302, body)));
	REFUSED(CALLBACK, body, ID("evt_1"), TIME(t),
	        SIG(sign_body("other", "evt_1", sec, body)));
	REFUSED("/billing/v1/callbacks/nobody", body, ID("evt_1"), TIME(t), SIG(sig));
	REFUSED("/billing/v1/callbacks/other", body, ID("evt_1"), TIME(t), SIG(sig));
	REFUSED(CALLBACK "/batch", body, ID("evt_1"), TIME(t), SIG("v1,AAAA"));
	CHANGE_SOURCE(.enabled = { true, false });
	before = everything(); /* the change of the source is logged */
	REFUSED(CALLBACK, body, ID("evt_1"), TIME(t), SIG(sig));
	CHANGE_SOURCE(.enabled = { true, true }, .ip_allow = "10.0.0.0/8, 2001:db8::/32");
	before = everything();
	REFUSED(CALLBACK, body, ID("evt_1"), TIME(t), SIG(sig), "REMOTE_ADDR=192.0.2.1");
	REFUSED(CALLBACK, body, ID("evt_1"), TIME(t), SIG(sig), "REMOTE_ADDR=2001:db9::1");
	ck_event(post(CALLBACK, body,
	              HEADERS(ID("evt_1"), TIME(t), SIG(sig), "REMOTE_ADDR=2001:db8::1")),
	         200, "applied");
	ck_assert_str_eq(
		text_of("SELECT ip AS s FROM change_log WHERE action = 'account.suspend'"),
		"2001:db8::1");
}
END_TEST

START_TEST(a_security_header_may_not_come_twice)
{
	const char *body = ENVELOPE("evt_1", SUBJECT);
	int64_t sec = stamp_now().usec / USEC_PER_SEC;
	char t[24];

	snprintf(t, sizeof(t), "%lld", (long long)sec);
	ck_refused(post(CALLBACK, body,
	                HEADERS(ID("evt_1"), TIME(t),
	                        SIG(sign_body("acme", "evt_1", sec, body)),
	                        "HTTP_WEBHOOK_ID=evt_2")),
	           400, "repeated-header");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"), 0);
}
END_TEST

START_TEST(size_and_media_type_have_their_answers)
{
	static char big[300 * 1024];
	const char *body = ENVELOPE("evt_1", SUBJECT);

	memset(big, ' ', sizeof(big) - 1);
	memcpy(big, body, strlen(body));
	ck_refused(post_signed("acme", NULL, "evt_1", big), 413, "too-large");
	ck_refused(post(CALLBACK, body, HEADERS("CONTENT_TYPE=text/plain")), 415, "not-json");
	ck_refused(post(CALLBACK, body, HEADERS("CONTENT_TYPE")), 415, "not-json");
	ck_status(call(METHOD_GET, CALLBACK, NULL), 405);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"), 0);
}
END_TEST

START_TEST(wrong_data_of_a_known_type_are_kept_and_answered_with_422)
{
	struct said s = { .id = "evt_1",
		          .type = "new_entity",
		          .at = "2026-03-01T09:15:00Z",
		          .data = "{\"password\":\"geheim\",\"type\":\"special\"}" };
	struct answer a = say_it(&s);

	ck_status(a, 422);
	ck_assert_str_eq(a.type, "application/json");
	ck_assert_str_eq(text_at(&a, "/message"), "The given data was invalid.");
	ck_assert_str_eq(text_at(&a, "/errors/data.login/0"), "The field is required.");
	ck_assert_str_eq(text_at(&a, "/errors/data.type/0"), "This value is not allowed.");
	ck_assert_str_eq(event_state("evt_1"), "rejected");
	ck_assert_int_eq(
		number_of("SELECT COUNT(*) AS n FROM account WHERE origin = 'billing'"), 0);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE payload LIKE"
	                           " '%%geheim%%'"),
	                 0);
	a = say_it(&s);
	ck_status(a, 422);
	ck_assert_str_eq(text_at(&a, "/errors/data.login/0"), "The field is required.");
}
END_TEST

START_TEST(a_replay_within_the_tolerance_has_no_effect)
{
	const char *body = ENVELOPE("evt_1", SUBJECT);
	struct answer a;

	new_entity(1, 1);
	ck_event(post_signed("acme", NULL, "evt_1", body), 200, "applied");
	ck_event(SAY(.type = "unpause_entity", .seq = 10), 200, "applied");
	a = post_signed("acme", NULL, "evt_1", body);
	ck_event(a, 200, "applied");
	ck_assert_int_eq(number_at(&a, "/duplicate"), 1);
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

START_TEST(unknown_members_are_kept_and_passed_over)
{
	new_entity(1, 1);
	ck_event(post_signed("acme", NULL, "evt_1",
	                     ENVELOPE("evt_1",
	                              SUBJECT ",\"more\":{\"a\":[1,2.5,null]},"
	                                      "\"log_extra\":{\"crm_ticket\":\"88123\"}")),
	         200, "applied");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event WHERE payload LIKE"
	                           " '%%2.5%%' AND log_extra LIKE '%%88123%%'"),
	                 1);
}
END_TEST

START_TEST(a_batch_has_a_result_for_each_event)
{
	struct said one = {
		.id = "evt_1", .type = "pause_entity", .seq = 2, .at = "2026-03-01T09:00:00Z"
	};
	struct said bad = {
		.id = "evt_2", .type = "update_login", .seq = 3, .at = "2026-03-01T09:00:00Z"
	};
	struct said none = { .id = "evt.3",
		             .type = "pause_entity",
		             .at = "2026-03-01T09:00:00Z" };
	struct said last = {
		.id = "evt_4", .type = "unpause_entity", .seq = 4, .at = "2026-03-01T09:00:00Z"
	};
	static char body[8000];
	struct answer a;

	new_entity(1, 1);
	snprintf(body, sizeof(body), "{\"events\":[%s, %s ,%s,%s,%s]}", body_of(&one),
	         body_of(&bad), body_of(&none), body_of(&last), body_of(&one));
	a = post_signed("acme", CALLBACK "/batch", "batch_1", body);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/results"), 5);
	ck_assert_int_eq(number_at(&a, "/results/0/status"), 200);
	ck_assert_str_eq(text_at(&a, "/results/0/state"), "applied");
	ck_assert_int_eq(number_at(&a, "/results/1/status"), 422);
	ck_assert_str_eq(text_at(&a, "/results/1/id"), "evt_2");
	ck_assert_int_eq(number_at(&a, "/results/2/status"), 400);
	ck_assert_str_eq(text_at(&a, "/results/2/errors/0/pointer"), "/id");
	ck_assert_str_eq(text_at(&a, "/results/3/state"), "applied");
	ck_assert_int_eq(number_at(&a, "/results/4/duplicate"), 1);
	ck_assert_str_eq(state_of("C-1"), "active");
	/* The same bytes sent alone are the same event. */
	a = post_signed("acme", NULL, "evt_1", body_of(&one));
	ck_assert_int_eq(number_at(&a, "/duplicate"), 1);
	/* Every delivery is counted, those of one batch too. */
	ck_assert_int_eq(number_of("SELECT attempts AS n FROM billing_event"
	                           " WHERE event_id = 'evt_1'"),
	                 3);
	a = post_signed("acme", CALLBACK "/batch", "batch_6", "{\"events\":[{\"id\":1},{}]}");
	ck_assert_uint_eq(length_at(&a, "/results"), 2);
	ck_assert_uint_eq(length_at(&a, "/results/1/errors"), 4);
	ck_status(post_signed("acme", CALLBACK "/batch", "batch_2", "{\"events\":{}}"), 400);
	ck_status(post_signed("acme", CALLBACK "/batch", "batch_3", "{}"), 400);
	ck_status(post_signed("acme", CALLBACK "/batch", "batch_4", "{\"events\":[1"), 400);
	a = post_signed("acme", CALLBACK "/batch", "batch_5", "{\"events\":[]}");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/results"), 0);
}
END_TEST

START_TEST(a_batch_has_five_hundred_events_at_most)
{
	static char body[2000];
	size_t n = (size_t)snprintf(body, sizeof(body), "{\"events\":[1");

	for (int i = 0; i < 500; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n, ",1");
	snprintf(body + n, sizeof(body) - n, "]}");
	ck_refused(post_signed("acme", CALLBACK "/batch", "batch_1", body), 413,
	           "too-many-events");
}
END_TEST

START_TEST(a_source_over_its_rate_is_told_when_to_come_back)
{
	struct answer a;

	new_entity(1, 1);
	CHANGE_SOURCE(.rate_per_min = { true, 2 });
	ck_status(SAY(.type = "pause_entity", .seq = 2), 200);
	ck_status(SAY(.type = "unpause_entity", .seq = 3), 200);
	a = SAY(.type = "pause_entity", .seq = 4);
	ck_refused(a, 429, "rate");
	ck_assert_int_gt(a.retry_after_sec, 0);
	ck_assert_int_le(a.retry_after_sec, 31);
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_status(SAY(.source = "other", .type = "pause_entity"), 202);
}
END_TEST

struct making {
	struct source_new in;
	char secret[SOURCE_SECRET_TEXT];
	int64_t id;
};

static enum err create_source(void *arg)
{
	struct making *m = arg;

	return sources_create(harness_ctx(), &m->in, &m->id, m->secret);
}

START_TEST(an_old_sender_has_a_token_and_an_address)
{
	const char *body =
		"{\"type\":\"billing.new_entity\",\"subject\":{\"kind\":\"entity\","
		"\"login\":\"old1\"},\"data\":{\"login\":\"old1\",\"password\":\"p\"}}";
	struct making m = { .in = { .name = "old",
		                    .label = "Old",
		                    .legacy = true,
		                    .parent_account_id = reseller_id } };
	char token[100];
	struct answer a;

	ck_assert_int_eq(db_tx(harness_ctx()->db, DB_WRITE, create_source, &m), ERR_INVALID);
	m.in.ip_allow = "127.0.0.0/8";
	harness_tx(create_source, &m);
	snprintf(token, sizeof(token), "HTTP_AUTHORIZATION=Bearer %s", m.secret);
	a = post("/billing/v1/callbacks/old", body, HEADERS(token));
	ck_event(a, 200, "applied");
	ck_assert_uint_eq(strlen(text_at(&a, "/id")), 64);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE verified_by = 'token'"),
	                 1);
	a = post("/billing/v1/callbacks/old", body, HEADERS(token));
	ck_assert_int_eq(number_at(&a, "/duplicate"), 1);
	ck_refused(post("/billing/v1/callbacks/old", body,
	                HEADERS(token, "REMOTE_ADDR=192.0.2.1")),
	           401, "callback-refused");
	ck_refused(post("/billing/v1/callbacks/old", body,
	                HEADERS("HTTP_AUTHORIZATION=Bearer nonsense")),
	           401, "callback-refused");
	ck_refused(post("/billing/v1/callbacks/old", body, HEADERS("HTTP_X=1")), 401,
	           "callback-refused");
	/* A signed source does not take tokens. */
	ck_refused(post(CALLBACK, body, HEADERS(token)), 401, "callback-refused");
}
END_TEST

START_TEST(without_a_database_nothing_is_acknowledged)
{
	new_entity(1, 1);
	scratch_run("RENAME TABLE billing_event TO billing_event_away");
	ck_assert_int_ge(SAY(.type = "pause_entity", .seq = 2).status, 500);
	scratch_run("RENAME TABLE billing_event_away TO billing_event");
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "applied");
}
END_TEST

/* Takes every place at the gate of hashes; true when there was one. */
static bool fill_gate(void)
{
	bool any = false;

	while (gate_try(harness_ctx()->config->gate) >= 0)
		any = true;
	return any;
}

static void clear_gate(void)
{
	for (int i = 0; i < 64; i++)
		gate_leave(harness_ctx()->config->gate, i);
}

/* A busy processor is not the event's fault: nothing is kept, and the sender comes again. */
static void is_turned_away(const struct said *s, const char *once)
{
	int64_t before = everything();
	struct answer a;

	ck_assert(fill_gate());
	for (int i = 0; i < 2; i++) {
		a = say_it(s);
		ck_refused(a, 503, "unavailable");
		ck_assert_int_gt(a.retry_after_sec, 0);
		ck_assert_int_eq(everything(), before);
	}
	clear_gate();
	a = say_it(s);
	ck_event(a, 200, "applied");
	ck_assert(!is_at(&a, "/duplicate"));
	/* Sent again it costs no hash, so a full gate is no hindrance. */
	ck_assert(fill_gate());
	a = say_it(s);
	ck_event(a, 200, "applied");
	ck_assert_int_eq(number_at(&a, "/duplicate"), 1);
	clear_gate();
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE event_id = '%s'",
	                           s->id),
	                 1);
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action = '%s'"
	                           " AND actor_kind = 'billing'",
	                           once),
	                 1);
}

START_TEST(passwords_wait_for_room_at_the_gate)
{
	struct said made = { .id = "evt_1",
		             .type = "new_entity",
		             .seq = 1,
		             .at = "2026-03-01T09:00:00Z",
		             .data = "{\"login\":\"c1\",\"password\":\"first word\"}" };
	struct said changed = { .id = "evt_2",
		                .type = "update_password",
		                .seq = 2,
		                .at = "2026-03-01T09:00:01Z",
		                .data = "{\"password\":\"second word\"}" };

	is_turned_away(&made, "account.create");
	is_turned_away(&changed, "person.set_password");
	/* What needs no hash goes on beside it. */
	ck_assert(fill_gate());
	ck_event(SAY(.type = "pause_entity", .seq = 3), 200, "applied");
	clear_gate();
}
END_TEST

START_TEST(in_a_batch_a_full_gate_stops_passwords_alone)
{
	struct said made = { .id = "evt_1",
		             .type = "new_entity",
		             .key = "C-2",
		             .seq = 1,
		             .at = "2026-03-01T09:00:00Z",
		             .data = "{\"login\":\"c2\",\"password\":\"first word\"}" };
	struct said held = {
		.id = "evt_2", .type = "pause_entity", .seq = 2, .at = "2026-03-01T09:00:00Z"
	};
	static char body[2000];
	struct answer a;

	new_entity(1, 1);
	snprintf(body, sizeof(body), "{\"events\":[%s,%s]}", body_of(&made), body_of(&held));
	ck_assert(fill_gate());
	a = post_signed("acme", CALLBACK "/batch", "batch_1", body);
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/results/0/status"), 503);
	ck_assert_int_eq(number_at(&a, "/results/1/status"), 200);
	ck_assert_str_eq(state_of("C-2"), "none");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM billing_event"
	                           " WHERE event_id = 'evt_1'"),
	                 0);
	clear_gate();
	/* The whole batch again: what was done is a duplicate, the rest is done. */
	a = post_signed("acme", CALLBACK "/batch", "batch_2", body);
	ck_assert_str_eq(text_at(&a, "/results/0/state"), "applied");
	ck_assert(!is_at(&a, "/results/0/duplicate"));
	ck_assert_int_eq(number_at(&a, "/results/1/duplicate"), 1);
}
END_TEST

TESTS_WITH("billing callbacks", billing_begin, NULL, bodies_that_cannot_be_read_are_refused,
           who_is_not_believed_learns_nothing, a_security_header_may_not_come_twice,
           size_and_media_type_have_their_answers,
           wrong_data_of_a_known_type_are_kept_and_answered_with_422,
           a_replay_within_the_tolerance_has_no_effect,
           unknown_members_are_kept_and_passed_over, a_batch_has_a_result_for_each_event,
           a_batch_has_five_hundred_events_at_most,
           a_source_over_its_rate_is_told_when_to_come_back,
           an_old_sender_has_a_token_and_an_address, without_a_database_nothing_is_acknowledged,
           passwords_wait_for_room_at_the_gate, in_a_batch_a_full_gate_stops_passwords_alone);
