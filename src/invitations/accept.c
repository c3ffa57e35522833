#include "invitations/accept.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "core/op.h"
#include "invitations/join.h"
#include "invitations/queries.h"
#include "people/lockout.h"
#include "signin/one_time.h"
#include "signin/password.h"
#include "signin/password_rule.h"
#include "signin/throttle.h"

const struct field invitation_look_fields[] = {
	FIELD(struct invitation_look, account_name),
	FIELD(struct invitation_look, invited_by),
	FIELD(struct invitation_look, email),
	FIELD(struct invitation_look, first_name),
	FIELD(struct invitation_look, last_name),
	FIELD(struct invitation_look, language),
	FIELD(struct invitation_look, role_name),
	FIELD(struct invitation_look, kind, .words = invitation_kinds),
	FIELD(struct invitation_look, expires_at),
	FIELD(struct invitation_look, member_until),
	FIELD(struct invitation_look, known),
	FIELD(struct invitation_look, password_min),
};
static_assert(ARRAY_LEN(invitation_look_fields) == INVITATION_LOOK_FIELDS, "all");

static const struct field row_v[] = {
	FIELD(struct invitation, id),
	FIELD(struct invitation, account_id),
	FIELD(struct invitation, account_name),
	FIELD(struct invitation, email),
	FIELD(struct invitation, first_name),
	FIELD(struct invitation, last_name),
	FIELD(struct invitation, language),
	FIELD(struct invitation, role_id),
	FIELD(struct invitation, role_name),
	FIELD(struct invitation, role_says),
	FIELD(struct invitation, kind),
	FIELD(struct invitation, member_until),
	FIELD(struct invitation, state),
	FIELD(struct invitation, expires_at),
	FIELD(struct invitation, invited_by),
	FIELD(struct invitation, invited_by_membership_id),
};

static const struct db_query by_token = {
	.text = "SELECT i.id, i.account_id, a.name AS account_name, i.email, i.first_name,"
		" i.last_name, i.language, i.role_id,"
		" COALESCE(r.builtin, r.name) AS role_name,"
		" CONCAT(r.base, ';', r.effective) AS role_says, i.kind, i.member_until,"
		" i.state, i.expires_at, i.invited_by_label AS invited_by,"
		" i.invited_by_membership_id FROM invitation i"
		" JOIN account a ON a.id = i.account_id LEFT JOIN role r ON r.id = i.role_id"
		" WHERE i.token_hash = ? AND i.state = 'sent' AND i.expires_at > ?"
		" AND (i.member_until IS NULL OR i.member_until > ?)",
	DB_ROWS(row_v),
};
/* Of all who come at once one finds it open. */
static const struct db_query take = {
	.text = "UPDATE invitation SET state = 'accepted', accepted_at = ?, open_slot = NULL,"
		" ver = ver + 1 WHERE id = ? AND token_hash = ? AND state = 'sent'"
		" AND expires_at > ?",
};
static const struct db_query set_member = {
	.text = "UPDATE invitation SET person_id = ?, membership_id = ? WHERE id = ?",
};

const struct db_query *const invitation_accept_queries[] = {
	&by_token,
	&take,
	&set_member,
	NULL,
};

/* One acceptance under way. */
struct accepting {
	struct ctx *c;
	const struct invitation_accept *in;
	unsigned char hash[HASH_BYTES];
	struct invitation invitation;
	struct invited_account account;
	struct joining joining;
	struct op op;
	const char *failure;
	bool proved; /* by his own password */
};

/* The account as it is now, and the inviter as he is now. */
static enum err check(struct ctx *c, const struct invitation *i,
                      const struct invited_account *a)
{
	enum err e;

	if (strcmp(a->base_state, "active") != 0)
		return one_time_refused(c);
	if (a->stops > 0)
		return FAIL(c, ERR_DENIED, "account-suspended",
		            "The account is suspended at the moment.");
	e = invited_inviter_check(c, i->invited_by_membership_id, i->account_id, i->role_says);
	if (e != ERR_CONFLICT)
		return e;
	c->fault = (struct fault){ 0 };
	return one_time_refused(c);
}

static enum err find_account(struct ctx *c, int64_t id, struct invited_account *out)
{
	const int64_t acting = c->actor.account_id;
	enum err e;

	c->actor.account_id = id; /* the token is what shows it */
	e = invited_account_find(c, id, out);
	c->actor.account_id = acting;
	return e;
}

static enum err read_token(struct accepting *a, const char *token)
{
	struct ctx *c = a->c;
	enum err e;

	if (strlen(token) != TOKEN_TEXT - 1)
		return one_time_refused(c);
	token_hash(token, TOKEN_TEXT - 1, a->hash);
	e = db_one(c->db, &by_token,
	           DB_ARGS(db_bytes(a->hash, HASH_BYTES), db_stamp(c->now), db_stamp(c->now)),
	           c->mem, &a->invitation);
	if (e)
		return e == ERR_NOT_FOUND ? one_time_refused(c) : e;
	e = find_account(c, a->invitation.account_id, &a->account);
	if (!e)
		e = check(c, &a->invitation, &a->account);
	return e ? e : invitee_find(c, a->invitation.email, &a->joining.who);
}

enum err invitations_look(struct ctx *c, const char *token, struct invitation_look *out)
{
	struct accepting a = { .c = c };
	const struct invitation *i = &a.invitation;
	enum err e = read_token(&a, token);

