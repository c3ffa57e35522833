/* Evidence of tampering: what is changed behind the back of the programs is named. */
#include <stdio.h>
#include <string.h>

#include "changelog/chain.h"
#include "core/change.h"
#include "holds/life.h"
#include "module/harness.h"

static int64_t shop;

static enum err put_some(void *arg)
{
	struct ctx *c = harness_ctx();
	enum err e = OK;

	c->now = stamp_now();
	for (int i = 0; !e && i < *(const int *)arg; i++)
		e = change_put(c, &(struct change){ .action = ACTION_SITE_CREATE,
		                                    .target_kind = ID_SITE,
		                                    .target_id = i + 1,
		                                    .target_label = "Site",
		                                    .account_id = shop,
		                                    .account_label = "Shop",
		                                    .after = "{\"name\":\"new\"}" });
	return e;
}

static void seal_all(void)
{
	bool did = true;

	while (did)
		ck_assert_int_eq(chain_seal_step(harness_ctx(), &did), OK);
}

static void begin(void)
{
	int n = 300; /* more than are sealed at once */

	harness_begin();
	shop = make_account(ACCOUNT_ROOT, "customer", "Shop");
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "root@example.test");
	harness_tx(put_some, &n);
	seal_all();
}

struct found {
	struct chain_break v[20];
	size_t n;
};

static void keep(void *to, const struct chain_break *b)
{
	struct found *f = to;

	ck_assert_uint_lt(f->n, ARRAY_LEN(f->v));
	f->v[f->n++] = *b;
}

static struct found verify(const char *head)
{
	struct found f = { .n = 0 };
	int64_t broken;

	ck_assert_int_eq(chain_verify(harness_ctx(), head, keep, &f, &broken), OK);
	ck_assert_int_eq(broken, (int64_t)f.n);
	return f;
}

#define ck_one_break(f, kind, at_seq) \
	do { \
		const struct found found_ = (f); \
\
		ck_assert_uint_eq(found_.n, 1); \
		ck_assert_str_eq(found_.v[0].what, kind); \
		ck_assert_int_eq(found_.v[0].seq, at_seq); \
	} while (0)

static int64_t nth(int n)
{
	return scratch_count(n == 0 ? "SELECT MIN(seq) + 20 AS n FROM change_log"
	                            : "SELECT MAX(seq) AS n FROM change_log");
}

static void run(const char *text, int64_t seq)
{
	scratch_run(
		arena_printf(harness_ctx()->mem, "%s WHERE seq = %lld", text, (long long)seq));
}

START_TEST(every_entry_is_sealed_and_nothing_is_found_where_nothing_was_done)
{
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_seal"),
	                 scratch_count("SELECT COUNT(*) AS n FROM change_log"));
	ck_assert_int_eq(scratch_count("SELECT MAX(pos) AS n FROM change_seal"),
	                 scratch_count("SELECT COUNT(*) AS n FROM change_log"));
	ck_assert_uint_eq(verify(NULL).n, 0);
}
END_TEST

/* Each a column somebody would like to change. */
static const char *const alterations[] = {
	"UPDATE change_log SET action = 'site.remove'",
	"UPDATE change_log SET at = at - INTERVAL 1 SECOND",
	"UPDATE change_log SET actor_label = 'Somebody else'",
	"UPDATE change_log SET actor_id = 77",
	"UPDATE change_log SET ip = '192.0.2.1'",
	"UPDATE change_log SET after_values = '{\"name\":\"other\"}'",
	"UPDATE change_log SET after_values = NULL",
	"UPDATE change_log SET reason = ''",
	"UPDATE change_log SET account_id = 1",
	"UPDATE change_log SET result = 'denied'",
};

START_TEST(an_altered_entry_is_named)
{
	int64_t seq = nth(0);

	for (size_t i = 0; i < ARRAY_LEN(alterations); i++) {
		struct found f;

		run(alterations[i], seq + (int64_t)i);
		f = verify(NULL);
		ck_assert_msg(f.n == i + 1, "%zu after %s", f.n, alterations[i]);
		ck_assert_str_eq(f.v[i].what, "altered");
		ck_assert_int_eq(f.v[i].seq, seq + (int64_t)i);
	}
}
END_TEST

