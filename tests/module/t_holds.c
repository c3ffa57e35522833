/* Suspending and enabling: who may, what it stops, and that it leaves no trace. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "accounts/index.h"
#include "holds/holds.h"
#include "module/harness.h"

static int64_t north, sub, customer;

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	sub = make_account(north, "reseller", "Sub");
	customer = make_account(sub, "customer", "Customer");
	scratch_run("UPDATE account SET confirmed_at = NOW(6)");
	scratch_run("UPDATE account_tree SET own_state = 'active'");
}

static struct answer place(int64_t account, const char *members)
{
	return call(METHOD_POST, account_path(account, "/holds"),
	            arena_printf(harness_ctx()->mem, "{%s}", members));
}

#define ADMIN "\"kind\":\"admin\",\"reason_text\":\"Asked for\""

static struct answer release(int64_t account, const char *hold)
{
	const char *rest = arena_printf(harness_ctx()->mem, "/holds/%s/release", hold);

	return call(METHOD_POST, account_path(account, rest), "{\"reason_text\":\"Done\"}");
}

static const char *state_of(int64_t account)
{
	struct answer a = call(METHOD_GET, account_path(account, ""), NULL);

	return text_at(&a, "/state");
}

/* How the list sees it, which is another statement than the card's. */
static const char *listed(int64_t account)
{
	const char *path = arena_printf(harness_ctx()->mem, "/api/v1/accounts?q=%s",
	                                id_text(ID_ACCOUNT, account));
	struct answer a = call(METHOD_GET, path, NULL);

	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	return text_at(&a, "/items/0/state");
}

START_TEST(a_hold_stops_an_account_and_releasing_it_starts_it_again)
{
	struct answer a;
	const char *hold;

	acts_as_new(north, ROLE_RESELLER_SUPPORT, "agent");
	a = place(customer, ADMIN ",\"reason_code\":\"customer_request\"");
	ck_status(a, 201);
	ck_assert_int_eq(number_at(&a, "/effective"), 1);
	ck_assert_str_eq(text_at(&a, "/placed_by"), "agent");
	hold = text_at(&a, "/id");
	ck_assert_str_eq(state_of(customer), "suspended");
	ck_assert_str_eq(listed(customer), "suspended");
	a = call(METHOD_GET, account_path(customer, ""), NULL);
	ck_assert_uint_eq(length_at(&a, "/reasons"), 1);
	ck_assert_str_eq(text_at(&a, "/reasons/0/reason_text"), "Asked for");
	ck_refused(place(customer, ADMIN), 409, "hold-exists");
	a = release(customer, hold);
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/open"), 0);
	ck_assert_str_eq(text_at(&a, "/release_text"), "Done");
	ck_assert_str_eq(state_of(customer), "active");
	ck_refused(release(customer, hold), 409, "hold-released");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action IN"
	                               " ('account.suspend', 'account.resume')"),
	                 2);
}
END_TEST

START_TEST(holds_add_up_and_the_last_one_counts)
{
	struct answer a, b;

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	a = place(customer, ADMIN);
	b = place(customer, "\"kind\":\"abuse\",\"reason_text\":\"Spam\"");
	ck_status(release(customer, text_at(&a, "/id")), 200);
	ck_assert_str_eq(state_of(customer), "suspended");
	ck_status(release(customer, text_at(&b, "/id")), 200);
	ck_assert_str_eq(state_of(customer), "active");
}
END_TEST

/* Whether the account's card offers to release a hold. */
static bool offers_resume(int64_t account_id)
{
	struct answer a = call(METHOD_GET, account_path(account_id, ""), NULL);
	char pointer[32];

	ck_status(a, 200);
	for (size_t i = 0; i < length_at(&a, "/allowed"); i++) {
		snprintf(pointer, sizeof(pointer), "/allowed/%zu", i);
		if (!strcmp(text_at(&a, pointer), "resume"))
			return true;
	}
	return false;
}

START_TEST(resume_is_offered_where_a_hold_can_be_released)
{
	struct answer a;

	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_assert(!offers_resume(customer));
	ck_status(place(north, ADMIN), 201);
	ck_assert_str_eq(state_of(customer), "suspended");
	ck_assert(offers_resume(north));
	ck_assert(!offers_resume(customer));
	a = place(customer, ADMIN);
	ck_status(a, 201);
	ck_assert(offers_resume(customer));
	ck_status(release(customer, text_at(&a, "/id")), 200);
	ck_assert(!offers_resume(customer));
}
END_TEST

