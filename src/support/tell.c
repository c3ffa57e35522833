/* Those of the account whose word on a visit counts: who they are, and mails to them. */
#include "mail/mail.h"
#include "roles/holder.h"
#include "signin/notice.h"
#include "support/inner.h"

#define TOLD_MAX 20

/*
 * The word itself, never on what one asked for himself.  now: a back office that is
 * closed leaves nobody who could answer; it keeps nobody from being told.
 */
static bool may_decide(const struct ctx *c, const struct holder *h, bool now)
{
	struct access_facts facts = holder_facts(h);
	struct access access;

	if (h->person_id == c->actor.person_id || !holder_lives(c, h))
		return false;
	facts.pending = false; /* he sets it up, then answers */
	access_evaluate(&facts, &access);
	if (!now)
		access.step[ACCESS_AREA] = perm_set_all();
	return access_refusal(&access, PERM_SUPPORT_APPROVE) == ACCESS_ALLOWED;
}

enum err support_check_decider(struct ctx *c, int64_t account_id)
{
	const struct holder *v;
	struct db_list rows;
	enum err e = holders_named(c, account_id, PERM_SUPPORT_APPROVE, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++)
		if (may_decide(c, &v[i], true))
			return OK;
	return FAIL(c, ERR_CONFLICT, "nobody-decides",
	            "Nobody of this account could agree to this now.");
}

static enum err tell(struct ctx *c, const struct holder *h, struct mail_new *m)
{
	enum err e;

	m->to = h->email;
	m->locale = h->locale;
	m->person_id = h->person_id;
	m->values[0] = (struct mail_value){ "name", h->name };
	e = mail_put(c, m);
	/* An address nobody can write to keeps nobody from being helped. */
	return e == ERR_INVALID ? OK : e;
}

/* now: only those who could answer at once.  The first value is their name. */
static enum err tell_all(struct ctx *c, int64_t account_id, bool now, struct mail_new *m)
{
	const struct holder *v;
	struct db_list rows;
	size_t told = 0;
	enum err e = holders_named(c, account_id, PERM_SUPPORT_APPROVE, &rows);

	if (e)
		return e;
	m->account_id = account_id;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n && told < TOLD_MAX; i++) {
		if (!v[i].email || !may_decide(c, &v[i], now))
			continue;
		e = tell(c, &v[i], m);
		told++;
	}
	return e;
}

enum err support_tell_asked(struct ctx *c, const struct support_grant *g)
{
	char account[ID_TEXT], until[STAMP_TEXT];
	struct mail_new m = {
		.kind = MAIL_SUPPORT_ASKED,
		.values = { { "name", "" },
		            { "account", g->account_name },
		            { "by", g->operator_label },
		            { "user", g->member_name },
		            { "state", g->may_write ? "write" : "look" },
		            { "minutes", arena_printf(c->mem, "%lld", (long long)g->minutes) },
		            { "reason", g->reason },
		            { "expires_at", until },
		            { "link", NULL } },
	};

	id_write(ID_ACCOUNT, g->account_id, account);
	stamp_write(stamp_add(g->created_at, SUPPORT_ASKED_USEC), until);
	m.values[8].text =
		link_to(c, arena_printf(c->mem, "accounts/%s/support", account), NULL);
	return tell_all(c, g->account_id, true, &m);
}

enum err support_tell_started(struct ctx *c, const struct support_grant *g, struct stamp until)
{
	char text[STAMP_TEXT];
	struct mail_new m = {
		.kind = MAIL_SUPPORT_ACCESS,
		.values = { { "name", "" },
		            { "account", g->account_name },
		            { "by", g->operator_label },
		            { "reason", g->reason },
		            { "expires_at", text } },
	};

	stamp_write(until, text);
	return tell_all(c, g->account_id, false, &m);
}
