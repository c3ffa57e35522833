/* The one decision: each step refuses what it must, in its order, and says so. */
#include "core/access.h"

#include <string.h>

#include "base/macros.h"
#include "lib/suite.h"

static const char org[] = "back_office=1";

static struct access decide(const struct access_facts *f)
{
	struct access a;

	access_evaluate(f, &a);
	return a;
}
#define DECIDE(...) decide(&(const struct access_facts){ __VA_ARGS__ })
#define CUSTOMER    .account_kind = "customer", .account_class = "organisation", .areas = org

static bool may(struct access a, enum perm p)
{
	struct perm_set s = access_perms(&a);

	/* What is allowed and what refuses nobody are the same. */
	ck_assert_int_eq(perm_has(&s, p), access_refusal(&a, p) == ACCESS_ALLOWED);
	return perm_has(&s, p);
}

#define ck_refusal(decided, perm, expected) \
	do { \
		const struct access a_ = (decided); \
\
		ck_assert_str_eq(access_step_text(access_refusal(&a_, (perm))), expected); \
	} while (0)

START_TEST(a_built_in_role_gives_its_column)
{
	struct access a = DECIDE(CUSTOMER, .roles = "customer-owner;");

	ck_assert(may(a, PERM_MEMBER_ADD));
	ck_assert(may(a, PERM_SESSION));
	ck_assert(may(a, PERM_PENDING));
	ck_refusal(a, PERM_ACCOUNT_SUSPEND, "roles");
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++) {
		struct perm_set column = perm_set_of_role(ROLE_CUSTOMER_OWNER);

		ck_assert_int_eq(may(a, (enum perm)p), perm_has(&column, (enum perm)p));
	}
}
END_TEST

START_TEST(who_has_no_role_has_only_himself)
{
	struct access a = DECIDE(CUSTOMER, .roles = NULL);

	ck_assert(may(a, PERM_SESSION));
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++)
		ck_refusal(a, (enum perm)p, "roles");
	a = DECIDE(CUSTOMER, .roles = "no-such-role;");
	ck_refusal(a, PERM_MEMBER_LIST, "roles");
}
END_TEST

START_TEST(half_a_session_may_nothing_but_become_whole)
{
	struct access a = DECIDE(CUSTOMER, .roles = "customer-owner;", .pending = true);

	ck_assert(may(a, PERM_PENDING));
	ck_refusal(a, PERM_SESSION, "second-factor");
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++)
		ck_refusal(a, (enum perm)p, "second-factor");
}
END_TEST

START_TEST(what_a_role_says_itself_is_nearer_than_its_parents)
{
	struct access a =
		DECIDE(CUSTOMER, .roles = "customer-member;+device.list,-account.view");

	ck_assert(may(a, PERM_DEVICE_LIST));
	ck_refusal(a, PERM_ACCOUNT_VIEW, "roles");
	/* Said twice: the later word is the nearer one. */
	a = DECIDE(CUSTOMER, .roles = "customer-member;-device.list,+device.list");
	ck_assert(may(a, PERM_DEVICE_LIST));
}
END_TEST

START_TEST(one_role_that_denies_wins_over_all_that_allow)
{
	struct access a =
		DECIDE(CUSTOMER, .roles = "customer-owner;|;-member.add|customer-admin;");

	ck_refusal(a, PERM_MEMBER_ADD, "denied");
	ck_assert(may(a, PERM_MEMBER_EDIT));
	a = DECIDE(CUSTOMER, .roles = ";-member.add|customer-owner;");
	ck_refusal(a, PERM_MEMBER_ADD, "denied");
	/* That a built-in role lacks something denies nothing. */
	a = DECIDE(CUSTOMER, .roles = "customer-member;|;+member.list,+member.add");
	ck_assert(may(a, PERM_MEMBER_ADD));
}
END_TEST

START_TEST(a_section_whose_list_is_denied_is_closed)
{
	struct access a = DECIDE(CUSTOMER, .roles = "customer-owner;-member.list");

	ck_refusal(a, PERM_MEMBER_VIEW, "section");
	ck_refusal(a, PERM_MEMBER_RESET_TWO_STEP, "section");
	ck_refusal(a, PERM_MEMBER_LIST, "roles");
	ck_assert(may(a, PERM_ROLE_VIEW));
	/* "account.list" is not his, but nobody denied it. */
	ck_assert(may(a, PERM_ACCOUNT_VIEW));
	/* A nearer word on one of the section does not open it. */
	a = DECIDE(CUSTOMER, .roles = "customer-owner;-member.list",
	           .adjusted = "+member.view");
	ck_refusal(a, PERM_MEMBER_VIEW, "section");
	/* One section's name begins another's: only its own are closed. */
	a = DECIDE(.account_kind = "platform", .roles = "platform-admin;-billing_event.list");
	ck_refusal(a, PERM_BILLING_EVENT_MAP, "section");
	ck_assert(may(a, PERM_BILLING_SOURCE_LIST));
}
END_TEST

