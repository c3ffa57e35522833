/*
 * registrations.h - people who ask for an account by themselves.
 *
 * Off, by approval, or automatic, as the policy of the account they come to
 * says: the platform, or the reseller whose number they give.  The surprising
 * rule: whoever registers is answered alike, whether his address is known or
 * not; the difference is told by mail to the address itself.
 */
#ifndef REGISTRATIONS_REGISTRATIONS_H
#define REGISTRATIONS_REGISTRATIONS_H

#include "core/ctx.h"
#include "core/page.h"

#define REGISTRATION_LINK_DAYS 1
#define REGISTRATION_MAILS     3   /* a day to one address */
#define REGISTRATION_NAME_MAX  200 /* code points */

/* What the public page shows. */
struct registration_host {
	const char *mode; /* off, approval, automatic */
	int64_t password_min;
};
#define REGISTRATION_HOST_FIELDS 2
extern const struct field registration_host_fields[];
extern const char *const registration_modes[];

/* code: a reseller's account number, or NULL for the platform; unknown ones are "off". */
enum err registrations_host(struct ctx *c, const char *code,
                            struct registration_host *out) MUST_CHECK;

struct registration_new {
	const char *email, *name, *language, *password;
	const char *company; /* NULL: a private person */
	const char *reseller_code;
};

/*
 * Asks the address to confirm.  Opens its own transactions.  ERR_DENIED
 * "registration-off", ERR_LIMITED, ERR_INVALID "/password".
 */
enum err registrations_create(struct ctx *c, const struct registration_new *in) MUST_CHECK;

/*
 * The address is the person's: the request waits for approval, or the account
 * is made.  *state is "pending" or "approved".  Opens its own transaction.
 * ERR_NOT_FOUND "link-not-valid", ERR_CONFLICT "login-taken", ERR_DENIED as above.
 */
enum err registrations_confirm(struct ctx *c, const char *token, const char **state) MUST_CHECK;

struct registration {
	int64_t id;
	const char *email, *name, *company, *language, *state; /* pending, approved, rejected */
	int64_t parent_account_id;
	const char *parent_name;
	int64_t account_id; /* that was made */
	const char *decided_by;
	struct stamp decided_at;
	int64_t ver;
	struct stamp created_at;
	/* not answered */
	const char *password_hash;
};
#define REGISTRATION_FIELDS 13
extern const struct field
	registration_fields[]; /* the first REGISTRATION_FIELDS are answered */
extern const char *const registration_states[];

/* Confirmed ones of accounts the caller sees, newest first; state NULL: all. */
enum err registrations_list(struct ctx *c, const char *state, const struct page *p,
                            struct db_list *out) MUST_CHECK;
enum err registrations_count(struct ctx *c, const char *state, int64_t *out) MUST_CHECK;
void registrations_page_key(const void *row, const struct page *p, struct cursor *out);
enum err registrations_find(struct ctx *c, int64_t id, struct registration *out) MUST_CHECK;

/* A role that a main user can be given who registered. */
struct registration_role {
	int64_t role_id;
	const char *name, *builtin;
	bool grantable; /* the caller may give it */
	/* not answered */
	const char *says;
};
#define REGISTRATION_ROLE_FIELDS 4
extern const struct field registration_role_fields[];

/* Roles of customers, and those made above the account to be. */
enum err registrations_roles(struct ctx *c, int64_t id, struct db_list *out) MUST_CHECK;

/*
 * Makes the account with its main user and tells him.  role_id 0: the default
 * of the policy, else the usual one.  ERR_CONFLICT "registration-decided",
 * "login-taken"; ERR_INVALID "/role_id"; ERR_DENIED "more-than-own".
 */
enum err registrations_approve(struct ctx *c, int64_t id, int64_t role_id) MUST_CHECK;

/* Tells him why not.  ERR_CONFLICT "registration-decided". */
enum err registrations_reject(struct ctx *c, int64_t id, const char *reason) MUST_CHECK;

/* Forgets those of 30 days ago that wait for nobody, at most max; counts them. */
enum err registrations_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

#endif