START_TEST(a_removed_entry_is_named)
{
	int64_t seq = nth(0), last = nth(1);

	run("DELETE FROM change_log", seq);
	ck_one_break(verify(NULL), "missing", seq);
	run("DELETE FROM change_log", last);
	ck_assert_uint_eq(verify(NULL).n, 2);
}
END_TEST

START_TEST(a_seal_that_was_made_to_fit_is_found)
{
	int64_t seq = nth(0);

	run("UPDATE change_seal SET facts = REPEAT('x', 16)", seq);
	ck_one_break(verify(NULL), "seal", seq);
}
END_TEST

START_TEST(an_entry_that_is_gone_with_its_seal_is_found)
{
	int64_t seq = nth(0);

	run("DELETE FROM change_log", seq);
	run("DELETE FROM change_seal", seq);
	ck_one_break(verify(NULL), "seal", 0);
}
END_TEST

/* Whoever cuts the end off and says so in the head has no key to sign it with. */
START_TEST(an_end_that_was_cut_off_is_found)
{
	int64_t last = nth(1);

	run("DELETE FROM change_log", last);
	run("DELETE FROM change_seal", last);
	ck_one_break(verify(NULL), "seal", 0);
	scratch_run("UPDATE change_chain SET head_pos = (SELECT MAX(pos) FROM change_seal),"
	            " head_link = (SELECT link FROM change_seal ORDER BY pos DESC LIMIT 1)");
	ck_one_break(verify(NULL), "head", 0);
}
END_TEST

/* Even a head that was really once made: who noted a later one finds it gone. */
START_TEST(a_head_that_was_noted_must_still_be_there)
{
	struct chain_state s;
	char link[LINK_TEXT];
	const char *noted;
	int more = 1;

	ck_assert_int_eq(chain_read(harness_ctx(), &s), OK);
	hex_write(s.head_link.p, s.head_link.n, link);
	noted = arena_printf(harness_ctx()->mem, "%lld:%s", (long long)s.head_pos, link);
	ck_assert_uint_eq(verify(noted).n, 0);
	harness_tx(put_some, &more);
	seal_all();
	ck_assert_uint_eq(verify(noted).n, 0);
	noted = arena_printf(harness_ctx()->mem, "%lld:%s", (long long)s.head_pos + 5, link);
	ck_one_break(verify(noted), "head", 0);
	noted = arena_printf(harness_ctx()->mem, "%lld:%s", (long long)s.head_pos - 5, link);
	ck_assert_uint_eq(verify(noted).n, 1);
}
END_TEST

static enum err sweep(void *n)
{
	return chain_late_sweep(harness_ctx(), 500, n);
}

START_TEST(what_was_committed_late_is_sealed_later)
{
	int64_t n;

	scratch_run(
		"INSERT INTO change_log (seq, at, action, actor_kind, actor_label, target_kind,"
		" target_label, account_id, account_label, correlation_id)"
		" VALUES (-5, UTC_TIMESTAMP(6), 'site.create', 'system', 'x', 'site', 'x', 1,"
		" 'x', 'a')");
	scratch_run("UPDATE change_log SET seq = (SELECT MAX(seq) + 1 FROM change_seal)"
	            " WHERE seq = -5");
	scratch_run("UPDATE change_chain SET head_seq = head_seq + 10");
	harness_tx(sweep, &n);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log l LEFT JOIN"
	                               " change_seal s ON s.seq = l.seq WHERE s.pos IS NULL"),
	                 0);
}
END_TEST

START_TEST(an_entry_that_was_slipped_in_is_found)
{
	int64_t seq = nth(0);

	run("DELETE FROM change_seal", seq);
	scratch_run("UPDATE change_chain SET settled_seq = head_seq");
	ck_assert_uint_ge(verify(NULL).n, 2); /* the seal that is gone, the entry without one */
}
END_TEST

static enum err purge(void *arg)
{
	return life_purge(harness_ctx(), arg ? *(const int64_t *)arg : shop);
}