START_TEST(what_hangs_below_a_held_reseller_is_suspended_with_it)
{
	struct answer a;
	const char *hold;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = place(sub, ADMIN);
	hold = text_at(&a, "/id");
	ck_assert_str_eq(state_of(customer), "suspended");
	ck_assert_str_eq(listed(customer), "suspended");
	a = call(METHOD_GET, account_path(customer, ""), NULL);
	ck_assert_str_eq(text_at(&a, "/reasons/0/account_name"), "Sub");
	ck_assert_int_eq(number_at(&a, "/reasons/0/own"), 0);
	a = call(METHOD_GET, "/api/v1/accounts?q=status:suspended", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	/* A hold that is not on this account cannot be released through it. */
	ck_refused(release(customer, hold), 404, "not-found");
	ck_status(release(sub, hold), 200);
	ck_assert_str_eq(state_of(customer), "active");
	a = call(METHOD_GET, "/api/v1/accounts?q=status:suspended", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
}
END_TEST

/* A page of names trusts the tree while nothing is held above and nothing comes due. */
static const char *on_page(const char *name)
{
	struct answer a = call(METHOD_GET, "/api/v1/accounts", NULL);

	for (size_t i = 0; i < length_at(&a, "/items"); i++) {
		const char *at = arena_printf(harness_ctx()->mem, "/items/%zu", i);

		if (!strcmp(text_at(&a, arena_printf(harness_ctx()->mem, "%s/name", at)), name))
			return text_at(&a, arena_printf(harness_ctx()->mem, "%s/state", at));
	}
	return "not there";
}

/* Its own version stays as it was: what stops it stands above. */
START_TEST(what_somebody_kept_of_it_is_not_taken_for_how_it_is_now)
{
	struct answer a, b;
	const char *known;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = call(METHOD_GET, account_path(customer, ""), NULL);
	known = arena_printf(harness_ctx()->mem, "HTTP_IF_NONE_MATCH=%s", a.etag);
	ck_status(call_with(METHOD_GET, account_path(customer, ""), NULL, HEADERS(known)), 304);
	ck_status(place(sub, ADMIN), 201);
	b = call_with(METHOD_GET, account_path(customer, ""), NULL, HEADERS(known));
	ck_status(b, 200);
	ck_assert_str_eq(text_at(&b, "/state"), "suspended");
	ck_assert_int_eq(number_at(&b, "/ver"), number_at(&a, "/ver"));
}
END_TEST

START_TEST(a_page_that_remembers_shows_a_hold_at_once)
{
	const struct timespec second = { .tv_sec = 1, .tv_nsec = 100000000 };
	char at[STAMP_TEXT];
	struct stamp begins;
	const char *early;
	struct answer a;

	harness_remember();
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	ck_assert_str_eq(on_page("Customer"), "active");
	a = place(sub, ADMIN);
	ck_status(a, 201);
	ck_assert_str_eq(on_page("Customer"), "suspended");
	ck_status(release(sub, text_at(&a, "/id")), 200);
	ck_assert_str_eq(on_page("Customer"), "active");
	begins = stamp_add(stamp_now(), USEC_PER_SEC);
	stamp_write(begins, at);
	a = place(customer, arena_printf(harness_ctx()->mem, ADMIN ",\"starts_at\":\"%s\"", at));
	ck_status(a, 201);
	early = on_page("Customer");
	if (stamp_now().usec < begins.usec)
		ck_assert_str_eq(early, "active");
	nanosleep(&second, NULL);
	ck_assert_str_eq(on_page("Customer"), "suspended");
}
END_TEST

START_TEST(a_hold_of_a_module_leaves_the_account_active)
{
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = place(customer, ADMIN ",\"module\":\"cameras\"");
	ck_status(a, 201);
	ck_status(place(customer, ADMIN ",\"module\":\"intercoms\""), 201);
	ck_assert_str_eq(state_of(customer), "active");
	ck_refused(place(customer, ADMIN ",\"module\":\"cameras\""), 409, "hold-exists");
	a = call(METHOD_GET, account_path(customer, ""), NULL);
	ck_assert_uint_eq(length_at(&a, "/reasons"), 2);
}
END_TEST

START_TEST(suspending_ends_the_sessions_of_everyone_below)
{
	int64_t boss = make_member(north, ROLE_RESELLER_PROGRAM, "boss");
	int64_t agent = make_member(sub, ROLE_RESELLER_SUPPORT, "agent");
	int64_t owner = make_member(customer, ROLE_CUSTOMER_OWNER, "owner");

	acts_as(agent);
	acts_as(owner);
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
	acts_as(boss);
	ck_status(place(sub, ADMIN), 201);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session"
	                               " WHERE revoked_why = 'suspended'"),
	                 2);
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
}
END_TEST

