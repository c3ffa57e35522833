/* Saved views of lists: one's own, shared ones, and with which a list opens. */
#include <string.h>

#include "module/harness.h"

#define VIEWS "/api/v1/views"

static int64_t reseller, customer, other, ann, bob, sue;

static void setup(void)
{
	harness_begin();
	reseller = make_account(ACCOUNT_ROOT, "reseller", "North");
	customer = make_account(reseller, "customer", "Baker Street");
	other = make_account(ACCOUNT_ROOT, "reseller", "South");
	ann = make_member(reseller, ROLE_RESELLER_PROGRAM, "ann");
	bob = make_member(reseller, ROLE_RESELLER_SUPPORT, "bob");
	sue = make_member(other, ROLE_RESELLER_PROGRAM, "sue");
	acts_as(ann);
}

static const char *body(const char *name, const char *more)
{
	return arena_printf(
		harness_ctx()->mem,
		"{\"list\":\"customers\",\"name\":\"%s\",\"q\":\"status:suspended x\","
		"\"columns\":[\"status\",\"last_login\"],\"sort\":\"-created\","
		"\"page_size\":100%s}",
		name, more);
}

static struct answer make(const char *name, const char *more)
{
	struct answer a = call(METHOD_POST, VIEWS, body(name, more));

	ck_status(a, 201);
	return a;
}

static struct answer edit(const struct answer *made, const char *with)
{
	struct answer now = call(METHOD_GET, made->location, NULL);

	return call_if(METHOD_PATCH, made->location, with, now.etag);
}

static int64_t logged(const char *action)
{
	return scratch_count(arena_printf(harness_ctx()->mem,
	                                  "SELECT COUNT(*) AS n FROM change_log"
	                                  " WHERE action = '%s' AND account_id = %lld",
	                                  action, (long long)reseller));
}

static size_t seen(const char *query)
{
	struct answer a =
		call(METHOD_GET, arena_printf(harness_ctx()->mem, VIEWS "%s", query), NULL);

	ck_status(a, 200);
	return length_at(&a, "/items");
}

START_TEST(a_view_keeps_all_of_a_list)
{
	struct answer a = make("Late payers", ""), b;

	b = call(METHOD_GET, a.location, NULL);
	ck_status(b, 200);
	ck_version(b, 1);
	ck_assert_str_eq(text_at(&b, "/list"), "customers");
	ck_assert_str_eq(text_at(&b, "/name"), "Late payers");
	ck_assert_str_eq(text_at(&b, "/q"), "status:suspended x");
	ck_assert_str_eq(text_at(&b, "/columns/1"), "last_login");
	ck_assert_uint_eq(length_at(&b, "/columns"), 2);
	ck_assert_str_eq(text_at(&b, "/sort"), "-created");
	ck_assert_int_eq(number_at(&b, "/page_size"), 100);
	ck_assert_int_eq(strstr(b.body, "\"mine\":true") != NULL, 1);
	ck_assert_int_eq(strstr(b.body, "\"shared\":false") != NULL, 1);
	ck_assert_uint_eq(seen("?list=customers"), 1);
	ck_assert_uint_eq(seen("?list=people"), 0);
	/* Nobody is told of what is his own. */
	ck_assert_int_eq(logged("view.share"), 0);
}
END_TEST

START_TEST(a_view_is_renamed_changed_and_deleted)
{
	struct answer a = make("One", ""), b;

	b = edit(&a,
	         "{\"name\":\"Two\",\"q\":null,\"sort\":null,\"columns\":[],\"page_size\":25}");
	ck_status(b, 200);
	ck_version(b, 2);
	ck_assert_str_eq(text_at(&b, "/name"), "Two");
	ck_assert_str_eq(text_at(&b, "/q"), "");
	ck_assert_ptr_null(text_at(&b, "/sort"));
	ck_assert_uint_eq(length_at(&b, "/columns"), 0);
	ck_status(call_if(METHOD_PATCH, a.location, "{\"name\":\"Three\"}", a.etag), 412);
	ck_status(call(METHOD_PATCH, a.location, "{\"name\":\"Three\"}"), 428);
	ck_status(call_if(METHOD_DELETE, a.location, NULL, a.etag), 412);
	ck_status(call_if(METHOD_DELETE, a.location, NULL, b.etag), 204);
	ck_status(call(METHOD_GET, a.location, NULL), 404);
}
END_TEST