START_TEST(a_purge_is_no_tampering_but_what_looks_like_one_is)
{
	int64_t seq = nth(0);

	run("UPDATE change_log SET before_values = NULL, after_values = NULL, account_label ="
	    " CONCAT('purged-', account_id + 100000), target_label ="
	    " CONCAT('site-', target_id)",
	    seq);
	ck_one_break(verify(NULL), "altered", seq);
	scratch_run("UPDATE account SET state = 'terminated', purge_at = UTC_TIMESTAMP(6)"
	            " WHERE kind = 'customer'");
	harness_tx(purge, NULL);
	seal_all();
	ck_assert_uint_eq(verify(NULL).n, 0);
}
END_TEST

START_TEST(a_purge_of_what_others_told_of_is_no_tampering)
{
	int64_t north = make_account(ACCOUNT_ROOT, "reseller", "North");
	int64_t south = make_account(ACCOUNT_ROOT, "reseller", "South");
	int64_t moved = make_account(north, "customer", "Gone Away");
	struct answer a;

	a = call(METHOD_POST, account_path(moved, "/move"),
	         arena_printf(harness_ctx()->mem,
	                      "{\"parent_id\":\"%s\",\"reason_text\":\"x\"}",
	                      id_text(ID_ACCOUNT, south)));
	ck_status(a, 200);
	seal_all();
	scratch_run("UPDATE account SET state = 'terminated', purge_at = UTC_TIMESTAMP(6)"
	            " WHERE kind = 'customer'");
	harness_tx(purge, &moved);
	seal_all();
	ck_assert_uint_eq(verify(NULL).n, 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE target_label = 'Gone Away'"),
	                 0);
}
END_TEST

START_TEST(the_worker_verifies_in_parts_and_the_page_tells_of_it)
{
	int64_t seq = nth(0);
	bool did;
	struct answer a = call(METHOD_GET, "/api/v1/change-chain", NULL);

	ck_status(a, 200);
	ck_assert(!is_at(&a, "/verified_at"));
	ck_assert_int_eq(number_at(&a, "/pos"),
	                 scratch_count("SELECT COUNT(*) AS n FROM change_seal"));
	run("DELETE FROM change_log", seq);
	ck_status(call(METHOD_POST, "/api/v1/change-chain/verify", NULL), 200);
	seal_all();
	harness_ctx()->now = stamp_now();
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(chain_check_step(harness_ctx(), &did), OK);
	a = call(METHOD_GET, "/api/v1/change-chain", NULL);
	ck_assert(is_at(&a, "/verified_at"));
	ck_assert_int_eq(number_at(&a, "/broken"), 1);
	ck_assert_str_eq(text_at(&a, "/breaks/0/what"), "missing");
	ck_assert_str_eq(text_at(&a, "/breaks/0/id"), id_text(ID_CHANGE, seq));
}
END_TEST

START_TEST(who_may_not_verify_sees_no_chain)
{
	int64_t north = make_account(ACCOUNT_ROOT, "reseller", "North");

	acts_as_new(north, ROLE_RESELLER_PROGRAM, "north@example.test");
	ck_status(call(METHOD_GET, "/api/v1/change-chain", NULL), 403);
	ck_status(call(METHOD_POST, "/api/v1/change-chain/verify", NULL), 403);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_AUDITOR, "auditor@example.test");
	ck_status(call(METHOD_GET, "/api/v1/change-chain", NULL), 200);
}
END_TEST

TESTS_WITH("chain", begin, NULL,
           every_entry_is_sealed_and_nothing_is_found_where_nothing_was_done,
           an_altered_entry_is_named, a_removed_entry_is_named,
           a_seal_that_was_made_to_fit_is_found, an_entry_that_is_gone_with_its_seal_is_found,
           an_end_that_was_cut_off_is_found, a_head_that_was_noted_must_still_be_there,
           what_was_committed_late_is_sealed_later, an_entry_that_was_slipped_in_is_found,
           a_purge_is_no_tampering_but_what_looks_like_one_is,
           a_purge_of_what_others_told_of_is_no_tampering,
           the_worker_verifies_in_parts_and_the_page_tells_of_it,
           who_may_not_verify_sees_no_chain);
