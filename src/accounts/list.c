#include "accounts/list.h"

#include <assert.h>
#include <string.h>

#include "accounts/list_sql.h"
#include "accounts/queries.h"
#include "accounts/state.h"
#include "core/memo.h"

#define SMALL_MAX           2000 /* accounts of a subtree that is gathered rather than walked */
#define FEW                 1000
/* A count is remembered the longer, the more it cost; one that is capped is inexact anyway. */
#define REMEMBER_FEW_SEC    2
#define REMEMBER_MANY_SEC   15
#define REMEMBER_CAPPED_SEC 60
#define ARGS_MAX            96
#define LIST_MORE           (INT64_C(1) << 40)

const char *const account_sorts[] = { "name",       "-name",       "created",   "-created",
	                              "last_login", "-last_login", "relevance", NULL };

/* One question, and the arguments of the statement that answers it. */
struct ask {
	struct ctx *c;
	const struct query *q;
	const struct page *p;
	enum list_order order;
	bool search, desc; /* by relevance; the direction of reading */
	int64_t root, left_out;
	size_t n;
	struct db_arg v[ARGS_MAX];
};

static void put(struct ask *a, struct db_arg arg)
{
	assert(a->n < ARGS_MAX);
	a->v[a->n++] = arg;
}

static void put_state(struct ask *a)
{
	for (int i = 0; i < STATE_NARGS; i++)
		put(a, db_stamp(a->c->now));
}

/* plain: one instant is enough. */
static void put_columns(struct ask *a, bool plain)
{
	put(a, db_i64(a->c->actor.account_id));
	put(a, db_i64(a->c->actor.account_id));
	if (plain)
		put(a, db_stamp(a->c->now));
	else
		put_state(a);
}

static void put_root(struct ask *a)
{
	put(a, db_i64(a->root));
	put(a, db_i64(a->left_out));
}

static const char *word_of(const struct query *q, size_t i)
{
	return i < q->nwords ? q->words[i] : "";
}

/* The first word that does not begin so: words are UTF-8, so the last byte has a next. */
static const char *word_end(struct arena *mem, const char *word)
{
	size_t n = strlen(word);
	char *end = arena_copy(mem, word, n);

	if (n > 0)
		end[n - 1] = (char)((unsigned char)end[n - 1] + 1);
	return end;
}

static void put_range(struct ask *a, size_t i)
{
	put(a, db_str(word_of(a->q, i)));
	put(a, db_str(word_end(a->c->mem, word_of(a->q, i))));
}

/* from: the first word that is still to be tested; an empty range finds nothing. */
static void put_filter(struct ask *a, size_t from)
{
	const char *kind = a->q->kind ? a->q->kind : "",
		   *state = a->q->state ? a->q->state : "";

	put(a, db_str(kind));
	put(a, db_str(kind));
	put(a, db_str(state));
	put_state(a);
	put(a, db_str(state));
	put(a, db_i64((int64_t)(a->q->nwords - from)));
	for (size_t i = from; i < from + QUERY_WORDS; i++)
		put_range(a, i);
	put(a, db_i64((int64_t)(a->q->nwords - from)));
}

static void put_cursor(struct ask *a)
{
	const struct cursor *at = &a->p->at;
	struct db_arg key = db_str(at->text ? at->text : "");

	if (!a->search && a->order == ORDER_LOGIN)
		key = db_stamp((struct stamp){ at->number });
	if (a->search || a->order != ORDER_CREATED) {
		put(a, key);
		put(a, key);
	}
	put(a, db_i64(at->id));
}

static enum err run(struct ask *a, const struct db_query *q, struct db_list *out)
{
	return db_all(a->c->db, q, a->v, a->n, a->c->mem, sizeof(struct account_item),
	              (size_t)a->p->limit + 1, out);
}

static bool filtered(const struct query *q)
{
	return q->kind || q->state || q->nwords > 0;
}

/* A filter is left that the walk's own index does not answer. */
static bool walk_filters(const struct ask *a, enum list_walk walk)
{
	return filtered(a->q) && (walk != WALK_KIND || a->q->state || a->q->nwords > 0);
}

static enum err walk_by(struct ask *a, enum list_walk walk, bool plain, struct db_list *out)
{
	const struct db_query *q;
	int way = a->desc ? DESC : ASC;
	bool cursor = a->p->at.set, filter = walk_filters(a, walk);

