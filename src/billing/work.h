/*
 * work.h - one event being worked on, inside its transaction.
 *
 * Effects read what the tables of inputs made of the event's data, call the
 * verbs of other modules and say how it ended by one of the work_ functions.
 * The surprising rule: a refusal of such a verb (ERR_CONFLICT, ERR_INVALID) is
 * not caught here; it rolls everything back, and the event is then put into
 * quarantine with the refusal's code as its reason.
 */
#ifndef BILLING_WORK_H
#define BILLING_WORK_H

#include "accounts/accounts.h"
#include "base/buf.h"
#include "billing/envelope.h"
#include "billing/event.h"
#include "billing/sources.h"
#include "json/json_in.h"

#define REGS_MAX      16
#define REG_NAME      81
#define WORK_TEXT_MAX 16384 /* of answer, before and after */

enum verdict {
	VERDICT_NONE,
	VERDICT_APPLIED,
	VERDICT_NOOP,
	VERDICT_DEFERRED,
	VERDICT_QUARANTINED,
	VERDICT_REJECTED,
	VERDICT__MAX
};

/* A thing the event writes: the last writer wins, by number or by instant. */
struct reg {
	char name[REG_NAME];
	bool known; /* somebody wrote it before */
	struct opt seq;
	struct stamp at;
	bool newer; /* this event comes after that */
	bool reads; /* never written: an event older than it is stale */
};

/* The entity's account; id 0: there is none. */
struct work_account {
	int64_t id;
	const char *name, *state, *kind; /* base state */
	int64_t main_person_id;
	struct stamp terminated_at;
	const char *external_id;
};

struct tombstone {
	bool set;
	struct opt seq;
	struct stamp at;
};

struct event_type;

struct work {
	struct ctx *c;
	const struct billing_source *source;
	const struct event_type *type;
	const struct envelope *env;
	struct event ev;
	const void *in; /* the event's data, in the struct of its type */
	struct json_seen seen;
	bool first;  /* looked at for the first time */
	bool forced; /* a person asked for it: the clock is not asked */

	struct work_account account;
	bool locked;              /* the account was locked before anything was read */
	struct account_head head; /* it, when locked */
	struct tombstone tomb;
	int64_t highest_before; /* the subject's highest number before this event */
	bool outdated;          /* the source was changed since it was read */
	bool remembered;        /* the event was here before, its row is purged */
	bool marked;            /* the subject has deferred or quarantined events */
	struct reg regs[REGS_MAX];
	size_t nregs;

	enum verdict verdict;
	const char *reason, *derived; /* derived: the type it is recorded under */
	struct stamp due_at;          /* of a deferred one */
	const char *new_key;          /* the subject is known by this from now on */
	bool created;                 /* an account came to be: others may have waited for it */
	struct buf answer, before, after; /* members of JSON objects */
};

void work_init(struct work *w, struct ctx *c, const struct billing_source *source);

/* How it ended; each returns OK, so that an effect can return it. */
enum err work_applied(struct work *w);
enum err work_noop(struct work *w, const char *reason);
enum err work_quarantine(struct work *w, const char *reason);
enum err work_defer(struct work *w, const char *reason, struct stamp due_at);
enum err work_defer_orphan(struct work *w,
                           const char *reason); /* until 72 hours after receipt */

/* Applied if changed, else a no-op: it is so already. */
enum err work_done(struct work *w, bool changed);

/* Notes what changed, for the event's own record; NULL prints null. */
void work_changed(struct work *w, const char *what, const char *before, const char *after);
void work_changed_i64(struct work *w, const char *what, int64_t before, int64_t after);

/* Adds a register the event writes: printf-like pieces joined by dots; long ones are hashed. */
void work_reg(struct work *w, const char *name);
void work_reg_of(struct work *w, const char *kind, const char *id, const char *what);
void work_reg_reads(struct work *w, const char *name); /* only looked at */
bool work_may_write(const struct work *w,
                    const char *name); /* this event is its newest writer */

/* The event's place in order against another's number and instant. */
bool work_is_after(const struct work *w, struct opt seq, struct stamp at);

/* Whether the data named a member. */
bool work_has(const struct work *w, const char *name);

/*
 * The account of a location's or camera's event: the subject's, or that of a
 * login or contract of this source.  OK with id 0 when there is none.
 */
struct owner_hint {
	const char *login, *entity_external_id, *contract_no;
};
enum err work_find_owner(struct work *w, const struct owner_hint *hint,
                         struct work_account *out) MUST_CHECK;

/* An account of the source by its main person's login; id 0 when there is none. */
enum err work_find_login(struct work *w, const char *login,
                         struct work_account *out) MUST_CHECK;

extern const struct db_query *const work_queries[];

#endif
