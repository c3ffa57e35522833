#include <string.h>

#include "accounts/accounts.h"
#include "accounts/queries.h"
#include "accounts/sites.h"
#include "core/change.h"

#define DEPTH_MAX 16 /* of sites in sites */

/* A member both structs have. */
struct edit {
	struct field field; /* in struct site */
	size_t from, size;  /* in struct site_edit */
};
#define EDIT(m) \
	{ \
		.field = FIELD(struct site, m), .from = offsetof(struct site_edit, m), \
		.size = sizeof(((struct site_edit *)0)->m) \
	}

static const struct edit edits[] = {
	[SITE_PARENT] = { .field = FIELD_KEY(struct site, parent_site_id, ID_SITE),
	                  .from = offsetof(struct site_edit, parent_site_id),
	                  .size = sizeof(int64_t) },
	[SITE_KIND] = EDIT(kind),
	[SITE_NAME] = EDIT(name),
	[SITE_CONTRACT_NO] = EDIT(contract_no),
	[SITE_COUNTRY] = EDIT(country),
	[SITE_REGION] = EDIT(region),
	[SITE_CITY] = EDIT(city),
	[SITE_POSTCODE] = EDIT(postcode),
	[SITE_STREET] = EDIT(street),
	[SITE_HOUSE] = EDIT(house),
	[SITE_LATITUDE] = EDIT(latitude),
	[SITE_LONGITUDE] = EDIT(longitude),
	[SITE_EXTERNAL_ID] = EDIT(external_id),
	[SITE_CSA_CODE] = EDIT(csa_code),
};

static const struct db_query insert = {
	.text = "INSERT INTO site (account_id, parent_site_id, kind, name, contract_no, "
	        "country,"
		" region, city, postcode, street, house, latitude, longitude, external_id, "
	        "csa_code,"
		" origin, hq_slot, created_at, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static const struct db_query write = {
	.text = "UPDATE site SET parent_site_id = ?, kind = ?, name = ?, contract_no = ?,"
	        " country = ?, region = ?, city = ?, postcode = ?, street = ?, house = ?,"
	        " latitude = ?, longitude = ?, external_id = ?, csa_code = ?, ver = ver + 1,"
	        " updated_at = ? WHERE id = ? AND ver = ?",
};

static const struct db_query drop = { .text = "DELETE FROM site WHERE id = ? AND ver = ?" };

static const struct db_query unplace = {
	.text = "UPDATE device SET site_id = NULL, ver = ver + 1, updated_at = ? WHERE site_id = ?",
};

struct number {
	int64_t n;
};
static const struct field number_row[] = { FIELD(struct number, n) };

static const struct db_query children = {
	.text = "SELECT COUNT(*) AS n FROM site WHERE parent_site_id = ?",
	DB_ROWS(number_row),
};

static const struct db_query hq_of = {
	.text = "SELECT id AS n FROM site WHERE account_id = ? AND hq_slot = 1",
	DB_ROWS(number_row),
};

static enum err begin(struct ctx *c, int64_t account_id, struct account_head *head)
{
	enum err e = accounts_lock(c, account_id, head);

	if (!e && strcmp(head->base_state, "active") != 0)
		e = FAIL(c, ERR_CONFLICT, "not-active", "A removed account cannot be changed.");
	return e;
}

static enum err gone(struct ctx *c)
{
	return FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody else changed it meanwhile.");
}

static bool differ(struct ctx *c, const struct site *was, const struct site *is,
                   struct change *ch)
{
	struct field fields[SITE__MAX];

	for (size_t i = 0; i < SITE__MAX; i++)
		fields[i] = edits[i].field;
	return change_diff(c->mem, (struct fields){ fields, SITE__MAX }, was, is, ch);
}

static enum err put_log(struct ctx *c, enum action action, const struct account_head *head,
                        const struct site *was, const struct site *is)
{
	const struct site *named = is ? is : was;
	struct change ch = { .action = action, .target_kind = ID_SITE, .target_id = named->id,
		             .target_label = named->name, .account_id = head->id,
		             .account_label = head->name };

	(void)differ(c, was, is, &ch);
	return change_put(c, &ch);
}

static void merge(struct site *is, const struct site_edit *in, uint64_t mask)
{
	for (unsigned i = 0; i < SITE__MAX; i++)
		if (mask & SITE_BIT(i))
			memcpy((char *)is + edits[i].field.offset,
			       (const char *)in + edits[i].from, edits[i].size);
}

/* The place above it is of the same account, and not itself or below itself. */
static enum err check_parent(struct ctx *c, const struct site *s)
{
	struct site up = { .id = s->id, .parent_site_id = s->parent_site_id };
	enum err e;

	for (int i = 0; up.parent_site_id; i++) {
		if (i == DEPTH_MAX || up.parent_site_id == s->id)
			return FAIL_FIELD(c, "/parent_site_id", "goes-round");
		e = sites_find(c, s->account_id, up.parent_site_id, &up);
		if (e == ERR_NOT_FOUND) {
			c->fault = (struct fault){ 0 };
			return FAIL_FIELD(c, "/parent_site_id", "not-found");
		}
		if (e)
			return e;
	}
	return OK;
}

static enum err taken(struct ctx *c, int64_t self, enum err found, const struct site *other)
{
	if (found == ERR_NOT_FOUND || (!found && other->id == self))
		return OK;
	if (found)
		return found;
	return FAIL(c, ERR_CONFLICT, "site-exists", "The account has a site of this code or id.");
}

static enum err check(struct ctx *c, const struct site *s)
{
	struct site other;
	enum err e = check_parent(c, s);

