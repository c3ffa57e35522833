/* The stages every request passes, shown on a few routes made for it. */
#include <string.h>

#include "core/change.h"
#include "module/harness.h"

static int64_t north, south;
static int tries; /* of a handler, to see what is run again */

struct thing {
	int64_t id;
	const char *contract_no;
	int64_t ver;
};
static const struct field thing_v[] = {
	FIELD_KEY(struct thing, id, ID_ACCOUNT),
	FIELD(struct thing, contract_no),
	FIELD(struct thing, ver),
};
static const struct shape thing_shape = { .name = "Thing", .fields = FIELDS(thing_v) };

struct thing_in {
	const char *contract_no;
};
static const struct json_in thing_in_v[] = {
	JSON_IN(struct thing_in, contract_no, .need = true, .min = 1, .max = 64),
};
static const struct json_table thing_table = JSON_TABLE(struct thing_in, thing_in_v);

static const struct db_query find = {
	.text = "SELECT a.id, a.contract_no, a.ver FROM account a WHERE a.id = ?"
		" AND " SCOPE_SEES("a.id"),
	DB_ROWS(thing_v),
};
static const struct db_query update = {
	.text = "UPDATE account SET contract_no = ?, ver = ver + 1 WHERE id = ? AND ver = ?",
};
static const struct db_query insert = {
	.text = "INSERT INTO account_contact (account_id, role, name, created_at, updated_at)"
		" VALUES (?, 'owner', 'x', ?, ?)",
};

static enum err get(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct thing t;
	enum err e = db_one(c->db, &find, DB_ARGS(db_i64(rq->ids[0]), db_i64(c->actor.account_id)),
	                    c->mem, &t);

	if (e == ERR_NOT_FOUND)
		return ctx_not_found(c);
	if (e)
		return e;
	answer_etag(rs, c->mem, t.ver);
	answer_row(rs, &thing_shape, &t);
	return OK;
}

static enum err log_it(struct ctx *c, int64_t account_id)
{
	return change_put(c, &(struct change){ .action = ACTION_ACCOUNT_UPDATE,
	                                       .target_kind = ID_ACCOUNT,
	                                       .target_id = account_id,
	                                       .target_label = "thing",
	                                       .account_id = account_id });
}

static enum err patch(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct thing_in *in = rq->in;
	int64_t changed = 0;
	enum err e = get(c, rq, rs);

	if (e)
		return e;
	e = db_exec(c->db, &update,
	            DB_ARGS(db_str(in->contract_no), db_i64(rq->ids[0]), db_i64(rq->if_match)),
	            &changed);
	if (!e && !changed)
		return FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody was faster.");
	if (!e)
		e = log_it(c, rq->ids[0]);
	rs->body.len = 0;
	return e ? e : get(c, rq, rs);
}

static enum err add(struct ctx *c, const struct request *rq, bool logged)
{
	enum err e = db_exec(c->db, &insert,
	                     DB_ARGS(db_i64(rq->ids[0]), db_stamp(c->now), db_stamp(c->now)), NULL);

	tries++;
	return e || !logged ? e : log_it(c, rq->ids[0]);
}

static enum err post(struct ctx *c, const struct request *rq, struct response *rs)
{
	static const struct thing t = { 1, "made", 1 };
	enum err e = add(c, rq, true);

	rs->location = "/t/made";
	answer_etag(rs, c->mem, 1);
	answer_row(rs, &thing_shape, &t);
	return e;
}

static enum err post_silent(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return add(c, rq, false);
}

static enum err post_broken(struct ctx *c, const struct request *rq, struct response *rs)
{
	enum err e = post(c, rq, rs);

	return e ? e : FAIL(c, ERR_CONFLICT, "not-now", "Not in this state.");
}

