#include "accounts/list.h"

#include <string.h>

#include "accounts/list_ask.h"
#include "accounts/queries.h"
#include "accounts/state.h"
#include "base/buf.h"
#include "core/memo.h"

#define SMALL_MAX           2000 /* accounts of a subtree that is gathered rather than walked */
#define FEW                 1000 /* entries of a word that drives whatever else there is */
#define WORDS_FIRST         1000
#define WORDS_LAST          16000
/* A count is remembered the longer, the more it cost; one that is capped is inexact anyway. */
#define REMEMBER_FEW_SEC    2
#define REMEMBER_MANY_SEC   15
#define REMEMBER_CAPPED_SEC 60
#define LIST_MORE           (INT64_C(1) << 40)

const char *const account_sorts[] = { "name",       "-name",       "created",   "-created",
	                              "last_login", "-last_login", "relevance", NULL };

/* --- counting, and choosing by the count ------------------------------------ */

#define KEY_MAX 1024 /* of text: a query's words are shorter */

static void count_key(const struct ask *a, const struct query *q, unsigned char out[HASH_BYTES])
{
	struct buf b;

	buf_init(&b, a->c->mem, KEY_MAX);
	buf_puts(&b, "accounts.count ");
	buf_put_i64(&b, a->root);
	buf_putc(&b, ' ');
	buf_put_i64(&b, a->left_out);
	buf_putc(&b, ' ');
	buf_puts(&b, q->kind ? q->kind : "-");
	buf_putc(&b, ' ');
	buf_puts(&b, q->state ? q->state : "-");
	buf_putc(&b, ' ');
	buf_put_i64(&b, q->group_id);
	for (size_t i = 0; i < q->nwords; i++) {
		buf_putc(&b, ' ');
		buf_puts(&b, q->words[i]);
	}
	token_hash(buf_str(&b), b.len, out);
}

static enum err any_held(struct ctx *c, bool *out)
{
	struct list_held row;
	enum err e = db_one(c->db, &list_any_held, DB_ARGS(db_stamp(c->now), db_stamp(c->now)),
	                    c->mem, &row);

	if (!e)
		*out = row.held;
	return e;
}

static int life_of(int64_t n, int64_t seen)
{
	if (n > LIST_COUNT_MAX)
		return REMEMBER_CAPPED_SEC;
	return n <= FEW && seen <= FEW ? REMEMBER_FEW_SEC : REMEMBER_MANY_SEC;
}

/* Counts to LIST_COUNT_MAX; above that, and with LIST_MORE added, it is not the whole. */
static enum err count(const struct ask *from, const struct query *q, enum list_driver driver,
                      int64_t *out)
{
	struct ask a = { .c = from->c,
		         .q = q,
		         .by = from->by,
		         .root = from->root,
		         .left_out = from->left_out,
		         .group_owner = from->group_owner };
	int64_t most = q->nwords > 1 || q->state ? LIST_SEEN_FILTERED : LIST_SEEN_MAX;
	unsigned char key[HASH_BYTES];
	struct list_count row;
	enum err e;

	count_key(from, q, key);
	if (memo_find(a.c->memo, key, out))
		return OK;
	e = ask_count(&a, driver, most + 1, &row);
	if (e)
		return e;
	*out = row.seen > most ? LIST_MORE + row.n : row.n;
	memo_put(a.c->memo, key, *out, life_of(*out, row.seen));
	return OK;
}

/* The first of those that stand least often. */
static size_t least(const int64_t *n, size_t nwords)
{
	size_t at = 0;

	for (size_t i = 1; i < nwords; i++)
		if (n[i] < n[at])
			at = i;
	return at;
}

/*
 * Which of several words stands least often in the index.  All are counted to
 * the same limit, which is raised until one is below it: what it costs to know
 * stays in proportion to what is read by that word after.
 */
static enum err find_rarest(struct ask *a)
{
	int64_t n[QUERY_WORDS], packed, most = WORDS_FIRST;
	unsigned char key[HASH_BYTES];
	const char *text = "accounts.rarest";
	enum err e = OK;
	size_t at = 0;

	for (size_t i = 0; i < a->q->nwords; i++)
		text = arena_printf(a->c->mem, "%s %s", text, a->q->words[i]);
	token_hash(text, strlen(text), key);
	if (!memo_find(a->c->memo, key, &packed)) {
		for (; !e && most <= WORDS_LAST; most *= 4) {
			e = ask_words(a, most, n);
			at = e ? at : least(n, a->q->nwords);
			if (!e && n[at] < most)
				break;
		}
		if (e)
			return e;
		packed = n[at] * QUERY_WORDS + (int64_t)at;
		memo_put(a->c->memo, key, packed, REMEMBER_CAPPED_SEC);
	}
	a->found = packed / QUERY_WORDS;
	if (!a->search || !a->p->at.set)
		a->by = (size_t)(packed % QUERY_WORDS);
	return OK;
}

