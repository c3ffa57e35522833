/*
 * notes.h - what those above an account write down about it.
 *
 * Never shown to the account's own people, whatever their roles: who belongs
 * to the account is refused.  For the same reason a note stands in the log of
 * the account above, and without its words.
 */
#ifndef NOTES_NOTES_H
#define NOTES_NOTES_H

#include "core/ctx.h"
#include "core/page.h"

#define NOTES_MAX 1000 /* of one account */

struct note {
	int64_t id;
	const char *text;
	bool pinned;
	const char *author;
	bool mine; /* the caller wrote it, and may change its words */
	int64_t ver;
	struct stamp created_at, updated_at;
};
#define NOTE_FIELDS 8
extern const struct field note_fields[NOTE_FIELDS];

struct note_edit {
	const char *text;
	bool pinned;
};
enum { NOTE_TEXT, NOTE_PINNED, NOTE__MAX };

/*
 * Pinned first, then the newest: a page, and how many there are.  ERR_DENIED
 * "own-account" for who belongs to the account himself; one note does not
 * exist for him.
 */
enum err notes_list(struct ctx *c, int64_t account_id, const struct page *page,
                    struct db_list *out, struct page_end *end) MUST_CHECK;
enum err notes_find(struct ctx *c, int64_t account_id, int64_t id, struct note *out) MUST_CHECK;

/* ERR_CONFLICT "too-many-notes". */
enum err notes_create(struct ctx *c, int64_t account_id, const struct note_edit *in,
                      int64_t *id) MUST_CHECK;

/* mask: bit i for the i-th member.  The words are their author's: else ERR_DENIED "not-author". */
enum err notes_update(struct ctx *c, int64_t account_id, int64_t id, const struct note_edit *in,
                      uint64_t mask, int64_t ver) MUST_CHECK;
enum err notes_remove(struct ctx *c, int64_t account_id, int64_t id, int64_t ver) MUST_CHECK;

extern const struct db_query *const notes_queries[];

#endif