START_TEST(a_switch_is_nearer_than_any_role)
{
	struct access a = DECIDE(CUSTOMER, .roles = "customer-owner;|;-member.add",
	                         .adjusted = "+member.add,-member.edit");

	ck_assert(may(a, PERM_MEMBER_ADD));
	ck_refusal(a, PERM_MEMBER_EDIT, "denied");
	a = DECIDE(CUSTOMER, .roles = "customer-member;", .adjusted = "+device.list");
	ck_assert(may(a, PERM_DEVICE_LIST));
	/* Words that are not ours mean nothing. */
	a = DECIDE(CUSTOMER, .roles = "customer-member;", .adjusted = "+archives-show,+");
	ck_refusal(a, PERM_DEVICE_LIST, "roles");
}
END_TEST

START_TEST(a_switch_gives_no_more_than_the_kind_of_account_has)
{
	struct access a = DECIDE(CUSTOMER, .roles = "customer-owner;",
	                         .adjusted = "+account.suspend,+account.terminate");

	ck_refusal(a, PERM_ACCOUNT_SUSPEND, "roles");
	a = DECIDE(.account_kind = "reseller", .roles = "reseller-support;",
	           .adjusted = "+account.terminate,+account.resume.security");
	ck_assert(may(a, PERM_ACCOUNT_TERMINATE));
	ck_refusal(a, PERM_ACCOUNT_RESUME_SECURITY, "roles");
}
END_TEST

START_TEST(a_sub_user_has_at_most_what_his_main_user_has)
{
	struct access a = DECIDE(CUSTOMER, .roles = "customer-owner;", .is_sub = true,
	                         .main_roles = "customer-moderator;-member.edit");

	ck_assert(may(a, PERM_MEMBER_ADD));
	ck_assert(may(a, PERM_SESSION));
	ck_refusal(a, PERM_MEMBER_EDIT, "main-user");
	ck_refusal(a, PERM_ROLE_ADD, "main-user");
	/* Sections and switches of the main user count as his own do. */
	a = DECIDE(CUSTOMER, .roles = "customer-owner;", .is_sub = true,
	           .main_roles = "customer-owner;",
	           .main_adjusted = "-member.list,+account.view");
	ck_refusal(a, PERM_MEMBER_VIEW, "main-user");
	ck_assert(may(a, PERM_ACCOUNT_VIEW));
	/* Without a main user he is nobody. */
	a = DECIDE(CUSTOMER, .roles = "customer-owner;", .is_sub = true);
	ck_refusal(a, PERM_MEMBER_LIST, "main-user");
	ck_assert(may(a, PERM_SESSION));
}
END_TEST

START_TEST(what_is_off_is_refused_to_those_it_concerns)
{
	struct access a = DECIDE(.account_kind = "customer", .account_class = "organisation",
	                         .roles = "customer-owner;");

	ck_refusal(a, PERM_MEMBER_LIST, "area");
	ck_assert(may(a, PERM_SESSION));
	a = DECIDE(.account_kind = "reseller", .roles = "reseller-program;");
	ck_assert(may(a, PERM_MEMBER_LIST));
	a = DECIDE(.account_kind = "reseller", .roles = "reseller-program;",
	           .areas = "admin_portal=0");
	ck_refusal(a, PERM_MEMBER_LIST, "area");
	a = DECIDE(CUSTOMER, .roles = "customer-owner;");
	ck_assert(may(a, PERM_MEMBER_LIST));
	a = DECIDE(.account_kind = "customer", .account_class = "organisation",
	           .roles = "customer-owner;", .areas = "back_office=1,people=0,api=0");
	ck_refusal(a, PERM_MEMBER_LIST, "area");
	ck_refusal(a, PERM_API_KEY_CREATE, "area");
	ck_assert(may(a, PERM_ACCOUNT_VIEW));
}
END_TEST

