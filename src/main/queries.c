#include "main/queries.h"

const struct db_query *const *const all_queries[] = {
	NULL,
};
