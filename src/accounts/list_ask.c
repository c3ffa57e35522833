#include "accounts/list_ask.h"

#include <assert.h>
#include <string.h>

#include "accounts/state.h"
#include "accounts/sure.h"

static void put(struct ask *a, struct db_arg arg)
{
	assert(a->n < LIST_ARGS_MAX);
	a->v[a->n++] = arg;
}

static void put_state(struct ask *a)
{
	for (int i = 0; i < STATE_NARGS; i++)
		put(a, db_stamp(a->c->now));
}

/* The first of a statement.  plain: the state is the tree's. */
static void put_columns(struct ask *a, bool plain)
{
	a->n = 0;
	if (!plain)
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

/* An empty range finds nothing. */
static void put_range(struct ask *a, size_t i)
{
	put(a, db_str(word_of(a->q, i)));
	put(a, db_str(word_end(a->c->mem, word_of(a->q, i))));
}

/* As it begins in the text of all words; "" stands in any. */
static void put_word(struct ask *a, size_t i)
{
	const char *word = word_of(a->q, i);

	put(a, db_str(*word ? arena_printf(a->c->mem, " %s", word) : ""));
}

/* words: they are to be looked for. */
static void put_filter(struct ask *a, bool words)
{
	const char *kind = a->q->kind ? a->q->kind : "",
		   *state = a->q->state ? a->q->state : "";

	put(a, db_str(kind));
	put(a, db_str(kind));
	put(a, db_str(state));
	put_state(a);
	put(a, db_str(state));
	put(a, db_bool(words));
	for (size_t i = 0; i < QUERY_WORDS; i++)
		put_word(a, i);
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

/* Asked for a state, those away are found too: that is how one looks for them. */
static void put_group(struct ask *a)
{
	put(a, db_i64(a->q->group_id));
	put(a, db_bool(a->q->state == NULL));
	put_state(a);
}

static void put_driver(struct ask *a, enum list_driver driver)
{
	if (driver == DRIVER_HELD) {
		put(a, db_i64(a->root));
		put(a, db_stamp(a->c->now));
		put(a, db_stamp(a->c->now));
	}
	if (driver == DRIVER_GROUP)
		put(a, db_i64(a->group_owner));
	put_root(a);
	if (driver == DRIVER_GROUP)
		put_group(a);
	if (driver == DRIVER_WORD)
		put_range(a, a->by);
	if (driver == DRIVER_STATE)
		put(a, db_str(a->q->state));
	if (driver == DRIVER_KIND)
		put(a, db_str(a->q->kind));
}

/* Others than the one that drives, which is found. */
static bool other_words(const struct ask *a, enum list_driver driver)
{
	return a->q->nwords > (driver == DRIVER_WORD ? 1 : 0);
}

static enum err run(struct ask *a, const struct db_query *q, struct db_list *out)
{
	enum err e = db_all(a->c->db, q, a->v, a->n, a->c->mem, sizeof(struct account_item),
	                    (size_t)a->p->limit + 1, out);

	for (size_t i = 0; !e && i < out->n; i++)
		account_item_finish(a->c, (struct account_item *)out->v + i);
	return e;
}

/* A filter is left that the walk's own index does not answer. */
static bool walk_filters(const struct ask *a, enum list_walk walk)
{
	return a->q->state || a->q->nwords > 0 || (a->q->kind && walk != WALK_KIND);
}

static enum err walk_by(struct ask *a, enum list_walk walk, bool plain,
                        enum list_filters filters, struct db_list *out)
{
	int way = a->desc ? DESC : ASC;
	bool cursor = a->p->at.set;

	put_columns(a, plain);
	put_root(a);
	if (walk == WALK_KIND)
		put(a, db_str(a->q->kind));
	if (walk == WALK_STATE)
		put(a, db_str(a->q->state));
	if (cursor)
		put_cursor(a);
	if (filters != NO_FILTER)
		put_filter(a, a->q->nwords > 0);
	put(a, db_i64(a->p->limit + 1));
	return run(a,
	           plain ? &list_plains[walk][way][cursor]
	                 : &list_walks[walk][way][cursor][filters],
	           out);
}

enum err ask_walk(struct ask *a, enum list_walk walk, struct db_list *out)
{
	enum list_filters filters = walk_filters(a, walk) ? FILTERED : NO_FILTER;
	bool plain = false;
	enum err e = filters == NO_FILTER ? states_sure(a->c, &plain) : OK;

	return e ? e : walk_by(a, walk, plain, filters, out);
}

enum err ask_hope(struct ask *a, enum list_walk walk, struct db_list *out, bool *full)
{
	enum err e = walk_by(a, walk, false, HOPING, out);

	if (!e)
		*full = out->n > (size_t)a->p->limit;
	return e;
}

enum err ask_gather(struct ask *a, enum list_driver driver, struct db_list *out)
{
	put_columns(a, false);
	put_driver(a, driver);
	put_filter(a, other_words(a, driver));
	put(a, db_bool(a->p->at.set));
	put_cursor(a);
	put(a, db_i64(a->p->limit + 1));
	return run(a, &list_gathers[driver][a->order][a->desc ? DESC : ASC], out);
}

/* A cursor of this order says by which word it is: the next page is by the same. */
static enum err run_search(struct ask *a, const struct db_query *q, struct db_list *out)
{
	struct account_item *v;
	enum err e = run(a, q, out);

	if (e)
		return e;
	v = out->v;
	for (size_t i = 0; i < out->n; i++)
		v[i].sort_word = (int64_t)a->by;
	return OK;
}

enum err ask_search(struct ask *a, struct db_list *out)
{
	put_columns(a, false);
	put(a, db_i64(a->root));
	put_range(a, a->by);
	put(a, db_i64(a->left_out));
	put_word(a, a->by);
	if (a->p->at.set)
		put_cursor(a);
	put_filter(a, other_words(a, DRIVER_WORD));
	put(a, db_i64(a->p->limit + 1));
	return run_search(a, &list_searches[a->desc ? DESC : ASC][a->p->at.set], out);
}

enum err ask_search_small(struct ask *a, enum list_driver driver, struct db_list *out)
{
	put_columns(a, false);
	put_word(a, a->by);
	put_driver(a, driver);
	put_filter(a, true);
	put(a, db_bool(a->p->at.set));
	put_cursor(a);
	put(a, db_i64(a->p->limit + 1));
	return run_search(a, &list_small_searches[driver][a->desc ? DESC : ASC], out);
}

enum err ask_count(struct ask *a, enum list_driver driver, int64_t most, struct list_count *out)
{
	a->n = 0;
	if (driver == DRIVER_WORD) {
		put_range(a, a->by);
		put(a, db_i64(most));
		put_root(a);
	} else {
		put_driver(a, driver);
	}
	put_filter(a, other_words(a, driver));
	return db_one(a->c->db, &list_counts[driver], a->v, a->n, a->c->mem, out);
}

enum err ask_words(struct ask *a, int64_t most, int64_t out[QUERY_WORDS])
{
	struct list_words row;
	enum err e;

	a->n = 0;
	for (size_t i = 0; i < QUERY_WORDS; i++) {
		put_range(a, i);
		put(a, db_i64(most));
	}
	e = db_one(a->c->db, &list_count_words, a->v, a->n, a->c->mem, &row);
	if (!e)
		memcpy(out, (int64_t[]){ row.n0, row.n1, row.n2, row.n3, row.n4, row.n5 },
		       QUERY_WORDS * sizeof(*out));
	return e;
}

enum err ask_all(struct ask *a, struct db *db, struct db_rows *out)
{
	bool group = a->q->group_id != 0;

	put_columns(a, false);
	put_driver(a, group ? DRIVER_GROUP : DRIVER_TREE);
	put_filter(a, a->q->nwords > 0);
	put(a, db_i64(INT64_MAX));
	return db_open(db, group ? &list_export_group : &list_export, a->v, a->n, out);
}
