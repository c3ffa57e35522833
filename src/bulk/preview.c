#include <string.h>

#include "bulk/inner.h"

#define REASONS_MAX 16

const struct field bulk_preview_fields[] = {
	FIELD(struct bulk_preview, action),  FIELD(struct bulk_preview, total),
	FIELD(struct bulk_preview, exact),   FIELD(struct bulk_preview, looked),
	FIELD(struct bulk_preview, able),    FIELD(struct bulk_preview, accounts),
	FIELD(struct bulk_preview, members), FIELD(struct bulk_preview, cameras),
};
const struct field bulk_reason_fields[] = {
	FIELD(struct bulk_reason, code),
	FIELD(struct bulk_reason, accounts),
};
const struct field bulk_example_fields[] = {
	FIELD_KEY(struct bulk_example, account_id, ID_ACCOUNT),
	FIELD(struct bulk_example, name),
	FIELD(struct bulk_example, code),
};

struct look {
	struct ctx *c;
	enum bulk_act act;
	struct bulk_preview *out;
	struct bulk_reason reasons[REASONS_MAX];
	struct bulk_example examples[BULK_EXAMPLES_MAX];
	size_t nreasons, nexamples;
};

static void put_reason(struct look *l, const char *code)
{
	size_t i = 0;

	while (i < l->nreasons && strcmp(l->reasons[i].code, code) != 0)
		i++;
	if (i == REASONS_MAX)
		return;
	if (i == l->nreasons)
		l->reasons[l->nreasons++] = (struct bulk_reason){ code, 0 };
	l->reasons[i].accounts++;
}

static void look_at(struct look *l, const struct bulk_fact *f)
{
	const char *code = bulk_refusal(l->c, l->act, f);

	l->out->looked++;
	if (!code) {
		l->out->able++;
		l->out->accounts += f->accounts;
		l->out->members += f->members;
		l->out->cameras += f->cameras;
		return;
	}
	put_reason(l, code);
	if (l->nexamples < BULK_EXAMPLES_MAX)
		l->examples[l->nexamples++] = (struct bulk_example){ f->id, f->name, code };
}

/* Of a page nothing is kept but the examples that were found in it. */
static enum err look_at_page(struct look *l, const int64_t *ids, size_t n)
{
	struct ctx *c = l->c;
	struct arena_mark mark = arena_mark(c->mem);
	size_t before = l->nexamples;
	struct db_list facts;
	enum err e = bulk_facts(c, ids, n, &facts);

	for (size_t i = 0; !e && i < facts.n; i++)
		look_at(l, (const struct bulk_fact *)facts.v + i);
	if (l->nexamples == before)
		arena_rewind(c->mem, mark);
	return e;
}

static enum err look_at_all(struct look *l, const struct query *q)
{
	int64_t ids[BULK_PAGE], after = 0;
	bool more = true;
	enum err e = OK;
	size_t n = 0;

	while (!e && more && l->out->looked < BULK_LOOKED_MAX) {
		e = bulk_page(l->c, q, after, ids, &n, &more);
		if (e || n == 0)
			break;
		after = ids[n - 1];
		e = look_at_page(l, ids, n);
	}
	return e;
}

enum err bulk_preview(struct ctx *c, enum bulk_act act, const struct bulk_set *set,
                      struct bulk_preview *out, struct db_list *reasons,
                      struct db_list *examples)
{
	struct look *l = arena_new(c->mem, struct look);
	struct bulk_chosen chosen;
	enum err e = bulk_need(c, act, set->q != NULL);

	if (!e)
		e = bulk_choose(c, set, &chosen);
	if (e)
		return e;
	*out = (struct bulk_preview){ .action = bulk_acts[act] };
	l->c = c;
	l->act = act;
	l->out = out;
	e = bulk_count(c, &chosen, &out->total, &out->exact);
	if (!e)
		e = chosen.q ? look_at_all(l, chosen.q) : look_at_page(l, chosen.ids, chosen.n);
	*reasons = (struct db_list){ l->reasons, l->nreasons };
	*examples = (struct db_list){ l->examples, l->nexamples };
	return e;
}
