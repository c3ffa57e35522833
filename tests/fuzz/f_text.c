/* Words, trimming and addresses of any bytes. */
#include "base/utf8.h"
#include "fuzz/fuzz.h"

struct words {
	struct arena *mem;
	bool valid;
	bool again; /* words of a word: one, itself */
	const char *expected;
};

static void check_word(void *to, const char *word, size_t n)
{
	struct words *w = to;
	struct words inner = { w->mem, w->valid, true, NULL };

	HOLDS(n > 0 && n <= 64);
	HOLDS(!w->valid || utf8_valid(word, n));
	if (w->again) {
		HOLDS(w->expected && strlen(w->expected) == n && !memcmp(w->expected, word, n));
		w->expected = NULL;
		return;
	}
	inner.expected = arena_copy(w->mem, word, n);
	utf8_words(word, n, check_word, &inner);
	HOLDS(!inner.expected);
}

static void check_email(const char *s, size_t n)
{
	if (!utf8_is_email(s, n))
		return;
	HOLDS(n >= 5 && n <= 254);
	for (size_t i = 0; i < n; i++)
		HOLDS(s[i] > ' ' && s[i] < 0x7f && !strchr("<>()[]\",;:\\", s[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *s = (const char *)data, *once, *twice;
	struct arena mem;
	struct words w = { &mem, utf8_valid(s, n), false, NULL };

	arena_init(&mem, FUZZ_ARENA_MAX);
	HOLDS(utf8_length(s, n) <= n);
	utf8_words(s, n, check_word, &w);
	once = utf8_trim(&mem, s, n);
	twice = utf8_trim(&mem, once, strlen(once));
	HOLDS(memchr(s, '\0', n) || strcmp(once, twice) == 0);
	HOLDS(!utf8_printable(s, n, false) || utf8_printable(s, n, true));
	check_email(s, n);
	arena_release(&mem);
	return 0;
}
