/* What a customer's own administrator finds in his portal, and what he does not. */
#include <string.h>

#include "module/visitor.h"

static int64_t next;

static void begin(void)
{
	visitor_begin();
	next = make_account(provider, "customer", "Next");
	make_member(next, ROLE_CUSTOMER_OWNER, "neighbour");
	/* What the provider's people did in Shop, and its own. */
	acts_as(prog);
	ck_status(call(METHOD_POST, account_path(shop, "/sites"),
	               "{\"kind\":\"building\",\"name\":\"Theirs\"}"),
	          201);
	acts_as(owner);
	ck_status(call(METHOD_POST, account_path(shop, "/sites"),
	               "{\"kind\":\"building\",\"name\":\"Ours\"}"),
	          201);
}

START_TEST(the_card_is_his_own_and_shows_nobody_above)
{
	struct answer a = call(METHOD_GET, account_path(shop, ""), NULL);

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/name"), "Shop");
	ck_assert(!is_at(&a, "/parent_id"));
	ck_assert(!is_at(&a, "/parent_name"));
	ck_assert_uint_eq(length_at(&a, "/path"), 1);
	ck_assert_ptr_null(strstr(a.body, "North"));
	ck_assert_ptr_null(strstr(a.body, id_text(ID_ACCOUNT, provider)));
	ck_refused(call(METHOD_GET, account_path(provider, ""), NULL), 404, "not-found");
	ck_refused(call(METHOD_GET, account_path(next, ""), NULL), 404, "not-found");
	ck_refused(call(METHOD_GET, "/api/v1/accounts", NULL), 403, "not-permitted");
	ck_refused(call(METHOD_GET, "/api/v1/billing-events", NULL), 403, "not-permitted");
	ck_refused(call(METHOD_GET, "/api/v1/mails", NULL), 403, "not-permitted");
}
END_TEST

START_TEST(the_log_names_the_providers_people_and_no_more)
{
	struct answer a = call(METHOD_GET, "/api/v1/changes?action=site.create", NULL);

	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_str_eq(text_at(&a, "/items/0/actor_label"), "owner");
	ck_assert(is_at(&a, "/items/0/actor_id"));
	ck_assert(is_at(&a, "/items/0/ip"));
	ck_assert_str_eq(text_at(&a, "/items/1/actor_label"), "prog");
	ck_assert(!is_at(&a, "/items/1/actor_id"));
	ck_assert(!is_at(&a, "/items/1/ip"));
	ck_assert(!is_at(&a, "/items/1/user_agent"));
	/* The provider sees both. */
	acts_as(prog);
	a = call(METHOD_GET, account_path(shop, "/changes?action=site.create"), NULL);
	ck_assert(is_at(&a, "/items/0/actor_id"));
	ck_assert(is_at(&a, "/items/1/ip"));
}
END_TEST

START_TEST(what_was_done_in_a_visit_tells_the_users_key_and_not_the_operators_address)
{
	struct answer a;
	const char *visit;

	scratch_run("UPDATE membership_role mr JOIN role r ON r.builtin = 'customer-admin'"
	            " JOIN membership m ON m.id = mr.membership_id JOIN person p"
	            " ON p.id = m.person_id SET mr.role_id = r.id WHERE p.login = 'member'");
	visit = visit_begin(",\"may_write\":true");
	ck_status(as_user(METHOD_POST, account_path(shop, "/contacts"),
	                  "{\"role\":\"owner\",\"name\":\"N\"}", visit),
	          201);
	acts_as(owner);
	a = call(METHOD_GET, account_path(shop, "/changes?action=contact.create"), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/impersonator_label"), "prog");
	ck_assert(is_at(&a, "/items/0/actor_id"));
	ck_assert(!is_at(&a, "/items/0/ip"));
}
END_TEST

START_TEST(the_providers_accesses_are_listed_by_name)
{
	const char *visit = visit_begin("");
	struct answer a;

	acts_as_new(shop, ROLE_CUSTOMER_ADMIN, "admin");
	a = call(METHOD_GET, account_path(shop, "/support-grants"), NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/items/0/operator_label"), "prog");
	ck_assert_str_eq(text_at(&a, "/items/0/reason"), "Camera is dark");
	ck_assert_uint_eq(length_at(&a, "/items/0/allowed"), 0);
	ck_assert_ptr_null(strstr(a.body, "\"per_"));
	a = call(METHOD_GET, account_path(shop, "/visits"), NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/items/0/id"), visit);
	ck_assert_str_eq(text_at(&a, "/items/0/operator_label"), "prog");
	ck_assert_ptr_null(strstr(a.body, "\"per_"));
	ck_refused(call(METHOD_GET, account_path(next, "/visits"), NULL), 404, "not-found");
	acts_as(member);
	ck_refused(call(METHOD_GET, account_path(shop, "/visits"), NULL), 403, "not-permitted");
}
END_TEST

START_TEST(without_a_back_office_there_are_only_ones_own_details)
{
	scratch_run("UPDATE account_area SET is_on = 0 WHERE area = 'back_office'");
	scratch_run("UPDATE access_epoch SET n = n + 1");
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
	ck_refused(call(METHOD_GET, account_path(shop, ""), NULL), 403, "not-permitted");
	ck_refused(call(METHOD_GET, account_path(shop, "/changes"), NULL), 403,
	           "not-permitted");
}
END_TEST

TESTS_WITH("back-office", begin, NULL, the_card_is_his_own_and_shows_nobody_above,
           the_log_names_the_providers_people_and_no_more,
           what_was_done_in_a_visit_tells_the_users_key_and_not_the_operators_address,
           the_providers_accesses_are_listed_by_name,
           without_a_back_office_there_are_only_ones_own_details);
