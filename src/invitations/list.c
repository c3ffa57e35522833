#include <assert.h>
#include <string.h>

#include "invitations/inner.h"
#include "invitations/queries.h"

const char *const invitation_states[] = { "sent", "expired", "accepted", "revoked", NULL };
const char *const invitation_kinds[] = { "staff", "support", NULL };

const struct field invitation_fields[] = {
	FIELD_KEY(struct invitation, id, ID_INVITATION),
	FIELD(struct invitation, email),
	FIELD(struct invitation, first_name),
	FIELD(struct invitation, last_name),
	FIELD(struct invitation, language),
	FIELD_KEY(struct invitation, role_id, ID_ROLE),
	FIELD(struct invitation, role_name),
	FIELD(struct invitation, kind, .words = invitation_kinds),
	FIELD(struct invitation, member_until),
	FIELD(struct invitation, state, .words = invitation_states),
	FIELD(struct invitation, sent_at),
	FIELD(struct invitation, expires_at),
	FIELD(struct invitation, sent_count),
	FIELD(struct invitation, invited_by),
	FIELD(struct invitation, accepted_at),
	FIELD_KEY(struct invitation, person_id, ID_PERSON),
	FIELD_KEY(struct invitation, membership_id, ID_MEMBERSHIP),
	FIELD(struct invitation, advise_against),
	FIELD(struct invitation, ver),
	FIELD(struct invitation, created_at),
	/* from here on only between SQL and C */
	FIELD(struct invitation, account_id),
	FIELD(struct invitation, invited_by_membership_id),
	FIELD(struct invitation, account_name),
	FIELD(struct invitation, role_says),
	FIELD(struct invitation, open),
	FIELD(struct invitation, managed),
	FIELD(struct invitation, sent_today),
};
static_assert(ARRAY_LEN(invitation_fields) == INVITATION_FIELDS + 7, "seven are not answered");

struct count {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count, n) };

/* Takes now. */
#define STATE "IF(i.state = 'sent' AND i.expires_at <= ?, 'expired', i.state)"

/* Arguments: SEEN_ARGS. */
#define COLUMNS \
	"SELECT i.id, i.email, i.first_name, i.last_name, i.language, i.role_id," \
	" COALESCE(r.builtin, r.name) AS role_name, i.kind, i.member_until, " STATE \
	" AS state, i.sent_at, i.expires_at, i.sent_count," \
	" i.invited_by_label AS invited_by, i.accepted_at, i.person_id, i.membership_id," \
	" 0 AS advise_against, i.ver, i.created_at, i.account_id," \
	" i.invited_by_membership_id, a.name AS account_name," \
	" CONCAT(r.base, ';', r.effective) AS role_says, i.open_slot IS NOT NULL AS open," \
	" (a.kind = 'customer' AND a.origin <> 'self') AS managed," \
	" i.sent_day = DATE(?) AS sent_today" FROM
/* What a customer's own people made is not shown to who acts from above. */
#define FROM \
	" FROM invitation i JOIN account a ON a.id = i.account_id" \
	" LEFT JOIN role r ON r.id = i.role_id" \
	" LEFT JOIN membership im ON im.id = i.invited_by_membership_id" \
	" WHERE i.account_id = ? AND " SCOPE_SEES( \
		"i.account_id") " AND (i.account_id = ? OR im.account_id <> i.account_id)"
#define SEEN_ARGS(c, account) \
	db_stamp((c)->now), db_stamp((c)->now), db_i64(account), \
		db_i64((c)->actor.account_id), db_i64((c)->actor.account_id)
/* Takes the state or "", now, the state. */
#define IN_STATE " AND (? = '' OR " STATE " = ?)"

static const struct db_query find = {
	.text = COLUMNS " AND i.id = ?",
	DB_ROWS(invitation_fields),
};
static const struct db_query list_down = {
	.text = COLUMNS IN_STATE " AND i.id < ? ORDER BY i.id DESC LIMIT ?",
	DB_ROWS(invitation_fields),
};
static const struct db_query list_up = {
	.text = COLUMNS IN_STATE " AND i.id > ? ORDER BY i.id LIMIT ?",
	DB_ROWS(invitation_fields),
};
static const struct db_query count_all = {
	.text = "SELECT COUNT(*) AS n" FROM IN_STATE,
	DB_ROWS(count_v),
};

const struct db_query *const invitation_list_queries[] = {
	&find, &list_down, &list_up, &count_all, NULL,
};

static void advise(struct invitation *i)
{
	i->advise_against = i->managed && invited_is_admin(i->role_says);
}

enum err invitations_find(struct ctx *c, int64_t account_id, int64_t id, struct invitation *out)
{
	enum err e = db_one(c->db, &find, DB_ARGS(SEEN_ARGS(c, account_id), db_i64(id)), c->mem,
	                    out);

	if (e)
		return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
	advise(out);
	return OK;
}

enum err invitations_list(struct ctx *c, int64_t account_id, const char *state,
                          const struct page *p, struct db_list *out)
{
	bool up = p->at.set && p->at.back;
	struct db_arg from = db_i64(p->at.set ? p->at.id : INT64_MAX);
	struct invitation *v;
	enum err e;

	state = state ? state : "";
	e = db_all(c->db, up ? &list_up : &list_down,
	           DB_ARGS(SEEN_ARGS(c, account_id), db_str(state), db_stamp(c->now),
	                   db_str(state), from, db_i64(p->limit + 1)),
	           c->mem, sizeof(struct invitation), (size_t)p->limit + 1, out);
	if (e)
		return e;
	v = out->v;
	for (size_t i = 0; i < out->n; i++)
		advise(&v[i]);
	return OK;
}

void invitations_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct invitation *)row)->id;
}

enum err invitations_count(struct ctx *c, int64_t account_id, const char *state, int64_t *out)
{
	struct db_arg me = db_i64(c->actor.account_id);
	struct count row;
	enum err e;

	state = state ? state : "";
	e = db_one(c->db, &count_all,
	           DB_ARGS(db_i64(account_id), me, me, db_str(state), db_stamp(c->now),
	                   db_str(state)),
	           c->mem, &row);
	if (!e)
		*out = row.n;
	return e;
}
