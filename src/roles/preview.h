/*
 * preview.h - who would gain and lose what by another role.
 *
 * Nothing is written.  Members are compared by all they have, wherever it is
 * assigned, so a permission another role gives as well is neither gained nor lost.
 * A sub-user changes with his main user, whether he has the role himself or not.
 */
#ifndef ROLES_PREVIEW_H
#define ROLES_PREVIEW_H

#include "roles/roles.h"

#define ROLE_PREVIEW_MEMBERS 100   /* are named */
#define ROLE_PREVIEW_MAX     10000 /* are looked at */

struct role_preview_member {
	int64_t membership_id;
	const char *name, *account_name;
	bool is_sub;
	struct perm_set gain, lose;
};
struct role_preview {
	struct perm_set gain, lose; /* of the role itself */
	int64_t members_total;      /* who have it or one that inherits from it */
	int64_t gaining, losing;    /* how many gain, lose something; sub-users too */
	bool complete;              /* all of them were looked at */
	struct role_preview_member *members; /* the first of those who gain or lose */
	size_t n; /* at most ROLE_PREVIEW_MEMBERS */
};

/* mask as in roles_update(), of PARENT and SAYS. */
enum err roles_preview(struct ctx *c, int64_t id, const struct role_edit *in, uint64_t mask,
                       struct role_preview *out) MUST_CHECK;

#endif
