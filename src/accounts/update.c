#include <assert.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "accounts/queries.h"
#include "accounts/sites.h"
#include "core/change.h"
#include "json/json_out.h"

/* A member both structs have, and who may change it; PERM_NONE: billing alone. */
struct edit {
	struct field field; /* in struct account */
	size_t from, size;  /* in struct account_edit */
	enum perm perm;
};
#define EDIT(m, p) \
	{ \
		.field = FIELD(struct account, m), .from = offsetof(struct account_edit, m), \
		.size = sizeof(((struct account_edit *)0)->m), .perm = (p) \
	}

static const struct edit edits[] = {
	[EDIT_NAME] = EDIT(name, PERM_ACCOUNT_EDIT),
	[EDIT_CLASS] = EDIT(class, PERM_ACCOUNT_EDIT),
	[EDIT_CONTRACT_NO] = EDIT(contract_no, PERM_ACCOUNT_EDIT),
	[EDIT_LOCALE] = EDIT(locale, PERM_ACCOUNT_EDIT),
	[EDIT_TIME_ZONE] = EDIT(time_zone, PERM_ACCOUNT_EDIT),
	[EDIT_PAYER] = EDIT(payer, PERM_ACCOUNT_EDIT_BILLING),
	[EDIT_TAX_INCLUDED] = EDIT(tax_included, PERM_ACCOUNT_EDIT_BILLING),
	[EDIT_TAX_NUMBER] = EDIT(tax_number, PERM_ACCOUNT_EDIT_BILLING),
	[EDIT_COUNTRY] = EDIT(country, PERM_ACCOUNT_EDIT_LOCATION),
	[EDIT_REGION] = EDIT(region, PERM_ACCOUNT_EDIT_LOCATION),
	[EDIT_CITY] = EDIT(city, PERM_ACCOUNT_EDIT_LOCATION),
	[EDIT_POSTCODE] = EDIT(postcode, PERM_ACCOUNT_EDIT_LOCATION),
	[EDIT_STREET] = EDIT(street, PERM_ACCOUNT_EDIT_LOCATION),
	[EDIT_HOUSE] = EDIT(house, PERM_ACCOUNT_EDIT_LOCATION),
	[EDIT_LATITUDE] = EDIT(latitude, PERM_ACCOUNT_EDIT_LOCATION),
	[EDIT_LONGITUDE] = EDIT(longitude, PERM_ACCOUNT_EDIT_LOCATION),
	[EDIT_TYPE] = EDIT(type, PERM_NONE),
	[EDIT_EXTERNAL_ID] = EDIT(external_id, PERM_NONE),
	[EDIT_BILLING_EXTRA] = EDIT(billing_extra, PERM_NONE),
};
static_assert(ARRAY_LEN(edits) == EDIT__MAX, "every field can be set");

#define INDEXED (EDIT_BIT(EDIT_NAME) | EDIT_BIT(EDIT_CONTRACT_NO) | EDIT_BIT(EDIT_EXTERNAL_ID))

static const struct db_query write = {
	.text = "UPDATE account SET name = ?, class = ?, contract_no = ?, locale = ?,"
	        " time_zone = ?, payer = ?, tax_included = ?, tax_number = ?, country = ?,"
	        " region = ?, city = ?, postcode = ?, street = ?, house = ?, latitude = ?,"
	        " longitude = ?, type = ?, external_id = ?, billing_extra = ?, ver = ver + 1,"
	        " updated_at = ? WHERE id = ? AND ver = ?",
};

static const struct db_query mark = {
	.text = "INSERT INTO account_origin (account_id, field, event_id, set_at)"
	        " VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE event_id = VALUES(event_id),"
	        " set_at = VALUES(set_at)",
};

static const struct db_query mark_all = {
	.text = "INSERT INTO account_origin (account_id, field, event_id, set_at)"
	        " SELECT ?, j.f, ?, ? FROM JSON_TABLE(?, '$[*]' COLUMNS"
	        " (f VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) j"
	        " ON DUPLICATE KEY UPDATE event_id = VALUES(event_id), set_at = VALUES(set_at)",
};

struct origin {
	const char *field;
};
static const struct field origin_row[] = { FIELD(struct origin, field) };

static const struct db_query origins = {
	.text = "SELECT field AS field FROM account_origin WHERE account_id = ?",
	DB_ROWS(origin_row),
};

/* The row as it will be, and which of the given fields differ. */
static uint64_t merge(struct ctx *c, const struct account *was, const struct account_edit *in,
                      uint64_t mask, struct account *is)
{
	struct change unused = { 0 };
	uint64_t differs = 0;

	*is = *was;
	for (unsigned i = 0; i < EDIT__MAX; i++) {
		const struct edit *f = &edits[i];

		if (!(mask & EDIT_BIT(i)))
			continue;
		memcpy((char *)is + f->field.offset, (const char *)in + f->from, f->size);
		if (change_diff(c->mem, (struct fields){ &f->field, 1 }, was, is, &unused))
			differs |= EDIT_BIT(i);
	}
	return differs;
}

static enum err check_allowed(struct ctx *c, uint64_t mask)
{
	enum err e = OK;

	for (unsigned i = 0; !e && i < EDIT__MAX; i++)
		if (mask & EDIT_BIT(i))
			e = edits[i].perm == PERM_NONE ? FAIL(c, ERR_DENIED, "set-by-billing",
			                                      "Only billing sets this.")
			                               : ctx_need(c, edits[i].perm);
	return e;
}

