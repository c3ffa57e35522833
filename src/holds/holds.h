/*
 * holds.h - reasons to stop an account or one module of it, and how it ends.
 *
 * Holds add up and are never deleted.  Releasing one writes nothing but the
 * hold, which is why undoing a suspension is exact.  Who placed a hold decides
 * who may release it: billing only billing's, people never billing's, and a
 * security hold needs a permission of its own.
 */
#ifndef HOLDS_HOLDS_H
#define HOLDS_HOLDS_H

#include "accounts/accounts.h"

struct hold {
	int64_t id, account_id;
	const char *kind, *module, *reason_code, *reason_text;
	struct stamp placed_at;
	const char *placed_by;
	struct stamp starts_at, ends_at;
	int64_t event_id;
	struct stamp released_at;
	const char *released_by, *release_text;
	bool open, effective;
	int64_t ver;
	struct stamp planned_at; /* of one put off: when billing wanted it */
};
#define HOLD_KINDS_MAX 8
#define HOLD_FIELDS    17
extern const struct field hold_fields[];

struct hold_new {
	int64_t account_id;
	const char *kind;   /* billing, admin, security, abuse, vacation, expiry */
	const char *module; /* "" or NULL: the whole account; cameras, intercoms */
	const char *reason_code, *reason_text;
	struct stamp starts_at; /* STAMP_NONE: now */
	struct stamp ends_at;   /* STAMP_NONE: until released */
	int64_t event_id;       /* billing_event.seq, or 0 */
	/* The account, when it is locked and may be touched; or NULL. */
	const struct account_head *head;
};

enum hold_did { HOLD_PLACED, HOLD_UPDATED, HOLD_SAME };

/*
 * Opens a hold; one in force ends the sessions of everyone below at once.
 * ERR_CONFLICT "hold-exists" when one of the kind is open for the module,
 * "not-active" when the account is terminated; ERR_DENIED for another's kind.
 */
enum err holds_place(struct ctx *c, const struct hold_new *in, int64_t *id) MUST_CHECK;

/* For billing: as holds_place(), but an open one is kept, and its reason and times updated. */
enum err holds_put(struct ctx *c, const struct hold_new *in, int64_t *id,
                   enum hold_did *did) MUST_CHECK;

/* ERR_CONFLICT "billing-hold", "hold-released". */
enum err holds_release(struct ctx *c, int64_t account_id, int64_t hold_id,
                       const char *text) MUST_CHECK;

/* For billing: which of its open holds to release. */
struct hold_end {
	int64_t account_id;
	const char *module; /* NULL: of every module */
	const char *text;
	const struct account_head *head; /* as above */
};

/* What was released, and what still stops the whole account. */
struct hold_left {
	int64_t released;
	const char *kinds[HOLD_KINDS_MAX];
	size_t n;
};
enum err holds_release_billing(struct ctx *c, const struct hold_end *in,
                               struct hold_left *out) MUST_CHECK;

/* How many accounts above this one are held; for billing. */
enum err holds_count_above(struct ctx *c, int64_t account_id, int64_t *out) MUST_CHECK;

enum err holds_find(struct ctx *c, int64_t account_id, int64_t id, struct hold *out) MUST_CHECK;

/* All, newest first, at most 200: array of struct hold. */
enum err holds_list(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/* The account's own open ones, scheduled ones too, in no order: array of struct hold. */
enum err holds_open(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/* A reason as the account's card shows it: own and inherited, scheduled too. */
struct hold_reason {
	int64_t hold_id, account_id;
	const char *account_name, *kind, *module, *reason_code, *reason_text, *placed_by;
	struct stamp placed_at, starts_at, ends_at;
	bool effective, own;
};
#define HOLD_REASON_FIELDS 13
extern const struct field hold_reason_fields[];

/* Array of struct hold_reason; of accounts above the caller's neither names nor words are told. */
enum err holds_reasons(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/* A step of the worker: brings one account up to date whose hold began or ended. */
enum err holds_due_step(struct ctx *c, bool *did) MUST_CHECK;

#endif
