/*
 * life.h - the end of an account: terminate, restore, purge.
 *
 * Terminated is the end of a generation; coming back before the purge starts
 * the next one with everything as it was, open holds too.  A purge removes
 * what is personal and keeps the change log under pseudonyms; devices go to
 * stock.
 */
#ifndef HOLDS_LIFE_H
#define HOLDS_LIFE_H

#include "core/ctx.h"

struct life_end {
	int64_t account_id;
	const char *reason;
	/* Must equal the account's name; NULL: not asked (billing, DELETE). */
	const char *confirm_name;
	int64_t retention_days;   /* the longer of this and the policy counts */
	int64_t ver;              /* of If-Match, or 0 */
};

/*
 * Access ends for everyone below, entitlements are taken back, devices stay
 * until the purge.  ERR_CONFLICT "already-terminated", "has-accounts" (living
 * accounts below); ERR_INVALID "/confirm_name" "does-not-match".
 */
enum err life_terminate(struct ctx *c, const struct life_end *in) MUST_CHECK;

/*
 * A terminated account is kept for so many days after its end, should that be
 * longer than it is kept already.
 */
enum err life_keep(struct ctx *c, int64_t account_id, int64_t days, bool *changed) MUST_CHECK;

/* ERR_CONFLICT "not-terminated", "purge-due", "parent-terminated". */
enum err life_restore(struct ctx *c, int64_t account_id, const char *reason) MUST_CHECK;

/* For the worker and tests: whatever its date.  ERR_CONFLICT "not-terminated". */
enum err life_purge(struct ctx *c, int64_t account_id) MUST_CHECK;

/* A step of the worker: purges one account whose date has come. */
enum err life_purge_step(struct ctx *c, bool *did) MUST_CHECK;

/* What an action would do, before it is done. */
struct impact {
	const char *action; /* suspend, enable, terminate, restore */
	int64_t accounts, members, sessions, sites, cameras;
	struct stamp purge_at;
};
#define IMPACT_FIELDS 7
extern const struct field impact_fields[];

struct impact_effect {
	const char *module, *effect;
};
#define IMPACT_EFFECT_FIELDS 2
extern const struct field impact_effect_fields[];

/* effects: array of struct impact_effect; warnings: array of const char *. */
enum err life_impact(struct ctx *c, int64_t account_id, const char *action, struct impact *out,
                     struct db_list *effects, struct db_list *warnings) MUST_CHECK;

#endif