static bool is_locked(const struct db_list *locked, const char *name)
{
	const struct origin *o = locked->v;

	for (size_t i = 0; i < locked->n; i++)
		if (!strcmp(o[i].field, name))
			return true;
	return false;
}

/* All complaints at once, each at its field. */
static enum err check_locked(struct ctx *c, int64_t id, uint64_t differs)
{
	struct db_list locked;
	enum err e = db_all(c->db, &origins, DB_ARGS(db_i64(id)), c->mem, sizeof(struct origin),
	                    100, &locked);

	for (unsigned i = 0; (!e || e == ERR_INVALID) && i < EDIT__MAX; i++)
		if ((differs & EDIT_BIT(i)) && is_locked(&locked, edits[i].field.name))
			e = FAIL_FIELD(c, arena_printf(c->mem, "/%s", edits[i].field.name),
			               "set-by-billing");
	return e;
}

static enum err put(struct ctx *c, const struct account *a)
{
	int64_t changed;
	enum err e = db_exec(
		c->db, &write,
		DB_ARGS(db_str(a->name), db_str(a->class), db_str(a->contract_no),
	                db_str(a->locale), db_str(a->time_zone), db_str(a->payer),
	                db_bool(a->tax_included), db_str(a->tax_number), db_str(a->country),
	                db_str(a->region), db_str(a->city), db_str(a->postcode), db_str(a->street),
	                db_str(a->house), db_micro(a->latitude), db_micro(a->longitude),
	                db_str(a->type), db_str(a->external_id), db_str(a->billing_extra.s),
	                db_stamp(c->now), db_i64(a->id), db_i64(a->ver)),
		&changed);

	if (!e && changed != 1)
		return FAIL(c, ERR_VERSION, "changed-meanwhile",
		            "Somebody else changed it meanwhile.");
	return e;
}

/* Writes the row, what follows from it, and the log. */
static enum err write_change(struct ctx *c, const struct account *was, const struct account *is,
                             uint64_t differs)
{
	struct change ch = { .action = ACTION_ACCOUNT_UPDATE, .target_kind = ID_ACCOUNT,
		             .target_id = is->id, .target_label = is->name, .account_id = is->id,
		             .account_label = is->name };
	struct field changed[EDIT__MAX];
	size_t n = 0;
	enum err e = put(c, is);

	if (!e && (differs & INDEXED))
		e = accounts_reindex(c, is->id);
	if (!e && !strcmp(is->class, "organisation") && (differs & EDIT_BIT(EDIT_CLASS)))
		e = sites_ensure_hq(c, is->id, is->name);
	if (e)
		return e;
	for (unsigned i = 0; i < EDIT__MAX; i++)
		if (differs & EDIT_BIT(i))
			changed[n++] = edits[i].field;
	change_diff(c->mem, (struct fields){ changed, n }, was, is, &ch);
	return change_put(c, &ch);
}

static enum err check_coordinates(struct ctx *c, const struct account *is)
{
	if ((is->latitude.v == INT64_MIN) != (is->longitude.v == INT64_MIN))
		return FAIL_FIELD(c, is->latitude.v == INT64_MIN ? "/latitude" : "/longitude",
		                  "needs-both");
	return OK;
}

enum err accounts_update(struct ctx *c, int64_t id, const struct account_edit *in, uint64_t mask,
                         int64_t ver)
{
	struct account was, is;
	struct account_head head;
	uint64_t differs;
	enum err e = accounts_lock(c, id, &head);

	if (!e)
		e = check_allowed(c, mask);
	if (!e)
		e = accounts_check_version(c, &head, ver);
	if (!e)
		e = accounts_find(c, id, &was);
	if (e)
		return e;
	if (strcmp(head.base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active", "A removed account cannot be changed.");
	differs = merge(c, &was, in, mask, &is);
	e = check_locked(c, id, differs);
	if (!e)
		e = check_coordinates(c, &is);
	if (e)
		return e;
	if (differs)
		return write_change(c, &was, &is, differs);
	c->audited++; /* nothing changed: there is nothing to say */
	return OK;
}

enum err accounts_mark_origin(struct ctx *c, int64_t id, const char *field, int64_t event_id)
{
	return db_exec(c->db, &mark,
	               DB_ARGS(db_i64(id), db_str(field), db_i64(event_id), db_stamp(c->now)),
	               NULL);
}

static enum err mark_given(struct ctx *c, int64_t id, uint64_t mask, int64_t event_id)
{
	struct buf names;

	buf_init(&names, c->mem, 2000);
	json_open(&names, '[');
	for (unsigned i = 0; i < EDIT__MAX; i++)
		if (mask & EDIT_BIT(i))
			json_str(&names, edits[i].field.name);
	json_close(&names, ']');
	return db_exec(c->db, &mark_all,
	               DB_ARGS(db_i64(id), db_i64(event_id), db_stamp(c->now),
	                       db_str(buf_str(&names))),
	               NULL);
}

enum err accounts_update_billing(struct ctx *c, int64_t id, const struct account_edit *in,
                                 uint64_t mask, int64_t event_id, bool *changed)
{
	struct account_head head;
	struct account was, is;
	uint64_t differs;
	enum err e = accounts_lock(c, id, &head);

	if (!e)
		e = accounts_find(c, id, &was);
	if (!e && mask)
		e = mark_given(c, id, mask, event_id);
	if (e)
		return e;
	differs = merge(c, &was, in, mask, &is);
	*changed = differs != 0;
	return differs ? write_change(c, &was, &is, differs) : OK;
}

const struct db_query *const account_update_queries[] = {
	&write, &mark, &mark_all, &origins, NULL,
};
