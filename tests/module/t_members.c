/* The people of an account: who comes, who goes, and who may not. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "members/members.h"
#include "module/people.h"

static int64_t north, customer, other;
static int64_t boss, owner;

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	customer = make_account(north, "customer", "Baker Street");
	other = make_account(ACCOUNT_ROOT, "reseller", "Other");
	boss = make_member(north, ROLE_RESELLER_PROGRAM, "boss");
	owner = make_member(customer, ROLE_CUSTOMER_OWNER, "owner");
}

START_TEST(an_address_is_enough_to_add_somebody)
{
	struct answer a, b;

	acts_as(boss);
	a = member_add(customer, "staff", "customer-member", MAIL("Ann@Example.org"));
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "not_confirmed");
	ck_assert_str_eq(text_at(&a, "/login"), "ann@example.org");
	ck_assert_str_eq(text_at(&a, "/email"), "Ann@Example.org");
	ck_assert_str_eq(text_at(&a, "/roles/0/builtin"), "customer-member");
	ck_assert_str_eq(text_at(&a, "/created_by"), "boss");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'account-welcome'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'user.add'"),
	                 1);
	b = call(METHOD_GET, a.location, NULL);
	ck_status(b, 200);
	ck_assert_str_eq(b.body, a.body);
	scratch_run("UPDATE person SET state = 'active', last_login_at = NOW(6)"
	            " WHERE login = 'ann@example.org'");
	b = call(METHOD_GET, a.location, NULL);
	ck_assert_str_eq(text_at(&b, "/state"), "active");
}
END_TEST

START_TEST(who_is_known_becomes_a_member_of_one_account_more)
{
	struct answer a;

	acts_as(boss);
	ck_status(member_add(customer, "staff", "customer-member", MAIL("ann@example.org")),
	          201);
	scratch_run("UPDATE person SET state = 'active' WHERE login = 'ann@example.org'");
	a = member_add(north, "staff", "reseller-support",
	               MAIL("ANN@example.org") ",\"name\":\"X\"");
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/name"), "ann@example.org");
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(*) AS n FROM person WHERE login LIKE 'ann%'"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'membership-added'"),
	                 1);
	ck_refused(member_add(north, "staff", "reseller-support", MAIL("ann@example.org")), 409,
	           "already-member");
}
END_TEST

/* Each line: kind, role, members; the status, and the complaint or code. */
static const struct {
	const char *kind, *role, *more;
	int status;
	const char *pointer, *code;
} refused[] = {
	{ "support", "customer-member", MAIL("a@b.org"), 422, "/expires_at", "required" },
	{ "support", "customer-member",
	  MAIL("a@b.org") ",\"expires_at\":\"2099-01-01T00:00:00Z\"", 422, "/expires_at",
	  "too-late" },
	{ "staff", "customer-member",
	  MAIL("a@b.org") ",\"expires_at\":\"2001-01-01T00:00:00Z\"", 422, "/expires_at",
	  "in-the-past" },
	{ "sub", "customer-member", MAIL("a@b.org"), 422, "/parent_membership_id", "required" },
	{ "staff", "customer-member",
	  MAIL("a@b.org") ",\"parent_membership_id\":\"mem_0000000000001\"", 422,
	  "/parent_membership_id", "only-of-sub-users" },
	{ "staff", "customer-member", MAIL("nobody"), 422, "/email", "not-an-email" },
	{ "staff", "customer-member", "\"login\":\"x\"", 422, "/email", "required" },
	{ "boss", "customer-member", MAIL("a@b.org"), 422, "/kind", "not-one-of" },
};

START_TEST(what_makes_no_sense_is_refused_at_its_field)
{
	acts_as(boss);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct answer a =
			member_add(customer, refused[i].kind, refused[i].role, refused[i].more);
		const char *said = complaint_at(&a, refused[i].pointer);

		ck_status(a, refused[i].status);
		ck_assert_msg(said && !strcmp(said, refused[i].code), "%s %s: %s",
		              refused[i].kind, refused[i].more, a.body);
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM person"), 2);
}
END_TEST

