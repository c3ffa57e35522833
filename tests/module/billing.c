#include "module/billing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "billing/signature.h"
#include "billing/step.h"
#include "json/json_out.h"

int64_t reseller_id, other_reseller_id;

static struct arena mem;
static struct {
	const char *name;
	unsigned char key[SIGNATURE_KEY_MAX];
	size_t len;
} keys[2] = { { .name = "acme" }, { .name = "other" } };

struct making {
	struct source_new in;
	char secret[SOURCE_SECRET_TEXT];
	int64_t id;
};

static enum err create_source(void *arg)
{
	struct making *m = arg;

	return sources_create(harness_ctx(), &m->in, &m->id, m->secret);
}

static void make_source(const char *name, int64_t parent)
{
	struct making m = { .in = { .name = name,
		                    .label = name,
		                    .parent_account_id = parent,
		                    .auto_provisioning = true } };

	harness_tx(create_source, &m);
	use_secret(name, m.secret);
}

static enum err update_source(void *arg)
{
	return sources_update(harness_ctx(), "acme", arg);
}

void change_source(const struct source_edit *edit)
{
	struct source_edit copy = *edit;

	harness_tx(update_source, &copy);
}

void use_secret(const char *source, const char *secret)
{
	size_t i = strcmp(source, "acme") == 0 ? 0 : 1;

	ck_assert(signature_key_read(secret, keys[i].key, &keys[i].len));
}

void billing_begin(void)
{
	harness_begin();
	arena_init(&mem, 256 << 20);
	reseller_id = make_account(1, "reseller", "North");
	other_reseller_id = make_account(1, "reseller", "South");
	make_source("acme", reseller_id);
	make_source("other", other_reseller_id);
}

const char *sign_body(const char *source, const char *id, int64_t sec, const char *body)
{
	size_t i = strcmp(source, "acme") == 0 ? 0 : 1;
	const char *text = arena_printf(&mem, "%s.%lld.%s", id, (long long)sec, body);
	unsigned char mac[HASH_BYTES];
	char b64[64];

	token_hmac_sha256(keys[i].key, keys[i].len, text, strlen(text), mac);
	base64_write(mac, sizeof(mac), b64, sizeof(b64));
	return arena_printf(&mem, "v1,%s", b64);
}

struct answer post_signed(const char *source, const char *path, const char *id,
                          const char *body)
{
	int64_t sec = stamp_now().usec / USEC_PER_SEC;

	if (!path)
		path = arena_printf(&mem, "/billing/v1/callbacks/%s", source);
	return call_with(
		METHOD_POST, path, body,
		HEADERS("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_IDEMPOTENCY_KEY",
	                arena_printf(&mem, "HTTP_WEBHOOK_ID=%s", id),
	                arena_printf(&mem, "HTTP_WEBHOOK_TIMESTAMP=%lld", (long long)sec),
	                arena_printf(&mem, "HTTP_WEBHOOK_SIGNATURE=%s",
	                             sign_body(source, id, sec, body))));
}

const char *body_of(const struct said *s)
{
	struct buf b;

	buf_init(&b, &mem, 1 << 20);
	json_open(&b, '{');
	json_key(&b, "id");
	json_str(&b, s->id);
	json_key(&b, "type");
	json_str(&b, arena_printf(&mem, "billing.%s", s->type));
	json_key(&b, "occurred_at");
	if (s->at)
		json_str(&b, s->at);
	else
		json_stamp(&b, stamp_now());
	json_key(&b, "version");
	json_i64(&b, 1);
	json_key(&b, "subject");
	json_open(&b, '{');
	json_key(&b, "kind");
	json_str(&b, s->kind ? s->kind : "entity");
	if (!s->key || *s->key) {
		json_key(&b, "external_id");
		json_str(&b, s->key ? s->key : "C-1");
	}
	if (s->login) {
		json_key(&b, "login");
		json_str(&b, s->login);
	}
	if (s->seq) {
		json_key(&b, "seq");
		json_i64(&b, s->seq);
	}
	json_close(&b, '}');
	json_key(&b, "data");
	json_raw(&b, s->data ? s->data : "{}");
	json_close(&b, '}');
	ck_assert(!b.failed);
	return buf_str(&b);
}

struct answer say_it(const struct said *s)
{
	struct said full = *s;
	const char *source = s->source ? s->source : "acme";
	char uuid[UUID_TEXT];

