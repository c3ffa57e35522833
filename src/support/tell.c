/* The mails of a visit: to those of the account whose word on it counts. */
#include <string.h>

#include "core/access.h"
#include "core/access_sql.h"
#include "mail/mail.h"
#include "signin/notice.h"
#include "signin/stopped.h"
#include "support/inner.h"
#include "support/queries.h"

#define ASKED_MAX 200 /* who are looked at */
#define TOLD_MAX  20

struct decider {
	int64_t person_id;
	const char *name, *email, *locale, *account_kind, *account_class, *roles, *adjusted,
		*areas;
};
static const struct field decider_v[] = {
	FIELD(struct decider, person_id),    FIELD(struct decider, name),
	FIELD(struct decider, email),        FIELD(struct decider, locale),
	FIELD(struct decider, account_kind), FIELD(struct decider, account_class),
	FIELD(struct decider, roles),        FIELD(struct decider, adjusted),
	FIELD(struct decider, areas),
};
/* clang-format off */
/* Somebody whose roles or switches name it; whether he may, access_evaluate() says. */
static const struct db_query deciders = {
	.text = "SELECT p.id AS person_id, p.name, p.email, p.locale, a.kind AS account_kind,"
	        " a.class AS account_class, " ACCESS_ROLES_AT("m.id", "a.id") " AS roles,"
	        " " ACCESS_ADJUSTED_OF("m.id") " AS adjusted,"
	        " " ACCESS_AREAS_OVER("a.id") " AS areas"
	        " FROM membership m JOIN person p ON p.id = m.person_id"
	        " JOIN account a ON a.id = m.account_id"
	        " WHERE m.account_id = ? AND m.kind <> 'sub' AND " MEMBERSHIP_LIVES
	        " AND p.state = 'active' AND p.email IS NOT NULL"
	        " AND (EXISTS (SELECT 1 FROM membership_role mr JOIN role r ON r.id = mr.role_id"
	        "  WHERE mr.membership_id = m.id AND (r.base IN ('customer-owner',"
	        "  'reseller-program') OR r.effective LIKE '%support.approve%'))"
	        " OR EXISTS (SELECT 1 FROM member_permission mp WHERE mp.membership_id = m.id"
	        "  AND mp.permission = 'support.approve'))"
	        " ORDER BY m.id LIMIT 200",
	DB_ROWS(decider_v),
};
/* clang-format on */

const struct db_query *const support_tell_queries[] = { &deciders, NULL };

/* The word itself; a back office that is closed keeps nobody from being told. */
static bool may_decide(const struct decider *d, bool now)
{
	struct access access;

	access_evaluate(&(struct access_facts){ .account_kind = d->account_kind,
	                                        .account_class = d->account_class,
	                                        .roles = d->roles,
	                                        .adjusted = d->adjusted,
	                                        .areas = d->areas },
	                &access);
	if (!now)
		access.step[ACCESS_AREA] = perm_set_all();
	return access_refusal(&access, PERM_SUPPORT_APPROVE) == ACCESS_ALLOWED;
}

static enum err tell(struct ctx *c, const struct decider *d, struct mail_new *m)
{
	enum err e;

	m->to = d->email;
	m->locale = d->locale;
	m->person_id = d->person_id;
	m->values[0] = (struct mail_value){ "name", d->name };
	e = mail_put(c, m);
	/* An address nobody can write to keeps nobody from being helped. */
	return e == ERR_INVALID ? OK : e;
}

/* now: only those who could answer at once.  The first value is their name. */
static enum err tell_all(struct ctx *c, int64_t account_id, bool now, struct mail_new *m)
{
	const struct decider *v;
	struct db_list rows;
	size_t told = 0;
	enum err e = db_all(c->db, &deciders, DB_ARGS(db_i64(account_id), db_stamp(c->now)),
	                    c->mem, sizeof(struct decider), ASKED_MAX, &rows);

	if (e)
		return e;
	m->account_id = account_id;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n && told < TOLD_MAX; i++) {
		if (v[i].person_id == c->actor.person_id || !may_decide(&v[i], now))
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
