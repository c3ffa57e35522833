#include <stdlib.h>
#include <string.h>

#include "core/op.h"
#include "mail/mail.h"
#include "people/people.h"
#include "registrations/inner.h"
#include "registrations/queries.h"
#include "signin/notice.h"
#include "signin/one_time.h"
#include "signin/password.h"
#include "signin/password_rule.h"
#include "signin/throttle.h"

#define PURPOSE          "registration"
/* No login can be this: it has a control character. */
#define THROTTLE_SUBJECT "\nregistration"

struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

static const struct db_query count_known = {
	.text = "SELECT COUNT(*) AS n FROM person WHERE login = ?"
		" OR (email = ? AND state <> 'removed')",
	DB_ROWS(count_v),
};
static const struct db_query count_recent = {
	.text = "SELECT COUNT(*) AS n FROM registration WHERE email = ? AND created_at > ?",
	DB_ROWS(count_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO registration (parent_account_id, email, name, company, language,"
		" password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query unconfirmed = {
	.text = "SELECT g.id, g.email, g.name, g.company, g.language, g.state,"
		" g.parent_account_id, a.name AS parent_name, g.account_id,"
		" g.decided_by_label AS decided_by, g.decided_at, g.ver, g.created_at,"
		" g.password_hash FROM registration g JOIN account a ON a.id = g.parent_account_id"
		" WHERE g.id = ? AND g.state = 'new'",
	.row = { registration_fields, REGISTRATION_FIELDS + 1 },
};
static const struct db_query set_pending = {
	.text = "UPDATE registration SET state = 'pending', ver = ver + 1"
		" WHERE id = ? AND state = 'new'",
};

const struct db_query *const registration_ask_queries[] = {
	&count_known, &count_recent, &insert, &unconfirmed, &set_pending, NULL,
};

/* One request under way. */
struct asking {
	struct ctx *c;
	const struct registration_new *in;
	const char *email, *hash;
	struct host host;
	struct op op;
};

static enum err is_off(struct ctx *c)
{
	return FAIL(c, ERR_DENIED, "registration-off",
	            "Nobody can register here at the moment.");
}

/* Who is known is told so, and finds the way in; anybody else confirms his address. */
static enum err send(struct asking *a, bool known, const char *token)
{
	struct ctx *c = a->c;
	struct stamp until = stamp_add(c->now, REGISTRATION_LINK_DAYS * USEC_PER_DAY);
	char text[STAMP_TEXT];
	struct mail_new m = {
		.to = a->email,
		.locale = a->in->language,
		.account_id = a->host.id,
	};

	stamp_write(until, text);
	if (known) {
		m.kind = MAIL_REGISTRATION_KNOWN;
		m.values[0] = (struct mail_value){ "name", a->in->name };
		m.values[1] = (struct mail_value){ "link", link_to(c, "sign-in", NULL) };
	} else {
		m.kind = MAIL_CONFIRM_EMAIL;
		m.values[0] = (struct mail_value){ "name", a->in->name };
		m.values[1] = (struct mail_value){ "email", a->email };
		m.values[2] = (struct mail_value){ "link", link_to(c, "registration", token) };
		m.values[3] = (struct mail_value){ "expires_at", text };
	}
	return mail_put(c, &m);
}

/* The same statements for both, so that both take the same time. */
static enum err write_request(struct asking *a)
{
	struct ctx *c = a->c;
	const struct registration_new *in = a->in;
	struct one_time_new secret = { .purpose = PURPOSE,
		                       .account_id = a->host.id,
		                       .minutes = REGISTRATION_LINK_DAYS * 24 * 60 };
	struct stamp day = stamp_add(c->now, -USEC_PER_DAY);
	struct count known, recent;
	char token[TOKEN_TEXT];
	enum err e = db_one(c->db, &count_known,
	                    DB_ARGS(db_bytes(a->email, strlen(a->email)), db_str(a->email)),
	                    c->mem, &known);

	if (!e)
		e = db_one(c->db, &count_recent, DB_ARGS(db_str(a->email), db_stamp(day)),
		           c->mem, &recent);
	if (e || recent.n >= REGISTRATION_MAILS)
		return e;
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_i64(a->host.id), db_str(a->email), db_str(in->name),
	                    db_str(in->company), db_str(in->language), db_str(a->hash),
	                    db_stamp(c->now)),
	            NULL);
	if (e)
		return e;
	secret.subject = arena_printf(c->mem, "%lld", (long long)db_insert_id(c->db));
	e = one_time_put(c, &secret, token);
	return e ? e : send(a, known.n > 0, token);
}

static enum err write(void *arg)
{
	struct asking *a = arg;
	struct op_answer answer = { .status = 202 };
	bool done = false;
	enum err e = op_begin(a->c, &a->op, &done, &answer);