static const struct route routes[] = {
	{ .method = METHOD_GET, .path = "/t/{acc}", .run = get, .perm = PERM_ACCOUNT_VIEW,
	  .mode = ROUTE_READ, .name = "getThing", .summary = "x", .out = &thing_shape },
	{ .method = METHOD_PATCH, .path = "/t/{acc}", .run = patch, .perm = PERM_ACCOUNT_EDIT,
	  .mode = ROUTE_WRITE, .name = "editThing", .summary = "x", .in = &thing_table,
	  .out = &thing_shape, .versioned = true, .body_max = 1024 },
	{ .method = METHOD_POST, .path = "/t/{acc}/notes", .run = post, .perm = PERM_ACCOUNT_EDIT,
	  .mode = ROUTE_WRITE, .name = "addNote", .summary = "x", .in = &thing_table,
	  .out = &thing_shape, .body_max = 1024, .status = 201 },
	{ .method = METHOD_POST, .path = "/t/{acc}/silent", .run = post_silent,
	  .perm = PERM_ACCOUNT_EDIT, .mode = ROUTE_WRITE, .name = "addSilently", .summary = "x" },
	{ .method = METHOD_POST, .path = "/t/{acc}/quiet", .run = post_silent,
	  .perm = PERM_SESSION, .mode = ROUTE_QUIET, .name = "addQuietly", .summary = "x" },
	{ .method = METHOD_POST, .path = "/t/{acc}/broken", .run = post_broken,
	  .perm = PERM_ACCOUNT_EDIT, .mode = ROUTE_WRITE, .name = "addBroken", .summary = "x" },
	{ .path = NULL },
};
static const struct route_table tables[] = { { "Test", routes, NULL }, { NULL, NULL, NULL } };

static void setup(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	harness_tables(tables);
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "ann");
	tries = 0;
}

static const char *thing_path(int64_t id, const char *rest)
{
	return arena_printf(harness_ctx()->mem, "/t/%s%s", id_text(ID_ACCOUNT, id), rest);
}

static int64_t notes(void)
{
	return scratch_count("SELECT COUNT(*) AS n FROM account_contact");
}

#define NOTE "{\"contract_no\":\"K1\"}"

static const char *const sites[] = { "same-origin", "same-site", "cross-site", "none", NULL };
static const char *const origins[] = { ORIGIN, "https://evil.test", "null", NULL };
static const char *const types[] = { "application/json", "text/plain",
	                             "application/x-www-form-urlencoded",
	                             "multipart/form-data; boundary=x", NULL };

/* "NAME=value", or the bare name, which leaves the header out. */
static const char *header(const char *name, const char *value)
{
	return value ? arena_printf(harness_ctx()->mem, "%s=%s", name, value) : name;
}

/* 1 when a note was made. */
static int check_cell(size_t s, size_t o, size_t t)
{
	bool ours = sites[s] ? s == 0 && (o == 0 || !origins[o]) : o == 0;
	int expected = !ours ? 403 : t == 0 ? 201 : 415;
	struct answer a = call_with(METHOD_POST, thing_path(north, "/notes"), NOTE,
	                            HEADERS(header("HTTP_SEC_FETCH_SITE", sites[s]),
	                                    header("HTTP_ORIGIN", origins[o]),
	                                    header("CONTENT_TYPE", types[t])));

	ck_assert_msg(a.status == expected, "%d not %d: %s, %s, %s", a.status, expected,
	              sites[s] ? sites[s] : "-", origins[o] ? origins[o] : "-",
	              types[t] ? types[t] : "-");
	return expected == 201;
}

START_TEST(only_a_page_of_ours_can_change_anything)
{
	int made = 0;

	for (size_t s = 0; s < ARRAY_LEN(sites); s++)
		for (size_t o = 0; o < ARRAY_LEN(origins); o++)
			for (size_t t = 0; t < ARRAY_LEN(types); t++)
				made += check_cell(s, o, t);
	ck_assert_int_eq(made, 3);
	ck_assert_int_eq(notes(), made);
}
END_TEST

START_TEST(without_a_public_url_the_host_asked_for_is_ours)
{
	const char *path = thing_path(north, "/notes");

	harness_public_url("");
	ck_status(call_with(METHOD_POST, path, NOTE,
	                    HEADERS("HTTP_SEC_FETCH_SITE", "HTTP_HOST=intranet:8080",
	                            "HTTP_ORIGIN=http://intranet:8080")),
	          201);
	ck_refused(call_with(METHOD_POST, path, NOTE,
	                     HEADERS("HTTP_SEC_FETCH_SITE", "HTTP_HOST=intranet:8080",
	                             "HTTP_ORIGIN=http://intranet:8081")),
	           403, "foreign-origin");
	ck_refused(call_with(METHOD_POST, path, NOTE,
	                     HEADERS("HTTP_SEC_FETCH_SITE", "HTTP_HOST=intranet:8080",
	                             "HTTP_ORIGIN")),
	           403, "foreign-origin");
	harness_public_url(ORIGIN);
	ck_refused(call_with(METHOD_POST, path, NOTE,
	                     HEADERS("HTTP_SEC_FETCH_SITE", "HTTP_HOST=intranet:8080",
	                             "HTTP_ORIGIN=http://intranet:8080")),
	           403, "foreign-origin");
	ck_assert_int_eq(notes(), 1);
}
END_TEST

