/*
 * words.h - the words people are found by: of name, login and e-mail address.
 *
 * person_word repeats them folded, one row each; people_reindex() alone writes
 * it, from the facts, in the transaction of their change.  A sub-user is found
 * by the words of his main user too.  A search is a few beginnings of words, all
 * of which must be there.
 */
#ifndef PEOPLE_WORDS_H
#define PEOPLE_WORDS_H

#include "core/ctx.h"

/*
 * After a change of name, login, e-mail or state of a person, and of whose
 * sub-user he is; his own sub-users are written anew too.
 */
enum err people_reindex(struct ctx *c, int64_t person_id) MUST_CHECK;

/* The same of a person just made, who has no words yet. */
enum err people_index_new(struct ctx *c, int64_t person_id, const char *const *texts,
                          size_t n) MUST_CHECK;

/* A step of the worker: people who were there before there was an index. */
enum err people_index_step(struct ctx *c, bool *did) MUST_CHECK;

#define ASKED_MAX  6
#define ASKED_TEXT 200 /* code points of the whole */

struct asked {
	size_t n;
	const char *from[ASKED_MAX], *to[ASKED_MAX]; /* ranges of words: from <= word < to */
};

/* ERR_INVALID at /q "too-many-words"; NULL asks for nothing. */
enum err asked_parse(struct ctx *c, const char *q, struct asked *out) MUST_CHECK;

/* True when all of them are words of the person; takes ASKED_ARGS arguments of asked_put(). */
#define ASKED_RANGE "MAX(f.word >= ? AND f.word < ?)"
#define ASKED_MATCH(person) \
	"(? = 0 OR (SELECT " ASKED_RANGE " + " ASKED_RANGE " + " ASKED_RANGE " + " ASKED_RANGE \
	" + " ASKED_RANGE " + " ASKED_RANGE " FROM person_word f FORCE INDEX (ix_person_word)" \
	" WHERE f.person_id = " person ") = ?)"
#define ASKED_ARGS (2 + 2 * ASKED_MAX)
void asked_put(const struct asked *a, struct db_arg out[ASKED_ARGS]);

#endif
