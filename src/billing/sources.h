/*
 * sources.h - billing systems: who may send callbacks, and their secrets.
 *
 * A source's word counts only below its parent account.  Secrets are sealed at
 * rest and shown once, when they are made.  The verbs that change something
 * want an open transaction and write the change log.
 */
#ifndef BILLING_SOURCES_H
#define BILLING_SOURCES_H

#include "core/ctx.h"

#define SOURCE_KEYS_MAX    8
#define SOURCE_SECRET_TEXT 64 /* "whsec_" and base64 of 32 bytes, and NUL */

struct source_key {
	struct bytes key;
	struct stamp retire_at; /* STAMP_NONE: the current one */
};

struct billing_source {
	int64_t id;
	const char *name, *label, *mode; /* signed, legacy */
	int64_t parent_account_id;
	bool auto_provisioning;
	const char *ip_allow;
	int64_t rate_per_min; /* 0: unlimited */
	bool enabled;
	int64_t ver;
	/* filled by sources_find_by_name() alone: what is not retired */
	struct source_key signing[SOURCE_KEYS_MAX], bearer[SOURCE_KEYS_MAX];
	size_t nsigning, nbearer;
};

/* A row of the list of sources. */
struct source_row {
	int64_t id;
	const char *name, *label, *mode;
	bool enabled;
	int64_t parent_account_id;
	const char *parent_name;
	bool auto_provisioning;
	const char *ip_allow;
	int64_t rate_per_min, secrets;
	struct stamp last_event_at;
	int64_t open_events;
};
#define SOURCE_ROW_FIELDS 13
extern const struct field source_row_fields[SOURCE_ROW_FIELDS];

extern const struct db_query *const sources_queries[], *const sources_admin_queries[];

/* With its keys open.  ERR_NOT_FOUND without a story. */
enum err sources_find_by_name(struct ctx *c, const char *name,
                              struct billing_source *out) MUST_CHECK;

/* Without keys, also disabled ones. */
enum err sources_find(struct ctx *c, int64_t id, struct billing_source *out) MUST_CHECK;

/* All the caller sees: array of struct source_row. */
enum err sources_list(struct ctx *c, struct db_list *out) MUST_CHECK;

/* Makes c act for the source, within its parent account. */
void source_act(struct ctx *c, const struct billing_source *s, const char *ip);

struct source_new {
	const char *name, *label; /* name: [a-z0-9-], at most 40 */
	bool legacy;
	int64_t parent_account_id;
	bool auto_provisioning;
	const char *ip_allow; /* NULL or "": any address; legacy needs one */
	int64_t rate_per_min;
};

/* The new secret is written to out: tell it once.  ERR_INVALID, ERR_CONFLICT "source-exists". */
enum err sources_create(struct ctx *c, const struct source_new *in, int64_t *id,
                        char secret[SOURCE_SECRET_TEXT]) MUST_CHECK;

/* A new secret; the ones there are stay good for so many seconds. */
enum err sources_rotate(struct ctx *c, const char *name, int64_t keep_sec,
                        char secret[SOURCE_SECRET_TEXT]) MUST_CHECK;

/* Ends all secrets but the newest, at once. */
enum err sources_retire(struct ctx *c, const char *name) MUST_CHECK;

struct source_edit {
	const char *label, *ip_allow; /* NULL: as it is */
	struct opt enabled, auto_provisioning, rate_per_min;
	int64_t parent_account_id; /* 0: as it is */
};
enum err sources_update(struct ctx *c, const char *name,
                        const struct source_edit *in) MUST_CHECK;

#endif
