#include <string.h>

#include "accounts/accounts.h"
#include "invitations/inner.h"
#include "invitations/queries.h"
#include "mail/mail.h"
#include "people/people.h"
#include "roles/roles.h"
#include "signin/notice.h"

struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

static const struct db_query insert = {
	.text = "INSERT INTO invitation (account_id, email, first_name, last_name, language,"
		" role_id, kind, member_until, token_hash, sent_at, expires_at, sent_day,"
		" invited_by, invited_by_membership_id, invited_by_label, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, DATE(?), ?, ?, ?, ?)",
};
/* What has expired makes room for a new one. */
static const struct db_query step_aside = {
	.text = "UPDATE invitation SET open_slot = NULL WHERE account_id = ? AND email = ?"
		" AND open_slot = 1 AND expires_at <= ?",
};
static const struct db_query count_open = {
	.text = "SELECT COUNT(*) AS n FROM invitation WHERE account_id = ? AND email = ?"
		" AND open_slot = 1 AND id <> ?",
	DB_ROWS(count_v),
};
static const struct db_query count_sent = {
	.text = "SELECT CAST(IFNULL(SUM(sent_count), 0) AS SIGNED) AS n FROM invitation"
		" WHERE account_id = ? AND email = ? AND sent_day = DATE(?)",
	DB_ROWS(count_v),
};
static const struct db_query count_members = {
	.text = "SELECT COUNT(*) AS n FROM membership m JOIN person p ON p.id = m.person_id"
		" WHERE m.account_id = ? AND m.state <> 'removed'"
		" AND (m.expires_at IS NULL OR m.expires_at > ?)"
		" AND (p.login = CAST(? AS BINARY) OR p.email = ?)",
	DB_ROWS(count_v),
};
static const struct db_query renew = {
	.text = "UPDATE invitation SET token_hash = ?, sent_at = ?, expires_at = ?,"
		" sent_count = ?, sent_day = DATE(?), open_slot = 1, ver = ver + 1"
		" WHERE id = ? AND ver = ? AND state = 'sent'",
};
static const struct db_query revoke = {
	.text = "UPDATE invitation SET state = 'revoked', open_slot = NULL, ver = ver + 1"
		" WHERE id = ? AND state = 'sent'",
};

const struct db_query *const invitation_queries[] = {
	&insert, &step_aside, &count_open, &count_sent, &count_members, &renew, &revoke, NULL,
};

/* What the log says of one. */
static const struct field logged_v[] = {
	FIELD(struct invitation, email),        FIELD(struct invitation, first_name),
	FIELD(struct invitation, last_name),    FIELD(struct invitation, language),
	FIELD(struct invitation, role_name),    FIELD(struct invitation, kind),
	FIELD(struct invitation, member_until), FIELD(struct invitation, state),
	FIELD(struct invitation, expires_at),
};
static const struct fields logged = FIELDS(logged_v);

enum err invited_log(struct ctx *c, enum action action, const struct invitation *was,
                     const struct invitation *is)
{
	const struct invitation *i = is ? is : was;
	struct change ch = {
		.action = action,
		.target_kind = ID_INVITATION,
		.target_id = i->id,
		.target_label = i->email,
		.account_id = i->account_id,
		.account_label = i->account_name,
	};

	change_diff(c->mem, logged, was, is, &ch);
	return change_put(c, &ch);
}

static enum err count(struct ctx *c, const struct db_query *q, const struct db_arg *args,
                      size_t n, int64_t *out)
{
	struct count row;
	enum err e = db_one(c->db, q, args, n, c->mem, &row);

	if (!e)
		*out = row.n;
	return e;
}

static const char *full_name(struct ctx *c, const struct invitation *i)
{
	return arena_printf(c->mem, "%s %s", i->first_name, i->last_name);
}

static enum err send(struct ctx *c, const struct invitation *i, const char *token)
{
	char until[STAMP_TEXT];
	const char *link = link_to(c, "invitation", token);

