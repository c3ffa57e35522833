#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "core/access.h"
#include "members/inner.h"
#include "members/queries.h"
#include "people/guard.h"
#include "people/lockout.h"
#include "json/json_out.h"

#define ARGS_MAX  40
#define ROLES_MAX 2000
#define IDS_MAX   8192

const char *const member_kinds[] = { "main", "sub", "staff", "support", NULL };
const char *const member_states[] = { "active",    "invited", "not_confirmed",
	                              "suspended", "expired", "removed",
	                              NULL };
const char *const member_sorts[] = { "name",       "-name",       "created", "-created",
	                             "last_login", "-last_login", NULL };
static const char *const origins[] = { "manual", "billing", "self", NULL };

const struct field member_fields[] = {
	FIELD_KEY(struct member, id, ID_MEMBERSHIP),
	FIELD_KEY(struct member, person_id, ID_PERSON),
	FIELD_KEY(struct member, account_id, ID_ACCOUNT),
	FIELD(struct member, account_name),
	FIELD(struct member, kind, .words = member_kinds),
	FIELD(struct member, login),
	FIELD(struct member, name),
	FIELD(struct member, email),
	FIELD(struct member, phone),
	FIELD(struct member, origin, .words = origins),
	FIELD(struct member, state, .words = member_states),
	FIELD(struct member, label),
	FIELD(struct member, role),
	FIELD_KEY(struct member, parent_membership_id, ID_MEMBERSHIP),
	FIELD(struct member, parent_name),
	FIELD(struct member, expires_at),
	FIELD(struct member, two_step),
	FIELD(struct member, locked),
	FIELD(struct member, last_login_at),
	FIELD(struct member, created_at),
	FIELD(struct member, created_by),
	FIELD(struct member, ver),
	FIELD(struct member, base_state),
	FIELD(struct member, account_kind),
	FIELD(struct member, roles),
	FIELD(struct member, adjusted),
	FIELD(struct member, locale),
	FIELD(struct member, person_state),
	FIELD(struct member, by_billing),
	FIELD(struct member, sort_text),
	FIELD(struct member, sort_at),
};
static_assert(ARRAY_LEN(member_fields) == MEMBER_FIELDS + 9, "nine are not answered");

const struct field member_role_fields[] = {
	FIELD_KEY(struct member_role, membership_id, ID_MEMBERSHIP),
	FIELD_KEY(struct member_role, role_id, ID_ROLE),
	FIELD(struct member_role, name),
	FIELD(struct member_role, builtin),
	FIELD_KEY(struct member_role, scope_account_id, ID_ACCOUNT),
	FIELD(struct member_role, scope_name),
};
static_assert(ARRAY_LEN(member_role_fields) == MEMBER_ROLE_FIELDS + 1, "one is not answered");

/* Takes one argument: now. */
#define STATE \
	"CASE WHEN m.state = 'removed' OR p.state = 'removed' THEN 'removed'" \
	" WHEN m.state = 'suspended' THEN 'suspended' WHEN m.expires_at <= ? THEN 'expired'" \
	" WHEN p.last_login_at IS NULL THEN 'not_confirmed'" \
	" WHEN p.state = 'invited' THEN 'invited' ELSE 'active' END"
#define LOCKED LOCKOUT_IS("p.id") " AS locked,"
#define COLUMNS \
	"SELECT m.id AS id, m.person_id AS person_id, m.account_id AS account_id," \
	" a.name AS account_name, m.kind AS kind, p.login AS login, p.name AS name," \
	" p.email AS email, p.phone AS phone, p.origin AS origin, " STATE " AS state," \
	" m.label AS label, m.role AS role, m.parent_membership_id AS parent_membership_id," \
	" mp.name AS parent_name, m.expires_at AS expires_at," \
	" EXISTS (SELECT 1 FROM factor f WHERE f.person_id = p.id" \
	"  AND f.confirmed_at IS NOT NULL) AS two_step, " LOCKED \
	" p.last_login_at AS last_login_at, m.created_at AS created_at," \
	" m.created_by_label AS created_by, m.ver AS ver,"
#define INNER_COLUMNS \
	" IF(p.state = 'removed', 'removed', m.state) AS base_state, a.kind AS account_kind," \
	" (SELECT GROUP_CONCAT(r.base, ';', r.effective SEPARATOR '|') FROM membership_role mr" \
	"  JOIN role r ON r.id = mr.role_id WHERE mr.membership_id = m.id) AS roles," \
	" (SELECT GROUP_CONCAT(IF(x.effect = 'deny', '-', '+'), x.permission)" \
	"  FROM member_permission x WHERE x.membership_id = m.id) AS adjusted," \
	" p.locale AS locale, p.state AS person_state," \
	" m.kind = 'main' AND a.billing_source_id IS NOT NULL AS by_billing," \
	" p.name_key AS sort_text, p.seen_at AS sort_at"