START_TEST(off_anywhere_above_is_off)
{
	ck_assert(area_is_on(AREA_BACK_OFFICE, "back_office=1"));
	ck_assert(!area_is_on(AREA_BACK_OFFICE, "back_office=1,back_office=0"));
	ck_assert(!area_is_on(AREA_BACK_OFFICE, "back_office=0,back_office=1"));
	ck_assert(!area_is_on(AREA_BACK_OFFICE, NULL));
	ck_assert(area_is_on(AREA_API, NULL));
	ck_assert(area_is_on(AREA_API, "apix=0,ap=0,api_=0"));
	ck_assert(!area_is_on(AREA_API, "people=1,api=0"));
}
END_TEST

START_TEST(a_private_person_has_no_back_office_whatever_is_switched)
{
	struct access_facts f = { .account_kind = "customer",
		                  .account_class = "person",
		                  .roles = "customer-owner;",
		                  .areas = org };

	ck_refusal(decide(&f), PERM_MEMBER_LIST, "area");
	ck_assert(area_takes(AREA_BACK_OFFICE, &f, PERM_MEMBER_LIST));
	ck_assert(!area_takes(AREA_PEOPLE, &f, PERM_MEMBER_LIST));
	ck_assert(!area_fits(AREA_BACK_OFFICE, "person"));
	ck_assert(area_fits(AREA_API, "person"));
	f.account_class = "organisation";
	ck_assert(!area_takes(AREA_BACK_OFFICE, &f, PERM_MEMBER_LIST));
}
END_TEST

START_TEST(a_key_gives_what_it_was_made_for_and_no_more_than_its_person)
{
	struct access a = DECIDE(CUSTOMER, .roles = "customer-owner;",
	                         .key = "member.list,account.suspend,nonsense");

	ck_assert(may(a, PERM_MEMBER_LIST));
	ck_assert(may(a, PERM_SESSION));
	ck_refusal(a, PERM_MEMBER_VIEW, "key");
	ck_refusal(a, PERM_ACCOUNT_SUSPEND, "roles");
	a = DECIDE(CUSTOMER, .roles = "customer-owner;", .key = "");
	ck_refusal(a, PERM_MEMBER_LIST, "key");
}
END_TEST

START_TEST(the_first_step_that_refuses_is_the_one_named)
{
	struct access_facts f = { .account_kind = "customer",
		                  .account_class = "organisation",
		                  .roles = "customer-owner;|;-member.edit",
		                  .is_sub = true,
		                  .key = "",
		                  .pending = true };

	ck_refusal(decide(&f), PERM_MEMBER_EDIT, "second-factor");
	f.pending = false;
	ck_refusal(decide(&f), PERM_MEMBER_EDIT, "denied");
	f.roles = "customer-owner;-member.list";
	ck_refusal(decide(&f), PERM_MEMBER_EDIT, "section");
	f.roles = "customer-owner;";
	ck_refusal(decide(&f), PERM_MEMBER_EDIT, "main-user");
	f.is_sub = false;
	ck_refusal(decide(&f), PERM_MEMBER_EDIT, "area");
	f.areas = org;
	ck_refusal(decide(&f), PERM_MEMBER_EDIT, "key");
	f.key = NULL;
	ck_refusal(decide(&f), PERM_MEMBER_EDIT, "allowed");
}
END_TEST

START_TEST(every_area_has_a_name_of_its_own)
{
	enum area found = AREA__MAX;

	for (unsigned i = 0; i < AREA__MAX; i++) {
		const char *text = area_text((enum area)i);

		ck_assert(area_of_text(text, strlen(text), &found));
		ck_assert_int_eq(found, i);
	}
	ck_assert(!area_of_text("nothing", 7, &found));
	ck_assert(area_is_whole(AREA_BACK_OFFICE));
	ck_assert(!area_is_whole(AREA_API));
}
END_TEST

TESTS("access", a_built_in_role_gives_its_column, who_has_no_role_has_only_himself,
      half_a_session_may_nothing_but_become_whole,
      what_a_role_says_itself_is_nearer_than_its_parents,
      one_role_that_denies_wins_over_all_that_allow, a_section_whose_list_is_denied_is_closed,
      a_switch_is_nearer_than_any_role, a_switch_gives_no_more_than_the_kind_of_account_has,
      a_sub_user_has_at_most_what_his_main_user_has,
      what_is_off_is_refused_to_those_it_concerns, off_anywhere_above_is_off,
      a_private_person_has_no_back_office_whatever_is_switched,
      a_key_gives_what_it_was_made_for_and_no_more_than_its_person,
      the_first_step_that_refuses_is_the_one_named, every_area_has_a_name_of_its_own);
