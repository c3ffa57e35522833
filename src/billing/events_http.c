#include "billing/events_http.h"

#include <string.h>

#include "accounts/accounts.h"
#include "billing/events.h"
#include "billing/sources.h"
#include "billing/types.h"
#include "exports/exports_http.h"

#define REASON_MAX 500

/* --- shapes -------------------------------------------------------------------- */

#define EVENT_FIELDS \
	FIELD_KEY(struct event_row, id, ID_EVENT), FIELD(struct event_row, event_id), \
		FIELD(struct event_row, type), FIELD(struct event_row, label), \
		FIELD(struct event_row, original_type), FIELD(struct event_row, subject_kind), \
		FIELD(struct event_row, subject_key), FIELD(struct event_row, subject_seq), \
		FIELD(struct event_row, occurred_at), FIELD(struct event_row, received_at), \
		FIELD(struct event_row, attempts), FIELD(struct event_row, state), \
		FIELD(struct event_row, state_reason), \
		FIELD_KEY(struct event_row, account_id, ID_ACCOUNT), \
		FIELD(struct event_row, account_name), FIELD(struct event_row, source_name), \
		FIELD(struct event_row, log_extra), FIELD(struct event_row, applied_at), \
		FIELD(struct event_row, gap_before), \
		FIELD_KEY(struct event_row, replay_of, ID_EVENT), \
		FIELD(struct event_row, dismissed_why), FIELD(struct event_row, ver)

static const struct field list_v[] = { EVENT_FIELDS };
static const char *const proofs[] = { "signature", "token", NULL };

static const struct field one_v[] = {
	EVENT_FIELDS,
	FIELD(struct event_row, payload),
	FIELD(struct event_row, changes),
	FIELD(struct event_row, answer),
	FIELD(struct event_row, correlation_id),
	FIELD(struct event_row, verified_by, .words = proofs),
	FIELD(struct event_row, replayable),
	FIELD(struct event_row, dismissible),
	FIELD(struct event_row, mappable),
};
static const struct shape list_shape = { .name = "BillingEvent", .fields = FIELDS(list_v) };
static const struct shape one_shape = { .name = "BillingEventDetails",
	                                .fields = FIELDS(one_v) };
static const struct shape source_shape = { .name = "BillingSource",
	                                   .fields = { source_row_fields, SOURCE_ROW_FIELDS } };

static const struct field csv_v[] = {
	FIELD(struct event_row, event_id, .label = "Request ID"),
	FIELD(struct event_row, type, .label = "Type"),
	FIELD(struct event_row, label, .label = "Label"),
	FIELD(struct event_row, original_type, .label = "Type as sent"),
	FIELD(struct event_row, received_at, .label = "Created at"),
	FIELD(struct event_row, occurred_at, .label = "Occurred at"),
	FIELD(struct event_row, state, .label = "State"),
	FIELD(struct event_row, state_reason, .label = "Reason"),
	FIELD(struct event_row, subject_kind, .label = "Subject kind"),
	FIELD(struct event_row, subject_key, .label = "Subject"),
	FIELD(struct event_row, subject_seq, .label = "Sequence"),
	FIELD(struct event_row, attempts, .label = "Attempts"),
	FIELD(struct event_row, account_name, .label = "Account"),
	FIELD_KEY(struct event_row, account_id, ID_ACCOUNT, .label = "Account ID"),
	FIELD(struct event_row, source_name, .label = "Source"),
	FIELD(struct event_row, log_extra, .label = "Correlation"),
	FIELD(struct event_row, applied_at, .label = "Applied at"),
	FIELD(struct event_row, dismissed_why, .label = "Dismissed because"),
	FIELD_KEY(struct event_row, id, ID_EVENT, .label = "ID"),
};
static const struct fields csv_fields = FIELDS(csv_v);

/* --- lists --------------------------------------------------------------------- */

static const char *const sorts[] = { "-received", NULL };