#define FROM \
	" FROM membership m JOIN account a ON a.id = m.account_id" \
	" JOIN person p ON p.id = m.person_id" \
	" LEFT JOIN membership mm ON mm.id = m.parent_membership_id" \
	" LEFT JOIN person mp ON mp.id = mm.person_id"
#define HERE " WHERE m.account_id = ? AND " SCOPE_SEES("m.account_id")

/* Arguments: kinds twice; now, state, state; the words. */
#define FILTER \
	" AND (? = '' OR FIND_IN_SET(m.kind, ?)) AND (" STATE " = ? OR (? = ''" \
	" AND m.state <> 'removed' AND p.state <> 'removed')) AND " ASKED_MATCH("p.id")
/* Arguments: whether there is a cursor; key, key, id. */
#define PAGE(key, op, way) \
	{ \
		.text = COLUMNS INNER_COLUMNS FROM HERE FILTER \
			" AND (? = 0 OR " key " " op " ? OR (" key " = ? AND m.id " op \
			" ?)) ORDER BY " key " " way ", m.id " way " LIMIT ?", \
		DB_ROWS(member_fields) \
	}
#define WAYS(key) \
	{ \
		PAGE(key, ">", "ASC"), PAGE(key, "<", "DESC") \
	}

enum order { BY_NAME, BY_CREATED, BY_LOGIN, ORDER__MAX };
static const struct db_query pages[ORDER__MAX][2] = {
	[BY_NAME] = WAYS("p.name_key"),
	[BY_CREATED] = WAYS("m.id"),
	[BY_LOGIN] = WAYS("p.seen_at"),
};
static const struct db_query one = {
	.text = COLUMNS INNER_COLUMNS FROM HERE " AND m.id = ?",
	DB_ROWS(member_fields),
};
struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query count = {
	.text = "SELECT COUNT(*) AS n" FROM HERE FILTER,
	DB_ROWS(number_v),
};
static const struct db_query roles_of = {
	.text = "SELECT STRAIGHT_JOIN mr.membership_id AS membership_id, r.id AS role_id,"
		" r.name AS name, r.builtin AS builtin, s.id AS scope_account_id,"
		" s.name AS scope_name FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j"
		" JOIN membership_role mr ON mr.membership_id = j.id"
		" JOIN role r ON r.id = mr.role_id JOIN account s ON s.id = mr.scope_account_id"
		" ORDER BY mr.membership_id, r.name, r.id, s.id LIMIT ?",
	DB_ROWS(member_role_fields),
};

const struct db_query *const member_find_queries[] = {
	&pages[BY_NAME][0],
	&pages[BY_NAME][1],
	&pages[BY_CREATED][0],
	&pages[BY_CREATED][1],
	&pages[BY_LOGIN][0],
	&pages[BY_LOGIN][1],
	&one,
	&count,
	&roles_of,
	NULL,
};

struct ask {
	struct ctx *c;
	size_t n;
	struct db_arg v[ARGS_MAX];
};

static void put(struct ask *a, struct db_arg arg)
{
	assert(a->n < ARGS_MAX);
	a->v[a->n++] = arg;
}

static void put_filter(struct ask *a, int64_t account_id, const struct member_filter *f)
{
	put(a, db_i64(account_id));
	put(a, db_i64(a->c->actor.account_id));
	put(a, db_str(f->kinds));
	put(a, db_str(f->kinds));
	put(a, db_stamp(a->c->now));
	put(a, db_str(f->state ? f->state : ""));
	put(a, db_str(f->state ? f->state : ""));
	assert(a->n + ASKED_ARGS <= ARGS_MAX);
	asked_put(&f->words, a->v + a->n);
	a->n += ASKED_ARGS;
}

static void put_cursor(struct ask *a, const struct page *p, enum order order)
{
	struct db_arg key = db_str(p->at.text ? p->at.text : "");

	if (order == BY_LOGIN)
		key = db_stamp((struct stamp){ p->at.number });
	if (order == BY_CREATED)
		key = db_i64(p->at.id);
	put(a, db_bool(p->at.set));
	put(a, key);
	put(a, key);
	put(a, db_i64(p->at.id));
}