	if (!e && (s->latitude.v == INT64_MIN) != (s->longitude.v == INT64_MIN))
		e = FAIL_FIELD(c, "/longitude", "needs-both");
	if (!e && s->csa_code)
		e = taken(c, s->id, sites_find_csa(c, s->account_id, s->csa_code, &other), &other);
	if (!e && s->external_id)
		e = taken(c, s->id, sites_find_external(c, s->account_id, s->external_id, &other),
		          &other);
	return e;
}

static enum err put_site(struct ctx *c, const struct site *s, bool hq, int64_t *id)
{
	enum err e = db_exec(
		c->db, &insert,
		DB_ARGS(db_i64(s->account_id), db_key(s->parent_site_id), db_str(s->kind),
	                db_str(s->name), db_str(s->contract_no), db_str(s->country),
	                db_str(s->region), db_str(s->city), db_str(s->postcode), db_str(s->street),
	                db_str(s->house), db_micro(s->latitude), db_micro(s->longitude),
	                db_str(s->external_id), db_str(s->csa_code), db_str(s->origin),
	                db_opt((struct opt){ hq, 1 }), db_stamp(c->now), db_stamp(c->now)),
		NULL);

	if (!e)
		*id = db_insert_id(c->db);
	return e;
}

enum err sites_create(struct ctx *c, int64_t account_id, const struct site_edit *in, int64_t *id)
{
	struct site is = { .account_id = account_id, .latitude = MICRO_NONE,
		           .longitude = MICRO_NONE,
		           .origin = c->actor.kind == ACTOR_BILLING ? "billing" : "manual" };
	struct account_head head;
	enum err e = begin(c, account_id, &head);

	if (e)
		return e;
	merge(&is, in, ~UINT64_C(0));
	if (!strcmp(is.kind, "hq"))
		return FAIL_FIELD(c, "/kind", "made-by-itself");
	e = check(c, &is);
	if (!e)
		e = put_site(c, &is, false, &is.id);
	if (!e)
		e = put_log(c, ACTION_SITE_CREATE, &head, NULL, &is);
	if (!e)
		*id = is.id;
	return e;
}

enum err sites_update(struct ctx *c, int64_t account_id, int64_t id, const struct site_edit *in,
                      uint64_t mask, int64_t ver)
{
	struct account_head head;
	struct change ignored;
	struct site was, s;
	int64_t changed = 0;
	enum err e = begin(c, account_id, &head);

	if (!e)
		e = sites_find(c, account_id, id, &was);
	if (e)
		return e;
	if (ver && was.ver != ver)
		return gone(c);
	s = was;
	merge(&s, in, mask);
	if (!differ(c, &was, &s, &ignored)) {
		c->audited++; /* nothing changes: there is nothing to write or to say */
		return OK;
	}
	if (!strcmp(s.kind, "hq") != !strcmp(was.kind, "hq"))
		return FAIL_FIELD(c, "/kind", "made-by-itself");
	e = check(c, &s);
	if (!e)
		e = db_exec(c->db, &write,
		            DB_ARGS(db_key(s.parent_site_id), db_str(s.kind), db_str(s.name),
		                    db_str(s.contract_no), db_str(s.country), db_str(s.region),
		                    db_str(s.city), db_str(s.postcode), db_str(s.street),
		                    db_str(s.house), db_micro(s.latitude), db_micro(s.longitude),
		                    db_str(s.external_id), db_str(s.csa_code), db_stamp(c->now),
		                    db_i64(id), db_i64(was.ver)),
		            &changed);
	if (!e && changed != 1)
		e = gone(c);
	return e ? e : put_log(c, ACTION_SITE_UPDATE, &head, &was, &s);
}

enum err sites_remove(struct ctx *c, int64_t account_id, int64_t id, int64_t ver)
{
	struct account_head head;
	struct number below;
	struct site was;
	int64_t changed = 0;
	enum err e = begin(c, account_id, &head);

	if (!e)
		e = sites_find(c, account_id, id, &was);
	if (!e && ver && was.ver != ver)
		e = gone(c);
	if (!e && !strcmp(was.kind, "hq"))
		e = FAIL(c, ERR_CONFLICT, "site-is-hq", "The headquarters stay.");
	if (!e)
		e = db_one(c->db, &children, DB_ARGS(db_i64(id)), c->mem, &below);
	if (!e && (below.n > 0 || was.cameras > 0))
		e = FAIL(c, ERR_CONFLICT, "site-in-use", "It has cameras, or sites below it.");
	if (!e)
		e = db_exec(c->db, &drop, DB_ARGS(db_i64(id), db_i64(was.ver)), &changed);
	if (!e && changed != 1)
		e = gone(c);
	return e ? e : put_log(c, ACTION_SITE_REMOVE, &head, &was, NULL);
}

enum err sites_unplace(struct ctx *c, int64_t account_id, int64_t id, int64_t *n)
{
	struct site s;
	enum err e = sites_find(c, account_id, id, &s);

	if (e)
		return e;
	return db_exec(c->db, &unplace, DB_ARGS(db_stamp(c->now), db_i64(id)), n);
}

/* Part of making the account: the log says it there. */
enum err sites_ensure_hq(struct ctx *c, int64_t account_id, const char *name)
{
	struct site hq = { .account_id = account_id, .kind = "hq", .name = name, .origin = "manual",
		           .latitude = MICRO_NONE, .longitude = MICRO_NONE };
	struct number row;
	enum err e = db_one(c->db, &hq_of, DB_ARGS(db_i64(account_id)), c->mem, &row);

	return e == ERR_NOT_FOUND ? put_site(c, &hq, true, &hq.id) : e;
}

const struct db_query *const site_write_queries[] = {
	&insert, &write, &drop, &unplace, &children, &hq_of, NULL,
};
