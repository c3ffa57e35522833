/* Moving an account to another one above it. */
#include <string.h>

#include "module/harness.h"
#include "moves/move.h"

static int64_t north, south, sub, customer;

static void setup(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	sub = make_account(north, "reseller", "Northern shop");
	customer = make_account(sub, "customer", "Baker Street");
	scratch_run("UPDATE account SET confirmed_at = NOW(6)");
	scratch_run("UPDATE account_tree SET own_state = 'active'");
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "root");
}

#define text(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

static struct answer move(int64_t account, int64_t to)
{
	return call(METHOD_POST, account_path(account, "/move"),
	            text("{\"parent_id\":\"%s\",\"reason_text\":\"Sold\"}",
	                 id_text(ID_ACCOUNT, to)));
}

static struct answer preview(int64_t account, int64_t to)
{
	return call(METHOD_GET,
	            account_path(account, text("/move?parent_id=%s", id_text(ID_ACCOUNT, to))),
	            NULL);
}

static int64_t count(const char *sql)
{
	return scratch_count(sql);
}

/* Rows that the tree has and should not, or should and has not. */
static int64_t tree_is_wrong_by(void)
{
	return count("WITH RECURSIVE up (id, above, depth) AS (SELECT id, id, 0 FROM account"
	             " UNION ALL SELECT u.id, a.parent_id, u.depth + 1 FROM up u"
	             " JOIN account a ON a.id = u.above WHERE a.parent_id IS NOT NULL)"
	             " SELECT (SELECT COUNT(*) FROM up LEFT JOIN account_tree t"
	             " ON t.ancestor_id = up.above AND t.descendant_id = up.id"
	             " AND t.depth = up.depth WHERE t.ancestor_id IS NULL)"
	             " + ABS((SELECT COUNT(*) FROM up)"
	             " - (SELECT COUNT(*) FROM account_tree)) AS n");
}

START_TEST(an_account_moves_with_all_below_it)
{
	struct answer a = preview(sub, south);

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/parent_name"), "South");
	ck_assert_int_eq(number_at(&a, "/accounts"), 2);
	ck_assert_uint_eq(length_at(&a, "/blockers"), 0);
	ck_assert_str_eq(text_at(&a, "/warnings/0"), "out_of_sight");
	a = move(sub, south);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/parent_name"), "South");
	ck_assert_int_eq(tree_is_wrong_by(), 0);
	a = call(METHOD_GET, "/api/v1/accounts?q=shop", NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/parent_name"), "South");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "ann");
	ck_refused(call(METHOD_GET, account_path(customer, ""), NULL), 404, "not-found");
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "bob");
	ck_status(call(METHOD_GET, account_path(customer, ""), NULL), 200);
}
END_TEST

START_TEST(it_stands_in_the_log_of_the_account_and_of_the_one_it_left)
{
	struct answer a;

	ck_status(move(customer, south), 200);
	a = call(METHOD_GET, account_path(customer, "/changes?action=account.move"), NULL);
	ck_assert_str_eq(text_at(&a, "/items/0/before/parent_name"), "Northern shop");
	ck_assert_str_eq(text_at(&a, "/items/0/after/parent_name"), "South");
	ck_assert_str_eq(text_at(&a, "/items/0/reason"), "Sold");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "ann");
	a = call(METHOD_GET, "/api/v1/changes?action=account.move", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/account_label"), "Northern shop");
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "again");
	ck_status(move(customer, ACCOUNT_ROOT), 200);
	a = call(METHOD_GET, "/api/v1/changes?action=account.move", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 4);
	ck_status(move(customer, sub), 200);
	a = call(METHOD_GET, "/api/v1/changes?action=account.move", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 5);
}
END_TEST

START_TEST(where_it_cannot_stand_is_said_at_the_field)
{
	int64_t other = make_account(south, "customer", "Other");
	int64_t ended = make_account(ACCOUNT_ROOT, "reseller", "Ended"), deep = south;
	struct answer a;

	scratch_run("UPDATE account SET state = 'terminated' WHERE name = 'Ended'");
	for (int i = 0; i < 6; i++)
		deep = make_account(deep, "reseller", text("Deep %d", i));
	const struct {
		int64_t account, to;
		const char *why;
	} cases[] = {
		{ customer, other, "cannot-have-accounts" },
		{ customer, ended, "not-active" },
		{ customer, sub, "same" },
		{ north, sub, "below-itself" },
		{ north, north, "below-itself" },
		{ sub, deep, "too-deep" },
		{ customer, 999999, "not-found" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		a = move(cases[i].account, cases[i].to);
		ck_status(a, 422);
		ck_assert_pstr_eq(complaint_at(&a, "/parent_id"), cases[i].why);
		a = preview(cases[i].account, cases[i].to);
		ck_status(a, 422);
		ck_assert_pstr_eq(complaint_at(&a, "/parent_id"), cases[i].why);
	}
	ck_status(move(customer, deep), 200);
	ck_assert_int_eq(tree_is_wrong_by(), 0);
}
END_TEST

START_TEST(a_reseller_moves_within_what_is_his)
{
	int64_t second = make_account(north, "reseller", "Second shop");
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_SUPPORT, "sue");
	ck_refused(move(customer, second), 403, "not-permitted");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "ann");
	a = move(customer, south);
	ck_status(a, 422);
	ck_assert_pstr_eq(complaint_at(&a, "/parent_id"), "not-found");
	ck_refused(move(north, second), 403, "own-account");
	ck_refused(move(south, second), 404, "not-found");
	ck_status(move(customer, second), 200);
	a = call(METHOD_POST, account_path(customer, "/move"), "{}");
	ck_status(a, 422);
	ck_assert_pstr_eq(complaint_at(&a, "/parent_id"), "required");
	ck_assert_pstr_eq(complaint_at(&a, "/reason_text"), "required");
}
END_TEST

