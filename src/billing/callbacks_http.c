#include "billing/callbacks_http.h"

#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "billing/intake.h"
#include "billing/recall.h"
#include "billing/signature.h"
#include "billing/slice.h"
#include "core/ip.h"
#include "http/problem.h"

/* --- who sends ------------------------------------------------------------------ */

static enum err check_media_type(struct ctx *c, const struct request *rq)
{
	static const char json[] = "application/json";
	const char *type = request_param(rq, "CONTENT_TYPE");
	size_t n = sizeof(json) - 1;

	if (!type || !*type)
		type = request_param(rq, "HTTP_CONTENT_TYPE");
	if (type && strncasecmp(type, json, n) == 0 && (!type[n] || strchr("; \t", type[n])))
		return OK;
	return FAIL(c, ERR_MEDIA_TYPE, "not-json",
	            "The body must be JSON and say so (Content-Type: application/json).");
}

/* NULL when one of the source's tokens is the one sent. */
static const char *check_bearer(const struct billing_source *s, const struct request *rq)
{
	const char *given = request_param(rq, "HTTP_AUTHORIZATION");
	unsigned char want[HASH_BYTES], have[HASH_BYTES];
	unsigned same = 0;

	if (!given || strncasecmp(given, "Bearer ", 7) != 0)
		return "no-token";
	token_hash(given + 7, strlen(given + 7), have);
	for (size_t i = 0; i < s->nbearer; i++) {
		token_hash(s->bearer[i].key.p, s->bearer[i].key.n, want);
		same |= token_same(want, have, HASH_BYTES);
	}
	return same ? NULL : "bad-token";
}

/* NULL, or why the sender is not believed. */
static const char *sender_complaint(struct ctx *c, const struct billing_source *s,
                                    const struct request *rq, struct signature_in *sig)
{
	bool legacy = strcmp(s->mode, "legacy") == 0;
	struct bytes keys[SOURCE_KEYS_MAX];

	if (!s->enabled)
		return "source-disabled";
	/* Never the only check, but of a legacy source never missing. */
	if ((legacy || *s->ip_allow) && !ip_allowed(s->ip_allow, rq->remote_addr))
		return "address-not-allowed";
	if (legacy)
		return check_bearer(s, rq);
	*sig = (struct signature_in){
		.id = request_param(rq, "HTTP_WEBHOOK_ID"),
		.timestamp = request_param(rq, "HTTP_WEBHOOK_TIMESTAMP"),
		.signatures = request_param(rq, "HTTP_WEBHOOK_SIGNATURE"),
		.body = rq->body,
		.body_len = rq->body_len,
	};
	for (size_t i = 0; i < s->nsigning; i++)
		keys[i] = s->signing[i].key;
	return signature_check(c->mem, sig, keys, s->nsigning, c->now);
}

static enum err refuse(struct ctx *c, const struct request *rq, const char *why)
{
	log_event(LOG_WARN, "callback-refused", LOG_S("id", c->request_id),
	          LOG_S("source", rq->words[0]), LOG_S("ip", rq->remote_addr),
	          LOG_S("why", why));
	return FAIL(c, ERR_UNAUTHENTICATED, "callback-refused",
	            "The source, its signature or its time was not accepted.");
}

/* Refused by what is remembered, he is refused only if it still stands so. */
static enum err believe(struct ctx *c, const struct request *rq, struct billing_source *s,
                        struct signature_in *sig, const char **why)
{
	enum err e = sources_recall(c, rq->words[0], s);

	*why = e ? NULL : sender_complaint(c, s, rq, sig);
	if (e || !*why || !c->sources)
		return e;
	sources_forget(c, rq->words[0]);
	e = sources_recall(c, rq->words[0], s);
	*why = e ? NULL : sender_complaint(c, s, rq, sig);
	return e;
}