/* Everything of the account but its holds, sessions and log, as one number. */
#define PICTURE \
	"SELECT CAST(CONV(LEFT(SHA2(GROUP_CONCAT(x ORDER BY x), 256), 12), 16, 10) AS SIGNED)" \
	" AS n" \
	" FROM (SELECT SHA2(CONCAT_WS('|', id, ver, name, state, updated_at, confirmed_at," \
	" generation), 256) AS x FROM account UNION ALL" \
	" SELECT SHA2(CONCAT_WS('|', ancestor_id, descendant_id, own_state, name_key), 256)" \
	" FROM account_tree UNION ALL SELECT SHA2(CONCAT_WS('|', id, account_id, enabled," \
	" ver), 256) FROM device UNION ALL SELECT SHA2(CONCAT_WS('|', id, membership_id," \
	" device_id, state, ver), 256) FROM device_grant UNION ALL SELECT SHA2(CONCAT_WS('|'," \
	" id, person_id, state, ver), 256) FROM membership UNION ALL SELECT SHA2(CONCAT_WS('|'," \
	" account_id, item, quantity, state, ver), 256) FROM entitlement) p"

START_TEST(enabling_restores_exactly_what_was_before)
{
	struct answer a;
	int64_t before;

	scratch_run("INSERT INTO entitlement (account_id, item, quantity, source, updated_at)"
	            " SELECT id, 'camera.slots', 4, 'manual', NOW(6) FROM account");
	make_member(customer, ROLE_CUSTOMER_OWNER, "owner");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	before = scratch_count(PICTURE);
	a = place(sub, ADMIN);
	ck_assert_int_ne(scratch_count(PICTURE), before);
	ck_status(release(sub, text_at(&a, "/id")), 200);
	ck_assert_int_eq(scratch_count(PICTURE), before);
}
END_TEST

/* Who places what, and who releases it. */
struct authored {
	const char *kind;
	int64_t id;
	enum err e;
	const char *code;
};

static enum err place_as_billing(void *arg)
{
	struct authored *t = arg;
	struct ctx *c = harness_ctx();
	struct hold_new in = { .account_id = customer,
		               .kind = t->kind,
		               .reason_code = "x",
		               .starts_at = STAMP_NONE,
		               .ends_at = STAMP_NONE };

	c->actor.kind = ACTOR_BILLING;
	t->e = holds_place(c, &in, &t->id);
	t->code = c->fault.code;
	c->actor.kind = ACTOR_SYSTEM;
	return OK;
}

static enum err release_as_billing(void *arg)
{
	struct hold_end end = { .account_id = customer, .text = "paid" };
	struct ctx *c = harness_ctx();
	enum err e;

	c->actor.kind = ACTOR_BILLING;
	e = holds_release_billing(c, &end, arg);
	c->actor.kind = ACTOR_SYSTEM;
	return e;
}

START_TEST(people_and_billing_leave_each_others_holds_alone)
{
	struct authored t = { .kind = "admin" };
	struct hold_left left;
	struct answer a;

	harness_tx(place_as_billing, &t);
	ck_assert_int_eq(t.e, ERR_DENIED);
	t.kind = "billing";
	harness_tx(place_as_billing, &t);
	ck_assert_int_eq(t.e, OK);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_refused(release(customer, id_text(ID_HOLD, t.id)), 409, "billing-hold");
	a = place(customer, "\"kind\":\"billing\",\"reason_text\":\"x\"");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/kind"), "not-one-of");
	ck_status(place(customer, ADMIN), 201);
	harness_tx(release_as_billing, &left);
	ck_assert_int_eq(left.released, 1);
	ck_assert_uint_eq(left.n, 1);
	ck_assert_str_eq(left.kinds[0], "admin");
	ck_assert_str_eq(state_of(customer), "suspended");
}
END_TEST

