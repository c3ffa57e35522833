#include "signin/email.h"

#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "core/change.h"
#include "mail/mail.h"
#include "people/people.h"
#include "people/words.h"
#include "policy/policy.h"
#include "signin/notice.h"
#include "signin/one_time.h"
#include "signin/queries.h"

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

struct email_row {
	const char *email;
};
static const struct field email_v[] = { FIELD(struct email_row, email) };

/* The other link of the same request, not yet followed; locked, as both may be at once. */
static const struct db_query other_open = {
	.text = "SELECT COUNT(*) AS n FROM one_time WHERE person_id = ? AND purpose = ?"
		" AND created_at = ? AND subject = ? AND used_at IS NULL LOCK IN SHARE MODE",
	DB_ROWS(count_v),
};
static const struct db_query set = {
	.text = "UPDATE person SET email = ?, email_verified_at = ?, ver = ver + 1,"
		" updated_at = ? WHERE id = ?",
};
static const struct db_query waiting = {
	.text = "SELECT subject AS email FROM one_time WHERE person_id = ?"
		" AND purpose IN ('email_new', 'email_old') AND used_at IS NULL"
		" AND expires_at > ? ORDER BY created_at DESC LIMIT 1",
	DB_ROWS(email_v),
};

const struct db_query *const email_queries[] = { &other_open, &set, &waiting, NULL };

static enum err check_policy(struct ctx *c, int64_t person_id)
{
	struct person_policy policy;
	enum err e = policy_of_person(c, person_id, &policy);

	if (e || policy.may_change_email)
		return e;
	return FAIL(c, ERR_DENIED, "email-locked",
	            "An account of yours keeps addresses to its administrators.");
}

static enum err check_person(struct ctx *c, const char *email, struct person *p)
{
	int64_t n;
	enum err e = persons_find(c, c->actor.person_id, p);

	if (!e)
		e = check_policy(c, p->id);
	if (e)
		return e;
	if (!strcmp(p->origin, "billing"))
		return FAIL(c, ERR_DENIED, "set-by-billing",
		            "This address comes from the billing system.");
	if (p->email && !strcmp(p->email, email))
		return FAIL_FIELD(c, "/email", "unchanged");
	e = one_time_count(c, p->id, "email_new", &n);
	if (e || n < EMAIL_MAILS_DAY)
		return e;
	return FAIL(c, ERR_LIMITED, "too-many-mails",
	            "You asked for this %d times today; please wait.", EMAIL_MAILS_DAY);
}

/* One link to one of the two mailboxes. */
static enum err send(struct ctx *c, const struct recipient *r, const char *purpose,
                     const char *to, const char *email)
{
	struct one_time_new in = { .purpose = purpose,
		                   .person_id = r->person_id,
		                   .subject = email,
		                   .minutes = 60 * EMAIL_HOURS };
	char token[TOKEN_TEXT], until[STAMP_TEXT];
	struct mail_new m = {
		.to = to,
		.locale = r->locale,
		.kind = to == email ? MAIL_CONFIRM_EMAIL : MAIL_EMAIL_CHANGE_NOTICE,
		.account_id = r->account_id,
		.person_id = r->person_id,
	};
	enum err e = one_time_put(c, &in, token);

	if (e)
		return e;
	stamp_write(stamp_add(c->now, in.minutes * USEC_PER_MIN), until);
	m.values[0] = (struct mail_value){ "name", r->name };
	m.values[1] = (struct mail_value){ "email", email };
	m.values[2] = (struct mail_value){ "link", link_to(c, "email", token) };
	m.values[3] = (struct mail_value){ "expires_at", until };
	return mail_put(c, &m);
}

enum err email_ask(struct ctx *c, const char *email)
{
	struct recipient r;
	struct person p;
	enum err e = check_person(c, email, &p);

	if (!e)
		e = recipient_find(c, p.id, &r);
	if (!e)
		e = one_time_cancel(c, p.id, "email_new");
	if (!e)
		e = one_time_cancel(c, p.id, "email_old");
	if (!e)
		e = send(c, &r, "email_new", email, email);
	if (!e && p.email && *p.email)
		e = send(c, &r, "email_old", p.email, email);
	return e;
}

static enum err put_change(struct ctx *c, const struct recipient *r, const char *email)
{
	static const struct field logged[] = { FIELD(struct recipient, email) };
	struct recipient after = *r;
	struct change ch = {
		.action = ACTION_PERSON_EMAIL,
		.target_kind = ID_PERSON,
		.target_id = r->person_id,
		.target_label = r->name,
		.account_id = r->account_id,
		.account_label = r->account_name,
	};

	after.email = email;
	change_diff(c->mem, (struct fields)FIELDS(logged), r, &after, &ch);
	c->actor.kind = ACTOR_PERSON;
	c->actor.person_id = r->person_id;
	c->actor.label = r->name;
	return change_put(c, &ch);
}

/* Where he is the main person, the account is found by his address. */
static enum err reindex(struct ctx *c, int64_t person_id)
{
	int64_t account_id;
	enum err e = accounts_find_main_of(c, person_id, &account_id);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return accounts_reindex(c, account_id);
}

static enum err change(struct ctx *c, const struct one_time *row)
{
	struct recipient r;
	enum err e = recipient_find(c, row->person_id, &r);

	if (e)
		return e == ERR_NOT_FOUND ? one_time_refused(c) : e;
	e = db_exec(c->db, &set,
	            DB_ARGS(db_str(row->subject), db_stamp(c->now), db_stamp(c->now),
	                    db_i64(row->person_id)),
	            NULL);
	if (!e)
		e = put_change(c, &r, row->subject);
	if (!e)
		e = people_reindex(c, row->person_id);
	return e ? e : reindex(c, row->person_id);
}

enum err email_confirm(struct ctx *c, const char *token, bool *done)
{
	const char *purpose = "email_new", *other = "email_old";
	struct one_time row;
	struct count_row open;
	enum err e = one_time_find(c, purpose, token, &row);

	if (e == ERR_NOT_FOUND) {
		purpose = "email_old";
		other = "email_new";
		e = one_time_find(c, purpose, token, &row);
	}
	if (!e)
		e = check_policy(c, row.person_id);
	if (!e)
		e = one_time_take(c, purpose, token);
	if (e)
		return e == ERR_NOT_FOUND ? one_time_refused(c) : e;
	e = db_one(c->db, &other_open,
	           DB_ARGS(db_i64(row.person_id), db_str(other), db_stamp(row.created_at),
	                   db_str(row.subject)),
	           c->mem, &open);
	if (e)
		return e;
	*done = open.n == 0;
	return *done ? change(c, &row) : OK;
}

enum err email_pending(struct ctx *c, int64_t person_id, const char **email)
{
	struct email_row r;
	enum err e = db_one(c->db, &waiting, DB_ARGS(db_i64(person_id), db_stamp(c->now)),
	                    c->mem, &r);

	if (e && e != ERR_NOT_FOUND)
		return e;
	*email = e ? NULL : r.email;
	return OK;
}
