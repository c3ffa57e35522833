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

/* The nearest word: "always", "on_request", "never"; else what suits the account's class. */
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

/* The security settings; the others are preferences. */
#define POLICY_SECURITY (POLICY_BIT(POLICY_SUPPORT_ACCESS) - 1)

/* In the order of enum policy_field, and ver behind. */
extern const struct field policy_v[POLICY__MAX + 1];

/* Of an account the caller sees; one that never said anything has version 1. */
enum err policy_find(struct ctx *c, int64_t account_id, struct policy *out) MUST_CHECK;

/* What holds in an account, and whose word it is. */
struct policy_value {
	const char *key, *value;  /* "idle_min", "30"; NULL: nothing is asked */
	int64_t account_id;       /* 0: nobody's, or of an account above the caller's */
	const char *account_name;
	const char *origin;       /* "own", "above", "default" */
};
#define POLICY_VALUE_FIELDS 5
extern const struct field policy_value_v[POLICY_VALUE_FIELDS];

/* One a setting in their order; of address lists, all of which must allow, one each. */
enum err policy_effective(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/*
 * Sets what mask names; ver 0: whatever it is now.  ERR_DENIED "not-permitted" when
 * it touches what the caller may not; ERR_INVALID, also when the caller would lock
 * himself out.  What becomes stricter holds from the next request of everybody.
 */
enum err policy_update(struct ctx *c, int64_t account_id, const struct policy *in,
                       uint64_t mask, int64_t ver) MUST_CHECK;

/* Whom that would touch. */
struct policy_preview {
	int64_t people;     /* of the account and those below it */
	int64_t must_enrol; /* have no second step and would need one */
	int64_t signed_out; /* live sessions that would end */
};
#define POLICY_PREVIEW_FIELDS 3
extern const struct field policy_preview_v[POLICY_PREVIEW_FIELDS];
enum err policy_preview(struct ctx *c, int64_t account_id, const struct policy *in,
                        uint64_t mask, struct policy_preview *out) MUST_CHECK;

#endif