/* Who cannot release any of the holds is not offered to; who may at least one, is. */
START_TEST(resume_is_not_offered_where_only_others_may_release)
{
	struct authored t = { .kind = "billing" };
	int64_t boss, prog;
	struct hold_left left;
	struct answer a;

	boss = make_member(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	prog = make_member(north, ROLE_RESELLER_PROGRAM, "prog");
	harness_tx(place_as_billing, &t);
	acts_as(boss);
	ck_assert_str_eq(state_of(customer), "suspended");
	ck_assert(!offers_resume(customer));
	a = place(customer, "\"kind\":\"security\",\"reason_text\":\"Leak\"");
	ck_status(a, 201);
	ck_assert(offers_resume(customer));
	acts_as(prog);
	ck_assert(!offers_resume(customer));
	ck_status(place(customer, ADMIN ",\"module\":\"cameras\""), 201);
	ck_assert(offers_resume(customer));
	acts_as(boss);
	ck_status(release(customer, text_at(&a, "/id")), 200);
	harness_tx(release_as_billing, &left);
	ck_assert_int_eq(left.released, 1);
	acts_as(prog);
	ck_assert_str_eq(state_of(customer), "active");
	ck_assert(offers_resume(customer)); /* the cameras are held yet */
	acts_as_new(north, ROLE_RESELLER_BILLING, "money");
	ck_assert(!offers_resume(customer)); /* no permission to */
}
END_TEST

START_TEST(a_security_hold_is_released_by_who_has_that_permission)
{
	struct answer a;
	const char *hold;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	a = place(customer, "\"kind\":\"security\",\"reason_text\":\"Leak\"");
	ck_status(a, 201);
	hold = text_at(&a, "/id");
	ck_status(release(customer, hold), 403);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_status(release(customer, hold), 200);
}
END_TEST

/* Each line: a body, the pointer and the code it is refused with. */
static const struct {
	const char *members, *pointer, *code;
} refused[] = {
	{ "\"kind\":\"admin\"", "/reason_text", "required" },
	{ "\"kind\":\"admin\",\"reason_text\":\"\"", "/reason_text", "empty" },
	{ "\"kind\":\"expiry\",\"reason_text\":\"x\"", "/kind", "not-one-of" },
	{ ADMIN ",\"module\":\"doors\"", "/module", "not-one-of" },
	{ ADMIN ",\"reason_code\":\"Not A Word\"", "/reason_code", "not-a-word" },
	{ ADMIN ",\"ends_at\":\"2001-01-01T00:00:00Z\"", "/ends_at", "not-after-start" },
	{ ADMIN ",\"starts_at\":\"2090-01-02T00:00:00Z\",\"ends_at\":\"2090-01-01T00:00:00Z\"",
	  "/ends_at", "not-after-start" },
	{ ADMIN ",\"starts_at\":\"tomorrow\"", "/starts_at", "not-a-time" },
};

START_TEST(a_hold_that_makes_no_sense_is_refused_at_its_field)
{
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct answer a = place(customer, refused[i].members);

		ck_status(a, 422);
		ck_assert_msg(complaint_at(&a, refused[i].pointer) &&
		                      !strcmp(complaint_at(&a, refused[i].pointer),
		                              refused[i].code),
		              "%s: %s", refused[i].members, a.body);
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM hold"), 0);
}
END_TEST

START_TEST(nobody_suspends_his_own_account_or_without_permission)
{
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "prog");
	ck_refused(place(north, ADMIN), 403, "own-account");
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "boss");
	ck_status(place(ACCOUNT_ROOT, ADMIN), 403);
	acts_as_new(north, ROLE_RESELLER_BILLING, "money");
	ck_status(place(customer, ADMIN), 403);
	acts_as_new(customer, ROLE_CUSTOMER_OWNER, "own");
	ck_status(place(customer, ADMIN), 403);
}
END_TEST

TESTS_WITH("holds", begin, NULL, a_hold_stops_an_account_and_releasing_it_starts_it_again,
           holds_add_up_and_the_last_one_counts, resume_is_offered_where_a_hold_can_be_released,
           what_hangs_below_a_held_reseller_is_suspended_with_it,
           what_somebody_kept_of_it_is_not_taken_for_how_it_is_now,
           a_page_that_remembers_shows_a_hold_at_once,
           a_hold_of_a_module_leaves_the_account_active,
           suspending_ends_the_sessions_of_everyone_below,
           enabling_restores_exactly_what_was_before,
           people_and_billing_leave_each_others_holds_alone,
           resume_is_not_offered_where_only_others_may_release,
           a_security_hold_is_released_by_who_has_that_permission,
           a_hold_that_makes_no_sense_is_refused_at_its_field,
           nobody_suspends_his_own_account_or_without_permission);
