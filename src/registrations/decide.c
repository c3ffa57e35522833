#include <string.h>

#include "mail/mail.h"
#include "registrations/inner.h"
#include "registrations/queries.h"
#include "signin/notice.h"

#define KEEP_USEC (30 * USEC_PER_DAY)

/* Nothing that could sign in stays behind. */
static const struct db_query decide = {
	.text = "UPDATE registration SET state = ?, account_id = ?, decided_by_label = ?,"
		" decided_at = ?, password_hash = NULL, ver = ver + 1"
		" WHERE id = ? AND ver = ? AND state IN ('new', 'pending')",
};
static const struct db_query sweep = {
	.text = "DELETE FROM registration WHERE created_at < ? AND state <> 'pending'"
		" ORDER BY created_at LIMIT ?",
};

const struct db_query *const registration_decide_queries[] = { &decide, &sweep, NULL };

/* What the log says of one. */
static const struct field logged_v[] = {
	FIELD(struct registration, email),
	FIELD(struct registration, name),
	FIELD(struct registration, company),
	FIELD(struct registration, language),
	FIELD_KEY(struct registration, account_id, ID_ACCOUNT),
};
static const struct fields logged = FIELDS(logged_v);

enum err registration_log(struct ctx *c, enum action action, const struct registration *r,
                          const char *reason)
{
	struct change ch = {
		.action = action,
		.target_kind = ID_REGISTRATION,
		.target_id = r->id,
		.target_label = r->email,
		.account_id = r->parent_account_id,
		.account_label = r->parent_name,
		.reason = reason,
	};

	change_diff(c->mem, logged, NULL, r, &ch);
	return change_put(c, &ch);
}

static enum err decided(struct ctx *c)
{
	return FAIL(c, ERR_CONFLICT, "registration-decided",
	            "Somebody has decided about this already.");
}

static enum err set_state(struct ctx *c, const struct registration *r, const char *state,
                          int64_t account_id)
{
	int64_t n = 0;
	enum err e = db_exec(c->db, &decide,
	                     DB_ARGS(db_str(state), db_key(account_id), db_str(c->actor.label),
	                             db_stamp(c->now), db_i64(r->id), db_i64(r->ver)),
	                     &n);

	return !e && n != 1 ? decided(c) : e;
}

enum err registration_approved(struct ctx *c, const struct registration *r, int64_t account_id)
{
	struct registration is = *r;
	enum err e = set_state(c, r, "approved", account_id);

	if (!e)
		e = mail_put(c, &(struct mail_new){
					.to = r->email,
					.locale = r->language,
					.kind = MAIL_REGISTRATION_APPROVED,
					.account_id = account_id,
					.values = { { "name", r->name },
		                                    { "account", registration_label(r) },
		                                    { "login", r->email },
		                                    { "link", link_to(c, "sign-in", NULL) } },
				});
	is.account_id = account_id;
	return e ? e : registration_log(c, ACTION_REGISTRATION_APPROVE, &is, NULL);
}

static enum err find_pending(struct ctx *c, int64_t id, struct registration *out)
{
	enum err e = registrations_find(c, id, out);

	return !e && strcmp(out->state, "pending") != 0 ? decided(c) : e;
}

enum err registrations_approve(struct ctx *c, int64_t id, int64_t role_id)
{
	struct registration r;
	struct opening o = { .from = &r, .role_id = role_id };
	struct host host;
	int64_t account_id;
	enum err e = find_pending(c, id, &r);

	if (!e)
		e = host_find(c, r.parent_account_id, &host);
	if (e)
		return e;
	if (role_id == 0 && host.id == ACCOUNT_ROOT) {
		o.role_id = host.role_id;
		o.by_default = true;
	}
	e = registration_open(c, &o, &account_id);
	return e ? e : registration_approved(c, &r, account_id);
}

enum err registrations_reject(struct ctx *c, int64_t id, const char *reason)
{
	struct registration r;
	enum err e = find_pending(c, id, &r);

	if (!e)
		e = set_state(c, &r, "rejected", 0);
	if (!e)
		e = mail_put(c, &(struct mail_new){
					.to = r.email,
					.locale = r.language,
					.kind = MAIL_REGISTRATION_REJECTED,
					.account_id = r.parent_account_id,
					.values = { { "name", r.name },
		                                    { "account", registration_label(&r) },
		                                    { "reason", reason } },
				});
	return e ? e : registration_log(c, ACTION_REGISTRATION_REJECT, &r, reason);
}

enum err registrations_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	return db_exec(c->db, &sweep,
	               DB_ARGS(db_stamp(stamp_add(c->now, -KEEP_USEC)), db_i64(max)), out);
}
