#include <assert.h>

#include "base/macros.h"
#include "members/inner.h"
#include "members/queries.h"
#include "people/guard.h"

#define SESSIONS_MAX 200

const struct field member_session_fields[] = {
	FIELD_KEY(struct member_session, id, ID_SESSION),
	FIELD(struct member_session, created_at),
	FIELD(struct member_session, last_seen_at),
	FIELD(struct member_session, expires_at),
	FIELD(struct member_session, ip),
	FIELD(struct member_session, user_agent),
	FIELD(struct member_session, current),
};
static_assert(ARRAY_LEN(member_session_fields) == MEMBER_SESSION_FIELDS, "all are answered");

static const struct db_query live = {
	.text = "SELECT s.id AS id, s.created_at AS created_at, s.last_seen_at AS last_seen_at,"
		" s.expires_at AS expires_at, s.ip AS ip, s.user_agent AS user_agent,"
		" s.token_hash = ? AS current FROM session s WHERE s.membership_id = ?"
		" AND s.revoked_at IS NULL AND s.expires_at > ? AND s.last_seen_at > ?"
		" ORDER BY s.last_seen_at DESC, s.id DESC LIMIT ?",
	DB_ROWS(member_session_fields),
};
static const struct db_query end_all = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = 'ended'"
		" WHERE membership_id = ? AND revoked_at IS NULL AND token_hash <> ?",
};
static const struct db_query end_one = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = 'ended'"
		" WHERE id = ? AND membership_id = ? AND revoked_at IS NULL",
};

const struct db_query *const member_session_queries[] = { &live, &end_all, &end_one, NULL };

/* Of nobody, when the caller came with a key. */
static const unsigned char *own_hash(const struct ctx *c)
{
	static const unsigned char nobody[HASH_BYTES];

	return c->actor.session_hash ? c->actor.session_hash : nobody;
}

enum err members_sessions(struct ctx *c, int64_t account_id, int64_t id, struct db_list *out)
{
	struct stamp idle = stamp_add(c->now, -c->config->session_idle_min * USEC_PER_MIN);
	struct member m;
	enum err e = members_find(c, account_id, id, &m);

	if (e)
		return e;
	return db_all(c->db, &live,
	              DB_ARGS(db_bytes(own_hash(c), HASH_BYTES), db_i64(id), db_stamp(c->now),
	                      db_stamp(idle), db_i64(SESSIONS_MAX)),
	              c->mem, sizeof(struct member_session), SESSIONS_MAX, out);
}

static enum err begin(struct ctx *c, const struct member_at *at, struct member *m)
{
	enum err e = members_find(c, at->account_id, at->id, m);

	if (e || m->person_id == c->actor.person_id)
		return e;
	return guard_rank(c, m->id);
}

enum err member_sign_out(struct ctx *c, int64_t id)
{
	return db_exec(c->db, &end_all,
	               DB_ARGS(db_stamp(c->now), db_i64(id), db_bytes(own_hash(c), HASH_BYTES)),
	               NULL);
}

enum err members_end_sessions(struct ctx *c, const struct member_at *at)
{
	struct member m;
	enum err e = begin(c, at, &m);

	if (!e)
		e = member_sign_out(c, at->id);
	return e ? e : member_log(c, ACTION_SESSION_REVOKE, &m, NULL);
}

enum err members_end_session(struct ctx *c, const struct member_at *at, int64_t session_id)
{
	struct member m;
	int64_t n = 0;
	enum err e = begin(c, at, &m);

	if (!e)
		e = db_exec(c->db, &end_one,
		            DB_ARGS(db_stamp(c->now), db_i64(session_id), db_i64(at->id)), &n);
	if (!e && n == 0)
		return ctx_not_found(c);
	return e ? e : member_log(c, ACTION_SESSION_REVOKE, &m, NULL);
}