	if (e)
		return e;
	*out = (struct invitation_look){
		.account_name = i->account_name,
		.invited_by = i->invited_by,
		.email = i->email,
		.first_name = i->first_name,
		.last_name = i->last_name,
		.language = i->language,
		.role_name = i->role_name,
		.kind = i->kind,
		.expires_at = i->expires_at,
		.member_until = i->member_until,
		.known = invitee_is_known(&a.joining.who),
		.password_min = a.account.two_step ? PASSWORD_MIN_TWO_STEP : PASSWORD_MIN_ALONE,
	};
	return OK;
}

static enum err write_refusal(void *arg)
{
	struct accepting *a = arg;
	const struct invitation *i = &a->invitation;

	a->c->audited = 0;
	return change_put(a->c, &(struct change){
					.action = ACTION_INVITATION_ACCEPT,
					.target_kind = ID_INVITATION,
					.target_id = i->id,
					.target_label = i->email,
					.account_id = i->account_id,
					.account_label = i->account_name,
					.failure = a->failure,
				});
}

static enum err refuse(struct accepting *a)
{
	enum err e;

	a->failure = "wrong-password";
	e = db_tx(a->c->db, DB_WRITE, write_refusal, a);
	return e ? e
	         : FAIL(a->c, ERR_UNAUTHENTICATED, "wrong-login",
	                "This is not the password of %s.", a->joining.who.login);
}

/* By the password he signs in with, as slowly as there. */
static enum err prove(struct accepting *a)
{
	const struct invitee *who = &a->joining.who;
	struct ctx *c = a->c;
	bool stopped = false;
	enum err undone, e = throttle_take(c, who->login, c->actor.ip);

	if (!e)
		e = lockout_stops(c, who->id, &stopped);
	if (e)
		return e;
	stopped = stopped || strcmp(who->state, "active") != 0;
	e = password_check(c, stopped ? NULL : who->password_hash, a->in->password);
	a->proved = e == OK;
	if (e == ERR_DENIED)
		return refuse(a);
	if (e) {
		undone = throttle_undo(c, who->login, c->actor.ip);
		return undone == ERR_INTERNAL ? undone : e;
	}
	return OK;
}

static enum err choose(struct accepting *a)
{
	const struct invitation *i = &a->invitation;
	const struct password_of whose = {
		.login = i->email,
		.name = a->joining.name,
		.email = i->email,
		.account = i->account_name,
		.two_step = a->account.two_step,
	};
	enum err e = password_rule(a->c, "/password", a->in->password, &whose);

	if (e)
		return e;
	return password_hash_make(a->c, a->in->password, &a->joining.password_hash);
}

static const char *name_of(struct accepting *a)
{
	const struct invitation *i = &a->invitation;

	if (a->joining.who.id)
		return a->joining.who.name;
	if (a->in->name)
		return a->in->name;
	return arena_printf(a->c->mem, "%s %s", i->first_name, i->last_name);
}

static enum err write_member(struct accepting *a)
{
	struct ctx *c = a->c;
	const struct invitation *i = &a->invitation;
	int64_t person, member, n = 0;
	struct invitation is = *i;
	enum err e = db_exec(c->db, &take,
	                     DB_ARGS(db_stamp(c->now), db_i64(i->id),
	                             db_bytes(a->hash, HASH_BYTES), db_stamp(c->now)),
	                     &n);

	if (!e && n != 1)
		e = one_time_refused(c);
	if (!e)
		e = invitee_join(c, &a->joining, &person, &member);
	if (!e)
		e = db_exec(c->db, &set_member,
		            DB_ARGS(db_i64(person), db_i64(member), db_i64(i->id)), NULL);
	if (!e && a->proved)
		e = throttle_clear(c, a->joining.who.login, c->actor.ip);
	is.state = "accepted";
	return e ? e : invited_log(c, ACTION_INVITATION_ACCEPT, i, &is);
}

/* The mark comes first: after a lost COMMIT it says whether it happened. */
static enum err write(void *arg)
{
	struct accepting *a = arg;
	struct ctx *c = a->c;
	const struct actor caller = c->actor;
	struct op_answer answer = { .status = 204 };
	bool done = false;
	enum err e = op_begin(c, &a->op, &done, &answer);

	c->audited = 0;
	if (e || done)
		return e;
	c->actor.label = a->joining.name;
	e = invited_account_lock(c, a->invitation.account_id, &a->account);
	if (!e)
		e = check(c, &a->invitation, &a->account);
	if (!e)
		e = write_member(a);
	if (!e)
		e = op_finish(c, &a->op, &answer);
	c->actor = caller;
	return e;
}

enum err invitations_accept(struct ctx *c, const struct invitation_accept *in)
{
	struct accepting a = { .c = c, .in = in };
	const struct invitee *who = &a.joining.who;
	enum err e = read_token(&a, in->token);

	if (e)
		return e;
	a.joining.invitation = &a.invitation;
	a.joining.name = name_of(&a);
	c->actor.label = a.joining.name;
	if (invitee_is_known(who))
		e = prove(&a);
	else if (who->id && (!who->email || strcasecmp(who->email, a.invitation.email) != 0 ||
	                     strcmp(who->state, "invited") != 0))
		e = FAIL(c, ERR_CONFLICT, "login-taken",
		         "This login belongs to somebody else.");
	else
		e = choose(&a);
	if (e)
		return e;
	token_random(a.op.id, sizeof(a.op.id));
	return db_tx(c->db, DB_WRITE, write, &a);
}
