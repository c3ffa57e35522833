#include "members/acting.h"

#include <string.h>

#include "accounts/index.h"
#include "core/change.h"
#include "members/queries.h"
#include "signin/signin.h"

/* IGNORE: a second run after a lost COMMIT finds its own row. */
static const struct db_query carry_over = {
	.text = "INSERT IGNORE INTO session (token_hash, person_id, membership_id,"
		" scope_account_id, created_at, last_seen_at, expires_at, factor_at, proved_at, ip,"
		" user_agent) SELECT ?, s.person_id, ?, ?, s.created_at, ?, s.expires_at,"
		" s.factor_at, s.proved_at, s.ip, s.user_agent FROM session s"
		" WHERE s.token_hash = ? AND s.revoked_at IS NULL",
};
static const struct db_query end_old = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = 'switched'"
		" WHERE token_hash = ? AND revoked_at IS NULL",
};
const struct db_query *const acting_queries[] = { &carry_over, &end_old, NULL };

struct switching {
	struct ctx *c;
	const struct membership *to;
	const char *token;
	const unsigned char *old;
	struct actor was;
	struct session *out;
};

/* The answer is the same for what does not exist and what is somebody else's. */
static enum err choose(struct ctx *c, const struct acting_in *in, const struct membership **out)
{
	const struct membership *v;
	struct db_list rows;
	enum err e = signin_memberships(c, c->actor.person_id, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++) {
		if (v[i].id != in->membership_id || v[i].account_id != in->account_id)
			continue;
		if (v[i].ends)
			return FAIL(c, ERR_DENIED, "account-ended",
			            "The account has been removed.");
		if (v[i].stops)
			return FAIL(c, ERR_DENIED, "account-suspended",
			            "The account is suspended.");
		*out = &v[i];
		return OK;
	}
	return ctx_not_found(c);
}

static enum err put_log(struct switching *s)
{
	struct change ch = {
		.action = ACTION_SESSION_SWITCH,
		.target_kind = ID_ACCOUNT,
		.target_id = s->to->account_id,
		.target_label = s->to->account_name,
		.account_id = s->to->account_id,
		.account_label = s->to->account_name,
	};

	return change_put(s->c, &ch);
}

/* The new session is looked at before the old one is given up for it. */
static enum err write_switch(void *arg)
{
	struct switching *s = arg;
	struct ctx *c = s->c;
	unsigned char hash[HASH_BYTES];
	int64_t made = 0;
	enum err e;

	c->actor = s->was;
	c->audited = 0;
	token_hash(s->token, strlen(s->token), hash);
	e = db_exec(c->db, &carry_over,
	            DB_ARGS(db_bytes(hash, HASH_BYTES), db_i64(s->to->id),
	                    db_i64(s->to->account_id), db_stamp(c->now),
	                    db_bytes(s->old, HASH_BYTES)),
	            &made);
	if (!e)
		e = session_resolve(c, s->token, s->out);
	if (e || made == 0)
		return e;
	e = db_exec(c->db, &end_old, DB_ARGS(db_stamp(c->now), db_bytes(s->old, HASH_BYTES)),
	            NULL);
	if (!e)
		e = accounts_seen(c, s->out->home_id);
	return e ? e : put_log(s);
}

enum err acting_switch(struct ctx *c, const struct acting_in *in, char token[TOKEN_TEXT],
                       struct session *out)
{
	struct switching s = { .c = c,
		               .token = token,
		               .was = c->actor,
		               .out = out,
		               .old = c->actor.session_hash };
	enum err e;

	if (!s.old)
		return FAIL(c, ERR_DENIED, "key-refused", "This is not done with an API key.");
	e = choose(c, in, &s.to);
	if (e)
		return e;
	token_new(token);
	return db_tx(c->db, DB_WRITE, write_switch, &s);
}
