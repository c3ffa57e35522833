/* The demonstration's bulk load keeps what the verbs keep. */
#include "accounts/index.h"
#include "main/demo.h"
#include "main/demo_rows.h"
#include "module/visitor.h"

#define ACCOUNTS 300

struct key {
	int64_t id;
};
static const struct field key_row[] = { FIELD(struct key, id) };
static const struct db_query all = {
	.text = "SELECT id AS id FROM account ORDER BY id",
	DB_ROWS(key_row),
};

static enum err reindex_all(void *arg)
{
	const struct db_list *list = arg;
	struct ctx *c = harness_ctx();
	enum err e = OK;

	for (size_t i = 0; !e && i < list->n; i++)
		e = accounts_reindex(c, ((const struct key *)list->v + i)->id);
	return e;
}

/* Words and tree as one number. */
#define WORDS \
	"SELECT CAST(SUM(CRC32(CONCAT(word, ' ', account_id))) AS SIGNED) AS n FROM account_word"
#define TREE \
	"SELECT CAST(SUM(CRC32(CONCAT_WS('|', ancestor_id, descendant_id, depth, kind, own_state," \
	" name_key, last_login_at))) AS SIGNED) AS n FROM account_tree"

#define SHOWN \
	"SELECT CAST(SUM(CRC32(CONCAT_WS('|', id, list_login, list_email, list_role," \
	" list_label, list_words, list_parent))) AS SIGNED) AS n FROM account" \
	" WHERE parent_id IS NOT NULL"

START_TEST(an_invented_account_is_indexed_as_a_made_one)
{
	const struct demo_ask ask = { .accounts = ACCOUNTS, .seed = 3 };
	int64_t words, tree, shown;
	struct db_list list;
	struct ctx *c = harness_ctx();

	ck_assert_int_eq(demo_fill(c, &ask, NULL, NULL), OK);
	words = scratch_count(WORDS);
	tree = scratch_count(TREE);
	shown = scratch_count(SHOWN);
	ck_assert_int_eq(db_all(c->db, &all, DB_NO_ARGS, c->mem, sizeof(struct key),
	                        ACCOUNTS + 1, &list),
	                 OK);
	ck_assert_uint_eq(list.n, ACCOUNTS + 1);
	harness_tx(reindex_all, &list);
	ck_assert_int_eq(scratch_count(TREE), tree);
	ck_assert_int_eq(scratch_count(WORDS), words);
	ck_assert_int_eq(scratch_count(SHOWN), shown);
	/* The name of the account above is written by who changes it. */
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account a JOIN account u"
	                               " ON u.id = a.parent_id"
	                               " WHERE NOT (a.list_parent <=> u.name)"),
	                 0);
}
END_TEST

START_TEST(a_set_has_every_state_three_resellers_deep_and_the_same_again)
{
	const struct demo_ask ask = { .accounts = ACCOUNTS, .seed = 3 };
	int64_t picture;

	ck_assert_int_eq(demo_fill(harness_ctx(), &ask, NULL, NULL), OK);
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(DISTINCT own_state) AS n FROM account_tree"), 5);
	ck_assert_int_eq(scratch_count("SELECT MAX(depth) AS n FROM account_tree"
	                               " WHERE kind = 'reseller'"),
	                 3);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM account a JOIN account p"
	                               " ON p.id = a.parent_id WHERE p.kind = 'customer'"),
	                 0);
	picture =
		scratch_count("SELECT CAST(SUM(CRC32(CONCAT_WS('|', id, parent_id, name, state,"
	                      " tenant_id))) AS SIGNED) AS n FROM account WHERE id > 1");
	ck_assert_int_eq(demo_fill(harness_ctx(), &ask, NULL, NULL), ERR_CONFLICT);
	scratch_migrated();
	harness_begin();
	ck_assert_int_eq(demo_fill(harness_ctx(), &ask, NULL, NULL), OK);
	ck_assert_int_eq(scratch_count(
				 "SELECT CAST(SUM(CRC32(CONCAT_WS('|', id, parent_id, name,"
				 " state, tenant_id))) AS SIGNED) AS n FROM account"
				 " WHERE id > 1"),
	                 picture);
}
END_TEST

/* Chance decides about every other customer. */
START_TEST(the_shown_customer_is_active_whatever_the_seed)
{
	struct demo_set set = { .base = 2, .person_base = 2, .source_id = 1, .n = 10 };
	struct demo_row shown;

	for (; set.n < 2000; set.n = set.n * 3 / 2) {
		demo_divide(&set);
		for (set.seed = 0; set.seed < 40; set.seed++) {
			demo_row_make(harness_ctx()->mem, &set,
			              set.tops + set.subs + set.subsubs, &shown);
			ck_assert(demo_is_shown(&set, shown.row) && !shown.reseller);
			ck_assert_int_eq(shown.state, DEMO_ACTIVE);
			ck_assert(shown.organisation && !shown.billing);
			ck_assert_int_eq(shown.parent_id, set.base);
			ck_assert(!demo_is_held_reseller(
				&set, &(struct demo_row){ .reseller = true }));
		}
	}
}
END_TEST

static int64_t place_of(const char *login)
{
	return scratch_count(arena_printf(harness_ctx()->mem,
	                                  "SELECT m.id AS n FROM membership m JOIN person p"
	                                  " ON p.id = m.person_id WHERE p.login = '%s'",
	                                  login));
}

START_TEST(support_asks_the_owner_decides_and_support_logs_in_as_a_user)
{
	const struct demo_ask ask = { .accounts = ACCOUNTS, .seed = 1 };
	int64_t at;
	struct answer a;
	const char *id;

	ck_assert_int_eq(demo_fill(harness_ctx(), &ask, NULL, NULL), OK);
	at = scratch_count("SELECT account_id AS n FROM membership JOIN person p"
	                   " ON p.id = person_id WHERE login = 'owner'");
	acts_as(place_of("support"));
	ck_refused(grant_ask(at, place_of("owner"), ""), 403, "higher-member");
	a = grant_ask(at, place_of("installer"), "");
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "requested");
	id = text_at(&a, "/id");
	acts_as(place_of("owner"));
	ck_status(call(METHOD_GET, "/api/v1/session", NULL), 200);
	ck_status(grant_act(at, id, "approve", NULL), 200);
	acts_as(place_of("support"));
	ck_status(visit_start(id), 201);
	ck_status(grant_ask(at, place_of("guard"), ""), 201);
	acts_as(place_of("reseller"));
	ck_status(grant_ask(at, place_of("owner"), ""), 201);
}
END_TEST

TESTS_WITH("lists_demo", harness_begin, NULL, an_invented_account_is_indexed_as_a_made_one,
           a_set_has_every_state_three_resellers_deep_and_the_same_again,
           the_shown_customer_is_active_whatever_the_seed,
           support_asks_the_owner_decides_and_support_logs_in_as_a_user);
