/*
 * roles.h - roles of an account's own, their parents, and who has them.
 *
 * What a role gives is computed when it changes (roles_reindex()), for it and
 * for all that inherit from it, and never copied to those who have it.  The
 * surprising rule: every change of a role counts access_changed() up as its
 * first statement, so two changes of roles never run side by side and no
 * circle of parents can come to be.
 */
#ifndef ROLES_ROLES_H
#define ROLES_ROLES_H

#include "core/ctx.h"

#define ROLE_DEPTH_MAX 5    /* roles on the way from one to the last of its parents */
#define ROLES_MAX      200  /* of one account */
#define ROLES_LIST_MAX 1000 /* usable at one account */
#define ROLE_UNDER_MAX 1000 /* that inherit from one */

struct role_card {
	int64_t id;
	const char *builtin, *name, *description, *kind;
	int64_t owner_account_id; /* 0: a built-in one, or of an account above the caller's */
	const char *owner_name;
	int64_t parent_role_id;
	const char *parent_name;
	struct opt members; /* of built-in roles nobody counts them */
	int64_t children;
	bool editable;
	int64_t ver;
	struct stamp created_at;
	const char *created_by;
	/* not answered */
	const char *base, *effective;
	int64_t owner_id;
	bool seen, held; /* it is below the acting account; the caller has it himself */
};
#define ROLE_CARD_FIELDS 15 /* the answered ones stand first */
extern const struct field role_card_v[];

/* What a role itself says. */
struct role_say {
	const char *permission, *effect; /* "allow", "deny" */
};
struct role_says {
	const struct role_say *v;
	size_t n;
};

/* Those usable at an account whose name, parent or author has q in it: struct role_card. */
enum err roles_list(struct ctx *c, int64_t account_id, const char *q,
                    struct db_list *out) MUST_CHECK;
enum err roles_find(struct ctx *c, int64_t id, struct role_card *out) MUST_CHECK;

/* Of one role, permission by permission. */
struct role_line {
	const char *permission, *section;
	const char *own; /* "allow", "deny", "inherit" */
	bool effective;
	const char *from; /* the role that says so; NULL: none does */
};
enum err roles_lines(struct ctx *c, const struct role_card *role, struct db_list *out) MUST_CHECK;

/* As it shall be. */
struct role_edit {
	const char *name, *description, *kind;
	int64_t parent_role_id; /* 0: none */
	struct role_says says;
};

enum err roles_create(struct ctx *c, int64_t account_id, const struct role_edit *in,
                      int64_t *id) MUST_CHECK;

enum role_edit_field {
	ROLE_EDIT_NAME,
	ROLE_EDIT_DESCRIPTION,
	ROLE_EDIT_KIND,
	ROLE_EDIT_PARENT,
	ROLE_EDIT_SAYS
};
#define ROLE_EDIT_BIT(f) (UINT64_C(1) << (f))

/* Sets what mask names.  ver 0: whatever it is now. */
enum err roles_update(struct ctx *c, int64_t id, const struct role_edit *in, uint64_t mask,
                      int64_t ver) MUST_CHECK;
enum err roles_remove(struct ctx *c, int64_t id, int64_t ver) MUST_CHECK;

/* Computes base and effective of a role and of all that inherit from it. */
enum err roles_reindex(struct ctx *c, int64_t id) MUST_CHECK;

/* --- giving them ---------------------------------------------------------- */

struct role_at {
	int64_t role_id, scope_account_id;
};

/*
 * Whether the caller may give the role to a member of the account, at scope
 * (0: the account).  ERR_INVALID with a complaint about pointer when it is not
 * usable there, ERR_DENIED "more-than-own".  kind ("admin", "guard") may be NULL.
 */
struct role_gift {
	int64_t account_id, role_id, scope_account_id;
	const char *pointer;      /* "/role_id" */
	const char *account_kind; /* of the member's account; NULL: of this one */
};
enum err roles_check(struct ctx *c, const struct role_gift *gift, const char **kind) MUST_CHECK;

/*
 * The roles of a membership as they shall be, with every guard, the log and
 * the version; ver 0: whatever it is now.
 */
enum err roles_assign(struct ctx *c, int64_t account_id, int64_t membership_id,
                      const struct role_at *v, size_t n, int64_t ver) MUST_CHECK;

/*
 * A person's roles in an account are all of one kind ("admin", "guard"), whichever of his
 * memberships has them; but: one that is left out, or 0.  ERR_CONFLICT "kinds-mixed".
 */
enum err roles_check_kind(struct ctx *c, int64_t account_id, int64_t person_id,
                          int64_t but_membership_id, const char *kind) MUST_CHECK;

/* Rewrites membership.role, the label of lists. */
enum err roles_relabel(struct ctx *c, int64_t membership_id) MUST_CHECK;
/* The same for all who have the role. */
enum err roles_relabel_all(struct ctx *c, int64_t role_id) MUST_CHECK;

struct role_given {
	int64_t role_id;
	const char *name, *builtin, *kind;
	int64_t scope_account_id;
	const char *scope_name;
};
#define ROLE_GIVEN_FIELDS 6
extern const struct field role_given_v[ROLE_GIVEN_FIELDS];

/* Those of a membership: array of struct role_given. */
enum err roles_of(struct ctx *c, int64_t membership_id, struct db_list *out) MUST_CHECK;

#endif
