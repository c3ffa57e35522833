#include "accounts/queries.h"
#include "accounts/sites.h"

static const struct field csa_row[] = {
	FIELD(struct csa, code),   FIELD(struct csa, country),  FIELD(struct csa, region),
	FIELD(struct csa, city),   FIELD(struct csa, postcode), FIELD(struct csa, street),
	FIELD(struct csa, house),  FIELD(struct csa, latitude), FIELD(struct csa, longitude),
};

static const struct db_query find = {
	.text = "SELECT code AS code, country AS country, region AS region, city AS city,"
	        " postcode AS postcode, street AS street, house AS house, latitude AS latitude,"
	        " longitude AS longitude FROM csa WHERE code = ?",
	DB_ROWS(csa_row),
};

static const struct db_query add = {
	.text = "INSERT IGNORE INTO csa (code, country, region, city, postcode, street, house,"
	        " latitude, longitude, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

enum err csa_find(struct ctx *c, const char *code, struct csa *out)
{
	return db_one(c->db, &find, DB_ARGS(db_str(code)), c->mem, out);
}

enum err csa_add(struct ctx *c, const struct csa *in)
{
	return db_exec(c->db, &add,
	               DB_ARGS(db_str(in->code), db_str(in->country), db_str(in->region),
	                       db_str(in->city), db_str(in->postcode), db_str(in->street),
	                       db_str(in->house), db_micro(in->latitude), db_micro(in->longitude),
	                       db_stamp(c->now)),
	               NULL);
}

const struct db_query *const csa_queries[] = { &find, &add, NULL };
