/*
 * holder.h - a member as the decision sees him, at his own account.
 *
 * holder_own() leaves areas and the main user out: guards compare what was
 * given, not what happens to be usable today.  What holder_facts() gives is
 * what the member would meet at his next request.
 */
#ifndef ROLES_HOLDER_H
#define ROLES_HOLDER_H

#include "core/access.h"
#include "core/ctx.h"

struct holder {
	int64_t id, person_id, account_id;
	const char *name, *email, *locale, *kind, *role, *state, *person_state;
	int64_t parent_id;     /* of a sub-user: his main user's membership */
	const char *main_name; /* and name */
	const char *account_name, *account_kind, *account_class;
	struct stamp expires_at;
	int64_t ver;
	const char *roles;     /* at the account the question is about */
	const char *all_roles; /* wherever they are assigned */
	const char *adjusted;
	bool is_sub;
	const char *main_roles, *main_adjusted, *areas;
	bool main_lives, has_factor, require_two_step;
	int64_t stops; /* accounts from his own on up that are held or ended */
};

/* A member of an account the caller sees; removed ones are not found. */
enum err holders_find(struct ctx *c, int64_t account_id, int64_t membership_id,
                      struct holder *out) MUST_CHECK;

/* The same, asked about another account (target) instead of his own. */
enum err holders_find_at(struct ctx *c, int64_t account_id, int64_t membership_id,
                         int64_t target_id, struct holder *out) MUST_CHECK;

/*
 * Whoever he is, as seen by nobody in particular: for what goes on in his name, or
 * is asked of him.  ERR_NOT_FOUND without a story when target is not below his account.
 */
enum err holders_find_any(struct ctx *c, int64_t membership_id, int64_t target_id,
                          struct holder *out) MUST_CHECK;

/*
 * Members of the account itself, but sub-users, whose roles or switches name the
 * permission: array of struct holder, at most 200.  Whether they have it, the
 * decision says.
 */
enum err holders_named(struct ctx *c, int64_t account_id, enum perm perm,
                       struct db_list *out) MUST_CHECK;

/* Whether he can act at all now: he, his main user, his account and those above it. */
bool holder_lives(const struct ctx *c, const struct holder *h);

/*
 * Account and membership locked.  ERR_CONFLICT "not-active" of a removed account,
 * ERR_VERSION unless ver is 0 or the member's.
 */
enum err holders_lock(struct ctx *c, int64_t account_id, int64_t membership_id, int64_t ver,
                      struct holder *out) MUST_CHECK;

/* Sub-users of a main user: array of struct holder, at most 100. */
enum err holders_subs(struct ctx *c, const struct holder *main, struct db_list *out) MUST_CHECK;

struct access_facts holder_facts(const struct holder *h);
struct perm_set holder_own(const struct holder *h);

/* What roles and switches give at an account of this kind, areas left out. */
struct perm_set holder_given(const char *account_kind, const char *roles, const char *adjusted);

/* After a change of what one member may do: membership.ver. */
enum err holders_count_up(struct ctx *c, int64_t membership_id) MUST_CHECK;

#endif
