#include <string.h>

#include "accounts/sites.h"
#include "billing/effects.h"
#include "billing/types.h"
#include "devices/devices.h"
#include "json/json_out.h"

#define SHOWN_MAX 100

struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

static const struct db_query below = {
	.text = "SELECT COUNT(*) AS n FROM site WHERE parent_site_id = ?",
	DB_ROWS(count_v),
};

const struct db_query *const effects_location_queries[] = { &below, NULL };

void registers_location(struct work *w)
{
	const struct in_location *in = w->in;
	const char *id = in->location_external_id ? in->location_external_id : in->csa;

	work_reg_of(w, "location", id ? id : w->ev.subject_key, "");
}

enum err check_location(struct arena *mem, struct fault *f, const void *data)
{
	const struct in_location *in = data;

	(void)mem;
	if (in->kind && strcmp(in->kind, "legal") == 0 &&
	    !(in->contract_no && *in->contract_no))
		return fault_field(f, "/contract_no", "required");
	return OK;
}

enum err check_location_named(struct arena *mem, struct fault *f, const void *data)
{
	const struct in_location *in = data;

	(void)mem;
	if (!in->location_external_id && !in->csa)
		return fault_field(f, "/location_external_id", "required");
	return OK;
}

enum err unknown_csa(struct work *w, const char *derived, const char *csa)
{
	w->derived = derived;
	json_key(&w->answer, "csa");
	json_str(&w->answer, csa);
	return work_quarantine(w, "unknown_csa");
}

/* Whose place it is; false after a verdict. */
static enum err find_owner(struct work *w, const struct in_location *in, bool *go)
{
	struct owner_hint hint = { in->login, in->entity_external_id, in->contract_no };
	struct work_account owner;
	enum err e = work_find_owner(w, &hint, &owner);

	*go = false;
	if (e)
		return e;
	if (!owner.id)
		return work_defer_orphan(w, "unknown_entity");
	w->account = owner;
	if (strcmp(owner.state, "active") != 0)
		return work_noop(w, "stale_terminated");
	*go = true;
	return OK;
}

static enum err find_place(struct work *w, const struct in_location *in, struct site *out)
{
	enum err e = ERR_NOT_FOUND;

	if (in->location_external_id)
		e = sites_find_external(w->c, w->account.id, in->location_external_id, out);
	if (e == ERR_NOT_FOUND && in->csa)
		e = sites_find_csa(w->c, w->account.id, in->csa, out);
	return e;
}

/* A place known by another id is another place, whatever its code. */
static enum err find_site(struct work *w, const struct in_location *in, struct site *out)
{
	enum err e = find_place(w, in, out);

	if (!e && in->location_external_id && out->external_id &&
	    strcmp(in->location_external_id, out->external_id) != 0)
		return ERR_NOT_FOUND;
	return e;
}

static const char *or_other(const char *a, const char *b)
{
	return a && *a ? a : b;
}

static const char *name_of(struct work *w, const struct in_location *in,
                           const struct site_edit *s)
{
	if (in->name && *in->name)
		return in->name;
	if (s->street && s->house)
		return arena_printf(w->c->mem, "%s %s%s%s", s->street, s->house,
		                    in->address.entrance ? " / " : "",
		                    in->address.entrance ? in->address.entrance : "");
	return or_other(s->street, in->csa ? in->csa : in->location_external_id);
}

/* The sender's address first, the directory's where he says nothing. */
static void fill_site(struct work *w, const struct in_location *in, const struct csa *csa,
                      struct site_edit *s)
{
	const struct in_address *a = &in->address;

	*s = (struct site_edit){
		.kind = a->apartment && *a->apartment ? "apartment" : "location",
		.contract_no = in->contract_no,
		.country = or_other(a->country, csa->country),
		.region = or_other(a->region, csa->region),
		.city = or_other(a->city, csa->city),
		.postcode = or_other(a->postcode, csa->postcode),
		.street = or_other(a->street, csa->street),
		.house = or_other(a->house, csa->house),
		.latitude = in->lat.v != INT64_MIN ? in->lat : csa->latitude,
		.longitude = in->lon.v != INT64_MIN ? in->lon : csa->longitude,
		.external_id = in->location_external_id,
		.csa_code = in->csa,
	};
	s->name = name_of(w, in, s);
}

