#include "changelog/changelog.h"

#include <assert.h>
#include <string.h>

#include "changelog/changelog_sql.h"
#include "signin/session.h"

#define COUNT_MAX     10000
#define SUBTREE_SMALL 200
/* Commits are this much out of the order of their instants, at the very most. */
#define DISORDER_USEC (10 * USEC_PER_MIN)

static const struct field row_v[] = {
	FIELD(struct change_row, id),
	FIELD(struct change_row, at),
	FIELD(struct change_row, action),
	FIELD(struct change_row, actor_kind),
	FIELD(struct change_row, actor_id),
	FIELD(struct change_row, actor_label),
	FIELD(struct change_row, impersonator_id),
	FIELD(struct change_row, known),
	FIELD(struct change_row, impersonator_label),
	FIELD(struct change_row, target_kind),
	FIELD(struct change_row, target_key),
	FIELD(struct change_row, target_label),
	FIELD(struct change_row, account_id),
	FIELD(struct change_row, account_label),
	FIELD(struct change_row, result),
	FIELD(struct change_row, failure),
	FIELD(struct change_row, before),
	FIELD(struct change_row, after),
	FIELD(struct change_row, reason),
	FIELD(struct change_row, ip),
	FIELD(struct change_row, user_agent),
	FIELD(struct change_row, correlation_id),
};

static const struct field csv_v[] = {
	FIELD(struct change_row, at, .label = "Date and time"),
	FIELD(struct change_row, action, .label = "Action"),
	FIELD(struct change_row, actor_label, .label = "Actor"),
	FIELD(struct change_row, actor_kind, .label = "Actor kind"),
	FIELD(struct change_row, impersonator_label, .label = "Impersonated by"),
	FIELD(struct change_row, target_label, .label = "Target"),
	FIELD(struct change_row, target_kind, .label = "Target kind"),
	FIELD(struct change_row, target_id, .label = "Target ID"),
	FIELD(struct change_row, account_label, .label = "Account"),
	FIELD_KEY(struct change_row, account_id, ID_ACCOUNT, .label = "Account ID"),
	FIELD(struct change_row, result, .label = "Result"),
	FIELD(struct change_row, failure, .label = "Failure"),
	FIELD(struct change_row, before, .label = "Before"),
	FIELD(struct change_row, after, .label = "After"),
	FIELD(struct change_row, reason, .label = "Reason"),
	FIELD(struct change_row, ip, .label = "IP"),
	FIELD(struct change_row, user_agent, .label = "User agent"),
	FIELD(struct change_row, correlation_id, .label = "Correlation ID"),
	FIELD_KEY(struct change_row, id, ID_CHANGE, .label = "ID"),
};
const struct fields change_csv_fields = FIELDS(csv_v);

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };

enum driver {
	BY_ACCOUNT,
	BY_ACCOUNT_ACTION,
	BY_ALL,
	BY_ALL_ACTION,
	BY_ACTOR,
	BY_SUBTREE,
	BY_CORRELATION,
	BY__MAX
};

#define PAGES(from) \
	{ \
		{ .text = COLUMNS("1") from BOUNDS OLDER, DB_ROWS(row_v) }, \
			{ .text = COLUMNS("1") from BOUNDS NEWER, DB_ROWS(row_v) }, \
	}
/* Second index: 1 reads towards newer rows. */
static const struct db_query pages[BY__MAX][2] = {
	[BY_ACCOUNT] = PAGES(FROM_ACCOUNT),
	[BY_ACCOUNT_ACTION] = PAGES(FROM_ACCOUNT_ACTION),
	[BY_ALL] = PAGES(FROM_ALL),
	[BY_ALL_ACTION] = PAGES(FROM_ALL_ACTION),
	[BY_ACTOR] = PAGES(FROM_ACTOR),
	[BY_SUBTREE] = PAGES(FROM_SUBTREE),
	[BY_CORRELATION] = PAGES(FROM_CORRELATION),
};