	put_columns(a, plain);
	put_root(a);
	if (walk == WALK_KIND)
		put(a, db_str(a->q->kind));
	if (walk == WALK_STATE)
		put(a, db_str(a->q->state));
	if (cursor)
		put_cursor(a);
	if (filter)
		put_filter(a, 0);
	put(a, db_i64(a->p->limit + 1));
	q = plain ? &list_plains[walk][way][cursor] : &list_walks[walk][way][cursor][filter];
	return run(a, q, out);
}

/* Mostly nothing above is held and what came due was noted: states are the tree's. */
static enum err walk(struct ask *a, enum list_walk walk, struct db_list *out)
{
	bool plain = !walk_filters(a, walk);
	struct db_list rows;
	enum err e = walk_by(a, walk, plain, &rows);

	if (!e && plain && rows.n > 0 && ((const struct account_item *)rows.v)->unsure) {
		a->n = 0;
		e = walk_by(a, walk, false, &rows);
	}
	if (!e)
		*out = rows;
	return e;
}

static size_t put_driver(struct ask *a, enum list_driver driver)
{
	if (driver == DRIVER_WORD)
		put_range(a, 0);
	if (driver == DRIVER_HELD) {
		put(a, db_i64(a->root));
		put(a, db_stamp(a->c->now));
		put(a, db_stamp(a->c->now));
	}
	put_root(a);
	if (driver == DRIVER_STATE)
		put(a, db_str(a->q->state));
	if (driver == DRIVER_KIND)
		put(a, db_str(a->q->kind));
	return driver == DRIVER_WORD ? 1 : 0;
}

static enum err gather(struct ask *a, enum list_driver driver, struct db_list *out)
{
	size_t done;

	put_columns(a, false);
	done = put_driver(a, driver);
	put_filter(a, done);
	put(a, db_bool(a->p->at.set));
	put_cursor(a);
	put(a, db_i64(a->p->limit + 1));
	return run(a, &list_gathers[driver][a->order][a->desc ? DESC : ASC], out);
}

static enum err search(struct ask *a, struct db_list *out)
{
	put_columns(a, false);
	put(a, db_i64(a->root));
	put_range(a, 0);
	put(a, db_i64(a->left_out));
	if (a->p->at.set)
		put_cursor(a);
	put_filter(a, 1);
	put(a, db_str(word_of(a->q, 0)));
	put(a, db_i64(a->p->limit + 1));
	return run(a, &list_searches[a->desc ? DESC : ASC][a->p->at.set], out);
}

static enum err search_small(struct ask *a, enum list_driver driver, struct db_list *out)
{
	put_columns(a, false);
	put_driver(a, driver);
	put_range(a, 0);
	put_filter(a, 1);
	put(a, db_bool(a->p->at.set));
	put_cursor(a);
	put(a, db_str(word_of(a->q, 0)));
	put(a, db_i64(a->p->limit + 1));
	return run(a, &list_small_searches[driver][a->desc ? DESC : ASC], out);
}

/* --- counting, and choosing by the count ------------------------------------ */