	stamp_write(i->expires_at, until);
	return mail_put(c, &(struct mail_new){
				   .to = i->email,
				   .locale = i->language,
				   .kind = MAIL_INVITATION,
				   .account_id = i->account_id,
				   .values = { { "name", full_name(c, i) },
	                                       { "account", i->account_name },
	                                       { "inviter", i->invited_by },
	                                       { "link", link },
	                                       { "expires_at", until } },
			   });
}

/* The account is locked first, so that what is counted stays so. */
static enum err begin(struct ctx *c, int64_t account_id, struct invited_account *a)
{
	struct account_head head;
	enum err e = accounts_lock(c, account_id, &head);

	return e ? e : invited_account_find(c, account_id, a);
}

static enum err check_account(struct ctx *c, const struct invited_account *a)
{
	if (!strcmp(a->kind, "customer") && strcmp(a->class, "organisation") != 0)
		return FAIL(c, ERR_CONFLICT, "not-an-organisation",
		            "A private person has no employees to invite.");
	if (strcmp(a->base_state, "active") != 0 || a->stops > 0)
		return FAIL(c, ERR_CONFLICT, "not-active",
		            "Nobody is invited to an account that is suspended or removed.");
	return OK;
}

static enum err check_role(struct ctx *c, int64_t account_id, int64_t role_id,
                           const char **name)
{
	const struct role_gift gift = { .account_id = account_id,
		                        .role_id = role_id,
		                        .pointer = "/role_id" };
	struct role_card role;
	const char *kind;
	enum err e = roles_check(c, &gift, &kind);

	if (!e)
		e = roles_find(c, role_id, &role);
	if (!e)
		*name = role.name;
	return e;
}

static enum err check_until(struct ctx *c, const char *kind, struct stamp until)
{
	if (!stamp_is_set(until))
		return strcmp(kind, "support") == 0 ? FAIL_FIELD(c, "/member_until", "required")
		                                    : OK;
	return until.usec > c->now.usec ? OK : FAIL_FIELD(c, "/member_until", "in-the-past");
}

static enum err often(struct ctx *c)
{
	c->fault.retry_after_sec =
		(int)((USEC_PER_DAY - c->now.usec % USEC_PER_DAY) / USEC_PER_SEC) + 1;
	return FAIL(c, ERR_LIMITED, "invitation-sent-often",
	            "This address has got %d mails today; tomorrow there may be more.",
	            INVITATION_SENDS);
}

/* Who is asked for already, or belongs to the account, or has got too many mails. */
static enum err check_address(struct ctx *c, int64_t account_id, const char *email, int64_t but)
{
	struct db_arg acc = db_i64(account_id), to = db_str(email), now = db_stamp(c->now);
	int64_t open = 0, members = 0, sent = 0;
	enum err e = db_exec(c->db, &step_aside, DB_ARGS(acc, to, now), NULL);

	if (!e)
		e = count(c, &count_open, DB_ARGS(acc, to, db_i64(but)), &open);
	if (!e)
		e = count(c, &count_members, DB_ARGS(acc, now, to, to), &members);
	if (!e)
		e = count(c, &count_sent, DB_ARGS(acc, to, now), &sent);
	if (e)
		return e;
	if (open > 0)
		return FAIL(c, ERR_CONFLICT, "invitation-exists",
		            "There is an open invitation for this address; send it again.");
	if (members > 0)
		return FAIL(c, ERR_CONFLICT, "already-member",
		            "This person is a member already.");
	return sent >= INVITATION_SENDS ? often(c) : OK;
}

static enum err put(struct ctx *c, struct invitation *i)
{
	unsigned char hash[HASH_BYTES];
	char token[TOKEN_TEXT];
	enum err e;

	token_new(token);
	token_hash(token, TOKEN_TEXT - 1, hash);
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_i64(i->account_id), db_str(i->email), db_str(i->first_name),
	                    db_str(i->last_name), db_str(i->language), db_i64(i->role_id),
	                    db_str(i->kind), db_stamp(i->member_until),
	                    db_bytes(hash, HASH_BYTES), db_stamp(c->now),
	                    db_stamp(i->expires_at), db_stamp(c->now),
	                    db_i64(c->actor.person_id), db_i64(c->actor.membership_id),
	                    db_str(i->invited_by), db_stamp(c->now)),
	            NULL);
	if (e)
		return e;
	i->id = db_insert_id(c->db);
	return send(c, i, token);
}