/* Refused, with the number of what reaches across in the preview. */
static void ck_tied(const char *word)
{
	struct answer a = preview(sub, south);

	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/blockers"), 1);
	ck_assert_str_eq(text_at(&a, "/blockers/0"), word);
	ck_assert_int_eq(number_at(&a, text("/%s", word)), 1);
	ck_refused(move(sub, south), 409, "has-ties");
	ck_assert_int_eq(tree_is_wrong_by(), 0);
}

START_TEST(what_reaches_across_is_not_cut_in_silence)
{
	int64_t guest = make_member(customer, ROLE_CUSTOMER_ADMIN, "guest");
	int64_t staff = make_member(north, ROLE_RESELLER_SUPPORT, "staff");

	scratch_run("INSERT INTO role (id, owner_account_id, name, created_at,"
	            " created_by_label, updated_at) SELECT 900, id, 'Own', NOW(6), 'x', NOW(6)"
	            " FROM account WHERE name = 'North'");
	scratch_run(text("INSERT INTO membership_role VALUES (%lld, 900, %lld, NOW(6))",
	                 (long long)guest, (long long)customer));
	ck_tied("roles");
	scratch_run("DELETE FROM membership_role WHERE role_id = 900");
	scratch_run(text("INSERT INTO membership_role SELECT %lld, id, %lld, NOW(6) FROM role"
	                 " WHERE builtin = 'reseller-support'",
	                 (long long)staff, (long long)customer));
	ck_tied("assignments");
	scratch_run(text("DELETE FROM membership_role WHERE scope_account_id = %lld"
	                 " AND membership_id = %lld",
	                 (long long)customer, (long long)staff));
	scratch_run(text("INSERT INTO support_grant (account_id, operator_id, operator_label,"
	                 " operator_membership_id, reason, minutes, state, created_at)"
	                 " SELECT %lld, person_id, 'staff', id, 'x', 5, 'requested', NOW(6)"
	                 " FROM membership WHERE id = %lld",
	                 (long long)customer, (long long)staff));
	ck_tied("supports");
	scratch_run("DELETE FROM support_grant");
	scratch_run(
		"INSERT INTO billing_source (id, name, label, parent_account_id, created_at,"
		" updated_at) SELECT 90, 'crm', 'CRM', id, NOW(6), NOW(6) FROM account"
		" WHERE name = 'North'");
	scratch_run("UPDATE account SET billing_source_id = 90, external_id = 'b'"
	            " WHERE name = 'Baker Street'");
	ck_tied("sources");
	scratch_run("UPDATE account SET billing_source_id = NULL");
	ck_status(move(sub, south), 200);
}
END_TEST

START_TEST(what_the_new_place_brings_is_told_and_holds_at_once)
{
	struct answer a;

	ck_status(call(METHOD_POST, account_path(south, "/holds"),
	               "{\"kind\":\"admin\",\"reason_text\":\"x\"}"),
	          201);
	scratch_run("INSERT INTO account_policy (account_id, require_two_step, updated_at)"
	            " SELECT id, 1, NOW(6) FROM account WHERE name = 'South'");
	a = preview(customer, south);
	ck_assert_uint_eq(length_at(&a, "/warnings"), 3);
	ck_assert_str_eq(text_at(&a, "/warnings/1"), "becomes_suspended");
	ck_assert_str_eq(text_at(&a, "/warnings/2"), "two_step");
	a = move(customer, south);
	ck_assert_str_eq(text_at(&a, "/state"), "suspended");
	a = preview(customer, north);
	ck_assert_uint_eq(length_at(&a, "/warnings"), 2);
	ck_assert_str_eq(text_at(&a, "/warnings/1"), "no_longer_held");
	a = move(customer, north);
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	ck_assert_int_eq(tree_is_wrong_by(), 0);
}
END_TEST

START_TEST(what_was_removed_stays_where_it_is)
{
	struct answer a;

	ck_status(call(METHOD_POST, account_path(customer, "/terminate"),
	               "{\"reason_text\":\"x\",\"confirm_name\":\"Baker Street\"}"),
	          200);
	a = preview(customer, south);
	ck_assert_str_eq(text_at(&a, "/blockers/0"), "not_active");
	ck_refused(move(customer, south), 409, "not-active");
}
END_TEST

TESTS_WITH("moves", setup, NULL, an_account_moves_with_all_below_it,
           it_stands_in_the_log_of_the_account_and_of_the_one_it_left,
           where_it_cannot_stand_is_said_at_the_field, a_reseller_moves_within_what_is_his,
           what_reaches_across_is_not_cut_in_silence,
           what_the_new_place_brings_is_told_and_holds_at_once,
           what_was_removed_stays_where_it_is);
