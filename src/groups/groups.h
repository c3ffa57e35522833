/*
 * groups.h - named sets of things of an account: who is in them, and who is away.
 *
 * A group holds things of one kind.  The surprising rule: a member that is
 * suspended or removed leaves its groups and nothing is written for it.  Its row
 * stays, "away" is computed from its state, and so it returns exactly.
 */
#ifndef GROUPS_GROUPS_H
#define GROUPS_GROUPS_H

#include "core/page.h"

#define GROUPS_MAX        200   /* of one kind of one account */
#define GROUP_MEMBERS_MAX 10000 /* of one group, those away counted */
#define GROUP_BATCH_MAX   200   /* ids of one request */

struct group_card {
	int64_t id;
	const char *kind, *name, *description;
	int64_t account_id;
	const char *account_name;
	int64_t members; /* those away counted */
	struct opt away; /* only of a group that is asked for alone */
	int64_t ver;
	struct stamp created_at;
	const char *created_by;
	struct stamp updated_at;
};
#define GROUP_CARD_FIELDS 12
extern const struct field group_card_v[GROUP_CARD_FIELDS];

extern const char *const group_kinds[]; /* NULL-ended */

struct group_edit {
	const char *name, *description, *kind; /* kind: only when it is made */
};
enum { GROUP_NAME, GROUP_DESCRIPTION, GROUP_EDIT__MAX };

/* Those of the account, by kind and name; kind NULL: of every kind. */
enum err groups_list(struct ctx *c, int64_t account_id, const char *kind,
                     struct db_list *out) MUST_CHECK;
enum err groups_find(struct ctx *c, int64_t id, struct group_card *out) MUST_CHECK;

/* Those the caller sees that have this member; it may be away from them. */
enum err groups_of(struct ctx *c, const char *kind, int64_t member_id,
                   struct db_list *out) MUST_CHECK;

/* ERR_CONFLICT "group-exists", "too-many-groups"; ERR_INVALID "/kind" "not-allowed". */
enum err groups_create(struct ctx *c, int64_t account_id, const struct group_edit *in,
                       int64_t *id) MUST_CHECK;

/* mask: bit i for the i-th member of the edit; ver 0: whatever it is now. */
enum err groups_update(struct ctx *c, int64_t id, const struct group_edit *in, uint64_t mask,
                       int64_t ver) MUST_CHECK;
/* The group alone: nothing happens to its members. */
enum err groups_remove(struct ctx *c, int64_t id, int64_t ver) MUST_CHECK;

/* --- members -------------------------------------------------------------- */

struct group_member {
	const char *id, *name;
	const char *detail; /* what it is: of an account, its kind */
	const char *state;
	bool away;
	struct stamp added_at;
	const char *added_by;
	/* not answered */
	int64_t member_id;
	const char *sort_text;
};
#define GROUP_MEMBER_FIELDS 7
extern const struct field group_member_v[]; /* id is not of the database */

struct group_ask {
	const char *state; /* "in", "away" or NULL */
	const char *q;     /* in the name; NULL or "": any */
};
extern const char *const group_member_states[]; /* NULL-ended */

/* By name; a page as those of page.h, and how many there are. */
enum err group_members(struct ctx *c, const struct group_card *g, const struct group_ask *ask,
                       const struct page *p, struct db_list *out) MUST_CHECK;
enum err group_members_count(struct ctx *c, const struct group_card *g,
                             const struct group_ask *ask, int64_t *n) MUST_CHECK;
void group_member_key(const void *row, const struct page *p, struct cursor *out);

/*
 * Puts in or takes out; who is (or is not) in it already stays so without a
 * line in the log.  All or none: ERR_INVALID names each id at pointer/N
 * ("not-an-id", "not-found") that is none of the group's account.
 * ERR_CONFLICT "group-full".
 */
struct group_change {
	int64_t group_id;
	const char *const *ids; /* public texts */
	size_t n;
	const char *pointer; /* "/member_ids" */
	bool take;           /* out of it */
};
enum err group_members_change(struct ctx *c, const struct group_change *in) MUST_CHECK;

#endif
