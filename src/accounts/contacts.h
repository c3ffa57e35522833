/*
 * contacts.h - whom to call about an account: several for each role.
 *
 * A contact is found by its account and its own id together; with another
 * account's id it does not exist.
 */
#ifndef ACCOUNTS_CONTACTS_H
#define ACCOUNTS_CONTACTS_H

#include "core/ctx.h"

#define CONTACTS_MAX 100 /* of one account */

struct contact {
	int64_t id;
	const char *role, *name, *email, *phone, *note;
	int64_t ver;
	struct stamp created_at, updated_at;
};
#define CONTACT_FIELDS 9
extern const struct field contact_fields[];
extern const char *const contact_roles[]; /* NULL-ended */

struct contact_edit {
	const char *role, *name, *email, *phone, *note;
};
enum { CONTACT_ROLE, CONTACT_NAME, CONTACT_EMAIL, CONTACT_PHONE, CONTACT_NOTE, CONTACT__MAX };

/* By role and key. */
enum err contacts_list(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;
enum err contacts_find(struct ctx *c, int64_t account_id, int64_t id,
                       struct contact *out) MUST_CHECK;

/* ERR_CONFLICT "too-many-contacts". */
enum err contacts_create(struct ctx *c, int64_t account_id, const struct contact_edit *in,
                         int64_t *id) MUST_CHECK;

/* mask: bit i for the i-th member of the edit. */
enum err contacts_update(struct ctx *c, int64_t account_id, int64_t id,
                         const struct contact_edit *in, uint64_t mask, int64_t ver) MUST_CHECK;
enum err contacts_remove(struct ctx *c, int64_t account_id, int64_t id, int64_t ver) MUST_CHECK;

#endif
