#include "accounts/accounts.h"

struct name_row {
	const char *name;
};
static const struct field name_v[] = { FIELD(struct name_row, name) };

static const struct db_query by_id = {
	.text = "SELECT a.name AS name FROM account a WHERE a.id = ? AND " SCOPE_SEES("a.id"),
	DB_ROWS(name_v),
};

enum err accounts_name(struct ctx *c, int64_t id, const char **name)
{
	struct name_row row;
	enum err e = db_one(c->db, &by_id,
	                    DB_ARGS(db_i64(id), db_i64(c->actor.account_id)), c->mem, &row);

	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	*name = row.name;
	return OK;
}

const struct db_query *const accounts_name_queries[] = { &by_id, NULL };
