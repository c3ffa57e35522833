#include "bulk/bulk.h"

#include <string.h>

#include "accounts/accounts.h"
#include "bulk/inner.h"
#include "core/change.h"
#include "core/job_items.h"
#include "json/json_out.h"

#define LOG_BYTES_MAX 4096

const char *const bulk_acts[] = {
	[BULK_SUSPEND] = "suspend",
	[BULK_ENABLE] = "enable",
	[BULK_TERMINATE] = "terminate",
	[BULK_RESET] = "reset-password",
	[BULK__MAX] = NULL,
};
const char *const bulk_kinds[] = {
	[BULK_SUSPEND] = "suspend-accounts",
	[BULK_ENABLE] = "enable-accounts",
	[BULK_TERMINATE] = "terminate-accounts",
	[BULK_RESET] = "reset-accounts",
	[BULK__MAX] = NULL,
};
static const char *const labels[] = {
	[BULK_SUSPEND] = "Suspend accounts",
	[BULK_ENABLE] = "Enable accounts",
	[BULK_TERMINATE] = "Remove accounts",
	[BULK_RESET] = "Reset passwords of main users",
};
static const enum perm perms[] = {
	[BULK_SUSPEND] = PERM_ACCOUNT_SUSPEND,
	[BULK_ENABLE] = PERM_ACCOUNT_RESUME,
	[BULK_TERMINATE] = PERM_ACCOUNT_TERMINATE,
	[BULK_RESET] = PERM_MEMBER_RESET_PASSWORD,
};

enum err bulk_need(struct ctx *c, enum bulk_act act, bool all)
{
	enum err e = ctx_need(c, perms[act]);

	if (!e && all && act == BULK_RESET)
		e = ctx_need(c, PERM_PASSWORD_RESET_ALL);
	return e;
}

/* What was confirmed is what is there. */
static enum err check_count(struct ctx *c, const struct bulk_new *in,
                            const struct bulk_chosen *chosen)
{
	int64_t n = 0;
	bool exact = true;
	enum err e = bulk_count(c, chosen, &n, &exact);

	if (e)
		return e;
	if (n == 0)
		return FAIL(c, ERR_CONFLICT, "nothing-to-do",
		            "There is no account this could be done to.");
	if (in->act == BULK_TERMINATE && !exact)
		return FAIL(c, ERR_CONFLICT, "too-many-to-remove",
		            "More than %lld accounts are not removed at once.", (long long)n);
	if (n == in->expected)
		return OK;
	if (!chosen->q)
		return FAIL_FIELD(c, "/expected", "does-not-match");
	return FAIL(c, ERR_CONFLICT, "count-changed", "There are %lld accounts now.",
	            (long long)n);
}

static enum err put_ids(struct ctx *c, const struct bulk_chosen *chosen, int64_t job_id)
{
	int64_t total;
	enum err e = OK;

	for (size_t i = 0; !e && i < chosen->n; i++)
		e = job_items_put(c, job_id, (int64_t)i + 1, chosen->ids[i]);
	return e ? e : job_items_counted(c, job_id, &total);
}

static const char *log_values(struct arena *mem, const struct bulk_new *in)
{
	struct buf b;

	buf_init(&b, mem, LOG_BYTES_MAX);
	json_open(&b, '{');
	json_key(&b, "job");
	json_str(&b, bulk_kinds[in->act]);
	json_key(&b, "accounts");
	json_i64(&b, in->expected);
	if (in->set.q) {
		json_key(&b, "filter");
		json_str(&b, in->set.q);
	}
	json_close(&b, '}');
	return buf_str(&b);
}

static enum err put_log(struct ctx *c, const struct bulk_new *in, int64_t job_id)
{
	struct change ch = {
		.action = ACTION_JOB_START,
		.target_kind = ID_JOB,
		.target_id = job_id,
		.target_label = labels[in->act],
		.account_id = c->actor.account_id,
		.after = log_values(c->mem, in),
		.reason = in->reason,
	};
	enum err e = accounts_name(c, ch.account_id, &ch.account_label);

	return e ? e : change_put(c, &ch);
}

enum err bulk_create(struct ctx *c, const struct bulk_new *in, int64_t *job_id)
{
	const struct job_new job = {
		.kind = bulk_kinds[in->act],
		.label = labels[in->act],
		.account_id = c->actor.account_id,
		.target = JOB_OF_ACCOUNTS,
		.reason = in->reason,
		.filter = in->set.q,
	};
	struct bulk_chosen chosen;
	int64_t id = 0;
	enum err e = bulk_need(c, in->act, in->set.q != NULL);

	if (!e)
		e = bulk_choose(c, &in->set, &chosen);
	if (!e)
		e = check_count(c, in, &chosen);
	if (!e)
		e = job_items_create(c, &job, &id);
	if (!e && !chosen.q)
		e = put_ids(c, &chosen, id);
	if (!e)
		e = put_log(c, in, id);
	if (!e)
		*job_id = id;
	return e;
}
