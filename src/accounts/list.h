/*
 * list.h - pages of accounts: filtered, sorted, searched.
 *
 * A page is read in order from an index of the caller's subtree and stops at
 * its last row.  Where a filter leaves few accounts (10,000 at most) they are
 * gathered by the filter's own index and sorted; which it is depends on a
 * capped count that the pool remembers for some seconds, a minute at most.  Of
 * several words the rarest drives, and relevance is the order of the words
 * found for it.  Rows filtered by a state are exact, but an account whose hold
 * came due this second may be missing until the worker has noted it.
 */
#ifndef ACCOUNTS_LIST_H
#define ACCOUNTS_LIST_H

#include "core/page.h"
#include "search/query.h"

struct account_item {
	int64_t id, number;
	const char *kind, *class, *origin, *name, *login, *email, *role, *label, *external_id,
		*contract_no;
	int64_t parent_id;
	const char *parent_name, *state;
	struct stamp last_login_at, created_at;
	const char *created_by;
	int64_t ver;
	/* not answered: where the row stands in its order */
	const char *sort_text;
	struct stamp sort_at;
	int64_t sort_word; /* by which word of the query; not from the database */
};
#define ACCOUNT_ITEM_FIELDS 19
extern const struct field account_item_fields[];

/* "name", "-name", "created", "-created", "last_login", "-last_login", "relevance". */
extern const char *const account_sorts[];

/*
 * One page of struct account_item, limit + 1 rows at most, before
 * page_close().  page->sort NULL or "" is the usual one of the query.
 * ERR_INVALID "/q" "unknown-value" for a parent the caller does not see.
 */
enum err accounts_list(struct ctx *c, const struct query *q, const struct page *p,
                       struct db_list *out) MUST_CHECK;
void accounts_page_key(const void *row, const struct page *p, struct cursor *out);

/* The sort of a query when none is asked for: relevance with words, else name. */
const char *accounts_sort_of(const struct query *q);

/* How many match; *exact false when counting stopped at 10,000 or got too long. */
enum err accounts_count(struct ctx *c, const struct query *q, int64_t *out,
                        bool *exact) MUST_CHECK;

/* All that match, by key, as a stream on a connection of its own: for exports. */
enum err accounts_open(struct ctx *c, struct db *db, const struct query *q,
                       struct db_rows *out) MUST_CHECK;

/* For rows of the stream: its number; and where the caller acts from has no parent for him. */
void account_item_finish(const struct ctx *c, struct account_item *row);

#endif
