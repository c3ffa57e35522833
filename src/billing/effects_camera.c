#include <string.h>

#include "billing/camera.h"
#include "billing/effects.h"
#include "json/json_out.h"

static const char *or_null(const char *s)
{
	return s && *s ? s : NULL;
}

/* Cameras are known by the billing system's id, else by their address. */
static const char *key_of(const struct work *w)
{
	const struct in_camera *in = w->in;

	if (in->camera_external_id)
		return in->camera_external_id;
	if (or_null(in->mac))
		return in->mac;
	return or_null(in->id) ? in->id : w->ev.subject_key;
}

void registers_camera(struct work *w)
{
	work_reg_of(w, "camera", key_of(w), "");
}

/* A later list of all cameras of the entity settles each of them. */
void registers_camera_owner(struct work *w)
{
	work_reg_of(w, "camera", key_of(w), ".owner");
	work_reg_reads(w, "cameras");
}

enum err check_camera(struct arena *mem, struct fault *f, const void *data)
{
	const struct in_camera *in = data;
	enum err e = OK;

	if (or_null(in->mac) && !devices_mac(mem, in->mac))
		e = fault_field(f, "/mac", "not-a-mac");
	if (or_null(in->replaces.mac) && !devices_mac(mem, in->replaces.mac))
		e = fault_field(f, "/replaces/mac", "not-a-mac");
	return e;
}

enum err check_camera_named(struct arena *mem, struct fault *f, const void *data)
{
	const struct in_camera *in = data;

	if (!in->camera_external_id && !or_null(in->mac) && !or_null(in->id) &&
	    !or_null(in->serial_number))
		return fault_field(f, "/camera_external_id", "required");
	return check_camera(mem, f, data);
}

enum err effect_new_camera(struct work *w)
{
	const struct in_camera *in = w->in;
	struct camera_name name = { in->camera_external_id, in->mac, in->serial_number,
		                    or_null(in->vendor) };
	struct device_new new = {
		.name = or_null(in->name),
		.vendor = or_null(in->vendor),
		.model = or_null(in->model),
		.mac = devices_mac(w->c->mem, in->mac),
		.serial = in->serial_number,
		.external_id = in->camera_external_id,
		.billing_source_id = w->source->id,
	};
	struct device d;
	enum camera_found found;
	int64_t id;
	enum err e;

	if (!w->source->auto_provisioning && !w->forced)
		return work_noop(w, "auto_provisioning_off");
	e = camera_find(w, &name, &d, &found);
	if (e)
		return e;
	if (found == CAMERA_CONFLICT)
		return work_quarantine(w, "identity_conflict");
	if (found == CAMERA_FOUND)
		return work_noop(w, "already_so");
	if (!new.name)
		new.name = new.model ? new.model : new.mac;
	e = devices_create(w->c, &new, &id);
	if (e)
		return e;
	work_changed(w, "device", NULL, new.mac);
	return work_applied(w);
}

/* Whose event it is, when it says so: id 0 is nobody. */
static enum err find_owner(struct work *w, const struct in_camera *in, struct work_account *out)
{
	struct owner_hint hint = { in->login, in->entity_external_id, in->contract_no };

	return work_find_owner(w, &hint, out);
}

enum err effect_detach_camera(struct work *w)
{
	const struct in_camera *in = w->in;
	struct camera_name name = { .external_id = in->camera_external_id, .mac = in->mac };
	struct work_account owner;
	struct device d;
	enum camera_found found;
	enum err e = camera_find(w, &name, &d, &found);

	if (!e)
		e = find_owner(w, in, &owner);
	if (e)
		return e;
	if (owner.id)
		w->account = owner;
	if (found == CAMERA_CONFLICT)
		return work_quarantine(w, "identity_conflict");
	if (found == CAMERA_NONE || !d.account_id)
		return work_noop(w, "not_attached");
	if (!owner.id)
		return work_quarantine(w, "owner_unknown");
	if (d.account_id != owner.id)
		return work_noop(w, "not_attached");
	e = devices_detach(w->c, d.id, "billing");
	if (e)
		return e;
	work_changed(w, "owner", owner.name, NULL);
	return work_applied(w);
}

static enum err find_by_any_id(struct work *w, const struct in_camera *in, struct device *d,
                               enum camera_found *found)
{
	struct camera_name name = { .external_id = in->camera_external_id, .mac = in->mac };
	int64_t id;
	enum err e;

	if (in->id && id_read(ID_DEVICE, in->id, strlen(in->id), &id)) {
		e = devices_find(w->c, id, d);
		*found = e == ERR_NOT_FOUND ? CAMERA_NONE : CAMERA_FOUND;
		return e == ERR_NOT_FOUND ? OK : e;
	}
	if (!name.external_id)
		name.external_id = or_null(in->id);
	return camera_find(w, &name, d, found);
}

enum err effect_delete_camera(struct work *w)
{
	struct device d;
	enum camera_found found;
	bool foreign;
	enum err e = find_by_any_id(w, w->in, &d, &found);

	if (e)
		return e;
	if (found == CAMERA_CONFLICT)
		return work_quarantine(w, "identity_conflict");
	if (found == CAMERA_NONE)
		return work_noop(w, "missing");
	e = camera_is_foreign(w, &d, &foreign);
	if (e)
		return e;
	if (foreign || (!d.account_id && d.billing_source_id != w->source->id))
		return work_noop(w, "missing");
	w->account.id = d.account_id ? d.account_id : w->account.id;
	e = devices_remove(w->c, d.id);
	if (e)
		return e;
	work_changed(w, "device", d.name, NULL);
	return work_applied(w);
}