enum err invitations_create(struct ctx *c, int64_t account_id, const struct invitation_new *in,
                            int64_t *id)
{
	struct invitation i = {
		.first_name = in->first_name,
		.last_name = in->last_name,
		.email = login_canonical(c->mem, in->email),
		.language = in->language,
		.role_id = in->role_id,
		.kind = in->kind ? in->kind : "staff",
		.member_until = in->member_until,
		.state = "sent",
		.expires_at = stamp_add(c->now, INVITATION_DAYS * USEC_PER_DAY),
		.invited_by = c->actor.label,
		.account_id = account_id,
	};
	struct invited_account a;
	enum err e = begin(c, account_id, &a);

	if (!e)
		e = check_account(c, &a);
	if (!e)
		e = check_until(c, i.kind, i.member_until);
	if (!e)
		e = check_role(c, account_id, in->role_id, &i.role_name);
	if (!e && !i.email)
		e = FAIL_FIELD(c, "/email", "not-an-email");
	if (!e)
		e = check_address(c, account_id, i.email, 0);
	if (e)
		return e;
	i.account_name = a.name;
	e = put(c, &i);
	if (!e)
		e = invited_log(c, ACTION_INVITATION_CREATE, NULL, &i);
	if (!e)
		*id = i.id;
	return e;
}

/* The invitation of a locked account while it can still change. */
static enum err find_open(struct ctx *c, int64_t account_id, int64_t id, struct invitation *out)
{
	enum err e = invitations_find(c, account_id, id, out);

	if (e)
		return e;
	if (strcmp(out->state, "sent") != 0 && strcmp(out->state, "expired") != 0)
		return FAIL(c, ERR_CONFLICT, "invitation-closed",
		            "This invitation was accepted or revoked.");
	return OK;
}

static enum err send_again(struct ctx *c, const struct invitation *was)
{
	unsigned char hash[HASH_BYTES];
	struct invitation is = *was;
	char token[TOKEN_TEXT];
	int64_t n = 0;
	enum err e;

	token_new(token);
	token_hash(token, TOKEN_TEXT - 1, hash);
	is.state = "sent";
	is.sent_count = was->sent_today ? was->sent_count + 1 : 1;
	is.expires_at = stamp_add(c->now, INVITATION_DAYS * USEC_PER_DAY);
	e = db_exec(c->db, &renew,
	            DB_ARGS(db_bytes(hash, HASH_BYTES), db_stamp(c->now),
	                    db_stamp(is.expires_at), db_i64(is.sent_count), db_stamp(c->now),
	                    db_i64(is.id), db_i64(was->ver)),
	            &n);
	if (!e && n != 1)
		return ERR_RETRY;
	if (!e)
		e = send(c, &is, token);
	return e ? e : invited_log(c, ACTION_INVITATION_RESEND, was, &is);
}

enum err invitations_resend(struct ctx *c, int64_t account_id, int64_t id)
{
	struct invited_account a;
	struct invitation was;
	enum err e = begin(c, account_id, &a);

	if (!e)
		e = check_account(c, &a);
	if (!e)
		e = find_open(c, account_id, id, &was);
	if (!e)
		e = check_until(c, was.kind, was.member_until);
	if (!e)
		e = invited_inviter_check(c, was.invited_by_membership_id, account_id,
		                          was.role_says);
	if (!e)
		e = check_address(c, account_id, was.email, id);
	return e ? e : send_again(c, &was);
}

enum err invitations_revoke(struct ctx *c, int64_t account_id, int64_t id)
{
	struct account_head head;
	struct invitation was, is;
	int64_t n = 0;
	enum err e = accounts_lock(c, account_id, &head);

	if (!e)
		e = find_open(c, account_id, id, &was);
	if (!e)
		e = db_exec(c->db, &revoke, DB_ARGS(db_i64(id)), &n);
	if (!e && n != 1)
		return ERR_RETRY;
	if (e)
		return e;
	is = was;
	is.state = "revoked";
	return invited_log(c, ACTION_INVITATION_REVOKE, &was, &is);
}