static const struct db_query counts[BY__MAX] = {
	[BY_ACCOUNT] = { .text = COUNTED(FROM_ACCOUNT), DB_ROWS(number_v) },
	[BY_ACCOUNT_ACTION] = { .text = COUNTED(FROM_ACCOUNT_ACTION), DB_ROWS(number_v) },
	[BY_ALL] = { .text = COUNTED(FROM_ALL), DB_ROWS(number_v) },
	[BY_ALL_ACTION] = { .text = COUNTED(FROM_ALL_ACTION), DB_ROWS(number_v) },
	[BY_ACTOR] = { .text = COUNTED(FROM_ACTOR), DB_ROWS(number_v) },
	[BY_SUBTREE] = { .text = COUNTED(FROM_SUBTREE), DB_ROWS(number_v) },
	[BY_CORRELATION] = { .text = COUNTED(FROM_CORRELATION), DB_ROWS(number_v) },
};

static const struct db_query stream_account = { .text = COLUMNS(KNOWN)
	                                                FROM_ACCOUNT BOUNDS IN_SET,
	                                        DB_ROWS(row_v) };
static const struct db_query stream_all = { .text = COLUMNS(KNOWN) FROM_ALL BOUNDS IN_SET,
	                                    DB_ROWS(row_v) };

static const struct db_query stream_correlation = {
	.text = COLUMNS(KNOWN) FROM_CORRELATION BOUNDS " ORDER BY l.seq DESC",
	DB_ROWS(row_v),
};

static const struct db_query first_since = {
	.text = "SELECT seq AS n FROM change_log WHERE at >= ? ORDER BY at LIMIT 1",
	DB_ROWS(number_v),
};
static const struct db_query works_here = {
	.text = "SELECT COUNT(*) AS n FROM membership m JOIN account_tree t"
		" ON t.descendant_id = m.account_id AND t.ancestor_id = ? WHERE m.person_id = ?",
	DB_ROWS(number_v),
};
static const struct db_query subtree_size = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM account_tree"
		" WHERE ancestor_id = ? LIMIT 201) x",
	DB_ROWS(number_v),
};

#define TWO(d) &pages[d][0], &pages[d][1], &counts[d]
const struct db_query *const changelog_queries[] = {
	TWO(BY_ACCOUNT),     TWO(BY_ACCOUNT_ACTION),
	TWO(BY_ALL),         TWO(BY_ALL_ACTION),
	TWO(BY_ACTOR),       TWO(BY_SUBTREE),
	TWO(BY_CORRELATION), &stream_account,
	&stream_all,         &stream_correlation,
	&first_since,        &subtree_size,
	&works_here,         NULL,
};

/* Everything but the driver: which seq, which instants, whose, how many. */
struct bounds {
	int64_t above, below;
	struct stamp from, to;
	int64_t actor_id;
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
	struct bounds b = { .above = 0, .below = INT64_MAX, .actor_id = f->actor_id };
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

static enum err pick_driver(struct ctx *c, const struct change_filter *f, enum driver *out)
{
	struct number size;
	enum err e;

	if (f->correlation) {
		*out = BY_CORRELATION;
		return OK;
	}
	if (f->account_id != 0) {
		*out = f->nactions > 0 ? BY_ACCOUNT_ACTION : BY_ACCOUNT;
		return OK;
	}
	e = db_one(c->db, &subtree_size, DB_ARGS(db_i64(c->actor.account_id)), c->mem, &size);
	if (e)
		return e;
	*out = BY_ALL;
	if (f->nactions > 0)
		*out = BY_ALL_ACTION;
	else if (size.n <= SUBTREE_SMALL)
		*out = BY_SUBTREE;
	else if (f->actor_id != 0)
		*out = BY_ACTOR;
	return OK;
}

#define ARGS_MAX 12

/* One index range an action, merged: no sort of all that match. */
static size_t rounds_of(const struct change_filter *f)
{
	return f->nactions > 0 && !f->correlation ? f->nactions : 1;
}

static const char *action_set(struct arena *mem, const struct change_filter *f)
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

/* The arguments of a statement; the action counts only for drivers that have one. */
static size_t make_args(const struct ctx *c, const struct change_filter *f, enum driver d,
                        enum action action, const struct bounds *b, struct db_arg *args)
{
	size_t n = 0;