/* What changes nothing leaves the version. */
START_TEST(a_view_written_as_it_is_stays)
{
	struct answer a = make("One", "");

	ck_version(edit(&a, "{\"name\":\"One\",\"page_size\":100}"), 1);
	ck_version(edit(&a, "{\"page_size\":10}"), 2);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
	struct answer a = call(METHOD_POST, VIEWS,
	                       "{\"list\":\"customers\",\"name\":\"x\",\"q\":\"nonsense:1\","
	                       "\"columns\":[\"A b\"],\"sort\":\"colour\",\"page_size\":7}");

	ck_refused(a, 422, "invalid-input");
	ck_assert_str_eq(complaint_at(&a, "/q"), "unknown-token");
	ck_assert_str_eq(complaint_at(&a, "/columns"), "unknown-value");
	ck_assert_str_eq(complaint_at(&a, "/sort"), "not-one-of");
	ck_assert_str_eq(complaint_at(&a, "/page_size"), "not-one-of");
	a = call(METHOD_POST, VIEWS, "{\"list\":\"devices\",\"name\":\"\"}");
	ck_assert_str_eq(complaint_at(&a, "/list"), "not-one-of");
	ck_assert(complaint_at(&a, "/name") != NULL);
	make("Mine", "");
	a = call(METHOD_POST, VIEWS, body("mine", ""));
	ck_assert_str_eq(complaint_at(&a, "/name"), "name-taken");
	/* The other lists have names of their own. */
	ck_status(call(METHOD_POST, VIEWS,
	               "{\"list\":\"people\",\"name\":\"Mine\",\"q\":\"kind:sub ann\"}"),
	          201);
	a = call(METHOD_POST, VIEWS, "{\"list\":\"people\",\"name\":\"x\",\"q\":\"kind:odd\"}");
	ck_assert_str_eq(complaint_at(&a, "/q"), "unknown-value");
	a = call(METHOD_POST, VIEWS,
	         "{\"list\":\"people\",\"name\":\"x\",\"columns\":[\"a\",\"a\"]}");
	ck_assert_str_eq(complaint_at(&a, "/columns"), "duplicate-member");
}
END_TEST

START_TEST(only_shared_views_are_seen_by_others_of_the_account)
{
	struct answer own = make("Own", ""), all = make("All", ",\"shared\":true"), a;

	ck_assert_int_eq(logged("view.share"), 1);
	acts_as(bob);
	ck_assert_uint_eq(seen(""), 1);
	ck_status(call(METHOD_GET, own.location, NULL), 404);
	a = call(METHOD_GET, all.location, NULL);
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/owner"), "ann");
	ck_assert(strstr(a.body, "\"may_edit\":false") != NULL);
	ck_refused(edit(&all, "{\"name\":\"His\"}"), 403, "not-permitted");
	ck_refused(call_if(METHOD_DELETE, all.location, NULL, a.etag), 403, "not-permitted");
	ck_status(call_if(METHOD_DELETE, own.location, NULL, "\"v1\""), 404);
	/* Neither those of another account nor those below see it. */
	acts_as(sue);
	ck_assert_uint_eq(seen(""), 0);
	ck_status(call(METHOD_GET, all.location, NULL), 404);
	ck_status(call_if(METHOD_PATCH, all.location, "{\"name\":\"x\"}", "\"v1\""), 404);
	ck_status(call_if(METHOD_DELETE, all.location, NULL, "\"v1\""), 404);
	ck_status(call(METHOD_POST,
	               arena_printf(harness_ctx()->mem, "%s/default", all.location),
	               "{\"on\":true}"),
	          404);
	open_back_office(customer);
	acts_as_new(customer, ROLE_CUSTOMER_OWNER, "cas");
	ck_assert_uint_eq(seen(""), 0);
	ck_status(call(METHOD_GET, all.location, NULL), 404);
}
END_TEST

