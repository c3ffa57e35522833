#include <string.h>

#include "accounts/sites.h"
#include "billing/camera.h"
#include "billing/effects.h"
#include "billing/types.h"
#include "json/json_out.h"

static const char *or_null(const char *s)
{
	return s && *s ? s : NULL;
}

/* Where it goes.  A verdict in w means that nothing is attached. */
static enum err find_place(struct work *w, const struct in_camera *in, int64_t *site_id)
{
	struct site site;
	struct csa csa;
	bool pending = false;
	enum err e = ERR_NOT_FOUND;

	*site_id = 0;
	if (in->csa)
		e = sites_find_csa(w->c, w->account.id, in->csa, &site);
	if (e == ERR_NOT_FOUND && in->location_external_id)
		e = sites_find_external(w->c, w->account.id, in->location_external_id, &site);
	if (!e)
		*site_id = site.id;
	if (e != ERR_NOT_FOUND || (!in->csa && !in->location_external_id))
		return e == ERR_NOT_FOUND ? OK : e;
	e = event_pending(w->c, w->source->id, "billing.create_location",
	                  in->location_external_id ? in->location_external_id
	                                           : w->ev.subject_key,
	                  &pending);
	if (!e && pending)
		return work_defer_orphan(w, "location_pending");
	if (!e && in->csa)
		e = csa_find(w->c, in->csa, &csa);
	else if (!e)
		return work_quarantine(w, "unknown_location");
	if (e == ERR_NOT_FOUND)
		return unknown_csa(w, TYPE_ATTACH_CAMERA_UNKNOWN, in->csa);
	return e;
}

/* The directory knows the code, but the account has no place of it yet. */
static enum err make_place(struct work *w, const struct in_camera *in, int64_t *site_id)
{
	struct site_edit new = { .kind = "location",
		                 .csa_code = in->csa,
		                 .external_id = in->location_external_id };
	struct csa csa;
	enum err e = csa_find(w->c, in->csa, &csa);

	if (e)
		return e;
	new.country = csa.country;
	new.region = csa.region;
	new.city = csa.city;
	new.postcode = csa.postcode;
	new.street = csa.street;
	new.house = csa.house;
	new.latitude = csa.latitude;
	new.longitude = csa.longitude;
	new.name = csa.street ? arena_printf(w->c->mem, "%s %s", csa.street,
	                                     csa.house ? csa.house : "")
	                      : in->csa;
	return sites_create(w->c, w->account.id, &new, site_id);
}

static enum err make_device(struct work *w, const struct in_camera *in, struct device *out)
{
	struct device_new new = {
		.name = or_null(in->name),
		.vendor = or_null(in->vendor),
		.model = or_null(in->model),
		.mac = devices_mac(w->c->mem, in->mac),
		.serial = or_null(in->serial_number),
		.external_id = in->camera_external_id,
		.billing_source_id = w->source->id,
	};
	int64_t id;
	enum err e;

	if (!new.name)
		new.name = new.model ? new.model : new.mac;
	e = devices_create(w->c, &new, &id);
	return e ? e : devices_find(w->c, id, out);
}

static struct device_edit edit_of(const struct work *w, const struct in_camera *in,
                                  const struct device *d, int64_t site_id)
{
	struct device_edit edit = {
		.name = or_null(in->name),
		.service = or_null(in->service),
		.purchase_order = or_null(in->po),
		.archive_days = in->archive_days,
		.site_id = site_id == d->site_id ? 0 : site_id,
	};

	if (in->camera_external_id && !d->external_id) {
		edit.external_id = in->camera_external_id;
		edit.billing_source_id = w->source->id;
	}
	return edit;
}

