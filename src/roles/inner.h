/*
 * inner.h - what the files of roles share among themselves.
 *
 * A role_tree is a role with all that inherit from it, parents before
 * children, as they stand; role_tree_compute() says what they would give.
 */
#ifndef ROLES_INNER_H
#define ROLES_INNER_H

#include "roles/roles.h"

struct role_node {
	int64_t id, parent_id;
	const char *builtin, *name, *base, *effective;
	const char *said; /* "+a,-b" of itself, or NULL */
	int64_t depth;
};
struct role_tree {
	struct role_node *v; /* v[0] is the role itself */
	size_t n;
	struct role_node parent;
	bool has_parent;
};

/* ERR_NOT_FOUND without a story; the roles are locked when lock is set. */
enum err role_node_find(struct ctx *c, int64_t id, struct role_node *out) MUST_CHECK;
enum err role_tree_load(struct ctx *c, int64_t id, struct role_tree *out) MUST_CHECK;

/* base and effective of every node anew, from the parent down. */
void role_tree_compute(struct arena *mem, struct role_tree *t);
enum err role_tree_write(struct ctx *c, const struct role_tree *old,
                         const struct role_tree *new) MUST_CHECK;
const struct role_node *role_tree_at(const struct role_tree *t, int64_t id);

/*
 * The roles as they would be, with what mask names (PARENT, SAYS); nothing is
 * written.  ERR_INVALID when the parent is not seen or is one of them.
 */
enum err role_tree_plan(struct ctx *c, int64_t id, const struct role_edit *in, uint64_t mask,
                        struct role_tree *out) MUST_CHECK;

/* Roles on the way up from this one, itself counted. */
enum err role_depth(struct ctx *c, int64_t id, int64_t *out) MUST_CHECK;

/* "base;+a,-b", as access_roles() reads it, and what it allows in the end. */
const char *role_node_text(struct arena *mem, const struct role_node *n);
struct perm_set role_node_perms(struct arena *mem, const struct role_node *n);

/* "+a,-b" of what a request says; ERR_INVALID for unknown and repeated permissions. */
enum err role_says_text(struct ctx *c, const struct role_says *says, const char *pointer,
                        const char **out) MUST_CHECK;

/* ["a.b", ...] of a set, for answers and the log. */
struct buf;
void perms_put(struct buf *b, const char *name, const struct perm_set *s);

/* Whether a role with this base is for members of accounts of a kind. */
bool role_fits(const char *base, const char *account_kind);

/* ERR_INVALID at pointer unless it may be the parent of a role of the account. */
struct role_parent {
	int64_t account_id, parent_role_id;
	const char *account_kind, *kind;
};
enum err role_parent_check(struct ctx *c, const struct role_parent *in) MUST_CHECK;

#endif
