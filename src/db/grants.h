/*
 * grants.h - rights that grants.sql does not give are taken back.
 *
 * Only of the users the file names, and only of this schema's tables.  What is
 * to stay is not revoked, so programs that run meanwhile do not notice.
 */
#ifndef DB_GRANTS_H
#define DB_GRANTS_H

#include "db/db.h"

/* Called for each statement that takes a right back. */
struct grants_do {
	enum err (*run)(void *to, const char *text, size_t n);
	void *to;
};

/*
 * text: all of grants.sql, which was applied already.  *pruned: apply it again,
 * for with a right on a table the server takes those on its columns.
 */
enum err grants_prune(struct db *db, struct arena *mem, const char *text, size_t n,
                      struct grants_do *run, bool *pruned) MUST_CHECK;

#endif
