/*
 * custom.h - fields a reseller defines for the accounts below him, and what
 * stands in them.
 *
 * A definition is valid for every account below its own, not for that one
 * itself.  A key is used once on the way from the platform to any account, so
 * a value is named by its key.  What concerns very many accounts (a field
 * removed, or searched from now on) is settled by the worker, in batches.
 */
#ifndef CUSTOM_CUSTOM_H
#define CUSTOM_CUSTOM_H

#include "core/ctx.h"
#include "core/outbox.h"
#include "json/json_in.h"

#define CUSTOM_MAX       50 /* fields of one account */
#define CUSTOM_VALUE_MAX 500
#define CUSTOM_OUTBOX    "custom-field"

struct custom_field {
	int64_t id;
	const char *key, *label, *type;
	bool required, searchable;
	int64_t position;
	bool own;           /* defined by the account that was asked about */
	int64_t account_id; /* whose it is; 0: of an account above the caller's */
	const char *account_name;
	bool in_use;
	int64_t ver;
	struct stamp created_at, updated_at;
	const char *choices; /* a line each; answered apart */
};
#define CUSTOM_FIELD_FIELDS 14
extern const struct field custom_field_v[]; /* the first CUSTOM_FIELD_FIELDS are answered */
extern const char *const custom_types[];    /* NULL-ended */

struct custom_new {
	const char *key, *label, *type;
	struct str_list choices;
	bool required, searchable;
};
struct custom_edit {
	const char *label;
	struct str_list choices;
	bool required, searchable;
	int64_t position; /* from 1 on, among the account's own */
};
enum {
	CUSTOM_LABEL,
	CUSTOM_CHOICES,
	CUSTOM_REQUIRED,
	CUSTOM_SEARCHABLE,
	CUSTOM_POSITION,
	CUSTOM_EDIT__MAX
};

/* Of an account: those from above it, topmost first, and its own behind them. */
enum err custom_list(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/* One of its own. */
enum err custom_find(struct ctx *c, int64_t account_id, int64_t id,
                     struct custom_field *out) MUST_CHECK;

/* ERR_INVALID at the fields; ERR_CONFLICT "too-many-fields", "customer-defines-none". */
enum err custom_create(struct ctx *c, int64_t account_id, const struct custom_new *in,
                       int64_t *id) MUST_CHECK;

/* mask: bit i for the i-th member.  A choice that stands in some account is not taken out. */
enum err custom_update(struct ctx *c, int64_t account_id, int64_t id,
                       const struct custom_edit *in, uint64_t mask, int64_t ver) MUST_CHECK;

/* What goes with it. */
struct custom_impact {
	int64_t accounts; /* that have a value in it; counted up to 10,000 */
	bool exact;
};
#define CUSTOM_IMPACT_FIELDS 2
extern const struct field custom_impact_v[CUSTOM_IMPACT_FIELDS];
enum err custom_impact(struct ctx *c, int64_t account_id, int64_t id,
                       struct custom_impact *out) MUST_CHECK;

/* ERR_CONFLICT "field-in-use" while accounts have values, unless these are to go. */
enum err custom_remove(struct ctx *c, int64_t account_id, int64_t id, bool drop_values,
                       int64_t ver) MUST_CHECK;

/* Values gone and words rewritten after such a change: a batch, and the promise of the next. */
enum err custom_settle_run(struct ctx *c, const struct outbox_row *row);

/* --- what stands in them ---------------------------------------------------- */

struct custom_value {
	const char *key, *label, *type;
	bool required, searchable;
	int64_t account_id; /* who defined it, as above */
	const char *account_name, *value;
	const char *choices; /* answered apart */
	int64_t field_id;    /* not answered */
};
#define CUSTOM_VALUE_FIELDS 8
extern const struct field custom_value_v[];

/* All that are valid for the account, with their values; *ver is that of all of them. */
enum err custom_values(struct ctx *c, int64_t account_id, struct db_list *out,
                       int64_t *ver) MUST_CHECK;

/*
 * {"key":"text"|null}: sets what is named; ver 0: whatever it is now.
 * ERR_INVALID at "/values/KEY", also of a required one that would be empty.
 */
enum err custom_values_update(struct ctx *c, int64_t account_id, const char *json,
                              int64_t ver) MUST_CHECK;

#endif
