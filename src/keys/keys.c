#include "keys/keys.h"

#include <string.h>

#include "core/access.h"
#include "core/change.h"

#define UNDER_MAX 200000 /* keys one change can revoke */

static const struct field key_v[] = {
	FIELD(struct key_row, id),          FIELD(struct key_row, name),
	FIELD(struct key_row, hint),        FIELD(struct key_row, account_id),
	FIELD(struct key_row, person_id),   FIELD(struct key_row, membership_id),
	FIELD(struct key_row, person_name), FIELD(struct key_row, permissions),
	FIELD(struct key_row, state),       FIELD(struct key_row, created_at),
	FIELD(struct key_row, expires_at),  FIELD(struct key_row, last_used_at),
	FIELD(struct key_row, revoked_at),  FIELD(struct key_row, revoked_why),
	FIELD(struct key_row, ver),
};

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

struct name_row {
	const char *name, *state;
};
static const struct field name_v[] = {
	FIELD(struct name_row, name),
	FIELD(struct name_row, state),
};

/* Takes now first. */
#define COLUMNS \
	"SELECT k.id, k.name, k.hint, k.scope_account_id AS account_id, k.person_id," \
	" k.membership_id, p.name AS person_name, k.permissions," \
	" IF(k.revoked_at IS NOT NULL, 'revoked', IF(k.expires_at <= ?, 'expired', 'active'))" \
	" AS state, k.created_at, k.expires_at, k.last_used_at, k.revoked_at, k.revoked_why," \
	" k.ver FROM api_key k JOIN person p ON p.id = k.person_id"

static const struct db_query list_down = {
	.text = COLUMNS " WHERE k.scope_account_id = ? AND k.id < ?"
			" AND " SCOPE_SEES("k.scope_account_id") " ORDER BY k.id DESC LIMIT ?",
	DB_ROWS(key_v),
};
static const struct db_query list_up = {
	.text = COLUMNS " WHERE k.scope_account_id = ? AND k.id > ?"
			" AND " SCOPE_SEES("k.scope_account_id") " ORDER BY k.id LIMIT ?",
	DB_ROWS(key_v),
};
static const struct db_query find = {
	.text = COLUMNS " WHERE k.scope_account_id = ? AND k.id = ?"
			" AND " SCOPE_SEES("k.scope_account_id"),
	DB_ROWS(key_v),
};
static const struct db_query find_new = {
	.text = COLUMNS " WHERE k.token_hash = ?",
	DB_ROWS(key_v),
};
static const struct db_query count = {
	.text = "SELECT COUNT(*) AS n FROM api_key WHERE scope_account_id = ?",
	DB_ROWS(count_v),
};
static const struct db_query count_live = {
	.text = "SELECT COUNT(*) AS n FROM api_key WHERE membership_id = ?"
		" AND revoked_at IS NULL AND expires_at > ?",
	DB_ROWS(count_v),
};
static const struct db_query account = {
	.text = "SELECT a.name, a.state FROM account a WHERE a.id = ? AND " SCOPE_SEES("a.id"),
	DB_ROWS(name_v),
};
static const struct db_query session_lives = {
	.text = "SELECT COUNT(*) AS n FROM session WHERE token_hash = ? AND revoked_at IS NULL"
		" LOCK IN SHARE MODE",
	DB_ROWS(count_v),
};
/* IGNORE: a second run after a lost COMMIT finds its own row. */
static const struct db_query insert = {
	.text = "INSERT IGNORE INTO api_key (person_id, membership_id, scope_account_id, name,"
		" token_hash, hint, permissions, expires_at, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query revoke = {
	.text = "UPDATE api_key SET revoked_at = ?, revoked_why = 'revoked', ver = ver + 1"
		" WHERE id = ? AND ver = ? AND revoked_at IS NULL",
};
#define REVOKE \
	"UPDATE api_key SET revoked_at = ?, revoked_why = ?, ver = ver + 1" \
	" WHERE revoked_at IS NULL AND "
static const struct db_query revoke_person = {
	.text = REVOKE "person_id = ?",
};
static const struct db_query revoke_membership = {
	.text = REVOKE "membership_id = ?",
};
static const struct db_query live_under = {
	.text = "SELECT k.id AS n FROM account_tree t JOIN membership m"
		" ON m.account_id = t.descendant_id JOIN api_key k ON k.membership_id = m.id"
		" WHERE t.ancestor_id = ? AND k.revoked_at IS NULL LIMIT ?",
	DB_ROWS(count_v),
};
static const struct db_query revoke_one = {
	.text = REVOKE "id = ?",
};

