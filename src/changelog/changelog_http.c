#include <string.h>

#include "accounts/accounts.h"
#include "changelog/changelog.h"
#include "changelog/changelog_http.h"
#include "exports/exports_http.h"

#define COUNT_MAX       10000
#define LAST_MINUTES    (24 * 60)
#define PERIOD_DAYS_MAX 30

static const char *const sorts[] = { "-at", NULL };

static const char *known_action(const char *s, size_t n)
{
	(void)n;
	return action_of_text(s) == ACTION_NONE ? "not-one-of" : NULL;
}

static const char *known_correlation(const char *s, size_t n)
{
	return n == 32 && strspn(s, "0123456789abcdef") == n ? NULL : "not-an-id";
}

static const char *known_ip(const char *s, size_t n)
{
	char plain[IP_PREFIX_TEXT];

	(void)n;
	return ip_plain(s, plain) ? NULL : "not-an-address";
}

static const struct json_in args_in[] = {
	JSON_IN(struct change_args, action, .max = CHANGES_ACTIONS_MAX, .check = known_action,
	        .help = "only these actions; none is all"),
	JSON_IN(struct change_args, from, .help = "at this instant or later"),
	JSON_IN(struct change_args, to, .help = "before this instant"),
	JSON_IN_ID(struct change_args, actor, ID_PERSON, .help = "only what this person did"),
	JSON_IN(struct change_args, correlation, .max = 32, .check = known_correlation,
	        .help = "only what this request, billing event or job did"),
	JSON_IN(struct change_args, ip, .max = IP_PREFIX_TEXT - 1, .check = known_ip,
	        .help = "only what came from this address"),
	JSON_IN(struct change_args, newest, .min = 1, .max = CHANGES_NEWEST_MAX,
	        .help = "only the newest so many of what matches all else"),
	JSON_IN(struct change_args, last_minutes, .min = 1, .max = LAST_MINUTES,
	        .help = "only of the last so many minutes"),
	JSON_IN(struct change_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
	JSON_IN(struct change_args, cursor, .max = 400, .help = "next or prev of another page"),
	JSON_IN(struct change_args, zone, .min = -840, .max = 840,
	        .help = "of an export: minutes east of UTC for its times"),
};
const struct json_table change_args = JSON_TABLE(struct change_args, args_in);

void change_filter_of(const struct ctx *c, const struct change_args *a, int64_t account_id,
                      struct change_filter *out)
{
	struct stamp back = stamp_add(c->now, -a->last_minutes * USEC_PER_MIN);

	*out = (struct change_filter){
		.account_id = account_id,
		.from = a->from,
		.to = a->to,
		.actor_id = a->actor,
		.correlation = a->correlation,
		.newest = a->newest,
	};
	if (a->last_minutes > 0 && (!stamp_is_set(a->from) || a->from.usec < back.usec))
		out->from = back;
	if (a->ip)
		(void)ip_plain(a->ip, out->ip);
	for (size_t i = 0; i < a->action.n && i < CHANGES_ACTIONS_MAX; i++)
		out->actions[out->nactions++] = action_of_text(a->action.v[i]);
}

/* A page looks through a month at most, the hour that clocks are put back included. */
static enum err check_period(struct ctx *c, const struct change_args *a)
{
	int64_t max = PERIOD_DAYS_MAX * USEC_PER_DAY + USEC_PER_HOUR;

	if (!stamp_is_set(a->from) || !stamp_is_set(a->to) || a->to.usec - a->from.usec <= max)
		return OK;
	return FAIL_FIELD(c, "/to", "period-too-long");
}

static const struct field change_v[] = {
	FIELD_KEY(struct change_row, id, ID_CHANGE),
	FIELD(struct change_row, at),
	FIELD(struct change_row, action),
	FIELD(struct change_row, actor_kind),
	FIELD_KEY(struct change_row, actor_id, ID_PERSON),
	FIELD(struct change_row, actor_label),
	FIELD(struct change_row, impersonator_label),
	FIELD(struct change_row, target_kind),
	FIELD(struct change_row, target_id),
	FIELD(struct change_row, target_label),
	FIELD_KEY(struct change_row, account_id, ID_ACCOUNT),
	FIELD(struct change_row, account_label),
	FIELD(struct change_row, result),
	FIELD(struct change_row, failure),
	FIELD(struct change_row, before),
	FIELD(struct change_row, after),
	FIELD(struct change_row, reason),
	FIELD(struct change_row, ip),
	FIELD(struct change_row, user_agent),
	FIELD(struct change_row, correlation_id),
};

static const struct shape change_shape = { .name = "Change", .fields = FIELDS(change_v) };

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct change_args *a = rq->args;
	struct change_filter f;
	struct db_list rows;
	struct page page;
	struct page_end end = { .total = -1 };
	const char *name;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e)
		e = check_period(c, a);
	if (e)
		return e;
	if (rq->ids[0] != 0)
		e = accounts_name(c, rq->ids[0], &name);
	change_filter_of(c, a, rq->ids[0], &f);
	if (!e && !page.at.set)
		e = changes_count(c, &f, &end.total);
	if (!e)
		e = changes_list(c, &f, &page, &rows);
	if (e)
		return e;
	end.exact = end.total <= COUNT_MAX;
	if (end.total > COUNT_MAX)
		end.total = COUNT_MAX;
	page_close(c->mem, &page, &rows, sizeof(struct change_row), changes_page_key, &end);
	answer_items(rs, &change_shape, rows.v, rows.n, sizeof(struct change_row), &end);
	return OK;
}