	if (d == BY_ACCOUNT || d == BY_ACCOUNT_ACTION)
		args[n++] = db_i64(f->account_id);
	if (d == BY_ACCOUNT_ACTION || d == BY_ALL_ACTION)
		args[n++] = db_str(action_text(action));
	if (d == BY_ACTOR)
		args[n++] = db_i64(f->actor_id);
	if (d == BY_CORRELATION) {
		args[n++] = db_str(f->correlation);
		args[n++] = db_i64(f->account_id);
		args[n++] = db_i64(f->account_id);
		args[n] = db_str(action_set(c->mem, f));
		args[n + 1] = args[n];
		n += 2;
	}
	if (d != BY_ACCOUNT && d != BY_ACCOUNT_ACTION)
		args[n++] = db_i64(c->actor.account_id);
	args[n++] = db_i64(b->above);
	args[n++] = db_i64(b->below);
	args[n++] = db_stamp(b->from);
	args[n++] = db_stamp(b->to);
	args[n++] = db_i64(b->actor_id);
	args[n++] = db_i64(b->actor_id);
	assert(n <= ARGS_MAX);
	return n;
}

/* Of who works above the caller: his name, and nothing to find him by. */
static void hide_stranger(struct ctx *c, struct change_row *r)
{
	bool customer = c->session && !strcmp(c->session->account_kind, "customer");

	if (!strcmp(r->actor_kind, "system") ||
	    (!strcmp(r->actor_kind, "billing") && !customer))
		return;
	if (r->known && strcmp(r->actor_kind, "billing") != 0)
		return;
	if (r->impersonator_id == 0)
		r->actor_id = 0;
	r->ip = NULL;
	r->user_agent = NULL;
}

static void finish_row(struct ctx *c, struct arena *mem, struct change_row *r)
{
	char text[ID_TEXT];
	enum id_kind kind = target_of_text(r->target_kind);

	r->target_id = NULL; /* the row of a stream was the one before */
	if (kind != ID_NONE && r->target_key != 0) {
		id_write(kind, r->target_key, text);
		r->target_id = arena_str(mem, text);
	}
	if (!ctx_may(c, PERM_AUDIT_VALUES)) {
		r->before.s = NULL;
		r->after.s = NULL;
	}
	hide_stranger(c, r);
}

/* Few people do most of what a page shows: each is looked for once. */
static enum err know_people(struct ctx *c, struct db_list *list)
{
	struct change_row *v = list->v;
	struct number n;
	enum err e = OK;

	for (size_t i = 0; !e && i < list->n && c->actor.account_id != ACCOUNT_ROOT; i++) {
		int64_t who = v[i].impersonator_id ? v[i].impersonator_id : v[i].actor_id;
		size_t k = 0;

		while (k < i &&
		       (v[k].impersonator_id ? v[k].impersonator_id : v[k].actor_id) != who)
			k++;
		v[i].known = k < i ? v[k].known : who == c->actor.person_id;
		if (k < i || v[i].known || who == 0)
			continue;
		e = db_one(c->db, &works_here,
		           DB_ARGS(db_i64(c->actor.account_id), db_i64(who)), c->mem, &n);
		v[i].known = !e && n.n > 0;
	}
	return e;
}

/* Puts b's rows into a, both in the page's order, and keeps the first max. */
static void merge(struct arena *mem, struct db_list *a, const struct db_list *b, bool newer,
                  size_t max)
{
	const struct change_row *x = a->v, *y = b->v;
	struct change_row *out = arena_array(mem, struct change_row, max);
	size_t i = 0, j = 0, n = 0;

	while (n < max && (i < a->n || j < b->n)) {
		bool left = j >= b->n ||
		            (i < a->n && (newer ? x[i].id < y[j].id : x[i].id > y[j].id));

		out[n++] = left ? x[i++] : y[j++];
	}
	a->v = out;
	a->n = n;
}

static enum err read_driver(struct ctx *c, const struct change_filter *f, enum driver d,
                            enum action action, const struct bounds *b, const struct page *p,
                            struct db_list *out)
{
	struct db_arg args[ARGS_MAX + 1];
	size_t n = make_args(c, f, d, action, b, args);

