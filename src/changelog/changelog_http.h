/*
 * changelog_http.h - the change log's filter as a query string.
 *
 * Lists and exports take the same one.
 */
#ifndef CHANGELOG_CHANGELOG_HTTP_H
#define CHANGELOG_CHANGELOG_HTTP_H

#include "changelog/changelog.h"
#include "web/route.h"

struct change_args {
	struct str_list action;
	struct stamp from, to;
	int64_t actor;
	const char *correlation, *ip;
	int64_t newest, last_minutes;
	int64_t limit;
	const char *cursor;
	int64_t zone; /* of exports */
};

extern const struct json_table change_args;
extern const struct route changelog_routes[], changelog_exports[], chain_routes[];

void change_filter_of(const struct ctx *c, const struct change_args *a, int64_t account_id,
                      struct change_filter *out);

#endif