START_TEST(sharing_needs_the_permission_and_is_logged)
{
	struct answer a, b;

	acts_as(bob);
	ck_refused(call(METHOD_POST, VIEWS, body("His", ",\"shared\":true")), 403,
	           "not-permitted");
	a = make("His", "");
	ck_refused(edit(&a, "{\"shared\":true}"), 403, "not-permitted");
	ck_assert_int_eq(logged("view.share"), 0);
	/* Who may share changes and ends what others shared. */
	acts_as(ann);
	b = make("Hers", ",\"shared\":true");
	acts_as_new(reseller, ROLE_RESELLER_PROGRAM, "max");
	ck_status(edit(&b, "{\"name\":\"Ours\"}"), 200);
	ck_assert_int_eq(logged("view.update"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE action ="
	                               " 'view.update' AND before_values LIKE '%Hers%'"
	                               " AND after_values LIKE '%Ours%'"
	                               " AND target_kind = 'view'"),
	                 1);
	/* Whose it is alone may keep it to himself. */
	a = edit(&b, "{\"shared\":false}");
	ck_refused(a, 422, "invalid-input");
	ck_assert_str_eq(complaint_at(&a, "/shared"), "not-allowed");
	acts_as(ann);
	ck_status(edit(&b, "{\"shared\":false}"), 200);
	ck_assert_int_eq(logged("view.unshare"), 1);
	ck_status(edit(&b, "{\"shared\":true}"), 200);
	ck_assert_int_eq(logged("view.share"), 2);
	a = call(METHOD_GET, b.location, NULL);
	ck_status(call_if(METHOD_DELETE, b.location, NULL, a.etag), 204);
	ck_assert_int_eq(logged("view.remove"), 1);
}
END_TEST

START_TEST(a_list_opens_with_one_view_of_each_persons_own_choice)
{
	struct answer one = make("One", ",\"shared\":true"), two = make("Two", ""), a;
	const char *one_default = arena_printf(harness_ctx()->mem, "%s/default", one.location);
	const char *two_default = arena_printf(harness_ctx()->mem, "%s/default", two.location);

	a = call(METHOD_POST, one_default, "{\"on\":true}");
	ck_status(a, 200);
	ck_assert(strstr(a.body, "\"is_default\":true") != NULL);
	ck_status(call(METHOD_POST, two_default, "{\"on\":true}"), 200);
	a = call(METHOD_GET, one.location, NULL);
	ck_assert(strstr(a.body, "\"is_default\":false") != NULL);
	acts_as(bob);
	a = call(METHOD_GET, one.location, NULL);
	ck_assert(strstr(a.body, "\"is_default\":false") != NULL);
	ck_status(call(METHOD_POST, two_default, "{\"on\":true}"), 404);
	ck_status(call(METHOD_POST, one_default, "{\"on\":true}"), 200);
	/* It goes with the view, and with its being shared. */
	acts_as(ann);
	ck_status(edit(&one, "{\"shared\":false}"), 200);
	ck_status(edit(&one, "{\"shared\":true}"), 200);
	acts_as(bob);
	a = call(METHOD_GET, one.location, NULL);
	ck_assert(strstr(a.body, "\"is_default\":false") != NULL);
	acts_as(ann);
	ck_status(call(METHOD_POST, two_default, "{\"on\":false}"), 200);
	a = call(METHOD_GET, two.location, NULL);
	ck_assert(strstr(a.body, "\"is_default\":false") != NULL);
}
END_TEST

START_TEST(there_are_a_hundred_of_a_person_and_no_more)
{
	scratch_run(
		"INSERT INTO saved_view (person_id, account_id, list, name, created_at,"
		" updated_at) SELECT m.person_id, m.account_id, 'people', CONCAT('v', s.seq),"
		" NOW(6), NOW(6) FROM membership m JOIN person p ON p.id = m.person_id"
		" JOIN seq_1_to_99 s WHERE p.login = 'ann'");
	make("The last", "");
	ck_refused(call(METHOD_POST, VIEWS, body("One more", "")), 409, "too-many-views");
	ck_assert_uint_eq(seen(""), 100);
	acts_as(bob);
	make("His first", "");
}
END_TEST

TESTS_WITH("views", setup, NULL, a_view_keeps_all_of_a_list,
           a_view_is_renamed_changed_and_deleted, a_view_written_as_it_is_stays,
           what_is_wrong_is_named, only_shared_views_are_seen_by_others_of_the_account,
           sharing_needs_the_permission_and_is_logged,
           a_list_opens_with_one_view_of_each_persons_own_choice,
           there_are_a_hundred_of_a_person_and_no_more);