static void count_key(const struct ask *a, const struct query *q, unsigned char out[HASH_BYTES])
{
	const char *text = arena_printf(a->c->mem, "accounts.count %lld %lld %s %s",
	                                (long long)a->root, (long long)a->left_out,
	                                q->kind ? q->kind : "-", q->state ? q->state : "-");

	for (size_t i = 0; i < q->nwords; i++)
		text = arena_printf(a->c->mem, "%s %s", text, q->words[i]);
	token_hash(text, strlen(text), out);
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
	struct ask a = { .c = from->c, .q = q, .root = from->root, .left_out = from->left_out };
	int64_t most = q->nwords > 1 || q->state ? LIST_SEEN_FILTERED : LIST_SEEN_MAX;
	unsigned char key[HASH_BYTES];
	struct list_count row;
	size_t done = 0;
	enum err e;

	count_key(from, q, key);
	if (memo_find(a.c->memo, key, out))
		return OK;
	if (driver == DRIVER_WORD) {
		put_range(&a, 0);
		put(&a, db_i64(most + 1));
		put_root(&a);
		done = 1;
	} else {
		put_driver(&a, driver);
	}
	put_filter(&a, done);
	e = db_one(a.c->db, &list_counts[driver], a.v, a.n, a.c->mem, &row);
	if (e)
		return e;
	*out = row.seen > most ? LIST_MORE + row.n : row.n;
	memo_put(a.c->memo, key, *out, life_of(*out, row.seen));
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
	enum err e = is_small(a, &all, DRIVER_TREE, &small);

	*out = DRIVER_TREE;
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

static const enum list_walk walk_of[] = {
	[ORDER_NAME] = WALK_NAME,
	[ORDER_CREATED] = WALK_CREATED,
	[ORDER_LOGIN] = WALK_LOGIN,
};

/* Few enough are gathered and sorted; many stand close enough in the order to be met in it. */
static enum err choose(struct ask *a, struct db_list *out)
{
	const struct query *q = a->q;
	static const struct query all = { 0 };
	enum list_driver driver;
	int64_t n;
	enum err e;

	if (!filtered(q))
		return walk(a, walk_of[a->order], out);
	e = driver_of(a, q, &driver);
	if (e)
		return e;
	if (a->order == ORDER_NAME && driver == DRIVER_KIND)
		return walk(a, WALK_KIND, out);
	if (a->order == ORDER_NAME && driver == DRIVER_STATE)
		return walk(a, WALK_STATE, out);
	e = count(a, &all, DRIVER_TREE, &n);
	if (!e && n <= SMALL_MAX)
		return gather(a, DRIVER_TREE, out);
	if (!e)
		e = count(a, q, driver, &n);
	if (e)
		return e;
	return n <= LIST_COUNT_MAX ? gather(a, driver, out) : walk(a, walk_of[a->order], out);
}

static enum err choose_search(struct ask *a, struct db_list *out)
{
	enum list_driver driver;
	enum err e = driver_of(a, a->q, &driver);

	if (e)
		return e;
	return driver == DRIVER_WORD ? search(a, out) : search_small(a, driver, out);
}

/* --- the face ---------------------------------------------------------------- */

static const struct field sees_row[] = { FIELD(struct list_count, n) };

static const struct db_query sees = {
	.text = "SELECT descendant_id AS n FROM account_tree"
		" WHERE ancestor_id = ? AND descendant_id = ?",
	DB_ROWS(sees_row),
};

static enum err set_root(struct ask *a)
{
	struct list_count seen;
	enum err e;

	a->root = a->c->actor.account_id;
	if (!a->q->parent_id)
		return OK;
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

static enum err set_order(struct ask *a)
{
	const char *sort = a->p->sort && *a->p->sort ? a->p->sort : accounts_sort_of(a->q);
	bool down = *sort == '-';

	sort += down;
	a->desc = down != (a->p->at.set && a->p->at.back);
	if (!strcmp(sort, "created"))
		a->order = ORDER_CREATED;
	else if (!strcmp(sort, "last_login"))
		a->order = ORDER_LOGIN;
	else if (!strcmp(sort, "relevance"))
		a->search = true;
	if (a->search && a->q->nwords == 0)
		return FAIL_FIELD(a->c, "/sort", "needs-words");
	return OK;
}

enum err accounts_list(struct ctx *c, const struct query *q, const struct page *p,
                       struct db_list *out)
{
	struct ask a = { .c = c, .q = q, .p = p };
	enum err e = set_order(&a);

	if (!e)
		e = set_root(&a);
	if (e)
		return e;
	return a.search ? choose_search(&a, out) : choose(&a, out);
}

void accounts_page_key(const void *row, const struct page *p, struct cursor *out)
{
	const struct account_item *r = row;

	(void)p;
	out->id = r->id;
	out->text = r->sort_text && *r->sort_text ? r->sort_text : NULL;
	out->number = stamp_is_set(r->sort_at) ? r->sort_at.usec : 0;
}

enum err accounts_count(struct ctx *c, const struct query *q, int64_t *out, bool *exact)
{
	struct ask a = { .c = c, .q = q };
	enum list_driver driver;
	int64_t n;
	enum err e = set_root(&a);

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
	put_columns(&a, false);
	put_root(&a);
	put_filter(&a, 0);
	put(&a, db_i64(INT64_MAX));
	return db_open(db, &list_export, a.v, a.n, out);
}

const struct db_query *const list_other_queries[] = { &sees, NULL };