/* --- the house around it -------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_node(const struct site *s, const struct site_edit *node)
{
	return strcmp(s->kind, node->kind) == 0 && same_text(s->name, node->name) &&
	       s->parent_site_id == node->parent_site_id && same_text(s->city, node->city) &&
	       same_text(s->street, node->street) && same_text(s->house, node->house);
}

static enum err find_or_make(struct work *w, const struct db_list *sites,
                             const struct site_edit *node, int64_t *id)
{
	const struct site *v = sites->v;

	for (size_t i = 0; i < sites->n; i++) {
		if (!is_node(&v[i], node))
			continue;
		*id = v[i].id;
		return OK;
	}
	return sites_create(w->c, w->account.id, node, id);
}

/*
 * A place within a house stands below its entrance, and that below its
 * building: what is missing of them is made.  One that names neither entrance
 * nor apartment stands for itself.
 */
static enum err make_house(struct work *w, const struct in_location *in,
                           struct site_edit *place)
{
	const struct in_address *a = &in->address;
	struct site_edit node = *place;
	struct db_list sites;
	int64_t id = 0;
	enum err e;

	if (!or_other(a->entrance, or_other(a->apartment, NULL)) || !place->street ||
	    !place->house)
		return OK;
	e = sites_list(w->c, w->account.id, &sites);
	node.kind = "building";
	node.name = arena_printf(w->c->mem, "%s %s", place->street, place->house);
	node.contract_no = node.external_id = node.csa_code = NULL;
	if (!e)
		e = find_or_make(w, &sites, &node, &id);
	if (!e && a->entrance && *a->entrance) {
		node.kind = "entrance";
		node.name = a->entrance;
		node.parent_site_id = id;
		e = find_or_make(w, &sites, &node, &id);
	}
	if (!e)
		place->parent_site_id = id;
	return e;
}

/* With its last place a house that billing made goes too. */
static enum err drop_house(struct work *w, int64_t id)
{
	struct count sites;
	struct site s;
	enum err e = OK;

	while (id) {
		e = sites_find(w->c, w->account.id, id, &s);
		if (!e)
			e = db_one(w->c->db, &below, DB_ARGS(db_i64(id)), w->c->mem, &sites);
		if (e || sites.n > 0 || s.cameras > 0 || strcmp(s.origin, "billing") != 0 ||
		    (strcmp(s.kind, "building") != 0 && strcmp(s.kind, "entrance") != 0))
			return e;
		e = sites_remove(w->c, w->account.id, id, 0);
		if (e)
			return e;
		id = s.parent_site_id;
	}
	return e;
}

enum err effect_create_location(struct work *w)
{
	const struct in_location *in = w->in;
	struct site_edit new;
	struct site site;
	struct csa csa;
	bool go;
	int64_t id;
	enum err e = find_owner(w, in, &go);

	if (e || !go)
		return e;
	e = find_place(w, in, &site);
	if (!e && site.csa_code && strcmp(site.csa_code, in->csa) == 0)
		return work_noop(w, "already_so");
	if (!e)
		return work_quarantine(w, "location_conflict");
	if (e == ERR_NOT_FOUND)
		e = csa_find(w->c, in->csa, &csa);
	if (e == ERR_NOT_FOUND)
		return unknown_csa(w, TYPE_CREATE_LOCATION_UNKNOWN, in->csa);
	if (e)
		return e;
	fill_site(w, in, &csa, &new);
	e = make_house(w, in, &new);
	if (!e)
		e = sites_create(w->c, w->account.id, &new, &id);
	if (e)
		return e;
	work_changed(w, "site", NULL, new.name);
	work_changed(w, "csa", NULL, in->csa);
	return work_applied(w);
}