/* The source, believed, and the id its header named (NULL of a legacy one). */
static enum err admit(struct ctx *c, const struct request *rq, struct billing_source *s,
                      const char **webhook_id)
{
	struct signature_in sig = { 0 };
	const char *why;
	enum err e = check_media_type(c, rq);

	if (!e)
		e = believe(c, rq, s, &sig, &why);
	if (e == ERR_NOT_FOUND)
		return refuse(c, rq, "unknown-source");
	if (e)
		return e;
	if (why)
		return refuse(c, rq, why);
	*webhook_id = sig.id;
	source_act(c, s, rq->remote_addr);
	return OK;
}

/* Takes one event; when the source was changed since it was read, by what it is now. */
static enum err take(struct ctx *c, const struct request *rq, struct billing_source *s,
                     const char *webhook_id, struct slice body, struct intake_result *out)
{
	enum err e = intake_event(c, s, webhook_id, body.p, body.n, out);
	const char *again; /* the same: of a batch it names no event */

	if (e != ERR_VERSION)
		return e;
	c->fault = (struct fault){ 0 };
	sources_forget(c, rq->words[0]);
	e = admit(c, rq, s, &again);
	if (!e)
		e = intake_rate(c, s, 1);
	return e ? e : intake_event(c, s, webhook_id, body.p, body.n, out);
}

/* --- answers -------------------------------------------------------------------- */

static void put_result(struct buf *b, const struct intake_result *r)
{
	size_t n = r->answer.s ? strlen(r->answer.s) : 0;

	json_key(b, "id");
	json_str(b, r->id);
	json_key(b, "state");
	json_str(b, r->state);
	if (r->reason) {
		json_key(b, "reason");
		json_str(b, r->reason);
	}
	if (r->duplicate) {
		json_key(b, "duplicate");
		json_bool(b, true);
	}
	if (r->gap.set) {
		json_key(b, "missing");
		json_i64(b, r->gap.v);
	}
	if (n > 2) { /* an object of ours: its members follow these */
		buf_putc(b, ',');
		buf_put(b, r->answer.s + 1, n - 2);
	}
}

static void answer_one(struct response *rs, const struct intake_result *r)
{
	rs->status = intake_status(r);
	if (rs->status == 422 && r->answer.s) {
		json_raw(&rs->body, r->answer.s);
		return;
	}
	json_open(&rs->body, '{');
	put_result(&rs->body, r);
	json_close(&rs->body, '}');
}

/* Stored, and to be tried again: the sender need not know, we must. */
static void log_failed(const struct ctx *c, const struct intake_result *r)
{
	if (strcmp(r->state, "failed") == 0 && !r->duplicate)
		log_event(LOG_ERROR, "callback-failed", LOG_S("id", c->request_id),
		          LOG_S("event", r->id), LOG_S("detail", db_error(c->db)));
}

static enum err callback(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct billing_source s;
	struct intake_result r;
	const char *webhook_id = NULL;
	enum err e = admit(c, rq, &s, &webhook_id);

	if (!e)
		e = intake_rate(c, &s, 1);
	if (!e)
		e = take(c, rq, &s, webhook_id, (struct slice){ rq->body, rq->body_len }, &r);
	if (e)
		return e;
	log_failed(c, &r);
	answer_one(rs, &r);
	return OK;
}

/* --- many at once ---------------------------------------------------------------- */

static enum err find_events(struct ctx *c, const struct request *rq, struct slice *out,
                            size_t *n)
{
	struct slice body = { rq->body, rq->body_len }, one;
	const char *why = json_complaint(rq->body, rq->body_len);
	size_t at = 0;

	if (why)
		return FAIL(c, ERR_MALFORMED, why, "The body is not a JSON document.");
	if (!slice_member(body, "events", out) || *out->p != '[') {
		(void)!FAIL_FIELD(c, "/events", "required");
		return ERR_MALFORMED;
	}
	for (*n = 0; slice_next(*out, &at, &one);)
		(*n)++;
	if (*n <= BATCH_MAX)
		return OK;
	return FAIL(c, ERR_TOO_LARGE, "too-many-events", "A batch holds %d events at most.",
	            BATCH_MAX);
}