START_TEST(another_site_can_read_nothing)
{
	const char *path = thing_path(north, "");

	ck_status(call_with(METHOD_GET, path, NULL, HEADERS("HTTP_SEC_FETCH_SITE=none")), 200);
	ck_status(call_with(METHOD_GET, path, NULL, HEADERS("HTTP_SEC_FETCH_SITE")), 200);
	ck_refused(call_with(METHOD_GET, path, NULL, HEADERS("HTTP_SEC_FETCH_SITE=cross-site")),
	           403, "foreign-origin");
}
END_TEST

START_TEST(security_headers_come_once)
{
	static const char *const twice[] = { ("HTTP_ORIGIN=" ORIGIN), "HTTP_IF_MATCH=\"v1\"",
		                             "HTTP_COOKIE=a=b", "CONTENT_TYPE=application/json" };

	for (size_t i = 0; i < ARRAY_LEN(twice); i++)
		ck_refused(call_with(METHOD_POST, thing_path(north, "/notes"), NOTE,
		                     HEADERS(twice[i], twice[i])),
		           400, "repeated-header");
}
END_TEST

START_TEST(what_is_not_there_is_404_and_what_has_other_methods_405)
{
	struct answer a = call(METHOD_DELETE, thing_path(north, ""), NULL);

	ck_refused(call(METHOD_GET, "/t", NULL), 404, "not-found");
	ck_refused(call(METHOD_GET, "/t/acc_1", NULL), 404, "not-found");
	ck_refused(call(METHOD_GET, "/t/hld_0000000000001", NULL), 404, "not-found");
	ck_refused(call(METHOD_GET, thing_path(north, "/"), NULL), 404, "not-found");
	ck_refused(call(METHOD_GET, "/t/../t", NULL), 400, "bad-target");
	ck_refused(a, 405, "method");
	ck_assert_str_eq(header_of(&a, "Allow"), "GET, HEAD, PATCH");
}
END_TEST

START_TEST(nobody_is_401_and_who_may_not_403)
{
	acts_as(0);
	ck_refused(call(METHOD_GET, thing_path(north, ""), NULL), 401, "not-signed-in");
	acts_as_new(north, ROLE_RESELLER_BILLING, "bea");
	ck_status(call(METHOD_GET, thing_path(north, ""), NULL), 200);
	ck_refused(call(METHOD_POST, thing_path(north, "/notes"), NOTE), 403, "not-permitted");
	ck_assert_int_eq(notes(), 0);
}
END_TEST

START_TEST(another_tenants_thing_is_not_there)
{
	struct answer theirs = call(METHOD_GET, thing_path(south, ""), NULL);
	struct answer nobodys = call(METHOD_GET, thing_path(999999, ""), NULL);

	ck_refused(theirs, 404, "not-found");
	ck_refused(nobodys, 404, "not-found");
	ck_assert_str_eq(text_at(&theirs, "/detail"), text_at(&nobodys, "/detail"));
}
END_TEST

START_TEST(a_repeat_is_answered_and_not_done_again)
{
	struct answer a = call_with(METHOD_POST, thing_path(north, "/notes"), NOTE,
	                            HEADERS("HTTP_IDEMPOTENCY_KEY=\"k1\""));
	struct answer b = call_with(METHOD_POST, thing_path(north, "/notes"), NOTE,
	                            HEADERS("HTTP_IDEMPOTENCY_KEY=k1"));

	ck_status(a, 201);
	ck_status(b, 201);
	ck_assert_ptr_null(header_of(&a, "Idempotency-Replayed"));
	ck_assert_str_eq(header_of(&b, "Idempotency-Replayed"), "true");
	ck_assert_str_eq(a.body, b.body);
	ck_assert_str_eq(b.location, "/t/made");
	ck_assert_str_eq(b.etag, a.etag);
	ck_assert_int_eq(notes(), 1);
}
END_TEST