const struct db_query *const keys_queries[] = {
	&list_down,     &list_up,           &find,          &find_new,   &count,
	&count_live,    &account,           &session_lives, &insert,     &revoke,
	&revoke_person, &revoke_membership, &live_under,    &revoke_one, NULL,
};

static enum err find_account(struct ctx *c, int64_t id, struct name_row *out)
{
	enum err e = db_one(c->db, &account, DB_ARGS(db_i64(id), db_i64(c->actor.account_id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

static enum err account_name(struct ctx *c, int64_t id, const char **name)
{
	struct name_row row;
	enum err e = find_account(c, id, &row);

	if (!e)
		*name = row.name;
	return e;
}

enum err keys_list(struct ctx *c, int64_t account_id, const struct page *p, struct db_list *out)
{
	bool up = p->at.set && p->at.back;
	const char *name;
	enum err e = account_name(c, account_id, &name);

	if (e)
		return e;
	return db_all(c->db, up ? &list_up : &list_down,
	              DB_ARGS(db_stamp(c->now), db_i64(account_id),
	                      db_i64(p->at.set ? p->at.id : INT64_MAX),
	                      db_i64(c->actor.account_id), db_i64(p->limit + 1)),
	              c->mem, sizeof(struct key_row), (size_t)p->limit + 1, out);
}

void keys_page_key(const void *row, const struct page *p, struct cursor *out)
{
	(void)p;
	out->id = ((const struct key_row *)row)->id;
}

enum err keys_count(struct ctx *c, int64_t account_id, int64_t *out)
{
	struct count_row r;
	enum err e = db_one(c->db, &count, DB_ARGS(db_i64(account_id)), c->mem, &r);

	if (!e)
		*out = r.n;
	return e;
}

enum err keys_find(struct ctx *c, int64_t account_id, int64_t id, struct key_row *out)
{
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(db_stamp(c->now), db_i64(account_id), db_i64(id),
	                            db_i64(c->actor.account_id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

static enum err put(struct ctx *c, enum action action, const struct key_row *k,
                    const char *account_label)
{
	struct change ch = {
		.action = action,
		.target_kind = ID_API_KEY,
		.target_id = k->id,
		.target_label = k->name,
		.account_id = k->account_id,
		.account_label = account_label,
	};
	struct key_row none = { .expires_at = STAMP_NONE };
	static const struct field logged[] = { FIELD(struct key_row, permissions),
		                               FIELD(struct key_row, expires_at),
		                               FIELD(struct key_row, hint) };

	if (action == ACTION_API_KEY_CREATE)
		change_diff(c->mem, (struct fields)FIELDS(logged), &none, k, &ch);
	return change_put(c, &ch);
}

/* Each of them known and held; *text is the list in the order of perm.def. */
static enum err read_permissions(struct ctx *c, const struct str_list *in, const char **text)
{
	struct perm_set wanted = { { 0, 0 } };
	const char *list = "";
	enum perm p;

	for (size_t i = 0; i < in->n; i++) {
		p = perm_of_text(in->v[i], strlen(in->v[i]));
		if (p == PERM_NONE)
			return FAIL_FIELD(c, "/permissions", "unknown-value");
		perm_add(&wanted, p);
	}
	if (!perm_within(wanted, c->actor.perms))
		return FAIL(c, ERR_DENIED, "more-than-own",
		            "Nobody gives more than he may do himself.");
	for (unsigned i = PERM_SESSION + 1; i < PERM__MAX; i++)
		if (perm_has(&wanted, (enum perm)i))
			list = arena_printf(c->mem, "%s%s%s", list, *list ? "," : "",
			                    perm_text((enum perm)i));
	*text = list;
	return OK;
}

struct creation {
	struct ctx *c;
	const struct key_new *in;
	int64_t account_id;
	const char *permissions, *token;
	unsigned char hash[HASH_BYTES];
	struct key_row row;
};

static enum err check_room(struct ctx *c)
{
	struct count_row r;
	enum err e =
		db_one(c->db, &count_live,
	               DB_ARGS(db_i64(c->actor.membership_id), db_stamp(c->now)), c->mem, &r);

	if (e || r.n <= KEYS_MAX)
		return e;
	return FAIL(c, ERR_CONFLICT, "too-many-keys",
	            "There are %d keys already: revoke one first.", KEYS_MAX);
}

static enum err check_session(struct ctx *c)
{
	struct count_row r;
	enum err e = db_one(c->db, &session_lives,
	                    DB_ARGS(db_bytes(c->actor.session_hash, HASH_BYTES)), c->mem, &r);

	if (e || r.n > 0)
		return e;
	return FAIL(c, ERR_UNAUTHENTICATED, "not-signed-in", "Please sign in.");
}

static enum err insert_key(struct creation *k)
{
	struct ctx *c = k->c;
	char hint[7] = { 0 };
	int64_t n = 0;
	enum err e;

	memcpy(hint, k->token, sizeof(hint) - 1);
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_i64(c->actor.person_id), db_i64(c->actor.membership_id),
	                    db_i64(k->account_id), db_str(k->in->name),
	                    db_bytes(k->hash, HASH_BYTES), db_str(hint), db_str(k->permissions),
	                    db_stamp(k->in->expires_at), db_stamp(c->now)),
	            &n);
	if (!e)
		e = db_one(c->db, &find_new,
		           DB_ARGS(db_stamp(c->now), db_bytes(k->hash, HASH_BYTES)), c->mem,
		           &k->row);
	if (e || n == 0)
		return e; /* an earlier run did it all */
	return check_room(c);
}

static enum err create(void *arg)
{
	struct creation *k = arg;
	struct ctx *c = k->c;
	const char *name;
	enum err e = check_session(c);

	c->audited = 0;
	if (!e)
		e = account_name(c, k->account_id, &name);
	if (!e)
		e = insert_key(k);
	return e ? e : put(c, ACTION_API_KEY_CREATE, &k->row, name);
}

enum err keys_create(struct ctx *c, int64_t account_id, const struct key_new *in,
                     char key[KEY_TEXT], struct key_row *out)
{
	struct creation k = { .c = c, .in = in, .account_id = account_id };
	char token[TOKEN_TEXT];
	struct name_row row;
	enum err e = find_account(c, account_id, &row);

	if (e)
		return e;
	if (strcmp(row.state, "active") != 0)
		return FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	if (in->permissions.n == 0)
		return FAIL_FIELD(c, "/permissions", "required");
	if (in->expires_at.usec <= c->now.usec)
		return FAIL_FIELD(c, "/expires_at", "out-of-range");
	if (in->expires_at.usec > c->now.usec + KEY_DAYS_MAX * USEC_PER_DAY)
		return FAIL_FIELD(c, "/expires_at", "out-of-range");
	e = read_permissions(c, &in->permissions, &k.permissions);
	if (e)
		return e;
	token_new(token);
	k.token = token;
	token_hash(token, strlen(token), k.hash);
	e = db_tx(c->db, DB_WRITE, create, &k);
	if (e)
		return e;
	memcpy(key, KEY_PREFIX, strlen(KEY_PREFIX));
	memcpy(key + strlen(KEY_PREFIX), token, sizeof(token));
	*out = k.row;
	return OK;
}

enum err keys_revoke(struct ctx *c, int64_t account_id, int64_t id, int64_t ver)
{
	struct key_row row;
	const char *name;
	int64_t n = 0;
	enum err e = account_name(c, account_id, &name);

	if (!e)
		e = keys_find(c, account_id, id, &row);
	if (e)
		return e;
	if (stamp_is_set(row.revoked_at))
		return FAIL(c, ERR_CONFLICT, "key-revoked", "This key was revoked before.");
	e = db_exec(c->db, &revoke,
	            DB_ARGS(db_stamp(c->now), db_i64(id), db_i64(ver ? ver : row.ver)), &n);
	if (e)
		return e;
	if (n != 1)
		return FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody changed it first.");
	return put(c, ACTION_API_KEY_REVOKE, &row, name);
}

enum err keys_revoke_person(struct ctx *c, int64_t person_id, const char *why)
{
	return db_exec(c->db, &revoke_person,
	               DB_ARGS(db_stamp(c->now), db_str(why), db_i64(person_id)), NULL);
}

enum err keys_revoke_membership(struct ctx *c, int64_t membership_id, const char *why)
{
	return db_exec(c->db, &revoke_membership,
	               DB_ARGS(db_stamp(c->now), db_str(why), db_i64(membership_id)), NULL);
}

/* Found without locks, revoked by key: the tree and the memberships stay unlocked. */
enum err keys_revoke_under(struct ctx *c, int64_t account_id, const char *why)
{
	const struct count_row *v;
	struct db_list rows;
	enum err e = db_all(c->db, &live_under, DB_ARGS(db_i64(account_id), db_i64(UNDER_MAX)),
	                    c->mem, sizeof(struct count_row), UNDER_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++)
		e = db_exec(c->db, &revoke_one,
		            DB_ARGS(db_stamp(c->now), db_str(why), db_i64(v[i].n)), NULL);
	return e;
}
