#include "main/queries.h"

#include "changelog/changelog.h"
#include "core/queries.h"
#include "exports/exports.h"
#include "people/queries.h"
#include "signin/queries.h"

const struct db_query *const *const all_queries[] = {
	change_queries,  op_queries,       outbox_queries,   jobs_queries,
	people_queries,  revoke_queries,   session_queries,  signin_queries,
	throttle_queries, changelog_queries, exports_queries,
	NULL,
};
