/*
 * inner.h - what the files of this folder share, and the lists of their
 * statements.
 *
 * Each list ends with NULL.
 */
#ifndef DEVICES_INNER_H
#define DEVICES_INNER_H

#include "core/change.h"
#include "devices/devices.h"

extern const struct db_query *const devices_queries[];
extern const struct db_query *const device_write_queries[];
extern const struct db_query *const device_place_queries[];
extern const struct db_query *const entitlements_queries[];

/* In whose log a change of a device stands: its account's, or the platform's for stock. */
struct device_owner {
	int64_t id;
	const char *name;
};
enum err device_owner(struct ctx *c, int64_t account_id, struct device_owner *out) MUST_CHECK;

/* Writes account, place, name, settings, ids and the intent of a device whose row is locked. */
enum err device_write(struct ctx *c, const struct device *d) MUST_CHECK;

/* Sets what the edit gives. */
void device_merge(struct device *is, const struct device_edit *in);

/* What the log says of a device; nothing when nothing differs (*changed may be NULL). */
enum err device_log(struct ctx *c, enum action action, const struct device_owner *in,
                    const struct device *was, const struct device *is, const char *reason,
                    bool *changed) MUST_CHECK;

#endif
