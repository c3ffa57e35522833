/*
 * inner.h - what the files of this folder share.
 *
 * Nobody else calls these.
 */
#ifndef BULK_INNER_H
#define BULK_INNER_H

#include "bulk/bulk.h"
#include "bulk/queries.h"
#include "search/query.h"

#define BULK_PAGE 500

/* The caller may do it to one, and, where it needs more, to all that match. */
enum err bulk_need(struct ctx *c, enum bulk_act act, bool all) MUST_CHECK;

/*
 * The accounts as they were named, all complaints at once; or the filter: one of the two.
 * What the caller does not see is unknown.
 */
struct bulk_chosen {
	int64_t ids[BULK_IDS_MAX];
	size_t n;
	const struct query *q; /* NULL: they were named */
};
enum err bulk_choose(struct ctx *c, const struct bulk_set *set,
                     struct bulk_chosen *out) MUST_CHECK;

/* How many those are. */
enum err bulk_count(struct ctx *c, const struct bulk_chosen *chosen, int64_t *out,
                    bool *exact) MUST_CHECK;

/* The next ones of a filter by key, at most BULK_PAGE, after this one. */
enum err bulk_page(struct ctx *c, const struct query *q, int64_t after_id, int64_t *ids,
                   size_t *n, bool *more) MUST_CHECK;

/* What a preview has to know of an account. */
struct bulk_fact {
	int64_t id;
	const char *name, *kind, *state;
	bool held;                          /* by an open hold of staff */
	int64_t free, billing, security;    /* open holds of the whole account */
	bool living;                        /* accounts below it */
	int64_t accounts, members, cameras; /* it and what hangs below */
	bool main, email;                   /* has a main user, and he an address */
};
/* Of those of the ids the caller sees, in their order: array of struct bulk_fact. */
enum err bulk_facts(struct ctx *c, const int64_t *ids, size_t n,
                    struct db_list *out) MUST_CHECK;

/* Why it cannot be done to it, a stable word, or NULL: as its verb would refuse it. */
const char *bulk_refusal(const struct ctx *c, enum bulk_act act, const struct bulk_fact *f);

#endif
