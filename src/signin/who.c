#include "signin/session.h"

#include <string.h>

#include "core/access_sql.h"
#include "core/ip.h"
#include "core/stopped.h"
#include "signin/queries.h"

#define SEEN_USEC  USEC_PER_MIN
#define KEY_PREFIX "gh_"

const struct field session_v[SESSION_FIELDS] = {
	FIELD(struct session, person_id),      FIELD(struct session, login),
	FIELD(struct session, name),           FIELD(struct session, email),
	FIELD(struct session, locale),         FIELD(struct session, time_zone),
	FIELD(struct session, theme),          FIELD(struct session, density),
	FIELD(struct session, shortcuts),      FIELD(struct session, last_login_at),
	FIELD(struct session, membership_id),  FIELD(struct session, membership_kind),
	FIELD(struct session, role),           FIELD(struct session, home_id),
	FIELD(struct session, account_id),     FIELD(struct session, account_name),
	FIELD(struct session, account_kind),   FIELD(struct session, more),
	FIELD(struct session, must_change),    FIELD(struct session, created_at),
	FIELD(struct session, last_seen_at),   FIELD(struct session, expires_at),
	FIELD(struct session, factor_at),      FIELD(struct session, proved_at),
	FIELD(struct session, home_kind),      FIELD(struct session, home_class),
	FIELD(struct session, roles),          FIELD(struct session, adjusted),
	FIELD(struct session, main_roles),     FIELD(struct session, main_adjusted),
	FIELD(struct session, areas),          FIELD(struct session, key),
	FIELD(struct session, key_id),         FIELD(struct session, is_sub),
	FIELD(struct session, has_factor),     FIELD(struct session, require_two_step),
	FIELD(struct session, idle_min),       FIELD(struct session, absolute_min),
	FIELD(struct session, ip_allow),       FIELD(struct session, person_ver),
	FIELD(struct session, member_ver),     FIELD(struct session, main_ver),
	FIELD(struct session, epoch),          FIELD(struct session, member_until),
	FIELD(struct session, visit_id),       FIELD(struct session, operator_id),
	FIELD(struct session, operator_label), FIELD(struct session, visit_writes),
};

#define POLICY_OF(account, what) \
	"(SELECT " what " FROM account_tree pt JOIN account_policy po" \
	" ON po.account_id = pt.ancestor_id WHERE pt.descendant_id = " account ")"

/*
 * All that is known of a caller.  s is what he came with: person_id,
 * membership_id, scope_account_id, and where they exist times of a session.
 */
#define COLUMNS \
	"SELECT p.id AS person_id, p.login, p.name, p.email, p.locale, p.time_zone," \
	" p.theme, p.density, p.shortcuts, p.last_login_at, m.id AS membership_id," \
	" m.kind AS membership_kind, m.role, m.account_id AS home_id, a.id AS account_id," \
	" a.name AS account_name, a.kind AS account_kind," \
	" (EXISTS (SELECT 1 FROM membership o WHERE o.person_id = s.person_id" \
	"  AND o.id <> s.membership_id AND o.state = 'active')" \
	"  OR EXISTS (SELECT 1 FROM membership_role os WHERE os.membership_id = s.membership_id" \
	"  AND os.scope_account_id <> s.scope_account_id)) AS more, p.must_change,"
/* clang-format off */
#define FACTS \
	" h.kind AS home_kind, h.class AS home_class," \
	" " ACCESS_ROLES_AT("m.id", "a.id") " AS roles, " ACCESS_ADJUSTED_OF("m.id") " AS adjusted," \
	" IF(mm.id IS NULL, NULL, " ACCESS_ROLES_AT("mm.id", "a.id") ") AS main_roles," \
	" IF(mm.id IS NULL, NULL, " ACCESS_ADJUSTED_OF("mm.id") ") AS main_adjusted," \
	" " ACCESS_AREAS_OVER("m.account_id") " AS areas,"
