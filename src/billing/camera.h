/*
 * camera.h - which device an event of billing is about.
 *
 * The billing system's own id comes first, then the MAC address, then the
 * serial number.  Two that point to different devices are a conflict nobody
 * but a person can solve.
 */
#ifndef BILLING_CAMERA_H
#define BILLING_CAMERA_H

#include "billing/work.h"
#include "devices/devices.h"

struct camera_name {
	const char *external_id, *mac, *serial, *vendor; /* any may be NULL */
};

enum camera_found { CAMERA_NONE, CAMERA_FOUND, CAMERA_CONFLICT };

/* The device and its row locked; mac is any usual spelling. */
enum err camera_find(struct work *w, const struct camera_name *name, struct device *out,
                     enum camera_found *found) MUST_CHECK;

/* Another source's device, or one of an account this source does not serve. */
enum err camera_is_foreign(struct work *w, const struct device *d, bool *foreign) MUST_CHECK;

extern const struct db_query *const camera_queries[];

#endif
