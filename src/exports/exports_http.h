/*
 * exports_http.h - the CSV end points, for the modules that have a list.
 *
 * A handler reads its list's filter and calls export_answer(); how the file
 * is made and delivered is the same for all.
 */
#ifndef EXPORTS_EXPORTS_HTTP_H
#define EXPORTS_EXPORTS_HTTP_H

#include "exports/exports.h"
#include "web/route.h"

struct export_ask {
	const struct export_kind *kind;
	const void *filter;      /* lives in the arena */
	int64_t account_id;      /* whose log it stands in */
	const char *account_label;
	int64_t zone_min;
};

/*
 * Writes the file and answers it; with "Prefer: respond-async" (RFC 7240)
 * answers 202 with the job at once and writes it afterwards.
 */
enum err export_answer(struct ctx *c, const struct request *rq, struct response *rs,
                       const struct export_ask *ask) MUST_CHECK;

extern const struct route exports_routes[];

#endif
