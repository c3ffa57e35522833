#include <assert.h>
#include <string.h>

#include "accounts/accounts.h"
#include "invitations/inner.h"
#include "invitations/queries.h"
#include "members/members.h"

static const char *const lives[] = { "sent", "expired", "accepted", "revoked", NULL };

const struct field invitation_impact_fields[] = {
	FIELD(struct invitation_impact, state, .words = lives),
	FIELD(struct invitation_impact, removes_user),
	FIELD_KEY(struct invitation_impact, person_id, ID_PERSON),
	FIELD_KEY(struct invitation_impact, membership_id, ID_MEMBERSHIP),
	FIELD(struct invitation_impact, name),
	FIELD(struct invitation_impact, login),
	FIELD(struct invitation_impact, sessions),
	FIELD(struct invitation_impact, other_accounts),
};
static_assert(ARRAY_LEN(invitation_impact_fields) == INVITATION_IMPACT_FIELDS, "all");

struct joined {
	int64_t person_id;
	const char *name, *login;
	int64_t sessions, other_accounts;
};
static const struct field joined_v[] = {
	FIELD(struct joined, person_id),      FIELD(struct joined, name),
	FIELD(struct joined, login),          FIELD(struct joined, sessions),
	FIELD(struct joined, other_accounts),
};

/* clang-format off */
/* While he is one.  Of his other accounts those are told that the caller sees. */
static const struct db_query joined = {
	.text = "SELECT p.id AS person_id, p.name, p.login,"
	        " (SELECT COUNT(*) FROM session s WHERE s.membership_id = m.id"
	        "  AND s.revoked_at IS NULL AND s.expires_at > ?) AS sessions,"
	        " (SELECT COUNT(*) FROM membership o WHERE o.person_id = p.id AND o.id <> m.id"
	        "  AND o.state <> 'removed' AND " SCOPE_SEES("o.account_id") ") AS other_accounts"
	        " FROM membership m JOIN person p ON p.id = m.person_id"
	        " WHERE m.id = ? AND m.state <> 'removed'",
	DB_ROWS(joined_v),
};
/* clang-format on */
static const struct db_query drop = {
	.text = "DELETE FROM invitation WHERE id = ? AND ver = ?",
};

const struct db_query *const invitation_remove_queries[] = {
	&joined,
	&drop,
	NULL,
};

/* ERR_NOT_FOUND without a story when it made nobody a member, or he is none any more. */
static enum err find_member(struct ctx *c, const struct invitation *i, struct joined *out)
{
	if (i->membership_id == 0)
		return ERR_NOT_FOUND;
	return db_one(c->db, &joined,
	              DB_ARGS(db_stamp(c->now), db_i64(c->actor.account_id),
	                      db_i64(i->membership_id)),
	              c->mem, out);
}

enum err invitations_impact(struct ctx *c, int64_t account_id, int64_t id,
                            struct invitation_impact *out)
{
	struct invitation i;
	struct joined m = { 0 };
	enum err e = invitations_find(c, account_id, id, &i);

	if (e)
		return e;
	e = find_member(c, &i, &m);
	if (e && e != ERR_NOT_FOUND)
		return e;
	*out = (struct invitation_impact){
		.state = i.state,
		.removes_user = e == OK,
		.person_id = m.person_id,
		.membership_id = e ? 0 : i.membership_id,
		.name = m.name,
		.login = m.login,
		.sessions = m.sessions,
		.other_accounts = m.other_accounts,
	};
	return OK;
}

/* He leaves this account; his others stay as they are. */
static enum err end_member(struct ctx *c, const struct invitation *i)
{
	const struct member_at at = { i->account_id, i->membership_id, 0 };
	enum err e = ctx_need(c, PERM_MEMBER_REMOVE);

	return e ? e : members_remove(c, &at);
}

static enum err drop_row(struct ctx *c, const struct invitation *i)
{
	int64_t n = 0;
	enum err e = db_exec(c->db, &drop, DB_ARGS(db_i64(i->id), db_i64(i->ver)), &n);

	return !e && n != 1 ? ERR_RETRY : e;
}

enum err invitations_remove(struct ctx *c, int64_t account_id, int64_t id, int64_t ver)
{
	struct account_head head;
	struct invitation i;
	struct joined m;
	bool removes;
	enum err e = accounts_lock(c, account_id, &head);

	if (!e)
		e = invitations_find(c, account_id, id, &i);
	if (!e && ver && i.ver != ver)
		e = FAIL(c, ERR_VERSION, "changed-meanwhile",
		         "Somebody else changed it meanwhile.");
	if (e)
		return e;
	e = find_member(c, &i, &m);
	removes = e == OK;
	if (e == ERR_NOT_FOUND)
		e = OK;
	if (!e && removes)
		e = end_member(c, &i);
	if (!e)
		e = drop_row(c, &i);
	return e ? e : invited_log(c, ACTION_INVITATION_REVOKE, &i, NULL);
}
