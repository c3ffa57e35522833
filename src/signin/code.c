#include "signin/code.h"

#include <string.h>

#include "base/seal.h"
#include "core/change.h"
#include "mail/mail.h"
#include "people/people.h"
#include "signin/notice.h"
#include "signin/one_time.h"
#include "signin/password.h"
#include "signin/password_rule.h"
#include "signin/throttle.h"

#define PLACE     "outbox:" CODE_OUTBOX
#define MAILS_DAY 5

struct asking {
	struct ctx *c;
	const char *sealed;
	int64_t person_id;
};

static enum err put_ask(void *arg)
{
	struct asking *a = arg;

	return outbox_put(a->c, CODE_OUTBOX, 0, a->sealed);
}

static const char *subject(struct ctx *c, const char *what, const char *login)
{
	return arena_printf(c->mem, "\x01%s %s", what, login);
}

enum err code_ask(struct ctx *c, const char *login)
{
	const char *canonical = login_canonical(c->mem, login);
	struct asking a = { .c = c };
	enum err e;

	if (!canonical)
		canonical = "";
	e = throttle_take(c, subject(c, "code-ask", canonical), c->actor.ip);
	if (e == ERR_LIMITED) {
		c->fault = (struct fault){ 0 };
		return OK;
	}
	if (e)
		return e;
	a.sealed = seal_write(c->config->key, c->mem, PLACE, canonical, strlen(canonical));
	return db_tx(c->db, DB_WRITE, put_ask, &a);
}

static enum err put_mail(struct ctx *c, const struct recipient *r, const char *code)
{
	char until[STAMP_TEXT];
	struct mail_new m = {
		.to = r->email,
		.locale = r->locale,
		.kind = MAIL_SIGN_IN_CODE,
		.account_id = r->account_id,
		.person_id = r->person_id,
		.values = { { "name", r->name }, { "code", code }, { "expires_at", until } },
	};

	stamp_write(stamp_add(c->now, CODE_MIN * USEC_PER_MIN), until);
	return mail_put(c, &m);
}

enum err code_send(struct ctx *c, int64_t person_id)
{
	char code[CODE_DIGITS + 1];
	struct recipient r;
	int64_t n;
	enum err e = recipient_find(c, person_id, &r);

	if (e)
		return e;
	if (!r.email || !*r.email)
		return FAIL(c, ERR_CONFLICT, "no-email", "This person has no e-mail address.");
	e = one_time_count(c, person_id, "code", &n);
	if (!e && n >= MAILS_DAY)
		return FAIL(c, ERR_LIMITED, "too-many-mails",
		            "This person got %d such mails today; please wait.", MAILS_DAY);
	if (!e)
		e = one_time_put_code(c, person_id, code);
	return e ? e : put_mail(c, &r, code);
}

static enum err send_asked(void *arg)
{
	struct asking *a = arg;

	return code_send(a->c, a->person_id);
}

/* For who has no password yet; who has one asks for a link (reset.h). */
static bool has_none(const struct person *p)
{
	return !strcmp(p->state, "invited") ||
	       (!strcmp(p->state, "active") && !p->has_password);
}

enum err code_ask_run(struct ctx *c, const struct outbox_row *row)
{
	struct asking a = { .c = c };
	struct bytes login;
	struct person p;
	enum err e = seal_read(c->config->key, c->mem, PLACE, row->payload, &login);

	if (e)
		return FAIL(c, ERR_INTERNAL, "internal",
		            "The login of a request does not open.");
	e = persons_by_login(c, (const char *)login.p, &p);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (!has_none(&p))
		return OK;
	a.person_id = p.id;
	e = db_tx(c->db, DB_WRITE, send_asked, &a);
	return e == ERR_LIMITED || e == ERR_CONFLICT || e == ERR_NOT_FOUND ? OK : e;
}

struct using
{
	struct ctx *c;
	const char *login, *code, *hash;
	struct person p; /* id 0: nobody */
	struct recipient r;
	bool right;
};

static enum err put_refusal(struct using *u)
{
	struct ctx *c = u->c;
	bool known = u->p.id != 0;
	struct change ch = {
		.action = ACTION_SESSION_REFUSE,
		.target_kind = known ? ID_PERSON : ID_NONE,
		.target_id = u->p.id,
		.target_label = known ? u->p.name : "unknown login",
		.account_id = known ? u->r.account_id : ACCOUNT_ROOT,
		.account_label = known ? u->r.account_name : "",
		.failure = "wrong-code",
	};

	c->audited = 0;
	c->actor.kind = ACTOR_PERSON;
	c->actor.person_id = u->p.id;
	c->actor.label = ch.target_label;
	return change_put(c, &ch);
}

/* The same statements for anybody: what differs is how many rows they find. */
static enum err try_code(void *arg)
{
	struct using *u = arg;
	struct ctx *c = u->c;
	enum err e = persons_by_login(c, u->login, &u->p);

	u->right = false;
	if (e == ERR_NOT_FOUND)
		u->p.id = 0;
	else if (e)
		return e;
	e = one_time_try_code(c, u->p.id, u->code, &u->right);
	if (!e)
		e = recipient_find(c, u->p.id, &u->r);
	if (e == ERR_NOT_FOUND) { /* nobody, or removed */
		u->p.id = 0;
		u->right = false;
		e = OK;
	}
	return e || u->right ? e : put_refusal(u);
}

static enum err wrong(struct ctx *c)
{
	return FAIL(c, ERR_UNAUTHENTICATED, "wrong-code", "The code is wrong or has expired.");
}

/* The lost answer of a COMMIT looks like a code somebody else used: he signs in, and sees. */
static enum err write_password(void *arg)
{
	struct using *u = arg;
	struct ctx *c = u->c;
	struct person_place at = { u->r.account_id, u->r.account_name };
	enum err e = one_time_take_code(c, u->p.id);

	if (e == ERR_NOT_FOUND)
		return wrong(c);
	c->audited = 0;
	c->actor.kind = ACTOR_PERSON;
	c->actor.person_id = u->p.id;
	c->actor.label = u->p.name;
	if (!e)
		e = persons_set_password_hash(c, &at, u->p.id, u->hash);
	if (!e)
		e = throttle_clear(c, subject(c, "code", u->login), c->actor.ip);
	return e;
}

enum err code_use(struct ctx *c, const struct code_use_in *in)
{
	struct using u = { .c = c, .code = in->code };
	const struct password_of anybody = { .login = in->login, .two_step = true };
	enum err e = password_rule(c, "/password", in->password, &anybody);

	if (e)
		return e;
	u.login = login_canonical(c->mem, in->login);
	if (!u.login)
		u.login = "";
	e = throttle_take(c, subject(c, "code", u.login), c->actor.ip);
	if (!e)
		e = db_tx(c->db, DB_WRITE, try_code, &u);
	if (e)
		return e;
	if (!u.right)
		return wrong(c);
	e = password_rule_of(c, "/password", in->password, u.p.id);
	if (!e)
		e = password_hash_make(c, in->password, &u.hash);
	return e ? e : db_tx(c->db, DB_WRITE, write_password, &u);
}
