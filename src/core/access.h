/*
 * access.h - the one decision: may this person do this here?
 *
 * A decision is a row of steps, and each step is the set of permissions it
 * lets through: what all let through is allowed, and the first that does not
 * is the reason.  Requests, keys, visits and "why" go through the same
 * function, so an explanation cannot differ from what happens.  What a person
 * may see is not asked here but by SCOPE_SEES in every statement.
 */
#ifndef CORE_ACCESS_H
#define CORE_ACCESS_H

#include "core/perm.h"

enum area {
#define AREA(name, text, on, whose, class, sections) AREA_##name,
#include "core/area.def"
#undef AREA
	AREA__MAX
};

/* In the order they are asked; ACCESS_ALLOWED when none refuses. */
enum access_step {
	ACCESS_SECOND_FACTOR, /* shown, where one is asked for */
	ACCESS_ROLES,         /* some role allows it */
	ACCESS_DENIED,        /* no role, and no switch of the person, denies it */
	ACCESS_SECTION,       /* "section.list" is not denied */
	ACCESS_MAIN_USER,     /* the main user of a sub-user may do it too */
	ACCESS_AREA,          /* its part of the platform is on */
	ACCESS_KEY,           /* the key was made for it */
	ACCESS_ALLOWED
};

/* As they are read from the database; texts may be NULL for "nothing". */
struct access_facts {
	bool pending;             /* a second factor or its enrolment is outstanding */
	const char *account_kind; /* of the membership's account: "customer" */
	const char *account_class; /* of the same: "organisation"; NULL: not asked */
	const char *roles;    /* "customer-owner;+a.b,-c.d|guard;" of the assignments here */
	const char *adjusted; /* "+a.b,-c.d": switched for this person */
	bool is_sub;
	const char *main_roles, *main_adjusted; /* of a sub-user's main user */
	const char *areas; /* "back_office=1,api=0": what the accounts on the way up say */
	const char *key;   /* "a.b,c.d" of an API key; NULL: no key */
};

struct access {
	struct perm_set step[ACCESS_ALLOWED];
};

void access_evaluate(const struct access_facts *f, struct access *out);

/* Whether this area is off for them and takes the permission. */
bool area_takes(enum area a, const struct access_facts *f, enum perm p);

/* What every step lets through. */
struct perm_set access_perms(const struct access *a);

/* The first step that refuses; ACCESS_ALLOWED. */
enum access_step access_refusal(const struct access *a, enum perm p);

/* "second-factor", ..., "allowed". */
const char *access_step_text(enum access_step s);

/*
 * What roles allow and deny ("base;+a,-b|..."): deny wins over allow, and of a
 * role what is said nearer wins over its base.
 */
void access_roles(const char *roles, struct perm_set *allow, struct perm_set *deny);

/* "+a.b,-c.d", or NULL: what is said later is said nearer, and takes the earlier word back. */
void access_apply(const char *list, struct perm_set *allow, struct perm_set *deny);

const char *area_text(enum area a);
bool area_of_text(const char *s, size_t n, enum area *out);
bool area_is_on(enum area a, const char *areas); /* areas: as above */
/* Whether it concerns people of accounts of this kind. */
bool area_concerns(enum area a, const char *account_kind);
/* Whether accounts of this class can have it at all. */
bool area_fits(enum area a, const char *account_class);
/* Whether nothing is left to those it concerns where it is off. */
bool area_is_whole(enum area a);

/* "a.b,c.d" as a set; unknown names are left out. */
struct perm_set perm_set_of_list(const char *list);

#endif
