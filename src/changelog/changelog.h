/*
 * changelog.h - reading the change log: pages and streams.
 *
 * Every page is read from an index in the order of seq, newest first: one
 * driving index a kind of question, chosen by the filter.  A period becomes
 * bounds of seq first, so that an old page costs what a new one does.
 */
#ifndef CHANGELOG_CHANGELOG_H
#define CHANGELOG_CHANGELOG_H

#include "base/buf.h"
#include "core/change.h"
#include "core/ip.h"
#include "core/page.h"

#define CHANGES_ACTIONS_MAX 40
#define CHANGES_NEWEST_MAX  10000

struct change_filter {
	int64_t account_id; /* 0: all the caller sees */
	enum action actions[CHANGES_ACTIONS_MAX];
	size_t nactions; /* 0: all */
	struct stamp from, to; /* STAMP_NONE: open; to is excluded */
	int64_t actor_id;      /* 0: anybody */
	const char *correlation; /* id of one request, event or job, or NULL */
	char ip[IP_PREFIX_TEXT]; /* as ip_plain() writes it; "": any */
	int64_t newest;          /* the newest so many of what matches all this; 0: all */
};

struct change_row {
	int64_t id; /* seq */
	struct stamp at;
	const char *action;
	const char *actor_kind;
	int64_t actor_id;
	const char *actor_label, *impersonator_label;
	const char *target_kind;
	int64_t target_key;
	const char *target_id; /* public text made of the two above, or NULL */
	const char *target_label;
	int64_t account_id;
	const char *account_label;
	const char *result, *failure;
	struct json_text before, after;
	const char *reason, *ip, *user_agent, *correlation_id;
	int64_t impersonator_id; /* not answered */
	bool known; /* who did it works where the caller sees it; not answered */
};

/* The columns of a CSV file. */
extern const struct fields change_csv_fields;

/*
 * One page of struct change_row, limit + 1 rows at most, before page_close().
 * Values before and after are withheld from who may not see them; of people
 * who work above the caller only their names are told.
 */
enum err changes_list(struct ctx *c, const struct change_filter *f, const struct page *p,
                      struct db_list *out) MUST_CHECK;
void changes_page_key(const void *row, const struct page *p, struct cursor *out);

/* How many match, counted to 10,000 and no further. */
enum err changes_count(struct ctx *c, const struct change_filter *f, int64_t *out) MUST_CHECK;

/* All that match, newest first, on a connection of its own. */
enum err changes_open(struct ctx *c, struct db *db, const struct change_filter *f,
                      struct db_rows *out) MUST_CHECK;
bool changes_next(struct ctx *c, struct db_rows *rows, struct arena *mem, struct change_row *out);

#endif
