#include "signin/session.h"

#include <string.h>

#include "core/change.h"
#include "signin/queries.h"
#include "signin/stopped.h"

#define SEEN_USEC USEC_PER_MIN
#define KEEP_ENDED_USEC (90 * USEC_PER_DAY)

const struct field session_v[SESSION_FIELDS] = {
	FIELD(struct session, person_id),
	FIELD(struct session, login),
	FIELD(struct session, name),
	FIELD(struct session, email),
	FIELD(struct session, locale),
	FIELD(struct session, time_zone),
	FIELD(struct session, theme),
	FIELD(struct session, density),
	FIELD(struct session, shortcuts),
	FIELD(struct session, last_login_at),
	FIELD(struct session, membership_id),
	FIELD(struct session, membership_kind),
	FIELD(struct session, role),
	FIELD(struct session, account_id),
	FIELD(struct session, account_name),
	FIELD(struct session, account_kind),
	FIELD(struct session, more),
	FIELD(struct session, must_change),
	FIELD(struct session, last_seen_at),
	FIELD(struct session, expires_at),
	FIELD(struct session, adjusted),
	FIELD(struct session, person_ver),
	FIELD(struct session, member_ver),
	FIELD(struct session, member_until),
};

struct row {
	int64_t one;
};
static const struct field row_v[] = { FIELD(struct row, one) };

static const struct db_query resolve = {
	.text = "SELECT p.id AS person_id, p.login, p.name, p.email, p.locale, p.time_zone,"
	        " p.theme, p.density, p.shortcuts, p.last_login_at, m.id AS membership_id,"
	        " m.kind AS membership_kind, m.role, a.id AS account_id, a.name AS account_name,"
	        " a.kind AS account_kind,"
	        " EXISTS (SELECT 1 FROM membership o WHERE o.person_id = s.person_id"
	        "  AND o.id <> s.membership_id AND o.state = 'active') AS more,"
	        " p.must_change, s.last_seen_at, s.expires_at,"
	        " (SELECT GROUP_CONCAT(IF(x.effect = 'deny', '-', '+'), x.permission)"
	        "  FROM member_permission x WHERE x.membership_id = s.membership_id) AS adjusted,"
	        " p.ver AS person_ver, m.ver AS member_ver, m.expires_at AS member_until"
	        " FROM session s"
	        " JOIN person p ON p.id = s.person_id"
	        " JOIN membership m ON m.id = s.membership_id"
	        " JOIN account a ON a.id = m.account_id"
	        " WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ?"
	        " AND s.last_seen_at > ? AND p.state = 'active'"
	        " AND " MEMBERSHIP_LIVES " AND " ACCOUNT_STOPS("m.account_id") " = 0",
	DB_ROWS(session_v),
};
static const struct db_query seen = {
	.text = "UPDATE session SET last_seen_at = ? WHERE token_hash = ? AND last_seen_at < ?",
};
static const struct db_query hold = {
	.text = "SELECT 1 AS one FROM session WHERE token_hash = ? AND revoked_at IS NULL"
	        " LOCK IN SHARE MODE",
	DB_ROWS(row_v),
};
/* IGNORE: a second run after a lost COMMIT finds its own row. */
static const struct db_query insert = {
	.text = "INSERT IGNORE INTO session (token_hash, person_id, membership_id, created_at,"
	        " last_seen_at, expires_at, ip, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query revoke = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = ?"
	        " WHERE token_hash = ? AND revoked_at IS NULL",
};
static const struct db_query forget = {
	.text = "DELETE FROM session WHERE expires_at < ? ORDER BY expires_at LIMIT ?",
};

const struct db_query *const session_queries[] = {
	&resolve, &seen, &hold, &insert, &revoke, &forget, NULL,
};

const char *session_cookie_name(const char *base_path)
{
	return strcmp(base_path, "/") == 0 ? "__Host-gatehouse" : "__Secure-gatehouse";
}

enum err session_nobody(struct ctx *c)
{
	return FAIL(c, ERR_UNAUTHENTICATED, "not-signed-in", "Please sign in.");
}

/*
 * "+device.list,-audit.list": what was given to or taken from this member.
 * Given can be only what a customer's owner may hold anyway.
 */
