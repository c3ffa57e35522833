/*
 * invitations.h - asking somebody by mail to work with an account.
 *
 * The token is in the mail alone; what is kept is its hash.  It makes nobody a
 * member before it is accepted, and what the inviter may give is asked again
 * then.  The surprising rule: what people of a customer make themselves is
 * theirs; who acts from above sees the members, not these invitations.
 */
#ifndef INVITATIONS_INVITATIONS_H
#define INVITATIONS_INVITATIONS_H

#include "core/ctx.h"
#include "core/page.h"

#define INVITATION_DAYS     7
#define INVITATION_SENDS    5   /* mails a day to one address from one account */
#define INVITATION_NAME_MAX 100 /* code points of each name */

struct invitation {
	int64_t id;
	const char *email, *first_name, *last_name, *language;
	int64_t role_id;
	const char *role_name, *kind;
	struct stamp member_until;
	const char *state; /* sent, expired, accepted, revoked */
	struct stamp sent_at, expires_at;
	int64_t sent_count; /* mails of the day it was sent last */
	const char *invited_by;
	struct stamp accepted_at;
	int64_t person_id, membership_id;
	bool advise_against; /* an administrator of a managed customer */
	int64_t ver;
	struct stamp created_at;
	/* not answered */
	int64_t account_id, invited_by_membership_id;
	const char *account_name, *role_says;
	bool open, managed, sent_today;
};
#define INVITATION_FIELDS 20
extern const struct field invitation_fields[]; /* the first INVITATION_FIELDS are answered */
extern const char *const invitation_states[], *const invitation_kinds[];

struct invitation_new {
	const char *first_name, *last_name, *email, *language;
	int64_t role_id;
	const char *kind;          /* NULL: staff */
	struct stamp member_until; /* a support user must have one */
};

/* Newest first; state NULL: all. */
enum err invitations_list(struct ctx *c, int64_t account_id, const char *state,
                          const struct page *p, struct db_list *out) MUST_CHECK;
enum err invitations_count(struct ctx *c, int64_t account_id, const char *state,
                           int64_t *out) MUST_CHECK;
void invitations_page_key(const void *row, const struct page *p, struct cursor *out);
enum err invitations_find(struct ctx *c, int64_t account_id, int64_t id,
                          struct invitation *out) MUST_CHECK;

/*
 * Writes it and promises the mail.  ERR_CONFLICT "not-an-organisation",
 * "not-active", "already-member", "invitation-exists"; ERR_DENIED
 * "more-than-own"; ERR_LIMITED "invitation-sent-often"; ERR_INVALID "/role_id",
 * "/member_until".
 */
enum err invitations_create(struct ctx *c, int64_t account_id, const struct invitation_new *in,
                            int64_t *id) MUST_CHECK;

/*
 * A new token and a new week; the old token is dead.  Also what has expired.
 * ERR_CONFLICT "invitation-closed", "invitation-void" (the inviter may not give
 * the role any more), "not-active"; ERR_LIMITED as above.
 */
enum err invitations_resend(struct ctx *c, int64_t account_id, int64_t id) MUST_CHECK;

/* ERR_CONFLICT "invitation-closed" when it was accepted or revoked. */
enum err invitations_revoke(struct ctx *c, int64_t account_id, int64_t id) MUST_CHECK;

/* What removing one would do. */
struct invitation_impact {
	const char *state;
	bool removes_user;
	int64_t person_id, membership_id;
	const char *name, *login;
	int64_t sessions, other_accounts; /* those end; these stay */
};
#define INVITATION_IMPACT_FIELDS 8
extern const struct field invitation_impact_fields[];

enum err invitations_impact(struct ctx *c, int64_t account_id, int64_t id,
                            struct invitation_impact *out) MUST_CHECK;

/*
 * The invitation goes; if it was accepted, so does the membership it made, and
 * that needs PERM_MEMBER_REMOVE.  ERR_VERSION; ERR_DENIED "own-membership",
 * "higher-member"; ERR_CONFLICT "last-owner".
 */
enum err invitations_remove(struct ctx *c, int64_t account_id, int64_t id,
                            int64_t ver) MUST_CHECK;

/* A role that can be given by invitation to an account. */
struct invitation_role {
	int64_t role_id;
	const char *name, *builtin, *kind;
	bool advise_against, grantable;
};
#define INVITATION_ROLE_FIELDS 6
extern const struct field invitation_role_fields[];

/* Those that fit the account, built-in ones first: array of struct invitation_role. */
enum err invitations_roles(struct ctx *c, int64_t account_id, struct db_list *out) MUST_CHECK;

/* Forgets what nobody can accept any more for 30 days, at most max; counts them. */
enum err invitations_sweep(struct ctx *c, int64_t max, int64_t *out) MUST_CHECK;

#endif