#define POLICIES \
	" m.kind = 'sub' AS is_sub," \
	" EXISTS (SELECT 1 FROM factor f WHERE f.person_id = p.id" \
	"  AND f.confirmed_at IS NOT NULL) AS has_factor," \
	" IFNULL(" POLICY_OF("m.account_id", "MAX(po.require_two_step)") ", 0)" \
	" AS require_two_step," \
	" IFNULL(" POLICY_OF("m.account_id", "MIN(po.idle_min)") ", 0) AS idle_min," \
	" IFNULL(" POLICY_OF("m.account_id", "MIN(po.absolute_min)") ", 0) AS absolute_min," \
	" " POLICY_OF("m.account_id", "GROUP_CONCAT(po.ip_allow SEPARATOR '|')") " AS ip_allow," \
	" p.ver AS person_ver, m.ver AS member_ver, IFNULL(mm.ver + mp.ver, 0) AS main_ver," \
	" (SELECT n FROM access_epoch WHERE one = 1) AS epoch, m.expires_at AS member_until"
/* clang-format on */
/* A sub-user is nobody where his main user is. */
#define JOINS \
	" JOIN person p ON p.id = s.person_id" \
	" JOIN membership m ON m.id = s.membership_id" \
	" JOIN account a ON a.id = s.scope_account_id" \
	" JOIN account h ON h.id = m.account_id" \
	" LEFT JOIN membership mm ON mm.id = m.parent_membership_id" \
	" LEFT JOIN person mp ON mp.id = mm.person_id"
/* Takes four times now. */
#define LIVES \
	" AND p.state = 'active' AND " MEMBERSHIP_LIVES " AND (m.kind <> 'sub' OR" \
	" (mm.state = 'active' AND (mm.expires_at IS NULL OR mm.expires_at > ?)" \
	" AND mp.state = 'active')) AND " ACCOUNT_STOPS("m.account_id") " = 0"
#define LIVES_ARGS(c) \
	db_stamp((c)->now), db_stamp((c)->now), db_stamp((c)->now), db_stamp((c)->now)

static const struct db_query of_session = {
	.text = COLUMNS
	" s.created_at, s.last_seen_at, s.expires_at, s.factor_at, s.proved_at," FACTS
	" NULL AS `key`, 0 AS key_id," POLICIES ", 0 AS visit_id,"
	" 0 AS operator_id, NULL AS operator_label, 0 AS visit_writes"
	" FROM session s" JOINS
	" WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ?"
	" AND s.last_seen_at > ?" LIVES,
	DB_ROWS(session_v),
};
static const struct db_query of_key = {
	.text = COLUMNS
	" s.created_at, s.created_at AS last_seen_at, s.expires_at,"
	" s.created_at AS factor_at, NULL AS proved_at," FACTS
	" s.permissions AS `key`, s.id AS key_id," POLICIES ", 0 AS visit_id,"
	" 0 AS operator_id, NULL AS operator_label, 0 AS visit_writes"
	" FROM api_key s" JOINS
	" WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ?" LIVES,
	DB_ROWS(session_v),
};
/* Inside the grant, out of the operator's session, and only downwards in the tree. */
static const struct db_query of_visit = {
	.text = COLUMNS
	" s.started_at AS created_at, s.started_at AS last_seen_at,"
	" s.expires_at, s.started_at AS factor_at, NULL AS proved_at," FACTS
	" NULL AS `key`, 0 AS key_id," POLICIES ", s.id AS visit_id,"
	" s.operator_id, s.operator_label, s.may_write AS visit_writes"
	" FROM (SELECT v.*, vm.person_id, vm.account_id AS scope_account_id FROM visit v"
	"  JOIN membership vm ON vm.id = v.membership_id"
	"  JOIN support_grant g ON g.id = v.grant_id AND g.state = 'active'"
	"   AND g.expires_at > ? AND g.account_id = vm.account_id"
	"  WHERE v.id = ? AND v.operator_hash = ? AND v.operator_id = ?"
	"   AND v.ended_at IS NULL AND v.end_reason IS NULL AND v.expires_at > ?) s" JOINS
	" WHERE EXISTS (SELECT 1 FROM account_tree vt WHERE vt.ancestor_id = ?"
	"  AND vt.descendant_id = m.account_id)" LIVES,
	DB_ROWS(session_v),
};
static const struct db_query seen = {
	.text = "UPDATE session SET last_seen_at = ? WHERE token_hash = ? AND last_seen_at < ?",
};
static const struct db_query key_used = {
	.text = "UPDATE api_key SET last_used_at = ?"
		" WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)",
};

