/*
 * devices.h - cameras and their owners, and what an account is entitled to.
 *
 * A device without an account is in stock.  Detaching takes the grants of the
 * owner and of everyone below away and never deletes the device.  enabled is
 * the operator's intent: holds do not touch it.
 */
#ifndef DEVICES_DEVICES_H
#define DEVICES_DEVICES_H

#include "core/ctx.h"

struct device {
	int64_t id;
	const char *kind, *name, *status; /* active, partial, inactive, empty, initial */
	int64_t site_id;
	const char *site_name, *vendor, *model, *mac, *serial, *external_id, *service;
	struct opt archive_days;
	bool enabled;
	struct stamp attached_at;
	/* not answered */
	int64_t account_id, billing_source_id;
	const char *purchase_order;
	int64_t ver;
};
#define DEVICE_FIELDS 15
extern const struct field device_fields[]; /* the first DEVICE_FIELDS are answered */

/* An account's devices in order of their keys, at most max; after: the last id seen, or 0. */
enum err devices_list(struct ctx *c, int64_t account_id, int64_t after, size_t max,
                      struct db_list *out) MUST_CHECK;

/* The same backwards from before, in falling order; and all the caller sees (or one account's). */
enum err devices_list_back(struct ctx *c, int64_t account_id, int64_t before, size_t max,
                           struct db_list *out) MUST_CHECK;
enum err devices_open(struct ctx *c, struct db *db, int64_t account_id,
                      struct db_rows *out) MUST_CHECK;

enum err devices_count(struct ctx *c, int64_t account_id, int64_t *out) MUST_CHECK;

/* Row locked.  ERR_NOT_FOUND (no fault told) when there is none.  Removed ones are not found. */
enum err devices_find(struct ctx *c, int64_t id, struct device *out) MUST_CHECK;
enum err devices_find_mac(struct ctx *c, const char *mac, struct device *out) MUST_CHECK;
enum err devices_find_serial(struct ctx *c, const char *vendor, const char *serial,
                             struct device *out) MUST_CHECK; /* vendor NULL: any */
enum err devices_find_external(struct ctx *c, int64_t source_id, const char *external_id,
                               struct device *out) MUST_CHECK;

/* "aa:bb:cc:dd:ee:ff" from any usual spelling; NULL if it is no MAC address. */
const char *devices_mac(struct arena *mem, const char *s);

struct device_new {
	const char *kind; /* NULL: camera */
	const char *name, *vendor, *model, *mac, *serial, *external_id;
	int64_t billing_source_id;
};

/* Into stock.  ERR_CONFLICT "device-exists". */
enum err devices_create(struct ctx *c, const struct device_new *in, int64_t *id) MUST_CHECK;

struct device_edit {
	const char *name, *service, *purchase_order, *external_id; /* NULL: as it is */
	struct opt archive_days;                                   /* not set: as it is */
	int64_t site_id;                                           /* 0: as it is */
	int64_t billing_source_id;                                 /* with external_id */
	struct opt enabled;                                        /* not set: as it is */
};

/* *changed if anything differed; only then is there a row in the change log. */
enum err devices_update(struct ctx *c, int64_t id, const struct device_edit *in,
                        bool *changed) MUST_CHECK;

/*
 * From stock to an account: sets the edit's fields and grants the main member
 * everything, seeing the past from now on.  ERR_CONFLICT "owned-by-other".
 */
enum err devices_attach(struct ctx *c, int64_t id, int64_t account_id,
                        const struct device_edit *in) MUST_CHECK;

/* Back to stock; not attached is OK.  */
enum err devices_detach(struct ctx *c, int64_t id, const char *reason) MUST_CHECK;

/*
 * The new device takes the old one's owner, place, name, settings and grants; the old one
 * goes to stock.
 */
enum err devices_replace(struct ctx *c, int64_t old_id, int64_t new_id) MUST_CHECK;

/* Out of service for good; its row stays for the log. */
enum err devices_remove(struct ctx *c, int64_t id) MUST_CHECK;

/* All devices of an account to stock (the purge); *n counts them. */
enum err devices_detach_all(struct ctx *c, int64_t account_id, int64_t *n) MUST_CHECK;

struct entitlement {
	const char *item;
	int64_t quantity;
	const char *source, *state;
	struct stamp removed_at, purge_at;
	int64_t ver;
};
#define ENTITLEMENT_FIELDS 7
extern const struct field entitlement_fields[]; /* the first ENTITLEMENT_FIELDS are answered */

enum err entitlements_list(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/*
 * quantity 0 removes with grace days until the purge; giving it back before
 * then revives it.  *changed as above.
 */
enum err entitlements_set(struct ctx *c, int64_t account_id, const char *item, int64_t quantity,
                          int64_t grace_days, bool *changed) MUST_CHECK;

/* All of an account's, when it ends; and back again when it is restored. */
enum err entitlements_end(struct ctx *c, int64_t account_id, struct stamp purge_at) MUST_CHECK;
enum err entitlements_revive(struct ctx *c, int64_t account_id) MUST_CHECK;

/* What ended with the account is kept until then. */
enum err entitlements_keep(struct ctx *c, int64_t account_id, struct stamp purge_at) MUST_CHECK;

#endif