START_TEST(a_key_is_good_for_one_request_of_one_person)
{
	static const char *const key[] = { "HTTP_IDEMPOTENCY_KEY=k1", NULL };
	const char *path = thing_path(north, "/notes");

	ck_status(call_with(METHOD_POST, path, NOTE, key), 201);
	ck_refused(call_with(METHOD_POST, path, "{\"contract_no\":\"K2\"}", key), 422,
	           "idempotency-key-reused");
	ck_refused(call_with(METHOD_POST, thing_path(south, "/notes"), NOTE, key), 422,
	           "idempotency-key-reused");
	ck_assert_int_eq(notes(), 1);
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "bob");
	ck_status(call_with(METHOD_POST, path, "{\"contract_no\":\"K2\"}", key), 201);
	ck_assert_int_eq(notes(), 2);
}
END_TEST

START_TEST(a_refused_request_leaves_its_key_free)
{
	static const char *const key[] = { "HTTP_IDEMPOTENCY_KEY=k1", NULL };

	ck_refused(call_with(METHOD_POST, thing_path(north, "/broken"), "{}", key), 409,
	           "not-now");
	ck_assert_int_eq(notes(), 0);
	ck_status(call_with(METHOD_POST, thing_path(north, "/notes"), NOTE, key), 201);
}
END_TEST

START_TEST(a_post_needs_a_key_that_can_be_one)
{
	const char *path = thing_path(north, "/notes");

	ck_refused(call_with(METHOD_POST, path, NOTE, HEADERS("HTTP_IDEMPOTENCY_KEY")), 400,
	           "idempotency-key-missing");
	ck_refused(call_with(METHOD_POST, path, NOTE, HEADERS("HTTP_IDEMPOTENCY_KEY=\"\"")), 400,
	           "bad-idempotency-key");
	ck_refused(call_with(METHOD_POST, path, NOTE, HEADERS("HTTP_IDEMPOTENCY_KEY=a b")), 400,
	           "bad-idempotency-key");
}
END_TEST

START_TEST(a_change_that_leaves_no_line_in_the_log_is_undone)
{
	struct answer a = call(METHOD_POST, thing_path(north, "/silent"), "{}");

	ck_refused(a, 500, "internal");
	ck_assert_ptr_null(strstr(a.body, "unaudited"));
	ck_assert_int_eq(notes(), 0);
	ck_status(call(METHOD_POST, thing_path(north, "/quiet"), "{}"), 200);
	ck_assert_int_eq(notes(), 1);
}
END_TEST

START_TEST(a_change_names_the_version_it_is_of)
{
	const char *path = thing_path(north, "");
	struct answer a = call(METHOD_GET, path, NULL), b;

	ck_version(a, 1);
	ck_refused(call(METHOD_PATCH, path, NOTE), 428, "if-match-missing");
	ck_refused(call_if(METHOD_PATCH, path, NOTE, "*"), 428, "if-match-missing");
	b = call_if(METHOD_PATCH, path, NOTE, a.etag);
	ck_status(b, 200);
	ck_version(b, 2);
	ck_assert_str_eq(text_at(&b, "/contract_no"), "K1");
	b = call_if(METHOD_PATCH, path, "{\"contract_no\":\"K2\"}", a.etag);
	ck_refused(b, 412, "changed-meanwhile");
	ck_assert_str_eq(text_at(&b, "/current/contract_no"), "K1");
	ck_assert_int_eq(number_at(&b, "/current/ver"), 2);
	ck_refused(call_if(METHOD_PATCH, path, NOTE, "W/\"v2\""), 412, "changed-meanwhile");
	ck_refused(call_if(METHOD_PATCH, path, NOTE, "\"v2\", \"v3\""), 412, "changed-meanwhile");
	ck_refused(call_if(METHOD_PATCH, thing_path(south, ""), NOTE, "\"v9\""), 404, "not-found");
}
END_TEST

static struct answer get_unless(const char *path, const char *tag)
{
	return call_with(METHOD_GET, path, NULL,
	                 HEADERS(arena_printf(harness_ctx()->mem, "HTTP_IF_NONE_MATCH=%s", tag)));
}

