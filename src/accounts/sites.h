/*
 * sites.h - the places of an account, and the directory of address codes.
 *
 * An organisation always has exactly one headquarters ("hq"); it cannot be
 * removed.  A site with cameras, or with sites below it, is not removed.
 */
#ifndef ACCOUNTS_SITES_H
#define ACCOUNTS_SITES_H

#include "core/ctx.h"

#define SITES_LIST_MAX 500

struct site {
	int64_t id, parent_site_id;
	const char *kind, *name, *external_id, *csa_code, *contract_no, *origin;
	const char *country, *region, *city, *postcode, *street, *house;
	struct micro latitude, longitude;
	int64_t cameras, ver;
	struct stamp created_at, updated_at;
	int64_t account_id; /* not answered */
};
#define SITE_FIELDS 20
extern const struct field site_fields[]; /* the first SITE_FIELDS are answered */

extern const char *const site_kinds[]; /* NULL-ended; "hq" first */

struct site_edit {
	int64_t parent_site_id;
	const char *kind, *name, *contract_no;
	const char *country, *region, *city, *postcode, *street, *house;
	struct micro latitude, longitude;
	/* from here on only for billing and for creation */
	const char *external_id, *csa_code;
};

enum site_edit_field {
	SITE_PARENT,
	SITE_KIND,
	SITE_NAME,
	SITE_CONTRACT_NO,
	SITE_COUNTRY,
	SITE_REGION,
	SITE_CITY,
	SITE_POSTCODE,
	SITE_STREET,
	SITE_HOUSE,
	SITE_LATITUDE,
	SITE_LONGITUDE,
	SITE_EXTERNAL_ID,
	SITE_CSA_CODE,
	SITE__MAX
};
#define SITE_BIT(f) (UINT64_C(1) << (f))

/* By name, at most 500.  The account must be visible. */
enum err sites_list(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;
enum err sites_find(struct ctx *c, int64_t account_id, int64_t id, struct site *out) MUST_CHECK;

/* Within one account: ERR_NOT_FOUND (no fault told) when there is none. */
enum err sites_find_csa(struct ctx *c, int64_t account_id, const char *csa,
                        struct site *out) MUST_CHECK;
enum err sites_find_external(struct ctx *c, int64_t account_id, const char *external_id,
                             struct site *out) MUST_CHECK;

/* ERR_CONFLICT "site-exists" on a second site of the same code or external id. */
enum err sites_create(struct ctx *c, int64_t account_id, const struct site_edit *in,
                      int64_t *id) MUST_CHECK;
enum err sites_update(struct ctx *c, int64_t account_id, int64_t id, const struct site_edit *in,
                      uint64_t mask, int64_t ver) MUST_CHECK;

/* ERR_CONFLICT "site-in-use" (cameras or sites below), "site-is-hq". */
enum err sites_remove(struct ctx *c, int64_t account_id, int64_t id, int64_t ver) MUST_CHECK;

/* Takes all devices off a site (they stay with the account); *n says how many. */
enum err sites_unplace(struct ctx *c, int64_t account_id, int64_t id, int64_t *n) MUST_CHECK;

/* The headquarters of an organisation, made when it is not there yet. */
enum err sites_ensure_hq(struct ctx *c, int64_t account_id, const char *name) MUST_CHECK;

/* The directory. */
struct csa {
	const char *code, *country, *region, *city, *postcode, *street, *house;
	struct micro latitude, longitude;
};
enum err csa_find(struct ctx *c, const char *code, struct csa *out) MUST_CHECK; /* ERR_NOT_FOUND */
enum err csa_add(struct ctx *c, const struct csa *in) MUST_CHECK; /* there already: OK, unchanged */

#endif
