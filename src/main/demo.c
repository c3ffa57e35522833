#include "main/demo.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "main/demo_load.h"
#include "main/demo_sql.h"
#include "people/people.h"
#include "signin/password.h"

#define BATCH           2000
#define SIDE_MEMORY_MAX ((size_t)256 * 1024 * 1024)
#define STATEMENT_SEC   120
#define SAY_EVERY       50000

struct number {
	int64_t n;
};
static const struct field number_row[] = { FIELD(struct number, n) };

static const struct db_query last_account = {
	.text = "SELECT COALESCE(MAX(id), 0) AS n FROM account",
	DB_ROWS(number_row),
};
static const struct db_query last_person = {
	.text = "SELECT COALESCE(MAX(id), 0) AS n FROM person",
	DB_ROWS(number_row),
};
static const struct db_query last_event = {
	.text = "SELECT COALESCE(MAX(seq), 0) AS n FROM billing_event",
	DB_ROWS(number_row),
};
static const struct db_query source_of = {
	.text = "SELECT id AS n FROM billing_source WHERE name = 'demo'",
	DB_ROWS(number_row),
};
static const struct db_query put_source = {
	.text = "INSERT INTO billing_source (name, label, parent_account_id, created_at, "
		"updated_at)"
		" VALUES ('demo', 'Demo billing', ?, ?, ?)",
};

struct fill {
	struct ctx *c;
	struct demo_set set;
	int64_t first, n; /* of a batch */
	const char *hash;
	enum err (*load)(struct ctx *c, const struct demo_set *set, int64_t first, int64_t n);
	atomic_bool *failed; /* the other half did */
};

static enum err read_number(struct ctx *c, const struct db_query *q, int64_t *out)
{
	struct number row;
	enum err e = db_one(c->db, q, DB_NO_ARGS, c->mem, &row);

	if (!e)
		*out = row.n;
	return e;
}

static enum err find_source(struct fill *f)
{
	struct ctx *c = f->c;
	enum err e = read_number(c, &source_of, &f->set.source_id);

	if (e != ERR_NOT_FOUND)
		return e;
	e = db_exec(c->db, &put_source,
	            DB_ARGS(db_i64(ACCOUNT_ROOT), db_stamp(c->now), db_stamp(c->now)), NULL);
	if (!e)
		f->set.source_id = db_insert_id(c->db);
	return e;
}

/* Keys go on from what is there. */
static enum err begin(void *arg)
{
	struct fill *f = arg;
	struct ctx *c = f->c;
	int64_t root;
	enum err e = accounts_root(c, "Platform", &root);

	if (!e)
		e = accounts_name(c, root, &f->set.root_name);
	if (!e)
		e = find_source(f);
	if (!e)
		e = read_number(c, &last_account, &f->set.base);
	if (!e)
		e = read_number(c, &last_person, &f->set.person_base);
	if (!e)
		e = read_number(c, &last_event, &f->set.event_base);
	if (!e && f->set.base > ACCOUNT_ROOT)
		e = FAIL(c, ERR_CONFLICT, "not-empty", "There are accounts already.");
	f->set.base++;
	f->set.person_base++;
	f->set.event_base++;
	return e;
}

/*
 * People who can sign in, one a role, each with DEMO_PASSWORD.  Support may act as the
 * installer or the guard, who may do no more than it; the owner is asked first.
 */
static const struct {
	const char *login, *name;
	enum role role;
	int where; /* 0 the platform, 1 the first reseller, 2 the shown customer */
} staff[] = {
	{ "auditor", "Aurel Auditor", ROLE_PLATFORM_AUDITOR, 0 },
	{ "reseller", "Rosa Reseller", ROLE_RESELLER_PROGRAM, 1 },
	{ "billing", "Bo Billing", ROLE_RESELLER_BILLING, 1 },
	{ "support", "Sol Support", ROLE_RESELLER_SUPPORT, 1 },
	{ "owner", "Otto Owner", ROLE_CUSTOMER_OWNER, 2 },
	{ "installer", "Ina Installer", ROLE_INSTALLER, 2 },
	{ "guard", "Gus Guard", ROLE_GUARD, 2 },
};

static enum err put_staff(void *arg)
{
	struct fill *f = arg;
	struct ctx *c = f->c;
	const int64_t where[] = { ACCOUNT_ROOT, f->set.base,
		                  f->set.base + f->set.tops + f->set.subs + f->set.subsubs };
	enum err e = OK;