START_TEST(what_is_known_is_not_sent_again)
{
	const char *path = thing_path(north, "");
	struct answer a = call(METHOD_GET, path, NULL), b = get_unless(path, a.etag);

	ck_status(b, 304);
	ck_assert_str_eq(b.body, "");
	ck_assert_str_eq(b.etag, a.etag);
	ck_status(get_unless(path, arena_printf(harness_ctx()->mem, "\"a\", W/%s", a.etag)), 304);
	ck_status(get_unless(path, "\"v1\""), 200);
	ck_status(get_unless(path, "\"v2\""), 200);
}
END_TEST

START_TEST(a_body_has_to_be_what_the_route_wants)
{
	static const struct {
		const char *body;
		int status;
		const char *code;
	} bad[] = {
		{ "", 400, NULL },
		{ "[]", 400, NULL },
		{ "{\"contract_no\":\"a\"", 400, NULL },
		{ "{\"contract_no\":\"a\",\"contract_no\":\"b\"}", 400, NULL },
		{ "{\"contract_no\":\"\xff\"}", 400, NULL },
		{ "{}", 422, "invalid-input" },
		{ "{\"contract_no\":7}", 422, "invalid-input" },
		{ "{\"contract_no\":\"a\",\"id\":1}", 422, "invalid-input" },
	};
	char long_one[2048];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct answer a = call(METHOD_POST, thing_path(north, "/notes"), bad[i].body);

		ck_assert_msg(a.status == bad[i].status, "%d for %s: %s", a.status, bad[i].body,
		              a.body);
		if (bad[i].code)
			ck_assert_str_eq(problem_of(&a), bad[i].code);
	}
	memset(long_one, ' ', sizeof(long_one));
	long_one[sizeof(long_one) - 1] = '\0';
	ck_refused(call(METHOD_POST, thing_path(north, "/notes"), long_one), 413, "too-large");
	ck_refused(call(METHOD_POST, thing_path(north, "/quiet"), "{\"x\":1}"), 422,
	           "invalid-input");
	ck_refused(call(METHOD_GET, thing_path(north, "?x=1"), NULL), 422, "invalid-input");
	ck_assert_int_eq(notes(), 0);
}
END_TEST

START_TEST(every_answer_has_a_request_id)
{
	static const char mine[] = "HTTP_X_REQUEST_ID=0123456789abcdef0123456789abcdef";
	static const char odd[] = "HTTP_X_REQUEST_ID=x\" event=fake";
	struct answer a = call_with(METHOD_GET, "/nothing", NULL, HEADERS(mine));

	ck_assert_str_eq(header_of(&a, "X-Request-Id"), mine + 18);
	ck_assert_str_eq(text_at(&a, "/instance"),
	                 "urn:uuid:01234567-89ab-cdef-0123-456789abcdef");
	a = call_with(METHOD_GET, "/nothing", NULL, HEADERS(odd));
	ck_assert_uint_eq(strlen(header_of(&a, "X-Request-Id")), 32);
	a = call_with(METHOD_POST, thing_path(north, "/notes"), NOTE, HEADERS(mine));
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log WHERE correlation_id"
	                               " = '0123456789abcdef0123456789abcdef'"),
	                 1);
}
END_TEST

START_TEST(an_ended_session_writes_nothing)
{
	scratch_run("UPDATE session SET revoked_at = UTC_TIMESTAMP(6)");
	ck_refused(call(METHOD_POST, thing_path(north, "/notes"), NOTE), 401, "not-signed-in");
	ck_assert_int_eq(tries, 0);
	ck_assert_int_eq(notes(), 0);
}
END_TEST

TESTS_WITH("web", setup, NULL, only_a_page_of_ours_can_change_anything,
           without_a_public_url_the_host_asked_for_is_ours, another_site_can_read_nothing,
           security_headers_come_once,
           what_is_not_there_is_404_and_what_has_other_methods_405,
           nobody_is_401_and_who_may_not_403, another_tenants_thing_is_not_there,
           a_repeat_is_answered_and_not_done_again, a_key_is_good_for_one_request_of_one_person,
           a_refused_request_leaves_its_key_free, a_post_needs_a_key_that_can_be_one,
           a_change_that_leaves_no_line_in_the_log_is_undone,
           a_change_names_the_version_it_is_of, what_is_known_is_not_sent_again,
           a_body_has_to_be_what_the_route_wants, every_answer_has_a_request_id,
           an_ended_session_writes_nothing);
