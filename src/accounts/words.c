#include "accounts/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define WORD_MAX 64 /* bytes */

void words_init(struct words *w, struct arena *mem, size_t max)
{
	*w = (struct words){ .v = arena_array(mem, struct word, max), .max = max, .mem = mem };
}

static void put(void *to, const char *word, size_t n)
{
	struct words *w = to;

	if (w->n < w->max)
		w->v[w->n++].word = arena_copy(w->mem, word, n);
}

void words_add(struct words *w, const char *text)
{
	if (text)
		utf8_words(text, strlen(text), put, w);
}

void words_add_joined(struct words *w, const char *text)
{
	char joined[WORD_MAX];
	size_t n = 0;

	for (; text && *text && n < sizeof(joined); text++)
		if (isascii((unsigned char)*text) && isalnum((unsigned char)*text))
			joined[n++] = (char)tolower((unsigned char)*text);
	if (n > 0)
		put(w, joined, n);
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->word, ((const struct word *)b)->word);
}

void words_sort(struct words *w)
{
	size_t n = 0;

	qsort(w->v, w->n, sizeof(w->v[0]), compare);
	for (size_t i = 0; i < w->n; i++)
		if (n == 0 || strcmp(w->v[n - 1].word, w->v[i].word))
			w->v[n++] = w->v[i];
	w->n = n;
}

const char *words_text(const struct words *w)
{
	struct buf text;

	if (w->n == 0)
		return NULL;
	buf_init(&text, w->mem, w->n * (WORD_MAX + 1) + sizeof(" "));
	for (size_t i = 0; i < w->n; i++)
		buf_printf(&text, " %s", w->v[i].word);
	buf_putc(&text, ' ');
	return buf_str(&text);
}

void words_split(struct words *w, const char *text)
{
	size_t n;

	for (const char *at = text ? text : ""; *at; at += n) {
		at += strspn(at, " ");
		n = strcspn(at, " ");
		if (n > 0)
			put(w, at, n);
	}
}
