/*
 * apply.h - an event becomes what it means, in one transaction.
 *
 * The event's row is there already; its subject is locked, its place in order
 * decides or its effect is run, and the row says what became of it.  When a
 * verb of another module refuses, all of it is rolled back by the caller and
 * apply_refused() writes down why.
 */
#ifndef BILLING_APPLY_H
#define BILLING_APPLY_H

#include "billing/work.h"

/*
 * w->ev, env, type, in and seen are set.  In a transaction.  ERR_VERSION when
 * the event was here so long ago that its row is gone (w->remembered), or the
 * source is another by now (w->outdated).
 */
enum err apply_run(struct work *w) MUST_CHECK;

/* Fills type, env, in and seen of w from the stored payload; a wrong one is a verdict. */
enum err apply_read(struct work *w) MUST_CHECK;

/*
 * Whether the effect was refused by a unique key alone: another subject's event
 * made the same thing meanwhile.  Run again, it sees that and says what it means.
 */
bool apply_has_raced(const struct ctx *c, enum err e);

/*
 * In a new transaction, after the effect failed with e: the row says
 * quarantined, with the fault's code, or failed, to be tried again.
 */
enum err apply_note(struct work *w, enum err e) MUST_CHECK;

/* What an event that was run means for others: they may have waited for it. */
struct applied {
	bool did;     /* false: somebody else was faster */
	bool settled; /* applied, or nothing to do */
	bool marked;  /* its subject has deferred or quarantined events */
	bool created; /* an account came to be */
	struct event ev;
	const char *login, *contract_no; /* of what was created, or NULL */
};
void applied_of(const struct work *w, struct applied *out);

/*
 * Runs a stored open event in a transaction of its own: one that is due, or
 * any (woken).  Refusals and errors end in the row.
 */
enum err apply_stored(struct ctx *c, int64_t seq, bool woken, struct applied *out) MUST_CHECK;

/* Runs what waited for an event, at most max; what is left comes due by itself. */
enum err apply_woken(struct ctx *c, const struct applied *by, size_t max) MUST_CHECK;

#endif