enum err members_list(struct ctx *c, int64_t account_id, const struct member_filter *f,
                      const struct page *p, struct db_list *out)
{
	const char *sort = p->sort && *p->sort ? p->sort : "name";
	bool down = *sort == '-', desc = down != (p->at.set && p->at.back);
	enum order order = strstr(sort, "created") ? BY_CREATED
	                   : strstr(sort, "login") ? BY_LOGIN
	                                           : BY_NAME;
	struct ask a = { .c = c };

	put(&a, db_stamp(c->now));
	put_filter(&a, account_id, f);
	put_cursor(&a, p, order);
	put(&a, db_i64(p->limit + 1));
	return db_all(c->db, &pages[order][desc], a.v, a.n, c->mem, sizeof(struct member),
	              (size_t)p->limit + 1, out);
}

enum err members_count(struct ctx *c, int64_t account_id, const struct member_filter *f,
                       int64_t *out)
{
	struct ask a = { .c = c };
	struct number row;
	enum err e;

	put_filter(&a, account_id, f);
	e = db_one(c->db, &count, a.v, a.n, c->mem, &row);
	if (!e)
		*out = row.n;
	return e;
}

void members_page_key(const void *row, const struct page *p, struct cursor *out)
{
	const struct member *m = row;

	(void)p;
	out->id = m->id;
	out->text = m->sort_text && *m->sort_text ? m->sort_text : NULL;
	out->number = m->sort_at.usec;
}

enum err members_find(struct ctx *c, int64_t account_id, int64_t id, struct member *out)
{
	enum err e = db_one(c->db, &one,
	                    DB_ARGS(db_stamp(c->now), db_i64(account_id),
	                            db_i64(c->actor.account_id), db_i64(id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err members_roles(struct ctx *c, const struct member *v, size_t n, struct db_list *out)
{
	struct buf ids;

	buf_init(&ids, c->mem, IDS_MAX);
	json_open(&ids, '[');
	for (size_t i = 0; i < n; i++)
		json_i64(&ids, v[i].id);
	json_close(&ids, ']');
	return db_all(c->db, &roles_of, DB_ARGS(db_str(buf_str(&ids)), db_i64(ROLES_MAX)),
	              c->mem, sizeof(struct member_role), ROLES_MAX, out);
}

/* --- what the caller may do ------------------------------------------------------ */

/* Only in these base states; self: also to oneself; locked: only who is locked out. */
static const struct {
	enum perm perm;
	bool active, suspended, self, locked;
} acts[] = {
	{ PERM_MEMBER_EDIT, true, true, true, false },
	{ PERM_MEMBER_EXPIRY, true, true, false, false },
	{ PERM_MEMBER_SUSPEND, true, false, false, false },
	{ PERM_MEMBER_RESUME, false, true, false, false },
	{ PERM_MEMBER_REMOVE, true, true, false, false },
	{ PERM_MEMBER_SET_OWNER, true, false, false, false },
	{ PERM_MEMBER_RESET_PASSWORD, true, true, false, false },
	{ PERM_MEMBER_RESET_PASSWORD, true, true, false, true },
	{ PERM_MEMBER_RESET_TWO_STEP, true, true, false, false },
	{ PERM_MEMBER_SESSIONS_VIEW, true, true, true, false },
	{ PERM_MEMBER_SESSIONS_REVOKE, true, true, true, false },
	{ PERM_ROLE_ASSIGN, true, true, false, false },
};
const char *const member_acts[] = {
	"edit",         "expiry",         "suspend", "resume",         "remove",
	"set_owner",    "reset_password", "unlock",  "reset_two_step", "view_sessions",
	"end_sessions", "roles",          NULL,
};
static_assert(ARRAY_LEN(member_acts) == ARRAY_LEN(acts) + 1, "a word for each");

/* By what he holds; whether it is the last owner, the act itself says. */
bool member_allows(const struct ctx *c, const struct member *m, size_t act)
{
	const struct access_facts f = { .account_kind = m->account_kind,
		                        .roles = m->roles,
		                        .adjusted = m->adjusted };
	enum perm perm = acts[act].perm;
	bool suspended = !strcmp(m->base_state, "suspended");
	bool self = m->person_id == c->actor.person_id;

	if (!strcmp(m->base_state, "removed") || !ctx_may(c, perm))
		return false;
	if (suspended ? !acts[act].suspended : !acts[act].active)
		return false;
	if (self)
		return acts[act].self;
	if ((perm == PERM_MEMBER_REMOVE && m->by_billing) || (acts[act].locked && !m->locked))
		return false;
	if (perm == PERM_MEMBER_RESET_TWO_STEP && !m->two_step)
		return false;
	if (perm == PERM_MEMBER_SET_OWNER &&
	    (!strcmp(m->kind, "sub") || !strcmp(m->kind, "support")))
		return false;
	return perm == PERM_MEMBER_SESSIONS_VIEW || guard_outranks(c, &f);
}
