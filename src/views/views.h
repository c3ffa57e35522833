/*
 * views.h - how people like to look at a list, kept under names.
 *
 * A view belongs to a person at the account he acts for, and is there nowhere
 * else.  A shared one is seen by all who act for that account and changed by
 * its owner or by whoever may share, but only its owner takes it back.  Only
 * of shared ones the change log tells.  Sharing needs the permission to set
 * preferences of the account (policy.edit_preferences): that is what a shared
 * view is.  Which view a list opens with is each person's own choice.
 */
#ifndef VIEWS_VIEWS_H
#define VIEWS_VIEWS_H

#include "core/ctx.h"
#include "json/json_in.h"

#define VIEWS_MAX        100 /* of one person at one account, all lists together */
#define VIEWS_SHARED_MAX 100 /* of one account */
#define VIEW_NAME_MAX    100
#define VIEW_COLUMNS_MAX 30
#define VIEW_COLUMN_MAX  30 /* letters of a column's name */

struct view_row {
	int64_t id;
	const char *list, *name, *q, *sort;
	const char *columns; /* "status,parent"; "" for the usual ones */
	int64_t page_size;
	bool shared, mine, may_edit, is_default;
	const char *owner; /* his name */
	int64_t ver;
	struct stamp created_at, updated_at;
	int64_t person_id; /* not answered */
};
extern const char *const view_lists[]; /* NULL-ended */

struct view_edit {
	const char *list, *name, *q, *sort;
	struct str_list columns;
	int64_t page_size;
	bool shared;
};
enum {
	VIEW_NAME,
	VIEW_Q,
	VIEW_SORT,
	VIEW_COLUMNS,
	VIEW_PAGE_SIZE,
	VIEW_SHARED,
	VIEW__MAX,
	VIEW_LIST = VIEW__MAX /* of a new one; never changed */
};

/* His own and the shared ones of the acting account, by name; list NULL: of all lists. */
enum err views_list(struct ctx *c, const char *list, struct db_list *out) MUST_CHECK;
enum err views_find(struct ctx *c, int64_t id, struct view_row *out) MUST_CHECK;

/*
 * ERR_INVALID with all complaints: /name "name-taken", /q, /sort, /columns, /page_size.
 * ERR_CONFLICT "too-many-views"; ERR_DENIED to share without the permission.
 */
enum err views_create(struct ctx *c, const struct view_edit *in, int64_t *id) MUST_CHECK;

/* mask: bit i for VIEW_i; ver 0: any.  ERR_DENIED for a shared one of another person. */
enum err views_update(struct ctx *c, int64_t id, const struct view_edit *in, uint64_t mask,
                      int64_t ver) MUST_CHECK;
enum err views_remove(struct ctx *c, int64_t id, int64_t ver) MUST_CHECK;

/* The caller's list opens with it, or with it no more. */
enum err views_set_default(struct ctx *c, int64_t id, bool on) MUST_CHECK;

extern const struct db_query *const views_queries[];

#endif
