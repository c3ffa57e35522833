/*
 * areas.h - parts of the platform switched on and off for an account (core/area.def).
 *
 * Off anywhere above is off.  Nobody switches areas of the account he acts for:
 * what stands there was said by those above it.
 */
#ifndef POLICY_AREAS_H
#define POLICY_AREAS_H

#include "core/access.h"
#include "core/ctx.h"

struct area_state {
	const char *area;
	bool on;
	const char *own;    /* "on", "off", NULL: it says nothing */
	int64_t account_id; /* whose word it is; 0: nobody's, or of one above the caller's */
	const char *account_name;
	const char *concerns; /* "customer", "reseller"; NULL: everybody */
	bool possible;        /* accounts of its class can have it */
};
#define AREA_STATE_FIELDS 7
extern const struct field area_state_v[AREA_STATE_FIELDS];

/* One an area: array of struct area_state. */
enum err areas_list(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/* Only those of mask change: a bit each; not set: it says nothing any more. */
struct area_edit {
	struct opt v[AREA__MAX];
	uint64_t mask;
};
/* They stand in the account's policy and have its version; 0: whichever.  ERR_VERSION. */
enum err areas_update(struct ctx *c, int64_t account_id, const struct area_edit *in,
                      int64_t ver) MUST_CHECK;

#endif
