/*
 * types.h - every event type as a row: label, data, registers, effect.
 *
 * A new type is a row here, a struct and a table in inputs, and a function
 * among the effects.  Types that are only recorded (what an event becomes
 * when something was missing) have no effect.
 */
#ifndef BILLING_TYPES_H
#define BILLING_TYPES_H

#include "billing/work.h"

enum type_flag {
	TYPE_NEEDS_ENTITY = 1 << 0, /* deferred until the subject's account is known */
	TYPE_WAITS = 1 << 1,        /* waits a minute for numbers missing before it */
	TYPE_PASSWORD = 1 << 2,     /* carries one: hashed on receipt */
	TYPE_LATER = 1 << 3,        /* too much for the sender to wait: the worker's */
	TYPE_RECORDED = 1 << 4,     /* only ever recorded; sent literally it is a note */
	TYPE_LIFE = 1 << 5,         /* itself begins or ends the account */
	TYPE_HOLD = 1 << 6          /* only holds change: its account is locked first */
};

typedef enum err type_effect(struct work *w);
typedef void type_registers(struct work *w);
/* What no table can say; complains with pointers below the data. */
typedef enum err type_check(struct arena *mem, struct fault *f, const void *in);

struct event_type {
	const char *name, *label;
	unsigned flags;
	const struct json_table *in;
	type_check *check;         /* or NULL */
	type_registers *registers; /* or NULL: it writes none */
	type_effect *effect;       /* NULL for TYPE_RECORDED */
};

#define TYPE_UNKNOWN                 "billing.unknown_type"
#define TYPE_CREATE_LOCATION_UNKNOWN "billing.create_location_unknown_csa"
#define TYPE_ATTACH_CAMERA_UNKNOWN   "billing.attach_camera_unknown_csa"

/* Ended by a NULL name. */
extern const struct event_type event_types[];

const struct event_type *type_find(const char *name); /* NULL when unknown */
const char *type_label(const char *name);             /* of unknown ones too */

/*
 * Reads an event's data by its type's table.  ERR_INVALID with all
 * complaints, pointers below the data ("/login").
 */
enum err type_read(struct arena *mem, struct fault *f, const struct event_type *t,
                   const char *data, const void **out, struct json_seen *seen) MUST_CHECK;

#endif
