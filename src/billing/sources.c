#include "billing/sources.h"

#include <string.h>

#include "base/seal.h"
#include "billing/sources_priv.h"

/* The source comes first, so that its table of fields serves here too. */
struct key_row {
	struct billing_source s;
	const char *secret_kind, *sealed; /* NULL: it has none */
	struct stamp retire_at;
};

#define SOURCE_FIELDS \
	FIELD(struct billing_source, id), FIELD(struct billing_source, name), \
		FIELD(struct billing_source, label), FIELD(struct billing_source, mode), \
		FIELD(struct billing_source, parent_account_id), \
		FIELD(struct billing_source, auto_provisioning), \
		FIELD(struct billing_source, ip_allow), \
		FIELD(struct billing_source, rate_per_min), \
		FIELD(struct billing_source, enabled), FIELD(struct billing_source, ver)

#define SOURCE_COLUMNS \
	"SELECT s.id AS id, s.name AS name, s.label AS label, s.mode AS mode," \
	" s.parent_account_id AS parent_account_id, s.auto_provisioning AS auto_provisioning," \
	" s.ip_allow AS ip_allow, s.rate_per_min AS rate_per_min, s.enabled AS enabled," \
	" s.ver AS ver"

static const struct field source_v[] = { SOURCE_FIELDS };
static const struct field key_v[] = {
	SOURCE_FIELDS,
	FIELD(struct key_row, secret_kind),
	FIELD(struct key_row, sealed),
	FIELD(struct key_row, retire_at),
};

/* The newest come first: of too many the oldest are left out. */
static const struct db_query by_name_with_keys = {
	.text = SOURCE_COLUMNS
	", k.kind AS secret_kind, k.sealed AS sealed, k.retire_at AS retire_at"
	" FROM billing_source s LEFT JOIN billing_secret k"
	" ON k.source_id = s.id AND (k.retire_at IS NULL OR k.retire_at > ?)"
	" WHERE s.name = ? ORDER BY k.id DESC LIMIT 16",
	DB_ROWS(key_v),
};
static const struct db_query by_id = {
	.text = SOURCE_COLUMNS " FROM billing_source s WHERE s.id = ?",
	DB_ROWS(source_v),
};
const struct db_query source_by_name_locked = {
	.text = SOURCE_COLUMNS " FROM billing_source s WHERE s.name = ? FOR UPDATE",
	DB_ROWS(source_v),
};

const struct field source_row_fields[] = {
	FIELD_KEY(struct source_row, id, ID_SOURCE),
	FIELD(struct source_row, name),
	FIELD(struct source_row, label),
	FIELD(struct source_row, mode),
	FIELD(struct source_row, enabled),
	FIELD_KEY(struct source_row, parent_account_id, ID_ACCOUNT),
	FIELD(struct source_row, parent_name),
	FIELD(struct source_row, auto_provisioning),
	FIELD(struct source_row, ip_allow),
	FIELD(struct source_row, rate_per_min),
	FIELD(struct source_row, secrets),
	FIELD(struct source_row, last_event_at),
	FIELD(struct source_row, open_events),
};

/*
 * The newest event is looked for among the last 20,000 of all, so that a source
 * long silent costs no more than a busy one: it has none.
 */
static const struct db_query list = {
	.text = "SELECT s.id AS id, s.name AS name, s.label AS label, s.mode AS mode,"
		" s.enabled AS enabled, s.parent_account_id AS parent_account_id,"
		" a.name AS parent_name, s.auto_provisioning AS auto_provisioning,"
		" s.ip_allow AS ip_allow, s.rate_per_min AS rate_per_min,"
		" (SELECT COUNT(*) FROM billing_secret k WHERE k.source_id = s.id"
		"   AND (k.retire_at IS NULL OR k.retire_at > ?)) AS secrets,"
		" (SELECT MAX(x.received_at) FROM (SELECT e.source_id AS sid,"
		"   e.received_at AS received_at FROM billing_event e"
		"   ORDER BY e.seq DESC LIMIT 20000) x WHERE x.sid = s.id) AS last_event_at,"
		" (SELECT COUNT(*) FROM (SELECT 1 AS one, e.source_id AS sid FROM "
		"billing_event e"
		"   WHERE e.state IN ('quarantined', 'dead') LIMIT 10000) x"
		"   WHERE x.sid = s.id) AS open_events"
		" FROM billing_source s JOIN account a ON a.id = s.parent_account_id"
		" WHERE " SCOPE_SEES("s.parent_account_id") " ORDER BY s.name LIMIT 200",
	DB_ROWS(source_row_fields),
};

const struct db_query *const sources_queries[] = {
	&by_name_with_keys, &by_id, &source_by_name_locked, &list, NULL,
};

const char *source_seal_place(struct arena *mem, const char *name, const char *kind)
{
	return arena_printf(mem, "billing_secret:%s:%s", name, kind);
}

/* A key that does not open is left out: the others still serve. */
static void open_key(struct ctx *c, const struct key_row *row, struct billing_source *s)
{
	bool bearer = row->secret_kind && strcmp(row->secret_kind, "bearer") == 0;
	size_t *n = bearer ? &s->nbearer : &s->nsigning;
	struct source_key *to = bearer ? s->bearer : s->signing;

	if (!row->sealed || *n == SOURCE_KEYS_MAX)
		return;
	if (!seal_read(c->config->key, c->mem,
	               source_seal_place(c->mem, row->s.name, row->secret_kind), row->sealed,
	               &to[*n].key))
		to[(*n)++].retire_at = row->retire_at;
}

enum err sources_find_by_name(struct ctx *c, const char *name, struct billing_source *out)
{
	struct db_list rows;
	const struct key_row *v;
	enum err e = db_all(c->db, &by_name_with_keys, DB_ARGS(db_stamp(c->now), db_str(name)),
	                    c->mem, sizeof(struct key_row), 16, &rows);

	if (e)
		return e;
	if (rows.n == 0)
		return ERR_NOT_FOUND;
	v = rows.v;
	*out = v[0].s;
	for (size_t i = 0; i < rows.n; i++)
		open_key(c, &v[i], out);
	return OK;
}

enum err sources_find(struct ctx *c, int64_t id, struct billing_source *out)
{
	struct billing_source s = { 0 };
	enum err e = db_one(c->db, &by_id, DB_ARGS(db_i64(id)), c->mem, &s);

	if (!e)
		*out = s;
	return e;
}

enum err sources_list(struct ctx *c, struct db_list *out)
{
	return db_all(c->db, &list, DB_ARGS(db_stamp(c->now), db_i64(c->actor.account_id)),
	              c->mem, sizeof(struct source_row), 200, out);
}

void source_act(struct ctx *c, const struct billing_source *s, const char *ip)
{
	c->actor = (struct actor){
		.kind = ACTOR_BILLING,
		.source_id = s->id,
		.account_id = s->parent_account_id,
		.label = s->label,
		.perms = perm_set_all(),
		.ip = ip,
	};
}