struct events_args {
	struct str_list type, state;
	struct stamp from, to;
	const char *subject, *correlation;
	int64_t limit;
	const char *cursor;
	int64_t zone;
};

static const char *known_type(const char *s, size_t n)
{
	(void)n;
	return type_find(s) ? NULL : "not-one-of";
}

static const char *known_state(const char *s, size_t n)
{
	static const char *const states[] = { "received",    "applied",   "noop",   "deferred",
		                              "quarantined", "rejected",  "failed", "dead",
		                              "replayed",    "dismissed", NULL };

	(void)n;
	for (size_t i = 0; states[i]; i++)
		if (strcmp(states[i], s) == 0)
			return NULL;
	return "not-one-of";
}

static const struct json_in args_in[] = {
	JSON_IN(struct events_args, type, .max = EVENT_TYPES_MAX, .check = known_type,
	        .help = "only these types; none is all"),
	JSON_IN(struct events_args, state, .max = EVENT_STATES_MAX, .check = known_state,
	        .help = "only these states; none is all"),
	JSON_IN(struct events_args, from, .help = "received at this instant or later"),
	JSON_IN(struct events_args, to, .help = "received before this instant"),
	JSON_IN(struct events_args, subject, .max = 190, .help = "key of the subject, exactly"),
	JSON_IN(struct events_args, correlation, .max = 190,
	        .help = "text inside the sender's correlation data, or our correlation id"),
	JSON_IN(struct events_args, limit, .min = 1, .help = "10, 25, 50 or 100"),
	JSON_IN(struct events_args, cursor, .max = 400, .help = "next or prev of another page"),
	JSON_IN(struct events_args, zone, .min = -840, .max = 840,
	        .help = "of an export: minutes east of UTC for its times"),
};
static const struct json_table args_table = JSON_TABLE(struct events_args, args_in);

static void filter_of(const struct events_args *a, int64_t account_id, struct event_filter *out)
{
	*out = (struct event_filter){
		.account_id = account_id,
		.types = a->type,
		.states = a->state,
		.from = a->from,
		.to = a->to,
		.subject = a->subject,
		.correlation = a->correlation,
	};
}

static enum err list(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct events_args *a = rq->args;
	struct event_filter f;
	struct db_list rows;
	struct page page;
	struct page_end end = { 0 };
	const char *name;
	enum err e = page_read(c, a->limit, a->cursor, NULL, sorts, &page);

	if (!e && rq->ids[0] != 0)
		e = accounts_name(c, rq->ids[0], &name);
	filter_of(a, rq->ids[0], &f);
	if (!e)
		e = events_list(c, &f, &page, &rows);
	if (!e)
		e = events_count(c, &f, &end.total);
	if (e)
		return e;
	end.exact = end.total <= EVENTS_COUNT_MAX;
	end.total = end.exact ? end.total : EVENTS_COUNT_MAX;
	page_close(c->mem, &page, &rows, sizeof(struct event_row), events_page_key, &end);
	answer_items(rs, &list_shape, rows.v, rows.n, sizeof(struct event_row), &end);
	return OK;
}

static enum err sources(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	struct db_list rows;
	enum err e = sources_list(c, &rows);

	(void)rq;
	if (e)
		return e;
	end.total = (int64_t)rows.n;
	answer_items(rs, &source_shape, rows.v, rows.n, sizeof(struct source_row), &end);
	return OK;
}

/* --- one event ------------------------------------------------------------------ */

static enum err answer_event(struct ctx *c, int64_t seq, struct response *rs)
{
	struct event_row row;
	enum err e = events_find(c, seq, &row);

	if (e)
		return e;
	answer_etag(rs, c->mem, row.ver);
	answer_row(rs, &one_shape, &row);
	return OK;
}

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	return answer_event(c, rq->ids[0], rs);
}

/* Answers the new attempt; replay_of names the event it was asked for. */
static enum err replay(struct ctx *c, const struct request *rq, struct response *rs)
{
	int64_t attempt;
	enum err e = events_replay(c, rq->ids[0], &attempt);

