#include "module/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts/accounts.h"
#include "base/log.h"
#include "base/seal.h"
#include "core/memo.h"
#include "http/problem.h"
#include "module/tree.h"
#include "people/people.h"
#include "signin/gate.h"
#include "signin/password.h"
#include "signin/session.h"
#include "web/metrics.h"
#include "web/pass.h"

#define PARAMS_MAX 40

static struct {
	struct arena mem, calls;
	struct core_config core;
	struct seal_ring keys;
	struct web_config web[2];
	struct openapi *openapi;
	struct web_worker *workers[2];
	struct ctx ctx;
	const char *cookie; /* "name=token" */
	int64_t membership_id;
	bool (*beat)(void *peer);
	void *peer;
} h;

static void make_root(void)
{
	scratch_run("INSERT INTO account (id, kind, class, origin, name, tenant_id, created_at,"
	            " created_by_label, updated_at, confirmed_at) VALUES (1, 'platform',"
	            " 'organisation', 'manual', 'Platform', UUID(), UTC_TIMESTAMP(6), 'test',"
	            " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))");
	scratch_run(
		"INSERT INTO account_tree (ancestor_id, descendant_id, depth, kind, own_state,"
		" name_key) VALUES (1, 1, 0, 'platform', 'active', 'platform')");
}

static void make_workers(void)
{
	h.openapi = openapi_new(h.core.base_path);
	for (int k = POOL_PORTAL; k <= POOL_BILLING; k++) {
		h.web[k] = (struct web_config){
			.core = &h.core,
			.kind = (enum pool_kind)k,
			.db = scratch_config(k ? "gatehouse_billing" : "gatehouse_portal"),
			.metrics_allow = "127.0.0.1",
			.metrics = metrics_new(),
			.openapi = h.openapi,
		};
		h.web[k].db.fail_first = getenv("GATEHOUSE_FAIL_FIRST") != NULL;
		h.workers[k] = web_worker_new(&h.web[k]);
	}
}

/* A test may begin anew. */
static void forget(void)
{
	for (int k = POOL_PORTAL; k <= POOL_BILLING; k++) {
		web_worker_free(h.workers[k]);
		metrics_free(h.web[k].metrics);
	}
	openapi_free(h.openapi);
	db_free(h.ctx.db);
	gate_free(h.core.gate);
	arena_release(&h.calls);
	arena_release(&h.mem);
	h.cookie = NULL;
}

void harness_begin(void)
{
	if (h.ctx.db)
		forget();
	scratch_migrated();
	log_set_level(getenv("GATEHOUSE_TEST_LOG") ? LOG_DEBUG : LOG_ERROR);
	arena_init(&h.mem, 64 << 20);
	arena_init(&h.calls, 256 << 20);
	h.keys.n = 1;
	memcpy(h.keys.keys[0].id, "00000001", 9);
	h.core = (struct core_config){
		.base_path = "/",
		.public_url = ORIGIN,
		.spool_dir = getenv("GATEHOUSE_TEST_DIR"),
		.default_locale = "en",
		.retention_days = 31,
		.session_idle_min = 30,
		.session_absolute_min = 720,
		.key = &h.keys,
		.gate = gate_new(0),
	};
	make_root();
	make_workers();
	ctx_init_system(&h.ctx, &h.mem, scratch_connect(NULL), &h.core, "test");
}

static void renew_workers(void)
{
	for (int k = POOL_PORTAL; k <= POOL_BILLING; k++) {
		web_worker_free(h.workers[k]);
		h.workers[k] = web_worker_new(&h.web[k]);
	}
}

void harness_base(const char *base_path)
{
	h.core.base_path = base_path;
	openapi_free(h.openapi);
	h.openapi = openapi_new(base_path);
	h.web[POOL_PORTAL].openapi = h.web[POOL_BILLING].openapi = h.openapi;
	renew_workers();
}

void harness_remember(void)
{
	static struct memo memo; /* of this test's process alone */

	h.web[POOL_PORTAL].memo = &memo;
	renew_workers();
}

void harness_public_url(const char *url)
{
	h.core.public_url = url;
	renew_workers();
}

void harness_rehearse(void)
{
	h.web[POOL_PORTAL].db.rehearse = true;
	h.web[POOL_BILLING].db.rehearse = true;
	renew_workers();
}

void harness_settle(void)
{
	for (int k = POOL_PORTAL; k <= POOL_BILLING; k++)
		ck_assert_int_eq(db_ping(h.workers[k]->db), OK);
}

void harness_forget(void)
{
	arena_reset(&h.calls);
}

void harness_beat(bool (*beat)(void *peer), void *peer)
{
	h.beat = beat;
	h.peer = peer;
}

void harness_tables(const struct route_table *tables)
{
	h.web[POOL_PORTAL].tables = tables;
	renew_workers();
}

struct ctx *harness_ctx(void)
{
	h.ctx.now = stamp_now();
	h.ctx.fault = (struct fault){ 0 };
	return &h.ctx;
}

