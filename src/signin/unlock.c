#include "signin/unlock.h"

#include "core/change.h"
#include "mail/mail.h"
#include "people/lockout.h"
#include "signin/notice.h"
#include "signin/one_time.h"

#define PURPOSE "unlock"

struct due_row {
	int64_t person_id;
};
static const struct field due_v[] = { FIELD(struct due_row, person_id) };

/* Found without a lock; who is first to mark the row tells the person. */
static const struct db_query next_due = {
	.text = "SELECT person_id FROM lockout WHERE told_at IS NULL"
		" AND failures >= " STRINGIFY(LOCKOUT_FAILURES) " LIMIT 1",
	DB_ROWS(due_v),
};
static const struct db_query mark_told = {
	.text = "UPDATE lockout SET told_at = ? WHERE person_id = ? AND told_at IS NULL"
		" AND failures >= " STRINGIFY(LOCKOUT_FAILURES),
};
static const struct db_query is_locked = {
	.text = "SELECT person_id FROM lockout WHERE person_id = ?"
		" AND failures >= " STRINGIFY(LOCKOUT_FAILURES),
	DB_ROWS(due_v),
};

const struct db_query *const unlock_queries[] = { &next_due, &mark_told, &is_locked, NULL };

static enum err put_log(struct ctx *c, enum action action, const struct recipient *r)
{
	const struct change ch = {
		.action = action,
		.target_kind = ID_PERSON,
		.target_id = r->person_id,
		.target_label = r->name,
		.account_id = r->account_id,
		.account_label = r->account_name,
	};

	return change_put(c, &ch);
}

enum err unlock_cancel(struct ctx *c, int64_t person_id)
{
	return one_time_cancel(c, person_id, PURPOSE);
}

static enum err put_mail(struct ctx *c, const struct recipient *r, const char *token)
{
	char until[STAMP_TEXT];
	const struct mail_new m = {
		.to = r->email,
		.locale = r->locale,
		.kind = MAIL_SIGN_IN_LOCKED,
		.account_id = r->account_id,
		.person_id = r->person_id,
		.values = { { "name", r->name },
		            { "login", r->login },
		            { "failures", STRINGIFY(LOCKOUT_FAILURES) },
		            { "link", link_to(c, "unlock", token) },
		            { "expires_at", until } },
	};

	stamp_write(stamp_add(c->now, UNLOCK_HOURS * USEC_PER_HOUR), until);
	return mail_put(c, &m);
}

/* Who has no address, or got enough of them today, is let in by others or a new password. */
static enum err send(struct ctx *c, const struct recipient *r)
{
	struct one_time_new in = { .purpose = PURPOSE,
		                   .person_id = r->person_id,
		                   .minutes = 60 * UNLOCK_HOURS };
	char token[TOKEN_TEXT];
	int64_t n;
	enum err e = one_time_count(c, r->person_id, PURPOSE, &n);

	if (e || n >= UNLOCK_MAILS_DAY || !r->email || !*r->email)
		return e;
	e = unlock_cancel(c, r->person_id);
	if (!e)
		e = one_time_put(c, &in, token);
	if (!e)
		e = put_mail(c, r, token);
	return e == ERR_INVALID ? OK : e; /* an address nobody can write to */
}

enum err unlock_send_again(struct ctx *c, int64_t person_id)
{
	struct recipient r;
	struct due_row row;
	enum err e = db_one(c->db, &is_locked, DB_ARGS(db_i64(person_id)), c->mem, &row);

	if (!e)
		e = recipient_find(c, person_id, &r);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return send(c, &r);
}

struct step {
	struct ctx *c;
	bool did;
};

static enum err tell_one(void *arg)
{
	struct step *s = arg;
	struct ctx *c = s->c;
	struct recipient r;
	struct due_row row;
	int64_t n = 0;
	enum err e = db_one(c->db, &next_due, DB_NO_ARGS, c->mem, &row);

	s->did = false;
	c->audited = 0;
	if (!e)
		e = db_exec(c->db, &mark_told, DB_ARGS(db_stamp(c->now), db_i64(row.person_id)),
		            &n);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	s->did = true;
	if (n == 0)
		return OK;
	e = recipient_find(c, row.person_id, &r);
	if (!e)
		e = put_log(c, ACTION_PERSON_LOCK, &r);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return send(c, &r);
}

enum err unlock_due_step(struct ctx *c, bool *did)
{
	struct step s = { .c = c };
	enum err e = db_tx(c->db, DB_WRITE, tell_one, &s);

	*did = s.did;
	return e;
}

enum err unlock_use(struct ctx *c, const char *token)
{
	struct one_time row;
	struct recipient r;
	enum err e = one_time_find(c, PURPOSE, token, &row);

	if (!e)
		e = recipient_find(c, row.person_id, &r);
	if (!e)
		e = one_time_take(c, PURPOSE, token);
	if (e)
		return e == ERR_NOT_FOUND ? one_time_refused(c) : e;
	c->actor.kind = ACTOR_PERSON;
	c->actor.person_id = r.person_id;
	c->actor.label = r.name;
	e = lockout_forget(c, r.person_id, NULL);
	return e ? e : put_log(c, ACTION_PERSON_UNLOCK, &r);
}
