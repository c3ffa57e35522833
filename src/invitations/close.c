#include "invitations/close.h"

#include "invitations/inner.h"
#include "invitations/queries.h"

#define CLOSE_MAX 10000

static const struct field open_v[] = {
	FIELD(struct invitation, id),         FIELD(struct invitation, email),
	FIELD(struct invitation, first_name), FIELD(struct invitation, last_name),
	FIELD(struct invitation, state),
};

static const struct db_query list_open = {
	.text = "SELECT id, email, first_name, last_name, state FROM invitation"
		" WHERE account_id = ? AND state = 'sent' ORDER BY id LIMIT ?",
	DB_ROWS(open_v),
};
static const struct db_query close_all = {
	.text = "UPDATE invitation SET state = 'revoked', open_slot = NULL, ver = ver + 1"
		" WHERE account_id = ? AND state = 'sent'",
};
/* Accepted ones say who came by invitation, and stay. */
static const struct db_query sweep = {
	.text = "DELETE FROM invitation WHERE state IN ('sent', 'revoked') AND expires_at < ?"
		" ORDER BY expires_at LIMIT ?",
};

const struct db_query *const invitation_close_queries[] = {
	&list_open,
	&close_all,
	&sweep,
	NULL,
};

enum err invitations_close(struct ctx *c, int64_t account_id, const char *account_name)
{
	struct db_list rows;
	struct invitation *v;
	enum err e = db_all(c->db, &list_open, DB_ARGS(db_i64(account_id), db_i64(CLOSE_MAX)),
	                    c->mem, sizeof(struct invitation), CLOSE_MAX, &rows);

	if (e || rows.n == 0)
		return e;
	e = db_exec(c->db, &close_all, DB_ARGS(db_i64(account_id)), NULL);
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++) {
		struct invitation is = v[i];

		v[i].account_id = is.account_id = account_id;
		v[i].account_name = is.account_name = account_name;
		v[i].member_until = is.member_until = STAMP_NONE;
		v[i].expires_at = is.expires_at = STAMP_NONE;
		is.state = "revoked";
		e = invited_log(c, ACTION_INVITATION_REVOKE, &v[i], &is);
	}
	return e;
}

enum err invitations_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	return db_exec(c->db, &sweep,
	               DB_ARGS(db_stamp(stamp_add(c->now, -30 * USEC_PER_DAY)), db_i64(max)),
	               out);
}
