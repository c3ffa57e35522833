#include "core/perm.h"

#include <assert.h>
#include <string.h>

#include "base/macros.h"

static const char *const texts[] = {
	[PERM_NONE] = "none",
	[PERM_PUBLIC] = "public",
	[PERM_PENDING] = "pending",
	[PERM_SESSION] = "session",
#define PERM(name, text, who) [PERM_##name] = (text),
#include "core/perm.def"
#undef PERM
};
static_assert(ARRAY_LEN(texts) == PERM__MAX, "every permission has a text");
static_assert(PERM__MAX <= 128, "a perm_set holds every permission");

static const char *const roles[] = {
	[ROLE_NONE] = "none",
	[ROLE_PLATFORM_ADMIN] = "platform-admin",
	[ROLE_PLATFORM_AUDITOR] = "platform-auditor",
	[ROLE_RESELLER_PROGRAM] = "reseller-program",
	[ROLE_RESELLER_BILLING] = "reseller-billing",
	[ROLE_RESELLER_SUPPORT] = "reseller-support",
	[ROLE_CUSTOMER_OWNER] = "customer-owner",
	[ROLE_CUSTOMER_ADMIN] = "customer-admin",
	[ROLE_CUSTOMER_MODERATOR] = "customer-moderator",
	[ROLE_CUSTOMER_MEMBER] = "customer-member",
	[ROLE_GUARD] = "guard",
	[ROLE_INSTALLER] = "installer",
};
static_assert(ARRAY_LEN(roles) == ROLE__MAX, "every role has a text");

static unsigned holders(enum perm p)
{
	switch ((unsigned)p) {
#define PERM(name, text, who) \
	case PERM_##name: \
		return (who);
#include "core/perm.def"
#undef PERM
	default:
		return 0;
	}
}

const char *perm_text(enum perm p)
{
	assert((size_t)p < ARRAY_LEN(texts));
	return texts[p];
}

enum perm perm_of_text(const char *s, size_t n)
{
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++)
		if (!strncmp(texts[p], s, n) && texts[p][n] == '\0')
			return (enum perm)p;
	return PERM_NONE;
}

const char *role_text(enum role r)
{
	assert((size_t)r < ARRAY_LEN(roles));
	return roles[r];
}

enum role role_of_text(const char *s)
{
	for (unsigned r = ROLE_NONE + 1; s && r < ROLE__MAX; r++)
		if (!strcmp(roles[r], s))
			return (enum role)r;
	return ROLE_NONE;
}

static struct perm_set make_set(enum role r)
{
	struct perm_set s = { { 0, 0 } };

	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++)
		if (holders((enum perm)p) & (1u << r))
			perm_add(&s, (enum perm)p);
	return s;
}

struct perm_set perm_set_of_role(enum role r)
{
	struct perm_set s = { { 0, 0 } };

	if (r == ROLE_NONE || r >= ROLE__MAX)
		return s;
	s = make_set(r);
	perm_add(&s, PERM_PENDING);
	perm_add(&s, PERM_SESSION);
	return s;
}

struct perm_set perm_set_all(void)
{
	struct perm_set s = { { 0, 0 } };

	for (unsigned p = PERM_PENDING; p < PERM__MAX; p++)
		perm_add(&s, (enum perm)p);
	return s;
}

bool perm_has(const struct perm_set *s, enum perm p)
{
	return p > PERM_NONE && p < PERM__MAX && (s->w[p / 64] >> (p % 64) & 1);
}

void perm_add(struct perm_set *s, enum perm p)
{
	s->w[p / 64] |= UINT64_C(1) << (p % 64);
}

void perm_drop(struct perm_set *s, enum perm p)
{
	s->w[p / 64] &= ~(UINT64_C(1) << (p % 64));
}

struct perm_set perm_and(struct perm_set a, struct perm_set b)
{
	return (struct perm_set){ { a.w[0] & b.w[0], a.w[1] & b.w[1] } };
}

struct perm_set perm_or(struct perm_set a, struct perm_set b)
{
	return (struct perm_set){ { a.w[0] | b.w[0], a.w[1] | b.w[1] } };
}

struct perm_set perm_less(struct perm_set a, struct perm_set b)
{
	return (struct perm_set){ { a.w[0] & ~b.w[0], a.w[1] & ~b.w[1] } };
}

bool perm_within(struct perm_set a, struct perm_set b)
{
	struct perm_set rest = perm_less(a, b);

	return (rest.w[0] | rest.w[1]) == 0;
}