START_TEST(nobody_gives_more_than_he_has)
{
	acts_as_new(customer, ROLE_CUSTOMER_MODERATOR, "mod");
	ck_refused(member_add(customer, "staff", "customer-owner", MAIL("a@b.org")), 403,
	           "more-than-own");
	ck_status(member_add(customer, "staff", "customer-member", MAIL("a@b.org")), 201);
	/* An end is a permission of its own. */
	ck_status(member_add(customer, "staff", "customer-member",
	                     MAIL("c@b.org") ",\"expires_at\":\"2030-01-01T00:00:00Z\""),
	          403);
	acts_as_new(customer, ROLE_CUSTOMER_MEMBER, "plain");
	ck_status(member_add(customer, "staff", "customer-member", MAIL("d@b.org")), 403);
	acts_as(owner);
	ck_status(member_add(customer, "staff", "platform-admin", MAIL("e@b.org")), 422);
	ck_status(member_add(customer, "staff", "customer-owner", MAIL("e@b.org")), 201);
}
END_TEST

START_TEST(other_peoples_members_are_not_there)
{
	const char *m = id_text(ID_MEMBERSHIP, owner);

	acts_as_new(other, ROLE_RESELLER_PROGRAM, "stranger");
	ck_status(call(METHOD_GET, account_path(customer, "/members"), NULL), 404);
	ck_status(member_get(customer, m), 404);
	ck_status(member_act(customer, m, "/suspend"), 404);
	ck_status(member_act(customer, m, "/resume"), 404);
	ck_status(member_plain(customer, m, "/owner"), 404);
	ck_status(member_plain(customer, m, "/reset-password"), 404);
	ck_status(member_act(customer, m, "/reset-two-step"), 404);
	ck_status(call(METHOD_GET, member_path(customer, m, "/sessions"), NULL), 404);
	ck_status(member_plain(customer, m, "/sessions/end"), 404);
	ck_status(call_if(METHOD_PATCH, member_path(customer, m, ""), "{\"label\":\"x\"}",
	                  "\"v1\""),
	          404);
	ck_status(call_if(METHOD_DELETE, member_path(customer, m, ""), NULL, "\"v1\""), 404);
	ck_status(member_add(customer, "staff", "customer-member", MAIL("a@b.org")), 404);
	/* Nor through an account of one's own. */
	ck_status(member_get(other, m), 404);
}
END_TEST

START_TEST(suspending_ends_access_and_resuming_revives_none)
{
	int64_t staff = make_member(customer, ROLE_CUSTOMER_ADMIN, "staff");
	const char *m = id_text(ID_MEMBERSHIP, staff);
	struct answer a;

	acts_as(staff);
	scratch_run(
		"INSERT INTO api_key (person_id, membership_id, scope_account_id, name,"
		" token_hash, hint, permissions, expires_at, created_at) SELECT person_id, id,"
		" account_id, 'k', REPEAT('x', 32), 'abcdef', 'member.list',"
		" NOW(6) + INTERVAL 1 DAY, NOW(6) FROM membership WHERE role ="
		" 'customer-admin'");
	acts_as(boss);
	a = member_act(customer, m, "/suspend");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "suspended");
	ck_assert(member_offers(&a, "resume") && !member_offers(&a, "suspend"));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session s JOIN membership m"
	                               " ON m.id = s.membership_id WHERE s.revoked_at IS NULL"
	                               " AND m.role = 'customer-admin'"),
	                 0);
	ck_refused(member_act(customer, m, "/suspend"), 409, "member-suspended");
	a = member_act(customer, m, "/resume");
	ck_status(a, 200);
	ck_assert(!member_offers(&a, "resume") && member_offers(&a, "suspend"));
	ck_refused(member_act(customer, m, "/resume"), 409, "member-not-suspended");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session s JOIN membership m"
	                               " ON m.id = s.membership_id WHERE s.revoked_at IS NULL"
	                               " AND m.role = 'customer-admin'"),
	                 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM api_key"
	                               " WHERE revoked_at IS NULL"),
	                 0);
	ck_status(call(METHOD_POST, member_path(customer, m, "/suspend"), "{}"), 422);
}
END_TEST