/* Whether so few are left by one thing alone that all of their words can be read. */
static enum err is_small(const struct ask *a, const struct query *q, enum list_driver driver,
                         bool *out)
{
	int64_t n;
	enum err e = count(a, q, driver, &n);

	if (!e)
		*out = n <= SMALL_MAX;
	return e;
}

static enum err word_driver(struct ask *a, const struct query *q, bool held,
                            enum list_driver *out)
{
	const struct query all = { 0 }, state = { .state = q->state },
			   kind = { .kind = q->kind };
	bool small = false;
	enum err e = OK;

	if (q->nwords > 1 && a->found <= FEW) {
		*out = DRIVER_WORD;
		return OK;
	}
	*out = DRIVER_TREE;
	e = is_small(a, &all, DRIVER_TREE, &small);
	if (!e && !small && q->state && !held) {
		*out = DRIVER_STATE;
		e = is_small(a, &state, DRIVER_STATE, &small);
	}
	if (!e && !small && q->kind) {
		*out = DRIVER_KIND;
		e = is_small(a, &kind, DRIVER_KIND, &small);
	}
	if (!small)
		*out = DRIVER_WORD;
	return e;
}

/* The index that leaves the fewest to look at. */
static enum err driver_of(struct ask *a, const struct query *q, enum list_driver *out)
{
	bool held = false;
	enum err e = OK;

	if (q->group_id) {
		*out = DRIVER_GROUP;
		return OK;
	}
	if (q->state && !strcmp(q->state, "suspended"))
		e = any_held(a->c, &held);
	if (e)
		return e;
	if (q->nwords > 0)
		return word_driver(a, q, held, out);
	if (q->kind && strcmp(q->kind, "customer") != 0)
		*out = DRIVER_KIND;
	else if (q->state)
		*out = held ? DRIVER_HELD : DRIVER_STATE;
	else
		*out = q->kind ? DRIVER_KIND : DRIVER_TREE;
	return OK;
}

static bool filtered(const struct query *q)
{
	return q->kind || q->state || q->group_id || q->nwords > 0;
}

static const enum list_walk walk_of[] = {
	[ORDER_NAME] = WALK_NAME,
	[ORDER_CREATED] = WALK_CREATED,
	[ORDER_LOGIN] = WALK_LOGIN,
};

/*
 * Those found are gathered and sorted; where they are many they probably stand
 * close enough in the order to be met in it.
 */
static enum err choose_words(struct ask *a, enum list_driver driver, struct db_list *out)
{
	int64_t n = a->found;
	bool full = false;
	enum err e = OK;

	if (driver != DRIVER_WORD)
		return ask_gather(a, driver, out);
	if (a->q->nwords == 1)
		e = count(a, a->q, driver, &n);
	if (!e && n > LIST_COUNT_MAX)
		e = ask_hope(a, walk_of[a->order], out, &full);
	return e || full ? e : ask_gather(a, driver, out);
}

/* Few enough are gathered and sorted; many stand close enough in the order to be met in it. */
static enum err choose(struct ask *a, struct db_list *out)
{
	const struct query *q = a->q;
	static const struct query all = { 0 };
	enum list_driver driver;
	int64_t n;
	enum err e;

	if (!filtered(q))
		return ask_walk(a, walk_of[a->order], out);
	e = driver_of(a, q, &driver);
	if (e)
		return e;
	if (driver == DRIVER_GROUP)
		return ask_gather(a, driver, out);
	if (q->nwords > 0)
		return choose_words(a, driver, out);
	if (a->order == ORDER_NAME && driver == DRIVER_KIND)
		return ask_walk(a, WALK_KIND, out);
	if (a->order == ORDER_NAME && driver == DRIVER_STATE)
		return ask_walk(a, WALK_STATE, out);
	e = count(a, &all, DRIVER_TREE, &n);
	if (!e && n <= SMALL_MAX)
		return ask_gather(a, DRIVER_TREE, out);
	if (!e)
		e = count(a, q, driver, &n);
	if (e)
		return e;
	return n <= LIST_COUNT_MAX ? ask_gather(a, driver, out)
	                           : ask_walk(a, walk_of[a->order], out);
}

static enum err choose_search(struct ask *a, struct db_list *out)
{
	enum list_driver driver;
	enum err e = driver_of(a, a->q, &driver);

	if (e)
		return e;
	return driver == DRIVER_WORD ? ask_search(a, out) : ask_search_small(a, driver, out);
}

/* --- the face ---------------------------------------------------------------- */

static const struct field sees_row[] = { FIELD(struct list_count, n) };

static const struct db_query sees = {
	.text = "SELECT descendant_id AS n FROM account_tree"
		" WHERE ancestor_id = ? AND descendant_id = ?",
	DB_ROWS(sees_row),
};