	args[n++] = db_i64(p->limit + 1);
	return db_all(c->db, &pages[d][p->at.set && p->at.back], args, n, c->mem,
	              sizeof(struct change_row), (size_t)p->limit + 1, out);
}

enum err changes_list(struct ctx *c, const struct change_filter *f, const struct page *p,
                      struct db_list *out)
{
	struct db_list all = { 0 }, part;
	struct bounds b;
	enum driver d;
	size_t rounds = rounds_of(f);
	enum err e = pick_driver(c, f, &d);

	if (!e)
		e = bounds_of(c, f, &b);
	if (e)
		return e;
	if (p->at.set && p->at.back && p->at.id > b.above)
		b.above = p->at.id;
	if (p->at.set && !p->at.back && p->at.id < b.below)
		b.below = p->at.id;
	for (size_t i = 0; i < rounds; i++) {
		e = read_driver(c, f, d, f->actions[i], &b, p, &part);
		if (e)
			return e;
		if (i == 0)
			all = part;
		else
			merge(c->mem, &all, &part, p->at.set && p->at.back,
			      (size_t)p->limit + 1);
	}
	e = know_people(c, &all);
	for (size_t i = 0; !e && i < all.n; i++)
		finish_row(c, c->mem, &((struct change_row *)all.v)[i]);
	if (!e)
		*out = all;
	return e;
}

void changes_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct change_row *)row)->id;
}

enum err changes_count(struct ctx *c, const struct change_filter *f, int64_t *out)
{
	struct db_arg args[ARGS_MAX];
	struct bounds b;
	struct number found;
	enum driver d;
	int64_t sum = 0;
	size_t rounds = rounds_of(f);
	enum err e = pick_driver(c, f, &d);

	if (!e)
		e = bounds_of(c, f, &b);
	for (size_t i = 0; !e && i < rounds && sum <= COUNT_MAX; i++) {
		size_t n = make_args(c, f, d, f->actions[i], &b, args);

		e = db_one(c->db, &counts[d], args, n, c->mem, &found);
		if (!e)
			sum += found.n;
	}
	if (!e)
		*out = sum;
	return e;
}

enum err changes_open(struct ctx *c, struct db *db, const struct change_filter *f,
                      struct db_rows *out)
{
	const char *set = action_set(c->mem, f);
	enum driver d = f->account_id != 0 ? BY_ACCOUNT : BY_ALL;
	struct db_arg args[ARGS_MAX + 4];
	struct bounds b;
	size_t n;
	enum err e = bounds_of(c, f, &b);

	if (e)
		return e;
	args[0] = args[1] = db_i64(c->actor.account_id);
	if (f->correlation)
		d = BY_CORRELATION;
	n = 2 + make_args(c, f, d, ACTION_NONE, &b, args + 2);
	if (d == BY_CORRELATION)
		return db_open(db, &stream_correlation, args, n, out);
	args[n++] = db_str(set);
	args[n++] = db_str(set);
	return db_open(db, d == BY_ACCOUNT ? &stream_account : &stream_all, args, n, out);
}

bool changes_next(struct ctx *c, struct db_rows *rows, struct arena *mem,
                  struct change_row *out)
{
	if (!db_next(rows, mem, out))
		return false;
	finish_row(c, mem, out);
	return true;
}