/* The old camera's place, name, settings and grants go to the new one. */
static enum err replace(struct work *w, const struct in_camera *in, const struct device *d,
                        bool *did)
{
	struct camera_name name = { .external_id = in->replaces.camera_external_id,
		                    .mac = in->replaces.mac };
	struct device old;
	enum camera_found found;
	enum err e;

	*did = false;
	if (!in->replace || (!name.external_id && !or_null(name.mac)))
		return OK;
	e = camera_find(w, &name, &old, &found);
	if (e || found != CAMERA_FOUND || old.account_id != w->account.id || old.id == d->id)
		return e;
	e = devices_replace(w->c, old.id, d->id);
	*did = !e;
	if (!e)
		work_changed(w, "replaces", old.mac ? old.mac : old.name, NULL);
	return e;
}

/* It is the customer's already: only differences of plan and place remain. */
static enum err keep(struct work *w, const struct in_camera *in, const struct device *d,
                     int64_t site_id)
{
	struct device_edit edit = edit_of(w, in, d, site_id);
	bool changed;
	enum err e = devices_update(w->c, d->id, &edit, &changed);

	if (!e && changed && in->service)
		work_changed(w, "service", d->service, in->service);
	if (!e && changed && in->archive_days.set)
		work_changed_i64(w, "archive_days", d->archive_days.v, in->archive_days.v);
	return e ? e : work_done(w, changed);
}

static enum err attach(struct work *w, const struct in_camera *in, struct device *d,
                       int64_t site_id)
{
	struct device_edit edit;
	bool did, changed;
	enum err e = replace(w, in, d, &did);

	if (!e && did)
		e = devices_find(w->c, d->id, d);
	if (e)
		return e;
	edit = edit_of(w, in, d, site_id);
	e = did ? devices_update(w->c, d->id, &edit, &changed)
	        : devices_attach(w->c, d->id, w->account.id, &edit);
	if (e)
		return e;
	work_changed(w, "owner", NULL, w->account.name);
	work_changed(w, "device", NULL, d->mac ? d->mac : d->name);
	return work_applied(w);
}

/* Finds or makes the device; a verdict in w when a person must look. */
static enum err find_device(struct work *w, const struct in_camera *in, struct device *d)
{
	struct camera_name name = { in->camera_external_id, in->mac, in->serial_number,
		                    or_null(in->vendor) };
	enum camera_found found;
	bool foreign;
	enum err e = camera_find(w, &name, d, &found);

	if (e)
		return e;
	if (found == CAMERA_CONFLICT)
		return work_quarantine(w, "identity_conflict");
	if (found == CAMERA_NONE && !or_null(in->mac) && !or_null(in->serial_number))
		return work_quarantine(w, "unknown_camera");
	if (found == CAMERA_NONE) {
		*d = (struct device){ 0 };
		return OK;
	}
	if (d->account_id && d->account_id != w->account.id)
		return work_quarantine(w, "owned_by_other");
	e = camera_is_foreign(w, d, &foreign);
	return e || !foreign ? e : work_quarantine(w, "owned_by_other");
}

static enum err find_account(struct work *w, const struct in_camera *in)
{
	struct owner_hint hint = { in->login, in->entity_external_id, in->contract_no };
	struct work_account owner;
	enum err e = work_find_owner(w, &hint, &owner);

	if (e)
		return e;
	if (!owner.id)
		return work_defer_orphan(w, "unknown_entity");
	w->account = owner;
	return strcmp(owner.state, "active") == 0 ? OK : work_noop(w, "stale_terminated");
}

enum err effect_attach_camera(struct work *w)
{
	const struct in_camera *in = w->in;
	struct device d = { 0 };
	int64_t site_id = 0;
	enum err e;

	if (!w->source->auto_provisioning && !w->forced)
		return work_noop(w, "auto_provisioning_off");
	e = find_account(w, in);
	if (!e && w->verdict == VERDICT_NONE)
		e = find_device(w, in, &d);
	if (!e && w->verdict == VERDICT_NONE)
		e = find_place(w, in, &site_id);
	if (e || w->verdict != VERDICT_NONE)
		return e;
	/* Everything is known from here on: no half state. */
	if (!d.id)
		e = make_device(w, in, &d);
	if (!e && !site_id && in->csa)
		e = make_place(w, in, &site_id);
	if (e)
		return e;
	return d.account_id ? keep(w, in, &d, site_id) : attach(w, in, &d, site_id);
}
