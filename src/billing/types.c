#include "billing/types.h"

#include <string.h>

#include "base/buf.h"
#include "billing/effects.h"
#include "billing/slice.h"

#define ENTITY TYPE_NEEDS_ENTITY

/* clang-format off */
const struct event_type event_types[] = {
	{ "billing.new_entity", "Billing. New entity", TYPE_LIFE | TYPE_PASSWORD,
	  &new_entity_table, check_entity, registers_new_entity, effect_new_entity },
	{ "billing.pause_entity", "Billing. Pause entity", ENTITY | TYPE_HOLD,
	  &pause_table, check_pause, registers_hold, effect_pause },
	{ "billing.unpause_entity", "Billing. Unpause entity", ENTITY | TYPE_HOLD,
	  &unpause_table, NULL, registers_hold, effect_unpause },
	{ "billing.terminate_entity", "Billing. Terminate entity", TYPE_LIFE,
	  &terminate_table, NULL, registers_life, effect_terminate },
	{ "billing.create_location", "Billing. Create location", 0,
	  &create_location_table, check_location, registers_location, effect_create_location },
	{ TYPE_CREATE_LOCATION_UNKNOWN, "Billing. Failed to create location", TYPE_RECORDED,
	  &nothing_table, NULL, NULL, NULL },
	{ "billing.delete_location", "Billing. Delete location", TYPE_WAITS,
	  &delete_location_table, check_location_named, registers_location,
	  effect_delete_location },
	{ "billing.update_login", "Billing. Update login", ENTITY | TYPE_WAITS,
	  &login_table, NULL, registers_login, effect_update_login },
	{ "billing.update_password", "Billing. Update password", ENTITY | TYPE_PASSWORD,
	  &password_table, NULL, registers_password, effect_update_password },
	{ "billing.new_camera", "Billing. New camera", 0,
	  &new_camera_table, check_camera, registers_camera, effect_new_camera },
	{ "billing.attach_camera", "Billing. Attach camera", TYPE_WAITS,
	  &attach_camera_table, check_camera_named, registers_camera_owner,
	  effect_attach_camera },
	{ TYPE_ATTACH_CAMERA_UNKNOWN, "Billing. Failed to attach camera", TYPE_RECORDED,
	  &nothing_table, NULL, NULL, NULL },
	{ "billing.detach_camera", "Billing. Detach camera", 0,
	  &detach_camera_table, check_camera_named, registers_camera_owner,
	  effect_detach_camera },
	{ TYPE_UNKNOWN, "Billing. Unknown type", TYPE_RECORDED,
	  &nothing_table, NULL, NULL, NULL },
	/* beyond the documented fourteen */
	{ "billing.update_entity", "Billing. Update entity", ENTITY,
	  &update_entity_table, check_entity, registers_update_entity, effect_update_entity },
	{ "billing.sync_cameras", "Billing. Sync cameras", ENTITY,
	  &sync_table, NULL, registers_sync, effect_sync_cameras },
	{ "billing.set_licenses", "Billing. Set licenses", ENTITY,
	  &licences_table, NULL, registers_licences, effect_set_licences },
	{ "billing.check_licenses", "Billing. Check licenses", ENTITY,
	  &licences_table, NULL, NULL, effect_check_licences },
	{ "billing.set_module_status", "Billing. Set module status", ENTITY | TYPE_HOLD,
	  &module_table, NULL, registers_hold, effect_module_status },
	{ "billing.delete_camera", "Billing. Delete camera", 0,
	  &delete_camera_table, check_camera_named, registers_camera, effect_delete_camera },
	{ "billing.update_location", "Billing. Update location", 0,
	  &update_location_table, check_location_named, registers_location,
	  effect_update_location },
	{ "billing.snapshot", "Billing. Snapshot", TYPE_LATER,
	  &snapshot_table, NULL, NULL, effect_snapshot },
	{ .name = NULL },
};
/* clang-format on */

const struct event_type *type_find(const char *name)
{
	for (const struct event_type *t = event_types; t->name; t++)
		if (strcmp(t->name, name) == 0)
			return t;
	return NULL;
}

const char *type_label(const char *name)
{
	const struct event_type *t = type_find(name);

	return t ? t->label : "Billing. Unknown type";
}

/*
 * A camera in a list is its id or an object with an id and a status: the
 * table reads objects alone, so ids become objects first.
 */
static const char *ids_to_objects(struct arena *mem, const char *data)
{
	struct slice all = { data, strlen(data) }, list, one;
	size_t at = 0;
	bool any = false;
	struct buf b;

	if (!slice_member(all, "camera_external_ids", &list))
		return data;
	buf_init(&b, mem, all.n * 8 + 64);
	buf_put(&b, data, (size_t)(list.p - data));
	buf_putc(&b, '[');
	while (slice_next(list, &at, &one)) {
		bool text = *one.p == '"';

		if (any)
			buf_putc(&b, ',');
		buf_puts(&b, text ? "{\"external_id\":" : "");
		buf_put(&b, one.p, one.n);
		buf_puts(&b, text ? "}" : "");
		any = true;
	}
	if (!any && *list.p != '[')
		return data;
	buf_putc(&b, ']');
	buf_put(&b, list.p + list.n, all.n - (size_t)(list.p + list.n - data));
	return b.failed ? data : buf_str(&b);
}

enum err type_read(struct arena *mem, struct fault *f, const struct event_type *t,
                   const char *data, const void **out, struct json_seen *seen)
{
	void *in = arena_alloc(mem, t->in->size);
	enum err e;

	if (!data)
		data = "{}";
	if (t->effect == effect_sync_cameras)
		data = ids_to_objects(mem, data);
	e = json_read(mem, f, data, strlen(data), t->in, in, seen);
	if (!e && t->check)
		e = t->check(mem, f, in);
	if (!e)
		*out = in;
	return e;
}
