/*
 * change.h - writing the change log.
 *
 * A change and its log row commit together: change_put() asserts an open
 * transaction, and a writing route that leaves no row is a bug that rolls
 * back.  Names are stored beside keys, so an entry stays readable when what
 * it names is gone.  Secrets are never given to it.
 */
#ifndef CORE_CHANGE_H
#define CORE_CHANGE_H

#include "core/ctx.h"

enum action {
	ACTION_NONE,
#define ACTION(name, text, label) ACTION_##name,
#include "core/action.def"
#undef ACTION
	ACTION__MAX
};

/* "account.create", and its English label "created account". */
const char *action_text(enum action a);
const char *action_label(enum action a);
enum action action_of_text(const char *s); /* ACTION_NONE if unknown */

/* What a target is called in the log: "account"; "" and ID_NONE for what is unknown. */
const char *target_text(enum id_kind kind);
enum id_kind target_of_text(const char *s);

struct change {
	enum action action;
	enum id_kind target_kind;
	int64_t target_id;
	const char *target_label;
	int64_t account_id; /* in whose log it stands */
	const char *account_label;
	const char *failure; /* a stable word when it was denied or failed, else NULL */
	bool denied;
	const char *before, *after; /* JSON objects, or NULL */
	const char *reason;
};

enum err change_put(struct ctx *c, const struct change *ch) MUST_CHECK;

/*
 * before and after as JSON objects of the fields that differ between two rows
 * of one table; false if none does.  A NULL row counts as all absent.
 */
bool change_diff(struct arena *mem, struct fields f, const void *before, const void *after,
                 struct change *out);

#endif
