/* Kinds of members, what is changed of them, and what is ended from outside. */
#include <string.h>

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

START_TEST(an_address_changes_with_its_login_and_both_are_told)
{
	struct answer a;
	const char *m;

	acts_as(boss);
	a = member_add(customer, "staff", "customer-member", MAIL("ann@example.org"));
	m = text_at(&a, "/id");
	a = member_edit_as(customer, m,
	                   MAIL("anna@example.org") ",\"name\":\"Anna\",\"label\":\"Night\"");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/login"), "anna@example.org");
	ck_assert_str_eq(text_at(&a, "/label"), "Night");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'login-changed'"),
	                 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM person_word"
	                               " WHERE word = 'anna'"),
	                 1);
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(*) AS n FROM person_word WHERE word = 'ann'"), 0);
	ck_refused(call_if(METHOD_PATCH, member_path(customer, m, ""), "{\"label\":\"x\"}",
	                   "\"v1\""),
	           412, "changed-meanwhile");
	ck_status(call(METHOD_PATCH, member_path(customer, m, ""), "{\"label\":\"x\"}"), 428);
}
END_TEST

START_TEST(who_belongs_elsewhere_too_keeps_his_address)
{
	struct answer a;
	const char *m;

	acts_as_new(other, ROLE_RESELLER_PROGRAM, "far");
	ck_status(member_add(other, "staff", "reseller-support", MAIL("ann@example.org")), 201);
	acts_as(boss);
	a = member_add(customer, "staff", "customer-member", MAIL("ann@example.org"));
	m = text_at(&a, "/id");
	ck_refused(member_edit_as(customer, m, MAIL("mine@example.org")), 403,
	           "belongs-elsewhere");
	ck_refused(member_act(customer, m, "/reset-two-step"), 403, "belongs-elsewhere");
	ck_status(member_edit_as(customer, m, "\"label\":\"Day\""), 200);
}
END_TEST

START_TEST(what_billing_keeps_is_billings)
{
	const char *m = id_text(ID_MEMBERSHIP, owner);

	make_member(customer, ROLE_CUSTOMER_OWNER, "second");
	scratch_run("UPDATE person SET origin = 'billing' WHERE login = 'owner'");
	scratch_run("INSERT INTO billing_source (parent_account_id, name, label, created_at,"
	            " updated_at) VALUES (1, 'b', 'B', NOW(6), NOW(6))");
	scratch_run(
		"UPDATE account SET billing_source_id = (SELECT MAX(id) FROM billing_source)"
		" WHERE name = 'Baker Street'");
	scratch_run(
		"UPDATE membership m JOIN person p ON p.id = m.person_id SET m.kind = 'main'"
		" WHERE p.login = 'owner'");
	acts_as(boss);
	ck_refused(member_edit_as(customer, m, "\"name\":\"New\""), 403, "set-by-billing");
	ck_refused(member_drop(customer, m), 403, "set-by-billing");
	ck_status(member_act(customer, m, "/suspend"), 200);
}
END_TEST

START_TEST(a_link_for_a_new_password_goes_by_mail)
{
	struct answer a;
	const char *m;

	acts_as(boss);
	a = member_add(customer, "staff", "customer-member", MAIL("ann@example.org"));
	m = text_at(&a, "/id");
	/* Who never had a password gets the welcome once more. */
	ck_status(member_plain(customer, m, "/reset-password"), 200);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'account-welcome'"),
	                 2);
	scratch_run("UPDATE person SET state = 'active' WHERE login = 'ann@example.org'");
	ck_status(member_plain(customer, m, "/reset-password"), 200);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'reset-password'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'person.reset_password'"),
	                 2);
	ck_refused(member_plain(customer, id_text(ID_MEMBERSHIP, owner), "/reset-password"),
	           409, "no-email");
}
END_TEST