const struct db_query *const who_queries[] = {
	&of_session, &of_key, &of_visit, &seen, &key_used, NULL,
};

enum err session_nobody(struct ctx *c)
{
	return FAIL(c, ERR_UNAUTHENTICATED, "not-signed-in", "Please sign in.");
}

enum session_step session_step(const struct session *s)
{
	/* A key and a visit are not somebody who could choose a password or enrol. */
	bool self = !s->key && s->visit_id == 0;

	if (s->has_factor && !stamp_is_set(s->factor_at))
		return SESSION_OTP;
	if (s->must_change && self)
		return SESSION_PASSWORD;
	return s->require_two_step && self && !s->has_factor ? SESSION_ENROL : SESSION_DONE;
}

struct access_facts session_facts(const struct session *s)
{
	return (struct access_facts){
		.pending = session_step(s) != SESSION_DONE,
		.account_kind = s->home_kind,
		.account_class = s->home_class,
		.roles = s->roles,
		.adjusted = s->adjusted,
		.is_sub = s->is_sub,
		.main_roles = s->main_roles,
		.main_adjusted = s->main_adjusted,
		.areas = s->areas,
		.key = s->key,
	};
}

static bool address_allowed(const char *lists, const char *ip)
{
	char one[2001];
	size_t n;

	for (const char *s = lists; s && *s; s += n + (s[n] == '|')) {
		n = strcspn(s, "|");
		if (n >= sizeof(one))
			return false;
		memcpy(one, s, n);
		one[n] = '\0';
		if (!ip || !ip_allowed(one, ip))
			return false;
	}
	return true;
}

enum err session_check(struct ctx *c, const struct session *s)
{
	int64_t idle = c->now.usec - s->last_seen_at.usec;
	int64_t age = c->now.usec - s->created_at.usec;

	if (!s->key && s->visit_id == 0 && s->idle_min > 0 && idle > s->idle_min * USEC_PER_MIN)
		return session_nobody(c);
	if (!s->key && s->absolute_min > 0 && age > s->absolute_min * USEC_PER_MIN)
		return session_nobody(c);
	if (!address_allowed(s->ip_allow, c->actor.ip))
		return FAIL(c, ERR_DENIED, "address-not-allowed",
		            "This account is not used from this address.");
	return OK;
}

void session_judge(struct session *s)
{
	const struct access_facts facts = session_facts(s);
	struct access access;

	access_evaluate(&facts, &access);
	s->perms = access_perms(&access);
	access.step[ACCESS_AREA] = perm_set_all();
	s->rank = access_perms(&access);
}

static void act(struct ctx *c, const struct session *s, const unsigned char *hash)
{
	struct actor *a = &c->actor;

	a->kind = s->key ? ACTOR_API : ACTOR_PERSON;
	a->person_id = s->person_id;
	a->membership_id = s->membership_id;
	a->account_id = s->account_id;
	a->home_id = s->home_id;
	a->label = s->name;
	a->role = s->role;
	a->perms = s->perms;
	a->rank = s->rank;
	a->impersonator_id = s->operator_id;
	a->impersonator_label = s->operator_label;
	a->epoch = s->epoch;
	if (hash)
		a->session_hash = (const unsigned char *)arena_copy(c->mem, (const char *)hash,
		                                                    HASH_BYTES);
}

/* Failing to note it ends nothing: the session is only seen later. */
static enum err touch(struct ctx *c, const struct session *s, const unsigned char *hash)
{
	struct stamp before = stamp_add(c->now, -SEEN_USEC);
	enum err e;