void harness_tx(db_work *fn, void *arg)
{
	enum err e = db_tx(harness_ctx()->db, DB_WRITE, fn, arg);

	ck_assert_msg(e == OK, "%s %s %s: %s", err_name(e),
	              h.ctx.fault.code ? h.ctx.fault.code : "", h.ctx.fault.detail,
	              db_error(h.ctx.db));
}

struct making {
	struct account_new in;
	int64_t id;
};

static enum err create_account(void *arg)
{
	struct making *m = arg;

	return accounts_create(&h.ctx, &m->in, &m->id);
}

int64_t make_account(int64_t parent_id, const char *kind, const char *name)
{
	struct making m = { .in = { .parent_id = parent_id,
		                    .kind = kind,
		                    .name = name,
		                    .class = "organisation" } };

	harness_tx(create_account, &m);
	return m.id;
}

struct joining {
	struct person_place at;
	struct person_new in;
	struct membership_new m;
	int64_t id;
};

static enum err create_member(void *arg)
{
	struct joining *j = arg;
	enum err e = persons_create(&h.ctx, &j->at, &j->in, &j->m.person_id);

	return e ? e : memberships_create(&h.ctx, &j->m, &j->id);
}

/* Customers' people work in a portal of their own, as most tests want it. */
void open_back_office(int64_t account_id)
{
	scratch_run(
		arena_printf(&h.mem,
	                     "INSERT IGNORE INTO account_area (account_id, area, is_on, set_at)"
	                     " SELECT id, 'back_office', 1, UTC_TIMESTAMP(6) FROM account"
	                     " WHERE id = %lld AND kind = 'customer'",
	                     (long long)account_id));
}

int64_t make_member(int64_t account_id, enum role role, const char *login)
{
	struct joining j = {
		.at = { account_id, "test" },
		.in = { .login = login, .origin = "manual" },
		.m = { .account_id = account_id, .kind = "staff", .role = role },
	};

	harness_tx(create_member, &j);
	open_back_office(account_id);
	scratch_run(arena_printf(&h.mem, "UPDATE person SET state = 'active' WHERE id = %lld",
	                         (long long)j.m.person_id));
	return j.id;
}

struct hashing {
	struct person_place at;
	int64_t id;
	const char *hash;
};

static enum err store_hash(void *arg)
{
	struct hashing *s = arg;

	return persons_set_password_hash(&h.ctx, &s->at, s->id, s->hash);
}

void set_password(const char *login, const char *password)
{
	struct hashing s = { .at = { ACCOUNT_ROOT, "test" } };
	struct person p;

	ck_assert_int_eq(persons_by_login(harness_ctx(), login, &p), OK);
	s.id = p.id;
	ck_assert_int_eq(password_hash_make(&h.ctx, password, &s.hash), OK);
	harness_tx(store_hash, &s);
}

struct entering {
	struct session_new in;
	const char *token;
	bool made;
};

static enum err create_session(void *arg)
{
	struct entering *s = arg;

	return session_create(&h.ctx, &s->in, s->token, &s->made);
}

struct person_row {
	int64_t person_id;
};
static const struct field person_row_v[] = { FIELD(struct person_row, person_id) };
static const struct db_query person_of = {
	.text = "SELECT person_id FROM membership WHERE id = ?",
	DB_ROWS(person_row_v),
};

void acts_as(int64_t membership_id)
{
	char token[TOKEN_TEXT];
	struct entering s = { .in = { .membership_id = membership_id,
		                      .ip = "127.0.0.1",
		                      .user_agent = "test" },
		              .token = token };
	struct person_row row;

	h.cookie = NULL;
	if (membership_id == 0)
		return;
	ck_assert_int_eq(
		db_one(h.ctx.db, &person_of, DB_ARGS(db_i64(membership_id)), &h.mem, &row), OK);
	s.in.person_id = row.person_id;
	token_new(token);
	harness_tx(create_session, &s);
	h.cookie = arena_printf(&h.mem, "%s=%s", session_cookie_name(h.core.base_path), token);
}

void acts_as_new(int64_t account_id, enum role role, const char *login)
{
	acts_as(make_member(account_id, role, login));
}

/* Whether the caller's headers name this one, with or without a value. */
static bool is_named(const char *const *headers, const char *name, size_t n)
{
	for (; headers && *headers; headers++)
		if (!strncmp(*headers, name, n) &&
		    ((*headers)[n] == '=' || (*headers)[n] == '\0'))
			return true;
	return false;
}

struct params {
	const char *v[PARAMS_MAX];
	size_t n;
};

static void add_default(struct params *p, const char *const *headers, const char *param)
{
	if (!is_named(headers, param, strcspn(param, "=")))
		p->v[p->n++] = param;
}

