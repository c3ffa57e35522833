#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "changelog/changelog_sql.h"
#include "changelog/inner.h"
#include "changelog/queries.h"
#include "signin/session.h"

#define SUBTREE_SMALL 200
/* What an address did is looked through as long as it is no more than this. */
#define IP_RARE       "20000"
/* Commits are this much out of the order of their instants, at the very most. */
#define DISORDER_USEC (10 * USEC_PER_MIN)

static const struct field number_v[] = { FIELD(struct number, n) };

static const struct db_query places[BY__MAX] = {
	[BY_ACCOUNT] = { .text = PLACES(FROM_ACCOUNT), DB_ROWS(number_v) },
	[BY_ACCOUNT_ACTION] = { .text = PLACES(FROM_ACCOUNT_ACTION), DB_ROWS(number_v) },
	[BY_ALL] = { .text = PLACES(FROM_ALL), DB_ROWS(number_v) },
	[BY_ALL_ACTION] = { .text = PLACES(FROM_ALL_ACTION), DB_ROWS(number_v) },
	[BY_ACTOR] = { .text = PLACES(FROM_ACTOR), DB_ROWS(number_v) },
	[BY_SUBTREE] = { .text = PLACES(FROM_SUBTREE), DB_ROWS(number_v) },
	[BY_CORRELATION] = { .text = PLACES(FROM_CORRELATION), DB_ROWS(number_v) },
	[BY_IP] = { .text = PLACES(FROM_IP), DB_ROWS(number_v) },
};

static const struct db_query first_since = {
	.text = "SELECT seq AS n FROM change_log WHERE at >= ? ORDER BY at LIMIT 1",
	DB_ROWS(number_v),
};
static const struct db_query subtree_size = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM account_tree"
		" WHERE ancestor_id = ? LIMIT 201) x",
	DB_ROWS(number_v),
};

static const struct db_query ip_often = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM change_log"
		" WHERE ip = ? LIMIT " IP_RARE ") x HAVING n >= " IP_RARE,
	DB_ROWS(number_v),
};

const struct db_query *const changelog_ask_queries[] = {
	&places[BY_ACCOUNT],
	&places[BY_ACCOUNT_ACTION],
	&places[BY_ALL],
	&places[BY_ALL_ACTION],
	&places[BY_ACTOR],
	&places[BY_SUBTREE],
	&places[BY_CORRELATION],
	&places[BY_IP],
	&first_since,
	&subtree_size,
	&ip_often,
	NULL,
};

static enum err seq_since(struct ctx *c, struct stamp at, int64_t *seq)
{
	struct number first;
	enum err e = db_one(c->db, &first_since, DB_ARGS(db_stamp(at)), c->mem, &first);

	if (!e)
		*seq = first.n;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err bounds_of(struct ctx *c, const struct change_filter *f, struct bounds *out)
{
	struct bounds b = { .above = 0, .below = INT64_MAX };
	enum err e = OK;

	/* DATETIME's own first and last day stand for "open". */
	b.from.usec = INT64_C(-30610224000000000);
	b.to.usec = INT64_C(253370764800000000);
	if (stamp_is_set(f->from)) {
		b.from = f->from;
		b.above = INT64_MAX - 1;
		e = seq_since(c, stamp_add(f->from, -DISORDER_USEC), &b.above);
		b.above--;
	}
	if (!e && stamp_is_set(f->to)) {
		b.to = f->to;
		e = seq_since(c, stamp_add(f->to, DISORDER_USEC), &b.below);
	}
	if (!e)
		*out = b;
	return e;
}

/* An address is looked for by itself where it is rare, or where nothing else is rarer. */
static enum err pick_by_ip(struct ctx *c, const struct change_filter *f, enum driver *d)
{
	struct number often;
	enum err e = OK;

	if (*d == BY_ACCOUNT || *d == BY_ACCOUNT_ACTION || *d == BY_SUBTREE)
		e = db_one(c->db, &ip_often, DB_ARGS(db_str(f->ip)), c->mem, &often);
	else
		*d = BY_IP;
	if (e != ERR_NOT_FOUND)
		return e;
	*d = BY_IP;
	return OK;
}

static enum err pick_driver(struct ctx *c, const struct change_filter *f, enum driver *out)
{
	struct number size;
	enum driver d = BY_ALL;
	enum err e = OK;

