#include "signin/session.h"

#include <string.h>

#include "core/change.h"
#include "signin/queries.h"

#define KEEP_ENDED_USEC (90 * USEC_PER_DAY)
/* How long a proof of who one is lasts (OWASP ASVS 5.0 7.5.1). */
#define PROOF_USEC      (5 * USEC_PER_MIN)

struct held {
	int64_t member_ver, main_ver, epoch;
};
static const struct field held_v[] = {
	FIELD(struct held, member_ver),
	FIELD(struct held, main_ver),
	FIELD(struct held, epoch),
};

/* Versions that who changes one member counts up are locked, those of many are read. */
#define HOLD(from) \
	"SELECT m.ver AS member_ver, IFNULL((SELECT mm.ver + mp.ver FROM membership mm" \
	" JOIN person mp ON mp.id = mm.person_id WHERE mm.id = m.parent_membership_id), 0)" \
	" AS main_ver, (SELECT n FROM access_epoch WHERE one = 1) AS epoch FROM " from
static const struct db_query hold = {
	.text = HOLD("session s JOIN membership m ON m.id = s.membership_id"
	             " WHERE s.token_hash = ? AND s.revoked_at IS NULL LOCK IN SHARE MODE"),
	DB_ROWS(held_v),
};
static const struct db_query hold_key = {
	.text = HOLD("api_key k JOIN membership m ON m.id = k.membership_id"
	             " WHERE k.id = ? AND k.revoked_at IS NULL LOCK IN SHARE MODE"),
	DB_ROWS(held_v),
};
static const struct db_query hold_visit = {
	.text = HOLD("visit v JOIN support_grant g ON g.id = v.grant_id AND g.state = 'active'"
	             " JOIN membership m ON m.id = v.membership_id WHERE v.id = ?"
	             " AND v.ended_at IS NULL AND v.end_reason IS NULL AND v.expires_at > ?"
	             " LOCK IN SHARE MODE"),
	DB_ROWS(held_v),
};
/* IGNORE: a second run after a lost COMMIT finds its own row. */
static const struct db_query insert = {
	.text = "INSERT IGNORE INTO session (token_hash, person_id, membership_id,"
		" scope_account_id, created_at, last_seen_at, expires_at, factor_at, proved_at, ip,"
		" user_agent) SELECT ?, ?, m.id, IFNULL(?, m.account_id), ?, ?, ?, ?, ?, ?, ?"
		" FROM membership m WHERE m.id = ?",
};
static const struct db_query revoke = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = ?"
		" WHERE token_hash = ? AND revoked_at IS NULL",
};
static const struct db_query forget = {
	.text = "DELETE FROM session WHERE expires_at < ? ORDER BY expires_at LIMIT ?",
};

const struct db_query *const session_queries[] = {
	&hold, &hold_key, &hold_visit, &insert, &revoke, &forget, NULL,
};

const char *session_cookie_name(const char *base_path)
{
	return strcmp(base_path, "/") == 0 ? "__Host-gatehouse" : "__Secure-gatehouse";
}

/* Whether he is still who he was when the request came. */
static bool is_other(const struct held *h, const struct session *s)
{
	return h->member_ver != s->member_ver || h->main_ver != s->main_ver ||
	       h->epoch != s->epoch;
}

static enum err hold_key_of(struct ctx *c, struct held *out)
{
	enum err e = db_one(c->db, &hold_key, DB_ARGS(db_i64(c->session->key_id)), c->mem, out);

	return e == ERR_NOT_FOUND ? session_nobody(c) : e;
}

/* The operator's own session first: the visit is nothing without it. */
static enum err hold_visit_of(struct ctx *c, struct held *out, bool *changed)
{
	struct held own;
	enum err e = db_one(c->db, &hold, DB_ARGS(db_bytes(c->actor.session_hash, HASH_BYTES)),
	                    c->mem, &own);

	if (e)
		return e == ERR_NOT_FOUND ? session_nobody(c) : e;
	*changed = own.member_ver != c->session->operator_ver;
	e = db_one(c->db, &hold_visit, DB_ARGS(db_i64(c->session->visit_id), db_stamp(c->now)),
	           c->mem, out);
	if (e == ERR_NOT_FOUND)
		return FAIL(c, ERR_NOT_FOUND, "visit-ended", "This visit has ended.");
	return e;
}

