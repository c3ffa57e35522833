/*
 * list.h - everybody who belongs to an account the caller sees.
 *
 * One person stands once, with the memberships the caller sees.  A page is
 * read from an index in its order; where what is asked for leaves few people,
 * or the caller's subtree is small, they are gathered and sorted instead.
 */
#ifndef PEOPLE_LIST_H
#define PEOPLE_LIST_H

#include "core/page.h"
#include "people/words.h"

struct person_item {
	int64_t id;
	const char *login, *name, *email, *origin, *state;
	struct stamp last_login_at, created_at;
	/* not answered: where the row stands in its order */
	const char *sort_text;
	struct stamp sort_at;
};
#define PERSON_ITEM_FIELDS 8
extern const struct field person_item_fields[]; /* the first PERSON_ITEM_FIELDS are answered */

/* A person's membership as the list shows it; the rows of one person stand together. */
struct person_place_row {
	int64_t person_id, membership_id, account_id;
	const char *account_name, *kind, *role, *parent_name, *state;
	struct stamp expires_at;
};
#define PERSON_PLACE_FIELDS 8 /* answered: all but the first */
extern const struct field person_place_fields[];

struct people_filter {
	struct asked words;
	const char *kind; /* "billing", "manual", "self": who made him; "sub"; NULL: all */
};

extern const char *const people_kinds[]; /* NULL-ended, as all of these */
extern const char *const people_sorts[];
extern const char *const person_states[];

/* limit + 1 rows of struct person_item at most, before page_close(). */
enum err people_list(struct ctx *c, const struct people_filter *f, const struct page *p,
                     struct db_list *out) MUST_CHECK;
void people_page_key(const void *row, const struct page *p, struct cursor *out);
/* Counted to 10,000. */
enum err people_count(struct ctx *c, const struct people_filter *f, int64_t *out,
                      bool *exact) MUST_CHECK;

/* Memberships of these people that the caller sees: array of struct person_place_row. */
enum err people_places(struct ctx *c, const struct person_item *v, size_t n,
                       struct db_list *out) MUST_CHECK;

struct person_card {
	int64_t id;
	const char *login, *name, *email, *phone, *locale, *origin, *state;
	bool two_step, locked;
	int64_t sessions; /* live ones, of the memberships seen */
	struct stamp last_login_at, created_at;
	const char *created_by;
	int64_t ver;
};
#define PERSON_CARD_FIELDS 15
extern const struct field person_card_fields[];

/* Who has no membership in sight does not exist. */
enum err people_find(struct ctx *c, int64_t id, struct person_card *out) MUST_CHECK;

#endif
