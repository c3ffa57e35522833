/*
 * perm.h - permissions and built-in roles, by table (perm.def).
 *
 * PERM_NONE is 0, so that a route without a stated permission is found.
 * PERM_PUBLIC needs no session; PERM_PENDING a session, even one whose second
 * factor is still to be shown; PERM_SESSION a whole one and nothing more.
 */
#ifndef CORE_PERM_H
#define CORE_PERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum perm {
	PERM_NONE,
	PERM_PUBLIC,
	PERM_PENDING,
	PERM_SESSION,
#define PERM(name, text, who) PERM_##name,
#include "core/perm.def"
#undef PERM
	PERM__MAX
};

enum role {
	ROLE_NONE,
	ROLE_PLATFORM_ADMIN,
	ROLE_PLATFORM_AUDITOR,
	ROLE_RESELLER_PROGRAM,
	ROLE_RESELLER_BILLING,
	ROLE_RESELLER_SUPPORT,
	ROLE_CUSTOMER_OWNER,
	ROLE_CUSTOMER_ADMIN,
	ROLE_CUSTOMER_MODERATOR,
	ROLE_CUSTOMER_MEMBER,
	ROLE_GUARD,
	ROLE_INSTALLER,
	ROLE__MAX
};

struct perm_set {
	uint64_t w[2];
};

/* "account.list"; "none", "public", "pending" and "session" for the first four. */
const char *perm_text(enum perm p);
enum perm perm_of_text(const char *s, size_t n); /* of a role's permissions; else PERM_NONE */
const char *role_text(enum role r);
enum role role_of_text(const char *s); /* ROLE_NONE if unknown */

struct perm_set perm_set_of_role(enum role r);
struct perm_set perm_set_all(void);
bool perm_has(const struct perm_set *s, enum perm p);
void perm_add(struct perm_set *s, enum perm p);
void perm_drop(struct perm_set *s, enum perm p);
struct perm_set perm_and(struct perm_set a, struct perm_set b);
struct perm_set perm_or(struct perm_set a, struct perm_set b);
struct perm_set perm_less(struct perm_set a, struct perm_set b); /* of a what is not in b */
bool perm_within(struct perm_set a, struct perm_set b);          /* all of a is in b */

#endif