	return e ? e : answer_event(c, attempt, rs);
}

static const struct json_in which_in[] = {
	JSON_IN(struct event_which, type, .need = true, .max = 64, .check = known_type,
	        .help = "a type, by its own name or the one events were sent by"),
	JSON_IN(struct event_which, source, .nullable = true, .max = 40,
	        .help = "name of a billing source; none is all"),
};
static const struct json_table which_table = JSON_TABLE(struct event_which, which_in);

/* Answers the attempts the worker will run; a total above their number: ask again. */
static enum err replay_all(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct page_end end = { .exact = true };
	struct db_list rows;
	enum err e = events_replay_all(c, rq->in, &rows, &end.total);

	if (e)
		return e;
	answer_items(rs, &list_shape, rows.v, rows.n, sizeof(struct event_row), &end);
	return OK;
}

struct dismiss_in {
	const char *reason_text;
};
static const struct json_in dismiss_in[] = {
	JSON_IN(struct dismiss_in, reason_text, .need = true, .min = 1, .max = REASON_MAX,
	        .lines = true),
};
static const struct json_table dismiss_table = JSON_TABLE(struct dismiss_in, dismiss_in);

static enum err dismiss(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct dismiss_in *in = rq->in;
	enum err e = events_dismiss(c, rq->ids[0], in->reason_text);

	return e ? e : answer_event(c, rq->ids[0], rs);
}

static const char *check_code(const char *s, size_t n)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
	                       n
	               ? NULL
	               : "not-a-code";
}

static const struct json_in map_in[] = {
	JSON_IN(struct event_map, csa_code, .need = true, .min = 1, .max = 40,
	        .check = check_code, .help = "address code, of the directory or to be added"),
	JSON_IN(struct event_map, add, .help = "add it to the directory"),
	JSON_IN(struct event_map, country, .nullable = true, .max = 2),
	JSON_IN(struct event_map, region, .nullable = true, .max = 100),
	JSON_IN(struct event_map, city, .nullable = true, .max = 100),
	JSON_IN(struct event_map, postcode, .nullable = true, .max = 20),
	JSON_IN(struct event_map, street, .nullable = true, .max = 200),
	JSON_IN(struct event_map, house, .nullable = true, .max = 20),
	JSON_IN(struct event_map, latitude, .nullable = true, .min = -90000000,
	        .max = 90000000),
	JSON_IN(struct event_map, longitude, .nullable = true, .min = -180000000,
	        .max = 180000000),
};
static const struct json_table map_table = JSON_TABLE(struct event_map, map_in);

static enum err map(struct ctx *c, const struct request *rq, struct response *rs)
{
	int64_t attempt;
	enum err e = events_map(c, rq->ids[0], rq->in, &attempt);

	return e ? e : answer_event(c, attempt, rs);
}

/* --- CSV ------------------------------------------------------------------------- */

static enum err open_rows(struct ctx *c, struct db *db, const void *filter, struct db_rows *out)
{
	return events_open(c, db, filter, out);
}

static bool next_row(struct ctx *c, struct db_rows *rows, struct arena *mem, void *row)
{
	return events_next(c, rows, mem, row);
}

static const struct export_kind events_export = {
	.name = "billing-events",
	.csv = &csv_fields,
	.row_size = sizeof(struct event_row),
	.open = open_rows,
	.next = next_row,
};

static enum err export(struct ctx *c, const struct request *rq, struct response *rs) {
	const struct events_args *a = rq->args;
	struct event_filter *f = arena_new(c->mem, struct event_filter);
	struct export_ask ask = { .kind = &events_export, .filter = f, .zone_min = a->zone };
	enum err e;