	if (f->correlation) {
		*out = BY_CORRELATION;
		return OK;
	}
	if (f->account_id != 0) {
		d = f->nactions > 0 ? BY_ACCOUNT_ACTION : BY_ACCOUNT;
	} else {
		e = db_one(c->db, &subtree_size, DB_ARGS(db_i64(c->actor.account_id)), c->mem,
		           &size);
		if (e)
			return e;
		if (f->nactions > 0)
			d = BY_ALL_ACTION;
		else if (size.n <= SUBTREE_SMALL)
			d = BY_SUBTREE;
		else if (f->actor_id != 0)
			d = BY_ACTOR;
	}
	if (f->ip[0])
		e = pick_by_ip(c, f, &d);
	if (!e)
		*out = d;
	return e;
}

/* An export reads all actions in one go, and a file's few accounts are found by account. */
static enum driver stream_driver(const struct change_filter *f, enum driver d)
{
	if (d == BY_CORRELATION || d == BY_IP)
		return d;
	return f->account_id != 0 ? BY_ACCOUNT : BY_ALL;
}

const char *change_action_set(struct arena *mem, const struct change_filter *f)
{
	struct buf b;

	buf_init(&b, mem, 4096);
	for (size_t i = 0; i < f->nactions; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_puts(&b, action_text(f->actions[i]));
	}
	return buf_str(&b);
}

static size_t driver_args(const struct ctx *c, const struct change_filter *f, enum driver d,
                          enum action action, struct db_arg *args)
{
	size_t n = 0;

	if (d == BY_ACCOUNT || d == BY_ACCOUNT_ACTION)
		args[n++] = db_i64(f->account_id);
	if (d == BY_ACCOUNT_ACTION || d == BY_ALL_ACTION)
		args[n++] = db_str(action_text(action));
	if (d == BY_ACTOR)
		args[n++] = db_i64(f->actor_id);
	if (d == BY_CORRELATION || d == BY_IP) {
		args[n++] = db_str(d == BY_IP ? f->ip : f->correlation);
		args[n++] = db_i64(f->account_id);
		args[n++] = db_i64(f->account_id);
		args[n] = db_str(change_action_set(c->mem, f));
		args[n + 1] = args[n];
		n += 2;
	}
	if (d != BY_ACCOUNT && d != BY_ACCOUNT_ACTION)
		args[n++] = db_i64(c->actor.account_id);
	return n;
}

size_t change_args_of(const struct ctx *c, const struct change_filter *f,
                      const struct change_ask *ask, enum action action, struct db_arg *args)
{
	const struct bounds *b = &ask->bounds;
	bool customer = c->session && !strcmp(c->session->account_kind, "customer");
	size_t n = driver_args(c, f, ask->driver, action, args);

	args[n++] = db_i64(b->above);
	args[n++] = db_i64(b->below);
	args[n++] = db_stamp(b->from);
	args[n++] = db_stamp(b->to);
	args[n++] = db_i64(f->actor_id);
	args[n++] = db_i64(f->actor_id);
	args[n++] = db_str(f->ip);
	args[n++] = db_str(f->ip);
	args[n++] = db_i64(customer);
	args[n++] = db_i64(c->actor.account_id);
	args[n++] = db_i64(c->actor.account_id);
	assert(n < CHANGE_ARGS_MAX);
	return n;
}

static int newest_first(const void *a, const void *b)
{
	const struct number *x = a, *y = b;

	return x->n < y->n ? 1 : x->n > y->n ? -1 : 0;
}

/*
 * The newest that match begin above the one after them.  Each action's are read from
 * its own range, and only those that may still be among the newest of all.
 */
static enum err above_newest(struct ctx *c, const struct change_filter *f,
                             struct change_ask *ask)
{
	size_t max = (size_t)f->newest, had = 0;
	struct number *found = arena_array(c->mem, struct number, 2 * (max + 1));
	struct db_arg args[CHANGE_ARGS_MAX + 1];
	struct db_list more;

	for (size_t i = 0; i < ask->rounds; i++) {
		size_t n = change_args_of(c, f, ask, f->actions[i], args);
		enum err e;

		args[n++] = db_i64((int64_t)max + 1);
		e = db_all(c->db, &places[ask->driver], args, n, c->mem, sizeof(*found),
		           max + 1, &more);
		if (e)
			return e;
		memcpy(found + had, more.v, more.n * sizeof(*found));
		had += more.n;
		qsort(found, had, sizeof(*found), newest_first);
		if (had <= max)
			continue;
		had = max + 1;
		ask->bounds.above = found[max].n;
	}
	return OK;
}

enum err change_ask(struct ctx *c, const struct change_filter *f, bool stream,
                    struct change_ask *out)
{
	struct change_ask ask;
	enum err e = pick_driver(c, f, &ask.driver);

	if (!e)
		e = bounds_of(c, f, &ask.bounds);
	if (e)
		return e;
	ask.rounds = 1;
	if (ask.driver == BY_ACCOUNT_ACTION || ask.driver == BY_ALL_ACTION)
		ask.rounds = f->nactions;
	if (f->newest > 0)
		e = above_newest(c, f, &ask);
	if (e)
		return e;
	if (stream)
		ask.driver = stream_driver(f, ask.driver);
	*out = ask;
	return OK;
}
