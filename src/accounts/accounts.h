/*
 * accounts.h - the tree of accounts and the profile of each.
 *
 * Every loader takes the caller's subtree into account: what is not below the
 * acting account does not exist (ERR_NOT_FOUND).  The surprising rule: a
 * field that billing set is closed to people until billing says otherwise;
 * accounts_update() refuses it, accounts_update_billing() sets and marks it.
 */
#ifndef ACCOUNTS_ACCOUNTS_H
#define ACCOUNTS_ACCOUNTS_H

#include "core/ctx.h"

/* An account as answered; state is the effective one. */
struct account {
	int64_t id, number;
	const char *kind, *class, *origin, *name, *login, *email, *role, *label,
		*external_id, *contract_no;
	int64_t parent_id;
	const char *parent_name, *state;
	struct stamp last_login_at, created_at;
	const char *created_by;
	int64_t ver;
	const char *tenant_id;
	int64_t generation;
	const char *type;
	struct stamp purge_at, terminated_at, confirmed_at;
	const char *locale, *time_zone, *payer;
	bool tax_included;
	const char *tax_number;
	struct json_text billing_extra;
	const char *country, *region, *city, *postcode, *street, *house;
	struct micro latitude, longitude;
	struct stamp updated_at, exempt_until;
	const char *source_name, *phone, *exempt_reason, *exempt_by;
	int64_t main_person_id, billing_source_id; /* not answered, as base_state */
	const char *base_state;
};
#define ACCOUNT_FIELDS 45
extern const struct field account_fields[]; /* the first ACCOUNT_FIELDS are answered */

/* What verbs need of an account they are about to change. */
struct account_head {
	int64_t id, parent_id;
	const char *kind, *class, *name, *base_state; /* active, terminated, purged */
	int64_t main_person_id, billing_source_id, generation, ver;
	struct stamp terminated_at, purge_at, confirmed_at, last_login_at, exempt_until;
};

/* The account as it stands, with its effective state. */
enum err accounts_find(struct ctx *c, int64_t id, struct account *out) MUST_CHECK;

/* Only its name: for who needs no more than that the caller sees it. */
enum err accounts_name(struct ctx *c, int64_t id, const char **name) MUST_CHECK;
extern const struct db_query *const accounts_name_queries[];

/* The same as find without the profile, and its row locked (SELECT ... FOR UPDATE). */
enum err accounts_lock(struct ctx *c, int64_t id, struct account_head *out) MUST_CHECK;

/* By the billing system's own id; not tested for visibility.  ERR_NOT_FOUND. */
enum err accounts_lock_external(struct ctx *c, int64_t source_id, const char *external_id,
                                struct account_head *out) MUST_CHECK;
/* ERR_VERSION unless ver is 0 or the head's. */
enum err accounts_check_version(struct ctx *c, const struct account_head *head,
                                int64_t ver) MUST_CHECK;

/* The same without a lock. */
enum err accounts_find_external(struct ctx *c, int64_t source_id, const char *external_id,
                                int64_t *id) MUST_CHECK;

/* The account a person is the main member of. */
enum err accounts_find_main_of(struct ctx *c, int64_t person_id, int64_t *id) MUST_CHECK;

/* The platform's own account, made under this name when there is none yet. */
enum err accounts_root(struct ctx *c, const char *name, int64_t *id) MUST_CHECK;

struct account_new {
	int64_t parent_id;
	const char *kind, *class, *name; /* kind: reseller or customer */
	const char *origin;              /* NULL: manual */
	const char *login, *email, *phone, *locale, *time_zone, *contract_no, *type;
	int64_t billing_source_id;
	const char *external_id;
	struct json_text billing_extra;
	const char *password_hash; /* NULL: the person is invited and has none yet */
	bool fixed_password;       /* the person may not change it */
	const char *role;          /* of the main member; NULL: the usual one of the kind */
	int64_t event_id;          /* billing_event.seq: marks the fields as set by it */
	struct stamp expires_at;   /* of a temporary one: for the caller to hold it from then on */
};

/*
 * Makes the account, its places in the tree, its headquarters site when it is
 * an organisation, and its main person when a login or an e-mail is given.
 * ERR_INVALID "/parent_id", "/kind", "/login"; ERR_CONFLICT "external-id-taken".
 */
enum err accounts_create(struct ctx *c, const struct account_new *in, int64_t *id) MUST_CHECK;

/* Profile fields, and their bit in a mask of which are given. */
struct account_edit {
	const char *name, *class, *contract_no, *locale, *time_zone, *payer;
	bool tax_included;
	const char *tax_number;
	const char *country, *region, *city, *postcode, *street, *house;
	struct micro latitude, longitude;
	const char *type, *external_id; /* from here on only for billing */
	struct json_text billing_extra;
};

enum account_edit_field {
	EDIT_NAME,
	EDIT_CLASS,
	EDIT_CONTRACT_NO,
	EDIT_LOCALE,
	EDIT_TIME_ZONE,
	EDIT_PAYER,
	EDIT_TAX_INCLUDED,
	EDIT_TAX_NUMBER,
	EDIT_COUNTRY,
	EDIT_REGION,
	EDIT_CITY,
	EDIT_POSTCODE,
	EDIT_STREET,
	EDIT_HOUSE,
	EDIT_LATITUDE,
	EDIT_LONGITUDE,
	EDIT_TYPE,
	EDIT_EXTERNAL_ID,
	EDIT_BILLING_EXTRA,
	EDIT__MAX
};
#define EDIT_BIT(f) (UINT64_C(1) << (f))

/*
 * Sets the given fields.  ERR_VERSION when ver (not 0) is not the account's;
 * ERR_INVALID "set-by-billing" for each locked field that would change;
 * ERR_DENIED when the actor may not edit one of the groups it touches.
 */
enum err accounts_update(struct ctx *c, int64_t id, const struct account_edit *in,
                         uint64_t mask, int64_t ver) MUST_CHECK;

/* For billing: sets the fields, marks them as set by the event; *changed if any differed. */
enum err accounts_update_billing(struct ctx *c, int64_t id, const struct account_edit *in,
                                 uint64_t mask, int64_t event_id, bool *changed) MUST_CHECK;

/* Marks a field ("login", "phone") as set by a billing event, beside its change. */
enum err accounts_mark_origin(struct ctx *c, int64_t id, const char *field,
                              int64_t event_id) MUST_CHECK;

#endif
