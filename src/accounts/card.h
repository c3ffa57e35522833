/*
 * card.h - what an account's card shows beside its profile.
 *
 * All of it is read for one account the caller has found before: nothing here
 * tests again that he sees it, but the path tells only what he sees.
 */
#ifndef ACCOUNTS_CARD_H
#define ACCOUNTS_CARD_H

#include "core/ctx.h"

/* An account above it, or itself (the last). */
struct account_step {
	int64_t id;
	const char *name, *kind;
};
#define ACCOUNT_STEP_FIELDS 3
extern const struct field account_step_fields[];

struct account_lock {
	const char *field;
	int64_t event_id;
	const char *event_type;
	struct stamp set_at;
};
#define ACCOUNT_LOCK_FIELDS 4
extern const struct field account_lock_fields[];

struct account_counts {
	int64_t contacts, sites, cameras, members, open_events;
};
#define ACCOUNT_COUNTS_FIELDS 5
extern const struct field account_counts_fields[];

enum err accounts_path(struct ctx *c, int64_t id, struct db_list *out) MUST_CHECK;
enum err accounts_locked(struct ctx *c, int64_t id, struct db_list *out) MUST_CHECK;
enum err accounts_counts(struct ctx *c, int64_t id, struct account_counts *out) MUST_CHECK;

#endif