static uint64_t edit_of(struct work *w, const struct in_location *in, const struct site *site,
                        struct site_edit *s)
{
	const struct in_address *a = &in->address;
	uint64_t mask = 0;

	fill_site(w, in, &(struct csa){ .latitude = MICRO_NONE, .longitude = MICRO_NONE }, s);
	mask |= a->country ? SITE_BIT(SITE_COUNTRY) : 0;
	mask |= a->region ? SITE_BIT(SITE_REGION) : 0;
	mask |= a->city ? SITE_BIT(SITE_CITY) : 0;
	mask |= a->postcode ? SITE_BIT(SITE_POSTCODE) : 0;
	mask |= a->street ? SITE_BIT(SITE_STREET) : 0;
	mask |= a->house ? SITE_BIT(SITE_HOUSE) : 0;
	mask |= in->lat.v != INT64_MIN ? SITE_BIT(SITE_LATITUDE) : 0;
	mask |= in->lon.v != INT64_MIN ? SITE_BIT(SITE_LONGITUDE) : 0;
	mask |= in->contract_no ? SITE_BIT(SITE_CONTRACT_NO) : 0;
	mask |= in->name && *in->name ? SITE_BIT(SITE_NAME) : 0;
	if (in->csa && !(site->csa_code && strcmp(site->csa_code, in->csa) == 0))
		mask |= SITE_BIT(SITE_CSA_CODE);
	return mask;
}

enum err effect_update_location(struct work *w)
{
	const struct in_location *in = w->in;
	struct site_edit edit;
	struct site site, after;
	struct csa csa;
	uint64_t mask;
	bool go;
	enum err e = find_owner(w, in, &go);

	if (e || !go)
		return e;
	e = find_site(w, in, &site);
	if (e == ERR_NOT_FOUND)
		return work_quarantine(w, "unknown_location");
	if (e)
		return e;
	mask = edit_of(w, in, &site, &edit);
	if (mask & SITE_BIT(SITE_CSA_CODE)) {
		e = csa_find(w->c, in->csa, &csa);
		if (e == ERR_NOT_FOUND)
			return work_quarantine(w, "unknown_csa");
	}
	if (!e)
		e = sites_update(w->c, w->account.id, site.id, &edit, mask, 0);
	if (!e)
		e = sites_find(w->c, w->account.id, site.id, &after);
	if (e)
		return e;
	work_changed(w, "site", site.name, after.name);
	return work_done(w, after.ver != site.ver);
}

/* What stands in the way, for the person who decides. */
static enum err list_devices(struct work *w, int64_t site_id)
{
	const struct device *v;
	struct db_list rows;
	enum err e = devices_list(w->c, w->account.id, 0, SHOWN_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	json_key(&w->answer, "devices");
	json_open(&w->answer, '[');
	for (size_t i = 0; i < rows.n; i++)
		if (v[i].site_id == site_id)
			json_str(&w->answer, v[i].external_id ? v[i].external_id : v[i].name);
	json_close(&w->answer, ']');
	return OK;
}

enum err effect_delete_location(struct work *w)
{
	const struct in_location *in = w->in;
	struct count sites;
	struct site site;
	bool go;
	int64_t n;
	enum err e = find_owner(w, in, &go);

	if (e || !go)
		return e;
	e = find_site(w, in, &site);
	if (e == ERR_NOT_FOUND)
		return work_noop(w, "missing");
	if (!e)
		e = db_one(w->c->db, &below, DB_ARGS(db_i64(site.id)), w->c->mem, &sites);
	if (e)
		return e;
	if (sites.n > 0 || (site.cameras > 0 && !in->force)) {
		e = list_devices(w, site.id);
		return e ? e : work_quarantine(w, "not_empty");
	}
	if (site.cameras > 0)
		e = sites_unplace(w->c, w->account.id, site.id, &n);
	if (!e)
		e = sites_remove(w->c, w->account.id, site.id, 0);
	if (!e)
		e = drop_house(w, site.parent_site_id);
	if (e)
		return e;
	work_changed(w, "site", site.name, NULL);
	return work_applied(w);
}