static enum err open_rows(struct ctx *c, struct db *db, const void *filter, struct db_rows *out)
{
	return changes_open(c, db, filter, out);
}

static bool next_row(struct ctx *c, struct db_rows *rows, struct arena *mem, void *row)
{
	return changes_next(c, rows, mem, row);
}

static const struct export_kind changes_export = {
	.name = "changes",
	.csv = &change_csv_fields,
	.row_size = sizeof(struct change_row),
	.open = open_rows,
	.next = next_row,
};

static enum err export(struct ctx *c, const struct request *rq, struct response *rs) {
	const struct change_args *a = rq->args;
	struct change_filter *f = arena_new(c->mem, struct change_filter);
	struct export_ask ask = { .kind = &changes_export, .filter = f, .zone_min = a->zone };
	enum err e;

	/* An export of all that is visible stands in the log of the acting account. */
	ask.account_id = rq->ids[0] != 0 ? rq->ids[0] : c->actor.account_id;
	e = accounts_name(c, ask.account_id, &ask.account_label);
	if (e) return e;
	change_filter_of(c, a, rq->ids[0], f);
	return export_answer(c, rq, rs, &ask);
}

const struct route changelog_exports[] = {
	{ .method = METHOD_GET,
	  .path = "/export/v1/accounts/{acc}/changes.csv",
	  .run = export,
	  .perm = PERM_AUDIT_EXPORT,
	  .mode = ROUTE_FREE,
	  .unvisited = true,
	  .proof = true,
	  .key_proves = true,
	  .name = "exportAccountChanges",
	  .summary = "The change log of an account as CSV",
	  .args = &change_args,
	  .produces = "text/csv" },
	{ .method = METHOD_GET,
	  .path = "/export/v1/changes.csv",
	  .run = export,
	  .perm = PERM_AUDIT_EXPORT,
	  .mode = ROUTE_FREE,
	  .unvisited = true,
	  .proof = true,
	  .key_proves = true,
	  .name = "exportChanges",
	  .summary = "The change log of all visible accounts as CSV",
	  .args = &change_args,
	  .produces = "text/csv" },
	{ .path = NULL },
};

const struct route changelog_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/accounts/{acc}/changes",
	  .run = list,
	  .perm = PERM_AUDIT_LIST,
	  .mode = ROUTE_READ,
	  .name = "listAccountChanges",
	  .summary = "The change log of an account, newest first",
	  .args = &change_args,
	  .out = &change_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = "/api/v1/changes",
	  .run = list,
	  .perm = PERM_AUDIT_LIST,
	  .mode = ROUTE_READ,
	  .name = "listChanges",
	  .summary = "The change log of all visible accounts, newest first",
	  .args = &change_args,
	  .out = &change_shape,
	  .list = true },
	{ .path = NULL },
};
