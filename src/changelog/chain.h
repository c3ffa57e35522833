/*
 * chain.h - evidence of tampering: a chain of digests over the change log.
 *
 * Who writes an entry does nothing for it: the worker seals entries after they
 * were committed, in the order of seq; one that is committed late comes later
 * in the chain.  The digests need the key of key_file, so that who can write
 * to the database alone cannot make them anew.  What a purge takes out of an
 * entry is no tampering, where the log tells of the purge.
 */
#ifndef CHANGELOG_CHAIN_H
#define CHANGELOG_CHAIN_H

#include "core/ctx.h"

#define LINK_BYTES       32
#define LINK_TEXT        65
#define CHAIN_BREAKS_MAX 100

enum chain_break_kind {
	BREAK_ALTERED, /* an entry is not what was sealed */
	BREAK_MISSING, /* a sealed entry is gone */
	BREAK_ADDED,   /* an entry below the sealed ones has no seal */
	BREAK_SEAL,    /* a seal was altered, or one before it is gone */
	BREAK_HEAD,    /* the head is not what was made */
	BREAK_KEY,     /* the key of a seal is not in the key file */
	BREAK__MAX
};
const char *chain_break_text(enum chain_break_kind k);

struct chain_break {
	const char *what;
	int64_t pos, seq; /* 0: none */
	struct stamp found_at;
};

struct chain_state {
	int64_t base_pos;
	struct bytes base_link;
	int64_t head_pos;
	struct bytes head_link;
	int64_t head_seq;
	struct stamp head_at;
	const char *key_id;
	struct bytes mac;
	int64_t settled_seq, mark_seq;
	struct stamp mark_at;
	struct stamp check_due_at;
	struct opt check_pos; /* set while a verification is under way */
	struct bytes check_link;
	int64_t check_seq, check_broken;
	struct stamp verified_at;
	int64_t verified_pos;
	struct bytes verified_link;
	int64_t broken;
};

enum err chain_read(struct ctx *c, struct chain_state *out) MUST_CHECK;
enum err chain_breaks(struct ctx *c, struct db_list *out) MUST_CHECK; /* struct chain_break */

/* Seals what was committed since; did when there may be more. */
enum err chain_seal_step(struct ctx *c, bool *did) MUST_CHECK;

/* Seals what was committed after what was written behind it; in a transaction. */
enum err chain_late_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

/* A part of the verification of each day, or of the one that was asked for. */
enum err chain_check_step(struct ctx *c, bool *did) MUST_CHECK;

/* Asks for one now. */
enum err chain_check_soon(struct ctx *c) MUST_CHECK;

/* "2026-03-01T10:00:00.000000Z site.create Shop", or NULL when there is no such entry. */
const char *chain_entry_words(struct ctx *c, int64_t seq);

/*
 * Verifies all of it; found is called for each break.  expect, or NULL, is a head that
 * was noted before, "POS:LINK": BREAK_HEAD when the chain no longer has it.
 * ERR_MALFORMED when it is no head, ERR_NOT_FOUND without a key.
 */
typedef void chain_found(void *to, const struct chain_break *b);
enum err chain_verify(struct ctx *c, const char *expect, chain_found *found, void *to,
                      int64_t *broken) MUST_CHECK;

#endif
