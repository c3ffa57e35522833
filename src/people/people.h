/*
 * people.h - persons and their memberships of accounts.
 *
 * A login is one name in the whole installation, kept trimmed and with ASCII
 * in lower case; any text may be one, not only an e-mail address.  These verbs
 * write the change log, but do not reindex accounts: who changes a main
 * person's name or login calls accounts_reindex() after.
 */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include "core/ctx.h"
#include "people/revoke.h"

#define LOGIN_MAX 190

struct person {
	int64_t id;
	const char *login, *email, *name, *phone;
	const char *origin, *state;
	bool has_password, can_change_password;
	const char *locale, *time_zone;
	struct stamp last_login_at, created_at;
	int64_t ver;
};
extern const struct fields person_fields;

/* In whose change log a change of a person stands. */
struct person_place {
	int64_t account_id;
	const char *account_label;
};

struct person_new {
	const char *login;         /* any spelling */
	const char *name;          /* NULL or "": the login */
	const char *email, *phone; /* or NULL */
	const char *locale, *time_zone;
	const char *origin;        /* "manual", "billing" */
	const char *password_hash; /* of password_hash_make(); NULL: invited, cannot sign in */
	bool keep_password;        /* the person may not change it himself */
};

struct membership_new {
	int64_t person_id, account_id;
	const char *kind; /* "main", "sub", "staff", "support" */
	enum role role;   /* a built-in one, or ROLE_NONE with role_id */
	int64_t role_id;
	int64_t scope_account_id;     /* where the role is assigned; 0: account_id */
	int64_t parent_membership_id; /* 0: none */
	struct stamp expires_at;      /* STAMP_NONE or zero: never */
};

/* Trimmed, ASCII lower-cased; NULL when empty, longer than LOGIN_MAX bytes or not printable. */
const char *login_canonical(struct arena *mem, const char *login);

/* ERR_NOT_FOUND without a story; removed persons are found too (state says so). */
enum err persons_find(struct ctx *c, int64_t id, struct person *out) MUST_CHECK;
enum err persons_by_login(struct ctx *c, const char *login, struct person *out) MUST_CHECK;

/* The account's main person. */
enum err persons_main_of(struct ctx *c, int64_t account_id, struct person *out) MUST_CHECK;

/*
 * ERR_CONFLICT "login-taken", ERR_INVALID "/login".  The check precedes the
 * insert, so this refusal leaves the transaction usable; a lost race does not.
 */
enum err persons_create(struct ctx *c, const struct person_place *at,
                        const struct person_new *in, int64_t *id) MUST_CHECK;
enum err memberships_create(struct ctx *c, const struct membership_new *in,
                            int64_t *id) MUST_CHECK;

/* Person, main membership with the role that fits the kind, and account.main_person_id. */
enum err persons_create_main(struct ctx *c, const struct person_place *at,
                             const char *account_kind, const struct person_new *in,
                             int64_t *id) MUST_CHECK;

/* ERR_CONFLICT "login-taken" as above; a login that stays is OK and writes nothing. */
enum err persons_set_login(struct ctx *c, const struct person_place *at, int64_t id,
                           const char *login) MUST_CHECK;

/* An invited person becomes active; every session ends but the one that asks. */
enum err persons_set_password_hash(struct ctx *c, const struct person_place *at, int64_t id,
                                   const char *hash) MUST_CHECK;

/* The same; with keep_sessions none ends (billing may ask for that). */
enum err persons_put_password_hash(struct ctx *c, const struct person_place *at, int64_t id,
                                   const char *hash, bool keep_sessions) MUST_CHECK;

struct person_edit {
	const char *name, *email, *phone; /* as they shall be; e-mail and phone may be NULL */
	bool keep_password;
};

/* *changed says whether anything differed; then it is logged. */
enum err persons_update(struct ctx *c, const struct person_place *at, int64_t id,
                        const struct person_edit *edit, bool *changed) MUST_CHECK;

/* Personal data go, the row stays: name and login become "removed-<id>", sessions end. */
enum err persons_purge(struct ctx *c, const struct person_place *at, int64_t id) MUST_CHECK;

/* "platform" -> ROLE_PLATFORM_ADMIN, "reseller" -> ROLE_RESELLER_PROGRAM, else owner. */
enum role role_of_main(const char *account_kind);

#endif