static void adjust(struct perm_set *set, const char *list)
{
	const struct perm_set most = perm_set_of_role(ROLE_CUSTOMER_OWNER);
	enum perm p;
	size_t n;

	for (const char *s = list; s && *s; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		p = n > 1 ? perm_of_text(s + 1, n - 1) : PERM_NONE;
		if (p == PERM_NONE)
			continue;
		if (*s == '-')
			perm_drop(set, p);
		else if (perm_has(&most, p))
			perm_add(set, p);
	}
}

static void act(struct ctx *c, const struct session *s, const unsigned char hash[HASH_BYTES])
{
	struct actor *a = &c->actor;

	a->kind = ACTOR_PERSON;
	a->person_id = s->person_id;
	a->membership_id = s->membership_id;
	a->account_id = s->account_id;
	a->label = s->name;
	a->role = s->role;
	a->perms = perm_set_of_role(role_of_text(s->role));
	adjust(&a->perms, s->adjusted);
	a->session_hash = (const unsigned char *)arena_copy(c->mem, (const char *)hash, HASH_BYTES);
}

/* Failing to note it ends nothing: the session is only seen later. */
static enum err touch(struct ctx *c, const struct session *s, const unsigned char *hash)
{
	struct stamp before = stamp_add(c->now, -SEEN_USEC);
	enum err e;

	if (s->last_seen_at.usec > before.usec)
		return OK;
	e = db_exec(c->db, &seen,
	            DB_ARGS(db_stamp(c->now), db_bytes(hash, HASH_BYTES), db_stamp(before)), NULL);
	return e == ERR_INTERNAL ? e : OK;
}

enum err session_accept(struct ctx *c, const struct session *s,
                        const unsigned char hash[HASH_BYTES])
{
	enum err e = touch(c, s, hash);

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
	e = db_one(c->db, &resolve,
	           DB_ARGS(db_bytes(hash, HASH_BYTES), db_stamp(c->now), db_stamp(idle),
	                   db_stamp(c->now), db_stamp(c->now), db_stamp(c->now)),
	           c->mem, &s);
	if (e == ERR_NOT_FOUND)
		return session_nobody(c);
	if (!e)
		e = session_accept(c, &s, hash);
	if (!e)
		*out = s;
	return e;
}

enum err session_hold(struct ctx *c)
{
	struct row r;
	enum err e;

	if (!c->actor.session_hash)
		return OK;
	e = db_one(c->db, &hold, DB_ARGS(db_bytes(c->actor.session_hash, HASH_BYTES)), c->mem, &r);
	return e == ERR_NOT_FOUND ? session_nobody(c) : e;
}

enum err session_create(struct ctx *c, const struct session_new *in, const char *token,
                        bool *made)
{
	struct stamp until =
		stamp_add(c->now, c->config->session_absolute_min * USEC_PER_MIN);
	unsigned char hash[HASH_BYTES];
	int64_t n = 0;
	enum err e;

	token_hash(token, strlen(token), hash);
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_bytes(hash, HASH_BYTES), db_i64(in->person_id),
	                    db_i64(in->membership_id), db_stamp(c->now), db_stamp(c->now),
	                    db_stamp(until), db_str(in->ip), db_str(in->user_agent)),
	            &n);
	if (!e)
		*made = n == 1;
	return e;
}

enum err session_revoke_token(struct ctx *c, const char *token, const char *why)
{
	unsigned char hash[HASH_BYTES];

	if (!session_hash(token, hash))
		return OK;
	return db_exec(c->db, &revoke,
	               DB_ARGS(db_stamp(c->now), db_str(why), db_bytes(hash, HASH_BYTES)), NULL);
}

enum err session_end(struct ctx *c, const char *why)
{
	struct change ch = {
		.action = ACTION_SESSION_END,
		.target_kind = ID_PERSON,
		.target_id = c->actor.person_id,
		.target_label = c->actor.label,
		.account_id = c->actor.account_id,
		.account_label = c->session ? c->session->account_name : NULL,
	};
	enum err e = db_exec(c->db, &revoke,
	                     DB_ARGS(db_stamp(c->now), db_str(why),
	                             db_bytes(c->actor.session_hash, HASH_BYTES)),
	                     NULL);

	return e ? e : change_put(c, &ch);
}

enum err sessions_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	return db_exec(c->db, &forget,
	               DB_ARGS(db_stamp(stamp_add(c->now, -KEEP_ENDED_USEC)), db_i64(max)), out);
}