START_TEST(nobody_does_it_to_himself)
{
	const char *m = id_text(ID_MEMBERSHIP, owner);
	struct answer a;

	make_member(customer, ROLE_CUSTOMER_OWNER, "second");
	acts_as(owner);
	ck_refused(member_act(customer, m, "/suspend"), 403, "own-membership");
	ck_refused(member_drop(customer, m), 403, "own-membership");
	ck_refused(member_plain(customer, m, "/owner"), 403, "own-membership");
	ck_refused(member_plain(customer, m, "/reset-password"), 403, "own-membership");
	ck_refused(member_act(customer, m, "/reset-two-step"), 403, "own-membership");
	ck_refused(member_edit_as(customer, m, "\"expires_at\":\"2090-01-01T00:00:00Z\""), 403,
	           "own-membership");
	ck_refused(member_edit_as(customer, m, MAIL("me@example.org")), 403, "own-membership");
	a = member_edit_as(customer, m, "\"name\":\"Olga\"");
	ck_status(a, 200);
	ck_assert(!member_offers(&a, "suspend") && member_offers(&a, "edit"));
	ck_refused(member_add(customer, "main", "customer-owner",
	                      MAIL("o@b.org") ",\"login\":\"owner\""),
	           403, "own-membership");
}
END_TEST

START_TEST(nobody_changes_who_may_do_more)
{
	const char *m = id_text(ID_MEMBERSHIP, owner);

	make_member(customer, ROLE_CUSTOMER_OWNER, "second");
	acts_as_new(customer, ROLE_CUSTOMER_ADMIN, "admin");
	ck_refused(member_act(customer, m, "/suspend"), 403, "higher-member");
	ck_refused(member_drop(customer, m), 403, "higher-member");
	ck_refused(member_plain(customer, m, "/reset-password"), 403, "higher-member");
	ck_refused(member_plain(customer, m, "/sessions/end"), 403, "higher-member");
	ck_refused(member_edit_as(customer, m, "\"label\":\"Low\""), 403, "higher-member");
}
END_TEST

START_TEST(the_last_owner_stays)
{
	const char *m = id_text(ID_MEMBERSHIP, owner);
	int64_t staff = make_member(customer, ROLE_CUSTOMER_ADMIN, "staff");
	const char *s = id_text(ID_MEMBERSHIP, staff);
	struct answer a;

	acts_as(boss);
	ck_refused(member_act(customer, m, "/suspend"), 409, "last-owner");
	ck_refused(member_drop(customer, m), 409, "last-owner");
	ck_refused(member_edit_as(customer, m, "\"expires_at\":\"2090-01-01T00:00:00Z\""), 409,
	           "last-owner");
	a = member_plain(customer, s, "/owner");
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/roles"), 2);
	ck_status(member_drop(customer, m), 204);
	ck_refused(member_drop(customer, s), 409, "last-owner");
	ck_refused(member_act(customer, m, "/suspend"), 409, "member-removed");
}
END_TEST

/* Each of two owners is removed by the system at once, on connections of their own. */
struct racer {
	pthread_t thread;
	struct arena mem;
	struct ctx c;
	struct member_at at;
	enum err e;
	char code[40];
};

static enum err remove_one(void *arg)
{
	struct racer *r = arg;

	r->c.audited = 0;
	return members_remove(&r->c, &r->at);
}

static void *race(void *arg)
{
	struct racer *r = arg;

	do
		r->e = db_tx(r->c.db, DB_WRITE, remove_one, r);
	while (r->e == ERR_UNAVAILABLE); /* too slow for the others */
	snprintf(r->code, sizeof(r->code), "%s", r->c.fault.code ? r->c.fault.code : "");
	db_thread_end();
	return NULL;
}

