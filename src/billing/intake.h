/*
 * intake.h - from a verified body to an event stored, applied and answered.
 *
 * 2xx means stored in the database.  What is cheap and in order is applied in
 * the same transaction; the rest is the worker's.  The surprising rule: a
 * known type with wrong data is stored too, so that a person sees it, and
 * answered with 422.
 */
#ifndef BILLING_INTAKE_H
#define BILLING_INTAKE_H

#include "billing/event.h"
#include "billing/sources.h"

struct intake_result {
	const char *id, *state, *reason;
	bool duplicate;
	struct json_text answer; /* of a rejected one the whole answer, else more members */
	struct opt gap;          /* the first number missing before it */
};

/* 200 applied or no-op, 202 stored, 422 rejected. */
int intake_status(const struct intake_result *r);

/*
 * One event.  webhook_id is what the header said, NULL in a batch or of a
 * legacy source.  ERR_MALFORMED (400), ERR_CONFLICT "other-body" (409),
 * ERR_UNAVAILABLE; ERR_VERSION when the
 * source is another by now: read it again.  No transaction may be open.
 */
enum err intake_event(struct ctx *c, const struct billing_source *s, const char *webhook_id,
                      const char *body, size_t len, struct intake_result *out) MUST_CHECK;

/* ERR_LIMITED with a time to come back when the source sends more than it may. */
enum err intake_rate(struct ctx *c, const struct billing_source *s, int64_t events) MUST_CHECK;

extern const struct db_query *const intake_queries[];

#endif
