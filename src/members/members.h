/*
 * members.h - the people of an account: main user, sub-users, staff, support.
 *
 * A membership is what one person is in one account.  Suspending or removing
 * it touches that account alone and ends what acted through it, for good:
 * nothing is revived by resuming.  The surprising rule: name, address, phone
 * and second factor belong to the person, so who changes them must see every
 * account the person belongs to (people/guard.h).
 */
#ifndef MEMBERS_MEMBERS_H
#define MEMBERS_MEMBERS_H

#include "core/page.h"
#include "people/words.h"

#define SUPPORT_DAYS_MAX 366 /* a support user's end at the latest */
#define MEMBER_TEXT_MAX  500

struct member {
	int64_t id, person_id, account_id;
	const char *account_name, *kind, *login, *name, *email, *phone, *origin, *state, *label,
		*role;
	int64_t parent_membership_id;
	const char *parent_name;
	struct stamp expires_at;
	bool two_step, locked;
	struct stamp last_login_at, created_at;
	const char *created_by;
	int64_t ver;
	/* not answered */
	const char *base_state, *account_kind, *roles, *adjusted, *locale, *person_state;
	bool by_billing; /* the main user of an account billing keeps */
	const char *sort_text;
	struct stamp sort_at;
};
#define MEMBER_FIELDS 22
extern const struct field member_fields[]; /* the first MEMBER_FIELDS are answered */

extern const char *const member_kinds[]; /* NULL-ended, as all of these */
extern const char *const member_states[];
extern const char *const member_sorts[];

struct member_filter {
	const char *kinds; /* "main,staff", or "" */
	const char *state; /* NULL: all but the removed */
	struct asked words;
};

/* limit + 1 rows at most, before page_close(). */
enum err members_list(struct ctx *c, int64_t account_id, const struct member_filter *f,
                      const struct page *p, struct db_list *out) MUST_CHECK;
enum err members_count(struct ctx *c, int64_t account_id, const struct member_filter *f,
                       int64_t *out) MUST_CHECK;
void members_page_key(const void *row, const struct page *p, struct cursor *out);
enum err members_find(struct ctx *c, int64_t account_id, int64_t id,
                      struct member *out) MUST_CHECK;

/* A role of a member; the rows of one member stand together. */
struct member_role {
	int64_t membership_id, role_id;
	const char *name, *builtin;
	int64_t scope_account_id;
	const char *scope_name;
};
#define MEMBER_ROLE_FIELDS 5 /* answered: all but the first */
extern const struct field member_role_fields[];
enum err members_roles(struct ctx *c, const struct member *v, size_t n,
                       struct db_list *out) MUST_CHECK;

/* What the caller may do with him now: words of member_acts[], in their order. */
extern const char *const member_acts[];
bool member_allows(const struct ctx *c, const struct member *m, size_t act);

struct member_new {
	const char *email, *login, *name, *phone, *language, *kind, *label;
	int64_t role_id, scope_account_id, parent_membership_id;
	struct stamp expires_at;
};

/*
 * Adds somebody: who has the login already becomes a member too, anybody else
 * is made and gets a mail.  ERR_INVALID at the field; ERR_DENIED by the guards;
 * ERR_CONFLICT "already-member", "main-exists", "kinds-mixed", "not-active".
 */
enum err members_add(struct ctx *c, int64_t account_id, const struct member_new *in,
                     int64_t *id) MUST_CHECK;

struct member_edit {
	const char *name, *email, *phone, *label;
	struct stamp expires_at;
};
enum member_edit_field {
	MEMBER_NAME,
	MEMBER_EMAIL,
	MEMBER_PHONE,
	MEMBER_LABEL,
	MEMBER_EXPIRES_AT,
	MEMBER_EDIT__MAX
};

/* Which member of which account, at which version (0: whatever it is now). */
struct member_at {
	int64_t account_id, id, ver;
};

enum err members_edit(struct ctx *c, const struct member_at *at, const struct member_edit *in,
                      uint64_t mask) MUST_CHECK;
enum err members_suspend(struct ctx *c, const struct member_at *at,
                         const char *reason) MUST_CHECK;
enum err members_resume(struct ctx *c, const struct member_at *at,
                        const char *reason) MUST_CHECK;
enum err members_remove(struct ctx *c, const struct member_at *at) MUST_CHECK;
/* Gives him the owner's role beside what he has. */
enum err members_make_owner(struct ctx *c, const struct member_at *at) MUST_CHECK;

/* Mails a link for a new password, or the welcome again to who never had one. */
enum err members_reset_password(struct ctx *c, const struct member_at *at) MUST_CHECK;
/* Lets him try again who was locked out.  ERR_CONFLICT "not-locked". */
enum err members_unlock(struct ctx *c, const struct member_at *at) MUST_CHECK;
enum err members_reset_two_step(struct ctx *c, const struct member_at *at,
                                const char *reason) MUST_CHECK;

struct member_session {
	int64_t id;
	struct stamp created_at, last_seen_at, expires_at;
	const char *ip, *user_agent;
	bool current;
};
#define MEMBER_SESSION_FIELDS 7
extern const struct field member_session_fields[];

enum err members_sessions(struct ctx *c, int64_t account_id, int64_t id,
                          struct db_list *out) MUST_CHECK;
/* All of the membership, but the one that asks. */
enum err members_end_sessions(struct ctx *c, const struct member_at *at) MUST_CHECK;
enum err members_end_session(struct ctx *c, const struct member_at *at,
                             int64_t session_id) MUST_CHECK;

#endif
