/*
 * support.h - the provider acts as a user, with leave, for a while, in the open.
 *
 * A grant is the leave: asked for with a reason, given by the policy of the
 * account or by its owner, and ended by either side.  A visit is one use of
 * it: an operator acting as one user, out of his own session and never longer
 * than that or the grant.  Who acts is asked of the tables at every request
 * (signin/who.c), so what ends here ends there at once; the worker only closes
 * the row and writes the log's last line.
 */
#ifndef SUPPORT_SUPPORT_H
#define SUPPORT_SUPPORT_H

#include "core/ctx.h"
#include "core/page.h"

#define SUPPORT_MINUTES_MAX 1440
#define SUPPORT_MINUTES     60
#define SUPPORT_REASON_MAX  500

struct support_grant {
	int64_t id, account_id;
	const char *operator_label;
	bool mine; /* the caller is the operator */
	int64_t membership_id;
	const char *member_name;
	bool may_write;
	const char *reason, *ticket_no;
	int64_t minutes;
	const char *state; /* requested, active, refused, revoked, expired */
	const char *decided_by;
	struct stamp decided_at, starts_at, expires_at;
	int64_t visits;
	int64_t ver;
	struct stamp created_at;
	/* not answered as members */
	bool can_decide, can_revoke, can_start; /* by the caller, now */
	int64_t operator_id, operator_home_id, person_id;
	const char *account_name, *operator_home_name;
};
#define SUPPORT_GRANT_FIELDS 18
extern const struct field support_grant_fields[];

struct support_new {
	int64_t account_id;
	int64_t membership_id; /* 0: the account's main user */
	const char *reason, *ticket_no;
	int64_t minutes; /* 0: SUPPORT_MINUTES */
	bool may_write;
};

/*
 * Asks for leave, or takes it where the policy gives it.  ERR_DENIED
 * "support-never", "only-downwards", "visit-self", "higher-member";
 * ERR_CONFLICT "grant-open", "not-active", "nobody-decides"; ERR_INVALID at
 * /membership_id.
 */
enum err support_request(struct ctx *c, const struct support_new *in, int64_t *id) MUST_CHECK;

/* By the account's own people.  ERR_DENIED "customer-decides", ERR_CONFLICT "grant-decided". */
enum err support_approve(struct ctx *c, int64_t account_id, int64_t id) MUST_CHECK;
enum err support_refuse(struct ctx *c, int64_t account_id, int64_t id,
                        const char *reason) MUST_CHECK;

/* By either side; its visits end with it.  ERR_CONFLICT "grant-closed". */
enum err support_revoke(struct ctx *c, int64_t account_id, int64_t id) MUST_CHECK;

/* Of one account, newest first: array of struct support_grant. */
enum err support_list(struct ctx *c, int64_t account_id, const struct page *p,
                      struct db_list *out) MUST_CHECK;
enum err support_count(struct ctx *c, int64_t account_id, int64_t *out) MUST_CHECK;
enum err support_find(struct ctx *c, int64_t account_id, int64_t id,
                      struct support_grant *out) MUST_CHECK;
void support_page_key(const void *row, const struct page *p, struct cursor *out);

struct visit {
	int64_t id, grant_id, account_id;
	const char *account_name, *operator_label;
	bool mine;
	int64_t membership_id;
	const char *member_name;
	bool may_write, live;
	const char *reason;
	struct stamp started_at, expires_at, ended_at;
	const char
		*end_reason; /* stopped, replaced, expired, revoked, operator, user, account */
};
#define VISIT_FIELDS 15
extern const struct field visit_fields[];

/*
 * Begins to act as the user of a grant of the caller's, for half an hour at
 * most; an earlier visit of the grant ends.  ERR_CONFLICT "grant-requested",
 * "grant-closed", "not-active"; ERR_DENIED as support_request().
 */
enum err visits_start(struct ctx *c, int64_t grant_id, int64_t *id) MUST_CHECK;

/* By the operator.  ERR_NOT_FOUND "visit-ended" when it is over. */
enum err visits_end(struct ctx *c, int64_t id) MUST_CHECK;

/* Of one account, newest first: array of struct visit. */
enum err visits_list(struct ctx *c, int64_t account_id, const struct page *p,
                     struct db_list *out) MUST_CHECK;
enum err visits_count(struct ctx *c, int64_t account_id, int64_t *out) MUST_CHECK;
enum err visits_find(struct ctx *c, int64_t id, struct visit *out) MUST_CHECK;
void visits_page_key(const void *row, const struct page *p, struct cursor *out);

/* A step of the worker: closes one visit that is over, and logs its end. */
enum err visits_due_step(struct ctx *c, bool *did) MUST_CHECK;

#endif
