#include "core/epoch.h"

#include "core/queries.h"

static const struct db_query count_up = {
	.text = "UPDATE access_epoch SET n = n + 1 WHERE one = 1",
};

const struct db_query *const epoch_queries[] = { &count_up, NULL };

enum err access_changed(struct ctx *c)
{
	return db_exec(c->db, &count_up, DB_NO_ARGS, NULL);
}