static const struct db_query group_sees = {
	.text = "SELECT g.account_id AS n FROM party_group g WHERE g.id = ?"
		" AND g.kind = 'account' AND " SCOPE_SEES("g.account_id"),
	DB_ROWS(sees_row),
};

static enum err set_group(struct ask *a)
{
	struct list_count owner;
	enum err e;

	if (!a->q->group_id)
		return OK;
	e = db_one(a->c->db, &group_sees,
	           DB_ARGS(db_i64(a->q->group_id), db_i64(a->c->actor.account_id)), a->c->mem,
	           &owner);
	if (e == ERR_NOT_FOUND)
		return FAIL_FIELD(a->c, "/q", "unknown-value");
	if (!e)
		a->group_owner = owner.n;
	return e;
}

static enum err set_root(struct ask *a)
{
	struct list_count seen;
	enum err e = set_group(a);

	a->root = a->c->actor.account_id;
	if (e || !a->q->parent_id)
		return e;
	e = db_one(a->c->db, &sees, DB_ARGS(db_i64(a->root), db_i64(a->q->parent_id)),
	           a->c->mem, &seen);
	if (e == ERR_NOT_FOUND)
		return FAIL_FIELD(a->c, "/q", "unknown-value");
	a->root = a->q->parent_id;
	a->left_out = a->q->parent_id;
	return e;
}

const char *accounts_sort_of(const struct query *q)
{
	return q->nwords > 0 ? "relevance" : "name";
}

/* What the database takes for one. */
static bool is_time(int64_t usec)
{
	const int64_t since_1000 = -INT64_C(30610224000000000),
		      until_9999 = INT64_C(253402300799999999);

	return usec >= since_1000 && usec <= until_9999;
}

static enum err set_order(struct ask *a)
{
	const char *sort = a->p->sort && *a->p->sort ? a->p->sort : accounts_sort_of(a->q);
	bool down = *sort == '-';

	sort += down;
	a->desc = down != (a->p->at.set && a->p->at.back);
	if (!strcmp(sort, "relevance"))
		a->search = true;
	else if (!strcmp(sort, "created"))
		a->order = ORDER_CREATED;
	else if (!strcmp(sort, "last_login"))
		a->order = ORDER_LOGIN;
	if (a->search && a->q->nwords == 0)
		return FAIL_FIELD(a->c, "/sort", "needs-words");
	if (a->order == ORDER_LOGIN && a->p->at.set && !is_time(a->p->at.number))
		return FAIL_FIELD(a->c, "/cursor", "not-a-cursor");
	if (!a->search || !a->p->at.set)
		return OK;
	if (a->p->at.number < 0 || a->p->at.number >= (int64_t)a->q->nwords)
		return FAIL_FIELD(a->c, "/cursor", "not-a-cursor");
	a->by = (size_t)a->p->at.number;
	return OK;
}

enum err accounts_list(struct ctx *c, const struct query *q, const struct page *p,
                       struct db_list *out)
{
	struct ask a = { .c = c, .q = q, .p = p };
	enum err e = set_order(&a);

	if (!e)
		e = set_root(&a);
	if (!e && q->nwords > 1)
		e = find_rarest(&a);
	if (e)
		return e;
	return a.search ? choose_search(&a, out) : choose(&a, out);
}

void account_item_finish(const struct ctx *c, struct account_item *row)
{
	row->number = row->id + ACCOUNT_NUMBER_BASE;
	if (row->id != c->actor.account_id)
		return;
	row->parent_id = 0;
	row->parent_name = NULL;
}

void accounts_page_key(const void *row, const struct page *p, struct cursor *out)
{
	const struct account_item *r = row;

	(void)p;
	out->id = r->id;
	out->text = r->sort_text && *r->sort_text ? r->sort_text : NULL;
	out->number = stamp_is_set(r->sort_at) ? r->sort_at.usec : r->sort_word;
}

enum err accounts_count(struct ctx *c, const struct query *q, int64_t *out, bool *exact)
{
	struct ask a = { .c = c, .q = q };
	enum list_driver driver;
	int64_t n;
	enum err e = set_root(&a);

	if (!e && q->nwords > 1)
		e = find_rarest(&a);
	if (!e)
		e = driver_of(&a, q, &driver);
	if (!e)
		e = count(&a, q, driver, &n);
	if (e)
		return e;
	*exact = n <= LIST_COUNT_MAX;
	n = n >= LIST_MORE ? n - LIST_MORE : n;
	*out = n <= LIST_COUNT_MAX ? n : LIST_COUNT_MAX;
	return OK;
}

enum err accounts_open(struct ctx *c, struct db *db, const struct query *q, struct db_rows *out)
{
	struct ask a = { .c = c, .q = q };
	enum err e = set_root(&a);

	if (e)
		return e;
	return ask_all(&a, db, out);
}

const struct db_query *const list_other_queries[] = { &sees, &group_sees, NULL };
