#include "db/priv.h"

/* The client waits a little longer than the server works: its own error says more. */
#define GRACE_SEC 15

struct db *db_new_like(const struct db *db, int statement_timeout_sec)
{
	struct db_config config = db->config;

	config.statement_timeout_sec = statement_timeout_sec;
	config.read_timeout_sec = statement_timeout_sec + GRACE_SEC;
	return db_new(&config);
}
