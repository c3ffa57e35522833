/*
 * agenda.h - what begins, ends or goes for good soon, in the accounts one sees.
 *
 * Nothing is stored: each kind is read from the table that knows its instant,
 * by the index of that instant.  Whoever may not list a kind of thing does not
 * see its dates either; that is no error, those rows are not there.
 */
#ifndef AGENDA_AGENDA_H
#define AGENDA_AGENDA_H

#include "core/ctx.h"

#define AGENDA_DAYS_MAX 90
#define AGENDA_MAX      200 /* the nearest of them */

struct agenda_item {
	struct stamp at;
	const char *kind; /* of agenda_kinds */
	int64_t account_id;
	const char *account_name;
	const char *label; /* the hold's kind, the person, the address, the licence; or NULL */
};
#define AGENDA_FIELDS 5
extern const struct field agenda_fields[];
extern const char *const agenda_kinds[]; /* NULL-ended */

/*
 * From now on for so many days, the nearest first.  kinds: "hold_ends,purge",
 * or "" for all.  *more: there are others behind the last of them.
 */
enum err agenda_list(struct ctx *c, int64_t days, const char *kinds, struct db_list *out,
                     bool *more) MUST_CHECK;

extern const struct db_query *const agenda_queries[];

#endif
