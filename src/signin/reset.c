#include "signin/reset.h"

#include <string.h>

#include "base/seal.h"
#include "core/change.h"
#include "mail/mail.h"
#include "people/people.h"
#include "policy/policy.h"
#include "signin/notice.h"
#include "signin/one_time.h"
#include "signin/password.h"
#include "signin/password_rule.h"
#include "signin/queries.h"
#include "signin/throttle.h"
#include "signin/unlock.h"

#define PLACE "outbox:" RESET_OUTBOX

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

static const struct db_query has_hash = {
	.text = "SELECT COUNT(*) AS n FROM person WHERE id = ? AND password_hash = ?",
	DB_ROWS(count_v),
};

const struct db_query *const reset_queries[] = { &has_hash, NULL };

static enum err check_room(struct ctx *c, int64_t person_id)
{
	int64_t n;
	enum err e = one_time_count(c, person_id, "reset", &n);

	if (e || n < RESET_MAILS_DAY)
		return e;
	return FAIL(c, ERR_LIMITED, "too-many-mails",
	            "This person got %d such mails today; please wait.", RESET_MAILS_DAY);
}

static enum err put_mail(struct ctx *c, const struct recipient *r, const char *token)
{
	char until[STAMP_TEXT];
	struct mail_new m = {
		.to = r->email,
		.locale = r->locale,
		.kind = MAIL_RESET_PASSWORD,
		.account_id = r->account_id,
		.person_id = r->person_id,
		.values = { { "name", r->name },
		            { "login", r->login },
		            { "link", link_to(c, "reset", token) },
		            { "expires_at", until } },
	};

	stamp_write(stamp_add(c->now, RESET_MIN * USEC_PER_MIN), until);
	return mail_put(c, &m);
}

enum err reset_send(struct ctx *c, int64_t person_id)
{
	struct one_time_new in = { .purpose = "reset",
		                   .person_id = person_id,
		                   .minutes = RESET_MIN };
	char token[TOKEN_TEXT];
	struct recipient r;
	enum err e = recipient_find(c, person_id, &r);

	if (e)
		return e;
	if (!r.email || !*r.email)
		return FAIL(c, ERR_CONFLICT, "no-email", "This person has no e-mail address.");
	e = check_room(c, person_id);
	if (!e)
		e = one_time_cancel(c, person_id, "reset");
	if (!e)
		e = one_time_put(c, &in, token);
	return e ? e : put_mail(c, &r, token);
}

struct asking {
	struct ctx *c;
	const char *login, *sealed;
	struct recipient r;
};

static enum err put_ask(void *arg)
{
	struct asking *a = arg;

	return outbox_put(a->c, RESET_OUTBOX, 0, a->sealed);
}

/* Who asks too often is told the same: it is the mails that do not go out. */
enum err reset_ask(struct ctx *c, const char *login)
{
	struct asking a = { .c = c, .login = login_canonical(c->mem, login) };
	enum err e;

	if (!a.login)
		a.login = "";
	e = throttle_take(c, arena_printf(c->mem, "\x01reset %s", a.login), c->actor.ip);
	if (e == ERR_LIMITED) {
		c->fault = (struct fault){ 0 };
		return OK;
	}
	if (e)
		return e;
	a.sealed = seal_write(c->config->key, c->mem, PLACE, a.login, strlen(a.login));
	return db_tx(c->db, DB_WRITE, put_ask, &a);
}

static enum err send_asked(void *arg)
{
	struct asking *a = arg;
	struct change ch = {
		.action = ACTION_PERSON_RESET_PASSWORD,
		.target_kind = ID_PERSON,
		.target_id = a->r.person_id,
		.target_label = a->r.name,
		.account_id = a->r.account_id,
		.account_label = a->r.account_name,
	};
	enum err e = reset_send(a->c, a->r.person_id);

	return e ? e : change_put(a->c, &ch);
}

static enum err send_unlock(void *arg)
{
	struct asking *a = arg;

	return unlock_send_again(a->c, a->r.person_id);
}

/* Nothing to do is no failure: nobody waits for an answer. */
enum err reset_ask_run(struct ctx *c, const struct outbox_row *row)
{
	struct asking a = { .c = c };
	struct person_policy policy = { 0 };
	struct bytes login;
	struct person p;
	bool may;
	enum err e = seal_read(c->config->key, c->mem, PLACE, row->payload, &login);

	if (e)
		return FAIL(c, ERR_INTERNAL, "internal",
		            "The login of a request does not open.");
	e = persons_by_login(c, (const char *)login.p, &p);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (strcmp(p.state, "active") != 0)
		return OK;
	e = policy_of_person(c, p.id, &policy);
	if (!e)
		e = recipient_find(c, p.id, &a.r);
	/* Who may set no password of his own is not left locked out. */
	may = p.can_change_password && policy.may_change_password;
	if (!e)
		e = db_tx(c->db, DB_WRITE, may ? send_asked : send_unlock, &a);
	return e == ERR_LIMITED || e == ERR_CONFLICT || e == ERR_NOT_FOUND ? OK : e;
}

struct resetting {
	struct ctx *c;
	const char *token, *hash;
	struct recipient r;
};

/* A run before this one may have committed after all. */
static enum err check_done(struct resetting *s)
{
	struct count_row n;
	enum err e = db_one(s->c->db, &has_hash,
	                    DB_ARGS(db_i64(s->r.person_id), db_str(s->hash)), s->c->mem, &n);

	if (e)
		return e;
	return n.n == 1 ? OK : one_time_refused(s->c);
}

static enum err write_password(void *arg)
{
	struct resetting *s = arg;
	struct ctx *c = s->c;
	struct person_place at = { s->r.account_id, s->r.account_name };
	enum err e = one_time_take(c, "reset", s->token);

	if (e == ERR_NOT_FOUND)
		return check_done(s);
	c->audited = 0;
	c->actor.kind = ACTOR_PERSON;
	c->actor.person_id = s->r.person_id;
	c->actor.label = s->r.name;
	if (!e)
		e = persons_set_password_hash(c, &at, s->r.person_id, s->hash);
	return e ? e : notice_password_changed(c, &s->r);
}

enum err reset_use(struct ctx *c, const char *token, const char *password)
{
	struct resetting s = { .c = c, .token = token };
	struct one_time row;
	enum err e = one_time_find(c, "reset", token, &row);

	if (!e)
		e = recipient_find(c, row.person_id, &s.r);
	if (e)
		return e == ERR_NOT_FOUND ? one_time_refused(c) : e;
	e = password_rule_of(c, "/password", password, s.r.person_id);
	if (!e)
		e = password_hash_make(c, password, &s.hash);
	return e ? e : db_tx(c->db, DB_WRITE, write_password, &s);
}
