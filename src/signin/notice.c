#include "signin/notice.h"

#include <string.h>

#include "mail/mail.h"
#include "signin/queries.h"

#define AGENTS_MAX 500

static const struct field recipient_v[] = {
	FIELD(struct recipient, person_id),
	FIELD(struct recipient, login),
	FIELD(struct recipient, name),
	FIELD(struct recipient, email),
	FIELD(struct recipient, locale),
	FIELD(struct recipient, state),
	FIELD(struct recipient, can_change_password),
	FIELD(struct recipient, account_id),
	FIELD(struct recipient, account_name),
};

struct agent_row {
	const char *user_agent;
};
static const struct field agent_v[] = { FIELD(struct agent_row, user_agent) };

static const struct db_query recipient = {
	.text = "SELECT p.id AS person_id, p.login, p.name, p.email, p.locale, p.state,"
		" p.can_change_password, a.id AS account_id, a.name AS account_name"
		" FROM person p JOIN account a ON a.id = IFNULL((SELECT m.account_id"
		" FROM membership m WHERE m.person_id = p.id AND m.state = 'active'"
		" ORDER BY m.kind, m.id LIMIT 1), 1)"
		" WHERE p.id = ? AND p.state <> 'removed'",
	DB_ROWS(recipient_v),
};
/* Of a whole session only: who does not know the second step makes no device known. */
static const struct db_query agents = {
	.text = "SELECT DISTINCT s.user_agent FROM session s WHERE s.person_id = ?"
		" AND s.created_at < ? AND (s.factor_at IS NOT NULL OR NOT EXISTS (SELECT 1"
		" FROM factor f WHERE f.person_id = s.person_id AND f.confirmed_at IS NOT NULL))"
		" LIMIT ?",
	DB_ROWS(agent_v),
};

const struct db_query *const notice_queries[] = { &recipient, &agents, NULL };

enum err recipient_find(struct ctx *c, int64_t person_id, struct recipient *out)
{
	return db_one(c->db, &recipient, DB_ARGS(db_i64(person_id)), c->mem, out);
}

static const char *now_text(struct ctx *c)
{
	char text[STAMP_TEXT];

	stamp_write(c->now, text);
	return arena_str(c->mem, text);
}

static enum err put(struct ctx *c, const struct recipient *r, struct mail_new *m)
{
	if (!r->email || !*r->email)
		return OK;
	m->to = r->email;
	m->locale = r->locale;
	m->account_id = r->account_id;
	m->person_id = r->person_id;
	return mail_put(c, m);
}

enum err notice_password_changed(struct ctx *c, const struct recipient *r)
{
	struct mail_new m = {
		.kind = MAIL_PASSWORD_CHANGED,
		.values = { { "name", r->name },
		            { "login", r->login },
		            { "changed_at", now_text(c) } },
	};

	return put(c, r, &m);
}

enum err notice_two_step(struct ctx *c, const struct recipient *r, const char *state)
{
	struct mail_new m = {
		.kind = MAIL_TWO_STEP_CHANGED,
		.values = { { "name", r->name },
		            { "login", r->login },
		            { "state", state },
		            { "changed_at", now_text(c) } },
	};

	return put(c, r, &m);
}

/* The same browser and system, whatever their versions. */
static bool is_same_kind(const char *a, const char *b)
{
	static const char version[] = "0123456789._";

	for (;;) {
		a += strspn(a, version);
		b += strspn(b, version);
		if (*a != *b)
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

enum err notice_new_device(struct ctx *c, const struct recipient *r, const char *user_agent)
{
	struct mail_new m = {
		.kind = MAIL_NEW_DEVICE,
		.values = { { "name", r->name },
		            { "login", r->login },
		            { "signed_in_at", now_text(c) },
		            { "ip", c->actor.ip },
		            { "device", user_agent } },
	};
	const struct agent_row *v;
	struct db_list rows;
	enum err e = db_all(c->db, &agents,
	                    DB_ARGS(db_i64(r->person_id), db_stamp(c->now), db_i64(AGENTS_MAX)),
	                    c->mem, sizeof(struct agent_row), AGENTS_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++)
		if (is_same_kind(v[i].user_agent, user_agent))
			return OK;
	return rows.n > 0 ? put(c, r, &m) : OK;
}

const char *link_to(struct ctx *c, const char *page, const char *token)
{
	const char *url = c->config->public_url, *base = c->config->base_path;
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	/* public_url may name the sub-path already. */
	if (strlen(base) > 1 && n + 1 >= strlen(base) &&
	    !strncmp(url + n + 1 - strlen(base), base, strlen(base) - 1))
		base = "/";
	return arena_printf(c->mem, "%.*s%s#/%s%s%s", (int)n, url, base, page,
	                    token ? "?t=" : "", token ? token : "");
}