	if (!s->id) {
		token_uuid(uuid);
		full.id = arena_str(&mem, uuid);
	}
	return post_signed(source, NULL, full.id, body_of(&full));
}

void new_entity(int n, int64_t seq)
{
	struct said s = {
		.type = "new_entity",
		.key = arena_printf(&mem, "C-%d", n),
		.seq = seq,
		.data = arena_printf(
			&mem,
			"{\"login\":\"c%d\",\"password\":\"first password\","
			"\"type\":\"b2c\",\"status\":\"active\",\"name\":\"Ann %d\","
			"\"contract_no\":\"K-%d\"}",
			n, n, n),
	};

	ck_event(say_it(&s), 200, "applied");
}

struct one_number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct one_number, n) };
struct one_text {
	const char *s;
};
static const struct field text_v[] = { FIELD(struct one_text, s) };

__attribute__((format(printf, 1, 0))) static const char *format(const char *fmt, va_list ap)
{
	char text[4096];
	int n = vsnprintf(text, sizeof(text), fmt, ap);

	ck_assert(n > 0 && (size_t)n < sizeof(text));
	return arena_str(&mem, text);
}

int64_t number_of(const char *fmt, ...)
{
	struct one_number row = { 0 };
	struct db_query q = { .row = FIELDS(number_v) };
	struct db *db = scratch_connect(NULL);
	va_list ap;
	enum err e;

	va_start(ap, fmt);
	q.text = format(fmt, ap);
	va_end(ap);
	e = db_one(db, &q, DB_NO_ARGS, &mem, &row);
	ck_assert_msg(e == OK || e == ERR_NOT_FOUND, "%s", db_error(db));
	db_free(db);
	return row.n;
}

const char *text_of(const char *fmt, ...)
{
	struct one_text row = { 0 };
	struct db_query q = { .row = FIELDS(text_v) };
	struct db *db = scratch_connect(NULL);
	va_list ap;
	enum err e;

	va_start(ap, fmt);
	q.text = format(fmt, ap);
	va_end(ap);
	e = db_one(db, &q, DB_NO_ARGS, &mem, &row);
	ck_assert_msg(e == OK || e == ERR_NOT_FOUND, "%s", db_error(db));
	db_free(db);
	return row.s;
}

void run_sql(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	scratch_run(format(fmt, ap));
	va_end(ap);
}

int64_t account_of(const char *external_id)
{
	return number_of("SELECT a.id AS n FROM account a JOIN billing_source s"
	                 " ON s.id = a.billing_source_id AND s.name = 'acme'"
	                 " WHERE a.external_id = '%s'",
	                 external_id);
}

const char *state_of(const char *external_id)
{
	const char *s = text_of("SELECT t.own_state AS s FROM account_tree t WHERE"
	                        " t.descendant_id = %lld AND t.depth = 0",
	                        (long long)account_of(external_id));

	if (!s)
		return "none";
	/* Nobody has signed in yet: to billing that is as good as active. */
	return strcmp(s, "not_confirmed") == 0 ? "active" : s;
}

const char *event_state(const char *id)
{
	return text_of("SELECT state AS s FROM billing_event WHERE event_id = '%s'", id);
}

const char *event_reason(const char *id)
{
	return text_of("SELECT state_reason AS s FROM billing_event WHERE event_id = '%s'", id);
}

const char *event_type_of(const char *id)
{
	return text_of("SELECT type AS s FROM billing_event WHERE event_id = '%s'", id);
}

int run_worker(void)
{
	struct db *db = scratch_connect("gatehouse_worker");
	bool did = true;
	struct ctx c;
	int n = 0;

	while (did) {
		ctx_init_system(&c, &mem, db, harness_ctx()->config, "worker");
		ck_assert_msg(billing_due_step(&c, &did) == OK, "%s", db_error(db));
		n += did;
		ck_assert_int_lt(n, 1000);
	}
	db_free(db);
	return n;
}

void let_pass(int64_t sec)
{
	run_sql("UPDATE billing_event SET received_at = received_at - INTERVAL %lld SECOND,"
	        " due_at = due_at - INTERVAL %lld SECOND",
	        (long long)sec, (long long)sec);
}

void sweep(void)
{
	struct db *db = scratch_connect("gatehouse_worker");
	bool did = true;
	struct ctx c;

	while (did) {
		ctx_init_system(&c, harness_ctx()->mem, db, harness_ctx()->config, "worker");
		ck_assert_int_eq(billing_sweep_step(&c, &did), OK);
	}
	db_free(db);
}
