/* An account that billing does not stop for a while. */
#include <string.h>

#include "module/billing.h"

#define PATH(what) arena_printf(harness_ctx()->mem, "/api/v1/accounts/%s/" what, account())

static const char *account(void)
{
	static char text[ID_TEXT];

	id_write(ID_ACCOUNT, account_of("C-1"), text);
	return text;
}

static void begin(void)
{
	billing_begin();
	new_entity(1, 1);
	acts_as_new(reseller_id, ROLE_RESELLER_BILLING, "bo@example.org");
}

static struct answer exempt(const char *until)
{
	return call(METHOD_POST, PATH("exemption"),
	            arena_printf(harness_ctx()->mem,
	                         "{\"until_at\":\"%s\",\"reason_text\":\"pays on Monday\"}",
	                         until));
}

static const char *in_days(int64_t days)
{
	char text[STAMP_TEXT];

	stamp_write(stamp_add(stamp_now(), days * USEC_PER_DAY), text);
	return arena_printf(harness_ctx()->mem, "%s", text);
}

static struct answer end_it(void)
{
	return call(METHOD_POST, PATH("exemption/end"), "{\"reason_text\":\"did not pay\"}");
}

START_TEST(a_pause_is_recorded_and_does_not_stop)
{
	struct answer a = exempt(in_days(5));

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/exempt_reason"), "pays on Monday");
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "applied");
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold WHERE open_slot = 1"
	                           " AND starts_at > UTC_TIMESTAMP() AND planned_at IS NOT NULL"),
	                 1);
	/* Said again, it is not news. */
	ck_event(SAY(.type = "pause_entity", .seq = 3), 200, "noop");
}
END_TEST

START_TEST(what_was_paused_goes_on_and_stops_again_at_the_end)
{
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "applied");
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_status(exempt(in_days(5)), 200);
	ck_assert_str_eq(state_of("C-1"), "active");
	ck_status(end_it(), 200);
	ck_assert_str_eq(state_of("C-1"), "suspended");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM hold WHERE planned_at IS NULL"), 1);
	ck_refused(end_it(), 409, "not-exempt");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM change_log WHERE action IN"
	                           " ('account.exempt', 'account.exempt_end')"),
	                 2);
}
END_TEST

START_TEST(another_kind_of_hold_stops_all_the_same)
{
	ck_status(exempt(in_days(5)), 200);
	acts_as_new(reseller_id, ROLE_RESELLER_PROGRAM, "rosa@example.org");
	ck_status(call(METHOD_POST, PATH("holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"asked for\"}"),
	          201);
	ck_assert_str_eq(state_of("C-1"), "suspended");
}
END_TEST

START_TEST(an_unpause_takes_back_what_was_put_off)
{
	ck_status(exempt(in_days(5)), 200);
	ck_event(SAY(.type = "pause_entity", .seq = 2), 200, "applied");
	ck_event(SAY(.type = "unpause_entity", .seq = 3), 200, "applied");
	ck_status(end_it(), 200);
	ck_assert_str_eq(state_of("C-1"), "active");
}
END_TEST

START_TEST(what_is_refused)
{
	struct answer a = exempt("2020-01-01T00:00:00Z");

	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/until_at"), "in-the-past");
	a = exempt(in_days(400));
	ck_assert_str_eq(complaint_at(&a, "/until_at"), "too-far");
	acts_as_new(reseller_id, ROLE_RESELLER_SUPPORT, "sol@example.org");
	ck_refused(exempt(in_days(5)), 403, "not-permitted");
	acts_as_new(other_reseller_id, ROLE_RESELLER_BILLING, "ben@example.org");
	ck_refused(exempt(in_days(5)), 404, "not-found");
	ck_refused(end_it(), 404, "not-found");
	ck_assert_int_eq(number_of("SELECT COUNT(*) AS n FROM account"
	                           " WHERE exempt_until IS NOT NULL"),
	                 0);
}
END_TEST

TESTS_WITH("exempt", begin, NULL, a_pause_is_recorded_and_does_not_stop,
           what_was_paused_goes_on_and_stops_again_at_the_end,
           another_kind_of_hold_stops_all_the_same, an_unpause_takes_back_what_was_put_off,
           what_is_refused);
