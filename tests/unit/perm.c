#include "core/perm.h"

#include <string.h>

#include "base/macros.h"
#include "lib/suite.h"

START_TEST(every_permission_has_its_own_text)
{
	for (unsigned p = PERM_NONE; p < PERM__MAX; p++)
		for (unsigned q = p + 1; q < PERM__MAX; q++)
			ck_assert_str_ne(perm_text((enum perm)p), perm_text((enum perm)q));
	ck_assert_int_eq(perm_of_text("account.list", 12), PERM_ACCOUNT_LIST);
	ck_assert_int_eq(perm_of_text("account.lis", 11), PERM_NONE);
	ck_assert_int_eq(perm_of_text("session", 7), PERM_NONE);
}
END_TEST

START_TEST(a_role_has_what_its_column_says)
{
	struct perm_set admin = perm_set_of_role(ROLE_PLATFORM_ADMIN);
	struct perm_set guard = perm_set_of_role(ROLE_GUARD);
	struct perm_set nobody = perm_set_of_role(ROLE_NONE);

	for (unsigned p = PERM_SESSION; p < PERM__MAX; p++)
		if (p != PERM_SUPPORT_APPROVE) /* a customer's own word */
			ck_assert_msg(perm_has(&admin, (enum perm)p), "%s",
			              perm_text((enum perm)p));
	ck_assert(!perm_has(&admin, PERM_SUPPORT_APPROVE));
	ck_assert(perm_has(&guard, PERM_SESSION));
	ck_assert(!perm_has(&guard, PERM_ACCOUNT_VIEW));
	ck_assert(!perm_has(&nobody, PERM_SESSION));
	ck_assert(!perm_has(&admin, PERM_NONE));
	for (unsigned r = ROLE_NONE + 1; r < ROLE__MAX; r++)
		ck_assert_int_eq(role_of_text(role_text((enum role)r)), r);
	ck_assert_int_eq(role_of_text("none"), ROLE_NONE);
	ck_assert_int_eq(role_of_text("root"), ROLE_NONE);
}
END_TEST

/* An auditor reads; what changes anything is not his. */
START_TEST(an_auditor_changes_nothing)
{
	static const char *const verbs[] = { ".create", ".edit", ".suspend", ".resume",
		                             ".terminate", ".restore", ".replay", ".dismiss",
		                             ".map", ".retry" };
	struct perm_set auditor = perm_set_of_role(ROLE_PLATFORM_AUDITOR);

	for (unsigned p = PERM_SESSION; p < PERM__MAX; p++)
		for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
			if (strstr(perm_text((enum perm)p), verbs[i]))
				ck_assert_msg(!perm_has(&auditor, (enum perm)p), "%s",
				              perm_text((enum perm)p));
}
END_TEST

TESTS("perm", every_permission_has_its_own_text, a_role_has_what_its_column_says,
      an_auditor_changes_nothing);