	/* An export of all that is visible stands in the log of the acting account. */
	ask.account_id = rq->ids[0] != 0 ? rq->ids[0] : c->actor.account_id;
	e = accounts_name(c, ask.account_id, &ask.account_label);
	if (e) return e;
	filter_of(a, rq->ids[0], f);
	return export_answer(c, rq, rs, &ask);
}

const struct route events_exports[] = {
	{ .method = METHOD_GET,
	  .path = "/export/v1/accounts/{acc}/billing-events.csv",
	  .run = export,
	  .perm = PERM_BILLING_EVENT_LIST,
	  .mode = ROUTE_FREE,
	  .name = "exportAccountBillingEvents",
	  .summary = "The billing events of an account as CSV",
	  .args = &args_table,
	  .produces = "text/csv" },
	{ .method = METHOD_GET,
	  .path = "/export/v1/billing-events.csv",
	  .run = export,
	  .perm = PERM_BILLING_EVENT_LIST,
	  .mode = ROUTE_FREE,
	  .name = "exportBillingEvents",
	  .summary = "All visible billing events as CSV",
	  .args = &args_table,
	  .produces = "text/csv" },
	{ .path = NULL },
};

const struct route events_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/accounts/{acc}/billing-events",
	  .run = list,
	  .perm = PERM_BILLING_EVENT_LIST,
	  .mode = ROUTE_READ,
	  .name = "listAccountBillingEvents",
	  .summary = "The billing events of an account, newest first",
	  .args = &args_table,
	  .out = &list_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = "/api/v1/billing-events",
	  .run = list,
	  .perm = PERM_BILLING_EVENT_LIST,
	  .mode = ROUTE_READ,
	  .name = "listBillingEvents",
	  .summary = "All visible billing events, newest first",
	  .args = &args_table,
	  .out = &list_shape,
	  .list = true },
	{ .method = METHOD_GET,
	  .path = "/api/v1/billing-events/{evt}",
	  .run = show,
	  .perm = PERM_BILLING_EVENT_VIEW,
	  .mode = ROUTE_READ,
	  .name = "getBillingEvent",
	  .summary = "One billing event with its payload and what it changed",
	  .out = &one_shape },
	{ .method = METHOD_POST,
	  .path = "/api/v1/billing-events/{evt}/replay",
	  .run = replay,
	  .perm = PERM_BILLING_EVENT_REPLAY,
	  .mode = ROUTE_WRITE,
	  .name = "replayBillingEvent",
	  .summary = "Try a waiting event again; answers the new attempt",
	  .out = &one_shape,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/billing-events/replay",
	  .run = replay_all,
	  .perm = PERM_BILLING_EVENT_REPLAY,
	  .mode = ROUTE_WRITE,
	  .name = "replayBillingEvents",
	  .summary = "Try all quarantined events of a type again, up to 200 at once",
	  .in = &which_table,
	  .out = &list_shape,
	  .list = true,
	  .body_max = 1024 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/billing-events/{evt}/dismiss",
	  .run = dismiss,
	  .perm = PERM_BILLING_EVENT_DISMISS,
	  .mode = ROUTE_WRITE,
	  .name = "dismissBillingEvent",
	  .summary = "Take a waiting event off the work list, with a reason",
	  .in = &dismiss_table,
	  .out = &one_shape,
	  .body_max = 4096 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/billing-events/{evt}/map",
	  .run = map,
	  .perm = PERM_BILLING_EVENT_MAP,
	  .mode = ROUTE_WRITE,
	  .name = "mapBillingEvent",
	  .summary =
	          "Give an event with an unknown address code one that is known, and try again",
	  .in = &map_table,
	  .out = &one_shape,
	  .body_max = 8192 },
	{ .method = METHOD_GET,
	  .path = "/api/v1/billing-sources",
	  .run = sources,
	  .perm = PERM_BILLING_SOURCE_LIST,
	  .mode = ROUTE_READ,
	  .name = "listBillingSources",
	  .summary = "The billing systems that may send events",
	  .out = &source_shape,
	  .list = true },
	{ .path = NULL },
};
