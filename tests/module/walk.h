/*
 * walk.h - a small world of tenants, who walks through it, and what he sends.
 *
 * Every place is an account with one thing of each kind.  The surprising rule:
 * all these things have the same key, 1000 and the account's, so that the id
 * of any kind of any place is known; and all that is written down in a place
 * bears the place's canary, "canary05x".
 */
#ifndef MODULE_WALK_H
#define MODULE_WALK_H

#include "module/harness.h"
#include "web/route.h"

enum place {
	ROOT,  /* the platform */
	NORTH, /* a reseller */
	SUB,   /* a reseller below it */
	DEEP,  /* a customer of that */
	SHOP,  /* customers of North: */
	NEXT,
	HELD,  /* suspended */
	GONE,  /* removed */
	PAST,  /* purged */
	SOUTH, /* another reseller */
	FAR,   /* its customer */
	PLACES
};

extern const char *const place_names[PLACES];

/* Whether who acts at one place sees another. */
bool place_sees(enum place from, enum place to);
int64_t place_account(enum place p);
const char *place_canary(enum place p);

/* An empty schema with all of it. */
void walk_begin(void);

struct walker {
	const char *name;
	enum place at;
	enum role role, cap; /* cap: he has at most what this has, too; ROLE_NONE: no cap */
	enum { BY_NOTHING, BY_SESSION, BY_HALF, BY_KEY, BY_VISIT } by;
};
#define WALKERS 18
extern const struct walker walkers[WALKERS];

/* From now on the calls are his; headers are what he sends besides (NULL-ended). */
const char *const *walk_as(const struct walker *w);

/* The path of a route: its account is that of one place, other things are of another. */
const char *walk_path(struct arena *mem, const struct route *r, enum place account,
                      enum place things);
/*
 * What was written into mails since the last time, though their transactions were
 * rolled back: account, address and values, one text each; out has room for max.
 */
struct walk_mail {
	int64_t account_id;
	const char *text;
};
size_t walk_mails(struct arena *mem, struct walk_mail *out, size_t max);

/* How many ids the path has; *first says that the first is an account. */
size_t walk_ids(const struct route *r, bool *first);

/* What fits the route's tables, with ids of a place; NULL: none.  *ids: there are some. */
const char *walk_body(struct arena *mem, const struct route *r, enum place p, bool *ids);
const char *walk_query(struct arena *mem, const struct route *r, enum place p);

#endif
