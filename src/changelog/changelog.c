#include "changelog/changelog.h"

#include "changelog/changelog_sql.h"
#include "changelog/inner.h"
#include "changelog/queries.h"

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

static const struct field number_v[] = { FIELD(struct number, n) };

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
	[BY_IP] = PAGES(FROM_IP),
};

static const struct db_query counts[BY__MAX] = {
	[BY_ACCOUNT] = { .text = COUNTED(FROM_ACCOUNT), DB_ROWS(number_v) },
	[BY_ACCOUNT_ACTION] = { .text = COUNTED(FROM_ACCOUNT_ACTION), DB_ROWS(number_v) },
	[BY_ALL] = { .text = COUNTED(FROM_ALL), DB_ROWS(number_v) },
	[BY_ALL_ACTION] = { .text = COUNTED(FROM_ALL_ACTION), DB_ROWS(number_v) },
	[BY_ACTOR] = { .text = COUNTED(FROM_ACTOR), DB_ROWS(number_v) },
	[BY_SUBTREE] = { .text = COUNTED(FROM_SUBTREE), DB_ROWS(number_v) },
	[BY_CORRELATION] = { .text = COUNTED(FROM_CORRELATION), DB_ROWS(number_v) },
	[BY_IP] = { .text = COUNTED(FROM_IP), DB_ROWS(number_v) },
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

static const struct db_query stream_ip = {
	.text = COLUMNS(KNOWN) FROM_IP BOUNDS " ORDER BY l.seq DESC",
	DB_ROWS(row_v),
};

#define TWO(d) &pages[d][0], &pages[d][1], &counts[d]
const struct db_query *const changelog_queries[] = {
	TWO(BY_ACCOUNT),
	TWO(BY_ACCOUNT_ACTION),
	TWO(BY_ALL),
	TWO(BY_ALL_ACTION),
	TWO(BY_ACTOR),
	TWO(BY_SUBTREE),
	TWO(BY_CORRELATION),
	TWO(BY_IP),
	&stream_account,
	&stream_all,
	&stream_correlation,
	&stream_ip,
	NULL,
};

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

static enum err read_driver(struct ctx *c, const struct change_filter *f,
                            const struct change_ask *ask, enum action action,
                            const struct page *p, struct db_list *out)
{
	struct db_arg args[CHANGE_ARGS_MAX + 1];
	size_t n = change_args_of(c, f, ask, action, args);

	args[n++] = db_i64(p->limit + 1);
	return db_all(c->db, &pages[ask->driver][p->at.set && p->at.back], args, n, c->mem,
	              sizeof(struct change_row), (size_t)p->limit + 1, out);
}

enum err changes_list(struct ctx *c, const struct change_filter *f, const struct page *p,
                      struct db_list *out)
{
	struct db_list all = { 0 }, part;
	struct change_ask ask;
	enum err e = change_ask(c, f, false, &ask);

	if (e)
		return e;
	if (p->at.set && p->at.back && p->at.id > ask.bounds.above)
		ask.bounds.above = p->at.id;
	if (p->at.set && !p->at.back && p->at.id < ask.bounds.below)
		ask.bounds.below = p->at.id;
	for (size_t i = 0; i < ask.rounds; i++) {
		e = read_driver(c, f, &ask, f->actions[i], p, &part);
		if (e)
			return e;
		if (i == 0)
			all = part;
		else
			merge(c->mem, &all, &part, p->at.set && p->at.back,
			      (size_t)p->limit + 1);
	}
	e = change_know(c, &all);
	for (size_t i = 0; !e && i < all.n; i++)
		change_finish(c, c->mem, &((struct change_row *)all.v)[i]);
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
	struct db_arg args[CHANGE_ARGS_MAX];
	struct change_ask ask;
	struct number found;
	int64_t sum = 0;
	enum err e = change_ask(c, f, false, &ask);

	if (e)
		return e;
	for (size_t i = 0; !e && i < ask.rounds && sum <= CHANGES_COUNT_MAX; i++) {
		size_t n = change_args_of(c, f, &ask, f->actions[i], args);

		e = db_one(c->db, &counts[ask.driver], args, n, c->mem, &found);
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
	struct db_arg args[CHANGE_ARGS_MAX + 4];
	struct change_ask ask;
	size_t n;
	enum err e = change_ask(c, f, true, &ask);

	if (e)
		return e;
	args[0] = args[1] = db_i64(c->actor.account_id);
	n = 2 + change_args_of(c, f, &ask, ACTION_NONE, args + 2);
	if (ask.driver == BY_CORRELATION || ask.driver == BY_IP)
		return db_open(db, ask.driver == BY_IP ? &stream_ip : &stream_correlation, args,
		               n, out);
	args[n] = args[n + 1] = db_str(change_action_set(c->mem, f));
	n += 2;
	return db_open(db, ask.driver == BY_ACCOUNT ? &stream_account : &stream_all, args, n,
	               out);
}

bool changes_next(struct ctx *c, struct db_rows *rows, struct arena *mem,
                  struct change_row *out)
{
	if (!db_next(rows, mem, out))
		return false;
	change_finish(c, mem, out);
	return true;
}