	if (e || done)
		return e;
	e = write_request(a);
	return e ? e : op_finish(a->c, &a->op, &answer);
}

static enum err check_password(struct asking *a)
{
	const struct registration_new *in = a->in;
	const struct password_of whose = {
		.login = a->email,
		.name = in->name,
		.email = a->email,
		.account = in->company,
		.two_step = a->host.two_step,
	};

	return password_rule(a->c, "/password", in->password, &whose);
}

enum err registrations_create(struct ctx *c, const struct registration_new *in)
{
	struct asking a = { .c = c, .in = in };
	enum err e = throttle_take(c, THROTTLE_SUBJECT, c->actor.ip);

	if (!e)
		e = host_by_code(c, in->reseller_code, &a.host);
	if (e == ERR_NOT_FOUND || (!e && !host_is_open(&a.host)))
		return is_off(c);
	if (e)
		return e;
	a.email = login_canonical(c->mem, in->email);
	if (!a.email)
		return FAIL_FIELD(c, "/email", "not-an-email");
	e = check_password(&a);
	if (!e)
		e = password_hash_make(c, in->password, &a.hash);
	if (e)
		return e;
	token_random(a.op.id, sizeof(a.op.id));
	return db_tx(c->db, DB_WRITE, write, &a);
}

/* --- confirming ---------------------------------------------------------------- */

struct confirming {
	struct ctx *c;
	const char *token;
	struct op op;
	const char *state;
};

static enum err take(struct confirming *f, struct registration *out)
{
	struct ctx *c = f->c;
	struct one_time secret;
	enum err e = one_time_find(c, PURPOSE, f->token, &secret);

	if (!e)
		e = one_time_take(c, PURPOSE, f->token);
	if (!e && !secret.subject)
		e = ERR_NOT_FOUND;
	if (!e)
		e = db_one(c->db, &unconfirmed,
		           DB_ARGS(db_i64((int64_t)strtoll(secret.subject, NULL, 10))), c->mem,
		           out);
	return e == ERR_NOT_FOUND ? one_time_refused(c) : e;
}

static enum err wait_for_approval(struct ctx *c, const struct registration *r)
{
	enum err e = db_exec(c->db, &set_pending, DB_ARGS(db_i64(r->id)), NULL);

	if (e)
		return e;
	return mail_put(c, &(struct mail_new){
				   .to = r->email,
				   .locale = r->language,
				   .kind = MAIL_REGISTRATION_RECEIVED,
				   .account_id = r->parent_account_id,
				   .values = { { "name", r->name },
	                                       { "account", registration_label(r) } },
			   });
}

/* The default role is for the platform's own page: a reseller gives his own. */
static enum err open_at_once(struct ctx *c, const struct registration *r, const struct host *h)
{
	const struct opening o = { r, h->id == ACCOUNT_ROOT ? h->role_id : 0, true };
	int64_t account_id;
	enum err e = registration_open(c, &o, &account_id);

	return e ? e : registration_approved(c, r, account_id);
}

static enum err confirm(struct confirming *f)
{
	struct ctx *c = f->c;
	struct registration r;
	struct host host;
	bool automatic = false;
	enum err e = take(f, &r);

	if (!e)
		e = host_find(c, r.parent_account_id, &host);
	if (!e && !host_is_open(&host))
		return is_off(c);
	if (e)
		return e;
	automatic = !strcmp(host.mode, "automatic");
	c->actor.label = r.name;
	e = registration_log(c, ACTION_REGISTRATION_CREATE, &r, NULL);
	/* From here on it is the platform that acts, by what the policy says. */
	c->actor.kind = ACTOR_SYSTEM;
	c->actor.label = "self-registration";
	c->actor.account_id = ACCOUNT_ROOT;
	c->actor.perms = c->actor.rank = perm_set_all();
	if (!e)
		e = automatic ? open_at_once(c, &r, &host) : wait_for_approval(c, &r);
	f->state = automatic ? "approved" : "pending";
	return e;
}

static enum err write_confirmation(void *arg)
{
	struct confirming *f = arg;
	struct ctx *c = f->c;
	const struct actor caller = c->actor;
	struct op_answer answer = { .status = 200 };
	bool done = false;
	enum err e = op_begin(c, &f->op, &done, &answer);

	c->audited = 0;
	if (e || done)
		return e;
	e = confirm(f);
	c->actor = caller;
	return e ? e : op_finish(c, &f->op, &answer);
}

enum err registrations_confirm(struct ctx *c, const char *token, const char **state)
{
	struct confirming f = { .c = c, .token = token };
	enum err e;

	token_random(f.op.id, sizeof(f.op.id));
	e = db_tx(c->db, DB_WRITE, write_confirmation, &f);
	if (!e)
		*state = f.state;
	return e;
}
