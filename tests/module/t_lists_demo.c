/* The demonstration's bulk load keeps what the verbs keep. */
#include "accounts/index.h"
#include "main/demo.h"
#include "module/harness.h"

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
				 " state, tenant_id))) AS SIGNED) AS n FROM account" \
				 " WHERE id > 1"),
	                 picture);
}
END_TEST

TESTS_WITH("lists_demo", harness_begin, NULL, an_invented_account_is_indexed_as_a_made_one,
           a_set_has_every_state_three_resellers_deep_and_the_same_again);
