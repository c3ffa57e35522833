/*
 * move.h - an account and all below it, put under another account.
 *
 * Nothing of it changes but who stands above: what is inherited from there
 * (settings, areas, holds) is another from the same moment on.  The surprising
 * rule: what would be cut by the move is not cut in silence.  As long as a
 * role, an assignment, an access of the provider or a billing source reaches
 * across, the move is refused, and the preview says how many of each.
 */
#ifndef MOVES_MOVE_H
#define MOVES_MOVE_H

#include "core/ctx.h"

#define MOVE_ACCOUNTS_MAX 5000 /* in one move: it is one transaction */

struct move {
	int64_t account_id, parent_id;
	const char *reason;
};

/* What it would mean.  blockers and warnings: arrays of const char *, stable words. */
struct move_preview {
	int64_t parent_id;
	const char *parent_name;
	int64_t accounts, members, cameras;
	/* What reaches across and would be cut. */
	int64_t roles, assignments, supports, sources;
};
#define MOVE_PREVIEW_FIELDS 9
extern const struct field move_preview_fields[];

/* ERR_NOT_FOUND; ERR_INVALID "/parent_id" as account_move(). */
enum err account_move_preview(struct ctx *c, const struct move *in, struct move_preview *out,
                              struct db_list *blockers, struct db_list *warnings) MUST_CHECK;

/*
 * ERR_INVALID "/parent_id": "not-found", "cannot-have-accounts", "not-active",
 * "same", "below-itself", "too-deep".  ERR_CONFLICT "not-active", "has-ties",
 * "too-many-accounts"; ERR_DENIED "own-account".
 */
enum err account_move(struct ctx *c, const struct move *in) MUST_CHECK;

extern const struct db_query *const move_queries[];

#endif