START_TEST(a_lost_second_step_is_taken_away_by_staff)
{
	const char *m = id_text(ID_MEMBERSHIP, owner);

	scratch_run("UPDATE person SET email = 'o@example.org' WHERE login = 'owner'");
	acts_as(owner);
	acts_as(boss);
	ck_refused(member_act(customer, m, "/reset-two-step"), 409, "no-two-step");
	scratch_run(
		"INSERT INTO factor (person_id, secret, confirmed_at, created_at) SELECT id,"
		" 'x', NOW(6), NOW(6) FROM person WHERE login = 'owner'");
	ck_status(member_act(customer, m, "/reset-two-step"), 200);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM factor"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session s JOIN person p"
	                               " ON p.id = s.person_id WHERE p.login = 'owner'"
	                               " AND s.revoked_at IS NULL"),
	                 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'two-step-changed'"),
	                 1);
	/* It is a dangerous act: a proof that is old does not do. */
	scratch_run("UPDATE session SET proved_at = NOW(6) - INTERVAL 1 HOUR");
	ck_refused(member_act(customer, m, "/reset-two-step"), 403, "proof-needed");
}
END_TEST

START_TEST(sessions_are_seen_and_ended)
{
	const char *m = id_text(ID_MEMBERSHIP, owner), *one;
	struct answer a;

	acts_as(owner);
	acts_as(owner);
	acts_as(boss);
	a = call(METHOD_GET, member_path(customer, m, "/sessions"), NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	one = arena_printf(harness_ctx()->mem, "/sessions/%s", text_at(&a, "/items/0/id"));
	/* A session of somebody else is not found through this member. */
	ck_status(call(METHOD_DELETE, member_path(north, id_text(ID_MEMBERSHIP, boss), one),
	               NULL),
	          404);
	ck_status(call(METHOD_DELETE, member_path(customer, m, one), NULL), 204);
	ck_status(call(METHOD_DELETE, member_path(customer, m, one), NULL), 404);
	ck_status(member_plain(customer, m, "/sessions/end"), 204);
	a = call(METHOD_GET, member_path(customer, m, "/sessions"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'session.revoke'"),
	                 2);
	/* One's own go, but the one that asks. */
	acts_as(boss);
	ck_status(member_plain(north, id_text(ID_MEMBERSHIP, boss), "/sessions/end"), 204);
	a = call(METHOD_GET, member_path(north, id_text(ID_MEMBERSHIP, boss), "/sessions"),
	         NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert(is_at(&a, "/items/0/current"));
}
END_TEST

START_TEST(pages_go_on_in_every_order)
{
	static const char *const sorts[] = { "name",     "-name",      "created",
		                             "-created", "last_login", "-last_login" };
	const char *next;
	struct answer a;

	for (int i = 0; i < 23; i++)
		make_member(customer, ROLE_CUSTOMER_MEMBER,
		            arena_printf(harness_ctx()->mem, "m%02d", i));
	acts_as(boss);
	for (size_t s = 0; s < ARRAY_LEN(sorts); s++) {
		size_t n = 0;

		next = arena_printf(harness_ctx()->mem, "/members?limit=10&sort=%s", sorts[s]);
		for (int page = 0; page < 3; page++) {
			a = call(METHOD_GET, account_path(customer, next), NULL);
			ck_status(a, 200);
			n += length_at(&a, "/items");
			if (page < 2)
				next = arena_printf(harness_ctx()->mem,
				                    "/members?limit=10&sort=%s&cursor=%s",
				                    sorts[s], text_at(&a, "/next"));
		}
		ck_assert_uint_eq(n, 24);
		ck_assert(!is_at(&a, "/next"));
		ck_assert_int_eq(number_at(&a, "/total/value"), 24);
	}
	a = call(METHOD_GET, account_path(customer, "/members?q=m0"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 10);
	a = call(METHOD_GET, account_path(customer, "/members?q=m0+zz"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	ck_status(call(METHOD_GET, account_path(customer, "/members?kind=boss"), NULL), 422);
}
END_TEST

START_TEST(guards_and_administrators_are_not_mixed)
{
	struct answer a;

	acts_as(owner);
	a = member_add(customer, "staff", "guard", MAIL("g@example.org"));
	ck_status(a, 201);
	ck_refused(member_plain(customer, text_at(&a, "/id"), "/owner"), 409, "kinds-mixed");
	ck_refused(member_add(customer, "main", "customer-admin", MAIL("g@example.org")), 409,
	           "kinds-mixed");
}
END_TEST

START_TEST(an_account_has_one_main_user)
{
	const char *main;
	struct answer a;

	acts_as(boss);
	a = member_add(customer, "main", "customer-owner", MAIL("main@example.org"));
	ck_status(a, 201);
	ck_refused(member_add(customer, "main", "customer-owner", MAIL("m2@example.org")), 409,
	           "main-exists");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account a JOIN person p"
	                               " ON p.id = a.main_person_id"
	                               " WHERE p.login = 'main@example.org'"),
	                 1);
	/* The list of accounts shows what the main user is. */
	main = text_at(&a, "/id");
	ck_status(member_edit_as(customer, main, "\"label\":\"Front desk\""), 200);
	a = call(METHOD_GET, "/api/v1/accounts?q=baker", NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/items/0/email"), "main@example.org");
	ck_assert_str_eq(text_at(&a, "/items/0/role"), "customer-owner");
	ck_assert_str_eq(text_at(&a, "/items/0/label"), "Front desk");
	ck_status(member_edit_as(customer, main, "\"label\":null"), 200);
	a = call(METHOD_GET, "/api/v1/accounts?q=baker", NULL);
	ck_assert(!is_at(&a, "/items/0/label"));
}
END_TEST

/* One membership of his has a role of guards: no other of his gets one of administrators. */
START_TEST(kinds_are_a_persons_and_not_a_memberships)
{
	int64_t staff = make_member(customer, ROLE_CUSTOMER_MEMBER, "two");
	const char *path, *body;
	struct answer a;

	scratch_run("INSERT INTO membership (person_id, account_id, kind, role, state,"
	            " created_at, updated_at, created_by_label, expires_at) SELECT person_id,"
	            " account_id, 'support', 'x', 'active', NOW(6), NOW(6), 'test',"
	            " NOW(6) + INTERVAL 1 DAY FROM membership ORDER BY id DESC LIMIT 1");
	acts_as(boss);
	path = account_path(customer, arena_printf(harness_ctx()->mem, "/members/%s/roles",
	                                           id_text(ID_MEMBERSHIP,
	                                                   scratch_count("SELECT MAX(id) AS n"
	                                                                 " FROM membership"))));
	body = arena_printf(harness_ctx()->mem, "{\"roles\":[{\"role_id\":\"%s\"}]}",
	                    member_role_id("guard"));
	a = call(METHOD_GET, path, NULL);
	ck_refused(call_if(METHOD_PUT, path, body, a.etag), 409, "kinds-mixed");
	scratch_run(
		"UPDATE membership_role mr JOIN role r ON r.builtin = 'guard' JOIN membership m"
		" ON m.id = mr.membership_id JOIN person p ON p.id = m.person_id"
		" SET mr.role_id = r.id WHERE p.login = 'two'");
	ck_status(call_if(METHOD_PUT, path, body, a.etag), 200);
	ck_refused(member_plain(customer, id_text(ID_MEMBERSHIP, staff), "/owner"), 409,
	           "kinds-mixed");
}
END_TEST

START_TEST(a_support_user_has_an_end)
{
	struct answer a;
	const char *m;
	char until[STAMP_TEXT];

	stamp_write(stamp_add(stamp_now(), 30 * USEC_PER_DAY), until);
	acts_as(owner);
	a = member_add(customer, "support", "customer-admin",
	               arena_printf(harness_ctx()->mem,
	                            MAIL("s@example.org") ",\"expires_at\":\"%s\"", until));
	ck_status(a, 201);
	m = text_at(&a, "/id");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'support_user.add'"),
	                 1);
	a = member_edit_as(customer, m, "\"expires_at\":null");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/expires_at"), "required");
	scratch_run("UPDATE membership SET expires_at = '2001-01-01' WHERE kind = 'support'");
	a = member_get(customer, m);
	ck_assert_str_eq(text_at(&a, "/state"), "expired");
	ck_status(member_edit_as(customer, m,
	                         arena_printf(harness_ctx()->mem, "\"expires_at\":\"%s\"",
	                                      until)),
	          200);
	a = member_get(customer, m);
	ck_assert_str_eq(text_at(&a, "/state"), "not_confirmed");
	ck_status(member_drop(customer, m), 204);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'support_user.remove'"),
	                 1);
}
END_TEST

START_TEST(a_sub_user_stands_below_a_main_user)
{
	const char *parent = id_text(ID_MEMBERSHIP, owner);
	struct answer a, b;
	int64_t sub;

	acts_as(boss);
	a = member_add(customer, "sub", "customer-admin",
	               arena_printf(harness_ctx()->mem,
	                            MAIL("kid@example.org") ",\"parent_membership_id\":\"%s\"",
	                            parent));
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/parent_name"), "owner");
	ck_assert(!member_offers(&a, "set_owner"));
	ck_refused(member_plain(customer, text_at(&a, "/id"), "/owner"), 409, "cannot-own");
	b = member_add(customer, "sub", "customer-member",
	               arena_printf(harness_ctx()->mem,
	                            MAIL("k2@example.org") ",\"parent_membership_id\":\"%s\"",
	                            text_at(&a, "/id")));
	ck_status(b, 422);
	ck_assert_str_eq(complaint_at(&b, "/parent_membership_id"), "not-a-main-user");
	b = member_add(customer, "sub", "customer-member",
	               arena_printf(harness_ctx()->mem,
	                            MAIL("k3@example.org") ",\"parent_membership_id\":\"%s\"",
	                            id_text(ID_MEMBERSHIP, boss)));
	ck_assert_str_eq(complaint_at(&b, "/parent_membership_id"), "unknown-value");
	/* Found by the name of his main user too, and only among the sub-users. */
	b = call(METHOD_GET, account_path(customer, "/members?kind=sub&q=own"), NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 1);
	b = call(METHOD_GET, account_path(customer, "/members?kind=main&kind=staff"), NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 1);
	/* With the main user he stops, for good. */
	make_member(customer, ROLE_CUSTOMER_OWNER, "second");
	scratch_run("UPDATE person SET state = 'active'");
	sub = scratch_count("SELECT id AS n FROM membership WHERE kind = 'sub'");
	acts_as(sub);
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
	acts_as(boss);
	ck_status(member_act(customer, parent, "/suspend"), 200);
	ck_status(member_act(customer, parent, "/resume"), 200);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session s JOIN membership m"
	                               " ON m.id = s.membership_id WHERE m.kind = 'sub'"
	                               " AND s.revoked_at IS NULL"),
	                 0);
}
END_TEST

START_TEST(an_account_is_added_by_an_address_alone)
{
	struct arena *mem = harness_ctx()->mem;
	const char *body = arena_printf(mem,
	                                "{\"parent_id\":\"%s\",\"kind\":\"customer\","
	                                "\"class\":\"person\"",
	                                id_text(ID_ACCOUNT, north));
	struct answer a;

	acts_as(boss);
	a = call(METHOD_POST, "/api/v1/accounts",
	         arena_printf(mem, "%s," MAIL("new@example.org") "}", body));
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/name"), "new@example.org");
	ck_assert_str_eq(text_at(&a, "/state"), "not_confirmed");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail"
	                               " WHERE kind = 'account-welcome'"),
	                 1);
	a = call(METHOD_POST, "/api/v1/accounts", arena_printf(mem, "%s}", body));
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/name"), "required");
}
END_TEST

TESTS_WITH("members_more", begin, NULL, an_address_changes_with_its_login_and_both_are_told,
           who_belongs_elsewhere_too_keeps_his_address, what_billing_keeps_is_billings,
           a_link_for_a_new_password_goes_by_mail, a_lost_second_step_is_taken_away_by_staff,
           sessions_are_seen_and_ended, pages_go_on_in_every_order,
           kinds_are_a_persons_and_not_a_memberships, guards_and_administrators_are_not_mixed,
           an_account_has_one_main_user, an_account_is_added_by_an_address_alone,
           a_support_user_has_an_end, a_sub_user_stands_below_a_main_user);
