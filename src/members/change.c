#include <string.h>

#include "accounts/index.h"
#include "mail/mail.h"
#include "members/inner.h"
#include "members/queries.h"
#include "people/guard.h"
#include "people/leave.h"
#include "people/people.h"
#include "people/welcome.h"

#define ACCOUNTS_MAX 500

static const struct db_query count_up = {
	.text = "UPDATE membership SET ver = ver + 1, updated_at = ? WHERE person_id = ?",
};
static const struct db_query write = {
	.text = "UPDATE membership SET label = ?, expires_at = ?, ver = ver + 1, updated_at = ?"
		" WHERE id = ?",
};
static const struct db_query not_verified = {
	.text = "UPDATE person SET email_verified_at = NULL WHERE id = ?",
};
struct key_row {
	int64_t id;
};
static const struct field key_v[] = { FIELD(struct key_row, id) };
static const struct db_query accounts_of = {
	.text = "SELECT DISTINCT m.account_id AS id FROM membership m WHERE m.person_id = ?"
		" ORDER BY m.account_id LIMIT ?",
	DB_ROWS(key_v),
};

const struct db_query *const member_change_queries[] = {
	&count_up, &write, &not_verified, &accounts_of, NULL,
};

/* What the log says of a membership: the members of it that people set. */
static const struct field logged_v[] = {
	FIELD(struct member, kind),       FIELD(struct member, role),
	FIELD(struct member, base_state), FIELD(struct member, label),
	FIELD(struct member, expires_at),
};
static const struct fields logged = FIELDS(logged_v);

static struct change change_of(enum action action, const struct member *m)
{
	return (struct change){
		.action = action,
		.target_kind = ID_PERSON,
		.target_id = m->person_id,
		.target_label = m->name,
		.account_id = m->account_id,
		.account_label = m->account_name,
	};
}

enum err member_log(struct ctx *c, enum action action, const struct member *m,
                    const char *reason)
{
	struct change ch = change_of(action, m);

	ch.reason = reason;
	if (action == ACTION_USER_ADD || action == ACTION_SUPPORT_USER_ADD)
		change_diff(c->mem, logged, NULL, m, &ch);
	return change_put(c, &ch);
}

enum err member_begin(struct ctx *c, const struct member_at *at, struct account_head *head,
                      struct member *out)
{
	enum err e = accounts_lock(c, at->account_id, head);

