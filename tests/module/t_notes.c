/* Notes about an account: for those above it, never for its own people. */
#include <string.h>

#include "module/harness.h"

static int64_t north, south, customer;

static void begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	customer = make_account(north, "customer", "Customer");
	open_back_office(customer);
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "ann");
}

static const char *note_path(int64_t account, const char *id)
{
	return account_path(account, arena_printf(harness_ctx()->mem, "/notes/%s", id));
}

static const char *write_note(const char *text, bool pinned)
{
	struct answer a =
		call(METHOD_POST, account_path(customer, "/notes"),
	             arena_printf(harness_ctx()->mem, "{\"text\":\"%s\",\"pinned\":%s}", text,
	                          pinned ? "true" : "false"));

	ck_status(a, 201);
	return text_at(&a, "/id");
}

START_TEST(notes_are_written_pinned_changed_and_removed)
{
	const char *first = write_note("Calls only\\nin the evening", true), *second;
	struct answer a;

	second = write_note("Has moved", false);
	a = call(METHOD_GET, account_path(customer, "/notes"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_assert_str_eq(text_at(&a, "/items/0/id"), first);
	ck_assert_str_eq(text_at(&a, "/items/0/text"), "Calls only\nin the evening");
	ck_assert_str_eq(text_at(&a, "/items/0/author"), "ann");
	ck_assert(is_at(&a, "/items/0/created_at"));
	a = call_if(METHOD_PATCH, note_path(customer, second), "{\"text\":\"Has moved on\"}",
	            "\"v1\"");
	ck_status(a, 200);
	ck_version(a, 2);
	ck_refused(call_if(METHOD_PATCH, note_path(customer, second), "{\"text\":\"x\"}",
	                   "\"v1\""),
	           412, "changed-meanwhile");
	ck_status(call_if(METHOD_DELETE, note_path(customer, second), NULL, "\"v2\""), 204);
	ck_status(call(METHOD_GET, note_path(customer, second), NULL), 404);
	a = call(METHOD_POST, account_path(customer, "/notes"), "{\"text\":\"  \"}");
	ck_status(a, 422);
	ck_assert_ptr_nonnull(complaint_at(&a, "/text"));
}
END_TEST

START_TEST(the_words_of_a_note_are_their_authors)
{
	const char *id = write_note("Mine", false);
	struct answer a;

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "bob");
	a = call(METHOD_GET, note_path(customer, id), NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/mine"), "false");
	ck_refused(call_if(METHOD_PATCH, note_path(customer, id), "{\"text\":\"Yours\"}",
	                   "\"v1\""),
	           403, "not-author");
	ck_status(call_if(METHOD_PATCH, note_path(customer, id), "{\"pinned\":true}", "\"v1\""),
	          200);
	ck_status(call_if(METHOD_DELETE, note_path(customer, id), NULL, "\"v2\""), 204);
}
END_TEST

START_TEST(nobody_reads_notes_about_his_own_account)
{
	const char *id = write_note("Difficult", true);
	int64_t owner;

	acts_as_new(customer, ROLE_CUSTOMER_OWNER, "owner");
	ck_refused(call(METHOD_GET, account_path(customer, "/notes"), NULL), 403,
	           "not-permitted");
	/* A role that has the permission does not show them either. */
	owner = make_member(customer, ROLE_RESELLER_PROGRAM, "clever");
	acts_as(owner);
	ck_refused(call(METHOD_GET, account_path(customer, "/notes"), NULL), 403,
	           "own-account");
	ck_status(call(METHOD_GET, note_path(customer, id), NULL), 404);
	ck_refused(call(METHOD_POST, account_path(customer, "/notes"), "{\"text\":\"x\"}"), 403,
	           "own-account");
	/* Nor does the log of the account: they stand in that of the one above. */
	ck_assert_int_eq(scratch_count(arena_printf(harness_ctx()->mem,
	                                            "SELECT COUNT(*) AS n FROM change_log"
	                                            " WHERE account_id = %lld"
	                                            " AND action LIKE 'note.%%'",
	                                            (long long)customer)),
	                 0);
	ck_assert_int_eq(scratch_count(arena_printf(harness_ctx()->mem,
	                                            "SELECT COUNT(*) AS n FROM change_log"
	                                            " WHERE account_id = %lld"
	                                            " AND action = 'note.create'"
	                                            " AND after_values NOT LIKE '%%Diff%%'",
	                                            (long long)north)),
	                 1);
}
END_TEST

START_TEST(a_note_of_another_account_does_not_exist)
{
	const char *id = write_note("x", false);
	int64_t brother = make_account(north, "customer", "Brother");

	ck_status(call(METHOD_GET, note_path(brother, id), NULL), 404);
	ck_status(call_if(METHOD_DELETE, note_path(brother, id), NULL, "\"v1\""), 404);
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "other");
	ck_status(call(METHOD_GET, account_path(customer, "/notes"), NULL), 404);
	ck_status(call(METHOD_GET, note_path(customer, id), NULL), 404);
	ck_status(call_if(METHOD_PATCH, note_path(customer, id), "{\"pinned\":true}", "\"v1\""),
	          404);
	ck_status(call(METHOD_POST, account_path(customer, "/notes"), "{\"text\":\"x\"}"), 404);
}
END_TEST

START_TEST(many_notes_come_in_pages_both_ways)
{
	struct answer a, b;

	for (int i = 0; i < 13; i++)
		write_note("x", i == 3 || i == 5);
	a = call(METHOD_GET, account_path(customer, "/notes?limit=10"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 10);
	ck_assert_int_eq(number_at(&a, "/total/value"), 13);
	ck_assert_str_eq(text_at(&a, "/items/1/pinned"), "true");
	ck_assert_str_eq(text_at(&a, "/items/2/pinned"), "false");
	b = call(METHOD_GET,
	         account_path(customer,
	                      arena_printf(harness_ctx()->mem, "/notes?limit=10&cursor=%s",
	                                   text_at(&a, "/next"))),
	         NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 3);
	b = call(METHOD_GET,
	         account_path(customer,
	                      arena_printf(harness_ctx()->mem, "/notes?limit=10&cursor=%s",
	                                   text_at(&b, "/prev"))),
	         NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 10);
	ck_assert_str_eq(text_at(&b, "/items/0/id"), text_at(&a, "/items/0/id"));
}
END_TEST

TESTS_WITH("notes", begin, NULL, notes_are_written_pinned_changed_and_removed,
           the_words_of_a_note_are_their_authors, nobody_reads_notes_about_his_own_account,
           a_note_of_another_account_does_not_exist, many_notes_come_in_pages_both_ways);