	if (s->last_seen_at.usec > before.usec)
		return OK;
	e = db_exec(c->db, &seen,
	            DB_ARGS(db_stamp(c->now), db_bytes(hash, HASH_BYTES), db_stamp(before)),
	            NULL);
	return e == ERR_INTERNAL ? e : OK;
}

enum err session_accept(struct ctx *c, const struct session *s,
                        const unsigned char hash[HASH_BYTES])
{
	enum err e = session_check(c, s);

	if (!e)
		e = touch(c, s, hash);
	if (!e)
		act(c, s, hash);
	return e;
}

bool session_hash(const char *token, unsigned char out[HASH_BYTES])
{
	if (strlen(token) != TOKEN_TEXT - 1)
		return false;
	token_hash(token, TOKEN_TEXT - 1, out);
	return true;
}

enum err session_resolve(struct ctx *c, const char *token, struct session *out)
{
	struct stamp idle = stamp_add(c->now, -c->config->session_idle_min * USEC_PER_MIN);
	unsigned char hash[HASH_BYTES];
	struct session s;
	enum err e;

	if (!session_hash(token, hash))
		return session_nobody(c);
	e = db_one(c->db, &of_session,
	           DB_ARGS(db_bytes(hash, HASH_BYTES), db_stamp(c->now), db_stamp(idle),
	                   LIVES_ARGS(c)),
	           c->mem, &s);
	if (e == ERR_NOT_FOUND)
		return session_nobody(c);
	if (e)
		return e;
	session_judge(&s);
	e = session_accept(c, &s, hash);
	if (!e)
		*out = s;
	return e;
}

/* When it was last used need be known to the hour only. */
static enum err note_use(struct ctx *c, const struct session *s)
{
	enum err e = db_exec(c->db, &key_used,
	                     DB_ARGS(db_stamp(c->now), db_i64(s->key_id),
	                             db_stamp(stamp_add(c->now, -USEC_PER_HOUR))),
	                     NULL);

	return e == ERR_INTERNAL ? e : OK;
}

enum err session_of_key(struct ctx *c, const char *key, struct session *out)
{
	const size_t prefix = strlen(KEY_PREFIX);
	unsigned char hash[HASH_BYTES];
	struct session s;
	enum err e;

	if (strncmp(key, KEY_PREFIX, prefix) != 0 || !session_hash(key + prefix, hash))
		return session_nobody(c);
	e = db_one(c->db, &of_key,
	           DB_ARGS(db_bytes(hash, HASH_BYTES), db_stamp(c->now), LIVES_ARGS(c)), c->mem,
	           &s);
	if (e == ERR_NOT_FOUND)
		return session_nobody(c);
	if (!e && !area_is_on(AREA_API, s.areas))
		return FAIL(c, ERR_DENIED, "key-refused",
		            "API keys are switched off for this account.");
	if (!e)
		e = session_check(c, &s);
	if (!e)
		e = note_use(c, &s);
	if (e)
		return e;
	session_judge(&s);
	act(c, &s, NULL);
	*out = s;
	return OK;
}

enum err session_visit(struct ctx *c, int64_t visit_id, struct session *out)
{
	const struct perm_set own = c->actor.perms, rank = c->actor.rank;
	const int64_t operator_ver = out->member_ver;
	struct session s;
	enum err e = db_one(c->db, &of_visit,
	                    DB_ARGS(db_stamp(c->now), db_i64(visit_id),
	                            db_bytes(c->actor.session_hash, HASH_BYTES),
	                            db_i64(c->actor.person_id), db_stamp(c->now),
	                            db_i64(c->actor.account_id), LIVES_ARGS(c)),
	                    c->mem, &s);

	if (e == ERR_NOT_FOUND)
		return FAIL(c, ERR_NOT_FOUND, "visit-ended", "This visit has ended.");
	if (e)
		return e;
	session_judge(&s);
	act(c, &s, NULL);
	/* What the operator may not do himself he does not do as somebody else. */
	c->actor.perms = perm_and(c->actor.perms, own);
	c->actor.rank = perm_and(c->actor.rank, rank);
	s.operator_ver = operator_ver;
	*out = s;
	return OK;
}
