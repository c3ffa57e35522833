/* Ending sessions while requests are under way. */
#include "module/harness.h"
#include "people/revoke.h"
#include "signin/session.h"

static int64_t north, shop, south, ann;

static void setup(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	shop = make_account(north, "customer", "Shop");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	ann = make_member(shop, ROLE_CUSTOMER_OWNER, "ann");
	acts_as(ann);
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "nell");
	acts_as_new(south, ROLE_RESELLER_SUPPORT, "sam");
}

static int64_t revoked(void)
{
	return scratch_count("SELECT COUNT(*) AS n FROM session WHERE revoked_at IS NOT NULL");
}

static int64_t count;

static enum err revoke_north(void *arg)
{
	(void)arg;
	return sessions_revoke_under(harness_ctx(), north, "suspended", &count);
}

START_TEST(a_subtree_loses_its_sessions_and_nobody_else)
{
	ck_assert_int_eq(sessions_count_under(harness_ctx(), north, &count), OK);
	ck_assert_int_eq(count, 2);
	harness_tx(revoke_north, NULL);
	ck_assert_int_eq(count, 2);
	ck_assert_int_eq(revoked(), 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session s JOIN person p"
	                               " ON p.id = s.person_id WHERE p.login = 'sam'"
	                               " AND s.revoked_at IS NULL"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM session"
	                               " WHERE revoked_why = 'suspended'"),
	                 2);
	harness_tx(revoke_north, NULL);
	ck_assert_int_eq(count, 0);
}
END_TEST

START_TEST(many_sessions_end_at_once)
{
	for (int i = 0; i < 50; i++)
		acts_as(ann);
	harness_tx(revoke_north, NULL);
	ck_assert_int_eq(count, 52);
	ck_assert_int_eq(revoked(), 52);
}
END_TEST

/* A writer's connection with ann's session, as web has it. */
struct writer {
	struct arena mem;
	struct ctx c;
	struct session s;
	enum err held;
	bool locked_out;
};

struct hash_row {
	struct bytes token_hash;
};
static const struct field hash_v[] = { FIELD(struct hash_row, token_hash) };
static const struct db_query hash_of_ann = {
	.text = "SELECT s.token_hash FROM session s JOIN person p ON p.id = s.person_id"
		" WHERE p.login = 'ann'",
	DB_ROWS(hash_v),
};

static void writer_begin(struct writer *w)
{
	struct hash_row row;

	arena_init(&w->mem, 1 << 20);
	ctx_init_system(&w->c, &w->mem, scratch_connect(NULL), harness_ctx()->config, "writer");
	ck_assert_int_eq(db_one(w->c.db, &hash_of_ann, DB_NO_ARGS, &w->mem, &row), OK);
	w->c.actor.session_hash = row.token_hash.p;
}

static enum err revoke_quickly(void *arg)
{
	struct ctx *c = arg;

	scratch_run_on(c->db, "SET innodb_lock_wait_timeout = 1");
	return sessions_revoke_under(c, north, "suspended", NULL);
}

static enum err hold_and_watch(void *arg)
{
	struct writer *w = arg;
	bool changed;

	w->held = session_hold(&w->c, &changed);
	w->locked_out = db_tx(harness_ctx()->db, DB_WRITE, revoke_quickly, harness_ctx()) != OK;
	return w->held;
}

START_TEST(who_ends_a_session_waits_for_its_writes)
{
	struct writer w = { 0 };

	writer_begin(&w);
	ck_assert_int_eq(db_tx(w.c.db, DB_WRITE, hold_and_watch, &w), OK);
	ck_assert(w.locked_out);
	ck_assert_int_eq(revoked(), 0);
	harness_tx(revoke_north, NULL);
	ck_assert_int_eq(revoked(), 2);
	db_free(w.c.db);
	arena_release(&w.mem);
}
END_TEST

static enum err hold(void *arg)
{
	bool changed;

	return session_hold(arg, &changed);
}

START_TEST(no_write_follows_the_end_of_a_session)
{
	struct writer w = { 0 };

	writer_begin(&w);
	harness_tx(revoke_north, NULL);
	ck_assert_int_eq(db_tx(w.c.db, DB_WRITE, hold, &w.c), ERR_UNAUTHENTICATED);
	db_free(w.c.db);
	arena_release(&w.mem);
}
END_TEST

TESTS_WITH("session", setup, NULL, a_subtree_loses_its_sessions_and_nobody_else,
           many_sessions_end_at_once, who_ends_a_session_waits_for_its_writes,
           no_write_follows_the_end_of_a_session);