START_TEST(two_owners_cannot_remove_each_other)
{
	for (int round = 0; round < 12; round++) {
		struct racer r[2] = { { .e = OK }, { .e = OK } };
		int64_t account = make_account(north, "customer", "Race");

		for (int i = 0; i < 2; i++) {
			const char *login =
				arena_printf(harness_ctx()->mem, "r%d.%d", round, i);

			r[i].at = (struct member_at){ .account_id = account };
			r[i].at.id = make_member(account, ROLE_CUSTOMER_OWNER, login);
			arena_init(&r[i].mem, 8 << 20);
			ctx_init_system(&r[i].c, &r[i].mem, scratch_connect(NULL),
			                harness_ctx()->config, "race");
			r[i].c.now = stamp_now();
		}
		for (int i = 0; i < 2; i++)
			ck_assert_int_eq(pthread_create(&r[i].thread, NULL, race, &r[i]), 0);
		for (int i = 0; i < 2; i++)
			pthread_join(r[i].thread, NULL);
		ck_assert_msg((r[0].e == OK) != (r[1].e == OK), "%s %s", err_name(r[0].e),
		              err_name(r[1].e));
		ck_assert_str_eq(r[r[0].e == OK].code, "last-owner");
		for (int i = 0; i < 2; i++) {
			db_free(r[i].c.db);
			arena_release(&r[i].mem);
		}
	}
}
END_TEST

START_TEST(a_removed_member_is_gone_and_his_login_free)
{
	struct answer a, b;
	const char *m;

	acts_as(boss);
	a = member_add(customer, "staff", "customer-member", MAIL("ann@example.org"));
	m = text_at(&a, "/id");
	ck_status(member_drop(customer, m), 204);
	b = call(METHOD_GET, account_path(customer, "/members"), NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 1);
	b = call(METHOD_GET, account_path(customer, "/members?state=removed"), NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 1);
	ck_assert_str_eq(text_at(&b, "/items/0/roles/0/builtin"), "customer-member");
	ck_assert_uint_eq(length_at(&b, "/items/0/allowed"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM person"
	                               " WHERE state = 'removed' AND login LIKE 'removed-%'"),
	                 1);
	b = member_add(customer, "staff", "customer-member", MAIL("ann@example.org"));
	ck_status(b, 201);
	ck_assert_str_ne(text_at(&a, "/person_id"), text_at(&b, "/person_id"));
}
END_TEST

START_TEST(who_comes_back_has_only_what_he_is_given_now)
{
	struct answer a, b;

	acts_as(boss);
	ck_status(member_add(north, "staff", "reseller-support", MAIL("ann@example.org")), 201);
	a = member_add(customer, "staff", "customer-admin", MAIL("ann@example.org"));
	ck_status(member_drop(customer, text_at(&a, "/id")), 204);
	b = member_add(customer, "staff", "customer-member", MAIL("ann@example.org"));
	ck_status(b, 201);
	ck_assert_str_eq(text_at(&a, "/id"), text_at(&b, "/id"));
	ck_assert_uint_eq(length_at(&b, "/roles"), 1);
	ck_assert_str_eq(text_at(&b, "/roles/0/builtin"), "customer-member");
	ck_assert_str_eq(text_at(&b, "/role"), "customer-member");
}
END_TEST

TESTS_WITH("members", begin, NULL, an_address_is_enough_to_add_somebody,
           who_is_known_becomes_a_member_of_one_account_more,
           what_makes_no_sense_is_refused_at_its_field, nobody_gives_more_than_he_has,
           other_peoples_members_are_not_there,
           suspending_ends_access_and_resuming_revives_none, nobody_does_it_to_himself,
           nobody_changes_who_may_do_more, the_last_owner_stays,
           two_owners_cannot_remove_each_other, a_removed_member_is_gone_and_his_login_free,
           who_comes_back_has_only_what_he_is_given_now);
