/*
 * switches.h - what is switched on or off for one member alone.
 *
 * A switch stands nearer than any role.  Billing switches too, in words that
 * are not all ours: a whole set put here replaces the permissions we know and
 * leaves the others alone.
 */
#ifndef ROLES_SWITCHES_H
#define ROLES_SWITCHES_H

#include "core/ctx.h"
#include "roles/holder.h"
#include "roles/roles.h"

struct switch_line {
	const char *permission, *section;
	bool roles;           /* by his roles alone */
	const char *switched; /* "allow", "deny", "none" */
	bool effective;
	const char *step; /* of access_step_text() */
};
#define SWITCH_LINE_FIELDS 6
extern const struct field switch_line_v[SWITCH_LINE_FIELDS];

/* One a permission: array of struct switch_line.  A second step he owes is not asked. */
void switches_list(struct arena *mem, const struct holder *h, struct db_list *out);

/* The whole set as it shall be; ver 0: whatever it is now. */
enum err switches_put(struct ctx *c, int64_t account_id, int64_t membership_id,
                      const struct role_says *set, int64_t ver) MUST_CHECK;

/* What that would change for him, and take from his sub-users. */
struct switch_sub {
	int64_t membership_id;
	const char *name;
	struct perm_set lose;
};
struct switch_preview {
	struct perm_set gain, lose;
	struct switch_sub *subs;
	size_t nsubs;
};
enum err switches_preview(struct ctx *c, int64_t account_id, int64_t membership_id,
                          const struct role_says *set, struct switch_preview *out) MUST_CHECK;

/*
 * One switch, without guards or log: effect "allow", "deny", or NULL for none.
 * Whoever calls it counts membership.ver up (holders_count_up()).
 */
enum err switches_set(struct ctx *c, int64_t membership_id, const char *permission,
                      const char *effect) MUST_CHECK;

#endif