static void put_refused(struct buf *b, const struct ctx *c, enum err e)
{
	json_key(b, "status");
	json_i64(b, problem_status(e));
	json_key(b, "code");
	json_str(b, e == ERR_UNAVAILABLE || e == ERR_INTERNAL ? "unavailable" : c->fault.code);
	json_key(b, "errors");
	json_open(b, '[');
	for (size_t i = 0; i < c->fault.nfields; i++) {
		json_open(b, '{');
		json_key(b, "pointer");
		json_str(b, c->fault.fields[i].pointer);
		json_key(b, "code");
		json_str(b, c->fault.fields[i].code);
		json_close(b, '}');
	}
	json_close(b, ']');
}

static void put_one(struct buf *b, const struct ctx *c, enum err e,
                    const struct intake_result *r)
{
	json_open(b, '{');
	if (e) {
		put_refused(b, c, e);
	} else {
		json_key(b, "status");
		json_i64(b, intake_status(r));
		put_result(b, r);
	}
	json_close(b, '}');
}

/* Events of a batch share all of the request's id but its last three digits. */
static void number_request(struct ctx *c, size_t i)
{
	static const char hex[] = "0123456789abcdef";
	char *end = c->request_id + strlen(c->request_id) - 3;

	end[0] = hex[i >> 8 & 15];
	end[1] = hex[i >> 4 & 15];
	end[2] = hex[i & 15];
}

/* Each event stands for itself: one that is refused does not hold up the next. */
static enum err batch(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct slice events, one;
	struct billing_source s;
	struct intake_result r;
	const char *ignored = NULL;
	char request_id[sizeof(c->request_id)];
	size_t at = 0, n = 0, i = 0;
	bool cut = false;
	enum err e = admit(c, rq, &s, &ignored);

	if (!e)
		e = find_events(c, rq, &events, &n);
	if (!e)
		e = intake_rate(c, &s, (int64_t)n);
	if (e)
		return e;
	memcpy(request_id, c->request_id, sizeof(request_id));
	json_open(&rs->body, '{');
	json_key(&rs->body, "results");
	json_open(&rs->body, '[');
	/* Many with passwords take long; cut short, all comes again and is known then. */
	while (!cut && slice_next(events, &at, &one)) {
		c->fault = (struct fault){ 0 };
		number_request(c, i++);
		e = take(c, rq, &s, NULL, one, &r);
		if (!e)
			log_failed(c, &r);
		put_one(&rs->body, c, e, &r);
		cut = rq->beat && !rq->beat(rq->peer);
	}
	json_close(&rs->body, ']');
	json_close(&rs->body, '}');
	memcpy(c->request_id, request_id, sizeof(request_id));
	c->fault = (struct fault){ 0 };
	if (cut)
		return FAIL(c, ERR_UNAVAILABLE, "cut-short", "The batch was not ended.");
	return OK;
}

/* --- the OpenAPI document's view -------------------------------------------------- */

struct answer_shape {
	const char *id, *state, *reason;
	bool duplicate;
};
static const struct field answer_v[] = {
	FIELD(struct answer_shape, id),
	FIELD(struct answer_shape, state),
	FIELD(struct answer_shape, reason),
	FIELD(struct answer_shape, duplicate),
};
static const struct shape answer_shape = { .name = "CallbackAnswer",
	                                   .fields = FIELDS(answer_v) };
static const struct shape_part batch_parts[] = {
	{ .name = "results", .shape = &answer_shape, .many = true },
	{ .name = NULL },
};
static const struct shape batch_shape = { .name = "CallbackResults", .parts = batch_parts };

const struct route callbacks_routes[] = {
	{ .method = METHOD_POST,
	  .path = "/billing/v1/callbacks/{source}",
	  .run = callback,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "billingCallback",
	  .summary = "Take one signed event of a billing system",
	  .out = &answer_shape,
	  .raw_body = true,
	  .body_max = CALLBACK_BODY_MAX },
	{ .method = METHOD_POST,
	  .path = "/billing/v1/callbacks/{source}/batch",
	  .run = batch,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "billingCallbackBatch",
	  .summary = "Take up to 500 signed events, with a result for each",
	  .out = &batch_shape,
	  .raw_body = true,
	  .body_max = CALLBACK_BODY_MAX },
	{ .path = NULL },
};