static void fill_params(struct params *p, enum method m, const char *const *headers)
{
	char key[TOKEN_TEXT];

	add_default(p, headers, "HTTP_HOST=gatehouse.test");
	add_default(p, headers, "HTTP_USER_AGENT=harness");
	add_default(p, headers, "HTTP_SEC_FETCH_SITE=same-origin");
	if (h.cookie)
		add_default(p, headers, arena_printf(&h.calls, "HTTP_COOKIE=%s", h.cookie));
	if (m != METHOD_GET) {
		add_default(p, headers, "HTTP_ORIGIN=" ORIGIN);
		add_default(p, headers, "CONTENT_TYPE=application/json");
	}
	if (m == METHOD_POST) {
		token_new(key);
		add_default(p, headers,
		            arena_printf(&h.calls, "HTTP_IDEMPOTENCY_KEY=\"%s\"", key));
	}
	for (; headers && *headers && p->n + 1 < PARAMS_MAX; headers++)
		if (strchr(*headers, '='))
			p->v[p->n++] = *headers;
}

/* What the pool does before web_serve(). */
static enum err read_head(struct web_worker *w, struct request *rq, const char *body,
                          struct fault *fault)
{
	enum err e = request_target(&h.calls, fault, rq->uri, h.core.base_path, &rq->path,
	                            &rq->query);
	int64_t max;

	if (e)
		return e;
	max = web_body_max(w, rq);
	rq->body = max < 0 || !body ? "" : body;
	rq->body_len = strlen(rq->body);
	if (max >= 0 && (int64_t)rq->body_len > max)
		return fault_set(fault, ERR_TOO_LARGE, "too-large", "Too large.");
	return OK;
}

static struct answer answer_of(struct response *rs)
{
	return (struct answer){
		.status = rs->status,
		.type = rs->type ? rs->type : "application/json",
		.location = rs->location,
		.etag = rs->etag,
		.cookie = rs->cookie,
		.headers = rs->headers,
		.retry_after_sec = rs->retry_after_sec,
		.body = rs->body.mem ? buf_str(&rs->body) : "",
		.file = rs->file ? arena_printf(&h.calls, "%s/%s", h.core.spool_dir, rs->file)
		                 : NULL,
	};
}

struct answer call_with(enum method m, const char *path, const char *body,
                        const char *const *headers)
{
	bool billing = !strncmp(path, "/billing/", 9) || !strncmp(path, "/export/", 8);
	struct web_worker *w = h.workers[billing ? POOL_BILLING : POOL_PORTAL];
	struct params *p = arena_new(&h.calls, struct params);
	struct request *rq = arena_new(&h.calls, struct request);
	struct response *rs = arena_new(&h.calls, struct response);
	struct fault fault = { 0 };
	enum err e;

	fill_params(p, m, headers);
	rq->method = m;
	rq->params = p->v;
	rq->beat = h.beat;
	rq->peer = h.peer;
	rq->remote_addr = request_param(rq, "REMOTE_ADDR");
	if (!rq->remote_addr)
		rq->remote_addr = "127.0.0.1";
	rq->uri = arena_printf(&h.calls, "%s%s", h.core.base_path, path + 1);
	rs->status = 200;
	e = read_head(w, rq, body, &fault);
	if (e)
		problem_write(rs, &h.calls, e, &fault, h.core.base_path, "", NULL);
	else
		web_serve(w, rq, rs, &h.calls);
	if (rs->then)
		rs->then(rs->then_arg);
	return answer_of(rs);
}

struct answer call(enum method m, const char *path, const char *body)
{
	return call_with(m, path, body, NULL);
}

struct answer call_if(enum method m, const char *path, const char *body, const char *etag)
{
	return call_with(m, path, body,
	                 HEADERS(arena_printf(&h.calls, "HTTP_IF_MATCH=%s", etag)));
}

const char *text_at(const struct answer *a, const char *pointer)
{
	return tree_text(a->body, pointer);
}

int64_t number_at(const struct answer *a, const char *pointer)
{
	return tree_number(a->body, pointer);
}

bool is_at(const struct answer *a, const char *pointer)
{
	return tree_has(a->body, pointer);
}

size_t length_at(const struct answer *a, const char *pointer)
{
	return tree_length(a->body, pointer);
}

const char *problem_of(const struct answer *a)
{
	const char *type = text_at(a, "/type"), *code = type ? strrchr(type, '/') : NULL;

	return code ? code + 1 : "";
}

const char *complaint_at(const struct answer *a, const char *pointer)
{
	size_t n = is_at(a, "/errors") ? length_at(a, "/errors") : 0;

	for (size_t i = 0; i < n; i++) {
		const char *where =
			text_at(a, arena_printf(&h.calls, "/errors/%zu/pointer", i));

		if (where && !strcmp(where, pointer))
			return text_at(a, arena_printf(&h.calls, "/errors/%zu/code", i));
	}
	return NULL;
}

const char *header_of(const struct answer *a, const char *name)
{
	size_t n = strlen(name);

	for (const char *const *s = a->headers; s && *s; s++)
		if (!strncmp(*s, name, n) && !strncmp(*s + n, ": ", 2))
			return *s + n + 2;
	return NULL;
}

const char *id_text(enum id_kind kind, int64_t id)
{
	char text[ID_TEXT];

	id_write(kind, id, text);
	return arena_str(&h.calls, text);
}

const char *account_path(int64_t account_id, const char *rest)
{
	return arena_printf(&h.calls, "/api/v1/accounts/%s%s", id_text(ID_ACCOUNT, account_id),
	                    rest);
}
