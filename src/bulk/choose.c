#include <string.h>

#include "accounts/list.h"
#include "bulk/inner.h"
#include "core/memo.h"

static bool among(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static const char *pointer(struct ctx *c, size_t i)
{
	return arena_printf(c->mem, "/account_ids/%zu", i);
}

static enum err read_ids(struct ctx *c, const struct str_list *list, struct bulk_chosen *out)
{
	enum err e = OK;
	int64_t id;

	for (size_t i = 0; i < list->n && i < BULK_IDS_MAX; i++) {
		if (!id_read(ID_ACCOUNT, list->v[i], strlen(list->v[i]), &id))
			e = FAIL_FIELD(c, pointer(c, i), "not-an-id");
		else if (among(out->ids, out->n, id))
			e = FAIL_FIELD(c, pointer(c, i), "duplicate-member");
		else
			out->ids[out->n++] = id;
	}
	return e;
}

static enum err check_seen(struct ctx *c, const struct bulk_chosen *chosen)
{
	const struct bulk_fact *v;
	struct db_list facts;
	size_t seen = 0;
	enum err e = bulk_facts(c, chosen->ids, chosen->n, &facts), bad = OK;

	if (e)
		return e;
	v = facts.v;
	for (size_t i = 0; i < chosen->n; i++) {
		if (seen < facts.n && v[seen].id == chosen->ids[i])
			seen++;
		else
			bad = FAIL_FIELD(c, pointer(c, i), "unknown-value");
	}
	return bad;
}

enum err bulk_choose(struct ctx *c, const struct bulk_set *set, struct bulk_chosen *out)
{
	struct query *q;
	enum err e;

	*out = (struct bulk_chosen){ .n = 0 };
	if ((set->account_ids.n > 0) == (set->q != NULL))
		return FAIL_FIELD(c, "/account_ids", "one-of-two");
	if (!set->q) {
		e = read_ids(c, &set->account_ids, out);
		return e ? e : check_seen(c, out);
	}
	q = arena_new(c->mem, struct query);
	e = query_parse(c, set->q, q);
	if (!e)
		out->q = q;
	return e;
}

/* What is confirmed is counted now: what the pool remembers of a list may be a minute old. */
enum err bulk_count(struct ctx *c, const struct bulk_chosen *chosen, int64_t *out, bool *exact)
{
	struct memo *memo = c->memo;
	enum err e;

	if (!chosen->q) {
		*out = (int64_t)chosen->n;
		*exact = true;
		return OK;
	}
	c->memo = NULL;
	e = accounts_count(c, chosen->q, out, exact);
	c->memo = memo;
	return e;
}

enum err bulk_page(struct ctx *c, const struct query *q, int64_t after_id, int64_t *ids,
                   size_t *n, bool *more)
{
	const struct page page = {
		.limit = BULK_PAGE,
		.sort = "created",
		.at = { .set = after_id > 0, .sort = "created", .id = after_id },
	};
	struct arena_mark mark = arena_mark(c->mem);
	const struct account_item *v;
	struct db_list rows;
	enum err e = accounts_list(c, q, &page, &rows);

	if (e)
		return e;
	v = rows.v;
	*more = rows.n > BULK_PAGE;
	*n = *more ? BULK_PAGE : rows.n;
	for (size_t i = 0; i < *n; i++)
		ids[i] = v[i].id;
	arena_rewind(c->mem, mark);
	return OK;
}
