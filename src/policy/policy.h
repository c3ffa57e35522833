/*
 * policy.h - what an account asks of its people, and where each answer comes from.
 *
 * There are two ways down the tree.  Of a security setting the strictest on
 * the way up wins, whoever said it: an account cannot loosen what stands above
 * it.  Of a preference the nearest wins.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "core/ctx.h"

/* What all accounts a person belongs to leave him: one that forbids is enough. */
struct person_policy {
	bool may_change_email, may_change_password, require_two_step;
};

/* Memberships that ended do not count; who has none may change both. */
enum err policy_of_person(struct ctx *c, int64_t person_id, struct person_policy *out) MUST_CHECK;

/* "always", "on_request" (where nobody says anything) or "never"; static text. */
enum err policy_support_access(struct ctx *c, int64_t account_id, const char **mode) MUST_CHECK;

/* What an account itself says.  Not set, NULL and 0: it says nothing. */
struct policy {
	struct opt require_two_step, users_may_change_email, users_may_change_password;
	struct opt idle_min, absolute_min;
	const char *ip_allow, *support_access, *self_registration;
	int64_t registration_role_id;
	int64_t ver; /* from 1 on */
};

enum policy_field {
	POLICY_REQUIRE_TWO_STEP,
	POLICY_MAY_CHANGE_EMAIL,
	POLICY_MAY_CHANGE_PASSWORD,
	POLICY_IDLE_MIN,
	POLICY_ABSOLUTE_MIN,
	POLICY_IP_ALLOW,
	POLICY_SUPPORT_ACCESS,
	POLICY_SELF_REGISTRATION,
	POLICY_REGISTRATION_ROLE,
	POLICY__MAX
};
#define POLICY_BIT(f) (UINT64_C(1) << (f))

#endif
