#include "accounts/sites.h"

#include <assert.h>

#include "accounts/queries.h"

#define SITES_MAX SITES_LIST_MAX

const char *const site_kinds[] = { "hq", "department", "company", "building", "entrance",
	                             "apartment", "location", NULL };

const struct field site_fields[] = {
	FIELD_KEY(struct site, id, ID_SITE),
	FIELD_KEY(struct site, parent_site_id, ID_SITE),
	FIELD(struct site, kind, .words = site_kinds),
	FIELD(struct site, name),
	FIELD(struct site, external_id),
	FIELD(struct site, csa_code),
	FIELD(struct site, contract_no),
	FIELD(struct site, origin),
	FIELD(struct site, country),
	FIELD(struct site, region),
	FIELD(struct site, city),
	FIELD(struct site, postcode),
	FIELD(struct site, street),
	FIELD(struct site, house),
	FIELD(struct site, latitude),
	FIELD(struct site, longitude),
	FIELD(struct site, cameras),
	FIELD(struct site, ver),
	FIELD(struct site, created_at),
	FIELD(struct site, updated_at),
	/* only between SQL and C */
	FIELD(struct site, account_id),
};
static_assert(ARRAY_LEN(site_fields) == SITE_FIELDS + 1, "one is not answered");

#define COLUMNS \
	"SELECT s.id AS id, s.parent_site_id AS parent_site_id, s.kind AS kind, s.name AS name," \
	" s.external_id AS external_id, s.csa_code AS csa_code, s.contract_no AS contract_no," \
	" s.origin AS origin, s.country AS country, s.region AS region, s.city AS city," \
	" s.postcode AS postcode, s.street AS street, s.house AS house, s.latitude AS latitude," \
	" s.longitude AS longitude, (SELECT COUNT(*) FROM device d WHERE d.site_id = s.id" \
	" AND d.removed_at IS NULL) AS cameras, s.ver AS ver, s.created_at AS created_at," \
	" s.updated_at AS updated_at, s.account_id AS account_id" \
	" FROM site s WHERE s.account_id = ? AND " SCOPE_SEES("s.account_id")

static const struct db_query list = {
	.text = COLUMNS " ORDER BY s.kind, s.name, s.id",
	DB_ROWS(site_fields),
};

static const struct db_query find = {
	.text = COLUMNS " AND s.id = ?",
	DB_ROWS(site_fields),
};

static const struct db_query by_csa = {
	.text = COLUMNS " AND s.csa_code = ?",
	DB_ROWS(site_fields),
};

static const struct db_query by_external = {
	.text = COLUMNS " AND s.external_id = ?",
	DB_ROWS(site_fields),
};

enum err sites_list(struct ctx *c, int64_t account_id, struct db_list *out)
{
	return db_all(c->db, &list, DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id)),
	              c->mem, sizeof(struct site), SITES_MAX, out);
}

enum err sites_find(struct ctx *c, int64_t account_id, int64_t id, struct site *out)
{
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id), db_i64(id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err sites_find_csa(struct ctx *c, int64_t account_id, const char *csa, struct site *out)
{
	return db_one(c->db, &by_csa,
	              DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id), db_str(csa)), c->mem,
	              out);
}

enum err sites_find_external(struct ctx *c, int64_t account_id, const char *external_id,
                             struct site *out)
{
	return db_one(c->db, &by_external,
	              DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id), db_str(external_id)),
	              c->mem, out);
}

const struct db_query *const sites_queries[] = { &list, &find, &by_csa, &by_external, NULL };
