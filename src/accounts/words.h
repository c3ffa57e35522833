/*
 * words.h - the set of words an account is found by.
 *
 * Also used by who loads accounts in bulk.  A telephone number counts twice:
 * by its groups, and joined to one word, so that both ways of typing it find
 * it; a MAC address counts joined alone.
 */
#ifndef ACCOUNTS_WORDS_H
#define ACCOUNTS_WORDS_H

#include "base/arena.h"

struct word {
	const char *word;
};

struct words {
	struct word *v;
	size_t n, max;
	struct arena *mem;
};

void words_init(struct words *w, struct arena *mem, size_t max);

/* Each word of the text; beyond max the rest is passed over. */
void words_add(struct words *w, const char *text);

/* Its letters and digits as one word. */
void words_add_joined(struct words *w, const char *text);

/* Sorted by bytes, each once. */
void words_sort(struct words *w);

/* All of them in one text, each between spaces, and back; NULL: none. */
const char *words_text(const struct words *w);
void words_split(struct words *w, const char *text);

#endif
