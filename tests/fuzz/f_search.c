/* A search is refused, or is a few words in the form accounts are found by. */
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "search/query.h"

static bool is_one_of(const char *s, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (!strcmp(words[i], s))
			return true;
	return false;
}

static void check_words(const struct query *q)
{
	HOLDS(q->nwords <= QUERY_WORDS);
	for (size_t i = 0; i < q->nwords; i++) {
		const char *w = q->words[i];

		HOLDS(*w && utf8_valid(w, strlen(w)));
		HOLDS(strlen(w) <= 64);
		HOLDS(i == 0 || strlen(q->words[i - 1]) >= strlen(w));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ctx c = { 0 };
	struct query q = { 0 };
	struct arena mem;
	const char *text;
	enum err e;

	/* The query string has been read as printable UTF-8 before. */
	if (n > 1000 || !utf8_valid((const char *)data, n) ||
	    !utf8_printable((const char *)data, n, false))
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	c.mem = &mem;
	text = arena_copy(&mem, (const char *)data, n);
	e = query_parse(&c, text, &q);
	HOLDS(e == OK || e == ERR_INVALID);
	HOLDS((e == OK) == (c.fault.nfields == 0));
	if (!e) {
		check_words(&q);
		HOLDS(!q.kind || is_one_of(q.kind, account_kinds));
		HOLDS(!q.state || is_one_of(q.state, account_states));
		HOLDS(q.parent_id >= 0);
	}
	arena_release(&mem);
	return 0;
}
