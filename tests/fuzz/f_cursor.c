/* A cursor is refused, or is written again as one that says the same. */
#include "core/page.h"
#include "fuzz/fuzz.h"

static const char *const sorts[] = { "name", "-name", "created", NULL };

static bool same(const struct cursor *a, const struct cursor *b)
{
	return a->set == b->set && a->back == b->back && a->number == b->number &&
	       a->id == b->id && !strcmp(a->sort, b->sort) && !a->text == !b->text &&
	       (!a->text || !strcmp(a->text, b->text));
}

static void read_again(struct ctx *c, const struct page *p)
{
	const char *text = cursor_write(c->mem, &p->at);
	struct page q = { 0 };

	/* What cursors are made of is shorter than what is read of them. */
	if (strlen(text) > 600)
		return;
	HOLDS(page_read(c, p->limit, text, p->sort, sorts, &q) == OK);
	HOLDS(same(&p->at, &q.at));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const int64_t limits[] = { 0, 10, 25, 50, 100, 7 };
	struct ctx c = { 0 };
	struct page p = { 0 };
	struct arena mem;
	const char *text, *sort;
	enum err e;

	if (n < 2 || n > 2000)
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	c.mem = &mem;
	sort = data[0] % 4 == 3 ? NULL : sorts[data[0] % 4];
	text = arena_copy(&mem, (const char *)data + 2, n - 2);
	e = page_read(&c, limits[data[1] % 6], text, sort, sorts, &p);
	HOLDS(e == OK || e == ERR_INVALID);
	HOLDS((e == OK) == (c.fault.nfields == 0));
	if (!e) {
		HOLDS(p.at.set && !strcmp(p.at.sort, p.sort) && data[1] % 6 != 5);
		read_again(&c, &p);
	}
	arena_release(&mem);
	return 0;
}