	if (!e)
		e = members_find(c, at->account_id, at->id, out);
	if (e)
		return e;
	if (strcmp(head->base_state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	if (!strcmp(out->base_state, "removed"))
		return FAIL(c, ERR_CONFLICT, "member-removed",
		            "This person is no member any more.");
	if (at->ver && at->ver != out->ver)
		return FAIL(c, ERR_VERSION, "changed-meanwhile",
		            "Somebody else changed it meanwhile.");
	return OK;
}

enum err member_check_who(struct ctx *c, const struct member *m)
{
	enum err e = guard_not_self(c, m->person_id);

	return e ? e : guard_rank(c, m->id);
}

enum err member_check_end(struct ctx *c, const char *kind, struct stamp expires_at)
{
	bool support = !strcmp(kind, "support");

	if (!stamp_is_set(expires_at))
		return support ? FAIL_FIELD(c, "/expires_at", "required") : OK;
	if (expires_at.usec <= c->now.usec)
		return FAIL_FIELD(c, "/expires_at", "in-the-past");
	if (support && expires_at.usec > c->now.usec + SUPPORT_DAYS_MAX * USEC_PER_DAY)
		return FAIL_FIELD(c, "/expires_at", "too-late");
	return OK;
}

enum err member_welcome(struct ctx *c, const struct member *m)
{
	const struct welcome w = {
		.person_id = m->person_id,
		.account_id = m->account_id,
		.account_name = m->account_name,
		.name = m->name,
		.login = m->login,
		.email = m->email,
		.locale = m->locale,
		.known = strcmp(m->person_state, "invited") != 0,
	};

	return welcome_send(c, &w);
}

enum err member_reindex_accounts(struct ctx *c, int64_t person_id)
{
	const struct key_row *v;
	struct db_list rows;
	enum err e =
		db_all(c->db, &accounts_of, DB_ARGS(db_i64(person_id), db_i64(ACCOUNTS_MAX)),
	               c->mem, sizeof(struct key_row), ACCOUNTS_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++)
		e = accounts_reindex(c, v[i].id);
	return e;
}

/* --- changing -------------------------------------------------------------------- */

#define BIT(f)    (UINT64_C(1) << (f))
#define OF_PERSON (BIT(MEMBER_NAME) | BIT(MEMBER_EMAIL) | BIT(MEMBER_PHONE))

static bool same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* Of the given fields those that differ, and the member as he will be. */
static uint64_t merge(const struct member *was, const struct member_edit *in, uint64_t mask,
                      struct member *is)
{
	const char **to[] = { &is->name, &is->email, &is->phone, &is->label };
	const char *from[] = { in->name, in->email, in->phone, in->label };
	uint64_t differs = 0;

	*is = *was;
	for (size_t i = 0; i < ARRAY_LEN(to); i++) {
		if (!(mask & BIT(i)) || same(*to[i], from[i]))
			continue;
		*to[i] = from[i];
		differs |= BIT(i);
	}
	if (mask & BIT(MEMBER_EXPIRES_AT) && is->expires_at.usec != in->expires_at.usec) {
		is->expires_at = in->expires_at;
		differs |= BIT(MEMBER_EXPIRES_AT);
	}
	return differs;
}

static enum err check_person(struct ctx *c, const struct member *m, uint64_t differs)
{
	if (!strcmp(m->origin, "billing"))
		return FAIL(c, ERR_DENIED, "set-by-billing", "Only billing sets this.");
	if (m->person_id != c->actor.person_id)
		return guard_whole_person(c, m->person_id);
	/* His own address he changes himself, where it is confirmed. */
	return differs & BIT(MEMBER_EMAIL) ? guard_not_self(c, m->person_id) : OK;
}

static enum err check_expiry(struct ctx *c, const struct member *was, const struct member *is)
{
	enum err e = ctx_need(c, PERM_MEMBER_EXPIRY);

	if (!e)
		e = guard_not_self(c, was->person_id);
	if (!e)
		e = member_check_end(c, is->kind, is->expires_at);
	if (!e && stamp_is_set(is->expires_at))
		e = guard_last_owner(c, was->account_id, was->id);
	return e;
}

static enum err check(struct ctx *c, const struct member *was, const struct member *is,
                      uint64_t differs)
{
	enum err e = OK;

	if (was->person_id != c->actor.person_id)
		e = guard_rank(c, was->id);
	if (!e && differs & ~BIT(MEMBER_EXPIRES_AT))
		e = ctx_need(c, PERM_MEMBER_EDIT);
	if (!e && differs & OF_PERSON)
		e = check_person(c, was, differs);
	if (!e && differs & BIT(MEMBER_EXPIRES_AT))
		e = check_expiry(c, was, is);
	return e;
}

/* A login that was the address goes with it, and both are told. */
static enum err follow_email(struct ctx *c, const struct person_place *at,
                             const struct member *was, const struct member *is)
{
	struct mail_new m = {
		.to = was->email,
		.locale = was->locale,
		.kind = MAIL_LOGIN_CHANGED,
		.account_id = was->account_id,
		.person_id = was->person_id,
	};
	char now[STAMP_TEXT];
	const char *login = is->email ? login_canonical(c->mem, is->email) : NULL;
	const char *old = was->email ? login_canonical(c->mem, was->email) : NULL;
	enum err e = db_exec(c->db, &not_verified, DB_ARGS(db_i64(was->person_id)), NULL);

	if (!e)
		e = persons_void_mailed(c, was->person_id);
	if (e || !login || !old || strcmp(old, was->login) != 0)
		return e;
	stamp_write(c->now, now);
	m.values[0] = (struct mail_value){ "name", is->name };
	m.values[1] = (struct mail_value){ "old_login", was->login };
	m.values[2] = (struct mail_value){ "login", login };
	m.values[3] = (struct mail_value){ "changed_at", now };
	e = persons_set_login(c, at, was->person_id, login);
	if (!e)
		e = mail_put(c, &m);
	m.to = is->email;
	return e ? e : mail_put(c, &m);
}

static enum err write_person(struct ctx *c, const struct member *was, const struct member *is,
                             uint64_t differs)
{
	const struct person_place at = { was->account_id, was->account_name };
	struct person_edit edit = { .name = is->name, .email = is->email, .phone = is->phone };
	struct person p;
	bool changed;
	enum err e = persons_find(c, was->person_id, &p);

	if (e)
		return e;
	edit.keep_password = !p.can_change_password;
	e = persons_update(c, &at, was->person_id, &edit, &changed);
	if (!e && differs & BIT(MEMBER_EMAIL))
		e = follow_email(c, &at, was, is);
	if (!e)
		e = db_exec(c->db, &count_up, DB_ARGS(db_stamp(c->now), db_i64(was->person_id)),
		            NULL);
	return e ? e : member_reindex_accounts(c, was->person_id);
}

static enum err write_member(struct ctx *c, const struct member *was, const struct member *is,
                             uint64_t differs)
{
	struct change ch = change_of(ACTION_USER_UPDATE, is);
	enum err e = db_exec(c->db, &write,
	                     DB_ARGS(db_str(is->label), db_stamp(is->expires_at),
	                             db_stamp(c->now), db_i64(is->id)),
	                     NULL);

	if (!e && differs & BIT(MEMBER_LABEL))
		e = accounts_reindex_role(c, is->id);
	/* Who comes back after his end begins anew. */
	if (!e && differs & BIT(MEMBER_EXPIRES_AT) && !strcmp(was->state, "expired"))
		e = member_end_access(c, is->id, "expired");
	change_diff(c->mem, logged, was, is, &ch);
	return e ? e : change_put(c, &ch);
}

enum err members_edit(struct ctx *c, const struct member_at *at, const struct member_edit *in,
                      uint64_t mask)
{
	struct account_head head;
	struct member was, is;
	uint64_t differs;
	enum err e = member_begin(c, at, &head, &was);

	if (e)
		return e;
	differs = merge(&was, in, mask, &is);
	if (!differs) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	e = check(c, &was, &is, differs);
	if (!e && differs & OF_PERSON)
		e = write_person(c, &was, &is, differs);
	if (!e && differs & ~OF_PERSON)
		e = write_member(c, &was, &is, differs);
	return e;
}