enum err session_hold(struct ctx *c, bool *changed)
{
	const struct session *s = c->session;
	bool other = false;
	struct held held;
	enum err e;

	*changed = false;
	if (s && s->visit_id > 0) {
		e = hold_visit_of(c, &held, &other);
	} else if (s && s->key) {
		e = hold_key_of(c, &held);
	} else if (!c->actor.session_hash) {
		return OK;
	} else {
		e = db_one(c->db, &hold, DB_ARGS(db_bytes(c->actor.session_hash, HASH_BYTES)),
		           c->mem, &held);
		if (e == ERR_NOT_FOUND)
			return session_nobody(c);
	}
	if (!e && s)
		*changed = other || is_other(&held, s);
	return e;
}

enum err session_create(struct ctx *c, const struct session_new *in, const char *token,
                        bool *made)
{
	struct stamp until = stamp_add(c->now, c->config->session_absolute_min * USEC_PER_MIN);
	unsigned char hash[HASH_BYTES];
	int64_t n = 0;
	enum err e;

	token_hash(token, strlen(token), hash);
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_bytes(hash, HASH_BYTES), db_i64(in->person_id),
	                    db_key(in->account_id), db_stamp(c->now), db_stamp(c->now),
	                    db_stamp(until), db_stamp(in->proved_factor ? c->now : STAMP_NONE),
	                    db_stamp(in->proved_at.usec ? in->proved_at : c->now),
	                    db_str(in->ip), db_str(in->user_agent), db_i64(in->membership_id)),
	            &n);
	if (!e)
		*made = n == 1;
	return e;
}

enum err session_rotate(struct ctx *c, const char *token, bool proved_factor, const char *why,
                        bool *made)
{
	const struct session *s = c->session;
	struct session_new in = {
		.person_id = s->person_id,
		.membership_id = s->membership_id,
		.account_id = s->account_id,
		.proved_factor = proved_factor || stamp_is_set(s->factor_at),
		.proved_at = s->proved_at,
		.ip = c->actor.ip,
		.user_agent = c->actor.user_agent ? c->actor.user_agent : "",
	};
	unsigned char *hash = arena_alloc(c->mem, HASH_BYTES);
	int64_t n = 0;
	enum err e = session_create(c, &in, token, made);

	if (e || !*made)
		return e;
	e = db_exec(c->db, &revoke,
	            DB_ARGS(db_stamp(c->now), db_str(why),
	                    db_bytes(c->actor.session_hash, HASH_BYTES)),
	            &n);
	if (e)
		return e;
	if (n != 1 || !session_hash(token, hash))
		return session_nobody(c);
	c->actor.session_hash = hash;
	return OK;
}

enum err session_need_whole(struct ctx *c)
{
	switch (session_step(c->session)) {
	case SESSION_OTP:
		return FAIL(c, ERR_DENIED, "second-factor-needed",
		            "Please enter the code of your second step first.");
	case SESSION_PASSWORD:
		return FAIL(c, ERR_DENIED, "password-change-needed",
		            "Please choose a password of your own first.");
	case SESSION_ENROL:
		return FAIL(
			c, ERR_DENIED, "enrolment-needed",
			"This account asks for two-step verification: please set it up first.");
	case SESSION_DONE:
		break;
	}
	return OK;
}

enum err session_need_proof(struct ctx *c)
{
	const struct session *s = c->session;

	if (stamp_is_set(s->proved_at) && c->now.usec - s->proved_at.usec <= PROOF_USEC)
		return OK;
	return FAIL(c, ERR_DENIED, "proof-needed",
	            "Please enter your password again before this.");
}

enum err session_revoke_token(struct ctx *c, const char *token, const char *why)
{
	unsigned char hash[HASH_BYTES];

	if (!session_hash(token, hash))
		return OK;
	return db_exec(c->db, &revoke,
	               DB_ARGS(db_stamp(c->now), db_str(why), db_bytes(hash, HASH_BYTES)),
	               NULL);
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
	               DB_ARGS(db_stamp(stamp_add(c->now, -KEEP_ENDED_USEC)), db_i64(max)),
	               out);
}
