#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/stopped.h"
#include "registrations/inner.h"
#include "registrations/queries.h"
#include "search/query.h"
#include "signin/password_rule.h"

#define CODE_DIGITS_MAX 18

const char *const registration_modes[] = { "off", "approval", "automatic", NULL };

const struct field registration_host_fields[] = {
	FIELD(struct registration_host, mode, .words = registration_modes),
	FIELD(struct registration_host, password_min),
};
static_assert(ARRAY_LEN(registration_host_fields) == REGISTRATION_HOST_FIELDS, "all");

static const struct field host_v[] = {
	FIELD(struct host, id),      FIELD(struct host, name),  FIELD(struct host, mode),
	FIELD(struct host, role_id), FIELD(struct host, stops), FIELD(struct host, two_step),
};

/* clang-format off */
/* Of preferences the nearest says; of what is asked of people, anybody above. */
#define NEAREST(what) \
	"(SELECT po." what " FROM account_tree pt JOIN account_policy po" \
	" ON po.account_id = pt.ancestor_id WHERE pt.descendant_id = a.id" \
	" AND po." what " IS NOT NULL ORDER BY pt.depth LIMIT 1)"
/* Takes two times now. */
#define HOST \
	"SELECT a.id, a.name, " NEAREST("self_registration") " AS mode," \
	" " NEAREST("registration_role_id") " AS role_id, " ACCOUNT_STOPS("a.id") " AS stops," \
	" IFNULL((SELECT MAX(po.require_two_step) FROM account_tree pt JOIN account_policy po" \
	"  ON po.account_id = pt.ancestor_id WHERE pt.descendant_id = a.id), 0) AS two_step" \
	" FROM account a WHERE a.id = ?"
/* clang-format on */

static const struct db_query by_id = {
	.text = HOST,
	DB_ROWS(host_v),
};
static const struct db_query by_number = {
	.text = HOST " AND a.kind = 'reseller'",
	DB_ROWS(host_v),
};

const struct db_query *const registration_host_queries[] = { &by_id, &by_number, NULL };

static enum err find(struct ctx *c, const struct db_query *q, int64_t id, struct host *out)
{
	struct db_arg now = db_stamp(c->now);

	return db_one(c->db, q, DB_ARGS(now, now, db_i64(id)), c->mem, out);
}

enum err host_find(struct ctx *c, int64_t id, struct host *out)
{
	return find(c, &by_id, id, out);
}

enum err host_by_code(struct ctx *c, const char *code, struct host *out)
{
	size_t n;

	if (!code)
		return host_find(c, ACCOUNT_ROOT, out);
	n = strlen(code);
	if (n == 0 || n > CODE_DIGITS_MAX || strspn(code, "0123456789") != n)
		return ERR_NOT_FOUND;
	return find(c, &by_number, (int64_t)strtoll(code, NULL, 10) - ACCOUNT_NUMBER_BASE, out);
}

bool host_is_open(const struct host *h)
{
	return h->mode && strcmp(h->mode, "off") != 0 && h->stops == 0;
}

enum err registrations_host(struct ctx *c, const char *code, struct registration_host *out)
{
	struct host h = { 0 };
	enum err e = host_by_code(c, code, &h);

	if (e && e != ERR_NOT_FOUND)
		return e;
	*out = (struct registration_host){
		.mode = host_is_open(&h) ? h.mode : "off",
		.password_min = h.two_step ? PASSWORD_MIN_TWO_STEP : PASSWORD_MIN_ALONE,
	};
	return OK;
}