	for (size_t i = 0; !e && i < ARRAY_LEN(staff); i++) {
		struct person_place at = { .account_id = where[staff[i].where] };
		struct person_new person = { .login = staff[i].login,
			                     .name = staff[i].name,
			                     .origin = "manual",
			                     .password_hash = f->hash };
		struct membership_new member = { .account_id = at.account_id,
			                         .kind = "staff",
			                         .role = staff[i].role,
			                         .expires_at = STAMP_NONE };
		int64_t id;

		e = accounts_name(c, at.account_id, &at.account_label);
		if (!e)
			e = persons_create(c, &at, &person, &member.person_id);
		if (!e)
			e = memberships_create(c, &member, &id);
		if (!e)
			e = db_exec(c->db, &demo_put_area, DB_ARGS(db_i64(at.account_id)),
			            NULL);
		if (!e)
			e = accounts_reindex(c, at.account_id);
	}
	return e;
}

static enum err put_batch(void *arg)
{
	struct fill *f = arg;

	return f->load(f->c, &f->set, f->first, f->n);
}

static enum err fill_all(struct fill *f, demo_said *say, void *to)
{
	struct arena_mark mark = arena_mark(f->c->mem);
	enum err e = OK;

	while (!e && f->first < f->set.n && !atomic_load(f->failed)) {
		f->n = f->set.n - f->first < BATCH ? f->set.n - f->first : BATCH;
		e = db_tx(f->c->db, DB_WRITE, put_batch, f);
		f->first += f->n;
		arena_rewind(f->c->mem, mark);
		if (!e && say && f->first % SAY_EVERY < f->n)
			say(to, arena_printf(f->c->mem, "%lld accounts", (long long)f->first));
	}
	if (e)
		atomic_store(f->failed, true);
	return e;
}

/* The half that is loaded beside the other, on a connection of its own. */
struct side {
	struct fill fill;
	struct ctx c;
	struct arena mem;
	pthread_t thread;
	enum err e;
};

static void *side_main(void *arg)
{
	struct side *s = arg;

	s->e = fill_all(&s->fill, NULL, NULL);
	db_thread_end();
	return NULL;
}

static void side_open(struct side *s, const struct fill *f)
{
	arena_init(&s->mem, SIDE_MEMORY_MAX);
	ctx_init_system(&s->c, &s->mem, db_new_like(f->c->db, STATEMENT_SEC), f->c->config,
	                "demo");
	s->c.now = f->c->now;
	s->fill = *f;
	s->fill.c = &s->c;
	s->fill.load = demo_load_index;
}

static enum err side_close(struct side *s, struct ctx *c)
{
	if (s->e)
		FAIL(c, s->e, "index", "%s", db_error(s->c.db));
	db_free(s->c.db);
	arena_release(&s->mem);
	return s->e;
}

/* The index is as much work as all the rest: both cores of a small server have some. */
static enum err fill_both(struct fill *f, demo_said *say, void *to)
{
	struct side side = { .e = OK };
	enum err e, beside;

	side_open(&side, f);
	f->load = demo_load_facts;
	if (pthread_create(&side.thread, NULL, side_main, &side) != 0)
		abort();
	e = fill_all(f, say, to);
	pthread_join(side.thread, NULL);
	beside = side_close(&side, f->c);
	return e ? e : beside;
}

enum err demo_fill(struct ctx *c, const struct demo_ask *ask, demo_said *say, void *to)
{
	atomic_bool failed = false;
	struct fill f = {
		.c = c,
		.set = { .seed = (uint64_t)ask->seed, .n = ask->accounts, .now = c->now },
		.failed = &failed
	};
	enum err e = db_tx(c->db, DB_WRITE, begin, &f);

	demo_divide(&f.set);
	if (!e)
		e = password_hash_make(c, DEMO_PASSWORD, &f.hash);
	if (!e)
		e = fill_both(&f, say, to);
	if (!e)
		e = db_tx(c->db, DB_WRITE, put_staff, &f);
	if (!e && say)
		say(to, "logins: auditor, reseller, billing, support, owner, installer, "
		        "guard; password: " DEMO_PASSWORD);
	return e;
}

const struct db_query *const demo_own_queries[] = {
	&last_account, &last_person, &last_event, &source_of, &put_source, NULL,
};
